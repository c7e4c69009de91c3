"""The table of bank holidays, worked out a second time from the rules, and held against two public libraries."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays

from holdfast.worktime.bank_holidays import FIRST_YEAR, LAST_YEAR, Division, bank_holidays

MOVED = {date(2020, 5, 4): date(2020, 5, 8), date(2022, 5, 30): date(2022, 6, 2), date(2012, 5, 28): date(2012, 6, 4)}
ONE_OFF = [date(2011, 4, 29), date(2012, 6, 5), date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8)]


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    i, k = c // 4, c % 4
    n = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * n) // 451
    month, day = divmod(h + n - 7 * m + 114, 31)
    return date(year, month, day + 1)


def first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7)


def last_monday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=last.weekday())


def weekdays_for(fixed: list[date]) -> set[date]:
    """Each fixed day, or where it falls at a weekend the next weekday that is not taken."""
    taken = {d for d in fixed if d.weekday() < 5}
    for day in [d for d in fixed if d.weekday() >= 5]:
        while day.weekday() >= 5 or day in taken:
            day += timedelta(days=1)
        taken.add(day)
    return taken


def by_rule(division: Division, year: int) -> set[date]:
    scotland = division is Division.SCOTLAND
    found = weekdays_for([date(year, 1, 1), *([date(year, 1, 2)] if scotland else [])])
    found |= weekdays_for([date(year, 12, 25), date(year, 12, 26)])
    found |= {easter(year) - timedelta(days=2), first_monday(year, 5), last_monday(year, 5)}
    found.add(first_monday(year, 8) if scotland else last_monday(year, 8))
    if scotland:
        found |= weekdays_for([date(year, 11, 30)])
        found |= {date(2026, 6, 15)} if year == 2026 else set()
    else:
        found.add(easter(year) + timedelta(days=1))
    if division is Division.NORTHERN_IRELAND:
        found |= weekdays_for([date(year, 3, 17)]) | weekdays_for([date(year, 7, 12)])
    found = {MOVED.get(day, day) for day in found}
    return found | {day for day in ONE_OFF if day.year == year}


@pytest.mark.parametrize("division", Division)
@pytest.mark.parametrize("year", range(FIRST_YEAR, LAST_YEAR + 1))
def test_the_table_is_what_the_rules_and_proclamations_give(division: Division, year: int) -> None:
    assert {h.day for h in bank_holidays(division) if h.day.year == year} == by_rule(division, year)


def test_every_holiday_is_a_weekday_with_a_name_a_basis_and_a_source() -> None:
    for division in Division:
        for holiday in bank_holidays(division):
            assert holiday.day.weekday() < 5
            assert holiday.name and holiday.source
            assert holiday.basis in {"schedule", "proclaimed", "substitute", "moved", "common law", "forecast"}


PUBLIC_LIBRARY_CODE = {Division.ENGLAND_AND_WALES: "ENG", Division.SCOTLAND: "SCT", Division.NORTHERN_IRELAND: "NIR"}


@pytest.mark.parametrize("division", Division)
def test_where_the_holidays_library_differs_and_why_we_hold_what_we_hold(division: Division) -> None:
    """It also lists the weekend day that a substitute stands for; a weekend is never a working day, so those are
    left out here. On weekdays it holds what we hold."""
    theirs = {
        day
        for day in holidays.country_holidays(
            "GB", subdiv=PUBLIC_LIBRARY_CODE[division], years=range(FIRST_YEAR, LAST_YEAR + 1)
        )
        if day.weekday() < 5
    }
    assert {h.day for h in bank_holidays(division)} ^ theirs == set()


GOVUK_DIFFERS = {
    # Proclaimed in February 2026 for Scotland's first match; the list carried by the library is older than that.
    Division.SCOTLAND: {date(2026, 6, 15)},
}


@pytest.mark.parametrize("division", Division)
def test_where_the_govuk_list_differs_and_why_we_hold_what_we_hold(division: Division) -> None:
    listed = BankHolidays(use_cached_holidays=True).get_holidays(division.value)
    theirs = {event["date"] for event in listed if event["date"].weekday() < 5}
    first, last = min(theirs), max(theirs)
    ours = {h.day for h in bank_holidays(division) if first <= h.day <= last}
    assert ours ^ {d for d in theirs if d.year >= FIRST_YEAR} == GOVUK_DIFFERS.get(division, set())


@pytest.mark.shared
def test_the_shared_list_of_2024_to_2028_agrees() -> None:
    path = Path(__file__).parents[3] / "shared" / "law" / "codes" / "bank_holidays_2024_2028.csv"
    if not path.exists():
        pytest.skip("the shared material is not beside the repository")
    names = {Division.ENGLAND_AND_WALES: "England", Division.SCOTLAND: "Scotland"}
    names[Division.NORTHERN_IRELAND] = "Northern Ireland"
    rows = [line.split(",")[:2] for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    for division, name in names.items():
        theirs = {date.fromisoformat(day) for nation, day in rows if nation == name}
        assert theirs == {h.day for h in bank_holidays(division) if 2024 <= h.day.year <= 2028}
