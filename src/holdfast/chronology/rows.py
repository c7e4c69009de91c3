"""Entries to rows of the database and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models

from holdfast.chronology import chain
from holdfast.chronology.entry import Entry
from holdfast.chronology.kinds import Vocabulary
from holdfast.chronology.models import EntryRow
from holdfast.chronology.moment import Moment, Precision

_A_FEW = 20  # rows that go in one statement: what one child has; a county goes by executemany
_PRECISIONS = {p.value: p for p in Precision}


def link_of(row: EntryRow, previous: str) -> str:
    """The hash that a stored row must carry after the link before it."""
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


def row_of(entry: Entry, number: int, previous: str, salt: str, vocabulary: Vocabulary) -> tuple[list[Any], str]:
    """The values of an entry at its place in the chain, in the order of the model's fields, and its hash.

    Values and not a model: a county has a million of these, and making the models would be a third of the work.
    """
    body = chain.canonical(vocabulary.write(entry.details))
    digest = chain.digest(salt, body)
    fields: tuple[Any, ...] = (
        entry.child,
        number,
        entry.id,
        entry.kind,
        entry.occurred.at,
        entry.occurred.precision.value,
        entry.recorded_at,
        entry.recorded_by,
        entry.agency,
        entry.source,
        entry.reference,
        entry.corrects,
        entry.withdraws,
        entry.occasion,
    )
    link = chain.link(previous, digest, fields)
    changes = [UUID(e) if e else None for e in (entry.corrects, entry.withdraws)]
    values = [UUID(entry.id), entry.child, number, *fields[3:11], *changes, entry.occasion, salt, body, digest, link]
    return values, link


# What an entry is read from, in the order of `entry_of`.
COLUMNS = (
    "id", "child_id", "kind", "occurred_at", "precision", "recorded_at", "details", "recorded_by", "agency", "source",
    "reference", "corrects", "withdraws", "occasion",
)  # fmt: skip


def entry_of(row: Sequence[Any], vocabulary: Vocabulary) -> Entry:
    """The entry of a row's `COLUMNS`. Erased details read as a kind with nothing known, and the entry is marked.

    Values and not a model: a page of many children reads thousands, and making the models would be half the work.
    """
    ident, child, kind, at, precision, recorded, details, by, agency, source, reference, corrects, withdraws, act = row
    return Entry(
        id=str(ident),
        child=child,
        kind=kind,
        occurred=Moment(at, _PRECISIONS[precision]),
        recorded_at=recorded,
        details=vocabulary.read(kind, json.loads(details) if details else {}),
        recorded_by=by,
        agency=agency,
        source=source,
        reference=reference,
        corrects=str(corrects) if corrects else None,
        withdraws=str(withdraws) if withdraws else None,
        occasion=act,
        is_erased=details is None,
    )


def _hex(value: UUID) -> str:
    return value.hex


def _naive(value: datetime) -> str:
    # As Django's own SQLite backend writes it: UTC without an offset. Nearly all are in UTC already.
    if value.tzinfo is UTC:
        return value.isoformat(" ")[:-6]
    return value.astimezone(UTC).isoformat(" ")[:-6]


def _adaptor(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    if connection.vendor != "sqlite":
        return None
    if isinstance(field, models.UUIDField):
        return _hex
    if isinstance(field, models.DateTimeField):
        return _naive
    if isinstance(field, models.DateField):
        return date.isoformat
    return None


class _Table(NamedTuple):
    """How a model's rows are written. `insert` ends where the values begin, `marks` stand for one row of them."""

    values: Callable[[Any], tuple[Any, ...]]
    adaptors: tuple[tuple[int, Callable[[Any], Any]], ...]
    insert: str
    marks: str


@cache
def _table(model: type[models.Model]) -> _Table:
    fields: Sequence[models.Field[Any, Any]] = model._meta.concrete_fields
    adaptors = tuple((n, a) for n, f in enumerate(fields) if (a := _adaptor(f)) is not None)
    columns = ", ".join(connection.ops.quote_name(str(f.column)) for f in fields)
    marks = ", ".join(["%s"] * len(fields))
    # Names come from the models, values are parameters.
    insert = f"INSERT INTO {_quoted(model)} ({columns}) VALUES"
    return _Table(attrgetter(*(f.attname for f in fields)), adaptors, insert, f"({marks})")


def _quoted(model: type[models.Model]) -> str:
    return str(connection.ops.quote_name(model._meta.db_table))


def values_of(model: type[models.Model], rows: Iterable[models.Model]) -> list[list[Any]]:
    """Rows as the values that the database takes, in the order of the model's fields. Touches no database."""
    get = _table(model).values
    return adapted(model, [list(get(row)) for row in rows])


def adapted(model: type[models.Model], values: list[list[Any]]) -> list[list[Any]]:
    """Python values turned, in place, into those that the database takes."""
    adaptors = _table(model).adaptors
    for row in values:
        for n, adapt in adaptors:
            if row[n] is not None:
                row[n] = adapt(row[n])
    return values


def insert_values(model: type[models.Model], values: Sequence[Sequence[Any]]) -> None:
    """Insert what `values_of` gave. Several times quicker than bulk_create, which matters for a whole county."""
    if not values:
        return
    table = _table(model)
    with connection.cursor() as cursor:
        if len(values) > _A_FEW:
            cursor.executemany(f"{table.insert} {table.marks}", values)
        else:  # one statement, for `together`
            marks = ", ".join([table.marks] * len(values))
            cursor.execute(f"{table.insert} {marks}", [value for row in values for value in row])


def forget_rows(model: type[models.Model], refs: Sequence[str]) -> None:
    """Delete what a read table holds of these children. Several times quicker than Django's own, which looks for what
    hangs on the rows: on a read table nothing may."""
    marks = ", ".join(["%s"] * len(refs))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {_quoted(model)} WHERE child_id IN ({marks})", list(refs))  # noqa: S608


@contextmanager
def together() -> Iterator[None]:
    """What is written within is sent to PostgreSQL without waiting for each answer; what it refuses is raised at the
    end. Nothing may be read within. The embedded database is no journey away."""
    if connection.vendor != "postgresql":
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def insert(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Insert many rows at once."""
    insert_values(model, values_of(model, rows))


def utc(instant: datetime) -> datetime:
    """An aware time in UTC, to the microsecond, as both databases keep it. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("a time needs an offset from UTC")
    return instant.astimezone(UTC)
