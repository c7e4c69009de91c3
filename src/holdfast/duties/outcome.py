"""What met an obligation, what ended it without its being met, and what is only mentioned."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from holdfast.chronology.entry import Entry
from holdfast.chronology.moment import Moment
from holdfast.duties.conditions import fits
from holdfast.duties.reading import LEAD, Reading, Segment
from holdfast.duties.rule import THRESHOLDS, Ends, Rule, Since
from holdfast.worktime.periods import add_months, birthday
from holdfast.worktime.uk_clock import day_begins, day_ends, uk_day

_NEVER = datetime.max.replace(tzinfo=UTC)
# Named here once: before Python 3.12 to name a member of an enumeration takes longer than all that is done with it.
_START, _NEXT_DAY, _SPAN, _ANY = Since.START, Since.NEXT_DAY, Since.SPAN, Since.ANY
_EARLIER_SPAN = Since.EARLIER_SPAN


def _earliest_act(
    rule: Rule, reading: Reading, began: Moment, started_at: datetime, segment: Segment | None
) -> datetime | None:
    """From when an act can meet the rule; None for any time before."""
    met = rule.met
    if met.months_before:
        return day_begins(add_months(uk_day(began.at), -met.months_before))
    if met.since is _START:
        return started_at if rule.due.begins_later else began.at
    if met.since is _NEXT_DAY:
        return day_ends(uk_day(began.at))
    if met.since is _SPAN:
        return _shortly_before(rule, reading, segment) if segment else None
    if met.since is _ANY or segment is None or segment.number == 0:
        return None
    earlier = reading.segments(rule.starts.within)[segment.number - 1]
    if met.since is _EARLIER_SPAN:
        return earlier.begins
    return earlier.span.closed.at if earlier.span is not None and earlier.span.closed is not None else None


def _shortly_before(rule: Rule, reading: Reading, segment: Segment) -> datetime | None:
    """A day before the span opened, but not before the end of the span before it."""
    if segment.begins is None or rule.due.unit in THRESHOLDS:
        return segment.begins  # what is due only after hours or days is not done before the first of them
    earlier = reading.segments(rule.starts.within)[segment.number - 1].span
    from_lead = segment.begins - LEAD
    if earlier is None or earlier.closed is None:
        return from_lead
    return min(max(earlier.closed.latest, from_lead), segment.begins)


def met_by(
    rule: Rule,
    reading: Reading,
    place: int,
    start: Entry,
    began: Moment,
    started_at: datetime,
    segment: Segment | None,
    used: set[str],
) -> Entry | None:
    """The act that meets the rule, started at a place; `used` are the acts that have met it before."""
    met, found = rule.met, []
    earliest, is_known = None, False
    last, ends = len(reading.entries), _NEVER
    if segment is not None and segment.ends is not None and not met.beyond:
        last, ends = segment.last, segment.ends  # what comes after the next opening is of the next span
    for match in met.matches:
        acts = reading.acts(match.kinds)
        pairs = acts.pairs
        if not pairs:
            continue
        if not is_known:
            earliest, is_known = _earliest_act(rule, reading, began, started_at, segment), True
        for n in range(acts.first_since(earliest), len(pairs)):
            where, entry = pairs[n]
            if earliest is not None and not acts.are_exact and not _can_be_since(entry.occurred, earliest):
                continue
            if where >= last and entry.occurred.at >= ends:
                break
            if where != place and not (entry.id in used and _once(rule, entry, segment)) and fits(match, entry):
                if len(met.matches) == 1:
                    return entry
                found.append(entry)
                break
    if not met.all:
        return min(found, key=_occurred, default=None)
    return max(found, key=_occurred, default=None) if len(found) == len(met.matches) else None


def _once(rule: Rule, entry: Entry, segment: Segment | None) -> bool:
    """Whether an act that has met one obligation of the rule cannot meet this one too."""
    before = segment is not None and segment.begins is not None and entry.occurred.at < segment.begins
    return rule.met.once or (rule.met.since is _SPAN and before)


def _occurred(entry: Entry) -> datetime:
    return entry.occurred.at


def _can_be_since(moment: Moment, earliest: datetime) -> bool:
    return moment.at >= earliest or moment.latest > earliest


class Ending(NamedTuple):
    """When a duty ends unmet, and the entry that ends it (None for a birthday)."""

    at: datetime
    by: Entry | None


BEFORE_IT_BEGAN = Ending(datetime.min.replace(tzinfo=UTC), None)
_NOT_ASKED = Ending(datetime.max.replace(tzinfo=UTC), None)


def ending_of(
    rule: Rule, reading: Reading, place: int, began: Moment, segment: Segment | None, *, done: bool = False
) -> Ending | None:
    """The first thing that ends the duty unmet; None while nothing does. `done`: something meets it (`until_done`)."""
    ends = rule.ends
    if rule.starts.age:
        first = _by_span_or_age(ends, reading, place, began)
    else:
        key = ends.scope, place
        first = reading.endings.get(key, _NOT_ASKED)
        if first is _NOT_ASKED:  # many rules end alike: this part is asked once for a place
            first = reading.endings[key] = _by_span_or_age(ends, reading, place, began)
    if first is BEFORE_IT_BEGAN:
        return first
    for match in () if done and ends.until_done else ends.matches:
        acts = reading.acts(match.kinds)
        for n in range(acts.first_after(place), len(acts.pairs)):
            where, entry = acts.pairs[n]
            if segment is not None and where >= segment.last:
                break
            if fits(match, entry):
                if first is None or entry.occurred.at < first.at:
                    first = Ending(entry.occurred.at, entry)
                break
    # What is known to the day can stand at a midnight before the hour at which the duty began.
    return Ending(began.at, first.by) if first is not None and first.at < began.at else first


def _by_span_or_age(ends: Ends, reading: Reading, place: int, began: Moment) -> Ending | None:
    first: Ending | None = None
    for name in ends.spans:
        if (closing := reading.closing(name, place)) is not None:
            where, entry = closing
            at = entry.occurred.at
            if where < place or (at < began.at and entry.occurred.latest < began.at):
                return BEFORE_IT_BEGAN  # the span had closed already: there was nothing to require
            if first is None or at < first.at:
                first = Ending(at, entry)
    if ends.age and reading.births:
        # Of several dates of birth the last to end protection is used.
        at = day_begins(birthday(reading.births[-1], ends.age))
        if at < began.at:
            return BEFORE_IT_BEGAN
        if first is None or at < first.at:
            first = Ending(at, None)
    return first


def mentions_of(rule: Rule, reading: Reading, began: Moment, segment: Segment | None) -> tuple[Entry, ...]:
    if not rule.met.mentions:
        return ()
    pairs = reading.of_kinds(rule.met.mentions)
    until = segment.last if segment else len(reading.entries)
    return tuple(e for p, e in pairs if p < until and e.occurred.latest >= began.at)
