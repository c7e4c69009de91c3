"""Each authority's own answers as they may be published: the number, or a range, or why there is none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from holdfast.evidence.cells import Cell
from holdfast.figures.modelled.local_table import NOT_KNOWN, key
from holdfast.figures.modelled.safety import HIDDEN
from holdfast.figures.plan import Plan
from holdfast.figures.release.publishable import Publishable
from holdfast.figures.release.reader import Reader
from holdfast.figures.release.wanted import Wanted
from holdfast.figures.shown import count_words

HIDDEN_WORDS = "hidden: small, or it would give away one that is small"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `value` is the number, `[c]` hidden by us, or `[x]` where the authority gave no one number;
    `lower` and `upper` what a reader can know of it (None: not known)."""

    item: str
    called: str
    period: str
    value: str
    lower: int | None
    upper: int | None
    how: str

    @property
    def range_words(self) -> str:
        """The range in words."""
        return count_words(self.lower, self.upper)


@dataclass(frozen=True, slots=True)
class Local:
    """One authority. `slug` is its word in file names."""

    authority: str
    nation: str
    slug: str
    answers: tuple[Answer, ...]


def locals_of(
    cells: Sequence[Cell], found: Publishable, reads: Reader, plan: Plan, wanted: Wanted
) -> tuple[Local, ...]:
    """Every authority that was asked any item published by authority, by name."""
    rows: dict[str, list[Cell]] = {}
    for item in wanted.local:
        for cell in cells:
            if cell.item == item and cell.was_asked:
                rows.setdefault(cell.authority.casefold(), []).append(cell)
    slugs: set[str] = set()
    made = []
    for _, own in sorted(rows.items()):
        slug = _slug(own[0].authority, slugs)
        nation = next((cell.nation for cell in own if cell.nation), "")
        answers = [_answer(cell, found, reads, plan, wanted) for cell in own]
        answers.sort(key=lambda one: one.period, reverse=True)
        made.append(Local(own[0].authority, nation, slug, tuple(answers)))
    return tuple(made)


def _answer(cell: Cell, found: Publishable, reads: Reader, plan: Plan, wanted: Wanted) -> Answer:
    place = key(cell.period, cell.item, cell.authority)
    low, high = reads.ranges.get(place, (None, inf))
    if cell.is_made and (low, high) == (0, inf):  # of a sum with a hidden part, what follows from its parts
        low, most = reads.sum([place])
        high = inf if most is None else most
    value, how = NOT_KNOWN, cell.reason.words
    if place in found.shown:
        shown = found.shown[place]
        value, how = (HIDDEN, HIDDEN_WORDS) if shown is None else (str(shown), how)
        wholes = [key(cell.period, limit.whole, cell.authority) for limit in plan.limits if limit.part == cell.item]
        tops = [float(whole) for one in wholes if (whole := found.shown.get(one)) is not None]
        high = min([high, *(top for top in tops if top >= (cell.lower or 0))])
    return Answer(
        cell.item, wanted.called(cell.item), cell.period, value, None if low is None else int(low),
        None if low is None or high == inf else int(high), how,
    )  # fmt: skip


def _slug(name: str, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    slug = first = re.sub("[^a-z0-9]+", "-", plain).strip("-") or "authority"
    number = 2
    while slug in taken:
        slug, number = f"{first}-{number}", number + 1
    taken.add(slug)
    return slug
