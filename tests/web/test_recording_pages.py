"""Found, returned, corrected: question by question, once, with the clocks' answer; and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from holdfast.chronology.actions import append
from holdfast.chronology.queries import stories
from holdfast.worktime.uk_clock import day_begins, uk_day, uk_time
from tests.builders import a_draft
from tests.web.conftest import AMINA, PASSWORD, SELAM, TUAN
from tests.web.test_pages import text_of

SignIn = Callable[..., Client]


def hidden(answer: object) -> dict[str, str]:
    """The hidden fields of a page's main form."""
    body = answer.content.decode()
    main = body[body.index("<main") :]
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main)
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


def typed_time(instant: datetime) -> dict[str, str]:
    local = uk_time(instant)
    date = {"date_day": str(local.day), "date_month": str(local.month), "date_year": str(local.year)}
    return {"day": "other", **date, "time": f"{local:%I:%M%p}"}


def answer_found(client: Client, when: datetime, ref: str = TUAN) -> object:
    """Every question of "found", up to the check page."""
    client.post(f"/children/{ref}/found/when", typed_time(when))
    client.post(f"/children/{ref}/found/where", {"where": "coach station", "by": "the police"})
    return client.post(f"/children/{ref}/found/how", {"harmed": "no", "medical_need": "unknown"}, follow=True)


def kinds(ref: str) -> list[str]:
    return [e.kind for e in stories([ref])[ref].standing]


