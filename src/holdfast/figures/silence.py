"""What silence can hide: a ladder of assumptions, each rung named, none merged with what was counted.

After C. F. Manski, Partial Identification of Probability Distributions (2003): begin with what needs no assumption,
and say which assumption buys each step. A rung is a range for the total over everyone who was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

from holdfast.evidence.cells import Cell
from holdfast.evidence.sizes import Size, Sizes
from holdfast.figures.bounds import Range, least, total
from holdfast.figures.estimate import Stratum, ratio_estimate
from holdfast.figures.narrowing import narrowed
from holdfast.figures.plan import Plan, Silent
from holdfast.figures.sums import with_sums

RangeOf = Callable[[str, str, str], Range | None]
"""What an authority's answer for a period and an item leaves possible."""
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


@dataclass(frozen=True, slots=True)
class Coverage3:
    """Coverage three ways: of authorities, of children by the limit's count, of children by the size's count."""

    authorities: tuple[int, int]
    by_limit: tuple[int, int]
    by_size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Silence:
    """One item over everyone asked. `counted` is the sum of exact answers, `answered` the bounds over those who gave
    a number or a range; the ladder is over all. Never add one to another."""

    id: str
    item: str
    period: str
    counted: int
    answered: Range
    ladder: tuple[Rung, ...]
    silent: tuple[str, ...]
    coverage: Coverage3
    members: tuple[Member, ...]
    yardsticks: tuple[str, ...]
    faults: tuple[str, ...] = field(default=())


def silences(cells: Sequence[Cell], plan: Plan, sizes: Sizes) -> tuple[Silence, ...]:
    """Each `[[silent]]` of the plan, for every period in which its item was asked but the one it is anchored on."""
    cells = with_sums(cells, plan.sums)
    table = narrowed(cells, plan.limits, plan.sums)
    made = []
    for wanted in plan.silent:
        periods = dict.fromkeys(cell.period for cell in cells if cell.item == wanted.item)
        for period in periods:
            if period != wanted.previous:
                members, faults = _members(cells, table.range, wanted, period, sizes)
                told = [
                    fault.problem for fault in table.faults if fault.period == period and wanted.item in fault.items
                ]
                made.append(silence(wanted, period, members, sizes, (*told, *faults)))
    return tuple(made)


def silence(
    wanted: Silent, period: str, members: Sequence[Member], sizes: Sizes, faults: Sequence[str] = ()
) -> Silence:
    """The ladder for one item and period."""
    known = [one.known for one in members if one.known is not None]
    silent = [one for one in members if one.known is None]
    ladder = [logical(members), bounded_rate(members)]
    if wanted.previous is not None and wanted.margin is not None:
        ladder.append(anchored(members, wanted.previous, wanted.margin))
    ladder.append(resembling(members))
    return Silence(
        wanted.id,
        wanted.item,
        period,
        sum(one.lower for one in known if one.is_exact),
        total(known),
        tuple(rung for rung in ladder if rung is not None),
        tuple(one.name for one in silent),
        Coverage3(
            (len(known), len(members)),
            _covered(members, [one.limit for one in members]),
            _covered(members, [one.size for one in members]),
        ),
        tuple(members),
        tuple(_yardsticks(wanted, sizes)),
        tuple(faults),
    )


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


def _members(
    cells: Sequence[Cell], range_of: RangeOf, wanted: Silent, period: str, sizes: Sizes
) -> tuple[list[Member], list[str]]:
    """Everyone with a line for the item or an outside count, but those that are the wrong body."""
    by_name: dict[str, Cell] = {
        cell.authority.casefold(): cell for cell in cells if cell.item == wanted.item and cell.period == period
    }
    limits, measures = sizes.of(wanted.limit), sizes.of(wanted.size)
    members, faults = [], []
    for key in dict.fromkeys((*by_name, *limits, *measures)):
        cell = by_name.get(key)
        if cell is not None and not cell.was_asked:
            continue
        outside: Size | None = limits.get(key) or measures.get(key)
        name = cell.authority if cell is not None else (outside.authority if outside else key)
        nation = (outside.nation if outside else "") or (cell.nation if cell is not None else "")
        known: Range | None = range_of(name, period, wanted.item)
        limit = limits[key].count if key in limits else None
        if known is not None and limit is not None and known.lower > limit:
            faults.append(f"{name}, {period}: {wanted.item} is at least {known.lower}, above {wanted.limit} ({limit})")
            limit = None
        before = None if wanted.previous is None else range_of(name, wanted.previous, wanted.item)
        size = measures[key].count if key in measures else None
        members.append(Member(name, nation, known, limit, size, before))
    return members, faults


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


def _covered(members: Iterable[Member], counts: Iterable[int | None]) -> tuple[int, int]:
    pairs = [(one, count) for one, count in zip(members, counts, strict=True) if count is not None]
    return sum(count for one, count in pairs if one.known is not None), sum(count for _, count in pairs)


def _yardsticks(wanted: Silent, sizes: Sizes) -> Iterable[str]:
    """What the outside counts are of; said aloud where nations count over different times."""
    for measure in dict.fromkeys((wanted.limit, wanted.size)):
        periods = sizes.periods(measure)
        if len(periods) > 1:
            yield f"{measure} is counted over different times: {', '.join(periods)}"
        elif periods:
            yield f"{measure}: {periods[0]}"
