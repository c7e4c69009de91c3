"""The search and the return conversations: one purpose a page, recorded once, shown to those who may read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.datastructures import MultiValueDict

from holdfast.chronology.moment import Moment, Precision
from holdfast.chronology.queries import stories
from holdfast.missing.conversations import InTime, in_time
from holdfast.web.episode_purposes import PURPOSES, deed_form
from tests.web.conftest import AMINA, SELAM, TUAN
from tests.web.test_pages import text_of
from tests.web.test_recording_pages import hidden
from tests.web.test_report_pages import at_time

SignIn = Callable[..., Client]
NOW: dict[str, Any] = {"day": "now"}
# A good answer for every page.
GOOD: dict[str, dict[str, Any]] = {
    "sighting": {**NOW, "by": "a driver", "where": "coach station", "reliability": "not checked"},
    "police": {**NOW, "reference": "MP-4480", "call_taker": "K. Doyle", "force": "MARPOL", "stated": "yes"},
    "told": {**NOW, "who": "reviewing officer", "name": "Ruth Mbeki", "how": "a message left"},
    "not-told": {"who": "parents", "reason": "They sent the child away with the men", "by": "Grace Abara"},
    "grade": {**NOW, "risk": "high", "by": "Sgt Reid", "reason": "No phone contact"},
    "change": {**NOW, "category": "away"},
    "action": {**NOW, "what": "CCTV asked for", "by": "Sgt Reid"},
    "meeting": {**NOW, "agencies": ["Council", "Police"], "absent": ["Health"], "decision": "Go on"},
    "publicity": {**NOW, "publish": "no", "reason": "They would see it", "agreed_by": "Sgt Reid"},
    "found-more": {"with_whom": "two men", "crime_suspected": "yes"},
    "police-interview": {**NOW, "by": "Sgt Reid", "concerns": "yes"},
    "offer": {**NOW, "by": "Priya, Lantern", "independent": "yes", "accepted": "unknown"},
    "declined": {**NOW, "reason": "the child said no", "by": "the child", "own_reason": "I want to sleep"},
    "held": {**NOW, "by": "Priya, Lantern", "independent": "yes", "place": "a café", "episodes": ""},
    "own-words": {"words": "", "said": "I was not missing, I was with my cousin", "read_back": "yes"},
    "learned": {"learned": "A house near the station", "harmed": "no"},
    "agreed": {"what": "See the cousin", "who": "Ms Okafor", "by_day": "1/12/2099"},
    "named": {**NOW, "said_by": "the child", "phones": "07700 900 123"},
    "named-afterwards": {**NOW, "said_by": "others", "people": "Kevin Brown"},
    "done": {"what": "Cousin seen", "child_told": "yes"},
}  # fmt: skip


def kinds(ref: str) -> list[str]:
    return [e.kind for e in stories([ref])[ref].standing]


def test_every_purpose_has_a_good_answer_here() -> None:
    assert set(GOOD) == set(PURPOSES)


@pytest.mark.parametrize("what", list(GOOD))
def test_each_thing_is_recorded_once_and_then_shown(signed_in: SignIn, what: str) -> None:
    client, address = signed_in("manager"), f"/children/{SELAM}/episode/{what}"
    form = client.get(address)
    assert form.status_code == 200
    before = len(kinds(SELAM))
    sent = {**hidden(form), **GOOD[what]}
    page = client.post(address, sent, follow=True)
    assert page.status_code == 200 and "There is a problem" not in text_of(page), text_of(page)[:400]
    client.post(address, sent)
    assert len(kinds(SELAM)) == before + 1
    typed = [
        str(v)
        for n, v in GOOD[what].items()
        if n in ("by", "reason", "said", "learned", "what", "with_whom", "phones", "people", "name")
    ]
    assert any(words in text_of(page) for words in typed) or what in ("change", "meeting", "police")
    empty = client.post(address, {**NOW})
    assert "There is a problem" in text_of(empty) or what in ("police", "police-interview")


def test_the_ledger_tells_every_step_and_what_is_to_be_offered_again(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    for what, hours in (("offer", 3), ("declined", 2)):
        client.post(f"/children/{SELAM}/episode/{what}", {**GOOD[what], **at_time(county - timedelta(hours=hours))})
    said = text_of(client.get(f"/children/{SELAM}/conversations"))
    assert "offered by Priya, Lantern, independent" in said and "“I want to sleep”" in said
    assert "To be offered again" in said and "Not held" in said
    client.post(f"/children/{SELAM}/episode/held", GOOD["held"])
    said = text_of(client.get(f"/children/{SELAM}/conversations"))
    assert "In time" in said and "held after 1" in said and "To be offered again" not in said


@pytest.mark.parametrize(
    ("typed", "precision"), [("between 9 and 10:30pm", "day"), ("between 9 and 10pm", "hour"), ("9pm", "minute")]
)
def test_a_time_between_two_others_is_never_kept_as_exact(typed: str, precision: str) -> None:
    now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    data = MultiValueDict({"day": ["yesterday"], "time": [typed], "by": ["Priya"], "independent": ["yes"]})
    form = deed_form("held", data, now=now, child="Selam")
    assert form.is_valid(), form.errors
    assert form.moment == Moment(datetime(2026, 11, 23, 21, 0, tzinfo=UTC), Precision(precision))
    returned = Moment(datetime(2026, 11, 20, 22, 0, tzinfo=UTC))
    assert in_time(returned, form.moment) is (InTime.NOT_CERTAIN if precision == "day" else InTime.YES)


def test_the_childs_own_words_are_not_shown_to_the_police(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    client.post(f"/children/{SELAM}/episode/own-words", GOOD["own-words"])
    client.post(f"/children/{SELAM}/episode/learned", GOOD["learned"])
    assert "with my cousin" in text_of(client.get(f"/children/{SELAM}/conversations"))
    reid = signed_in("reid")
    seen = text_of(reid.get(f"/children/{SELAM}/conversations")) + text_of(reid.get(f"/children/{SELAM}/chronology"))
    assert "with my cousin" not in seen
    assert "own words" not in seen
    assert "A house near the station" in seen
    assert reid.get(f"/children/{SELAM}/episode/own-words").status_code == 403


def test_a_conversation_before_the_child_is_back_is_refused_beside_the_question(signed_in: SignIn) -> None:
    client = signed_in("manager")
    answer = client.post(f"/children/{TUAN}/episode/offer", GOOD["offer"])
    assert "has not been found or returned" in text_of(answer) and "There is a problem" in text_of(answer)
    assert "Priya, Lantern" in answer.content.decode()


def test_an_appeal_that_says_too_much_is_refused_beside_the_words(signed_in: SignIn) -> None:
    client = signed_in("manager")
    answer = client.post(f"/children/{TUAN}/episode/publicity", {**GOOD["publicity"], "appeal": "Lives in a care home"})
    assert "Do not tell the public this" in text_of(answer) and 'href="#id_appeal"' in answer.content.decode()


def test_those_who_may_not_record_or_open_are_answered_as_everywhere(signed_in: SignIn) -> None:
    hale = signed_in("hale")
    for page in ("search", "conversations", "episode/offer", "episode/nothing"):
        assert hale.get(f"/children/{AMINA}/{page}").status_code == 404
    assert signed_in("manager").get(f"/children/{AMINA}/episode/nothing").status_code == 404


def test_every_grade_stays_with_its_reason(signed_in: SignIn) -> None:
    client = signed_in("manager")
    client.post(f"/children/{TUAN}/episode/grade", {**GOOD["grade"], "risk": "medium", "reason": "Seen at a station"})
    said = text_of(client.get(f"/children/{TUAN}/search"))
    assert "Risk graded medium" in said and "Risk graded high" in said and "Seen at a station" in said
