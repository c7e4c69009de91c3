"""From cells and a plan to figures: every sum is taken over named authorities, and over no others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from holdfast.evidence.cells import SHARED, Cell
from holdfast.figures.bounds import Contradiction, Range, at_most_all, part_of, share, total, union
from holdfast.figures.figure import Coverage, Figure, Growth, Sum, WholeRate
from holdfast.figures.narrowing import Table, narrowed
from holdfast.figures.plan import Change, Different, Plan, Rate, Total, Wanted
from holdfast.figures.sums import with_sums


@dataclass
class _Sheet:
    """The narrowed cells, ready to be asked."""

    table: Table
    names: tuple[str, ...]
    periods: tuple[str, ...]
    plan: Plan
    rows: dict[tuple[str, str], dict[str, Cell]] = field(default_factory=dict)

    def cell(self, name: str, period: str, item: str) -> Cell | None:
        """The answer of an authority, or None where the table has no such line."""
        return self.rows.get((name.casefold(), period), {}).get(item)

    def range(self, name: str, period: str, item: str) -> Range | None:
        """What it leaves possible."""
        return self.table.range(name, period, item)

    def coverage(self, items: Sequence[str], periods: Sequence[str], in_figure: Iterable[str]) -> Coverage:
        """Asked and answered by any of the items in any of the periods."""
        asked, answered = [], []
        for name in self.names:
            cells = [self.cell(name, period, item) for period in periods for item in items]
            known = [cell for cell in cells if cell is not None and cell.was_asked]
            if known:
                asked.append(name)
            if any(cell.answered for cell in known):
                answered.append(name)
        inside = tuple(in_figure)
        return Coverage(tuple(asked), tuple(answered), inside, self.count(inside, periods, items))

    def count(self, names: Iterable[str], periods: Sequence[str], items: Sequence[str]) -> int | None:
        """How many authorities the rows of a figure sum over; None where one does not say, or its items differ."""
        together = 0
        for name in names:
            cells = (self.cell(name, period, item) for period in periods for item in items)
            said = {cell.stands_for for cell in cells if cell is not None}
            one = said.pop() if len(said) == 1 else None
            if one is None:
                return None
            together += one
        return together

    def sum(self, names: Iterable[str], period: str, item: str) -> Sum:
        """The sum of an item over authorities of whose answers something is known."""
        ranges, counted = [], 0
        for name in names:
            ranges.append(self.range(name, period, item) or Range(0, None))
            cell = self.cell(name, period, item)
            counted += (cell.lower or 0) if cell is not None and cell.is_exact else 0
        return Sum(total(ranges), counted)

    def faults(self, items: Sequence[str], periods: Sequence[str]) -> list[str]:
        """Contradictions that touch any of these items."""
        return [
            fault.problem
            for fault in self.table.faults
            if fault.period in periods and any(item in fault.items for item in items)
        ]

    def notes(self, items: Sequence[str], period: str, inside: Iterable[str]) -> tuple[str, ...]:
        """Answers that also hold another item's children."""
        found = []
        for name in inside:
            for item, cell in self.rows.get((name.casefold(), period), {}).items():
                if cell.reason in SHARED and cell.within_item in items and item not in items:
                    found.append(f"{name}, {period}: {cell.within_item} also holds {item}")
        return tuple(found)


def figures(cells: Sequence[Cell], plan: Plan) -> tuple[Figure, ...]:
    """Every figure wanted, for every period in which any of its items was asked, in the order of the plan."""
    cells = with_sums(cells, plan.sums)
    names: dict[str, str] = {}
    for cell in cells:
        names.setdefault(cell.authority.casefold(), cell.authority)
    periods = tuple(dict.fromkeys(cell.period for cell in cells))
    sheet = _Sheet(narrowed(cells, plan.limits, plan.sums), tuple(names.values()), periods, plan)
    for cell in cells:
        sheet.rows.setdefault((cell.authority.casefold(), cell.period), {})[cell.item] = cell
    items_of = {period: {cell.item for cell in cells if cell.period == period} for period in periods}
    made: list[Figure] = []
    for wanted in plan.wanted:
        if isinstance(wanted, Change):
            made.append(_change(sheet, wanted))
            continue
        items = _items(wanted)
        made += [_one(sheet, wanted, period) for period in periods if items_of[period] & set(items)]
    return tuple(made)


def _items(wanted: Wanted) -> tuple[str, ...]:
    if isinstance(wanted, Rate):
        return wanted.numerator, wanted.denominator
    if isinstance(wanted, Different):
        return wanted.items
    return (wanted.item,)


def _one(sheet: _Sheet, wanted: Wanted, period: str) -> Figure:
    if isinstance(wanted, Total):
        return _total(sheet, wanted, period)
    if isinstance(wanted, Rate):
        return _rate(sheet, wanted, period)
    assert isinstance(wanted, Different)  # noqa: S101 - Change is made elsewhere; for the type checker
    return _different(sheet, wanted, period)


def _total(sheet: _Sheet, wanted: Total, period: str) -> Figure:
    inside = [name for name in sheet.names if sheet.range(name, period, wanted.item) is not None]
    whole = sheet.sum(inside, period, wanted.item)
    return Figure(
        wanted.id,
        "total",
        period,
        whole.bounds.lower if inside else None,  # over no authority nothing is known: never zero
        whole.bounds.upper if inside else None,
        whole.counted,
        sheet.coverage((wanted.item,), (period,), inside),
        faults=tuple(sheet.faults((wanted.item,), (period,))),
        notes=sheet.notes((wanted.item,), period, inside),
    )


