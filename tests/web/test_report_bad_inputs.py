"""Forty bad inputs to the report, as a hurried or a hostile person would try them.

Each gets a clear error beside its question, or is refused as a whole; nothing typed is lost, nothing is recorded,
nothing breaks.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from holdfast.chronology.queries import stories
from holdfast.missing.models import ReportDraft
from tests.web.conftest import AMINA, SELAM, TUAN
from tests.web.test_pages import text_of
from tests.web.test_recording_pages import hidden
from tests.web.test_report_pages import answer_all, answers_for, at_time

SignIn = Callable[..., Client]
LONG = "x" * 10_000
TODAY: dict[str, Any] = {"day": "today"}
DATE = {"day": "other", "date_day": "20", "date_month": "11", "date_year": "2026", "time": "10pm"}

# Question, what is posted, words of the error, what must still stand in the page.
BESIDE_THE_QUESTION: list[tuple[str, dict[str, Any], str, str]] = [
    ("worry", {}, "Select what worries you", ""),
    ("worry", {"worries": ["trafficking", "none"]}, "not both", ""),
    ("worry", {"worries": ["everything"], "why": "a car"}, "Select from the list", "a car"),
    ("worry", {"why": LONG}, "You have used 10,000", LONG),
    ("worry", {"why": "gone\x00away"}, "hidden sign", "goneaway"),
    ("worry", {"why": "she \u202eog\u202c left"}, "hidden sign", "she og left"),
    ("worry", {"unknown": "on", "why": "a car waited"}, "press Continue to keep it", "a car waited"),
    ("where", {}, "Select whether anybody knows", ""),
    ("where", {"where": "a friend"}, "Select whether anybody knows", "a friend"),
    ("where", {"whereabouts": "on the moon", "where": "<b>"}, "Select whether anybody knows", "<b>"),
    ("where", {"whereabouts": "not known", "known_by": "y" * 500}, "You have used 500", "y" * 500),
    ("seen", {}, "Select the day", ""),
    ("seen", {"day": "tomorrow", "time": "10pm"}, "Select the day", "10pm"),
    ("seen", {**TODAY}, "Enter a time", ""),
    ("seen", {"day": "yesterday", "time": "10:40"}, "morning or night", "10:40"),
    ("seen", {"day": "yesterday", "time": "25:99"}, "real time", "25:99"),
    ("seen", {"day": "yesterday", "time": "midnight"}, "either end of a day", "midnight"),
    ("seen", {"day": "yesterday", "time": "bedtime"}, "Enter a time such as", "bedtime"),
    ("seen", {"day": "yesterday", "time": "10pm", "time_unknown": "on"}, "not both", "10pm"),
    ("seen", {"day": "yesterday", "time": "10 to 11pm"}, "between 10pm and 11pm", "10 to 11pm"),
    ("seen", {"day": "yesterday", "time": "between 9pm and bedtime"}, "Enter a time such as", "bedtime"),
    ("seen", {"day": "yesterday", "time": "🕙"}, "Enter a time such as", "🕙"),
    ("seen", {"day": "yesterday", "time": "1" * 70}, "You have used 70", "1" * 70),
    ("seen", {**DATE, "date_day": "31", "date_month": "2"}, "real date", "31"),
    ("seen", {**DATE, "date_day": "", "date_month": "", "date_year": ""}, "Enter the date", "10pm"),
    ("seen", {**DATE, "date_month": "Smarch"}, "real date", "Smarch"),
    ("seen", {**DATE, "date_year": "20261"}, "You have used 5", "20261"),
    ("seen", {**DATE, "date_year": "1899"}, "after 1989", "1899"),
    ("seen", {**DATE, "date_year": "2199"}, "must be in the past", "2199"),
    ("seen", {**DATE, "date_day": "-1"}, "real date", "-1"),
    ("wearing", {}, "Enter what you know", ""),
    ("wearing", {"wearing": "<script>alert(1)</script>" * 20}, "You have used 500", "<script>alert(1)</script>"),
    ("wearing", {"wearing": "coat", "phone": "9" * 41}, "You have used 41", "coat"),
    ("before", {"gone_before": "maybe", "might_be": "Leeds"}, "Select one of the answers", "Leeds"),
    ("tried", {"attempts": ["none", "room searched"], "what": "looked"}, "not both", "looked"),
    ("police", {"told": "perhaps"}, "Select yes or not yet", ""),
    ("call", {"force": "ZZZ", "reference": "MP-1"}, "Select a police force", "MP-1"),
    ("call", {"day": "today", "time": "about", "call_taker": "K. Doyle"}, "Enter a time such as", "K. Doyle"),
    ("reach", {"by": "", "ring": " "}, "Enter a number", ""),
    ("reach", {"by": "J" * 121, "ring": "01632"}, "You have used 121", "01632"),
]  # fmt: skip


@pytest.fixture
def answering(signed_in: SignIn, county: datetime) -> Client:
    client = signed_in("manager")
    client.post(f"/children/{SELAM}/report/sure", {})
    client.post(f"/children/{SELAM}/report/police", {"told": "yes"})
    return client


def entries() -> int:
    return len(stories([SELAM])[SELAM].entries)


def test_there_are_forty() -> None:
    assert len(BESIDE_THE_QUESTION) >= 40


def test_each_gets_a_clear_error_beside_its_question_and_nothing_typed_is_lost(answering: Client) -> None:
    before, kept = entries(), ReportDraft.objects.get().answers
    wrong: list[str] = []
    for slug, typed, words, stands in BESIDE_THE_QUESTION:
        answer = answering.post(f"/children/{SELAM}/report/{slug}", typed)
        body, case = answer.content.decode(), f"{slug} {str(typed)[:60]}"
        if answer.status_code != 200 or "There is a problem" not in body or "<title>Error:" not in body:
            wrong.append(f"{case}: {answer.status_code} {answer.headers.get('Location', '')}, no error")
            continue
        if "govuk-error-message" not in body or words not in html.unescape(text_of(answer)):
            wrong.append(f"{case}: says {text_of(answer)[:300]}")
        if stands and stands not in html.unescape(body[body.index("<form") :]):
            wrong.append(f"{case}: lost what was typed")
        if "<script>alert" in body:
            wrong.append(f"{case}: not escaped")
        for link in [part.split('"')[0] for part in body.split('href="#id_')[1:]]:
            if f'id="id_{link}"' not in body:
                wrong.append(f"{case}: the error links to {link}, which is not there")
    assert wrong == []
    assert entries() == before and ReportDraft.objects.get().answers == kept


def test_a_time_still_to_come_today_asks_whether_yesterday_was_meant(answering: Client, monkeypatch: Any) -> None:
    answer = answering.post(f"/children/{SELAM}/report/when", at_time(datetime.now().astimezone() + timedelta(hours=2)))
    said = html.unescape(text_of(answer))
    assert "must be in the past" in said or "did you mean yesterday" in said


def test_times_that_contradict_each_other_are_refused_beside_the_question(answering: Client, county: datetime) -> None:
    answering.post(f"/children/{SELAM}/report/seen", at_time(county - timedelta(hours=1)))
    late = answering.post(f"/children/{SELAM}/report/when", at_time(county - timedelta(hours=3)))
    assert "cannot have been last seen after" in text_of(late) and "There is a problem" in text_of(late)
    early = answering.post(f"/children/{SELAM}/report/when", at_time(county - timedelta(days=2)))
    assert "There is a problem" in text_of(early)
    answering.post(f"/children/{SELAM}/report/seen", {"unknown": "on"})
    found = answering.post(f"/children/{SELAM}/report/when", at_time(county - timedelta(days=1, hours=8)))
    assert "had not been found or returned" in text_of(found)


@pytest.mark.parametrize(
    "words", ["😱 gone", "ትጉሃን ሰላም", "<b>bold</b>", "O'Brien; DROP TABLE child;--", "{{ 7*7 }}", "%s %d"]
)
def test_words_of_any_script_are_kept_as_they_are(answering: Client, words: str) -> None:
    answering.post(f"/children/{SELAM}/report/worry", {"why": words})
    page = answering.get(f"/children/{SELAM}/report/worry").content.decode()
    assert words in html.unescape(page) and "<b>bold" not in page
    assert words == json.loads(ReportDraft.objects.get().answers)["worry"]["typed"]["why"][0]


def test_nothing_of_another_persons_report_can_be_opened_or_copied(signed_in: SignIn, county: datetime) -> None:
    okafor = signed_in("okafor")
    answer_all(okafor, county, AMINA)
    token = ReportDraft.objects.get().token
    client = signed_in("manager")
    page = client.get(f"/children/{AMINA}/report", follow=True)
    assert "Is it Amina" in text_of(page) and "Continue the report" not in text_of(client.get("/report"))
    client.post(f"/children/{SELAM}/report/sure", {"with": token})
    answers = json.loads(ReportDraft.objects.get(child_id=SELAM).answers)
    assert set(answers) == {"sure"}
    assert client.get(f"/children/{SELAM}/report/done/{token}").status_code == 404
    for junk in ("../../etc", "\x00", "%", "x" * 5000):
        assert client.post(f"/children/{TUAN}/report/sure", {"with": junk}).status_code in (200, 302)


def test_a_stale_report_records_nothing_and_begins_again(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    check = answer_all(client, county)
    ReportDraft.objects.update(expires_at=county - timedelta(hours=1))
    before = entries()
    answer = client.post(f"/children/{SELAM}/report/check", hidden(check), follow=True)
    assert "Is it Selam who is missing?" in text_of(answer) and entries() == before


def test_answers_changed_in_another_tab_are_not_recorded_unseen(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    check = answer_all(client, county)
    client.post(f"/children/{SELAM}/report/where", {"whereabouts": "confirmed", "where": "a friend’s home"})
    before = entries()
    answer = client.post(f"/children/{SELAM}/report/check", hidden(check))
    assert "changed in another window" in text_of(answer) and entries() == before
    assert "Away without authorisation" in text_of(answer)


def test_two_tabs_of_two_children_do_not_mix(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    for ref, words in ((SELAM, "a grey coat"), (TUAN, "a red hat")):
        client.post(f"/children/{ref}/report/sure", {})
        client.post(f"/children/{ref}/report/wearing", {"wearing": words})
    assert "a grey coat" in client.get(f"/children/{SELAM}/report/wearing").content.decode()
    assert "a grey coat" not in client.get(f"/children/{TUAN}/report/wearing").content.decode()


def test_a_form_without_its_token_of_origin_keeps_what_was_typed(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager", enforce_csrf_checks=True)
    answer = client.post(f"/children/{SELAM}/report/worry", {"why": "a car waited"})
    assert answer.status_code == 403 and "a car waited" in answer.content.decode()
    assert "Nothing was recorded" in text_of(answer) and not ReportDraft.objects.exists()


@pytest.mark.parametrize("slug", ["nothing", "check%00", "<b>", "..", "call"])
def test_a_question_that_is_not_asked_is_not_there(signed_in: SignIn, county: datetime, slug: str) -> None:
    client = signed_in("manager")
    for answer in (client.get(f"/children/{SELAM}/report/{slug}"), client.post(f"/children/{SELAM}/report/{slug}", {})):
        assert answer.status_code in (302, 404)


def test_the_check_page_cannot_be_pressed_before_what_is_needed_is_answered(
    signed_in: SignIn, county: datetime
) -> None:
    client = signed_in("manager")
    before = entries()
    for slug in ("sure", "worry", "where"):
        client.post(f"/children/{SELAM}/report/{slug}", answers_for(county)[slug])
    answer = client.post(f"/children/{SELAM}/report/check", {"token": "t"}, follow=True)
    assert "When was Selam last seen" in text_of(answer) and entries() == before


def test_hostile_names_in_the_search_find_nothing_and_break_nothing(signed_in: SignIn) -> None:
    client = signed_in("manager")
    for asked in ("'; --", "%", "_", "\x00", "x" * 5000, "<script>", "\u202eTuan"):
        answer = client.post("/report", {"name": asked}, follow=True)
        assert answer.status_code == 200 and "<script>alert" not in answer.content.decode()
