"""One child's entries in force, read once: by kind, by span, and in the order in which they make sense.

An entry known only to the day stands at that day's midnight, so by the clock a return "on 20 November" comes before
the absence noticed at 22:40 that evening. `in_reading_order` puts such entries where they can have happened.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from holdfast.chronology.entry import Entry
from holdfast.chronology.kinds import Vocabulary
from holdfast.chronology.spans import Span, spans
from holdfast.duties.reckoning import uk_day_of

# A placement written down an hour before the start of care on the same day is a placement in care.
_BEGINS_WITH_ITS_DAY = frozenset({"care"})
_EMPTY: tuple[tuple[int, Entry], ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """A span with the places (positions in the reading) from its opening until the next opening of its name.

    `span` is None for what happened before any opening was recorded. `begins` and `ends` are None where there is no
    opening on that side.
    """

    number: int
    span: Span | None
    first: int
    last: int
    begins: datetime | None
    ends: datetime | None


class Reading:
    """What the rules ask of one child's entries. `entries` must be in force and in time order."""

    def __init__(self, entries: Sequence[Entry], vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.entries = in_reading_order(entries, vocabulary)
        self.by_kind: dict[str, list[tuple[int, Entry]]] = {}
        self._places = {id(entry): place for place, entry in enumerate(self.entries)}
        self._merged: dict[tuple[str, ...], list[tuple[int, Entry]]] = {}
        for place, entry in enumerate(self.entries):
            self.by_kind.setdefault(entry.kind, []).append((place, entry))
        self._segments: dict[str, tuple[Segment, ...]] = {}
        self._segment_at: dict[str, list[Segment]] = {}
        self._days: list[date] = []
        # Rules share their conditions: each is answered once for a place (see `conditions.holds`).
        self.answers: dict[tuple[int, int], bool | None] = {}
        self._births: tuple[date, ...] | None = None

    def of_kinds(self, kinds: Sequence[str]) -> Sequence[tuple[int, Entry]]:
        """Entries of these kinds with their places, in order."""
        if len(kinds) == 1:
            return self.by_kind.get(kinds[0], _EMPTY)
        key = tuple(kinds)
        if key not in self._merged:
            self._merged[key] = sorted((pair for kind in key for pair in self.by_kind.get(kind, ())), key=_place)
        return self._merged[key]

    def segments(self, name: str) -> tuple[Segment, ...]:
        """The stretches of that name, the first being what came before any opening."""
        if name not in self._segments:
            self._segments[name] = self._read_segments(name)
        return self._segments[name]

    def segment(self, name: str, place: int) -> Segment:
        """The stretch of that name in which a place lies."""
        at = self._segment_at.get(name)
        if at is None:
            at = [segment for segment in self.segments(name) for _ in range(segment.first, segment.last)]
            self._segment_at[name] = at
        return at[place]

    def day(self, place: int) -> date:
        """The UK day of the entry at a place."""
        if not self._days:
            self._days = [uk_day_of(entry.occurred.at) for entry in self.entries]
        return self._days[place]

    def place_of(self, entry: Entry) -> int:
        """The position of an entry of this reading."""
        return self._places[id(entry)]

    def closing(self, name: str, place: int) -> Entry | None:
        """What ended the span of that name in which a place lies: its closing entry, or, when its opening was never
        recorded, the first entry after the place of a kind that closes it."""
        segment = self.segment(name, place)
        if segment.span is not None:
            return segment.span.closed_by
        return next((e for p, e in self.of_kinds(self._closers(name)) if place < p < segment.last), None)

    def is_open(self, name: str, place: int) -> bool | None:
        """Whether that span is open at a place; None when the record says nothing about it at all."""
        segment = self.segment(name, place)
        if segment.span is not None:
            closed_by = segment.span.closed_by
            return closed_by is None or self.place_of(closed_by) >= place
        if segment.last < len(self.entries):
            return False  # it began later
        return False if any(p < place for p, _ in self.of_kinds(self._closers(name))) else None

    def _closers(self, name: str) -> tuple[str, ...]:
        return tuple(kind for kind in self.by_kind if name in self.vocabulary[kind].closes)

    @property
    def births(self) -> tuple[date, ...]:
        """Every date of birth that may be right: one, or several while the age is in dispute; none if not recorded."""
        if self._births is None:
            self._births = self._read_births()
        return self._births

    def _read_segments(self, name: str) -> tuple[Segment, ...]:
        marks = [k for k in self.by_kind if self.vocabulary[k].opens == name or name in self.vocabulary[k].closes]
        found = spans([entry for _, entry in self.of_kinds(marks)], name, self.vocabulary) if marks else ()
        places = [self.place_of(s.opened_by) for s in found]
        if name in _BEGINS_WITH_ITS_DAY:
            closings = [-1, *(self.place_of(s.closed_by) if s.closed_by else -1 for s in found)]
            places = [self._first_of_day(place, after) for place, after in zip(places, closings, strict=False)]
        ends = [*places, len(self.entries)]
        times: list[datetime | None] = [s.opened.at for s in found]
        segments = [Segment(0, None, 0, ends[0], None, times[0] if times else None)]
        for n, span in enumerate(found):
            following = times[n + 1] if n + 1 < len(times) else None
            segments.append(Segment(n + 1, span, places[n], ends[n + 1], times[n], following))
        return tuple(segments)

    def _first_of_day(self, place: int, after: int) -> int:
        day = uk_day_of(self.entries[place].occurred.at)
        while place - 1 > after and uk_day_of(self.entries[place - 1].occurred.at) == day:
            place -= 1
        return place

    def _read_births(self) -> tuple[date, ...]:
        stated: list[date] = []
        disputed = False
        for _, entry in self.of_kinds(("child.age_recorded", "asylum.age_disputed", "asylum.age_assessed")):
            details: Any = entry.details
            if entry.kind == "asylum.age_assessed":
                disputed = False
            elif entry.kind == "asylum.age_disputed" or details.standing == "disputed":
                disputed = True
            if entry.kind != "asylum.age_disputed" and details.born_on is not None:
                stated.append(details.born_on)
        return tuple(sorted(set(stated if disputed else stated[-1:])))


def _place(pair: tuple[int, Entry]) -> int:
    return pair[0]


def in_reading_order(entries: Sequence[Entry], vocabulary: Vocabulary) -> tuple[Entry, ...]:
    """Entries in time order, those of one instant put in an order that makes sense.

    Of entries at one instant: what ends an open span, then what opens one, then the rest, then what would end a span
    just opened. An ending known only to the day or hour waits for an opening that it can still have followed, unless
    it is the other half of an ending of the day before (found last night, returned "on the 20th").
    """
    if _needs_no_care(entries):
        return tuple(entries)
    ordered: list[Entry] = []
    open_spans: set[str] = set()
    waiting: list[Entry] = []
    groups = _by_instant(entries)
    openings = [(e.occurred.at, o) for e in entries if (o := vocabulary[e.kind].opens)]
    times = [at for at, _ in openings]

    endings: dict[str, tuple[datetime, set[str]]] = {}

    def put(entry: Entry) -> None:
        kind = vocabulary[entry.kind]
        for name in kind.closes:
            if name in open_spans:
                endings[name] = entry.occurred.at, {entry.kind}
            elif name in endings:
                endings[name][1].add(entry.kind)
        open_spans.difference_update(kind.closes)
        if kind.opens:
            open_spans.add(kind.opens)
            endings.pop(kind.opens, None)
        ordered.append(entry)

    def completes(entry: Entry, name: str) -> bool:
        if name not in endings:
            return False
        ended_at, kinds = endings[name]
        return entry.kind not in kinds and entry.occurred.at - ended_at <= timedelta(days=1)

    for group in groups:
        rest = []
        for entry in group:
            closes = vocabulary[entry.kind].closes
            if closes & open_spans:
                put(entry)
            else:
                rest.append(entry)
        rest.sort(key=lambda e: _rank(e, vocabulary))
        for entry in rest:
            closes = vocabulary[entry.kind].closes
            if closes and not closes & open_spans and not entry.occurred.is_exact:
                following = openings[bisect_right(times, entry.occurred.at) : bisect_left(times, entry.occurred.latest)]
            else:
                following = []
            if any(name in closes and not completes(entry, name) for _, name in following):
                waiting.append(entry)
                continue
            put(entry)
            opened = vocabulary[entry.kind].opens
            for ending in [w for w in waiting if opened in vocabulary[w.kind].closes]:
                waiting.remove(ending)
                put(ending)
    return (*ordered, *waiting)


def _needs_no_care(entries: Sequence[Entry]) -> bool:
    before: datetime | None = None
    for entry in entries:
        if entry.occurred.at == before or not entry.occurred.is_exact:
            return False
        before = entry.occurred.at
    return True


def _by_instant(entries: Sequence[Entry]) -> list[list[Entry]]:
    groups: list[list[Entry]] = []
    for entry in entries:
        if groups and groups[-1][0].occurred.at == entry.occurred.at:
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups


def _rank(entry: Entry, vocabulary: Vocabulary) -> int:
    kind = vocabulary[entry.kind]
    if kind.opens:
        return 1 if kind.restarts else 0
    return 3 if kind.closes else 2
