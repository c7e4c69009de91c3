"""The events that start a rule: which entries of a reading, and what must be said of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from holdfast.chronology.entry import Entry
from holdfast.duties.conditions import holding
from holdfast.duties.reading import Reading
from holdfast.duties.rule import Starts, Which

# Its place in the reading, the entry, and what the reader must be told of details that are not recorded.
Event = tuple[int, Entry, tuple[str, ...]]

# Named here once: before Python 3.12 to name a member of an enumeration takes longer than all that is done with it.
_EVERY, _FIRST, _LATER = Which.EVERY, Which.FIRST, Which.LATER


def starting_events(starts: Starts, reading: Reading, *, chain: bool) -> Sequence[Event]:
    """Every event of a reading that starts what `starts` describes, in order; looked for once for all such rules.

    `chain`: each link starts the next (reviews, visits), so that one told twice in a day counts once.
    """
    key = starts.event, chain
    events = reading.events.get(key)
    if events is None:
        every = starts.which is _EVERY and not chain
        events = reading.events[key] = _every(starts, reading) if every else _some(starts, reading, chain)
    return events


def _every(starts: Starts, reading: Reading) -> Sequence[Event]:
    conditions, found = starts.conditions, []
    if not conditions:
        return [(place, entry, ()) for place, entry in _candidates(starts, reading)]
    for place, entry in _candidates(starts, reading):
        notes = holding(conditions, reading, place)
        if notes is not None:
            found.append((place, entry, notes))
    return found


def _some(starts: Starts, reading: Reading, chain: bool) -> Sequence[Event]:
    which, found = starts.which, []
    stretches = reading.stretches(starts.within) if starts.within else None
    done: dict[int, int] = {}
    newest: dict[int, date] = {}
    for place, entry in _candidates(starts, reading):
        number = stretches[place].number if stretches is not None else 0
        if which is _FIRST and number in done:
            continue
        if (notes := holding(starts.conditions, reading, place)) is None:
            continue
        day = reading.days[place]
        if chain and newest.get(number) == day:
            continue  # told twice: two sources of one review or visit are one link of the chain
        newest[number] = day
        done[number] = done.get(number, 0) + 1
        if which is not _LATER or done[number] > 1:
            found.append((place, entry, notes))
    return found


def _candidates(starts: Starts, reading: Reading) -> Sequence[tuple[int, Entry]]:
    if not starts.closing:
        return reading.of_kinds(starts.kinds)
    places = (segment.closed for segment in reading.segments(starts.closing))
    return [(place, reading.entries[place]) for place in places if place is not None]
