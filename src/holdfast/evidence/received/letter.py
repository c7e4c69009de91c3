"""Letters (DOCX): paragraphs and tables in their order. Deleted, hidden and commented text is set apart."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from holdfast.evidence.received.archive import Archive, local
from holdfast.evidence.received.content import Concern, Content, Passage, Piece, Quarantined, Why, table
from holdfast.evidence.received.limits import Limits


def read_docx(content: bytes, limits: Limits) -> Content:
    """Raises Quarantined where the letter as a whole must not be read."""
    archive = Archive(content, limits)
    if archive.has("vbaproject.bin"):
        raise Quarantined(Why.MACROS, "is a letter that carries a program (macros)")
    concerns: list[Concern] = []
    if archive.has("word/comments.xml"):
        concerns.append(Concern(Why.COMMENT, "comments were not read", "comments"))
    if archive.under("word/embeddings/") or archive.under("word/afchunk"):
        concerns.append(Concern(Why.EMBEDDED, "files inside the letter were not opened", "embedded files"))
    root = archive.xml("word/document.xml")
    body = next((element for element in root if local(element.tag) == "body"), root)
    tags = {local(element.tag) for element in body.iter()}
    if tags & {"ins", "del", "moveFrom", "moveTo"}:
        concerns.append(Concern(Why.CHANGES, "what was deleted was not read; what was inserted was", "tracked changes"))
    if _has_hidden(body):
        concerns.append(Concern(Why.HIDDEN_TEXT, "hidden text was not read", "hidden text"))
    pieces: list[Piece] = []
    for element in _blocks(body):
        if local(element.tag) == "tbl":
            number = 1 + sum(not isinstance(piece, Passage) for piece in pieces)
            one = table(f"table {number}", _rows(element))
            pieces += [one] if one else []
            continue
        for line in _text(element).split("\n"):
            if line.strip():
                number = 1 + sum(isinstance(piece, Passage) for piece in pieces)
                pieces.append(Passage(f"paragraph {number}", " ".join(line.split())[: limits.cell_letters]))
        limits.check_cells(len(pieces))
    return Content("letter", tuple(pieces), tuple(concerns))


def _blocks(body: Element) -> list[Element]:
    """Paragraphs and tables in reading order, also those inside fields of a form."""
    found: list[Element] = []
    for element in body:
        if local(element.tag) in ("p", "tbl"):
            found.append(element)
        elif local(element.tag) in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            found += _blocks(element)
    return found


def _rows(element: Element) -> list[list[str]]:
    """A merged cell holds its text once; the places it covers sideways stay empty."""
    rows = []
    for row in (one for one in element.iter() if local(one.tag) == "tr"):
        cells: list[str] = []
        for cell in (one for one in row if local(one.tag) == "tc"):
            said = [_text(line) for line in cell.iter() if local(line.tag) == "p"]
            span = next((one for one in cell.iter() if local(one.tag) == "gridSpan"), None)
            width = (
                next((value for key, value in span.attrib.items() if local(key) == "val"), "1")
                if span is not None
                else "1"
            )
            cells.append(" ".join(" ".join(said).split()))
            cells += [""] * (min(int(width), 100) - 1 if width.isdigit() else 0)
        rows.append(cells)
    return rows


def _is_hidden(run: Element) -> bool:
    return any(local(one.tag) == "vanish" for part in run if local(part.tag) == "rPr" for one in part)


def _has_hidden(body: Element) -> bool:
    return any(local(run.tag) == "r" and _is_hidden(run) and "".join(run.itertext()).strip() for run in body.iter())


def _text(element: Element) -> str:
    """What a reader sees of a paragraph: no deleted and no hidden text; a line break is a new line."""
    said: list[str] = []
    for child in element:
        name = local(child.tag)
        if name in ("del", "moveFrom", "tbl", "drawing", "pict", "AlternateContent"):
            continue
        if name == "r":
            said.append("" if _is_hidden(child) else _run(child))
        elif name in ("hyperlink", "ins", "moveTo", "sdt", "sdtContent", "smartTag", "fldSimple", "customXml"):
            said.append(_text(child))
    return "".join(said)


def _set(run: Element, name: str) -> str:
    """How a run is set: the value of that property, "on" where it has none, empty where it is not set."""
    found = next((one for part in run if local(part.tag) == "rPr" for one in part if local(one.tag) == name), None)
    if found is None:
        return ""
    value = next((value for key, value in found.attrib.items() if local(key) == "val"), "on")
    return "" if value in ("0", "false", "off", "none", "baseline") else value


def _run(run: Element) -> str:
    """What is struck out is not repeated; "2" with a raised 1 is not 21; a footnote leaves its mark."""
    if _set(run, "strike") or _set(run, "dstrike"):
        return " [struck out] " if "".join(run.itertext()).strip() else ""
    text = _plain_run(run)
    raised = _set(run, "vertAlign") and text.strip() and not re.fullmatch(r"\s*(st|nd|rd|th)\s*", text)
    return f"[{text.strip()}]" if raised and not text.strip().startswith("[") else text


def _plain_run(run: Element) -> str:
    said = []
    for part in run:
        name = local(part.tag)
        if name in ("footnoteReference", "endnoteReference"):
            said.append("[*]")
        if name == "t":
            said.append(part.text or "")
        elif name == "tab":
            said.append("\t")
        elif name in ("br", "cr"):
            said.append("\n")
        elif name == "noBreakHyphen":
            said.append("-")
    return "".join(said)
