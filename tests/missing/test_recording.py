"""Found and returned, recorded by people: allowed, in order, once."""

from __future__ import annotations

import pytest

from holdfast.access.rules import Role
from holdfast.chronology.actions import NotInForce
from holdfast.chronology.moment import Moment
from holdfast.chronology.queries import stories
from holdfast.missing.actions import NotAllowed, correct_moment, record_found, record_returned
from holdfast.missing.kinds import Found, Returned
from holdfast.missing.picture import State, episodes
from holdfast.missing.queries import Filters, missing_now
from holdfast.missing.rules import CannotRecord
from tests.access.test_who_may_look import a_reader
from tests.builders import a_child, a_draft, at

pytestmark = pytest.mark.django_db
NOW = at("2026-11-21T12:00Z")


@pytest.fixture
def tuan() -> str:
    return a_child(
        a_draft("child.named", "2026-01-05T09:00Z", first="Tuan"),
        a_draft("missing.noticed", "2026-11-20T22:40Z", noticed_by="Elm House"),
    )


def _found(child: str, when: str, token: str = "t1", by: object = None) -> object:
    who = by or a_reader(Role.DUTY_MANAGER, "MAR")
    return record_found(child=child, when=Moment.parse(when), details=Found(), by=who, at=NOW, token=token)


def test_found_ends_the_episode_and_the_list_empties(tuan: str) -> None:
    who = a_reader(Role.DUTY_MANAGER, "MAR")
    assert [r.first for r in missing_now(who, NOW).rows] == ["Tuan"]
    _found(tuan, "2026-11-21T06:00Z", by=who)
    assert missing_now(who, NOW).rows == ()
    (episode,) = episodes(stories([tuan])[tuan])
    assert episode.state is State.FOUND


def test_a_second_press_of_the_button_is_the_same_entry(tuan: str) -> None:
    who = a_reader(Role.DUTY_MANAGER, "MAR")
    assert _found(tuan, "2026-11-21T06:00Z", by=who)
    assert _found(tuan, "2026-11-21T06:00Z", by=who) is None
    assert sum(e.kind == "missing.found" for e in stories([tuan])[tuan].entries) == 1


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("2026-11-20T20:00Z", "before being noticed"),
        ("2026-11-22T20:00Z", "must be in the past"),
        ("1980-01-01T00:00Z", "after 1989"),
    ],
)
def test_a_finding_out_of_order_is_refused_with_words_for_the_page(tuan: str, when: str, words: str) -> None:
    with pytest.raises(CannotRecord, match=words):
        _found(tuan, when)


def test_a_return_cannot_come_before_the_finding_nor_twice(tuan: str) -> None:
    who = a_reader(Role.DUTY_MANAGER, "MAR")
    _found(tuan, "2026-11-21T06:00Z", by=who)

    def back(when: str, token: str) -> None:
        record_returned(child=tuan, when=Moment.parse(when), details=Returned(), by=who, at=NOW, token=token)

    with pytest.raises(CannotRecord, match="before being found"):
        back("2026-11-21T05:00Z", "t2")
    back("2026-11-21T08:00Z", "t3")
    with pytest.raises(CannotRecord, match="recorded already"):
        back("2026-11-21T09:00Z", "t4")


def test_somebody_without_a_tie_is_refused(tuan: str) -> None:
    with pytest.raises(NotAllowed):
        _found(tuan, "2026-11-21T06:00Z", by=a_reader(Role.DUTY_MANAGER, "LOW", name="lowe"))


def test_a_corrected_return_keeps_the_old_answer_and_the_second_hand_is_told(tuan: str) -> None:
    who = a_reader(Role.DUTY_MANAGER, "MAR")
    record_returned(child=tuan, when=Moment.parse("2026-11-21T08:00Z"), details=Returned(), by=who, at=NOW, token="t")
    before = stories([tuan])[tuan].last("missing.returned")
    after = correct_moment(child=tuan, entry=before.id, when=Moment.parse("2026-11-21T07:00Z"), by=who, at=NOW)
    assert after.corrects == before.id
    with pytest.raises(NotInForce) as told:
        correct_moment(child=tuan, entry=before.id, when=Moment.parse("2026-11-21T09:00Z"), by=who, at=NOW)
    assert told.value.now.id == after.id
    with pytest.raises(CannotRecord, match="before the child was noticed"):
        correct_moment(child=tuan, entry=after.id, when=Moment.parse("2026-11-20T09:00Z"), by=who, at=NOW)


def test_a_second_report_the_same_night_joins_the_open_episode(tuan: str) -> None:
    from holdfast.chronology.actions import append

    append(tuan, [a_draft("missing.noticed", "2026-11-20T23:30Z")], by="reid", agency="MARPOL", at=NOW)
    assert len(episodes(stories([tuan])[tuan])) == 1


def test_an_eighteenth_birthday_ends_no_episode() -> None:
    who = a_reader(Role.DUTY_MANAGER, "MAR")
    a_child(
        a_draft("child.age_recorded", "2026-01-05T09:00Z", born_on="2008-02-01"),
        a_draft("missing.noticed", "2026-01-10T22:00Z"),
        a_draft("care.started", "2026-01-05T10:00Z"),
        a_draft("care.ended", "2026-02-01T00:00Z", reason="E7"),
    )
    assert missing_now(who, NOW).total == 1


def test_filters_narrow_the_list(tuan: str) -> None:
    who = a_reader(Role.DUTY_MANAGER, "MAR")
    assert missing_now(who, NOW, filters=Filters(group="unaccompanied")).total == 0
    assert missing_now(who, NOW, filters=Filters(authority="MAR")).total == 1


def test_no_correction_of_an_end_ends_the_next_episode_or_puts_the_finding_after_the_return() -> None:
    who = a_reader(Role.DUTY_MANAGER, "MAR")
    child = a_child(
        a_draft("missing.noticed", "2026-11-20T16:00Z"),
        a_draft("missing.found", "2026-11-20T17:00Z"),
        a_draft("missing.returned", "2026-11-20T18:00Z"),
        a_draft("missing.noticed", "2026-11-20T22:00Z"),
    )
    ends = {e.kind: e.id for e in stories([child])[child].standing if e.kind != "missing.noticed"}
    for kind, when, words in (
        ("missing.returned", "2026-11-20T23:00Z", "gone missing again"),
        ("missing.found", "2026-11-20T23:00Z", "gone missing again"),
        ("missing.found", "2026-11-20T19:00Z", "after the child returned"),
    ):
        with pytest.raises(CannotRecord, match=words):
            correct_moment(child=child, entry=ends[kind], when=Moment.parse(when), by=who, at=NOW)
    correct_moment(child=child, entry=ends["missing.returned"], when=Moment.parse("2026-11-20T21:00Z"), by=who, at=NOW)
    assert [e.state for e in episodes(stories([child])[child])] == [State.RETURNED, State.MISSING]
    assert missing_now(who, NOW).total == 1
