"""`sizes.csv`: how large each authority is by outside counts, such as all looked-after children of a period.

A yardstick for silence and coverage, never an answer. Each count names its own period, because nations count on
different days: a limit that holds must be a count over the same time as the question, not of one day.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from holdfast.evidence.folder import BadFolder
from holdfast.evidence.number_words import whole_number

COLUMNS = ("authority", "nation", "measure", "period", "count", "source")


@dataclass(frozen=True, slots=True)
class Size:
    """One outside count of one authority. `period` is the time or day it was counted over, in words."""

    authority: str
    nation: str
    measure: str
    period: str
    count: int
    source: str


@dataclass(frozen=True, slots=True)
class Sizes:
    """All outside counts, asked by measure."""

    rows: tuple[Size, ...]

    def of(self, measure: str) -> dict[str, Size]:
        """Every authority (small letters) with that measure."""
        return {one.authority.casefold(): one for one in self.rows if one.measure == measure}

    def periods(self, measure: str) -> tuple[str, ...]:
        """The periods that the counts of a measure are of: more than one where nations count differently."""
        return tuple(dict.fromkeys(one.period for one in self.rows if one.measure == measure))


def read_sizes(folder: Path | Traversable) -> Sizes:
    """From `folder/sizes.csv`; empty where there is none. Raises BadFolder, with the line."""
    path = folder.joinpath("sizes.csv")
    if not path.is_file():
        return Sizes(())
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeError as error:
        raise BadFolder("sizes.csv is not UTF-8") from error
    return sizes_from(text)


def sizes_from(text: str) -> Sizes:
    """From the text of the file. Raises BadFolder."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise BadFolder(f"sizes.csv: the columns are {','.join(COLUMNS)}")
        rows = [_size(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise BadFolder(f"sizes.csv line {reader.line_num}: cannot be read as CSV ({error})") from error
    _twice(rows)
    return Sizes(tuple(rows))


def _size(line: int, row: dict[str, str]) -> Size:
    if None in row or None in row.values():
        raise BadFolder(f"sizes.csv line {line}: does not have {len(COLUMNS)} fields")
    fields = {name: " ".join(value.split()) for name, value in row.items()}
    for name in ("authority", "nation", "measure", "period", "source"):
        if not fields[name]:
            raise BadFolder(f"sizes.csv line {line}: {name} is empty")
    count = whole_number(fields["count"])
    if count is None:
        raise BadFolder(f"sizes.csv line {line}: {fields['count']!r} is no whole number")
    return Size(fields["authority"], fields["nation"], fields["measure"], fields["period"], count, fields["source"])


def _twice(rows: Iterable[Size]) -> None:
    seen: set[tuple[str, str]] = set()
    for one in rows:
        key = (one.authority.casefold(), one.measure)
        if key in seen:
            raise BadFolder(f"sizes.csv: {one.authority} has {one.measure!r} more than once")
        seen.add(key)
