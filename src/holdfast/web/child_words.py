"""A child's page in words: signs, summary, the lines of the chronology, episodes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from holdfast.access.queries import names_of
from holdfast.chronology.entry import Entry
from holdfast.chronology.moment import Moment, Precision
from holdfast.missing.kinds import Category
from holdfast.missing.picture import Episode, State
from holdfast.web.child_page import ChildPage, Line
from holdfast.web.saying import say_age, say_code, say_moment, say_place, say_risk, upper_first
from holdfast.worktime.uk_clock import uk_day
from holdfast.worktime.words import say_day, say_days, say_length, say_time


@dataclass(frozen=True, slots=True)
class Sign:
    """A state of the child in words. Loud: the child is missing now."""

    words: str
    is_loud: bool = False


@dataclass(frozen=True, slots=True)
class OldTelling:
    """What an entry said before it was corrected."""

    entry: Entry
    sentence: str
    told_by: str


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One line of the chronology in words."""

    entry: Entry
    sentence: str
    facts: tuple[tuple[str, str], ...]
    told_by: str
    replaced: tuple[OldTelling, ...]


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """One row of the table of missing episodes."""

    number: int
    category: str
    noticed: str
    risk: str
    ended: str
    away_for: str
    conversation: str


# Details that name an agency by its code.
_CODES = ("force", "area", "authority", "to_authority", "from_authority", "to")
# Details that join entries, and say nothing to a reader.
_NOT_FOR_READING = ("link",)


class Names:
    """Names of the people and agencies that entries call by user name and code. One query, then none."""

    def __init__(self, entries: Iterable[Entry], agencies: Iterable[str] = ()) -> None:
        entries = list(entries)
        named = {str(getattr(e.details, field, "") or "") for e in entries for field in _CODES}
        codes = {*agencies, *named, *(e.agency for e in entries)}
        self._people, self._agencies = names_of({e.recorded_by for e in entries}, codes)

    def agency(self, code: str) -> str:
        return self._agencies.get(code, code)

    def sentence(self, entry: Entry) -> str:
        """What an entry says, with the agencies that its details call by their codes called by their names."""
        words = str(entry.details.sentence())
        for field in _CODES:
            code = str(getattr(entry.details, field, "") or "")
            if code in self._agencies:
                words = self.agency(code).join(re.split(rf"\b{re.escape(code)}\b", words))
        return words

    def told_by(self, entry: Entry, now: datetime) -> str:
        """Who recorded an entry, for whom, and when."""
        recorded = say_time(entry.recorded_at, year=uk_day(entry.recorded_at).year != uk_day(now).year)
        by = self._people.get(entry.recorded_by, entry.recorded_by)
        who = ", ".join(part for part in (by, self.agency(entry.agency)) if part)
        return f"Recorded {recorded}" + (f" by {who}" if who else "")


def signs(page: ChildPage) -> tuple[Sign, ...]:
    """In the order in which a reader needs them."""
    child = page.child
    found = [*_missing_sign(page)]
    if child.age and child.age.is_disputed:
        found.append(Sign("Age disputed"))
    if child.trafficking:
        found.append(Sign(f"Trafficking: {child.trafficking}"))
    if child.unaccompanied_since:
        found.append(Sign("Unaccompanied"))
    return tuple(found)


def _missing_sign(page: ChildPage) -> Iterable[Sign]:
    episode = page.open_episode
    if episode is None:
        return
    if episode.state is State.FOUND:
        yield Sign("Found, return not recorded")
        return
    what = "Away without authorisation" if episode.category is Category.AWAY else "Missing"
    yield Sign(f"{what} since {_lower_first(say_moment(episode.noticed, page.at))}", is_loud=True)


def _lower_first(text: str) -> str:
    return "some time" + text[9:] if text.startswith("Some time") else text


def age(page: ChildPage) -> str:
    known = page.child.age
    if known is None:
        return "Age not known"
    return say_age(known.born_on, known.standing or "", known.is_disputed, uk_day(page.at))


def summary(page: ChildPage, names: Names) -> list[tuple[str, str]]:
    """Where things stand, in about ten lines."""
    child, episode = page.child, page.open_episode
    rows = [
        ("Responsible", names.agency(child.authority) or "Not recorded"),
        ("Social worker", child.worker or "Not recorded"),
        ("Should be living at", _placement(page)),
        ("In care", _care(page)),
        ("Age", age(page)),
    ]
    if child.languages:
        rows.append(("Languages", ", ".join(child.languages)))
    if episode is not None:
        rows += _search(episode, page.at)
    return rows


