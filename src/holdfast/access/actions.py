"""The reading log, people and their posts, and what they decide about access: the only writes of this room."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.dispatch import Signal

from holdfast.access import limits
from holdfast.access.canaries.actions import note_openings, note_refusals
from holdfast.access.canaries.queries import among, digest_of
from holdfast.access.deeds import (
    EmergencyOpening,
    EmergencyReview,
    LimitReview,
    Miss,
    ReachedLimit,
    SignInTry,
)
from holdfast.access.limits import Limit
from holdfast.access.models import Agency, Person, Post, ReaderChain, Reading, ReadingOf
from holdfast.access.queries import Reader, door, emergency_limit_for, limit_of, may_do, with_spent
from holdfast.access.review import limits_for
from holdfast.access.rules import Act, Outcome, Role, may_break_glass
from holdfast.chronology import chain
from holdfast.chronology.actions import hold
from holdfast.chronology.kinds import Audience
from holdfast.chronology.models import Chronology
from holdfast.chronology.prepared import Prepared
from holdfast.chronology.rows import utc


class OverLimit(Exception):
    """This person has opened, or guessed at, as many children as one person may. `limit` says which limit."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(limit.value)
        self.limit = limit


class NotForThem(Exception):
    """There is no such thing, or it is not for this person: the two are not told apart."""


class CannotDecide(Exception):
    """What was asked lacks something; `message` is shown beside the question `field`."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@transaction.atomic
def record_reading(who: Reader, act: Act, children: Iterable[str], *, page: str, at: datetime) -> None:
    """Write that these children's data is about to be shown. Call it in the transaction that reads the data, before
    any byte leaves: if this fails, the page fails. `page` is the name of the route, never its address.

    Raises OverLimit when it would open one child more than a person may open in an hour or a day.
    """
    refs = sorted(set(children))
    if not refs:
        return
    at = utc(at)
    head = _head(who.person, refs, at, opens=act is Act.OPEN)
    if act is Act.OPEN and (limit := limit_of(head, refs)):
        raise OverLimit(limit)
    listed = " ".join(refs)
    number = head.length + 1
    head.head = reading_link(head.head, who.person.pk, number, at, act.value, page, listed)
    head.length = number
    head.save(update_fields=["length", "head"])
    if head.is_made_up:  # type: ignore[attr-defined]
        note_openings(who.person, refs, act, page=page, at=at)
    reading = Reading.objects.create(
        person=who.person, number=number, at=at, act=act.value, page=page, children=listed, hash=head.head
    )
    ReadingOf.objects.bulk_create([ReadingOf(reading=reading, child_id=ref) for ref in refs])


def _head(person: Person, refs: Collection[str], at: datetime, *, opens: bool = False) -> ReaderChain:
    """The head of this person's log, held until the transaction ends: with whether a made-up record is among those
    read, and with what they have used when they open."""
    asked = {"person": person.pk, "digests": [digest_of(ref) for ref in refs]}
    used = {"children": refs, "at": at, "an_hour": at - limits.HOUR, "a_day": at - limits.DAY}
    heads: list[ReaderChain] = _OPENING(**asked, **used) if opens else _LISTING(**asked)
    if not heads:
        # A person who was not added here. Two first readings at once: the second waits for the first, and follows it.
        ReaderChain.objects.get_or_create(person=person, defaults={"head": chain.START})
        heads = _OPENING(**asked, **used) if opens else _LISTING(**asked)
    return heads[0]


def _log(person: int, digests: Collection[str]) -> QuerySet[ReaderChain]:
    mine = ReaderChain.objects.select_for_update(of=("self",)).filter(person=person)
    return mine.annotate(is_made_up=among(digests))


def _log_and_used(person: int, digests: Collection[str], children: Collection[str], **times: datetime) -> QuerySet[Any]:
    return with_spent(_log(person, digests), children, **times)


_LISTING = Prepared(_log, person=int, digests=list)
_OPENING = Prepared(
    _log_and_used, person=int, digests=list, children=list, at=datetime, an_hour=datetime, a_day=datetime
)


def reading_link(previous: str, person: int, number: int, at: datetime, act: str, page: str, children: str) -> str:
    """The hash of one reading after the one before it."""
    return chain.link(previous, "", (person, number, at, act, page, children))


@transaction.atomic
def open_agency(*, code: str, name: str, kind: Audience) -> Agency:
    """Add an agency, or change its name."""
    agency, _ = Agency.objects.update_or_create(code=code, defaults={"name": name, "kind": kind.value})
    return agency


@transaction.atomic
def add_person(*, username: str, first_name: str, last_name: str, password: str) -> Person:
    """Add somebody who can sign in, and begin their reading log. They can see nothing until they hold a post."""
    person = Person.objects.create_user(
        username=username, first_name=first_name, last_name=last_name, password=password
    )
    ReaderChain.objects.create(person=person, head=chain.START)
    return person


@transaction.atomic
def give_post(*, person: Person, agency: Agency, role: Role, begins_on: date) -> Post:
    """Give a person a role in an agency."""
    post, _ = Post.objects.get_or_create(
        person=person, agency=agency, role=role.value, ends_on=None, defaults={"begins_on": begins_on}
    )
    return post


@transaction.atomic
def end_post(*, person: Person, agency: Agency, role: Role, on: date) -> int:
    """End a role of a person in an agency. `on` is the first day without it; sessions close on the next request.
    Returns how many posts were ended."""
    held = Post.objects.filter(person=person, agency=agency, role=role.value, ends_on__isnull=True, begins_on__lte=on)
    return held.update(ends_on=on)


@transaction.atomic
def end_every_post(person: Person, *, on: date) -> int:
    """Somebody leaves: every post of theirs that is still open ends. `on` is the first day without them. A post that
    was to begin later never does. Returns how many were ended."""
    held = Post.objects.filter(person=person, ends_on__isnull=True)
    later = held.filter(begins_on__gt=on).update(ends_on=F("begins_on"))
    return later + held.filter(begins_on__lte=on).update(ends_on=on)


def reason_of(text: str, *, shortest: int = 1) -> str:
    text = " ".join(text.split())
    if len(text) < shortest:
        more = f", in at least {shortest} letters" if shortest > 1 else ""
        raise CannotDecide("reason", f"Enter the reason{more}")
    return text


# Sent in the transaction that opens a child in an emergency, with `opening`: whoever carries messages tells of it.
emergency_opened = Signal()


@transaction.atomic
def open_in_an_emergency(who: Reader, ref: str, *, reason: str, hours: int, at: datetime) -> EmergencyOpening:
    """Break-glass: open one child to be read, for at most 12 hours. Somebody else must review it.

    Raises NotForThem (no such child, a declared conflict, or a role that opens no child), CannotDecide, OverLimit.
    """
    reason = reason_of(reason, shortest=limits.SHORTEST_REASON)
    length = timedelta(hours=hours)
    if not timedelta() < length <= limits.LONGEST_EMERGENCY:
        raise CannotDecide("hours", "An emergency opening lasts from 1 to 12 hours")
    _head(who.person, (), at)  # two windows at once: the second counts what the first opened
    if limit := emergency_limit_for(who.person, at):
        raise OverLimit(limit)
    child = Chronology.objects.filter(ref=ref).first()
    if child is None or not may_break_glass(who.posts) or door(who.person, ref, at).guard.is_in_conflict:
        raise NotForThem
    opening = EmergencyOpening.objects.create(
        child=child, person=who.person, reason=reason, begins=utc(at), ends=utc(at) + length
    )
    record_reading(who, Act.OPEN, [ref], page="emergency", at=at)
    emergency_opened.send(EmergencyOpening, opening=opening)
    return opening


@transaction.atomic
def review_emergency(who: Reader, opening: EmergencyOpening, *, outcome: Outcome, note: str, at: datetime) -> None:
    """Somebody else's look at an emergency opening. Raises NotForThem, CannotDecide."""
    # The chronology's row is the lock: rows of deeds cannot be locked by a role that may not change them.
    hold(opening.child_id)
    held = EmergencyOpening.objects.get(pk=opening.pk)
    if held.person_id == who.person.pk or not may_do(who, Act.REVIEW, held.child_id, at):
        raise NotForThem
    if EmergencyReview.objects.filter(opening=held).exists():
        raise CannotDecide("outcome", "Somebody else has reviewed this meanwhile. Nothing was recorded")
    record_reading(who, Act.REVIEW, [held.child_id], page="review", at=at)
    EmergencyReview.objects.create(
        opening=held, by=who.person, at=utc(at), outcome=outcome.value, note=" ".join(note.split())
    )


