"""What somebody tells when a child is reported missing. Every one belongs to the episode that `missing.noticed` opens.

What is told stands apart from the noticing itself, because fewer agencies may read it: a school learns that a child is
missing, not what worries the home. A thing that was not ticked was not said; it is never read as "no".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from holdfast.chronology.kinds import CARE_TEAM, kind


class Whereabouts(StrEnum):
    """Whether anybody knows where the child is."""

    NOT_KNOWN = "not known"
    THOUGHT = "thought to be known"  # nobody has seen or spoken to the child there
    CONFIRMED = "confirmed"  # seen or spoken to there, by somebody whom we trust


class Worry(StrEnum):
    """What worries the person who reports."""

    TRAFFICKING = "trafficking"
    EXPLOITATION = "exploitation"
    HEALTH = "illness, injury or medicine"
    SELF_HARM = "self-harm or suicide"
    NEW_HERE = "first weeks in a new place"
    WITH_OTHERS = "with people who worry us"
    VEHICLE = "a vehicle"
    VIOLENCE = "threats or violence"
    OUT_OF_CHARACTER = "not like the child"


class Attempt(StrEnum):
    """What was done to find the child before the report."""

    ROOM = "room searched"
    HOME = "home and garden searched"
    PHONE = "child rung or messaged"
    FRIENDS = "friends and family asked"
    PLACES = "usual places looked at"
    SCHOOL = "school or college asked"


@kind("missing.whereabouts_told", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class WhereaboutsTold:
    """What is known of where the child is. `where` is a kind of place, never an address."""

    whereabouts: Whereabouts | None = None
    where: str | None = None
    known_by: str | None = None

    def sentence(self) -> str:
        said = {
            Whereabouts.NOT_KNOWN: "Nobody knows where the child is",
            Whereabouts.THOUGHT: "Somebody thinks that they know where the child is",
            Whereabouts.CONFIRMED: "Somebody has seen or spoken to the child",
        }
        return said[self.whereabouts] if self.whereabouts else "Not known whether anybody knows where the child is"


@kind("missing.last_seen_told", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class LastSeenTold:
    """When the child was last seen: not before `earliest`, not after `latest` (left out where the time is exact)."""

    earliest: datetime | None = None
    latest: datetime | None = None
    where: str | None = None
    by: str | None = None

    def sentence(self) -> str:
        return "Last seen" + (f" by {self.by}" if self.by else ": told when and where")


@kind("missing.appearance_told", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class AppearanceTold:
    """What the child wore and carried, and the telephone they have."""

    wearing: str | None = None
    carrying: str | None = None
    phone: str | None = None

    def sentence(self) -> str:
        return "What the child was wearing and carrying"


@kind("missing.worries_told", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class WorriesTold:
    """Why somebody is worried now. `harm_from` says what illness or missed medicine does, and how soon."""

    worries: tuple[Worry, ...] = ()
    why: str | None = None
    harm_from: str | None = None

    def sentence(self) -> str:
        return "Worried about: " + ", ".join(self.worries) if self.worries else "Why somebody is worried"


@kind("missing.places_told", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class PlacesTold:
    """Where the child might be and with whom, and whether they have gone before."""

    gone_before: bool | None = None
    might_be: str | None = None
    with_whom: str | None = None

    def sentence(self) -> str:
        return "Where the child might be"


@kind("missing.attempts_told", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class AttemptsTold:
    """What was done to find the child before the report."""

    attempts: tuple[Attempt, ...] = ()
    what: str | None = None

    def sentence(self) -> str:
        return "Done so far: " + ", ".join(self.attempts) if self.attempts else "What was done to find the child"


@kind("missing.report_made", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class ReportMade:
    """Somebody reported the child here. `ring` is a number that is answered tonight. `joins` is true for a further
    report of a child who was reported already. `written_at`: when it was written on paper, where it was entered from
    paper later; `written_by` wrote it, where that was not who entered it."""

    by: str | None = None
    ring: str | None = None
    police_told: bool | None = None
    joins: bool | None = None
    written_at: datetime | None = None
    written_by: str | None = None

    def sentence(self) -> str:
        what = "A further report was made" if self.joins else "Report made"
        late = ", written on paper and recorded late" if self.written_at else ""
        return what + (f" by {self.by}" if self.by else "") + late
