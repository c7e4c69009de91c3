"""Due times to the minute: clock changes, the first and the last hour of a day, in each nation's working days."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from holdfast.chronology.moment import Moment, Precision
from holdfast.duties.reckoning import due_times, threshold_passed
from holdfast.duties.rule import Due, Unit

HOURS_72, DAYS_3 = Due(Unit.HOURS, 72), Due(Unit.CALENDAR_DAYS, 3)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("due", "event", "due_at"),
    [
        # Elapsed hours: the clock on the wall differs after a change.
        (HOURS_72, "2026-10-24T18:00+01:00", "2026-10-27T17:00+00:00"),
        (HOURS_72, "2026-03-28T18:00+00:00", "2026-03-31T19:00+01:00"),
        # Half past one comes twice on the night the clocks go back.
        (HOURS_72, "2026-10-25T01:30+01:00", "2026-10-28T00:30+00:00"),
        (HOURS_72, "2026-10-25T01:30+00:00", "2026-10-28T01:30+00:00"),
        (HOURS_72, "2024-02-28T12:00+00:00", "2024-03-02T12:00+00:00"),
        (HOURS_72, "2026-12-31T23:59+00:00", "2027-01-03T23:59+00:00"),
        # Days: the first and the last hour of a day give the same last day.
        (DAYS_3, "2026-11-20T00:00+00:00", "2026-11-24T00:00+00:00"),
        (DAYS_3, "2026-11-20T23:59+00:00", "2026-11-24T00:00+00:00"),
        (DAYS_3, "2026-06-30T23:59+01:00", "2026-07-04T00:00+01:00"),
        (DAYS_3, "2026-07-01T00:00+01:00", "2026-07-05T00:00+01:00"),
        (DAYS_3, "2026-10-24T23:30+01:00", "2026-10-28T00:00+00:00"),
        (DAYS_3, "2026-03-27T23:30+00:00", "2026-03-31T00:00+01:00"),
        (Due(Unit.CALENDAR_DAYS, 3, first_day_counts=True), "2026-11-20T12:00+00:00", "2026-11-23T00:00+00:00"),
        (Due(Unit.WEEKS, 2), "2026-10-19T09:00+01:00", "2026-11-03T00:00+00:00"),
        (Due(Unit.MONTHS, 1), "2026-01-31T09:00+00:00", "2026-03-01T00:00+00:00"),
        (Due(Unit.MONTHS, 6), "2026-08-31T09:00+01:00", "2027-03-01T00:00+00:00"),
        (Due(Unit.MONTHS, 12), "2024-02-29T09:00+00:00", "2025-03-01T00:00+00:00"),
        (Due(Unit.YEARS_RETENTION, 75), "2008-02-29T09:00+00:00", "2083-03-01T00:00+00:00"),
        # One working day after the last hour of the Friday before Saint Andrew's Day, in each nation.
        (Due(Unit.WORKING_DAYS, 1, "england-care"), "2026-11-27T23:59+00:00", "2026-12-01T00:00+00:00"),
        (Due(Unit.WORKING_DAYS, 1, "wales-care"), "2026-11-27T23:59+00:00", "2026-12-01T00:00+00:00"),
        (Due(Unit.WORKING_DAYS, 1, "scotland"), "2026-11-27T23:59+00:00", "2026-12-02T00:00+00:00"),
        (Due(Unit.WORKING_DAYS, 1, "northern-ireland"), "2026-11-27T23:59+00:00", "2026-12-01T00:00+00:00"),
        # And from the first minute of a summer day, which is the day before in UTC.
        (Due(Unit.WORKING_DAYS, 1, "england-care"), "2026-07-01T00:00+01:00", "2026-07-03T00:00+01:00"),
        (Due(Unit.WORKING_DAYS, 1, "scotland"), "2026-06-30T23:59+01:00", "2026-07-02T00:00+01:00"),
        (Due(Unit.IMMEDIATE), "2026-11-20T22:40+00:00", "2026-11-20T22:40+00:00"),
    ],
)
def test_a_due_time(due: Due, event: str, due_at: str) -> None:
    found, on, latest = due_times(due, Moment(at(event)))
    assert found == at(due_at) == latest
    assert on is not None


def test_what_is_known_to_the_hour_the_day_or_the_month_has_an_earliest_and_a_latest() -> None:
    hour = Moment(at("2026-11-20T22:00+00:00"), Precision.HOUR)
    assert due_times(HOURS_72, hour)[::2] == (at("2026-11-23T22:00+00:00"), at("2026-11-23T23:00+00:00"))
    day = Moment.parse("2026-10-24")
    assert due_times(HOURS_72, day)[::2] == (at("2026-10-27T00:00+01:00"), at("2026-10-28T00:00+01:00"))
    assert due_times(DAYS_3, day)[::2] == (at("2026-10-28T00:00+00:00"), at("2026-10-28T00:00+00:00"))
    month = Moment.parse("2026-11")
    assert due_times(DAYS_3, month)[::2] == (at("2026-11-05T00:00+00:00"), at("2026-12-04T00:00+00:00"))


@pytest.mark.parametrize(
    ("due", "began", "passed"),
    [
        (Due(Unit.HOURS_THRESHOLD, 24), "2026-10-24T20:00+01:00", "2026-10-25T19:00+00:00"),
        (Due(Unit.HOURS_THRESHOLD, 72), "2026-11-20T22:40+00:00", "2026-11-23T22:40+00:00"),
        # The first school day of an absence counts; a weekend and a holiday do not.
        (Due(Unit.SCHOOL_DAYS_THRESHOLD, 10, "school-england"), "2026-11-02T09:00+00:00", "2026-11-14T00:00+00:00"),
        (Due(Unit.SCHOOL_DAYS_THRESHOLD, 10, "school-england"), "2026-08-24T09:00+01:00", "2026-09-08T00:00+01:00"),
        (Due(Unit.SCHOOL_DAYS_THRESHOLD, 10, "school-england"), "2026-11-07T09:00+00:00", "2026-11-21T00:00+00:00"),
    ],
)
def test_a_duty_begins_when_the_hours_or_the_school_days_are_over(due: Due, began: str, passed: str) -> None:
    assert threshold_passed(due, at(began)) == at(passed)
