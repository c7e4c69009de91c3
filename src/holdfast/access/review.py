"""What waits for somebody else's look, and who has looked at a child. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate

from holdfast.access.deeds import Conflict, EmergencyOpening, ReachedLimit, Shield, ShieldNamed
from holdfast.access.limits import SHIELD_SOON, SHIELD_STANDS, review_due, shield_due
from holdfast.access.models import Person, Reading
from holdfast.access.models import Post as PostRow
from holdfast.access.queries import Reader, children_visible, emergencies_open, in_post, who_may
from holdfast.access.rules import Act, Held, Role, Tie
from holdfast.access.vault.rows import VaultReveal
from holdfast.chronology.kinds import Audience
from holdfast.chronology.prepared import Prepared
from holdfast.worktime.uk_clock import LONDON, uk_day


@dataclass(frozen=True, slots=True)
class Look:
    """One reading of a child: by whom, for which agencies, and whether from outside the responsible team. A reading
    that showed where the child lives carries its reason as `shown_for`."""

    reading: Reading
    agencies: tuple[str, ...]
    is_outside: bool
    emergency: EmergencyOpening | None


@dataclass(frozen=True, slots=True)
class Outsider:
    """Somebody who looked at a child, and the agencies for which they held a post then."""

    name: str
    agencies: tuple[str, ...]


_STANDS_QUIET = SHIELD_STANDS - SHIELD_SOON
_CLOCKS_DIFFER = timedelta(hours=1)  # between two servers, far more than they ever should


def _first(about: datetime) -> Subquery:
    """The number of a reading of about that time: whatever was read later has a greater one. A child's looks of many
    years, one by one all over the log, need not be opened to tell those of a week."""
    return Subquery(Reading.objects.filter(at__gt=about).order_by("at").values("pk")[:1])


_LOOKS = Prepared(
    lambda ref, since, about: (
        Reading.objects.filter(of__child_id=ref, of__reading_id__gte=_first(about), at__gt=since)
        .annotate(day=TruncDate("at", tzinfo=LONDON))
        .order_by()
        .values_list("person", "person__first_name", "person__last_name", "person__username", "day",
                     "person__posts__agency", "person__posts__agency__name",
                     "person__posts__begins_on", "person__posts__ends_on")
        .annotate(first=Min("at"), last=Max("at"))
        .order_by("-last")
    ),
    ref=str, since=datetime, about=datetime,
)  # fmt: skip


def outsiders(ref: str, ties: Collection[Held], since: datetime) -> list[Outsider]:
    """Who has looked at a child since then from outside the team that was responsible, latest first. One query."""
    names: dict[int, str] = {}
    looks: dict[tuple[int, datetime, datetime], dict[str, str]] = {}
    rows = _LOOKS(ref=ref, since=since, about=since - _CLOCKS_DIFFER)
    for person, given, family, username, day, agency, agency_name, begins, ends, first, last in rows:
        names[person] = f"{given} {family}".strip() or username
        held = looks.setdefault((person, first, last), {})
        if agency and begins <= day and (ends is None or day <= ends):
            held[agency] = agency_name
    found: dict[int, Outsider] = {}
    for (person, first, last), held in looks.items():
        if not all(_team(ties, at) & held.keys() for at in (first, last)):
            found.setdefault(person, Outsider(names[person], tuple(sorted(held.values()))))
    return list(found.values())


def _team(ties: Collection[Held], at: datetime) -> set[str]:
    return {t.agency for t in ties if t.tie is Tie.RESPONSIBLE and t.holds_at(at)}


def looks_at(ref: str, ties: Collection[Held], emergencies: Sequence[EmergencyOpening], limit: int = 200) -> list[Look]:
    """Who has looked at this child, latest first. The posts are those that each person held on that day."""
    reveals = VaultReveal.objects.filter(child_id=ref, person=OuterRef("person"), at=OuterRef("at"))
    rows = Reading.objects.filter(of__child_id=ref).annotate(shown_for=Subquery(reveals.values("reason")[:1]))
    readings = list(rows.select_related("person").order_by("-at", "-pk")[:limit])
    people = {r.person_id for r in readings}
    posts: dict[int, list[PostRow]] = {}
    for post in PostRow.objects.filter(person_id__in=people).select_related("agency"):
        posts.setdefault(post.person_id, []).append(post)
    return [_look(r, posts.get(r.person_id, []), ties, emergencies) for r in readings]


def _look(
    reading: Reading, posts: list[PostRow], ties: Collection[Held], emergencies: Sequence[EmergencyOpening]
) -> Look:
    day, at = uk_day(reading.at), reading.at
    held = [p for p in posts if p.begins_on <= day and (p.ends_on is None or day <= p.ends_on)]
    opened = [e for e in emergencies if e.person_id == reading.person_id and e.begins <= at < e.ends]
    return Look(
        reading,
        tuple(sorted({p.agency.name for p in held})),
        not _team(ties, at) & {p.agency_id for p in held},
        opened[0] if opened else None,
    )


@dataclass(frozen=True, slots=True)
class WaitingEmergency:
    """An emergency opening that nobody has reviewed, and by when somebody must."""

    opening: EmergencyOpening
    due: datetime

    def is_late(self, at: datetime) -> bool:
        return self.due <= at


_EMERGENCIES = Prepared(
    lambda ref: EmergencyOpening.objects.filter(child_id=ref).select_related("person", "review").order_by("begins"),
    ref=str,
)


def emergencies_of(ref: str) -> list[EmergencyOpening]:
    """A child's emergency openings, oldest first, each with its person and its review."""
    return _EMERGENCIES(ref=ref)


