"""The one place that writes to the record."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from holdfast.chronology import chain
from holdfast.chronology.draft import Draft
from holdfast.chronology.entry import Entry
from holdfast.chronology.installed import vocabulary
from holdfast.chronology.models import Chronology, EntryRow
from holdfast.chronology.queries import all_refs, entries_of, stories
from holdfast.chronology.read_tables import refresh
from holdfast.chronology.rows import insert, row_of, utc
from holdfast.chronology.standing import in_force
from holdfast.chronology.story import Story

# No vowels and no letters that are heard or read as another: a reference can be read out over a bad line.
_LETTERS = "23456789BCDFGHJKMNPQRTVWXZ"


class NotInForce(Exception):
    """The entry to be corrected was changed meanwhile; `now` is what stands in its place (None if withdrawn)."""

    def __init__(self, now: Entry | None) -> None:
        super().__init__("that entry has been changed by somebody else")
        self.now = now


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append did: the new entries, and how many drafts were facts already known."""

    entries: tuple[Entry, ...]
    already_known: int = 0

    @property
    def corrections(self) -> int:
        return sum(1 for e in self.entries if e.corrects)

    @property
    def withdrawals(self) -> int:
        return sum(1 for e in self.entries if e.withdraws)


def new_reference() -> str:
    """A child's reference: eight random signs, not derived from anything about the child."""
    signs = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"{signs[:4]}-{signs[4:]}"


@transaction.atomic
def open_chronology(*, ref: str | None = None) -> str:
    """Begin a chronology and return its reference."""
    ref = ref or new_reference()
    Chronology.objects.create(ref=ref, length=0, head=chain.START)
    return ref


@transaction.atomic
def append(child: str, drafts: Iterable[Draft], *, by: str, agency: str, at: datetime) -> Appended:
    """Append to one child's chronology and fold the child again, in one transaction.

    A draft whose source and reference are known already adds nothing if it says the same, and corrects if it says
    something else. Raises NotInForce when it corrects or withdraws an entry that no longer stands, and
    Chronology.DoesNotExist for an unknown child.
    """
    head = Chronology.objects.select_for_update().get(ref=child)
    known = entries_of([child]).get(child, ())
    settled, already_known = _settle(drafts, known)
    done = _write({child: (head, known, settled)}, by=by, agency=agency, at=at)
    return replace(done[child], already_known=already_known)


@transaction.atomic
def append_settled(
    changes: Mapping[str, Sequence[Draft]],
    *,
    by: str,
    agency: str,
    at: datetime,
    known: Mapping[str, tuple[Entry, ...]],
    opened: Collection[str] = (),
) -> dict[str, Appended]:
    """Append to many chronologies at once drafts that are already compared with what is known (see returns.restate).

    `opened` are references of children who have no chronology yet. One transaction: all or nothing.
    """
    insert(Chronology, (Chronology(ref=ref, length=0, head=chain.START) for ref in opened))
    refs = [ref for ref, drafts in changes.items() if drafts]
    heads = {h.ref: h for h in Chronology.objects.select_for_update().filter(ref__in=refs)}
    batch = {ref: (heads[ref], known.get(ref, ()), changes[ref]) for ref in refs}
    are_new = all(ref in opened for ref in refs)
    return _write(batch, by=by, agency=agency, at=at, are_new=are_new)


def _settle(drafts: Iterable[Draft], known: tuple[Entry, ...]) -> tuple[list[Draft], int]:
    """Leave out what is known, turn a second telling into a correction, refuse to change what no longer stands."""
    standing = in_force(known)
    by_id = {e.id: e for e in standing}
    by_reference = {(e.source, e.reference): e for e in standing if e.reference}
    settled: list[Draft] = []
    already_known = 0
    for draft in drafts:
        target = draft.corrects or draft.withdraws
        if target is not None:
            if target not in by_id:
                raise NotInForce(_standing_in_place_of(target, known, standing))
            settled.append(draft)
            continue
        before = by_reference.get((draft.source, draft.reference)) if draft.reference else None
        if before is None:
            settled.append(draft)
        elif (before.kind, before.occurred, before.details) == (draft.kind, draft.occurred, draft.details):
            already_known += 1
        else:
            settled.append(replace(draft, corrects=before.id))
    return settled, already_known


def _standing_in_place_of(target: str, known: tuple[Entry, ...], standing: tuple[Entry, ...]) -> Entry | None:
    replaced_by = {e.corrects: e for e in known if e.corrects}
    ids = {e.id for e in standing}
    for _ in known:
        after = replaced_by.get(target)
        if after is None or after.id in ids:
            return after
        target = after.id
    return None


def _write(
    batch: Mapping[str, tuple[Chronology, tuple[Entry, ...], Sequence[Draft]]],
    *,
    by: str,
    agency: str,
    at: datetime,
    are_new: bool = False,
) -> dict[str, Appended]:
    words = vocabulary()
    at = utc(at)
    rows: list[EntryRow] = []
    done: dict[str, Appended] = {}
    folded: list[Story] = []
    for ref, (head, known, drafts) in batch.items():
        added: list[Entry] = []
        for draft in drafts:
            entry = Entry(
                id=str(uuid4()),
                child=ref,
                kind=words[draft.kind].name,
                occurred=draft.occurred,
                recorded_at=at,
                details=draft.details,
                recorded_by=by,
                agency=agency,
                source=draft.source,
                reference=draft.reference,
                corrects=draft.corrects,
                withdraws=draft.withdraws,
                occasion=draft.occasion,
            )
            row = row_of(entry, head.length + 1, head.head, secrets.token_hex(8), words)
            head.length, head.head = row.number, row.hash
            rows.append(row)
            added.append(entry)
        done[ref] = Appended(tuple(added))
        if added:
            folded.append(Story.of(ref, (*known, *added), words))
    insert(EntryRow, rows)
    Chronology.objects.bulk_update([head for head, _, drafts in batch.values() if drafts], ["length", "head"])
    refresh(folded, are_new=are_new)
    return done


def rebuild() -> int:
    """Fold every child again and replace all read tables. Returns the number of children. One transaction a chunk."""
    children = 0
    for refs in all_refs():
        with transaction.atomic():
            refresh(list(stories(refs).values()))
        children += len(refs)
    return children
