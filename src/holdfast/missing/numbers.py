"""What is counted of an episode, and how the counts stand in tables. Pure.

Episodes and children are counted apart: a child who went five times is one child. An episode belongs to the period in
which somebody noticed it. What is still going on is counted by itself, not as a length.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from holdfast.chronology.story import Story
from holdfast.missing.conversations import Row


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
class Number:
    """One line: how many episodes, of how many children. `key` is its word in the address."""

    key: str
    label: str
    episodes: int
    children: int


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
