"""A folder of replies: `cells.csv` in, cells out, with every line that was refused and why."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable
from pathlib import Path

from holdfast.authorities.register import plain_name
from holdfast.evidence.cells import SHARED, Cell, Reading, Reason
from holdfast.evidence.policy import read_policy
from holdfast.evidence.reading import read

REQUIRED = ("authority", "period", "item", "raw")
KNOWN = ("authority", "nation", "period", "item", "raw", "policy", "note", "place", "coded", "stands_for")


class BadFolder(ValueError):
    """The folder or a file as a whole cannot be used. The message names the file and the fault."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line kept out of every figure. `line` counts from 1, the heading being line 1."""

    line: int
    authority: str
    period: str
    item: str
    problem: str


@dataclass(frozen=True, slots=True)
class Cells:
    """All cells of a folder in the order of the file, the lines refused, and remarks that change no figure.

    A line whose reply could not be read is in `refused` and, so that its authority still counts as asked,
    among the cells as `Reason.UNREADABLE`, with no bounds.
    """

    cells: tuple[Cell, ...]
    refused: tuple[Refused, ...]
    remarks: tuple[str, ...] = ()

    @property
    def items(self) -> frozenset[str]:
        """Every item that the file names."""
        return frozenset(cell.item for cell in self.cells)


def read_cells(folder: Path | Traversable) -> Cells:
    """The cells of `folder/cells.csv`. Raises BadFolder."""
    path = folder.joinpath("cells.csv")
    if not folder.is_dir():
        raise BadFolder(f"{folder} is not a folder")
    if not path.is_file():
        raise BadFolder(f"{folder} has no cells.csv")
    return cells_from_bytes(path.read_bytes())


def cells_from_bytes(content: bytes) -> Cells:
    """The cells of a CSV file: UTF-8 (with or without a byte order mark), UTF-16 with one, or Windows-1252;
    comma, semicolon or tab. Raises BadFolder where the file as a whole cannot be used."""
    text, remarks = _decoded(content)
    cells: list[Cell] = []
    refused: list[Refused] = []
    for line, row in _rows(text, remarks):
        try:
            cells.append(_cell(line, row))
        except ValueError as problem:
            refused.append(
                Refused(line, row.get("authority", ""), row.get("period", ""), row.get("item", ""), str(problem))
            )
            if row.get("authority") and row.get("period") and row.get("item"):
                cells.append(_unreadable(line, row))
    once = _without_doubles(cells, refused)
    remarks += [*_against_their_policy(once), *_two_names_for_one(once)]
    return Cells(tuple(_references_followed(once)), tuple(sorted(refused, key=lambda one: one.line)), tuple(remarks))


def _decoded(content: bytes) -> tuple[str, list[str]]:
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ("utf-16",) if marked else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeError:
            continue
        if "\0" in text:
            break
        return text.removeprefix("\ufeff"), [
            "cells.csv is not UTF-8; it was read as Windows-1252"
        ] if encoding == "cp1252" else []
    raise BadFolder("cells.csv is not text: it is neither UTF-8 nor Windows-1252")


