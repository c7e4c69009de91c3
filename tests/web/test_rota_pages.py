"""The rota's pages: the week, a shift, covers; and what a hurried or hostile user sends to them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from holdfast.access.models import Agency, Person, Reading
from holdfast.access.queries import reader
from holdfast.demo.county import AGENCIES
from holdfast.sharing.actions import Sender
from holdfast.sharing.handover.actions import accept, offer
from holdfast.sharing.models import Message
from holdfast.sharing.rota.actions import add_duty, add_pattern
from holdfast.sharing.rota.queries import rotas
from holdfast.sharing.rota.rows import CoverAsked, RotaChange, RotaDuty, RotaDutyEnded, RotaPattern, RotaPatternEnded
from holdfast.sharing.rules import Channel, Recipient
from holdfast.web.rota_words import say_hours, to_address, week_of
from holdfast.worktime.uk_clock import uk_day
from tests.builders import at
from tests.web.conftest import AMINA, TUAN
from tests.web.test_pages import text_of

SignIn = Callable[..., Client]
DAY = timedelta(days=1)


def person(name: str) -> Person:
    return Person.objects.get(username=name)


@pytest.fixture
def kept(county: datetime) -> RotaDuty:
    """The council's emergency duty team: Ngozi Okafor by day, Grace Abara by night but on one night of the week.

    It is kept since a week ago, and that night is never this one: at every hour somebody is on, with two gaps ahead.
    """
    manager, week_ago = reader(person("manager"), county), county - 7 * DAY
    duty = add_duty(manager, "MAR", "Emergency duty team", week_ago)
    nights = {0, 1, 2, 3, 4, 5, 6} - {(uk_day(county).weekday() + 3) % 7}
    for name, days, starts, ends in (("okafor", range(7), 8, 20), ("manager", nights, 20, 8)):
        add_pattern(
            manager, duty, person(name), weekdays=days, starts=time(starts), ends=time(ends),
            first_day=uk_day(week_ago), last_day=None, every=1, at=week_ago,
        )  # fmt: skip
    return duty


def shift_of(duty: RotaDuty, now: datetime, name: str | None) -> str:
    """The address of a shift ahead of this person's, or of a gap."""
    wanted = person(name).pk if name else None
    rota = rotas([duty], now)[0]
    one = next(o for o in rota.between(now + DAY, now + 14 * DAY) if o.person == wanted and o.starts > now + DAY)
    return f"/rota/shift?duty={duty.pk}&from={to_address(one.starts)}&until={to_address(one.ends)}"


def form_of(page: HttpResponse) -> dict[str, str]:
    """What a person would send who changes nothing."""
    body = page.content.decode()
    found = {"seen": re.search(r'name="seen" value="([^"]*)"', body)[1]}  # type: ignore[index]
    for name in ("starts", "until"):
        found[name] = re.search(rf'name="{name}"[^>]*value="([^"]*)"', body)[1]  # type: ignore[index]
    for name in ("first", "last"):
        options = re.search(rf'<select[^>]*name="{name}".*?</select>', body, re.S)[0]  # type: ignore[index]
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def test_the_week_shows_who_is_on_the_gaps_and_links_and_no_child(signed_in: SignIn, kept: RotaDuty) -> None:
    client = signed_in("okafor")
    page = client.get("/rota")
    said, body = text_of(page), page.content.decode()
    assert "On now Emergency duty team" in said and "Nobody is on: the next 14 days (2)" in said
    assert "8am to 8pm" in said and "Ngozi Okafor (you)" in said and "Grace Abara" in said
    assert "Enter or end shifts" not in said, "only managers do"
    for word in (TUAN, AMINA, "Tuan", "Amina", "07700"):
        assert word not in body
    assert not Reading.objects.filter(page__startswith="rota").exists()
    assert "Enter or end shifts" in text_of(signed_in("manager").get("/rota"))
    assert "No rota is kept" in text_of(signed_in("elm").get("/rota"))
    assert signed_in("reid").get("/rota?agency=MAR").status_code == 404


def test_every_page_of_a_rota_asks_at_most_twelve_queries(signed_in: SignIn, kept: RotaDuty, county: datetime) -> None:
    client = signed_in("manager")
    pages = ("/rota", "/rota/pattern", shift_of(kept, county, "okafor"), "/board", "/handovers", "/shift")
    client.get("/rota")
    for address in pages:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200, address
        count = len([q for q in asked if q["sql"].lstrip()[:6] in ("SELECT", "INSERT", "UPDATE", "DELETE")])
        assert count <= 12, (address, count)


