"""From bytes to content, by what the bytes are and not by what the file is called."""

from __future__ import annotations

from dataclasses import replace

from holdfast.evidence.received.archive import Archive
from holdfast.evidence.received.child_level import child_level
from holdfast.evidence.received.content import Content, Quarantined, Table, Why
from holdfast.evidence.received.letter import read_docx
from holdfast.evidence.received.limits import Limits
from holdfast.evidence.received.older_workbook import read_ods, read_xls
from holdfast.evidence.received.pdf import read_pdf
from holdfast.evidence.received.plain import decoded, read_csv, read_html, read_text
from holdfast.evidence.received.workbook import read_xlsx

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")


def open_document(name: str, content: bytes, limits: Limits) -> Content:
    """What the document holds. A document that must not be read is a Content with one whole concern; nothing raises."""
    try:
        limits.check_size(len(content))
        read = _read(name.casefold(), content, limits)
    except Quarantined as stop:
        return Content("not read", (), (stop.concern,))
    except (MemoryError, RecursionError):
        return Content("not read", (), (Quarantined(Why.TOO_LARGE, "needs more memory than is allowed").concern,))
    return _without_children(read)


def _read(name: str, content: bytes, limits: Limits) -> Content:
    head = content[:8]
    if not content.strip():
        raise Quarantined(Why.DAMAGED, "is empty")
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return read_pdf(content, limits)
    if head.startswith(b"PK\x03\x04"):
        return _packed(content, limits)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _older(name, content, limits)
    if head.startswith(_PICTURES):
        return Content("picture", scanned_pages=(1,))
    text = decoded(content)
    start = text[:2000].lstrip().casefold()
    if start.startswith(("<!doctype html", "<html", "<?xml")) or name.endswith((".html", ".htm")):
        return read_html(content, limits)
    if start.startswith("{\\rtf"):
        raise Quarantined(Why.NOT_KNOWN, "is rich text (RTF), which is not read")
    if name.endswith((".csv", ".tsv")) or (not name.endswith(".txt") and _looks_like_csv(text)):
        return read_csv(content, limits)
    return read_text(content, limits)


def _packed(content: bytes, limits: Limits) -> Content:
    archive = Archive(content, limits)
    if "word/document.xml" in archive.names:
        return read_docx(content, limits)
    if any(name.startswith("xl/") for name in archive.names):
        if "xl/workbook.bin" in archive.names:
            raise Quarantined(Why.NOT_KNOWN, "is a binary workbook (XLSB), which is not read")
        return read_xlsx(content, limits)
    if "content.xml" in archive.names and "mimetype" in archive.names:
        if b"spreadsheet" in archive.read("mimetype"):
            return read_ods(content, limits)
        raise Quarantined(Why.NOT_KNOWN, "is an open document that is no workbook")
    raise Quarantined(Why.NOT_KNOWN, "is a packed file that is no document; files inside it were not opened")


def _older(name: str, content: bytes, limits: Limits) -> Content:
    if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
        return read_xls(content, limits)
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Quarantined(Why.LOCKED, "is locked with a password")
    raise Quarantined(Why.NOT_KNOWN, "is an older letter (DOC) or message (MSG), which is not read")


def _looks_like_csv(text: str) -> bool:
    lines = [line for line in text.splitlines() if line.strip()][:10]
    return len(lines) >= 2 and any(
        min(line.count(mark) for line in lines) >= 2 and len({line.count(mark) for line in lines}) == 1
        for mark in ",;\t"
    )


def _without_children(content: Content) -> Content:
    """The same without tables that list children one by one."""
    kept, concerns = [], list(content.concerns)
    for piece in content.pieces:
        concern = child_level(piece) if isinstance(piece, Table) else None
        if concern is None:
            kept.append(piece)
        else:
            concerns.append(concern)
    if len(concerns) == len(content.concerns):
        return content
    if content.kind == "pdf":  # the same rows stand in the lines of the page too
        pages = {concern.part.partition(",")[0] for concern in concerns if concern.why is Why.CHILD_LEVEL}
        kept = [piece for piece in kept if piece.where.partition(",")[0] not in pages]
    return replace(content, pieces=tuple(kept), concerns=tuple(concerns))
