"""Child protection: from a referral to a plan and its reviews, and the short powers of police and courts.

Children Act 1989 ss 44, 46 and 47 (England, Wales); the nations' own guidance gives most of the times.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from holdfast.chronology.kinds import COUNCIL_AND_POLICE, COUNCIL_ONLY, kind


@kind("protection.referred", audience=COUNCIL_AND_POLICE, opens="protection_referral", restarts=True)
@dataclass(frozen=True, slots=True)
class ProtectionReferred:
    """Somebody told the council that a child may be at risk."""

    by: str | None = None

    def sentence(self) -> str:
        return "Referred for protection" + (f" by {self.by}" if self.by else "")


@kind("protection.response_decided", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class ResponseDecided:
    """What will be done about a referral, and whether the person who made it was told."""

    decision: str | None = None
    referrer_told: bool | None = None

    def sentence(self) -> str:
        return "Response to the referral decided" + (f": {self.decision}" if self.decision else "")


@kind("protection.harm_suspected", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class HarmSuspected:
    """There is cause to suspect significant harm."""

    by: str | None = None

    def sentence(self) -> str:
        return "Significant harm suspected" + (f" by {self.by}" if self.by else "")


@kind("protection.strategy_discussion_held", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class StrategyDiscussionHeld:
    """The agencies discussed what to do. In Scotland: the inter-agency referral discussion."""

    agencies: tuple[str, ...] = ()
    out_of_hours: bool | None = None

    def sentence(self) -> str:
        return "Strategy discussion held" + (f" with {', '.join(self.agencies)}" if self.agencies else "")


@kind("protection.enquiry_started", audience=COUNCIL_AND_POLICE, opens="enquiry")
@dataclass(frozen=True, slots=True)
class EnquiryStarted:
    """A child protection enquiry (section 47) began."""

    def sentence(self) -> str:
        return "Child protection enquiry started"


@kind("protection.enquiry_concluded", audience=COUNCIL_AND_POLICE, closes=("enquiry",))
@dataclass(frozen=True, slots=True)
class EnquiryConcluded:
    """The enquiry came to a conclusion. `harm_likely`: the child suffers or is likely to suffer significant harm."""

    harm_likely: bool | None = None

    def sentence(self) -> str:
        return "Child protection enquiry concluded"


@kind("protection.assessment_completed", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class AssessmentCompleted:
    """An assessment of the child's needs ended. `reason_late`: why it took longer than the guidance allows."""

    reason_late: str | None = None

    def sentence(self) -> str:
        return "Assessment completed" + (f" (late: {self.reason_late})" if self.reason_late else "")


@kind("protection.child_seen", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class ChildSeen:
    """The child was seen and spoken to after a referral."""

    by: str | None = None

    def sentence(self) -> str:
        return "Child seen" + (f" by {self.by}" if self.by else "")


@kind("protection.conference_held", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class ConferenceHeld:
    """A child protection conference; in Scotland, a planning meeting."""

    def sentence(self) -> str:
        return "Child protection conference held"


@kind("protection.record_issued", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class RecordIssued:
    """The record of a planning meeting was sent out."""

    def sentence(self) -> str:
        return "Record of the meeting issued"


@kind("protection.plan_made", audience=COUNCIL_AND_POLICE, opens="protection_plan")
@dataclass(frozen=True, slots=True)
class PlanMade:
    """The child is on a child protection plan (on the register, in Wales and Scotland)."""

    lead_practitioner: str | None = None

    def sentence(self) -> str:
        return "Child protection plan made"


@kind("protection.core_group_met", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class CoreGroupMet:
    """The core group of the plan met."""

    def sentence(self) -> str:
        return "Core group met"


@kind("protection.plan_concern_raised", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class PlanConcernRaised:
    """A significant change or concern about the plan."""

    concern: str | None = None

    def sentence(self) -> str:
        return "Concern about the protection plan"


@kind("protection.plan_reviewed", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class PlanReviewed:
    """A review conference of the plan was held."""

    def sentence(self) -> str:
        return "Child protection review held"


@kind("protection.plan_ended", audience=COUNCIL_AND_POLICE, closes=("protection_plan",))
@dataclass(frozen=True, slots=True)
class PlanEnded:
    """The child came off the plan."""

    reason: str | None = None

    def sentence(self) -> str:
        return "Child protection plan ended"


@kind("protection.incident_known", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class IncidentKnown:
    """The authority learned of a death or serious harm. `abuse_suspected`: abuse or neglect is known or suspected."""

    abuse_suspected: bool | None = None
    death: bool | None = None

    def sentence(self) -> str:
        return "Serious incident became known"


@kind("protection.notified", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class Notified:
    """A child protection notice was given. `to` is a role: panel, Ofsted, reporter, chair, home authority."""

    to: str | None = None
    of: str | None = None

    def sentence(self) -> str:
        return "Notice given" + (f" to {self.to}" if self.to else "")


@kind("protection.rapid_review_sent", audience=COUNCIL_ONLY)
@dataclass(frozen=True, slots=True)
class RapidReviewSent:
    """The rapid review of an incident was sent to the national panel."""

    def sentence(self) -> str:
        return "Rapid review sent"


@kind("protection.removed_by_police", audience=COUNCIL_AND_POLICE, opens="police_protection")
@dataclass(frozen=True, slots=True)
class RemovedByPolice:
    """A constable took the child to a place of safety (police protection)."""

    where: str | None = None

    def sentence(self) -> str:
        return "Taken into police protection"


@kind("protection.released_by_police", audience=COUNCIL_AND_POLICE, closes=("police_protection",))
@dataclass(frozen=True, slots=True)
class ReleasedByPolice:
    """Police protection ended."""

    to: str | None = None

    def sentence(self) -> str:
        return "Police protection ended"


@kind("protection.order_made", audience=COUNCIL_AND_POLICE, opens="emergency_order")
@dataclass(frozen=True, slots=True)
class OrderMade:
    """A court made an emergency protection order."""

    def sentence(self) -> str:
        return "Emergency protection order made"


@kind("protection.order_ended", audience=COUNCIL_AND_POLICE, closes=("emergency_order",))
@dataclass(frozen=True, slots=True)
class OrderEnded:
    """The emergency protection order ended."""

    def sentence(self) -> str:
        return "Emergency protection order ended"


@kind("protection.court_application_planned", audience=COUNCIL_ONLY)
@dataclass(frozen=True, slots=True)
class CourtApplicationPlanned:
    """The authority plans to apply for a care or supervision order, on a day if one is set."""

    on: date | None = None

    def sentence(self) -> str:
        return "Application for a care order planned"


@kind("protection.family_meeting_offered", audience=COUNCIL_ONLY)
@dataclass(frozen=True, slots=True)
class FamilyMeetingOffered:
    """A family group decision-making meeting was offered, or found to be against the child's interests."""

    answer: str | None = None

    def sentence(self) -> str:
        return "Family group meeting offered"
