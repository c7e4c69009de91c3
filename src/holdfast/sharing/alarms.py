"""What one person is told at once and nobody else reads: that somebody opened a made-up record."""

from __future__ import annotations

from holdfast.access.canaries.queries import watchers
from holdfast.access.canaries.rows import CanaryOpening
from holdfast.access.models import Person
from holdfast.sharing.actions import Notice, Sender, tell
from holdfast.sharing.rules import Channel, Recipient
from holdfast.worktime.words import say_time


def personal(person: Person) -> Recipient:
    """How one person is told: by e-mail where they have an address, and always in Holdfast."""
    channel = Channel.EMAIL if person.email else Channel.LINK
    return Recipient("", str(person)[:120], channel, person.email, person=person.pk)


def tell_watchers(sender: object, opening: CanaryOpening, **_: object) -> None:
    """Put a message to everybody named in the outbox, in the transaction that opened the record. Never to whoever
    opened it. The words name no reference: which records are made up stands nowhere in the tables."""
    who = f"{opening.person} ({opening.person.username})"
    text = (
        f"{who} opened a made-up record, {say_time(opening.at, year=True)}. Nobody has reason to open it. Look at what "
        "else they opened, do not ask them yet, and record your review under Reviews."
    )
    notice = Notice(
        "made-up-record", "A made-up record was opened", text, "Somebody opened a record that is no child’s",
        "UK GDPR article 32: the security of processing",
    )  # fmt: skip
    for person in watchers():
        if person.pk != opening.person_id:
            tell(
                None, personal(person), notice, sender=Sender("holdfast", "Holdfast", ""),
                key=f"canary:{opening.pk}:{person.pk}", at=opening.at,
            )  # fmt: skip
