"""Notes from one shift to the next. A note is a handover of each child that it names: one ladder, one record, and
nobody has taken it over until a named person says so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import BooleanField, Case, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models import functions as sql

from holdfast.access.queries import Reader, children_visible
from holdfast.access.rules import Act
from holdfast.missing.models import EpisodeRow
from holdfast.sharing.actions import Sender
from holdfast.sharing.handover.actions import AcceptedAlready, accept, offer
from holdfast.sharing.handover.queries import ACCEPTED, is_of, may_read_of_handovers
from holdfast.sharing.handover.rows import Handover
from holdfast.sharing.queries import Access, contacts_of, guarded, keeping_away, reading_agencies
from holdfast.sharing.rules import CannotTell, Channel, Recipient

KEY = "shift:"
# Of a key, the note without the child.
NOTE = sql.Left("key", sql.Length("key") - sql.Length("child_id"))
WHOEVER = "whoever is on duty"
STEP = 15  # minutes between the steps of a note's ladder
AGAIN_EVERY = timedelta(minutes=15)
BASIS = "UK GDPR article 6(1)(e) and Data Protection Act 2018 schedule 1 paragraph 18: safeguarding a child"


@dataclass(frozen=True, slots=True)
class ShiftNote:
    """One note, as its handovers tell it, with those of its children whom the reader may see. `accepted_at` is None
    until every one of them is taken over. Its words may be about any child of it: `is_kept_back` when one is kept from
    the reader, and then `words` is empty."""

    token: str
    words: str
    by: str
    by_name: str
    agency: str
    at: datetime
    children: tuple[str, ...]
    accepted_by: str
    accepted_at: datetime | None
    is_kept_back: bool


def teams_of(agency: str) -> list[str]:
    """Whom a note can be left for: the contacts that the agency has named, or whoever is on duty. One query."""
    return [to.name for to, _ in contacts_of(agency)] or [WHOEVER]


@transaction.atomic
def leave_note(
    children: Collection[str], words: str, *, team: str, agency: str, sender: Sender, token: str, at: datetime
) -> list[Handover]:
    """Hand these children over to one team of the sender's own agency. The team is told at once, the agency's other
    contacts a quarter of an hour apart, the last again and again until somebody accepts. Sending it twice leaves one
    note. Raises CannotTell."""
    if not children:
        raise CannotTell("children", "Select the children whom you hand over")
    rungs = _rungs(agency, team)
    return [
        offer(
            ref, "the shift", to_agency=agency, notice=words, why="The shift ends", basis=BASIS, sender=sender,
            key=f"{KEY}{sender.by}:{token}:{ref}", at=at, rungs=rungs, again_every=AGAIN_EVERY,
        )
        for ref in sorted(set(children))
    ]  # fmt: skip


def handovers_of_note(one: Handover) -> QuerySet[Handover]:
    """The handovers of the note of which this is one, itself among them; of what is no note, none. A key is the note
    and, after the last colon, the child."""
    if not one.key.startswith(KEY):
        return Handover.objects.none()
    note = one.key.removesuffix(one.child_id)
    return Handover.objects.annotate(note=NOTE).filter(key__startswith=note, note=note)


def _rungs(agency: str, team: str) -> list[tuple[Recipient, int]]:
    named = [to for to, _ in contacts_of(agency)] or [Recipient(agency, WHOEVER, Channel.LINK)]
    chosen = next((to for to in named if to.name == team), None)
    if chosen is None:
        raise CannotTell("team", "Select the team")
    others = [to for to in named if to != chosen]
    return [(to, number * STEP) for number, to in enumerate([chosen, *others])]


@dataclass(frozen=True, slots=True)
class Left:
    """What one shift leaves to the next, each oldest first: what nobody has accepted beside notes, what somebody of the
    reader's agencies accepted for a child who is still missing (`accepted_name` on each), and the notes."""

    alerts: list[Handover]
    going_on: list[Handover]
    notes: list[ShiftNote]


