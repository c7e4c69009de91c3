"""Who is on, out of patterns, changes and posts. Pure: no clock, no Django.

A pattern is told in UK wall clock time; instants are aware UTC. A shift from 22:00 to 08:00 lasts 9 hours on the night
on which the clocks go forward and 11 on the night on which they go back. A wall time that happens twice is the first of
the two; one that does not happen is the moment at which the clocks go forward.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from holdfast.worktime.uk_clock import LONDON, uk_day

DAY = timedelta(days=1)
EVERY = (1, 2, 3, 4, 6, 8)  # weeks; all of them meet again after 24
LOOK_FOR_OVERLAPS = 53 * 7  # days: every meeting of two patterns, and both clock changes

Held = Mapping[int, Sequence[tuple[datetime, datetime | None]]]
Source = tuple[str, int, datetime | None]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A person's shifts that repeat. `weekdays`: Monday is 0, the days on which a shift begins. A shift that ends at or
    before its beginning ends on the next day. `every` so many weeks, counted from the week of `first_day`. No shift
    begins after `last_day` (None: no end)."""

    number: int
    person: int
    weekdays: frozenset[int]
    starts: time
    ends: time
    first_day: date
    last_day: date | None = None
    every: int = 1

    def begins_on(self, day: date) -> bool:
        """Whether a shift begins on this UK day."""
        if day < self.first_day or (self.last_day is not None and day > self.last_day):
            return False
        monday = self.first_day - timedelta(days=self.first_day.weekday())
        return day.weekday() in self.weekdays and (day - monday).days // 7 % self.every == 0

    def shift_of(self, day: date) -> tuple[datetime, datetime]:
        """The instants between which the shift that begins on this day lasts."""
        until = day + DAY if self.ends <= self.starts else day
        return at_wall(day, self.starts), at_wall(until, self.ends)

    def shifts(self, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
        """The shifts that begin on these days, both included. One that a clock change leaves without any length is
        left out."""
        for n in range((last - first).days + 1):
            day = first + timedelta(days=n)
            if self.begins_on(day):
                begins, ends = self.shift_of(day)
                if begins < ends:
                    yield begins, ends


@dataclass(frozen=True, slots=True)
class Change:
    """For these hours somebody else is on, or nobody (`person` None). A later one (by number) lies over earlier ones
    and over every pattern."""

    number: int
    starts: datetime
    ends: datetime
    person: int | None


@dataclass(frozen=True, slots=True)
class On:
    """Somebody is on from `starts` until `ends`, or nobody. `missing` would be on and holds no post any more. `source`
    says which shift of which pattern, or which change, it comes from."""

    starts: datetime
    ends: datetime
    person: int | None
    missing: int | None = None
    source: Source = ("", 0, None)

    @property
    def length(self) -> timedelta:
        return self.ends - self.starts


def at_wall(day: date, clock: time) -> datetime:
    """The instant (UTC) at which UK clocks show this time on this day."""
    instant = datetime.combine(day, clock, LONDON).astimezone(UTC)
    if instant.astimezone(LONDON).time() != clock:
        # The Summer Time Order 2002: clocks go forward at one o'clock in the morning, Greenwich mean time.
        return datetime.combine(day, time(1), UTC)
    return instant


def roster(
    patterns: Iterable[Pattern], changes: Iterable[Change], held: Held, begins: datetime, ends: datetime
) -> tuple[On, ...]:
    """Who is on at every instant from `begins` until `ends`, in order and without holes: one person, or nobody. `held`
    gives for each person the times in which they hold a post of the agency; outside of them they are not on."""
    layers = _layers(patterns, changes, begins, ends)
    edges = {begins, ends} | {at for starts, until, _, _ in layers for at in (starts, until)}
    edges |= {at for spans in held.values() for span in spans for at in span if at is not None}
    found: list[On] = []
    for since, until in pairwise(sorted(at for at in edges if begins <= at <= ends)):
        found.append(_at(since, until, layers, held))
        if len(found) > 1 and _is_one(found[-2], found[-1]):
            last = found.pop()
            first = found.pop()
            found.append(On(first.starts, last.ends, last.person, last.missing, last.source))
    return tuple(found)


def _layers(
    patterns: Iterable[Pattern], changes: Iterable[Change], begins: datetime, ends: datetime
) -> list[tuple[datetime, datetime, int | None, Source]]:
    """Everything that touches the time, the topmost last."""
    first, last = uk_day(begins) - 2 * DAY, uk_day(ends) + DAY
    found: list[tuple[datetime, datetime, int | None, Source]] = []
    for pattern in sorted(patterns, key=lambda p: p.number):
        for since, until in pattern.shifts(first, last):
            found.append((since, until, pattern.person, ("pattern", pattern.number, since)))
    for change in sorted(changes, key=lambda c: c.number):
        found.append((change.starts, change.ends, change.person, ("change", change.number, None)))
    return [layer for layer in found if layer[0] < ends and layer[1] > begins]


def _at(since: datetime, until: datetime, layers: list[tuple[datetime, datetime, int | None, Source]],
        held: Held) -> On:  # fmt: skip
    for starts, ends, person, source in reversed(layers):
        if starts <= since < ends:
            if person is None or holds(held, person, since, until):
                return On(since, until, person, source=source)
            return On(since, until, None, person, source)
    return On(since, until, None)


def _is_one(before: On, after: On) -> bool:
    return (before.person, before.missing, before.source) == (after.person, after.missing, after.source)


def holds(held: Held, person: int, starts: datetime, ends: datetime) -> bool:
    """Whether somebody holds a post of the agency during all of this time."""
    reached = starts
    for since, until in sorted(held.get(person, ()), key=lambda span: span[0]):
        if since <= reached and (until is None or until > reached):
            if until is None or until >= ends:
                return True
            reached = until
    return False


def gaps(found: Sequence[On]) -> tuple[On, ...]:
    """The hours in which nobody is on, those that follow each other joined."""
    joined: list[On] = []
    for one in found:
        if one.person is not None:
            continue
        if joined and joined[-1].ends == one.starts:
            joined[-1] = On(joined[-1].starts, one.ends, None)
        else:
            joined.append(On(one.starts, one.ends, None))
    return tuple(joined)


def overlap(new: Pattern, others: Iterable[Pattern]) -> tuple[Pattern, datetime] | None:
    """The first shift that a new pattern would share with another, and whose it is; None if there is none."""
    met: list[tuple[datetime, Pattern]] = []
    for other in others:
        first = max(new.first_day, other.first_day) - DAY
        last = min(first + timedelta(days=LOOK_FOR_OVERLAPS), new.last_day or date.max, other.last_day or date.max)
        theirs = list(other.shifts(first, last + DAY if last < date.max else last))
        for since, until in new.shifts(first, last):
            shared = next((max(since, a) for a, b in theirs if a < until and since < b), None)
            if shared is not None:
                met.append((shared, other))
                break
    if not met:
        return None
    at, whose = min(met, key=lambda one: one[0])
    return whose, at
