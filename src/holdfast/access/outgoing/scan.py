"""What a file holds that its reader does not see. One entry point: `problems`."""

from __future__ import annotations

import csv
import re
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO, StringIO
from zipfile import BadZipFile, ZipFile

from holdfast.access.outgoing.table import is_formula
from holdfast.access.outgoing.workbook import open_document_problems, workbook_problems

MOST_BYTES = 50_000_000
MOST_PARTS = 2_000
MOST_UNPACKED = 300_000_000


def problems(name: str, data: bytes) -> list[str]:
    """Why this file must not leave, in plain words; empty when it may. `name` gives the kind by its ending. A kind that
    is not known here does not leave."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    scan = _SCANS.get(ending)
    if scan is None:
        return [f"Files of the kind “{ending[:10]}” are not sent"]
    if len(data) > MOST_BYTES:
        return [f"The file is larger than {MOST_BYTES // 1_000_000} MB"]
    return list(dict.fromkeys(scan(data)))


def _csv(data: bytes) -> Iterator[str]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield "The file is not UTF-8"
        return
    if "\x00" in text:
        yield "The file holds a NUL"
        return
    try:
        for number, row in enumerate(csv.reader(StringIO(text), strict=True), start=1):
            if any(is_formula(cell) for cell in row):
                yield f"Row {number} holds a cell that a spreadsheet would reckon"
    except csv.Error:
        yield "The file is not a table"


def _zipped(scan: Callable[[ZipFile], Iterator[str]]) -> Callable[[bytes], Iterator[str]]:
    def scanned(data: bytes) -> Iterator[str]:
        try:
            with ZipFile(BytesIO(data)) as parts:
                known = parts.infolist()
                if len(known) > MOST_PARTS or sum(p.file_size for p in known) > MOST_UNPACKED:
                    yield "The file unpacks to too much"
                    return
                if len({p.filename for p in known}) != len(known):
                    yield "The file holds two parts of one name"
                yield from scan(parts)
        except (BadZipFile, zlib.error, EOFError, RuntimeError, ValueError):
            yield "The file is damaged, or not what its name says"

    return scanned


_PDF_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_PDF_HOLDS = {
    rb"/EmbeddedFile": "another file inside",
    rb"/JavaScript": "a script",
    rb"/Launch": "an order to start a program",
    rb"/AcroForm": "a form",
    rb"/Subtype\s*/Text\b": "a comment",
    rb"/Subtype\s*/FileAttachment": "another file inside",
    rb"/OCGs": "layers that can be hidden",
    rb"/Author\s*(?!\(Holdfast\))[(<]\s*[^)>\s]": "the name of its author",
}


def _pdf(data: bytes) -> Iterator[str]:
    if not data.startswith(b"%PDF-"):
        yield "The file is damaged, or not what its name says"
        return
    if b"/Encrypt" in data:
        yield "The document is locked: what it holds cannot be checked"
    held = [data]
    for packed in _PDF_STREAM.findall(data):
        try:
            held.append(zlib.decompressobj().decompress(packed, 20_000_000))
        except zlib.error:
            continue  # a picture, or not packed: its bytes were looked at above
    for sign, words in _PDF_HOLDS.items():
        if any(re.search(sign, part) for part in held):
            yield f"The document holds {words}"


_SVG_HOLDS = re.compile(
    rb"<\s*(script|foreignObject|iframe|!ENTITY)|\bon\w+\s*=|href\s*=\s*[\"'](?!#|data:image/png)", re.I
)


def _svg(data: bytes) -> Iterator[str]:
    if _SVG_HOLDS.search(data):
        yield "The picture holds a script or fetches something"


def _plain(data: bytes) -> Iterator[str]:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        yield "The file is not UTF-8"


# Parts of a JPEG that hold no picture: what cameras and programs write beside it, and remarks.
_JPEG_HOLDS = {
    **{0xE0 + n: "what a camera or a program wrote beside the picture" for n in range(1, 16)},
    0xFE: "a remark",
}


def _jpeg(data: bytes) -> Iterator[str]:
    if not data.startswith(b"\xff\xd8") or not data.endswith(b"\xff\xd9"):
        yield "The file is not a JPEG, or something follows the picture"
        return
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker in _JPEG_HOLDS:
            yield f"The picture holds {_JPEG_HOLDS[marker]}"
        if marker == 0xDA:
            return  # the picture itself follows, to the end
        at += 2 + length
    yield "The file is damaged"


_HTML_HOLDS = {
    rb"<\s*script|\bon[a-z]+\s*=|javascript:": "a script",
    rb"<\s*(iframe|object|embed|form|input|base)\b|http-equiv": "a form, or another page inside",
    rb"<!--": "a comment",
    rb"(src|srcset|data|poster)\s*=\s*[\"']?\s*([a-z]+:|//)|<\s*link\b|url\(": "something fetched from elsewhere",
    rb"\shidden\b(?=[\s>=])|display\s*:\s*none\s*[\"']|visibility\s*:\s*hidden": "what is not shown",
}


def _html(data: bytes) -> Iterator[str]:
    """A page that stands alone: no script, nothing fetched, nothing unseen."""
    yield from _plain(data)
    if not data.lower().startswith(b"<!doctype html"):
        yield "The file is damaged, or not what its name says"
    tags = _WORDS_BETWEEN.sub(b">", data)
    for sign, words in _HTML_HOLDS.items():
        if re.search(sign, tags, re.I):
            yield f"The page holds {words}"
    if any(re.search(rb"@import|url\(|expression\(|image-set\(", one, re.I) for one in _STYLE.findall(data)):
        yield "The page holds something fetched from elsewhere"


_STYLE = re.compile(rb"<style[^>]*>(.*?)(?:</style|\Z)", re.DOTALL | re.I)
_WORDS_BETWEEN = re.compile(rb">[^<]*")
"""The words of a page, which may well speak of scripts: only what stands inside tags is looked at."""


_SCANS: dict[str, Callable[[bytes], Iterator[str]]] = {
    "csv": _csv,
    "xlsx": _zipped(workbook_problems),
    "ods": _zipped(open_document_problems),
    "pdf": _pdf,
    "svg": _svg,
    "jpg": _jpeg,
    "html": _html,
    "json": _plain,
    "jsonl": _plain,
    "txt": _plain,
}
