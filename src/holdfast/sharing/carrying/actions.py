"""The worker's errands: claiming them, and writing what came of them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from holdfast.chronology.rows import utc
from holdfast.sharing.actions import Notice, Sender, hold, link_to, note, record_told, tell
from holdfast.sharing.channels import Arrival, Parcel, Receipt, Sent
from holdfast.sharing.handover.rows import Answer
from holdfast.sharing.models import Errand, Message, MessageEvent
from holdfast.sharing.picture import Standing
from holdfast.sharing.rules import (
    ALARM_AFTER,
    ASK_FOR_RECEIPTS,
    Channel,
    Recipient,
    What,
    gives_up,
    needs_alarm,
    wait_after,
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """An errand in the hands of one worker for the length of a lease. After `begin_by`, half of it, the worker begins
    to send no more: another may have the errand before the provider has answered. `may_have_gone`: it was tried before,
    so the provider is asked first. `provider` is its number once it was sent: then only the receipt is asked for."""

    message: UUID
    channel: Channel
    parcel: Parcel
    lease: str
    begin_by: datetime
    tries: int
    may_have_gone: bool
    provider: str = ""


@transaction.atomic
def claim(now: datetime, lease: timedelta) -> Claimed | None:
    """Take the errand that has waited longest, or None when nothing is due. Another worker takes another one."""
    now = utc(now)
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    due = Errand.objects.filter(free, next_at__lte=now).order_by("next_at", "pk")
    errand = due.select_for_update(skip_locked=True, of=("self",)).first()
    if errand is None:
        return None
    message, known = hold(errand.message_id)
    errand.lease, errand.leased_until = secrets.token_hex(8), now + lease
    errand.tries += 1
    errand.save()
    if not known.sent:
        note(message, What.ATTEMPT, now)
    parcel = Parcel(
        str(message.pk), message.address, message.sent_subject, message.sent_text, message.reference,
        link_to(message.reference),
    )  # fmt: skip
    return Claimed(
        message.pk, Channel(message.channel), parcel, errand.lease, now + lease / 2, errand.tries, errand.tries > 1,
        known.sent.provider if known.sent else "",
    )  # fmt: skip


@transaction.atomic
def no_longer_needed(claimed: Claimed, now: datetime) -> bool:
    """Whether what a message asks for was done before it went out: it is then not sent, and that is written."""
    message, known = _hold_both(claimed)
    if known.sent:
        return False
    done = known.received or known.accepted
    words = f"{done.name} had read it in Holdfast" if done else ""
    if not words and message.handover_id:
        taken = Answer.objects.filter(handover=message.handover_id, is_accepted=True).first()
        words = f"{taken.name} had accepted" if taken else ""
    if not words:
        return False
    note(message, What.NOT_NEEDED, now, words=words)
    Errand.objects.filter(message=message).delete()
    return True


@transaction.atomic
def went_out(claimed: Claimed, sent: Sent, now: datetime, *, tells_arrival: bool) -> None:
    """Write that a message was sent, and the entries that say who was told. A second time changes nothing."""
    message, known = _hold_both(claimed)
    if known.sent:
        return
    record_told(message, known, now)
    note(message, What.SENT, now, provider=sent.provider, words=sent.words)
    errand = Errand.objects.filter(message=message)
    if tells_arrival:
        errand.update(is_sent=True, next_at=utc(now) + wait_after(2), tries=0, leased_until=None, lease="")
    else:
        errand.delete()


@transaction.atomic
def did_not_go(claimed: Claimed, reason: str, now: datetime, *, wait: timedelta = timedelta()) -> None:
    """Write that a try failed, and when the next one is. A person is told in time; after two weeks it has failed."""
    message, known = _hold_both(claimed)
    if known.sent or not _still_ours(claimed):
        return
    note(message, What.TROUBLE, now, words=reason)
    if gives_up(message.made_at, now):
        _fail(message, f"Given up after two weeks. Last: {reason}", now)
        return
    Errand.objects.filter(message=message).update(
        next_at=utc(now) + wait_after(claimed.tries, told=wait), leased_until=None, lease=""
    )
    if needs_alarm(message.made_at, claimed.tries, now):
        _alarm(message, reason, now)


@transaction.atomic
def never_goes(claimed: Claimed, reason: str, now: datetime) -> None:
    """Write that the provider refuses this message, and tell a person."""
    message, known = _hold_both(claimed)
    if not known.sent and _still_ours(claimed):
        _fail(message, reason, now)


@transaction.atomic
def fared(claimed: Claimed, receipt: Receipt, now: datetime) -> None:
    """Write what the provider says of a message that it has. Silence for three days is told to a person too."""
    message, known = _hold_both(claimed)
    if not _still_ours(claimed) or known.sent is None:
        return
    if receipt.arrival is Arrival.DELIVERED:
        note(message, What.DELIVERED, now)
        Errand.objects.filter(message=message).delete()
    elif receipt.arrival is Arrival.FAILED:
        _fail(message, receipt.reason, now)
    elif utc(now) - known.sent.at >= ASK_FOR_RECEIPTS:
        _alarm(message, "Nobody can say whether it arrived", now)
        Errand.objects.filter(message=message).delete()
    else:
        wait = wait_after(claimed.tries)
        Errand.objects.filter(message=message).update(next_at=utc(now) + wait, leased_until=None, lease="")


def _hold_both(claimed: Claimed) -> tuple[Message, Standing]:
    """The errand first and then the message, as `claim` does: two workers never wait for each other in a ring."""
    list(Errand.objects.select_for_update().filter(message=claimed.message))
    return hold(claimed.message)


def _still_ours(claimed: Claimed) -> bool:
    return Errand.objects.filter(message=claimed.message, lease=claimed.lease).exists()


def _fail(message: Message, reason: str, now: datetime) -> None:
    note(message, What.FAILED, now, words=reason)
    Errand.objects.filter(message=message).delete()
    _alarm(message, reason, now, final=True)


def _alarm(message: Message, reason: str, now: datetime, *, final: bool = False) -> None:
    """Tell the agency that sent it, once while it is tried and once when it has failed. It stands in Holdfast itself,
    so no provider is needed for it."""
    if message.about_id is not None:
        return
    ring = f" Ring {message.phone}." if message.phone else " Ring them."
    end = "It is not tried again." if final else "It is tried again."
    text = (
        f"The notice {message.reference} to {message.to_name} ({message.to_agency}) has not gone out. {reason}. "
        f"{end}{ring}"
    )
    stem = f"alarm:{message.pk}{':failed' if final else ''}"
    if Message.objects.filter(key=stem).exists():
        return
    note(message, What.ALARMED, now, words=reason)
    notice = Notice(
        "not-sent", f"Not sent: {message.subject}"[:200], text, "A message did not go out",
        "The sender’s own task", (),
    )  # fmt: skip
    to = Recipient(message.from_agency, "whoever is on duty", Channel.LINK)
    if message.to_person_id is not None:
        to = Recipient("", message.to_name, Channel.LINK, person=message.to_person_id)
    who = Sender(message.made_by, "Holdfast", message.from_agency)
    tell(message.child_id, to, notice, sender=who, key=stem, at=now, about=message)


def alarm_about_unsent(now: datetime, *, at_most: int = 100) -> int:
    """Tell the senders of messages that have waited ten minutes, however often they were tried. Returns how many."""
    alarmed = MessageEvent.objects.filter(message=OuterRef("message"), what=What.ALARMED.value)
    late = Errand.objects.filter(
        ~Exists(alarmed), is_sent=False, message__made_at__lte=utc(now) - ALARM_AFTER, message__about__isnull=True
    )
    found = list(late.values_list("message", flat=True)[:at_most])
    for pk in found:
        with transaction.atomic():
            message, known = hold(pk)
            if known.alarmed is None and known.sent is None:
                last = MessageEvent.objects.filter(message=message, what=What.TROUBLE.value).order_by("number").last()
                _alarm(message, last.words if last else "Nothing has carried it yet", now)
    return len(found)
