"""Workbooks of the older kind (XLS) and of the open kind (ODS).

XLS is read by python-calamine: it tells hidden sheets, and cannot tell hidden rows or formulas, so a person is told
that these could not be checked. ODS says everything in its own XML, which is read here; what is struck out and what
cannot be seen is treated as in the newer kind.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from holdfast.evidence.received.archive import Archive, local
from holdfast.evidence.received.content import Concern, Content, Piece, Quarantined, Why, table
from holdfast.evidence.received.limits import Limits
from holdfast.evidence.received.workbook import FORMULA, UNSEEN, reaches_out

UNCHECKED = (
    "hidden rows, calculated cells and letters that are struck out or white "
    "cannot be told in this older kind of workbook"
)


def read_xls(content: bytes, limits: Limits) -> Content:
    """Raises Quarantined."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    if b"_VBA_PROJECT" in content or "_VBA_PROJECT".encode("utf-16-le") in content:
        raise Quarantined(Why.MACROS, "is a workbook that carries a program (macros)")
    pieces: list[Piece] = []
    concerns = [Concern(Why.HIDDEN_CELLS, UNCHECKED, "whole workbook, unchecked")]
    cells = 0
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for sheet in book.sheets_metadata:
            if sheet.visible != SheetVisibleEnum.Visible:
                words = "a sheet is hidden and was not read"
                concerns.append(Concern(Why.HIDDEN_SHEET, words, f"sheet {sheet.name}"))
                continue
            rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            cells += sum(len(row) for row in rows)
            limits.check_cells(cells)
            one = table(f"sheet {sheet.name}", [[_shown(value) for value in row] for row in rows])
            pieces += [one] if one else []
    except CalamineError as error:
        why = Why.LOCKED if "password" in str(error).casefold() else Why.DAMAGED
        raise Quarantined(why, "is a workbook that cannot be opened") from error
    return Content("older workbook", tuple(pieces), tuple(concerns))


def _shown(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def read_ods(content: bytes, limits: Limits) -> Content:
    """Raises Quarantined."""
    archive = Archive(content, limits)
    if archive.under("Basic/") or archive.under("Scripts/"):
        raise Quarantined(Why.MACROS, "is a workbook that carries a program (macros)")
    root = archive.xml("content.xml")
    hidden_styles = {
        _attribute(style, "name")
        for style in root.iter()
        if local(style.tag) == "style" and any(_attribute(one, "display") == "false" for one in style)
    }
    looks = _Looks([root, *([archive.xml("styles.xml")] if "styles.xml" in archive.names else [])])
    pieces: list[Piece] = []
    concerns: list[Concern] = []
    cells = [0]
    for element in root.iter():
        if local(element.tag) != "table":
            continue
        name = _attribute(element, "name")
        if _attribute(element, "style-name") in hidden_styles or _attribute(element, "display") == "false":
            concerns.append(Concern(Why.HIDDEN_SHEET, "a sheet is hidden and was not read", f"sheet {name}"))
            continue
        one = _ods_sheet(element, name, looks, concerns, limits, cells)
        pieces += [one] if one else []
    return Content("open workbook", tuple(pieces), tuple(concerns))


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if local(key) == name), "")


def _repeats(element: Element, name: str) -> int:
    text = _attribute(element, name)
    return int(text) if text.isdigit() else 1


class _Looks:
    """The styles of an ODS by name: what is struck out, and what is white on white."""

    def __init__(self, roots: Iterable[Element]) -> None:
        self._styles = {
            _attribute(style, "name"): style for root in roots for style in root.iter() if local(style.tag) == "style"
        }

    def _says(self, name: str, attribute: str) -> str:
        """What a style says of one thing, or what it is made after says."""
        for _ in range(20):  # a style can be made after itself
            style = self._styles.get(name)
            if style is None:
                return ""
            for one in style:
                if local(one.tag) in ("text-properties", "table-cell-properties") and _attribute(one, attribute):
                    return _attribute(one, attribute).casefold()
            name = _attribute(style, "parent-style-name")
        return ""

    def is_struck(self, name: str) -> bool:
        said = (self._says(name, "text-line-through-style"), self._says(name, "text-line-through-type"))
        return any(one not in ("", "none") for one in said)

    def is_unseen(self, name: str) -> bool:
        ground = self._says(name, "background-color")
        return self._says(name, "color") == "#ffffff" and ground in ("", "transparent", "#ffffff")


