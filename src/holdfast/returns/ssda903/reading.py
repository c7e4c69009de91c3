"""Every file of a delivery, row by row. One bad row never costs another, and each is counted."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.returns.ssda903.cells import Column, column_for
from holdfast.returns.ssda903.codes import Table, table_of
from holdfast.returns.ssda903.csv_rows import CsvFile
from holdfast.returns.ssda903.found_files import BROKEN, CannotRead, FoundFile, year_in
from holdfast.returns.ssda903.report import Done, Fault, IntakeReport, RowCount
from holdfast.returns.ssda903.rows import YearRows, file_and_line
from holdfast.returns.ssda903.taking import FileInHand, Layout, Taker
from holdfast.returns.ssda903.xml_rows import xml_rows
from holdfast.returns.ssda903.years import FIRM, LOOSE, Batch, Dates, YearColumn, decide_years


class NoYear(Exception):
    """Rows whose collection year nothing tells."""


_NO_YEAR = "No date in the return says which year it is for. Say it, such as 2025/26."


class Reading:
    """Reads the files of a delivery into `years`, and writes what it finds into the report.

    Raises CannotRead when there are rows and nothing says which year they are for.
    """

    def __init__(self, files: Sequence[FoundFile], report: IntakeReport, collection_year: int | None) -> None:
        self.report = report
        self.years: dict[int, YearRows] = {}
        self.files = files
        self._csv: dict[int, CsvFile] = {}
        self._columns: dict[tuple[str, int], Column] = {}
        self._year_of: dict[Batch, int | None] = decide_years(self._dates(), collection_year)
        for number, file in enumerate(files):
            if file.is_xml:
                self._read_xml(number, file)
            elif number in self._csv:
                self._read_csv(number, self._csv[number])

    def where(self, place: int) -> tuple[str, int]:
        """A file's name and a line."""
        number, line = file_and_line(place)
        return self.files[number].name, line

    # The years, from a first look at the dates.

    def _dates(self) -> dict[Batch, Dates]:
        found: dict[Batch, Dates] = {}
        cell = YearColumn()
        for number, file in enumerate(self.files):
            try:
                if file.is_xml:
                    dates = found.setdefault(Batch(file.group, ""), Dates())
                    for row in xml_rows(file):
                        _count_dates(row.columns, row.fields, dates, cell)
                else:
                    self._csv[number] = csv_file = CsvFile.look_at(file)
                    self._count_csv(csv_file, found, cell)
            except BROKEN as error:
                if not file.is_xml and number not in self._csv:
                    self._fault_of_file(file.name, "", f"The file cannot be read. {error}")
                    self.report.files.append(RowCount(file.name, ""))
        return found

    def _count_csv(self, csv_file: CsvFile, found: dict[Batch, Dates], cell: YearColumn) -> None:
        group = csv_file.file.group
        if csv_file.heading is None:
            return
        columns = csv_file.heading.columns
        year_at = columns.index("YEAR") if "YEAR" in columns else -1
        authority_at = columns.index("LA") if "LA" in columns else -1
        authorities: set[str] = set()
        is_dated = bool((FIRM | LOOSE) & set(columns))
        if year_at < 0:
            dates = found.setdefault(Batch(group, ""), Dates())
            if not is_dated and authority_at < 0:
                return
        for _, fields, _, _ in csv_file.rows():
            if fields is None or len(fields) != len(columns):
                continue
            if authority_at >= 0 and len(authorities) < 10:
                authorities.add(fields[authority_at].strip())
            if year_at >= 0:
                dates = found.setdefault(Batch(group, _year_label(fields[year_at])), Dates())
            if is_dated:
                _count_dates(columns, fields, dates, cell)
        if len(authorities) > 1:
            names = ", ".join(sorted(authorities))
            problem = f"Rows of several authorities ({names}): all are taken as {self.report.authority}'s."
            fault = Fault("", csv_file.heading.line, "LA", "", problem, Done.AS_IT_STANDS, csv_file.file.name)
            self.report.faults.append(fault)

    # The rows.

    def _column(self, how: str, year: int) -> Column:
        key = (how, year)
        if key not in self._columns:
            self._columns[key] = column_for(how, year)
        return self._columns[key]

    def _year(self, batch: Batch) -> YearRows:
        year = self._year_of.get(batch)
        if year is None:
            raise NoYear
        if year not in self.years:
            self.years[year] = YearRows(year)
        return self.years[year]

    def _read_csv(self, number: int, csv_file: CsvFile) -> None:
        file, heading = csv_file.file, csv_file.heading
        if heading is None:
            self.report.files.append(RowCount(file.name, ""))
            self._fault_of_file(file.name, "", "The file is empty.")
            return
        table = table_of(frozenset(heading.columns))
        count = RowCount(file.name, table.name if table else "")
        self.report.files.append(count)
        self._look_at_heading(file.name, heading.line, heading.columns, table)
        takers: dict[str, Taker] = {}
        try:
            if "YEAR" not in heading.columns:
                year_at = -1
                # Also when there is no row in it: an empty table is an answer.
                if self._year_of.get(Batch(file.group, "")) is not None:
                    takers[""] = self._taker(number, count, table, heading.columns, Batch(file.group, ""))
            else:
                year_at = heading.columns.index("YEAR")
            for line, fields, text, problem in csv_file.rows():
                label = ""
                if year_at >= 0 and fields and len(fields) == len(heading.columns):
                    label = _year_label(fields[year_at])
                    if not label:
                        self._without_year(count, line, fields[year_at])
                taker = takers.get(label)
                if taker is None:
                    taker = takers[label] = self._taker(number, count, table, heading.columns, Batch(file.group, label))
                taker.take(line, fields, text, problem)
        except NoYear:
            raise CannotRead(_NO_YEAR) from None
        except BROKEN as error:
            self._stopped(file.name, table.name if table else "", str(error))
            for taker in takers.values():
                taker.rest_is_unread()

    def _read_xml(self, number: int, file: FoundFile) -> None:
        takers: dict[tuple[str, ...], Taker] = {}
        counts: dict[str, RowCount] = {}
        batch = Batch(file.group, "")
        try:
            for row in xml_rows(file):
                taker = takers.get(row.columns)
                if taker is None:
                    table = table_of(frozenset(row.columns))
                    name = table.name if table else ""
                    count = counts.setdefault(name, RowCount(file.name, name))
                    taker = takers[row.columns] = self._taker(number, count, table, row.columns, batch)
                taker.take(taker.count.read + 1, row.fields, row, "")
        except NoYear:
            raise CannotRead(_NO_YEAR) from None
        except BROKEN as error:
            self._stopped(file.name, "", str(error))
            for taker in takers.values():
                taker.rest_is_unread()
        self.report.files.extend(counts.values() or [RowCount(file.name, "")])
        if not counts:
            self._fault_of_file(file.name, "", "There is no child's row in this file.")
        elif "" in counts:
            problem = "There are elements that are no table of the return. They are counted and not used."
            self._fault_of_file(file.name, "", problem, Done.AS_IT_STANDS)

    def _taker(self, number: int, count: RowCount, table: Table | None, columns: Sequence[str], batch: Batch) -> Taker:
        file = FileInHand(number, self.files[number].name, self.where)
        if batch not in self._year_of:
            # A row that cannot be divided has no readable YEAR: any year of its folder will do to keep it aside in.
            batch = next((b for b in self._year_of if b.group == batch.group), batch)
        if table is None:
            return Taker(count, None, None, file, self.report)
        year = self._year(batch)
        if table.is_taken:
            year.delivered.add(table.word)
            if "UASC" in columns:
                year.delivered.add("uasc")
        layout = Layout(table, columns, lambda how: self._column(how, year.year))
        return Taker(count, layout, year, file, self.report)

    # What is wrong with a file as a whole, or with its columns beside the return's.

    def _without_year(self, count: RowCount, line: int, value: str) -> None:
        problem = "This is not a year: the dates of such rows say which year they are read for."
        self.report.faults.append(Fault(count.table, line, "YEAR", value, problem, Done.AS_IT_STANDS, count.file))

    def _look_at_heading(self, name: str, line: int, columns: Sequence[str], table: Table | None) -> None:
        def fault(column: str, problem: str, done: Done = Done.AS_IT_STANDS) -> None:
            self.report.faults.append(Fault(table.name if table else "", line, column, "", problem, done, name))

        if table is None:
            fault("", f"These columns are no table of the return: {', '.join(columns)}"[:400] + ".", Done.NOT_READ)
            return
        for column in sorted({c for c in columns if c and columns.count(c) > 1}):
            fault(column, "The column stands here more than once: the first is read.")
        for column in sorted(set(columns) - table.columns - {"YEAR", ""}):
            fault(column, "The return has no such column: it is not used.")
        for column in sorted(({"CHILD"} | table.needed | table.expected) - set(columns)):
            fault(column, "The column is not there.")

    def _fault_of_file(self, name: str, table: str, problem: str, done: Done = Done.NOT_READ) -> None:
        self.report.faults.append(Fault(table, 0, "", "", problem, done, name))

    def _stopped(self, name: str, table: str, problem: str) -> None:
        self._fault_of_file(name, table, f"The file could not be read to its end. {problem}")


def _year_label(text: str) -> str:
    """What the YEAR column says, where that is a year."""
    text = text.strip()
    return text if year_in(text) else ""


def _count_dates(columns: Sequence[str], fields: Sequence[str], dates: Dates, cell: YearColumn) -> None:
    for name, text in zip(columns, fields, strict=False):
        if name in FIRM and (year := cell[text][0]):
            dates.firm[str(year)] += 1
        elif name in LOOSE and (year := cell[text][0]):
            dates.loose[str(year)] += 1
