"""Items that are the sum of other items: made where no cell states them, and held to it where one does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from holdfast.evidence.cells import SHARED, Cell, Reason
from holdfast.figures.bounds import Contradiction, Range, least, total
from holdfast.figures.plan import Added

Row = dict[str, Cell]


def with_sums(cells: Iterable[Cell], sums: Iterable[Added]) -> tuple[Cell, ...]:
    """The cells, and one more for each sum that an authority's own parts make and that it does not state itself.

    A part counted inside another of the parts adds nothing. Where a part is not known the sum is not known, for the
    reason of that part; a missing line makes no sum at all.
    """
    kept = list(cells)
    rows: dict[tuple[str, str], Row] = {}
    for cell in kept:
        rows.setdefault((cell.authority.casefold(), cell.period), {})[cell.item] = cell
    for one in sums:
        for row in rows.values():
            if one.item not in row and all(part in row for part in one.parts):
                row[one.item] = _sum(one, row)
                kept.append(row[one.item])
    return tuple(kept)


def _sum(one: Added, row: Row) -> Cell:
    first = row[one.parts[0]]
    made = replace(
        first, item=one.item, raw="", policy="", note="the sum of its parts", lower=None, upper=None, within_item=None
    )
    told = {row[part].stands_for for part in one.parts}
    made = replace(made, stands_for=told.pop() if len(told) == 1 else None)
    ranges = []
    for part in one.parts:
        held = held_range(row[part], one.parts)
        if held is None:
            return replace(made, reason=row[part].reason)
        ranges.append(held)
    together = total(ranges)
    exact = all(row[part].is_exact or row[part].reason in SHARED for part in one.parts)
    reason = Reason.EXACT if exact else Reason.DERIVED_INTERVAL
    return replace(made, reason=reason, lower=together.lower, upper=together.upper)


def held_range(cell: Cell, parts: tuple[str, ...]) -> Range | None:
    """What a part adds: nothing of its own where it is counted inside another of the parts."""
    if cell.reason in SHARED:
        return Range(0, 0) if cell.within_item in parts else None
    return None if cell.lower is None else Range(cell.lower, cell.upper)


def narrowed_by_sum(whole: Range, parts: Mapping[str, Range]) -> tuple[Range, dict[str, Range]]:
    """Whole and parts, each narrowed by the others. Raises Contradiction where no numbers fit."""
    together = total(parts.values())
    whole = _both(whole, together)
    found = {}
    for name, part in parts.items():
        others = total(other for key, other in parts.items() if key != name)
        low = 0 if others.upper is None else max(0, whole.lower - others.upper)
        high = None if whole.upper is None else whole.upper - others.lower
        found[name] = _both(part, Range(low, high) if high is None or high >= low else None)
    return whole, found


def _both(one: Range, other: Range | None) -> Range:
    if other is None:
        raise Contradiction
    lower, upper = max(one.lower, other.lower), least(one.upper, other.upper)
    if upper is not None and lower > upper:
        raise Contradiction
    return Range(lower, upper)
