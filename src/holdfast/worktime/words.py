"""Times as people say them: 10:40pm, Friday 20 November, 2 days 3 hours. Always on the UK clock.

The GOV.UK style: the 12-hour clock, midnight and midday in words, no leading zeros.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from holdfast.worktime.uk_clock import LONDON

# Not strftime's own: those follow the machine's language settings.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def say_day(day: date, *, year: bool = False) -> str:
    """Friday 20 November; with the year, Friday 20 November 2026."""
    said = f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return f"{said} {day.year}" if year else said


def say_clock(instant: datetime) -> str:
    """10:40pm, 6am, midday, midnight (the one that begins the day)."""
    local = instant.astimezone(LONDON)
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    hour = local.hour % 12 or 12
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{hour}{minutes}{'am' if local.hour < 12 else 'pm'}"


def say_time(instant: datetime, *, year: bool = False) -> str:
    """Friday 20 November at 10:40pm; midnight says which end of the day it is. The instant must be aware."""
    clock = say_clock(instant)
    which = " (the start of the day)" if clock == "midnight" else ""
    return f"{say_day(instant.astimezone(LONDON).date(), year=year)} at {clock}{which}"


def say_length(length: timedelta) -> str:
    """2 days 3 hours, 45 minutes: the two largest parts, the rest left off. A negative length is said as positive."""
    minutes = int(abs(length).total_seconds() // 60)
    parts = [(minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute")]
    first = next((n for n, (count, _) in enumerate(parts) if count), None)
    if first is None:
        return "less than a minute"
    said = [f"{count} {word}{'' if count == 1 else 's'}" for count, word in parts[first : first + 2] if count]
    return " ".join(said)


def say_days(length: timedelta) -> str:
    """2 days, less than a day: for what is known to the day only."""
    days = abs(length).days
    return say_count(days, "day") if days else "less than a day"


def say_count(count: int, word: str, many: str = "") -> str:
    """1 week, 20 working days, 3 children."""
    return f"{count} {word}" if count == 1 else f"{count} {many or word + 's'}"


def say_list(things: list[str]) -> str:
    """One, two and three."""
    return things[0] if len(things) == 1 else f"{', '.join(things[:-1])} and {things[-1]}" if things else ""
