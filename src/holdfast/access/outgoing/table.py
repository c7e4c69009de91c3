"""Rows as CSV: values only, nothing that a spreadsheet would reckon."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

# What begins a formula, also after spaces of any kind, and at the start of a later line of the same cell.
_BEGINS = re.compile(r"^[\s\u00a0\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]", re.MULTILINE)
_NUMBER = re.compile(r"[+\-]?\d+(?:[.,]\d+)*%?")


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet might reckon this cell rather than show it. A plain number is no formula."""
    if cell[:1] in ("\t", "\r", "\n"):
        return True
    return bool(_BEGINS.search(cell)) and not _NUMBER.fullmatch(cell)


def harmless(cell: object) -> str:
    """The cell as text that stays text: an apostrophe stands before every line that could be a formula."""
    text = "" if cell is None else str(cell).replace("\x00", "")
    if not is_formula(text):
        return text
    lines = [f"'{line}" if is_formula(line) else line for line in text.splitlines()]
    shown = "\n".join(lines)
    return f"'{shown}" if is_formula(shown) else shown


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A file of its own, in UTF-8 with a mark that spreadsheets know."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([harmless(cell) for cell in header])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
