"""When something happened, and how exactly that is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from holdfast.worktime.uk_clock import day_begins, day_ends, uk_day


class Precision(StrEnum):
    """How exactly a time is known. Ordered from the most exact."""

    INSTANT = "instant"
    MINUTE = "minute"
    HOUR = "hour"  # "about ten at night"
    DAY = "day"
    MONTH = "month"


EXACT = frozenset({Precision.INSTANT, Precision.MINUTE})


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as it was really known.

    `at` is aware and in UTC: the first instant that it can have been. For a day or a month that is its
    first UK midnight.
    """

    at: datetime
    precision: Precision = Precision.MINUTE

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("a moment needs an offset from UTC")
        if self.at.tzinfo is not UTC:
            object.__setattr__(self, "at", self.at.astimezone(UTC))

    @property
    def day(self) -> date:
        """The UK day (for a month, its first day)."""
        return uk_day(self.at)

    @property
    def latest(self) -> datetime:
        """The end (UTC) of what it can have been; equal to `at` when it is known to the minute or better."""
        if self.precision in EXACT:
            return self.at
        if self.precision is Precision.HOUR:
            return self.at + timedelta(hours=1)
        if self.precision is Precision.DAY:
            return day_ends(self.day)
        first = self.day
        return day_begins(date(first.year + first.month // 12, first.month % 12 + 1, 1))

    @property
    def is_exact(self) -> bool:
        """Known to the minute or better."""
        return self.precision in EXACT

    @classmethod
    def on(cls, day: date) -> Moment:
        """Some time on that UK day."""
        return cls(day_begins(day), Precision.DAY)

    @classmethod
    def parse(cls, text: str) -> Moment:
        """ISO 8601 with an offset; a bare date is some time that UK day; a bare year and month, that month.

        Raises ValueError with a plain sentence.
        """
        try:
            if len(text) == 7:
                return cls(day_begins(date.fromisoformat(text + "-01")), Precision.MONTH)
            if len(text) == 10:
                return cls.on(date.fromisoformat(text))
            at = datetime.fromisoformat(text)
        except (ValueError, OverflowError) as error:
            raise ValueError(f"{text!r} is not a date or a time") from error
        if at.tzinfo is None:
            raise ValueError(f"{text!r} has no offset from UTC, such as +00:00 or Z")
        try:
            return cls(at, Precision.MINUTE)
        except OverflowError as error:
            raise ValueError(f"{text!r} is out of range") from error
