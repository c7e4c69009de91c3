"""What a round asks: questions with their words and numbers, and the periods they are asked for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from holdfast.evidence.periods import spans


class BadQuestionnaire(ValueError):
    """The questionnaire cannot be used. The message names the file, the place and the fault."""


@dataclass(frozen=True, slots=True)
class Period:
    """A period asked for, both days included. `name` is what stands in cells."""

    name: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `item` is its name in cells; `also` are other words for exactly the same count.

    `counts` is "children" or "episodes". `within` and `parts` are numbers of other questions: everyone counted here
    is counted there ("1a+1b": in one of the two, which share nobody); the count here is exactly the sum of those.
    `incidents_of`: these are the incidents of the children counted there, at least one each. `measure` names what
    `holdfast answer` counts.
    """

    number: str
    item: str
    asks: str
    counts: str = "children"
    also: tuple[str, ...] = ()
    within: str = ""
    parts: tuple[str, ...] = ()
    measure: str = ""
    incidents_of: str = ""

    @property
    def wholes(self) -> tuple[str, ...]:
        """The numbers of the questions that together hold everyone counted here."""
        return tuple(one.strip().casefold() for one in self.within.split("+") if one.strip())


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A version of what is asked. `id` names the round and the version."""

    id: str
    title: str
    periods: tuple[Period, ...]
    questions: tuple[Question, ...]

    def question(self, number: str) -> Question | None:
        """The question of that number."""
        return next((one for one in self.questions if one.number == number), None)

    def wholes(self, question: Question) -> tuple[Question, ...]:
        """The questions that together hold everyone counted in this one."""
        return tuple(one for number in question.wholes if (one := self.question(number)) is not None)

    def by_item(self, item: str) -> Question | None:
        """The question that a cell's item belongs to."""
        return next((one for one in self.questions if one.item == item), None)

    def period(self, name: str) -> Period | None:
        """The period of that name."""
        return next((one for one in self.periods if one.name == name), None)


_QUESTION_KEYS = {"number", "item", "asks", "counts", "also", "within", "parts", "measure", "incidents_of"}


def read_questionnaire(file: Path | Traversable) -> Questionnaire:
    """From a TOML file. Raises BadQuestionnaire."""
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeError) as error:
        raise BadQuestionnaire(f"{file.name} is not proper TOML: {error}") from None
    except OSError as error:
        raise BadQuestionnaire(f"{file.name} cannot be read: {error.strerror}") from None
    try:
        return _questionnaire(data)
    except BadQuestionnaire as problem:
        raise BadQuestionnaire(f"{file.name}: {problem}") from None


def _questionnaire(data: Mapping[str, Any]) -> Questionnaire:
    unknown = set(data) - {"id", "title", "period", "question"}
    if unknown:
        raise BadQuestionnaire(f"{', '.join(sorted(unknown))} is not known")
    made = Questionnaire(
        _text(data, "id", "the questionnaire"),
        _text(data, "title", "the questionnaire"),
        tuple(_period(one) for one in _list(data, "period")),
        tuple(_question(one) for one in _list(data, "question")),
    )
    for what, names in (
        ("the period", [one.name for one in made.periods]),
        ("the number", [one.number for one in made.questions]),
        ("the item", [one.item for one in made.questions]),
    ):
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise BadQuestionnaire(f"{what} {twice[0]!r} is used twice")
    for question in made.questions:
        pointed = (*question.parts, *question.wholes, *([question.incidents_of] if question.incidents_of else []))
        for number in pointed:
            if made.question(number) is None or number == question.number:
                raise BadQuestionnaire(f"question {question.number} points to {number!r}, which is no other question")
    return made


def _list(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = data.get(name)
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        raise BadQuestionnaire(f"has no [[{name}]]")
    return found


def _text(data: Mapping[str, Any], name: str, where: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadQuestionnaire(f"{where} has no {name} in quotation marks")
    return " ".join(value.split())


def _period(data: Mapping[str, Any]) -> Period:
    name = _text(data, "name", "a period")
    start, end = data.get("from"), data.get("to")
    if start is None and end is None:
        said = spans(name)
        if len(said) != 1:
            raise BadQuestionnaire(f"the period {name!r} has no from and to")
        return Period(name, said[0].start, said[0].end)
    if type(start) is not date or type(end) is not date or end < start:
        raise BadQuestionnaire(f"the period {name!r} needs from and to as days, such as 2024-01-01")
    return Period(name, start, end)


def _question(data: Mapping[str, Any]) -> Question:
    number = _text(data, "number", "a question").casefold()
    unknown = set(data) - _QUESTION_KEYS
    if unknown:
        raise BadQuestionnaire(f"question {number}: {', '.join(sorted(unknown))} is not known")
    counts = data.get("counts", "children")
    if counts not in ("children", "episodes"):
        raise BadQuestionnaire(f"question {number}: counts is children or episodes, not {counts!r}")
    lists = {name: data.get(name, []) for name in ("also", "parts")}
    for name, value in lists.items():
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise BadQuestionnaire(f"question {number}: {name} is a list of texts")
    return Question(
        number,
        _text(data, "item", f"question {number}"),
        _text(data, "asks", f"question {number}"),
        counts,
        tuple(lists["also"]),
        str(data.get("within", "")),
        tuple(lists["parts"]),
        str(data.get("measure", "")),
        str(data.get("incidents_of", "")),
    )