def _ods_sheet(
    element: Element, name: str, looks: _Looks, concerns: list[Concern], limits: Limits, cells: list[int]
) -> Piece | None:
    hidden, of_columns = _hidden_columns(element), _styles_of_columns(element)
    rows: list[list[str]] = []
    numbers: list[int] = []
    at = hidden_rows = formulas = unseen = 0
    hidden_seen: set[int] = set()
    for row in (one for one in element.iter() if local(one.tag) == "table-row"):
        values: list[str] = []
        for cell in row:
            if local(cell.tag) not in ("table-cell", "covered-table-cell"):
                continue
            style = (
                _attribute(cell, "style-name")
                or _attribute(row, "default-cell-style-name")
                or of_columns.get(len(values), "")
            )
            text = _ods_text(cell, name, looks, style)
            formulas += text == FORMULA
            unseen += text == UNSEEN
            if any(local(child.tag) == "annotation" for child in cell):
                concerns.append(Concern(Why.COMMENT, "comments were not read", f"sheet {name}, comments"))
            times = _repeats(cell, "number-columns-repeated")
            values += [text] * (times if text else min(times, 2_000))
            limits.check_cells(len(values))
        at += 1
        repeated = _repeats(row, "number-rows-repeated")
        if any(values):
            cells[0] += len(values) * repeated
            limits.check_cells(cells[0])
            if _attribute(row, "visibility") in ("collapse", "filter"):
                hidden_rows += repeated
            else:
                hidden_seen |= {column for column, text in enumerate(values) if text and column in hidden}
                shown = ["" if column in hidden else text for column, text in enumerate(values)]
                rows += [shown] * repeated
                numbers += range(at, at + repeated)
        at += repeated - 1
    for count, what in ((hidden_rows, "rows"), (len(hidden_seen), "columns")):
        if count:
            words = f"{count} hidden {what} with something in them were not read"
            concerns.append(Concern(Why.HIDDEN_CELLS, words, f"sheet {name}, hidden {what}"))
    if unseen:
        words = f"{unseen} cells whose letters cannot be seen were not read"
        concerns.append(Concern(Why.HIDDEN_TEXT, words, f"sheet {name}, letters that cannot be seen"))
    if formulas:
        words = f"{formulas} calculated cells were not read"
        concerns.append(Concern(Why.FORMULA, words, f"sheet {name}, calculated cells"))
    return table(f"sheet {name}", rows, numbers)


def _hidden_columns(element: Element) -> set[int]:
    hidden: set[int] = set()
    at = 0
    for column in (one for one in element.iter() if local(one.tag) == "table-column"):
        times = min(_repeats(column, "number-columns-repeated"), 20_000)
        if _attribute(column, "visibility") in ("collapse", "filter"):
            hidden |= set(range(at, at + times))
        at += times
    return hidden


def _styles_of_columns(element: Element) -> dict[int, str]:
    """The style of the cells of each column, counted from 0, that have none of their own."""
    found: dict[int, str] = {}
    at = 0
    for column in (one for one in element.iter() if local(one.tag) == "table-column"):
        times = min(_repeats(column, "number-columns-repeated"), 20_000)
        if style := _attribute(column, "default-cell-style-name"):
            found |= dict.fromkeys(range(at, at + times), style)
        at += times
    return found


def _ods_text(cell: Element, sheet: str, looks: _Looks, style: str) -> str:
    formula = _attribute(cell, "formula")
    if formula:
        if reaches_out(formula):
            raise Quarantined(Why.DANGEROUS_FORMULA, f"a cell of sheet {sheet} reaches outside the file")
        return FORMULA
    lines = ("".join(_runs(line, looks)) for line in cell if local(line.tag) == "p")
    text = " ".join(" ".join(lines).split())
    if text and looks.is_unseen(style):
        return UNSEEN
    return f"[{text}]" if text and looks.is_struck(style) else text


def _runs(line: Element, looks: _Looks) -> Iterator[str]:
    """The text of a line, what is struck out in brackets."""
    yield line.text or ""
    for part in line:
        words = "".join(_runs(part, looks))
        is_struck = local(part.tag) == "span" and looks.is_struck(_attribute(part, "style-name"))
        yield f"[{words}]" if is_struck and words.strip() else words
        yield part.tail or ""
