"""How many requests for immigration purposes there were, quarter by quarter, so that it can be published.

Small counts are not told: with one request in a quarter a reader who knows of one child would learn what became of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from holdfast.access.canaries.queries import made_up
from holdfast.access.demand.actions import APPROVERS
from holdfast.access.demand.rows import Demand
from holdfast.worktime.uk_clock import uk_day

SMALL = 7
ROUNDED_TO = 5
QUARTERS = 8
_MONTHS = ("January to March", "April to June", "July to September", "October to December")


@dataclass(frozen=True, slots=True)
class Counted:
    """One quarter, as it may be published: every count rounded by itself."""

    quarter: str
    requests: str
    refused: str
    allowed: str


def rounded(count: int) -> str:
    """0 as it is; 1 to 7 not told; else to the nearest 5."""
    if count == 0:
        return "0"
    if count <= SMALL:
        return f"1 to {SMALL}"
    return f"about {ROUNDED_TO * round(count / ROUNDED_TO):,}"


def quarter_of(day: date) -> tuple[int, int]:
    """The year and the quarter (0 to 3) of a day."""
    return day.year, (day.month - 1) // 3


def last_quarters(today: date) -> Iterator[tuple[tuple[int, int], str]]:
    """The last eight whole quarters, latest first, each with its words. The quarter that still runs is left out:
    watched day by day, a rounded count tells when it moved."""
    year, quarter = quarter_of(today)
    for back in range(1, QUARTERS + 1):
        number = year * 4 + quarter - back
        yield (number // 4, number % 4), f"{_MONTHS[number % 4]} {number // 4}"


def counted(requests: Iterable[tuple[date, bool]], today: date) -> list[Counted]:
    """The last eight whole quarters, latest first, from the day of each request and whether it was let through."""
    totals: dict[tuple[int, int], list[int]] = {}
    for day, is_allowed in requests:
        totals.setdefault(quarter_of(day), [0, 0])[is_allowed] += 1
    shown = []
    for which, words in last_quarters(today):
        refused, allowed = totals.get(which, [0, 0])
        shown.append(Counted(words, rounded(refused + allowed), rounded(refused), rounded(allowed)))
    return shown


def published(now: datetime) -> list[Counted]:
    """The counts of this installation."""
    whole = Demand.objects.prefetch_related("approvals").only("at", "child_id")
    found = list(whole.iterator(500))
    invented = made_up({d.child_id for d in found})
    rows = [
        (uk_day(d.at), len({a.role for a in d.approvals.all()}) == len(APPROVERS))
        for d in found
        if d.child_id not in invented
    ]
    return counted(rows, uk_day(now))
