"""Adding a passkey, using one, ending one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from holdfast.access.factors.passkeys import asking
from holdfast.access.factors.passkeys.asking import House, NotTheKey, Question
from holdfast.access.factors.passkeys.rows import Passkey
from holdfast.access.models import Person
from holdfast.chronology.rows import utc

MOST = 10  # of one person at one host


def passkeys_of(person: Person, host: str = "") -> list[Passkey]:
    """Those that are good, the oldest first; of one host, or of every one."""
    found = Passkey.objects.filter(person=person, ended_at__isnull=True).order_by("made_at", "pk")
    return list(found.filter(host=host) if host else found)


def ask_for_new(person: Person, house: House) -> Question:
    """What the person's browser is asked in order to make one more."""
    held = [bytes(one.data) for one in passkeys_of(person, house.host)]
    # An id that is always the same for a person and says nothing to anybody else.
    user = bytes.fromhex(salted_hmac("passkey-user", str(person.pk), algorithm="sha256").hexdigest())
    return asking.ask_for_new(house, user, person.username, str(person), held)


@transaction.atomic
def add_passkey(person: Person, house: House, state: dict[str, Any], answer: str, name: str, at: datetime) -> Passkey:
    """Keep what the browser made. Every other session of the person ends. Raises NotTheKey."""
    if len(passkeys_of(person, house.host)) >= MOST:
        raise NotTheKey("there are too many already")
    made = asking.new_key(house, state, answer)
    try:
        with transaction.atomic():
            kept = Passkey.objects.create(
                person=person, host=house.host, name=name, credential=made.credential, data=made.data,
                count=made.count, made_at=utc(at),
            )  # fmt: skip
    except IntegrityError:
        raise NotTheKey("this passkey is known already") from None
    _end_sessions(person, at)
    return kept


def ask(person: Person, house: House) -> Question | None:
    """What the person's browser is asked in order to prove one; None where there is none."""
    held = [bytes(one.data) for one in passkeys_of(person, house.host)]
    return asking.ask(house, held) if held else None


@transaction.atomic
def check_passkey(person: Person, house: House, state: dict[str, Any], answer: str, at: datetime) -> bool:
    """Whether a passkey of this person's has answered. One that counts its uses and has counted back is a copy: it is
    ended, and opens nothing."""
    held = {bytes(one.credential): one for one in Passkey.objects.select_for_update().filter(
        person=person, host=house.host, ended_at__isnull=True)}  # fmt: skip
    try:
        credential, count = asking.used(house, state, [bytes(one.data) for one in held.values()], answer)
    except NotTheKey:
        return False
    key = held[credential]
    if (key.count or count) and count <= key.count:
        key.ended_at = utc(at)
        key.save(update_fields=["ended_at"])
        return False
    key.count, key.used_at = count, utc(at)
    key.save(update_fields=["count", "used_at"])
    return True


@transaction.atomic
def end_passkey(person: Person, number: str, at: datetime) -> bool:
    """It opens nothing any more, and every other session of the person ends. Whether there was such a one."""
    ended = Passkey.objects.filter(person=person, pk=number, ended_at__isnull=True).update(ended_at=utc(at))
    if ended:
        _end_sessions(person, at)
    return bool(ended)


def _end_sessions(person: Person, at: datetime) -> None:
    person.factor_changed = utc(at)
    person.save(update_fields=["factor_changed"])
