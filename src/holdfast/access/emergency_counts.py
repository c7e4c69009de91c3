"""How many children were opened in emergencies, quarter by quarter, and how many openings somebody else looked at in
time: so that it can be published, in the numbers of `demand.counts`, which tell no small ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from holdfast.access.canaries.queries import made_up
from holdfast.access.deeds import EmergencyOpening
from holdfast.access.demand.counts import last_quarters, quarter_of, rounded
from holdfast.access.limits import review_due
from holdfast.access.rules import Outcome
from holdfast.worktime.uk_clock import uk_day


@dataclass(frozen=True, slots=True)
class Counted:
    """One quarter, as it may be published: every count rounded by itself."""

    quarter: str
    opened: str
    reviewed_in_time: str
    not_justified: str


def counted(openings: Iterable[tuple[date, bool, bool]], today: date) -> list[Counted]:
    """The last eight whole quarters, latest first, from the day of each opening, whether it was reviewed in time, and
    whether the review found it not justified."""
    totals: dict[tuple[int, int], list[int]] = {}
    for day, is_in_time, is_not_justified in openings:
        of = totals.setdefault(quarter_of(day), [0, 0, 0])
        of[0] += 1
        of[1] += is_in_time
        of[2] += is_not_justified
    shown = ((words, totals.get(quarter, [0, 0, 0])) for quarter, words in last_quarters(today))
    return [Counted(words, *(rounded(count) for count in counts)) for words, counts in shown]


def published(now: datetime) -> list[Counted]:
    """The counts of this installation."""
    found = list(EmergencyOpening.objects.select_related("review").iterator(500))
    invented = made_up({o.child_id for o in found})
    return counted((_row(o) for o in found if o.child_id not in invented), uk_day(now))


def _row(opening: EmergencyOpening) -> tuple[date, bool, bool]:
    review = getattr(opening, "review", None)
    in_time = review is not None and review.at < review_due(opening.begins, settings.NATION)
    return uk_day(opening.begins), in_time, review is not None and review.outcome == Outcome.NOT_JUSTIFIED.value
