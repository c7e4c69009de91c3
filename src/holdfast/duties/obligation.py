"""What the law requires of somebody for one child because of one event, and how it stands at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple

from holdfast.chronology.entry import Entry
from holdfast.duties.rule import ENDS_WITH_ITS_DAY, NEVER_LATE, NEVER_OVERDUE, Rule


class Status(StrEnum):
    """How an obligation stands at a time."""

    OPEN = "open"
    OVERDUE = "overdue"
    MET = "met"
    MET_LATE = "met-late"
    ENDED = "ended"
    NOT_IN_FORCE = "not-in-force"


class Obligation(NamedTuple):  # a hundred for each child: a tuple is made in half the time of a frozen dataclass
    """Times are aware and in UTC; no field depends on the time of asking, so a copy of it can be stored.

    `due_at` and `due_on` count from the earliest that the event can have been, `due_latest` from the latest; all are
    None where no time can be given. For units of days and longer `due_at` is the UK midnight that ends `due_on`.
    `ended_at` may lie ahead (an 18th birthday, when `ended_by` is None). `notes` says what is not recorded and how
    that was read; `passed_on` are the transfers that took the duty to another authority while it stood.
    """

    rule: Rule
    child: str
    started_at: datetime
    started_by: str
    start: Entry
    counted_from: Entry | None
    due_at: datetime | None
    due_on: date | None
    due_latest: datetime | None
    met_at: datetime | None = None
    met_by: Entry | None = None
    ended_at: datetime | None = None
    ended_by: Entry | None = None
    notes: tuple[str, ...] = ()
    mentions: tuple[Entry, ...] = ()
    passed_on: tuple[Entry, ...] = ()

    @property
    def key(self) -> str:
        """Its name among all of the child's: the rule with its part, and the entry that started it."""
        return f"{self.rule.key}:{self.start.id}"

    @property
    def ended_because(self) -> str:
        """What ended it, in words; empty while nothing has."""
        if self.ended_by is not None:
            return str(self.ended_by.details.sentence())
        return f"{self.rule.ends.age}th birthday" if self.ended_at is not None else ""

    @property
    def was_late(self) -> bool:
        """It was met, or ended unmet, after its time had certainly passed."""
        until = self.met_at or self.ended_at
        return until is not None and self.rule.due.unit not in NEVER_LATE and _passed(self, until)


def _passed(obligation: Obligation, at: datetime) -> bool:
    if obligation.due_latest is None:
        return False
    # The midnight that ends the last day already belongs to the next day; an hour's own end is still in time.
    if obligation.rule.due.unit in ENDS_WITH_ITS_DAY:
        return at >= obligation.due_latest
    return at > obligation.due_latest


def status(obligation: Obligation, as_at: datetime) -> Status:
    """How it stands at a time, from what is recorded in it."""
    if not obligation.rule.commenced:
        return Status.NOT_IN_FORCE
    if obligation.met_at is not None and obligation.met_at <= as_at:
        return Status.MET_LATE if obligation.was_late else Status.MET
    if obligation.ended_at is not None and obligation.ended_at <= as_at:
        return Status.ENDED
    if obligation.rule.due.unit not in NEVER_OVERDUE and _passed(obligation, as_at):
        return Status.OVERDUE
    return Status.OPEN


_LAST = datetime.max.replace(tzinfo=UTC)


def in_due_order(obligations: Iterable[Obligation]) -> tuple[Obligation, ...]:
    """By due time, those without one last; then by rule, child and start."""
    return tuple(sorted(obligations, key=_order))


def _order(o: Obligation) -> tuple[datetime, str, str, datetime, str]:
    return o.due_at or _LAST, o.rule.id, o.child, o.started_at, o.rule.part