def _rate(sheet: _Sheet, wanted: Rate, period: str) -> Figure:
    items = _items(wanted)
    faults = sheet.faults(items, (period,))
    pairs: dict[str, tuple[Range, Range]] = {}
    everyone: dict[str, tuple[Range, Range]] = {}
    for name in sheet.names:
        part, whole = (sheet.range(name, period, item) for item in items)
        if whole is None:
            continue
        if part is not None and whole.upper is not None and part.lower > whole.upper:
            problem = f"{name}, {period}: {items[0]} is larger than {items[1]}; kept out of the rate"
            faults.append(problem)
            continue
        everyone[name] = part_of(part or at_most_all(whole), whole)
        if part is not None:
            pairs[name] = everyone[name]
    numerator, denominator = (
        Sum(total(pair[side] for pair in pairs.values()), sheet.sum(pairs, period, item).counted)
        for side, item in enumerate(items)
    )
    bounds = share(list(pairs.values()))
    return Figure(
        wanted.id,
        "rate",
        period,
        bounds.lower,
        bounds.upper,
        numerator.counted,
        sheet.coverage(items, (period,), pairs),
        numerator,
        denominator,
        WholeRate(
            share(list(everyone.values())),
            total(part for part, _ in everyone.values()),
            Sum(total(whole for _, whole in everyone.values()), sheet.sum(everyone, period, items[1]).counted),
            tuple(everyone),
            sheet.count(everyone, (period,), items),
        ),
        faults=tuple(faults),
        notes=sheet.notes(items, period, pairs),
    )


def _different(sheet: _Sheet, wanted: Different, period: str) -> Figure:
    faults = sheet.faults(wanted.items, (period,))
    found: dict[str, Range] = {}
    counted = 0
    for name in sheet.names:
        ranges = _joint(sheet, wanted, name, period)
        if ranges is None:
            continue
        overlap = sheet.range(name, period, wanted.overlap) if wanted.overlap else None
        try:
            one = union(ranges, _whole(sheet, wanted, name, period), overlap)
        except Contradiction:
            faults.append(f"{name}, {period}: {' and '.join(wanted.items)} and their limits cannot all be right")
            continue
        found[name] = one
        counted += one.lower if one.is_exact and _all_exact(sheet, wanted, name, period) else 0
    together = total(found.values())
    return Figure(
        wanted.id,
        "different",
        period,
        together.lower if found else None,
        together.upper if found else None,
        counted,
        sheet.coverage(wanted.items, (period,), found),
        faults=tuple(faults),
        notes=sheet.notes(wanted.items, period, found),
    )


def _joint(sheet: _Sheet, wanted: Different, name: str, period: str) -> list[Range] | None:
    """What each item can be; an item counted inside another of them adds nobody. None unless all are known."""
    ranges = []
    for item in wanted.items:
        one, cell = sheet.range(name, period, item), sheet.cell(name, period, item)
        if one is None and cell is not None and cell.reason in SHARED and cell.within_item in wanted.items:
            one = Range(0, 0)
        if one is None:
            return None
        ranges.append(one)
    return ranges


def _all_exact(sheet: _Sheet, wanted: Different, name: str, period: str) -> bool:
    cells = [sheet.cell(name, period, item) for item in wanted.items]
    return all(cell is not None and (cell.is_exact or cell.reason in SHARED) for cell in cells)


def _whole(sheet: _Sheet, wanted: Different, name: str, period: str) -> int | None:
    """The most children that there can be, where all the items lie within one item whose count is known."""
    wholes = [{limit.whole for limit in sheet.plan.limits if limit.part == item} for item in wanted.items]
    known = [sheet.range(name, period, whole) for whole in set.intersection(*wholes)]
    limits = [one.upper for one in known if one is not None and one.upper is not None]
    return min(limits) if limits else None


def _change(sheet: _Sheet, wanted: Change) -> Figure:
    periods = (wanted.from_period, wanted.to_period)
    inside = [
        name for name in sheet.names if all(sheet.range(name, period, wanted.item) is not None for period in periods)
    ]
    before, after = (sheet.sum(inside, period, wanted.item) for period in periods)
    first, second = before.bounds, after.bounds
    lower = None if not inside or not first.upper else second.lower / first.upper - 1
    upper = None if not inside or not first.lower or second.upper is None else second.upper / first.lower - 1
    if inside and first.upper is None:
        lower = -1.0  # a first count without limit: the fall can come as near to all of it as one likes
    exact = [name for name in inside if all(_exact(sheet, name, period, wanted.item) for period in periods)]
    return Figure(
        wanted.id,
        "change",
        wanted.to_period,
        lower,
        upper,
        sheet.sum(exact, periods[1], wanted.item).counted - sheet.sum(exact, periods[0], wanted.item).counted,
        sheet.coverage((wanted.item,), periods, inside),
        growth=Growth(
            before,
            after,
            *periods,
            (
                None if not inside or first.upper is None else second.lower - first.upper,
                None if not inside or second.upper is None else second.upper - first.lower,
            ),
        ),
        faults=tuple(sheet.faults((wanted.item,), periods)),
    )


def _exact(sheet: _Sheet, name: str, period: str, item: str) -> bool:
    cell = sheet.cell(name, period, item)
    return cell is not None and cell.is_exact
