"""What a person may see, and how much of it they have used."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from holdfast.access import limits
from holdfast.access.deeds import Conflict, EmergencyOpening, Miss, Shield, SignInTry
from holdfast.access.limits import Limit, Spent
from holdfast.access.models import Agency, Person, PostConfirmed, ReaderChain, Reading, ReadingOf, TieRow
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
from holdfast.chronology.prepared import Prepared
from holdfast.worktime.uk_clock import uk_day

_MOST_POSTS = 256  # sets of posts whose lists are kept in words: an agency has about six, by role


@dataclass(frozen=True, slots=True)
class Reader:
    """A person who is looking, with the posts that they hold at that moment, and of what kind each agency is."""

    person: Person
    posts: tuple[Post, ...]
    kinds: Mapping[str, Audience]

    def can(self, act: Act) -> bool:
        """Whether any child at all could be reached by this act."""
        return any(ties_allowing(p.role, act) for p in self.posts)

    def reads_of_all(self, audience: frozenset[Audience], act: Act) -> bool:
        """Whether what these audiences may read may be read of every child whom this act reaches. Somebody with posts
        in agencies of several kinds reads in a list what each of them may; of one child, see `audiences_through`."""
        through = {self.kinds[p.agency] for p in self.posts if ties_allowing(p.role, act)}
        return bool(through) and through <= audience

    @property
    def agencies(self) -> frozenset[str]:
        """The codes of the agencies in which this person holds a post."""
        return frozenset(p.agency for p in self.posts)


def in_post(at: datetime) -> Q:
    """The condition that a post is held at that time. A post ended today is over; one that nobody has confirmed for a
    quarter and the grace after it is off."""
    return _in_post(**_days(at))


def _days(at: datetime) -> dict[str, Any]:
    since = at - limits.CONFIRM_EVERY - limits.CONFIRM_GRACE
    return {"today": uk_day(at), "since": since, "since_day": uk_day(since)}


def _in_post(today: date, since: datetime, since_day: date) -> Q:
    confirmed = Exists(PostConfirmed.objects.filter(post=OuterRef("pk"), at__gt=since))
    return (
        Q(begins_on__lte=today)
        & (Q(ends_on__isnull=True) | Q(ends_on__gt=today))
        & (Q(given_at__gt=since) | Q(begins_on__gt=since_day) | Q(confirmed))
    )


def held_posts(person: Person, at: datetime) -> QuerySet[PostRow]:
    """The posts that a person holds at that time."""
    return PostRow.objects.filter(in_post(at), person=person).select_related("agency")


_POSTS = Prepared(
    lambda person, **days: PostRow.objects.filter(_in_post(**days), person=person).select_related("agency"),
    person=int, today=date, since=datetime, since_day=date,
)  # fmt: skip


def posts_of(person: Person, at: datetime) -> list[PostRow]:
    """The same, found: every page asks."""
    return _POSTS(person=person.pk, **_days(at))


def has_left(person: Person, at: datetime) -> bool:
    """Whether somebody who held a post holds none any more."""
    return not held_posts(person, at).exists() and PostRow.objects.filter(person=person).exists()


def reader(person: Person, at: datetime) -> Reader:
    """The reader that a person is at that time. One query."""
    return reader_with(person, posts_of(person, at))


def reader_with(person: Person, posts: Iterable[PostRow]) -> Reader:
    """The reader that a person is with these posts."""
    rows = list(posts)
    return Reader(
        person,
        tuple(Post(r.agency_id, Role(r.role)) for r in rows),
        {r.agency_id: Audience(r.agency.kind) for r in rows},
    )


def who_may(act: Act, ref: str, at: datetime) -> list[Person]:
    """Everybody who may do this with a child at that time, by user name."""
    ties = TieRow.objects.filter(Q(ends__isnull=True) | Q(ends__gt=at), child_id=ref, begins__lte=at)
    through = Q(pk__in=[])
    for role in Role:
        if allowed := ties_allowing(role, act):
            through |= Q(role=role.value, agency__in=ties.filter(tie__in=[t.value for t in allowed]).values("agency"))
    held = PostRow.objects.filter(in_post(at) & through).values("person")
    people = Person.objects.filter(pk__in=held, is_active=True).order_by("username")
    return [person for person in people if may_do(reader(person, at), act, ref, at)]


def children_visible(who: Reader, act: Act, at: datetime) -> Q:
    """The condition that `rules.may` states, on a table with a `child` key: the same rule, compiled to a query."""
    return visible_to(who.person.pk, who.posts, act, at)


def visible_to(person: int, posts: tuple[Post, ...], act: Act, at: datetime) -> Q:
    """The same for somebody with these posts."""
    # Asked child by child from the rows of the list: an agency can have a hundred thousand ties, a list is short.
    tied = Exists(_tied(posts, act, at).filter(child_id=OuterRef("child_id")))
    allowed = Q(tied) & ~Q(child_id__in=_shielded_from(person).values("child_id"))
    if act in IN_AN_EMERGENCY and may_break_glass(posts):
        allowed |= Q(child_id__in=emergencies_open(at).filter(person=person).values("child_id"))
    return allowed & ~Q(child_id__in=_conflicts(person).values("child_id"))


def _tied(posts: tuple[Post, ...], act: Act, at: datetime) -> QuerySet[TieRow]:
    condition = Q(pk__in=[])
    for post in posts:
        through = [t.value for t in ties_allowing(post.role, act)]
        if through:
            condition |= Q(agency=post.agency, tie__in=through)
    holds = Q(begins__lte=at) & (Q(ends__isnull=True) | Q(ends__gt=at))
    return TieRow.objects.filter(condition & holds)


class Listing:
    """A list of what a person may see of children, put into words once for all who hold the same posts.

    `rows` are those of a table with a `child` key; `build` is given them and values of these kinds (see `Prepared`).
    `Listing(...)(who, at, soon=...)` asks.
    """

    def __init__(self, act: Act, build: Callable[..., QuerySet[Any, Any]], **kinds: type) -> None:
        self._act, self._build, self._kinds = act, build, kinds
        self._of_posts = lru_cache(maxsize=_MOST_POSTS)(self._prepared)

    def __call__(self, who: Reader, at: datetime, **values: Any) -> list[Any]:
        if not who.can(self._act) and not (self._act in IN_AN_EMERGENCY and may_break_glass(who.posts)):
            return []  # who reaches no child by this act need not ask
        return self._of_posts(who.posts)(person=who.person.pk, at=at, **values)

    def _prepared(self, posts: tuple[Post, ...]) -> Prepared:
        def build(person: int, at: datetime, **values: Any) -> QuerySet[Any, Any]:
            return self._build(visible_to(person, posts, self._act, at), person=person, at=at, **values)

        return Prepared(build, person=int, at=datetime, **self._kinds)


def ties_at(
    children: Collection[str], at: datetime, *, named_too: Collection[str] = (),
    beside: QuerySet[Any, Any] | None = None, kept: list[Any] | None = None,
) -> tuple[dict[str, list[tuple[str, Tie]]], dict[str, str]]:  # fmt: skip
    """Which agencies are tied to these children at that time (their codes), and how; and the names of those agencies
    and of `named_too` by code. One query; an agency that is not in the house has no name. `beside`: four columns of
    something else that is asked for in the same query, its first a number above 1; its rows are put into `kept`."""
    held = TieRow.objects.filter(Q(ends__isnull=True) | Q(ends__gt=at), child_id__in=children, begins__lte=at)
    called = Agency.objects.filter(Q(code__in=held.values("agency")) | Q(code__in=named_too))
    rows = held.order_by().values_list(Value(0), "child_id", "agency", "tie").distinct()
    ties: dict[str, list[tuple[str, Tie]]] = {}
    names: dict[str, str] = {}
    others = [beside] if beside is not None else []
    named = called.values_list(Value(1), "code", "name", Value(""))
    for is_name, key, words, tie in rows.union(named, *others, all=True):
        if is_name > 1:
            if kept is not None:
                kept.append((is_name, key, words, tie))
        elif is_name:
            names[key] = words
        else:
            ties.setdefault(key, []).append((words, Tie(tie)))
    return {ref: sorted(of) for ref, of in ties.items()}, names


def _shielded_from(person: int) -> QuerySet[Shield]:
    return Shield.objects.filter(lifted__isnull=True).exclude(named__person=person)


def _conflicts(person: int) -> QuerySet[Conflict]:
    return Conflict.objects.filter(person=person, ended__isnull=True)


def emergencies_open(at: datetime) -> QuerySet[EmergencyOpening]:
    """Emergency openings that hold at that time. One that was found not justified holds no more."""
    refused = Q(review__isnull=False, review__outcome=Outcome.NOT_JUSTIFIED.value)
    return EmergencyOpening.objects.filter(~refused, begins__lte=at, ends__gt=at)


@dataclass(frozen=True, slots=True)
class Door:
    """What one person finds before one child at one moment: who is tied to the child, and what stands in the way.

    `opened_until` is the end of this person's emergency opening, `shielded_since` when the shield was put up; None
    where there is none.
    """

    ties: tuple[Held, ...] = ()
    guard: Guard = UNGUARDED
    opened_until: datetime | None = None
    shielded_since: datetime | None = None


def _behind(person: int, ref: str, at: datetime) -> QuerySet[Any, Any]:
    of_this_child = {"child_id": OuterRef("ref")}
    shields = Shield.objects.filter(lifted__isnull=True, **of_this_child).order_by("-at")
    mine = emergencies_open(at).filter(person=person, **of_this_child).order_by("-ends")
    return Chronology.objects.filter(ref=ref).values_list(
        Exists(_conflicts(person).filter(**of_this_child)),
        Exists(_shielded_from(person).filter(**of_this_child)),
        Subquery(shields.values("at")[:1]),
        Subquery(mine.values("ends")[:1]),
        "ties__agency",
        "ties__tie",
        "ties__begins",
        "ties__ends",
    )


_DOOR = Prepared(_behind, person=int, ref=str, at=datetime)


def door(person: Person, ref: str, at: datetime) -> Door:
    """The ties of a child and what stands between this person and the child. One query; a child who does not exist
    has no ties."""
    rows = _DOOR(person=person.pk, ref=ref, at=at)
    if not rows:
        return Door()
    in_conflict, closed, shielded_since, opened_until, *_ = rows[0]
    is_shielded = shielded_since is not None
    guard = Guard(in_conflict, is_shielded, is_named=is_shielded and not closed, is_opened=opened_until is not None)
    ties = tuple(Held(agency, Tie(tie), begins, ends) for *_, agency, tie, begins, ends in rows if agency)
    return Door(ties, guard, opened_until, shielded_since)


def acts_through(door: Door, who: Reader, at: datetime) -> frozenset[Act]:
    """Everything that this reader may do to the child behind this door."""
    return frozenset(act for act in Act if may(who.posts, act, door.ties, at, door.guard))


def audiences_through(door: Door, who: Reader, act: Act, at: datetime) -> frozenset[Audience]:
    """As whom this reader may do this to the child behind this door: a post elsewhere opens no entry of this child."""
    return frozenset(who.kinds[p.agency] for p in who.posts if may((p,), act, door.ties, at, door.guard))


def acts_allowed(who: Reader, ref: str, at: datetime) -> frozenset[Act]:
    """Everything that this reader may do to this child. None for a child who does not exist."""
    return acts_through(door(who.person, ref, at), who, at)


def may_do(who: Reader, act: Act, ref: str, at: datetime) -> bool:
    """Whether this reader may do this to this child."""
    found = door(who.person, ref, at)
    return may(who.posts, act, found.ties, at, found.guard)


def names_of(people: Collection[str], agencies: Collection[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The names of people by user name, and of agencies by code. One query; an unknown one is left out."""
    named = Person.objects.filter(username__in=people).values_list(Value(1), "username", "first_name", "last_name")
    called = Agency.objects.filter(code__in=agencies).values_list(Value(0), "code", "name", Value(""))
    found: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for is_person, key, first, last in named.union(called, all=True):
        found[0 if is_person else 1][key] = f"{first} {last}".strip() or key
    return found


