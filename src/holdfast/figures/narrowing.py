"""What the limits between items leave of each cell: missing children are also children in care."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from holdfast.evidence.cells import Cell
from holdfast.figures.bounds import Contradiction, Range, part_of
from holdfast.figures.plan import Added, Within
from holdfast.figures.sums import narrowed_by_sum

SWEEPS = 100  # each sweep leaves bounds that hold; numbers that creep on for ever are not worth the wait

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


def narrowed(cells: Iterable[Cell], limits: Iterable[Within], sums: Iterable[Added] = ()) -> Table:
    """The table with every limit and sum applied, however many steps it takes.

    A limit that an authority's own cells break is reported, and narrows nothing of that authority and period.
    """
    by_place = {place_of(cell): cell for cell in cells}
    ranges = {place: Range(cell.lower, cell.upper) for place, cell in by_place.items() if cell.lower is not None}
    chain, added = _closed(limits), tuple(sums)
    faults: list[Fault] = []
    by_sheet: dict[tuple[str, str], dict[Place, Range]] = {}
    for place, one in ranges.items():
        by_sheet.setdefault(place[:2], {})[place] = one
    for (authority, period), written in by_sheet.items():
        sheet = _Sheet(authority, period, by_place, written, chain, added)
        settled, found = sheet.settled()
        ranges |= settled
        faults += found
    return Table(by_place, ranges, tuple(faults))


def _closed(limits: Iterable[Within]) -> tuple[tuple[str, str], ...]:
    """The limits with those that follow from them: a within b, b within c, so a within c."""
    pairs = {(limit.part, limit.whole) for limit in limits}
    while True:
        more = {(a, d) for a, b in pairs for c, d in pairs if b == c and a != d} - pairs
        if not more:
            return tuple(sorted(pairs))
        pairs |= more


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One authority and period."""

    authority: str
    period: str
    cells: Mapping[Place, Cell]
    written: Mapping[Place, Range]
    chain: tuple[tuple[str, str], ...]
    added: tuple[Added, ...]

    def settled(self) -> tuple[dict[Place, Range], list[Fault]]:
        """What is left when nothing moves any more. After a contradiction all begins again without that limit."""
        faults: dict[object, Fault] = {}
        while True:
            ranges = dict(self.written)
            broken = self._sweep_until_still(ranges, set(faults))
            if broken is None:
                return ranges, list(faults.values())
            faults[broken[0]] = broken[1]

    def _sweep_until_still(self, ranges: dict[Place, Range], without: set[object]) -> tuple[object, Fault] | None:
        for _ in range(SWEEPS):
            before = dict(ranges)
            for pair in self.chain:
                if pair not in without and not self._part(pair, ranges):
                    return pair, self._pair_fault(pair)
            for one in self.added:
                if one not in without and not self._sum(one, ranges):
                    return one, self._sum_fault(one)
            if ranges == before:
                break
        return None

    def _place(self, item: str) -> Place:
        return self.authority, self.period, item

    def _part(self, pair: tuple[str, str], ranges: dict[Place, Range]) -> bool:
        """False where the part cannot lie within the whole."""
        here, there = self._place(pair[0]), self._place(pair[1])
        if here not in ranges or there not in ranges:
            return True
        try:
            ranges[here], ranges[there] = part_of(ranges[here], ranges[there])
        except Contradiction:
            return False
        return True

    def _sum(self, one: Added, ranges: dict[Place, Range]) -> bool:
        """False where the parts cannot add up to the whole. Parts that are not known leave at least the others."""
        whole = self._place(one.item)
        if whole not in ranges:
            return True
        parts = {part: ranges.get(self._place(part), Range(0, None)) for part in one.parts}
        try:
            ranges[whole], found = narrowed_by_sum(ranges[whole], parts)
        except Contradiction:
            return False
        for part, found_range in found.items():
            if self._place(part) in ranges:
                ranges[self._place(part)] = found_range
        return True

    def _pair_fault(self, pair: tuple[str, str]) -> Fault:
        part, whole = pair
        first = self.cells[self._place(part)]
        problem = (
            f"{first.authority}, {self.period}: {part} is {self._wrote(part)} and {whole} is {self._wrote(whole)},"
            f" yet {part} is counted within {whole}"
        )
        return Fault(first.authority, self.period, pair, problem)

    def _sum_fault(self, one: Added) -> Fault:
        first = self.cells[self._place(one.item)]
        parts = ", ".join(f"{part} {self._wrote(part)}" for part in one.parts)
        problem = f"{first.authority}, {self.period}: {one.item} is {self._wrote(one.item)}, yet its parts are {parts}"
        return Fault(first.authority, self.period, (one.item, *one.parts), problem)

    def _wrote(self, item: str) -> str:
        known = self.written.get(self._place(item))
        return "not known" if known is None else _said(known)


def _said(one: Range) -> str:
    if one.is_exact:
        return f"{one.lower:,}"
    return f"at least {one.lower:,}" if one.upper is None else f"{one.lower:,} to {one.upper:,}"
