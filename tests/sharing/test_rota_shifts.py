"""Who is on, at every instant, also on the two nights on which the clocks change."""

from __future__ import annotations

import itertools
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.sharing.rota.shifts import Change, On, Pattern, at_wall, gaps, overlap, roster
from tests.builders import at

HOUR, EVERY_DAY = timedelta(hours=1), frozenset(range(7))
ALWAYS = {n: [(at("2020-01-01T00:00Z"), None)] for n in range(1, 5)}


def nights(person: int = 1, **more: object) -> Pattern:
    said = {"number": person, "person": person, "weekdays": EVERY_DAY, "starts": time(22), "ends": time(8),
            "first_day": date(2026, 1, 1)}  # fmt: skip
    return Pattern(**{**said, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("evening", "hours"),
    [(date(2026, 3, 28), 9), (date(2026, 10, 24), 11), (date(2026, 6, 1), 10), (date(2027, 3, 27), 9)],
)
def test_a_night_shift_is_nine_or_eleven_hours_long_when_the_clocks_change(evening: date, hours: int) -> None:
    starts, ends = nights().shift_of(evening)
    assert ends - starts == hours * HOUR


@pytest.mark.parametrize(
    ("day", "clock", "instant"),
    [
        (date(2026, 3, 29), time(0, 59), "2026-03-29T00:59Z"),
        (date(2026, 3, 29), time(1, 30), "2026-03-29T01:00Z"),
        (date(2026, 3, 29), time(2, 0), "2026-03-29T01:00Z"),
        (date(2026, 10, 25), time(1, 30), "2026-10-25T00:30Z"),
        (date(2026, 10, 25), time(2, 0), "2026-10-25T02:00Z"),
        (date(2026, 7, 1), time(9, 0), "2026-07-01T08:00Z"),
    ],
)
def test_a_wall_time_that_happens_twice_or_never_is_one_instant(day: date, clock: time, instant: str) -> None:
    assert at_wall(day, clock) == at(instant)


def test_two_shifts_that_meet_at_an_hour_that_the_clocks_skip_leave_no_gap() -> None:
    first, second = nights(1, ends=time(1, 30)), nights(2, starts=time(1, 30), ends=time(22))
    for begins, ends in (("2026-03-28T12:00Z", "2026-03-30T12:00Z"), ("2026-10-24T12:00Z", "2026-10-26T12:00Z")):
        found = roster([first, second], [], ALWAYS, at(begins), at(ends))
        assert not gaps(found)
    assert not list(nights(starts=time(1, 15), ends=time(1, 45)).shifts(date(2026, 3, 29), date(2026, 3, 29)))


def test_every_second_week_is_counted_from_the_week_of_the_first_day() -> None:
    found = nights(weekdays=frozenset({0, 2}), first_day=date(2026, 11, 4), every=2)
    begin = [d for n in range(30) if found.begins_on(d := date(2026, 11, 1) + timedelta(days=n))]
    assert begin == [date(2026, 11, d) for d in (4, 16, 18, 30)]


def test_a_later_change_lies_over_an_earlier_one_and_over_the_pattern() -> None:
    begins, ends = at("2026-11-20T22:00Z"), at("2026-11-21T08:00Z")
    changes = [Change(1, begins, ends, None), Change(2, begins + HOUR, begins + 3 * HOUR, 2)]
    found = roster([nights()], changes, ALWAYS, begins, ends)
    assert [(one.person, one.length // HOUR) for one in found] == [(None, 1), (2, 2), (None, 7)]
    assert [g.length // HOUR for g in gaps(found)] == [1, 7]


def test_whoever_leaves_in_the_middle_of_a_shift_leaves_a_gap_at_once() -> None:
    begins, ends = at("2026-11-20T22:00Z"), at("2026-11-21T08:00Z")
    held = {1: [(at("2026-01-01T00:00Z"), at("2026-11-21T00:00Z"))]}
    found = roster([nights()], [], held, begins, ends)
    assert [(o.person, o.missing, o.length // HOUR) for o in found] == [(1, None, 2), (None, 1, 8)]
    renewed = {1: [*held[1], (at("2026-11-21T00:00Z"), None)]}
    assert not gaps(roster([nights()], [], renewed, begins, ends)), "one post after the other"


def test_a_pattern_that_would_put_two_people_on_at_once_is_found_before_it_is_made() -> None:
    fortnightly = nights(2, weekdays=frozenset({4}), starts=time(7), ends=time(9), every=2, first_day=date(2026, 11, 9))
    assert overlap(fortnightly, [nights(1, weekdays=frozenset({0}))]) is None
    found = overlap(fortnightly, [nights(1)])
    assert found is not None and found[0].person == 1 and found[1] == at("2026-11-13T07:00Z")
    assert overlap(nights(2, first_day=date(2031, 1, 1)), [nights(1)]) is not None
    assert overlap(nights(2, last_day=date(2025, 1, 1), first_day=date(2024, 1, 1)), [nights(1)]) is None


_DAYS = st.dates(date(2026, 3, 20), date(2026, 4, 5)) | st.dates(date(2026, 10, 15), date(2026, 11, 1))
_TIMES = st.times().map(lambda t: t.replace(minute=t.minute // 15 * 15, second=0, microsecond=0))
_PATTERNS = st.lists(
    st.builds(Pattern, st.integers(1, 9), st.integers(1, 4), st.frozensets(st.integers(0, 6)), _TIMES, _TIMES, _DAYS,
              st.none() | _DAYS, st.sampled_from([1, 2, 3])),
    max_size=4, unique_by=lambda p: p.number,
)  # fmt: skip


@st.composite
def _changes(draw: st.DrawFn, begins: datetime) -> list[Change]:
    found = []
    for number in range(draw(st.integers(0, 4))):
        starts = begins + draw(st.integers(-48, 200)) * HOUR
        found.append(
            Change(number, starts, starts + draw(st.integers(1, 60)) * HOUR, draw(st.sampled_from([None, 1, 2])))
        )
    return found


@given(_PATTERNS, st.data(), _DAYS)
def test_shifts_and_gaps_together_are_the_whole_time_and_nobody_is_on_whom_nothing_says(
    patterns: list[Pattern], data: st.DataObject, day: date
) -> None:
    begins = at_wall(day, time(0))
    ends = begins + timedelta(days=6)
    changes = data.draw(_changes(begins))
    left = begins + data.draw(st.integers(-10, 200)) * HOUR
    held = {**ALWAYS, 1: [(begins - 999 * HOUR, left)]}
    found = roster(patterns, changes, held, begins, ends)
    assert found[0].starts == begins and found[-1].ends == ends
    assert all(a.ends == b.starts for a, b in itertools.pairwise(found)), "no hole, no two at once"
    on = sum((o.length for o in found if o.person), timedelta())
    assert on + sum((g.length for g in gaps(found)), timedelta()) == ends - begins
    for one in found:
        _is_what_was_said(one, patterns, changes, left)


def _is_what_was_said(one: On, patterns: list[Pattern], changes: list[Change], left: datetime) -> None:
    """Read in another way than `roster` reads it: one instant, every pattern's neighbouring days."""
    instant = one.starts + one.length / 2
    over = [c for c in changes if c.starts <= instant < c.ends]
    said = {over[-1].person} if over else {
        p.person for p in patterns for n in range(-2, 2)
        if p.begins_on(d := instant.date() + timedelta(days=n)) and p.shift_of(d)[0] <= instant < p.shift_of(d)[1]
    }  # fmt: skip
    if one.person is not None:
        assert one.person in said and not (one.person == 1 and instant >= left)
    else:
        assert not {p for p in said if p is not None and not (p == 1 and instant >= left)} or one.missing == 1
