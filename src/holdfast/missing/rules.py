"""What may be recorded about an episode, and when. Pure: the time now is an argument."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from holdfast.chronology.entry import Entry
from holdfast.chronology.moment import Moment
from holdfast.missing.picture import Episode, State

# Clocks of phones and servers differ a little: a time a few minutes ahead is now.
CLOCKS_DIFFER = timedelta(minutes=5)


class CannotRecord(ValueError):
    """Why something cannot be recorded, in words for the page; `field` names the question."""

    def __init__(self, message: str, field: str = "when") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


def check_moment(when: Moment, now: datetime) -> None:
    """Nothing is recorded that has not happened yet, or that lies before any record can."""
    if when.at > now + CLOCKS_DIFFER:
        raise CannotRecord("The date and time must be in the past")
    if when.at.year < 1990:
        raise CannotRecord("Enter a date after 1989")


def check_found(episode: Episode, when: Moment, now: datetime) -> None:
    """A finding belongs to an open episode and comes after the child was noticed to be missing."""
    check_moment(when, now)
    if episode.state is not State.MISSING:
        raise CannotRecord("This child is not missing: a finding or a return is recorded already")
    if when.latest < episode.noticed.at:
        raise CannotRecord("The child cannot have been found before being noticed to be missing")


def check_returned(episode: Episode, when: Moment, now: datetime) -> None:
    """A return comes after the finding, where one is recorded, and is recorded once."""
    check_moment(when, now)
    if episode.state is State.RETURNED:
        raise CannotRecord("This child's return is recorded already. Correct its time in the chronology")
    if when.latest < episode.noticed.at:
        raise CannotRecord("The child cannot have returned before being noticed to be missing")
    if episode.found and when.latest < episode.found.at:
        raise CannotRecord("The child cannot have returned before being found")


_ENDS = ("missing.found", "missing.returned")


def check_order(standing: tuple[Entry, ...], before: Entry, when: Moment) -> None:
    """A corrected time must not turn an episode round: noticed, then found, then returned."""
    if before.kind in _ENDS:
        moved = replace(before, occurred=when)
        earlier = [e for e in standing if e.kind == "missing.noticed" and e.occurred.at <= moved.occurred.latest]
        was_earlier = [e for e in standing if e.kind == "missing.noticed" and e.sort_key < before.sort_key]
        if len(earlier) < len(was_earlier):
            raise CannotRecord("That is before the child was noticed to be missing")
        found = [e for e in standing if e.kind == "missing.found" and e.sort_key < before.sort_key]
        if before.kind == "missing.returned" and found and when.latest < found[-1].occurred.at:
            raise CannotRecord("That is before the child was found")
    if before.kind == "missing.noticed":
        end = next((e for e in standing if e.kind in _ENDS and e.sort_key > before.sort_key), None)
        if end is not None and when.at > end.occurred.latest:
            raise CannotRecord("That is after the child was found or returned")
