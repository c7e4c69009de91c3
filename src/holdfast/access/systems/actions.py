"""Making and ending the keys of partners' systems: the only writes, for an operator's commands."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from holdfast.access.actions import CannotDecide, give_post
from holdfast.access.models import Agency, Person, ReaderChain
from holdfast.access.rules import Act, Role, ties_allowing
from holdfast.access.systems.queries import digest_of, is_a_system
from holdfast.access.systems.rows import SystemKey
from holdfast.chronology import chain
from holdfast.chronology.rows import utc
from holdfast.worktime.uk_clock import uk_day

LONGEST = timedelta(days=366)
# What a system may be: a role that may read notices to its agency. Never one that decides over others' access.
ROLES = frozenset(r for r in Role if ties_allowing(r, Act.OPEN)) - {Role.DUTY_MANAGER}


@transaction.atomic
def add_system(username: str, name: str, agency: Agency, role: Role, *, by: Person, days: int, at: datetime) -> str:
    """An account that nobody signs in with, its post, and its first key. Returns the key, which is shown once and kept
    nowhere. Raises CannotDecide."""
    if role not in ROLES:
        raise CannotDecide("role", f"A system is one of {', '.join(sorted(ROLES))}")
    if not 0 < len(username) <= 150 or not 0 < len(name.strip()) <= 120:
        raise CannotDecide("name", "A user name has 1 to 150 letters, a name 1 to 120")
    if Person.objects.filter(username__iexact=username).exists():
        raise CannotDecide("username", "That user name is somebody's already")
    person = Person(username=username, first_name=name.strip())
    person.set_unusable_password()
    person.save(force_insert=True)
    ReaderChain.objects.create(person=person, head=chain.START)
    give_post(person=person, agency=agency, role=role, begins_on=uk_day(at))
    return _make(person, agency, by=by, days=days, at=at)


@transaction.atomic
def new_key(person: Person, *, by: Person, days: int, at: datetime) -> str:
    """One more key for a system, so that it can change over before the old one ends. Raises CannotDecide."""
    before = SystemKey.objects.filter(person=person).select_related("agency").order_by("at").last()
    if before is None or person.has_usable_password():
        raise CannotDecide("username", "That is no system's account: a key is for one that nobody signs in with")
    return _make(person, before.agency, by=by, days=days, at=at)


def _make(person: Person, agency: Agency, *, by: Person, days: int, at: datetime) -> str:
    if not 0 < days <= LONGEST.days:
        raise CannotDecide("days", f"A key lasts 1 to {LONGEST.days} days")
    key = f"holdfast_{secrets.token_urlsafe(32)}"
    at = utc(at)
    SystemKey.objects.create(
        person=person, agency=agency, digest=digest_of(key), by=by, at=at, until=at + timedelta(days=days)
    )
    return key


def end_keys(person: Person, *, by: Person, at: datetime) -> int:
    """Every key of a system opens nothing from now on. Returns how many there were. Raises CannotDecide."""
    if not is_a_system(person):
        raise CannotDecide("username", "That is no system's account")
    return SystemKey.objects.filter(person=person, ended_at__isnull=True).update(ended_at=utc(at), ended_by=by)
