"""A child alone in the United Kingdom: arrival, claim, age, lawyer.

Unaccompanied: immigration rule 352ZD. A trafficked child who never claims asylum is not in this count: two flags.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from holdfast.chronology.kinds import CARE_TEAM, COUNCIL_ONLY, kind

_COUNCIL_AND_HEALTH = CARE_TEAM


@kind("asylum.arrived_alone", audience=CARE_TEAM, opens="unaccompanied")
@dataclass(frozen=True, slots=True)
class ArrivedAlone:
    """The child is in the country without an adult responsible for them. `expected_to_cease_on`: the return's DUC."""

    from_country: str | None = None
    expected_to_cease_on: date | None = None

    def sentence(self) -> str:
        return "Unaccompanied" + (f", from {self.from_country}" if self.from_country else "")


@kind("asylum.claimed", audience=COUNCIL_ONLY)
@dataclass(frozen=True, slots=True)
class Claimed:
    """An asylum claim was made."""

    def sentence(self) -> str:
        return "Asylum claimed"


@kind("asylum.decided", audience=COUNCIL_ONLY)
@dataclass(frozen=True, slots=True)
class Decided:
    """A decision on the claim."""

    outcome: str | None = None
    leave_until: date | None = None

    def sentence(self) -> str:
        return "Asylum decision" + (f": {self.outcome}" if self.outcome else "")


@kind("asylum.lawyer_instructed", audience=COUNCIL_ONLY)
@dataclass(frozen=True, slots=True)
class LawyerInstructed:
    """A lawyer acts for the child."""

    lawyer: str | None = None

    def sentence(self) -> str:
        return "Lawyer instructed"


@kind("asylum.age_disputed", audience=_COUNCIL_AND_HEALTH)
@dataclass(frozen=True, slots=True)
class AgeDisputed:
    """Somebody doubts the age that the child claims."""

    by: str | None = None
    reason: str | None = None

    def sentence(self) -> str:
        return "Age disputed" + (f" by {self.by}" if self.by else "")


@kind("asylum.age_assessed", audience=_COUNCIL_AND_HEALTH)
@dataclass(frozen=True, slots=True)
class AgeAssessed:
    """An age assessment came to a conclusion."""

    born_on: date | None = None
    child: bool | None = None

    def sentence(self) -> str:
        return "Age assessed" + ("" if self.child is None else ": a child" if self.child else ": an adult")


@kind("asylum.transfer_referred", audience=COUNCIL_ONLY)
@dataclass(frozen=True, slots=True)
class TransferReferred:
    """Referred to the National Transfer Scheme."""

    def sentence(self) -> str:
        return "Referred to the National Transfer Scheme"


@kind("asylum.age_referred", audience=_COUNCIL_AND_HEALTH)
@dataclass(frozen=True, slots=True)
class AgeReferred:
    """The question of age went to the National Age Assessment Board."""

    def sentence(self) -> str:
        return "Age referred to the National Age Assessment Board"


@kind("asylum.age_evidence_found", audience=_COUNCIL_AND_HEALTH)
@dataclass(frozen=True, slots=True)
class AgeEvidenceFound:
    """New information on age came up after an assessment. `significant`: it may change the answer."""

    significant: bool | None = None

    def sentence(self) -> str:
        return "New evidence on age"


@kind("asylum.age_evidence_requested", audience=COUNCIL_ONLY)
@dataclass(frozen=True, slots=True)
class AgeEvidenceRequested:
    """The Home Office asked for the evidence behind a decision on age."""

    def sentence(self) -> str:
        return "Evidence on age asked for by the Home Office"


@kind("asylum.age_evidence_given", audience=COUNCIL_ONLY)
@dataclass(frozen=True, slots=True)
class AgeEvidenceGiven:
    """The evidence on age was given to the Home Office."""

    def sentence(self) -> str:
        return "Evidence on age given to the Home Office"


@kind("asylum.leave_applied_for", audience=COUNCIL_ONLY)
@dataclass(frozen=True, slots=True)
class LeaveAppliedFor:
    """An application to stay longer was made."""

    def sentence(self) -> str:
        return "Further leave applied for"


@kind("asylum.ceased", audience=CARE_TEAM, closes=("unaccompanied",))
@dataclass(frozen=True, slots=True)
class Ceased:
    """No longer unaccompanied and seeking asylum."""

    reason: str | None = None

    def sentence(self) -> str:
        return "No longer recorded as unaccompanied"
