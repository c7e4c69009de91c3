"""One authority's answer to one item for one period."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a cell holds what it holds: one code for each authority, item and period."""

    EXACT = "exact"
    INTERVAL = "interval"  # hidden or banded, with a limit that is known
    SUPPRESSED_UNKNOWN = "suppressed_unknown"  # hidden, and the limit was not said
    SUPPRESSED_S40 = "suppressed_s40"  # hidden as personal data, with a limit that is known
    COMBINED_ANSWER = "combined_answer"  # one number given for several items
    INCLUDED_ELSEWHERE = "included_elsewhere"  # counted inside another item
    ANSWERED_WRONG_BASIS = "answered_wrong_basis"  # another day, age range or population than was asked
    EXACT_PARTIAL_PERIOD = "exact_partial_period"
    EXACT_EPISODES = "exact_episodes"  # episodes where children were asked, or only episodes
    DERIVED_INTERVAL = "derived_interval"  # worked out by a person from other cells of the reply
    NOT_RECORDED = "not_recorded"  # no field that can be reported
    NOT_HELD = "not_held"
    NOT_HELD_MEANING_ZERO = "not_held_meaning_zero"  # a "not held" notice whose words say that there were none
    REFUSED_S12 = "refused_s12"
    REFUSED_S14 = "refused_s14"
    REFUSED_S21 = "refused_s21"  # published elsewhere: an answer to be collected
    REFUSED_S22 = "refused_s22"
    REFUSED_S25 = "refused_s25"  # Scotland's twin of s21
    REFUSED_S26 = "refused_s26"
    REFUSED_S27 = "refused_s27"
    REFUSED_S31 = "refused_s31"
    REFUSED_S35 = "refused_s35"
    REFUSED_S38 = "refused_s38"
    REFUSED_S40 = "refused_s40"
    REFUSED_S44 = "refused_s44"
    REFUSED_OTHER = "refused_other"
    NCND = "ncnd"  # will neither confirm nor deny
    CLARIFICATION_ASKED = "clarification_asked"
    WRONG_AUTHORITY = "wrong_authority"  # has no duty to these children: never counted as silent
    TRANSFERRED = "transferred"
    ACKNOWLEDGED = "acknowledged"
    OVERDUE = "overdue"
    BOUNCED = "bounced"
    WITHDRAWN = "withdrawn"
    NO_REPLY = "no_reply"
    UNREADABLE = "unreadable"  # a reply that a person must read

    @property
    def words(self) -> str:
        """As shown to a reader."""
        return _WORDS.get(self) or self.value.replace("_", " ")


_WORDS = {
    Reason.EXACT: "a number",
    Reason.INTERVAL: "a range with a stated limit",
    Reason.SUPPRESSED_UNKNOWN: "hidden, no limit stated",
    Reason.SUPPRESSED_S40: "hidden as personal data (s40), with a stated limit",
    Reason.COMBINED_ANSWER: "one number for several questions",
    Reason.INCLUDED_ELSEWHERE: "included in another answer",
    Reason.ANSWERED_WRONG_BASIS: "answers another question (other day or other children)",
    Reason.EXACT_PARTIAL_PERIOD: "a number for part of the period",
    Reason.EXACT_EPISODES: "episodes, not children",
    Reason.DERIVED_INTERVAL: "a range worked out from the reply",
    Reason.NOT_HELD_MEANING_ZERO: "a notice of “not held” that says there were none",
    Reason.NCND: "neither confirmed nor denied",
    Reason.WRONG_AUTHORITY: "not the body with the duty",
    Reason.NO_REPLY: "no reply",
    Reason.UNREADABLE: "left for a person to read",
} | {reason: f"refused ({reason.value[8:]})" for reason in Reason if reason.value.startswith("refused_s")}

SILENT = frozenset({Reason.NO_REPLY, Reason.ACKNOWLEDGED, Reason.OVERDUE, Reason.BOUNCED})
"""Asked, and has not answered."""
NOT_ASKED = frozenset({Reason.WRONG_AUTHORITY, Reason.TRANSFERRED, Reason.WITHDRAWN})
"""Not to be counted among those asked."""
SHARED = frozenset({Reason.INCLUDED_ELSEWHERE})
"""Counted inside another cell of the same authority and period."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the words of a reply leave possible: whole numbers from `lower` to `upper`, both included.

    `lower` is None where nothing is known; `upper` is None where no limit is known. `within_item` names the item
    that holds this count when it is included elsewhere.
    """

    reason: Reason
    lower: int | None = None
    upper: int | None = None
    within_item: str | None = None

    @property
    def is_exact(self) -> bool:
        """One number and no other."""
        return self.lower is not None and self.lower == self.upper


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer. `authority`, `period` and `item` are the words of the file; `line` is where it stands there.

    `place` points to the page (and part of it) that the reply was read from; `stands_for` is the number of
    authorities that the row sums over (1 unless it is a published subtotal; None where it was not published).
    """

    authority: str
    nation: str
    period: str
    item: str
    raw: str
    policy: str
    note: str
    lower: int | None
    upper: int | None
    reason: Reason
    place: str = ""
    line: int = 0
    stands_for: int | None = 1
    within_item: str | None = None

    @property
    def is_exact(self) -> bool:
        """Answered with one number."""
        return self.lower is not None and self.lower == self.upper

    @property
    def is_made(self) -> bool:
        """A sum that we made of other cells, with no words of the authority."""
        return self.lower is not None and not self.raw

    @property
    def has_bounds(self) -> bool:
        """Something is known of how many there were."""
        return self.lower is not None

    @property
    def answered(self) -> bool:
        """The authority replied to this item, if only to refuse."""
        return self.reason not in SILENT

    @property
    def was_asked(self) -> bool:
        """It is among those whose silence would count."""
        return self.reason not in NOT_ASKED
