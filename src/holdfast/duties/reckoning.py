"""Counting a due time from a moment, as exactly as that moment is known."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from holdfast.chronology.moment import EXACT, Moment
from holdfast.duties.rule import ENDS_WITH_ITS_DAY, UNTIMED, Due, Unit
from holdfast.worktime.periods import add_months, birthday
from holdfast.worktime.regime import BeyondTheTable, regime
from holdfast.worktime.uk_clock import day_ends, uk_day

Times = tuple[datetime | None, date | None, datetime | None]
NO_TIMES: Times = (None, None, None)


@lru_cache(maxsize=32768)  # of one due time, the few thousand days of the years that are computed
def _end_of(due: Due, start: date) -> tuple[datetime, date, datetime]:
    on = last_day(due, start)
    return (at := day_ends(on)), on, at


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


def due_times(due: Due, moment: Moment, day: date | None = None) -> Times:
    """`due_at`, `due_on` and `due_latest` (see `obligation.Obligation`). `day`: the moment's UK day, where it is known
    already. Raises BeyondTheTable."""
    if due.unit in ENDS_WITH_ITS_DAY:
        times = _end_of(due, day or uk_day(moment.at))
        if moment.precision in EXACT:
            return times
        # The latest reading is the last day of the stretch, not the midnight that ends it.
        return *times[:2], _end_of(due, uk_day(moment.latest - timedelta(microseconds=1)))[0]
    if due.unit in UNTIMED:
        return NO_TIMES
    length = timedelta(hours=due.amount)  # none for what is due at once, or before the event
    at = moment.at + length
    return at, uk_day(at), moment.latest + length


__all__ = ["BeyondTheTable", "due_times", "last_day", "threshold_passed", "uk_day"]
