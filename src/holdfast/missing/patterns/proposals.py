"""Which marks two children share, and what people decided about them. Pure.

A proposal is two children and one mark. Proposals have no order of importance: they stand in the order in which the
mark was last said. There is no score, and nobody is told how many a child has.
"""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from itertools import combinations
from typing import NamedTuple

from holdfast.missing.link_kinds import LinkConfirmed, LinkLeftOpen, LinkRefused, LinkWithdrawn, MarkSort
from holdfast.missing.patterns.marks import Mark

# What is in the records of more children than this is a place where many go, or a number that many ring: it is not
# proposed two by two, and the page says so.
MOST_CHILDREN = 8
# Numbers and cars change hands: what was said longer ago proposes nothing new. What was confirmed stays.
SAID_WITHIN = timedelta(days=730)


class Decision(StrEnum):
    """What somebody said after looking at both records."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    LEFT_OPEN = "left-open"
    WITHDRAWN = "withdrawn"


KINDS: Mapping[Decision, type] = {
    Decision.CONFIRMED: LinkConfirmed,
    Decision.REFUSED: LinkRefused,
    Decision.LEFT_OPEN: LinkLeftOpen,
    Decision.WITHDRAWN: LinkWithdrawn,
}
DECISIONS: Mapping[str, Decision] = {kind.KIND.name: decision for decision, kind in KINDS.items()}  # type: ignore[attr-defined]


class Place(NamedTuple):
    """Where a mark stands: a row of the read table."""

    child: str
    digest: str
    sort: str
    entry: str
    since: datetime


class End(NamedTuple):
    """The last decision about a link as one child's chronology has it. `occasion` is the same at both ends."""

    child: str
    link: str
    decision: Decision
    at: datetime
    occasion: str
    entry: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """One mark that two children share. `entries`: what says so, by child. `said_at`: when it was last said anew."""

    link: str
    sort: MarkSort
    digest: str
    children: tuple[str, str]
    entries: Mapping[str, tuple[str, ...]]
    said_at: datetime

    def other(self, child: str) -> str:
        return next(one for one in self.children if one != child)


@dataclass(frozen=True, slots=True)
class Found:
    """What is shared among some children. `left_out`: how many marks stand in too many records, by sort."""

    proposals: tuple[Proposal, ...] = ()
    left_out: tuple[tuple[MarkSort, int], ...] = ()


def digest(key: str, mark: Mark) -> str:
    """The keyed digest of a mark: whoever has the table and not the key cannot look a number up in it."""
    return _keyed(key, f"mark {mark.sort.value} {mark.form}")


def link_of(key: str, one: str, other: str, mark: str) -> str:
    """The name of a link: the same from both ends, and of neither can it be read."""
    first, second = sorted((one, other))
    return _keyed(key, f"link {first} {second} {mark}")[:24]


def _keyed(key: str, words: str) -> str:
    return hmac.new(key.encode(), words.encode(), sha256).hexdigest()[:40]


def shared(key: str, places: Iterable[Place], *, child: str = "") -> Found:
    """The proposals among these places: of any two children, or of this child with another."""
    by_digest: dict[str, dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for place in places:
        by_digest[place.digest][place.child].append(place)
    found: list[Proposal] = []
    left_out: dict[MarkSort, int] = defaultdict(int)
    for mark, of in by_digest.items():
        if child and child not in of:
            continue
        if len(of) > MOST_CHILDREN:
            left_out[MarkSort(next(iter(of.values()))[0].sort)] += 1
            continue
        for one, other in combinations(sorted(of), 2):
            if not child or child in (one, other):
                found.append(_proposal(key, mark, one, other, of))
    found.sort(key=lambda p: (p.said_at, p.link), reverse=True)
    return Found(tuple(found), tuple(sorted(left_out.items())))


def _proposal(key: str, mark: str, one: str, other: str, of: Mapping[str, Sequence[Place]]) -> Proposal:
    return Proposal(
        link=link_of(key, one, other, mark),
        sort=MarkSort(of[one][0].sort),
        digest=mark,
        children=(one, other),
        entries={ref: tuple(p.entry for p in of[ref]) for ref in (one, other)},
        said_at=max(p.since for ref in (one, other) for p in of[ref]),
    )


def decided(ends: Iterable[End]) -> dict[str, End]:
    """What stands decided of each link: the last decision, where both chronologies have the same one."""
    by_link: dict[str, dict[str, End]] = defaultdict(dict)
    for end in ends:
        by_link[end.link][end.child] = end
    found = {}
    for link, of in by_link.items():
        if len(of) == 2 and len({end.occasion for end in of.values()}) == 1:
            found[link] = next(iter(of.values()))
    return found


def is_waiting(proposal: Proposal, last: End | None) -> bool:
    """Whether a proposal waits for somebody: nothing was decided, it was left open or taken back, or something new was
    said since it was refused."""
    if last is None or last.decision in (Decision.LEFT_OPEN, Decision.WITHDRAWN):
        return True
    return last.decision is Decision.REFUSED and proposal.said_at > last.at
