"""One child's entries in force, read once: by kind, by span, and in the order in which they make sense."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from holdfast.chronology.entry import Entry
from holdfast.chronology.kinds import Vocabulary
from holdfast.chronology.reading_order import in_reading_order
from holdfast.chronology.spans import Span, spans
from holdfast.worktime.uk_clock import uk_day

# A placement written down an hour before the start of care on the same day is a placement in care.
_BEGINS_WITH_ITS_DAY = frozenset({"care"})
# The police can be told before somebody writes down that the child was noticed to be missing: such a report belongs to
# the absence that follows within a day, and what it starts (grading the risk) ends with that absence.
_BEGINS_WITH = {"missing": "missing.reported_to_police"}
LEAD = timedelta(days=1)
_MONTH = timedelta(days=32)  # an entry known only to the month can stand this far before what it really was


class Segment(NamedTuple):
    """A span with the places (positions in the reading) from its opening until the next opening of its name.

    `span` is None for what happened before any opening was recorded. `begins` and `ends` are None where there is no
    opening on that side. `closed` is the place of the entry that closed the span.
    """

    number: int
    span: Span | None
    first: int
    last: int
    begins: datetime | None
    ends: datetime | None
    closed: int | None = None


class Acts:
    """Entries of some kinds with their places, in order."""

    __slots__ = ("_places", "_times", "are_exact", "pairs")

    def __init__(self, pairs: list[tuple[int, Entry]]) -> None:
        self.pairs = pairs
        self._times: list[datetime] | None = None
        self._places: list[int] | None = None
        self.are_exact = True

    def first_since(self, earliest: datetime | None) -> int:
        """The index before which nothing can have happened at or after a time. Where all are exact (`are_exact`, known
        once this was asked), everything from there on has."""
        if earliest is None:
            return 0
        if self._times is None:
            self._times = [entry.occurred.at for _, entry in self.pairs]
            self.are_exact = all(entry.occurred.is_exact for _, entry in self.pairs)
        return bisect_left(self._times, earliest if self.are_exact else earliest - _MONTH)

    def first_after(self, place: int) -> int:
        """The index of the first that comes after a place."""
        if self._places is None:
            self._places = [where for where, _ in self.pairs]
        return bisect_right(self._places, place)


_NONE = Acts([])


class Reading:
    """What the rules ask of one child's entries. `entries` must be in force and in time order."""

    def __init__(self, entries: Sequence[Entry], vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.entries = in_reading_order(entries, vocabulary)
        self.by_kind: dict[str, Acts] = {}
        self._places: dict[int, int] = {}
        for place, entry in enumerate(self.entries):
            self._places[id(entry)] = place
            if (acts := self.by_kind.get(entry.kind)) is None:
                acts = self.by_kind[entry.kind] = Acts([])
            acts.pairs.append((place, entry))
        self._acts: dict[tuple[str, ...], Acts] = {}
        self._segments: dict[str, tuple[Segment, ...]] = {}
        self._stretches: dict[str, list[Segment]] = {}
        self.days = [uk_day(entry.occurred.at) for entry in self.entries]  # the UK day of each place
        # Rules share conditions and endings: each is answered once for a place (`conditions.holding`, `outcome`).
        self.answers: defaultdict[int, dict[int, bool | None]] = defaultdict(dict)
        self.possible: dict[int, bool] = {}
        self.endings: dict[tuple[int, int], Any] = {}
        self.events: dict[tuple[int, bool], Sequence[tuple[int, Entry, tuple[str, ...]]]] = {}  # `starting`
        self._births: tuple[date, ...] | None = None

    def of_kinds(self, kinds: tuple[str, ...]) -> Sequence[tuple[int, Entry]]:
        """Entries of these kinds with their places, in order."""
        return self.acts(kinds).pairs

    def acts(self, kinds: tuple[str, ...]) -> Acts:
        """The same, ready to be searched by time or place."""
        found = self._acts.get(kinds)
        if found is None:
            here = [self.by_kind[kind] for kind in kinds if kind in self.by_kind]
            if len(here) > 1:
                found = Acts(sorted((pair for acts in here for pair in acts.pairs), key=_place))
            else:
                found = here[0] if here else _NONE
            self._acts[kinds] = found
        return found

    def segments(self, name: str) -> tuple[Segment, ...]:
        """The stretches of that name, the first being what came before any opening."""
        if name not in self._segments:
            self._segments[name] = self._read_segments(name)
        return self._segments[name]

    def stretches(self, name: str) -> list[Segment]:
        """For each place, the stretch of that name in which it lies."""
        at = self._stretches.get(name)
        if at is None:
            at = self._stretches[name] = []
            for segment in self.segments(name):
                at += [segment] * (segment.last - segment.first)
        return at

    def segment(self, name: str, place: int) -> Segment:
        """The stretch of that name in which a place lies."""
        at = self._stretches.get(name)
        return (self.stretches(name) if at is None else at)[place]

    def place_of(self, entry: Entry) -> int:
        """The position of an entry of this reading."""
        return self._places[id(entry)]

    def opens(self, name: str) -> bool:
        """Whether a span of that name is ever opened."""
        return any(kind in self.by_kind for kind in _marks(self.vocabulary, name)[0])

    def closing(self, name: str, place: int) -> tuple[int, Entry] | None:
        """What ended the span of that name in which a place lies: its closing entry, or, when its opening was never
        recorded, the first entry after the place of a kind that closes it. With its place."""
        segment = self.segment(name, place)
        if segment.span is not None:
            return None if segment.closed is None else (segment.closed, self.entries[segment.closed])
        acts = self.acts(_marks(self.vocabulary, name)[1])
        n = acts.first_after(place)
        return acts.pairs[n] if n < len(acts.pairs) and acts.pairs[n][0] < segment.last else None

    def is_open(self, name: str, place: int) -> bool | None:
        """Whether that span is open at a place; None when the record says nothing about it at all."""
        segment = self.segment(name, place)
        if segment.span is not None:
            return segment.closed is None or segment.closed >= place
        if segment.last < len(self.entries):
            return False  # it began later
        closings = self.of_kinds(_marks(self.vocabulary, name)[1])
        return False if closings and closings[0][0] < place else None

    @property
    def births(self) -> tuple[date, ...]:
        """Every date of birth that may be right: one, or several while the age is in dispute; none if not recorded."""
        if self._births is None:
            self._births = self._read_births()
        return self._births

    def _read_segments(self, name: str) -> tuple[Segment, ...]:
        openers, closers = _marks(self.vocabulary, name)
        if self.opens(name):
            marks = self.of_kinds((*openers, *(kind for kind in closers if kind not in openers)))
            found = spans([entry for _, entry in marks], name, self.vocabulary)
        else:
            found = ()
        places = [self.place_of(s.opened_by) for s in found]
        closings = [self.place_of(s.closed_by) if s.closed_by else None for s in found]
        if name in _BEGINS_WITH_ITS_DAY:
            after = [-1, *(-1 if closing is None else closing for closing in closings)]
            places = [self._first_of_day(place, last) for place, last in zip(places, after, strict=False)]
        if name in _BEGINS_WITH:
            after = [-1, *(-1 if closing is None else closing for closing in closings)]
            places = [self._first_report(name, place, last) for place, last in zip(places, after, strict=False)]
        ends = [*places, len(self.entries)]
        times: list[datetime | None] = [s.opened.at for s in found]
        segments = [Segment(0, None, 0, ends[0], None, times[0] if times else None)]
        for n, span in enumerate(found):
            following = times[n + 1] if n + 1 < len(times) else None
            segments.append(Segment(n + 1, span, places[n], ends[n + 1], times[n], following, closings[n]))
        return tuple(segments)

    def _first_of_day(self, place: int, after: int) -> int:
        day = uk_day(self.entries[place].occurred.at)
        while place - 1 > after and uk_day(self.entries[place - 1].occurred.at) == day:
            place -= 1
        return place

    def _first_report(self, name: str, place: int, after: int) -> int:
        earliest = self.entries[place].occurred.at - LEAD
        reports = self.of_kinds((_BEGINS_WITH[name],))
        return next((p for p, e in reports if after < p < place and e.occurred.at >= earliest), place)

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


@lru_cache(maxsize=256)
def _marks(vocabulary: Vocabulary, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The kinds that open spans of a name, and other kinds that close them."""
    openers = tuple(kind.name for kind in vocabulary if kind.opens == name)
    closers = tuple(kind.name for kind in vocabulary if name in kind.closes)
    return openers, closers
