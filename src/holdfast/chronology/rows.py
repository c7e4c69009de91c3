"""Entries to rows of the database and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, models

from holdfast.chronology import chain
from holdfast.chronology.entry import Entry
from holdfast.chronology.kinds import Vocabulary
from holdfast.chronology.models import EntryRow
from holdfast.chronology.moment import Moment, Precision

_PRECISIONS = {p.value: p for p in Precision}


def link_of(row: EntryRow, previous: str) -> str:
    """The hash that a row must carry after the link before it."""
    return chain.link(
        previous,
        row.details_digest,
        (
            row.child_id,
            row.number,
            str(row.id),
            row.kind,
            row.occurred_at,
            row.precision,
            row.recorded_at,
            row.recorded_by,
            row.agency,
            row.source,
            row.reference,
            str(row.corrects) if row.corrects else None,
            str(row.withdraws) if row.withdraws else None,
            row.occasion,
        ),
    )


def row_of(entry: Entry, number: int, previous: str, salt: str, vocabulary: Vocabulary) -> EntryRow:
    """The row of an entry at its place in the chain."""
    body = chain.canonical(vocabulary.write(entry.details))
    row = EntryRow(
        id=UUID(entry.id),
        child_id=entry.child,
        number=number,
        kind=entry.kind,
        occurred_at=entry.occurred.at,
        precision=entry.occurred.precision.value,
        recorded_at=entry.recorded_at,
        recorded_by=entry.recorded_by,
        agency=entry.agency,
        source=entry.source,
        reference=entry.reference,
        corrects=UUID(entry.corrects) if entry.corrects else None,
        withdraws=UUID(entry.withdraws) if entry.withdraws else None,
        occasion=entry.occasion,
        salt=salt,
        details=body,
        details_digest=chain.digest(salt, body),
    )
    row.hash = link_of(row, previous)
    return row


def entry_of(row: EntryRow, vocabulary: Vocabulary) -> Entry:
    """The entry of a row. Erased details read as a kind with nothing known."""
    return Entry(
        id=str(row.id),
        child=row.child_id,
        kind=row.kind,
        occurred=Moment(row.occurred_at, _PRECISIONS[row.precision]),
        recorded_at=row.recorded_at,
        details=vocabulary.read(row.kind, json.loads(row.details) if row.details else {}),
        recorded_by=row.recorded_by,
        agency=row.agency,
        source=row.source,
        reference=row.reference,
        corrects=str(row.corrects) if row.corrects else None,
        withdraws=str(row.withdraws) if row.withdraws else None,
        occasion=row.occasion,
    )


def _as_it_is(value: Any) -> Any:
    return value


def _adaptor(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    if connection.vendor != "sqlite":
        return _as_it_is
    if isinstance(field, models.UUIDField):
        return lambda v: v.hex if v is not None else None
    if isinstance(field, models.DateTimeField):
        # As Django's own SQLite backend writes it: UTC without an offset.
        return lambda v: v.astimezone(UTC).replace(tzinfo=None).isoformat(" ") if v is not None else None
    if isinstance(field, models.DateField):
        return lambda v: v.isoformat() if v is not None else None
    return _as_it_is


def insert(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Insert many rows at once. Several times quicker than bulk_create, which matters for a whole county."""
    fields: Sequence[models.Field[Any, Any]] = model._meta.concrete_fields
    adaptors = [(f.attname, _adaptor(f)) for f in fields]
    values = [tuple(adapt(getattr(row, name)) for name, adapt in adaptors) for row in rows]
    if not values:
        return
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(f.column)) for f in fields)
    marks = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        # Names come from the models, values are parameters.
        cursor.executemany(f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})", values)  # noqa: S608


def utc(instant: datetime) -> datetime:
    """An aware time in UTC, to the microsecond, as both databases keep it. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("a time needs an offset from UTC")
    return instant.astimezone(UTC)
