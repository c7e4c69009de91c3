"""The decisions that a rule file cannot show alone: imprecise times, ties, disputed ages, ends, versions."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from holdfast.chronology.entry import Entry
from holdfast.chronology.moment import Moment
from holdfast.config.vocabulary import vocabulary
from holdfast.duties.engine import obligations, open_obligations
from holdfast.duties.obligation import Obligation, Status, status
from holdfast.duties.rule import Nation, Rule
from holdfast.duties.sentences import because
from holdfast.duties.statute import BadRule, Statute, read_rules, statute
from holdfast.duties.timeline import BadTimeline, read_entry, read_time, run


def of(rule: str, timeline: list[str], at: str, *, part: str | None = None) -> list[Obligation]:
    found = run(timeline, read_time(at).at, statute(), Nation.ENGLAND, vocabulary())
    return [o for o in found if o.rule.id == rule and (part is None or o.rule.part == part)]


def one(rule: str, timeline: list[str], at: str) -> tuple[Obligation, Status]:
    (obligation,) = of(rule, timeline, at)
    return obligation, status(obligation, read_time(at).at)


def test_a_return_on_the_day_of_an_evening_absence_closes_it() -> None:
    """By its midnight the return comes before the absence; it can only have come after."""
    timeline = ["Fri 20 Nov 2026 22:40  missing.noticed", "Fri 20 Nov 2026  missing.returned"]
    assert one("ENG-MIS-003", timeline, "Sat 21 Nov 2026 09:00")[1] is Status.ENDED
    assert of("UK-MIS-001", timeline, "Wed 25 Nov 2026 09:00") == []


def test_a_return_of_the_day_ends_yesterdays_absence_and_not_tonights() -> None:
    timeline = [
        "Thu 19 Nov 2026 22:00  missing.noticed",
        "Fri 20 Nov 2026  missing.returned",
        "Fri 20 Nov 2026 22:40  missing.noticed",
    ]
    at = "Sat 21 Nov 2026 09:00"
    assert [status(o, read_time(at).at) for o in of("ENG-MIS-003", timeline, at)] == [Status.ENDED, Status.OVERDUE]


def test_a_return_of_the_day_after_a_child_was_found_is_not_that_of_the_next_evening() -> None:
    timeline = [
        "Thu 19 Nov 2026 20:00  missing.noticed",
        "Thu 19 Nov 2026 23:00  missing.found",
        "Fri 20 Nov 2026  missing.returned",
        "Fri 20 Nov 2026 22:40  missing.noticed",
    ]
    at = "Sat 21 Nov 2026 09:00"
    assert [status(o, read_time(at).at) for o in of("ENG-MIS-003", timeline, at)] == [Status.ENDED, Status.OVERDUE]
    interview, _ = one("ENG-MIS-013", timeline, at)
    assert interview.due_at == datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_what_stands_at_one_midnight_is_read_in_an_order_that_makes_sense(order: tuple[int, ...]) -> None:
    lines = [
        "Mon 2 Nov 2026  care.started",
        "Mon 2 Nov 2026  placement.started",
        "Mon 2 Nov 2026  care.visited",
    ]
    entries = [read_entry(lines[n], n, vocabulary()) for n in order]
    found = obligations(entries, statute(), nation=Nation.ENGLAND, vocabulary=vocabulary())
    assert [o.rule.id for o in found if o.rule.id in {"ENG-CAR-001", "ENG-CAR-010", "ENG-CAR-006"}] == [
        "ENG-CAR-010",
        "ENG-CAR-001",
        "ENG-CAR-006",
    ]
    assert not any("not recorded, so the days count from the start of care" in because(o) for o in found)


def test_a_placement_an_hour_before_the_start_of_care_is_in_care() -> None:
    timeline = [
        "Mon 5 Jan 2026 10:00  care.started",
        "Mon 2 Mar 2026 10:00  care.ended",
        "Mon 2 Nov 2026 14:00  placement.started",
        "Mon 2 Nov 2026 15:00  care.started",
        "Fri 6 Nov 2026 15:00  care.ended",
    ]
    visit, standing = one("ENG-CAR-010", timeline, "Tue 10 Nov 2026 09:00")
    assert standing is Status.ENDED and visit.due_on == date(2026, 11, 9)
    plan = of("ENG-CAR-001", timeline, "Tue 10 Nov 2026 09:00")[-1]
    assert plan.started_by == "3"


def test_a_return_without_a_recorded_absence_still_asks_for_an_interview() -> None:
    timeline = ["Sat 21 Nov 2026 06:10  missing.returned", "Sat 21 Nov 2026 06:40  missing.returned"]
    found, _ = one("ENG-MIS-013", timeline, "Sat 21 Nov 2026 09:00")
    assert found.due_at == datetime(2026, 11, 24, 6, 10, tzinfo=UTC)


def test_an_interview_known_to_the_day_of_the_return_meets_it() -> None:
    timeline = [
        "Sat 21 Nov 2026 01:00  missing.noticed",
        "Sat 21 Nov 2026 15:00  missing.returned",
        "Sat 21 Nov 2026  missing.interview_held",
    ]
    assert one("ENG-MIS-013", timeline, "Wed 25 Nov 2026 09:00")[1] is Status.MET


def test_an_interview_on_the_last_day_is_late_only_when_that_is_certain() -> None:
    timeline = [
        "Fri 20 Nov 2026 22:40  missing.noticed",
        "Sat 21 Nov 2026 06:10  missing.returned",
        "Tue 24 Nov 2026  missing.interview_held",
    ]
    assert one("ENG-MIS-013", timeline, "Wed 25 Nov 2026 09:00")[1] is Status.MET
    timeline[2] = "Wed 25 Nov 2026  missing.interview_held"
    assert one("ENG-MIS-013", timeline, "Wed 25 Nov 2026 09:00")[1] is Status.MET_LATE


def test_an_interview_of_the_next_episode_is_not_one_of_this() -> None:
    timeline = [
        "Fri 20 Nov 2026 22:40  missing.noticed",
        "Sat 21 Nov 2026 06:10  missing.returned",
        "Sat 21 Nov 2026 22:40  missing.noticed",
        "Sun 22 Nov 2026 06:10  missing.returned",
        "Sun 22 Nov 2026 15:00  missing.interview_held",
    ]
    at = "Wed 25 Nov 2026 09:00"
    assert [status(o, read_time(at).at) for o in of("ENG-MIS-013", timeline, at)] == [Status.OVERDUE, Status.MET]


def test_exactly_seventy_two_hours_is_in_time_and_a_minute_more_is_not() -> None:
    timeline = ["Fri 20 Nov 2026 22:40  missing.noticed", "Sat 21 Nov 2026 06:10  missing.returned"]
    assert one("ENG-MIS-013", timeline, "Tue 24 Nov 2026 06:10")[1] is Status.OPEN
    assert one("ENG-MIS-013", timeline, "Tue 24 Nov 2026 06:11")[1] is Status.OVERDUE
    held = [*timeline, "Tue 24 Nov 2026 06:10  missing.interview_held"]
    assert one("ENG-MIS-013", held, "Tue 24 Nov 2026 06:11")[1] is Status.MET


def test_a_day_ends_at_uk_midnight_in_summer_time() -> None:
    obligation, standing = one("ENG-CAR-010", ["Mon 1 Jun 2026 15:00  placement.started"], "Mon 8 Jun 2026 23:59")
    assert (obligation.due_on, obligation.due_at) == (date(2026, 6, 8), datetime(2026, 6, 8, 23, tzinfo=UTC))
    assert standing is Status.OPEN
    assert status(obligation, datetime(2026, 6, 8, 23, tzinfo=UTC)) is Status.OVERDUE


def test_a_review_just_after_uk_midnight_in_summer_belongs_to_the_new_day() -> None:
    start = "Mon 1 Jun 2026 15:00  care.started"  # twenty working days: Monday 29 June
    assert one("ENG-CAR-006", [start, "Mon 29 Jun 2026 23:59  care.reviewed"], "Wed 1 Jul 2026 09:00")[1] is Status.MET
    late = one("ENG-CAR-006", [start, "Tue 30 Jun 2026 00:01  care.reviewed"], "Wed 1 Jul 2026 09:00")[1]
    assert late is Status.MET_LATE


def test_the_chain_of_reviews() -> None:
    timeline = [
        "Mon 5 Jan 2026 10:00  care.started",
        "Fri 30 Jan 2026 10:00  care.reviewed",
        "Thu 30 Apr 2026 10:00  care.reviewed",
        "Fri 30 Oct 2026 10:00  care.reviewed",
    ]
    found = run(timeline, read_time("Mon 23 Nov 2026 09:00").at, statute(), Nation.ENGLAND, vocabulary())
    chain = [(o.rule.id, o.due_on, o.met_at is not None) for o in found if o.rule.id[:10] in ("ENG-CAR-00",)]
    assert [c for c in chain if c[0] in ("ENG-CAR-006", "ENG-CAR-007", "ENG-CAR-008")] == [
        ("ENG-CAR-006", date(2026, 2, 2), True),
        ("ENG-CAR-007", date(2026, 4, 30), True),
        ("ENG-CAR-008", date(2026, 10, 30), True),
        ("ENG-CAR-008", date(2027, 4, 30), False),
    ]


def test_a_second_time_in_care_begins_its_reviews_afresh() -> None:
    timeline = [
        "Mon 5 Jan 2026 10:00  care.started",
        "Fri 30 Jan 2026 10:00  care.reviewed",
        "Mon 2 Mar 2026 10:00  care.ended",
        "Mon 1 Jun 2026 10:00  care.started",
        "Fri 26 Jun 2026 10:00  care.reviewed",
    ]
    at = "Mon 29 Jun 2026 09:00"
    assert [o.due_on for o in of("ENG-CAR-006", timeline, at)] == [date(2026, 2, 2), date(2026, 6, 29)]
    assert [status(o, read_time(at).at) for o in of("ENG-CAR-007", timeline, at)] == [Status.ENDED, Status.OPEN]
    assert of("ENG-CAR-008", timeline, at) == []


def test_a_disputed_age_begins_by_the_older_and_ends_by_the_younger_date_of_birth() -> None:
    timeline = [
        "Mon 5 Jan 2026  child.age_recorded  born_on=2010-11-20",
        "Mon 5 Jan 2026 10:00  care.started",
        "Tue 6 Jan 2026 10:00  asylum.age_disputed",
        "Tue 6 Jan 2026 11:00  child.age_recorded  born_on=2008-03-01",
    ]
    (pathway,) = of("ENG-CAR-018", timeline, "Mon 13 Apr 2026 09:00")
    # Sixteen long ago by the older date; thirteen weeks in care were complete on 6 April.
    assert pathway.due_on == date(2026, 7, 6)
    assert "the age is disputed (born on Saturday 1 March 2008 or Saturday 20 November 2010)" in because(pathway)
    review = one("ENG-CAR-006", timeline, "Mon 13 Apr 2026 09:00")
    assert review[1] is Status.OVERDUE and review[0].ended_at == datetime(2028, 11, 20, tzinfo=UTC)
    settled = [*timeline, "Mon 12 Jan 2026 10:00  asylum.age_assessed  born_on=2008-03-01"]
    assert one("ENG-CAR-006", settled, "Mon 13 Apr 2026 09:00")[0].ended_at == datetime(2026, 3, 1, tzinfo=UTC)


def test_turning_18_while_missing_ends_care_duties_and_not_the_search() -> None:
    timeline = [
        "Mon 2 Nov 2026  child.age_recorded  born_on=2008-11-21",
        "Mon 2 Nov 2026 10:00  care.started",
        "Fri 20 Nov 2026 22:40  missing.noticed",
    ]
    at = "Tue 24 Nov 2026 09:00"
    assert one("ENG-CAR-006", timeline, at)[1] is Status.ENDED
    assert one("ENG-MIS-003", timeline, at)[1] is Status.OVERDUE
    assert one("UK-MIS-001", timeline, at)[1] is Status.OPEN


def test_an_18th_birthday_is_said_when_it_comes_before_the_due_day_or_has_come() -> None:
    lines = ["Mon 2 Nov 2026  child.age_recorded  born_on=2008-11-21", "Mon 2 Nov 2026 10:00  care.started"]
    before, _ = one("ENG-CAR-006", lines, "Tue 3 Nov 2026 09:00")
    assert "18th birthday, Saturday 21 November 2026" in because(before, read_time("Tue 3 Nov 2026 09:00").at)
    lines[0] = "Mon 2 Nov 2026  child.age_recorded  born_on=2011-11-21"
    after, _ = one("ENG-CAR-006", lines, "Tue 3 Nov 2026 09:00")
    assert "birthday" not in because(after, read_time("Tue 3 Nov 2026 09:00").at)
    assert "birthday" in because(after, read_time("Tue 3 Dec 2030 09:00").at)
    # Due at the end of 27 November, which is the first moment of the 28th: one born on that day is 18 then, not before.
    lines[0] = "Mon 2 Nov 2026  child.age_recorded  born_on=2008-12-01"
    same, _ = one("ENG-CAR-006", lines, "Tue 3 Nov 2026 09:00")
    assert same.due_at == same.ended_at and "birthday" not in because(same, read_time("Tue 3 Nov 2026 09:00").at)


def test_whether_a_child_is_looked_after_is_assumed_unless_the_record_says_otherwise() -> None:
    told, _ = one("ENG-MIS-005", ["Fri 20 Nov 2026 22:40  missing.noticed"], "Sat 21 Nov 2026 09:00")
    assert "is not recorded, and is assumed" in because(told)
    before = ["Fri 20 Nov 2026 22:40  missing.noticed", "Mon 23 Nov 2026 10:00  care.started"]
    assert of("ENG-MIS-005", before, "Mon 23 Nov 2026 12:00") == []


def test_a_category_changed_to_nobody_knows_what_is_read_as_missing() -> None:
    timeline = [
        "Fri 20 Nov 2026 21:00  missing.noticed  category=away",
        "Fri 20 Nov 2026 23:00  missing.category_changed",
    ]
    found, standing = one("ENG-MIS-003", timeline, "Sat 21 Nov 2026 09:00")
    assert found.due_at == datetime(2026, 11, 20, 23, tzinfo=UTC) and standing is Status.OVERDUE
    assert "is not recorded, so it is read as missing" in because(found)


def test_a_report_twelve_minutes_on_is_met_and_its_delay_is_said() -> None:
    timeline = ["Fri 20 Nov 2026 22:40  missing.noticed", "Fri 20 Nov 2026 22:52  missing.reported_to_police"]
    found, standing = one("ENG-MIS-003", timeline, "Sat 21 Nov 2026 09:00")
    assert standing is Status.MET and "12 minutes after" in because(found)


def test_no_field_depends_on_the_time_of_asking() -> None:
    timeline = ["Fri 20 Nov 2026 22:40  missing.noticed", "Sat 21 Nov 2026 06:10  missing.returned"]
    entries = [read_entry(line, n, vocabulary()) for n, line in enumerate(timeline)]
    asked = [
        obligations(entries, statute(), nation=Nation.ENGLAND, vocabulary=vocabulary(), as_at=read_time(at).at)
        for at in ("Sun 22 Nov 2026 09:00", "Wed 25 Nov 2026 09:00")
    ]
    assert asked[0] == asked[1]
    now = read_time("Wed 25 Nov 2026 09:00").at
    still = open_obligations(entries, statute(), nation=Nation.ENGLAND, vocabulary=vocabulary(), as_at=now)
    assert {o.rule.id for o in still} == {"ENG-MIS-005", "ENG-MIS-012", "ENG-MIS-013", "ENG-MIS-013-OFFER"}


def test_without_a_time_of_asking_what_will_begin_by_itself_is_there_for_the_index() -> None:
    entries = [read_entry("Fri 20 Nov 2026 22:40  missing.noticed", 1, vocabulary())]
    found = obligations(entries, statute(), nation=Nation.SCOTLAND, vocabulary=vocabulary())
    assert [(o.rule.id, o.started_at) for o in found] == [
        ("SCO-MIS-004", datetime(2026, 11, 20, 22, 40, tzinfo=UTC)),
        ("UK-MIS-001", datetime(2026, 11, 23, 22, 40, tzinfo=UTC)),
    ]


def _first_review(**changes: object) -> Rule:
    (rule,) = [r for r in statute().rules if r.id == "ENG-CAR-006"]
    return replace(rule, **changes)  # type: ignore[arg-type]


def test_a_rule_that_is_passed_and_not_commenced_is_shown_as_such() -> None:
    book = Statute([_first_review(in_force_from=None)])
    at = read_time("Mon 1 Feb 2027 09:00").at
    (found,) = run(["Mon 2 Nov 2026 10:00  care.started"], at, book, Nation.ENGLAND, vocabulary())
    assert status(found, at) is Status.NOT_IN_FORCE
    assert "not yet in force" in because(found)


def test_the_version_of_the_day_on_which_it_began_holds_to_the_end() -> None:
    old = _first_review(part="old", in_force_to=date(2026, 11, 1))
    new = _first_review(part="new", in_force_from=date(2026, 11, 2), due=replace(old.due, amount=10))
    at = read_time("Tue 3 Nov 2026 09:00").at
    book = Statute([old, new])
    (before,) = run(["Sun 1 Nov 2026 10:00  care.started"], at, book, Nation.ENGLAND, vocabulary())
    (after,) = run(["Mon 2 Nov 2026 00:00  care.started"], at, book, Nation.ENGLAND, vocabulary())
    assert (before.due_on, after.due_on) == (date(2026, 11, 27), date(2026, 11, 16))


LEAVE = """
[[rule]]
id = "T-2"
title = "Apply before leave ends"
theme = "uasc"
nations = ["england"]
standing = "law"
in_force = { from = "long standing" }
responsible = "the responsible authority"
must = "help the child to apply"
confidence = "high"
starts = { say = "Leave was given", kinds = ["asylum.decided"] }
met = { say = "the new claim", by = [{ kinds = ["asylum.claimed"] }] }
source = { title = "A book", paragraph = "1", url = "https://example.org" }

