"""Adding and ending an agency's directory, joining a person to an account in it, ending that: the only writes."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from holdfast.access.actions import CannotDecide, reason_of
from holdfast.access.directory.provider import is_allowed
from holdfast.access.directory.queries import directory_of, holds_post_at
from holdfast.access.directory.rows import Directory, Joined
from holdfast.access.directory.tokens import LONGEST_SUBJECT
from holdfast.access.models import Agency, Person
from holdfast.access.vault.actions import ring
from holdfast.access.vault.sealing import seal
from holdfast.chronology.rows import utc

_FACTOR = re.compile(r"(amr|acr):[!-~]{1,100}")


@transaction.atomic
def add_directory(
    agency: Agency, *, issuer: str, client: str, secret: str, factor: str, only: bool, by: Person, at: datetime
) -> Directory:
    """Let an agency's people sign in there. Raises CannotDecide, VaultClosed."""
    if not is_allowed(issuer, loopback=settings.DIRECTORY_ON_THIS_MACHINE) or "?" in issuer:
        raise CannotDecide("issuer", "The issuer is an address that begins with https://, without a question mark")
    if not 0 < len(client) <= 255:
        raise CannotDecide("client", "Say as which client Holdfast stands in the directory, in at most 255 letters")
    if not secret or not secret.isprintable():
        raise CannotDecide("secret", "The file with the secret holds one line that is not empty")
    if factor and not _FACTOR.fullmatch(factor):
        raise CannotDecide("factor", "Say what a token must hold, such as amr:mfa or acr:level-3")
    if directory_of(agency.code) is not None:
        raise CannotDecide("agency", "This agency has a directory: end that one first")
    keys = ring()
    made = Directory(
        agency=agency, issuer=issuer, client=client, key=keys.current, factor=factor, only=only, by=by, at=utc(at)
    )
    made.sealed = seal(keys, made.belongs, secret)
    made.save(force_insert=True)
    return made


@transaction.atomic
def end_directory(directory: Directory, *, reason: str, by: Person, at: datetime) -> int:
    """Nobody signs in there any more, its secret is forgotten, and every session that came through it has ended with
    the joins. Returns how many people were joined. Raises CannotDecide."""
    held = Directory.objects.select_for_update().get(pk=directory.pk)
    if held.ended_at is not None:
        raise CannotDecide("agency", "This directory was ended already")
    held.ended_at, held.ended_by, held.reason = utc(at), by, reason_of(reason)[:300]
    held.key, held.sealed = "", b""
    held.save(update_fields=["ended_at", "ended_by", "reason", "key", "sealed"])
    return Joined.objects.filter(directory=held, ended_at__isnull=True).update(ended_at=utc(at), ended_by=by)


def join(directory: Directory, person: Person, subject: str, *, by: Person, at: datetime) -> Joined:
    """This account in the directory is this person's. Call it only for a named act: of the person, signed in with our
    own factor, or of an operator. Raises CannotDecide."""
    if not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise CannotDecide("subject", f"The directory's name for the account has 1 to {LONGEST_SUBJECT} letters")
    if not holds_post_at(person, directory.agency_id, at):
        raise CannotDecide("person", "This person holds no post in that agency")
    if Joined.objects.filter(directory=directory, person=person, ended_at__isnull=True).exists():
        raise CannotDecide("person", "An account of that directory is joined already: end that join first")
    try:
        with transaction.atomic():
            return Joined.objects.create(directory=directory, subject=subject, person=person, by=by, at=utc(at))
    except IntegrityError:
        raise CannotDecide("subject", "That account is joined to somebody. Ring the number on this page") from None


@transaction.atomic
def join_own(directory: Directory, person: Person, subject: str, at: datetime) -> Joined:
    """The same by the person. Every other session of theirs ends. Raises CannotDecide."""
    made = join(directory, person, subject, by=person, at=at)
    person.factor_changed = utc(at)
    person.save(update_fields=["factor_changed"])
    return made


def end_join(person: Person, directory: UUID, *, by: Person, at: datetime) -> bool:
    """The account opens nothing here any more; sessions that came through it end. Whether there was such a join."""
    held = Joined.objects.filter(person=person, directory=directory, ended_at__isnull=True)
    return held.update(ended_at=utc(at), ended_by=by) > 0
