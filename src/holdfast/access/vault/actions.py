"""Keeping a value in the vault, and revealing one: the only ways in and out."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.dispatch import Signal

from holdfast.access import limits
from holdfast.access.actions import CannotDecide, NotForThem, OverLimit, record_reading
from holdfast.access.directory.rows import Directory
from holdfast.access.factors.rows import CodeGenerator
from holdfast.access.limits import Limit
from holdfast.access.queries import Reader, may_do
from holdfast.access.rules import Act
from holdfast.access.vault.keys import KeyRing, VaultClosed, make_ring, read_ring
from holdfast.access.vault.places import LONGEST, Place
from holdfast.access.vault.rows import Photograph, VaultReveal, VaultRow
from holdfast.access.vault.sealing import seal, unseal
from holdfast.chronology.actions import hold
from holdfast.chronology.rows import utc

# Sent in the transaction that keeps a value, with `ref` and `text` in clear: for who must know what is never compared.
value_kept = Signal()


def key_file() -> Path:
    """Where the keys are: HOLDFAST_VAULT_KEYS, else the installation's own folder."""
    return Path(settings.VAULT_KEYS)


def ring() -> KeyRing:
    """The keys. Made at first use; never made anew over values that were sealed with others. Raises VaultClosed."""
    path = key_file()
    if path.exists() or any(sealed.objects.exists() for sealed in (VaultRow, Photograph, CodeGenerator, Directory)):
        return read_ring(path)
    return make_ring(path)


@transaction.atomic
def keep(who: Reader, ref: str, place: Place, text: str, *, at: datetime) -> VaultRow:
    """Seal a value as the newest version. Raises NotForThem, CannotDecide, VaultClosed."""
    # The chronology's row is the lock: two people cannot both write version 3.
    if not hold(ref) or not may_do(who, Act.KEEP_PLACE, ref, at):
        raise NotForThem
    text = "\n".join(line for line in (" ".join(part.split()) for part in text.splitlines()) if line)
    if not text:
        raise CannotDecide("kept_value", "Enter what is to be kept")
    if len(text) > LONGEST:
        raise CannotDecide("kept_value", f"Enter at most {LONGEST} letters")
    keys = ring()
    last = VaultRow.objects.filter(child_id=ref, place=place.value).aggregate(last=Max("number"))["last"] or 0
    row = VaultRow(child_id=ref, place=place.value, number=last + 1, by=who.person, at=utc(at), key=keys.current)
    row.sealed = seal(keys, row.belongs, text)
    row.save(force_insert=True)
    record_reading(who, Act.KEEP_PLACE, [ref], page="where", at=at)
    value_kept.send(VaultRow, ref=ref, text=text)
    return row


def keep_photograph(who: Reader, ref: str, jpeg: bytes, *, at: datetime) -> str:
    """Seal a photograph and return its name. Call it in the transaction that writes the entry which shows it. Raises
    VaultClosed."""
    keys = ring()
    row = Photograph(child_id=ref, by=who.person, at=utc(at), key=keys.current)
    row.sealed = seal(keys, row.belongs, b64encode(jpeg).decode())
    row.save(force_insert=True)
    return str(row.pk)


def photograph(ref: str, name: str) -> bytes | None:
    """One photograph of a child as JPEG; None if there is none of that name, or it was erased. Whoever shows it writes
    the reading in the same transaction. Raises VaultClosed."""
    row = Photograph.objects.filter(child_id=ref, pk=name).exclude(key="").first()
    return None if row is None else b64decode(unseal(ring(), row.key, row.belongs, bytes(row.sealed)))


@transaction.atomic
def seal_anew(model: Any, most: int) -> int:
    """Seal up to so many rows under the current key that are not yet; returns how many. All of them or none.

    Raises VaultClosed at a value that does not open.
    """
    keys = ring()
    rows = list(model.objects.select_for_update().exclude(key__in=["", keys.current]).order_by("pk")[:most])
    for row in rows:
        text = unseal(keys, row.key, row.belongs, bytes(row.sealed))
        row.key, row.sealed = keys.current, seal(keys, row.belongs, text)
        row.save(update_fields=["key", "sealed"])
    return len(rows)


@dataclass(frozen=True, slots=True)
class Revealed:
    """A value that was shown, in clear. Never kept, logged or put in an address."""

    row: VaultRow
    text: str

    def __repr__(self) -> str:
        return "Revealed(...)"  # a trace must not tell it


@transaction.atomic
def reveal(who: Reader, ref: str, place: Place, *, reason: str, at: datetime) -> Revealed:
    """Show the newest version of one value, for a reason. The deed and the reading are written in this transaction:
    if either cannot be, nothing is shown. Raises NotForThem, CannotDecide, OverLimit, VaultClosed."""
    if not may_do(who, Act.REVEAL, ref, at):
        raise NotForThem
    reason = " ".join(reason.split())
    if len(reason) < limits.SHORTEST_REASON:
        raise CannotDecide("reason", f"Say why in at least {limits.SHORTEST_REASON} letters")
    row = VaultRow.objects.filter(child_id=ref, place=place.value).order_by("-number").first()
    if row is None:
        raise CannotDecide("place", "Nothing is kept there")
    if VaultReveal.objects.filter(person=who.person, at__gt=at - limits.DAY).count() >= limits.MOST_REVEALS:
        raise OverLimit(Limit.REVEALS_IN_A_DAY)
    VaultReveal.objects.create(value=row, child_id=ref, person=who.person, at=utc(at), reason=reason)
    record_reading(who, Act.REVEAL, [ref], page="reveal", at=at)
    return Revealed(row, unseal(ring(), row.key, row.belongs, bytes(row.sealed)))


@dataclass(frozen=True, slots=True)
class Standing:
    """What is kept of one place: how many versions, who wrote the newest, when. Never the value."""

    place: Place
    versions: int
    newest: VaultRow | None


def kept(ref: str) -> list[Standing]:
    """What the vault holds of a child, place by place. One query; opens nothing."""
    all_rows = VaultRow.objects.filter(child_id=ref).select_related("by").defer("sealed").order_by("place", "number")
    by_place: dict[str, list[VaultRow]] = {}
    for row in all_rows:
        by_place.setdefault(row.place, []).append(row)
    found = ((place, by_place.get(place, [])) for place in Place)
    return [Standing(place, len(rows), rows[-1] if rows else None) for place, rows in found]


def reveals_of(ref: str, limit: int = 100) -> list[VaultReveal]:
    """Who was shown where the child lives, and why, latest first."""
    rows = VaultReveal.objects.filter(child_id=ref).select_related("person", "value").defer("value__sealed")
    return list(rows.order_by("-at", "-pk")[:limit])


__all__ = [
    "Revealed", "Standing", "VaultClosed", "keep", "keep_photograph", "kept", "photograph", "reveal", "reveals_of",
    "ring", "value_kept",
]  # fmt: skip
