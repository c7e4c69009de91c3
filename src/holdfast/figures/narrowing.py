"""What the limits between items leave of each cell: missing children are also children in care."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from holdfast.evidence.cells import Cell
from holdfast.figures.bounds import Contradiction, Range, part_of
from holdfast.figures.plan import Within

Place = tuple[str, str, str]
"""Authority (small letters), period, item."""


def place_of(cell: Cell) -> Place:
    """Where a cell stands in the table."""
    return cell.authority.casefold(), cell.period, cell.item


@dataclass(frozen=True, slots=True)
class Fault:
    """Cells that cannot all be right. `items` are those concerned; none of them is narrowed by the other."""

    authority: str
    period: str
    items: tuple[str, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class Table:
    """Every cell by place, what each can be after narrowing, and the contradictions found."""

    cells: Mapping[Place, Cell]
    ranges: Mapping[Place, Range]
    faults: tuple[Fault, ...]

    def range(self, authority: str, period: str, item: str) -> Range | None:
        """What that cell can be; None where nothing is known of it."""
        return self.ranges.get((authority.casefold(), period, item))


def narrowed(cells: Iterable[Cell], limits: Iterable[Within]) -> Table:
    """The table with every limit applied, however many steps it takes.

    A limit that an authority's own cells break is reported, and leaves those cells as they were written.
    """
    by_place = {place_of(cell): cell for cell in cells}
    ranges = {place: Range(cell.lower, cell.upper) for place, cell in by_place.items() if cell.lower is not None}
    chain = _closed(limits)
    faults: dict[tuple[str, str, str, str], Fault] = {}
    for authority, period in dict.fromkeys((place[0], place[1]) for place in ranges):
        _apply(authority, period, chain, by_place, ranges, faults)
    return Table(by_place, ranges, tuple(faults.values()))


def _closed(limits: Iterable[Within]) -> tuple[tuple[str, str], ...]:
    """The limits with those that follow from them: a within b, b within c, so a within c."""
    pairs = {(limit.part, limit.whole) for limit in limits}
    while True:
        more = {(a, d) for a, b in pairs for c, d in pairs if b == c and a != d} - pairs
        if not more:
            return tuple(sorted(pairs))
        pairs |= more


def _apply(
    authority: str,
    period: str,
    chain: tuple[tuple[str, str], ...],
    cells: Mapping[Place, Cell],
    ranges: dict[Place, Range],
    faults: dict[tuple[str, str, str, str], Fault],
) -> None:
    """Narrow one authority's cells for one period until nothing moves."""
    moved = True
    while moved:
        moved = False
        for part, whole in chain:
            here, there = (authority, period, part), (authority, period, whole)
            if here not in ranges or there not in ranges:
                continue
            try:
                smaller, larger = part_of(ranges[here], ranges[there])
            except Contradiction:
                name = cells[here].authority
                problem = (
                    f"{name}, {period}: {part} is {_said(ranges[here])} and {whole} is {_said(ranges[there])},"
                    f" yet {part} is counted within {whole}"
                )
                faults.setdefault((authority, period, part, whole), Fault(name, period, (part, whole), problem))
                continue
            if (smaller, larger) != (ranges[here], ranges[there]):
                ranges[here], ranges[there], moved = smaller, larger, True


def _said(one: Range) -> str:
    if one.is_exact:
        return f"{one.lower:,}"
    return f"at least {one.lower:,}" if one.upper is None else f"{one.lower:,} to {one.upper:,}"
