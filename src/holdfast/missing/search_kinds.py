"""What happens in a search beside gradings, sightings and meetings (`kinds`): actions, the decision about publicity,
and what is learned when the child is found."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.chronology.kinds import CARE_TEAM, COUNCIL_AND_POLICE, kind


@kind("missing.action_taken", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class ActionTaken:
    """Somebody did something to find the child: a place looked at, a telephone located, a train company asked."""

    what: str | None = None
    by: str | None = None
    result: str | None = None

    def sentence(self) -> str:
        return f"Searched: {self.what}" if self.what else "Something was done to find the child"


@kind("missing.publicity_decided", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class PublicityDecided:
    """Whether the public are asked for help, why, and who agreed. `words` are the very words for the public: they never
    say that a child is in care or trafficked."""

    publish: bool | None = None
    reason: str | None = None
    agreed_by: str | None = None
    words: str | None = None

    def sentence(self) -> str:
        said = {True: "Publicity agreed", False: "No publicity", None: "Publicity considered"}
        return said[self.publish] + (f", agreed by {self.agreed_by}" if self.agreed_by else "")


@kind("missing.found_told", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class FoundTold:
    """What was learned when the child was found. Apart from the finding, because fewer agencies may read it."""

    with_whom: str | None = None
    harm: str | None = None
    medical: str | None = None
    crime_suspected: bool | None = None

    def sentence(self) -> str:
        return "What was learned when the child was found"
