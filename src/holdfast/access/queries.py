"""What a person may see, and how much of it they have used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from holdfast.access import limits
from holdfast.access.deeds import Conflict, EmergencyOpening, Miss, Shield, SignInTry
from holdfast.access.limits import Limit, Spent
from holdfast.access.models import Person, Reading, ReadingOf, TieRow
from holdfast.access.models import Post as PostRow
from holdfast.access.rules import (
    IN_AN_EMERGENCY,
    UNGUARDED,
    Act,
    Guard,
    Held,
    Outcome,
    Post,
    Role,
    Tie,
    may,
    may_break_glass,
    ties_allowing,
)
from holdfast.chronology.kinds import Audience
from holdfast.chronology.models import Chronology
from holdfast.worktime.uk_clock import uk_day


@dataclass(frozen=True, slots=True)
class Reader:
    """A person who is looking, with the posts that they hold at that moment, and the kinds of their agencies."""

    person: Person
    posts: tuple[Post, ...]
    audiences: frozenset[Audience]

    def can(self, act: Act) -> bool:
        """Whether any child at all could be reached by this act."""
        return any(ties_allowing(p.role, act) for p in self.posts)

    @property
    def agencies(self) -> frozenset[str]:
        """The codes of the agencies in which this person holds a post."""
        return frozenset(p.agency for p in self.posts)


def held_posts(person: Person, at: datetime) -> QuerySet[PostRow]:
    """The posts that a person holds at that time. A post ended today is over."""
    today = uk_day(at)
    return PostRow.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=today), person=person, begins_on__lte=today
    ).select_related("agency")


def has_left(person: Person, at: datetime) -> bool:
    """Whether somebody who held a post holds none any more."""
    return not held_posts(person, at).exists() and PostRow.objects.filter(person=person).exists()


def reader(person: Person, at: datetime) -> Reader:
    """The reader that a signed-in person is at that time. One query."""
    rows = list(held_posts(person, at))
    return Reader(
        person,
        tuple(Post(r.agency_id, Role(r.role)) for r in rows),
        frozenset(Audience(r.agency.kind) for r in rows),
    )


def children_visible(who: Reader, act: Act, at: datetime) -> Q:
    """The condition that `rules.may` states, on a table with a `child` key: the same rule, compiled to a query."""
    # Asked child by child from the rows of the list: an agency can have a hundred thousand ties, a list is short.
    tied = Exists(_tied(who, act, at).filter(child_id=OuterRef("child_id")))
    allowed = Q(tied) & ~Q(child_id__in=_shielded_from(who.person).values("child_id"))
    if act in IN_AN_EMERGENCY and may_break_glass(who.posts):
        allowed |= Q(child_id__in=emergencies_open(at).filter(person=who.person).values("child_id"))
    return allowed & ~Q(child_id__in=_conflicts(who.person).values("child_id"))


def _tied(who: Reader, act: Act, at: datetime) -> QuerySet[TieRow]:
    condition = Q(pk__in=[])
    for post in who.posts:
        through = [t.value for t in ties_allowing(post.role, act)]
        if through:
            condition |= Q(agency=post.agency, tie__in=through)
    holds = Q(begins__lte=at) & (Q(ends__isnull=True) | Q(ends__gt=at))
    return TieRow.objects.filter(condition & holds)


def _shielded_from(person: Person) -> QuerySet[Shield]:
    return Shield.objects.filter(lifted__isnull=True).exclude(named__person=person)


def _conflicts(person: Person) -> QuerySet[Conflict]:
    return Conflict.objects.filter(person=person, ended__isnull=True)


def emergencies_open(at: datetime) -> QuerySet[EmergencyOpening]:
    """Emergency openings that hold at that time. One that was found not justified holds no more."""
    refused = Q(review__isnull=False, review__outcome=Outcome.NOT_JUSTIFIED.value)
    return EmergencyOpening.objects.filter(~refused, begins__lte=at, ends__gt=at)


def ties_of(ref: str) -> tuple[Held, ...]:
    """A child's ties."""
    return tuple(Held(t.agency, Tie(t.tie), t.begins, t.ends) for t in TieRow.objects.filter(child_id=ref))


