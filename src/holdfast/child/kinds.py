"""What can happen to any child known to us: who they are, how old, and their time in care.

Care: Children Act 1989 s22(1) (England, Wales); Care Planning, Placement and Case Review (England) Regulations 2010.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from holdfast.chronology.kinds import (
    CARE_TEAM,
    COUNCIL_AND_CARERS,
    COUNCIL_AND_POLICE,
    COUNCIL_HEALTH_AND_CARERS,
    COUNCIL_ONLY,
    EVERY_AGENCY,
    kind,
)


class AgeStanding(StrEnum):
    """What an age rests on. A bare age is never shown."""

    RECORDED = "recorded"
    DOCUMENTED = "documented"
    CLAIMED = "claimed"
    ASSESSED = "assessed"
    DISPUTED = "disputed"


class Plan(StrEnum):
    """The plans that the law asks for. A plan that is not named is the care plan."""

    CARE = "care"
    PLACEMENT = "placement"
    EDUCATION = "education"
    PATHWAY = "pathway"
    HEALTH = "health"


@kind("child.known", audience=EVERY_AGENCY)
@dataclass(frozen=True, slots=True)
class Known:
    """A record was opened. `sex` and `ethnicity` in words or in the code of the return that they came from."""

    sex: str | None = None
    ethnicity: str | None = None
    authority: str | None = None

    def sentence(self) -> str:
        return "Became known" + (f" to {self.authority}" if self.authority else "")


@kind("child.named", audience=EVERY_AGENCY)
@dataclass(frozen=True, slots=True)
class Named:
    """A name that the child uses or is written down under."""

    first: str | None = None
    family: str | None = None
    known_as: str | None = None
    own_script: str | None = None
    standing: str | None = None

    @property
    def full(self) -> str:
        return " ".join(part for part in (self.known_as or self.first, self.family) if part)

    def sentence(self) -> str:
        return f"Known as {self.full}" if self.full else "A name was recorded"


@kind("child.age_recorded", audience=EVERY_AGENCY)
@dataclass(frozen=True, slots=True)
class AgeRecorded:
    """A date of birth and what it rests on."""

    born_on: date | None = None
    standing: AgeStanding | None = None

    def sentence(self) -> str:
        if self.born_on is None:
            return "Age recorded, date of birth not known"
        # A day as people write it, without the leading zero that strftime gives.
        born = f"{self.born_on.day} {self.born_on:%B %Y}"
        return f"Born on {born}" + (f" ({self.standing.value})" if self.standing else "")


@kind("child.identified", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class Identified:
    """A number that an agency or a return knows the child by."""

    scheme: str | None = None
    number: str | None = None

    def sentence(self) -> str:
        return f"Identified by {self.scheme or 'an agency'}"


@kind("child.described", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class Described:
    """What a searcher needs: looks, languages, what helps, what worries us; people and places (kinds of places, never
    an address); what illness or missed medicine does, and how soon. The newest description stands as a whole."""

    looks: str | None = None
    languages: tuple[str, ...] = ()
    interpreter_needed: bool | None = None
    nationality: str | None = None
    phone: str | None = None
    what_helps: str | None = None
    worries: str | None = None
    people: str | None = None
    places: str | None = None
    health: str | None = None

    def sentence(self) -> str:
        return "Description recorded"


@kind("child.photographed", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class Photographed:
    """A photograph was added. `picture` says which of the sealed ones it is; `taken` is the first day of the month in
    which it was taken. The newest stands."""

    picture: str | None = None
    taken: date | None = None

    def sentence(self) -> str:
        return "Photograph added" + (f", taken in {self.taken:%B %Y}" if self.taken else "")


@kind("child.profile_confirmed", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class ProfileConfirmed:
    """The carer read the profile and says that it is right today. `child_has_seen`: the child read it too."""

    by: str | None = None
    child_has_seen: bool | None = None

    def sentence(self) -> str:
        return "Profile confirmed" + (f" by {self.by}" if self.by else "")


@kind("care.started", audience=CARE_TEAM, opens="care")
@dataclass(frozen=True, slots=True)
class CareStarted:
    """The child became looked after. `legal_status` is a code of the return (C2, V2 ...)."""

    legal_status: str | None = None
    authority: str | None = None
    need: str | None = None

    def sentence(self) -> str:
        return "Became looked after" + (f" by {self.authority}" if self.authority else "")


@kind("care.continued", audience=CARE_TEAM, opens="care")
@dataclass(frozen=True, slots=True)
class CareContinued:
    """The child was looked after already when a record of them begins: care began on a day that it does not tell."""

    authority: str | None = None
    began_before: bool | None = None

    def sentence(self) -> str:
        return "Looked after already" + (f" by {self.authority}" if self.authority else "")


@kind("care.legal_status_changed", audience=COUNCIL_AND_CARERS)
@dataclass(frozen=True, slots=True)
class LegalStatusChanged:
    """A new legal basis during care."""

    legal_status: str | None = None

    def sentence(self) -> str:
        return "Legal status changed"


@kind("care.ended", audience=CARE_TEAM, closes=("care", "placement"))
@dataclass(frozen=True, slots=True)
class CareEnded:
    """The child stopped being looked after."""

    reason: str | None = None

    def sentence(self) -> str:
        return "Stopped being looked after"


@kind("care.transferred", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class CareTransferred:
    """Responsibility moved to another authority, as under the National Transfer Scheme."""

    to_authority: str | None = None
    from_authority: str | None = None
    scheme: str | None = None

    def sentence(self) -> str:
        return "Responsibility transferred" + (f" to {self.to_authority}" if self.to_authority else "")


@kind("care.reviewed", audience=COUNCIL_AND_CARERS)
@dataclass(frozen=True, slots=True)
class CareReviewed:
    """A review of the child's case was held. `participation` is the return's code (PN0 to PN7)."""

    participation: str | None = None
    reviewing_officer: str | None = None

    def sentence(self) -> str:
        return "Care review held"


@kind("care.visited", audience=COUNCIL_AND_CARERS)
@dataclass(frozen=True, slots=True)
class CareVisited:
    """A social worker visited."""

    seen: bool | None = None
    seen_alone: bool | None = None
    by: str | None = None

    def sentence(self) -> str:
        seen = {True: ", child seen", False: ", child not seen", None: ""}[self.seen]
        return "Visited" + (f" by {self.by}" if self.by else "") + (" and seen alone" if self.seen_alone else seen)


@kind("care.planned", audience=COUNCIL_AND_CARERS)
@dataclass(frozen=True, slots=True)
class CarePlanned:
    """A plan was made. Left unnamed, it is the care plan."""

    plan: Plan | None = None

    def sentence(self) -> str:
        return f"{(self.plan or Plan.CARE).value.capitalize()} plan made"


@kind("care.health_assessed", audience=COUNCIL_HEALTH_AND_CARERS)
@dataclass(frozen=True, slots=True)
class HealthAssessed:
    """A statutory health assessment was done."""

    by: str | None = None

    def sentence(self) -> str:
        return "Health assessment done" + (f" by {self.by}" if self.by else "")


@kind("care.worker_allocated", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class WorkerAllocated:
    """A social worker became the child's own."""

    worker: str | None = None
    until: date | None = None
    reason: str | None = None

    def sentence(self) -> str:
        return "Social worker allocated" + (f": {self.worker}" if self.worker else "")


