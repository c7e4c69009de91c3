"""Corrections that an authority asks for: `corrections.csv` of an evidence folder. Lines are added, none is changed.

A correction is asked (by whom, on which day, which answer, what they say, what it should be) and later decided by a
named person. One that is accepted stands in place of the answer in the next release; the answer itself stays where it
was. A release names the authority, the question, the period and the decision, never the words or the number.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

from holdfast.access.outgoing.table import harmless
from holdfast.evidence.cells import Cell
from holdfast.evidence.folder import BadFolder
from holdfast.evidence.handed_over import csv_bytes
from holdfast.evidence.reading import read

FILE = "corrections.csv"
COLUMNS = ("number", "event", "day", "authority", "item", "period", "by", "says", "value")
ASKED, ACCEPTED, REFUSED = "asked", "accepted", "refused"


class Decision(StrEnum):
    """What became of a correction."""

    ACCEPTED = ACCEPTED
    REFUSED = REFUSED
    WAITING = "not yet decided"


@dataclass(frozen=True, slots=True)
class Correction:
    """`value` is the answer as it should be, in the words of a reply ("12", "fewer than 5")."""

    number: int
    authority: str
    item: str
    period: str
    asked_by: str
    asked_on: date
    says: str
    value: str
    decision: Decision = Decision.WAITING
    decided_by: str = ""
    decided_on: date | None = None
    why: str = ""


def read_corrections(folder: Path) -> tuple[Correction, ...]:
    """In the order they were asked; none where there is no file. Raises BadFolder, with the line."""
    path = folder / FILE
    if not path.is_file():
        return ()
    found: dict[int, Correction] = {}
    try:
        rows = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True)
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise BadFolder(f"{FILE}: the columns are {','.join(COLUMNS)}")
        for row in rows:
            if None in row or None in row.values():
                raise BadFolder(f"{FILE} line {rows.line_num}: does not have {len(COLUMNS)} fields")
            try:
                _add(found, row)
            except ValueError as problem:
                raise BadFolder(f"{FILE} line {rows.line_num}: {problem}") from None
    except (UnicodeError, csv.Error) as problem:
        raise BadFolder(f"{FILE} cannot be read: {problem}") from None
    return tuple(found.values())


def _add(found: dict[int, Correction], row: dict[str, str]) -> None:
    number, day = int(row["number"]), date.fromisoformat(row["day"])
    if row["event"] == ASKED:
        if number != len(found) + 1:
            raise ValueError(f"the correction after {len(found)} cannot be number {number}")
        found[number] = Correction(
            number, row["authority"], row["item"], row["period"], row["by"], day, row["says"], row["value"]
        )
        return
    if row["event"] not in (ACCEPTED, REFUSED):
        raise ValueError(f"{row['event']!r} is not {ASKED}, {ACCEPTED} or {REFUSED}")
    if number not in found or found[number].decision is not Decision.WAITING:
        raise ValueError(f"correction {number} was not asked, or is decided already")
    found[number] = replace(
        found[number], decision=Decision(row["event"]), decided_by=row["by"], decided_on=day, why=row["says"]
    )


def ask(
    folder: Path, cells: Sequence[Cell], place: tuple[str, str, str], by: str, day: date, says: str, value: str
) -> Correction:
    """Write down that an authority asks for a correction. `place` is authority, item, period. Raises BadFolder."""
    authority, item, period = place
    cell = next(
        (
            one
            for one in cells
            if (one.authority.casefold(), one.item, one.period) == (authority.casefold(), item, period)
        ),
        None,
    )
    if cell is None:
        raise BadFolder(f"no cell has the authority {authority!r}, the item {item!r} and the period {period!r}")
    by, says, value = (" ".join(one.split()) for one in (by, says, value))
    if not (by and says and value):
        raise BadFolder("a correction says who asks, what they say, and what the answer should be")
    made = Correction(
        len(read_corrections(folder)) + 1, cell.authority, item, period, by, day, harmless(says), harmless(value)
    )
    _append(folder, (made.number, ASKED, day, made.authority, item, period, by, says, value))
    return made


def decide(folder: Path, number: int, decision: Decision, by: str, day: date, why: str) -> Correction:
    """A named person decides. Raises BadFolder."""
    by, why = " ".join(by.split()), " ".join(why.split())
    one = next((one for one in read_corrections(folder) if one.number == number), None)
    if one is None:
        raise BadFolder(f"no correction has the number {number}")
    if one.decision is not Decision.WAITING:
        raise BadFolder(f"correction {number} was {one.decision.value} by {one.decided_by} on {one.decided_on}")
    if not (by and why):
        raise BadFolder("a decision has a name and a reason")
    if day < one.asked_on:
        raise BadFolder(f"correction {number} was asked on {one.asked_on}, after {day}")
    if decision is Decision.WAITING:
        raise BadFolder("a correction is accepted or refused")
    _append(folder, (number, decision.value, day, one.authority, one.item, one.period, by, why, ""))
    return replace(one, decision=decision, decided_by=by, decided_on=day, why=why)


def _append(folder: Path, row: Sequence[object]) -> None:
    path = folder / FILE
    line = csv_bytes(COLUMNS, [[harmless(one) for one in row]])
    with path.open("ab") as file:
        file.write(line if path.stat().st_size == 0 else line.split(b"\r\n", 1)[1])


def corrected(cells: Sequence[Cell], corrections: Sequence[Correction]) -> tuple[Cell, ...]:
    """The cells with every accepted correction in place of its answer; the latest accepted holds."""
    held = {
        (one.authority.casefold(), one.item, one.period): one
        for one in corrections
        if one.decision is Decision.ACCEPTED
    }
    found = []
    for cell in cells:
        one = held.get((cell.authority.casefold(), cell.item, cell.period))
        if one is None:
            found.append(cell)
            continue
        said = read(one.value, cell.policy)
        found.append(
            replace(
                cell,
                raw=one.value,
                lower=said.lower,
                upper=said.upper,
                reason=said.reason,
                within_item=said.within_item,
                note=f"correction {one.number}",
            )
        )
    return tuple(found)


def as_public(one: Correction) -> dict[str, object]:
    """What a release says of a correction: no words and no number of anybody."""
    return {
        "number": one.number,
        "authority": one.authority,
        "item": one.item,
        "period": one.period,
        "asked_on": one.asked_on.isoformat(),
        "decision": one.decision.value,
        "decided_by": one.decided_by,
        "decided_on": one.decided_on.isoformat() if one.decided_on else "",
    }
