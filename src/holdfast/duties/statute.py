"""The statute book: rule files read, checked and indexed by what starts each rule."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from holdfast.duties.rule import (
    Condition,
    Due,
    Ends,
    Match,
    Met,
    Nation,
    Reference,
    Rule,
    Since,
    Source,
    Standing,
    Starts,
    Sustained,
    Unit,
    Which,
)
from holdfast.worktime.regime import regime_names
from holdfast.worktime.words import say_day


class BadRule(ValueError):
    """A rule block that cannot be read; the message names the rule and the field."""


class Statute:
    """Rules, indexed by nation and by what starts them; and the duties that are kept for reference only."""

    def __init__(self, rules: Iterable[Rule], references: Iterable[Reference] = ()) -> None:
        self.rules = tuple(rules)
        self.references = tuple(references)
        keys = [rule.key for rule in self.rules] + [reference.id for reference in self.references]
        for key in keys:
            if keys.count(key) > 1:
                raise BadRule(f"{key}: two blocks have this id and part")
        self._by_kind: dict[Nation, dict[str, tuple[Rule, ...]]] = {n: {} for n in Nation}
        self._by_closing: dict[Nation, tuple[Rule, ...]] = {}
        self._by_age: dict[Nation, tuple[Rule, ...]] = {}
        for nation in Nation:
            mine = [r for r in self.rules if nation in r.nations]
            for rule in mine:
                for kind in rule.starts.kinds:
                    self._by_kind[nation][kind] = (*self._by_kind[nation].get(kind, ()), rule)
            self._by_closing[nation] = tuple(r for r in mine if r.starts.closing)
            self._by_age[nation] = tuple(r for r in mine if r.starts.age)

    def started_by(self, nation: Nation, kinds: Iterable[str]) -> tuple[Rule, ...]:
        """The rules that an entry of one of these kinds can start, each once."""
        index = self._by_kind[nation]
        return tuple({id(rule): rule for kind in kinds if kind in index for rule in index[kind]}.values())

    def started_by_closing(self, nation: Nation) -> tuple[Rule, ...]:
        """The rules that the end of a span starts."""
        return self._by_closing[nation]

    def started_by_age(self, nation: Nation) -> tuple[Rule, ...]:
        """The rules that a birthday starts."""
        return self._by_age[nation]


def _words(value: Any) -> frozenset[Any]:
    items = value if isinstance(value, list) else [value]
    return frozenset(v.casefold() if isinstance(v, str) else v for v in items)


def _pairs(table: Mapping[str, Any]) -> tuple[tuple[str, frozenset[Any]], ...]:
    return tuple((name, _words(value)) for name, value in table.items())


def _match(value: Mapping[str, Any]) -> Match:
    _only(value, {"kinds", "where", "refuses"})
    return Match(tuple(value["kinds"]), _pairs(value.get("where", {})), _pairs(value.get("refuses", {})))


_LISTS = ("during", "of", "already", "unless")


_conditions: dict[Condition, Condition] = {}


def _condition(value: Mapping[str, Any]) -> Condition:
    """Equal conditions of different rules are one object, so that the engine answers each only once."""
    known = {f.name for f in fields(Condition)} - {"is_", "applies_unrecorded"} | {"is", "unrecorded"}
    _only(value, known)
    rest: dict[str, Any] = {k: v for k, v in value.items() if k not in {"is", "is_not", "unrecorded"}}
    rest |= {name: tuple(value[name]) for name in _LISTS if name in value}
    if value.get("unrecorded", "does not apply") not in {"applies", "does not apply"}:
        raise KeyError(f"unrecorded = {value['unrecorded']!r}")
    condition = Condition(
        **rest,
        is_=_words(value.get("is", [])),
        is_not=_words(value.get("is_not", [])),
        applies_unrecorded=value.get("unrecorded") == "applies",
    )
    return _conditions.setdefault(condition, condition)


def _only(value: Mapping[str, Any], known: set[str]) -> None:
    if strange := set(value) - known:
        raise KeyError(f"unknown field {', '.join(sorted(strange))}")


def _starts(value: Mapping[str, Any]) -> Starts:
    _only(value, {f.name for f in fields(Starts) if f.init} - {"conditions"} | {"if"})
    rest = {k: v for k, v in value.items() if k not in {"if", "kinds", "which"}}
    return Starts(
        **rest,
        kinds=tuple(value.get("kinds", ())),
        which=Which(value.get("which", "every")),
        conditions=tuple(_condition(c) for c in value.get("if", ())),
    )


_WITHOUT_AMOUNT = (Unit.IMMEDIATE, Unit.ASAP, Unit.BEFORE_EVENT, Unit.NO_SET_TIME, Unit.NOT_COMPUTED)


def _due(value: Mapping[str, Any]) -> Due:
    _only(value, {f.name for f in fields(Due) if f.init})
    due = Due(
        Unit(value["unit"]),
        value.get("amount", 0),
        value.get("regime", ""),
        tuple(value.get("count_from", ("start",))),
        value.get("not_recorded", ""),
        value.get("detail", ""),
        value.get("first_day_counts", False),
    )
    if due.unit in (Unit.WORKING_DAYS, Unit.SCHOOL_DAYS_THRESHOLD) and due.regime not in regime_names():
        raise KeyError(f"working days need a regime, not {due.regime!r}")
    if (due.unit in _WITHOUT_AMOUNT) == bool(due.amount):
        raise KeyError(f"amount {due.amount} does not fit the unit {due.unit}")
    return due


def _met(value: Mapping[str, Any]) -> Met:
    _only(value, {f.name for f in fields(Met)} - {"matches"} | {"by"})
    return Met(
        say=value["say"],
        matches=tuple(_match(m) for m in value.get("by", ())),
        since=Since(value.get("since", "start")),
        months_before=value.get("months_before", 0),
        beyond=value.get("beyond", False),
        once=value.get("once", False),
        all=value.get("all", False),
        mentions=tuple(value.get("mentions", ())),
    )


def _ends(value: Mapping[str, Any]) -> Ends:
    _only(value, {f.name for f in fields(Ends) if f.init} - {"matches"} | {"by"})
    return Ends(
        spans=tuple(value.get("spans", ())),
        age=value.get("age", 0),
        matches=tuple(_match(m) for m in value.get("by", ())),
        until_done=value.get("until_done", False),
        say=value.get("say", ""),
    )


_PLAIN = {"id", "title", "theme", "responsible", "must", "confidence"}  # read as they stand
_OPTIONAL = {"part", "unverified", "checked", "notes"}
_SHARED = {"nations", "standing", "sustained_by", "in_force", "source"}
_TABLES = {"starts", "due", "met", "ends", "example"}


def _shared(block: Mapping[str, Any]) -> dict[str, Any]:
    """What rules and references have in common. Raises KeyError, TypeError or ValueError."""
    in_force = block["in_force"]
    _only(in_force, {"from", "to", "known"})
    begins = in_force.get("from")
    if begins not in (None, "long standing") and not isinstance(begins, date):
        raise KeyError(f"in_force.from = {begins!r}")
    return {
        **{field: block[field] for field in _PLAIN},
        **({"checked": block["checked"]} if "checked" in block else {}),
        "unverified": f"{block.get('unverified', '')} {_unverified_since(in_force)}".strip(),
        "nations": frozenset(Nation(n) for n in block["nations"]),
        "standing": Standing(block["standing"]),
        "sustained_by": Sustained(block.get("sustained_by", "nothing read")),
        "in_force_from": begins if isinstance(begins, date) else None,
        "in_force_to": in_force.get("to"),
        "long_standing": begins == "long standing",
        "source": Source(**block["source"]),
    }


def _unverified_since(in_force: Mapping[str, Any]) -> str:
    """What was not verified about the day since which a text is in force. Raises KeyError."""
    begins, known = in_force.get("from"), in_force.get("known", "memory")
    if known not in ("day", "month", "memory"):
        raise KeyError(f"in_force.known = {known!r}")
    if begins == "long standing":
        return "Since when it has been in force was not verified."
    if begins is None or known == "day":
        return ""
    if known == "month":
        return f"In force since {say_day(begins, year=True)}: only the month was read."
    return f"In force since {say_day(begins, year=True)}: the day rests on memory and was not verified."


def read_rule(block: Mapping[str, Any]) -> Rule:
    """One block of a rule file. Raises BadRule."""
    name = block.get("id", "a rule without an id")
    try:
        _only(block, _PLAIN | _OPTIONAL | _SHARED | _TABLES)
        return Rule(
            **_shared(block),
            part=block.get("part", ""),
            notes=block.get("notes", ""),
            starts=_starts(block["starts"]),
            due=_due(block["due"]),
            met=_met(block["met"]),
            ends=_ends(block.get("ends", {})),
            examples=tuple(block.get("example", ())),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadRule(f"{name}: {error}") from error


def read_reference(block: Mapping[str, Any]) -> Reference:
    """One `[[reference]]` block. Raises BadRule."""
    name = block.get("id", "a reference without an id")
    try:
        _only(block, _PLAIN | _SHARED | {"unverified", "checked", "reason"})
        return Reference(**_shared(block), reason=block["reason"])
    except (KeyError, TypeError, ValueError) as error:
        raise BadRule(f"{name}: {error}") from error


def read_rules(text: str) -> tuple[Rule, ...]:
    """The rules of one TOML file. Raises BadRule, or tomllib.TOMLDecodeError."""
    return tuple(read_rule(block) for block in tomllib.loads(text).get("rule", ()))


def read_references(text: str) -> tuple[Reference, ...]:
    """The duties that one TOML file keeps for reference. Raises BadRule, or tomllib.TOMLDecodeError."""
    return tuple(read_reference(block) for block in tomllib.loads(text).get("reference", ()))


@cache
def statute() -> Statute:
    """Every rule that comes with Holdfast."""
    folder = resources.files("holdfast.duties").joinpath("statute")
    found: list[Rule] = []
    references: list[Reference] = []
    for part in sorted(folder.iterdir(), key=lambda p: p.name):
        if part.is_dir():
            for file in sorted(part.iterdir(), key=lambda p: p.name):
                if file.name.endswith(".toml"):
                    text = file.read_text(encoding="utf-8")
                    found.extend(read_rules(text))
                    references.extend(read_references(text))
    return Statute(found, references)
