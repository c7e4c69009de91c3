"""Who was told what, on which lawful basis; who took over.

UK GDPR article 6 and Data Protection Act 2018 schedule 1 part 2 paragraph 18 (safeguarding of children).
"""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.chronology.kinds import CARE_TEAM, COUNCIL_ONLY, kind


@kind("sharing.disclosed", audience=COUNCIL_ONLY)
@dataclass(frozen=True, slots=True)
class Disclosed:
    """Facts left the agency."""

    to: str | None = None
    what: tuple[str, ...] = ()
    basis: str | None = None

    def sentence(self) -> str:
        return "Shared" + (f" with {self.to}" if self.to else "")


@kind("sharing.refused", audience=COUNCIL_ONLY)
@dataclass(frozen=True, slots=True)
class Refused:
    """A request for facts was refused."""

    to: str | None = None
    reason: str | None = None

    def sentence(self) -> str:
        return "Sharing refused" + (f" to {self.to}" if self.to else "")


@kind("handover.offered", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class HandoverOffered:
    """Somebody was asked to take over. Not accepted until a person says so."""

    to: str | None = None
    of: str | None = None

    def sentence(self) -> str:
        return "Handover offered" + (f" to {self.to}" if self.to else "")


@kind("handover.accepted", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class HandoverAccepted:
    """A named person took over."""

    by: str | None = None
    of: str | None = None

    def sentence(self) -> str:
        return "Handover accepted" + (f" by {self.by}" if self.by else "")


@kind("handover.refused", audience=CARE_TEAM)
@dataclass(frozen=True, slots=True)
class HandoverRefused:
    """Somebody who was asked to take over did not, and said why."""

    by: str | None = None
    of: str | None = None
    reason: str | None = None

    def sentence(self) -> str:
        return "Handover refused" + (f" by {self.by}" if self.by else "")


@kind("sharing.requested", audience=COUNCIL_ONLY)
@dataclass(frozen=True, slots=True)
class Requested:
    """Somebody asked for facts that may help to keep the child safe."""

    by: str | None = None

    def sentence(self) -> str:
        return "Facts asked for" + (f" by {self.by}" if self.by else "")


@kind("sharing.breach_found", audience=COUNCIL_ONLY)
@dataclass(frozen=True, slots=True)
class BreachFound:
    """The controller became aware of a breach that puts the child's rights at risk."""

    risk_unlikely: bool | None = None

    def sentence(self) -> str:
        return "Breach of personal data found"


@kind("sharing.breach_reported", audience=COUNCIL_ONLY)
@dataclass(frozen=True, slots=True)
class BreachReported:
    """The breach was reported to the Information Commissioner."""

    def sentence(self) -> str:
        return "Breach reported to the Information Commissioner"


@kind("sharing.complaint_received", audience=COUNCIL_ONLY)
@dataclass(frozen=True, slots=True)
class ComplaintReceived:
    """A complaint about the use of personal data came in."""

    def sentence(self) -> str:
        return "Data protection complaint received"


@kind("sharing.complaint_acknowledged", audience=COUNCIL_ONLY)
@dataclass(frozen=True, slots=True)
class ComplaintAcknowledged:
    """The complaint was acknowledged."""

    def sentence(self) -> str:
        return "Data protection complaint acknowledged"
