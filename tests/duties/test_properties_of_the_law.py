"""Properties that a court would ask of the computation: what was known stays known, and the shapes that are subtle."""

from __future__ import annotations

import random
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.chronology.entry import Entry
from holdfast.chronology.moment import Moment
from holdfast.chronology.standing import in_force
from holdfast.config.vocabulary import vocabulary
from holdfast.duties.engine import obligations
from holdfast.duties.obligation import Obligation, Status, status
from holdfast.duties.reckoning import due_times, threshold_passed
from holdfast.duties.rule import Due, Nation, Unit
from holdfast.duties.sentences import because
from holdfast.duties.statute import statute
from holdfast.duties.timeline import read_time, run
from holdfast.worktime.regime import regime

sys.path.insert(0, str(Path(__file__).parent))
from test_engine_and_naive_reading_agree import BEGAN, _pool, chronology


def required(entries: list[Entry], nation: Nation, at: datetime, known: datetime) -> tuple[Obligation, ...]:
    standing = in_force(entries, as_known_at=known, as_at=at)
    return obligations(standing, statute(), nation=nation, vocabulary=vocabulary(), as_at=at)


@settings(deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(Nation), st.integers(1, 700), st.data())
def test_a_later_fact_never_unhappens_a_breach_already_recorded_as_known(
    seed: int, nation: Nation, day: int, data: st.DataObject
) -> None:
    """Asked as known then, the answer of then is given for ever, whatever is recorded or corrected afterwards."""
    dice = random.Random(seed)
    entries = chronology(dice, vocabulary(), *_pool(vocabulary()))
    then = BEGAN + timedelta(days=day)
    before = [e for e in entries if e.recorded_at <= then]
    breaches = {
        o.key: because(o, then) for o in required(before, nation, then, then) if status(o, then) is Status.OVERDUE
    }
    later = [
        Entry(
            id=f"late{n}",
            child="c",
            kind=e.kind,
            occurred=e.occurred,
            recorded_at=then + timedelta(days=n + 1),
            details=e.details,
            corrects=e.id if data.draw(st.booleans()) else None,
        )
        for n, e in enumerate(entries)
    ]
    again = required([*entries, *later], nation, then, then)
    found = {o.key: because(o, then) for o in again if status(o, then) is Status.OVERDUE}
    assert found == breaches


def one(rule: str, timeline: list[str], at: str, nation: Nation = Nation.ENGLAND) -> Obligation:
    (found,) = [o for o in run(timeline, read_time(at).at, statute(), nation, vocabulary()) if o.rule.key == rule]
    return found


def test_a_duty_goes_with_the_child_to_the_receiving_authority() -> None:
    timeline = [
        "Mon 2 Nov 2026 10:00  care.started  authority=Marrowshire",
        "Mon 9 Nov 2026 10:00  care.transferred  to_authority=Lowmoor",
        "Mon 23 Nov 2026 10:00  care.reviewed",
        "Tue 24 Nov 2026 10:00  care.transferred  to_authority=Elsewhere",
    ]
    review = one("ENG-CAR-006", timeline, "Wed 25 Nov 2026 09:00")
    assert [e.details.to_authority for e in review.passed_on] == ["Lowmoor"]
    assert "responsibility passed to Lowmoor on Monday 9 November 2026 at 10am, and this duty with it" in because(
        review
    )
    # A duty of somebody else, such as the home, stays where it is.
    home = one(
        "ENG-MIS-007", [*timeline[:1], "Fri 20 Nov 2026 22:40  missing.reported_to_police"], "Wed 25 Nov 2026 09:00"
    )
    assert home.passed_on == () and not home.rule.passes_on_transfer


def test_the_deadline_does_not_move_when_the_child_is_transferred() -> None:
    start = "Mon 2 Nov 2026 10:00  care.started"
    stayed = one("ENG-CAR-006", [start], "Tue 10 Nov 2026 09:00")
    moved = one("ENG-CAR-006", [start, "Mon 9 Nov 2026 10:00  care.transferred"], "Tue 10 Nov 2026 09:00")
    assert stayed.due_at == moved.due_at and stayed.passed_on == () and len(moved.passed_on) == 1


def test_several_bodies_must_each_be_told_and_the_last_one_meets_it() -> None:
    timeline = [
        "Mon 2 Nov 2026 15:00  placement.started  place=K2",
        "Mon 16 Nov 2026 09:00  placement.serious_event  what=sexual exploitation",
        "Mon 16 Nov 2026 11:00  missing.told  who=placing authority",
        "Mon 16 Nov 2026 10:00  missing.told  who=Ofsted",
    ]
    found = one("ENG-MIS-017", timeline, "Tue 17 Nov 2026 09:00")
    assert found.met_by is not None and found.met_by.details.who == "placing authority"
    assert one("ENG-MIS-017", timeline[:3], "Tue 17 Nov 2026 09:00").met_by is None


def test_a_floor_in_years_is_never_overdue_and_is_met_when_it_is_over() -> None:
    timeline = ["Mon 2 Nov 2015 10:00  child.age_recorded  born_on=2012-02-29", "Mon 2 Nov 2015 10:00  care.started"]
    kept = one("ENG-CAR-019 75th birthday", timeline, "Mon 3 Nov 2025 09:00")
    assert kept.due_on == date(2087, 2, 28) and status(kept, datetime(2080, 1, 1, tzinfo=UTC)) is Status.OPEN
    assert status(kept, datetime(2087, 3, 1, tzinfo=UTC)) is Status.MET
    assert "keep the case record until the 75th birthday, to the end of Friday 28 February 2087" in because(kept)


