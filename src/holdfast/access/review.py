"""What waits for somebody else's look, and who has looked at a child. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from holdfast.access.deeds import Conflict, EmergencyOpening, ReachedLimit, Shield
from holdfast.access.limits import review_due
from holdfast.access.models import Person, Reading, TieRow
from holdfast.access.models import Post as PostRow
from holdfast.access.queries import Reader, children_visible, emergencies_open
from holdfast.access.rules import Act, Role, Tie
from holdfast.chronology.kinds import Audience
from holdfast.worktime.uk_clock import uk_day


@dataclass(frozen=True, slots=True)
class Look:
    """One reading of a child: by whom, for which agencies, and whether from outside the responsible team."""

    reading: Reading
    agencies: tuple[str, ...]
    is_outside: bool
    emergency: EmergencyOpening | None


def looks_at(ref: str, limit: int = 200) -> list[Look]:
    """Who has looked at this child, latest first. The posts are those that each person held on that day."""
    readings = list(Reading.objects.filter(of__child_id=ref).select_related("person").order_by("-at", "-pk")[:limit])
    people = {r.person_id for r in readings}
    posts: dict[int, list[PostRow]] = {}
    for post in PostRow.objects.filter(person_id__in=people).select_related("agency"):
        posts.setdefault(post.person_id, []).append(post)
    ties = list(TieRow.objects.filter(child_id=ref, tie=Tie.RESPONSIBLE.value))
    emergencies = list(EmergencyOpening.objects.filter(child_id=ref, person_id__in=people))
    return [_look(r, posts.get(r.person_id, []), ties, emergencies) for r in readings]


def _look(reading: Reading, posts: list[PostRow], ties: list[TieRow], emergencies: list[EmergencyOpening]) -> Look:
    day, at = uk_day(reading.at), reading.at
    held = [p for p in posts if p.begins_on <= day and (p.ends_on is None or day <= p.ends_on)]
    team = {t.agency for t in ties if t.begins <= at and (t.ends is None or at < t.ends)}
    opened = [e for e in emergencies if e.person_id == reading.person_id and e.begins <= at < e.ends]
    return Look(
        reading,
        tuple(sorted({p.agency.name for p in held})),
        not team & {p.agency_id for p in held},
        opened[0] if opened else None,
    )


@dataclass(frozen=True, slots=True)
class WaitingEmergency:
    """An emergency opening that nobody has reviewed, and by when somebody must."""

    opening: EmergencyOpening
    due: datetime

    def is_late(self, at: datetime) -> bool:
        return self.due <= at


def emergencies_of(ref: str, at: datetime) -> list[WaitingEmergency]:
    """A child's emergency openings that wait for review, oldest first: what the responsible team is shown."""
    return _waiting(EmergencyOpening.objects.filter(child_id=ref, begins__lte=at))


def emergencies_to_review(who: Reader, at: datetime) -> list[WaitingEmergency]:
    """The emergency openings that this reader may review, oldest first. Never their own."""
    theirs = EmergencyOpening.objects.filter(children_visible(who, Act.REVIEW, at)).exclude(person=who.person)
    return _waiting(theirs)


def _waiting(openings: QuerySet[EmergencyOpening]) -> list[WaitingEmergency]:
    rows = openings.filter(review__isnull=True).select_related("person").order_by("begins")
    return [WaitingEmergency(o, review_due(o.begins)) for o in rows]


def limits_to_review(who: Reader, at: datetime) -> list[ReachedLimit]:
    """The limits reached by others that this reader may look into, oldest first: a duty manager those of their own
    agency; a duty manager of a council also those of agencies that have no other duty manager."""
    managed = {p.agency for p in who.posts if p.role is Role.DUTY_MANAGER}
    if not managed:
        return []
    holds = _holds(at)
    own = PostRow.objects.filter(holds, person=OuterRef("person"), agency__in=managed)
    condition = Q(Exists(own))
    if Audience.COUNCIL in who.audiences:
        somewhere = PostRow.objects.filter(holds, person=OuterRef(OuterRef("person")))
        managers = PostRow.objects.filter(
            holds, role=Role.DUTY_MANAGER.value, agency__in=somewhere.values("agency")
        ).exclude(person=OuterRef("person"))
        condition |= ~Q(Exists(managers))
    rows = ReachedLimit.objects.filter(condition, review__isnull=True).exclude(person=who.person)
    return list(rows.select_related("person").order_by("at"))


def _holds(at: datetime) -> Q:
    today = uk_day(at)
    return Q(begins_on__lte=today) & (Q(ends_on__isnull=True) | Q(ends_on__gt=today))


def shield_of(ref: str) -> Shield | None:
    """The shield that stands over a child, or None."""
    return Shield.objects.filter(child_id=ref, lifted__isnull=True).select_related("by").order_by("-at").first()


def conflicts_of(ref: str) -> list[Conflict]:
    """The conflicts of interest declared for a child that have not ended."""
    rows = Conflict.objects.filter(child_id=ref, ended__isnull=True).select_related("person", "by")
    return list(rows.order_by("at"))


def own_emergencies(person: Person, at: datetime) -> list[EmergencyOpening]:
    """What this person opened in an emergency, and can still open."""
    return list(emergencies_open(at).filter(person=person).order_by("ends"))
