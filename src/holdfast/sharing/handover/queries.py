"""Handovers as they stand. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from holdfast.access.queries import Reader, children_visible
from holdfast.access.rules import Act
from holdfast.chronology.installed import vocabulary
from holdfast.sharing.handover.ladder import Refusal, next_telling, reached
from holdfast.sharing.handover.rows import Answer, Handover, Rung
from holdfast.sharing.models import MessageEvent
from holdfast.sharing.queries import Told, as_told, guarded, reading_agencies
from holdfast.sharing.rota.rows import RungLookup

ACCEPTED = Answer.objects.filter(handover=OuterRef("pk"), is_accepted=True)


@dataclass(frozen=True, slots=True)
class Ladder:
    """A handover with its rungs and its answers, both in order. Each rung knows what the rota of its duty said, where
    there is one: `gap_at` when it was reached and nobody was on, `on_name` who was told last."""

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
        """What brings the next rung forward: somebody refused, or nobody was on duty."""
        gone = [Refusal(number, at) for number, at in self.gaps.items()]
        return [Refusal(a.rung, a.at) for a in self.answers if not a.is_accepted] + gone

    @property
    def gaps(self) -> dict[int, datetime]:
        """The rungs at which nobody was on duty, and when that was found."""
        return {r.number: r.gap_at for r in self.rungs if r.gap_at}  # type: ignore[attr-defined]

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
    looked = RungLookup.objects.filter(rung=OuterRef("pk"))
    gap = looked.filter(person__isnull=True, again=0).values("at")[:1]
    on = looked.filter(person__isnull=False).order_by("-again").values("name")[:1]
    found_on = Rung.objects.filter(handover__in=keys).annotate(gap_at=Subquery(gap), on_name=Subquery(on))
    for rung in found_on.order_by("handover", "number"):
        rungs[rung.handover_id].append(rung)
    for answer in Answer.objects.filter(handover__in=keys).order_by("pk"):
        answers[answer.handover_id].append(answer)
    return [Ladder(h, tuple(rungs[h.pk]), tuple(answers[h.pk])) for h in found]


def unaccepted() -> QuerySet[Handover]:
    """Handovers that nobody has accepted, oldest first."""
    return Handover.objects.filter(~Exists(ACCEPTED)).order_by("at", "pk")


@dataclass(frozen=True, slots=True)
class Waiting:
    """What nobody has accepted yet, oldest first: asked of this reader's agencies, and given by them."""

    asked: tuple[Ladder, ...]
    given: tuple[Ladder, ...]


def waiting_for(who: Reader, at: datetime, *, at_most: int = 100) -> Waiting:
    """Three queries. What was given is shown to those who may open the child, as its notice says what was given."""
    agencies = reading_agencies(who)
    theirs = Rung.objects.filter(handover=OuterRef("pk"), agency__in=agencies)
    asked, given = Exists(theirs), Q(from_agency__in=agencies) & children_visible(who, Act.OPEN, at)
    rows = guarded(who, unaccepted().annotate(is_asked=asked).filter(Q(is_asked=True) | given))
    found = ladders(rows[:at_most])
    return Waiting(
        tuple(x for x in found if x.handover.is_asked),  # type: ignore[attr-defined]
        tuple(x for x in found if not x.handover.is_asked),  # type: ignore[attr-defined]
    )


def unaccepted_of(who: Reader, children: Collection[str]) -> list[Handover]:
    """What nobody has accepted for these children, oldest first; none to a reader who may not read that something was
    handed over. `is_theirs` on each: it is asked of this reader's agencies, or given by them. One query."""
    if not may_read_of_handovers(who):
        return []
    rows = guarded(who, unaccepted().filter(child_id__in=children))
    return list(rows.annotate(is_theirs=is_of(who)))


def may_read_of_handovers(who: Reader) -> bool:
    """Whether this reader's agencies may read that something was handed over."""
    return who.reads_of_all(vocabulary()["handover.offered"].audience, Act.SEE_IN_LIST)


def is_of(who: Reader) -> Case:
    """Whether a handover is asked of this reader's agencies, or given by them: a value for a query."""
    agencies = reading_agencies(who)
    asked = Exists(Rung.objects.filter(handover=OuterRef("pk"), agency__in=agencies))
    return Case(When(from_agency__in=agencies, then=Value(True)), default=asked)


def messages_of(handover: Handover) -> list[Told]:
    """What was sent for a handover, in order. One query: every message has an event."""
    return as_told(MessageEvent.objects.filter(message__handover=handover))