def test_found_is_asked_checked_recorded_and_the_clocks_answer(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    first = client.get(f"/children/{TUAN}/found", follow=True)
    assert "When was Tuan found?" in text_of(first)
    check = text_of(answer_found(client, county - timedelta(hours=1)))
    assert "Check your answers" in check and "coach station" in check.lower() and "I do not know" in check
    assert "missing.found" not in kinds(TUAN)
    done = client.post(f"/children/{TUAN}/found/check", follow=True)
    said = text_of(done)
    assert "Tuan is recorded as found" in said and "How the clocks answered" in said and "Did not run" in said
    (entry,) = [e for e in stories([TUAN])[TUAN].standing if e.kind == "missing.found"]
    assert (entry.details.where, entry.details.harmed, entry.details.medical_need) == ("coach station", False, None)
    assert "Tuan" not in text_of(client.get("/missing"))
    bar = client.get(f"/children/{TUAN}").content.decode()
    assert "Found, return not recorded" in bar


def test_a_second_press_of_the_last_button_records_nothing_more(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    check = answer_found(client, county - timedelta(hours=1))
    carried = hidden(check)
    client.post(f"/children/{TUAN}/found/check", carried)
    again = client.post(f"/children/{TUAN}/found/check", carried, follow=True)
    assert again.status_code == 200 and "recorded as found" in text_of(again)
    assert kinds(TUAN).count("missing.found") == 1


def test_the_return_starts_the_clock_of_the_conversation(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    client.post(f"/children/{AMINA}/returned/when", typed_time(county - timedelta(hours=2)))
    client.post(f"/children/{AMINA}/returned/to", {"to": "Carr Lane"})
    said = text_of(client.post(f"/children/{AMINA}/returned/check", follow=True))
    assert "Amina’s return is recorded" in said and "Did not run" in said
    assert "conversation" in said


def test_a_time_before_the_child_went_missing_is_refused_and_nothing_is_recorded(
    signed_in: SignIn, county: datetime
) -> None:
    client = signed_in("manager")
    answer_found(client, county - timedelta(days=3))
    refused = client.post(f"/children/{TUAN}/found/check")
    assert "before being noticed" in text_of(refused) and "<title>Error:" in refused.content.decode()
    assert "missing.found" not in kinds(TUAN)


def test_faults_come_with_a_summary_a_link_and_what_was_typed(signed_in: SignIn) -> None:
    client = signed_in("manager")
    wrong = client.post(f"/children/{TUAN}/found/when", {"day": "yesterday", "time": "10:40 <b>"})
    body = wrong.content.decode()
    assert "<title>Error: " in body and 'href="#id_time"' in body and "There is a problem" in body
    assert 'value="10:40 &lt;b&gt;"' in body and re.search(r'value="yesterday"\s+checked', body)


def test_about_ten_and_not_known_are_answers(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    page = client.post(f"/children/{AMINA}/found/when", {"day": "yesterday", "time": "about 10 at night"}, follow=True)
    assert "Where was Amina found" in text_of(page)
    client.post(f"/children/{AMINA}/found/when", {"day": "yesterday", "time_unknown": "on"})
    client.post(f"/children/{AMINA}/found/where", {})
    check = client.post(f"/children/{AMINA}/found/how", {"harmed": "unknown", "medical_need": "unknown"}, follow=True)
    assert "time not known" in text_of(check) and "Not given" in text_of(check)


def test_not_now_keeps_the_answers_for_later(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    client.post(f"/children/{TUAN}/found/when", typed_time(county - timedelta(hours=1)))
    client.get(f"/children/{TUAN}")
    assert "Where was Tuan found" in text_of(client.get(f"/children/{TUAN}/found", follow=True))


def test_those_who_may_only_read_are_not_asked(signed_in: SignIn) -> None:
    client = signed_in("reid")
    entry = stories([TUAN])[TUAN].standing[-1].id
    assert client.get(f"/children/{TUAN}/entries/{entry}/correct").status_code == 403
    assert client.post(f"/children/{TUAN}/entries/{entry}/correct", {"confirmed": "yes"}).status_code == 403
    hale = signed_in("hale")
    for act in ("found", "returned", "stolen"):
        assert hale.get(f"/children/{TUAN}/{act}").status_code == 404
        assert hale.post(f"/children/{TUAN}/{act}/check").status_code == 404
    assert signed_in("manager").get(f"/children/{TUAN}/stolen").status_code == 404


def the_return(ref: str) -> object:
    return next(e for e in reversed(stories([ref])[ref].standing) if e.kind == "missing.returned")


def test_a_corrected_return_restates_the_clocks_and_keeps_the_old_answer(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    entry = the_return(SELAM)
    address = f"/children/{SELAM}/entries/{entry.id}/correct"
    assert "The record now says" in text_of(client.get(address))
    later = typed_time(entry.occurred.at + timedelta(hours=3))
    check = client.post(address, later)
    assert "Check the correction" in text_of(check)
    assert the_return(SELAM).id == entry.id
    done = client.post(address, hidden(check), follow=True)
    said = text_of(done)
    assert "The time is corrected" in said and "Before, the record said" in said and "How the clocks answered" in said
    assert "No clock changed" not in said
    chronology = text_of(client.get(f"/children/{SELAM}/chronology"))
    assert "Corrected. Before, the record said: Returned to Harbour View" in chronology


def test_an_entry_that_somebody_else_changed_is_shown_as_it_is_now(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    entry = the_return(SELAM)
    address = f"/children/{SELAM}/entries/{entry.id}/correct"
    client.post(address, {**typed_time(entry.occurred.at + timedelta(hours=1)), "confirmed": "yes"})
    late = client.post(address, {**typed_time(entry.occurred.at + timedelta(hours=2)), "confirmed": "yes"})
    assert "Somebody else has changed this entry" in text_of(late)
    assert sum(e.kind == "missing.returned" and bool(e.corrects) for e in stories([SELAM])[SELAM].entries) == 1


def test_a_correction_that_turns_the_episode_round_is_refused_beside_the_question(
    signed_in: SignIn, county: datetime
) -> None:
    client = signed_in("manager")
    entry = the_return(SELAM)
    address = f"/children/{SELAM}/entries/{entry.id}/correct"
    refused = client.post(address, {**typed_time(entry.occurred.at - timedelta(days=9)), "confirmed": "yes"})
    assert "There is a problem" in text_of(refused) and the_return(SELAM).id == entry.id


@pytest.fixture
def keeps_what_was_typed(settings: Any) -> None:
    django, ours = "django.contrib.auth.middleware.LoginRequiredMiddleware", "holdfast.web.session.KeepWhatWasTyped"
    settings.MIDDLEWARE = [ours if name == django else name for name in settings.MIDDLEWARE]


def test_a_session_that_ends_in_the_middle_loses_nothing(
    signed_in: SignIn, county: datetime, keeps_what_was_typed: None
) -> None:
    client = signed_in("manager")
    client.post(f"/children/{TUAN}/found/when", typed_time(county - timedelta(hours=1)))
    page = client.get(f"/children/{TUAN}/found/where")
    client.cookies.clear()  # the session has ended
    ended = client.post(f"/children/{TUAN}/found/where", {**hidden(page), "where": "coach station", "by": ""})
    assert ended.status_code == 401 and "Your session has ended" in text_of(ended)
    assert "Tuan" not in ended.content.decode()
    wrong = client.post("/sign-in", {**hidden(ended), "username": "manager", "password": "wrong"})
    assert "not right" in text_of(wrong) and "still kept" in text_of(wrong)
    again = client.post("/sign-in", {**hidden(wrong), "username": "manager", "password": PASSWORD})
    assert "You are signed in again" in text_of(again) and "missing.found" not in kinds(TUAN)
    address = re.search(r'<form method="post" action="(/children[^"]+)"', again.content.decode())
    onward = client.post(address[1], hidden(again), follow=True)
    assert "How is Tuan?" in text_of(onward)


def test_a_form_from_a_stale_page_comes_back_with_what_was_typed(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager", enforce_csrf_checks=True)
    refused = client.post(f"/children/{TUAN}/found/where", {"where": "coach station", "password": "secret"})
    assert refused.status_code == 403 and "nothing that you entered is lost" in text_of(refused)
    body = refused.content.decode()
    assert 'name="where" value="coach station"' in body and "secret" not in body


def test_answers_signed_for_one_child_do_not_travel_to_another(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    client.post(f"/children/{TUAN}/found/when", typed_time(county - timedelta(hours=1)))
    carried = hidden(client.get(f"/children/{TUAN}/found/where"))
    page = client.post(f"/children/{AMINA}/found/where", {**carried, "where": "coach station"}, follow=True)
    assert "When was Amina found?" in text_of(page)
    forged = client.post(f"/children/{AMINA}/found/where", {"so_far": "x:y:z", "where": "coach station"}, follow=True)
    assert "When was Amina found?" in text_of(forged)


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil"])
def test_signing_in_leads_only_to_this_service(county: datetime, address: str) -> None:
    client = Client()
    answer = client.post("/sign-in", {"username": "manager", "password": PASSWORD, "next": address})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_signing_in_and_out_in_words(county: datetime) -> None:
    client = Client()
    empty = text_of(client.post("/sign-in", {}))
    assert "Enter your user name" in empty and "Enter your password" in empty
    inside = client.post("/sign-in", {"username": "manager", "password": PASSWORD, "next": "/missing"})
    assert inside["Location"] == "/missing"
    assert "You are signed out" in text_of(client.post("/sign-out", follow=True))
    assert client.get("/missing").status_code == 302
    assert client.get("/sign-out").status_code == 405


def test_today_typed_before_midnight_is_the_same_day_when_it_is_checked_after(
    signed_in: SignIn, county: datetime
) -> None:
    midnight = day_begins(uk_day(county) + timedelta(days=1))
    with time_machine.travel(midnight - timedelta(minutes=2), tick=False):
        client = signed_in("manager")
        last_night = midnight - timedelta(minutes=5)
        client.post(f"/children/{TUAN}/found/when", {"day": "today", "time": f"{uk_time(last_night):%H:%M}"})
    with time_machine.travel(midnight + timedelta(minutes=2), tick=False):
        client.post(f"/children/{TUAN}/found/where", {"where": "coach station", "by": ""})
        client.post(f"/children/{TUAN}/found/how", {"harmed": "no", "medical_need": "no"})
        said = text_of(client.post(f"/children/{TUAN}/found/check", follow=True))
    assert "Tuan is recorded as found" in said
    (entry,) = [e for e in stories([TUAN])[TUAN].standing if e.kind == "missing.found"]
    assert entry.occurred.at == last_night


def test_answers_about_the_last_absence_are_not_those_of_a_child_who_has_gone_again(
    signed_in: SignIn, county: datetime
) -> None:
    client = signed_in("manager")
    client.post(f"/children/{TUAN}/found/when", typed_time(county - timedelta(minutes=40)))
    page = client.get(f"/children/{TUAN}/found/where")
    for kind, minutes in (("missing.returned", 30), ("missing.noticed", 20)):
        fact = a_draft(kind, (county - timedelta(minutes=minutes)).isoformat())
        append(TUAN, [fact], by="elm", agency="Elm House", at=county)
    assert "When was Tuan found?" in text_of(client.get(f"/children/{TUAN}/found", follow=True))
    sent = {**hidden(page), "where": "coach station", "by": ""}
    assert "When was Tuan found?" in text_of(client.post(f"/children/{TUAN}/found/where", sent, follow=True))
