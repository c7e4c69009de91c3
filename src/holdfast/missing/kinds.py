"""Missing: from the empty bed to the last conversation.

Statutory guidance on children who run away or go missing from home or care (Department for Education, 2014).
Found and returned are two different moments: the episode ends when the child is found; the clock of the return
conversation runs from the return.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from holdfast.chronology.kinds import CARE_TEAM, COUNCIL_AND_POLICE, EVERY_AGENCY, kind


class Category(StrEnum):
    """Missing (whereabouts not known) or away without authorisation (known, but not where they should be)."""

    MISSING = "missing"
    AWAY = "away"


class Risk(StrEnum):
    """The police continuum. `absent` stands only in older records."""

    VERY_LOW = "very-low"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    ABSENT = "absent"


@kind("missing.noticed", audience=EVERY_AGENCY, opens="missing")
@dataclass(frozen=True, slots=True)
class Noticed:
    """The child was not where they should be. `no_later_than` is told for a stretch ("between 9 and 10")."""

    category: Category | None = None
    no_later_than: datetime | None = None
    last_seen_at: datetime | None = None
    last_seen_where: str | None = None
    noticed_by: str | None = None
    why_worried: str | None = None

    def sentence(self) -> str:
        what = "Away without authorisation" if self.category is Category.AWAY else "Missing"
        return what + (f", noticed by {self.noticed_by}" if self.noticed_by else "")


@kind("missing.category_changed", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class CategoryChanged:
    """Away became missing when contact was lost, or missing became away."""

    category: Category | None = None

    def sentence(self) -> str:
        words = {Category.AWAY: " to away without authorisation", Category.MISSING: " to missing"}
        return "Category changed" + (words[self.category] if self.category else "")


@kind("missing.reported_to_police", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class ReportedToPolice:
    """The police were told. `police_reference` and `call_taker` are the proof."""

    police_reference: str | None = None
    call_taker: str | None = None
    force: str | None = None
    trafficking_concern_stated: bool | None = None

    def sentence(self) -> str:
        return "Reported to the police" + (f", reference {self.police_reference}" if self.police_reference else "")


@kind("missing.risk_graded", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class RiskGraded:
    """The police graded the risk, with a reason."""

    risk: Risk | None = None
    by: str | None = None
    reason: str | None = None

    def sentence(self) -> str:
        grade = self.risk.value.replace("-", " ") if self.risk else "not stated"
        return f"Risk graded {grade}" + (f" by {self.by}" if self.by else "")


@kind("missing.told", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class Told:
    """Somebody was informed. `who` is a role: parent, reviewing officer, host authority, UK Missing Persons Unit."""

    who: str | None = None
    how: str | None = None
    name: str | None = None

    def sentence(self) -> str:
        return f"Told: {self.who}" if self.who else "Somebody was told"


@kind("missing.not_told", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class NotTold:
    """It was decided that somebody is not told, as parents from whom the child must be safe. `who` as in `Told`."""

    who: str | None = None
    reason: str | None = None
    by: str | None = None

    def sentence(self) -> str:
        return f"Not told: {self.who}" if self.who else "It was decided not to tell somebody"


@kind("missing.strategy_meeting_held", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class StrategyMeetingHeld:
    """The agencies met about this child: who came, who was asked and did not come, what was decided."""

    agencies: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    decision: str | None = None
    next_on: date | None = None

    def sentence(self) -> str:
        return "Strategy meeting held" + (f" with {', '.join(self.agencies)}" if self.agencies else "")


@kind("missing.sighted", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class Sighted:
    """Somebody saw or heard from the child. `by` is the source; `reliability` what is known of it."""

    where: str | None = None
    by: str | None = None
    reliability: str | None = None

    def sentence(self) -> str:
        return "Seen or heard from" + (f" ({self.where})" if self.where else "")


@kind("missing.found", audience=EVERY_AGENCY, closes=("missing",))
@dataclass(frozen=True, slots=True)
class Found:
    """The child was located."""

    where: str | None = None
    by: str | None = None
    harmed: bool | None = None
    medical_need: bool | None = None

    def sentence(self) -> str:
        return "Found" + (f" by {self.by}" if self.by else "")


@kind("missing.returned", audience=EVERY_AGENCY, closes=("missing",))
@dataclass(frozen=True, slots=True)
class Returned:
    """The child is back at home or placement."""

    to: str | None = None

    def sentence(self) -> str:
        return "Returned" + (f" to {self.to}" if self.to else "")


@kind("missing.police_interview_held", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class PoliceInterviewHeld:
    """The police prevention interview took place."""

    by: str | None = None
    concerns: bool | None = None

    def sentence(self) -> str:
        return "Police prevention interview held"


@kind("missing.interview_offered", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class InterviewOffered:
    """A return conversation was offered."""

    by: str | None = None
    independent: bool | None = None
    how: str | None = None
    accepted: bool | None = None

    def sentence(self) -> str:
        return "Return conversation offered" + (f" by {self.by}" if self.by else "")


@kind("missing.interview_declined", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class InterviewDeclined:
    """It was not wanted, or could not be had, then. An offer can be made again; `again_on` is the day for it."""

    reason: str | None = None
    by: str | None = None
    own_reason: str | None = None
    again_on: date | None = None

    def sentence(self) -> str:
        return "Return conversation declined"


@kind("missing.interview_held", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class InterviewHeld:
    """The return conversation took place. `episodes`: the numbers of those that it was about, where told."""

    by: str | None = None
    independent: bool | None = None
    place: str | None = None
    interpreter: bool | None = None
    episodes: tuple[int, ...] = ()

    def sentence(self) -> str:
        return "Return conversation held" + (f" by {self.by}" if self.by else "")


@kind("missing.away_agreed", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class AwayAgreed:
    """It was agreed beforehand that this child may be recorded as not at home in place of missing (Scotland)."""

    by: str | None = None

    def sentence(self) -> str:
        return "Agreed that the child may be recorded as not at home"
