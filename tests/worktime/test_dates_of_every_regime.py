"""One table of dates for every regime, counted by hand with a calendar: substitute days, one-off days, leap days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from holdfast.worktime.periods import add_months, age_on, birthday
from holdfast.worktime.regime import regime, regime_names
from holdfast.worktime.uk_clock import day_begins, day_ends, uk_day

# Which column of the table each regime reads.
ENGLAND_AND_WALES, SCOTLAND, NORTHERN_IRELAND, ANY_NATION = range(4)
COLUMN = {
    "england-care": ENGLAND_AND_WALES,
    "wales-care": ENGLAND_AND_WALES,
    "referral-mechanism": ENGLAND_AND_WALES,
    "transfer-scheme": ENGLAND_AND_WALES,
    "school-england": ENGLAND_AND_WALES,
    "court": ENGLAND_AND_WALES,
    "scotland": SCOTLAND,
    "foisa": SCOTLAND,
    "northern-ireland": NORTHERN_IRELAND,
    "foia": ANY_NATION,
}

# What happens, the event, how many working days, and the last day in each column.
TABLE = [
    ("the working day after a Wednesday", "2026-11-18", 1, "2026-11-19", "2026-11-19", "2026-11-19", "2026-11-19"),
    ("an event on a Saturday", "2026-11-21", 1, "2026-11-23", "2026-11-23", "2026-11-23", "2026-11-23"),
    ("an event on a Sunday", "2026-11-22", 1, "2026-11-23", "2026-11-23", "2026-11-23", "2026-11-23"),
    ("Boxing Day is a Saturday", "2026-12-23", 2, "2026-12-29", "2026-12-29", "2026-12-29", "2026-12-29"),
    ("2 January is a Saturday", "2026-12-31", 1, "2027-01-04", "2027-01-05", "2027-01-04", "2027-01-05"),
    ("ten days over that Christmas", "2026-12-21", 10, "2027-01-07", "2027-01-08", "2027-01-07", "2027-01-08"),
    ("Christmas Day is a Saturday", "2021-12-24", 1, "2021-12-29", "2021-12-29", "2021-12-29", "2021-12-29"),
    ("New Year's Day is a Saturday", "2021-12-31", 1, "2022-01-04", "2022-01-05", "2022-01-04", "2022-01-05"),
    ("New Year's Day is a Sunday", "2022-12-30", 1, "2023-01-03", "2023-01-04", "2023-01-03", "2023-01-04"),
    ("Christmas Day is a Sunday", "2022-12-23", 1, "2022-12-28", "2022-12-28", "2022-12-28", "2022-12-28"),
    ("the first day after 2027", "2027-12-31", 1, "2028-01-04", "2028-01-05", "2028-01-04", "2028-01-05"),
    ("Saint Patrick's Day", "2026-03-16", 1, "2026-03-17", "2026-03-17", "2026-03-18", "2026-03-18"),
    ("Easter", "2026-04-02", 1, "2026-04-07", "2026-04-06", "2026-04-07", "2026-04-07"),
    ("the twelfth of July is a Sunday", "2026-07-10", 1, "2026-07-13", "2026-07-13", "2026-07-14", "2026-07-14"),
    ("the Scottish summer holiday", "2026-07-31", 1, "2026-08-03", "2026-08-04", "2026-08-03", "2026-08-04"),
    ("the other summer holiday", "2026-08-28", 1, "2026-09-01", "2026-08-31", "2026-09-01", "2026-09-01"),
    ("Saint Andrew's Day", "2026-11-27", 1, "2026-11-30", "2026-12-01", "2026-11-30", "2026-12-01"),
    ("the proclaimed 15 June 2026", "2026-06-12", 1, "2026-06-15", "2026-06-16", "2026-06-15", "2026-06-16"),
    ("the jubilee of 2022", "2022-06-01", 1, "2022-06-06", "2022-06-06", "2022-06-06", "2022-06-06"),
    ("the funeral of 2022", "2022-09-16", 1, "2022-09-20", "2022-09-20", "2022-09-20", "2022-09-20"),
    ("to a leap day", "2024-02-28", 1, "2024-02-29", "2024-02-29", "2024-02-29", "2024-02-29"),
    ("from a leap day", "2024-02-29", 1, "2024-03-01", "2024-03-01", "2024-03-01", "2024-03-01"),
    ("no leap day in 2026", "2026-02-27", 1, "2026-03-02", "2026-03-02", "2026-03-02", "2026-03-02"),
    ("the clocks go forward", "2026-03-27", 1, "2026-03-30", "2026-03-30", "2026-03-30", "2026-03-30"),
    ("the clocks go back", "2026-10-23", 1, "2026-10-26", "2026-10-26", "2026-10-26", "2026-10-26"),
    ("the end of a month", "2026-01-30", 1, "2026-02-02", "2026-02-02", "2026-02-02", "2026-02-02"),
]


def test_every_regime_has_its_column() -> None:
    assert set(regime_names()) <= set(COLUMN)


@pytest.mark.parametrize("name", regime_names())
@pytest.mark.parametrize("row", TABLE, ids=[row[0] for row in TABLE])
def test_a_day_of_the_table(row: tuple[str, str, int, str, str, str, str], name: str) -> None:
    _, event, count, *columns = row
    after, last = date.fromisoformat(event), date.fromisoformat(columns[COLUMN[name]])
    assert regime(name).add(after, count) == last
    assert regime(name).between(after, last) == count
    assert regime(name).is_working_day(last)


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-01-31", 2, "2026-03-31"),
        ("2026-03-31", 1, "2026-04-30"),
        ("2026-02-28", 1, "2026-03-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-12-31", 6, "2027-06-30"),
        ("2026-12-01", 1, "2027-01-01"),
        ("2026-05-31", -3, "2026-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
    ],
)
def test_a_month_ends_on_the_corresponding_day_or_the_last(day: str, months: int, last: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("born", "age", "reached"),
    [
        ("2008-02-29", 18, "2026-03-01"),
        ("2008-02-29", 20, "2028-02-29"),
        ("2012-02-29", 18, "2030-03-01"),
        ("2008-02-28", 18, "2026-02-28"),
        ("2008-03-01", 18, "2026-03-01"),
        ("2010-12-31", 16, "2026-12-31"),
    ],
)
def test_a_birthday_is_reached_at_its_first_moment(born: str, age: int, reached: str) -> None:
    born_on, day = date.fromisoformat(born), date.fromisoformat(reached)
    assert birthday(born_on, age) == day
    assert age_on(born_on, day) == age and age_on(born_on, day - timedelta(days=1)) == age - 1


@pytest.mark.parametrize(
    ("day", "begins", "hours"),
    [
        ("2026-11-20", "2026-11-20T00:00", 24),
        ("2026-07-01", "2026-06-30T23:00", 24),
        ("2026-03-29", "2026-03-29T00:00", 23),
        ("2026-10-25", "2026-10-24T23:00", 25),
        ("2027-03-28", "2027-03-28T00:00", 23),
        ("2027-10-31", "2027-10-30T23:00", 25),
        ("2024-02-29", "2024-02-29T00:00", 24),
    ],
)
def test_a_day_begins_and_ends_on_the_uk_clock(day: str, begins: str, hours: int) -> None:
    this = date.fromisoformat(day)
    first = datetime.fromisoformat(begins).replace(tzinfo=UTC)
    assert day_begins(this) == first and day_ends(this) == first + timedelta(hours=hours)
    assert uk_day(first) == this and uk_day(first - timedelta(minutes=1)) == this - timedelta(days=1)
    assert uk_day(day_ends(this) - timedelta(minutes=1)) == this


def test_the_quick_way_to_a_uk_day_is_the_way_of_the_clock() -> None:
    """Every hour of the years from 1970 on, when the clock stood an hour ahead all the year, and of the last war."""
    from holdfast.worktime.uk_clock import LONDON

    for first in (
        datetime(1943, 7, 1, tzinfo=UTC),
        datetime(1970, 12, 31, tzinfo=UTC),
        datetime(2026, 3, 27, tzinfo=UTC),
    ):
        for hours in range(24 * 400):
            instant = first + timedelta(hours=hours, minutes=59)
            assert uk_day(instant) == instant.astimezone(LONDON).date()
