"""Times that are not known to the minute: whatever is accepted, the list, the episode and the law say the same of the
child afterwards. A "today, time not known" that was read as midnight once let a child who was just reported vanish."""

from __future__ import annotations

from itertools import product

import pytest
from django.db import transaction

from holdfast.access.queries import Reader
from holdfast.access.rules import Role
from holdfast.chronology.moment import Moment, Precision
from holdfast.chronology.queries import stories
from holdfast.missing.actions import correct_moment, record_found, record_in_episode, record_returned, report
from holdfast.missing.kinds import Category, CategoryChanged, Found, Returned, Risk, RiskGraded
from holdfast.missing.picture import Episode, State, episodes
from holdfast.missing.queries import missing_now
from holdfast.missing.report import PoliceTold, Report, Stretch
from holdfast.missing.rules import CannotRecord
from tests.access.test_who_may_look import a_reader
from tests.builders import a_child, a_draft, at

pytestmark = pytest.mark.django_db
NOW = at("2026-11-23T07:50Z")
EXACT = "2026-11-22T04:20Z", "2026-11-23T06:30Z", "2026-11-23T07:48Z"
TIMES = (
    *(Moment(at(text)) for text in EXACT),
    Moment(at("2026-11-23T06:00Z"), Precision.HOUR),
    Moment.on(at("2026-11-22T12:00Z").date()),
    Moment.on(at("2026-11-23T12:00Z").date()),
)
TODAY = TIMES[5]
SEEN = (None, Stretch(Moment(at("2026-11-22T21:00Z")), at("2026-11-22T22:30Z")), Stretch(TODAY))


def now_episodes(child: str) -> tuple[Episode, ...]:
    return episodes(stories([child])[child])


@pytest.fixture
def who() -> Reader:
    return a_reader(Role.DUTY_MANAGER, "MAR")


def child_who_came_back(noticed: str, ended: Moment, how: str, who: Reader) -> str | None:
    """A child with one ended episode; None where that end cannot follow that noticing."""
    child = a_child(a_draft("child.named", "2026-01-05T09:00Z", first="Selam"), a_draft("missing.noticed", noticed))
    act, details = (record_found, Found()) if how == "found" else (record_returned, Returned())
    try:
        with transaction.atomic():
            act(child=child, when=ended, details=details, by=who, at=NOW, token="e")
    except CannotRecord:
        return None
    assert [e.state for e in now_episodes(child)] == [State.FOUND if how == "found" else State.RETURNED]
    assert missing_now(who, NOW).total == 0
    return child


def is_listed(child: str, who: Reader) -> bool:
    return child in [r.ref for r in missing_now(who, NOW).rows]


@pytest.mark.parametrize("how", ["found", "returned"])
def test_an_accepted_end_ends_the_episode_and_an_accepted_report_puts_the_child_on_the_list(
    how: str, who: Reader
) -> None:
    ended_well = reported = refused = 0
    for noticed, ended in product(("2026-11-21T16:00Z", "2026-11-22", "2026-11-23", "2026-11-23T06:30Z"), TIMES):
        for new, seen in product((None, *TIMES), SEEN):
            if new is not None and seen is not SEEN[0]:
                continue
            sid = transaction.savepoint()
            child = child_who_came_back(noticed, ended, how, who)
            if child is not None:
                ended_well += 1
                (before,) = now_episodes(child)
                told = Report(noticed=Stretch(new) if new else None, last_seen=seen, police=PoliceTold())
                try:
                    with transaction.atomic():
                        done = report(child=child, report=told, by=who, at=NOW, token="r")
                    reported += 1
                    old, fresh = now_episodes(child)
                    assert (old.noticed, old.ended) == (before.noticed, before.ended), (noticed, ended, new, seen)
                    assert fresh.state is State.MISSING and done.episode == 2 and is_listed(child, who)
                    assert fresh.reported is not None and not fresh.reported.occurred.is_exact
                except CannotRecord:
                    refused += 1
                    assert [e.number for e in now_episodes(child)] == [1] and not is_listed(child, who)
            transaction.savepoint_rollback(sid)
    assert ended_well > 60 and reported > 50 and refused > 10, (ended_well, reported, refused)