def _rows(text: str, remarks: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and fields of every line that is not empty."""
    heading = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    names: list[str] = []
    before = 0
    try:
        for fields in reader:
            line, before = before + 1, reader.line_num
            if not any(field.strip() for field in fields):
                continue
            if not names:
                names = _heading([field.strip().casefold() for field in fields], remarks)
                continue
            yield line, _row(names, fields)
    except csv.Error as error:
        raise BadFolder(
            f"cells.csv line {before + 1}: cannot be read as CSV ({error}); do the quotation marks close?"
        ) from error
    if not names:
        raise BadFolder("cells.csv is empty")


def _heading(names: list[str], remarks: list[str]) -> list[str]:
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise BadFolder(f"cells.csv has no column called {' or '.join(missing)}")
    doubles = {name for name in names if names.count(name) > 1 and name}
    if doubles:
        raise BadFolder(f"cells.csv has two columns called {' and '.join(sorted(doubles))}")
    remarks += [f"cells.csv: the column {name!r} is not used" for name in names if name and name not in KNOWN]
    return names


def _row(names: list[str], fields: list[str]) -> dict[str, str]:
    """The fields by name. A line that is too long or too short is marked, to be refused."""
    row = {name: " ".join(field.split()) for name, field in zip(names, fields, strict=False) if name}
    after_raw = fields[names.index("raw") + 1 :][:1]
    cut_thousand = re.fullmatch("[0-9]{1,3}", row.get("raw", "")) and re.fullmatch(
        "[0-9]{3}", "".join(after_raw).strip()
    )
    if len(fields) > len(names) or cut_thousand:
        row["problem"] = (
            f"has {len(fields)} fields under {len(names)} headings; is there a comma without quotation marks?"
        )
    elif any(name not in row for name in REQUIRED):
        row["problem"] = f"has {len(fields)} fields and not {len(names)}"
    return row


def _cell(line: int, row: Mapping[str, str]) -> Cell:
    """Raises ValueError with the reason for which the line is refused."""
    if "problem" in row:
        raise ValueError(row["problem"])
    empty = [name for name in ("authority", "period", "item") if not row[name]]
    if empty:
        raise ValueError(f"does not say which {' and '.join(empty)}")
    coded = row.get("coded", "")
    reading = coded_reading(coded) if coded else read(row["raw"], row.get("policy", ""))
    return replace(
        _unreadable(line, row),
        lower=reading.lower,
        upper=reading.upper,
        reason=reading.reason,
        within_item=reading.within_item,
        stands_for=_stands_for(row.get("stands_for", "")),
    )


def _unreadable(line: int, row: Mapping[str, str]) -> Cell:
    return Cell(
        authority=row["authority"],
        nation=row.get("nation", ""),
        period=row["period"],
        item=row["item"],
        raw=row.get("raw", ""),
        policy=row.get("policy", ""),
        note=row.get("note", ""),
        lower=None,
        upper=None,
        reason=Reason.UNREADABLE,
        place=row.get("place", ""),
        line=line,
    )


def coded_reading(text: str) -> Reading:
    """A person's own reading, which holds over `raw`: a reason, and where known a number or a range `0-5`; or,
    for what is included elsewhere, the number of the question that holds it.

    Raises ValueError with a plain sentence.
    """
    word, _, bounds = text.partition(" ")
    if word not in set(Reason):
        raise ValueError(f"is coded {word!r}, which is no known reason")
    if not bounds:
        return Reading(Reason(word))
    if Reason(word) in SHARED:
        return Reading(Reason(word), within_item=bounds.casefold())
    inside = read(bounds)
    if inside.lower is None:
        raise ValueError(f"is coded with {bounds!r}, which is no number and no range")
    return Reading(Reason(word), inside.lower, inside.upper)


def _stands_for(text: str) -> int | None:
    if not text:
        return 1
    if text.casefold() == "not known":
        return None
    number = read(text)
    if not number.is_exact or not number.lower:
        raise ValueError(f"stands for {text!r} authorities, which is no number")
    return number.lower


def _without_doubles(cells: list[Cell], refused: list[Refused]) -> list[Cell]:
    """Two lines for one authority, item and period: neither is believed, both are refused."""
    lines: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in cells:
        lines.setdefault((cell.authority.casefold(), cell.period, cell.item), []).append(cell)
    kept: list[Cell] = []
    for same in lines.values():
        if len(same) == 1:
            kept.append(same[0])
            continue
        numbers = " and ".join(str(cell.line) for cell in same)
        known = {one.line for one in refused}
        for cell in same:
            if cell.line not in known:
                problem = f"{cell.authority}, {cell.item}, {cell.period} is given more than once (lines {numbers})"
                refused.append(Refused(cell.line, cell.authority, cell.period, cell.item, problem))
        kept.append(replace(same[0], reason=Reason.UNREADABLE, lower=None, upper=None, within_item=None))
    return kept


def _against_their_policy(cells: list[Cell]) -> Iterator[str]:
    """A number shown that the authority's own policy would hide: the number stands, the policy is doubtful."""
    for cell in cells:
        rule = read_policy(cell.policy) if cell.policy and cell.reason is Reason.EXACT else None
        if rule is None or cell.lower is None:
            continue
        if (rule.below is not None and 0 < cell.lower < rule.below) or (rule.zero_shown is False and cell.lower == 0):
            yield f"cells.csv line {cell.line}: {cell.raw} is shown, though the policy {cell.policy!r} would hide it"


def _two_names_for_one(cells: list[Cell]) -> Iterator[str]:
    """Names that differ only in the sort of council: as two authorities they would match nothing of each other."""
    written: dict[str, dict[str, str]] = {}
    for cell in cells:
        written.setdefault(plain_name(cell.authority), {}).setdefault(cell.authority.casefold(), cell.authority)
    for plain, names in written.items():
        if plain and len(names) > 1:
            yield f"cells.csv: {' and '.join(names.values())} are taken as different authorities; are they one?"


def _references_followed(cells: list[Cell]) -> list[Cell]:
    """ "See (a) above", where (a) was hidden or refused, is the same hiding or refusal.

    Where (a) is a number, this count is inside it or equal to it, and nothing says which: it stays included
    elsewhere, without bounds. The item referred to is found only when one item alone fits.
    """
    by_authority: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        by_authority.setdefault((cell.authority.casefold(), cell.period), []).append(cell)
    followed = []
    for cell in cells:
        if cell.within_item is None:
            followed.append(cell)
            continue
        target = _referred(cell, by_authority[cell.authority.casefold(), cell.period])
        if target is None:
            followed.append(cell)
        elif "see" in cell.raw.casefold().split() and not target.is_exact and target.within_item is None:
            followed.append(
                replace(cell, reason=target.reason, lower=target.lower, upper=target.upper, within_item=None)
            )
        else:
            followed.append(replace(cell, within_item=target.item))
    return followed


def _referred(cell: Cell, others: list[Cell]) -> Cell | None:
    where = cell.within_item or ""
    if where == "above":
        earlier = [one for one in others if one.line < cell.line]
        return earlier[-1] if earlier else None
    fitting = [one for one in others if one is not cell and one.item.casefold().split()[0] == where]
    if not fitting and len(where) == 1:
        question = cell.item.casefold().split()[0][:-1]
        fitting = [one for one in others if one is not cell and one.item.casefold().split()[0] == question + where]
    return fitting[0] if len(fitting) == 1 else None
