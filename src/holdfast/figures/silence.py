"""What silence can hide: a ladder of assumptions over everyone asked, none merged with what was counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from holdfast.evidence.cells import Cell, Reason
from holdfast.evidence.sizes import Size, Sizes
from holdfast.figures.bounds import Range, total
from holdfast.figures.ladder import (
    HIDDEN_AT_LEAST,
    HIDDEN_AT_MOST,
    Member,
    Rung,
    anchored,
    bounded_rate,
    logical,
    resembling,
)
from holdfast.figures.narrowing import narrowed
from holdfast.figures.plan import Plan, Silent
from holdfast.figures.sums import with_sums

RangeOf = Callable[[str, str, str], Range | None]
"""What an authority's answer for a period and an item leaves possible."""


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
    thought = _thought(cells, plan)
    parts_of = {one.item: one.parts for one in plan.sums}
    cells = with_sums(cells, plan.sums)
    table = narrowed(cells, plan.limits, plan.sums)
    made = []
    for wanted in plan.silent:
        periods = dict.fromkeys(cell.period for cell in cells if cell.item == wanted.item)
        for period in periods:
            if period != wanted.previous:
                members, faults = _members(cells, table.range, wanted, period, sizes)
                parts = parts_of.get(wanted.item, ())
                members = [_for_the_model(one, period, wanted.item, parts, table.range, thought) for one in members]
                told = [
                    fault.problem for fault in table.faults if fault.period == period and wanted.item in fault.items
                ]
                made.append(silence(wanted, period, members, sizes, (*told, *faults)))
    return tuple(made)


def _thought(cells: Sequence[Cell], plan: Plan) -> RangeOf:
    """The same table with the model's assumption; nothing of a sheet that it would make contradict itself."""
    hides = _hides_at_most(cells)
    assumed = [
        replace(cell, upper=max(cell.lower, hides.get(cell.authority.casefold(), HIDDEN_AT_MOST)))
        if cell.reason is Reason.SUPPRESSED_UNKNOWN and cell.lower is not None and cell.upper is None
        else cell
        for cell in cells
    ]
    if assumed == list(cells):
        return lambda *_: None
    table = narrowed(with_sums(assumed, plan.sums), plan.limits, plan.sums)
    broken = {(fault.authority.casefold(), fault.period) for fault in table.faults}
    return lambda name, period, item: None if (name.casefold(), period) in broken else table.range(name, period, item)


def _hides_at_most(cells: Iterable[Cell]) -> dict[str, int]:
    """For each authority the most that it is thought to hide: less than the smallest number that it shows elsewhere,
    for one that shows a 6 hides no 7. At least HIDDEN_AT_LEAST, since a larger number may be hidden to protect it."""
    found: dict[str, int] = {}
    for cell in cells:
        if cell.reason is Reason.EXACT and cell.lower:
            key = cell.authority.casefold()
            found[key] = max(min(found.get(key, HIDDEN_AT_MOST), cell.lower - 1), HIDDEN_AT_LEAST)
    return found


def _for_the_model(
    one: Member, period: str, item: str, parts: Sequence[str], range_of: RangeOf, thought: RangeOf
) -> Member:
    """The same authority with what the model alone takes as likely, of the whole and of each part."""
    found = [thought(one.name, period, part) or range_of(one.name, period, part) for part in parts]
    known = tuple(part for part in found if part is not None)
    return replace(one, thought=thought(one.name, period, item), parts=known if len(known) == len(parts) else ())


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
