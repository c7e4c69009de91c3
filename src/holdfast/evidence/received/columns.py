"""Tables without lines: columns that show only in where the words stand.

A cell belongs to a column only if it stands over or under that column's heading and no other; where one does not, the
lines are no table for us and stay text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands from left to right, in points."""

    text: str
    left: float
    right: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """The words of one line, from left to right; `top` from the top of the page, in points."""

    top: float
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """As read."""
        return " ".join(word.text for word in self.words)

    def cells(self) -> list[Word]:
        """Words that stand close together, as one."""
        found: list[Word] = []
        for word in self.words:
            last = found[-1] if found else None
            if last is not None and word.left - last.right < 0.9 * word.height:
                found[-1] = Word(f"{last.text} {word.text}", last.left, word.right, last.height)
            else:
                found.append(word)
        return found


def tables_by_position(lines: list[Line]) -> Iterator[tuple[int, int, list[list[str]]]]:
    """Runs of two or more lines under one heading, each cell under exactly one heading: the first line, the line after
    the last, and the rows. A run after which a label goes on in a line of its own is no table for us: the rest of the
    label may change what a number counts."""
    at = 0
    while at < len(lines):
        head = lines[at].cells()
        rows = [[cell.text for cell in head]] if len(head) >= 2 else []
        extents = [(cell.left, cell.right) for cell in head]
        end = at + 1
        while rows and end < len(lines):
            row = _placed(lines[end].cells(), extents)
            if row is None:
                break
            rows.append(row)
            end += 1
        if len(rows) >= 2 and not _goes_on(lines, end):
            yield at, end, rows
            at = end
        else:
            at += 1


def _placed(cells: list[Word], extents: list[tuple[float, float]]) -> list[str] | None:
    """One text for each column; None where a cell stands under none or several, or two under one."""
    row = [""] * len(extents)
    if len(cells) < 2:
        return None
    for cell in cells:
        under = [
            column for column, (left, right) in enumerate(extents) if cell.left < right + 2 and cell.right > left - 2
        ]
        if len(under) != 1 or row[under[0]]:
            return None
        column = under[0]
        row[column] = cell.text
        left, right = extents[column]
        extents[column] = (min(left, cell.left), max(right, cell.right))
    return row


def _goes_on(lines: list[Line], end: int) -> bool:
    """Whether the next line stands close beneath and begins where the last one's label began."""
    if end >= len(lines):
        return False
    last, following = lines[end - 1], lines[end]
    near = following.top - last.top < 1.6 * last.words[0].height
    return near and abs(following.words[0].left - last.words[0].left) < 3
