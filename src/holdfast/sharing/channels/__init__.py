"""The ways out of the house, behind one small protocol. A channel sends; it writes nothing in the database.

Each way is asked `has` before a message goes out a second time: our message's id is the provider's reference, so a
crash between sending and writing it down does not send twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a channel is given: our reference, where to, and the words. `code` and `link` are the parts of `text`, for
    a provider that holds the words in a template of its own."""

    reference: str
    address: str
    subject: str
    text: str
    code: str
    link: str


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider has it. `provider` is its own number, `words` what it says that it sent."""

    provider: str
    words: str = ""


class TryLater(Exception):
    """It did not go out, or nobody knows whether it did. `wait`: how long the provider asks us to wait."""

    def __init__(self, reason: str, wait: timedelta = timedelta()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


class NeverSends(Exception):
    """The provider refuses this message; trying again would not help."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Arrival(StrEnum):
    """What the provider says of a message that it has."""

    UNDER_WAY = "under-way"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """How a message that was sent has fared."""

    arrival: Arrival
    reason: str = ""


class Way(Protocol):
    """One way out. `has` and `send` raise TryLater or NeverSends; `receipt` raises TryLater."""

    tells_arrival: bool

    def has(self, parcel: Parcel) -> Sent | None:
        """What the provider holds under our reference, or None."""
        ...

    def send(self, parcel: Parcel) -> Sent:
        """Hand it over. At least once: the caller asks `has` first when it may have been sent before."""
        ...

    def receipt(self, provider: str) -> Receipt:
        """Whether it arrived."""
        ...