def waiting_for_review(openings: Iterable[EmergencyOpening]) -> list[WaitingEmergency]:
    """Those of these openings that nobody has reviewed: what the responsible team is shown."""
    return [WaitingEmergency(o, review_due(o.begins, settings.NATION)) for o in openings if not hasattr(o, "review")]


def emergencies_to_review(who: Reader, at: datetime) -> list[WaitingEmergency]:
    """The emergency openings that this reader may review, oldest first. Never their own."""
    theirs = EmergencyOpening.objects.filter(children_visible(who, Act.REVIEW, at)).exclude(person=who.person)
    return waiting_for_review(theirs.filter(review__isnull=True).select_related("person", "review").order_by("begins"))


def late_reviews(at: datetime) -> list[EmergencyOpening]:
    """The emergency openings that nobody has reviewed in time, oldest first."""
    waiting = EmergencyOpening.objects.filter(review__isnull=True, begins__lt=at).select_related("person", "review")
    return [one.opening for one in waiting_for_review(waiting.order_by("begins")) if one.is_late(at)]


def limits_to_review(who: Reader, at: datetime) -> list[ReachedLimit]:
    """The limits reached by others that nobody has looked into and this reader may, oldest first."""
    return list(limits_for(who, at).filter(review__isnull=True).select_related("person").order_by("at"))


def limits_for(who: Reader, at: datetime) -> QuerySet[ReachedLimit]:
    """The limits reached by others that this reader may look into, reviewed or not: a duty manager those of their own
    agency; a duty manager of a council also those of agencies that have no other duty manager."""
    managed = {p.agency for p in who.posts if p.role is Role.DUTY_MANAGER}
    if not managed:
        return ReachedLimit.objects.none()
    held = in_post(at)
    own = PostRow.objects.filter(held, person=OuterRef("person"), agency__in=managed)
    condition = Q(Exists(own))
    if any(who.kinds[agency] is Audience.COUNCIL for agency in managed):
        somewhere = PostRow.objects.filter(held, person=OuterRef(OuterRef("person")))
        managers = PostRow.objects.filter(
            held, role=Role.DUTY_MANAGER.value, agency__in=somewhere.values("agency")
        ).exclude(person=OuterRef("person"))
        condition |= ~Q(Exists(managers))
    return ReachedLimit.objects.filter(condition).exclude(person=who.person)


def holds(at: datetime) -> Q:
    """A post that has begun and not ended, whether or not it was confirmed in time."""
    today = uk_day(at)
    return Q(begins_on__lte=today) & (Q(ends_on__isnull=True) | Q(ends_on__gt=today))


def shield_of(ref: str) -> Shield | None:
    """The shield that stands over a child, or None."""
    return Shield.objects.filter(child_id=ref, lifted__isnull=True).order_by("-at").first()


def named_on_shield(ref: str) -> list[ShieldNamed]:
    """The people whom the shield over a child names, each with the shield and who put it up. Whoever puts up a shield
    is named on it, so none means no shield."""
    rows = ShieldNamed.objects.filter(shield__child_id=ref, shield__lifted__isnull=True)
    return list(rows.select_related("person", "shield__by").order_by("person__username"))


@dataclass(frozen=True, slots=True)
class WaitingShield:
    """A restriction whose reason must be said anew, and by when."""

    shield: Shield
    due: datetime

    def is_late(self, at: datetime) -> bool:
        return self.due <= at


def shields_to_review(who: Reader, at: datetime) -> list[WaitingShield]:
    """The restrictions that this reader may put anew or end, of which 90 days are over or nearly, oldest first."""
    rows = Shield.objects.filter(
        children_visible(who, Act.PROTECT, at), lifted__isnull=True, at__lte=at - _STANDS_QUIET
    )
    return [WaitingShield(s, shield_due(s.at)) for s in rows.select_related("by").order_by("at")]


def shields_standing(at: datetime) -> list[tuple[WaitingShield, list[Person]]]:
    """Every restriction that stands, oldest first, each with those who may put it anew or end it. An empty list: all
    who are named have left."""
    rows = Shield.objects.filter(lifted__isnull=True).select_related("by").order_by("at")
    return [(WaitingShield(s, shield_due(s.at)), who_may(Act.PROTECT, s.child_id, at)) for s in rows]


def guardians(at: datetime) -> list[Person]:
    """The data guardians of this house, by user name."""
    held = PostRow.objects.filter(in_post(at), role=Role.DATA_GUARDIAN.value).values("person")
    return list(Person.objects.filter(pk__in=held, is_active=True).order_by("username"))


def conflicts_of(ref: str) -> list[Conflict]:
    """The conflicts of interest declared for a child that have not ended."""
    rows = Conflict.objects.filter(child_id=ref, ended__isnull=True).select_related("person", "by")
    return list(rows.order_by("at"))


def own_emergencies(person: Person, at: datetime) -> list[EmergencyOpening]:
    """What this person opened in an emergency, and can still open."""
    return list(emergencies_open(at).filter(person=person).order_by("ends"))
