"""Which collection year a delivery is for, from its own dates, the names of its folders, or what the user says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from holdfast.returns.ssda903.cells import Column, Read, read_day
from holdfast.returns.ssda903.codes import FIRST_YEAR, LAST_YEAR, year_of
from holdfast.returns.ssda903.found_files import CannotRead, year_in

# Of this many dates or more, a year with fewer than one in fifty is a slip of the pen, not the year of the return.
_ENOUGH_TO_DOUBT = 50
_ONE_IN = 50

# The columns that say when something happened; reviews only where there is nothing else, since some systems write
# planned reviews into them.
FIRM = frozenset({"DECOM", "DEC", "MIS_START", "MIS_END", "SW_DECOM"})
LOOSE = frozenset({"REVIEW"})


class Batch(NamedTuple):
    """Rows of one collection year: the folder that they came in, and what their YEAR column says (mostly nothing)."""

    group: str
    year: str

    def named(self) -> tuple[int, bool] | None:
        """The year in its name (see `found_files.year_in`)."""
        return year_in(self.year) if self.year else year_in(self.group.rpartition("/")[2])

    @property
    def is_last(self) -> bool:
        return self.group.rpartition("/")[2].lower() == "last"


class YearColumn(Column):
    """Reads a date as the collection year that it falls in; None for what is no date, or for a year out of reach."""

    def understand(self, text: str) -> Read:
        day, _ = read_day(text)
        year = year_of(day) if day else 0
        return Read(str(year)) if 2000 <= year <= LAST_YEAR else Read(None)


class Dates:
    """How many dates of a batch fall in which year."""

    def __init__(self) -> None:
        self.firm: Counter[str] = Counter()
        self.loose: Counter[str] = Counter()

    def latest(self) -> int | None:
        """The latest year that enough of them fall in."""
        counts = self.firm or self.loose
        total = counts.total()
        least = total // _ONE_IN if total >= _ENOUGH_TO_DOUBT else 1
        return max((int(year) for year, n in counts.items() if n >= least), default=None)


def decide_years(batches: Mapping[Batch, Dates], collection_year: int | None) -> dict[Batch, int | None]:
    """The year of each batch; None for all of them when nothing says.

    `collection_year` is that of the newest batch. Folders named after years may mean the year in which the collection
    begins or ends: their own dates say which.
    """
    decided: dict[Batch, int | None] = {}
    plain = [b for b in batches if b.named() is None and not b.is_last]
    named = {b: n for b in batches if (n := b.named()) and not b.is_last}
    decided.update(_years_by_name(named, batches, collection_year))
    for batch in plain:
        decided[batch] = batches[batch].latest()
    if collection_year is not None and plain and not named:
        newest = max(decided[b] or 0 for b in plain)
        decided.update({b: collection_year for b in plain if (decided[b] or 0) == newest})
    this = max((y for y in decided.values() if y), default=collection_year)
    for batch in (b for b in batches if b.is_last):
        last = batches[batch].latest()
        if last is not None and this is not None and last > this and plain and collection_year is None:
            raise CannotRead(
                "The return given as last year's is later than the other: are they the wrong way round? "
                "If not, say the collection year with --year."
            )
        if last is not None and this is not None and last >= this and collection_year is None and plain:
            # A small return may hold nothing that began in its own year.
            decided.update({b: last + 1 for b in plain if decided[b] == this})
            this = last + 1
        decided[batch] = this - 1 if this is not None and (plain or named) else last
    newest_year = max((y for y in decided.values() if y), default=collection_year)
    return {b: y or newest_year for b, y in decided.items()}


def _years_by_name(
    named: Mapping[Batch, tuple[int, bool]], batches: Mapping[Batch, Dates], collection_year: int | None
) -> dict[Batch, int | None]:
    loose = {b: year for b, (year, is_sure) in named.items() if not is_sure}
    steps = Counter(
        step for b, year in loose.items() if (found := batches[b].latest()) and (step := found - year) in (0, 1)
    )
    step = steps.most_common(1)[0][0] if steps else 1
    if collection_year is not None and loose:
        step = collection_year - max(loose.values())
    return {b: year if is_sure else year + step for b, (year, is_sure) in named.items()}


def read_collection_year(text: str) -> int:
    """2025/26, 2025-26 or 2026 as the year in which the collection ends. Raises ValueError with a plain sentence."""
    found = year_in(text.strip())
    if found is None or not FIRST_YEAR <= found[0] <= LAST_YEAR + 1:
        raise ValueError(f"{text!r} is not a collection year such as 2025/26.")
    return found[0]
