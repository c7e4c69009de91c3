"""Working days of one body of law.

The day of the event is day 0, working day or not; the nth working day after it is the last day.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources

from holdfast.worktime.bank_holidays import FIRST_YEAR, LAST_YEAR, Division, bank_holidays

_DIVISION_NAME = {
    Division.ENGLAND_AND_WALES: "England and Wales",
    Division.SCOTLAND: "Scotland",
    Division.NORTHERN_IRELAND: "Northern Ireland",
}


class BeyondTheTable(ValueError):
    """Bank holidays of that year are not in the table, so a working day cannot be counted."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A weekday that did not count, and why."""

    day: date
    reason: str


class Regime:
    """The working days of one body of law, ready to count."""

    def __init__(self, title: str, holidays: Mapping[date, str], *, source: str = "", unverified: str = "") -> None:
        """`holidays` gives the name of each weekday that is no working day."""
        self.title = title
        self.source = source
        self.unverified = unverified
        self._holidays = dict(holidays)
        first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
        every = (first + timedelta(days=n) for n in range((last - first).days + 1))
        self._first, self._last = first, last
        self._days = [d for d in every if d.weekday() < 5 and d not in self._holidays]

    def is_working_day(self, day: date) -> bool:
        """False at weekends and on this regime's holidays. Raises BeyondTheTable."""
        self._check(day)
        return day.weekday() < 5 and day not in self._holidays

    def add(self, day: date, count: int) -> date:
        """The `count`th working day after `day`. Raises BeyondTheTable outside 2010 to 2035."""
        self._check(day)
        place = bisect_right(self._days, day) + count - 1
        if place >= len(self._days):
            raise BeyondTheTable(f"bank holidays are held to the end of {LAST_YEAR}")
        return self._days[place] if count > 0 else day

    def between(self, after: date, until: date) -> int:
        """How many working days lie after `after` and not after `until`."""
        return bisect_right(self._days, until) - bisect_right(self._days, after)

    def skipped(self, after: date, until: date) -> tuple[Skipped, ...]:
        """The weekdays after `after` and not after `until` that did not count, in order."""
        found = [Skipped(d, name) for d, name in self._holidays.items() if after < d <= until and d.weekday() < 5]
        return tuple(sorted(found, key=lambda s: s.day))

    def _check(self, day: date) -> None:
        if not self._first <= day <= self._last:
            raise BeyondTheTable(f"bank holidays are held from {FIRST_YEAR} to {LAST_YEAR}, not for {day.year}")


def holidays_of(divisions: Iterable[Division]) -> dict[date, str]:
    """The holidays of several divisions as one; where only some keep a day, its name says which."""
    chosen = list(divisions)
    names: dict[date, str] = {}
    keepers: dict[date, list[Division]] = {}
    for division in chosen:
        for holiday in bank_holidays(division):
            names.setdefault(holiday.day, holiday.name)
            keepers.setdefault(holiday.day, []).append(division)
    for day, keeping in keepers.items():
        if len(keeping) < len(chosen):
            names[day] += " in " + " and ".join(_DIVISION_NAME[d] for d in keeping)
    return names


@cache
def _regime_data() -> dict[str, dict[str, object]]:
    text = resources.files("holdfast.worktime").joinpath("regimes.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def regime_names() -> tuple[str, ...]:
    """The regimes that `regimes.toml` knows."""
    return tuple(_regime_data())


@cache
def regime(name: str) -> Regime:
    """The regime of that name. Raises KeyError when there is none."""
    data = _regime_data()[name]
    divisions = data["divisions"]
    assert isinstance(divisions, list)  # noqa: S101 - our own file, tested
    return Regime(
        str(data["title"]),
        holidays_of(Division(d) for d in divisions),
        source=str(data["source"]),
        unverified=str(data.get("unverified", "")),
    )
