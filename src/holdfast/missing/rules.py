"""What may be recorded about an episode, and when. Pure: the time now is an argument."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from holdfast.chronology.entry import Entry
from holdfast.chronology.moment import Moment
from holdfast.missing.kinds import Category
from holdfast.missing.picture import Episode, State
from holdfast.missing.report import Stretch
from holdfast.missing.report_kinds import Whereabouts, Worry

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


# --- what a report says --------------------------------------------------------------------------------------------

# Statutory guidance on children who run away or go missing from home or care (Department for Education, January
# 2014), terms used: "missing from care" is a child who is not where they are expected to be and whose whereabouts are
# not known; "away from placement without authorisation" one whose whereabouts are known.
MISSING_OR_AWAY = "Statutory guidance on children who run away or go missing from home or care (2014), terms used"


@dataclass(frozen=True, slots=True)
class Decision:
    """Missing or away, why in one sentence, and whether the police must be told now."""

    category: Category
    because: str
    tell_police_now: bool
    source: str = MISSING_OR_AWAY


def decide_category(whereabouts: Whereabouts | None, worries: Collection[Worry]) -> Decision:
    """Missing, unless somebody whom we trust has seen or spoken to the child where they are now.

    What is only thought, and what is not known, asks more of us: missing. A child who is away and whom somebody is
    worried about is told to the police as well. A later entry can change either into the other.
    """
    if whereabouts is not Whereabouts.CONFIRMED:
        said = {
            Whereabouts.NOT_KNOWN: "nobody knows where the child is",
            Whereabouts.THOUGHT: "nobody has seen or spoken to the child where they are thought to be",
            None: "it is not known whether anybody knows where the child is",
        }[whereabouts]
        return Decision(Category.MISSING, f"Missing, because {said}", tell_police_now=True)
    because = "Away without authorisation, because somebody has seen or spoken to the child where they are"
    return Decision(Category.AWAY, because, tell_police_now=bool(worries))


def check_noticed(episodes: tuple[Episode, ...], noticed: Stretch, now: datetime) -> Episode | None:
    """The open episode that a report joins, or None for a new one.

    Raises CannotRecord where the child was found or came back after the time that the report gives.
    """
    check_moment(noticed.moment, now)
    ends = [m for e in episodes for m in (e.found, e.returned) if m]
    last_end = max(ends, key=lambda m: m.at, default=None)
    if last_end is not None and noticed.last < last_end.at:
        raise CannotRecord(
            "By then the child had not been found or returned from the last time: check the day and the time", "when"
        )
    last = episodes[-1] if episodes else None
    return last if last is not None and last.state is State.MISSING else None


def check_last_seen(seen: Stretch, noticed: Stretch | None, now: datetime) -> None:
    """A child is last seen before somebody notices that they are gone."""
    try:
        check_moment(seen.moment, now)
    except CannotRecord as error:
        raise CannotRecord(error.message, "seen") from error
    if noticed is not None and seen.first > noticed.last:
        raise CannotRecord("The child cannot have been last seen after somebody noticed that they were gone", "seen")


def check_police_told(told: Moment, noticed: Stretch, now: datetime) -> None:
    """The police are told after somebody notices."""
    try:
        check_moment(told, now)
    except CannotRecord as error:
        raise CannotRecord(error.message, "call") from error
    if told.latest < noticed.first:
        raise CannotRecord("The police cannot have been told before somebody noticed that the child was gone", "call")


# --- what belongs to an episode ------------------------------------------------------------------------------------


def check_in_episode(episodes: tuple[Episode, ...], number: int, when: Moment, now: datetime) -> Episode:
    """What is recorded with an episode happened after it began and before the next one. Raises CannotRecord."""
    check_moment(when, now)
    episode = next((e for e in episodes if e.number == number), None)
    if episode is None:
        raise CannotRecord("No such missing episode is recorded for this child")
    if when.latest < episode.noticed.at:
        raise CannotRecord("That is before the child was noticed to be missing")
    following = next((e for e in episodes if e.number == number + 1), None)
    if following is not None and when.at >= following.noticed.at:
        raise CannotRecord("By then the child had gone missing again: record it with the later time")
    return episode


def check_after_end(episode: Episode, when: Moment) -> None:
    """A return conversation, and what it led to, come after the child was found or came back. Raises CannotRecord."""
    if episode.ended is None:
        raise CannotRecord("The child has not been found or returned: record that first")
    if when.latest < episode.ended.at:
        raise CannotRecord("That is before the child was found or returned")


# Words that would tell the public what nobody outside may know. A person reads the words too: this only helps.
_NOT_FOR_THE_PUBLIC = re.compile(
    r"\b(in care|care home|children[’']?s home|foster\w*|looked[ -]after|placement|social (?:worker|services)|"
    r"traffick\w*|exploit\w*|modern slavery|nrm|asylum|unaccompanied|refugee|immigra\w*)\b",
    re.IGNORECASE,
)


def check_publicity(words: str) -> None:
    """An appeal never says that a child is in care, trafficked or seeking asylum. Raises CannotRecord."""
    found = _NOT_FOR_THE_PUBLIC.search(words)
    if found:
        raise CannotRecord(f"Do not tell the public this: “{found.group(0)}”. Leave it out", "words")
