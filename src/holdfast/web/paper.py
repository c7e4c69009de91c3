"""The report journey as a form to fill in by hand: the same questions in the same words and order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from holdfast.missing.queries import MissingRow
from holdfast.web import missing_words
from holdfast.web.report_questions import QUESTIONS, ReportWhen, Words, make_form

_WHEN = ("day", "date_day", "date_month", "date_year", "time", "time_unknown")


@dataclass(frozen=True, slots=True)
class Box:
    """One thing to write or tick. `lines`: how many lines to write on; `choices`: boxes to tick, one or `many`."""

    label: str
    lines: int = 0
    choices: tuple[str, ...] = ()
    is_many: bool = False


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """One question. `has_time`: it asks for a day and a time."""

    number: int
    heading: str
    hint: str
    has_time: bool
    boxes: tuple[Box, ...]


def blank_form(now: datetime, forces: Iterable[tuple[str, str]]) -> list[PaperQuestion]:
    """Every question of the journey but the one that a screen alone needs. `forces`: code and name."""
    found: list[PaperQuestion] = []
    for slug, asked in QUESTIONS.items():
        if slug == "sure" or asked.is_extra:
            continue
        form = make_form(slug, None, now=now, child="", forces=tuple(forces) if slug == "call" else ())
        has_time = isinstance(form, ReportWhen)
        boxes = tuple(_box(field) for name, field in form.fields.items() if not (has_time and name in _WHEN))
        found.append(PaperQuestion(len(found) + 1, form.heading, form.hint, has_time, boxes))
    return found


def _box(field: object) -> Box:
    label = str(getattr(field, "label", "")).removesuffix(" (optional)")
    if isinstance(field, Words):
        return Box(label, lines=field.rows)
    choices = tuple(str(text) for value, text in getattr(field, "choices", ()) if value)
    return Box(label, choices=choices, is_many=type(field).__name__ == "MultipleChoiceField")


@dataclass(frozen=True, slots=True)
class OnPaper:
    """A missing child as the pack tells it: the least that somebody needs who can look nothing up."""

    row: MissingRow
    said: missing_words.Row


def on_paper(rows: list[MissingRow], now: datetime) -> list[OnPaper]:
    return [OnPaper(row, said) for row, said in zip(rows, missing_words.rows(rows, now), strict=True)]
