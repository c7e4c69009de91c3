"""Kinds: the vocabulary of what can happen to a child.

A kind is a small frozen dataclass in its subject's `kinds.py`. Its fields are the details that may be known; every
one may be left out, because what is not known is not known. Adding something that can happen is adding one kind.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from holdfast.chronology.moment import Moment


class Audience(StrEnum):
    """The kinds of agency that an entry may be read by, where a tie and a role allow it."""

    COUNCIL = "council"
    POLICE = "police"
    HEALTH = "health"
    EDUCATION = "education"
    PROVIDER = "provider"
    CHARITY = "charity"


EVERY_AGENCY = frozenset(Audience)
CARE_TEAM = frozenset({Audience.COUNCIL, Audience.POLICE, Audience.HEALTH, Audience.PROVIDER})
COUNCIL_AND_CARERS = frozenset({Audience.COUNCIL, Audience.PROVIDER})
COUNCIL_HEALTH_AND_CARERS = COUNCIL_AND_CARERS | {Audience.HEALTH}
COUNCIL_AND_POLICE = frozenset({Audience.COUNCIL, Audience.POLICE})
COUNCIL_ONLY = frozenset({Audience.COUNCIL})


class UnknownKind(ValueError):
    """No kind of that name is in the vocabulary."""


class BadDetails(ValueError):
    """Details that do not fit the kind's type; the message names the field."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind's name, its details type, who may read it, and the spans of time that it opens or closes.

    `opens` names a span (see `spans`): an opener inside an open span joins it, unless `restarts` is true, when it
    ends that span and begins the next. `closes` names the spans that it ends.
    """

    name: str
    details: type
    audience: frozenset[Audience]
    opens: str | None = None
    restarts: bool = False
    closes: frozenset[str] = frozenset()

    @property
    def room(self) -> str:
        """The subject that it belongs to."""
        return self.name.partition(".")[0]


_D = TypeVar("_D")


def kind(
    name: str,
    *,
    audience: frozenset[Audience],
    opens: str | None = None,
    restarts: bool = False,
    closes: Iterable[str] = (),
) -> Callable[[type[_D]], type[_D]]:
    """Mark a frozen dataclass as the details of a kind. Stands above @dataclass, which makes a new class for slots."""

    def mark(details: type[_D]) -> type[_D]:
        details.KIND = Kind(name, details, audience, opens, restarts, frozenset(closes))  # type: ignore[attr-defined]
        return details

    return mark


# One reader for each type a detail may have: text as it stands in JSON in, value out.
def _read_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value


def _read_bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("true or false")
    return value


def _read_int(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("a whole number")
    return value


def _read_date(value: Any) -> date:
    try:
        return date.fromisoformat(_read_text(value))
    except ValueError as error:
        raise TypeError("a date such as 2026-11-20") from error


def _read_datetime(value: Any) -> datetime:
    try:
        moment = Moment.parse(_read_text(value))
    except ValueError as error:
        raise TypeError("a time with an offset") from error
    return moment.at


_READERS: dict[Any, Callable[[Any], Any]] = {
    str: _read_text,
    bool: _read_bool,
    int: _read_int,
    date: _read_date,
    datetime: _read_datetime,
}


def _reader_of(hint: Any) -> Callable[[Any], Any]:
    if hint in _READERS:
        return _READERS[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        (inner,) = [a for a in arguments if a is not type(None)]
        return _reader_of(inner)
    if origin is tuple:
        item = _reader_of(arguments[0])

        def read_list(value: Any) -> tuple[Any, ...]:
            if not isinstance(value, list | tuple):
                raise TypeError("a list")
            return tuple(item(v) for v in value)

        return read_list
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        words: dict[Any, StrEnum] = {m.value: m for m in hint}

        def read_word(value: Any) -> StrEnum:
            try:
                return words[value]
            except (KeyError, TypeError) as error:
                raise TypeError("one of " + ", ".join(words)) from error

        return read_word
    raise TypeError(f"a kind's detail cannot have the type {hint!r}")


def _write(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_write(v) for v in value]
    return value.value if isinstance(value, StrEnum) else value


class Vocabulary:
    """Every kind that an installation knows, by name, and how to read and write their details."""

    def __init__(self, modules: Iterable[types.ModuleType]) -> None:
        self._kinds: dict[str, Kind] = {}
        for module in modules:
            for thing in vars(module).values():
                # A module may import another's details: only its own are declared there.
                if isinstance(thing, type) and "KIND" in vars(thing) and thing.__module__ == module.__name__:
                    this: Kind = thing.KIND  # type: ignore[attr-defined]
                    if this.details is not thing:
                        raise ValueError(f"{this.name}: @kind must stand above @dataclass")
                    if this.name in self._kinds:
                        raise ValueError(f"the kind {this.name} is declared twice")
                    self._kinds[this.name] = this
        self._readers: dict[str, dict[str, Callable[[Any], Any]]] = {
            k.name: {n: _reader_of(h) for n, h in typing.get_type_hints(k.details).items()}
            for k in self._kinds.values()
        }
        for k in self._kinds.values():
            if any(f.default is MISSING for f in fields(k.details)):
                raise ValueError(f"{k.name}: every detail may be left out, so each needs a default")
        # Details never change, so those that say nothing are the same for every entry of a kind.
        self._nothing_said = {k.name: k.details() for k in self._kinds.values()}

    def __iter__(self) -> typing.Iterator[Kind]:
        return iter(self._kinds.values())

    def __contains__(self, name: object) -> bool:
        return name in self._kinds

    def __getitem__(self, name: str) -> Kind:
        try:
            return self._kinds[name]
        except KeyError:
            raise UnknownKind(f"there is no kind {name!r}") from None

    def read(self, name: str, details: Mapping[str, Any] | None) -> Any:
        """Details as JSON gives them, as the kind's own type. Raises UnknownKind or BadDetails."""
        this = self[name]
        if not details:
            return self._nothing_said[name]
        readers = self._readers[name]
        values: dict[str, Any] = {}
        for field_name, value in details.items():
            if value is None:
                continue
            reader = readers.get(field_name)
            if reader is None:
                known = ", ".join(readers) or "none"
                raise BadDetails(f"{name} has no detail {field_name!r} (it knows: {known})")
            try:
                values[field_name] = reader(value)
            except TypeError as error:
                raise BadDetails(f"{name}: {field_name} must be {error}, not {value!r}") from None
        return this.details(**values)

    def write(self, details: Any) -> dict[str, Any]:
        """Details as JSON takes them, leaving out what is not known."""
        slots = self._readers[self.name_of(details)]
        return {n: _write(v) for n in slots if (v := getattr(details, n)) is not None and v != ()}

    def sentence(self, name: str, details: Any) -> str:
        """How an entry of that kind reads in the chronology."""
        sentence: str = details.sentence()
        return sentence

    def name_of(self, details: Any) -> str:
        """The name of the kind that these details belong to."""
        this: Kind = details.KIND
        return this.name

    def spans_opened(self) -> dict[str, tuple[Kind, ...]]:
        """The kinds that open each span, by the span's name."""
        found: dict[str, tuple[Kind, ...]] = {}
        for k in self:
            if k.opens:
                found[k.opens] = (*found.get(k.opens, ()), k)
        return found
