"""Putting a hold on a record and ending one; asking for an erasure and answering. Whether a record is past its time is
asked by the room `erasing`, which knows the law of it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from holdfast.access.actions import CannotDecide, NotForThem, reason_of, record_reading
from holdfast.access.keeping.queries import holds_on, open_erasure
from holdfast.access.keeping.rows import Erasure, ErasureAnswer, Hold, HoldEnded, Source
from holdfast.access.limits import SHORTEST_REASON
from holdfast.access.queries import Reader, door, may_do
from holdfast.access.rules import Act, Role, ties_allowing
from holdfast.chronology.actions import hold as hold_chronology
from holdfast.chronology.rows import utc

PAGE = "keeping"


def _open(who: Reader, ref: str, at: datetime) -> None:
    """Holds the chronology, so that a hold and an erasure never pass each other, and writes the reading."""
    if not hold_chronology(ref) or not may_do(who, Act.KEEP, ref, at):
        raise NotForThem
    record_reading(who, Act.KEEP, [ref], page=PAGE, at=at)


@transaction.atomic
def put_hold(who: Reader, ref: str, *, source: Source, reference: str, reason: str, at: datetime) -> Hold:
    """Keep a record, whatever its time. Raises NotForThem, CannotDecide."""
    _open(who, ref, at)
    reference = " ".join(reference.split())
    if not reference:
        raise CannotDecide("reference", "Enter the number or the date of what obliges you")
    return Hold.objects.create(
        child_id=ref, source=source.value, reference=reference[:200], by=who.person, at=utc(at),
        reason=reason_of(reason, shortest=SHORTEST_REASON),
    )  # fmt: skip


@transaction.atomic
def end_hold(who: Reader, held: Hold, *, reason: str, at: datetime) -> HoldEnded:
    """End a hold that somebody else put. Raises NotForThem, CannotDecide."""
    _open(who, held.child_id, at)
    if held.by_id == who.person.pk:
        raise CannotDecide("reason", "You put this hold: somebody else must end it")
    if HoldEnded.objects.filter(hold=held).exists():
        raise CannotDecide("reason", "Somebody else has ended this meanwhile. Nothing was recorded")
    reason = reason_of(reason, shortest=SHORTEST_REASON)
    return HoldEnded.objects.create(hold=held, by=who.person, at=utc(at), reason=reason)


@transaction.atomic
def ask_erasure(who: Reader, ref: str, *, until: date, law: str, reason: str, at: datetime) -> Erasure:
    """Be the first of the two. `until` and `law` say why it need not be kept. Raises NotForThem, CannotDecide."""
    _open(who, ref, at)
    if holds_on(ref):
        raise CannotDecide("reason", "A hold stands: nothing of this child may be erased")
    if open_erasure(ref) is not None:
        raise CannotDecide("reason", "Somebody else has asked for this meanwhile. Nothing was recorded")
    return Erasure.objects.create(
        child_id=ref, until=until, law=law[:300], by=who.person, role=_role(who, ref, at).value, at=utc(at),
        reason=reason_of(reason, shortest=SHORTEST_REASON),
    )  # fmt: skip


@transaction.atomic
def answer_erasure(who: Reader, asked: Erasure, *, is_approved: bool, reason: str, at: datetime) -> ErasureAnswer:
    """Be the second of the two, or refuse. One of the two is the data guardian. Raises NotForThem, CannotDecide."""
    _open(who, asked.child_id, at)
    if asked.by_id == who.person.pk:
        raise CannotDecide("reason", "You asked for this: somebody else must answer")
    if ErasureAnswer.objects.filter(erasure=asked).exists():
        raise CannotDecide("reason", "Somebody else has answered this meanwhile. Nothing was recorded")
    role = _role(who, asked.child_id, at)
    if is_approved and Role.DATA_GUARDIAN not in (role, Role(asked.role)):
        raise CannotDecide("reason", "One of the two must be the data guardian")
    if is_approved and holds_on(asked.child_id):
        raise CannotDecide("reason", "A hold stands: nothing of this child may be erased")
    return ErasureAnswer.objects.create(
        erasure=asked, is_approved=is_approved, by=who.person, role=role.value, at=utc(at),
        reason=reason_of(reason, shortest=SHORTEST_REASON),
    )  # fmt: skip


def _role(who: Reader, ref: str, at: datetime) -> Role:
    """The role by which this reader decides about this child: the data guardian's, where they hold both."""
    held = [h for h in door(who.person, ref, at).ties if h.holds_at(at)]
    roles = {
        p.role
        for p in who.posts
        if any(h.agency == p.agency and h.tie in ties_allowing(p.role, Act.KEEP) for h in held)
    }
    return Role.DATA_GUARDIAN if Role.DATA_GUARDIAN in roles else sorted(roles)[0]
