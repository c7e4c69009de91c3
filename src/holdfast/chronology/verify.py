"""Is the record whole: every chain link by link, and every read table against what the entries say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import models

from holdfast.chronology import chain
from holdfast.chronology.installed import read_tables, vocabulary
from holdfast.chronology.models import Chronology, EntryRow
from holdfast.chronology.queries import all_refs
from holdfast.chronology.rows import COLUMNS, entry_of, link_of
from holdfast.chronology.story import Story


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain is broken. `number` is the place in the chain (0: the head)."""

    child: str
    number: int
    problem: str


@dataclass(slots=True)
class Verdict:
    """What `holdfast verify` found."""

    chains: int = 0
    entries: int = 0
    erased: int = 0
    broken: list[Break] = field(default_factory=list)
    read_tables_differ: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.broken and not self.read_tables_differ

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def verify(progress: Callable[[int], None] | None = None) -> Verdict:
    """Check every chain and every read table. Reads everything; writes nothing."""
    verdict = Verdict()
    for refs in all_refs():
        heads = Chronology.objects.in_bulk(refs)
        rows = EntryRow.objects.filter(child_id__in=refs).order_by("child_id", "number").iterator(chunk_size=2000)
        by_child = {ref: list(group) for ref, group in groupby(rows, key=lambda r: r.child_id)}
        whole = []
        for ref in refs:
            found = _check_chain(heads[ref], by_child.get(ref, []))
            verdict.chains += 1
            verdict.entries += len(by_child.get(ref, []))
            verdict.erased += sum(row.details is None for row in by_child.get(ref, []))
            verdict.broken += found
            if not found:
                whole.append(ref)
        verdict.read_tables_differ += _check_tables(whole, by_child)
        if progress:
            progress(verdict.chains)
    orphans = EntryRow.objects.exclude(child_id__in=Chronology.objects.values("ref")).values_list("child_id", "number")
    verdict.broken += [Break(child, number, "the chronology of this entry is gone") for child, number in orphans]
    return verdict


def _check_chain(head: Chronology, rows: list[EntryRow]) -> list[Break]:
    broken: list[Break] = []
    previous = chain.START
    for place, row in enumerate(rows, start=1):
        if row.number != place:
            broken.append(Break(head.ref, place, f"entry {place} is gone or moved: entry {row.number} stands there"))
            break
        if row.details is not None and chain.digest(row.salt or "", row.details) != row.details_digest:
            broken.append(Break(head.ref, place, "the details were changed"))
        if link_of(row, previous) != row.hash:
            broken.append(Break(head.ref, place, "the entry was changed, moved or put in"))
            break
        previous = row.hash
    if broken:
        return broken
    if head.length != len(rows):
        return [Break(head.ref, len(rows) + 1, f"the chain should have {head.length} entries and has {len(rows)}")]
    if head.head != previous:
        return [Break(head.ref, 0, "the head of the chain is not its last entry")]
    return []


def _values(row: models.Model) -> dict[str, Any]:
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}


_columns = attrgetter(*COLUMNS)


def _check_tables(refs: list[str], by_child: dict[str, list[EntryRow]]) -> list[dict[str, Any]]:
    words = vocabulary()
    stories = [Story.of(ref, (entry_of(_columns(r), words) for r in by_child.get(ref, [])), words) for ref in refs]
    differ: list[dict[str, Any]] = []
    for table in read_tables():
        stored: dict[str, list[dict[str, Any]]] = {}
        for row in table.model._default_manager.filter(child_id__in=refs):
            stored.setdefault(row.child_id, []).append(_values(row))  # type: ignore[attr-defined]
        for story in stories:
            should = sorted((_values(r) for r in table.rows(story)), key=repr)
            if sorted(stored.get(story.ref, []), key=repr) != should:
                differ.append({"table": table.model._meta.db_table, "child": story.ref})
    return differ
