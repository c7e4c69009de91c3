"""Reads of the record itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from holdfast.chronology.entry import Entry
from holdfast.chronology.installed import vocabulary
from holdfast.chronology.models import Chronology, EntryRow
from holdfast.chronology.rows import entry_of
from holdfast.chronology.story import Story


def entries_of(refs: Collection[str]) -> dict[str, tuple[Entry, ...]]:
    """Every entry of these children, in the order of their chains. One query."""
    words = vocabulary()
    rows = EntryRow.objects.filter(child_id__in=refs).order_by("child_id", "number").iterator(chunk_size=2000)
    return {ref: tuple(entry_of(r, words) for r in group) for ref, group in groupby(rows, key=lambda r: r.child_id)}


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
