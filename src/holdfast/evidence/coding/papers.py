"""The files of coding, beside what `holdfast evidence read --out` wrote.

`coding/coder-….csv` is one coder's file; `coding/to-decide.csv` is for the person who decides. Whatever would be
written over is first kept under `earlier/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from holdfast.evidence.cells import Reading
from holdfast.evidence.coding.settling import Decision, Place, Question, Version, decision, versions
from holdfast.evidence.coding.worksheet import BadCoding, Code, read_sheet, read_table, read_units, sheet_bytes
from holdfast.evidence.handed_over import csv_bytes, harmless
from holdfast.evidence.questionnaire import Questionnaire
from holdfast.evidence.reading import read

TO_DECIDE = ("authority", "period", "item", "why", "seen", "words", "decision", "decided_by", "reason")


@dataclass(frozen=True, slots=True)
class Coding:
    """Both coders' finished files: their names, their codes, and every version side by side with what was stated."""

    coders: tuple[str, str]
    versions: tuple[Version, ...]


def start(folder: Path, coder: str) -> tuple[Path, int]:
    """Write the coder's file, or add what has come since to it; the file and how many places are new in it.

    Raises BadCoding, OSError.
    """
    name = " ".join(coder.split())
    plain = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
    if not plain:
        raise BadCoding("a coder has a name")
    units = read_units(folder)
    if not units:
        raise BadCoding("nothing was proposed and nothing left to a person: there is nothing to code")
    place = folder / "coding" / f"coder-{plain}.csv"
    others = [one for one in coder_files(folder) if one != place]
    if len(others) > 1:
        raise BadCoding(f"two people code already: {' and '.join(one.name for one in others)}")
    place.parent.mkdir(mode=0o700, exist_ok=True)
    if not place.exists():
        place.write_bytes(sheet_bytes(units, name))
        return place, len(units)
    rows = read_table(place)
    theirs = {row["coder"] for row in rows}
    if theirs - {harmless(name)}:
        raise BadCoding(f"{place.name} belongs to {' and '.join(sorted(theirs))}")
    known = {row["unit"] for row in rows}
    new = [one for one in units if one.id not in known]
    if new:
        keep_earlier(place)
        old = place.read_bytes()
        added = sheet_bytes(new, name).split(b"\r\n", 1)[1]
        place.write_bytes(old + (b"" if old.endswith(b"\n") else b"\r\n") + added)
    return place, len(new)


def coder_files(folder: Path) -> list[Path]:
    """The files of those who code, by name."""
    return sorted((folder / "coding").glob("coder-*.csv"))


def both(folder: Path, asked: Questionnaire) -> Coding:
    """Both coders' files, once both are finished: until then nothing of either is shown. Raises BadCoding."""
    files = coder_files(folder)
    if len(files) != 2:
        raise BadCoding(f"two people code; {len(files) or 'none'} of them {'has' if len(files) == 1 else 'have'} begun")
    units = read_units(folder)
    sheets: list[tuple[str, tuple[Code, ...]]] = []
    open_words = []
    for file in files:
        name, codes, without = read_sheet(file, units, asked)
        sheets.append((name, codes))
        if without:
            open_words.append(f"{file.name} has {len(without)} of {len(units)} places without a code")
    if open_words:
        raise BadCoding("; ".join(open_words))
    (first, codes_of_first), (second, codes_of_second) = sheets
    found = versions(codes_of_first, codes_of_second)
    return Coding((first, second), (*found, *stated(folder, asked)))


def stated(folder: Path, asked: Questionnaire) -> tuple[Version, ...]:
    """What authorities wrote into the round's own template: nobody codes it, and it can contradict another reply."""
    made = []
    sent = {row["sha256"][:12]: row for row in read_table(folder / "documents.csv")}
    for line, row in enumerate(read_table(folder / "cells.csv"), start=2):
        if row["authority"] != harmless(row["authority"]):
            raise BadCoding(f"cells.csv line {line}: {row['authority']!r} is no name: a spreadsheet would run it")
        if asked.by_item(row["item"]) is None or asked.period(row["period"]) is None:
            raise BadCoding(f"cells.csv line {line} is no question or no period of this round")
        try:
            reading: Reading = read(row["raw"], row["policy"])
        except ValueError as problem:
            raise BadCoding(f"cells.csv line {line}: {problem}") from None
        hashed, _, rest = row["place"].partition(" ")
        document = sent.get(hashed, {})
        made.append(
            Version(
                row["authority"], row["nation"], row["period"], row["item"], document.get("sha256", hashed),
                document.get("name", ""), document.get("sent", ""), rest, row["raw"], row["policy"], row["raw"],
                row["raw"], (reading, reading), row["note"], True,
            )
        )  # fmt: skip
    return tuple(made)


def keep_earlier(file: Path) -> None:
    """A copy under `earlier/`, with the next number. Raises OSError."""
    if not file.exists():
        return
    shelf = file.parent / "earlier"
    shelf.mkdir(mode=0o700, exist_ok=True)
    number = 1 + len(list(shelf.glob(f"*-{file.name}")))
    (shelf / f"{number:04}-{file.name}").write_bytes(file.read_bytes())


def read_decisions(folder: Path, asked: Questionnaire) -> dict[Place, Decision]:
    """Those made so far. Raises BadCoding."""
    file = folder / "coding" / "to-decide.csv"
    if not file.exists():
        return {}
    rows = read_table(file)
    if rows and tuple(rows[0]) != TO_DECIDE:
        raise BadCoding("to-decide.csv: the columns are not those that were written")
    found: dict[Place, Decision] = {}
    for row in rows:
        if row["decision"]:
            place = (row["authority"].casefold(), row["period"], row["item"])
            if place in found:
                raise BadCoding(f"to-decide.csv: {row['item']}, {row['period']}, {row['authority']} is decided twice")
            found[place] = decision(place, row["seen"], row["decision"], row["decided_by"], row["reason"], asked)
    return found


def write_to_decide(folder: Path, open_now: Sequence[Question], made: Iterable[Decision]) -> Path:
    """What is open, for a person to decide, and below it what has been decided. Raises OSError."""
    file = folder / "coding" / "to-decide.csv"
    rows: list[tuple[str, ...]] = []
    for one in open_now:
        words = " | ".join(
            f"{version.document_name or version.document[:12]} ({version.sent or 'no date'}), {version.where}:"
            f" {version.raw}"
            for version in one.versions
        )
        authority, period, item = one.versions[0].authority, one.place[1], one.place[2]
        rows.append((authority, period, item, one.why.value, one.seen, harmless(words), "", "", ""))
    open_places = {one.place for one in open_now}
    for decided in made:
        if decided.place not in open_places:
            authority, period, item = decided.place
            rows.append(
                (authority, period, item, "decided", decided.seen, "", decided.text, decided.by, decided.reason)
            )
    content = csv_bytes(TO_DECIDE, rows)
    if not file.exists() or file.read_bytes() != content:
        keep_earlier(file)
        file.write_bytes(content)
    return file
