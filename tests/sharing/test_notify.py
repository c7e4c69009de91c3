"""The real client of GOV.UK Notify against a stand-in on loopback that refuses what the real one refuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from an_outbox import DUTY_DESK, FRIDAY, Clock, Outbox, Provider, how
from notify_standin import EMAIL_TEMPLATE, KEY, SMS_TEMPLATE, StandIn, standing_in

from holdfast.sharing.carrying.worker import Pass, work_once
from holdfast.sharing.channels import NeverSends, Parcel, TryLater
from holdfast.sharing.channels.house import ways
from holdfast.sharing.channels.notify import Notify
from holdfast.sharing.models import Message
from holdfast.sharing.picture import Stage
from holdfast.sharing.rules import Channel, Recipient

DESK_PHONE = Recipient("MARPOL", "Duty sergeant", Channel.SMS, "07700 900123", "101")


@dataclass
class Desk:
    """The house's ways out, with the stand-in behind them."""

    standin: StandIn
    settings: Any
    box: Outbox

    def work(self) -> Pass:
        return work_once(ways(), self.box.clock)


@pytest.fixture
def desk(tuan: str, settings: Any) -> Iterator[Desk]:
    standin = StandIn()
    with standing_in(standin) as address:
        settings.NOTIFY = {"key": KEY, "address": address, "email": EMAIL_TEMPLATE, "sms": SMS_TEMPLATE}
        yield Desk(standin, settings, Outbox(tuan, Provider(), Clock(FRIDAY)))


def test_an_email_and_a_text_go_out_with_our_reference_and_what_notify_said_is_kept(desk: Desk) -> None:
    mail, text = desk.box.tell(), desk.box.tell("sms", DESK_PHONE)
    assert desk.work().sent == 2
    assert {s["reference"] for s in desk.standin.sent} == {str(mail.pk), str(text.pk)}
    for message in (mail, text):
        sent = how(message).sent
        held = next(s for s in desk.standin.sent if s["reference"] == str(message.pk))
        assert (sent.provider, sent.words) == (held["id"], held["body"])
        assert message.reference in held["body"] and "Tuan" not in held["body"]


def test_delivered_is_read_from_notify(desk: Desk) -> None:
    mail = desk.box.tell()
    desk.work()
    desk.standin.sent[0]["status"] = "delivered"
    desk.box.clock.pass_by(minutes=2)
    assert desk.work().receipts == 1
    assert how(mail).stage is Stage.DELIVERED


@pytest.mark.parametrize("status", ["permanent-failure", "temporary-failure", "technical-failure"])
def test_a_message_that_did_not_arrive_has_failed_and_a_person_is_told(desk: Desk, status: str) -> None:
    mail = desk.box.tell()
    desk.work()
    desk.standin.sent[0]["status"] = status
    desk.box.clock.pass_by(minutes=2)
    desk.work()
    assert how(mail).stage is Stage.FAILED and Message.objects.filter(about=mail).count() == 1


def test_notify_down_then_up_again(desk: Desk) -> None:
    mail = desk.box.tell()
    desk.standin.is_down = True
    assert desk.work().trouble == 1 and "trouble (500)" in how(mail).trouble.words
    desk.standin.is_down = False
    desk.box.clock.pass_by(minutes=1)
    assert desk.work().sent == 1 and len(desk.standin.sent) == 1


def test_notify_hangs_up_or_is_not_there(desk: Desk) -> None:
    mail = desk.box.tell()
    desk.standin.hangs_up = True
    assert desk.work().trouble == 1 and "could not be reached" in how(mail).trouble.words
    desk.standin.hangs_up = False
    desk.settings.NOTIFY = {**desk.settings.NOTIFY, "address": "http://127.0.0.1:9"}
    desk.box.clock.pass_by(minutes=1)
    assert desk.work().trouble == 1
    assert how(mail).sent is None


def test_notify_takes_it_and_answers_too_late_and_it_is_not_sent_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdfast.sharing.channels.notify.TIMEOUT", 0.15)
    mail = desk.box.tell()
    desk.standin.late = 0.5
    assert desk.work().trouble == 1 and how(mail).stage is Stage.IN_TROUBLE
    desk.box.clock.pass_by(minutes=1)
    desk.standin.late = 0
    assert desk.work().sent == 1
    assert [s["reference"] for s in desk.standin.sent] == [str(mail.pk)]


