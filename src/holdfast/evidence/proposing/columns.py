"""The columns of a table in a reply: which hold labels, answers, periods or remarks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from holdfast.evidence.proposing.labels import FOOTNOTE_MARK, label, when
from holdfast.evidence.questionnaire import Period, Questionnaire

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
class Column:
    """What a column holds: "label", "value", "note", "period" or "other"; `period` where its heading names one."""

    sort: str
    heading: str = ""
    period: Period | None = None
    problem: str = ""
    counts: str = ""


def heading_row(rows: Sequence[Sequence[str]], asked: Questionnaire) -> int:
    """The row that heads the columns: the first of six that names a period or an answer, else the last with several
    cells above the first question; -1 where there is none."""
    last = -1
    for at, row in enumerate(rows[:6]):
        if any(label(cell, asked).questions for cell in (" ".join(row), *row[:2]) if cell):
            return last
        if sum(bool(cell) for cell in row) < 2 and len(row) > 1 and not (row[-1] and at + 1 < len(rows)):
            continue  # a title; a single cell above the last column heads that column
        for cell in row:
            if cell and (_VALUE.match(cell) or _PERIOD_HEAD.match(cell) or not when(cell, asked.periods).is_silent):
                return at
        last = at
    return last


def columns_of(rows: Sequence[Sequence[str]], heading: int, asked: Questionnaire) -> list[Column]:
    """What each column holds, by its heading; without one, labels and then answers."""
    width = len(rows[0])
    if heading < 0:
        return [Column("label")] * (width - 1) + [Column("value")] if width >= 2 else []
    made = [_marked(_column(rows[heading][at], at, asked), rows[heading][at]) for at in range(width)]
    if made and made[0].sort == "value" and not made[0].heading:
        made[0] = Column("label")
    for at, column in enumerate(made):  # "Year" may head the questions of a table that was turned
        if column.sort == "period" and all(when(row[at], asked.periods).is_silent for row in rows[heading + 1 :]):
            made[at] = Column("label", column.heading)
    first = next((at for at, column in enumerate(made) if column.sort == "value"), width)
    # An unnamed column before the first number holds labels; one after it cannot be told.
    return [
        replace(column, sort="label")
        if column.sort == "other" and at < first and _mostly_words(rows, heading, at)
        else column
        for at, column in enumerate(made)
    ]


def _column(text: str, at: int, asked: Questionnaire) -> Column:
    said = when(text, asked.periods)
    bare = re.sub(r"[?:*]+$", "", text).strip()
    if at == 0 and _LABEL.match(bare):
        return Column("label", bare)
    if _PERIOD_HEAD.match(bare):
        return Column("period", bare)
    if _NOTES.match(bare):
        return Column("note", bare)
    counts = "episodes" if re.search("episodes|incidents", bare, re.I) else ""
    if said.is_silent:
        if not bare:
            return Column("other")
        if _VALUE.match(bare):
            return Column("value", bare, counts=counts)
        return Column("label" if _LABEL.match(bare) else "other", bare)
    rest = bare
    if len(said.periods) == 1 and not said.other and not said.is_one_day:
        period = said.periods[0]
        rest = re.sub(re.escape(period.name), "", bare, flags=re.I)
        if (
            _VALUE.match(re.sub(r"[()\s,:-]+|\b(calendar year|in|during|for|the)\b", " ", rest, flags=re.I).strip())
            or bare == rest
        ):
            return Column("value", bare, period, counts=counts)
        return Column("other", bare, problem=f"the heading {bare!r} says more than a period")
    problem = "a day where a period was asked" if said.is_one_day else "another time than was asked"
    return Column("elsewhen", bare, problem=f"the heading {bare!r} names {problem}")


def _marked(column: Column, heading: str) -> Column:
    """A column of answers whose heading points to a footnote is not certain: "2024*"."""
    if column.sort != "value" or not FOOTNOTE_MARK.search(heading):
        return column
    return Column("other", heading, problem=f"the heading {heading!r} points to a footnote")


def _mostly_words(rows: Sequence[Sequence[str]], heading: int, at: int) -> bool:
    cells = [row[at] for row in rows[heading + 1 :] if row[at]]
    return bool(cells) and sum(bool(re.search("[a-z]{3}", cell, re.I)) for cell in cells) * 2 > len(cells)
