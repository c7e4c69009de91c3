"""PDF: the text of each page, its ruled tables, and tables whose columns show only in their position.

Pages with a picture and hardly a letter are scanned: they are named for a person and never guessed at. Actions,
attached files and scripts inside a PDF are neither run nor opened.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from holdfast.evidence.received.columns import Line, Word, tables_by_position
from holdfast.evidence.received.content import Concern, Content, Passage, Piece, Quarantined, Table, Why, table
from holdfast.evidence.received.limits import Limits

_FEW_LETTERS = 20


def read_pdf(content: bytes, limits: Limits) -> Content:
    """Raises Quarantined where the document as a whole must not be read."""
    import pdfplumber

    limits.check_pages(_count_pages(content))
    pieces: list[Piece] = []
    scanned: list[int] = []
    try:
        with pdfplumber.open(io.BytesIO(content)) as document:
            limits.check_pages(len(document.pages))
            for number, page in enumerate(document.pages, start=1):
                found = list(_page(page, number))
                letters = sum(len(one.text) for one in found if isinstance(one, Passage))
                has_table = any(isinstance(one, Table) for one in found)
                if letters < _FEW_LETTERS and not has_table and (page.images or not found):
                    scanned.append(number)
                pieces += found
                limits.check_cells(len(pieces))
                page.close()
    except Quarantined:
        raise
    except Exception as error:  # a hostile PDF may raise anything from deep inside its reader
        raise Quarantined(Why.DAMAGED, "is a PDF that cannot be read") from error
    return Content("pdf", tuple(pieces), tuple(_beside_the_pages(content)), tuple(scanned))


def _count_pages(content: bytes) -> int:
    """By a second reader, quick even for ten thousand pages."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).casefold()
        words = "is locked with a password" if locked else "is a PDF that cannot be opened"
        raise Quarantined(Why.LOCKED if locked else Why.DAMAGED, words) from error
    try:
        return len(document)
    finally:
        document.close()


def _beside_the_pages(content: bytes) -> Iterator[Concern]:
    if re.search(rb"/(JavaScript|JS|Launch)\b", content):
        yield Concern(Why.MACROS, "a program inside the PDF was not run", "scripts")
    if b"/EmbeddedFile" in content:
        yield Concern(Why.EMBEDDED, "files inside the PDF were not opened", "embedded files")


def _page(page: Any, number: int) -> Iterator[Piece]:
    """Pieces of one page from top to bottom."""
    ruled = [one for one in page.find_tables() if _is_table(one)]
    outside = page
    for one in ruled:
        outside = outside.outside_bbox(_within(one.bbox, page.bbox))
    lines = [
        Line(
            float(line["top"]),
            tuple(
                Word(word["text"], float(word["x0"]), float(word["x1"]), float(word["bottom"] - word["top"]))
                for word in line["words"]
            ),
        )
        for line in _lines(outside)
    ]
    placed: list[tuple[float, Piece]] = []
    for at, one in enumerate(ruled, start=1):
        made = table(f"page {number}, table {at}", [[cell or "" for cell in row] for row in one.extract()])
        placed += [(float(one.bbox[1]), made)] if made else []
    at = len(ruled)
    inside: set[int] = set()
    for start, end, rows in tables_by_position(lines):
        at += 1
        made = table(f"page {number}, table {at}", rows, unruled=True)
        placed += [(lines[start].top, made)] if made else []
        inside |= set(range(start, end))
    for count, line in enumerate(lines):
        if count not in inside:
            placed.append((line.top, Passage(f"page {number}, line {count + 1}", line.text)))
    yield from (piece for _, piece in sorted(placed, key=lambda one: one[0]))


def _is_table(found: Any) -> bool:
    rows = found.extract()
    return len(rows) >= 1 and max(len(row) for row in rows) >= 2


def _within(box: tuple[float, ...], page: tuple[float, ...]) -> tuple[float, float, float, float]:
    return (max(box[0], page[0]), max(box[1], page[1]), min(box[2], page[2]), min(box[3], page[3]))


def _lines(page: Any) -> list[dict[str, Any]]:
    """Words gathered into lines by their height on the page."""
    words = sorted(page.extract_words(keep_blank_chars=False), key=lambda word: (word["top"], word["x0"]))
    lines: list[dict[str, Any]] = []
    for word in words:
        last = lines[-1] if lines else None
        if last is not None and abs(word["top"] - last["top"]) <= 0.5 * (word["bottom"] - word["top"]):
            last["words"].append(word)
        else:
            lines.append({"top": word["top"], "words": [word]})
    for line in lines:
        line["words"].sort(key=lambda word: word["x0"])
    return lines
