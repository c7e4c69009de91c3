"""What may be proposed for erasure: past its term, under no hold, not erased. Nothing here erases. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from holdfast.access.canaries.queries import made_up
from holdfast.access.keeping.rows import Hold
from holdfast.child.models import ChildRow
from holdfast.chronology.models import EntryRow
from holdfast.chronology.queries import stories
from holdfast.chronology.story import Story
from holdfast.documents.retention import rules
from holdfast.erasing.moratoria import Moratorium, holding, moratoria
from holdfast.erasing.terms import Term, term_of
from holdfast.worktime.uk_clock import uk_day

_CHUNK = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """One record: until when it must be kept, and what keeps it beyond that. `is_due`: it may be proposed."""

    term: Term
    is_over: bool
    holds: tuple[Hold, ...] = ()
    general: tuple[Moratorium, ...] = ()

    @property
    def is_due(self) -> bool:
        return self.is_over and not self.holds and not self.general

    @property
    def ref(self) -> str:
        return self.term.ref


def house_moratoria() -> tuple[Moratorium, ...]:
    """Ours and the installation's own. Raises BadMoratorium."""
    own = settings.MORATORIA
    return moratoria(Path(own) if own else None)


def standing_of(story: Story, at: datetime, holds: Iterable[Hold]) -> Standing:
    """How one record stands."""
    day = uk_day(at)
    term = term_of(story, settings.NATION)
    general = holding(house_moratoria(), settings.NATION, story.entries, day)
    return Standing(term, term.is_over(day), tuple(holds), general)


def past_their_term(at: datetime, visible: Q | None = None) -> list[Standing]:
    """Every record past its term, those under a hold among them, the longest past first. `visible` is a condition on
    `child_id`. Made-up records are nobody's and never in it."""
    day, refs = uk_day(at), set()
    seen = visible or Q()
    rule = rules().get(settings.NATION)
    if rule is None:
        return []
    latest = _years_before(day, min(rule.years, rule.years_after_death))
    refs |= set(ChildRow.objects.filter(seen, born_on__lte=latest).values_list("child_id", flat=True))
    died = EntryRow.objects.filter(seen, kind="child.died", occurred_at__lte=at, details__isnull=False)
    refs |= set(died.values_list("child_id", flat=True))
    wanted = sorted(refs - made_up(refs))
    found: list[Standing] = []
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        holds: dict[str, list[Hold]] = {}
        for held in Hold.objects.filter(child_id__in=chunk, ended__isnull=True).order_by("at"):
            holds.setdefault(held.child_id, []).append(held)
        found += [standing_of(story, at, holds.get(ref, ())) for ref, story in stories(chunk).items()]
    return sorted((s for s in found if s.is_over), key=lambda s: (s.term.until or day, s.ref))


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years, month=12, day=31)  # a superset: the term itself is reckoned of each
