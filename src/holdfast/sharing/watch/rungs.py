"""What the watch says of a duty, and when. Pure: the time now is an argument."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SOON = timedelta(hours=12)  # a shift ahead
# What was late already a day before the watch of a house began is in its lists and is not sent.
BEFORE_IT_BEGAN = timedelta(hours=24)


class Said(StrEnum):
    """How near a duty is, in order."""

    SOON = "soon"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Duty:
    """An open duty as its indexed copy holds it. Times are aware UTC; `late_after` None: never overdue."""

    child: str
    rule: str
    started_at: datetime
    due_at: datetime
    late_after: datetime | None


def rungs(duty: Duty) -> tuple[tuple[Said, datetime], ...]:
    """When each is to be said. A duty that begins less than a shift before it is due is said to be soon at its start.
    Being due is not said apart where it is the moment from which it is late."""
    soon = max(duty.due_at - SOON, duty.started_at)
    found = [(Said.SOON, soon)] if soon < duty.due_at else []
    if duty.late_after is None or duty.late_after > duty.due_at:
        found.append((Said.DUE, duty.due_at))
    if duty.late_after is not None:
        found.append((Said.OVERDUE, max(duty.late_after, duty.due_at)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Saying:
    """What is to be written down of one duty: `say` is sent, `passed` are the rungs that are over and are not sent,
    because a later one is, or because it was late before the watch began."""

    say: Said | None
    passed: tuple[Said, ...]


def to_say(duty: Duty, said: frozenset[Said], began: datetime, now: datetime) -> Saying:
    """The latest rung whose time has come, unless it was said. A duty that has not started says nothing."""
    if duty.started_at > now:
        return Saying(None, ())
    come = [(rung, at) for rung, at in rungs(duty) if (at < now if rung is Said.OVERDUE else at <= now)]
    new = [(rung, at) for rung, at in come if rung not in said]
    if not new:
        return Saying(None, ())
    latest, at = new[-1]
    # Never back down: after "overdue" nobody is told "soon".
    if latest is not come[-1][0] or at < began - BEFORE_IT_BEGAN:
        return Saying(None, tuple(rung for rung, _ in new))
    return Saying(latest, tuple(rung for rung, _ in new[:-1]))
