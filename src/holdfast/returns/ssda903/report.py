"""What a taking in came to: every row accounted for, every fault named."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

_LISTED = 100_000
_PACKED_TOGETHER = 5_000


class Done(StrEnum):
    """What was done about a fault."""

    KEPT_ASIDE = "row kept aside"
    LEFT_OUT = "value left out"
    AS_IT_STANDS = "taken as it stands"
    NOT_READ = "not read"  # a file, or the rest of one, that cannot be read at all


class Fault(NamedTuple):
    """One thing wrong. `row` is the line of the file, counted from 1 (in XML: the how-manieth of its table); 0 is
    the whole file. An empty `table` is a file that is none of the return's.
    """

    table: str
    row: int
    column: str
    value: str
    problem: str
    done: Done
    file: str

    def as_json(self) -> dict[str, Any]:
        return {**self._asdict(), "done": self.done.value}


class FaultList(list[Fault]):
    """Faults, of each file at most the first hundred thousand one by one: a list of millions helps nobody mend a file.
    The rest are counted, column by column, in one fault each.
    """

    def __init__(self) -> None:
        super().__init__()
        self._of_file: Counter[str] = Counter()
        self._more: Counter[tuple[str, str, str, Done]] = Counter()

    def append(self, fault: Fault) -> None:
        self._of_file[fault.file] += 1
        if self._of_file[fault.file] <= _LISTED:
            super().append(fault)
        else:
            self._more[fault.file, fault.table, fault.column, fault.done] += 1

    def extend(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self.append(fault)

    def settle(self) -> None:
        """Put them in the order of files and lines, and say how many are not listed."""
        for (file, table, column, done), n in self._more.items():
            problem = f"{n} more faults like those listed: mend these first."
            super().append(Fault(table, 0, column, "", problem, done, file))
        self._more.clear()
        self.sort(key=lambda f: (f.file, f.row, f.column))


class RowKeptAside(NamedTuple):
    """A row that was not taken, as received, so that it can be mended. It may hold a postcode: keep it with care."""

    table: str
    row: int
    received: str
    problem: str
    file: str
    child: str  # empty where the number itself cannot be read
    source: str  # the return that it belongs to, such as 903/MAR/2025-26


class RowsKeptAside:
    """Rows kept aside, packed in memory, so that even a large file of which no row can be taken is held whole."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []
        self._open: list[RowKeptAside] = []
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, row: RowKeptAside) -> None:
        self._length += 1
        self._open.append(row)
        if len(self._open) >= _PACKED_TOGETHER:
            self._packed.append(zlib.compress(json.dumps(self._open).encode(), 1))
            self._open = []

    def __iter__(self) -> Iterator[RowKeptAside]:
        for packed in self._packed:
            yield from (RowKeptAside(*row) for row in json.loads(zlib.decompress(packed)))
        yield from self._open


class DroppedOut(NamedTuple):
    """A child whom last year's return leaves missing, or in care, and this year's does not speak of."""

    child: str
    year: str
    since: str
    problem: str
    table: str
    row: int
    file: str


@dataclass(slots=True)
class RowCount:
    """Rows of one file: read = taken + refused + not_used, always."""

    file: str
    table: str
    read: int = 0
    taken: int = 0
    refused: int = 0
    not_used: int = 0

    def as_json(self) -> dict[str, Any]:
        counts = {"read": self.read, "taken": self.taken, "refused": self.refused, "not_used": self.not_used}
        return {"file": self.file, "table": self.table, **counts}


@dataclass(slots=True)
class IntakeReport:
    """The report of `holdfast intake 903`. Reading fills everything but the four counts of entries and `children`,
    which the writer adds to as it appends (`count`).
    """

    authority: str
    years: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    files: list[RowCount] = field(default_factory=list)
    faults: FaultList = field(default_factory=FaultList)
    kept_aside: RowsKeptAside = field(default_factory=RowsKeptAside)
    dropped_out: list[DroppedOut] = field(default_factory=list)
    care_start_not_in_return: int = 0
    children: int = 0
    entries: int = 0
    already_known: int = 0
    corrections: int = 0
    withdrawn: int = 0

    @property
    def refused(self) -> int:
        """Rows kept aside."""
        return sum(f.refused for f in self.files)

    def count(self, *, entries: int = 0, already_known: int = 0, corrections: int = 0, withdrawn: int = 0) -> None:
        """One child's part."""
        self.children += 1
        self.entries += entries
        self.already_known += already_known
        self.corrections += corrections
        self.withdrawn += withdrawn

    def tables(self) -> dict[str, dict[str, int]]:
        """Rows by table, all files and years together."""
        found: dict[str, dict[str, int]] = {}
        for file in self.files:
            total = found.setdefault(file.table or "not recognised", dict.fromkeys(_COUNTS, 0))
            for name in _COUNTS:
                total[name] += getattr(file, name)
        return found

    def as_json(self, *, with_rows: bool = False) -> dict[str, Any]:
        """As docs/reference/intake-903.md says. `with_rows` adds the rows kept aside, as received."""
        told: dict[str, Any] = {
            "authority": self.authority,
            "years": list(self.years),
            "children": self.children,
            "entries": self.entries,
            "already_known": self.already_known,
            "corrections": self.corrections,
            "withdrawn": self.withdrawn,
            "refused": self.refused,
            "care_start_not_in_return": self.care_start_not_in_return,
            "tables": self.tables(),
            "files": [f.as_json() for f in self.files],
            "faults": [f.as_json() for f in self.faults],
            "dropped_out": [d._asdict() for d in self.dropped_out],
        }
        if with_rows:
            told["rows_kept_aside"] = [r._asdict() for r in self.kept_aside]
        return told


def counted(told: dict[str, Any]) -> dict[str, Any]:
    """A report as it is kept in the database: faults and dropped out children as numbers. One by one they hold numbers
    and values of children, which no erasure could find again. A report that is counted already is given back as it is.
    """
    faults, dropped_out = told.get("faults", []), told.get("dropped_out", 0)
    if isinstance(dropped_out, list):
        dropped_out = len(dropped_out)
    if any("count" not in fault for fault in faults):
        found = Counter(tuple(fault[name] for name in _OF_A_FAULT) for fault in faults)
        faults = [dict(zip(_OF_A_FAULT, of, strict=True)) | {"count": n} for of, n in found.items()]
    return {**told, "faults": faults, "dropped_out": dropped_out}


_OF_A_FAULT = ("file", "table", "column", "done")
_COUNTS = ("read", "taken", "refused", "not_used")
