"""Rows compared with each other: what no single row can show. Nothing here costs a row; each thing found is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from holdfast.returns.ssda903.codes import year_name
from holdfast.returns.ssda903.report import Done, DroppedOut, Fault
from holdfast.returns.ssda903.rows import ChildRows, EpisodeRow, MissingRow, YearRows

Where = Callable[[int], tuple[str, int]]
_ADULT = 18
_FILE_NAME = {"episode": "episodes", "review": "reviews", "worker": "sw_episodes"}


def check_year(year: YearRows, where: Where) -> Iterator[Fault]:
    """The faults between the rows of one collection year."""
    has_header = "header" in year.delivered
    for number, rows in year.children.items():
        yield from _check_child(_Child(number, rows, where), year, has_header)


class _Child:
    def __init__(self, number: str, rows: ChildRows, where: Where) -> None:
        self.number, self.rows, self._where = number, rows, where
        self.born_on: date | None = rows.header[0].born_on if rows.header else None

    def fault(self, word: str, row: Any, column: str, value: object, problem: str) -> Fault:
        name, line = self._where(row.place)
        text = f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value or "")
        return Fault(_FILE_NAME.get(word, word), line, column, text, problem, Done.AS_IT_STANDS, name)

    def line(self, row: Any) -> int:
        return self._where(row.place)[1]


def _check_child(child: _Child, year: YearRows, has_header: bool) -> Iterator[Fault]:
    rows = child.rows
    words = ("missing", "review", "worker", "uasc")
    tables: list[tuple[str, Sequence[Any]]] = [(word, getattr(rows, word)) for word in words]
    if has_header and not rows.header:
        for word, mine in (("episode", rows.episode), *tables):
            for row in mine:
                yield child.fault(word, row, "CHILD", child.number, "The child has no row of the header here.")
    born_on = child.born_on
    if born_on:
        for word, mine in tables:
            for row in mine:
                if row.born_on and row.born_on != born_on:
                    problem = f"The header has another date of birth, {born_on:%d/%m/%Y}, which is taken."
                    yield child.fault(word, row, "DOB", row.born_on, problem)
                if word != "uasc" and row.began < born_on:
                    column = {"missing": "MIS_START", "review": "REVIEW", "worker": "SW_DECOM"}[word]
                    yield child.fault(word, row, column, row.began, _before_birth(born_on))
    if rows.episode:
        yield from _check_episodes(child, sorted(rows.episode, key=_began))
    if rows.missing:
        in_order = sorted(rows.missing, key=_began)
        yield from _check_missing(child, in_order)
        if rows.episode and not {"episode"} & (year.unread_of(child.number) | year.unread):
            yield from _check_missing_in_care(child, in_order)


def _began(row: Any) -> tuple[date, date]:
    return row.began, row.ended or date.max


def _before_birth(born_on: date) -> str:
    return f"This is before the child was born, {born_on:%d/%m/%Y}."


def _years_old(born_on: date, day: date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _check_episodes(child: _Child, episodes: Sequence[EpisodeRow]) -> Iterator[Fault]:
    born_on = child.born_on
    before: EpisodeRow | None = None
    for row in episodes:
        if born_on and row.began < born_on:
            yield child.fault("episode", row, "DECOM", row.began, _before_birth(born_on))
        elif born_on and _years_old(born_on, row.began) >= _ADULT:
            problem = f"The child was {_years_old(born_on, row.began)} on this day: too old to come into care."
            yield child.fault("episode", row, "DECOM", row.began, problem)
        if row.why_ended and row.ended is None:
            yield child.fault("episode", row, "REC", row.why_ended, "A reason for an end, and no end: no end is taken.")
        if row.ended and not row.why_ended:
            yield child.fault("episode", row, "REC", "", "An end without a reason: only the placement ends.")
        if before is not None:
            yield from _check_next(child, before, row)
        # An open one, or the one that lasts longest, is what the next may overlap.
        if before is None or (before.ended or date.max) <= (row.ended or date.max):
            before = row


def _check_next(child: _Child, before: EpisodeRow, row: EpisodeRow) -> Iterator[Fault]:
    if before.ended is None:
        problem = f"It begins while the episode in line {child.line(before)} has no end."
        yield child.fault("episode", row, "DECOM", row.began, problem)
    elif row.began < before.ended:
        problem = f"It begins before the episode in line {child.line(before)} ends, {before.ended:%d/%m/%Y}."
        yield child.fault("episode", row, "DECOM", row.began, problem)
    elif row.began == before.ended and row.why_new != "S" and before.why_ended not in (None, "X1"):
        problem = f"Care ended the same day (line {child.line(before)}), and this is no new start of care."
        yield child.fault("episode", row, "RNE", row.why_new, problem)


def _check_missing(child: _Child, missing: Sequence[MissingRow]) -> Iterator[Fault]:
    before: MissingRow | None = None
    for row in missing:
        if before is not None:
            line = child.line(before)
            if before.ended is None and row.ended is None:
                problem = f"Two periods have no end: this and line {line}."
                yield child.fault("missing", row, "MIS_END", "", problem)
            elif before.ended is None:
                problem = f"It begins while the period in line {line} has no end."
                yield child.fault("missing", row, "MIS_START", row.began, problem)
            elif before[:-1] == row[:-1]:
                problem = f"Line {line} says the same: two times on one day, or one written down twice."
                yield child.fault("missing", row, "MIS_START", row.began, problem)
            elif row.began < before.ended:
                problem = f"It begins before the period in line {line} ends, {before.ended:%d/%m/%Y}."
                yield child.fault("missing", row, "MIS_START", row.began, problem)
        if before is None or (before.ended or date.max) <= (row.ended or date.max):
            before = row


def _check_missing_in_care(child: _Child, missing: Sequence[MissingRow]) -> Iterator[Fault]:
    stays = [(e.began, e.ended or date.max) for e in child.rows.episode]
    # Only an end of care ends it: an episode that ended and was not followed may be a row that is not here.
    has_left = not any(e.ended is None or e.why_ended in (None, "X1") for e in child.rows.episode)
    last_day = max(end for _, end in stays)
    for row in missing:
        if not any(began <= row.began <= ended for began, ended in stays):
            yield child.fault("missing", row, "MIS_START", row.began, "On this day the child is in no episode of care.")
        elif row.ended is None and has_left:
            problem = f"Care ended on {last_day:%d/%m/%Y}, and the period has no end."
            yield child.fault("missing", row, "MIS_END", "", problem)


def dropped_out(last: YearRows, this: YearRows, where: Where) -> Iterator[DroppedOut | Fault]:
    """Children whom last year's return leaves missing or in care and this year's does not speak of.

    The first is the child whom a check that walks this year's rows cannot see (rule 576 of the national validator).
    A child who has other missing rows this year, but not that one, is a fault of this year's table.
    """
    name = year_name(this.year)
    for number, rows in last.children.items():
        open_missing = [m for m in rows.missing if m.ended is None]
        now = this.children.get(number)
        if open_missing:
            yield from _open_missing(number, open_missing[-1], last, this, now, where)
        elif number not in this.seen and (open_episode := _open_episode(rows)):
            problem = f"In care at the end of {year_name(last.year)}, and no row in {name}."
            yield _dropped(number, open_episode, last, "episodes", problem, where)


def _open_episode(rows: ChildRows) -> EpisodeRow | None:
    if not rows.episode:
        return None
    latest = max(rows.episode, key=_began)
    return latest if latest.ended is None and not latest.why_ended else None


def _open_missing(
    number: str, row: MissingRow, last: YearRows, this: YearRows, now: ChildRows | None, where: Where
) -> Iterator[DroppedOut | Fault]:
    name = year_name(this.year)
    was = f"Missing since {row.began:%d/%m/%Y} at the end of {year_name(last.year)}"
    if number not in this.seen:
        yield _dropped(number, row, last, "missing", f"{was}, and no row in {name}.", where)
    elif now is None or not now.missing:
        if "missing" in this.unread_of(number):
            return  # there is a row, kept aside
        problem = f"{was}, and no missing row in {name}, though the child has other rows."
        yield _dropped(number, row, last, "missing", problem, where)
    elif not any(m.began == row.began for m in now.missing):
        child = _Child(number, now, where)
        problem = f"{was}: that period is not carried on here."
        yield child.fault("missing", now.missing[0], "MIS_START", now.missing[0].began, problem)


def _dropped(number: str, row: Any, last: YearRows, table: str, problem: str, where: Where) -> DroppedOut:
    name, line = where(row.place)
    since = max(row.began, date.min).isoformat()
    return DroppedOut(number, year_name(last.year), since, problem, table, line, name)


def all_checks(years: Mapping[int, YearRows], where: Where) -> Iterator[DroppedOut | Fault]:
    """Every year by itself, and each with the one after it."""
    for number in sorted(years):
        yield from check_year(years[number], where)
        if number + 1 in years:
            yield from dropped_out(years[number], years[number + 1], where)
