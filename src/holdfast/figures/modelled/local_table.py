"""One item by authority as it may be published, and its file: what is shown, what is hidden, what is not known."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from holdfast.evidence.cells import Cell
from holdfast.evidence.handed_over import csv_bytes
from holdfast.evidence.number_words import whole_number
from holdfast.figures.modelled.safety import (
    HIDDEN,
    SafeTable,
    Statement,
    Total,
    about,
    safe_table,
    sensitive_cells,
    within,
)

COLUMNS = ("period", "item", "area", "level", "value", "rounded_to", "sum_of")
NOT_KNOWN = "[x]"
"""The authority gave no one number: it hid it, refused, does not record it or did not reply."""
AUTHORITY, TOTAL = "authority", "total"


class BadTable(ValueError):
    """A published file cannot be read. The message names the line and the fault."""


@dataclass(frozen=True, slots=True)
class LocalTable:
    """`safe` is over keys of `key`; `not_known` the authorities without a number; `names` a total's area."""

    item: str
    period: str
    safe: SafeTable
    not_known: tuple[str, ...]
    names: Mapping[Total, str]


def key(period: str, item: str, authority: str) -> str:
    """How a count is called in every statement, of this release and of earlier ones."""
    return f"{period}\x1f{item}\x1f{authority.casefold()}"


def local_table(
    cells: Iterable[Cell],
    item: str,
    period: str,
    threshold: int,
    base: int,
    whole: str = "",
    before: Sequence[Statement] = (),
) -> LocalTable:
    """The item by authority, with the total of each nation and of all, over those who gave one number.

    `whole` names the item that holds these children: what is left over in it is looked at too.
    Raises Impossible, KeyError where no cell has the item and period.
    """
    here = [cell for cell in cells if cell.period == period and cell.was_asked]
    rows = {cell.authority: cell for cell in here if cell.item == item}
    if not rows:
        raise KeyError(f"no cell has the item {item!r} for {period!r}")
    wholes = {cell.authority: cell.lower for cell in here if cell.item == whole and cell.is_exact}
    counts, of, spelt = {}, {}, {}
    for name, cell in rows.items():
        if cell.is_exact and cell.lower is not None:
            place = key(period, item, name)
            counts[place], spelt[place] = cell.lower, name
            if wholes.get(name) is not None:
                of[place] = int(wholes[name] or 0)
    totals: dict[Total, str] = {}
    nations = dict.fromkeys(cell.nation for cell in rows.values() if cell.nation)
    for nation in nations if len(nations) > 1 else ():
        members = tuple(place for place in counts if rows[spelt[place]].nation == nation)
        if len(members) > 1:
            totals[Total(members, base)] = nation
    if len(counts) > 1:
        totals[Total(tuple(counts), base)] = "all who gave one number"
    limits = [within(place, key(period, whole, spelt[place])) for place in counts] if whole else []
    sensitive = sensitive_cells(counts, of, threshold)
    safe = safe_table(counts, tuple(totals), sensitive, min(threshold, 5), [*before, *limits])
    not_known = tuple(name for name, cell in rows.items() if not cell.is_exact)
    return LocalTable(item, period, safe, not_known, totals)


def table_bytes(table: LocalTable, spelling: Mapping[str, str]) -> bytes:
    """As CSV. `spelling` gives each authority's name as it is written, by its small letters."""

    def name(place: str) -> str:
        plain = place.rsplit("\x1f", 1)[1]
        return spelling.get(plain, plain)

    rows: list[tuple[object, ...]] = [
        (table.period, table.item, name(place), AUTHORITY, HIDDEN if value is None else value, "", "")
        for place, value in table.safe.shown.items()
    ]
    rows += [(table.period, table.item, one, AUTHORITY, NOT_KNOWN, "", "") for one in table.not_known]
    rows.sort(key=lambda row: str(row[2]).casefold())
    rows += [
        (
            table.period, table.item, table.names[total], TOTAL, value, total.base,
            "; ".join(name(place) for place in total.cells),
        )
        for total, value in table.safe.totals.items()
    ]  # fmt: skip
    return csv_bytes(COLUMNS, rows)


def statements_of(text: str, what: str) -> list[Statement]:
    """What a published file says. Raises BadTable."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    found = []
    try:
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise BadTable(f"{what}: the columns are {','.join(COLUMNS)}")
        for row in reader:
            if None in row or None in row.values():
                raise BadTable(f"{what} line {reader.line_num}: does not have {len(COLUMNS)} fields")
            if row["value"] not in (HIDDEN, NOT_KNOWN):
                found.append(_statement(row, f"{what} line {reader.line_num}"))
    except csv.Error as error:
        raise BadTable(f"{what} line {reader.line_num}: cannot be read as CSV ({error})") from None
    return found


def _statement(row: Mapping[str, str], place: str) -> Statement:
    value, base = whole_number(row["value"]), whole_number(row["rounded_to"] or "1")
    if value is None or not base:
        raise BadTable(f"{place}: {row['value']!r} rounded to {row['rounded_to']!r} is no number")
    if row["level"] not in (AUTHORITY, TOTAL):
        raise BadTable(f"{place}: {row['level']!r} is neither {AUTHORITY} nor {TOTAL}")
    names = [row["area"]] if row["level"] == AUTHORITY else [one.strip() for one in row["sum_of"].split(";")]
    if not all(names):
        raise BadTable(f"{place}: does not say whom it is of")
    return about([key(row["period"], row["item"], one) for one in names], value, base)
