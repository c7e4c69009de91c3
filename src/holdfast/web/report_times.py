"""Times of a report: everything that `moment_entry` reads, "just now", and "between 9 and 10:30pm". Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from holdfast.chronology.moment import Moment, Precision
from holdfast.missing.report import Stretch
from holdfast.web.moment_entry import NotAMoment, read_clock, read_moment

Answers = Mapping[str, str | bool | None]

_BETWEEN = re.compile(r"^(?:some ?time )?between\s+(?P<first>.+?)\s*(?:\band\b|&|-|–)\s*(?P<last>.+)$", re.IGNORECASE)
_DASHED = re.compile(r"^(?P<first>\d[^–-]*?)\s*[–-]\s*(?P<last>\d.*)$")
_TO = re.compile(r"^\d[\d:.]*\s*(?:am|pm)?\s+to\s+\d", re.IGNORECASE)


def read_stretch(answers: Answers, now: datetime) -> Stretch:
    """`day` may also be `now`. Raises NotAMoment, with words for the page."""
    if answers.get("day") == "now":
        return Stretch(Moment(now.replace(second=0, microsecond=0), Precision.MINUTE))
    typed = str(answers.get("time") or "").strip()
    if _TO.match(typed):
        # "10 to 11pm" is ten to eleven, or from ten until eleven.
        raise NotAMoment("Write “between 10pm and 11pm”, or one time such as 10:50pm", "time")
    found = _BETWEEN.match(typed) or _DASHED.match(typed)
    if found is None or answers.get("time_unknown"):
        return Stretch(read_moment(answers, now))
    return _between(answers, found["first"].strip(), found["last"].strip(), now)


def _between(answers: Answers, first: str, last: str, now: datetime) -> Stretch:
    last_clock, _ = read_clock(last)
    first = _with_half(first, last)
    began = read_moment({**answers, "time": first}, now)
    ended = read_moment({**answers, "time": last}, now)
    if ended.at < began.at:
        # Between 11pm and 1am: the second is on the next day.
        day = began.day + timedelta(days=1)
        date = {"date_day": str(day.day), "date_month": str(day.month), "date_year": str(day.year)}
        ended = read_moment({"day": "other", **date, "time": f"{last_clock:%H:%M}"}, now)
    if ended.at > now >= began.at:
        ended = replace(ended, at=now)  # it has happened, so it was not after now
    return Stretch.between(began, Moment(ended.at, Precision.MINUTE))


def _with_half(first: str, last: str) -> str:
    """The first time as the second one says it: "9" in "between 9 and 10:30pm" is at night."""
    try:
        read_clock(first)
    except NotAMoment:
        ends, _ = read_clock(last)
        for half in ("pm", "am") if ends.hour >= 12 else ("am", "pm"):
            try:
                begins, _ = read_clock(f"{first}{half}")
            except NotAMoment:
                break
            if begins <= ends:
                return f"{first}{half}"
        else:
            return f"{first}pm"
    return first