@kind("child.died", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class Died:
    """The child died. `before_eighteen` decides for how long the records are kept."""

    before_eighteen: bool | None = None
    abuse_suspected: bool | None = None

    def sentence(self) -> str:
        return "Died"


@kind("care.review_requested", audience=COUNCIL_AND_CARERS)
@dataclass(frozen=True, slots=True)
class ReviewRequested:
    """The reviewing officer asked for a review to be brought forward."""

    reason: str | None = None

    def sentence(self) -> str:
        return "Earlier review asked for"


@kind("care.contact_lost", audience=COUNCIL_AND_CARERS, opens="out_of_touch")
@dataclass(frozen=True, slots=True)
class ContactLost:
    """The authority lost touch with a young person who has left care."""

    def sentence(self) -> str:
        return "Contact lost"


@kind("care.contact_made", audience=COUNCIL_AND_CARERS, closes=("out_of_touch",))
@dataclass(frozen=True, slots=True)
class ContactMade:
    """The authority was in touch with the young person again."""

    def sentence(self) -> str:
        return "In touch again"


@kind("chronology.withdrawn", audience=COUNCIL_ONLY)
@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An entry was taken back: it did not happen, or not to this child."""

    reason: str | None = None

    def sentence(self) -> str:
        return "Entry withdrawn" + (f": {self.reason}" if self.reason else "")
