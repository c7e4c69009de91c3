"""Bank holidays of the three divisions of the United Kingdom that have their own, as a dated table.

Banking and Financial Dealings Act 1971 schedule 1 and proclamations under section 1. Good Friday and Christmas Day
are holidays by common law in England, Wales and Northern Ireland; they stand in the table because nobody counts them
as working days. Years after the newest proclamation are marked `forecast`: the Act's own rule, open to change.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources

FIRST_YEAR = 2010
LAST_YEAR = 2035


class Division(StrEnum):
    """The parts of the United Kingdom that have their own bank holidays."""

    ENGLAND_AND_WALES = "england-and-wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"


@dataclass(frozen=True, slots=True)
class BankHoliday:
    """One day off: `name` as people say it, `basis` in law, `source` of the day."""

    day: date
    name: str
    basis: str
    source: str


@cache
def _table() -> dict[Division, tuple[BankHoliday, ...]]:
    found: dict[Division, list[BankHoliday]] = {division: [] for division in Division}
    text = resources.files("holdfast.worktime").joinpath("bank_holidays.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        holiday = BankHoliday(date.fromisoformat(row["day"]), row["name"], row["basis"], row["source"])
        found[Division(row["division"])].append(holiday)
    return {division: tuple(days) for division, days in found.items()}


def bank_holidays(division: Division) -> tuple[BankHoliday, ...]:
    """The weekdays that are bank holidays there, from 2010 to 2035, in order."""
    return _table()[division]
