"""The fill-in template of a round: a CSV or XLSX file that goes out with the request and comes back as cells.

The answers are the authority's own, in our columns, so nothing is guessed: what `reading.read` cannot read is refused
with its row. A template that is not wholly ours (a column missing, a question changed, another round) is no template.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from holdfast.evidence.questionnaire import Questionnaire
from holdfast.evidence.received.content import Table

COLUMNS = ("round", "authority", "nation", "period", "question", "item", "asked", "answer", "policy", "note")


@dataclass(frozen=True, slots=True)
class Line:
    """One answer as it stands in the template. `number` is the row, counted from 1 with the heading."""

    authority: str
    nation: str
    period: str
    item: str
    answer: str
    policy: str
    note: str
    number: int = 0


class NotThisRound(ValueError):
    """It is a template and not this round's, or it was changed. The message says what."""


def template_rows(
    asked: Questionnaire, authority: str, nation: str, answers: Iterable[Line] = ()
) -> list[tuple[str, ...]]:
    """The heading and a row for each question and period; answers where they are given."""
    given = {(one.item, one.period): one for one in answers}
    rows: list[tuple[str, ...]] = [COLUMNS]
    for period in asked.periods:
        for question in asked.questions:
            one = given.get((question.item, period.name))
            filled = (one.answer, one.policy, one.note) if one else ("", "", "")
            rows.append(
                (asked.id, authority, nation, period.name, question.number, question.item, question.asks, *filled)
            )
    return rows


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """UTF-8 with a mark, so that a spreadsheet program opens it with its letters."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook of one sheet, every cell a text, so that no program makes a day of "1-4". Same rows, same bytes."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(
            f'<c r="{chr(65 + at)}{number}" t="inlineStr" s="1"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
            for at, text in enumerate(row)
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    main, offices = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/"
    relations, package = f"{offices}officeDocument/2006/relationships", f"{offices}package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}'  # noqa: E501
        f'.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{relations}/officeDocument"'  # noqa: E501
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets><sheet name="Answers" sheetId="1" r:id="r1"/>'  # noqa: E501
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{relations}'  # noqa: E501
        f'/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{relations}/styles" Target="styles.xml"/>'  # noqa: E501
        "</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'  # noqa: E501
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'  # noqa: E501
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/>'
        '<xf numFmtId="49" applyNumberFormat="1"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><cols><col min="1" max="6" width="16"/><col min="7" max="7"'  # noqa: E501
        f' width="70"/><col min="8" max="10" width="24"/></cols><sheetData>{"".join(lines)}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with ZipFile(out, "w") as packed:
        for name, text in parts.items():
            part = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.compress_type = ZIP_DEFLATED
            packed.writestr(part, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + text)
    return out.getvalue()


def is_template(table: Table) -> bool:
    """Whether a table's first row is the template's heading."""
    return tuple(cell.casefold() for cell in table.rows[0][: len(COLUMNS)]) == COLUMNS


def read_template(table: Table, asked: Questionnaire, authority: str = "") -> tuple[Line, ...]:
    """The filled-in lines; those left empty are left out. Raises NotThisRound.

    `authority` is whom the document came from, where that is known: a template filled in for another is refused. Where
    it is not, the first row says it for all.
    """
    from holdfast.authorities.register import plain_name

    lines: list[Line] = []
    seen: set[tuple[str, str]] = set()
    for row, number in zip(table.rows[1:], table.numbers[1:], strict=True):
        values = dict(zip(COLUMNS, row, strict=False))
        if not values["item"] and not values["answer"]:
            continue
        if values["round"] != asked.id:
            raise NotThisRound(f"row {number} is of the round {values['round']!r}, and this round is {asked.id!r}")
        question = asked.by_item(values["item"])
        if (
            question is None
            or question.number != values["question"].casefold()
            or asked.period(values["period"]) is None
        ):
            raise NotThisRound(f"row {number}: the question or the period was changed")
        if " ".join(question.asks.split()) != values["asked"]:
            raise NotThisRound(f"row {number}: the words of question {question.number} were changed")
        authority = authority or values["authority"]
        if plain_name(values["authority"]) != plain_name(authority):
            raise NotThisRound(f"row {number} answers for {values['authority']!r}, and the template is of {authority}")
        if any(cell for cell in row[len(COLUMNS) :]):
            raise NotThisRound(f"row {number} has something beyond the last column")
        place = (values["item"], values["period"])
        if place in seen:
            raise NotThisRound(f"row {number} answers question {question.number} for {values['period']} again")
        seen.add(place)
        if values["answer"]:
            lines.append(
                Line(
                    values["authority"], values["nation"], values["period"], values["item"], values["answer"],
                    values["policy"], values["note"], number,
                )
            )  # fmt: skip
    return tuple(lines)
