"""Dates and times as tired people type them, read into moments that are only as exact as what was typed.

"22:40", "10.40 pm", "about 10 at night" and "I do not know" are answers. What could be read two ways is asked about,
never guessed: 10:40 without am or pm, midnight, an hour that the clock change left out. Pure: now is an argument.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from holdfast.chronology.moment import Moment, Precision
from holdfast.worktime.uk_clock import LONDON, day_ends, uk_day

_ABOUT = re.compile(r"^(about|around|approximately|approx\.?|roughly|circa|some ?time around|~)\s*")
_TIME = re.compile(
    r"^(?P<hour>\d{1,2}?)(?:\s*[:.h]\s*(?P<minute>\d{2})|(?P<joined>\d{2}))?\s*(?:hours|hrs|o.?clock)?\s*"
    r"(?P<half>am|pm|a\.m\.?|p\.m\.?)?\s*"
    r"(?P<part>(?:in the |at )?(?:morning|afternoon|evening|night))?$"
)
_NOON = {"midday", "noon", "12 noon", "12 midday"}


class NotAMoment(ValueError):
    """Why an answer cannot be read as a time; `field` names the question it belongs to."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


def read_moment(answers: Mapping[str, str | bool | None], now: datetime) -> Moment:
    """`day` (today, yesterday, other), `date_day`, `date_month`, `date_year`, `time`, `time_unknown`, to a moment.

    Raises NotAMoment, with words for the page.
    """
    day = _read_day(answers, now)
    typed = str(answers.get("time") or "").strip()
    if answers.get("time_unknown"):
        if typed:
            raise NotAMoment("Enter a time or say that you do not know it, not both", "time")
        return Moment.on(day)
    if not typed:
        raise NotAMoment("Enter a time, or say that you do not know it", "time")
    clock, is_about = read_clock(typed)
    return _on_the_clock(day, clock, is_about)


def _read_day(answers: Mapping[str, str | bool | None], now: datetime) -> date:
    chosen = answers.get("day")
    if chosen in ("today", "yesterday"):
        return uk_day(now) - timedelta(days=chosen == "yesterday")
    if chosen != "other":
        raise NotAMoment("Select the day", "day")
    return read_date([str(answers.get(f"date_{part}") or "") for part in ("day", "month", "year")], "date")


def known_at(typed: Mapping[str, str], now: datetime) -> datetime:
    """`day`, `month`, `year` and perhaps `time`, to an instant that is over: the end of the day where no time is given,
    or now where the day is not over yet. Raises NotAMoment."""
    try:
        day = read_date([typed.get(part, "") for part in ("day", "month", "year")], "date")
    except NotAMoment as error:
        raise NotAMoment(error.message, error.field.removeprefix("date_")) from None
    if day.year < 1990 or day > uk_day(now):
        raise NotAMoment("Enter a day that has been, after 1989", "day")
    if not typed.get("time", "").strip():
        return min(day_ends(day), now)
    clock, is_about = read_clock(typed["time"])
    at = _on_the_clock(day, clock, is_about).at
    if at > now:
        raise NotAMoment("Enter a time that has been", "time")
    return at


def read_date(typed: Sequence[str], stem: str) -> date:
    """A day, a month and a year as typed. Raises NotAMoment; its field begins with `stem`."""
    parts = [part.strip() for part in typed]
    if not any(parts):
        raise NotAMoment("Enter the date", f"{stem}_day")
    for part, name in zip(parts, ("day", "month", "year"), strict=True):
        if not part:
            raise NotAMoment(f"The date must include a {name}", f"{stem}_{name}")
    try:
        day, month, year = _number(parts[0], 2), _month(parts[1]), _number(parts[2], 4)
        # 26 is how people write 2026 by hand.
        return date(year + 2000 if len(parts[2]) == 2 else year, month, day)
    except ValueError:
        raise NotAMoment("The date must be a real date, such as 20 11 2026", f"{stem}_day") from None


_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def _month(typed: str) -> int:
    short = typed.lower()[:3]
    return _MONTHS.index(short) + 1 if short in _MONTHS else _number(typed, 2)


def _number(typed: str, longest: int) -> int:
    # int() also reads "+3", "1_0" and the digits of other scripts: a date that nobody can check by eye.
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= longest):
        raise ValueError(typed)
    return int(typed)


def read_clock(typed: str) -> tuple[time, bool]:
    """A time of day, and whether it is only about then. Raises NotAMoment."""
    words = typed.strip().lower().replace("’", "'")
    plain = _ABOUT.sub("", words)
    is_about = plain != words
    if plain in _NOON:
        return time(12), is_about
    if plain in ("midnight", "12 midnight"):
        raise NotAMoment(
            "Midnight can be either end of a day: enter 00:00 for its start or 11:59pm for its end", "time"
        )
    found = _TIME.match(plain)
    if found is None:
        raise NotAMoment("Enter a time such as 10:40pm, 22:40, or about 10 at night", "time")
    minute = int(found["minute"] or found["joined"] or 0)
    hour = _hour(found, typed)
    if hour > 23 or minute > 59:
        raise NotAMoment("Enter a real time, such as 10:40pm or 22:40", "time")
    return time(hour, minute), is_about


def _hour(found: re.Match[str], typed: str) -> int:
    hour, half, part = int(found["hour"]), (found["half"] or "")[:1], (found["part"] or "").rpartition(" ")[2]
    if part and not half:
        half = _half_of(hour, part)
    if half:
        if not 1 <= hour <= 12:
            if (hour > 12) == (half == "p") and hour < 24:
                return hour  # "22:40pm" leaves no doubt
            raise NotAMoment("Enter a real time, such as 10:40pm or 22:40", "time")
        return hour % 12 + (12 if half == "p" else 0)
    if 1 <= hour <= 12 and not found["hour"].startswith("0"):
        raise NotAMoment(f"Say whether {typed.strip()} was morning or night: add am or pm", "time")
    return hour


def _half_of(hour: int, part: str) -> str:
    if part == "morning":
        return "a"
    if part == "night":
        # Nine at night and three at night are on either side of midnight; so is twelve.
        return "p" if 6 <= hour <= 11 else "a"
    return "p"


def _on_the_clock(day: date, clock: time, is_about: bool) -> Moment:
    local = datetime.combine(day, clock, LONDON)
    at = local.astimezone(UTC)
    if at.astimezone(LONDON).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NotAMoment(
            "The clocks went forward that night, so there was no such time: enter it as 2am or later", "time"
        )
    happens_twice = local.utcoffset() != local.replace(fold=1).utcoffset()
    return Moment(at, Precision.HOUR if is_about or happens_twice else Precision.MINUTE)
