"""The figures of a release, each in layers that are never added: counted, possible, modelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor, inf

from holdfast.evidence.cells import SHARED, Cell
from holdfast.evidence.sizes import Sizes
from holdfast.figures.figure import Figure
from holdfast.figures.modelled.hierarchy import CannotModel, modelled_total
from holdfast.figures.modelled.local_table import key
from holdfast.figures.modelled.safety import Statement
from holdfast.figures.plan import Different, Plan
from holdfast.figures.release.publishable import Publishable, matched, sides
from holdfast.figures.release.reader import Extra, Reader, stated
from holdfast.figures.release.wanted import Wanted
from holdfast.figures.silence import Silence

FEWEST = 10
"""A share is printed of no fewer than this times the rounding: 50 children where totals are rounded to 5."""


class Layer(StrEnum):
    """What a number rests on."""

    COUNTED = "counted"
    ANSWERED = "possible, of those who answered"
    EVERYONE = "possible, over more authorities"
    MODELLED = "modelled"


class Unit(StrEnum):
    """Of what a number is."""

    COUNT = "count"
    SHARE = "share"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Number:
    """`lower` and `upper` are children, or for a share or change a share of 1 (None: no end is known). In the counted
    layer both are the rounded number; `part` and `whole` are then the rounded sums it follows from."""

    layer: Layer
    lower: float | None
    upper: float | None
    authorities: int
    part: int | None = None
    whole: int | None = None
    rounded_to: int = 1


@dataclass(frozen=True, slots=True)
class Released:
    """One figure for one period. `in_figure` are the authorities in its possible layer, by name."""

    id: str
    name: str
    kind: str
    unit: Unit
    period: str
    since: str
    items: tuple[str, ...]
    numbers: tuple[Number, ...]
    in_figure: tuple[str, ...]
    answered: int
    asked: int

    def number(self, layer: Layer) -> Number | None:
        """The number of a layer, where there is one."""
        return next((one for one in self.numbers if one.layer == layer), None)


def released(
    made: Sequence[Figure],
    silent: Sequence[Silence],
    cells: Sequence[Cell],
    sizes: Sizes,
    plan: Plan,
    found: Publishable,
    reads: Reader,
    wanted: Wanted,
) -> tuple[Released, ...]:
    """Every figure of the plan. `cells` have their sums."""
    all_made = [_figure(one, cells, plan, found, reads, wanted) for one in made]
    return (*all_made, *(_silence(one, sizes, plan, found, reads, wanted) for one in silent))


def outside(plan: Plan, sizes: Sizes) -> dict[tuple[str, str], int]:
    """The outside count that limits an item, by authority (small letters): of every item in [[silent]], and of every
    item within one."""
    found: dict[tuple[str, str], int] = {}
    for one in plan.silent:
        items = {one.item, *(part for added in plan.sums if added.item == one.item for part in added.parts)}
        while more := {limit.part for limit in plan.limits if limit.whole in items} - items:
            items |= more
        for name, size in sizes.of(one.limit).items():
            for item in items:
                found[name, item] = min(size.count, found.get((name, item), size.count))
    return found


def _figure(
    one: Figure, cells: Sequence[Cell], plan: Plan, found: Publishable, reads: Reader, wanted: Wanted
) -> Released:
    inside = one.coverage.in_figure
    both = sides(one, plan)
    planned = next(each for each in plan.wanted if each.id == one.id)
    items: tuple[str, ...] = planned.items if isinstance(planned, Different) else tuple(item for item, _ in both)
    unit, numbers = Unit.COUNT, []
    if one.kind == "total":
        items = (getattr(planned, "item"),)  # noqa: B009 - a total has one item; the type is a union
        numbers = _total(items[0], one.period, inside, cells, found, reads, wanted)
    elif isinstance(planned, Different):
        ends = _different(planned, one.period, inside, cells, plan, reads, wanted)
        numbers = [Number(Layer.ANSWERED, *ends, len(inside))] if inside else []
    else:
        unit = Unit.CHANGE if one.growth else Unit.SHARE
        numbers = _ratio(one, both, found, reads, wanted, unit)
    return Released(
        one.id, wanted.named(one.id), one.kind, unit, one.period, one.growth.from_period if one.growth else "",
        tuple(dict.fromkeys(items)), tuple(numbers), inside, len(one.coverage.answered), len(one.coverage.asked),
    )  # fmt: skip


def _total(
    item: str, period: str, inside: Sequence[str], cells: Sequence[Cell], found: Publishable, reads: Reader,
    wanted: Wanted,
) -> list[Number]:  # fmt: skip
    if not inside:
        return []
    places = {key(period, item, name) for name in inside}
    exact = [place for place in places if place in found.shown]
    numbers = _counted(exact, found, wanted)
    return [*numbers, Number(Layer.ANSWERED, *reads.sum(places), len(inside))]


def _counted(exact: Sequence[str], found: Publishable, wanted: Wanted) -> list[Number]:
    known = _known(exact, found, wanted)
    return [] if known is None else [Number(Layer.COUNTED, known[0], known[0], len(exact), rounded_to=known[1])]


def _known(exact: Sequence[str], found: Publishable, wanted: Wanted) -> tuple[int, int] | None:
    """The sum of these counts and what it is rounded to: to 1 where a reader can add it up exactly."""
    if exact and all(found.shown.get(place) is not None for place in exact):
        return sum(found.shown[place] or 0 for place in exact), 1
    total = found.total(exact)
    return None if total is None else (total, wanted.base)


def _ratio(
    one: Figure, both: Sequence[tuple[str, str]], found: Publishable, reads: Reader, wanted: Wanted, unit: Unit
) -> list[Number]:
    """A rate, or a change as a share of the earlier sum. The share of the counted layer follows from its two sums."""
    inside, numbers = one.coverage.in_figure, []
    if not inside:
        return []
    names = matched(one, both, found.shown)
    first, second = (_known(_keys(place, names), found, wanted) for place in both)
    part, whole = (first, second) if unit is Unit.SHARE else (second, first)
    less = 0 if unit is Unit.SHARE else 1
    if part is not None and whole is not None and whole[0] >= FEWEST * wanted.base:
        share = part[0] / whole[0] - less
        base = max(part[1], whole[1])
        numbers.append(Number(Layer.COUNTED, share, share, len(names), part[0], whole[0], base))
    top, bottom = (both[0], both[1]) if unit is Unit.SHARE else (both[1], both[0])
    ends = reads.ratio(_keys(top, inside), _keys(bottom, inside))
    numbers.append(Number(Layer.ANSWERED, *_outwards(ends, less), len(inside)))
    if one.everyone is not None:
        every = one.everyone.authorities
        known = {*inside}
        wide = [Statement({key(top[1], top[0], name): 1.0, key(bottom[1], bottom[0], name): -1.0}, -inf, 0)
                for name in every if name not in known]  # fmt: skip
        ends = reads.ratio(_keys(top, every), _keys(bottom, every), Extra({}, tuple(wide)))
        numbers.append(Number(Layer.EVERYONE, *_outwards(ends, 0), len(every)))
    return numbers


def _keys(place: tuple[str, str], names: Sequence[str]) -> list[str]:
    return [key(place[1], place[0], name) for name in names]


def _outwards(ends: tuple[float | None, float | None], less: int) -> tuple[float | None, float | None]:
    """To the tenth of a per cent, away from each other; a share is no more than all."""
    low, high = ends
    low = None if low is None else floor((low - less) * 1000 + 1e-6) / 1000
    high = None if high is None else ceil((high - less) * 1000 - 1e-6) / 1000
    return low, high if less or high is None else min(1.0, high)


def _different(
    planned: Different,
    period: str,
    inside: Sequence[str],
    cells: Sequence[Cell],
    plan: Plan,
    reads: Reader,
    wanted: Wanted,
) -> tuple[int | None, int | None]:
    """Different children in any of the groups: authority by authority, as many as the largest and at most the sum."""
    at = {(cell.authority.casefold(), cell.item): cell for cell in cells if cell.period == period}
    ranges: dict[str, tuple[float, float]] = {}
    said: list[Statement] = []
    together = []
    wholes = [{limit.whole for limit in plan.limits if limit.part == item} for item in planned.items]
    common = sorted(set.intersection(*wholes))
    for name in inside:
        place = f"{period}\x1f{planned.id}: different\x1f{name.casefold()}"
        together.append(place)
        groups = []
        for item in planned.items:
            cell = at.get((name.casefold(), item))
            if cell is None or cell.lower is None or (cell.reason in SHARED and cell.within_item in planned.items):
                continue
            groups.append(key(period, item, name))
        for group in groups:
            said.append(Statement({place: 1.0, group: -1.0}, 0, inf))
        overlap = at.get((name.casefold(), planned.overlap or ""))
        shared = {} if overlap is None or overlap.lower is None else {key(period, overlap.item, name): 1.0}
        said.append(Statement({place: 1.0} | dict.fromkeys(groups, -1.0) | shared, 0 if shared else -inf, 0))
        for whole in common:
            if (cell := at.get((name.casefold(), whole))) is not None and cell.lower is not None:
                said.append(Statement({place: 1.0, key(period, whole, name): -1.0}, -inf, 0))
                if not cell.is_exact:
                    ranges[key(period, whole, name)] = stated(cell, wanted.width, wanted.threshold)
    return reads.sum(together, Extra(ranges, tuple(said)))


def _silence(one: Silence, sizes: Sizes, plan: Plan, found: Publishable, reads: Reader, wanted: Wanted) -> Released:
    """Everyone asked: nothing assumed of the silent but the outside count; and the model, rounded to 10 outwards."""
    limit = next(each.limit for each in plan.silent if each.id == one.id)
    limits = sizes.of(limit)
    known = [member for member in one.members if member.known is not None]
    places = [key(one.period, one.item, member.name) for member in known]
    exact = [place for place in places if place in found.shown]
    numbers = _counted(exact, found, wanted)
    low, high = reads.sum(places)
    numbers.append(Number(Layer.ANSWERED, low, high, len(known)))
    silent = [member for member in one.members if member.known is None]
    ends = [limits[member.name.casefold()].count if member.name.casefold() in limits else None for member in silent]
    most = None if high is None or None in ends else high + sum(end or 0 for end in ends)
    numbers.append(Number(Layer.EVERYONE, low, most, len(one.members)))
    if wanted.model:
        try:
            model = modelled_total(one.members, wanted.seed, compare=False)
        except CannotModel:
            pass
        else:
            numbers.append(
                Number(
                    Layer.MODELLED,
                    10 * floor(model.lower / 10),
                    10 * ceil(model.upper / 10),
                    len(one.members),
                    part=round(model.middle / 10) * 10,
                    rounded_to=10,
                )
            )
    return Released(
        one.id, wanted.named(one.id), "everyone asked", Unit.COUNT, one.period, "", (one.item,), tuple(numbers),
        tuple(member.name for member in known), len(known), len(one.members),
    )  # fmt: skip
