"""From children's stories to a filled-in template."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from holdfast.chronology.story import Story
from holdfast.evidence.questionnaire import Period, Question, Questionnaire
from holdfast.evidence.template import Line
from holdfast.returns.answer.counting import INCIDENTS_OF, MEASURES, NONE, Count, Window, counts
from holdfast.returns.answer.disclosure import DEFAULT, Shown, Threshold, beside_whole, incidents, shown

NEEDS = {
    "identified": "trafficking",
    "suspected": "trafficking",
    "both": "trafficking",
    "missing-trafficked": "trafficking",
    "incidents-trafficked": "trafficking",
    "unaccompanied": "asylum",
    "missing-unaccompanied": "asylum",
    "incidents-unaccompanied": "asylum",
}
"""What must be recorded at all before a count of it means anything; everything missing also needs "missing"."""
SUBJECTS = ("trafficking", "asylum", "missing")
_ALSO = {"both": "asylum", "still-missing": "asylum"}


class CannotAnswer(ValueError):
    """The questionnaire asks something that cannot be counted here, or of a time that is not over."""


@dataclass(frozen=True, slots=True)
class House:
    """Whose reply it is. `agency` is the authority's code in the record; `complete_since` the day from which every
    child in its care stands in the record. `unrecorded`: subjects that it does not record; `recorded`: those of which
    it knows that there was nothing to record. Of any other subject without an entry nothing is known.
    """

    authority: str
    nation: str
    agency: str
    complete_since: date
    unrecorded: frozenset[str] = frozenset()
    recorded: frozenset[str] = frozenset()
    threshold: Threshold = DEFAULT


@dataclass(frozen=True, slots=True)
class Answered:
    """One line before anything is hidden, for the council's own eyes, and as it goes out."""

    question: Question
    period: Period
    count: Count | None
    line: Line


def answered(stories: Iterable[Story], asked: Questionnaire, house: House, now: datetime) -> tuple[Answered, ...]:
    """Every question of every period. Raises CannotAnswer."""
    for question in asked.questions:
        if question.measure not in MEASURES:
            what = repr(question.measure) if question.measure else "nothing"
            raise CannotAnswer(f"question {question.number} measures {what}, which cannot be counted from a record")
    windows = {one.name: Window.of(one.start, one.end) for one in asked.periods}
    for period in asked.periods:
        if windows[period.name].end > now:
            raise CannotAnswer(f"the period {period.name} is not over")
    totals = {name: dict.fromkeys(MEASURES, NONE) for name in windows}
    seen: dict[str, datetime] = {}
    for story in stories:
        for entry in story.standing:
            subject = entry.kind.partition(".")[0]
            if subject in SUBJECTS:
                seen[subject] = min(seen.get(subject, entry.occurred.at), entry.occurred.at)
        for name, window in windows.items():
            for measure, count in counts(story, window, house.agency).items():
                totals[name][measure] += count
    found: list[Answered] = []
    for period in asked.periods:
        found += _period(period, asked, totals[period.name], seen, house, windows[period.name])
    return tuple(found)


def _period(
    period: Period,
    asked: Questionnaire,
    totals: dict[str, Count],
    seen: dict[str, datetime],
    house: House,
    window: Window,
) -> list[Answered]:
    why = {one.measure: _unknown(one.measure, period, seen, house, window) for one in asked.questions}
    known = {one.number: totals[one.measure] for one in asked.questions if not why[one.measure]}
    words = {number: shown(count, house.threshold) for number, count in known.items()}
    for question in asked.questions:
        wholes = asked.wholes(question)
        if question.number in words and wholes and all(one.number in words for one in wholes):
            if any(words[one.number].is_hidden for one in wholes):
                continue
            whole = sum((known[one.number] for one in wholes), NONE)
            words[question.number] = beside_whole(
                known[question.number], whole, words[question.number], house.threshold
            )
    children = {one.measure: words[one.number] for one in asked.questions if one.number in words}
    lines = []
    for question in asked.questions:
        if question.number not in words:
            answer, note = why[question.measure].split("; ", 1)
            lines.append(Answered(question, period, None, _line(house, question, period, Shown(answer, "", note))))
            continue
        count, told = known[question.number], words[question.number]
        if question.measure in INCIDENTS_OF:
            # Where the children are not asked for, they are still counted, so that one child's are not shown.
            of = INCIDENTS_OF[question.measure]
            of_whom = children.get(of) or shown(totals[of], house.threshold)
            told = incidents(count, totals[of], of_whom, house.threshold)
        lines.append(Answered(question, period, count, _line(house, question, period, told)))
    return lines


def _unknown(measure: str, period: Period, seen: dict[str, datetime], house: House, window: Window) -> str:
    """Empty where it can be counted; else the answer and why, with a semicolon between."""
    if period.start < house.complete_since:
        return f"not recorded; the record is complete only since {house.complete_since.isoformat()}"
    needed = [NEEDS.get(measure, "missing"), *([_ALSO[measure]] if measure in _ALSO else [])]
    if "missing" in measure or "incidents" in measure:
        needed.append("missing")
    for subject in dict.fromkeys(needed):
        never = subject not in house.recorded and seen.get(subject, window.end) >= window.end
        if subject in house.unrecorded or never:
            return f"not recorded; nothing about {_PLAIN[subject]} is recorded for this period"
    return ""


_PLAIN = {
    "trafficking": "trafficking",
    "asylum": "unaccompanied children",
    "missing": "children who go missing",
}


def _line(house: House, question: Question, period: Period, told: Shown) -> Line:
    return Line(house.authority, house.nation, period.name, question.item, told.answer, told.policy, told.note)
