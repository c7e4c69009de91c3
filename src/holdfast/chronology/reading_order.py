"""The order in which one child's entries make sense.

An entry known only to the day stands at that day's midnight, so by the clock a return "on 20 November" comes before
the absence noticed at 22:40 that evening. `in_reading_order` puts such entries where they can have happened.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta

from holdfast.chronology.entry import Entry
from holdfast.chronology.kinds import Vocabulary
from holdfast.chronology.moment import EXACT


def in_reading_order(entries: Sequence[Entry], vocabulary: Vocabulary) -> tuple[Entry, ...]:
    """Entries in time order, those of one instant put in an order that makes sense.

    Of entries at one instant: what ends an open span, then what opens one, then the rest, then what would end a span
    just opened. An ending known only to the day or hour waits for an opening that it can still have followed, unless
    it is the other half of an ending of the day before (found last night, returned "on the 20th").
    """
    if _needs_no_care(entries):
        return tuple(entries)
    entries = sorted(entries, key=_sort_key)  # so that what was put in this order before comes out the same
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
        moment = entry.occurred
        if moment.precision not in EXACT or (before is not None and moment.at <= before):
            return False
        before = moment.at
    return True


def _sort_key(entry: Entry) -> tuple[datetime, datetime, str]:
    return entry.sort_key


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
