"""A report and what it tells: one act; nothing is shown as sent or accepted that was not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from holdfast.missing.models import EpisodeRow
from holdfast.sharing.handover.rows import Handover
from holdfast.sharing.models import Message
from tests.web.conftest import SELAM, TUAN
from tests.web.test_pages import text_of
from tests.web.test_report_pages import answer_all, kinds, press

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


def test_a_home_that_reports_tells_the_responsible_authority_too(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    press(client, answer_all(client, county))
    assert not Message.objects.filter(child_id=SELAM, to_agency="MAR").exists(), "the authority reported it itself"


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