[rule.due]
amount = 28
unit = "calendar_days_before"
detail = "leave_until"
not_recorded = "when leave ends is not recorded"
"""


def test_a_window_before_a_date_opens_and_closes() -> None:
    book = Statute(read_rules(LEAVE))
    lines = ["Mon 2 Nov 2026 10:00  asylum.decided  leave_until=2027-03-31"]

    def asked(at: str, *more: str) -> list[tuple[date | None, Status]]:
        when = read_time(at).at
        found = run([*lines, *more], when, book, Nation.ENGLAND, vocabulary())
        return [(o.due_on, status(o, when)) for o in found]

    last = date(2027, 3, 31)
    assert asked("Tue 2 Mar 2027 23:59") == []
    assert asked("Wed 3 Mar 2027 00:00") == [(last, Status.OPEN)]
    assert asked("Thu 1 Apr 2027 00:00") == [(last, Status.OVERDUE)]
    assert asked("Thu 1 Apr 2027 09:00", "Wed 31 Mar 2027 16:00  asylum.claimed") == [(last, Status.MET)]
    # Too soon: an application before the window opened is not this one.
    assert asked("Wed 3 Mar 2027 09:00", "Mon 1 Feb 2027 16:00  asylum.claimed") == [(last, Status.OPEN)]


def test_a_window_before_a_date_that_is_not_recorded_has_no_time_and_says_so() -> None:
    at = read_time("Wed 3 Mar 2027 09:00").at
    (found,) = run(
        ["Mon 2 Nov 2026 10:00  asylum.decided"], at, Statute(read_rules(LEAVE)), Nation.ENGLAND, vocabulary()
    )
    assert found.due_at is None and "when leave ends is not recorded" in because(found)


def test_a_year_without_bank_holidays_gives_no_day_and_says_so() -> None:
    found, standing = one("ENG-CAR-006", ["Fri 14 Dec 2035 10:00  care.started"], "Sat 15 Dec 2035 09:00")
    assert found.due_at is None and standing is Status.OPEN
    assert "no day can be given" in because(found)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('unit = "immediate"', 'unit = "soon"'), "soon"),
        (('unit = "immediate"', 'unit = "immediate", amount = 3'), "does not fit"),
        (('unit = "immediate"', 'unit = "working_days", amount = 3'), "regime"),
        (('unit = "immediate"', 'unit = "immediate", begins_later = true'), "unknown field begins_later"),
        (('standing = "guidance"', 'standing = "custom"'), "custom"),
        (('within = "missing"', 'inside = "missing"'), "inside"),
        (('theme = "missing"\n', ""), "theme"),
        (("in_force = { from = 2014-01-01 }", 'in_force = { from = "soon" }'), "soon"),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused_by_name(change: tuple[str, str], says: str) -> None:
    block = """
