"""What a document holds: passages and tables with their places, and what in it must not be read on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why a document or a part of it is quarantined."""

    TOO_LARGE = "too large"
    TOO_LONG = "too many pages"
    TOO_SLOW = "took too long to read"
    BOMB = "unpacks to far more than its size"
    DAMAGED = "damaged"
    LOCKED = "locked with a password"
    MACROS = "carries a program (macros)"
    FORMULA = "formula"
    DANGEROUS_FORMULA = "formula that reaches outside the file"
    HIDDEN_SHEET = "hidden sheet"
    HIDDEN_CELLS = "hidden rows or columns"
    HIDDEN_TEXT = "hidden text"
    PIVOT = "pivot cache"
    COMMENT = "comment"
    EMBEDDED = "another file inside"
    CHANGES = "tracked changes"
    CHILD_LEVEL = "one row for each child"
    OTHER_NAME = "claims another authority's name"
    MAIL_LOOP = "automatic message or mail loop"
    DUPLICATE = "the same document again"
    NOT_KNOWN = "a kind of file that is not read"


PERSONAL = frozenset(
    {Why.HIDDEN_SHEET, Why.HIDDEN_CELLS, Why.HIDDEN_TEXT, Why.PIVOT, Why.COMMENT, Why.CHILD_LEVEL, Why.CHANGES}
)
"""May hold data about single children that the sender did not mean to send: the sender is told."""


@dataclass(frozen=True, slots=True)
class Concern:
    """Something quarantined. `part` is empty where it is the whole document; `words` is a plain sentence.

    The words never repeat what stands in the part.
    """

    why: Why
    words: str
    part: str = ""

    @property
    def is_whole(self) -> bool:
        """Nothing of the document is read on."""
        return not self.part


@dataclass(frozen=True, slots=True)
class Passage:
    """One line or paragraph of text. `quoted`: it repeats an earlier message (our own questions, mostly)."""

    where: str
    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table as written: rows of equal length, every cell a text. `numbers` holds the row's number in its source
    (a sheet's own row numbers, with hidden rows left out). `unruled`: its columns were found by their position."""

    where: str
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    unruled: bool = False


Piece = Passage | Table


@dataclass(frozen=True, slots=True)
class Content:
    """Pieces in reading order, concerns, and pages that are pictures (counted from 1)."""

    kind: str
    pieces: tuple[Piece, ...] = ()
    concerns: tuple[Concern, ...] = ()
    scanned_pages: tuple[int, ...] = ()

    @property
    def refused(self) -> bool:
        """Nothing of it is read on."""
        return any(concern.is_whole for concern in self.concerns)


class Quarantined(ValueError):
    """The document as a whole must not be read. Carries the concern."""

    def __init__(self, why: Why, words: str) -> None:
        super().__init__(words)
        self.concern = Concern(why, words)


def table(where: str, rows: list[list[str]], numbers: list[int] | None = None, unruled: bool = False) -> Table | None:
    """A table with rows filled to one length; None where nothing is in it. Empty rows are left out."""
    kept = [
        (number, [" ".join(cell.split()) for cell in row])
        for number, row in zip(numbers or range(1, len(rows) + 1), rows, strict=True)
        if any(cell.strip() for cell in row)
    ]
    if not kept:
        return None
    width = max(len(row) for _, row in kept)
    return Table(
        where,
        tuple(tuple(row + [""] * (width - len(row))) for _, row in kept),
        tuple(number for number, _ in kept),
        unruled,
    )
