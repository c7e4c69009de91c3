"""A report and what it tells: one act; nothing is shown as sent or accepted that was not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from holdfast.chronology.actions import append
from holdfast.missing.models import EpisodeRow
from holdfast.sharing.carrying.worker import work_once
from holdfast.sharing.channels.house import ways
from holdfast.sharing.handover.rows import Handover
from holdfast.sharing.models import Message
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
    (message,) = Message.objects.filter(child_id=SELAM)
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


def test_a_second_press_tells_nobody_twice(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    check = answer_all(client, county)
    press(client, check)
    press(client, check)
    assert Message.objects.filter(child_id=SELAM).count() == Handover.objects.filter(child_id=SELAM).count() == 1


def test_a_report_that_joins_an_open_episode_asks_nobody_anew(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    press(client, answer_all(client, county, TUAN), TUAN)
    assert not Handover.objects.filter(child_id=TUAN).exists()


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
