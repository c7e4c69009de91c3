"""The chronology as a reader asks for it: of one subject, as known at the end of a day, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from django.http import QueryDict

from holdfast.web.child_page import Line
from holdfast.web.forms import KnownOn
from holdfast.web.moment_entry import NotAMoment, read_date
from holdfast.worktime.uk_clock import day_ends

PAGE_SIZE = 40
SUBJECTS = (
    ("", "Everything"),
    ("missing", "Missing"),
    ("care", "Care"),
    ("placement", "Placements"),
    ("trafficking", "Trafficking"),
    ("asylum", "Asylum"),
    ("child", "Who the child is"),
    ("sharing", "Sharing and handover"),
)
# Taking over is told with sharing: both are about who knows and who acts.
_TOGETHER = {"sharing": ("sharing", "handover")}


def known_on(query: QueryDict) -> tuple[KnownOn, datetime | None]:
    """The form, and the end of the day that was asked for; None for what is known now."""
    form = KnownOn(query if any(query.get(f"known_{part}") for part in ("day", "month", "year")) else None)
    if not form.is_valid():
        return form, None
    typed = [form.cleaned_data[f"known_{part}"] for part in ("day", "month", "year")]
    try:
        return form, day_ends(read_date(typed, "known"))
    except NotAMoment as error:
        form.add_error(error.field, error.message)
        return form, None
    except OverflowError:
        form.add_error("known_year", "Enter a year before 9999")
        return form, None


def narrowed(lines: Sequence[Line], subject: str) -> Sequence[Line]:
    """The lines of one subject; an unknown subject narrows nothing."""
    if subject not in dict(SUBJECTS) or not subject:
        return lines
    rooms = _TOGETHER.get(subject, (subject,))
    return [line for line in lines if line.entry.kind.partition(".")[0] in rooms]


_T = TypeVar("_T")


def pages_of(lines: Sequence[_T], typed: str) -> tuple[Sequence[_T], int, int]:
    """One page of lines, its number from 1, and how many pages there are."""
    count = max(1, -(-len(lines) // PAGE_SIZE))
    number = min(max(int(typed), 1), count) if typed.isdecimal() and len(typed) < 6 else 1
    return lines[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, count
