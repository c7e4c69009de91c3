"""Questions to the database that every page asks: put into words once, asked with other values each time.

Django finds the words of a query anew whenever it is asked. Of a child's page that was two fifths of the time, for
words that were the same each time. A `Prepared` finds them once, with stand-ins where the values go. Decision 38.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError

_LONG_AGO = datetime(1000, 1, 1, tzinfo=UTC)  # no value of ours lies before 1900
_NUMBERS = range(2_000_000_000, 2_000_010_000)
_AS_TEXT = "stand-in:"
_MOST_SHAPES = 64  # lists of different lengths are different words

Place = tuple[str, int | None, Callable[[Any], Any]]  # whose value, which of a list, how the database takes it


@dataclass(frozen=True, slots=True)
class _Words:
    """A query in the words of one database, and which of its parameters are values."""

    queryset: QuerySet[Any, Any]
    compiler: Any
    sql: str
    params: tuple[Any, ...]
    places: Mapping[int, Place]


class Prepared:
    """`Prepared(build, ref=str, at=datetime)(ref=..., at=...)` is `list(build(ref=..., at=...))`, sooner.

    `build` makes a query set out of its values and nothing else; it may not reckon with them (`at - HOUR` is a value of
    its own), and none of them is None. Kinds: str, int, date, datetime (aware), and list (of str). The answer is a
    list: a query set would lose what is added to it afterwards. Raises ValueError and TypeError where that is not kept.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **kinds: type) -> None:
        self.build = build
        self._kinds = kinds
        self._known: dict[tuple[Any, ...], _Words] = {}

    def __call__(self, **values: Any) -> list[Any]:
        words = self._words(values)
        if words is None:
            return list(self.build(**values))
        if words.queryset.query.select_for_update and connection.get_autocommit():
            raise TransactionManagementError("rows can be held only within a transaction")
        params = list(words.params)
        for place, (name, n, adapt) in words.places.items():
            value = values[name] if n is None else values[name][n]
            if value is None:
                raise TypeError(f"{name} is None")
            params[place] = adapt(value)
        asking = copy.copy(words.compiler)
        asking.connection = connection
        asking.as_sql = lambda *_, **__: (words.sql, tuple(params))
        asked = words.queryset.all()
        asked.query.get_compiler = lambda *_, **__: asking  # type: ignore[method-assign]
        return list(asked)

    def _words(self, values: Mapping[str, Any]) -> _Words | None:
        """The words for values of this shape; None where a query can have no answer and has no words."""
        if values.keys() != self._kinds.keys():
            raise TypeError(f"asked with {sorted(values)}, made for {sorted(self._kinds)}")
        lengths = tuple(len(values[name]) for name, kind in self._kinds.items() if kind is list)
        shape = (connection.vendor, *lengths)
        if 0 in lengths:
            return None
        if shape not in self._known:
            if len(self._known) >= _MOST_SHAPES:
                self._known.clear()
            try:
                self._known[shape] = self._find({n: len(values[n]) for n, k in self._kinds.items() if k is list})
            except EmptyResultSet:
                return None
        return self._known[shape]

    def _find(self, lengths: Mapping[str, int]) -> _Words:
        stand_ins, forms = self._stand_ins(lengths)
        queryset = self.build(**stand_ins)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        places = {n: forms[p] for n, p in enumerate(params) if isinstance(p, str | int | date) and p in forms}
        lost = {place[:2] for place in forms.values()} - {place[:2] for place in places.values()}
        reckoned = [p for n, p in enumerate(params) if n not in places and _comes_of_a_stand_in(p)]
        if lost or reckoned:
            raise ValueError(f"a prepared query reckons with its values: {lost or reckoned}")
        return _Words(queryset, compiler, sql, tuple(params), places)

    def _stand_ins(self, lengths: Mapping[str, int]) -> tuple[dict[str, Any], dict[Any, Place]]:
        """A value for each name that nothing else has, and every form in which a database may take it."""
        made: dict[str, Any] = {}
        forms: dict[Any, Place] = {}
        number = 0
        for name, kind in self._kinds.items():
            each: Iterable[int | None] = range(lengths[name]) if kind is list else (None,)
            for n in each:
                number += 1
                value, adapt = _stand_in(str if kind is list else kind, number)
                forms[adapt(value)] = (name, n, adapt)
                made[name] = value if n is None else [*made.get(name, ()), value]
        return made, forms


def _stand_in(kind: type, number: int) -> tuple[Any, Callable[[Any], Any]]:
    if kind is datetime:
        return _LONG_AGO + timedelta(days=number), connection.ops.adapt_datetimefield_value
    if kind is date:
        return _LONG_AGO.date() + timedelta(days=number), connection.ops.adapt_datefield_value
    if kind is int:
        return _NUMBERS[number], int
    if kind is str:
        return f"{_AS_TEXT}{number}", str
    raise TypeError(f"no stand-in for {kind}")


def _comes_of_a_stand_in(param: Any) -> bool:
    if isinstance(param, str):
        return _AS_TEXT in param or param.startswith(("1000-", "1001-", "0999-"))
    if isinstance(param, date):
        return param.year < 1900
    return isinstance(param, int) and param in _NUMBERS
