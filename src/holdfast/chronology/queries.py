"""Reads of the record itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Q, QuerySet

from holdfast.chronology.entry import Entry
from holdfast.chronology.installed import vocabulary
from holdfast.chronology.models import Chronology, EntryRow
from holdfast.chronology.prepared import Prepared
from holdfast.chronology.rows import COLUMNS, entry_of
from holdfast.chronology.story import Story

_CHILD = COLUMNS.index("child_id")
_OF_ONE = Prepared(lambda ref: EntryRow.objects.filter(child_id=ref).order_by("number").values_list(*COLUMNS), ref=str)


def entries_of(
    refs: Collection[str] | QuerySet[Any, str], *, rooms: Collection[str] = ()
) -> dict[str, tuple[Entry, ...]]:
    """Every entry of these children, in the order of their chains. One query.

    `refs` are references, or a query of them, which is then no query of its own. `rooms` leaves out what belongs to
    other subjects, save corrections and what takes an entry back.
    """
    words = vocabulary()
    if not isinstance(refs, QuerySet) and len(refs) == 1 and not rooms:
        found = {ref: tuple(entry_of(row, words) for row in _OF_ONE(ref=ref)) for ref in refs}
        return {ref: entries for ref, entries in found.items() if entries}
    rows = EntryRow.objects.filter(child_id__in=refs).order_by("child_id", "number")
    if rooms:
        wanted = Q(corrects__isnull=False) | Q(withdraws__isnull=False)
        rows = rows.filter(wanted | Q(kind__in=[kind.name for kind in words if kind.room in rooms]))
    read = rows.values_list(*COLUMNS).iterator(chunk_size=2000)
    return {ref: tuple(entry_of(r, words) for r in group) for ref, group in groupby(read, key=itemgetter(_CHILD))}


def stories(refs: Sequence[str], *, as_known_at: datetime | None = None) -> dict[str, Story]:
    """These children's stories, by reference. One query."""
    entries = entries_of(refs)
    words = vocabulary()
    return {ref: Story.of(ref, entries.get(ref, ()), words, as_known_at=as_known_at) for ref in refs}


def all_refs(chunk: int = 500) -> Iterator[list[str]]:
    """Every child's reference, in order, in chunks."""
    after = ""
    while found := list(Chronology.objects.filter(ref__gt=after).order_by("ref").values_list("ref", flat=True)[:chunk]):
        yield found
        after = found[-1]
