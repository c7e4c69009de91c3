"""What is said of rotas, each once: to one person, in Holdfast and by e-mail where they have an address. No child is
named in any of it."""

from __future__ import annotations

from datetime import datetime

from holdfast.access.models import Person
from holdfast.sharing.actions import Notice, Sender, tell
from holdfast.sharing.alarms import personal
from holdfast.sharing.models import Message
from holdfast.sharing.rota.queries import managers_of
from holdfast.sharing.rota.rows import RotaDuty

WHY = "Every alert has a named person"
BASIS = "Children Act 2004 s11: arrangements to safeguard children"


def tell_a_person(
    to: Person, subject: str, text: str, by: Person | None, key: str, at: datetime, *, agency: str = ""
) -> Message:
    """Put a notice to one person in the outbox; a second time with the same key says nothing."""
    sender = Sender(by.username, str(by), agency) if by else Sender("holdfast", "Holdfast", agency)
    notice = Notice("rota", subject, text, WHY, BASIS)
    return tell(None, personal(to), notice, sender=sender, key=f"rota:{key}:{to.pk}", at=at)


def tell_managers(duty: RotaDuty, subject: str, text: str, by: Person | None, key: str, at: datetime) -> int:
    """The same to everybody who keeps the agency's rotas, without whoever did it. Returns to how many."""
    told = [m for m in managers_of(duty.agency, at) if by is None or m.pk != by.pk]
    for manager in told:
        tell_a_person(manager, subject, text, by, key, at)
    return len(told)
