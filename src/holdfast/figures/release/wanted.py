"""What a release is to hold: `release.toml` of an evidence folder. The file is not published: it has the threshold."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.evidence.folder import BadFolder
from holdfast.figures.plan import Plan, Silent

FILE = "release.toml"
_KEYS = {
    "title": str, "publisher": str, "contact": str, "headline": str, "period": str, "threshold": int, "round": int,
    "model": bool, "seed": int, "local": list, "items": dict, "figures": dict,
}  # fmt: skip
_NEEDED = ("title", "publisher", "contact", "headline", "period")


@dataclass(frozen=True, slots=True)
class Wanted:
    """`headline` is the id of a rate of the plan; `local` the items published by authority, in their order;
    `words` what an item is called in a sentence ("trafficked children in care"), `names` what a figure is called."""

    title: str
    publisher: str
    contact: str
    headline: str
    period: str
    local: tuple[str, ...]
    words: Mapping[str, str]
    names: Mapping[str, str]
    threshold: int = 10
    base: int = 5
    model: bool = False
    seed: int = 1

    @property
    def width(self) -> int:
        """How many numbers must stay possible for a hidden count."""
        return min(self.threshold, 5)

    def called(self, item: str) -> str:
        """The item in words."""
        return self.words.get(item, item)

    def named(self, figure: str) -> str:
        """The figure in words."""
        return self.names.get(figure, figure)


def read_wanted(folder: Path, plan: Plan, items: frozenset[str], periods: frozenset[str]) -> Wanted:
    """Raises BadFolder."""
    path = folder / FILE
    if not path.is_file():
        raise BadFolder(f"{folder} has no {FILE}, which says what a release holds (docs/releasing.md)")
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (UnicodeError, tomllib.TOMLDecodeError) as error:
        raise BadFolder(f"{FILE}: {error}") from error
    for key, value in content.items():
        kind = _KEYS.get(key)
        if kind is None:
            raise BadFolder(f"{FILE}: {key!r} is not one of {', '.join(_KEYS)}")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)) or value == "":
            raise BadFolder(f"{FILE}: {key} cannot be {value!r}")
    for key in _NEEDED:
        if key not in content:
            raise BadFolder(f"{FILE}: {key} is missing")
    wanted = Wanted(
        content["title"],
        content["publisher"],
        content["contact"],
        content["headline"],
        content["period"],
        tuple(dict.fromkeys(str(one) for one in content.get("local", []))),
        _words("items", content),
        _words("figures", content),
        content.get("threshold", 10),
        content.get("round", 5),
        content.get("model", False),
        content.get("seed", 1),
    )
    _check(wanted, plan, items | {one.item for one in plan.sums}, periods)
    return wanted


def _words(key: str, content: Mapping[str, Any]) -> dict[str, str]:
    if not all(isinstance(value, str) and value.strip() for value in content.get(key, {}).values()):
        raise BadFolder(f"{FILE}: [{key}] gives words in quotation marks")
    return {str(name): " ".join(value.split()) for name, value in content.get(key, {}).items()}


def _check(wanted: Wanted, plan: Plan, items: frozenset[str], periods: frozenset[str]) -> None:
    ids = {one.id for one in (*plan.wanted, *plan.silent)}
    rates = {one.id for one in plan.wanted if hasattr(one, "numerator")}
    if wanted.threshold < 3 or wanted.base < 1:
        raise BadFolder(f"{FILE}: threshold is 3 or more, round 1 or more")
    if wanted.headline not in rates:
        raise BadFolder(f"{FILE}: headline {wanted.headline!r} is no [[rate]] of figures.toml")
    if wanted.period not in periods:
        raise BadFolder(f"{FILE}: no cell has the period {wanted.period!r}")
    for item in (*wanted.local, *wanted.words):
        if item not in items:
            raise BadFolder(f"{FILE}: no cell has the item {item!r}")
    for name in wanted.names:
        if name not in ids:
            raise BadFolder(f"{FILE}: figures.toml has no figure {name!r}")


def items_of(plan: Plan) -> tuple[str, ...]:
    """Every item that a figure is made from, in the order of the plan."""
    found: list[str] = []
    for one in (*plan.wanted, *plan.silent):
        for name in ("item", "numerator", "denominator", "overlap"):
            if value := getattr(one, name, None):
                found.append(value)
        found += getattr(one, "items", ())
    return tuple(dict.fromkeys(found))


def silent_of(plan: Plan, item: str) -> Silent | None:
    """The [[silent]] of an item."""
    return next((one for one in plan.silent if one.item == item), None)
