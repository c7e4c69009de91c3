"""Shields and conflicts of interest: what closes a child to somebody whose role and tie would reach it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from holdfast.access.actions import CannotDecide, NotForThem, reason_of, record_reading
from holdfast.access.deeds import Conflict, ConflictEnded, Shield, ShieldLifted, ShieldNamed
from holdfast.access.models import Person
from holdfast.access.queries import Reader, door, may_do, who_may
from holdfast.access.review import shield_of
from holdfast.access.rules import Act
from holdfast.chronology.actions import hold
from holdfast.chronology.rows import utc


@transaction.atomic
def put_shield(
    who: Reader, ref: str, *, named: Iterable[str], reason: str, at: datetime, instead_of: int | None = None
) -> Shield:
    """Restrict a child to named people (user names), and to the person who does it. `instead_of` is the shield that
    stood when they decided, and is replaced; None: none stood.

    Being named opens nothing by itself: the tie and the role are still needed. Raises NotForThem, CannotDecide: also
    where another shield stands now than they saw, so that nobody undoes what they have not read.
    """
    _may_protect(who, ref, at)
    reason = reason_of(reason)
    wanted = {name.strip() for name in named if name.strip()}
    people = list(Person.objects.filter(username__in=wanted, is_active=True))
    if unknown := sorted(wanted - {p.username for p in people}):
        raise CannotDecide("named", f"Nobody signs in as {', '.join(unknown)}")
    old = shield_of(ref)
    _is_as_seen(old, instead_of, "named")
    if old is not None:
        ShieldLifted.objects.create(shield=old, by=who.person, at=utc(at), reason="Replaced by another")
    shield = Shield.objects.create(child_id=ref, by=who.person, at=utc(at), reason=reason)
    ids = {p.pk for p in people} | {who.person.pk}
    ShieldNamed.objects.bulk_create([ShieldNamed(shield=shield, person_id=pk) for pk in sorted(ids)])
    record_reading(who, Act.PROTECT, [ref], page="protect", at=at)
    return shield


@transaction.atomic
def lift_shield(who: Reader, ref: str, *, reason: str, at: datetime, seen: int) -> None:
    """End the shield that they have seen. Only somebody whom it names can. Raises NotForThem, CannotDecide."""
    _may_protect(who, ref, at)
    shield = shield_of(ref)
    if shield is None:
        raise CannotDecide("reason", "No restriction stands over this child: somebody has ended it already")
    _is_as_seen(shield, seen, "reason")
    ShieldLifted.objects.create(shield=shield, by=who.person, at=utc(at), reason=reason_of(reason))
    record_reading(who, Act.PROTECT, [ref], page="protect", at=at)


@transaction.atomic
def name_another(ref: str, *, username: str, reason: str, by: Person, at: datetime) -> Shield:
    """Name one more person on a shield whose people have all left, so that somebody can open the child and end it.
    For an operator. Raises CannotDecide: also while somebody who is named can do it."""
    reason = reason_of(reason)
    old = shield_of(ref) if hold(ref) else None
    if old is None:
        raise CannotDecide("ref", "No restriction stands over this child")
    if who_may(Act.PROTECT, ref, at):
        raise CannotDecide("ref", "Somebody who is named can change this restriction: ask them")
    person = Person.objects.filter(username=username.strip(), is_active=True).first()
    if person is None:
        raise CannotDecide("username", "Nobody signs in with that user name")
    named = {*old.named.values_list("person_id", flat=True), person.pk}
    ShieldLifted.objects.create(shield=old, by=by, at=utc(at), reason="Replaced by another")
    shield = Shield.objects.create(child_id=ref, by=by, at=utc(at), reason=reason)
    ShieldNamed.objects.bulk_create([ShieldNamed(shield=shield, person_id=pk) for pk in sorted(named)])
    if not who_may(Act.PROTECT, ref, at):
        raise CannotDecide("username", "That person's post and agency do not let them change who may open this child")
    return shield


def _may_protect(who: Reader, ref: str, at: datetime) -> None:
    # The chronology's row is the lock: two people cannot put two shields at once.
    if not hold(ref) or not may_do(who, Act.PROTECT, ref, at):
        raise NotForThem


def _is_as_seen(standing: Shield | None, seen: int | None, field: str) -> None:
    if (standing.pk if standing else None) != seen:
        raise CannotDecide(
            field, "Somebody else changed who may open this child meanwhile. Nothing was recorded: read it, then decide"
        )


@transaction.atomic
def declare_own_conflict(who: Reader, ref: str, *, reason: str, at: datetime) -> None:
    """A person says that they know this child or the family: the child is closed to them from now on.

    For a reference that is nobody's it does nothing, and the caller must not be able to tell. Raises CannotDecide.
    """
    reason = reason_of(reason)
    if hold(ref) and not door(who.person, ref, at).guard.is_in_conflict:
        Conflict.objects.create(person=who.person, child_id=ref, by=who.person, at=utc(at), reason=reason)


@transaction.atomic
def declare_conflict(who: Reader, ref: str, *, username: str, reason: str, at: datetime) -> None:
    """Close a child to somebody who is family, a neighbour, a colleague. Raises NotForThem, CannotDecide."""
    _may_protect(who, ref, at)
    person = Person.objects.filter(username=username.strip()).first()
    if person is None:
        raise CannotDecide("username", "Nobody signs in with that user name")
    if door(person, ref, at).guard.is_in_conflict:
        raise CannotDecide("username", "That person is declared already")
    Conflict.objects.create(person=person, child_id=ref, by=who.person, at=utc(at), reason=reason_of(reason))
    record_reading(who, Act.PROTECT, [ref], page="protect", at=at)


@transaction.atomic
def end_conflict(who: Reader, conflict: Conflict, *, reason: str, at: datetime) -> None:
    """Take back a conflict that was declared in error. Raises NotForThem: the person whom it names cannot do this;
    CannotDecide where somebody else has taken it back."""
    _may_protect(who, conflict.child_id, at)
    if conflict.person_id == who.person.pk:
        raise NotForThem
    if ConflictEnded.objects.filter(conflict=conflict).exists():
        raise CannotDecide("reason", "Somebody else has taken this back meanwhile. Nothing was recorded")
    ConflictEnded.objects.create(conflict=conflict, by=who.person, at=utc(at), reason=reason_of(reason))
    record_reading(who, Act.PROTECT, [conflict.child_id], page="protect", at=at)
