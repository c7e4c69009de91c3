"""The one place that writes to the record."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from holdfast.chronology import chain
from holdfast.chronology.draft import Draft
from holdfast.chronology.entry import Entry
from holdfast.chronology.installed import vocabulary
from holdfast.chronology.models import Chronology, EntryRow
from holdfast.chronology.queries import all_refs, entries_of, stories
from holdfast.chronology.read_tables import Folded, fold, replace_rows
from holdfast.chronology.rows import adapted, insert, insert_values, row_of, utc
from holdfast.chronology.standing import in_force
from holdfast.chronology.story import Story

# No vowels and no letters that are heard or read as another: a reference can be read out over a bad line.
_LETTERS = "23456789BCDFGHJKMNPQRTVWXZ"


class NotInForce(Exception):
    """The entry to be corrected was changed meanwhile; `now` is what stands in its place (None if withdrawn)."""

    def __init__(self, now: Entry | None) -> None:
        super().__init__("that entry has been changed by somebody else")
        self.now = now


class ChangedMeanwhile(Exception):
    """Somebody appended to a chronology between preparing and storing; prepare again."""


class Head(NamedTuple):
    """Where a chain ends: how many entries, and the hash of the last."""

    length: int
    link: str


NOTHING_YET = Head(0, chain.START)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be appended to one chronology: where its chain ends, what is known, and the settled drafts."""

    child: str
    head: Head
    known: tuple[Entry, ...]
    drafts: Sequence[Draft]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Numbered, hashed and folded, ready for `store`: the values of the entries, each chain's head before and after,
    the rows of the read tables."""

    entries: list[list[Any]]
    moves: list[tuple[str, Head, Head]]
    folded: Folded
    done: dict[str, Appended]


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append did: the new entries, how many drafts were facts already known, and what was known before."""

    entries: tuple[Entry, ...]
    already_known: int = 0
    known: tuple[Entry, ...] = ()

    def story(self, child: str) -> Story:
        """The child's story as it is now, without reading it again."""
        return Story.of(child, (*self.known, *self.entries), vocabulary())

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


def hold(child: str) -> bool:
    """Hold a child's chronology until the transaction ends, and say whether there is one. Whoever comes second waits
    here, and then reads what the first wrote: call it before anything is read that the writing rests on.

    Not a lock on the row's key: a reading points at it, and whoever only reads the child meanwhile need not wait.
    """
    return bool(list(Chronology.objects.select_for_update(no_key=True).filter(ref=child).values_list("pk")))


@transaction.atomic
def append(child: str, drafts: Iterable[Draft], *, by: str, agency: str, at: datetime) -> Appended:
    """Append to one child's chronology and fold the child again, in one transaction.

    A draft whose source and reference are known already adds nothing if it says the same, and corrects if it says
    something else. Raises NotInForce when it corrects or withdraws an entry that no longer stands, and
    Chronology.DoesNotExist for an unknown child.
    """
    row = Chronology.objects.select_for_update(no_key=True).get(ref=child)
    known = entries_of([child]).get(child, ())
    settled, already_known = _settle(drafts, known)
    change = Change(child, Head(row.length, row.head), known, settled)
    done = store(prepare([change], by=by, agency=agency, at=at))
    return replace(done[child], already_known=already_known, known=known)


def prepare(changes: Sequence[Change], *, by: str, agency: str, at: datetime) -> Prepared:
    """Number, hash and fold what is to be appended. Touches no database: a whole county can be prepared in several
    processes. The drafts must be compared already with what is known (see `_settle` and `returns.restate`).
    """
    words = vocabulary()
    at = utc(at)
    rows: list[list[Any]] = []
    heads: list[Head] = []
    folded: list[Story] = []
    done: dict[str, Appended] = {}
    for change in changes:
        number, link = change.head.length, change.head.link
        added: list[Entry] = []
        for place, draft in enumerate(change.drafts):
            entry = _entry(draft, change.child, _ordered_id(at, place), by=by, agency=agency, at=at)
            number += 1
            row, link = row_of(entry, number, link, secrets.token_hex(8), words)
            rows.append(row)
            added.append(entry)
        done[change.child] = Appended(tuple(added))
        if added:
            heads.append(Head(number, link))
            folded.append(Story.of(change.child, (*change.known, *added), words))
    befores = [(c.child, c.head) for c in changes if c.drafts]
    moves = [(child, before, after) for (child, before), after in zip(befores, heads, strict=True)]
    return Prepared(adapted(EntryRow, rows), moves, fold(folded), done)


def _ordered_id(at: datetime, place: int) -> str:
    """An id that sorts by when it was recorded, then by its place in what was recorded together (RFC 9562, version 7):
    of two facts of one moment, the one told first stands first."""
    milliseconds = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    value = milliseconds << 80 | 7 << 76 | min(place, 4095) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(UUID(int=value))


def _entry(draft: Draft, child: str, number: str, *, by: str, agency: str, at: datetime) -> Entry:
    return Entry(
        id=number,
        child=child,
        kind=draft.kind,
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


@transaction.atomic
def store(prepared: Prepared) -> dict[str, Appended]:
    """Write what was prepared, all or nothing. Raises ChangedMeanwhile when a chain is no longer where it was."""
    opened = [move for move in prepared.moves if move[1].length == 0]
    grown = [move for move in prepared.moves if move[1].length > 0]
    known = set(Chronology.objects.filter(ref__in=[ref for ref, _, _ in opened]).values_list("ref", flat=True))
    insert(Chronology, (Chronology(ref, head.length, head.link) for ref, _, head in opened if ref not in known))
    for ref, before, head in [*grown, *(m for m in opened if m[0] in known)]:
        here = Chronology.objects.filter(ref=ref, length=before.length, head=before.link)
        if here.update(length=head.length, head=head.link) != 1:
            raise ChangedMeanwhile(ref)
    insert_values(EntryRow, prepared.entries)
    replace_rows([ref for ref, _, _ in prepared.moves], prepared.folded, are_new=not grown and not known)
    return prepared.done


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


def rebuild() -> int:
    """Fold every child again and replace all read tables. Returns the number of children. One transaction a chunk."""
    children = 0
    for refs in all_refs():
        with transaction.atomic():
            replace_rows(refs, fold(list(stories(refs).values())))
        children += len(refs)
    return children
