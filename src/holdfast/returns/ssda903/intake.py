"""The way in: a delivery read, checked, and given out child by child."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast.chronology.draft import Draft
from holdfast.returns.ssda903.checks import all_checks
from holdfast.returns.ssda903.codes import year_name
from holdfast.returns.ssda903.facts import YearOfChild, drafts_of
from holdfast.returns.ssda903.found_files import CannotRead, find_files
from holdfast.returns.ssda903.reading import Reading
from holdfast.returns.ssda903.report import DroppedOut, IntakeReport
from holdfast.returns.ssda903.rows import ChildRows, YearRows
from holdfast.returns.ssda903.taking import source_of

__all__ = ["CannotRead", "Return", "ReturnChild", "read_return"]


@dataclass(frozen=True, slots=True)
class ReturnChild:
    """One child of the return: the number that the council knows them by, and their facts in time order.

    `delivered` holds (source, table word) for each table that was wholly understood for this child: hand it to
    `restate`, which withdraws nothing beyond it.
    """

    number: str
    drafts: tuple[Draft, ...]
    delivered: frozenset[tuple[str, str]]


class Return:
    """A delivery that has been read and checked. `report` is whole but for what the writer counts into it."""

    def __init__(self, reading: Reading, report: IntakeReport) -> None:
        self.report = report
        self.authority = report.authority
        self._years = [reading.years[year] for year in sorted(reading.years)]
        self._sources = {year.year: source_of(report.authority, year.year) for year in self._years}
        self.sources: tuple[str, ...] = tuple(self._sources.values())
        self.delivered: frozenset[tuple[str, str]] = frozenset(
            (self._sources[y.year], word) for y in self._years for word in y.delivered - y.unread
        )

    def numbers(self) -> list[str]:
        """The numbers of the children of whom a row was taken, in order."""
        taken = {n for year in self._years for n, rows in year.children.items() if _has_rows(rows)}
        return sorted(taken)

    def numbers_seen(self) -> frozenset[str]:
        """Every number that stands anywhere in the delivery, also in rows that were kept aside or not used."""
        return frozenset().union(*(year.seen for year in self._years))

    def children(self) -> Iterator[ReturnChild]:
        """Each child in turn, in the order of their numbers. Drafts are made as they are asked for."""
        for number in self.numbers():
            yield self.child(number)

    def child(self, number: str) -> ReturnChild:
        """One child's facts; no drafts for a number of whom no row was taken."""
        mine = [(year, year.children[number]) for year in self._years if number in year.children]
        years = [YearOfChild(year.year, self._sources[year.year], rows) for year, rows in mine if _has_rows(rows)]
        unread = {(self._sources[y.year], word) for y in self._years for word in y.unread_of(number)}
        drafts = drafts_of(number, years, self.authority) if years else ()
        return ReturnChild(number, drafts, self.delivered - unread if unread else self.delivered)


def read_return(path: Path, *, authority: str, last: Path | None = None, collection_year: int | None = None) -> Return:
    """Read a delivery: a file, a folder, a ZIP, or a folder of folders by year or called this and last.

    `authority` is a code, taken as text. `last` is last year's return where it lies elsewhere. `collection_year` is the
    year in which the newest collection ends (2026 for 2025/26); without it the dates say.

    Raises CannotRead, with a sentence for the user, when nothing is there or nothing tells the year. Everything else
    that is wrong is in the report.
    """
    report = IntakeReport(authority)
    files, faults = find_files(path)
    if last is not None:
        files = [f for f in files if not _lies_in(path, f.name, last)]
        more, more_faults = find_files(last, group="last")
        files += more
        faults += more_faults
    report.faults.extend(faults)
    if not files and not faults:
        raise CannotRead(f"There is no file in {path}.")
    reading = Reading(files, report, collection_year)
    for found in all_checks(reading.years, reading.where):
        if isinstance(found, DroppedOut):
            report.dropped_out.append(found)
        else:
            report.faults.append(found)
    report.faults.settle()
    report.dropped_out.sort()
    told = Return(reading, report)
    report.years = tuple(year_name(year) for year in sorted(reading.years))
    report.sources = told.sources
    report.care_start_not_in_return = _without_start(reading.years.values())
    return told


def _has_rows(rows: ChildRows) -> bool:
    return bool(rows.header or rows.episode or rows.missing or rows.review or rows.worker or rows.uasc)


def _lies_in(path: Path, name: str, last: Path) -> bool:
    return last.resolve() in (path / name).resolve().parents


def _without_start(years: Iterable[YearRows]) -> int:
    """Children in care of whom no row says when care began: it began before the years delivered."""
    started: set[str] = set()
    in_care: set[str] = set()
    for year in years:
        for number, rows in year.children.items():
            if rows.episode:
                in_care.add(number)
                if any(e.why_new == "S" for e in rows.episode):
                    started.add(number)
    return len(in_care - started)
