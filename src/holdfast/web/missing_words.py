"""Missing now in words: what each row needs, which filters are on, where the other pages are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.forms import Form
from django.http import QueryDict

from holdfast.chronology.moment import Moment, Precision
from holdfast.missing.kinds import Category
from holdfast.missing.queries import DueRow, MissingRow
from holdfast.web.saying import say_age, say_moment, say_place
from holdfast.worktime.uk_clock import uk_day
from holdfast.worktime.words import say_days, say_length, say_time

# More than this in one row hides the row below it; the child's page has them all.
MOST_WAITING_SHOWN = 2  # the rest stands on the child's page
MOST_OVERDUE_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Need:
    """Something that is due for a child: how late or how soon, and what."""

    when: str
    what: str


@dataclass(frozen=True, slots=True)
class Row:
    """One child in the list, in words."""

    row: MissingRow
    age: str
    signs: tuple[str, ...]
    since: str
    missing_for: str
    is_away: bool
    overdue: tuple[Need, ...]
    more_overdue: int
    next: Need | None
    waiting: tuple[str, ...]
    more_waiting: int
    home: str

    @property
    def is_late(self) -> bool:
        return bool(self.overdue)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter that is on, and the address without it."""

    words: str
    without: str


def rows(found: Iterable[MissingRow], now: datetime) -> tuple[Row, ...]:
    return tuple(_row(row, now) for row in found)


def _row(row: MissingRow, now: datetime) -> Row:
    child = row.child
    noticed = Moment(row.noticed_at, Precision(row.precision))
    waiting = tuple(dict.fromkeys(_waiting(d, row) for d in row.waiting))
    return Row(
        row=row,
        age=say_age(child.born_on, child.age_standing, child.is_age_disputed, uk_day(now)),
        signs=_signs(row),
        since=say_moment(noticed, now),
        missing_for=_missing_for(noticed, row.missing_for),
        is_away=row.category == Category.AWAY,
        overdue=tuple(overdue(d, now) for d in row.overdue[:MOST_OVERDUE_SHOWN]),
        more_overdue=max(0, len(row.overdue) - MOST_OVERDUE_SHOWN),
        next=due_next(row.next_due, now) if row.next_due else None,
        waiting=waiting[:MOST_WAITING_SHOWN],
        more_waiting=max(0, len(waiting) - MOST_WAITING_SHOWN),
        home=", ".join(part for part in (child.home, say_place(child.place)) if part),
    )


def _missing_for(noticed: Moment, length: timedelta) -> str:
    if noticed.is_exact:
        return say_length(length)
    return f"About {(say_length if noticed.precision is Precision.HOUR else say_days)(length)}"


def _signs(row: MissingRow) -> tuple[str, ...]:
    child = row.child
    signs = []
    if child.trafficking:
        signs.append(f"Trafficking: {child.trafficking}")
    if child.is_unaccompanied:
        signs.append("Unaccompanied")
    return tuple(signs)


def overdue(duty: DueRow, now: datetime) -> Need:
    return Need(f"Overdue by {say_length(now - duty.at)}", duty.title)


def _waiting(duty: DueRow, row: MissingRow) -> str:
    # What began by itself while the child was missing, such as at the 72nd hour, says since when it waits.
    return f"{duty.title}, since {say_time(duty.begins_at)}" if duty.begins_at > row.noticed_at else duty.title


def due_next(duty: DueRow, now: datetime) -> Need:
    verb = "Due" if duty.has_begun else "Begins"
    if duty.at <= now:
        return Need(f"{verb} now", duty.title)
    return Need(f"{verb} in {say_length(duty.at - now)}, {say_time(duty.at)}", duty.title)


def summary(total: int, *, is_narrowed: bool = False, may_see_children: bool = True) -> str:
    """How many there are, in a sentence. "No child is missing" is said only by a whole list to one who may see it."""
    if not may_see_children:
        return "This list is not for your role."
    if not total:
        return "No missing child fits these filters." if is_narrowed else "No child is missing."
    return "1 child is missing or away." if total == 1 else f"{total} children are missing or away."


def key(found: Iterable[MissingRow]) -> str:
    """The same for lists that would be told in the same words apart from passing time: who, how late, accepted by."""
    facts = [(r.ref, r.risk, r.accepted_by, str(r.last_contact_at), len(r.overdue)) for r in found]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def chosen(form: Form, query: QueryDict) -> list[Chosen]:
    found = []
    for field in form:
        value = query.get(field.name, "")
        if value:
            words = dict(getattr(field.field, "choices", ())).get(value, value)
            found.append(Chosen(f"{field.label}: {words}", _with(query, **{field.name: ""})))
    return found


def page_links(page: int, pages: int, query: QueryDict) -> dict[str, object] | None:
    """Parameters for govukPagination; None when there is one page."""
    if pages <= 1:
        return None
    found: dict[str, object] = {
        "items": [
            {"number": n, "current": n == page, "href": _with(query, page=str(n))}
            for n in sorted({1, page - 1, page, page + 1, pages})
            if 1 <= n <= pages
        ]
    }
    if page > 1:
        found["previous"] = {"href": _with(query, page=str(page - 1))}
    if page < pages:
        found["next"] = {"href": _with(query, page=str(page + 1))}
    return found


def _with(query: QueryDict, **changes: str) -> str:
    changed = query.copy()
    for name, value in changes.items():
        if value:
            changed[name] = value
        else:
            changed.pop(name, None)
    return f"?{changed.urlencode()}"
