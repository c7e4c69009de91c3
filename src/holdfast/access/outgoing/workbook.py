"""Workbooks (.xlsx) and tables of the open document format (.ods), part by part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

# Parts that hold what no reader of the sheet sees. The pivot cache keeps every row that a summary was made from.
_PARTS = {
    r"pivotCache|pivotTables": "a pivot table with the rows behind it",
    r"externalLinks": "a link to another workbook, with copies of its cells",
    r"comments\d*\.xml|threadedComments|persons/": "comments",
    r"vbaProject|macrosheets|/Basic/|^Basic/|Scripts/": "macros",
    r"customXml|docProps/custom\.xml": "data of its own kind beside the sheets",
    r"embeddings|^Object |/ObjectReplacements": "an embedded object",
    r"media/|^Pictures/": "a picture",
    r"drawings/": "a drawing or a text box",
    r"connections\.xml|queryTables|model/": "a connection to a source of data",
    r"revisions|/users\.xml": "earlier versions",
    r"printerSettings": "the name of a printer",
    r"slicers|timelines": "a filter with the values behind it",
}
_NAMES = re.compile(r"(creator|lastModifiedBy|initial-creator|printed-by|Manager|Company|HyperlinkBase)$")
_WHITE = {"FFFFFFFF", "00FFFFFF", "FFFFFF"}


def workbook_problems(parts: ZipFile) -> Iterator[str]:
    """What an .xlsx holds beside values that are shown."""
    yield from _named(parts)
    if "xl/workbook.xml" not in parts.namelist():
        yield "The file is damaged, or not what its name says"
    for name in parts.namelist():
        if not name.endswith((".xml", ".rels")):
            continue
        root = _read(parts, name)
        if root is None:
            yield "A part of the workbook cannot be read"
        elif name == "xl/workbook.xml":
            yield from _workbook(root)
        elif re.match(r"xl/(work|chart|dialog)sheets/[^/]+\.xml$", name):
            yield from _sheet(root)
        elif name == "xl/styles.xml":
            yield from _styles(root)
        elif name.startswith("docProps/"):
            yield from _properties(root)
        elif name.endswith(".rels"):
            yield from _links(root)


def open_document_problems(parts: ZipFile) -> Iterator[str]:
    """What an .ods holds beside values that are shown."""
    yield from _named(parts)
    if "content.xml" not in parts.namelist():
        yield "The file is damaged, or not what its name says"
    for name in parts.namelist():
        if not name.endswith(".xml"):
            continue
        root = _read(parts, name)
        if root is None:
            yield "A part of the workbook cannot be read"
        elif name in ("content.xml", "styles.xml"):
            yield from _open_content(root)
        elif name == "meta.xml":
            yield from _properties(root)


def _open_content(root: Element) -> Iterator[str]:
    for element in root.iter():
        tag = _tag(element)
        if _value(element, "visibility") in ("collapse", "filter"):
            yield "The workbook has hidden rows or columns"
        if tag == "table-properties" and _value(element, "display") == "false":
            yield "The workbook has a hidden sheet"
        if tag == "annotation":
            yield "The workbook holds comments"
        if tag in ("data-pilot-table", "tracked-changes", "table-source", "script"):
            yield f"The workbook holds {tag.replace('-', ' ')}"
        if _value(element, "formula"):
            yield "The workbook holds formulas"
        if (_value(element, "color") or "").lower() == "#ffffff":
            yield "The workbook has white letters"


def _named(parts: ZipFile) -> Iterator[str]:
    for name in parts.namelist():
        for pattern, words in _PARTS.items():
            if re.search(pattern, name):
                yield f"The workbook holds {words}"


def _read(parts: ZipFile, name: str) -> Element | None:
    try:
        root: Element = fromstring(parts.read(name), forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError):
        return None
    return root


def _workbook(root: Element) -> Iterator[str]:
    for element in root.iter():
        if _tag(element) == "sheet" and element.get("state", "visible") != "visible":
            yield "The workbook has a hidden sheet"
        if _tag(element) == "workbookView" and element.get("visibility", "visible") != "visible":
            yield "The workbook opens hidden"
        if _tag(element) == "definedName":
            yield "The workbook holds named cells or filters"


def _sheet(root: Element) -> Iterator[str]:
    for element in root.iter():
        tag = _tag(element)
        if tag in ("row", "col") and (element.get("hidden") in ("1", "true") or _is_nothing(element)):
            yield "The workbook has hidden rows or columns"
        if tag == "sheetFormatPr" and element.get("zeroHeight") in ("1", "true"):
            yield "The workbook has hidden rows or columns"
        if tag == "f":
            yield "The workbook holds formulas"
        if tag in ("autoFilter", "dataValidation", "legacyDrawing", "oleObject", "sheetProtection"):
            yield f"The workbook holds {tag}"
        if tag in ("oddHeader", "oddFooter", "evenHeader", "evenFooter") and (element.text or "").strip():
            yield "The workbook has a header or footer that only print shows"


def _is_nothing(element: Element) -> bool:
    size = element.get("ht" if _tag(element) == "row" else "width")
    try:
        return size is not None and float(size) < 0.5
    except ValueError:
        return True


def _styles(root: Element) -> Iterator[str]:
    for font in (e for e in root.iter() if _tag(e) == "font"):
        if any(_tag(c) == "color" and (c.get("rgb", "").upper() in _WHITE or c.get("theme") == "0") for c in font):
            yield "The workbook has white letters"
    for form in (e for e in root.iter() if _tag(e) == "numFmt"):
        if ";;" in form.get("formatCode", ""):
            yield "The workbook has a format that hides values"


def _properties(root: Element) -> Iterator[str]:
    for element in root.iter():
        if _NAMES.search(_tag(element)) and (element.text or "").strip():
            yield "The workbook says who made it"


def _links(root: Element) -> Iterator[str]:
    if any(element.get("TargetMode") == "External" for element in root.iter()):
        yield "The workbook links to something outside"


def _tag(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _value(element: Element, name: str) -> str | None:
    return next((value for key, value in element.attrib.items() if key.rsplit("}", 1)[-1] == name), None)
