"""What is shared among children, for one reader: only children whom they may see in a list and open, by a tie.

An emergency opening opens one child to be read; it shows nothing of what that child shares. A shield or a conflict of
interest hides a proposal with everything of it, and a made-up record is in none.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from holdfast.access.canaries.queries import made_up
from holdfast.access.queries import Reader, children_visible
from holdfast.access.rules import Act
from holdfast.chronology.kinds import COUNCIL_AND_POLICE
from holdfast.missing.patterns.proposals import (
    SAID_WITHIN,
    Decision,
    End,
    Found,
    Place,
    decided,
    shared,
)
from holdfast.missing.patterns.rows import LinkRow, MarkRow, NeverCompared

# More children than a page could name pairs of: such a mark is not even read.
FAR_TOO_MANY = 100
_COLUMNS = ("child_id", "digest", "sort", "entry", "since")


def may_see_patterns(who: Reader) -> bool:
    """Whether this reader's agency may read links at all: council and police."""
    return who.reads_of_all(COUNCIL_AND_POLICE, Act.SEE_IN_LIST)


def _visible(who: Reader, act: Act, at: datetime) -> Q:
    # By a tie, for seeing in a list and for the act: what an emergency opens is opened for one child.
    return children_visible(who, Act.SEE_IN_LIST, at) & children_visible(who, act, at)


def shared_by(who: Reader, at: datetime, *, child: str = "", act: Act = Act.OPEN) -> Found:
    """What is shared among the children whom this reader may see: everything, or with one child. Two queries. Writes
    nothing: whoever shows it records the reading."""
    if not may_see_patterns(who):
        return Found()
    rows = _rows(child).filter(_visible(who, act, at), since__gt=at - SAID_WITHIN).order_by("child_id", "key")
    places = [Place(*row) for row in rows.values_list(*_COLUMNS)]
    invented = made_up({place.child for place in places}) if places else frozenset()
    places = [place for place in places if place.child not in invented]
    return shared(settings.MARK_KEY, places, child=child)


def _rows(child: str) -> QuerySet[MarkRow]:
    marks = MarkRow.objects.all()
    if child:
        marks = marks.filter(digest__in=MarkRow.objects.filter(child=child).values("digest"))
    # Which marks more than one record has is found in the index alone; rights are asked for those few.
    counted = marks.order_by().values("digest").annotate(children=Count("child", distinct=True))
    many = counted.filter(children__gt=1, children__lte=FAR_TOO_MANY)
    # What the vault holds of a child takes away that child's own rows alone. Else a proposal that does not come would
    # say where some other child lives, to somebody who wrote a guess into two records.
    own = NeverCompared.objects.filter(child=OuterRef("child"), digest=OuterRef("digest"))
    agencies = NeverCompared.objects.filter(child__isnull=True).values("digest")
    return MarkRow.objects.filter(~Exists(own), digest__in=many.values("digest")).exclude(digest__in=agencies)


def ends_of(links: Collection[str]) -> dict[str, End]:
    """What stands decided of these links. One query."""
    rows = LinkRow.objects.filter(link__in=links).order_by("key")
    columns = ("child_id", "link", "decision", "at", "occasion", "entry")
    return decided(
        End(c, link, Decision(what), when, occasion, entry)
        for c, link, what, when, occasion, entry in rows.values_list(*columns)
    )


def other_end(who: Reader, child: str, link: str, at: datetime) -> str | None:
    """The other child of a link that was decided, for a reader who may see both. One query."""
    if not may_see_patterns(who):
        return None
    visible = _visible(who, Act.OPEN, at)
    refs = set(LinkRow.objects.filter(visible, link=link).values_list("child_id", flat=True))
    return next(iter(refs - {child})) if child in refs and len(refs) == 2 else None
