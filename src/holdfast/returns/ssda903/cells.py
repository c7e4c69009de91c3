"""One value of a row: the text as it stands in, what it means out, and what is wrong with it.

A column's reader remembers every text that it has met, so that a date or a code is understood once in a file of a
million rows.
"""

from __future__ import annotations

import re
import sys
from abc import abstractmethod
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from holdfast.returns.ssda903.codes import Code, code_lists, year_begins, year_ends, year_name

# A return may be made up a little after its year; a day later than this is a slip of the pen.
_LATE_BY_DAYS = 366
_OLDEST = 26  # care leavers stand in the header until they are 21, a few until 25
_REMEMBERED = 100_000


class Read(NamedTuple):
    """The value (None: blank, or not to be understood), the problem in a sentence (empty: none), and whether the value
    had to be left out.
    """

    value: date | str | None
    problem: str = ""
    left_out: bool = False


_BLANK = Read(None)


class Column(dict[str, Read]):
    """Reads the texts of one column in one collection year, by `column[text]`."""

    def __missing__(self, text: str) -> Read:
        clean = text.replace("\0", "").strip().strip('"').strip()
        read = self.understand(clean) if clean else _BLANK
        if len(self) < _REMEMBERED:
            self[text] = read
        return read

    @abstractmethod
    def understand(self, text: str) -> Read:
        """Text without spaces around it, not empty."""


class Text(Column):
    """Free text, such as a worker's number. Not remembered where each row has its own."""

    def understand(self, text: str) -> Read:
        if len(text) > 60 or not text.isprintable():
            return Read(None, "This is not a number or a code.", True)
        return Read(sys.intern(_without_decimals(text)))


class Coded(Column):
    """A code of a list. A code of another year is taken and said to be so."""

    def __init__(self, list_name: str, year: int) -> None:
        super().__init__()
        self.codes: Mapping[str, Code] = code_lists()[list_name]
        self.year = year

    def understand(self, text: str) -> Read:
        code = self.codes.get(_without_decimals(text.upper()))
        if code is None:
            return Read(None, "This is not a code of the list.", True)
        if not code.is_valid(self.year):
            when = f"{code.years()}, not of {year_name(self.year)}"
            return Read(code.code, f"{code.code} ({code.label}) is a code of returns {when}.")
        return Read(code.code)


class Born(Column):
    """A date of birth."""

    def __init__(self, year: int) -> None:
        super().__init__()
        self.ends = year_ends(year)

    def understand(self, text: str) -> Read:
        day, problem = read_day(text)
        if day is None:
            return Read(None, problem, True)
        if day > self.ends:
            return Read(None, "The child would be born after the year that the return is for.", True)
        if self.ends.year - day.year > _OLDEST:
            return Read(day, f"The child would be {self.ends.year - day.year} in the year of the return.")
        return Read(day, problem)


class Event(Column):
    """A day on which something happened: not later than the return."""

    def __init__(self, year: int) -> None:
        super().__init__()
        self.begins, self.ends = year_begins(year), year_ends(year)

    def understand(self, text: str) -> Read:
        day, problem = read_day(text)
        if day is None:
            return Read(None, problem, True)
        if (day - self.ends).days > _LATE_BY_DAYS:
            return Read(None, "This day is more than a year after the year of the return.", True)
        if self.begins.year - day.year > _OLDEST:
            return Read(None, "This day is too long ago to be about a child in care.", True)
        if day > self.ends:
            return Read(day, f"This day is after the end of the year of the return, {self.ends:%d/%m/%Y}.")
        return Read(day, problem)


class Ends(Column):
    """A day that may lie ahead, such as an eighteenth birthday."""

    def __init__(self, year: int) -> None:
        super().__init__()
        self.ends = year_ends(year)

    def understand(self, text: str) -> Read:
        day, problem = read_day(text)
        if day is None or abs(day.year - self.ends.year) > _OLDEST:
            return Read(None, problem or "This day is too far away to be about a child.", True)
        return Read(day, problem)


def column_for(how: str, year: int) -> Column:
    """The reader that tables.toml names."""
    if how == "text":
        return Text()
    for word, reader in (("event", Event), ("born", Born), ("ends", Ends)):
        if how == word:
            return reader(year)
    return Coded(how, year)


_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6}
_MONTHS |= {"jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12}
_DAY = re.compile(r"(\d{1,2})[/.\-\s](\d{1,2}|[A-Za-z]{3,9})[/.\-\s](\d{4}|\d{2})(?!\d)", re.ASCII)
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)", re.ASCII)
_TIME = re.compile(r"[T\s]+(\d{1,2}):(\d{2})(:\d{2}(\.\d+)?)?\s*([AaPp][Mm])?\s*(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_DAY_NUMBER = re.compile(r"[1-6]\d{4}(\.\d+)?", re.ASCII)


def read_day(text: str) -> tuple[date | None, str]:
    """A day as councils' systems and spreadsheets write it, day before month; and what is wrong with it.

    31/12/2025, 31-12-2025, 31.12.2025, 31-Dec-25, 2025-12-31, any of them with a time of day.
    """
    if iso := _ISO.match(text):
        year, month, day = (int(part) for part in iso.groups())
        rest = text[iso.end() :]
    elif british := _DAY.match(text):
        day, year = int(british[1]), int(british[3])
        name = british[2]
        month = int(name) if name.isdigit() else _MONTHS.get(name[:3].lower(), 0)
        if len(british[3]) == 2:
            year += 2000 if year < 50 else 1900
        rest = text[british.end() :]
    elif _DAY_NUMBER.fullmatch(text):
        return None, "This is a spreadsheet's day number, not a date: format the column as a date and save it again."
    else:
        return None, "This is not a date."
    try:
        found = date(year, month, day)
    except ValueError:
        return None, "There is no such day."
    if not rest:
        return found, ""
    if not (time := _TIME.fullmatch(rest)):
        return None, "This is not a date."
    exact = int(time[1]) or int(time[2])
    return found, "The return has days only: the time of day is not taken." if exact else ""


_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_.\-]{0,39}", re.ASCII)
_SHORTENED = re.compile(r"\d(\.\d+)?[Ee]\+?\d+", re.ASCII)


def read_number(text: str) -> tuple[str, str]:
    """A child's number, or empty text and what is wrong with it."""
    number = _without_decimals(text.replace("\0", "").strip().strip('"').strip())
    if not number:
        return "", "The child's number is blank."
    if _SHORTENED.fullmatch(number):
        return "", "A spreadsheet has shortened the child's number."
    if not _NUMBER.fullmatch(number) or _DAY.fullmatch(number) or _ISO.fullmatch(number):
        return "", "This cannot be a child's number."
    if number.upper() in ("CHILD", "CHILDID"):
        return "", "The headings stand here again."
    return sys.intern(number), ""


def _without_decimals(text: str) -> str:
    # A column of whole numbers with one blank in it comes out of some tools as 1.0.
    return text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text
