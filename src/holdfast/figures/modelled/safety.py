"""Safe to publish: what an attacker can work out of everything published, and what must be hidden so that they cannot.

Everything published is a statement on sums of counts. The attacker has all of them at once: every release, what
councils published themselves, printed rates, rounded totals, and the rule by which numbers are hidden. For each
sensitive count the least and the most that the statements together leave possible are found in whole numbers (mixed
integer programmes, scipy's HiGHS).

Small counts and those that would undo them are hidden, and which are which is not said; totals are rounded and never
adjusted to add up; the threshold is on children, never on episodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

HIDDEN = "[c]"
"""Written for a small number and for one that would give a small number away: the same sign for both."""
Known = Mapping[str, tuple[int, int | None]]
"""What an attacker knows of counts beforehand, from `least` to `most`."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Something published: the sum of these counts, each times its number, lies from `lower` to `upper`."""

    terms: Mapping[str, float]
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Exposed:
    """A sensitive count and all that the statements leave possible of it."""

    cell: str
    lower: int
    upper: int | None


class Impossible(ValueError):
    """The statements cannot all be true: something published is wrong."""


@dataclass(frozen=True, slots=True)
class Total:
    """A sum that is to be published, rounded to the nearest `base` (1: as it is)."""

    cells: tuple[str, ...]
    base: int = 1


@dataclass(frozen=True, slots=True)
class SafeTable:
    """Counts as they may be published (None: hidden), the totals, and the totals that must be left out."""

    shown: Mapping[str, int | None]
    totals: Mapping[Total, int]
    left_out: tuple[Total, ...]

    def statements(self) -> tuple[Statement, ...]:
        """What the table says: the next audit begins with it."""
        said = [about((cell,), value) for cell, value in self.shown.items() if value is not None]
        return (*said, *(about(total.cells, value, total.base) for total, value in self.totals.items()))


def rounded(value: int, base: int) -> int:
    """To the nearest `base`, halves up. Parts and totals are each rounded by themselves: they may not sum."""
    return base * ((2 * value + base) // (2 * base))


def about(cells: Iterable[str], value: int, base: int = 1) -> Statement:
    """A sum published rounded to `base`: it says every sum that rounds to it."""
    return Statement(dict.fromkeys(cells, 1.0), value - base // 2, value + (base - 1) // 2)


def rate(part: Iterable[str], whole: Iterable[str], percent: float, places: int = 0) -> tuple[Statement, Statement]:
    """A printed percentage: the share lies within half of its last place. No count is in both sums."""
    half = 0.5 * 10**-places
    parts = dict.fromkeys(part, 100.0)
    at_least, at_most = (parts | dict.fromkeys(whole, -(percent + side)) for side in (-half, half))
    return Statement(at_least, 0.0, inf), Statement(at_most, -inf, 0.0)


def within(part: str, whole: str) -> Statement:
    """Everyone knows it: nobody is missing from care who is not in care."""
    return Statement({part: 1.0, whole: -1.0}, -inf, 0.0)


def left_possible(cell: str, statements: Sequence[Statement], known: Known | None = None) -> Exposed:
    """The least and the most that a count can be. Raises Impossible."""
    known = known or {}
    names = list(dict.fromkeys([cell, *(name for one in statements for name in one.terms), *known]))
    place = {name: at for at, name in enumerate(names)}
    rows = np.zeros((max(1, len(statements)), len(names)))
    for row, one in zip(rows, statements, strict=False):
        for name, times in one.terms.items():
            row[place[name]] = times
    limits = LinearConstraint(
        rows, [one.lower for one in statements] or [-inf], [one.upper for one in statements] or [inf]
    )
    ends = [known.get(name, (0, None)) for name in names]
    bounds = Bounds([float(low) for low, _ in ends], [inf if high is None else float(high) for _, high in ends])
    aim = np.zeros(len(names))
    aim[place[cell]] = 1.0
    found: list[int | None] = []
    for sign in (1.0, -1.0):
        solved = milp(sign * aim, constraints=limits, bounds=bounds, integrality=np.ones(len(names)))
        if solved.status == 2:
            raise Impossible("what was published cannot all be true")
        found.append(round(float(solved.x[place[cell]])) if solved.status == 0 else None)
    lower, upper = found
    return Exposed(cell, lower or 0, upper)


def audit(
    sensitive: Mapping[str, int],
    statements: Sequence[Statement],
    width: int,
    known: Known | None = None,
) -> tuple[Exposed, ...]:
    """The sensitive counts that stay within fewer than `width` numbers of each other. Raises Impossible.

    A count is also exposed where its true value is left out: then something published is wrong.
    """
    found = []
    for cell, true in sensitive.items():
        one = left_possible(cell, statements, known)
        if true < one.lower or (one.upper is not None and true > one.upper):
            raise Impossible(f"{cell} is {true}, and what was published leaves {one.lower} to {one.upper}")
        if one.upper is not None and one.upper - one.lower + 1 < width:
            found.append(one)
    return tuple(found)


def sensitive_cells(
    counts: Mapping[str, int], wholes: Mapping[str, int], threshold: int, children: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Counts that tell of few children: 1 to one below the threshold; few left over in the whole, none included; and
    where `children` says how many children a count of episodes is of, those of few."""
    found = {}
    for cell, count in counts.items():
        of = (children or {}).get(cell, count)
        left = wholes[cell] - count if cell in wholes else threshold
        if 0 < of < threshold or (count > 0 and left < threshold):
            found[cell] = count
    return found


def safe_table(
    counts: Mapping[str, int],
    totals: Sequence[Total],
    sensitive: Mapping[str, int],
    width: int,
    before: Sequence[Statement] = (),
    known: Known | None = None,
) -> SafeTable:
    """The table with little hidden, audited with everything published `before`.

    Sensitive counts are hidden first. While one of them is exposed, the smallest count that is still shown in a total
    with it is hidden as well; where none is left, the smallest such total is left out. What turns out not to be
    needed is shown again. Raises Impossible where what was published before gives a count away whatever is done now.
    """
    hidden, kept = set(sensitive), list(totals)
    if audit(sensitive, before, width, known):
        raise Impossible("what was published before gives a sensitive count away already")

    def exposed_now() -> tuple[Exposed, ...]:
        return audit(sensitive, [*before, *_table(counts, hidden, totals, kept).statements()], width, known)

    while exposed := exposed_now():
        cell = exposed[0].cell
        beside = {name for total in kept if cell in total.cells for name in total.cells if name not in hidden}
        if beside:
            hidden.add(min(beside, key=lambda name: (counts[name], name)))
            continue
        involved = [total for total in kept if cell in total.cells] or kept
        if involved:
            kept.remove(min(involved, key=lambda total: len(total.cells)))
            continue
        shown = [name for name in counts if name not in hidden]
        if not shown:
            raise Impossible(f"{cell} is given away whatever is hidden")
        hidden.add(min(shown, key=lambda name: (counts[name], name)))
    for name in sorted(hidden - set(sensitive), key=lambda name: (-counts[name], name)):
        hidden.remove(name)
        if exposed_now():
            hidden.add(name)
    return _table(counts, hidden, totals, kept)


def _table(counts: Mapping[str, int], hidden: set[str], totals: Sequence[Total], kept: Sequence[Total]) -> SafeTable:
    return SafeTable(
        {cell: None if cell in hidden else count for cell, count in counts.items()},
        {total: rounded(sum(counts[cell] for cell in total.cells), total.base) for total in kept},
        tuple(total for total in totals if total not in kept),
    )
