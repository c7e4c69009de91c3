"""Asking for an erasure, carrying out what two people approved, and writing the database anew afterwards.

Carried out by an operator's command as the owner of the tables: the role that serves pages may not. Everything of a
child goes in one transaction, or nothing does; the database itself asks for the two people and for there being no hold.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from holdfast.access.actions import CannotDecide, NotForThem
from holdfast.access.keeping.actions import ask_erasure
from holdfast.access.keeping.queries import holds_on
from holdfast.access.keeping.rows import Erased, ErasedSwept, Erasure
from holdfast.access.queries import Reader, may_do
from holdfast.access.rules import Act
from holdfast.chronology.actions import hold
from holdfast.chronology.queries import stories
from holdfast.chronology.read_tables import fold, replace_rows
from holdfast.chronology.rows import utc
from holdfast.erasing.due import standing_of
from holdfast.erasing.places.actions import PLACES, files_outside


class NotErased(Exception):
    """Why nothing of a child was erased, in plain words."""


@transaction.atomic
def ask(who: Reader, ref: str, *, reason: str, at: datetime) -> Erasure:
    """Ask that a record past its term be erased. Raises NotForThem, CannotDecide."""
    if not may_do(who, Act.KEEP, ref, at):
        raise NotForThem
    standing = standing_of(stories([ref])[ref], at, holds_on(ref))
    if not standing.is_over or standing.term.until is None:
        raise CannotDecide("reason", standing.term.why_not or "This record must still be kept")
    if standing.general:
        raise CannotDecide("reason", f"Held for everybody: {standing.general[0].name}")
    return ask_erasure(who, ref, until=standing.term.until, law=standing.term.law, reason=reason, at=at)


@transaction.atomic
def erase(asked: Erasure, *, operator: str, at: datetime) -> Erased:
    """Carry out one erasure that two people approved. Raises NotErased; then nothing was changed."""
    ref = asked.child_id
    hold(ref)
    answer = getattr(Erasure.objects.select_related("answer").get(pk=asked.pk), "answer", None)
    if answer is None or not answer.is_approved or answer.by_id == asked.by_id:
        raise NotErased("Two people have not approved it")
    if Erased.objects.filter(erasure=asked).exists():
        raise NotErased("It was erased already")
    standing = standing_of(stories([ref])[ref], at, holds_on(ref))
    if standing.holds or standing.general:
        raise NotErased("A hold stands")
    if not standing.is_over:
        raise NotErased(standing.term.why_not or "It must still be kept")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")  # what is freed is overwritten, not only forgotten
    counts = {place.name: place.erase(ref) for place in PLACES}
    replace_rows([ref], fold([stories([ref])[ref]]))
    return Erased.objects.create(erasure=asked, at=utc(at), operator=operator[:60], counts=json.dumps(counts))


def sweep(outbox: Path, at: datetime, progress: Callable[[str], None] | None = None) -> int:
    """After erasing: remove copies outside the database, write the database anew without its free pages, and say so.
    Returns for how many erasures. Killed before its end, it is done again by the next run."""
    waiting = list(Erased.objects.filter(swept__isnull=True).select_related("erasure"))
    if not waiting:
        return 0
    for done in waiting:
        for path in files_outside(done.erasure.child_id, outbox):
            path.unlink(missing_ok=True)
    if progress:
        progress("The database is written anew")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            tables = sorted({table for place in PLACES for table in place.tables})
            # Rows that were changed or deleted lie in the table's file until it is written anew.
            cursor.execute(f"VACUUM (FULL) {', '.join(tables)}")
    with transaction.atomic():
        ErasedSwept.objects.bulk_create(ErasedSwept(erased=done, at=utc(at)) for done in waiting)
    return len(waiting)
