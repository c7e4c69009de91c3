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