def test_the_rate_limit_is_waited_out(desk: Desk) -> None:
    mail = desk.box.tell()
    desk.standin.rate = 0
    assert desk.work().trouble == 1
    desk.standin.rate = 100
    desk.box.clock.pass_by(seconds=59)
    assert desk.work().carried == 0, "Notify counts in minutes"
    desk.box.clock.pass_by(seconds=2)
    assert desk.work().sent == 1 and how(mail).stage is Stage.SENT


def test_a_wrong_key_is_trouble_that_a_person_mends_and_a_person_is_told(desk: Desk) -> None:
    mail = desk.box.tell()
    right = desk.settings.NOTIFY
    desk.settings.NOTIFY = {**right, "key": KEY[:-4] + "0000"}
    for _ in range(3):
        desk.work()
        desk.box.clock.pass_by(minutes=5)
    assert Message.objects.filter(about=mail).exists()
    desk.settings.NOTIFY = right
    assert desk.work().sent >= 1 and how(mail).stage is Stage.SENT


@pytest.mark.parametrize(
    ("kind", "template", "address", "said"),
    [
        ("email", EMAIL_TEMPLATE, "not an address", "Not a valid email address"),
        ("sms", SMS_TEMPLATE, "12345", "Not a UK mobile number"),
        ("sms", SMS_TEMPLATE, "07700900000", "team-only API key"),
        ("sms", EMAIL_TEMPLATE, "07700900123", "not suitable for sms"),
        ("email", "7c5b0a0e-11aa-4c11-9d11-000000000009", "a@b.example", "Template not found"),
        ("email", "", "a@b.example", "No template is set"),
    ],
)
def test_what_notify_refuses_is_not_tried_again(desk: Desk, kind: str, template: str, address: str, said: str) -> None:
    way = Notify({**desk.settings.NOTIFY, kind: template}, kind)
    with pytest.raises(NeverSends, match=said):
        way.send(Parcel("r", address, "s", "t", "K7M2-4QXD", "https://link"))
    assert desk.standin.sent == []


def test_a_template_that_asks_for_more_than_reference_and_link_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("notify_standin").TEMPLATES, EMAIL_TEMPLATE, ("email", "((name)) is missing"))
    mail = desk.box.tell()
    assert desk.work().failed == 1 and "Missing personalisation: name" in how(mail).failed.words


def test_an_answer_that_is_no_json_is_trouble(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StandIn, "answer", lambda *_: (201, "a page of some proxy"))
    with pytest.raises(TryLater):
        Notify(desk.settings.NOTIFY, "email").send(Parcel("r", "a@b.example", "s", "t", "c", "l"))


def test_without_a_key_messages_become_files_once_each(
    tuan: str, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path))
    box = Outbox(tuan, Provider(), Clock(FRIDAY))
    mail = box.tell()
    text = box.tell("sms", DESK_PHONE)
    assert work_once(ways(), box.clock).sent == 2
    names = sorted(p.name for p in (tmp_path / "outbox").iterdir())
    assert names == sorted([f"{mail.pk}.email", f"{text.pk}.sms"])
    written = (tmp_path / "outbox" / f"{mail.pk}.email").read_text()
    assert DUTY_DESK.address in written and mail.reference in written and "Tuan" not in written
    assert how(mail).stage is Stage.SENT


def test_a_folder_that_cannot_be_written_is_trouble_and_not_a_traceback(
    tuan: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path))
    (tmp_path / "outbox").write_text("a file where the folder should be")
    box = Outbox(tuan, Provider(), Clock(FRIDAY))
    mail = box.tell()
    assert work_once(ways(), box.clock).trouble == 1
    assert how(mail).stage is Stage.IN_TROUBLE
    box.clock.pass_by(seconds=timedelta(minutes=1).total_seconds())
    (tmp_path / "outbox").unlink()
    assert work_once(ways(), box.clock).sent == 1