def test_who_is_on_now_stands_on_the_board_and_on_the_page_of_handovers(signed_in: SignIn, kept: RotaDuty) -> None:
    for address in ("/board", "/handovers"):
        assert "On duty now Emergency duty team" in text_of(signed_in("manager").get(address))
    assert "On duty now" not in text_of(signed_in("hale").get("/board")), "who sees no child sees no board"


def test_a_manager_enters_shifts_and_the_ladder_knows_them(signed_in: SignIn, county: datetime) -> None:
    client, today = signed_in("inspector"), uk_day(county)
    said = {"decision": "add", "agency": "MARPOL", "duty": "new", "name": "Duty inspector", "weekdays": ["0", "4"],
            "person": str(person("reid").pk), "starts": "10pm", "ends": "8am", "every": "2",
            "first_day_day": today.day, "first_day_month": today.month, "first_day_year": today.year}  # fmt: skip
    assert client.post("/rota/pattern", said).status_code == 302
    row = RotaPattern.objects.get()
    assert (row.weekdays, row.starts, row.ends, row.every, row.by) == ("04", time(22), time(8), 2, person("inspector"))
    page = text_of(client.get("/rota/pattern"))
    assert "Alan Reid, Monday and Friday, 22:00 to 08:00, every 2 weeks" in page and "no alert goes to" in page
    end = {"decision": "end", "agency": "MARPOL", "pattern": str(row.pk), "on_day": today.day,
           "on_month": today.month, "on_year": today.year}  # fmt: skip
    assert client.post("/rota/pattern", end).status_code == 302 and RotaPatternEnded.objects.get().on == today
    stop = {"decision": "stop", "agency": "MARPOL", "duty": str(row.duty_id)}
    assert client.post("/rota/pattern", stop).status_code == 302 and RotaDutyEnded.objects.exists()
    assert "No rota is kept" in text_of(client.get("/rota"))


BAD_PATTERNS: list[tuple[dict[str, Any], str]] = [
    ({"duty": ""}, "Select the duty"),
    ({"duty": "new", "name": "  "}, "Enter the name of the duty"),
    ({"duty": "999999"}, "Select one of the answers"),
    ({"duty": "new", "name": "x" * 121}, "can be at most 120 letters"),
    ({"duty": "new", "name": "Emergency  DUTY team"}, "There is a rota for Emergency duty team already"),
    ({"person": ""}, "Select who is on"),
    ({"person": "1 OR 1=1"}, "Select one of the answers"),
    ({"weekdays": []}, "Select the days on which a shift begins"),
    ({"weekdays": ["9"]}, "Select one of the answers"),
    ({"starts": ""}, "Enter the time"),
    ({"starts": "25:00"}, "Enter a real time"),
    ({"starts": "<script>alert(1)</script>"}, "can be at most 20 letters"),
    ({"ends": "half\x00past"}, "Take out the sign"),
    ({"ends": "midnight"}, "either end of a day"),
    ({"every": "5"}, "Select one of the answers"),
    ({"first_day_year": ""}, "The date must include a year"),
    ({"first_day_month": "13"}, "The date must be a real date"),
    ({"first_day_year": "2019"}, "The first day is today or later"),
    ({"last_day_day": "1", "last_day_month": "1", "last_day_year": "2020"}, "The last day is not before the first"),
    ({"starts": "07:30", "ends": "09:00"}, "is on at that time"),
]


@pytest.mark.parametrize(("wrong", "words"), BAD_PATTERNS)
def test_shifts_that_cannot_be_are_refused_beside_the_question_and_nothing_typed_is_lost(
    signed_in: SignIn, kept: RotaDuty, county: datetime, wrong: dict[str, Any], words: str
) -> None:
    today = uk_day(county)
    said = {"decision": "add", "agency": "MAR", "duty": str(kept.pk), "name": "", "weekdays": ["6"],
            "person": str(person("manager").pk), "starts": "20:30", "ends": "07:15", "every": "1",
            "first_day_day": today.day, "first_day_month": today.month, "first_day_year": today.year}  # fmt: skip
    before = RotaPattern.objects.count(), RotaDuty.objects.count()
    page = signed_in("manager").post("/rota/pattern", {**said, **wrong})
    body = page.content.decode()
    assert page.status_code == 200 and "There is a problem" in body and words in text_of(page)
    assert (RotaPattern.objects.count(), RotaDuty.objects.count()) == before
    assert "<script>alert" not in body
    for field in {"starts", "ends"} - wrong.keys():
        assert f'value="{said[field]}"' in body
    assert "govuk-error-message" in body, "beside the question"


