"""One child's chronology in memory: what every picture, read table and page is computed from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from holdfast.chronology.entry import Entry
from holdfast.chronology.kinds import Vocabulary
from holdfast.chronology.reading_order import in_reading_order
from holdfast.chronology.spans import Span, spans
from holdfast.chronology.standing import in_force


@dataclass(frozen=True, slots=True)
class Story:
    """Every entry in the order of the chain, and those in force in the order in which they make sense.

    That is the order in which they happened, with a return "on the 20th" after the absence noticed that evening (see
    `reading_order`).
    """

    ref: str
    entries: tuple[Entry, ...]
    standing: tuple[Entry, ...]
    vocabulary: Vocabulary

    @classmethod
    def of(
        cls, ref: str, entries: Iterable[Entry], vocabulary: Vocabulary, *, as_known_at: datetime | None = None
    ) -> Story:
        """`as_known_at` leaves out what was recorded later, as if it had not been written yet."""
        kept = tuple(e for e in entries if as_known_at is None or e.recorded_at <= as_known_at)
        return cls(ref, kept, in_reading_order(in_force(kept), vocabulary), vocabulary)

    def spans(self, name: str) -> tuple[Span, ...]:
        """The spans of that name, in time order."""
        return spans(self.standing, name, self.vocabulary)

    def last(self, kind: str) -> Entry | None:
        """The latest entry in force of a kind."""
        return next((e for e in reversed(self.standing) if e.kind == kind), None)
