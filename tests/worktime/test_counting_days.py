"""Working days, months, hours and the words for them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.worktime.periods import add_months, age_on, birthday, clock_change_inside
from holdfast.worktime.regime import BeyondTheTable, Regime, Skipped, regime, regime_names
from holdfast.worktime.words import say_count, say_day, say_length, say_list, say_time

days = st.dates(date(2011, 1, 1), date(2033, 12, 31))


@pytest.mark.parametrize(
    ("received", "foia", "england_only", "foisa"),
    [
        ("2014-03-16", "2014-04-14", "2014-04-11", "2014-04-11"),
        ("2024-12-20", "2025-01-23", "2025-01-22", "2025-01-23"),
        ("2025-03-03", "2025-04-01", "2025-03-31", "2025-03-31"),
        ("2025-06-30", "2025-07-29", "2025-07-28", "2025-07-28"),
        ("2025-07-28", "2025-08-27", "2025-08-26", "2025-08-26"),
        ("2025-04-11", "2025-05-14", "2025-05-14", "2025-05-13"),
        ("2025-12-19", "2026-01-22", "2026-01-21", "2026-01-22"),
        ("2026-06-01", "2026-06-30", "2026-06-29", "2026-06-30"),
    ],
)
def test_a_request_for_information_is_due_on_its_twentieth_working_day(
    received: str, foia: str, england_only: str, foisa: str
) -> None:
    day = date.fromisoformat(received)
    assert regime("foia").add(day, 20) == date.fromisoformat(foia)
    assert regime("england-care").add(day, 20) == date.fromisoformat(england_only)
    assert regime("foisa").add(day, 20) == date.fromisoformat(foisa)


@pytest.mark.parametrize(
    ("name", "event", "count", "due"),
    [
        ("england-care", "2026-12-24", 1, "2026-12-29"),  # Christmas, Saturday, Sunday, Boxing Day's substitute
        ("england-care", "2026-12-25", 5, "2027-01-05"),
        ("england-care", "2020-05-07", 1, "2020-05-11"),  # the Friday of VE Day
        ("england-care", "2020-05-01", 1, "2020-05-04"),  # and not the Monday
        ("wales-care", "2022-06-01", 1, "2022-06-06"),
        ("england-care", "2022-09-16", 1, "2022-09-20"),
        ("england-care", "2023-05-05", 1, "2023-05-09"),
        ("scotland", "2026-06-12", 1, "2026-06-16"),
        ("england-care", "2026-06-12", 1, "2026-06-15"),
        ("scotland", "2026-01-01", 1, "2026-01-05"),
        ("scotland", "2026-04-02", 1, "2026-04-06"),  # Easter Monday is a working day
        ("northern-ireland", "2026-07-10", 1, "2026-07-14"),
        ("england-care", "2028-02-28", 1, "2028-02-29"),
    ],
)
def test_the_nth_working_day_after_an_event(name: str, event: str, count: int, due: str) -> None:
    assert regime(name).add(date.fromisoformat(event), count) == date.fromisoformat(due)


def test_an_event_at_a_weekend_is_still_day_nought() -> None:
    saturday = date(2026, 11, 21)
    assert regime("england-care").add(saturday, 1) == date(2026, 11, 23)
    assert regime("england-care").add(saturday - timedelta(days=1), 1) == date(2026, 11, 23)


def test_skipped_days_are_named_and_say_which_nation_keeps_them() -> None:
    assert regime("foia").skipped(date(2026, 6, 12), date(2026, 6, 16)) == (
        Skipped(date(2026, 6, 15), "World Cup bank holiday in Scotland"),
    )
    assert regime("england-care").skipped(date(2026, 6, 12), date(2026, 6, 16)) == ()


def test_a_year_outside_the_table_is_refused_and_never_guessed() -> None:
    with pytest.raises(BeyondTheTable):
        regime("foia").add(date(2009, 12, 31), 1)
    with pytest.raises(BeyondTheTable):
        regime("foia").add(date(2035, 12, 20), 20)
    with pytest.raises(BeyondTheTable):
        regime("foia").is_working_day(date(2036, 1, 1))
    none = Regime("No holidays at all", {})
    assert none.add(date(2035, 12, 28), 1) == date(2035, 12, 31)
    with pytest.raises(BeyondTheTable):
        none.add(date(2035, 12, 31), 1)


def test_no_working_days_after_a_saturday_is_that_saturday() -> None:
    assert regime("england-care").add(date(2026, 11, 21), 0) == date(2026, 11, 21)


def test_a_holiday_at_a_weekend_is_no_day_that_was_skipped() -> None:
    assert Regime("Made up", {date(2026, 12, 26): "Boxing Day"}).skipped(date(2026, 12, 24), date(2026, 12, 28)) == ()


@given(days, days, st.integers(1, 60))
def test_one_more_holiday_never_makes_anything_due_earlier(event: date, holiday: date, count: int) -> None:
    fewer = Regime("fewer", {})
    more = Regime("more", {holiday: "One more"})
    assert more.add(event, count) >= fewer.add(event, count)


@given(days, st.integers(1, 60), st.sampled_from(regime_names()))
def test_the_nth_working_day_has_n_working_days_up_to_it(event: date, count: int, name: str) -> None:
    due = regime(name).add(event, count)
    assert regime(name).is_working_day(due)
    walked = [event + timedelta(days=n) for n in range(1, (due - event).days + 1)]
    assert sum(regime(name).is_working_day(d) for d in walked) == count == regime(name).between(event, due)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-01-31", 2, "2026-03-31"),  # from the first date, not from 28 February
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-09-30", 1, "2026-10-30"),  # Dodds v Walker: the corresponding date, not the month's end
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
    ],
)
def test_a_month_ends_on_the_corresponding_date(start: str, months: int, end: str) -> None:
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(end)


def test_a_child_born_on_29_february_turns_18_on_1_march_of_a_common_year() -> None:
    assert birthday(date(2008, 2, 29), 18) == date(2026, 3, 1)
    assert birthday(date(2008, 2, 29), 16) == date(2024, 2, 29)
    assert age_on(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert age_on(date(2008, 2, 29), date(2026, 3, 1)) == 18
    assert age_on(date(2010, 7, 3), date(2026, 7, 2)) == 15


def test_clock_changes_are_found_inside_a_stretch_of_hours() -> None:
    back = clock_change_inside(datetime(2026, 10, 24, 20, tzinfo=UTC), datetime(2026, 10, 27, 20, tzinfo=UTC))
    assert back == (date(2026, 10, 25), timedelta(hours=-1))
    on = clock_change_inside(datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 3, 31, 20, tzinfo=UTC))
    assert on == (date(2026, 3, 29), timedelta(hours=1))
    assert clock_change_inside(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)) is None
    # 00:30 UTC on the day of the change is before it; 01:30 is after it.
    start = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert clock_change_inside(start, datetime(2026, 10, 25, 0, 45, tzinfo=UTC)) is None
    assert clock_change_inside(start, datetime(2026, 10, 25, 1, 30, tzinfo=UTC)) == (
        date(2026, 10, 25),
        timedelta(hours=-1),
    )


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        (datetime(2026, 11, 20, 22, 40, tzinfo=UTC), "Friday 20 November at 10:40pm"),
        (datetime(2026, 7, 1, 23, 0, tzinfo=UTC), "Thursday 2 July at midnight (the start of the day)"),
        (datetime(2026, 7, 1, 11, 0, tzinfo=UTC), "Wednesday 1 July at midday"),
        (datetime(2026, 1, 5, 0, 5, tzinfo=UTC), "Monday 5 January at 12:05am"),
        (datetime(2026, 1, 5, 6, 0, tzinfo=UTC), "Monday 5 January at 6am"),
    ],
)
def test_times_are_said_on_the_uk_clock(instant: datetime, said: str) -> None:
    assert say_time(instant) == said


def test_lengths_counts_lists_and_days_are_said_plainly() -> None:
    assert say_length(timedelta(days=2, hours=3, minutes=59)) == "2 days 3 hours"
    assert say_length(timedelta(days=1, minutes=10)) == "1 day"
    assert say_length(timedelta(days=1)) == "1 day" and say_length(timedelta(days=5)) == "5 days"
    assert say_length(timedelta(minutes=-45)) == "45 minutes"
    assert say_length(timedelta(seconds=30)) == "less than a minute"
    assert say_length(timedelta(hours=1, minutes=1)) == "1 hour 1 minute"
    assert say_count(1, "week") == "1 week" and say_count(20, "working day") == "20 working days"
    assert say_list(["one"]) == "one" and say_list(["one", "two", "three"]) == "one, two and three"
    assert say_day(date(2026, 11, 20), year=True) == "Friday 20 November 2026"
