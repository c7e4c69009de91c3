"""Notes from one shift to the next. A note is a handover of each child that it names: one ladder, one record, and
nobody has taken it over until a named person says so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Q, QuerySet, Subquery

from holdfast.access.queries import Reader
from holdfast.sharing.actions import Sender
from holdfast.sharing.handover.actions import AcceptedAlready, accept, offer
from holdfast.sharing.handover.queries import ACCEPTED, is_of, may_read_of_handovers
from holdfast.sharing.handover.rows import Handover
from holdfast.sharing.queries import contacts_of, guarded, reading_agencies
from holdfast.sharing.rules import CannotTell, Channel, Recipient

KEY = "shift:"
WHOEVER = "whoever is on duty"
STEP = 15  # minutes between the steps of a note's ladder
AGAIN_EVERY = timedelta(minutes=15)
BASIS = "UK GDPR article 6(1)(e) and Data Protection Act 2018 schedule 1 paragraph 18: safeguarding a child"


@dataclass(frozen=True, slots=True)
class ShiftNote:
    """One note, as its handovers tell it. `accepted_at` is None until every child of it is taken over."""

    token: str
    words: str
    by: str
    by_name: str
    agency: str
    at: datetime
    children: tuple[str, ...]
    accepted_by: str
    accepted_at: datetime | None


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


def _rungs(agency: str, team: str) -> list[tuple[Recipient, int]]:
    named = [to for to, _ in contacts_of(agency)] or [Recipient(agency, WHOEVER, Channel.LINK)]
    chosen = next((to for to in named if to.name == team), None)
    if chosen is None:
        raise CannotTell("team", "Select the team")
    others = [to for to in named if to != chosen]
    return [(to, number * STEP) for number, to in enumerate([chosen, *others])]


def left_for(who: Reader, children: Collection[str], since: datetime) -> tuple[list[Handover], list[ShiftNote]]:
    """What nobody has accepted for these children beside notes (see `unaccepted_of`); and the notes of this reader's
    agencies, oldest first: those left or taken over since then, and every one that nobody has taken over. One query."""
    is_open = ~Exists(ACCEPTED)
    lately = Q(at__gte=since) | Q(accepted_at__gte=since)
    mine = Q(key__startswith=KEY, to_agency__in=reading_agencies(who)) & (lately | is_open)
    alert = ~Q(key__startswith=KEY) & Q(child_id__in=children) & is_open
    named = Handover.objects.annotate(
        accepted_name=Subquery(ACCEPTED.values("name")[:1]),
        accepted_at=Subquery(ACCEPTED.values("at")[:1]),
        is_theirs=is_of(who),
    )
    alerts: list[Handover] = []
    notes: dict[str, list[Handover]] = {}
    for row in guarded(who, named.filter(mine | alert if may_read_of_handovers(who) else mine)).order_by("at", "pk"):
        if row.key.startswith(KEY):
            notes.setdefault(row.key.rsplit(":", 1)[0], []).append(row)
        else:
            alerts.append(row)
    return alerts, [_note(rows) for rows in notes.values()]


def _note(rows: Sequence[Handover]) -> ShiftNote:
    first = rows[0]
    answers = [(r.accepted_at, r.accepted_name) for r in rows]  # type: ignore[attr-defined]
    is_whole = all(at for at, _ in answers)
    at, name = max(answers) if is_whole else (None, "")
    return ShiftNote(
        token=str(first.pk), words=first.notice, by=first.by, by_name=first.by_name, agency=first.from_agency,
        at=first.at, children=tuple(r.child_id for r in rows), accepted_by=name, accepted_at=at,
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
    for row in _theirs(who).filter(key__startswith=f"{first.key.rsplit(':', 1)[0]}:"):
        try:
            accept(row, Sender(who.person.username, str(who.person), first.to_agency), at)
        except AcceptedAlready:
            continue  # somebody was quicker with this child: who it was is in the record
    return True
