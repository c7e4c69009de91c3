"""Handovers as they stand. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from holdfast.access.queries import Reader
from holdfast.sharing.handover.ladder import Refusal, next_telling, reached
from holdfast.sharing.handover.rows import Answer, Handover, Rung
from holdfast.sharing.models import Message
from holdfast.sharing.queries import Told, as_they_stand, guarded, reading_agencies

ACCEPTED = Answer.objects.filter(handover=OuterRef("pk"), is_accepted=True)


@dataclass(frozen=True, slots=True)
class Ladder:
    """A handover with its rungs and its answers, both in order."""

    handover: Handover
    rungs: tuple[Rung, ...]
    answers: tuple[Answer, ...]

    @property
    def accepted(self) -> Answer | None:
        return next((a for a in self.answers if a.is_accepted), None)

    @property
    def times(self) -> list[datetime]:
        return [r.at for r in self.rungs]

    @property
    def refusals(self) -> list[Refusal]:
        return [Refusal(a.rung, a.at) for a in self.answers if not a.is_accepted]

    @property
    def again_every(self) -> timedelta:
        return timedelta(minutes=self.handover.again_every)

    def reached(self, at: datetime) -> int:
        return reached(self.times, self.refusals, at)

    def next_at(self, at: datetime) -> datetime | None:
        """When somebody is told next; None once it is accepted."""
        return None if self.accepted else next_telling(self.times, self.again_every, self.refusals, at)


def ladders(handovers: Iterable[Handover]) -> list[Ladder]:
    """With their rungs and answers. Two queries more."""
    found = list(handovers)
    keys = [h.pk for h in found]
    rungs: dict[object, list[Rung]] = {k: [] for k in keys}
    answers: dict[object, list[Answer]] = {k: [] for k in keys}
    for rung in Rung.objects.filter(handover__in=keys).order_by("handover", "number"):
        rungs[rung.handover_id].append(rung)
    for answer in Answer.objects.filter(handover__in=keys).order_by("pk"):
        answers[answer.handover_id].append(answer)
    return [Ladder(h, tuple(rungs[h.pk]), tuple(answers[h.pk])) for h in found]


def unaccepted() -> QuerySet[Handover]:
    """Handovers that nobody has accepted, oldest first."""
    return Handover.objects.filter(~Exists(ACCEPTED)).order_by("at", "pk")


def waiting_for(who: Reader) -> list[Ladder]:
    """What waits for acceptance by this reader's agencies, oldest first. Three queries."""
    theirs = Rung.objects.filter(handover=OuterRef("pk"), agency__in=reading_agencies(who))
    return ladders(guarded(who, unaccepted().filter(Exists(theirs))))


def given_by(who: Reader, *, since: datetime) -> list[Ladder]:
    """What this reader's agencies gave: everything that is not accepted, and what was accepted since then."""
    lately = Answer.objects.filter(handover=OuterRef("pk"), is_accepted=True, at__gte=since)
    rows = Handover.objects.filter(Q(~Exists(ACCEPTED)) | Q(Exists(lately)), from_agency__in=reading_agencies(who))
    return ladders(guarded(who, rows.order_by("at", "pk")))


def messages_of(handover: Handover) -> list[Told]:
    """What was sent for a handover, in order."""
    return as_they_stand(Message.objects.filter(handover=handover).order_by("made_at", "pk"))
