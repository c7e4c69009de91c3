"""Numbers of one authority that cannot all be right, and numbers that a person should look at again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from holdfast.evidence.cells import Reading
from holdfast.evidence.number_words import whole_number
from holdfast.evidence.questionnaire import Question, Questionnaire

Cells = Mapping[tuple[str, str], Reading]
"""What one authority's answers leave possible, by period and item."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`impossible`: the numbers cannot all be right. Otherwise they can be, and are worth a second look."""

    authority: str
    period: str
    items: tuple[str, ...]
    problem: str
    impossible: bool


def checked(by_authority: Mapping[str, Cells], asked: Questionnaire) -> tuple[Finding, ...]:
    """Every finding, authority by authority."""
    return tuple(
        finding
        for authority, cells in by_authority.items()
        for ways in (_wholes, _parts, _incidents, _not_identified, _jumps)
        for finding in ways(authority, cells, asked)
    )


def _each(cells: Cells, asked: Questionnaire) -> Iterator[tuple[str, Question, Reading]]:
    """Every answer with something known."""
    for period in asked.periods:
        for question in asked.questions:
            reading = cells.get((period.name, question.item))
            if reading is not None and reading.lower is not None:
                yield period.name, question, reading


def _wholes(authority: str, cells: Cells, asked: Questionnaire) -> Iterator[Finding]:
    """Missing children are among the children in care."""
    for period, question, reading in _each(cells, asked):
        wholes = asked.wholes(question)
        known = [_known(cells, period, one) for one in wholes]
        most = _sum_of_most(known)
        if wholes and most is not None and (reading.lower or 0) > most:
            words = (
                f"{question.number} is at least {reading.lower} and {question.within}, which holds it, at most {most}"
            )
            yield Finding(authority, period, (question.item, *(one.item for one in wholes)), words, True)


def _parts(authority: str, cells: Cells, asked: Questionnaire) -> Iterator[Finding]:
    """The parts add up to the whole."""
    for period, question, reading in _each(cells, asked):
        parts = [one for number in question.parts if (one := asked.question(number)) is not None]
        known = [_known(cells, period, one) for one in parts]
        if not parts:
            continue
        least = sum(one.lower or 0 for one in known if one is not None)
        most = _sum_of_most(known)
        items = (question.item, *(one.item for one in parts))
        if reading.upper is not None and least > reading.upper:
            words = f"the parts of {question.number} are at least {least} together, and it is at most {reading.upper}"
            yield Finding(authority, period, items, words, True)
        elif most is not None and most < (reading.lower or 0):
            words = f"the parts of {question.number} are at most {most} together, and it is at least {reading.lower}"
            yield Finding(authority, period, items, words, True)


def _incidents(authority: str, cells: Cells, asked: Questionnaire) -> Iterator[Finding]:
    """Each missing child has an incident, and no incident is without a child."""
    for period, question, reading in _each(cells, asked):
        of = asked.question(question.incidents_of) if question.incidents_of else None
        children = _known(cells, period, of) if of else None
        if of is None or children is None:
            continue
        items = (question.item, of.item)
        if reading.upper is not None and (children.lower or 0) > reading.upper:
            words = f"{of.number} is at least {children.lower} children, with at most {reading.upper} incidents"
            yield Finding(authority, period, items, words, True)
        if children.upper == 0 and (reading.lower or 0) > 0:
            words = f"{question.number} is at least {reading.lower} incidents of no child"
            yield Finding(authority, period, items, words, True)


def _not_identified(authority: str, cells: Cells, asked: Questionnaire) -> Iterator[Finding]:
    """None identified among many unaccompanied children: a practice of recording, perhaps, and no good news."""
    identified = next((one for one in asked.questions if one.measure == "identified"), None)
    alone = next((one for one in asked.questions if one.measure == "unaccompanied"), None)
    if identified is None or alone is None:
        return
    for period in asked.periods:
        none, many = _known(cells, period.name, identified), _known(cells, period.name, alone)
        if none is not None and many is not None and none.upper == 0 and (many.lower or 0) >= 20:
            words = f"no child identified as trafficked among {many.lower} unaccompanied: is it recorded at all?"
            yield Finding(authority, period.name, (identified.item, alone.item), words, False)


def _jumps(authority: str, cells: Cells, asked: Questionnaire) -> Iterator[Finding]:
    """Three times as many, or a third, from one period to the next: a change of recording looks like a trend."""
    for question in asked.questions:
        for before, after in zip(asked.periods, asked.periods[1:], strict=False):
            pair = [_known(cells, one.name, question) for one in (before, after)]
            numbers = [one.lower for one in pair if one is not None and one.is_exact and one.lower is not None]
            if len(numbers) == 2 and max(numbers) >= 20 and max(numbers) > 3 * min(numbers):
                words = f"{question.number} goes from {numbers[0]} to {numbers[1]}: was it counted in the same way?"
                yield Finding(authority, after.name, (question.item,), words, False)


def _known(cells: Cells, period: str, question: Question) -> Reading | None:
    found = cells.get((period, question.item))
    return found if found is not None and found.lower is not None else None


def _sum_of_most(known: Iterable[Reading | None]) -> int | None:
    most = 0
    for one in known:
        if one is None or one.upper is None:
            return None
        most += one.upper
    return most


# -- bands against totals ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Banded:
    """A table of how many children had how many episodes: the children, and the least and most episodes."""

    children: int
    episodes: tuple[int, int | None]


def banded(text: str) -> Banded:
    """From "1:44 2:19 6-10:21 21+:3" (episodes:children). Raises ValueError with a plain sentence."""
    children, least, most, seen = 0, 0, 0, -1
    open_above = False
    for word in text.split():
        found = re.fullmatch(r"([0-9]+)(?:-([0-9]+)|(\+))?:([0-9,]+)", word, re.ASCII)
        number = whole_number(found.group(4)) if found else None
        if found is None or number is None:
            raise ValueError(f"{word!r} is no band with its children, such as 6-10:21")
        low, high = int(found.group(1)), int(found.group(2) or found.group(1))
        if low > high or low <= seen:
            raise ValueError(f"the band {word!r} runs backwards or overlaps the one before it")
        seen = high
        children, least, most = children + number, least + low * number, most + high * number
        if found.group(3):
            seen, open_above = 10**9, open_above or number > 0
    if seen < 0:
        raise ValueError("no band is given")
    return Banded(children, (least, None if open_above else most))
