"""The engine: one child's entries and the statute in, obligations out. Pure; every rule is data."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from holdfast.chronology.entry import Entry
from holdfast.chronology.kinds import Vocabulary
from holdfast.chronology.moment import Moment
from holdfast.duties.conditions import can_hold
from holdfast.duties.nations import TRANSFER, Time, in_its_time, times_of_nations
from holdfast.duties.obligation import Obligation, Status, in_due_order, status
from holdfast.duties.outcome import BEFORE_IT_BEGAN, Ending, ending_of, mentions_of, met_by
from holdfast.duties.reading import Reading, Segment
from holdfast.duties.reckoning import NO_TIMES, BeyondTheTable, Times, due_times, threshold_passed
from holdfast.duties.rule import FLOORS, THRESHOLDS, Due, Nation, Rule, Since, Unit
from holdfast.duties.starting import starting_events
from holdfast.duties.statute import Statute
from holdfast.worktime.periods import birthday
from holdfast.worktime.uk_clock import day_begins, uk_day
from holdfast.worktime.words import say_day

# Named here once: before Python 3.12 to name a member of an enumeration takes longer than all that is done with it.
_NEXT_DAY, _WINDOW_BEFORE = Since.NEXT_DAY, Unit.WINDOW_BEFORE


def obligations(
    entries: Sequence[Entry],
    statute: Statute,
    *,
    nation: Nation,
    vocabulary: Vocabulary,
    as_at: datetime | None = None,
) -> tuple[Obligation, ...]:
    """What the law of a nation requires for one child, in due order.

    `nation` is that of the authority responsible at the start: a transfer to another nation's authority changes it
    (see `nations`). `entries`: that child's entries in force, in time order (`chronology.standing.in_force`, with the
    same `as_at`).
    `as_at` leaves out what has not begun by then; without it, what will begin by itself (a 72nd hour, a birthday)
    is there too, for an index of times to come. Ask `obligation.status` how each stands at a time.
    """
    if not entries:
        return ()
    reading = Reading(entries, vocabulary)
    found = _of_nation(reading, statute, nation)
    if TRANSFER in reading.by_kind:
        times = times_of_nations((e for _, e in reading.of_kinds((TRANSFER,))), nation)
        if len(times) > 1:
            found = _of_several(reading, statute, times)
    if as_at is not None:
        found = [o for o in found if o.started_at <= as_at]
    return in_due_order(found)


def _of_nation(reading: Reading, statute: Statute, nation: Nation) -> list[Obligation]:
    found: list[Obligation] = []
    for rule in statute.started_by(nation, reading.by_kind):
        _of_rule(rule, reading, found)
    for rule in statute.started_by_closing(nation):
        _of_rule(rule, reading, found)
    if reading.births:
        for rule in statute.started_by_age(nation):
            found.extend(_by_age(rule, reading))
    return found


def _of_several(reading: Reading, statute: Statute, times: tuple[Time, ...]) -> list[Obligation]:
    """Each nation's law for what began while its authority was responsible."""
    of_nation = {nation: _of_nation(reading, statute, nation) for nation in {time.nation for time in times}}
    each = (in_its_time(o, times, n) for n, time in enumerate(times) for o in of_nation[time.nation])
    return [o for o in each if o is not None]


def open_obligations(
    entries: Sequence[Entry], statute: Statute, *, nation: Nation, vocabulary: Vocabulary, as_at: datetime
) -> tuple[Obligation, ...]:
    """Those that are open or overdue at a time. No sentence is built (see `sentences.because`)."""
    every = obligations(entries, statute, nation=nation, vocabulary=vocabulary, as_at=as_at)
    return tuple(o for o in every if status(o, as_at) in (Status.OPEN, Status.OVERDUE))


def _of_rule(rule: Rule, reading: Reading, found: list[Obligation]) -> None:
    starts = rule.starts
    if not can_hold(starts.conditions, reading):
        return
    used: set[str] = set()
    stretches = reading.stretches(starts.within) if starts.within else None
    for place, entry, notes in starting_events(starts, reading, chain=rule.met.since is _NEXT_DAY):
        if rule.stands_on(reading.days[place]):
            segment = stretches[place] if stretches is not None else None
            obligation = _obligation(rule, reading, place, entry, entry.occurred, notes, segment, used)
            if obligation is not None:
                found.append(obligation)


def _obligation(
    rule: Rule,
    reading: Reading,
    place: int,
    start: Entry,
    began: Moment,
    notes: tuple[str, ...],
    segment: Segment | None,
    used: set[str],
) -> Obligation | None:
    ended = ending_of(rule, reading, place, began, segment)
    if ended is BEFORE_IT_BEGAN:
        return None
    counted: Entry | None = start
    if rule.due.runs_from_start:  # as most do
        started_at = began.at
        times, notes = _times(rule.due, began, notes, reading.days[place] if began is start.occurred else None)
    else:
        counted, times, started_at, notes = _reckoned(rule, reading, segment, start, began, notes)
    if rule.due.unit in THRESHOLDS and ended is not None and ended.at <= started_at:
        return None  # it ended before the hours or days had passed
    met = met_by(rule, reading, place, start, began, started_at, segment, used)
    met_at = met.occurred.at if met is not None else None
    if rule.due.unit in FLOORS:
        met_at = times[0]  # a floor is kept when its last day has passed
    if met is not None and rule.ends.until_done:
        ended = ending_of(rule, reading, place, began, segment, done=True)
    if met_at is not None and ended is not None:
        if met_at <= ended.at or (ended.by is not None and met_at < ended.by.occurred.latest):
            ended = None
        else:
            met, met_at = None, None
    if met is not None:
        used.add(met.id)
    mentions = mentions_of(rule, reading, began, segment) if rule.met.mentions else ()
    passed_on = _passed_on(rule, reading, place, met_at, ended) if TRANSFER in reading.by_kind else ()
    ended_at, ended_by = ended or (None, None)
    # As `Obligation(...)` does, without its call: this is done a hundred times for each child.
    return tuple.__new__(
        Obligation,
        (rule, start.child, started_at, (counted or start).id, start, counted, *times, met_at, met, ended_at, ended_by,
         notes, mentions, passed_on)
    )  # fmt: skip