[[rule]]
id = "T-1"
title = "A test"
theme = "missing"
nations = ["england"]
standing = "guidance"
in_force = { from = 2014-01-01 }
responsible = "somebody"
must = "do something"
confidence = "high"
starts = { say = "It began", kinds = ["missing.noticed"] }
due = { unit = "immediate" }
met = { say = "it was done", by = [] }
source = { title = "A book", paragraph = "1", url = "https://example.org" }
"""
    block = block.replace('kinds = ["missing.noticed"]', 'kinds = ["missing.noticed"], within = "missing"')
    assert read_rules(block)[0].id == "T-1"
    assert change[0] in block
    with pytest.raises(BadRule, match=says) as refused:
        read_rules(block.replace(*change))
    assert str(refused.value).startswith("T-1:")


def test_two_blocks_of_one_id_and_part_are_refused() -> None:
    with pytest.raises(BadRule, match="two blocks"):
        Statute([_first_review(), _first_review()])


@pytest.mark.parametrize("line", ["Sat 20 Nov 2026 22:40  missing.noticed", "Fri 20 Nov 2026  missing.noticed  away"])
def test_a_timeline_with_a_wrong_weekday_or_a_loose_word_is_refused(line: str) -> None:
    with pytest.raises(BadTimeline):
        read_entry(line, 1, vocabulary())


def _a_long_chronology(length: int) -> list[Entry]:
    kinds = ["care.visited", "care.reviewed", "missing.noticed", "missing.returned", "missing.interview_held"]
    kinds += ["missing.reported_to_police", "placement.started", "care.planned", "care.health_assessed"]
    began = datetime(2022, 1, 3, 9, tzinfo=UTC)
    names = ["care.started", *(kinds[n % len(kinds)] for n in range(length - 1))]
    moments = [began + timedelta(hours=31 * n) for n in range(length)]
    return [
        Entry(str(n), "c", name, Moment(moments[n]), moments[n], vocabulary().read(name, {}))
        for n, name in enumerate(names)
    ]


def test_a_thousand_entries_take_no_longer_than_a_reader_notices() -> None:
    entries = _a_long_chronology(1000)
    best = 9.0
    for _ in range(3):
        began = time.perf_counter()
        found = obligations(entries, statute(), nation=Nation.ENGLAND, vocabulary=vocabulary())
        best = min(best, time.perf_counter() - began)
    assert len(found) > 500
    assert best < 0.5  # measured at about 0.03 s; the limit leaves room for a busy machine


NIGHT = ["Fri 20 Nov 2026 22:40  missing.noticed", "Sat 21 Nov 2026 06:10  missing.returned"]


def test_a_refused_interview_is_never_called_held() -> None:
    timeline = [*NIGHT, "Sun 22 Nov 2026 12:00  missing.interview_declined"]
    found, how = one("ENG-MIS-013", timeline, "Mon 30 Nov 2026 09:00")
    said = because(found)
    assert how is Status.ENDED and found.met_by is None
    assert "ended without being done, on Sunday 22 November at midday (Return conversation declined)" in said
    assert "it is good practice to offer it again" in said and "it was done" not in said


def test_a_refusal_after_the_seventy_two_hours_leaves_it_late() -> None:
    timeline = [*NIGHT, "Wed 25 Nov 2026 12:00  missing.interview_declined"]
    assert one("ENG-MIS-013", timeline, "Wed 25 Nov 2026 11:59")[1] is Status.OVERDUE
    found, how = one("ENG-MIS-013", timeline, "Wed 25 Nov 2026 12:00")
    assert how is Status.ENDED and found.was_late
    assert "already overdue" in because(found)


def test_what_is_held_after_a_refusal_is_held_in_time_or_late() -> None:
    refused = [*NIGHT, "Sun 22 Nov 2026 12:00  missing.interview_declined"]
    in_time = [*refused, "Mon 23 Nov 2026 17:00  missing.interview_held"]
    late = [*refused, "Thu 26 Nov 2026 17:00  missing.interview_held"]
    assert one("ENG-MIS-013", in_time, "Mon 30 Nov 2026 09:00")[1] is Status.MET
    assert one("ENG-MIS-013", late, "Mon 30 Nov 2026 09:00")[1] is Status.MET_LATE


def test_the_refusal_of_the_next_episode_ends_nothing_of_this_one() -> None:
    timeline = [
        *NIGHT,
        "Sat 21 Nov 2026 22:00  missing.noticed",
        "Sun 22 Nov 2026 06:00  missing.returned",
        "Sun 22 Nov 2026 12:00  missing.interview_declined",
    ]
    at = "Mon 30 Nov 2026 09:00"
    assert [status(o, read_time(at).at) for o in of("ENG-MIS-013", timeline, at)] == [Status.OVERDUE, Status.ENDED]


def report(before: list[str], told: str, noticed: str = "Fri 20 Nov 2026 22:40") -> Status:
    timeline = [*before, f"{told}  missing.reported_to_police", f"{noticed}  missing.noticed"]
    found = of("ENG-MIS-003", timeline, "Sat 21 Nov 2026 09:00")
    return status(found[-1], read_time("Sat 21 Nov 2026 09:00").at)


def test_the_police_can_be_told_up_to_a_day_before_the_time_written_as_noticed() -> None:
    assert report([], "Fri 20 Nov 2026 22:39") is Status.MET
    assert report([], "Thu 19 Nov 2026 22:40") is Status.MET
    assert report([], "Thu 19 Nov 2026 22:39") is Status.OVERDUE


def test_a_report_from_before_the_child_was_last_back_is_of_the_earlier_absence() -> None:
    earlier = ["Fri 20 Nov 2026 18:00  missing.noticed", "Fri 20 Nov 2026 21:00  missing.returned"]
    assert report(earlier, "Fri 20 Nov 2026 20:59") is Status.OVERDUE
    assert report(earlier, "Fri 20 Nov 2026 21:01") is Status.MET


def test_one_telling_between_two_absences_meets_only_one_of_them() -> None:
    """It was about the first (it met that), so it says nothing of the second."""
    timeline = [
        "Fri 20 Nov 2026 12:00  care.started",
        "Fri 20 Nov 2026 18:00  missing.noticed",
        "Fri 20 Nov 2026 20:00  missing.returned",
        "Fri 20 Nov 2026 20:30  missing.told  who=home office",
        "Fri 20 Nov 2026 22:00  missing.noticed",
        "Fri 20 Nov 2026 22:10  missing.reported_to_police",
    ]
    rules = [r for r in statute().rules if r.key == "NI-MIS-003"]
    told = [line.replace("home office", "department of health") for line in timeline]
    found = run(told, read_time("Sat 21 Nov 2026 09:00").at, Statute(rules), Nation.NORTHERN_IRELAND, vocabulary())
    assert [o.met_by is not None for o in found] == [True, False]


def test_a_meeting_before_the_absence_is_not_the_meeting_that_the_hours_ask_for() -> None:
    timeline = [
        "Fri 20 Nov 2026 20:00  missing.strategy_meeting_held",
        "Fri 20 Nov 2026 22:40  missing.noticed  category=missing",
    ]
    assert one("ENG-MIS-009", timeline, "Tue 24 Nov 2026 09:00")[1] is Status.OPEN