@transaction.atomic
def note_limit(person: Person, limit: Limit, at: datetime) -> None:
    """Ask for a review of a limit that was reached: once an hour, however often it is met, in however many windows."""
    _head(person, (), at)
    if not ReachedLimit.objects.filter(person=person, limit=limit.value, at__gt=at - limits.HOUR).exists():
        ReachedLimit.objects.create(person=person, limit=limit.value, at=utc(at))


@transaction.atomic
def review_limit(who: Reader, reached: ReachedLimit, *, outcome: Outcome, note: str, at: datetime) -> None:
    """Somebody else's look at why a limit was reached. Raises NotForThem, CannotDecide."""
    if not limits_for(who, at).filter(pk=reached.pk).exists():
        raise NotForThem
    # A limit is about no child, and the role that serves pages can lock no deed: the database lets one of two through.
    try:
        with transaction.atomic():
            LimitReview.objects.create(
                reached=reached, by=who.person, at=utc(at), outcome=outcome.value, note=" ".join(note.split())
            )
    except IntegrityError:
        raise CannotDecide("outcome", "Somebody else has reviewed this meanwhile. Nothing was recorded") from None


@transaction.atomic
def note_miss(person: Person, at: datetime, refs: Collection[str] = ()) -> None:
    """Somebody asked for a child and was given none. `refs` are what they asked for: kept only as far as a made-up
    record is among them, and then as its digest."""
    Miss.objects.create(person=person, at=utc(at))
    note_refusals(person, refs, at)


@transaction.atomic
def note_failed_sign_in(name: str, address: str, at: datetime) -> None:
    """Count a try that failed (keyed digests), and clear away those that no longer count."""
    SignInTry.objects.filter(at__lte=at - limits.TRIES_WITHIN).delete()
    SignInTry.objects.create(name=name, address=address, at=utc(at))


@transaction.atomic
def open_account_again(person: Person, at: datetime) -> None:
    """Let somebody sign in again whose account was off because it was not used."""
    person.last_login = at
    person.save(update_fields=["last_login"])
