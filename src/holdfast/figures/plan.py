"""Which figures are wanted: `figures.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from holdfast.evidence.folder import BadFolder


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of one item."""

    id: str
    item: str


@dataclass(frozen=True, slots=True)
class Rate:
    """The share of the denominator's children that the numerator counts: a part of a whole."""

    id: str
    numerator: str
    denominator: str


@dataclass(frozen=True, slots=True)
class Different:
    """Different children in any of the items; `overlap` is the item that counts those in both of two."""

    id: str
    items: tuple[str, ...]
    overlap: str | None = None


@dataclass(frozen=True, slots=True)
class Within:
    """Everyone counted in `part` is also counted in `whole`."""

    part: str
    whole: str


@dataclass(frozen=True, slots=True)
class Change:
    """One item in two periods, over the authorities that answered in both."""

    id: str
    item: str
    from_period: str
    to_period: str


@dataclass(frozen=True, slots=True)
class Added:
    """`item` is exactly the sum of `parts`, no child counted in two of them. Made where no cell states it."""

    item: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Silent:
    """One item over everyone who was asked. `limit` and `size` name measures of `sizes.csv`: no count can be above
    the limit; counts are thought to grow with the size. `previous` and `margin` (a share) anchor on an earlier
    period."""

    id: str
    item: str
    limit: str
    size: str
    previous: str | None = None
    margin: float | None = None


Wanted = Total | Rate | Different | Change


@dataclass(frozen=True, slots=True)
class Plan:
    """The figures wanted, in the order of the file, and the limits that hold between items."""

    wanted: tuple[Wanted, ...]
    limits: tuple[Within, ...]
    sums: tuple[Added, ...] = ()
    silent: tuple[Silent, ...] = ()


_KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "total": (("id", "item"), ()),
    "rate": (("id", "numerator", "denominator"), ()),
    "different": (("id", "items"), ("overlap",)),
    "within": (("part", "whole"), ()),
    "change": (("id", "item", "from", "to"), ()),
    "sum": (("item", "parts"), ()),
    "silent": (("id", "item", "limit"), ("size", "previous", "margin")),
}