def test_asking_accepting_and_what_both_are_told(signed_in: SignIn, kept: RotaDuty, county: datetime) -> None:
    okafor, manager = signed_in("okafor"), signed_in("manager")
    address = shift_of(kept, county, "okafor")
    page = okafor.get(address)
    assert "I cannot work" in text_of(page) and "without asking" not in text_of(page)
    said = {**form_of(page), "what": "cover", "person": str(person("manager").pk), "reason": "Dentist"}
    assert okafor.post(address, said).status_code == 302
    assert "is asked already" in text_of(okafor.post(address, said)), "sent twice"
    asked = CoverAsked.objects.get()
    told = Message.objects.get(to_person=person("manager"))
    assert "Until you accept, nothing changes" in told.notice and told.child_id is None
    assert "Grace Abara has not answered" in text_of(okafor.get("/rota"))
    assert "You are asked (1)" in text_of(manager.get("/rota"))
    assert okafor.post("/rota", {"decision": "accept", "cover": str(asked.pk)}).status_code == 403
    lacking = manager.post("/rota", {"decision": "refuse", "cover": str(asked.pk), "reason": " "})
    assert "Enter the reason" in text_of(lacking)
    assert manager.post("/rota", {"decision": "accept", "cover": str(asked.pk)}).status_code == 302
    change = RotaChange.objects.get()
    assert (change.person, change.was, change.by) == (person("manager"), person("okafor"), person("manager"))
    assert "Grace Abara accepted, Emergency duty team: Grace Abara is on" in text_of(okafor.get("/rota"))
    again = manager.post("/rota", {"decision": "accept", "cover": str(asked.pk)})
    assert "answered this already" in text_of(again) or again.status_code == 200


def test_who_cannot_work_leaves_a_gap_that_the_page_shows(signed_in: SignIn, kept: RotaDuty, county: datetime) -> None:
    okafor, address = signed_in("okafor"), shift_of(kept, county, "okafor")
    said = {**form_of(okafor.get(address)), "what": "away", "reason": "Ill", "starts": "10am"}
    assert okafor.post(address, said).status_code == 302
    change = RotaChange.objects.get()
    assert change.person is None and (change.ends - change.starts) == timedelta(hours=10), "a part of the shift"
    assert "Nobody is on: the next 14 days (3)" in text_of(okafor.get("/rota"))
    gap = f"/rota/shift?duty={kept.pk}&from={to_address(change.starts)}&until={to_address(change.ends)}"
    again = okafor.get(gap)
    assert "Ask somebody to be on instead" in text_of(again), "who gave it up may look for somebody"
    assert okafor.post(gap, {**form_of(again), "what": "cover", "person": str(person("manager").pk)}).status_code == 302


def test_a_swap_on_the_page(signed_in: SignIn, kept: RotaDuty, county: datetime) -> None:
    okafor, address = signed_in("okafor"), shift_of(kept, county, "okafor")
    page = okafor.get(address)
    options = re.search(r'<select[^>]*name="swap".*?</select>', page.content.decode(), re.S)[0]  # type: ignore[index]
    theirs = re.findall(r'<option value="([^"]+)"', options)[-1]
    assert "Grace Abara, Emergency duty team" in options
    assert okafor.post(address, {**form_of(page), "what": "swap", "swap": theirs}).status_code == 302
    asked = CoverAsked.objects.get()
    assert "In return Ngozi Okafor is on" in text_of(signed_in("manager").get("/rota"))
    assert signed_in("manager").post("/rota", {"decision": "accept", "cover": str(asked.pk)}).status_code == 302
    assert RotaChange.objects.count() == 2


def test_a_page_that_is_older_than_the_rota_changes_nothing(
    signed_in: SignIn, kept: RotaDuty, county: datetime
) -> None:
    manager, address = signed_in("manager"), shift_of(kept, county, None)
    seen = form_of(manager.get(address))
    first = {**seen, "what": "change", "person": str(person("okafor").pk), "reason": ""}
    assert manager.post(address, first).status_code == 302
    late = manager.post(address, {**first, "person": str(person("manager").pk), "reason": "Mine"})
    assert "Grace Abara changed these hours meanwhile" in text_of(late) and 'value="Mine"' in late.content.decode()
    assert RotaChange.objects.get().person == person("okafor")


BAD_SHIFTS: list[tuple[dict[str, Any], str]] = [
    ({"what": ""}, "Select what happens"),
    ({"what": "erase"}, "Select one of the answers"),
    ({"what": "cover", "person": ""}, "Select who"),
    ({"what": "cover", "person": "99999999"}, "Select one of the answers"),
    ({"what": "swap", "swap": ""}, "Select the shift that is swapped"),
    ({"what": "swap", "swap": "1|2|3"}, "Select one of the answers"),
    ({"what": "away", "starts": "9"}, "am or"),
    ({"what": "away", "until": ""}, "Enter the time"),
    ({"what": "away", "until": "7am"}, "Choose hours within this shift"),
    ({"what": "away", "starts": "03:00"}, "Choose hours within this shift"),
    ({"what": "away", "first": "2031-01-01"}, "Select one of the answers"),
    ({"what": "away", "reason": "x" * 201}, "can be at most 200 letters"),
    ({"what": "away", "reason": "a\x00b"}, "Take out the sign"),
    ({"what": "away", "seen": "0:<script>"}, "changed since the page was made"),
    ({"what": "cover", "person": "self"}, "is on then"),
]


