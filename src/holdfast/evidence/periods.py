"""Spans of time as people write them in replies: "2024", "2023/24", "January to April 2024", "as at 31 March 2024"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), start=1)
    for name in names.split()
}  # fmt: skip
_M = rf"(?P<{{0}}>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_DAY = r"(?P<{0}>[0-9]{{1,2}})(?:st|nd|rd|th)?"
_Y = r"(?P<{0}>(?:19|20)[0-9]{{2}})"
_TO = r"\s*(?:-|to|until|and|through)\s*(?:the\s+)?(?:end of\s+)?"


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `start` to `end`, both included; `written` is the text that says so. One day is a snapshot."""

    start: date
    end: date
    written: str

    @property
    def is_one_day(self) -> bool:
        """A count on a day is no count over a period."""
        return self.start == self.end


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _date(year: str, month: str, day: str) -> date:
    number = int(month) if month.isdigit() else _MONTHS[month]
    return date(int(year) if len(year) == 4 else 2000 + int(year), number, int(day))


_NUMERIC = r"(?P<{0}d>[0-9]{{1,2}})[/.](?P<{0}m>[0-9]{{1,2}})[/.](?P<{0}y>(?:20)?[0-9]{{2}})"
_WAYS = tuple(
    re.compile(rf"(?<![0-9a-z]){pattern}(?![0-9]|[/-][0-9])", re.I)
    for pattern in (
        _NUMERIC.format("a") + _TO + _NUMERIC.format("b"),
        _DAY.format("ad") + r"\s+(?:of\s+)?" + _M.format("am") + rf"(?:,?\s+{_Y.format('ay')})?" + _TO
        + _DAY.format("bd") + r"\s+(?:of\s+)?" + _M.format("bm") + r",?\s+" + _Y.format("by"),
        r"(?P<ay>20[0-9]{2})-(?P<am>[0-9]{2})-(?P<ad>[0-9]{2})" + _TO
        + r"(?P<by>20[0-9]{2})-(?P<bm>[0-9]{2})-(?P<bd>[0-9]{2})",
        _M.format("am") + rf"(?:,?\s+{_Y.format('ay')})?" + _TO + _M.format("bm") + r",?\s+" + _Y.format("by"),
        _NUMERIC.format("o"),
        r"(?P<oy>20[0-9]{2})-(?P<om>[0-9]{2})-(?P<od>[0-9]{2})",
        _DAY.format("od") + r"\s+(?:of\s+)?" + _M.format("om") + r",?\s+" + _Y.format("oy"),
        _M.format("om") + r",?\s+" + _Y.format("oy"),
        r"(?:q|quarter )(?P<quarter>[1-4]),?\s+" + _Y.format("oy"),
        r"(?P<fa>20[0-9]{2})\s*(?:/|-)\s*(?P<fb>(?:20)?[0-9]{2})",
        _Y.format("first") + r"\s*(?:-|to)\s*" + _Y.format("last"),
        r"(?:fy|financial year)\s*" + _Y.format("fy"),
        r"(?:calendar year\s+|(?:the\s+)?year\s+)?" + _Y.format("oy"),
    )
)  # fmt: skip


def spans(text: str) -> tuple[Span, ...]:
    """Every span of time that the text names, in order. What is part of a longer one is not named again."""
    text = re.sub("[\u2010-\u2015\u2212]", "-", text)
    found: list[tuple[int, int, Span]] = []
    for way in _WAYS:
        for match in way.finditer(text):
            if any(match.start() < end and begin < match.end() for begin, end, _ in found):
                continue
            span = _span({name: value.casefold() for name, value in match.groupdict().items() if value}, match.group())
            if span is not None:
                found.append((match.start(), match.end(), span))
    return tuple(span for _, _, span in sorted(found, key=lambda one: one[0]))


def _span(said: dict[str, str], written: str) -> Span | None:
    try:
        ends = _ends(said)
    except ValueError:
        return None
    return Span(*ends, written) if ends and ends[0] <= ends[1] else None


def _ends(said: dict[str, str]) -> tuple[date, date] | None:
    if "fa" in said:
        return _two_years(int(said["fa"]), said["fb"])
    if "fy" in said:
        return None  # "financial year 2024" begins or ends in 2024: not certain
    if "first" in said:
        return date(int(said["first"]), 1, 1), date(int(said["last"]), 12, 31)
    if "quarter" in said:
        first = 3 * int(said["quarter"]) - 2
        return date(int(said["oy"]), first, 1), _month_end(int(said["oy"]), first + 2)
    if "bm" in said:
        last_year = said["by"]
        first_year = said.get("ay", last_year)
        if "ad" in said:
            return _date(first_year, said["am"], said["ad"]), _date(last_year, said["bm"], said["bd"])
        begin, end = _MONTHS[said["am"]], _MONTHS[said["bm"]]
        return date(int(first_year), begin, 1), _month_end(int(last_year), end)
    if "od" in said:
        day = _date(said["oy"], said["om"], said["od"])
        return day, day
    if "om" in said:
        return date(int(said["oy"]), _MONTHS[said["om"]], 1), _month_end(int(said["oy"]), _MONTHS[said["om"]])
    return date(int(said["oy"]), 1, 1), date(int(said["oy"]), 12, 31)


def _two_years(first: int, last: str) -> tuple[date, date] | None:
    """ "2023/24" and "2023-24" are a financial year; "2021-2024" is a run of calendar years."""
    if len(last) == 2:
        return (date(first, 4, 1), date(first + 1, 3, 31)) if int(last) == (first + 1) % 100 else None
    if int(last) == first + 1:
        return None  # "2023-2024": one financial year or two calendar years: not certain
    return (date(first, 1, 1), date(int(last), 12, 31)) if int(last) > first else None


_SNAPSHOT = re.compile(r"\b(as at|as of|as on|on the|snapshot|currently|at present|at the end of|at year end)\b", re.I)


def names_a_day(text: str) -> bool:
    """Whether the text speaks of one day where a period was asked."""
    return _SNAPSHOT.search(text) is not None or any(span.is_one_day for span in spans(text))
