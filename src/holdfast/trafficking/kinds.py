"""Trafficking: a concern, the National Referral Mechanism, guardians.

Modern Slavery Act 2015 ss 48, 52; Nationality and Borders Act 2022 part 5.
"""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.chronology.kinds import CARE_TEAM, COUNCIL_AND_POLICE, kind


@kind("trafficking.concern_recorded", audience=CARE_TEAM, opens="trafficking_concern")
@dataclass(frozen=True, slots=True)
class ConcernRecorded:
    """Somebody saw signs that the child may have been trafficked or exploited."""

    forms: tuple[str, ...] = ()
    by: str | None = None

    def sentence(self) -> str:
        return "Trafficking concern recorded" + (f": {', '.join(self.forms)}" if self.forms else "")


@kind("trafficking.referred", audience=COUNCIL_AND_POLICE, opens="referral")
@dataclass(frozen=True, slots=True)
class Referred:
    """Referred to the National Referral Mechanism."""

    by: str | None = None
    to: str | None = None

    def sentence(self) -> str:
        return "Referred to the National Referral Mechanism" + (f" by {self.by}" if self.by else "")


@kind("trafficking.reasonable_grounds", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class ReasonableGrounds:
    """The reasonable grounds decision."""

    positive: bool | None = None

    def sentence(self) -> str:
        outcome = {True: ": positive", False: ": negative", None: ""}[self.positive]
        return "Reasonable grounds decision" + outcome


@kind("trafficking.conclusive_grounds", audience=COUNCIL_AND_POLICE, closes=("referral",))
@dataclass(frozen=True, slots=True)
class ConclusiveGrounds:
    """The conclusive grounds decision."""

    positive: bool | None = None

    def sentence(self) -> str:
        outcome = {True: ": positive", False: ": negative", None: ""}[self.positive]
        return "Conclusive grounds decision" + outcome


@kind("trafficking.guardian_referred", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class GuardianReferred:
    """Referred to the independent guardianship service of the nation."""

    service: str | None = None

    def sentence(self) -> str:
        return "Referred for a guardian"


@kind("trafficking.guardian_allocated", audience=COUNCIL_AND_POLICE, opens="guardian")
@dataclass(frozen=True, slots=True)
class GuardianAllocated:
    """A guardian took the child's case."""

    guardian: str | None = None

    def sentence(self) -> str:
        return "Guardian allocated"


@kind("trafficking.guardian_supervised", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class GuardianSupervised:
    """The guardian's work was formally supervised (Northern Ireland)."""

    def sentence(self) -> str:
        return "Guardian supervised"
