"""The profile that a carer holds for the case that a child goes missing: a pure fold of the entries in force.

It is made of the record and of nothing else, so it moves with the child. Practice: the Philomena protocol of UK
police forces (a profile kept by the carer, handed to the police when a report is made). The times after which a part
is called old are our own, not law.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from holdfast.child.kinds import Described, Photographed
from holdfast.chronology.entry import Entry
from holdfast.chronology.moment import Moment
from holdfast.chronology.story import Story
from holdfast.worktime.uk_clock import day_begins

CONFIRMED_FOR = timedelta(days=91)
PHONE_FOR = timedelta(days=30)  # numbers change often
PHOTOGRAPH_FOR = timedelta(days=183)  # so do children
FACTS = ("looks", "phone", "people", "places", "worries", "what_helps", "health", "languages", "interpreter_needed")


@dataclass(frozen=True, slots=True)
class Fact:
    """One part of the profile. `said_at`: since when it is said as it is now, last corrected or changed then."""

    value: Any
    said_at: Moment


@dataclass(frozen=True, slots=True)
class Profile:
    """The newest description, part by part, and when somebody last confirmed that it is right.

    `moved`: a placement began after that, so whoever cares for the child now has not confirmed it.
    """

    described: Described
    facts: Mapping[str, Fact]
    confirmed: Entry | None
    moved: bool
    photograph: Entry | None = None

    def is_stale(self, now: datetime) -> bool:
        """Whether it must be read again before anybody relies on it."""
        return self.confirmed is None or self.moved or now - self.confirmed.occurred.at > CONFIRMED_FOR

    @property
    def pictured(self) -> Photographed | None:
        """The newest photograph: which picture it is, and when it was taken."""
        details: Photographed | None = self.photograph.details if self.photograph else None
        return details if details and details.picture else None

    def is_photograph_old(self, now: datetime) -> bool:
        """Whether the child may look different by now: taken, or if nobody said when, added, half a year ago."""
        if self.photograph is None:
            return False
        taken = self.photograph.details.taken
        since = day_begins(taken) if taken else self.photograph.occurred.at
        return now - since > PHOTOGRAPH_FOR

    def is_old(self, name: str, now: datetime) -> bool:
        """Whether a part is older than it can be trusted: a telephone number after a month without a confirmation."""
        if name != "phone" or name not in self.facts:
            return False
        known = [self.facts[name].said_at.at, *([self.confirmed.occurred.at] if self.confirmed else [])]
        return now - max(known) > PHONE_FOR


def profile(story: Story) -> Profile:
    """The profile of a child, empty where nothing is recorded."""
    told = [e for e in story.standing if e.kind == "child.described"]
    newest: Described = told[-1].details if told else Described()
    facts = {}
    for field in fields(newest):
        value = getattr(newest, field.name)
        if field.name in FACTS and value not in (None, (), ""):
            facts[field.name] = Fact(value, _since(told, field.name, value))
    confirmed = story.last("child.profile_confirmed")
    placements = story.spans("placement")
    moved = bool(placements and confirmed and placements[-1].opened.at > confirmed.occurred.latest)
    return Profile(newest, facts, confirmed, moved, story.last("child.photographed"))


def _since(told: list[Entry], name: str, value: Any) -> Moment:
    since = told[-1].occurred
    for entry in reversed(told):
        if getattr(entry.details, name) != value:
            break
        since = entry.occurred
    return since
