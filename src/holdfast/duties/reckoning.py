"""Counting a due time from a moment, as exactly as that moment is known."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from holdfast.chronology.moment import Moment
from holdfast.duties.rule import UNTIMED, Due, Unit
from holdfast.worktime.periods import add_months, birthday
from holdfast.worktime.regime import BeyondTheTable, regime
from holdfast.worktime.uk_clock import day_ends, uk_day

Times = tuple[datetime | None, date | None, datetime | None]
NO_TIMES: Times = (None, None, None)


@lru_cache(maxsize=32768)  # of one due time, the few thousand days of the years that are computed
def _end_of(due: Due, start: date) -> tuple[datetime, date]:
    on = last_day(due, start)
    return day_ends(on), on


def last_day(due: Due, start: date) -> date:
    """The last day of a time counted in days or longer. Raises BeyondTheTable."""
    match due.unit:
        case Unit.WORKING_DAYS:
            return regime(due.regime).add(start, due.amount)
        case Unit.WEEKS:
            return start + timedelta(weeks=due.amount)
        case Unit.MONTHS:
            return add_months(start, due.amount)
        case Unit.WINDOW_BEFORE:
            return start
        case Unit.YEARS_RETENTION:
            return birthday(start, due.amount) - timedelta(days=1)
        case _:
            return start + timedelta(days=due.amount - due.first_day_counts)


def threshold_passed(due: Due, began: datetime) -> datetime:
    """When the hours or the school days are over after which a duty begins. Raises BeyondTheTable.

    The first school day of an absence counts, so ten of them are over with the ninth after the first.
    """
    if due.unit is Unit.HOURS_THRESHOLD:
        return began + timedelta(hours=due.amount)
    return day_ends(regime(due.regime).add(uk_day(began) - timedelta(days=1), due.amount))


def due_times(due: Due, moment: Moment) -> Times:
    """`due_at`, `due_on` and `due_latest` (see `obligation.Obligation`). Raises BeyondTheTable."""
    if due.unit in UNTIMED:
        return NO_TIMES
    match due.unit:
        case Unit.IMMEDIATE | Unit.BEFORE_EVENT:
            return moment.at, uk_day(moment.at), moment.latest
        case Unit.HOURS:
            length = timedelta(hours=due.amount)
            at = moment.at + length
            return at, uk_day(at), moment.latest + length
    at, on = _end_of(due, uk_day(moment.at))
    if moment.is_exact:
        return at, on, at
    # The latest reading is the last day of the stretch, not the midnight that ends it.
    return at, on, _end_of(due, uk_day(moment.latest - timedelta(microseconds=1)))[0]


__all__ = ["BeyondTheTable", "due_times", "last_day", "threshold_passed", "uk_day"]
