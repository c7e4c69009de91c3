"""Columns and codes of the return, each with the collection years in which it is valid."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

FIRST_YEAR = 2017
LAST_YEAR = 2027


def year_name(year: int) -> str:
    """How a collection year is written: 2026 is 2025/26."""
    return f"{year - 1}/{year % 100:02d}"


def year_begins(year: int) -> date:
    """1 April."""
    return date(year - 1, 4, 1)


def year_ends(year: int) -> date:
    """31 March."""
    return date(year, 3, 31)


def year_of(day: date) -> int:
    """The collection year that a day falls in."""
    return day.year + ((day.month, day.day) >= (4, 1))


@dataclass(frozen=True, slots=True)
class Code:
    """A code, in plain words, and the collection years (both included) in which it is valid."""

    code: str
    label: str
    first_year: int
    last_year: int

    def is_valid(self, year: int) -> bool:
        """In a year beyond our lists, what the nearest list says."""
        return self.first_year <= min(max(year, FIRST_YEAR), LAST_YEAR) <= self.last_year

    def years(self) -> str:
        """In words: when it is valid."""
        if self.last_year < LAST_YEAR:
            return f"up to {year_name(self.last_year)}"
        return f"from {year_name(self.first_year)}"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the return. See the head of tables.toml for what each part means. An empty `word`: not taken."""

    name: str
    word: str
    first_year: int
    known_by: frozenset[str]
    read: Mapping[str, str]
    needed: frozenset[str]
    expected: frozenset[str]
    period: tuple[str, ...]
    columns: frozenset[str]

    @property
    def is_taken(self) -> bool:
        return bool(self.word)


@cache
def code_lists() -> Mapping[str, Mapping[str, Code]]:
    """Every code by list and code."""
    found: dict[str, dict[str, Code]] = {}
    text = files(__package__).joinpath("codes.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        code = Code(row["code"], row["label"], int(row["first_year"]), int(row["last_year"] or LAST_YEAR))
        found.setdefault(row["list"], {})[code.code] = code
    return MappingProxyType(found)


@cache
def tables() -> Mapping[str, Table]:
    """Every table by name, in the order in which they are tried."""
    data = tomllib.loads(files(__package__).joinpath("tables.toml").read_text(encoding="utf-8"))
    found = {}
    for name, words in data.items():
        read = words.get("read", {})
        known_by = frozenset(words["known_by"])
        found[name] = Table(
            name=name,
            word=words.get("word", ""),
            first_year=words.get("first_year", FIRST_YEAR),
            known_by=known_by,
            read=MappingProxyType(read),
            needed=frozenset(words.get("needed", ())),
            expected=frozenset(words.get("expected", ())),
            period=tuple(words.get("period", ())),
            columns=frozenset({"CHILD"} | known_by | set(read) | set(words.get("beside", ()))),
        )
    return MappingProxyType(found)


# The XML form and some extracts use other names for two columns.
_SAME_COLUMN = {"CHILDID": "CHILD", "CHILD_ID": "CHILD", "PL": "PLACE"}


def column_name(text: str) -> str:
    """A heading as the specification writes it."""
    name = text.strip().strip('"').strip().upper().replace(" ", "_")
    return _SAME_COLUMN.get(name, name)


def table_of(columns: frozenset[str]) -> Table | None:
    """The table that has these columns, whatever its file is called; None when it is none of the return's."""
    fitting = [t for t in tables().values() if t.known_by & columns]
    # The table that knows the most of the columns; of equals, the first.
    return max(fitting, key=lambda t: (len(t.known_by & columns), len(t.columns & columns)), default=None)