def left_for(who: Reader, children: Collection[str], since: datetime) -> Left:
    """What nobody has accepted for these children (see `unaccepted_of`), what goes on, and the notes of this reader's
    agencies: those left or taken over since then, and every one that nobody has taken over. One query."""
    is_open, agencies = Q(~Exists(ACCEPTED)), reading_agencies(who)
    lately = Q(at__gte=since) | Q(accepted_at__gte=since)
    mine = Q(key__startswith=KEY, to_agency__in=agencies) & (lately | is_open)
    beside = ~Q(key__startswith=KEY) & Q(child_id__in=children)
    still = EpisodeRow.objects.filter(
        child_id=OuterRef("child_id"), ended_at__isnull=True, noticed_at__lte=OuterRef("at")
    )
    by_us = Q(Exists(ACCEPTED.filter(agency__in=agencies)))
    wanted = mine | (beside & by_us & Q(Exists(still)))
    if may_read_of_handovers(who):
        wanted |= beside & Q(is_open)
    named = Handover.objects.annotate(
        accepted_name=Subquery(ACCEPTED.values("name")[:1]),
        accepted_at=Subquery(ACCEPTED.values("at")[:1]),
        is_theirs=is_of(who),
        note=NOTE,
    ).annotate(is_kept_back=ExpressionWrapper(_is_beside_one_kept_from(who), BooleanField()))
    alerts: list[Handover] = []
    going_on: list[Handover] = []
    notes: dict[str, list[Handover]] = {}
    for row in guarded(who, named.filter(wanted)).order_by("at", "pk"):
        if row.key.startswith(KEY):
            notes.setdefault(row.key.rsplit(":", 1)[0], []).append(row)
        else:
            (going_on if row.accepted_at else alerts).append(row)
    return Left(alerts, going_on, [_note(rows) for rows in notes.values()])


def _is_beside_one_kept_from(who: Reader) -> Q:
    """Whether the note of a row also names a child who is kept from this reader. Such children are few, and the key of
    each one's handover is known: they are looked up and nothing is searched."""
    there = Exists(Handover.objects.filter(key=sql.Concat(OuterRef(OuterRef("note")), OuterRef("child_id"))))
    conflicts, shields = keeping_away(who)
    return Q(Exists(conflicts.filter(there))) | Q(Exists(shields.filter(there)))


def with_notes(who: Reader, rows: QuerySet[Handover], at: datetime) -> QuerySet[Handover]:
    """Each with what `is_kept_back` asks: no query more."""
    closed = Handover.objects.annotate(note=NOTE).filter(note=OuterRef("note"))
    closed = closed.exclude(children_visible(who, Act.OPEN, at))
    # Only of a note: the others of the same note are searched among all handovers.
    is_closed = Case(When(Q(key__startswith=KEY) & Exists(closed), then=Value(True)), default=Value(False))
    is_kept = ExpressionWrapper(_is_beside_one_kept_from(who), BooleanField())
    return rows.annotate(note=NOTE).annotate(is_kept_back=is_kept, is_beside_one_closed=is_closed)


def is_kept_back(one: Handover, access: Access) -> bool:
    """Whether this, out of `with_notes`, is a handover of a note that also names a child whose handover the reader may
    not read: then its words are not for them. Whom it is for needs no tie; as the giver one must open every child."""
    return one.is_kept_back if access.as_recipient else one.is_beside_one_closed  # type: ignore[attr-defined]


def _note(rows: Sequence[Handover]) -> ShiftNote:
    first = rows[0]
    answers = [(r.accepted_at, r.accepted_name) for r in rows]  # type: ignore[attr-defined]
    is_back = any(r.is_kept_back for r in rows)  # type: ignore[attr-defined]
    is_whole = all(at for at, _ in answers)
    at, name = max(answers) if is_whole else (None, "")
    return ShiftNote(
        token=str(first.pk), words="" if is_back else first.notice, by=first.by, by_name=first.by_name,
        agency=first.from_agency,
        at=first.at, children=tuple(r.child_id for r in rows), accepted_by=name, accepted_at=at,
        is_kept_back=is_back,
    )  # fmt: skip


def _theirs(who: Reader) -> QuerySet[Handover]:
    return guarded(who, Handover.objects.filter(key__startswith=KEY, to_agency__in=reading_agencies(who)))


@transaction.atomic
def take_over(who: Reader, token: str, at: datetime) -> bool:
    """Accept every child of a note in one act. False: there is no such note for this reader. Who wrote it cannot take
    it over. Raises CannotTell."""
    first = _theirs(who).filter(pk=token).first()
    if first is None:
        return False
    if first.by == who.person.username:
        raise CannotTell("note", "You left this note: somebody else takes it over")
    for row in _theirs(who).filter(pk__in=handovers_of_note(first).values("pk")):
        try:
            accept(row, Sender(who.person.username, str(who.person), first.to_agency), at)
        except AcceptedAlready:
            continue  # somebody was quicker with this child: who it was is in the record
    return True
