"""How a message stands: a pure fold of its events. Nothing is sent, received or accepted unless an event says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from holdfast.sharing.rules import What


class Stage(StrEnum):
    """The furthest that a message has come."""

    WAITING = "waiting"  # written down, not sent
    IN_TROUBLE = "in-trouble"  # tried, not sent, tried again
    SENT = "sent"
    DELIVERED = "delivered"
    OPENED = "opened"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    FAILED = "failed"
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as it is stored. Times are aware UTC; empty text means: nobody, nothing."""

    what: What
    at: datetime
    name: str = ""
    by: str = ""
    agency: str = ""
    provider: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a message. Each of sent, received and accepted is an event with a time and, when a person did
    it, a name. `refused` is the latest refusal, and None once somebody accepted."""

    queued: Happened | None = None
    tries: int = 0
    trouble: Happened | None = None
    sent: Happened | None = None
    delivered: Happened | None = None
    failed: Happened | None = None
    not_needed: Happened | None = None
    alarmed: Happened | None = None
    opened: tuple[Happened, ...] = ()
    received: Happened | None = None
    accepted: Happened | None = None
    refused: Happened | None = None

    @property
    def stage(self) -> Stage:
        reached = (
            (self.accepted, Stage.ACCEPTED),
            (self.refused, Stage.REFUSED),
            (self.received, Stage.RECEIVED),
            (self.opened, Stage.OPENED),
            (self.failed, Stage.FAILED),
            (self.delivered, Stage.DELIVERED),
            (self.sent, Stage.SENT),
            (self.not_needed, Stage.NOT_NEEDED),
            (self.trouble, Stage.IN_TROUBLE),
        )
        return next((stage for event, stage in reached if event), Stage.WAITING)


_FIRST_HOLDS = {
    What.QUEUED: "queued",
    What.SENT: "sent",
    What.DELIVERED: "delivered",
    What.FAILED: "failed",
    What.NOT_NEEDED: "not_needed",
    What.ALARMED: "alarmed",
    What.RECEIVED: "received",
    What.ACCEPTED: "accepted",
}


def standing(events: Iterable[Happened]) -> Standing:
    """Fold the events of one message, in the order of their numbers."""
    found = Standing()
    for event in events:
        if event.what is What.ATTEMPT:
            found = replace(found, tries=found.tries + 1)
        elif event.what is What.TROUBLE:
            found = replace(found, trouble=event)
        elif event.what is What.OPENED:
            found = replace(found, opened=(*found.opened, event))
        elif event.what is What.REFUSED:
            found = replace(found, refused=None if found.accepted else event)
        else:
            field = _FIRST_HOLDS[event.what]
            if getattr(found, field) is None:
                changed: dict[str, Any] = {field: event}
                found = replace(found, **changed)
    return replace(found, refused=None) if found.accepted else found
