"""What a person may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from holdfast.access.models import Person, Reading, TieRow
from holdfast.access.models import Post as PostRow
from holdfast.access.rules import Act, Held, Post, Role, Tie, may, ties_allowing
from holdfast.chronology.kinds import Audience
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


def reader(person: Person, at: datetime) -> Reader:
    """The reader that a signed-in person is at that time. One query."""
    today = uk_day(at)
    held = PostRow.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), person=person, begins_on__lte=today
    ).select_related("agency")
    rows = list(held)
    return Reader(
        person,
        tuple(Post(r.agency_id, Role(r.role)) for r in rows),
        frozenset(Audience(r.agency.kind) for r in rows),
    )


def visible(who: Reader, act: Act, at: datetime) -> Q:
    """The condition on TieRow that `rules.may` states, for lists: the same table, compiled to a query."""
    condition = Q(pk__in=[])
    for post in who.posts:
        allowed = [t.value for t in ties_allowing(post.role, act)]
        if allowed:
            condition |= Q(agency=post.agency, tie__in=allowed)
    return condition & Q(begins__lte=at) & (Q(ends__isnull=True) | Q(ends__gt=at))


def children_visible(who: Reader, act: Act, at: datetime) -> Exists:
    """The condition on a read table with a `child` key: the children to whom this reader may do this.

    Asked child by child from the rows of the list: an agency's ties can be a hundred thousand, a list is short.
    """
    return Exists(TieRow.objects.filter(visible(who, act, at), child_id=OuterRef("child_id")))


def ties_of(ref: str) -> tuple[Held, ...]:
    """A child's ties."""
    return tuple(Held(t.agency, Tie(t.tie), t.begins, t.ends) for t in TieRow.objects.filter(child_id=ref))


def may_do(who: Reader, act: Act, ref: str, at: datetime) -> bool:
    """Whether this reader may do this to this child. One query."""
    return may(who.posts, act, ties_of(ref), at)


def readings_of(ref: str, limit: int = 50) -> list[Reading]:
    """Who has looked at this child, latest first."""
    return list(Reading.objects.filter(of__child_id=ref).select_related("person").order_by("-at", "-pk")[:limit])
