"""A report and what it tells: one act; nothing is shown as sent or accepted that was not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from holdfast.access.models import Person
from holdfast.access.queries import reader
from holdfast.chronology.actions import append
from holdfast.chronology.queries import stories
from holdfast.missing.kinds import Category
from holdfast.missing.models import EpisodeRow
from holdfast.missing.picture import episodes
from holdfast.sharing.carrying.worker import work_once
from holdfast.sharing.channels.house import ways
from holdfast.sharing.handover.rows import Handover
from holdfast.sharing.models import Contact, Message
from holdfast.sharing.rota.actions import add_duty
from holdfast.sharing.rota.rows import RotaChange
from tests.builders import a_draft
from tests.web.conftest import SELAM, TUAN
from tests.web.test_pages import text_of
from tests.web.test_report_pages import JORDAN, answer_all, at_time, kinds, press

SignIn = Callable[..., Client]


def test_the_police_of_the_place_are_asked_to_take_over_the_search(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    done = press(client, answer_all(client, county))
    said = text_of(done)
    assert (
        "A notice for Marrowshire Police lies ready in Holdfast" in said
        and "Nobody has said that they received it" in said
    )
    (handover,) = Handover.objects.filter(child_id=SELAM)
    message, area = Message.objects.filter(child_id=SELAM).order_by("-to_agency")
    assert area.to_agency == "LOW", "the child lives there, and Marrowshire is responsible"
    assert (handover.of, handover.to_agency, message.to_agency) == ("the search", "MARPOL", "MARPOL")
    assert "Selam" in message.notice and "Schedule 1 paragraph 18" in message.basis
    assert "handover.offered" in kinds(SELAM)
    assert EpisodeRow.objects.get(child_id=SELAM, ended_at=None).accepted_by == ""


def test_an_authority_that_reports_a_child_itself_is_not_told_of_it(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    press(client, answer_all(client, county))
    assert not Message.objects.filter(child_id=SELAM, to_agency="MAR").exists()


def test_the_authority_of_a_child_whom_a_home_reports_is_told_when_somebody_there_says_so(
    signed_in: SignIn, county: datetime
) -> None:
    back = [a_draft("missing.returned", (county - timedelta(minutes=40)).isoformat())]
    append(JORDAN, back, by="elm", agency="Elm House", at=county)
    home = signed_in("elm")
    seen, when = at_time(county - timedelta(minutes=30)), at_time(county - timedelta(minutes=20))
    done = press(home, answer_all(home, county, JORDAN, seen=seen, when=when), JORDAN)
    (message,) = Message.objects.filter(child_id=JORDAN, to_agency="MAR")
    assert message.channel == "link" and "Not sent yet" in text_of(done)
    work_once(ways(), lambda: datetime.now(UTC))
    page = text_of(home.get(f"/children/{JORDAN}/told"))
    assert "Lies ready in Holdfast since" in page and "No message went out" in page
    manager = signed_in("manager")
    assert manager.get(f"/notices/{message.reference}").status_code == 200
    assert "sharing.disclosed" in kinds(JORDAN) and "missing.told" not in kinds(JORDAN), "ready and read is not told"
    manager.post(f"/notices/{message.reference}", {"decision": "received"})
    manager.post(f"/notices/{message.reference}", {"decision": "received"})
    assert kinds(JORDAN).count("missing.told") == 1


@pytest.mark.parametrize("who_is_on", ["manager", ""])
def test_where_the_authority_keeps_a_rota_the_person_who_is_on_is_told_by_name_and_a_gap_is_passed_over(
    signed_in: SignIn, county: datetime, who_is_on: str
) -> None:
    manager = Person.objects.get(username="manager")
    duty = add_duty(reader(manager, county), "MAR", "Duty desk", county - timedelta(hours=2))
    if who_is_on:
        RotaChange.objects.create(
            duty=duty, starts=county - timedelta(hours=1), ends=county + timedelta(hours=8), person=manager,
            by=manager, at=county - timedelta(hours=1),
        )  # fmt: skip
    for after, name in enumerate(("Duty desk", "Team manager")):
        Contact.objects.create(agency="MAR", name=name, channel="link", after=after * 10)
    back = [a_draft("missing.returned", (county - timedelta(minutes=40)).isoformat())]
    append(JORDAN, back, by="elm", agency="Elm House", at=county)
    home = signed_in("elm")
    seen, when = at_time(county - timedelta(minutes=30)), at_time(county - timedelta(minutes=20))
    press(home, answer_all(home, county, JORDAN, seen=seen, when=when), JORDAN)
    (told,) = Message.objects.filter(child_id=JORDAN, to_agency="MAR")
    alone = Message.objects.filter(to_person=manager, subject="A child in your care is reported missing")
    if who_is_on:
        assert told.to_name == f"{manager} (Duty desk)"
        assert alone.count() == 1 and "Jordan" not in alone[0].notice and alone[0].child_id is None
    else:
        assert told.to_name == "Team manager" and not alone.exists()


def test_a_second_press_tells_nobody_twice(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    check = answer_all(client, county)
    press(client, check)
    press(client, check)
    told = Message.objects.filter(child_id=SELAM).order_by("to_agency").values_list("to_agency", flat=True)
    assert list(told) == ["LOW", "MARPOL"] and Handover.objects.filter(child_id=SELAM).count() == 1


def test_a_report_that_joins_an_open_episode_asks_nobody_anew(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    press(client, answer_all(client, county, TUAN), TUAN)
    assert not Handover.objects.filter(child_id=TUAN).exists()


def test_a_child_who_was_away_and_is_missing_by_a_further_report_is_searched_for(
    signed_in: SignIn, county: datetime
) -> None:
    client = signed_in("manager")
    press(client, answer_all(client, county, where={"whereabouts": "confirmed", "where": "at a friend’s home"}))
    assert episodes(stories([SELAM])[SELAM])[-1].category is Category.AWAY
    assert not Handover.objects.filter(child_id=SELAM).exists()
    for _ in range(2):
        press(client, answer_all(client, county))
    assert episodes(stories([SELAM])[SELAM])[-1].category is Category.MISSING
    assert [h.of for h in Handover.objects.filter(child_id=SELAM)] == ["the search"], "once, and not by the third"


def test_a_child_who_was_away_and_is_recorded_as_missing_is_searched_for(signed_in: SignIn, county: datetime) -> None:
    client, page = signed_in("manager"), f"/children/{SELAM}/episode/change"
    press(client, answer_all(client, county, where={"whereabouts": "confirmed", "where": "at a friend’s home"}))
    for _ in range(2):
        token = re.search(r'name="page" value="([^"]+)"', client.get(page).content.decode())
        assert token is not None
        assert client.post(page, {"day": "now", "category": "missing", "page": token[1]}).status_code == 302
    assert [h.to_agency for h in Handover.objects.filter(child_id=SELAM)] == ["MARPOL"]


def test_if_the_message_cannot_be_written_nothing_is_recorded(
    signed_in: SignIn, county: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError("the outbox is full")

    monkeypatch.setattr("holdfast.sharing.handover.actions.tell", fails)
    client = signed_in("manager", raise_request_exception=False)
    before = kinds(SELAM)
    answer = press(client, answer_all(client, county))
    assert answer.status_code == 500
    assert kinds(SELAM) == before and not Message.objects.filter(child_id=SELAM).exists()


def _placed_in(area: str, county: datetime) -> None:
    moved = a_draft("placement.started", (county - timedelta(days=2)).isoformat(), home="Elm House", area=area)
    append(SELAM, [moved], by="okafor", agency="MAR", at=county)


def test_the_authority_of_the_area_is_told_less_and_the_page_says_who_else_is_to_be_told(
    signed_in: SignIn, county: datetime
) -> None:
    _placed_in("LOW", county)
    client = signed_in("manager")
    said = text_of(press(client, answer_all(client, county)))
    (message,) = Message.objects.filter(child_id=SELAM, to_agency="LOW")
    police = Message.objects.get(child_id=SELAM, to_agency="MARPOL")
    assert "Selam" in message.notice and len(message.notice) < len(police.notice)
    assert "A notice for Lowmoor Borough Council lies ready in Holdfast" in said
    assert "Host authority : not recorded as told" in said.replace("authority:", "authority :"), "ready is not told"
    assert "Reviewing officer" in said and "Parents" in said
    address = f"/children/{SELAM}/episode/told?who=parents"
    assert 'value="parents" checked' in client.get(address).content.decode()
    for what, answers in (
        ("told", {"day": "now", "who": "reviewing officer", "name": "Ruth Mbeki"}),
        ("not-told", {"who": "parents", "reason": "It would not be safe", "by": "Grace Abara"}),
    ):
        assert client.post(f"/children/{SELAM}/episode/{what}", answers).status_code == 302
    page = text_of(client.get(f"/children/{SELAM}/search"))
    assert "Reviewing officer : told" in page.replace("officer:", "officer :") and "Ruth Mbeki" in page
    assert "not told: It would not be safe" in page


@pytest.mark.parametrize("area", ["MAR", "NOWHERE", "away"])
def test_no_other_authority_is_told(signed_in: SignIn, county: datetime, area: str) -> None:
    _placed_in("LOW" if area == "away" else area, county)
    client = signed_in("manager")
    if area == "away":
        press(client, answer_all(client, county, where={"whereabouts": "confirmed", "where": "at a friend’s home"}))
    else:
        press(client, answer_all(client, county))
    assert not Message.objects.filter(child_id=SELAM).exclude(to_agency="MARPOL").exists()
