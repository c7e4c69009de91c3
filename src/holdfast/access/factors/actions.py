"""Setting up a second factor, checking a code, and ending a factor whose telephone is lost."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.crypto import salted_hmac

from holdfast.access.factors import codes
from holdfast.access.factors.passkeys.rows import Passkey
from holdfast.access.factors.rows import CodeGenerator, PaperCode
from holdfast.access.models import Person
from holdfast.access.vault.actions import ring
from holdfast.access.vault.sealing import seal, unseal
from holdfast.chronology.rows import utc


def has_factor(person: Person) -> bool:
    """Whether this person has set up a second factor."""
    return CodeGenerator.objects.filter(person=person, confirmed_at__isnull=False).exists()


@transaction.atomic
def begin_set_up(person: Person, at: datetime) -> bytes:
    """The secret to be shown while a person sets up. Asked again before it is confirmed, the same one.

    Raises ValueError for somebody who has a factor: it must be ended first. Raises VaultClosed.
    """
    keys = ring()
    held = CodeGenerator.objects.select_for_update().filter(person=person).first()
    if held is not None and held.confirmed_at is not None:
        raise ValueError("this person has a second factor")
    if held is not None:
        return _secret(held)
    secret = codes.new_secret()
    made = CodeGenerator(person=person, at=utc(at), key=keys.current)
    made.sealed = seal(keys, made.belongs, secret.hex())
    made.save(force_insert=True)
    return secret


@transaction.atomic
def confirm_set_up(person: Person, code: str, at: datetime) -> list[str] | None:
    """The first code, which shows that the generator works. Returns the codes for paper, shown once and kept as
    digests; None for a wrong code. Every session that this person had ends."""
    held = CodeGenerator.objects.select_for_update().filter(person=person, confirmed_at__isnull=True).first()
    if held is None or (counter := codes.counter_of(_secret(held), code, at, held.last)) is None:
        return None
    held.confirmed_at, held.last = utc(at), counter
    held.save(update_fields=["confirmed_at", "last"])
    PaperCode.objects.filter(person=person).delete()
    fresh = codes.paper_codes()
    PaperCode.objects.bulk_create([PaperCode(person=person, digest=_digest(person, code)) for code in fresh])
    _end_sessions(person, at)
    return fresh


@transaction.atomic
def check_code(person: Person, code: str, at: datetime) -> bool:
    """Whether this is a code of this person's, of the generator or of the paper. A good one is used up."""
    held = CodeGenerator.objects.select_for_update().filter(person=person, confirmed_at__isnull=False).first()
    if held is None:
        return False
    if (counter := codes.counter_of(_secret(held), code, at, held.last)) is not None:
        held.last = counter
        held.save(update_fields=["last"])
        return True
    typed = codes.tidy_paper_code(code)
    unused = PaperCode.objects.filter(person=person, digest=_digest(person, typed), used_at__isnull=True)
    return bool(typed) and unused.update(used_at=utc(at)) == 1


@transaction.atomic
def end_factor(person: Person, at: datetime) -> None:
    """The telephone is lost: the person sets up anew at the next sign-in. Every session of theirs ends."""
    PaperCode.objects.filter(person=person).delete()
    CodeGenerator.objects.filter(person=person).delete()
    Passkey.objects.filter(person=person, ended_at__isnull=True).update(
        ended_at=utc(at)
    )  # all may be on that telephone
    _end_sessions(person, at)


def _end_sessions(person: Person, at: datetime) -> None:
    person.factor_changed = utc(at)
    person.save(update_fields=["factor_changed"])


def _secret(held: CodeGenerator) -> bytes:
    return bytes.fromhex(unseal(ring(), held.key, held.belongs, bytes(held.sealed)))


def _digest(person: Person, code: str) -> str:
    return salted_hmac(f"paper-code-{person.pk}", code, algorithm="sha256").hexdigest()
