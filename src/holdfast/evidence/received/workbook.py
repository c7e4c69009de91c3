"""Workbooks of the newer kind (XLSX, XLSM): visible cells as text, everything hidden or calculated set apart.

A calculated cell is not read: the number kept beside a formula is whatever the last program wrote there. Its place
holds FORMULA, which no rule can read as a number. Nor is what nobody who looks at the sheet can see, as white letters
on white: UNSEEN. What is struck out was taken back by whoever wrote it, and stands in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from posixpath import dirname, join, normpath
from xml.etree.ElementTree import Element

from holdfast.evidence.received.archive import Archive, local
from holdfast.evidence.received.content import Concern, Content, Piece, Quarantined, Why, table
from holdfast.evidence.received.limits import Limits

FORMULA = "(calculated cell, not read)"
UNSEEN = "(letters that cannot be seen, not read)"
_REACHES_OUT = re.compile(
    r"\b(webservice|hyperlink|dde|dddexec|import(xml|html|data|feed|range)|rtd|call|exec|filterxml|sql\.request)\s*\("
    r"|\|\s*'?[^|]*'?!|\[[0-9]+\]|cmd\s*\||https?://|\\\\",
    re.I,
)


def reaches_out(formula: str) -> bool:
    """Whether a formula opens another file, an address or a program."""
    return _REACHES_OUT.search(formula) is not None


@dataclass
class _Sheet:
    name: str
    rows: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    hidden_rows: int = 0
    hidden_columns: int = 0
    formulas: list[str] = field(default_factory=list)
    unseen: int = 0


@dataclass(frozen=True, slots=True)
class _Style:
    """How a cell is shown. `sort`: "percent", "date" or "number"."""

    sort: str = "number"
    is_struck: bool = False
    is_unseen: bool = False


def read_xlsx(content: bytes, limits: Limits) -> Content:
    """Raises Quarantined where the workbook as a whole must not be read."""
    archive = Archive(content, limits)
    if archive.has("vbaproject.bin") or archive.under("xl/macrosheets/") or archive.under("xl/dialogsheets/"):
        raise Quarantined(Why.MACROS, "is a workbook that carries a program (macros)")
    concerns = _beside_the_sheets(archive)
    texts, styles = _shared_texts(archive), _styles(archive)
    pieces: list[Piece] = []
    cells = 0
    for name, state, part in _sheets(archive):
        if state != "visible":
            concerns.append(Concern(Why.HIDDEN_SHEET, "a sheet is hidden and was not read", f"sheet {name}"))
            continue
        sheet = _sheet(archive.xml(part), name, texts, styles, limits)
        cells += sum(len(row) for row in sheet.rows)
        limits.check_cells(cells)
        concerns += _of_sheet(sheet)
        one = table(f"sheet {name}", sheet.rows, sheet.numbers)
        pieces += [one] if one else []
    return Content("workbook", tuple(pieces), tuple(concerns))


def _beside_the_sheets(archive: Archive) -> list[Concern]:
    """Pivot caches, comments, links to other files and files inside."""
    found = []
    if archive.under("xl/pivotCache/"):
        found.append(Concern(Why.PIVOT, "a pivot cache may hold the rows behind a summary", "pivot cache"))
    if any(re.match(r"xl/(comments|threadedComments)", name) for name in archive.names):
        found.append(Concern(Why.COMMENT, "comments were not read", "comments"))
    if archive.under("xl/externalLinks/") or archive.has("connections.xml"):
        found.append(Concern(Why.EMBEDDED, "links to other files were not followed", "links"))
    if archive.under("xl/embeddings/") or archive.under("customXml/item"):
        found.append(Concern(Why.EMBEDDED, "files inside the workbook were not opened", "embedded files"))
    return found


def _of_sheet(sheet: _Sheet) -> list[Concern]:
    found, part = [], f"sheet {sheet.name}"
    for count, what in ((sheet.hidden_rows, "rows"), (sheet.hidden_columns, "columns")):
        if count:
            words = f"{count} hidden {what} with something in them were not read"
            found.append(Concern(Why.HIDDEN_CELLS, words, f"{part}, hidden {what}"))
    if sheet.unseen:
        words = f"{sheet.unseen} cells whose letters cannot be seen were not read"
        found.append(Concern(Why.HIDDEN_TEXT, words, f"{part}, letters that cannot be seen"))
    if sheet.formulas:
        places = ", ".join(sheet.formulas[:5]) + (" …" if len(sheet.formulas) > 5 else "")
        words = f"{len(sheet.formulas)} calculated cells were not read ({places})"
        found.append(Concern(Why.FORMULA, words, f"{part}, calculated cells"))
    return found


def _sheets(archive: Archive) -> list[tuple[str, str, str]]:
    """Name, state and part of every sheet, in the order of the workbook."""
    if "xl/workbook.xml" not in archive.names:
        raise Quarantined(Why.NOT_KNOWN, "is packed like an office document, and is no workbook and no letter")
    targets = {}
    for relation in archive.xml("xl/_rels/workbook.xml.rels"):
        target = relation.get("Target", "")
        targets[relation.get("Id")] = normpath(target.lstrip("/") if target.startswith("/") else join("xl", target))
    found = []
    for element in archive.xml("xl/workbook.xml").iter():
        if local(element.tag) != "sheet":
            continue
        relation_id = next((value for key, value in element.attrib.items() if local(key) == "id"), "")
        part = targets.get(relation_id, "")
        if dirname(part) == "xl/worksheets":
            found.append((element.get("name", ""), element.get("state", "visible"), part))
    return found


def _shared_texts(archive: Archive) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.names:
        return []
    return [_text_in(one) for one in archive.xml("xl/sharedStrings.xml") if local(one.tag) == "si"]


def _text_in(element: Element) -> str:
    """The text of runs; the guides to pronunciation beside them are left out. What is raised or struck out stands in
    brackets: "2" with a raised 1 is not 21."""
    said = []
    for child in element:
        if local(child.tag) == "t":
            said.append(child.text or "")
        elif local(child.tag) == "r":
            text = "".join(part.text or "" for part in child if local(part.tag) == "t")
            apart = {local(one.tag) for part in child if local(part.tag) == "rPr" for one in part}
            said.append(f"[{text}]" if apart & {"vertAlign", "strike"} and text.strip() else text)
    return "".join(said)


def _styles(archive: Archive) -> list[_Style]:
    """How each style of cell is shown."""
    if "xl/styles.xml" not in archive.names:
        return []
    root = archive.xml("xl/styles.xml")
    own = {
        element.get("numFmtId", ""): element.get("formatCode", "")
        for element in root.iter()
        if local(element.tag) == "numFmt"
    }
    styles = next((element for element in root if local(element.tag) == "cellXfs"), None)
    fonts, fills = ([*one] for one in (_part(root, "fonts"), _part(root, "fills")))
    found = []
    for style in styles if styles is not None else ():
        number = style.get("numFmtId", "0")
        font, fill = _at(fonts, style.get("fontId", "")), _at(fills, style.get("fillId", ""))
        is_unseen = own.get(number, "").strip() == ";;;" or (_is_white_letters(font) and _is_white_ground(fill))
        found.append(_Style(_sort(number, own), _is_struck(font), is_unseen))
    return found


def _part(root: Element, name: str) -> Iterable[Element]:
    return next((element for element in root if local(element.tag) == name), ())


def _at(found: Sequence[Element], number: str) -> Element | None:
    return found[int(number)] if number.isdigit() and int(number) < len(found) else None


def _is_struck(font: Element | None) -> bool:
    return any(local(one.tag) == "strike" and one.get("val", "1") not in ("0", "false") for one in _in(font))


def _is_white_letters(font: Element | None) -> bool:
    return any(local(one.tag) == "color" and _is_white(one) for one in _in(font))


def _is_white_ground(fill: Element | None) -> bool:
    for pattern in _in(fill):
        if local(pattern.tag) != "patternFill":
            return False
        if pattern.get("patternType", "none") != "none":
            return any(local(one.tag) == "fgColor" and _is_white(one) for one in pattern)
    return True


def _in(element: Element | None) -> Iterable[Element]:
    return element if element is not None else ()


def _is_white(color: Element) -> bool:
    """Of the theme, 0 is the ground of the page; 1 and 9 are white among the numbered colours."""
    if float(color.get("tint") or 0) < 0:
        return False
    rgb, theme, index = color.get("rgb", ""), color.get("theme", ""), color.get("indexed", "")
    return rgb.upper().endswith("FFFFFF") or theme == "0" or index in ("1", "9")


def _sort(number: str, own: dict[str, str]) -> str:
    code = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", own.get(number, ""))
    if number in ("9", "10") or "%" in code:
        return "percent"
    if (number.isdigit() and (14 <= int(number) <= 22 or 45 <= int(number) <= 47)) or re.search("[dmyhs]", code, re.I):
        return "date"
    return "number"


def _sheet(root: Element, name: str, texts: list[str], styles: list[_Style], limits: Limits) -> _Sheet:
    sheet = _Sheet(name)
    hidden = _hidden_columns(root)
    touched: set[int] = set()
    for at, element in enumerate(
        (row for data in root if local(data.tag) == "sheetData" for row in data if local(row.tag) == "row"), start=1
    ):
        number = int(element.get("r") or at)
        cells = _row(element, number, sheet, texts, styles, limits)
        if element.get("hidden") in ("1", "true") or element.get("ht") == "0":
            sheet.hidden_rows += any(cells.values())
            continue
        touched |= {column for column in cells if column in hidden and cells[column]}
        shown = {column: text for column, text in cells.items() if column not in hidden}
        sheet.rows.append([shown.get(column, "") for column in range(max(shown, default=-1) + 1)])
        sheet.numbers.append(number)
    sheet.hidden_columns = len(touched)
    return sheet


def _hidden_columns(root: Element) -> set[int]:
    """Columns hidden or of no width, counted from 0."""
    hidden: set[int] = set()
    for element in root.iter():
        if local(element.tag) != "col":
            continue
        if element.get("hidden") in ("1", "true") or element.get("width") == "0":
            last = min(int(element.get("max", "0")), 16_384)
            hidden |= set(range(int(element.get("min", "1")) - 1, last))
    return hidden


def _row(
    row: Element, number: int, sheet: _Sheet, texts: list[str], styles: list[_Style], limits: Limits
) -> dict[int, str]:
    cells: dict[int, str] = {}
    for element in row:
        if local(element.tag) != "c":
            continue
        place = element.get("r", "")
        column = _column(place) if place else len(cells)
        if column >= 2_000:
            raise Quarantined(Why.TOO_LARGE, f"sheet {sheet.name} is wider than 2,000 columns")
        formula = next((child for child in element if local(child.tag) == "f"), None)
        if formula is not None:
            if reaches_out(formula.text or ""):
                raise Quarantined(Why.DANGEROUS_FORMULA, f"a cell of sheet {sheet.name} reaches outside the file")
            sheet.formulas.append(place or f"row {number}")
            cells[column] = FORMULA
            continue
        at = element.get("s", "0")
        style = styles[int(at)] if at.isdigit() and int(at) < len(styles) else _Style()
        text = _value(element, texts, style.sort)[: limits.cell_letters]
        if style.is_unseen and text:
            sheet.unseen += 1
            text = UNSEEN
        cells[column] = f"[{text}]" if style.is_struck and text.strip() else text
    return cells


def _column(place: str) -> int:
    """ "A1" is 0, "AB7" is 27."""
    number = 0
    for letter in place.rstrip("0123456789"):
        number = 26 * number + ord(letter) % 32
    return number - 1


def _value(element: Element, texts: list[str], shown: str) -> str:
    sort = element.get("t", "n")
    inside = next((child for child in element if local(child.tag) == "is"), None)
    if inside is not None:
        return _text_in(inside)
    raw = next((child.text or "" for child in element if local(child.tag) == "v"), "")
    if sort == "s":
        return texts[int(raw)] if raw.isdigit() and int(raw) < len(texts) else ""
    if sort == "b":
        return "TRUE" if raw == "1" else "FALSE"  # as it is shown: no count of one
    if sort in ("str", "e") or not raw:
        return raw
    return _number(raw, shown)


def _number(raw: str, sort: str) -> str:
    """A number as it is shown: 12, not 12.0; a share as a percentage; a day as a day."""
    try:
        value = float(raw)
    except ValueError:
        return raw
    if sort == "percent":
        return f"{value * 100:g}%"
    if sort == "date":
        return _day(value)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else raw


def _day(value: float) -> str:
    from datetime import date, timedelta

    if not 1 <= value < 2_958_466:
        return str(value)
    return (date(1899, 12, 30) + timedelta(days=int(value))).isoformat()
