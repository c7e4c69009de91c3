"""UK local time: days as people live them, instants as they are stored.

Every instant in Holdfast is an aware datetime in UTC. A UK day has 23, 24 or 25 hours.
Interpretation Act 1978 s9: times in legislation are Greenwich mean time or, in summer, summer time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


@lru_cache(maxsize=16384)  # a county's entries fall on few different days
def day_begins(day: date) -> datetime:
    """The first instant (UTC) of a UK day."""
    return datetime.combine(day, time.min, LONDON).astimezone(UTC)


@lru_cache(maxsize=16384)
def day_ends(day: date) -> datetime:
    """The midnight (UTC) that ends a UK day; it belongs to the next day."""
    return day_begins(day + timedelta(days=1))


def uk_day(instant: datetime) -> date:
    """The UK day on which an aware instant falls."""
    # Since 1972 the UK clock is at UTC or an hour ahead: before 23:00 UTC the day is the same, whatever the season.
    if instant.hour < 23 and instant.tzinfo is UTC and instant.year >= 1972:
        return instant.date()
    return instant.astimezone(LONDON).date()


def uk_time(instant: datetime) -> datetime:
    """An aware instant on the UK wall clock."""
    return instant.astimezone(LONDON)
