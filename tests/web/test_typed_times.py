"""Times as tired people type them: read, asked about, never guessed."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.chronology.moment import Precision
from holdfast.web.moment_entry import NotAMoment, read_clock, read_date, read_moment
from holdfast.worktime.uk_clock import uk_time
from holdfast.worktime.words import say_clock
from tests.builders import at

NOW = at("2026-11-21T02:30Z")


@pytest.mark.parametrize(
    ("typed", "clock", "is_about"),
    [
        ("22:40", time(22, 40), False),
        ("10.40 pm", time(22, 40), False),
        ("10:40PM", time(22, 40), False),
        ("2240", time(22, 40), False),
        ("930pm", time(21, 30), False),
        ("06:40", time(6, 40), False),
        ("22", time(22), False),
        ("about 10 at night", time(22), True),
        ("around 3 in the morning", time(3), True),
        ("3 at night", time(3), False),
        ("12 at night", time(0), False),
        ("7 in the evening", time(19), False),
        ("~ 22:40", time(22, 40), True),
        ("midday", time(12), False),
        ("12am", time(0), False),
        ("12pm", time(12), False),
        ("00:00", time(0), False),
        ("10 o’clock in the morning", time(10), False),
    ],
)
def test_a_time_is_read_as_people_write_it(typed: str, clock: time, is_about: bool) -> None:
    assert read_clock(typed) == (clock, is_about)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("10:40", "add am or pm"),
        ("about 7", "add am or pm"),
        ("midnight", "either end of a day"),
        ("25:00", "real time"),
        ("22:70", "real time"),
        ("13am", "real time"),
        ("late", "such as"),
        ("-1:00", "such as"),
        ("١٠:٤٠ pm; drop table", "such as"),
        ("9" * 40, "such as"),
    ],
)
def test_what_can_be_read_two_ways_or_not_at_all_is_asked_about(typed: str, words: str) -> None:
    with pytest.raises(NotAMoment, match=words):
        read_clock(typed)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)))
def test_every_time_that_a_page_says_can_be_typed_back(instant: datetime) -> None:
    said = say_clock(instant)
    if said != "midnight":
        assert read_clock(said) == (uk_time(instant).time().replace(second=0, microsecond=0), False)


@given(st.text(max_size=45))
def test_no_text_is_more_than_a_time_or_a_plain_refusal(typed: str) -> None:
    try:
        clock, _ = read_clock(typed)
    except NotAMoment as refused:
        assert refused.message and refused.field == "time"
    else:
        assert isinstance(clock, time)


def test_today_is_the_day_on_the_wall_clock() -> None:
    summer_night = at("2026-07-01T23:30Z")  # half past midnight on 2 July in the United Kingdom
    moment = read_moment({"day": "today", "time": "00:10"}, summer_night)
    assert moment.at == at("2026-07-01T23:10Z")
    assert read_moment({"day": "yesterday", "time": "11pm"}, summer_night).at == at("2026-07-01T22:00Z")


def test_a_time_that_is_not_known_leaves_the_day() -> None:
    moment = read_moment({"day": "yesterday", "time_unknown": True}, NOW)
    assert (moment.precision, moment.at) == (Precision.DAY, at("2026-11-20T00:00Z"))


def test_about_is_known_to_the_hour() -> None:
    moment = read_moment({"day": "yesterday", "time": "about 10 at night"}, NOW)
    assert (moment.precision, moment.at) == (Precision.HOUR, at("2026-11-20T22:00Z"))


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({}, "day"),
        ({"day": "tomorrow"}, "day"),
        ({"day": "today"}, "time"),
        ({"day": "today", "time": "10pm", "time_unknown": True}, "time"),
        ({"day": "other", "time": "10pm"}, "date_day"),
        ({"day": "other", "date_day": "31", "date_month": "2", "date_year": "2026", "time": "10pm"}, "date_day"),
        ({"day": "other", "date_day": "3", "date_month": "2", "time": "10pm"}, "date_year"),
    ],
)
def test_each_fault_belongs_to_its_own_question(answers: dict, field: str) -> None:
    with pytest.raises(NotAMoment) as refused:
        read_moment(answers, NOW)
    assert refused.value.field == field


def test_the_hour_that_the_clocks_leave_out_is_refused_and_the_hour_they_repeat_is_about() -> None:
    def on(day: str, month: str, typed: str) -> object:
        return read_moment(
            {"day": "other", "date_day": day, "date_month": month, "date_year": "2026", "time": typed}, NOW
        )

    with pytest.raises(NotAMoment, match="clocks went forward"):
        on("29", "3", "01:30")
    twice = on("25", "October", "01:30")
    assert (twice.at, twice.latest) == (at("2026-10-25T00:30Z"), at("2026-10-25T01:30Z"))


def test_months_may_be_words_and_years_two_digits() -> None:
    assert read_date(["20", "November", "26"], "date").isoformat() == "2026-11-20"