def readings_of(ref: str, limit: int = 50) -> list[Reading]:
    """Who has looked at this child, latest first."""
    return list(Reading.objects.filter(of__child_id=ref).select_related("person").order_by("-at", "-pk")[:limit])


def with_spent(
    chains: QuerySet[ReaderChain], children: Collection[str], *, at: datetime, an_hour: datetime, a_day: datetime
) -> QuerySet[ReaderChain]:
    """Reading logs with what their person has used at that time, and how many of these children are open to them
    already: opened within the last day, or in an emergency, which is counted by itself. `an_hour` and `a_day`: before
    that time."""
    person, person_outside = OuterRef("person"), OuterRef(OuterRef("person"))
    opened = ReadingOf.objects.filter(reading__act=Act.OPEN.value, reading__at__gt=a_day, reading__at__lte=at)
    mine = opened.filter(reading__person=person)
    before = opened.filter(reading__person=person_outside, child_id=OuterRef("ref"))
    emergency = emergencies_open(at).filter(person=person_outside, child_id=OuterRef("ref"))
    already = Chronology.objects.filter(Exists(before) | Exists(emergency), ref__in=children).annotate(all=Value(1))
    misses = Miss.objects.filter(person=person, at__gt=an_hour)
    return chains.annotate(
        opened_in_an_hour=_number(mine.filter(reading__at__gt=an_hour), "reading__person", "child_id"),
        opened_in_a_day=_number(mine, "reading__person", "child_id"),
        missed_in_an_hour=_number(misses, "person", "pk"),
        open_already=_number(already, "all", "ref"),
    )


