"""The ladder of assumptions for silence, rung by rung: what the total over everyone asked can be.

After C. F. Manski, Partial Identification of Probability Distributions (2003): begin with what needs no assumption,
and say which assumption buys each step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from holdfast.figures.bounds import Range, least, total
from holdfast.figures.estimate import Stratum, ratio_estimate

HIDDEN_AT_MOST = 10
"""The model's assumption for a number hidden without a stated limit: rules in use hide under 5, 6, 10 or 11. The
logical layers do not assume it."""
HIDDEN_AT_LEAST = 4
"""What the model takes to be hidden even by an authority that shows smaller numbers elsewhere: rules begin at 5."""
ENOUGH = 5
"""Authorities of a nation that must have answered before its rates say anything of the silent; else all nations."""


@dataclass(frozen=True, slots=True)
class Member:
    """One authority that was asked. `known` is what its answer leaves possible, None where it gave none; `limit` is
    a count that it cannot be above, `size` the one it is thought to grow with (None: no outside count)."""

    name: str
    nation: str
    known: Range | None
    limit: int | None
    size: int | None
    previous: Range | None = None
    thought: Range | None = None  # for the model alone: see HIDDEN_AT_MOST
    parts: tuple[Range, ...] = ()  # for the model alone: of a sum, what each part can be

    @property
    def likely(self) -> Range:
        """What the model takes as possible."""
        if self.thought is None:
            return self.possible
        return Range(self.thought.lower, least(self.thought.upper, self.possible.upper))

    @property
    def is_by_parts(self) -> bool:
        """A sum of which no more is known than of its parts: two numbers under 5 are seldom 8 together."""
        return bool(self.parts) and total(self.parts) == self.likely

    @property
    def possible(self) -> Range:
        """With no assumption: its answer and its limit."""
        if self.known is None:
            return Range(0, self.limit)
        return Range(self.known.lower, least(self.known.upper, self.limit))

    @property
    def exact(self) -> bool:
        """Answered with one number."""
        return self.known is not None and self.known.is_exact


@dataclass(frozen=True, slots=True)
class Rung:
    """One assumption and the total that it leaves possible; None above where no limit is known."""

    name: str
    assumes: str
    lower: float
    upper: float | None


def logical(members: Iterable[Member]) -> Rung:
    """No assumption: each silent authority has from none of its children to all of them."""
    together = total(one.possible for one in members)
    return Rung("none", "nothing is assumed: the silent may have none, or all their children", *_ends(together))


def bounded_rate(members: Sequence[Member], low: float = 0.05, high: float = 0.95) -> Rung | None:
    """The silent have rates within the middle nine tenths of those who answered in the same nation."""
    everywhere = _rates(members)
    if len(everywhere) < ENOUGH:
        return None
    middle: dict[str, tuple[Fraction, Fraction]] = {}
    for nation in dict.fromkeys(one.nation for one in members):
        rates = _rates([one for one in members if one.nation == nation])
        rates = rates if len(rates) >= ENOUGH else everywhere
        ends = (sorted(rate[side] for rate in rates) for side in (0, 1))
        middle[nation] = (_quantile(next(ends), low), _quantile(next(ends), high))
    lower, upper = 0, 0
    for one in members:
        found = _ends(one.possible) if one.known is not None else _at_rates(one, *middle[one.nation])
        if found is None or found[1] is None:
            return None
        lower, upper = lower + found[0], upper + found[1]
    assumes = f"the silent have rates between the {100 * low:.0f}th and {100 * high:.0f}th of 100 in their nation"
    return Rung("bounded rate", assumes, lower, upper)


def _at_rates(one: Member, low: Fraction, high: Fraction) -> tuple[int, int] | None:
    """The counts of an authority at two rates, rounded outwards and held by its limit."""
    if one.size is None:
        return None
    ends = floor(low * one.size), ceil(high * one.size)
    return ends if one.limit is None else (min(ends[0], one.limit), min(ends[1], one.limit))


def anchored(members: Iterable[Member], previous: str, margin: float) -> Rung | None:
    """The silent lie within `margin` of what they gave for an earlier period; those who gave none are free."""
    ranges, used = [], 0
    for one in members:
        if one.known is not None or one.previous is None:
            ranges.append(one.possible)
            continue
        used += 1
        share = Fraction(str(margin))
        lower = floor(one.previous.lower * (1 - share))
        upper = None if one.previous.upper is None else ceil(one.previous.upper * (1 + share))
        upper = least(upper, one.limit)
        ranges.append(Range(lower if upper is None else min(lower, upper), upper))
    if not used:
        return None
    assumes = (
        f"{used} of the silent lie within {100 * margin:.0f} % of what they gave for {previous}; the rest are free"
    )
    return Rung("previous answer", assumes, *_ends(total(ranges)))


def resembling(members: Sequence[Member]) -> Rung | None:
    """The silent have, in each nation, the same rate as those who answered (missing at random within a nation)."""
    lower = upper = 0.0
    for nation in dict.fromkeys(one.nation for one in members):
        group = [one for one in members if one.nation == nation]
        silent = sum(one.size or 0 for one in group if one.known is None)
        if any(one.size is None for one in group if one.known is None):
            return None
        together = total(one.possible for one in group if one.known is not None)
        if together.upper is None:
            return None
        lower, upper = lower + together.lower, upper + together.upper
        if silent:
            rates = _pooled(group)
            if rates is None:
                return None
            lower, upper = lower + silent * rates[0], upper + silent * rates[1]
    assumes = "the silent have the rate of those who answered in their nation, hidden numbers taken at either end"
    return Rung("as those who answered", assumes, lower, upper)


def _pairs(group: Iterable[Member], side: int) -> list[tuple[int, int]]:
    found = []
    for one in group:
        if one.known is not None and one.size:
            end = _ends(one.possible)[side]
            if end is not None:
                found.append((one.size, end))
    return found


def _pooled(group: Sequence[Member]) -> tuple[float, float] | None:
    """The lowest and the highest rate that those who answered leave possible."""
    low, high = (Stratum("", tuple(_pairs(group, side)), 1.0) for side in (0, 1))
    if not low.answered:
        return None
    return ratio_estimate(low).total, ratio_estimate(high).total


def _rates(members: Iterable[Member]) -> list[tuple[Fraction, Fraction]]:
    found = []
    for one in members:
        low, high = _ends(one.possible)
        if one.known is not None and one.size and high is not None:
            found.append((Fraction(low, one.size), Fraction(high, one.size)))
    return found


def _quantile(ordered: Sequence[Fraction], at: float) -> Fraction:
    """Between neighbours in a straight line (Hyndman and Fan's type 7)."""
    place = Fraction(str(at)) * (len(ordered) - 1)
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _ends(one: Range) -> tuple[int, int | None]:
    return one.lower, one.upper
