"""Where the child is placed. An address never stands here: only the kind of place and the name of the home.

Care Planning, Placement and Case Review (England) Regulations 2010, parts 3 and 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from holdfast.chronology.kinds import CARE_TEAM, COUNCIL_AND_CARERS, kind


class Setting(StrEnum):
    """The kind of place in words, for nations and homes whose returns have no code for it."""

    CHILDRENS_HOME = "children's home"
    FOSTER = "foster home"
    KINSHIP = "kinship"
    PARENTS = "parents"
    SUPPORTED_ACCOMMODATION = "supported accommodation"
    RESIDENTIAL_SCHOOL = "residential school"
    OTHER = "other arrangements"


class SeriousEvent(StrEnum):
    """What regulations make a home or a fostering agency tell others of."""

    SEXUAL_EXPLOITATION = "sexual exploitation"
    CRIMINAL_EXPLOITATION = "criminal exploitation"
    POLICE_INCIDENT = "police incident"
    ABUSE_ALLEGATION = "abuse allegation"
    PROTECTION_ENQUIRY = "protection enquiry"
    DEATH = "death"
    ILLNESS_OR_ACCIDENT = "serious illness or accident"
    RESTRAINT = "restraint"
    OTHER = "other"


@kind("placement.started", audience=CARE_TEAM, opens="placement", restarts=True)
@dataclass(frozen=True, slots=True)
class PlacementStarted:
    """The child moved in. `place` and `provider` are codes of the return; `home` is a name, never an address."""

    place: str | None = None
    provider: str | None = None
    home: str | None = None
    area: str | None = None
    out_of_area: bool | None = None
    at_a_distance: bool | None = None
    setting: Setting | None = None
    emergency: bool | None = None
    until_eighteen: bool | None = None
    legal_status: str | None = None
    reason: str | None = None

    def sentence(self) -> str:
        return "Placed" + (f" at {self.home}" if self.home else "")


@kind("placement.ended", audience=CARE_TEAM, closes=("placement",))
@dataclass(frozen=True, slots=True)
class PlacementEnded:
    """The child moved out. `reason` is the return's code for the change."""

    reason: str | None = None

    def sentence(self) -> str:
        return "Placement ended"


@kind("placement.notified", audience=COUNCIL_AND_CARERS)
@dataclass(frozen=True, slots=True)
class PlacementNotified:
    """Written notice of a placement, or of its end, was given (regs 13 and 14)."""

    to: str | None = None
    of: str | None = None

    def sentence(self) -> str:
        return "Notice of placement given" + (f" to {self.to}" if self.to else "")


@kind("placement.approved", audience=COUNCIL_AND_CARERS)
@dataclass(frozen=True, slots=True)
class PlacementApproved:
    """Somebody with the power to approve a placement. `by` is a role: nominated officer, director, panel."""

    by: str | None = None
    of: str | None = None

    def sentence(self) -> str:
        return "Placement approved" + (f" by {self.by}" if self.by else "")


@kind("placement.checked", audience=COUNCIL_AND_CARERS)
@dataclass(frozen=True, slots=True)
class PlacementChecked:
    """A place was found suitable, and registered where it must be."""

    registered: bool | None = None
    suitable: bool | None = None

    def sentence(self) -> str:
        return "Place checked before placement"


@kind("placement.serious_event", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class PlacementEvent:
    """Something happened in a home or foster home that others must be told of."""

    what: SeriousEvent | None = None

    def sentence(self) -> str:
        return "Serious event in the placement" + (f": {self.what.value}" if self.what else "")