def test_a_further_report_whose_time_nobody_knows_leaves_the_noticing_as_it_was_known(who: Reader) -> None:
    for new, seen in product((None, *TIMES[3:]), SEEN):
        child = a_child(a_draft("missing.noticed", "2026-11-23T06:30Z"))
        told = Report(noticed=Stretch(new) if new else None, last_seen=seen)
        try:
            with transaction.atomic():
                report(child=child, report=told, by=who, at=NOW, token="again")
        except CannotRecord:
            continue
        (one,) = now_episodes(child)
        assert one.noticed == Moment(at("2026-11-23T06:30Z")) and one.state is State.MISSING


def test_a_return_of_the_same_day_is_after_the_noticing_for_the_list_the_episode_and_the_law(who: Reader) -> None:
    child = a_child(a_draft("missing.noticed", "2026-11-22T16:00Z"))
    record_returned(
        child=child, when=Moment.on(at("2026-11-22T12:00Z").date()), details=Returned(), by=who, at=NOW, token="t"
    )
    (one,) = now_episodes(child)
    assert one.returned is not None and one.returned.precision is Precision.DAY
    assert one.returned.latest == at("2026-11-23T00:00Z") and not is_listed(child, who)


def test_a_corrected_time_that_is_known_to_the_day_keeps_the_order_too(who: Reader) -> None:
    child = a_child(
        a_draft("missing.noticed", "2026-11-22T16:00Z"),
        a_draft("missing.found", "2026-11-22T18:00Z"),
        a_draft("missing.returned", "2026-11-22T19:00Z"),
        a_draft("missing.noticed", "2026-11-23T05:00Z"),
    )
    whole_days = {"missing.returned": "2026-11-22", "missing.found": "2026-11-22", "missing.noticed": "2026-11-23"}
    for kind, day in whole_days.items():
        entry = [e for e in stories([child])[child].standing if e.kind == kind][-1]
        correct_moment(child=child, entry=entry.id, when=Moment.parse(day), by=who, at=NOW)
        old, fresh = now_episodes(child)
        assert (old.state, fresh.state) == (State.RETURNED, State.MISSING), kind
        assert old.noticed.at == at("2026-11-22T16:00Z")
    too_early = [e for e in stories([child])[child].standing if e.kind == "missing.noticed"][-1]
    with pytest.raises(CannotRecord, match="from the last time"):
        correct_moment(child=child, entry=too_early.id, when=Moment.parse("2026-11-21"), by=who, at=NOW)


@pytest.mark.parametrize("when", [TODAY, TIMES[3]])
def test_what_is_said_last_of_the_category_and_the_risk_stands_also_where_its_time_is_not_known(
    when: Moment, who: Reader
) -> None:
    child = a_child(
        a_draft("missing.noticed", "2026-11-23T05:00Z"),
        a_draft("missing.category_changed", "2026-11-23T06:30Z", category="away"),
        a_draft("missing.risk_graded", "2026-11-23T06:30Z", risk="low", by="the police"),
    )
    for token, details in (("c", CategoryChanged(Category.MISSING)), ("r", RiskGraded(Risk.HIGH, "the police"))):
        record_in_episode(child=child, episode=1, details=details, when=when, by=who, at=NOW, token=token)
    (episode,) = now_episodes(child)
    assert episode.category is Category.MISSING
    assert episode.grading is not None and episode.grading.risk is Risk.HIGH


def test_a_grade_of_the_day_before_does_not_take_the_place_of_this_morning_s(who: Reader) -> None:
    child = a_child(
        a_draft("missing.noticed", "2026-11-22T05:00Z"),
        a_draft("missing.risk_graded", "2026-11-23T06:30Z", risk="high", by="the police"),
    )
    graded = RiskGraded(Risk.LOW, "the police")
    record_in_episode(child=child, episode=1, details=graded, when=TIMES[4], by=who, at=NOW, token="r")
    (episode,) = now_episodes(child)
    assert episode.grading is not None and episode.grading.risk is Risk.HIGH
