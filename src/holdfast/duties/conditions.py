"""Whether the things that must also be so, are so: yes, no, or not recorded (None)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from holdfast.chronology.entry import Entry
from holdfast.duties.reading import Reading
from holdfast.duties.rule import Condition, Match
from holdfast.worktime.periods import add_months, age_on
from holdfast.worktime.uk_clock import uk_day

_NOT_ASKED: Any = object()


def said(value: Any) -> Any:
    """A detail's value as rules compare it: text without case."""
    return value.casefold() if isinstance(value, str) else value


def fits(match: Match, entry: Entry) -> bool:
    """Whether an entry (whose kind is already one of the match's) has the details asked for."""
    for name, words in match.where:
        if said(getattr(entry.details, name)) not in words:
            return False
    # A plain loop: a generator is made in more time than most entries are compared in.
    for name, words in match.refuses:  # noqa: SIM110
        if said(getattr(entry.details, name)) in words:
            return False
    return True


def holding(conditions: tuple[Condition, ...], reading: Reading, place: int) -> tuple[str, ...] | None:
    """Whether all conditions of a rule hold for a starting entry at a place in the reading.

    None when one does not; else what the reader must be told of details that are not recorded.
    """
    notes: tuple[str, ...] = ()
    for condition in conditions:
        known = reading.answers[id(condition)]
        answer = known.get(place, _NOT_ASKED)
        if answer is _NOT_ASKED:
            answer = known[place] = _answer(condition, reading, place)
        if answer:
            continue
        if answer is False or not condition.applies_unrecorded:
            return None
        if condition.say:
            notes = (*notes, condition.say)
    return notes


def can_hold(conditions: tuple[Condition, ...], reading: Reading) -> bool:
    """False when some condition holds at no place of the reading, so that the rule need not be looked at."""
    for condition in conditions:
        if condition.applies_unrecorded:
            continue
        if (answer := reading.possible.get(id(condition))) is None:
            answer = reading.possible[id(condition)] = _possible(condition, reading)
        if not answer:
            return False
    return True


def _possible(condition: Condition, reading: Reading) -> bool:
    """Whether the answer can be yes at some place; when in doubt, yes."""
    if condition.during:
        return any(reading.opens(name) for name in condition.during)
    if condition.times:
        return reading.opens(condition.within)
    if condition.detail:
        values = {getattr(entry.details, condition.detail) for _, entry in reading.of_kinds(condition.of)} - {None}
        if condition.is_:
            return any(said(value) in condition.is_ for value in values)
        return any(said(value) not in condition.is_not for value in values)
    if condition.months_since:
        return reading.opens(condition.within)
    if condition.already:
        return any(kind in reading.by_kind for kind in condition.already)
    return bool(condition.unless or reading.births)


def _answer(condition: Condition, reading: Reading, place: int) -> bool | None:
    if condition.during:
        return _during(condition, reading, place)
    if condition.times:
        return _often(condition, reading, place)
    if condition.detail:
        return _detail(condition, reading, place)
    if condition.months_since:
        return _elapsed(condition, reading, place)
    if condition.already or condition.unless:
        return _came_before(condition, reading, place)
    return _age(condition, reading, place)


def _during(condition: Condition, reading: Reading, place: int) -> bool | None:
    if len(condition.during) == 1:
        return reading.is_open(condition.during[0], place)
    answers = [reading.is_open(name, place) for name in condition.during]
    return True if True in answers else None if None in answers else False


def _detail(condition: Condition, reading: Reading, place: int) -> bool | None:
    first, last = 0, len(reading.entries)
    if condition.within:
        segment = reading.segment(condition.within, place)
        first, last = segment.first, segment.last
    value = None
    acts = reading.acts(condition.of)
    for n in range(acts.first_after(place) - 1, -1, -1):
        where, entry = acts.pairs[n]
        if not first <= where < last:
            break
        value = getattr(entry.details, condition.detail)
        # "Changed", without saying to what, takes away what was known; a second opening does not.
        if value is not None or not reading.vocabulary[entry.kind].opens:
            break
    if value is None:
        return None
    return said(value) in condition.is_ if condition.is_ else said(value) not in condition.is_not


def _elapsed(condition: Condition, reading: Reading, place: int) -> bool | None:
    span = reading.segment(condition.within, place).span
    if span is None:
        return None
    limit = add_months(uk_day(span.opened.at), condition.months_since)
    return (reading.days[place] > limit) is condition.past


def _often(condition: Condition, reading: Reading, place: int) -> bool:
    current = reading.segment(condition.within, place)
    earliest = reading.days[place] - timedelta(days=condition.days)
    times = 0
    for segment in reversed(reading.segments(condition.within)[1 : current.number + 1]):
        if segment.span is None or uk_day(segment.span.opened.at) < earliest:
            break
        # Only episodes of the same sort count: those that the detail rules out do not.
        detail = getattr(segment.span.opened_by.details, condition.detail) if condition.detail else None
        times += detail is None or said(detail) not in condition.is_not
    return times >= condition.times


def _came_before(condition: Condition, reading: Reading, place: int) -> bool:
    acts = reading.acts(condition.already or condition.unless)
    before = acts.first_after(place - 1) - 1
    came = before >= 0 and acts.pairs[before][0] >= reading.segment(condition.within, place).first
    return came is bool(condition.already)


def _age(condition: Condition, reading: Reading, place: int) -> bool | None:
    births = reading.births
    if not births:
        return None
    day = reading.days[place]
    if condition.age_under:
        return age_on(births[-1], day) < condition.age_under
    # Asked of the same date of birth as `age_under`, so that of two rules that share an age exactly one applies.
    return age_on(births[-1], day) >= condition.age_from