def _passed_on(
    rule: Rule, reading: Reading, place: int, met_at: datetime | None, ended: Ending | None
) -> tuple[Entry, ...]:
    """The transfers to another authority while the duty stood, where it is one that goes with the child."""
    if not rule.passes_on_transfer:
        return ()
    until = met_at or (ended.at if ended else None)
    transfers = reading.of_kinds((TRANSFER,))
    return tuple(e for where, e in transfers if where > place and (until is None or e.occurred.at < until))


def _reckoned(
    rule: Rule, reading: Reading, segment: Segment | None, start: Entry, began: Moment, notes: tuple[str, ...]
) -> tuple[Entry | None, Times, datetime, tuple[str, ...]]:
    """What the time counts from, the due times, when the duty began, and the notes."""
    due = rule.due
    counted, moment, notes = _counted_from(rule, reading, segment, start, began, notes)
    on_a_date = bool(due.detail) or "birth" in due.count_from
    if due.detail and moment is not None:
        day = getattr((counted or start).details, due.detail)
        moment, notes = (Moment.on(day), notes) if day is not None else (None, (*notes, due.not_recorded))
    times, notes = _times(due, moment, notes) if moment is not None else (NO_TIMES, notes)
    started_at = (began if on_a_date or moment is None else moment).at
    if due.unit is _WINDOW_BEFORE and moment is not None:
        started_at = day_begins(moment.day - timedelta(days=due.amount))
    elif due.unit in THRESHOLDS:
        started_at = threshold_passed(due, started_at)
    return counted, times, started_at, notes


def _times(due: Due, moment: Moment, notes: tuple[str, ...], day: date | None = None) -> tuple[Times, tuple[str, ...]]:
    try:
        return due_times(due, moment, day), notes
    except (BeyondTheTable, OverflowError, ValueError) as error:
        return NO_TIMES, (*notes, f"no day can be given, because {error}")


def _counted_from(
    rule: Rule, reading: Reading, segment: Segment | None, start: Entry, began: Moment, notes: tuple[str, ...]
) -> tuple[Entry | None, Moment | None, tuple[str, ...]]:
    """The entry that the time counts from, its moment, and the notes with what is missing."""
    for n, kind in enumerate(rule.due.count_from):
        if kind == "start":
            missing = (rule.due.not_recorded,) if n and rule.due.not_recorded else ()
            return start, began, (*notes, *missing)
        if kind == "birth":
            # Of several dates of birth the last is used, which keeps a thing for longest.
            if reading.births:
                return start, Moment.on(reading.births[-1]), notes
            continue
        for place, entry in reading.of_kinds((kind,)):
            if segment is None or segment.first <= place < segment.last:
                return entry, entry.occurred, notes
    return None, None, (*notes, rule.due.not_recorded) if rule.due.not_recorded else notes


def _by_age(rule: Rule, reading: Reading) -> Iterator[Obligation]:
    """A rule that begins at an age, for a child in care for long enough by then or later."""
    starts = rule.starts
    # Of several dates of birth the first to begin the duty is used.
    born = reading.births[0]
    day = _eligible_on(reading, born, starts.age, starts.weeks_in_care, starts.since_age)
    if day is None or not rule.stands_on(day):
        return
    began = Moment(day_begins(day))
    times = [e.occurred.at for e in reading.entries]
    place = max(bisect_right(times, began.at) - 1, 0)
    births = reading.of_kinds(("child.age_recorded", "asylum.age_assessed"))
    start = next(e for _, e in reversed(births) if e.details.born_on == born)
    notes: tuple[str, ...] = ()
    if len(reading.births) > 1:
        dates = " or ".join(say_day(b, year=True) for b in reading.births)
        notes = (f"the age is disputed (born on {dates}) and the earlier date is used to begin, the later to end",)
    segment = reading.segment(starts.within, place) if starts.within else None
    obligation = _obligation(rule, reading, place, start, began, notes, segment, set())
    if obligation is not None:
        yield obligation


def _eligible_on(reading: Reading, born: date, age: int, weeks: int, since_age: int) -> date | None:
    """The first day, at that age or later, on which the child is in care and has been for so many weeks in all."""
    reached, counted_since, needed = birthday(born, age), birthday(born, since_age), timedelta(weeks=weeks)
    so_far = timedelta()
    for segment in reading.segments("care")[1:]:
        assert segment.span is not None  # noqa: S101 - only the first segment has no span
        opened = max(uk_day(segment.span.opened.at), counted_since)
        closed = uk_day(segment.span.closed.at) if segment.span.closed else None
        enough = opened + (needed - so_far if needed > so_far else timedelta())
        day = max(enough, reached, opened)
        if closed is None or day < closed:
            return day
        so_far += max(closed - opened, timedelta())
    return None
