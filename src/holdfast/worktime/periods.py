"""Months, years, ages and elapsed hours.

A month ends on the corresponding date of the later month, or on its last day where there is none: Dodds v Walker
[1981] 1 WLR 1027. Several months are counted from the first date in one step, so 31 January and two months is
31 March. An age is reached at the first moment of the birthday: Family Law Reform Act 1969 s9; someone born on
29 February reaches it on 1 March of a common year.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta

from holdfast.worktime.uk_clock import LONDON


def add_months(day: date, count: int) -> date:
    """The corresponding date `count` months on (back, when negative)."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def birthday(born_on: date, age: int) -> date:
    """The day on which somebody reaches an age."""
    try:
        return born_on.replace(year=born_on.year + age)
    except ValueError:
        return date(born_on.year + age, 3, 1)


def age_on(born_on: date, day: date) -> int:
    """Age in whole years on a day."""
    age = day.year - born_on.year
    return age - (day < birthday(born_on, age))


def clock_change_inside(start: datetime, end: datetime) -> tuple[date, timedelta] | None:
    """The first UK clock change after `start` and not after `end`: its day and by how much the clock moved."""
    before = start.astimezone(LONDON).utcoffset()
    first, last = start.astimezone(LONDON).date(), end.astimezone(LONDON).date()
    day = first
    while day <= last:
        # Clocks change at 01:00 UTC, so by noon the new offset stands.
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=LONDON)
        now = min(noon, end.astimezone(LONDON)) if day == last else noon
        if before is not None and (offset := now.utcoffset()) is not None and offset != before:
            return day, offset - before
        day += timedelta(days=1)
    return None
