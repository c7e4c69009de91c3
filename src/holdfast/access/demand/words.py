"""What is asked, for what purpose, and what became of it."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """Why somebody asks. Only purposes of immigration stand here: everything else is shared as the law of it says."""

    ENFORCEMENT = "enforcement"  # removal, detention, reporting, tracing by immigration enforcement
    OTHER_IMMIGRATION = "other-immigration"  # anybody else, for a purpose of immigration


class Wants(StrEnum):
    """What is asked for."""

    WHEREABOUTS = "whereabouts"
    RECORD = "record"
    BOTH = "both"


class State(StrEnum):
    """Refused from the first moment; allowed for some days after the second approval."""

    REFUSED = "refused"
    ALLOWED = "allowed"
    TOLD = "told"
    LAPSED = "lapsed"  # it was allowed, and nobody told in time


SAID_PURPOSE = {
    Purpose.ENFORCEMENT: "Immigration enforcement: removal, detention, reporting, tracing",
    Purpose.OTHER_IMMIGRATION: "Another immigration purpose",
}
SAID_WANTS = {
    Wants.WHEREABOUTS: "Where the child is",
    Wants.RECORD: "What the record says",
    Wants.BOTH: "Both",
}
