"""What one child adds to each question of a period: certainly, possibly, or nothing.

A time known only to the day or the month can lie on either side of a period's border; then the child is counted as
possible. An episode belongs to the period in which somebody noticed it, as in all of Holdfast's numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from holdfast.chronology.moment import Moment
from holdfast.chronology.story import Story
from holdfast.missing.picture import Episode, episodes
from holdfast.worktime.uk_clock import day_begins, day_ends

FAR = datetime(9999, 1, 1, tzinfo=UTC)
MEASURES = (
    "identified", "suspected", "unaccompanied", "both", "missing-trafficked", "missing-unaccompanied",
    "incidents-trafficked", "incidents-unaccompanied", "still-missing",
)  # fmt: skip
INCIDENTS_OF = {"incidents-trafficked": "missing-trafficked", "incidents-unaccompanied": "missing-unaccompanied"}


@dataclass(frozen=True, slots=True)
class Window:
    """A period in time: from its first instant to the one that ends it (UTC), of whole UK days."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, first: date, last: date) -> Window:
        """Both days included."""
        return cls(day_begins(first), day_ends(last))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time that began and ended as well as that is known; `ended` None: it goes on."""

    began: Moment
    ended: Moment | None = None

    @property
    def possible(self) -> Window:
        """The longest that it can have been."""
        return Window(self.began.at, self.ended.latest if self.ended else FAR)

    @property
    def certain(self) -> Window:
        """The shortest; empty where it ends before it starts."""
        return Window(self.began.latest, self.ended.at if self.ended else FAR)


@dataclass(frozen=True, slots=True)
class Count:
    """From `certain` to `possible`."""

    certain: int = 0
    possible: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.certain + other.certain, self.possible + other.possible)


NONE, ONE, PERHAPS = Count(0, 0), Count(1, 1), Count(0, 1)


def counts(story: Story, window: Window, agency: str) -> dict[str, Count]:
    """What this child adds to each measure, in the care of `agency` (its code in the record)."""
    care = in_care_of(story, agency)
    referred, suspected = trafficking(story)
    alone = tuple(Stretch(span.opened, span.closed) for span in story.spans("unaccompanied"))
    identified = _together(window, care, referred)
    feared = _less(_together(window, care, suspected), identified)
    unaccompanied = _together(window, care, alone)
    trafficked = _either(identified, feared)
    noticed = [(one, _noticed(one, window, care)) for one in episodes(story)]
    went = _any(count for _, count in noticed)
    times = sum((count for _, count in noticed), NONE)
    lost = _any(_and(count, _not_found(one, window)) for one, count in noticed)
    return {
        "identified": identified,
        "suspected": feared,
        "unaccompanied": unaccompanied,
        "both": _and(trafficked, unaccompanied),
        "missing-trafficked": _and(trafficked, went),
        "missing-unaccompanied": _and(unaccompanied, went),
        "incidents-trafficked": _if(trafficked, times),
        "incidents-unaccompanied": _if(unaccompanied, times),
        "still-missing": _and(_either(trafficked, unaccompanied), lost),
    }


def in_care_of(story: Story, agency: str) -> tuple[Stretch, ...]:
    """The times in care for which that authority was responsible, transfers between authorities counted."""
    found: list[Stretch] = []
    for span in story.spans("care"):
        opener = span.opened_by
        ours: Moment | None = span.opened if (opener.details.authority or opener.agency) == agency else None
        for entry in span.entries:
            if entry.kind != "care.transferred" or not entry.details.to_authority:
                continue
            if span.closed is not None and entry.occurred.at > span.closed.at:
                continue
            if entry.details.to_authority == agency:
                ours = ours or entry.occurred
            elif ours is not None:
                found.append(Stretch(ours, entry.occurred))
                ours = None
        if ours is not None:
            found.append(Stretch(ours, span.closed))
    return tuple(found)


def trafficking(story: Story) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    """When the child was identified (referred, or a positive decision), and when suspected (a concern, no more).

    A negative decision ends both; what follows it begins them again.
    """
    identified: list[Stretch] = []
    suspected: list[Stretch] = []
    known: Moment | None = None
    feared: Moment | None = None
    for entry in story.standing:
        if entry.kind not in _SAYS:
            continue
        if getattr(entry.details, "positive", None) is False:
            identified += [Stretch(known, entry.occurred)] if known else []
            suspected += [Stretch(feared, entry.occurred)] if feared else []
            known = feared = None
        elif entry.kind == "trafficking.concern_recorded":
            feared = feared or entry.occurred
        elif entry.kind == "trafficking.referred" or entry.details.positive:
            known = known or entry.occurred
    identified += [Stretch(known)] if known else []
    suspected += [Stretch(feared)] if feared else []
    return tuple(identified), tuple(suspected)


_SAYS = frozenset(
    {
        "trafficking.concern_recorded",
        "trafficking.referred",
        "trafficking.reasonable_grounds",
        "trafficking.conclusive_grounds",
    }
)


def _together(window: Window, one: tuple[Stretch, ...], other: tuple[Stretch, ...]) -> Count:
    """Whether some moment of the period lies in a stretch of each."""
    found = NONE
    for first in one:
        for second in other:
            if _meet(window, first.certain, second.certain):
                return ONE
            if _meet(window, first.possible, second.possible):
                found = PERHAPS
    return found


def _meet(*windows: Window) -> bool:
    """Whether all have a moment in common; a stretch that is over at once has its one moment."""
    return (
        max(one.start for one in windows) <= min(one.end for one in windows)
        and all(one.start <= one.end for one in windows)
        and max(one.start for one in windows) < windows[0].end
    )


def _noticed(episode: Episode, window: Window, care: tuple[Stretch, ...]) -> Count:
    """Whether it was noticed in the period and in our care."""
    first, last = episode.noticed.at, episode.noticed.latest
    if last < window.start or first >= window.end:
        return NONE
    here = [one for one in care if one.possible.start <= last and first <= one.possible.end]
    if not here:
        return NONE
    sure = window.start <= first and last <= window.end
    return ONE if sure and any(one.certain.start <= last and first <= one.certain.end for one in here) else PERHAPS


def _not_found(episode: Episode, window: Window) -> Count:
    """Whether nobody had found the child by the end of the period."""
    if episode.ended is None or episode.ended.at >= window.end:
        return ONE
    return PERHAPS if episode.ended.latest > window.end else NONE


def _and(one: Count, other: Count) -> Count:
    return Count(min(one.certain, other.certain), min(one.possible, other.possible))


def _either(one: Count, other: Count) -> Count:
    return Count(max(one.certain, other.certain), max(one.possible, other.possible))


def _less(one: Count, other: Count) -> Count:
    """The first, where not the second."""
    return Count(one.certain if other == NONE else 0, 0 if other == ONE else one.possible)


def _any(found: Iterator[Count]) -> Count:
    every = list(found)
    return Count(max((one.certain for one in every), default=0), max((one.possible for one in every), default=0))


def _if(condition: Count, times: Count) -> Count:
    return Count(times.certain if condition.certain else 0, times.possible if condition.possible else 0)