@pytest.mark.parametrize(("wrong", "words"), BAD_SHIFTS)
def test_what_cannot_be_done_with_a_shift_is_said_beside_the_question(
    signed_in: SignIn, kept: RotaDuty, county: datetime, wrong: dict[str, Any], words: str
) -> None:
    client, address = signed_in("okafor"), shift_of(kept, county, "okafor")
    if wrong.get("person") == "self":
        wrong = {**wrong, "person": str(person("okafor").pk)}
    said = {**form_of(client.get(address)), "reason": "A funeral", **wrong}
    page = client.post(address, said)
    assert page.status_code == 200 and words in text_of(page), text_of(page)
    assert "There is a problem" in text_of(page) and "<script>" not in page.content.decode().split("<main")[1]
    if "reason" not in wrong:
        assert 'value="A funeral"' in page.content.decode()
    assert not RotaChange.objects.exists() and not CoverAsked.objects.exists()


def test_others_cannot_change_a_rota_and_odd_addresses_are_not_there(
    signed_in: SignIn, kept: RotaDuty, county: datetime
) -> None:
    address = shift_of(kept, county, "okafor")
    manager = signed_in("manager")
    said = {**form_of(manager.get(address)), "what": "change", "person": str(person("manager").pk)}
    guardian = signed_in("guardian")
    assert guardian.get(address).status_code == 200 and 'name="what"' not in guardian.get(address).content.decode()
    assert guardian.post(address, said).status_code == 403
    assert "Select one of the answers" in text_of(signed_in("okafor").post(address, said)), "not hers to do unasked"
    for stranger in ("reid", "hale", "elm"):
        assert signed_in(stranger).get(address).status_code == 404
        assert signed_in(stranger).post(address, said).status_code == 404
        assert signed_in(stranger).get("/rota/pattern?agency=MAR").status_code == 404
    assert signed_in("okafor").get("/rota/pattern").status_code == 403
    assert manager.post("/rota/pattern", {"decision": "drop"}).status_code == 403
    for odd in ("", "?duty=x", f"?duty={kept.pk}", f"?duty={kept.pk}&from=now&until=then",
                f"?duty={kept.pk}&from=2026-01-01T00:00:00Z&until=2029-01-01T00:00:00Z", f"?duty={10**20}",
                address[11:].replace(str(kept.pk), "٣", 1)):  # fmt: skip
        assert manager.get(f"/rota/shift{odd}").status_code == 404, odd
    for odd in ("x" * 500, "9999-99-99", "0001-01-01", "\x00", "2026-W01"):
        assert manager.get("/rota", {"week": odd}).status_code in (200, 400), odd
    for number in ("", "x", "\x00", str(CoverAsked().pk)):
        assert manager.post("/rota", {"decision": "accept", "cover": number}).status_code in (400, 403), number
    assert Client().get("/rota").status_code == 302 and not RotaChange.objects.exists()


def test_the_shift_page_lists_what_was_accepted_and_is_still_open(signed_in: SignIn, county: datetime) -> None:
    rung = (Recipient("MAR", "Emergency duty team", Channel.LINK), 0)
    given = offer(TUAN, "the search", to_agency="MAR", notice="Tuan is missing", why="Theirs", basis="Children Act",
                  sender=Sender("elm", "Night Worker", "Elm House"), key="h", at=county, rungs=[rung])  # fmt: skip
    accept(given, Sender("okafor", "Ngozi Okafor", "MAR"), county)
    said = text_of(signed_in("manager").get("/shift"))
    assert "Accepted by your agency and still open (1) Ngozi Okafor accepted the search" in said
    assert TUAN in Reading.objects.filter(page="shift").latest("pk").children
    assert "still open" not in text_of(signed_in("elm").get("/shift"))


def test_a_shift_over_a_clock_change_says_how_long_it_is() -> None:
    assert say_hours(at("2026-10-24T21:00Z"), at("2026-10-25T08:00Z")) == "10pm to 8am (11 hours: the clocks change)"
    assert say_hours(at("2026-11-24T22:00Z"), at("2026-11-25T08:00Z")) == "10pm to 8am"
    assert week_of("nonsense", at("2026-11-20T22:00Z")).isoformat() == "2026-11-16"
    assert {code for code, _, _ in AGENCIES} >= {"MAR", "MARPOL"} and Agency
