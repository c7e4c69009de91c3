"""The edges: the same minute, the same day, the last day, a new year. Found by putting faults into the engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from holdfast.chronology.entry import Entry
from holdfast.chronology.moment import Moment, Precision
from holdfast.config.vocabulary import vocabulary
from holdfast.duties.obligation import Obligation, Status, status
from holdfast.duties.reading import Reading, in_reading_order
from holdfast.duties.rule import Condition, Due, Ends, Met, Nation, Starts, Unit
from holdfast.duties.sentences import because
from holdfast.duties.statute import statute
from holdfast.duties.timeline import read_entry, read_time, run
from holdfast.worktime.words import say_clock


def entries(*timeline: str) -> list[Entry]:
    return [read_entry(line, number, vocabulary()) for number, line in enumerate(timeline)]


def of(rule: str, timeline: list[str], at: str, nation: Nation = Nation.ENGLAND) -> list[Obligation]:
    found = run(timeline, read_time(at).at, statute(), nation, vocabulary())
    return [o for o in found if o.rule.key == rule]


def test_a_plan_of_an_earlier_time_in_care_is_not_the_plan_of_this_one() -> None:
    start, again = "Mon 2 Mar 2026 10:00  care.started", "Mon 2 Nov 2026 10:00  care.started"
    ended, plan = "Mon 6 Apr 2026 10:00  care.ended", "care.planned"
    early = [start, f"Mon 9 Mar 2026 10:00  {plan}", ended, again]
    between = [start, ended, f"Mon 26 Oct 2026 10:00  {plan}", again]
    at = "Tue 1 Dec 2026 10:00"
    assert of("ENG-CAR-001", early, at)[-1].met_by is None
    assert of("ENG-CAR-001", between, at)[-1].met_by is not None


def test_the_year_is_said_only_where_it_is_another_than_that_of_the_event() -> None:
    over = ["Thu 31 Dec 2026 20:00  missing.noticed", "Thu 31 Dec 2026 22:00  missing.found"]
    (new,) = of("ENG-MIS-013", [*over, "Fri 1 Jan 2027 09:00  missing.returned"], "Fri 1 Jan 2027 12:00")
    assert "within 72 hours, by Monday 4 January at 9am" in because(new)
    (old,) = of("ENG-MIS-013", [*over, "Thu 31 Dec 2026 23:00  missing.returned"], "Fri 1 Jan 2027 12:00")
    assert "within 72 hours, by Sunday 3 January 2027 at 11pm" in because(old)


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        *((0, 0, "midnight"), (0, 30, "12:30am"), (1, 0, "1am"), (11, 59, "11:59am"), (12, 0, "midday")),
        *((12, 1, "12:01pm"), (12, 30, "12:30pm"), (13, 0, "1pm"), (23, 59, "11:59pm")),
    ],
)
def test_the_clock_in_words(hour: int, minute: int, said: str) -> None:
    assert say_clock(datetime(2026, 11, 20, hour, minute, tzinfo=UTC)) == said


def test_what_a_rule_does_not_say_is_not_so() -> None:
    empty = Condition()
    assert not any(getattr(empty, name) for name in Condition.__slots__)
    met, ends, due, starts = Met("", ()), Ends(), Due(Unit.ASAP), Starts("")
    assert not (met.once or met.all or met.beyond or met.mentions or met.months_before)
    assert not (ends.spans or ends.age or ends.matches or ends.until_done or ends.say)
    assert not (due.amount or due.first_day_counts or due.detail) and due.count_from == ("start",)
    assert not (starts.age or starts.weeks_in_care or starts.since_age or starts.conditions or starts.closing)


def test_care_that_ends_on_the_birthday_is_not_care_at_that_age() -> None:
    rule = next(r for r in statute().rules if r.starts.age == 16 and Nation.ENGLAND in r.nations)
    timeline = ["Mon 4 Jan 2016 10:00  child.age_recorded  born_on=2010-05-04", "Mon 4 Jan 2016 10:00  care.started"]
    at = "Tue 1 Dec 2026 10:00"
    assert len(of(rule.key, timeline, at)) == 1
    assert of(rule.key, [*timeline, "Mon 4 May 2026 10:00  care.ended"], at) == []
    assert len(of(rule.key, [*timeline, "Tue 5 May 2026 10:00  care.ended"], at)) == 1


def test_no_sentence_has_an_empty_part() -> None:
    away = "Fri 20 Nov 2026 23:30  missing.category_changed  category=away"
    (found,) = of("ENG-MIS-003", ["Fri 20 Nov 2026 22:40  missing.noticed", away], "Sat 21 Nov 2026 09:00")
    said = because(found)
    assert found.ended_by is not None and said.endswith("(Category changed to away without authorisation).")
    assert "; ;" not in said and "; ." not in said


def test_of_two_endings_in_one_minute_the_end_of_the_span_is_named() -> None:
    timeline = [
        "Fri 20 Nov 2026 22:40  missing.noticed",
        "Fri 20 Nov 2026 23:30  missing.category_changed  category=away",
        "Fri 20 Nov 2026 23:30  missing.found",
    ]
    (found,) = of("ENG-MIS-003", timeline, "Sat 21 Nov 2026 09:00")
    assert found.ended_by is not None and found.ended_by.kind == "missing.found"


def test_care_begins_with_its_day_but_not_before_the_record_or_the_care_before_it() -> None:
    alone = Reading(entries("Mon 2 Nov 2026 10:00  care.started", "Mon 2 Nov 2026 11:00  care.visited"), vocabulary())
    assert [(s.first, s.last) for s in alone.segments("care")] == [(0, 0), (0, 2)]
    again = Reading(
        entries(
            "Mon 2 Nov 2026 08:00  placement.notified",
            "Mon 2 Nov 2026 09:00  care.started",
            "Mon 2 Nov 2026 10:00  care.ended",
            "Mon 2 Nov 2026 12:00  placement.notified",
            "Mon 2 Nov 2026 15:00  care.started",
        ),
        vocabulary(),
    )
    assert [(s.first, s.last, s.closed) for s in again.segments("care")] == [(0, 0, None), (0, 3, 2), (3, 5, None)]


def test_a_return_known_to_the_day_waits_for_an_absence_known_to_the_hour() -> None:
    (returned,) = entries("Fri 20 Nov 2026  missing.returned")
    at = datetime(2026, 11, 20, 22, tzinfo=UTC)
    noticed = Entry(
        "n", "child", "missing.noticed", Moment(at, Precision.HOUR), at, vocabulary().read("missing.noticed", {})
    )
    assert [e.kind for e in in_reading_order((returned, noticed), vocabulary())] == [
        "missing.noticed",
        "missing.returned",
    ]


def test_a_span_is_open_up_to_and_with_the_entry_that_closes_it() -> None:
    reading = Reading(
        entries(
            "Mon 2 Nov 2026 09:00  care.visited",
            "Tue 3 Nov 2026 09:00  missing.noticed",
            "Wed 4 Nov 2026 09:00  missing.found",
            "Thu 5 Nov 2026 09:00  care.visited",
        ),
        vocabulary(),
    )
    assert [reading.is_open("missing", place) for place in range(4)] == [False, True, True, False]
    assert [reading.is_open("placement", place) for place in range(4)] == [None] * 4
    assert reading.closing("missing", 1) == (2, reading.entries[2]) and reading.closing("placement", 1) is None
    only_end = Reading(
        entries("Mon 2 Nov 2026 09:00  care.visited", "Tue 3 Nov 2026 09:00  missing.found"), vocabulary()
    )
    assert only_end.closing("missing", 0) == (1, only_end.entries[1]) and only_end.closing("missing", 1) is None
    assert [only_end.is_open("missing", place) for place in range(2)] == [None, None]


def test_acts_are_found_by_time_and_by_place() -> None:
    reading = Reading(
        entries(*(f"{day} 09:00  care.visited" for day in ("Mon 2 Nov 2026", "Tue 3 Nov 2026", "Wed 4 Nov 2026"))),
        vocabulary(),
    )
    acts = reading.acts(("care.visited",))
    tuesday = read_time("Tue 3 Nov 2026 09:00").at
    assert [acts.first_since(t) for t in (None, tuesday, tuesday + timedelta(minutes=1))] == [0, 1, 2]
    assert [acts.first_after(place) for place in (-1, 0, 2)] == [0, 1, 3]
    assert reading.acts(("care.reviewed",)).pairs == []
    vague = Reading(entries("Sun 1 Nov 2026  care.visited", "Tue 3 Nov 2026 09:00  care.visited"), vocabulary())
    assert vague.acts(("care.visited",)).first_since(tuesday) == 0, "the first may still have been then"


def test_a_floor_is_met_when_its_last_day_has_passed_and_not_before() -> None:
    rule = next(r for r in statute().rules if r.due.unit is Unit.MINIMUM_DAYS and r.in_force_to is None)
    example = rule.examples[0]
    nation = sorted(rule.nations)[0]
    found = list(run(example["timeline"], read_time("Thu 31 Dec 2026 09:00").at, statute(), nation, vocabulary()))
    (floor,) = [o for o in found if o.rule.key == rule.key]
    assert floor.due_at is not None
    if floor.ended_at is None:
        assert status(floor, floor.due_at - timedelta(seconds=1)) is Status.OPEN
        assert status(floor, floor.due_at) is Status.MET


def test_care_that_starts_in_the_minute_of_a_placement_starts_first() -> None:
    both = entries("Mon 2 Nov 2026 10:00  placement.started", "Mon 2 Nov 2026 10:00  care.started")
    assert [e.kind for e in in_reading_order(both, vocabulary())] == ["care.started", "placement.started"]


def test_what_a_report_before_the_absence_starts_belongs_to_that_absence() -> None:
    """Grading the risk: met by a grade after the child was noticed, and ended by the return."""
    told, noticed = "Fri 20 Nov 2026 22:31  missing.reported_to_police", "Fri 20 Nov 2026 22:40  missing.noticed"
    back = "Sat 21 Nov 2026 06:00  missing.returned"
    at = "Mon 30 Nov 2026 09:00"
    (graded,) = of("ENG-MIS-007", [told, noticed, "Fri 20 Nov 2026 23:00  missing.risk_graded  risk=medium", back], at)
    assert status(graded, read_time(at).at) is Status.MET
    (entered,) = of("UK-MIS-003", [told, noticed, back], at)
    assert status(entered, read_time(at).at) is Status.ENDED
    earlier = ["Thu 19 Nov 2026 22:39  missing.reported_to_police", noticed]
    reading = Reading(entries(*earlier), vocabulary())
    assert [s.first for s in reading.segments("missing")] == [0, 1]
    assert [s.first for s in Reading(entries(told, noticed), vocabulary()).segments("missing")] == [0, 0]


def test_a_time_runs_from_the_starting_entry_unless_the_rule_says_otherwise() -> None:
    assert Due(Unit.HOURS, 1).runs_from_start and not Due(Unit.HOURS, 1).begins_later
    assert not Due(Unit.HOURS, 1, count_from=("missing.returned", "start")).runs_from_start
    assert not Due(Unit.CALENDAR_DAYS, 1, detail="leave_until").runs_from_start
    for unit in (Unit.HOURS_THRESHOLD, Unit.SCHOOL_DAYS_THRESHOLD, Unit.WINDOW_BEFORE):
        assert Due(unit, 1).begins_later and not Due(unit, 1).runs_from_start


def test_a_day_of_hours_says_that_weekends_count() -> None:
    (seen,) = of(
        "NI-CP-003", ["Fri 20 Nov 2026 22:00  protection.referred"], "Fri 20 Nov 2026 23:00", Nation.NORTHERN_IRELAND
    )
    assert seen.rule.due.amount == 24 and "weekends and holidays count" in because(seen)


def test_at_one_instant_what_neither_begins_nor_ends_comes_before_what_would_end_nothing() -> None:
    at = "Fri 20 Nov 2026 22:00"
    stray, told = entries(f"{at}  missing.returned", f"{at}  missing.sighted")
    for order in ((stray, told), (told, stray)):
        assert [e.kind for e in in_reading_order(order, vocabulary())] == ["missing.sighted", "missing.returned"]


def test_an_offer_that_can_have_been_made_at_the_very_moment_is_mentioned() -> None:
    timeline = ["Thu 19 Nov 2026 22:00  missing.noticed", "Fri 20 Nov 2026 09:00  missing.returned",
                "Fri 20 Nov 2026 09:00  missing.interview_offered"]  # fmt: skip
    (interview,) = of("ENG-MIS-013", timeline, "Fri 20 Nov 2026 12:00")
    assert [e.kind for e in interview.mentions] == ["missing.interview_offered"]


@pytest.mark.parametrize(
    "moved_and_done",
    [
        # A minute before it began, at the minute in which it was done, and after it had ended without being done.
        ["Mon 2 Nov 2026 09:59  care.transferred", "Mon 23 Nov 2026 10:00  care.reviewed"],
        ["Mon 23 Nov 2026 10:00  care.reviewed", "Mon 23 Nov 2026 10:00  care.transferred"],
        ["Mon 9 Nov 2026 10:00  care.ended", "Mon 16 Nov 2026 10:00  care.transferred"],
    ],
)
def test_a_transfer_when_the_duty_does_not_stand_passes_nothing_on(moved_and_done: list[str]) -> None:
    timeline = sorted(["Mon 2 Nov 2026 10:00  care.started", *moved_and_done], key=lambda line: read_time(line[:22]).at)
    (first, *_) = of("ENG-CAR-006", timeline, "Wed 25 Nov 2026 09:00")
    assert first.passed_on == ()


def test_a_transfer_the_minute_before_it_is_done_passes_it_on() -> None:
    moved = ["Mon 2 Nov 2026 10:00  care.started", "Mon 23 Nov 2026 09:59  care.transferred"]
    (first, *_) = of("ENG-CAR-006", [*moved, "Mon 23 Nov 2026 10:00  care.reviewed"], "Wed 25 Nov 2026 09:00")
    assert len(first.passed_on) == 1


def test_an_act_between_the_report_and_the_noticing_of_the_next_absence_is_of_the_one_before() -> None:
    """The next absence begins with its report to the police at ten, and was written down as noticed at ten past."""
    first = ["Mon 2 Nov 2026 20:00  missing.noticed", "Mon 2 Nov 2026 23:00  missing.found",
             "Mon 2 Nov 2026 23:30  missing.returned"]  # fmt: skip
    second = ["Tue 3 Nov 2026 10:00  missing.reported_to_police", "Tue 3 Nov 2026 10:05  ACT",
              "Tue 3 Nov 2026 10:10  missing.noticed"]  # fmt: skip
    for rule, act in (("ENG-MIS-013", "missing.interview_held"), ("ENG-MIS-012", "missing.police_interview_held")):
        timeline = [line.replace("ACT", act) for line in (*first, *second)]
        before = of(rule, timeline, "Wed 4 Nov 2026 12:00")
        assert before and before[0].met_by is not None, rule