def guard_of(person: Person, ref: str, at: datetime) -> Guard:
    """What stands between this person and this child besides ties. One query."""
    shields = Shield.objects.filter(lifted__isnull=True)
    of_this_child = (
        Exists(_conflicts(person).filter(child_id=OuterRef("ref"))),
        Exists(shields.filter(child_id=OuterRef("ref"))),
        Exists(_shielded_from(person).filter(child_id=OuterRef("ref"))),
        Exists(emergencies_open(at).filter(person=person, child_id=OuterRef("ref"))),
    )
    found = Chronology.objects.filter(ref=ref).values_list(*of_this_child).first()
    if found is None:
        return UNGUARDED
    in_conflict, shielded, closed, opened = found
    return Guard(in_conflict, shielded, is_named=shielded and not closed, is_opened=opened)


def acts_allowed(who: Reader, ref: str, at: datetime) -> frozenset[Act]:
    """Everything that this reader may do to this child. None for a child who does not exist."""
    held, guard = ties_of(ref), guard_of(who.person, ref, at)
    return frozenset(act for act in Act if may(who.posts, act, held, at, guard))


def may_do(who: Reader, act: Act, ref: str, at: datetime) -> bool:
    """Whether this reader may do this to this child."""
    return may(who.posts, act, ties_of(ref), at, guard_of(who.person, ref, at))


def readings_of(ref: str, limit: int = 50) -> list[Reading]:
    """Who has looked at this child, latest first."""
    return list(Reading.objects.filter(of__child_id=ref).select_related("person").order_by("-at", "-pk")[:limit])


def limit_for(person: Person, children: Iterable[str], at: datetime) -> Limit | None:
    """The limit that keeps this person from opening one of these children now, or None. What they opened within the
    last day stays open, and an emergency opening is counted by itself."""
    opened = dict(
        ReadingOf.objects.filter(
            reading__person=person, reading__act=Act.OPEN.value, reading__at__gt=at - limits.DAY, reading__at__lte=at
        )
        .values_list("child_id")
        .annotate(last=Max("reading__at"))
    )
    new = set(children) - set(opened)
    if not new or not new - set(
        emergencies_open(at).filter(person=person, child_id__in=new).values_list("child_id", flat=True)
    ):
        return None
    misses = Miss.objects.filter(person=person, at__gt=at - limits.HOUR).count()
    this_hour = sum(1 for last in opened.values() if last > at - limits.HOUR)
    return limits.reached(Spent(this_hour, len(opened), misses))


def emergency_limit_for(person: Person, at: datetime) -> Limit | None:
    """The limit that keeps this person from another emergency opening now, or None."""
    if Miss.objects.filter(person=person, at__gt=at - limits.HOUR).count() >= limits.MOST_MISSES:
        return Limit.MISSED_IN_AN_HOUR
    count = EmergencyOpening.objects.filter(person=person, begins__gt=at - limits.DAY).count()
    return Limit.EMERGENCIES_IN_A_DAY if count >= limits.MOST_EMERGENCIES else None


def must_wait(name: str, address: str, at: datetime) -> bool:
    """Whether a try to sign in must wait. `name` and `address` are keyed digests; an empty address is not known."""
    lately = SignInTry.objects.filter(at__gt=at - limits.TRIES_WITHIN)
    if lately.filter(name=name).count() >= limits.TRIES_OF_A_NAME:
        return True
    return address != "" and (
        lately.filter(name=name, address=address).count() >= limits.TRIES_OF_A_NAME_FROM_AN_ADDRESS
        or lately.filter(address=address).count() >= limits.TRIES_FROM_AN_ADDRESS
    )


def is_dormant(person: Person, at: datetime) -> bool:
    """Whether the account was left unused so long that it is off."""
    return limits.is_dormant(person.last_login or person.date_joined, at)
