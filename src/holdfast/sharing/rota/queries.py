"""Rotas as they stand. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from holdfast.access.limits import CONFIRM_EVERY, CONFIRM_GRACE
from holdfast.access.models import Person, Post
from holdfast.access.queries import Reader, door, in_post, reader
from holdfast.access.rules import Role
from holdfast.sharing.queries import contacts_of
from holdfast.sharing.rota.rows import CoverAnswered, CoverAsked, RotaChange, RotaDuty, RotaPattern
from holdfast.sharing.rota.shifts import DAY, Change, On, Pattern, gaps, roster
from holdfast.sharing.rules import Channel, Recipient, may_read_notice, opens_children
from holdfast.worktime.uk_clock import day_begins

ENDED = RotaDuty.objects.filter(pk=OuterRef("pk"), ended__isnull=False)
ON_ROTAS = tuple(role.value for role in Role if opens_children(role))  # who may read an alert
AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Rota:
    """The rota of one duty for a while: what was said, and the people it names by number. `begins` is when it was
    first kept: before that there is no gap."""

    duty: RotaDuty
    patterns: tuple[RotaPattern, ...]
    changes: tuple[RotaChange, ...]
    people: dict[int, Person]
    held: dict[int, list[tuple[datetime, datetime | None]]] = field(default_factory=dict)

    def between(self, begins: datetime, ends: datetime) -> tuple[On, ...]:
        """Who is on at every instant of this time."""
        begins = max(begins, self.duty.at)
        if begins >= ends:
            return ()
        return roster(map(as_pattern, self.patterns), map(as_change, self.changes), self.held, begins, ends)

    def at(self, at: datetime) -> On | None:
        """The shift or the gap of this moment; None before the rota was kept."""
        return next((one for one in self.between(at - 2 * DAY, at + 2 * DAY) if one.starts <= at < one.ends), None)

    def gaps(self, begins: datetime, ends: datetime) -> tuple[On, ...]:
        return gaps(self.between(begins, ends))

    def last_change(self, begins: datetime, ends: datetime) -> RotaChange | None:
        """The last change that touches this time."""
        touching = [c for c in self.changes if c.starts < ends and c.ends > begins]
        return max(touching, key=lambda c: c.pk, default=None)

    def name_of(self, person: int | None) -> str:
        return str(self.people[person]) if person in self.people else ""


def as_pattern(row: RotaPattern) -> Pattern:
    """A pattern out of its row; ended, it has a last day."""
    last = [row.last_day] if row.last_day else []
    if hasattr(row, "ended"):
        last.append(row.ended.on - DAY)
    return Pattern(
        row.pk, row.person_id, frozenset(map(int, row.weekdays)), row.starts, row.ends, row.first_day,
        min(last) if last else None, row.every,
    )  # fmt: skip


def as_change(row: RotaChange) -> Change:
    return Change(row.pk, row.starts, row.ends, row.person_id)


def duties_kept(agencies: Collection[str] | None = None) -> QuerySet[RotaDuty]:
    """The duties for which these agencies, or all, keep a rota, in order of their names."""
    kept = RotaDuty.objects.filter(ended__isnull=True).order_by("agency", "name", "pk")
    return kept if agencies is None else kept.filter(agency__in=agencies)


def rotas(duties: Iterable[RotaDuty], since: datetime) -> list[Rota]:
    """The rotas of these duties from this time on. Three queries."""
    found = list(duties)
    keys = [d.pk for d in found]
    if not keys:
        return []
    patterns: dict[int, list[RotaPattern]] = {key: [] for key in keys}
    changes: dict[int, list[RotaChange]] = {key: [] for key in keys}
    rows = RotaPattern.objects.filter(duty__in=keys).select_related("ended", "by").order_by("pk")
    for row in rows:
        patterns[row.duty_id].append(row)
    for one in RotaChange.objects.filter(duty__in=keys, ends__gt=since - 3 * DAY).select_related("by").order_by("pk"):
        changes[one.duty_id].append(one)
    people, held = _posts({d.agency for d in found})
    return [
        Rota(d, tuple(patterns[d.pk]), tuple(changes[d.pk]), people.get(d.agency, {}), held.get(d.agency, {}))
        for d in found
    ]


_People = dict[str, dict[int, Person]]
_Held = dict[str, dict[int, list[tuple[datetime, datetime | None]]]]


def _posts(agencies: Collection[str]) -> tuple[_People, _Held]:
    """Everybody who holds or held a post in these agencies, and when they can be on. A post that nobody confirms is
    off, and so is the rota of whoever holds it. One query."""
    people: _People = {}
    held: _Held = {}
    rows = Post.objects.filter(agency__in=agencies).annotate(said=Max("confirmations__at")).select_related("person")
    for row in rows.order_by("begins_on", "pk"):
        people.setdefault(row.agency_id, {})[row.person_id] = row.person
        if not row.person.is_active or row.role not in ON_ROTAS:
            continue
        span = post_held(row.begins_on, row.ends_on, row.given_at, row.said)
        held.setdefault(row.agency_id, {}).setdefault(row.person_id, []).append(span)
    return people, held


def post_held(
    begins_on: date, ends_on: date | None, given_at: datetime, confirmed_at: datetime | None
) -> tuple[datetime, datetime]:
    """From when until when a post is held: to its last day, or until nobody has confirmed it for too long."""
    begins = day_begins(begins_on)
    off = max(filter(None, (given_at, begins, confirmed_at))) + CONFIRM_EVERY + CONFIRM_GRACE
    return begins, min(off, day_begins(ends_on)) if ends_on else off


def on_duty(agency: str, name: str, child: str, at: datetime) -> tuple[RotaDuty, Person | None] | None:
    """Who is on for the step of a ladder that has this name; None where the agency keeps no rota for it. Somebody who
    may not read of this child counts as nobody: they are not told even that something happened. One query where there
    is no rota, six where there is."""
    wanted = in_small_letters(name)
    duty = next((d for d in duties_kept([agency]) if in_small_letters(d.name) == wanted), None)
    if duty is None:
        return None
    rota = rotas([duty], at)[0]
    now = rota.at(at)
    person = rota.people.get(now.person) if now and now.person else None
    if person is not None:
        guard = door(person, child, at).guard
        person = person if may_read_notice(reader(person, at).posts, agency, guard) else None
    return duty, person


def reached_first(agency: str, child: str, at: datetime) -> tuple[Recipient, Person | None]:
    """Whom of an agency a message reaches now, and the person if a rota names one: the first contact that is no duty
    of a rota, or for whose duty somebody is on. Where nobody is on for any, the first as a team; an agency that has
    named no contact is told in Holdfast."""
    contacts = [to for to, _ in contacts_of(agency)] or [Recipient(agency, "whoever is on duty", Channel.LINK)]
    for to in contacts:
        found = on_duty(agency, to.name, child, at)
        if found is None:
            return to, None
        if (person := found[1]) is not None:
            return replace(to, name=f"{person} ({to.name})"[:120]), person
    return contacts[0], None


def in_small_letters(name: str) -> str:
    return " ".join(name.casefold().split())


def who_may_be_on(agency: str, at: datetime) -> list[Person]:
    """The people of an agency who may read an alert, by name. One query."""
    posts = Post.objects.filter(in_post(at), person=OuterRef("pk"), agency=agency, role__in=ON_ROTAS)
    rows = Person.objects.filter(Exists(posts), is_active=True)
    return list(rows.order_by("first_name", "last_name", "username"))


def managers_of(agency: str, at: datetime) -> list[Person]:
    """Who keeps the rotas of an agency: its duty managers, or, where it has none, everybody who may be on."""
    posts = Post.objects.filter(in_post(at), person=OuterRef("pk"), agency=agency, role=Role.DUTY_MANAGER.value)
    found = list(Person.objects.filter(Exists(posts), is_active=True).order_by("pk"))
    return found or who_may_be_on(agency, at)


def keeps_rota(who: Reader, agency: str) -> bool:
    """Whether this reader may change the agency's rotas: its duty managers."""
    return any(p.agency == agency and p.role is Role.DUTY_MANAGER for p in who.posts)