def _number(rows: QuerySet[Any], by: str, what: str) -> Coalesce:
    """How many different `what` there are in rows that all have the same `by`: a count that can stand in a query."""
    counted = rows.order_by().values(by).annotate(number=Count(F(what), distinct=True)).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def limit_of(chain: ReaderChain, children: Collection[str]) -> Limit | None:
    """The limit that keeps the person of this log (see `with_spent`) from opening one of these children, or None."""
    if chain.open_already >= len(children):  # type: ignore[attr-defined]
        return None
    names = ("opened_in_an_hour", "opened_in_a_day", "missed_in_an_hour")
    return limits.reached(Spent(**{name: getattr(chain, name) for name in names}))


SEARCH = "report-search"  # the page that a reading of children found by a search names


def search_limit_for(person: Person, at: datetime) -> Limit | None:
    """The limit that keeps this person from another search now, or None."""
    an_hour = at - limits.HOUR
    if Miss.objects.filter(person=person, at__gt=an_hour).count() >= limits.MOST_MISSES:
        return Limit.MISSED_IN_AN_HOUR
    count = Reading.objects.filter(person=person, at__gt=an_hour, page=SEARCH).count()
    return Limit.SEARCHES_IN_AN_HOUR if count >= limits.MOST_SEARCHES else None


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
