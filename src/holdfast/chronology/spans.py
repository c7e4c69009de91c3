"""Spans: stretches of a child's time that one kind opens and another closes (in care, in a placement, missing)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.chronology.entry import Entry
from holdfast.chronology.kinds import Vocabulary
from holdfast.chronology.moment import Moment


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch: the entry that opened it, the one that closed it (None while open), and every entry in force
    from its opening until the next opening of the same name, so that what follows an end (a return conversation)
    still belongs to it.
    """

    name: str
    opened_by: Entry
    closed_by: Entry | None
    entries: tuple[Entry, ...]

    @property
    def opened(self) -> Moment:
        return self.opened_by.occurred

    @property
    def closed(self) -> Moment | None:
        return self.closed_by.occurred if self.closed_by else None

    @property
    def is_open(self) -> bool:
        return self.closed_by is None


def spans(entries: Sequence[Entry], name: str, vocabulary: Vocabulary) -> tuple[Span, ...]:
    """The spans of that name, in time order, from entries in force in the order of `reading_order`."""
    found: list[Span] = []
    opener: Entry | None = None
    closer: Entry | None = None
    inside: list[Entry] = []
    for entry in entries:
        kind = vocabulary[entry.kind]
        if kind.opens == name and (opener is None or closer is not None or kind.restarts):
            if opener is not None:
                found.append(Span(name, opener, closer or entry, tuple(inside)))
            opener, closer, inside = entry, None, [entry]
            continue
        if opener is None:
            continue
        inside.append(entry)
        if closer is None and name in kind.closes:
            closer = entry
    if opener is not None:
        found.append(Span(name, opener, closer, tuple(inside)))
    return tuple(found)
