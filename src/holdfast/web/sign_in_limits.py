"""Whether somebody may sign in now: tries that failed, accounts that were not used, people who have left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from holdfast.access.actions import note_failed_sign_in
from holdfast.access.models import Person
from holdfast.access.queries import has_left, is_dormant, must_wait

WRONG = "The user name or the password is not right. Check both and try again"
WAIT = "There were too many tries. Wait 15 minutes and try again, or ring the number on this page"
DORMANT = "This account was not used for 30 days and is off. Ring the number on this page to have it opened again"
LEFT = "Your post has ended, so this account opens nothing. If that is not right, ring the number on this page"

ONLY_THERE = "Your agency signs in through its own account only. Use it below, or ring the number on this page"


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """One try: when, and the keyed digests under which it is counted."""

    at: datetime
    name: str
    address: str
    must_wait: bool

    @classmethod
    def of(cls, request: HttpRequest, username: str) -> SignInAttempt:
        at = datetime.now(UTC)
        name = _digest("name", username.strip().casefold())
        address = _address(request)
        return cls(at, name, address, must_wait(name, address, at))

    def refused(self, person: AbstractBaseUser | None) -> str:
        """Why this person may not sign in, in words for the page; empty if they may. Counts a try that failed.

        A name that is nobody's and a wrong password get the same answer. Only somebody who knew the password is told
        that the account is off.
        """
        if self.must_wait:
            return WAIT
        if not isinstance(person, Person):
            note_failed_sign_in(self.name, self.address, self.at)
            return WRONG
        if is_dormant(person, self.at):
            return DORMANT
        return LEFT if has_left(person, self.at) else ""


def may_leave(request: HttpRequest, errand: str) -> bool:
    """Whether another browser may be sent to a directory from this address now; counted if so. Each leaves something
    behind here. Counted apart from tries that failed: whoever uses these up still signs in with a password."""
    at, address = datetime.now(UTC), _address(request)
    if not address:
        return True
    name, address = _digest("name", errand), _digest("leaving", address)
    if must_wait(name, address, at):
        return False
    note_failed_sign_in(name, address, at)
    return True


def _digest(what: str, value: str) -> str:
    return salted_hmac(f"sign-in-{what}", value, algorithm="sha256").hexdigest()


def _address(request: HttpRequest) -> str:
    # A loopback address is a proxy that does not say whom it speaks for, or this machine itself: five tries there must
    # not lock a person out everywhere, so only the name is counted, with its higher limit.
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return ""
    return "" if address.is_loopback else _digest("address", str(address))
