"""The rows of one table: each checked by itself, then kept with its child or kept aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from holdfast.returns.ssda903.cells import Column, read_number
from holdfast.returns.ssda903.codes import Table, year_name
from holdfast.returns.ssda903.report import Done, Fault, IntakeReport, RowCount, RowKeptAside
from holdfast.returns.ssda903.rows import ROW_TYPES, YearRows, place_of
from holdfast.returns.ssda903.xml_rows import XmlRow

Where = Callable[[int], tuple[str, int]]


class Layout:
    """How the columns of one file lie, for one table and year."""

    def __init__(self, table: Table, columns: Sequence[str], column: Callable[[str], Column]) -> None:
        places = {name: n for n, name in reversed(list(enumerate(columns)))}  # of two alike, the first
        self.table = table
        self.width = len(columns)
        self.number = places.get("CHILD", -1)
        self.cells = [(places.get(name, -1), name, column(how)) for name, how in table.read.items()]
        names = list(table.read)
        self.needed = [(names.index(n), n) for n in sorted(table.needed)]
        self.expected = [(names.index(n), n) for n in sorted(table.expected) if n in places]
        self.period = [names.index(n) for n in table.period]
        self.row_type: Any = ROW_TYPES.get(table.word)


class FileInHand(NamedTuple):
    """The file that rows are being taken from, and how to find where any row taken so far stood."""

    number: int
    name: str
    where: Where


def source_of(authority: str, year: int) -> str:
    """What the record calls a return, such as 903/MAR/2025-26."""
    return f"903/{authority}/{year_name(year).replace('/', '-')}"


class Taker:
    """Takes the rows of one table, file and year."""

    def __init__(
        self, count: RowCount, layout: Layout | None, year: YearRows | None, file: FileInHand, report: IntakeReport
    ) -> None:
        self.count = count
        self._layout, self._year, self._file, self._name = layout, year, file, file.name
        self._faults, self._kept_aside = report.faults, report.kept_aside
        self._source = source_of(report.authority, year.year) if year else ""
        self._known: set[str] = set()
        if layout and year and year.year < layout.table.first_year:
            problem = f"This table came into the return with {year_name(layout.table.first_year)}."
            self._faults.append(Fault(layout.table.name, 1, "", "", problem, Done.AS_IT_STANDS, self._name))

    def take(self, line: int, fields: list[str] | None, text: str | XmlRow, problem: str) -> None:
        """Count the row, check it, and keep it with the child or aside."""
        self.count.read += 1
        layout, year = self._layout, self._year
        if layout is None or year is None or not layout.table.is_taken:
            self.count.not_used += 1
            if layout is not None and year is not None and fields and -1 < layout.number < len(fields):
                year.seen.add(fields[layout.number].strip())
            return
        if fields is None:
            return self._keep_aside(line, text, "", [("", "", problem)])
        fields, problem = _fit(fields, layout.width)
        if problem:
            number = read_number(fields[layout.number])[0] if -1 < layout.number < len(fields) else ""
            return self._keep_aside(line, text, number, [("", "", problem)])
        number = fields[layout.number] if layout.number >= 0 else ""
        if number not in self._known:
            given = number
            number, problem = read_number(given)
            if problem:
                return self._keep_aside(line, text, "", [("CHILD", given, problem)])
            if len(self._known) < 500_000:
                self._known.add(number)
            year.seen.add(number)
        self._take_cells(line, number, fields, text)

    def _take_cells(self, line: int, number: str, fields: list[str], text: str | XmlRow) -> None:
        layout, year = self._layout, self._year
        assert layout is not None and year is not None  # noqa: S101 - take() has seen to it
        values: list[Any] = []
        notes: list[tuple[str, str, str, bool]] = []
        for index, name, column in layout.cells:
            if index < 0:
                values.append(None)
                continue
            read = column[fields[index]]
            if read[1]:
                notes.append((name, fields[index], read[1], read[2]))
            values.append(read[0])
        for at, name in layout.expected:
            if values[at] is None and not any(n[0] == name for n in notes):
                notes.append((name, "", f"{name} is blank.", False))
        if problem := _unsound(layout, values, notes):
            return self._keep_aside(line, text, number, problem)
        row = layout.row_type(*values, place_of(self._file.number, line))
        if is_twice := self._is_told_already(row, number):
            return self._keep_aside(line, text, number, [("", "", is_twice)])
        self.count.taken += 1
        child = year.child(number)
        child.add(layout.table.word, row)
        for name, value, why, left_out in notes:
            done = Done.LEFT_OUT if left_out else Done.AS_IT_STANDS
            self._faults.append(Fault(layout.table.name, line, name, value, why, done, self._name))
            if left_out:
                year.mark_unread(number, layout.table.word)
        return None

    def _is_told_already(self, row: Any, number: str) -> str:
        layout, year = self._layout, self._year
        assert layout is not None and year is not None  # noqa: S101 - take() has seen to it
        child = year.children.get(number)
        if child is None:
            return ""
        word = layout.table.word
        same = child.place_of_same(word, row)
        if same is not None:
            # Two times away on one day look alike in a return of days: see checks.
            is_one_day = word == "missing" and row.began == row.ended
            return "" if is_one_day else f"The same row stands in {self._at(same)}."
        if word in ("header", "uasc") and (others := getattr(child, word)):
            there = self._at(others[0].place)
            return f"The child has another row in {there} that says something else. The first is taken."
        return ""

    def _at(self, place: int) -> str:
        name, line = self._file.where(place)
        return f"line {line}" if name == self._name else f"{name}, line {line}"

    def _keep_aside(self, line: int, text: str | XmlRow, number: str, problems: Sequence[tuple[str, str, str]]) -> None:
        layout, year = self._layout, self._year
        assert layout is not None and year is not None  # noqa: S101 - take() has seen to it
        self.count.refused += 1
        table = layout.table
        for column, value, problem in problems:
            self._faults.append(Fault(table.name, line, column, value, problem, Done.KEPT_ASIDE, self._name))
        received = text if isinstance(text, str) else text.received()
        why = " ".join(problem for _, _, problem in problems)
        self._kept_aside.append(RowKeptAside(table.name, line, received, why, self._name, number, self._source))
        if number:
            year.seen.add(number)
        year.mark_unread(number, table.word)

    def rest_is_unread(self) -> None:
        """The file stopped half way: what any child's rows in it would have said is not known."""
        if self._layout and self._year and self._layout.table.is_taken:
            self._year.mark_unread("", self._layout.table.word)


def _fit(fields: list[str], width: int) -> tuple[list[str], str]:
    """Blank fields beyond the last heading are nothing; any other difference moves values under wrong headings."""
    if len(fields) == width:
        return fields, ""
    if len(fields) > width and not any(f.strip() for f in fields[width:]):
        return fields[:width], ""
    many = "more" if len(fields) > width else "fewer"
    return fields, f"The row has {len(fields)} fields, {many} than the {width} headings."


def _unsound(
    layout: Layout, values: Sequence[Any], notes: Sequence[tuple[str, str, str, bool]]
) -> list[tuple[str, str, str]]:
    """Why a row cannot be taken at all: what it needs is not there, or it ends before it begins."""
    problems = [(n, v, p) for n, v, p, _ in notes]
    noted = {n for n, _, _ in problems}
    lacking = [name for at, name in layout.needed if values[at] is None]
    if lacking:
        return problems + [(name, "", f"{name} is blank.") for name in lacking if name not in noted]
    if layout.period:
        began, ended = (values[at] for at in layout.period)
        if ended is not None and ended < began:
            name = layout.table.period[1]
            return [*problems, (name, f"{ended:%d/%m/%Y}", f"This is before it began, {began:%d/%m/%Y}.")]
    return []
