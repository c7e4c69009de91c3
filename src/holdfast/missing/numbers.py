"""Numbers of a period, from the same entries: episodes and children, by length, place and group; conversations. Pure.

Episodes and children are counted apart: a child who went five times is one child. An episode belongs to the period in
which somebody noticed it. What is still going on is counted by itself, not as a length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from holdfast.chronology.story import Story
from holdfast.missing.conversations import InTime, Row


class Length(StrEnum):
    """How long a child was missing: from the noticing to the finding, or to the return where no finding is recorded."""

    UNDER_SIX_HOURS = "under 6 hours"
    UNDER_A_DAY = "6 to 24 hours"
    UNDER_THREE_DAYS = "1 to 3 days"
    UNDER_A_WEEK = "3 to 7 days"
    LONGER = "7 days or longer"
    STILL_MISSING = "still missing"


class Group(StrEnum):
    """Which children. A child can be of several."""

    UNACCOMPANIED = "unaccompanied"
    TRAFFICKING = "trafficking concern or decision"
    NEITHER = "neither is recorded"


_UP_TO = (
    (timedelta(hours=6), Length.UNDER_SIX_HOURS),
    (timedelta(hours=24), Length.UNDER_A_DAY),
    (timedelta(hours=72), Length.UNDER_THREE_DAYS),
    (timedelta(days=7), Length.UNDER_A_WEEK),
)


@dataclass(frozen=True, slots=True)
class Counted:
    """One episode as it is counted. `place` is the return's code for the kind of place, or empty."""

    ref: str
    name: str
    row: Row
    length: Length
    place: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """One line: how many episodes, of how many children. `key` is its word in the address."""

    key: str
    label: str
    counted: tuple[Counted, ...]

    @property
    def episodes(self) -> int:
        return len(self.counted)

    @property
    def children(self) -> int:
        return len({c.ref for c in self.counted})


@dataclass(frozen=True, slots=True)
class Table:
    """Lines under one heading. `is_whole`: each episode stands in exactly one line."""

    title: str
    lines: tuple[Number, ...]
    is_whole: bool


def length_of(row: Row) -> Length:
    """How long an episode was."""
    ended = row.episode.ended
    if ended is None:
        return Length.STILL_MISSING
    lasted = ended.at - row.episode.noticed.at
    return next((length for limit, length in _UP_TO if lasted < limit), Length.LONGER)


def place_at(story: Story, row: Row) -> str:
    """The code of the kind of place that the child was missing from; empty where no placement was recorded then."""
    noticed = row.episode.noticed.at
    for span in reversed(story.spans("placement")):
        if span.opened.at <= noticed and (span.closed is None or noticed < span.closed.latest):
            return str(span.opened_by.details.place or "")
    return ""


def tables(
    counted: Sequence[Counted], *, say_place: Callable[[str], str], with_conversations: bool
) -> tuple[Table, ...]:
    """Every table of a period. Conversations only for who may read them: a count of what cannot be read is no count."""
    every = tuple(counted)
    lengths = [Number(f"length-{n}", v.value, tuple(c for c in every if c.length is v)) for n, v in enumerate(Length)]
    places = [
        Number(f"place-{n}", say_place(place) or "not recorded", tuple(c for c in every if c.place == place))
        for n, place in enumerate(sorted({c.place for c in every}))
    ]
    groups = [Number(f"group-{n}", g.value, tuple(c for c in every if g in c.groups)) for n, g in enumerate(Group)]
    found = [
        Table("All", (Number("all", "Every episode", every),), True),
        Table("By length", tuple(lengths), True),
        Table("By the kind of place", tuple(places), True),
        Table("By group", tuple(groups), False),
    ]
    if with_conversations:
        found.append(Table("Return conversations: episodes after which", tuple(_conversations(every)), False))
    return tuple(found)


_NOT_TOLD = (InTime.NOT_CERTAIN, InTime.NO_RETURN)


def _conversations(counted: Sequence[Counted]) -> Iterator[Number]:
    """Offered, accepted, held and held in time, each by itself, of the episodes that have ended."""
    ended = tuple(c for c in counted if c.row.episode.ended is not None)
    yield Number("ended", "the child was found or came back", ended)
    yield Number("offered", "a return conversation was offered", tuple(c for c in ended if c.row.offers))
    yield Number("accepted", "it was accepted", tuple(c for c in ended if c.row.was_accepted))
    held = tuple(c for c in ended if c.row.held)
    yield Number("held", "it was held", held)
    yield Number(
        "in-time",
        "it was held within 72 hours of the return",
        tuple(c for c in held if c.row.in_time is InTime.YES),
    )
    yield Number("late", "it was held later", tuple(c for c in held if c.row.in_time is InTime.NO))
    yield Number(
        "not-certain",
        "it was held, whether in time is not certain",
        tuple(c for c in held if c.row.in_time in _NOT_TOLD),
    )
