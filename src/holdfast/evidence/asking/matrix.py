"""Authority by question: what came of each, in one word, for the eye and for a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from holdfast.evidence.asking.clocks import Standing
from holdfast.evidence.cells import SILENT, Cell, Reason
from holdfast.evidence.handed_over import csv_bytes, harmless
from holdfast.evidence.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class Matrix:
    """The heading and a row for each request; `counts` says how many answers of each question are of which kind."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    counts: tuple[tuple[str, ...], ...]


KINDS = ("number", "range", "no number", "refused", "not recorded", "no answer", "passed on", "not asked")


def kind_of(cell: Cell | None) -> str:
    """One of KINDS."""
    if cell is None or cell.reason in SILENT:
        return "no answer"
    if cell.is_exact:
        return "number"
    if cell.lower is not None and cell.upper is not None:
        return "range"
    if cell.reason.value.startswith("refused") or cell.reason is Reason.NCND:
        return "refused"
    return "not recorded" if cell.reason in (Reason.NOT_RECORDED, Reason.NOT_HELD) else "no number"


def matrix(standings: Sequence[Standing], cells: Iterable[Cell], asked: Questionnaire, period: str) -> Matrix:
    """For one period. The words of a question's answer are never in it, only what kind it is."""
    by_place = {(one.authority.casefold(), one.item): one for one in cells if one.period == period}
    by_reference = {one.asked.reference: one.asked for one in standings}
    rows, kinds = [], {question.item: dict.fromkeys(KINDS, 0) for question in asked.questions}
    for one in standings:
        others = [by_reference[reference] for reference in one.asked.instead if reference in by_reference]
        told = "; ".join(f"{other.authority} ({other.reference})" for other in others)
        due = one.due.isoformat() if one.due else ""
        row = [one.asked.authority, one.asked.nation, one.asked.reference, one.state.value, due, told]
        for question in asked.questions:
            kind = kind_of(by_place.get((one.asked.authority.casefold(), question.item)))
            if not one.asked.asks(question.number):
                kind = "not asked"
            elif kind == "no answer" and any(other.asks(question.number) for other in others):
                kind = "passed on"
            kinds[question.item][kind] += 1
            row.append(kind)
        rows.append(tuple(row))
    counts = tuple((kind, *(str(kinds[question.item][kind]) for question in asked.questions)) for kind in KINDS)
    fixed = ("authority", "nation", "reference", "request", "due", "asked instead")
    return Matrix((*fixed, *(question.number for question in asked.questions)), tuple(rows), counts)


def as_csv(one: Matrix) -> bytes:
    """The rows."""
    return csv_bytes(one.heading, [tuple(harmless(cell) for cell in row) for row in one.rows])


def as_html(one: Matrix, title: str) -> bytes:
    """The counts and the rows as a page by itself."""
    counts = ("How many answers are of which kind", ("answers", *one.heading[6:]), one.counts)
    return html_page(title, counts, ("Each request and each question", one.heading, one.rows))


def html_page(title: str, *tables: tuple[str, Sequence[str], Sequence[Sequence[str]]]) -> bytes:
    """A page by itself, without script or style from elsewhere; the words carry the meaning, not a colour. Each table:
    its caption, its heading, its rows, of which the first cell names the row."""
    style = "body{font:16px Arial,sans-serif;margin:2em}table{border-collapse:collapse;margin:0 0 2em}"
    style += "caption{font-weight:bold;text-align:left}th,td{border:1px solid #b1b4b6;padding:4px 8px;text-align:left}"
    page = (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{style}</style></head><body><h1>{escape(title)}</h1>"
        + "".join(_table(*one) for one in tables)
        + "</body></html>\n"
    )
    return page.encode()


def _table(caption: str, heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in heading)
    lines = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table>"
