"""Text, CSV and web pages as bytes, to passages and tables."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

from holdfast.evidence.received.content import Concern, Content, Passage, Piece, Quarantined, Why, table
from holdfast.evidence.received.limits import Limits
from holdfast.evidence.received.workbook import FORMULA, reaches_out

_QUOTE_BEGINS = re.compile(
    r"^\s*(-{2,}\s*(original message|forwarded message)|on .{6,120} wrote:\s*$|from:\s.+@|_{20,}\s*$)", re.I
)


def decoded(content: bytes) -> str:
    """UTF-8 (with or without a mark), UTF-16 with one, else Windows-1252. Raises Quarantined where it is no text."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeError:
            continue
        if "\0" not in text:
            return text.removeprefix("\ufeff")
    raise Quarantined(Why.NOT_KNOWN, "is not text and no kind of document that is read")


def read_csv(content: bytes, limits: Limits) -> Content:
    """One table. A cell that begins like a formula is not read; one that reaches outside stops the whole file."""
    text = decoded(content)
    lines = [line for line in text.splitlines() if line.strip()][:20]
    mark = max(",;\t", key=lambda one: sum(line.count(one) for line in lines))
    rows: list[list[str]] = []
    formulas: list[int] = []
    csv.field_size_limit(1_000_000)
    try:
        for number, fields in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True), 1):
            limits.check_cells(number * max(1, len(fields)))
            rows.append([_cell(field[: limits.cell_letters], number, formulas) for field in fields])
    except csv.Error as error:
        raise Quarantined(Why.DAMAGED, f"cannot be read as CSV ({error})") from error
    concerns = []
    if formulas:
        words = f"{len(formulas)} cells that begin like a formula were not read"
        concerns.append(Concern(Why.FORMULA, words, "calculated cells"))
    one = table("table 1", rows)
    return Content("csv", (one,) if one else (), tuple(concerns))


def _cell(text: str, row: int, formulas: list[int]) -> str:
    bare = text.strip()
    begins = bare.startswith(("=", "@", "\t", "\r")) or re.match(r"[+-][^0-9\s]", bare) is not None
    if not begins or re.fullmatch(r"=?[<>]=?\s*[0-9]+|=<\s*[0-9]+", bare):
        return text
    if reaches_out(bare):
        raise Quarantined(Why.DANGEROUS_FORMULA, f"a cell of row {row} reaches outside the file")
    formulas.append(row)
    return FORMULA


def read_text(content: bytes, limits: Limits) -> Content:
    """A text file, line by line."""
    return Content("text", passages(decoded(content), limits))


def passages(text: str, limits: Limits) -> tuple[Passage, ...]:
    """The lines of a message. What repeats an earlier message is marked as quoted."""
    found = []
    earlier = False
    for number, line in enumerate(text.splitlines(), start=1):
        limits.check_cells(number)
        earlier = earlier or _QUOTE_BEGINS.match(line) is not None
        marked = re.match(r"^\s*((?:>\s?)+|\|\s)", line)
        bare = line[marked.end() :] if marked else line
        if bare.strip():
            found.append(
                Passage(f"line {number}", " ".join(bare.split())[: limits.cell_letters], earlier or bool(marked))
            )
    return tuple(found)


class _Page(HTMLParser):
    """Visible text in blocks, and tables. Nothing is fetched; scripts and styles are left out."""

    _BLOCKS = frozenset(("p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "ul", "ol"))

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[tuple[bool, str]] = []
        self.pieces: list[Piece] = []
        self.hidden = False
        self._text: list[str] = []
        self._skip = 0
        self._quote = 0
        self._tables: list[list[list[str]]] = []
        self._cell: list[str] | None = None
        self._across = 1
        self._down: list[dict[int, int]] = []  # of each open table: how many rows more a cell above reaches, by column
        self._raised = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        style = next((value or "" for name, value in attrs if name == "style"), "").replace(" ", "").casefold()
        if "display:none" in style or "visibility:hidden" in style or any(name == "hidden" for name, _ in attrs):
            self.hidden = True
        if tag in ("script", "style", "head", "template"):
            self._skip += 1
        elif tag == "blockquote":
            self._flush()
            self._quote += 1
        elif tag == "table":
            self._flush()
            self._tables.append([])
            self._down.append({})
        elif tag == "tr" and self._tables:
            self._tables[-1].append([])
        elif tag in ("td", "th") and self._tables:
            if not self._tables[-1]:
                self._tables[-1].append([])
            self._begin_cell(dict(attrs))
        elif tag in ("s", "strike", "del"):
            self.handle_data(" [struck out] ")
            self._skip += 1
        elif tag in ("sup", "sub"):
            self._raised += 1
        elif tag in self._BLOCKS:
            self._flush()

    def _begin_cell(self, attrs: dict[str, str | None]) -> None:
        """A cell that reaches over several columns or rows stands in the first; the others are empty."""
        row, down = self._tables[-1][-1], self._down[-1]
        while down.get(len(row)):
            down[len(row)] -= 1
            row.append("")
        self._across, rows = (_span(attrs.get(name)) for name in ("colspan", "rowspan"))
        down.update(dict.fromkeys(range(len(row), len(row) + self._across), rows - 1))
        self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "head", "template"):
            self._skip = max(0, self._skip - 1)
        elif tag == "blockquote":
            self._flush()
            self._quote = max(0, self._quote - 1)
        elif tag in ("td", "th") and self._cell is not None and self._tables:
            self._tables[-1][-1] += ["".join(self._cell), *[""] * (self._across - 1)]
            self._cell = None
        elif tag in ("s", "strike", "del"):
            self._skip = max(0, self._skip - 1)
        elif tag in ("sup", "sub"):
            self._raised = max(0, self._raised - 1)
        elif tag == "table" and self._tables:
            self._cell = None
            self._down.pop()
            one = table(f"table {1 + sum(not isinstance(p, Passage) for p in self.pieces)}", self._tables.pop())
            self.pieces += [one] if one else []
        elif tag in self._BLOCKS:
            self._flush()

    def handle_data(self, data: str) -> None:
        if self._skip:
            return
        if self._raised and not re.fullmatch(r"\s*(st|nd|rd|th)?\s*", data):  # "2" with a raised 1 is not 21
            data = f"[{data.strip()}]"
        (self._text if self._cell is None else self._cell).append(data)

    def _flush(self) -> None:
        text = " ".join("".join(self._text).split())
        self._text = []
        if self._cell is not None:
            self._cell.append(" ")
        elif text:
            self.pieces.append(Passage(f"paragraph {1 + len(self.pieces)}", text, self._quote > 0))

    def finish(self) -> tuple[Piece, ...]:
        """Everything, once the page is at its end."""
        self.close()
        self._flush()
        return tuple(self.pieces)


def _span(text: str | None) -> int:
    """How far a cell reaches; what is no small number is 1."""
    return int(text) if text and re.fullmatch("[1-9][0-9]?", text.strip(), re.ASCII) else 1


def read_html(content: bytes, limits: Limits) -> Content:
    """A web page or the web form of a message."""
    return html_content(decoded(content), limits)


def html_content(text: str, limits: Limits) -> Content:
    """Raises Quarantined where the page is too large."""
    page = _Page()
    page.feed(text)
    pieces = page.finish()
    limits.check_cells(len(pieces))
    if page.hidden:
        concern = Concern(Why.HIDDEN_TEXT, "has text that is not shown to a reader; nothing of it was read")
        return Content("web page", (), (concern,))
    return Content("web page", pieces)
