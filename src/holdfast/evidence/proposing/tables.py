"""Cells from tables: questions down and periods across, the other way round, or one answer in a row."""

from __future__ import annotations

import re
from collections.abc import Sequence

from holdfast.evidence.proposing.columns import Column, columns_of, heading_row
from holdfast.evidence.proposing.headings import changes_an_answer, doubt, said_of_all
from holdfast.evidence.proposing.labels import NUMBER, Label, changed, is_an_answer, label, when
from holdfast.evidence.proposing.proposal import Left, Proposal, Proposed
from holdfast.evidence.proposing.words import answer
from holdfast.evidence.questionnaire import Period, Question, Questionnaire
from holdfast.evidence.reading import Unreadable
from holdfast.evidence.received.content import Table


def from_table(table: Table, asked: Questionnaire, policy: str) -> Proposed:
    """The table read both ways. What its titles, sections and footnotes make doubtful is left to a person."""
    found = _both_ways(table, asked, policy)
    sheet = table.where.removeprefix("sheet ") if table.where.startswith("sheet ") else ""
    problem = doubt(sheet, asked) or said_of_all(table.rows, heading_row(table.rows, asked), asked)
    if not problem:
        return found
    numbers = [one for one in found.cells if one.reading.lower is not None]
    rest = tuple(one for one in found.cells if one.reading.lower is None)
    return Proposed(
        rest, (*found.left, *(Left(one.item, one.period, one.where, one.excerpt, problem) for one in numbers))
    )


def _both_ways(table: Table, asked: Questionnaire, policy: str) -> Proposed:
    """Across and down; where both give cells, they must be the same cells."""
    across = _one_way(table, table.rows, asked, policy, "row")
    turned = tuple(zip(*table.rows, strict=True))
    down = _one_way(table, turned, asked, policy, "column")
    if across.cells and down.cells:
        same = {(one.item, one.period, one.reading) for one in across.cells} == {
            (one.item, one.period, one.reading) for one in down.cells
        }
        if not same:
            problem = "the table can be read in two ways"
            return Proposed((), (Left("", "", table.where, _shown(table.rows[0]), problem),))
        return across
    best = across if across.cells or not down.cells else down
    if best.cells:
        return best
    return across if len(across.left) >= len(down.left) else down


def _shown(row: Sequence[str]) -> str:
    return " | ".join(cell for cell in row if cell)[:600]


def _one_way(table: Table, rows: Sequence[Sequence[str]], asked: Questionnaire, policy: str, line: str) -> Proposed:
    heading = heading_row(rows, asked)
    columns = columns_of(rows, heading, asked)
    if not any(column.sort == "value" for column in columns):
        if any(label(cell, asked).questions for row in rows for cell in row[:2] if cell):
            problem = "no column of this table is certain to hold the answers"
            return Proposed((), (Left("", "", table.where, _shown(rows[max(heading, 0)]), problem),))
        return Proposed()
    if {"q1", "q2", "q3", "q4"} <= {_label_text(row, columns).casefold() for row in rows}:
        problem = "Q1 to Q4 may be quarters of a year as well as questions"
        return Proposed((), (Left("", "", table.where, _shown(rows[max(heading, 0)]), problem),))
    cells: list[Proposal] = []
    left: list[Left] = []
    number = ""
    for at in range(heading + 1, len(rows)):
        row = rows[at]
        said = _row_label(row, columns, asked, number)
        found = NUMBER.match(_label_text(row, columns))
        if found and found.group("n"):
            number = found.group("n")
        if not said.questions:
            if not _label_text(row, columns) and _heads_again(row, columns):
                problem = "a second row of headings stands above the answers"
                return Proposed((), (Left("", "", table.where, _shown(row), problem),))
            continue
        question = said.questions[0]
        where = f"{table.where}, {line} {table.numbers[at] if line == 'row' else at + 1}"
        try:
            if said.problem:
                raise Unreadable(said.problem)
            _nothing_beneath(rows, at, columns, asked, number)
            made, doubts = _of_row(row, columns, question, asked, policy, where, heading, rows)
            cells += made
            left += doubts
        except Unreadable as problem:
            left.append(Left(question.item, "", where, _shown(row), str(problem)))
    return Proposed(tuple(cells), tuple(left))


def _label_text(row: Sequence[str], columns: Sequence[Column]) -> str:
    parts = [cell for cell, column in zip(row, columns, strict=True) if column.sort == "label" and cell]
    return " ".join(dict.fromkeys(parts))


