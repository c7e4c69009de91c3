"""The least and the most of a figure that the published counts and totals leave possible: linear programmes.

Everything that goes in is printed in the release or stated by an authority itself, so a range can give nothing away,
anybody can compute it again, and it holds the truth wherever the replies do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from holdfast.evidence.cells import Cell, Reason
from holdfast.figures.modelled.local_table import key
from holdfast.figures.modelled.safety import Statement, about
from holdfast.figures.plan import Added
from holdfast.figures.release.publishable import Publishable
from holdfast.figures.release.wanted import Wanted

Terms = Mapping[str, float]
Ends = tuple[float | None, float | None]
_NEAR = 1e-6


@dataclass(frozen=True, slots=True)
class Reader:
    """What a reader knows: the range of each count by itself, and statements on sums."""

    ranges: Mapping[str, tuple[float, float]]
    said: tuple[Statement, ...]

    def sum(self, places: Iterable[str], extra: Extra | None = None) -> tuple[int | None, int | None]:
        """The least and the most of a sum, in whole children."""
        low, high = self._ends(dict.fromkeys(places, 1.0), {}, extra or Extra({}, ()))
        return (None if low is None else ceil(low - _NEAR)), (None if high is None else floor(high + _NEAR))

    def ratio(self, part: Iterable[str], whole: Iterable[str], extra: Extra | None = None) -> Ends:
        """The least and the most of one sum over another (Charnes and Cooper)."""
        return self._ends(dict.fromkeys(part, 1.0), dict.fromkeys(whole, 1.0), extra or Extra({}, ()))

    def _ends(self, aim: Terms, below: Terms, extra: Extra) -> Ends:
        names, said, ranges = self._near({*aim, *below}, extra)
        at = {name: number for number, name in enumerate(names)}
        scale = len(names)  # the column that every constant is multiplied by; 1 where there is no denominator
        rows: list[tuple[dict[int, float], float]] = []  # sum of terms is at most the number
        for one in said:
            terms = {at[name]: times for name, times in one.terms.items()}
            if one.upper < inf:
                rows.append((terms | {scale: -one.upper}, 0.0))
            if one.lower > -inf:
                rows.append(({number: -times for number, times in terms.items()} | {scale: one.lower}, 0.0))
        for name, (low, high) in ranges.items():
            rows.append(({at[name]: -1.0, scale: low}, 0.0))
            if high < inf:
                rows.append(({at[name]: 1.0, scale: -high}, 0.0))
        equal = {at[name]: times for name, times in below.items()} if below else {scale: 1.0}
        matrix, ends = _matrix(rows, scale + 1), np.zeros(len(rows))
        goal = np.zeros(scale + 1)
        for name, times in aim.items():
            goal[at[name]] = times
        found: list[float | None] = []
        for sign in (1.0, -1.0):
            solved = linprog(
                sign * goal, A_ub=matrix, b_ub=ends, A_eq=_matrix([(equal, 1.0)], scale + 1), b_eq=[1.0],
                bounds=(0, None), method="highs",
            )  # fmt: skip
            found.append(float(sign * solved.fun) if solved.status == 0 else None)
        return found[0], found[1]

    def _near(
        self, wanted: set[str], extra: Extra
    ) -> tuple[list[str], list[Statement], dict[str, tuple[float, float]]]:
        """The counts that hang together with those wanted, and what is said of them."""
        said = [*self.said, *extra.said]
        reach, waiting = set(wanted), True
        while waiting:
            more = {name for one in said if not reach.isdisjoint(one.terms) for name in one.terms} - reach
            reach |= more
            waiting = bool(more)
        ranges = {**self.ranges, **extra.ranges}
        names = sorted(reach)
        near = [one for one in said if not reach.isdisjoint(one.terms)]
        return names, near, {name: ranges.get(name, (0.0, inf)) for name in names}


@dataclass(frozen=True, slots=True)
class Extra:
    """Counts and statements for one figure: those who are silent, or different children in several groups."""

    ranges: Mapping[str, tuple[float, float]]
    said: tuple[Statement, ...]


def _matrix(rows: Sequence[tuple[Mapping[int, float], float]], width: int) -> csr_matrix:
    values: list[float] = []
    columns: list[int] = []
    starts = [0]
    for terms, _ in rows:
        values += terms.values()
        columns += terms.keys()
        starts.append(len(values))
    return csr_matrix((values, columns, starts), shape=(len(rows), width))


def reader(
    found: Publishable,
    cells: Sequence[Cell],
    wanted: Wanted,
    most: Mapping[tuple[str, str], int] | None = None,
    sums: Sequence[Added] = (),
) -> Reader:
    """What a reader knows after this release. A range that an authority stated counts as known where it is not
    narrower than is safe; a narrower one is widened (see `stated`). `most` is an outside count by authority (small
    letters) and item: no count is above it. Of a sum that we made ourselves with a part that is not shown, nothing is
    said but what follows from the parts: its ends less those of the other parts would be the hidden number."""
    ranges: dict[str, tuple[float, float]] = {}
    exact = {key(cell.period, cell.item, cell.authority) for cell in cells if cell.is_exact}
    unshown = {place for place in exact if found.shown.get(place) is None}
    for cell in cells:
        place = key(cell.period, cell.item, cell.authority)
        if place in found.shown:
            value = found.shown[place]
            ranges[place] = (0.0, inf) if value is None else (float(value), float(value))
        elif cell.is_made and any(
            key(cell.period, part, cell.authority) in unshown
            for one in sums
            if one.item == cell.item
            for part in one.parts
        ):
            ranges[place] = (0.0, inf)
        elif cell.lower is not None:
            ranges[place] = stated(cell, wanted.width, wanted.threshold)
        limit = (most or {}).get((cell.authority.casefold(), cell.item))
        if limit is not None and place in ranges and ranges[place][1] == inf and limit >= (cell.lower or 0):
            ranges[place] = (ranges[place][0], float(limit))
    totals = (about(total.cells, value, total.base) for total, value in found.totals.items())
    return Reader(ranges, (*totals, *found.limits))


def stated(cell: Cell, width: int, threshold: int) -> tuple[float, float]:
    """The range of a reply that gave no one number, never narrower than `width` numbers.

    A band or a limit ("fewer than 5") is the authority's own way of hiding. An end that is itself a count of something
    else (part of a period, episodes, two questions together) can tell of few children, and is not said.
    """
    low, high = float(cell.lower or 0), inf if cell.upper is None else float(cell.upper)
    if cell.reason not in _LIMITS:
        low = 0.0 if low < threshold else low
        high = inf if high < threshold else high
    if high - low + 1 < width:
        low = max(0.0, high - width + 1)
        high = low + width - 1
    return low, high


_LIMITS = (Reason.INTERVAL, Reason.SUPPRESSED_S40, Reason.SUPPRESSED_UNKNOWN)
