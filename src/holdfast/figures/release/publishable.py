"""What of an evidence folder may be published: counts by authority, and rounded totals, audited together.

Each item and period is made safe by itself (`modelled/safety.py`). Then all are audited jointly, with everything that
earlier releases and councils said: a missing child is also a child in care, so one table can give away another. What
is still exposed is hidden with more, or the total that exposes it is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from holdfast.evidence.cells import SHARED, Cell
from holdfast.figures.figure import Figure
from holdfast.figures.modelled.local_table import key
from holdfast.figures.modelled.safety import (
    Impossible,
    Statement,
    Total,
    rounded,
    safe_table,
    sensitive_cells,
    within,
)
from holdfast.figures.narrowing import narrowed
from holdfast.figures.plan import Change, Plan, Rate
from holdfast.figures.release.earlier import Earlier, said_before, small_before
from holdfast.figures.release.jointly import Jointly, called, exposed_by
from holdfast.figures.release.wanted import Wanted, items_of

ALL = "all who gave one number"
BOTH = "those who gave both numbers of {}"
Place = tuple[str, str]
"""Item and period."""


@dataclass(frozen=True, slots=True)
class Publishable:
    """`shown` has every exact count by key, None where hidden; `totals` the rounded sums with their area.

    `limits` is what everybody knows: parts within wholes and sums, between keys.
    """

    shown: Mapping[str, int | None]
    totals: Mapping[Total, int]
    areas: Mapping[Total, tuple[Place, str]]
    left_out: tuple[tuple[Place, str], ...]
    limits: tuple[Statement, ...]

    def total(self, cells: Iterable[str]) -> int | None:
        """The rounded sum over exactly these counts, where it is published."""
        wanted = tuple(sorted(cells))
        return next((value for total, value in self.totals.items() if total.cells == wanted), None)


def publishable(
    cells: Sequence[Cell],
    made: Sequence[Figure],
    plan: Plan,
    wanted: Wanted,
    earlier: Sequence[Earlier] = (),
    others: Sequence[Statement] = (),
) -> Publishable:
    """`cells` have their sums; `made` are the plan's figures from them; `others` what councils published themselves.

    What an authority's own words give away of its own counts cannot be mended here; it is hidden all the same.
    Raises Impossible.
    """
    items = tuple(dict.fromkeys((*wanted.local, *items_of(plan))))
    exact = {
        key(cell.period, cell.item, cell.authority): cell
        for cell in cells
        if cell.item in items and cell.was_asked and cell.is_exact
    }
    counts = {place: int(cell.lower or 0) for place, cell in exact.items()}
    limits, totals = limits_between(cells, plan), _totals(exact, made, plan, wanted)
    small = _sensitive(counts, cells, plan, wanted.threshold)
    given = exposed_by([*limits, *_own_words(cells, items), *others], small, counts, wanted.width)
    sensitive = {one: count for one, count in small.items() if one not in set(given)}
    before = [*said_before(counts, earlier, limits), *others]
    shown: dict[str, int | None] = {}
    kept: dict[Total, int] = {}
    for place in dict.fromkeys((cell.item, cell.period) for cell in exact.values()):
        here = {one: counts[one] for one, cell in exact.items() if (cell.item, cell.period) == place}
        these = [total for total, (where, _) in totals.items() if where == place]
        if place[0] not in wanted.local:  # published as totals only
            shown |= dict.fromkeys(here)
            kept |= {total: rounded(sum(here[one] for one in total.cells), total.base) for total in these}
            continue
        few = {one: sensitive[one] for one in here if one in sensitive}
        safe = safe_table(here, these, few, wanted.width, [one for one in before if set(one.terms) <= set(here)])
        shown |= safe.shown
        shown |= dict.fromkeys(one for one in here if one in small)
        kept |= safe.totals
    known = (*limits, *_own_words(cells, items))
    since = sensitive | small_before(counts, earlier, wanted.threshold)
    if earlier and (lost := exposed_by([*before, *known], since, counts, wanted.width)):
        raise Impossible(f"what was published before gives a small count away already: {called(lost[0])}")
    joint = Jointly(counts, shown, kept, (*before, *known))
    joint.mend(since, wanted.width)
    left = tuple(totals[total] for total in totals if total not in joint.totals)
    return Publishable(joint.shown, joint.totals, totals, left, limits)


def limits_between(cells: Sequence[Cell], plan: Plan) -> tuple[Statement, ...]:
    """A part is no larger than its whole, a sum is its parts: for each authority whose own answers do not break it."""
    broken = {(one.authority, one.period) for one in narrowed(cells, plan.limits, plan.sums).faults}
    rows: dict[tuple[str, str], dict[str, Cell]] = {}
    for cell in cells:
        place = (cell.authority.casefold(), cell.period)
        if cell.lower is not None and place not in broken and (cell.authority, cell.period) not in broken:
            rows.setdefault(place, {})[cell.item] = cell
    found = []
    for (authority, period), row in rows.items():
        for limit in plan.limits:
            if limit.part in row and limit.whole in row:
                found.append(within(key(period, limit.part, authority), key(period, limit.whole, authority)))
        for one in plan.sums:
            if one.item in row and all(part in row and row[part].reason not in SHARED for part in one.parts):
                terms = {key(period, part, authority): -1.0 for part in one.parts}
                found.append(Statement(terms | {key(period, one.item, authority): 1.0}, 0, 0))
    return tuple(found)


def _or_inf(end: int | None) -> float:
    return inf if end is None else end


def _own_words(cells: Sequence[Cell], items: Sequence[str]) -> list[Statement]:
    """The range that an authority's reply states where it gave no one number ("fewer than 5")."""
    return [
        Statement({key(cell.period, cell.item, cell.authority): 1.0}, float(cell.lower), _or_inf(cell.upper))
        for cell in cells
        if cell.item in items and cell.lower is not None and not cell.is_exact and not cell.is_made
    ]  # fmt: skip


