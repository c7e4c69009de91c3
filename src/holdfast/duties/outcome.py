"""What met an obligation, what ended it without its being met, and what is only mentioned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from holdfast.chronology.entry import Entry
from holdfast.chronology.moment import Moment
from holdfast.duties.conditions import fits
from holdfast.duties.reading import LEAD, Reading, Segment
from holdfast.duties.rule import THRESHOLDS, Ends, Rule, Since, Unit
from holdfast.worktime.periods import add_months, birthday
from holdfast.worktime.uk_clock import day_begins, day_ends, uk_day

_NEVER = datetime.max.replace(tzinfo=UTC)


def _earliest_act(
    rule: Rule, reading: Reading, began: Moment, started_at: datetime, segment: Segment | None
) -> datetime | None:
    """From when an act can meet the rule; None for any time before."""
    met = rule.met
    if met.months_before:
        return day_begins(add_months(uk_day(began.at), -met.months_before))
    match met.since:
        case Since.START:
            return started_at if rule.due.unit in THRESHOLDS | {Unit.WINDOW_BEFORE} else began.at
        case Since.NEXT_DAY:
            return day_ends(uk_day(began.at))
        case Since.SPAN:
            return _shortly_before(rule, reading, segment) if segment else None
        case Since.EARLIER_SPAN if segment is not None and segment.number > 0:
            return reading.segments(rule.starts.within)[segment.number - 1].begins
        case Since.EARLIER_END if segment is not None and segment.number > 0:
            earlier = reading.segments(rule.starts.within)[segment.number - 1].span
            return earlier.closed.at if earlier is not None and earlier.closed is not None else None
    return None


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
    found: list[Entry] = []
    earliest, is_known = None, False
    last, ends = len(reading.entries), _NEVER
    if segment is not None and segment.ends is not None and not rule.met.beyond:
        last, ends = segment.last, segment.ends  # what comes after the next opening is of the next span
    for match in rule.met.matches:
        acts = reading.acts(match.kinds)
        if not acts.pairs:
            continue
        if not is_known:
            earliest, is_known = _earliest_act(rule, reading, began, started_at, segment), True
        for n in range(acts.first_since(earliest), len(acts.pairs)):
            where, entry = acts.pairs[n]
            if earliest is not None and not acts.are_exact and not _can_be_since(entry.occurred, earliest):
                continue
            if where >= last and entry.occurred.at >= ends:
                break
            if where != place and not (entry.id in used and _once(rule, entry, segment)) and fits(match, entry):
                found.append(entry)
                break
    if len(found) < 2 and not rule.met.all:
        return found[0] if found else None
    if rule.met.all and len(found) < len(rule.met.matches):
        return None
    choose = max if rule.met.all else min
    return choose(found, key=_occurred, default=None)


def _once(rule: Rule, entry: Entry, segment: Segment | None) -> bool:
    """Whether an act that has met one obligation of the rule cannot meet this one too."""
    before = segment is not None and segment.begins is not None and entry.occurred.at < segment.begins
    return rule.met.once or (rule.met.since is Since.SPAN and before)


def _occurred(entry: Entry) -> datetime:
    return entry.occurred.at


def _can_be_since(moment: Moment, earliest: datetime) -> bool:
    return moment.at >= earliest or moment.latest > earliest


@dataclass(frozen=True, slots=True)
class Ending:
    """When a duty ends unmet, and the entry that ends it (None for a birthday)."""

    at: datetime
    by: Entry | None


BEFORE_IT_BEGAN = Ending(datetime.min.replace(tzinfo=UTC), None)


def ending_of(
    rule: Rule, reading: Reading, place: int, began: Moment, segment: Segment | None, *, done: bool = False
) -> Ending | None:
    """The first thing that ends the duty unmet; None while nothing does. `done`: something meets it (`until_done`)."""
    ends = rule.ends
    key = (ends.spans, ends.age, place, began.at)
    if key not in reading.endings:  # many rules end alike: this part is asked once for a place
        reading.endings[key] = _by_span_or_age(ends, reading, place, began)
    first = reading.endings[key]
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
