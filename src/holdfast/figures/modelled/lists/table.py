"""Linked lists of people as a table: how many stand on exactly which of the lists."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path

# Which lists a person stands on, in the lists' order: 1 or 0 for each.
History = tuple[int, ...]
# Lists taken together, by their positions: the pair (0, 2) is the overlap of the first and the third.
Term = tuple[int, ...]
MOST_LISTS = 10


class BadLists(ValueError):
    """A table of lists that cannot be read; the message names the place."""


@dataclass(frozen=True, slots=True)
class Lists:
    """`counts` by history; a history that is not there counts nobody. Nobody knows how many stand on no list."""

    names: tuple[str, ...]
    counts: Mapping[History, int]

    @property
    def known(self) -> int:
        """How many people stand on at least one list."""
        return sum(self.counts.values())

    @property
    def histories(self) -> tuple[History, ...]:
        """Every history of at least one list."""
        return tuple(h for h in product((0, 1), repeat=len(self.names)) if any(h))

    def on_all(self, term: Term) -> int:
        """How many stand on every list of the term, and perhaps on others."""
        return sum(count for history, count in self.counts.items() if stands_on(history, term))

    def pairs(self) -> tuple[Term, ...]:
        """Every two lists."""
        return tuple(combinations(range(len(self.names)), 2))

    def say(self, term: Term) -> str:
        """The lists of a term by name: `police:charity`."""
        return ":".join(self.names[n] for n in term)

    def term(self, said: str) -> Term:
        """What `say` says, back. Raises BadLists."""
        known = {name.casefold(): n for n, name in enumerate(self.names)}
        words = [word.strip().casefold() for word in said.split(":")]
        if len(set(words)) < 2 or not set(words) <= set(known):
            raise BadLists(f"{said!r} does not name two or more of the lists {', '.join(self.names)}, as in A:B")
        return tuple(sorted(known[word] for word in words))


def stands_on(history: History, term: Term) -> bool:
    """Whether somebody with this history stands on every list of the term."""
    return all(history[n] for n in term)


def read_lists(path: Path) -> Lists:
    """A CSV file: a column of 0 and 1 for each list, then `count`; one line for each history. Raises BadLists."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadLists(f"{path.name} cannot be read: {error}") from None
    return lists_of(rows)


def lists_of(rows: Sequence[Sequence[str]]) -> Lists:
    """The same from rows of text, the heading first. Raises BadLists."""
    names = _names(rows[0] if rows else ())
    counts: dict[History, int] = {}
    for number, row in enumerate(rows[1:], start=2):
        history, count = _line(row, number, len(names))
        if history in counts:
            raise BadLists(f"line {number}: the same lists stand on an earlier line too")
        counts[history] = count
    if not sum(counts.values()):
        raise BadLists("nobody stands on any list")
    return Lists(names, counts)


def _names(heading: Iterable[str]) -> tuple[str, ...]:
    *names, last = [cell.strip() for cell in heading] or [""]
    if last.casefold() != "count" or not 2 <= len(names) <= MOST_LISTS:
        raise BadLists(f"the first line names 2 to {MOST_LISTS} lists and ends with count")
    if len({name.casefold() for name in names}) < len(names) or not all(names) or any(":" in name for name in names):
        raise BadLists("each list has a name of its own, without a colon")
    return tuple(names)


def _line(row: Sequence[str], number: int, lists: int) -> tuple[History, int]:
    if len(row) != lists + 1:
        raise BadLists(f"line {number} has {len(row)} cells and not {lists + 1}")
    *marks, count = [cell.strip() for cell in row]
    if any(mark not in ("0", "1") for mark in marks):
        raise BadLists(f"line {number}: each list is 0 or 1")
    if "1" not in marks:
        raise BadLists(f"line {number}: those on no list are what is estimated, so they cannot be counted")
    if not (count.isascii() and count.isdecimal()):
        raise BadLists(f"line {number}: {count!r} is not a whole number of people")
    return tuple(int(mark) for mark in marks), int(count)
