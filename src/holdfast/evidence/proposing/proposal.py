"""A proposed cell, and what was left to a person."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.evidence.cells import Reading, Reason


@dataclass(frozen=True, slots=True)
class Proposal:
    """One cell that the rules read. `raw` is the authority's own words as far as they are the answer; `excerpt` is
    the sentence or the row that it stands in; `where` is the page, table, row or line. Proposed, never accepted."""

    item: str
    period: str
    raw: str
    policy: str
    reading: Reading
    where: str
    excerpt: str
    note: str = ""

    @property
    def reason(self) -> Reason:
        """Why the cell holds what it holds."""
        return self.reading.reason


@dataclass(frozen=True, slots=True)
class Left:
    """Something for a person to read: where it stands, what it says, and why no rule could. `item` and `period` are
    empty where that is what is not certain."""

    item: str
    period: str
    where: str
    excerpt: str
    problem: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a document gave."""

    cells: tuple[Proposal, ...] = ()
    left: tuple[Left, ...] = ()