def _totals(
    exact: Mapping[str, Cell], made: Sequence[Figure], plan: Plan, wanted: Wanted
) -> dict[Total, tuple[Place, str]]:
    """Totals by nation for what is published by authority; over all; and over those in each rate and change."""
    found: dict[Total, tuple[Place, str]] = {}

    def add(places: Iterable[str], where: Place, area: str) -> None:
        cells = tuple(sorted(places))
        if len(cells) > 1:
            found.setdefault(Total(cells, wanted.base), (where, area))

    for where in dict.fromkeys((cell.item, cell.period) for cell in exact.values()):
        here = {place: cell for place, cell in exact.items() if (cell.item, cell.period) == where}
        add(here, where, ALL)
        nations = dict.fromkeys(cell.nation for cell in here.values() if cell.nation)
        for nation in nations if len(nations) > 1 and where[0] in wanted.local else ():
            add((place for place, cell in here.items() if cell.nation == nation), where, nation)
    for figure in made:
        both = sides(figure, plan)
        names = matched(figure, both, exact)
        for item, period in both:
            add((key(period, item, name) for name in names), (item, period), BOTH.format(wanted.named(figure.id)))
    return found


def sides(figure: Figure, plan: Plan) -> tuple[Place, ...]:
    """The two sums that a rate or a change is made from; nothing for other figures."""
    one = next(one for one in plan.wanted if one.id == figure.id)
    if isinstance(one, Rate):
        return (one.numerator, figure.period), (one.denominator, figure.period)
    if isinstance(one, Change):
        return (one.item, one.from_period), (one.item, one.to_period)
    return ()


def matched(figure: Figure, both: Sequence[Place], exact: Mapping[str, object]) -> tuple[str, ...]:
    """The authorities of a rate or change that gave both numbers as one number each."""
    return tuple(
        name for name in figure.coverage.in_figure if all(key(period, item, name) in exact for item, period in both)
    )


def _sensitive(counts: Mapping[str, int], cells: Sequence[Cell], plan: Plan, threshold: int) -> dict[str, int]:
    found = sensitive_cells(counts, {}, threshold)
    for limit in plan.limits:
        wholes = {}
        for cell in cells:
            part, whole = (key(cell.period, item, cell.authority) for item in (limit.part, limit.whole))
            if cell.item == limit.part and part in counts and whole in counts and counts[whole] >= counts[part]:
                wholes[part] = counts[whole]
        found |= sensitive_cells({part: counts[part] for part in wholes}, wholes, threshold)
    return found


def _touching(here: Mapping[str, int], said: Sequence[Statement]) -> list[Statement]:
    """What was said of these counts alone; the rest waits for the joint audit."""
    return [one for one in said if set(one.terms) <= set(here)]
