"""A coder's own file: every place in the replies that needs a code, with its words and without anybody's reading.

What the rules read is left out on purpose: a coder who sees a number agrees with it too easily.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from holdfast.evidence.cells import Reading
from holdfast.evidence.folder import coded_reading
from holdfast.evidence.handed_over import csv_bytes, harmless
from holdfast.evidence.questionnaire import Questionnaire

COLUMNS = (
    "coder", "unit", "authority", "nation", "period", "item", "words", "where", "document", "document_name", "sent",
    "code", "note",
)  # fmt: skip
NOTHING = "nothing"
"""The code for words that hold no answer to any question."""


class BadCoding(ValueError):
    """A file of coding cannot be used. The message names the file, the line and the fault."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One place to code. `period`, `item` and `authority` are empty where that is for the coder to say. `stated`: the
    authority wrote it into the round's own template."""

    id: str
    authority: str
    nation: str
    period: str
    item: str
    raw: str
    policy: str
    words: str
    where: str
    document: str
    document_name: str
    sent: str


@dataclass(frozen=True, slots=True)
class Code:
    """What one coder made of one answer. `reading` is None where the words hold no answer."""

    coder: str
    unit: Unit
    authority: str
    period: str
    item: str
    text: str
    reading: Reading | None
    note: str
    line: int


def read_units(folder: Path) -> tuple[Unit, ...]:
    """Every proposal and everything left to a person of what `holdfast evidence read --out` wrote. Raises BadCoding."""
    proposed, left = read_table(folder / "proposed.csv"), read_table(folder / "left.csv")
    sent = {row["sha256"]: row["sent"] for row in read_table(folder / "documents.csv")}
    nations = {row["authority"]: row["nation"] for row in (*proposed, *read_table(folder / "cells.csv"))}
    for row in (*proposed, *left):
        if row["authority"] != harmless(row["authority"]):
            raise BadCoding(f"{row['authority']!r} is no name of an authority: a spreadsheet would run it")
    units = [_unit(row, row["raw"], row["place"].partition(", ")[2], row["sent"]) for row in proposed]
    for row in left:
        row = {"nation": nations.get(row["authority"], ""), "policy": "", **row}
        units.append(_unit(row, "", row["where"], sent.get(row["document"], "")))
    return tuple({one.id: one for one in units}.values())


def _unit(row: Mapping[str, str], raw: str, where: str, sent: str) -> Unit:
    words = row["excerpt"] or raw
    key = "\x1f".join((row["document"], row["authority"], row["item"], row["period"], where, words))
    return Unit(
        sha256(key.encode()).hexdigest()[:12], row["authority"], row["nation"], row["period"], row["item"], raw,
        row["policy"], words, where, row["document"], row["document_name"], sent,
    )  # fmt: skip


def sheet_bytes(units: Iterable[Unit], coder: str) -> bytes:
    """The empty file for a coder, in an order of its own: both in one order would tire at the same places."""
    ordered = sorted(units, key=lambda one: (one.document, sha256((coder + one.id).encode()).digest()))
    rows = [
        (
            harmless(coder), one.id, one.authority, one.nation, one.period, one.item, harmless(one.words), one.where,
            one.document, one.document_name, one.sent, "", "",
        )
        for one in ordered
    ]  # fmt: skip
    return csv_bytes(COLUMNS, rows)


def read_sheet(
    file: Path, units: Iterable[Unit], asked: Questionnaire
) -> tuple[str, tuple[Code, ...], tuple[str, ...]]:
    """The coder's name, the codes, and the units that have none yet. Raises BadCoding."""
    known = {one.id: one for one in units}
    rows = read_table(file)
    if rows and tuple(rows[0]) != COLUMNS:
        raise BadCoding(f"{file.name}: the columns are not those of a coder's file")
    names = {row["coder"] for row in rows}
    if len(names) > 1:
        raise BadCoding(f"{file.name}: two coders stand in one file ({' and '.join(sorted(names))})")
    codes: list[Code] = []
    for line, row in enumerate(rows, start=2):
        unit = known.get(row["unit"])
        if unit is None:
            raise BadCoding(f"{file.name} line {line}: the unit {row['unit']!r} is not among what was read")
        if row["code"]:
            try:
                codes.append(_code(row, unit, asked, line))
            except ValueError as problem:
                raise BadCoding(f"{file.name} line {line}: {problem}") from None
    _twice(file, codes)
    coded = {one.unit.id for one in codes}
    return next(iter(names), ""), tuple(codes), tuple(one for one in known if one not in coded)