def read_plan(folder: Path | Traversable, items: frozenset[str], periods: frozenset[str]) -> Plan:
    """The plan in `folder/figures.toml`; `items` and `periods` are those of the cells. Raises BadFolder."""
    path = folder.joinpath("figures.toml")
    if not path.is_file():
        raise BadFolder(f"{folder} has no figures.toml")
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeError as error:
        raise BadFolder("figures.toml is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise BadFolder(f"figures.toml: {error}") from error
    return plan_from(content, items, periods)


def plan_from(content: Mapping[str, Any], items: frozenset[str], periods: frozenset[str]) -> Plan:
    """The plan in a parsed file. Raises BadFolder."""
    wanted: list[Wanted] = []
    limits: list[Within] = []
    silent: list[Silent] = []
    sums = _sums(content.get("sum", []), items)
    items = items | {one.item for one in sums}
    for kind, blocks in content.items():
        if kind not in _KEYS:
            raise BadFolder(f"figures.toml: [[{kind}]] is not {', '.join(list(_KEYS)[:-1])} or {list(_KEYS)[-1]}")
        if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
            raise BadFolder(f"figures.toml: write [[{kind}]] with double brackets")
        for number, block in enumerate(blocks, 1):
            one = _block(kind, f"figures.toml, [[{kind}]] number {number}", block, items, periods)
            if isinstance(one, Within):
                limits.append(one)
            elif isinstance(one, Silent):
                silent.append(one)
            elif not isinstance(one, Added):
                wanted.append(one)
    ids = [one.id for one in (*wanted, *silent)]
    doubles = sorted({one for one in ids if ids.count(one) > 1})
    if doubles:
        raise BadFolder(f"figures.toml: the id {doubles[0]!r} is used more than once")
    return Plan(tuple(wanted), tuple(limits), sums, tuple(silent))


def _sums(blocks: Any, items: frozenset[str]) -> tuple[Added, ...]:
    """Sums first: other blocks may name what they make, and a sum may have an earlier sum among its parts."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise BadFolder("figures.toml: write [[sum]] with double brackets")
    made: list[Added] = []
    for number, block in enumerate(blocks, 1):
        known = items | {one.item for one in made}
        one = _block("sum", f"figures.toml, [[sum]] number {number}", block, known, frozenset())
        assert isinstance(one, Added)  # noqa: S101 - what a [[sum]] block gives
        if any(one.item == other.item for other in made):
            raise BadFolder(f"figures.toml, [[sum]] number {number}: {one.item!r} is made twice")
        made.append(one)
    return tuple(made)


def _block(
    kind: str, place: str, block: Mapping[str, Any], items: frozenset[str], periods: frozenset[str]
) -> Wanted | Within | Added | Silent:
    needed, allowed = _KEYS[kind]
    for key in block:
        if key not in needed + allowed:
            raise BadFolder(f"{place}: {key!r} is not one of {', '.join(needed + allowed)}")
    values = {key: _value(place, key, block) for key in needed + allowed if key in needed or key in block}
    for key in ("item", "numerator", "denominator", "part", "whole", "overlap"):
        if key in values and values[key] not in items and kind != "sum":
            raise BadFolder(f"{place}: no cell has the {key} {values[key]!r}")
    if kind == "total":
        return Total(values["id"], values["item"])
    if kind == "rate":
        _apart(place, values["numerator"], values["denominator"])
        return Rate(values["id"], values["numerator"], values["denominator"])
    if kind == "within":
        _apart(place, values["part"], values["whole"])
        return Within(values["part"], values["whole"])
    if kind == "change":
        for key in ("from", "to"):
            if values[key] not in periods:
                raise BadFolder(f"{place}: no cell has the period {values[key]!r}")
        _apart(place, values["from"], values["to"])
        return Change(values["id"], values["item"], values["from"], values["to"])
    if kind == "sum":
        return _added(place, values, items)
    if kind == "silent":
        return _silent(place, values, periods)
    return _different(place, values, items)


def _added(place: str, values: Mapping[str, Any], items: frozenset[str]) -> Added:
    parts = tuple(values["parts"])
    for part in parts:
        if part not in items:
            raise BadFolder(f"{place}: no cell has the item {part!r}")
    if len(parts) < 2 or len(set(parts)) < len(parts) or values["item"] in parts:
        raise BadFolder(f"{place}: parts needs two or more items that differ, and not the sum itself")
    return Added(values["item"], parts)


def _silent(place: str, values: Mapping[str, Any], periods: frozenset[str]) -> Silent:
    previous, margin = values.get("previous"), values.get("margin")
    if (previous is None) != (margin is None):
        raise BadFolder(f"{place}: previous and margin are given together or not at all")
    if previous is not None and previous not in periods:
        raise BadFolder(f"{place}: no cell has the period {previous!r}")
    return Silent(values["id"], values["item"], values["limit"], values.get("size", values["limit"]), previous, margin)


def _different(place: str, values: Mapping[str, Any], items: frozenset[str]) -> Different:
    wanted, overlap = tuple(values["items"]), values.get("overlap")
    for item in wanted:
        if item not in items:
            raise BadFolder(f"{place}: no cell has the item {item!r}")
    if len(wanted) < 2 or len(set(wanted)) < len(wanted):
        raise BadFolder(f"{place}: items needs two or more items that differ")
    if overlap is not None and (len(wanted) != 2 or overlap in wanted):
        raise BadFolder(f"{place}: overlap is a third item, the children who are in both of exactly two items")
    return Different(values["id"], wanted, overlap)


def _value(place: str, key: str, block: Mapping[str, Any]) -> Any:
    if key not in block:
        raise BadFolder(f"{place}: {key} is missing")
    value = block[key]
    if key in ("items", "parts"):
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise BadFolder(f"{place}: {key} is a list of names")
        return [" ".join(one.split()) for one in value]
    if key == "margin":
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise BadFolder(f"{place}: margin is a share from 0 to 1, such as 0.25")
        return float(value)
    if key in ("from", "to", "previous") and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise BadFolder(f"{place}: {key} is a name in quotation marks")
    return " ".join(value.split())


def _apart(place: str, one: str, other: str) -> None:
    if one == other:
        raise BadFolder(f"{place}: {one!r} cannot stand on both sides")
