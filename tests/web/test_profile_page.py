"""The profile that a carer holds: what it is made of, when it is old, and how a report begins with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from holdfast.child.profile import profile
from holdfast.chronology.actions import append
from holdfast.chronology.queries import stories
from tests.builders import a_child, a_draft
from tests.web.conftest import SELAM, TUAN
from tests.web.test_pages import text_of
from tests.web.test_report_pages import hidden

SignIn = Callable[..., Client]
PAGE = f"/children/{TUAN}/profile"
SAID = {
    "looks": "Slim, black hair", "phone": "07700 900123", "people": "An uncle in Leeds", "places": "The coach station",
    "worries": "A man who waits outside", "what_helps": "Ring Ms Okafor", "health": "Insulin: ill within 12 hours",
    "languages": "Vietnamese, English", "interpreter": "yes", "child_has_seen": "yes",
}  # fmt: skip


def keep(client: Client, **changes: str) -> object:
    data = hidden(client.get(PAGE)) | SAID | changes
    return client.post(PAGE, data)


def at(day: int, month: int = 6) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_each_part_says_since_when_it_is_said_as_it_is() -> None:
    ref = a_child(a_draft("child.described", "2026-03-01T09:00Z", looks="Slim", phone="1"),
                  a_draft("child.described", "2026-05-01T09:00Z", looks="Slim", phone="2"))  # fmt: skip
    known = profile(stories([ref])[ref])
    assert known.facts["looks"].said_at.at.month == 3 and known.facts["phone"].said_at.at.month == 5
    assert "places" not in known.facts


@pytest.mark.django_db
def test_it_is_stale_until_confirmed_after_three_months_and_after_a_move() -> None:
    ref = a_child(a_draft("child.described", "2026-05-01T09:00Z", phone="1"))
    known = profile(stories([ref])[ref])
    assert known.is_stale(at(1)) and not known.is_old("phone", at(30, 5)) and known.is_old("phone", at(2))
    append(ref, [a_draft("child.profile_confirmed", "2026-06-01T09:00Z", by="Elm House")], by="elm", agency="Elm House",
           at=at(1))  # fmt: skip
    known = profile(stories([ref])[ref])
    assert not known.is_stale(at(2)) and known.is_stale(at(1, 9)) and not known.is_old("phone", at(20))
    append(ref, [a_draft("placement.started", "2026-06-05T09:00Z", home="Carr Lane")], by="o", agency="MAR", at=at(6))
    known = profile(stories([ref])[ref])
    assert known.moved and known.is_stale(at(7))


def test_the_carer_changes_it_and_confirms_it_in_one_act(signed_in: SignIn) -> None:
    client = signed_in("elm")
    assert "Nobody has confirmed this profile" in text_of(client.get(PAGE))
    data = hidden(client.get(PAGE)) | SAID
    assert client.post(PAGE, data).status_code == 302
    client.post(PAGE, data)
    story = stories([TUAN])[TUAN]
    described, confirmed = story.last("child.described"), story.last("child.profile_confirmed")
    assert described and confirmed and described.occasion == confirmed.occasion
    assert described.details.languages == ("Vietnamese", "English") and described.details.interpreter_needed is True
    assert confirmed.details.by == "Night Worker" and confirmed.details.child_has_seen is True
    assert sum(e.kind == "child.profile_confirmed" for e in story.standing) == 1
    said = text_of(client.get(PAGE))
    assert "Insulin: ill within 12 hours" in said and "Tuan has seen it" in said


def test_confirming_what_has_not_changed_stores_no_new_description(signed_in: SignIn) -> None:
    client = signed_in("elm")
    keep(client)
    before = stories([TUAN])[TUAN].last("child.described")
    keep(client)
    story = stories([TUAN])[TUAN]
    assert story.last("child.described") == before
    assert sum(e.kind == "child.profile_confirmed" for e in story.standing) == 2


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(signed_in: SignIn) -> None:
    elm, okafor = signed_in("elm"), signed_in("okafor")
    seen_before = hidden(elm.get(PAGE))
    keep(okafor)
    answer = elm.post(PAGE, seen_before | SAID | {"phone": "wrong"})
    assert "Somebody changed this profile meanwhile" in text_of(answer) and "wrong" in answer.content.decode()
    described = stories([TUAN])[TUAN].last("child.described")
    assert described and described.details.phone == "07700 900123"


def test_a_profile_without_anything_is_not_confirmed(signed_in: SignIn) -> None:
    client, page = signed_in("manager"), f"/children/{SELAM}/profile"
    story = stories([SELAM])[SELAM]
    if story.last("child.described") is None:
        answer = client.post(page, hidden(client.get(page)))
        assert "There is nothing to confirm yet" in text_of(answer)
    answer = client.post(page, hidden(client.get(page)) | SAID | {"looks": "x" * 601, "interpreter": "maybe"})
    assert "Use 600 characters or fewer" in text_of(answer) and "There is a problem" in text_of(answer)
    assert stories([SELAM])[SELAM].entries == story.entries


def test_a_report_begins_with_the_profile_and_says_so(county: datetime, signed_in: SignIn) -> None:
    client = signed_in("manager")
    page = f"/children/{SELAM}/profile"
    client.post(page, hidden(client.get(page)) | SAID)
    client.post(f"/children/{SELAM}/report/sure", {})
    for slug, words in (("wearing", "07700 900123"), ("before", "The coach station"), ("worry", "Insulin")):
        answer = client.get(f"/children/{SELAM}/report/{slug}")
        assert words in answer.content.decode(), slug
        assert "Some of this is from the profile" in text_of(answer), slug
    # "I do not know" leaves what the page filled in by itself.
    as_shown = {"unknown": "on", "might_be": "The coach station", "with_whom": "An uncle in Leeds"}
    assert client.post(f"/children/{SELAM}/report/before", as_shown).status_code == 302
    refused = client.post(f"/children/{SELAM}/report/wearing", {"unknown": "on", "phone": "another"})
    assert "You entered an answer here" in text_of(refused)


def test_who_only_reads_cannot_change_it_and_the_page_is_small(signed_in: SignIn) -> None:
    client = signed_in("manager")
    keep(client)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(PAGE)
    real = [q for q in asked.captured_queries if not re.match(r"(RELEASE )?SAVEPOINT|BEGIN|COMMIT", q["sql"])]
    assert len(real) <= 12 and len(answer.content) < 60_000
    assert signed_in("hale").get(PAGE).status_code == 404
