"""An outbox in simulated time, with a provider behind it that behaves as it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from holdfast.sharing.actions import Notice, Sender, tell
from holdfast.sharing.carrying.worker import Pass, work_once
from holdfast.sharing.channels import Arrival, NeverSends, Parcel, Receipt, Sent, TryLater
from holdfast.sharing.channels.tray import Tray
from holdfast.sharing.models import Message
from holdfast.sharing.picture import Standing, standing
from holdfast.sharing.queries import events_of
from holdfast.sharing.rules import Channel, Recipient
from tests.builders import at

OKAFOR = Sender("okafor", "Ngozi Okafor", "MAR")
FRIDAY = at("2026-11-20T22:40Z")
DUTY_DESK = Recipient("MARPOL", "Duty sergeant, missing unit", Channel.EMAIL, "missing@marrowshire-police.example",
                      "01632 960 117")  # fmt: skip
NOTICE = Notice(
    template="missing-report",
    subject="Tuan Nguyen is missing",
    text="Tuan Nguyen, born 3 May 2010, is missing from Elm House since 22:10.",
    why="The police of the place look for him",
    basis="UK GDPR article 6(1)(e); Data Protection Act 2018 schedule 1 paragraph 18",
    what=("name", "age", "last seen"),
)


@dataclass
class Provider:
    """A provider in memory, as well-behaved as told."""

    tells_arrival: bool = False
    is_down: bool = False
    refuses: str = ""
    dies_after: bool = False  # takes the message and never answers
    held: dict[str, int] = field(default_factory=dict)
    arrival: Receipt = field(default_factory=lambda: Receipt(Arrival.UNDER_WAY))

    def has(self, parcel: Parcel) -> Sent | None:
        if self.is_down:
            raise TryLater("It could not be reached")
        return Sent(f"p-{parcel.reference}", "as held") if parcel.reference in self.held else None

    def send(self, parcel: Parcel) -> Sent:
        if self.is_down:
            raise TryLater("It could not be reached")
        if self.refuses:
            raise NeverSends(self.refuses)
        self.held[parcel.reference] = self.held.get(parcel.reference, 0) + 1
        if self.dies_after:
            raise TryLater("It did not answer in time")
        return Sent(f"p-{parcel.reference}", parcel.text)

    def receipt(self, provider: str) -> Receipt:
        if self.is_down:
            raise TryLater("It could not be reached")
        return self.arrival


@dataclass
class Clock:
    """Simulated time."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **length: float) -> datetime:
        self.now += timedelta(**length)
        return self.now


@dataclass
class Outbox:
    """Tuan's outbox with a provider behind it."""

    ref: str
    provider: Provider
    clock: Clock

    def tell(self, key: str = "police", to: Recipient = DUTY_DESK, **more: Any) -> Message:
        return tell(self.ref, to, more.pop("notice", NOTICE), sender=OKAFOR, key=key, at=self.clock.now, **more)

    def work(self) -> Pass:
        return work_once({Channel.LINK: Tray(), Channel.EMAIL: self.provider, Channel.SMS: self.provider}, self.clock)

    def work_for(self, *, step: timedelta, **length: float) -> None:
        end = self.clock.now + timedelta(**length)
        while self.clock.now < end:
            self.clock.now += step
            self.work()


def how(message: Message) -> Standing:
    return standing(events_of(message))
