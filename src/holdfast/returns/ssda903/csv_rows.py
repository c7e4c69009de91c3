"""Lines of a delimited text, whatever wrote it: encoding, delimiter and heading are found out, not asked for.

A value of this return never runs over a line's end. So each line is a row of its own, and a quotation mark that is
never closed spoils one row, not all that follow.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from holdfast.returns.ssda903.codes import column_name, tables
from holdfast.returns.ssda903.found_files import FoundFile, each_piece

_LONGEST = 20_000
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Heading(NamedTuple):
    """The first line with text in it: where it stands, its columns by name, and what divides them."""

    line: int
    columns: tuple[str, ...]
    delimiter: str


class CsvRow(NamedTuple):
    """A line, its fields (None when it cannot be divided, with the reason), and the text as it stands."""

    line: int
    fields: list[str] | None
    text: str
    problem: str


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A delimited text whose encoding is known."""

    file: FoundFile
    encoding: str
    heading: Heading | None

    @classmethod
    def look_at(cls, file: FoundFile) -> CsvFile:
        """Find out encoding, delimiter and heading. `heading` is None for a file with no text in it."""
        encoding = _encoding_of(file)
        with closing(_lines(file, encoding)) as lines:
            for number, line in enumerate(lines, 1):
                bare = line.strip().strip("\0\ufeff")
                if bare and not bare.lower().startswith("sep="):
                    return cls(file, encoding, _heading(number, bare))
        return cls(file, encoding, None)

    def rows(self) -> Iterator[CsvRow]:
        """Every line below the heading that has text in it."""
        if self.heading is None:
            return
        first, _, delimiter = self.heading
        with closing(_lines(self.file, self.encoding)) as lines:
            for number, line in enumerate(lines, 1):
                if number <= first:
                    continue
                text = line.rstrip("\r\n")
                if '"' not in text and len(text) < _LONGEST:
                    fields: list[str] | None = text.split(delimiter)
                    problem = ""
                else:
                    fields, problem = _divide(text, delimiter)
                if text[:1] in ("", delimiter, " ", "\t") and not text.replace(delimiter, "").strip():
                    continue
                yield CsvRow(number, fields, text, problem)


def _divide(text: str, delimiter: str) -> tuple[list[str] | None, str]:
    if len(text) >= _LONGEST:
        return None, f"The line is far longer than a row can be: its first {_LONGEST} signs are kept."
    if text.count('"') % 2:
        return None, "A quotation mark is not closed."
    return next(csv.reader([text], delimiter=delimiter)), ""


def _heading(line: int, text: str) -> Heading:
    known = frozenset().union(*(t.columns for t in tables().values()))

    def columns(delimiter: str) -> tuple[str, ...]:
        return tuple(column_name(c) for c in text.split(delimiter))

    best = max(",;\t|", key=lambda d: (len(known.intersection(columns(d))), text.count(d)))
    return Heading(line, columns(best), best)


def _encoding_of(file: FoundFile) -> str:
    """By its mark, by the zeros of UTF-16, as UTF-8 if all of it is; else what Windows writes in western Europe."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_first = True
    try:
        for piece in each_piece(file):
            if is_first:
                is_first = False
                for mark, encoding in _MARKS:
                    if piece.startswith(mark):
                        return encoding
                sample = piece[:4096]
                if sample.count(0) > len(sample) // 3:
                    return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
            decoder.decode(piece)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _lines(file: FoundFile, encoding: str) -> Generator[str, None, None]:
    """Lines with their ends. What is left of a line beyond the longest is passed over, so memory stays bounded."""
    with io.TextIOWrapper(file.open(), encoding=encoding, errors="replace", newline=None) as text:
        for line in iter(partial(text.readline, _LONGEST), ""):
            yield line
            if len(line) == _LONGEST and line[-1] != "\n":
                for rest in iter(partial(text.readline, _LONGEST), ""):
                    if rest[-1] == "\n":
                        break
