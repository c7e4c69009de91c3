"""Cells from tables: questions down and periods across, the other way round, or one answer in a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from holdfast.evidence.proposing.answers import HARMFUL
from holdfast.evidence.proposing.labels import NUMBER, Label, is_an_answer, label, when
from holdfast.evidence.proposing.proposal import Left, Proposal, Proposed
from holdfast.evidence.proposing.words import answer
from holdfast.evidence.questionnaire import Period, Question, Questionnaire
from holdfast.evidence.reading import Unreadable
from holdfast.evidence.received.content import Table

_VALUE = re.compile(
    r"^(answers?|responses?|reply|replies|numbers?|no\.?|counts?|totals?|figures?|values?|(number|total|no\.?) of children"  # noqa: E501
    r"|children|council response|your answer|(number|total|no\.?) of (episodes|incidents)|episodes|incidents)?$",
    re.I,
)
_NOTES = re.compile(
    r"^(comments?|notes?|remarks?|explanations?|further information|exemptions?( applied)?|caveats?)$", re.I
)
_LABEL = re.compile(
    r"^(questions?|ref(erence)?|no\.?|item|measure|description|question (no\.?|number|text)|q|#|category|data)?$", re.I
)
_PERIOD_HEAD = re.compile(r"^(period|year|calendar year|time ?frame)$", re.I)


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column holds: "label", "value", "note", "period" or "other"; `period` where its heading names one."""

    sort: str
    heading: str = ""
    period: Period | None = None
    problem: str = ""
    counts: str = ""


def from_table(table: Table, asked: Questionnaire, policy: str) -> Proposed:
    """The table read both ways; where both give cells, they must be the same cells."""
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
    heading = _heading(rows, asked)
    columns = _columns(rows, heading, asked)
    if not any(column.sort == "value" for column in columns):
        if any(label(cell, asked).questions for row in rows for cell in row[:2] if cell):
            problem = "no column of this table is certain to hold the answers"
            return Proposed((), (Left("", "", table.where, _shown(rows[max(heading, 0)]), problem),))
        return Proposed()
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


def _heading(rows: Sequence[Sequence[str]], asked: Questionnaire) -> int:
    """The row that heads the columns: the first of six that names a period or an answer, else the last with several
    cells above the first question; -1 where there is none."""
    last = -1
    for at, row in enumerate(rows[:6]):
        if any(label(cell, asked).questions for cell in (" ".join(row), *row[:2]) if cell):
            return last
        if sum(bool(cell) for cell in row) < 2 and len(row) > 1:
            continue
        for cell in row:
            if cell and (_VALUE.match(cell) or _PERIOD_HEAD.match(cell) or not when(cell, asked.periods).is_silent):
                return at
        last = at
    return last


def _columns(rows: Sequence[Sequence[str]], heading: int, asked: Questionnaire) -> list[_Column]:
    width = len(rows[0])
    if heading < 0:
        return [_Column("label")] * (width - 1) + [_Column("value")] if width >= 2 else []
    made = [_column(rows[heading][at], at, asked) for at in range(width)]
    if made and made[0].sort == "value" and not made[0].heading:
        made[0] = _Column("label")
    for at, column in enumerate(made):  # "Year" may head the questions of a table that was turned
        if column.sort == "period" and all(when(row[at], asked.periods).is_silent for row in rows[heading + 1 :]):
            made[at] = _Column("label", column.heading)
    first = next((at for at, column in enumerate(made) if column.sort == "value"), width)
    # An unnamed column before the first number holds labels; one after it cannot be told.
    return [
        replace(column, sort="label")
        if column.sort == "other" and at < first and _mostly_words(rows, heading, at)
        else column
        for at, column in enumerate(made)
    ]


def _column(text: str, at: int, asked: Questionnaire) -> _Column:
    said = when(text, asked.periods)
    bare = re.sub(r"[?:*]+$", "", text).strip()
    if at == 0 and _LABEL.match(bare):
        return _Column("label", bare)
    if _PERIOD_HEAD.match(bare):
        return _Column("period", bare)
    if _NOTES.match(bare):
        return _Column("note", bare)
    counts = "episodes" if re.search("episodes|incidents", bare, re.I) else ""
    if said.is_silent:
        if not bare:
            return _Column("other")
        if _VALUE.match(bare):
            return _Column("value", bare, counts=counts)
        return _Column("label" if _LABEL.match(bare) else "other", bare)
    rest = bare
    if len(said.periods) == 1 and not said.other and not said.is_one_day:
        period = said.periods[0]
        rest = re.sub(re.escape(period.name), "", bare, flags=re.I)
        if (
            _VALUE.match(re.sub(r"[()\s,:-]+|\b(calendar year|in|during|for|the)\b", " ", rest, flags=re.I).strip())
            or bare == rest
        ):
            return _Column("value", bare, period, counts=counts)
        return _Column("other", bare, problem=f"the heading {bare!r} says more than a period")
    problem = "a day where a period was asked" if said.is_one_day else "another time than was asked"
    return _Column("elsewhen", bare, problem=f"the heading {bare!r} names {problem}")


def _mostly_words(rows: Sequence[Sequence[str]], heading: int, at: int) -> bool:
    cells = [row[at] for row in rows[heading + 1 :] if row[at]]
    return bool(cells) and sum(bool(re.search("[a-z]{3}", cell, re.I)) for cell in cells) * 2 > len(cells)


def _label_text(row: Sequence[str], columns: Sequence[_Column]) -> str:
    parts = [cell for cell, column in zip(row, columns, strict=True) if column.sort == "label" and cell]
    return " ".join(dict.fromkeys(parts))


def _row_label(row: Sequence[str], columns: Sequence[_Column], asked: Questionnaire, number: str) -> Label:
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
    if said.questions and any(is_an_answer(part) for part in parts[1:]):
        return Label(said.questions, text, "several answers stand in this row")
    if said.questions or len(parts) == 1:
        return said
    each = {one.questions for part in parts if (one := label(part, asked, number)).questions}
    return Label(each.pop(), text, "the label says more than its question") if len(each) == 1 else Label()


def _nothing_beneath(
    rows: Sequence[Sequence[str]], at: int, columns: Sequence[_Column], asked: Questionnaire, number: str
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
    columns: Sequence[_Column],
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
    if HARMFUL.search(notes):
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
    cell: str, column: _Column, named: Sequence[str], columns: Sequence[_Column], asked: Questionnaire
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
