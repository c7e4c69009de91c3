"""Whether the things that must also be so, are so: yes, no, or not recorded (None)."""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from typing import Any

from holdfast.chronology.entry import Entry
from holdfast.duties.reading import Reading
from holdfast.duties.reckoning import uk_day_of
from holdfast.duties.rule import Condition, Match
from holdfast.worktime.periods import add_months, age_on


def said(value: Any) -> Any:
    """A detail's value as rules compare it: text without case."""
    return value.casefold() if isinstance(value, str) else value


def fits(match: Match, entry: Entry) -> bool:
    """Whether an entry (whose kind is already one of the match's) has the details asked for."""
    for name, words in match.where:
        if said(getattr(entry.details, name)) not in words:
            return False
    return all(said(getattr(entry.details, name)) not in words for name, words in match.refuses)


def holds(condition: Condition, reading: Reading, place: int, entry: Entry) -> bool | None:
    """The answer for a starting entry at a place in the reading."""
    key = (id(condition), place)
    try:
        return reading.answers[key]
    except KeyError:
        answer = reading.answers[key] = _answer(condition, reading, place, entry)
        return answer


def _answer(condition: Condition, reading: Reading, place: int, entry: Entry) -> bool | None:
    if condition.during:
        return _during(condition, reading, place)
    if condition.times:
        return _often(condition, reading, place, entry)
    if condition.detail:
        return _detail(condition, reading, place)
    if condition.months_since:
        return _elapsed(condition, reading, place, entry)
    if condition.already or condition.unless:
        return _came_before(condition, reading, place)
    return _age(condition, reading, entry)


def _place(pair: tuple[int, Entry]) -> int:
    return pair[0]


def _during(condition: Condition, reading: Reading, place: int) -> bool | None:
    answers = [reading.is_open(name, place) for name in condition.during]
    return True if True in answers else None if None in answers else False


def _detail(condition: Condition, reading: Reading, place: int) -> bool | None:
    first, last = 0, len(reading.entries)
    if condition.within:
        segment = reading.segment(condition.within, place)
        first, last = segment.first, segment.last
    value = None
    pairs = reading.of_kinds(condition.of)
    for n in range(bisect_right(pairs, place, key=_place) - 1, -1, -1):
        where, entry = pairs[n]
        if not first <= where < last:
            break
        value = getattr(entry.details, condition.detail)
        # "Changed", without saying to what, takes away what was known; a second opening does not.
        if value is not None or not reading.vocabulary[entry.kind].opens:
            break
    if value is None:
        return None
    return said(value) in condition.is_ if condition.is_ else said(value) not in condition.is_not


def _elapsed(condition: Condition, reading: Reading, place: int, entry: Entry) -> bool | None:
    span = reading.segment(condition.within, place).span
    if span is None:
        return None
    limit = add_months(uk_day_of(span.opened.at), condition.months_since)
    return (uk_day_of(entry.occurred.at) > limit) is condition.past


def _often(condition: Condition, reading: Reading, place: int, entry: Entry) -> bool:
    current = reading.segment(condition.within, place)
    earliest = uk_day_of(entry.occurred.at) - timedelta(days=condition.days)
    times = 0
    for segment in reversed(reading.segments(condition.within)[1 : current.number + 1]):
        if segment.span is None or uk_day_of(segment.span.opened.at) < earliest:
            break
        # Only episodes of the same sort count: those that the detail rules out do not.
        detail = getattr(segment.span.opened_by.details, condition.detail) if condition.detail else None
        times += detail is None or said(detail) not in condition.is_not
    return times >= condition.times


def _came_before(condition: Condition, reading: Reading, place: int) -> bool:
    segment = reading.segment(condition.within, place)
    pairs = reading.of_kinds(condition.already or condition.unless)
    came = any(segment.first <= where < place for where, _ in pairs)
    return came is bool(condition.already)


def _age(condition: Condition, reading: Reading, entry: Entry) -> bool | None:
    births = reading.births
    if not births:
        return None
    day = uk_day_of(entry.occurred.at)
    if condition.age_under:
        return age_on(births[-1], day) < condition.age_under
    # Asked of the same date of birth as `age_under`, so that of two rules that share an age exactly one applies.
    return age_on(births[-1], day) >= condition.age_from