def _placement(page: ChildPage) -> str:
    placed = page.child.placement
    if placed is None or not placed.is_open:
        return "No placement recorded"
    details = placed.opened_by.details
    place = say_place(details.place or "")
    where = ", ".join(part for part in (details.home, place.lower() if details.home else place) if part)
    return f"{where or 'Kind of place not recorded'}, since {say_day(placed.opened.day, year=True)}"


def _care(page: ChildPage) -> str:
    care = page.child.care
    if care is None:
        return "Not recorded as looked after"
    if not care.is_open and care.closed:
        return f"Care ended {say_day(care.closed.day, year=True)}"
    return f"Looked after since {say_day(care.opened.day, year=True)}"


def _search(episode: Episode, now: datetime) -> list[tuple[str, str]]:
    graded = episode.grading
    risk = f"{say_risk(graded.risk.value)}, graded by {graded.by or 'somebody not named'}" if graded else "Not graded"
    reference = (episode.reported.details.police_reference or "no reference given") if episode.reported else ""
    contact = say_moment(episode.last_contact, now) if episode.last_contact else "None recorded"
    return [
        ("Reported to the police", f"Yes, {reference}" if reference else "Not recorded"),
        ("Risk", risk),
        ("Who has accepted the search", episode.accepted_by or "Nobody has accepted"),
        ("Last contact or sighting", contact),
    ]


def timeline_lines(lines: Iterable[Line], names: Names, now: datetime) -> tuple[TimelineLine, ...]:
    return tuple(
        TimelineLine(
            line.entry,
            said := names.sentence(line.entry),
            facts(line.entry.details, said, names),
            names.told_by(line.entry, now),
            tuple(OldTelling(e, names.sentence(e), names.told_by(e, now)) for e in line.replaced),
        )
        for line in lines
    )


def facts(details: Any, sentence: str, names: Names) -> tuple[tuple[str, str], ...]:
    """The details that the sentence does not say already, each with its label."""
    found = []
    for field in fields(details):
        if field.name in _NOT_FOR_READING:
            continue
        value = getattr(details, field.name)
        words = names.agency(value) if field.name in _CODES and value else _words(field.name, value)
        if words and words.lower() not in sentence.lower():
            found.append((upper_first(field.name.replace("_", " ")), words))
    return tuple(found)


def _words(name: str, value: Any) -> str:
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return say_time(value, year=True)
    if isinstance(value, date):
        return say_day(value, year=True)
    if isinstance(value, tuple):
        return ", ".join(str(v) for v in value)
    if isinstance(value, StrEnum):
        return value.value.replace("-", " ")
    return say_code(name, str(value))


def episode_rows(page: ChildPage) -> tuple[EpisodeRow, ...]:
    """Newest first."""
    return tuple(_episode_row(e, page.at) for e in reversed(page.episodes))


def _episode_row(episode: Episode, now: datetime) -> EpisodeRow:
    until = episode.ended.at if episode.ended else now
    about = "" if episode.noticed.is_exact and (episode.ended is None or episode.ended.is_exact) else "about "
    held, offered = episode.conversation_held, episode.conversations_offered
    if held:
        conversation = f"Held {_lower_first(say_moment(held, now))}"
    elif offered:
        conversation = "Offered, not held"
    else:
        conversation = "Not offered" if episode.returned else ""
    return EpisodeRow(
        number=episode.number,
        category="Away without authorisation" if episode.category is Category.AWAY else "Missing",
        noticed=say_moment(episode.noticed, now),
        risk=say_risk(episode.grading.risk.value) if episode.grading else "Not graded",
        ended=_ends(episode.found, episode.returned, now),
        away_for=f"{about}{_away_for(episode, until)}" + ("" if episode.ended else " so far"),
        conversation=conversation,
    )


def _away_for(episode: Episode, until: datetime) -> str:
    ends = [episode.noticed, episode.ended] if episode.ended else [episode.noticed]
    to_the_hour = all(one.is_exact or one.precision is Precision.HOUR for one in ends)
    return (say_length if to_the_hour else say_days)(until - episode.noticed.at)


def _ends(found: Moment | None, returned: Moment | None, now: datetime) -> str:
    said = []
    if found:
        said.append(f"Found {_lower_first(say_moment(found, now))}")
    if returned:
        said.append(f"Returned {_lower_first(say_moment(returned, now))}")
    return ". ".join(said) if said else "Not yet"
