"""Rows that were taken, child by child and year by year, as small as they can be kept."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

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


class ChildRows:
    """One child's rows in one year. `unread` holds the words of tables in which not all was understood."""

    __slots__ = ("episode", "header", "missing", "review", "uasc", "unread", "worker")

    def __init__(self) -> None:
        self.header: list[HeaderRow] = []
        self.episode: list[EpisodeRow] = []
        self.missing: list[MissingRow] = []
        self.review: list[ReviewRow] = []
        self.worker: list[WorkerRow] = []
        self.uasc: list[AloneRow] = []
        self.unread: frozenset[str] = frozenset()


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
    the tables that were delivered (`unread`: with something in them that may be any child's).
    """

    def __init__(self, year: int) -> None:
        self.year = year
        self.children: dict[str, ChildRows] = {}
        self.seen: set[str] = set()
        self.delivered: set[str] = set()
        self.unread: set[str] = set()

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
            self.child(number).unread |= words


def place_of(file: int, line: int) -> int:
    """A file's number and a line as one number."""
    return file * _LINES + line


def file_and_line(place: int) -> tuple[int, int]:
    """The reverse of `place_of`."""
    return divmod(place, _LINES)
