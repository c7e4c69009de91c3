"""A return delivered again: what it adds to the record, what it corrects, what it takes back.

Taking in the same folder twice adds nothing. Pure: entries in force and drafts in, drafts out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from holdfast.child.kinds import Withdrawn
from holdfast.chronology.draft import Draft
from holdfast.chronology.entry import Entry
from holdfast.chronology.moment import Moment

# Facts that the return states without a day of their own: they are dated by the earliest row that speaks of the child,
# and returns of later years leave old rows out. So the earlier day stands.
_WITHOUT_A_DAY = frozenset({"child.known", "child.identified", "child.age_recorded", "asylum.arrived_alone"})


@dataclass(frozen=True, slots=True)
class Changes:
    """What to append, and how many facts were known already."""

    new: tuple[Draft, ...] = ()
    corrections: tuple[Draft, ...] = ()
    withdrawals: tuple[Draft, ...] = ()
    already_known: int = 0

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """All of them, in the order in which to append."""
        return (*self.withdrawals, *self.corrections, *self.new)


def restate(entries: Iterable[Entry], drafts: Sequence[Draft], *, delivered: Collection[tuple[str, str]]) -> Changes:
    """Compare one child's entries in force that came from this authority's returns with what is told now.

    `delivered` holds (source, table word) for every table that was delivered and wholly understood for this child (see
    `ReturnChild.delivered`): only their facts may be withdrawn or moved to another day. A fact of another table, such
    as one whose row is damaged this time, stands.

    Two facts are the same when kind, day and details are, whichever year's return tells them, each as often as it is
    told. What is left is paired by reference, then by kind with the nearest in time.
    """
    known = list(entries)
    left, already_known = _leave_out_known(known, drafts)
    if not known:
        return Changes(new=tuple(left), already_known=already_known)
    left, corrections, kept = _pair_by_reference(known, left, delivered)
    already_known += kept
    gone = [e for e in known if (e.source, _word(e.reference)) in delivered]
    left, more, gone = _pair_by_time(gone, left)
    return Changes(tuple(left), (*corrections, *more), tuple(_withdrawal(e) for e in gone), already_known)


def _word(reference: str) -> str:
    word = reference.partition("/")[0]
    return word


def _fact(kind: str, occurred: Moment, details: Any, reference: str) -> tuple[Any, ...]:
    if kind in _WITHOUT_A_DAY:
        return kind, reference, details
    return kind, occurred.at, occurred.precision, details


def _leave_out_known(known: list[Entry], drafts: Sequence[Draft]) -> tuple[list[Draft], int]:
    """The drafts that say something else than the entries; entries that are told again are taken out of `known`."""
    if not known:
        return list(drafts), 0
    by_fact: dict[tuple[Any, ...], list[Entry]] = {}
    for entry in known:
        by_fact.setdefault(_fact(entry.kind, entry.occurred, entry.details, entry.reference), []).append(entry)
    left: list[Draft] = []
    told: set[str] = set()
    for draft in drafts:
        same = by_fact.get(_fact(draft.kind, draft.occurred, draft.details, draft.reference))
        if not same or (draft.kind in _WITHOUT_A_DAY and same[-1].occurred.at > draft.occurred.at):
            left.append(draft)
            continue
        at = next((n for n, e in enumerate(same) if e.reference == draft.reference), -1)
        told.add(same.pop(at).id)
    known[:] = [e for e in known if e.id not in told]
    return left, len(drafts) - len(left)


def _pair_by_reference(
    known: list[Entry], drafts: Sequence[Draft], delivered: Collection[tuple[str, str]]
) -> tuple[list[Draft], list[Draft], int]:
    by_reference = {(e.kind, e.reference): e for e in known if e.reference}
    left: list[Draft] = []
    corrections: list[Draft] = []
    paired: set[str] = set()
    kept = 0
    for draft in drafts:
        entry = by_reference.pop((draft.kind, draft.reference), None)
        if entry is None:
            left.append(draft)
            continue
        paired.add(entry.id)
        if (draft.source, _word(draft.reference)) not in delivered and _only_lacks(draft, entry):
            kept += 1  # a damaged value does not take away what is known
        else:
            if draft.kind in _WITHOUT_A_DAY and entry.occurred.at < draft.occurred.at:
                draft = replace(draft, occurred=entry.occurred)
            corrections.append(replace(draft, corrects=entry.id))
    known[:] = [e for e in known if e.id not in paired]
    return left, corrections, kept


def _only_lacks(draft: Draft, entry: Entry) -> bool:
    if draft.occurred != entry.occurred and draft.kind not in _WITHOUT_A_DAY:
        return False
    told = ((getattr(draft.details, f.name), getattr(entry.details, f.name)) for f in fields(draft.details))
    return all(now is None or now == before for now, before in told)


def _pair_by_time(entries: Sequence[Entry], drafts: Sequence[Draft]) -> tuple[list[Draft], list[Draft], list[Entry]]:
    """Drafts that nothing corresponds to, corrections, and entries that nothing tells any more."""
    if not entries or not drafts:
        return list(drafts), [], list(entries)
    entries_of: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda e: e.sort_key):
        entries_of.setdefault(entry.kind, []).append(entry)
    drafts_of: dict[str, list[Draft]] = {}
    for draft in sorted(drafts, key=lambda d: d.occurred.at):
        drafts_of.setdefault(draft.kind, []).append(draft)
    corrections: list[Draft] = []
    corrected: set[str] = set()
    correcting: set[int] = set()
    for kind, mine in drafts_of.items():
        theirs = entries_of.get(kind, [])
        pairs = _nearest([d.occurred.at for d in mine], [e.occurred.at for e in theirs])
        for n, m in pairs:
            corrections.append(replace(mine[n], corrects=theirs[m].id))
            correcting.add(id(mine[n]))
            corrected.add(theirs[m].id)
    left = [d for d in drafts if id(d) not in correcting]
    return left, corrections, [e for e in entries if e.id not in corrected]


def _nearest(mine: Sequence[datetime], theirs: Sequence[datetime]) -> list[tuple[int, int]]:
    """Pairs of places in two rows of times, each in order: every one of the shorter with a near one of the longer,
    none crossing another. One walk along both.
    """
    if len(mine) > len(theirs):
        return [(n, m) for m, n in _nearest(theirs, mine)]
    pairs: list[tuple[int, int]] = []
    at = 0
    for n, time in enumerate(mine):
        last = len(theirs) - (len(mine) - n)
        while at < last and abs(theirs[at + 1] - time) <= abs(theirs[at] - time):
            at += 1
        pairs.append((n, at))
        at += 1
    return pairs


def _withdrawal(entry: Entry) -> Draft:
    return Draft(
        kind="chronology.withdrawn",
        occurred=entry.occurred,
        details=Withdrawn("No longer in the return"),
        source=entry.source,
        reference=f"withdrawn/{entry.id}",
        withdraws=entry.id,
    )
