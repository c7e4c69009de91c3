"""What belongs to a return conversation beside the offer, the refusal and the conversation itself (`kinds`).

Statutory guidance on children who run away or go missing from home or care (2014): an independent return interview
within 72 hours of the return, offered again after a refusal. The child's own words stand apart from what the worker
thinks, and fewer people read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from holdfast.chronology.kinds import COUNCIL_AND_POLICE, COUNCIL_ONLY, kind


class Reason(StrEnum):
    """Why a conversation that was offered was not had then. The words of the child's own reason stand beside it."""

    CHILD_SAID_NO = "the child said no"
    PARENT_SAID_NO = "a parent or carer said no"
    NOT_REACHED = "the child could not be reached"
    MISSING_AGAIN = "missing again"
    LATER = "the child wants it later"


@kind("missing.interview_words", audience=COUNCIL_ONLY)
@dataclass(frozen=True, slots=True)
class ConversationWords:
    """The child's own words, as the child agreed that they are written. Never the worker's view."""

    words: str | None = None
    read_back: bool | None = None

    def sentence(self) -> str:
        return "The child’s own words" + (", read back and agreed" if self.read_back else "")


@kind("missing.interview_learned", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class ConversationLearned:
    """What was learned and may be told to the police, in the worker's words."""

    learned: str | None = None
    harmed: bool | None = None

    def sentence(self) -> str:
        return "What was learned from the return conversation"


@kind("missing.action_agreed", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class ActionAgreed:
    """Somebody is to do something, by a day, because of what was learned or what the agencies decided."""

    what: str | None = None
    who: str | None = None
    by_day: date | None = None

    def sentence(self) -> str:
        return "To be done" + (f" by {self.who}" if self.who else "") + (f": {self.what}" if self.what else "")


@kind("missing.action_done", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class ActionDone:
    """An agreed action was done. `action` is the number of the entry that agreed it."""

    action: str | None = None
    what: str | None = None
    child_told: bool | None = None

    def sentence(self) -> str:
        return (
            "Done" + (f": {self.what}" if self.what else "") + (", and the child was told" if self.child_told else "")
        )
