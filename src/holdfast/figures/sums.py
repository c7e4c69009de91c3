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

    Where one part is counted inside another, their number is the sum's; of the part that holds both, only the most
    that it can be is known. Where a part is not known the sum is not known, for the reason of that part; a missing
    line makes no sum at all.
    """
    rows: dict[tuple[str, str], Row] = {}
    for cell in cells:
        rows.setdefault((cell.authority.casefold(), cell.period), {})[cell.item] = cell
    for one in sums:
        for row in rows.values():
            if one.item not in row and all(part in row for part in one.parts):
                row[one.item] = _sum(one, row)
            for part in one.parts:
                holder = row[part].within_item if part in row and row[part].reason in SHARED else None
                if holder in one.parts and holder in row and row[holder].lower is not None:
                    row[holder] = replace(row[holder], lower=0, reason=Reason.COMBINED_ANSWER)
    return tuple(cell for row in rows.values() for cell in row.values())


def _sum(one: Added, row: Row) -> Cell:
    first = row[one.parts[0]]
    made = replace(
        first, item=one.item, raw="", policy="", note="the sum of its parts", lower=None, upper=None, within_item=None
    )
    told = {row[part].stands_for for part in one.parts}
    made = replace(made, stands_for=told.pop() if len(told) == 1 else None)
    ranges = []
    for part in one.parts:
        cell = row[part]
        if cell.reason in SHARED and cell.within_item in one.parts:
            continue
        if cell.lower is None:
            return replace(made, reason=cell.reason)
        ranges.append(Range(cell.lower, cell.upper))
    together = total(ranges)
    reason = Reason.EXACT if together.is_exact else Reason.DERIVED_INTERVAL
    return replace(made, reason=reason, lower=together.lower, upper=together.upper)


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
