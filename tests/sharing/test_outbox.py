"""What is told is kept exactly, sent once, and never shown as more than it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from an_outbox import DUTY_DESK, FRIDAY, NOTICE, OKAFOR, Clock, Outbox, how
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from holdfast.access.rules import Guard, Post, Role
from holdfast.chronology.actions import append
from holdfast.chronology.queries import stories
from holdfast.missing.kinds import Told
from holdfast.sharing.actions import Sender, answered, carried_by_hand, hold, opened
from holdfast.sharing.carrying import actions as carrying
from holdfast.sharing.carrying.worker import LEASE, work_once
from holdfast.sharing.channels import Arrival, Receipt
from holdfast.sharing.models import Errand, Message, MessageEvent
from holdfast.sharing.picture import Happened, Stage, standing
from holdfast.sharing.rules import (
    CannotTell,
    Channel,
    Recipient,
    What,
    checked,
    envelope,
    gives_up,
    may_read_notice,
    needs_alarm,
    wait_after,
)
from tests.builders import a_draft

Make = Callable[..., Outbox]
REID = Sender("reid", "Alan Reid", "MARPOL")


def kinds_of(ref: str) -> list[str]:
    return [e.kind for e in stories([ref])[ref].standing]


def test_what_is_told_is_kept_exactly_and_waits(outbox: Make) -> None:
    box = outbox()
    message = box.tell()
    assert (message.notice, message.why, message.basis) == (NOTICE.text, NOTICE.why, NOTICE.basis)
    assert how(message).stage is Stage.WAITING
    assert how(message).queued.name == "Ngozi Okafor"
    assert "sharing.disclosed" not in kinds_of(box.ref)


def test_an_email_or_a_text_carries_a_reference_and_a_link_and_nothing_of_the_child(outbox: Make) -> None:
    box = outbox()
    text = Recipient("MARPOL", "Duty sergeant", Channel.SMS, "07700 900 123")
    for message in (box.tell(), box.tell("sms", text)):
        out = message.sent_subject + message.sent_text
        for word in ("Tuan", "Nguyen", "2010", "May", "Elm House", "Marrowshire", box.ref):
            assert word not in out
        assert message.reference in out and f"/notices/{message.reference}" in out


def test_telling_twice_with_one_key_is_telling_once(outbox: Make) -> None:
    box = outbox()
    assert box.tell().pk == box.tell().pk
    assert Message.objects.count() == 1 and Errand.objects.count() == 1


def test_a_message_is_made_in_the_transaction_of_its_entry_or_not_at_all(outbox: Make) -> None:
    box = outbox()
    with pytest.raises(RuntimeError), transaction.atomic():
        append(box.ref, [a_draft("missing.sighted", "2026-11-20T22:30Z")], by="okafor", agency="MAR", at=FRIDAY)
        box.tell()
        raise RuntimeError
    assert not Message.objects.exists() and "missing.sighted" not in kinds_of(box.ref)


def test_who_was_told_is_an_entry_once_it_was_sent_and_not_before(outbox: Make) -> None:
    box = outbox()
    message = box.tell(told=[Told(who="police", how="e-mail")])
    assert "missing.told" not in kinds_of(box.ref)
    box.clock.pass_by(minutes=3)
    assert box.work().sent == 1
    story = stories([box.ref])[box.ref]
    told, shared = story.last("missing.told"), story.last("sharing.disclosed")
    assert (told.details.who, told.occurred.at, told.reference) == ("police", box.clock.now, f"{message.pk}/1")
    assert shared.details.what == ("name", "age", "last seen") and "MARPOL" in shared.details.to
    assert how(message).sent.at == box.clock.now and how(message).stage is Stage.SENT
    assert box.work().carried == 0 and kinds_of(box.ref).count("missing.told") == 1


def test_nothing_that_was_said_or_happened_can_be_changed(outbox: Make) -> None:
    message = outbox().tell()
    for act in (
        lambda: Message.objects.filter(pk=message.pk).update(notice="something else"),
        lambda: MessageEvent.objects.filter(message=message).update(what="sent"),
        lambda: MessageEvent.objects.filter(message=message).delete(),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            act()


def test_a_partner_that_is_down_for_seven_days_loses_nothing_and_is_told_once(outbox: Make) -> None:
    box = outbox(is_down=True)
    messages = [box.tell("one"), box.tell("another")]
    box.work_for(step=timedelta(hours=2), days=7)
    for message in messages:
        stands = how(message)
        assert stands.stage is Stage.IN_TROUBLE and stands.sent is None and stands.tries > 80
        assert Message.objects.filter(about=message).count() == 1, "a person is told once"
    assert "sharing.disclosed" not in kinds_of(box.ref)
    box.provider.is_down = False
    box.work_for(step=timedelta(minutes=30), hours=2)
    assert sorted(box.provider.held.values()) == [1, 1]
    assert all(how(m).stage is Stage.SENT for m in messages)
    assert kinds_of(box.ref).count("sharing.disclosed") == 2


def test_a_partner_that_never_answers_though_it_has_the_message_is_not_sent_it_twice(outbox: Make) -> None:
    box = outbox(dies_after=True)
    message = box.tell()
    assert box.work().trouble == 1
    assert how(message).stage is Stage.IN_TROUBLE, "not shown as sent: nobody knows"
    box.clock.pass_by(minutes=1)
    assert box.work().sent == 1
    assert box.provider.held == {str(message.pk): 1} and how(message).sent.words == "as held"


def test_a_worker_that_died_leaves_its_lease_and_the_next_one_asks_before_it_sends(outbox: Make) -> None:
    box = outbox()
    message = box.tell()
    claimed = carrying.claim(box.clock.now, timedelta(minutes=2))
    assert claimed is not None and not claimed.may_have_gone
    box.provider.send(claimed.parcel)  # and dies here
    assert box.work().carried == 0, "the lease holds"
    box.clock.pass_by(minutes=2)
    assert box.work().sent == 1 and box.provider.held == {str(message.pk): 1}


def test_a_worker_that_was_held_up_before_it_sent_leaves_the_message_to_the_next_one(outbox: Make) -> None:
    """A machine that stood still between taking an errand and sending it: by then another may have sent it."""

    @dataclass
    class HeldUp(Clock):
        asked: int = 0

        def __call__(self) -> datetime:
            self.asked += 1
            return self.now + (0.75 * LEASE if self.asked > 2 else timedelta())

    box = outbox()
    message = box.tell()
    work_once({Channel.EMAIL: box.provider}, HeldUp(box.clock.now))
    assert box.provider.held == {} and how(message).sent is None
    box.clock.pass_by(minutes=5)
    box.work()
    assert list(box.provider.held.values()) == [1] and how(message).sent is not None


def test_a_worker_that_answers_late_writes_nothing_twice(outbox: Make) -> None:
    box = outbox()
    message = box.tell()
    late = carrying.claim(box.clock.now, timedelta(minutes=2))
    box.clock.pass_by(minutes=3)
    box.work()
    first = how(message)
    carrying.went_out(late, box.provider.send(late.parcel), box.clock.now, tells_arrival=False)
    carrying.did_not_go(late, "too late", box.clock.now)
    carrying.never_goes(late, "too late", box.clock.now)
    assert how(message) == first and kinds_of(box.ref).count("sharing.disclosed") == 1


def test_two_workers_do_not_hold_one_errand(outbox: Make) -> None:
    box = outbox()
    box.tell()
    lease = timedelta(minutes=2)
    assert carrying.claim(FRIDAY, lease) is not None
    assert carrying.claim(FRIDAY, lease) is None


def test_what_the_provider_refuses_has_failed_and_a_person_is_told_at_once(outbox: Make) -> None:
    box = outbox(refuses="Not a valid email address")
    message = box.tell()
    assert box.work().failed == 1
    assert how(message).stage is Stage.FAILED
    alarm = Message.objects.get(about=message)
    assert (alarm.to_agency, alarm.channel) == ("MAR", "link")
    assert "Not a valid email address" in alarm.notice and "01632 960 117" in alarm.notice
    assert not Errand.objects.filter(message=message).exists()


def test_a_message_that_nobody_carries_is_told_to_a_person_after_ten_minutes_even_untried(outbox: Make) -> None:
    box = outbox()
    message = box.tell()
    assert carrying.alarm_about_unsent(FRIDAY + timedelta(minutes=9)) == 0
    assert carrying.alarm_about_unsent(FRIDAY + timedelta(minutes=10)) == 1
    assert carrying.alarm_about_unsent(FRIDAY + timedelta(minutes=11)) == 0
    assert Message.objects.filter(about=message).count() == 1


def test_after_two_weeks_it_is_given_up_aloud(outbox: Make) -> None:
    box = outbox(is_down=True)
    message = box.tell()
    box.work_for(step=timedelta(hours=6), days=15)
    assert how(message).failed.words.startswith("Given up after two weeks")
    assert Message.objects.filter(about=message).count() == 2, "once in trouble, once given up"


def test_delivered_is_said_by_the_provider_and_silence_is_told_to_a_person(outbox: Make) -> None:
    box = outbox(tells_arrival=True)
    first, second = box.tell("first"), box.tell("second")
    box.work()
    assert how(first).stage is Stage.SENT and how(first).delivered is None
    box.provider.is_down = True
    box.work_for(step=timedelta(hours=1), hours=5)
    assert how(first).stage is Stage.SENT
    box.provider.is_down, box.provider.arrival = False, Receipt(Arrival.FAILED, "no such mailbox")
    box.work_for(step=timedelta(hours=1), hours=2)
    assert how(first).stage is Stage.FAILED and how(second).failed.words == "no such mailbox"
    third = box.tell("third")
    box.provider.arrival = Receipt(Arrival.UNDER_WAY)
    box.work_for(step=timedelta(hours=4), hours=80)
    assert how(third).stage is Stage.SENT and Message.objects.filter(about=third).exists()
    assert not Errand.objects.filter(message=third).exists()


def test_opened_received_and_accepted_each_have_a_name_and_a_time_and_a_second_answer_is_harmless(
    outbox: Make,
) -> None:
    box = outbox()
    message = box.tell()
    box.work()
    opened(*hold(message.pk), REID, box.clock.pass_by(minutes=5))
    opened(*hold(message.pk), REID, box.clock.pass_by(minutes=1))
    assert answered(message, What.RECEIVED, REID, box.clock.pass_by(minutes=1))
    assert not answered(message, What.RECEIVED, Sender("else", "Somebody Else", "MARPOL"), box.clock.now)
    assert answered(message, What.ACCEPTED, REID, box.clock.pass_by(minutes=1))
    assert not answered(message, What.REFUSED, REID, box.clock.now, words="too late")
    stands = how(message)
    assert len(stands.opened) == 1
    marks = [stands.received, stands.accepted]
    assert [m.name for m in marks] == ["Alan Reid", "Alan Reid"] and marks[0].at < marks[1].at
    assert stands.stage is Stage.ACCEPTED


def test_what_was_read_in_holdfast_before_the_email_went_out_is_told_and_not_sent_too(outbox: Make) -> None:
    box = outbox(is_down=True)
    message = box.tell()
    box.work()
    opened(*hold(message.pk), REID, box.clock.pass_by(minutes=5))
    assert kinds_of(box.ref).count("sharing.disclosed") == 1, "what was read has left the house"
    assert how(message).sent is None
    answered(message, What.RECEIVED, REID, box.clock.now)
    box.provider.is_down = False
    box.clock.pass_by(minutes=5)
    assert box.work().not_needed == 1 and not box.provider.held
    assert how(message).stage is Stage.RECEIVED and kinds_of(box.ref).count("sharing.disclosed") == 1


def test_a_message_read_out_is_sent_by_the_one_who_read_it_and_received_by_the_call_taker(outbox: Make) -> None:
    box = outbox()
    message = box.tell(to=Recipient("MARPOL", "101 control room", Channel.READ_OUT, phone="101"))
    assert box.work().carried == 0 and how(message).stage is Stage.WAITING
    with pytest.raises(CannotTell, match="name of the person"):
        carried_by_hand(message, OKAFOR, box.clock.now, to_name="  ")
    assert carried_by_hand(message, OKAFOR, box.clock.now, to_name="PC Mistry")
    assert not carried_by_hand(message, OKAFOR, box.clock.now, to_name="PC Mistry")
    stands = how(message)
    assert (stands.sent.name, stands.received.name) == ("Ngozi Okafor", "PC Mistry")
    assert kinds_of(box.ref).count("sharing.disclosed") == 1


@pytest.mark.parametrize(
    ("to", "field"),
    [
        (Recipient("MARPOL", "Desk", Channel.EMAIL, "nobody"), "address"),
        (Recipient("MARPOL", "Desk", Channel.EMAIL, "a@b@c.example"), "address"),
        (Recipient("MARPOL", "Desk", Channel.SMS, "01632 960 117"), "address"),
        (Recipient("MARPOL", "Desk", Channel.SMS, "07700 900 12"), "address"),
        (Recipient("MARPOL", " ", Channel.LINK), "name"),
        (Recipient("MARPOL", "Desk", Channel.LINK, "07700900123"), "address"),
        (Recipient("", "his mother", Channel.EMAIL, "m@home.example"), "channel"),
        (Recipient("NOWHERE", "Desk", Channel.LINK), "agency"),
    ],
)
def test_a_recipient_that_cannot_be_reached_is_refused_beside_its_question(
    outbox: Make, to: Recipient, field: str
) -> None:
    with pytest.raises(CannotTell) as refused:
        outbox().tell(to=to)
    assert refused.value.field == field and not Message.objects.exists()


@given(st.lists(st.sampled_from(list(What)), max_size=30))
def test_nothing_is_sent_received_or_accepted_without_its_event(whats: list[What]) -> None:
    stands = standing(Happened(w, FRIDAY + timedelta(minutes=n), name="A") for n, w in enumerate(whats))
    assert (stands.sent is not None) == (What.SENT in whats)
    assert (stands.received is not None) == (What.RECEIVED in whats)
    assert (stands.accepted is not None) == (What.ACCEPTED in whats)
    if stands.stage in (Stage.SENT, Stage.DELIVERED):
        assert What.SENT in whats or What.DELIVERED in whats
    if stands.stage is Stage.ACCEPTED:
        assert What.ACCEPTED in whats


@given(st.integers(1, 10_000), st.timedeltas(timedelta(), timedelta(days=2)))
def test_waits_never_shrink_and_never_pass_an_hour_but_when_the_provider_asks(tries: int, told: timedelta) -> None:
    assert wait_after(tries) <= wait_after(tries + 1) <= timedelta(hours=1)
    assert wait_after(tries, told=told) >= told


def test_a_person_is_told_after_three_tries_or_ten_minutes() -> None:
    assert not needs_alarm(FRIDAY, 2, FRIDAY + timedelta(minutes=9))
    assert needs_alarm(FRIDAY, 3, FRIDAY) and needs_alarm(FRIDAY, 0, FRIDAY + timedelta(minutes=10))
    assert not gives_up(FRIDAY, FRIDAY + timedelta(days=13, hours=23)) and gives_up(FRIDAY, FRIDAY + timedelta(days=14))


def test_an_envelope_is_short_enough_for_one_text() -> None:
    assert len(envelope("K7M2-4QXD", "https://holdfast.marrowshire.example/notices/K7M2-4QXD").text) <= 160


@pytest.mark.parametrize("role", list(Role))
def test_a_notice_is_read_by_the_agency_it_is_for_and_by_nobody_whom_a_guard_keeps_out(role: Role) -> None:
    theirs = [Post("MARPOL", role)]
    assert may_read_notice(theirs, "MARPOL", Guard()) == (role not in (Role.ANALYST, Role.DATA_GUARDIAN))
    assert not may_read_notice(theirs, "MAR", Guard())
    assert not may_read_notice(theirs, "MARPOL", Guard(is_in_conflict=True))
    assert not may_read_notice(theirs, "MARPOL", Guard(is_shielded=True))


def test_numbers_are_tidied() -> None:
    to = checked(Recipient(DUTY_DESK.agency, " Desk ", Channel.SMS, "+44 (0) 7700 900123".replace("(0) ", "")))
    assert (to.name, to.address) == ("Desk", "+447700900123")
