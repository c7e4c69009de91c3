"""Whose key is believed, and making a package: the scanner first, then the reading, then the encryption."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from holdfast.access.actions import CannotDecide, NotForThem, reason_of, record_reading
from holdfast.access.limits import SHORTEST_REASON
from holdfast.access.models import Person
from holdfast.access.outgoing.scan import problems
from holdfast.access.packages.rows import Package, Recipient, RecipientEnded
from holdfast.access.queries import Reader, may_do
from holdfast.access.rules import Act
from holdfast.chronology.models import Chronology
from holdfast.chronology.rows import utc

_REFERENCE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", re.IGNORECASE)
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")


class NotSent(Exception):
    """Why no package was made, in plain words; `reasons` names each thing that is wrong."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def fingerprint(key: str) -> str:
    """What is read over the telephone: the first 80 bits of a digest of the key, in groups of four."""
    digest = sha256(key.encode()).hexdigest()[:20]
    return " ".join(digest[n : n + 4] for n in range(0, 20, 4))


@transaction.atomic
def add_recipient(code: str, *, name: str, key: str, confirmed: str, by: Person, at: datetime) -> Recipient:
    """Believe a partner's public key (`age1…`). Raises CannotDecide."""
    import pyrage

    code, name, key = code.strip().lower(), " ".join(name.split()), key.strip()
    if not _CODE.fullmatch(code):
        raise CannotDecide("code", "Call it by 2 to 40 small letters, figures and hyphens, such as marrowshire-police")
    if not name:
        raise CannotDecide("name", "Say whose key it is")
    try:
        pyrage.x25519.Recipient.from_str(key)
    except Exception as error:  # the library has no narrower one that it raises for every bad key
        raise CannotDecide(
            "key", "This is no public key of age: it begins with age1. Never take a private key"
        ) from error
    confirmed = " ".join(confirmed.split())
    if len(confirmed) < SHORTEST_REASON:
        raise CannotDecide(
            "confirmed", f"Say with whom you compared the fingerprint and how ({SHORTEST_REASON} letters)"
        )
    if recipient_of(code) is not None:
        raise CannotDecide("code", "That one has a key already: end it first")
    return Recipient.objects.create(code=code, name=name[:120], key=key, confirmed=confirmed[:300], by=by, at=utc(at))


@transaction.atomic
def end_recipient(code: str, *, reason: str, by: Person, at: datetime) -> RecipientEnded:
    """Encrypt nothing more for this key. Raises CannotDecide."""
    found = recipient_of(code)
    if found is None:
        raise CannotDecide("code", "There is no such recipient")
    return RecipientEnded.objects.create(recipient=found, by=by, at=utc(at), reason=reason_of(reason))


def recipient_of(code: str) -> Recipient | None:
    """The recipient whose key is believed now, or None."""
    return Recipient.objects.filter(code=code.strip().lower(), ended__isnull=True).first()


def children_named(data: bytes) -> set[str]:
    """The children whose references stand in a file that is text. Of other kinds nothing is found: who makes the
    package says whom it is about."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return set()
    found = {reference.upper() for reference in _REFERENCE.findall(text)}
    return set(Chronology.objects.filter(ref__in=found).values_list("ref", flat=True)) if found else set()


@dataclass(frozen=True, slots=True)
class Sealed:
    """A package and the deed that says so."""

    deed: Package
    data: bytes


@transaction.atomic
def make_package(
    who: Reader, file_name: str, data: bytes, *, to: str, about: set[str], reason: str, at: datetime
) -> Sealed:
    """Encrypt a file for one recipient: after the scanner let it pass, with a reading of every child that it is about
    or names. Raises NotSent, NotForThem, OverLimit; then nothing was encrypted and nothing written."""
    import pyrage

    recipient = recipient_of(to)
    if recipient is None:
        raise NotSent("There is no such recipient, or their key was ended")
    if wrong := problems(file_name, data):
        raise NotSent(*wrong)
    if len(reason := " ".join(reason.split())) < SHORTEST_REASON:
        raise NotSent(f"Say what it is for in at least {SHORTEST_REASON} letters")
    children = about | children_named(data)
    if any(not may_do(who, Act.OPEN, ref, at) for ref in children):
        raise NotForThem
    record_reading(who, Act.OPEN, children, page="package", at=at)
    sealed = pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(recipient.key)])
    deed = Package.objects.create(
        recipient=recipient, by=who.person, at=utc(at), kind=file_name.rsplit(".", 1)[-1].lower()[:8], size=len(data),
        digest=sha256(data).hexdigest(), children=len(children), reason=reason,
    )  # fmt: skip
    return Sealed(deed, sealed)