def _code(row: Mapping[str, str], unit: Unit, asked: Questionnaire, line: int) -> Code:
    """Raises ValueError."""
    for name in ("authority", "period", "item", "document"):
        given = getattr(unit, name)
        if given and row[name] != given:
            raise ValueError(f"the {name} was {given!r} and is now {row[name]!r}; use another line for another answer")
    if row["code"].casefold() == NOTHING:
        return Code(row["coder"], unit, row["authority"], row["period"], row["item"], NOTHING, None, row["note"], line)
    for name in ("authority", "period", "item"):
        if not row[name]:
            raise ValueError(f"has the code {row['code']!r} and does not say which {name}")
    if asked.by_item(row["item"]) is None:
        raise ValueError(f"{row['item']!r} is no question of this round")
    if asked.period(row["period"]) is None:
        raise ValueError(f"{row['period']!r} is no period of this round")
    reading = coded_reading(row["code"])
    fault = coding_fault(reading, row["item"], asked)
    if fault:
        raise ValueError(fault)
    return Code(
        row["coder"], unit, row["authority"], row["period"], row["item"], row["code"], reading, row["note"], line
    )


def coding_fault(reading: Reading, item: str, asked: Questionnaire) -> str:
    """A code that says more than its own reason allows, or empty."""
    question = asked.by_item(item)
    children = question is not None and question.counts == "children"
    reason, low, high = reading.reason.value, reading.lower, reading.upper
    if reason == "exact" and not reading.is_exact:
        return "is coded exact without one number"
    if reason in ("interval", "derived_interval", "suppressed_s40", "combined_answer") and low is None:
        return f"is coded {reason} without a number or a range"
    if reason == "exact_partial_period" and high is not None:
        return (
            "is coded for the whole period from a part of it: that many at least, written"
            f" “exact_partial_period at least {low}”"
        )
    if reason == "exact_episodes" and children and low is not None and (low > 1 or (low == high and low > 0)):
        return f"is coded with episodes where children are asked: one child at least, written “exact_episodes 1-{high}”"
    if reason == "not_held_meaning_zero" and (low, high) != (0, 0):
        return "is coded not_held_meaning_zero without 0"
    numbered = ("exact", "interval", "derived_interval", "suppressed", "combined", "exact_", "not_held_meaning")
    if low is not None and not reason.startswith(numbered):
        return f"is coded {reason}, which gives no number"
    return ""


def _twice(file: Path, codes: Iterable[Code]) -> None:
    """One coder, one document, one question: one code."""
    seen: dict[tuple[str, str, str, str], Code] = {}
    for one in codes:
        if one.reading is None:
            continue
        key = (one.unit.document, one.authority.casefold(), one.period, one.item)
        other = seen.setdefault(key, one)
        if other.reading != one.reading:
            raise BadCoding(
                f"{file.name} lines {other.line} and {one.line} code one answer twice and differently:"
                f" {other.text!r} and {one.text!r}"
            )


def read_table(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, fields without white space at their ends. Raises BadCoding."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        rows = list(reader)
    except OSError as error:
        raise BadCoding(f"{file.name} cannot be read: {error.strerror}") from None
    except (csv.Error, UnicodeError) as error:
        raise BadCoding(f"{file.name} cannot be read as CSV: {error}") from None
    for line, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise BadCoding(f"{file.name} line {line} has too many or too few fields")
    return [{name: value.strip() for name, value in row.items()} for row in rows]
