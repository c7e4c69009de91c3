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


def follows(when: Moment, *earlier: Moment | None) -> Moment:
    """The same time, not read as earlier than what it follows: "today, time not known" begins at midnight, and what
    happened at three that morning came before it. Keeps the day and the precision.

    Give it only what `comes_before` has said no to.
    """
    return replace(when, at=max(when.at, *(m.at for m in earlier if m is not None), when.at))


def comes_before(when: Moment, other: Moment) -> bool:
    """Whether a time lies wholly before another, as far as both are known."""
    return when.latest < other.at or (not when.is_exact and when.latest == other.at)


def check_found(episode: Episode, when: Moment, now: datetime) -> None:
    """A finding belongs to an open episode and comes after the child was noticed to be missing."""
    check_moment(when, now)
    if episode.state is not State.MISSING:
        raise CannotRecord("This child is not missing: a finding or a return is recorded already")
    if comes_before(when, episode.noticed):
        raise CannotRecord("The child cannot have been found before being noticed to be missing")


def check_returned(episode: Episode, when: Moment, now: datetime) -> None:
    """A return comes after the finding, where one is recorded, and is recorded once."""
    check_moment(when, now)
    if episode.state is State.RETURNED:
        raise CannotRecord("This child's return is recorded already. Correct its time in the chronology")
    if comes_before(when, episode.noticed):
        raise CannotRecord("The child cannot have returned before being noticed to be missing")
    if episode.found and comes_before(when, episode.found):
        raise CannotRecord("The child cannot have returned before being found")


_ENDS = ("missing.found", "missing.returned")


def check_order(standing: tuple[Entry, ...], before: Entry, when: Moment) -> Moment:
    """A corrected time must not turn an episode round: noticed, then found, then returned. Returns the time to write,
    not read as earlier than what it follows."""
    if before.kind == "missing.noticed":
        following = next((e for e in standing if e.kind in _ENDS and e.sort_key > before.sort_key), None)
        if following is not None and when.at > following.occurred.latest:
            raise CannotRecord("That is after the child was found or returned")
        earlier = [e.occurred for e in standing if e.kind in _ENDS and e.sort_key < before.sort_key]
        if earlier and comes_before(when, earlier[-1]):
            raise CannotRecord("By then the child had not been found or returned from the last time")
        return follows(when, *earlier)
    if before.kind not in _ENDS:
        return when
    noticed = [e for e in standing if e.kind == "missing.noticed" and e.sort_key < before.sort_key]
    if noticed and comes_before(when, noticed[-1].occurred):
        raise CannotRecord("That is before the child was noticed to be missing")
    found = [e for e in standing if e.kind == "missing.found" and e.sort_key < before.sort_key]
    if before.kind == "missing.returned" and found and comes_before(when, found[-1].occurred):
        raise CannotRecord("That is before the child was found")
    when = follows(when, *(e.occurred for e in (*noticed, *found)))
    if noticed:
        _check_what_follows([e for e in standing if e.sort_key > before.sort_key], before, when)
    return when


def _check_what_follows(later: list[Entry], end: Entry, when: Moment) -> None:
    """An end that is read as later than the next noticing would end that episode, and a missing child would be off
    the list."""
    again = next((e for e in later if e.kind == "missing.noticed"), None)
    if again is not None and when.at >= again.occurred.at:
        raise CannotRecord("By then the child had gone missing again: if that time is wrong, correct it first")
    back = next((e for e in later if e.kind == "missing.returned"), None)
    is_same = back is not None and (again is None or back.sort_key < again.sort_key)
    if end.kind == "missing.found" and back is not None and is_same and when.at > back.occurred.latest:
        raise CannotRecord("That is after the child returned")


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
    last_end = _last_end(episodes)
    is_before = noticed.until is None and last_end is not None and comes_before(noticed.moment, last_end)
    if last_end is not None and (is_before or noticed.last < last_end.at):
        raise CannotRecord(
            "By then the child had not been found or returned from the last time: check the day and the time", "when"
        )
    last = episodes[-1] if episodes else None
    return last if last is not None and last.state is State.MISSING else None


def noticed_in_order(episodes: tuple[Episode, ...], noticed: Stretch, joins: Episode | None) -> Stretch:
    """A noticing that `check_noticed` let pass, not read as earlier than the last finding or return; nor, where its
    time is not known to the minute, than the noticing of the episode that it joins."""
    first = joins.noticed if joins and not noticed.moment.is_exact else None
    return replace(noticed, moment=follows(noticed.moment, _last_end(episodes), first))


def _last_end(episodes: tuple[Episode, ...]) -> Moment | None:
    ends = [m for e in episodes for m in (e.found, e.returned) if m]
    return max(ends, key=lambda m: m.at, default=None)


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
    if comes_before(when, episode.noticed):
        raise CannotRecord("That is before the child was noticed to be missing")
    following = next((e for e in episodes if e.number == number + 1), None)
    if following is not None and when.at >= following.noticed.at:
        raise CannotRecord("By then the child had gone missing again: record it with the later time")
    return episode


def check_after_end(episode: Episode, when: Moment) -> None:
    """A return conversation, and what it led to, come after the child was found or came back. Raises CannotRecord."""
    if episode.ended is None:
        raise CannotRecord("The child has not been found or returned: record that first")
    if comes_before(when, episode.ended):
        raise CannotRecord("That is before the child was found or returned")


# Words that would tell the public what nobody outside may know. A person reads the words too: this only helps.
_NOT_FOR_THE_PUBLIC = re.compile(
    r"\b(in care|care home|children[’']?s home|foster\w*|looked[ -]after|placement|social (?:worker|services)|"
    r"children[’']?s services|care leaver\w*|care order|forced|"
    r"traffick\w*|exploit\w*|modern slavery|nrm|asylum|unaccompanied|refugee|immigra\w*)\b",
    re.IGNORECASE,
)


def check_publicity(words: str, known: Collection[str] = ()) -> None:
    """An appeal never says that a child is in care, trafficked or seeking asylum. Raises CannotRecord.

    `known`: names of homes and workers in the child's record, which would say it for whoever knows them.
    """
    found = _NOT_FOR_THE_PUBLIC.search(words)
    named = next((name for name in known if len(name) > 3 and name.casefold() in words.casefold()), None)
    if said := (found.group(0) if found else named):
        raise CannotRecord(f"Do not tell the public this: “{said}”. Leave it out", "words")