@dataclass(frozen=True, slots=True)
class Asking:
    """A cover or a swap that waits: who has not answered yet."""

    asked: CoverAsked
    waits_for: tuple[Person, ...]

    def waits_for_me(self, who: Reader) -> bool:
        return who.person in self.waits_for


def askings(agencies: Collection[str], at: datetime, *, at_most: int = 100) -> list[Asking]:
    """Covers and swaps that wait for an answer and are not over. Two queries."""
    refused = CoverAnswered.objects.filter(asked=OuterRef("pk"), is_accepted=False)
    rows = CoverAsked.objects.filter(
        ~Exists(refused), ~Exists(RotaChange.objects.filter(asked=OuterRef("pk"))), Q(duty__ended__isnull=True),
        ends__gt=at, duty__agency__in=agencies,
    ).select_related("duty", "back_duty", "giver", "to", "by").prefetch_related("answers")  # fmt: skip
    return [Asking(row, waiting_for(row)) for row in rows.order_by("starts", "at")[:at_most]]


def waiting_for(asked: CoverAsked) -> tuple[Person, ...]:
    """Who must still accept: whoever is asked, and for a swap also whoever gives their shift."""
    said = {answer.by_id for answer in asked.answers.all()}
    needed = [asked.to, asked.giver] if asked.back_duty_id else [asked.to]
    return tuple(p for p in needed if p is not None and p.pk not in said)
