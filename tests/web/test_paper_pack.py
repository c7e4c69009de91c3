"""The paper pack, and a report that is entered from paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from holdfast.access.models import Reading
from holdfast.chronology.queries import stories
from holdfast.missing.models import PaperPack
from holdfast.sharing.models import Contact
from holdfast.web.paper import blank_form
from holdfast.web.report_questions import QUESTIONS
from holdfast.worktime.uk_clock import LONDON
from tests.web.conftest import AMINA, SELAM, TUAN
from tests.web.test_pages import text_of
from tests.web.test_report_pages import answers_for, hidden

SignIn = Callable[..., Client]


def test_the_blank_form_asks_what_the_journey_asks_in_its_words_and_order() -> None:
    form = blank_form(datetime(2026, 11, 20, tzinfo=UTC), [("MARPOL", "Marrowshire Police")])
    asked = [a.form.title.format(child="the child") for s, a in QUESTIONS.items() if s not in ("sure", "paper")]  # type: ignore[attr-defined]
    assert [q.heading for q in form] == asked
    worries = form[0].boxes[0]
    assert worries.is_many and "Threats or violence" in worries.choices
    assert [q.has_time for q in form] == [False, False, True, True, False, False, False, False, True, False]


def test_nobody_is_shown_before_the_reason_is_told(signed_in: SignIn) -> None:
    client = signed_in("manager")
    for answer in (client.get("/paper-pack"), client.post("/paper-pack", {"reason": "  "})):
        assert TUAN not in answer.content.decode()
    assert "Enter why you print it" in text_of(answer)
    assert "can be at most 300 letters" in text_of(client.post("/paper-pack", {"reason": "x" * 301}))
    assert not PaperPack.objects.exists() and not Reading.objects.filter(page="paper-pack").exists()


def test_the_pack_has_the_children_the_numbers_and_the_form_and_is_logged_with_its_reason(signed_in: SignIn) -> None:
    Contact.objects.create(agency="MARPOL", name="Duty sergeant", channel="link", phone="01632 960 117")
    Contact.objects.create(agency="MARPOL", name="No number", channel="link")
    answer = signed_in("manager").post("/paper-pack", {"reason": "The duty desk this weekend"})
    said = text_of(answer)
    assert "Tuan" in said and "MP-4471" in said and "Amina" in said
    assert "Duty sergeant 01632 960 117" in said and "No number" not in said
    assert "What worries you about the child tonight?" in said and "☐ Threats or violence" in said
    assert "Trafficking:" not in said and "Unaccompanied" not in said
    assert "by Grace Abara" in said and "The duty desk this weekend" in said
    pack, reading = PaperPack.objects.get(), Reading.objects.get(page="paper-pack")
    assert pack.at == reading.at and pack.children == len(reading.children.split()) == 3
    readers = text_of(signed_in("okafor").get(f"/children/{TUAN}/readers"))
    assert "rinted the list of missing children" in readers and "The duty desk this weekend" in readers


def test_a_role_that_sees_no_child_gets_the_numbers_and_the_form_alone(signed_in: SignIn) -> None:
    said = text_of(signed_in("hale").post("/paper-pack", {"reason": "The duty desk"}))
    assert "Your role does not see children" in said and "Tuan" not in said and "Telephone numbers" in said


@pytest.mark.parametrize("change", ["update", "delete"])
def test_why_a_pack_was_printed_is_never_changed_or_deleted(change: str, signed_in: SignIn) -> None:
    signed_in("manager").post("/paper-pack", {"reason": "The duty desk"})
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        PaperPack.objects.update(reason="") if change == "update" else PaperPack.objects.all()._raw_delete("default")


def from_paper(client: Client, county: datetime, written: datetime) -> object:
    local = written.astimezone(LONDON)
    for slug, typed in answers_for(county).items():
        client.post(f"/children/{SELAM}/report/{slug}", typed)
    typed = {"day": "other", "date_day": local.day, "date_month": local.month, "date_year": local.year,
             "time": f"{local:%I:%M%p}", "written_by": "Night Worker"}  # fmt: skip
    client.post(f"/children/{SELAM}/report/paper", typed)
    check = client.get(f"/children/{SELAM}/report/check")
    assert "When was this written on paper?" in text_of(check)
    return client.post(f"/children/{SELAM}/report/check", hidden(check))


def test_a_report_from_paper_says_when_it_was_written_and_that_it_is_recorded_late(
    county: datetime, signed_in: SignIn
) -> None:
    client, written = signed_in("manager"), (county - timedelta(minutes=3)).replace(second=0, microsecond=0)
    assert from_paper(client, county, written).status_code == 302  # type: ignore[attr-defined]
    made = stories([SELAM])[SELAM].last("missing.report_made")
    assert made and made.details.written_at == written and made.details.written_by == "Night Worker"
    assert made.details.sentence().endswith("written on paper and recorded late")
    assert made.recorded_at > written
    worries = stories([SELAM])[SELAM].last("missing.worries_told")
    assert worries and worries.occurred.at <= made.recorded_at - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("typed", "words"),
    [({}, "Select the day"), ({"day": "today"}, "Enter a time"), ({"day": "today", "time": "25:00"}, "time"),
     ({"day": "other", "date_day": "1", "date_month": "1", "date_year": "2099", "time": "1pm"}, "must be in the past")],
)  # fmt: skip
def test_a_time_of_writing_that_cannot_be_is_refused_beside_the_question(
    typed: dict, words: str, signed_in: SignIn
) -> None:
    client = signed_in("manager")
    client.post(f"/children/{SELAM}/report/sure", {})
    answer = client.post(f"/children/{SELAM}/report/paper", typed)
    assert answer.status_code == 200 and re.search(words, text_of(answer))


def test_the_journey_does_not_ask_about_paper_unless_somebody_says_so(county: datetime, signed_in: SignIn) -> None:
    client = signed_in("manager")
    for slug, typed in answers_for(county).items():
        client.post(f"/children/{SELAM}/report/{slug}", typed)
    said = text_of(client.get(f"/children/{SELAM}/report/check"))
    assert "I am entering this from paper" in said and "When was this written" not in said
    assert AMINA not in said
