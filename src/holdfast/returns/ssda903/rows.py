"""Rows that were taken, child by child and year by year, as small as they can be kept."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, NamedTuple

# One number for a file and a line, since there may be millions of rows.
_LINES = 10**9


class HeaderRow(NamedTuple):
    """Who the child is. `alone` is "1" and `alone_until` is set only in the XML form."""

    sex: str | None
    born_on: date | None
    ethnicity: str | None
    upn: str | None
    alone: str | None
    alone_until: date | None
    place: int


class EpisodeRow(NamedTuple):
    """A stretch with one legal status and one placement."""

    began: date
    why_new: str
    legal_status: str | None
    need: str | None
    kind_of_place: str | None
    provider: str | None
    ended: date | None
    why_ended: str | None
    why_moved: str | None
    place: int


class MissingRow(NamedTuple):
    """A time missing (M) or away without authorisation (A)."""

    born_on: date | None
    category: str | None
    began: date
    ended: date | None
    place: int


class ReviewRow(NamedTuple):
    """A review."""

    born_on: date | None
    began: date
    participation: str | None
    place: int


class WorkerRow(NamedTuple):
    """A social worker's time with the child."""

    born_on: date | None
    worker: str | None
    began: date
    ended: date | None
    why_ended: str | None
    place: int


class AloneRow(NamedTuple):
    """An unaccompanied child, and the day on which that status ends."""

    born_on: date | None
    until: date | None
    place: int


_MANY = 30
_NOTHING: frozenset[str] = frozenset()
_NO_PLACES: dict[str, dict[tuple[Any, ...], int]] = {}


class ChildRows:
    """One child's rows in one year."""

    __slots__ = ("_places", "episode", "header", "missing", "review", "uasc", "worker")

    def __init__(self) -> None:
        self.header: list[HeaderRow] = []
        self.episode: list[EpisodeRow] = []
        self.missing: list[MissingRow] = []
        self.review: list[ReviewRow] = []
        self.worker: list[WorkerRow] = []
        self.uasc: list[AloneRow] = []
        self._places: dict[str, dict[tuple[Any, ...], int]] = _NO_PLACES

    def add(self, word: str, row: Any) -> None:
        """Keep a row of that table."""
        getattr(self, word).append(row)
        if word in self._places:
            self._places[word][row[:-1]] = row.place

    def place_of_same(self, word: str, row: Any) -> int | None:
        """Where a row stands that says the same."""
        told = getattr(self, word)
        if len(told) < _MANY:
            return next((other.place for other in told if other[:-1] == row[:-1]), None)
        if word not in self._places:
            # One number for every child of a county must not make reading slow.
            self._places = {**self._places, word: {other[:-1]: other.place for other in told}}
        return self._places[word].get(row[:-1])


ROW_TYPES = {
    "header": HeaderRow,
    "episode": EpisodeRow,
    "missing": MissingRow,
    "review": ReviewRow,
    "worker": WorkerRow,
    "uasc": AloneRow,
}


class YearRows:
    """One collection year: the children's rows by number, every number that was seen anywhere in it, and the words of
    the tables that were delivered, wholly understood or not (`unread`: something in them may be any child's).
    """

    def __init__(self, year: int) -> None:
        self.year = year
        self.children: dict[str, ChildRows] = {}
        self.seen: set[str] = set()
        self.delivered: set[str] = set()
        self.unread: set[str] = set()
        self._unread_of: dict[str, frozenset[str]] = {}

    def unread_of(self, number: str) -> frozenset[str]:
        """The words of the tables in which not all of this child's was understood."""
        return self._unread_of.get(number, _NOTHING)

    def child(self, number: str) -> ChildRows:
        """The child's rows, begun when there are none."""
        found = self.children.get(number)
        if found is None:
            found = self.children[number] = ChildRows()
        return found

    def mark_unread(self, number: str, word: str) -> None:
        """Something of that table was not understood; of any child, when the number was not."""
        # In the XML form the header says who is unaccompanied.
        words = {word, "uasc"} if word == "header" else {word}
        if not number:
            self.unread |= words
        else:
            self._unread_of[number] = _shared(self.unread_of(number) | words)


def place_of(file: int, line: int) -> int:
    """A file's number and a line as one number."""
    return file * _LINES + line


def file_and_line(place: int) -> tuple[int, int]:
    """The reverse of `place_of`."""
    return divmod(place, _LINES)


@cache
def _shared(words: frozenset[str]) -> frozenset[str]:
    """One object for equal sets, since there may be one for each of millions of children."""
    return words
