"""Who is missing now, for the person who asks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from holdfast.access.queries import Reader, children_visible
from holdfast.access.rules import Act
from holdfast.child.models import ChildRow, OpenDuty
from holdfast.duties.statute import statute
from holdfast.missing.models import EpisodeRow
from holdfast.missing.rules import CLOCKS_DIFFER

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class DueRow:
    """An open duty in a list. `due_at` is None where the law names no time; `is_overdue` as of the time asked."""

    rule: str
    title: str
    due_at: datetime | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class MissingRow:
    """One missing child. Empty text means: not known, not recorded."""

    ref: str
    first: str
    name: str
    child: ChildRow
    noticed_at: datetime
    precision: str
    missing_for: timedelta
    category: str
    risk: str
    graded_by: str
    graded_at: datetime | None
    accepted_by: str
    last_contact_at: datetime | None
    police_reference: str
    overdue: tuple[DueRow, ...]
    next_due: DueRow | None
    open_without_time: tuple[DueRow, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to. Empty: everything this reader may see."""

    authority: str = ""
    group: str = ""  # "unaccompanied", "trafficking"
    risk: str = ""
    home: str = ""


@dataclass(frozen=True, slots=True)
class MissingNow:
    """The list, soonest need first, and how many there are in all. `page` counts from 1."""

    at: datetime
    rows: tuple[MissingRow, ...]
    total: int
    page: int
    pages: int
    authorities: tuple[str, ...]
    homes: tuple[str, ...]


# Duties about the missing itself stand in the list; the care timetable stands on the child's page.
LISTED_RULES = ("-MIS-",)


def missing_now(who: Reader, now: datetime, *, filters: Filters = Filters(), page: int = 1) -> MissingNow:
    """The children who are missing, as this reader may see them at that time. Three queries.

    Sorted by what needs a person soonest: the longest overdue first, then the next due, then the longest missing.
    Writes nothing: whoever shows the list records the reading first (see access.actions.record_reading).
    """
    seen = EpisodeRow.objects.filter(
        children_visible(who, Act.SEE_IN_LIST, now), ended_at__isnull=True, noticed_at__lte=now + CLOCKS_DIFFER
    )
    episodes = {e.child_id: e for e in seen}
    children = ChildRow.objects.in_bulk(list(episodes))
    duties: dict[str, list[DueRow]] = defaultdict(list)
    titles = {rule.key: rule.title for rule in statute().rules}
    still_open = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    for duty in OpenDuty.objects.filter(still_open, child_id__in=list(episodes), started_at__lte=now):
        if any(part in duty.rule for part in LISTED_RULES):
            late = duty.late_after is not None and duty.late_after < now
            duties[duty.child_id].append(DueRow(duty.rule, titles.get(duty.rule, duty.rule), duty.due_at, late))
    everyone = [_row(episodes[ref], children[ref], duties[ref], now) for ref in episodes]
    rows = sorted((r for r in everyone if _passes(r, filters)), key=_soonest)
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    return MissingNow(
        at=now,
        rows=tuple(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]),
        total=len(rows),
        page=page,
        pages=pages,
        authorities=tuple(sorted({r.child.authority for r in everyone if r.child.authority})),
        homes=tuple(sorted({r.child.home for r in everyone if r.child.home})),
    )


def _row(episode: EpisodeRow, child: ChildRow, duties: list[DueRow], now: datetime) -> MissingRow:
    by_time = sorted(duties, key=lambda d: (d.due_at is None, d.due_at or now, d.rule))
    return MissingRow(
        ref=episode.child_id,
        first=child.first,
        name=child.name,
        child=child,
        noticed_at=episode.noticed_at,
        precision=episode.precision,
        missing_for=max(now - episode.noticed_at, timedelta()),
        category=episode.category,
        risk=episode.risk,
        graded_by=episode.graded_by,
        graded_at=episode.graded_at,
        accepted_by=episode.accepted_by,
        last_contact_at=episode.last_contact_at,
        police_reference=episode.police_reference,
        overdue=tuple(d for d in by_time if d.is_overdue),
        next_due=next((d for d in by_time if not d.is_overdue and d.due_at is not None), None),
        open_without_time=tuple(d for d in by_time if d.due_at is None),
    )


def _passes(row: MissingRow, filters: Filters) -> bool:
    return (
        filters.authority in ("", row.child.authority)
        and filters.home in ("", row.child.home)
        and filters.risk in ("", row.risk)
        and (filters.group != "unaccompanied" or row.child.is_unaccompanied)
        and (filters.group != "trafficking" or row.child.trafficking not in ("", "decision negative"))
    )


def _soonest(row: MissingRow) -> tuple[object, ...]:
    if row.overdue:
        return (0, row.overdue[0].due_at or row.noticed_at, row.noticed_at, row.ref)
    if row.next_due:
        return (1, row.next_due.due_at, row.noticed_at, row.ref)
    return (2, row.noticed_at, row.noticed_at, row.ref)
