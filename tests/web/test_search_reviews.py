"""Reviews of a search: what the page stores, which duties it meets, and the rhythm of a child who is never found."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from holdfast.access.rules import Role
from holdfast.child.models import OpenDuty
from holdfast.chronology.actions import append
from holdfast.chronology.moment import Moment
from holdfast.chronology.queries import stories
from holdfast.missing.kinds import StrategyMeetingHeld
from holdfast.missing.picture import episodes
from holdfast.missing.reviews import Review, Rhythm, record_review, reviews_of, rhythm
from tests.access.test_who_may_look import a_reader
from tests.builders import a_child, a_draft, at
from tests.web.conftest import AMINA, SELAM, TUAN
from tests.web.test_pages import text_of

SignIn = Callable[..., Client]
PAGE = f"/children/{AMINA}/episode/2/review"
A_REVIEW = {
    "day": "now", "agencies": ["Council", "Police"], "absent": ["School"], "decision": "Ask the coach company.",
    "told": ["UK Missing Persons Unit"], "next_on": "", "what_1": "Ring the aunt", "who_1": "Ms Okafor",
    "by_1": "24 11 2026",
}  # fmt: skip


def typed(client: Client, **changes: object) -> dict:
    token = re.search(r'name="page" value="([^"]+)"', client.get(PAGE).content.decode())
    assert token
    return {**A_REVIEW, "page": token[1], **changes}


def test_a_review_stores_the_meeting_its_actions_and_who_was_told_in_one_act(signed_in: SignIn) -> None:
    client = signed_in("manager")
    data = typed(client)
    assert client.post(PAGE, data).status_code == 302
    client.post(PAGE, data)
    _, episode = episodes(stories([AMINA])[AMINA])
    kept = reviews_of(episode)[0]
    assert kept.meeting.details.agencies == ("Council", "Police") and kept.meeting.details.absent == ("School",)
    (action,) = kept.actions
    assert (action.details.what, action.details.who) == ("Ring the aunt", "Ms Okafor")
    assert [t.details.who for t in kept.told] == ["UK Missing Persons Unit"]
    assert sum(e.occasion == kept.meeting.occasion for e in episode.entries) == 3, "the second press stored nothing"
    said = text_of(client.get(PAGE))
    assert "Was asked and did not come: School" in said and "To be done: Ring the aunt, by Ms Okafor" in said


def open_rules(ref: str) -> set[str]:
    now = datetime.now(UTC)
    return set(OpenDuty.objects.filter(child_id=ref, started_at__lte=now).values_list("rule", flat=True))


def test_after_four_days_a_review_meets_the_meetings_and_the_notice_that_the_law_asks_for(
    county: datetime, signed_in: SignIn
) -> None:
    ref = a_child(a_draft("child.known", "2026-01-05T09:00Z", authority="MAR"),
                  a_draft("missing.noticed", (county - timedelta(days=4)).isoformat()))  # fmt: skip
    asked = {"ENG-MIS-009", "ENG-MIS-010", "UK-MIS-001"}
    assert asked <= open_rules(ref)
    client, page = signed_in("manager"), f"/children/{ref}/episode/1/review"
    said = text_of(client.get(page))
    assert "Hold the formal missing meeting" in said and "Tell the UK Missing Persons Unit" in said
    token = re.search(r'name="page" value="([^"]+)"', client.get(page).content.decode())
    assert token and client.post(page, {**A_REVIEW, "page": token[1], "told": []}).status_code == 302
    assert asked & open_rules(ref) == {"UK-MIS-001"}
    token = re.search(r'name="page" value="([^"]+)"', client.get(page).content.decode())
    assert token and client.post(page, {**A_REVIEW, "page": token[1]}).status_code == 302
    assert not asked & open_rules(ref)


def test_the_rhythm_never_ends_by_time_and_says_when_no_day_is_set(county: datetime) -> None:
    ref = a_child(a_draft("child.age_recorded", "2026-01-05T09:00Z", born_on="2010-01-01"),
                  a_draft("missing.noticed", "2026-01-06T09:00Z"))  # fmt: skip
    (episode,) = episodes(stories([ref])[ref])
    years_later = datetime(2036, 1, 1, tzinfo=UTC)
    assert rhythm(episode, (), years_later) == Rhythm(None, False)
    met = a_draft("missing.strategy_meeting_held", "2026-01-07T09:00Z", next_on="2026-01-14")
    append(ref, [met], by="okafor", agency="MAR", at=datetime(2026, 1, 7, 10, tzinfo=UTC))
    (episode,) = episodes(stories([ref])[ref])
    late = {
        day: rhythm(episode, reviews_of(episode), datetime(2026, 1, day, 12, tzinfo=UTC)).is_late  # type: ignore[union-attr]
        for day in (13, 14, 15)
    }
    assert late == {13: False, 14: False, 15: True}
    found = a_draft("missing.found", "2026-01-16T09:00Z")
    append(ref, [found], by="okafor", agency="MAR", at=datetime(2026, 1, 16, 10, tzinfo=UTC))
    (episode,) = episodes(stories([ref])[ref])
    assert rhythm(episode, reviews_of(episode), years_later) is None


@pytest.mark.django_db
def test_a_review_whose_time_is_not_known_belongs_to_the_episode_of_that_day() -> None:
    ref = a_child(a_draft("missing.noticed", "2026-11-23T06:30Z"))
    review = Review(Moment.parse("2026-11-23"), StrategyMeetingHeld(decision="Ask the coach company"))
    now, manager = at("2026-11-23T07:50Z"), a_reader(Role.DUTY_MANAGER, "MAR")
    assert record_review(child=ref, episode=1, review=review, by=manager, at=now, token="t")
    (episode,) = episodes(stories([ref])[ref])
    assert [kept.meeting.details.decision for kept in reviews_of(episode)] == ["Ask the coach company"]


def test_no_next_day_is_said_loudly_while_the_child_is_missing(signed_in: SignIn) -> None:
    client = signed_in("manager")
    assert "No day is set for the next meeting" in text_of(client.get(f"/children/{TUAN}/episode/1/review"))
    assert "No day is set" not in text_of(client.get(f"/children/{SELAM}/episode/1/review"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"agencies": []}, "Select who came"), ({"decision": " "}, "Enter what was decided"),
     ({"absent": ["Police"]}, "Police came or did not come"), ({"day": ""}, "Select the day"),
     ({"what_1": "", "who_1": "Ms Okafor"}, "Enter what action 1 is"), ({"who_1": ""}, "Enter who does action 1"),
     ({"by_1": "32 13 2026"}, "must be a real date"), ({"next_on": "soon"}, "The date must include"),
     ({"told": ["The press"]}, "Select from the list"), ({"decision": "x" * 601}, "600 characters or fewer"),
     ({"day": "other", "date_day": "1", "date_month": "1", "date_year": "2020", "time": "1pm"}, "before the child was"),
     ({"day": "other", "date_day": "1", "date_month": "1", "date_year": "2099", "time": "1pm"}, "in the past")],
)  # fmt: skip
def test_what_is_lacking_is_said_and_nothing_typed_is_lost(changes: dict, words: str, signed_in: SignIn) -> None:
    client = signed_in("manager")
    before = len(stories([AMINA])[AMINA].entries)
    answer = client.post(PAGE, typed(client, **changes))
    assert answer.status_code == 200 and words in text_of(answer), text_of(answer)[:1500]
    assert "Ring the aunt" in answer.content.decode() or changes.get("what_1") == ""
    assert len(stories([AMINA])[AMINA].entries) == before


def test_who_may_not_read_meetings_records_none_and_an_episode_that_is_not_there_is_not_found(
    signed_in: SignIn,
) -> None:
    elm = signed_in("elm")
    page = f"/children/{TUAN}/episode/1/review"
    assert "Record this review" not in text_of(elm.get(page))
    assert elm.post(page, A_REVIEW).status_code == 403
    manager = signed_in("manager")
    assert manager.get(f"/children/{AMINA}/episode/3/review").status_code == 404
    assert manager.post(f"/children/{AMINA}/episode/99999999/review", A_REVIEW).status_code == 404


def test_the_page_is_small_and_asks_at_most_twelve_queries(signed_in: SignIn) -> None:
    client = signed_in("manager")
    client.post(PAGE, typed(client))
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(PAGE)
    real = [q for q in asked.captured_queries if not re.match(r"(RELEASE )?SAVEPOINT|BEGIN|COMMIT", q["sql"])]
    assert len(real) <= 12 and len(answer.content) < 60_000