def _row_label(row: Sequence[str], columns: Sequence[Column], asked: Questionnaire, number: str) -> Label:
    parts = [cell for cell, column in zip(row, columns, strict=True) if column.sort == "label" and cell]
    if not parts:
        return Label()
    text = " ".join(dict.fromkeys(parts))
    bare = re.fullmatch(r"(?:q(?:uestion)?\s*)?([0-9]{1,2})[.)]?", parts[0].strip(), re.I)
    if bare and (asked.question(bare.group(1)) or len(parts) == 1):
        text = " ".join([f"Q{bare.group(1)}.", *parts[1:]])
    elif bare:
        text = " ".join([bare.group(1), *parts[1:]])
    said = label(text, asked, number)
    if said.questions and not said.problem and (problem := changed(said, text, asked)):
        return Label(said.questions, text, problem)
    if said.questions and any(is_an_answer(part) for part in parts[1:]):
        return Label(said.questions, text, "several answers stand in this row")
    if said.questions or len(parts) == 1:
        return said
    each = {one.questions for part in parts if (one := label(part, asked, number)).questions}
    return Label(each.pop(), text, "the label says more than its question") if len(each) == 1 else Label()


def _heads_again(row: Sequence[str], columns: Sequence[Column]) -> bool:
    """Whether a column of answers is divided further: children and incidents, boys and girls."""
    return any(
        cell and not is_an_answer(cell) and not re.search("[0-9]", cell)
        for cell, column in zip(row, columns, strict=True)
        if column.sort == "value"
    )


def _nothing_beneath(
    rows: Sequence[Sequence[str]], at: int, columns: Sequence[Column], asked: Questionnaire, number: str
) -> None:
    """A row without a label beneath an answer belongs to it in a way that cannot be told."""
    if at + 1 >= len(rows):
        return
    below = rows[at + 1]
    if not _label_text(below, columns) and any(
        cell for cell, column in zip(below, columns, strict=True) if column.sort == "value"
    ):
        raise Unreadable("a second line without a label stands beneath this answer")


def _of_row(
    row: Sequence[str],
    columns: Sequence[Column],
    question: Question,
    asked: Questionnaire,
    policy: str,
    where: str,
    heading: int,
    rows: Sequence[Sequence[str]],
) -> tuple[list[Proposal], list[Left]]:
    excerpt = _shown(row) if heading < 0 else f"{_shown(rows[heading])} // {_shown(row)}"
    notes = " ".join(cell for cell, column in zip(row, columns, strict=True) if column.sort == "note" and cell)
    named = [cell for cell, column in zip(row, columns, strict=True) if column.sort == "period"]
    values = [(cell, column) for cell, column in zip(row, columns, strict=True) if column.sort == "value"]
    left = [
        Left(question.item, "", where, excerpt, column.problem)
        for cell, column in zip(row, columns, strict=True)
        if cell and column.problem and column.sort == "elsewhen" and _touches(column.heading, asked)
    ]
    if any(
        cell
        for cell, column in zip(row, columns, strict=True)
        if column.sort == "other" and column.heading == "" and cell
    ):
        raise Unreadable("a column without a heading stands in this row")
    if notes and changes_an_answer(notes, asked):
        raise Unreadable(f"a remark stands beside the answer: {notes!r}")
    made: dict[str, Proposal] = {}
    for cell, column in values:
        periods = _periods(cell, column, named, columns, asked)
        if not cell:
            continue
        try:
            if (column.counts == "episodes") and question.counts != "episodes":
                raise Unreadable(f"the column {column.heading!r} counts episodes, and children were asked")
            one = answer(cell, question, asked, policy)
            chosen = (one.period,) if one.period else periods
            if one.period and periods and one.period not in periods:
                raise Unreadable("the cell and its heading name different periods")
            if len(chosen) != 1 and one.reading.lower is not None:
                raise Unreadable("it is not said for which period the answer is")
        except Unreadable as problem:
            left.append(Left(question.item, periods[0].name if len(periods) == 1 else "", where, excerpt, str(problem)))
            continue
        for period in chosen:
            if period.name in made and made[period.name].reading != one.reading:
                raise Unreadable(f"two columns give different answers for {period.name}")
            made[period.name] = Proposal(
                question.item, period.name, one.raw, policy, one.reading, where, excerpt, notes
            )
    return list(made.values()), left


def _touches(heading: str, asked: Questionnaire) -> bool:
    """Whether another time overlaps a period asked for: then a person should see it."""
    said = when(heading, asked.periods)
    return said.is_one_day or any(
        span.start <= period.end and period.start <= span.end for span in said.other for period in asked.periods
    )


def _periods(
    cell: str, column: Column, named: Sequence[str], columns: Sequence[Column], asked: Questionnaire
) -> tuple[Period, ...]:
    """The period of a cell: from its heading, from the row's own period, or the only one asked."""
    if column.period:
        return (column.period,)
    if named:
        said = when(named[0], asked.periods)
        if len(said.periods) == 1 and not said.other and not said.is_one_day:
            return said.periods
        raise Unreadable(f"the row is for {named[0]!r}, which was not asked")
    if any(one.sort == "elsewhen" or one.period for one in columns):
        raise Unreadable("other columns name a period and this one does not")
    return asked.periods
