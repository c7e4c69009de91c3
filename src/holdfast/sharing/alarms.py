"""What people are told one by one: that somebody opened a made-up record, or a child in an emergency; that nobody has
looked into it in time, or has said anew why a child is restricted; that an anchor does not leave the house."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from holdfast.access.canaries.actions import REFUSED
from holdfast.access.canaries.queries import watchers
from holdfast.access.canaries.rows import CanaryOpening
from holdfast.access.deeds import EmergencyOpening
from holdfast.access.limits import review_due
from holdfast.access.models import Person
from holdfast.access.queries import who_may
from holdfast.access.review import guardians, late_reviews, shields_standing
from holdfast.access.rules import Act
from holdfast.sharing.actions import Notice, Sender, tell
from holdfast.sharing.models import Message
from holdfast.sharing.rules import Channel, Recipient
from holdfast.worktime.uk_clock import uk_day
from holdfast.worktime.words import say_day, say_time

_SECURITY = "UK GDPR article 32: the security of processing"


def personal(person: Person) -> Recipient:
    """How one person is told: by e-mail where they have an address, and always in Holdfast."""
    channel = Channel.EMAIL if person.email else Channel.LINK
    return Recipient("", str(person)[:120], channel, person.email, person=person.pk)


def tell_watchers(sender: object, opening: CanaryOpening, **_: object) -> None:
    """Put a message to everybody named in the outbox, in the transaction that opened the record. Never to whoever
    opened it. The words name no reference: which records are made up stands nowhere in the tables."""
    who = f"{opening.person} ({opening.person.username})"
    is_refused = opening.page == REFUSED
    did = "asked for a made-up record and was refused" if is_refused else "opened a made-up record"
    text = (
        f"{who} {did}, {say_time(opening.at, year=True)}. Nobody has reason to open it. Look at what else they opened "
        "and asked for, do not ask them yet, and record your review under Reviews."
    )
    was = "asked for" if is_refused else "opened"
    notice = Notice(
        "made-up-record", f"A made-up record was {was}", text, f"Somebody {was} a record that is no child’s",
        _SECURITY,
    )  # fmt: skip
    for person in watchers():
        if person.pk != opening.person_id:
            tell(
                None, personal(person), notice, sender=Sender("holdfast", "Holdfast", ""),
                key=f"canary:{opening.pk}:{person.pk}", at=opening.at,
            )  # fmt: skip


def tell_reviewers(sender: object, opening: EmergencyOpening, **_: object) -> None:
    """Tell everybody who may review it, in the transaction that opened the child: in the night nobody looks at a page.
    The words name no child; the page to which the link leads does, after signing in."""
    last_day = uk_day(review_due(opening.begins, settings.NATION) - timedelta(microseconds=1))
    text = (
        f"{opening.person} ({opening.person.username}) opened one of your children in an emergency, "
        f"{say_time(opening.begins, year=True)}. Read the reason, and record your review under Reviews by the end of "
        f"{say_day(last_day)}."
    )
    _tell_each(opening, "emergency", "A child was opened in an emergency", text, Act.REVIEW, opening.begins)


@transaction.atomic
def tell_of_late_reviews(now: datetime) -> int:
    """Tell those who may review, and the data guardians, once of each emergency opening that nobody reviewed in time.
    Returns for how many."""
    late = {f"emergency-late:{opening.pk}": opening for opening in late_reviews(now)}
    said = {m.key.rpartition(":")[0] for m in Message.objects.filter(template="emergency-late").only("key")}
    told = 0
    for key, opening in late.items():
        if key not in said:
            text = (
                f"{opening.person} ({opening.person.username}) opened a child in an emergency, "
                f"{say_time(opening.begins, year=True)}, and nobody has reviewed it in time. It stands under Reviews."
            )
            _tell_each(opening, "emergency-late", "An emergency opening was not reviewed in time", text, Act.KEEP, now)
            told += 1
    return told


def tell_of_old_shields(now: datetime) -> int:
    """Tell those who are named, once for each, of a restriction whose reason nobody has said anew in 90 days. Where all
    have left, the data guardians. Returns of how many restrictions. No child is named: that one is restricted says
    something already."""
    told = 0
    for waiting, people in shields_standing(now):
        if not waiting.is_late(now):
            continue
        put = f"A restriction that {waiting.shield.by} put up, {say_time(waiting.shield.at, year=True)},"
        text = (
            f"{put} has stood for 90 days. It stands until somebody ends it. Look under Reviews: say anew why it is "
            "needed and who is named, or end it."
            if people
            else f"{put} names nobody who can change it any more. Whoever runs Holdfast can name somebody else: "
            "holdfast shields."
        )
        subject = "A restriction is to be looked at anew"
        notice = Notice("shield-late", subject, text, "Nobody is kept from a child longer than is needed", _SECURITY)
        new = [
            _once(person, notice, f"shield-late:{waiting.shield.pk}:{bool(people)}:{person.pk}", now)
            for person in people or guardians(now)
        ]
        told += any(new)
    return told


ANCHOR_LATE = timedelta(hours=2)


def tell_of_lost_anchor(place: str, since: datetime, now: datetime) -> int:
    """Tell the data guardians, once a day, that no anchor has reached a place outside for two hours or more. Returns
    how many were told now."""
    if now - since < ANCHOR_LATE:
        return 0
    text = (
        f"No anchor has reached {place} since {say_time(since, year=True)}. Until one does, entries and readings of "
        "these hours could be changed by whoever holds the database, and nobody outside could show it. Ask whoever "
        "runs Holdfast: the worker says why on its standard error."
    )
    notice = Notice(
        "anchor-late", "An anchor does not leave the house", text, "The proof must lie elsewhere", _SECURITY
    )
    return sum(_once(p, notice, f"anchor-late:{place}:{uk_day(now)}:{p.pk}", now) for p in guardians(now))


def _once(person: Person, notice: Notice, key: str, now: datetime) -> bool:
    """Whether it was told now, and not before."""
    if Message.objects.filter(key=key).exists():
        return False
    tell(None, personal(person), notice, sender=Sender("holdfast", "Holdfast", ""), key=key, at=now)
    return True


def _tell_each(opening: EmergencyOpening, template: str, subject: str, text: str, act: Act, at: datetime) -> None:
    notice = Notice(
        template, subject, text, "A record was opened by somebody who does not work with the child",
        _SECURITY,
    )  # fmt: skip
    for person in who_may(act, opening.child_id, at):
        if person.pk != opening.person_id:
            tell(
                None, personal(person), notice, sender=Sender("holdfast", "Holdfast", ""),
                key=f"{template}:{opening.pk}:{person.pk}", at=at,
            )  # fmt: skip
