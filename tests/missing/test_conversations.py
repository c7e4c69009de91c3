"""The ledger of return conversations: offered, refused, offered again, held, in time or not; and what belongs where."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from holdfast.access.actions import add_person, give_post
from holdfast.access.models import Agency
from holdfast.access.queries import reader
from holdfast.access.rules import Role
from holdfast.chronology.draft import Draft
from holdfast.chronology.entry import Entry
from holdfast.chronology.kinds import Audience
from holdfast.chronology.moment import Moment
from holdfast.chronology.story import Story
from holdfast.config.vocabulary import vocabulary
from holdfast.missing.actions import record_in_episode
from holdfast.missing.conversations import InTime, Row, counts, in_time, ledger
from holdfast.missing.kinds import InterviewOffered, Sighted
from holdfast.missing.picture import episodes
from holdfast.missing.rules import CannotRecord, check_publicity
from holdfast.missing.search_kinds import PublicityDecided
from tests.access.test_who_may_look import a_reader
from tests.builders import a_child, a_draft, at


def rows(*drafts: Draft) -> tuple[Row, ...]:
    entries = [
        Entry(f"{n:03}", "TRN2-6K4H", d.kind, d.occurred, d.occurred.at, d.details) for n, d in enumerate(drafts)
    ]
    return ledger(episodes(Story.of("TRN2-6K4H", entries, vocabulary())))


GONE = a_draft("missing.noticed", "2026-11-20T22:40Z")
BACK = a_draft("missing.returned", "2026-11-21T06:10Z", to="Elm House")


def test_a_refusal_is_to_be_offered_again_and_an_offer_does_not_count_as_held() -> None:
    no = a_draft("missing.interview_declined", "2026-11-22T12:00Z", reason="the child said no", by="the child")
    offer = a_draft("missing.interview_offered", "2026-11-22T11:00Z", by="Priya", independent=True)
    (row,) = rows(GONE, BACK, offer, no)
    assert row.is_refused and row.is_due and not row.was_accepted and row.due == at("2026-11-24T06:10Z")
    again = a_draft("missing.interview_offered", "2026-11-23T11:00Z", by="Priya", accepted=True)
    (row,) = rows(GONE, BACK, offer, no, again)
    assert not row.is_refused and row.was_accepted and len(row.offers) == 2 and row.held is None
    total = counts([row])
    assert (total.offered, total.accepted, total.held, total.held_in_time) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("returned", "held", "said"),
    [
        ("2026-11-21T06:10Z", "2026-11-24T06:10Z", InTime.YES),
        ("2026-11-21T06:10Z", "2026-11-24T06:11Z", InTime.NO),
        ("2026-11-21", "2026-11-23", InTime.YES),
        ("2026-11-21", "2026-11-24", InTime.NOT_CERTAIN),
        ("2026-11-21", "2026-11-25T00:01Z", InTime.NO),
        # Summer time ends on 25 October: seventy-two hours are an hour less on the clock.
        ("2026-10-24T18:00Z", "2026-10-27T18:00Z", InTime.YES),
        (None, "2026-11-24", InTime.NO_RETURN),
    ],
)
def test_in_time_is_counted_from_the_return_and_never_guessed(returned: str | None, held: str, said: InTime) -> None:
    assert in_time(Moment.parse(returned) if returned else None, Moment.parse(held)) is said


def test_one_conversation_can_be_about_several_episodes() -> None:
    again, back = a_draft("missing.noticed", "2026-11-22T20:00Z"), a_draft("missing.returned", "2026-11-23T06:00Z")
    held = a_draft("missing.interview_held", "2026-11-23T12:00Z", by="Priya", episodes=[1])
    first, second = rows(GONE, BACK, again, back, held)
    assert first.held is second.held and first.shared_with == (2,) and second.in_time is InTime.YES
    assert first.in_time is InTime.YES and counts([first, second]).held == 2
    alone = rows(GONE, BACK, again, back, a_draft("missing.interview_held", "2026-11-23T12:00Z"))
    assert [bool(r.held) for r in alone] == [False, True]


def test_the_childs_own_words_are_for_the_council_alone_and_what_was_learned_for_the_police_too() -> None:
    words = vocabulary()
    assert words["missing.interview_words"].audience == {Audience.COUNCIL}
    assert words["missing.interview_learned"].audience == {Audience.COUNCIL, Audience.POLICE}
    assert Audience.PROVIDER not in words["missing.interview_words"].audience


@pytest.mark.django_db
def test_what_is_recorded_with_an_episode_lies_in_it_and_once() -> None:
    grace: Any = a_reader(Role.DUTY_MANAGER, "MAR")
    child, now = a_child(GONE, BACK, a_draft("missing.noticed", "2026-11-22T20:00Z")), at("2026-11-23T09:00Z")
    ngozi = add_person(username="okafor", first_name="Ngozi", last_name="Okafor", password="a long enough one")
    agency = Agency.objects.get(pk="MAR")
    give_post(person=ngozi, agency=agency, role=Role.DUTY_MANAGER, begins_on=at("2026-01-01").date())
    a_colleague = reader(ngozi, now)

    def record(
        details: object, when: str, episode: int = 2, token: str = "t", minutes: int = 0, by: Any = grace
    ) -> object:
        moment, later = Moment.parse(when), now + timedelta(minutes=minutes)
        return record_in_episode(
            child=child, episode=episode, details=details, when=moment, by=by, at=later, token=token
        )

    assert record(Sighted(by="a driver"), "2026-11-23T08:00Z")
    assert record(Sighted(by="a driver"), "2026-11-23T08:00Z") is None
    # Back, and pressed again on a page that is new and filled in as before: the same; later, or by another, one more.
    assert record(Sighted(by="a driver"), "2026-11-23T08:00Z", token="t2", minutes=9) is None
    assert record(Sighted(by="a driver"), "2026-11-23T08:00Z", token="t3", by=a_colleague)
    assert record(Sighted(by="a driver"), "2026-11-23T08:00Z", token="t4", minutes=10)
    assert record(Sighted(by="a driver"), "2026-11-23T08:01Z", token="t5", minutes=10)
    for details, when, episode, words in (
        (Sighted(), "2026-11-22T19:00Z", 2, "before the child was noticed"),
        (Sighted(), "2026-11-24T19:00Z", 2, "must be in the past"),
        (Sighted(), "2026-11-22T21:00Z", 1, "gone missing again"),
        (Sighted(), "2026-11-22T21:00Z", 9, "No such missing episode"),
        (InterviewOffered(), "2026-11-23T08:00Z", 2, "has not been found or returned"),
        (InterviewOffered(), "2026-11-21T01:00Z", 1, "before the child was found"),
        (PublicityDecided(words="Help us find Tuan, who lives in a care home"), "2026-11-23T08:00Z", 2, "care home"),
    ):
        with pytest.raises(CannotRecord, match=words):
            record(details, when, episode, token=words)


@pytest.mark.parametrize(
    "words", ["a child in care", "his foster carer", "who may have been trafficked", "an asylum seeker", "looked-after"]
)
def test_an_appeal_never_says_that_a_child_is_in_care_or_trafficked(words: str) -> None:
    with pytest.raises(CannotRecord):
        check_publicity(f"We are looking for Tuan, {words}, last seen on Friday")
    check_publicity("We are looking for Tuan, 16, last seen near the coach station. We care about Tuan’s safety")
