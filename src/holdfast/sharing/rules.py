"""What may be sent to whom, in which words, and how often it is tried. Pure: the time now is an argument."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from holdfast.access.rules import Act, Guard, Post, Role, ties_allowing


class Channel(StrEnum):
    """How a message reaches somebody."""

    LINK = "link"  # it stands in Holdfast for the agency, which signs in to read it
    EMAIL = "email"  # a reference and the link, by e-mail
    SMS = "sms"  # a reference and the link, as a text
    READ_OUT = "read-out"  # a person reads it out on the telephone
    PRINT = "print"  # a person hands it over on paper


# What the worker carries, what a person carries.
BY_WORKER = frozenset({Channel.LINK, Channel.EMAIL, Channel.SMS})
BY_HAND = frozenset({Channel.READ_OUT, Channel.PRINT})


class What(StrEnum):
    """What happened to a message."""

    QUEUED = "queued"
    ATTEMPT = "attempt"  # written before the provider is asked: a crash leaves this behind
    TROUBLE = "trouble"  # it did not go out this time; it is tried again
    SENT = "sent"  # the provider has it, under its reference; or a person has read it out or handed it over
    DELIVERED = "delivered"  # the provider says that it arrived
    FAILED = "failed"  # it will never arrive this way
    NOT_NEEDED = "not-needed"  # what it asked for was done before it went out
    ALARMED = "alarmed"  # a person was told that it does not go out
    OPENED = "opened"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REFUSED = "refused"


# Each of these happens to a message once at most. A second telling is harmless and is not written.
ONCE = frozenset({What.QUEUED, What.SENT, What.DELIVERED, What.FAILED, What.NOT_NEEDED, What.RECEIVED, What.ACCEPTED})
# What a named person says.
BY_NAME = frozenset({What.RECEIVED, What.ACCEPTED, What.REFUSED})


class CannotTell(ValueError):
    """Why something cannot be sent or answered; `message` is shown beside the question `field`."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom a message goes. `agency` is a code of the house; `name` a role or a person, as it is said."""

    agency: str
    name: str
    channel: Channel
    address: str = ""  # of an e-mail or a telephone that takes texts
    phone: str = ""  # the number to ring when every system is down
    person: int | None = None  # told personally: nobody else of the agency reads it


_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_UK_MOBILE = re.compile(r"(\+44|0044|0)7\d{9}")


def checked(to: Recipient) -> Recipient:
    """The recipient with a tidy address. Raises CannotTell."""
    if not to.name.strip():
        raise CannotTell("name", "Enter who it is for")
    if to.channel in BY_WORKER and not (to.agency or to.person):
        raise CannotTell("channel", "Only an agency of Holdfast can open a link: read it out or print it")
    address = to.address.strip()
    if to.channel is Channel.SMS:
        address = re.sub(r"[\s()-]", "", address)
        if not _UK_MOBILE.fullmatch(address):
            raise CannotTell("address", "Enter a UK mobile number, such as 07700 900123")
    elif to.channel is Channel.EMAIL:
        if len(address) > 254 or not _EMAIL.fullmatch(address):
            raise CannotTell("address", "Enter an e-mail address, such as duty@marrowshire.example")
    elif address:
        raise CannotTell("address", "An address belongs to an e-mail or a text only")
    return Recipient(to.agency, to.name.strip(), to.channel, address, to.phone.strip(), to.person)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What goes out on a channel that others can see: it takes a reference and a link and nothing else, so it cannot
    carry a child's name, date of birth or place."""

    subject: str
    text: str


def envelope(reference: str, link: str) -> Envelope:
    """The words of an e-mail or a text."""
    text = f"Holdfast: a notice needs you. Reference {reference}. Sign in to read it and say that you have it: {link}"
    return Envelope(f"Notice {reference}", text)


_FIRST_WAITS = tuple(timedelta(seconds=s) for s in (30, 60, 120, 240, 480, 960, 1800))
LONGEST_WAIT = timedelta(hours=1)
ALARM_AFTER_TRIES = 3
ALARM_AFTER = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(days=14)
ASK_FOR_RECEIPTS = timedelta(hours=72)  # GOV.UK Notify tries to deliver for three days


def wait_after(tries: int, *, told: timedelta = timedelta()) -> timedelta:
    """How long to wait after so many tries, at least as long as the provider asked for."""
    return max(told, _FIRST_WAITS[tries - 1] if 0 < tries <= len(_FIRST_WAITS) else LONGEST_WAIT)


def needs_alarm(made_at: datetime, tries: int, now: datetime) -> bool:
    """Whether a person must be told that a message has not gone out: after three tries or ten minutes, whichever
    comes first. Ten minutes hold even where no worker runs at all."""
    return tries >= ALARM_AFTER_TRIES or now - made_at >= ALARM_AFTER


def gives_up(made_at: datetime, now: datetime) -> bool:
    """After two weeks of trouble a message is not tried again; a person is told."""
    return now - made_at >= GIVE_UP_AFTER


def may_read_notice(posts: Collection[Post], to_agency: str, guard: Guard) -> bool:
    """May a person with these posts read a notice to this agency, and answer it?

    The notice itself is the disclosure: no tie is needed. A role that opens children is, and neither a declared
    conflict nor a shield may stand between.
    """
    if guard.is_in_conflict or (guard.is_shielded and not guard.is_named):
        return False
    return any(post.agency == to_agency and opens_children(post.role) for post in posts)


def opens_children(role: Role) -> bool:
    """Whether this role opens children at all: an analyst does not."""
    return bool(ties_allowing(role, Act.OPEN))
