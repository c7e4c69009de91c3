"""Entries known only to the day stand where they can have happened."""

from __future__ import annotations

import pytest

from holdfast.chronology.reading_order import in_reading_order
from holdfast.config.vocabulary import vocabulary
from holdfast.duties.timeline import read_entry

NOTICED, RETURNED = "missing.noticed", "missing.returned"


def order(*timeline: str) -> list[str]:
    """The kinds of a timeline in reading order."""
    words = vocabulary()
    return [e.kind for e in in_reading_order([read_entry(one, n, words) for n, one in enumerate(timeline)], words)]


def test_a_return_known_to_the_day_comes_after_the_absence_of_that_evening() -> None:
    assert order(f"Fri 20 Nov 2026  {RETURNED}", f"Fri 20 Nov 2026 22:40  {NOTICED}") == [NOTICED, RETURNED]


def test_what_begins_something_else_meanwhile_does_not_let_it_in() -> None:
    waited = [f"Fri 20 Nov 2026  {RETURNED}", "Fri 20 Nov 2026 15:00  placement.started"]
    assert order(*waited, f"Fri 20 Nov 2026 22:40  {NOTICED}") == ["placement.started", NOTICED, RETURNED]


def test_two_endings_known_to_the_day_both_come_after_it() -> None:
    ended = [f"Fri 20 Nov 2026  {RETURNED}", "Fri 20 Nov 2026  missing.found"]
    first, *others = order(*ended, f"Fri 20 Nov 2026 22:40  {NOTICED}")
    assert first == NOTICED and sorted(others) == ["missing.found", RETURNED]


def test_the_other_half_of_an_ending_stays_with_it() -> None:
    """Found last night, returned "on the 20th", away again that evening: the return is of the first absence."""
    before = [f"Thu 19 Nov 2026 18:00  {NOTICED}", "Thu 19 Nov 2026 23:00  missing.found"]
    after = [f"Fri 20 Nov 2026  {RETURNED}", f"Fri 20 Nov 2026 22:40  {NOTICED}"]
    assert order(*before, *after) == [NOTICED, "missing.found", RETURNED, NOTICED]


def test_two_days_later_it_is_no_other_half() -> None:
    before = [f"Wed 18 Nov 2026 18:00  {NOTICED}", "Wed 18 Nov 2026 23:00  missing.found"]
    after = [f"Fri 20 Nov 2026  {RETURNED}", f"Fri 20 Nov 2026 22:40  {NOTICED}"]
    assert order(*before, *after) == [NOTICED, "missing.found", NOTICED, RETURNED]


@pytest.mark.parametrize("known", ["Fri 20 Nov 2026", "Fri 20 Nov 2026 00:00"])
def test_an_absence_that_stands_ends_with_a_return_of_any_precision(known: str) -> None:
    began = f"Thu 19 Nov 2026 18:00  {NOTICED}"
    assert order(began, f"{known}  {RETURNED}", f"Fri 20 Nov 2026 22:40  {NOTICED}") == [NOTICED, RETURNED, NOTICED]


def test_the_next_day_is_too_late_for_a_return_of_the_day() -> None:
    assert order(f"Fri 20 Nov 2026  {RETURNED}", f"Sat 21 Nov 2026 00:10  {NOTICED}") == [RETURNED, NOTICED]