def test_while_the_age_is_disputed_the_later_birth_keeps_the_record_for_longest() -> None:
    timeline = [
        "Mon 2 Nov 2026 10:00  child.age_recorded  born_on=2008-05-01",
        "Mon 2 Nov 2026 11:00  child.age_recorded  born_on=2010-05-01  standing=disputed",
        "Mon 2 Nov 2026 12:00  care.started",
    ]
    assert one("ENG-CAR-019 75th birthday", timeline, "Tue 3 Nov 2026 09:00").due_on == date(2085, 4, 30)


@pytest.mark.parametrize(
    ("first", "begins"),
    [
        ("Mon 2 Nov 2026 09:00", "Sat 14 Nov 2026 00:00"),  # ten weekdays, the first of them counted
        ("Sat 31 Oct 2026 09:00", "Sat 14 Nov 2026 00:00"),  # a Saturday is no school day
        ("Mon 30 Mar 2026 09:00", "Wed 15 Apr 2026 00:00"),  # over Easter
    ],
)
def test_ten_school_days_are_over_at_the_end_of_the_tenth(first: str, begins: str) -> None:
    due = Due(Unit.SCHOOL_DAYS_THRESHOLD, 10, "school-england")
    assert threshold_passed(due, read_time(first).at) == read_time(begins).at


def test_days_that_begin_with_the_day_of_the_event_are_one_fewer() -> None:
    start = Moment(datetime(2026, 11, 2, 10, tzinfo=UTC))
    assert due_times(Due(Unit.CALENDAR_DAYS, 30, first_day_counts=True), start)[1] == date(2026, 12, 1)
    assert due_times(Due(Unit.CALENDAR_DAYS, 30), start)[1] == date(2026, 12, 2)


@pytest.mark.parametrize("rule", ["ENG-MIS-006", "UK-MIS-003"])
def test_a_prompt_without_a_verified_number_says_so_and_has_no_time(rule: str) -> None:
    timeline = ["Fri 20 Nov 2026 22:40  missing.noticed", "Fri 20 Nov 2026 22:50  missing.reported_to_police"]
    found = one(rule, timeline, "Mon 1 Mar 2027 09:00")
    assert (found.due_at, found.due_on, found.due_latest) == (None, None, None)
    assert status(found, datetime(2040, 1, 1, tzinfo=UTC)) is Status.OPEN
    assert "no time is given, because none could be verified" in because(found)
    assert "this reading is unverified" in because(found)


def test_each_nation_has_its_own_hours_of_police_protection() -> None:
    timeline = ["Fri 20 Nov 2026 22:40  protection.removed_by_police"]
    assert one("EW-CP-001", timeline, "Sat 21 Nov 2026 09:00").due_at == datetime(2026, 11, 23, 22, 40, tzinfo=UTC)
    scots = one("SCO-CP-007", timeline, "Sat 21 Nov 2026 09:00", Nation.SCOTLAND)
    assert scots.due_at == datetime(2026, 11, 21, 22, 40, tzinfo=UTC)


def test_a_rule_that_changes_while_a_placement_lasts_is_read_as_it_stood_when_the_duty_began() -> None:
    timeline = [
        "Mon 2 Jan 2023 10:00  child.age_recorded  born_on=2006-06-05",
        "Fri 27 Oct 2023 15:00  placement.started  place=H5",
    ]
    at = read_time("Mon 6 Nov 2023 09:00").at
    assert "ENG-CAR-015" not in {o.rule.id for o in run(timeline, at, statute(), Nation.ENGLAND, vocabulary())}
    moved = [*timeline, "Sat 28 Oct 2023 15:00  placement.started  place=K3"]
    assert "ENG-CAR-015" in {o.rule.id for o in run(moved, at, statute(), Nation.ENGLAND, vocabulary())}


def test_one_act_serves_for_two_starts_where_the_rule_does_not_ask_for_one_each() -> None:
    timeline = [
        "Mon 16 Nov 2026 10:00  protection.harm_suspected",
        "Mon 16 Nov 2026 12:00  protection.harm_suspected",
        "Mon 16 Nov 2026 15:00  protection.strategy_discussion_held",
    ]
    at = read_time("Tue 17 Nov 2026 09:00").at
    found = [o for o in run(timeline, at, statute(), Nation.ENGLAND, vocabulary()) if o.rule.id == "ENG-CP-002"]
    assert [status(o, at) for o in found] == [Status.MET, Status.MET]


def test_times_away_without_authorisation_do_not_count_among_three_episodes() -> None:
    away = [
        "Sun 1 Nov 2026 20:00  missing.noticed  category=away",
        "Mon 2 Nov 2026 08:00  missing.returned",
        "Sun 8 Nov 2026 20:00  missing.noticed  category=away",
        "Mon 9 Nov 2026 08:00  missing.returned",
        "Sun 15 Nov 2026 20:00  missing.noticed",
    ]
    at = read_time("Mon 16 Nov 2026 09:00").at
    assert "ENG-MIS-011" not in {o.rule.id for o in run(away, at, statute(), Nation.ENGLAND, vocabulary())}


def test_weeks_in_care_add_up_over_several_stays() -> None:
    """Thirteen weeks are 91 days: 60 of them before, so 31 are left when care begins again."""
    timeline = [
        "Mon 5 Jan 2026 10:00  child.age_recorded  born_on=2010-02-01",
        "Mon 5 Jan 2026 11:00  care.started",
        "Fri 6 Mar 2026 11:00  care.ended",
        "Mon 1 Jun 2026 11:00  care.started",
    ]
    pathway = one("ENG-CAR-018", timeline, "Mon 7 Dec 2026 09:00")
    assert pathway.started_at == read_time("Thu 2 Jul 2026 00:00").at


def test_the_table_of_working_days_reaches_to_its_last_day() -> None:
    assert regime("england-care").add(date(2035, 12, 28), 1) == date(2035, 12, 31)
