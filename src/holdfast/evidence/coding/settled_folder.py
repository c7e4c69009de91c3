"""The settled cells as an evidence folder, with every version, how far the coders agreed, and what was found odd."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

from holdfast.evidence.coding.agreement import Agreement
from holdfast.evidence.coding.checks import Finding
from holdfast.evidence.coding.papers import Coding, coder_files, keep_earlier
from holdfast.evidence.coding.settling import Place, Settled
from holdfast.evidence.handed_over import csv_bytes, figures_toml, harmless
from holdfast.evidence.questionnaire import Questionnaire
from holdfast.evidence.received.senders import Asked

CELLS = ("authority", "nation", "period", "item", "raw", "policy", "note", "place", "coded")
VERSIONS = (
    "authority", "period", "item", "sent", "document", "document_name", "where", "raw", "first_coder", "second_coder",
    "holds",
)  # fmt: skip


def matrix(cells: Iterable[Settled], asked: Questionnaire, bodies: Iterable[Asked]) -> list[tuple[str, ...]]:
    """A row for every authority, question and period, in that order: silence has its line as answers have.

    `bodies` are those who were asked; without a list, only those who answered are known.
    """
    by_place: dict[Place, Settled] = {one.version.place: one for one in cells}
    nations = {one.authority.casefold(): (one.authority, one.nation) for one in bodies}
    spoke = set()
    for one in by_place.values():
        spoke.add(one.version.place[0])
        nations.setdefault(one.version.place[0], (one.version.authority, one.version.nation))
    rows: list[tuple[str, ...]] = []
    for key, (authority, nation) in nations.items():
        for period in asked.periods:
            for question in asked.questions:
                found = by_place.get((key, period.name, question.item))
                if found is None:
                    note = "replied without an answer to this question" if key in spoke else ""
                    rows.append((authority, nation, period.name, question.item, "", "", note, "", ""))
                else:
                    rows.append(_row(found, authority, nation or found.version.nation))
    return rows


def _row(one: Settled, authority: str, nation: str) -> tuple[str, ...]:
    version = one.version
    more = f"; {one.others} more {'reply speaks' if one.others == 1 else 'replies speak'} of it" if one.others else ""
    note = "; ".join(part for part in (one.by + more, version.note) if part)
    place = f"{version.document[:12]} {version.document_name}, {version.where}".strip(" ,")
    coded = "" if version.stated and one.reading == version.readings[0] else one.code
    return (
        authority, nation, version.period, version.item, version.raw, version.policy, harmless(note), place, coded
    )  # fmt: skip


def write_settled(
    out: Path,
    coding: Coding,
    cells: Sequence[Settled],
    asked: Questionnaire,
    bodies: Iterable[Asked],
    agreed: Iterable[Agreement],
    found: Iterable[Finding],
) -> None:
    """Write the evidence folder; what stood there before is kept under `earlier/`. Raises OSError."""
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = {(one.version.place, one.version.document) for one in cells}
    items = {one.version.item for one in cells}
    content = {
        "cells.csv": csv_bytes(CELLS, matrix(cells, asked, bodies)),
        "figures.toml": figures_toml(asked, items).encode(),
        "versions.csv": csv_bytes(
            VERSIONS,
            (
                (
                    one.authority, one.period, one.item, one.sent, one.document, harmless(one.document_name), one.where,
                    harmless(one.raw), one.first, one.second, "yes" if (one.place, one.document) in held else "no",
                )
                for one in coding.versions
            ),
        ),
        "agreement.csv": csv_bytes(
            ("question", "coded", "same_reason", "kappa", "numbers", "same_numbers"),
            (
                (one.what, one.coded, one.same_reason, "" if one.kappa is None else f"{one.kappa:.4f}", one.numbers,
                 one.same_numbers)
                for one in agreed
            ),
        ),
        "findings.csv": csv_bytes(
            ("authority", "period", "items", "problem", "impossible"),
            (
                (one.authority, one.period, "; ".join(one.items), one.problem, "yes" if one.impossible else "no")
                for one in found
            ),
        ),
    }  # fmt: skip
    for name, data in content.items():
        place = out / name
        if not place.exists() or place.read_bytes() != data:
            keep_earlier(place)
            place.write_bytes(data)


def write_record(out: Path, folder: Path, by: str, coders: tuple[str, str], day: date) -> None:
    """Who settled the cells, when, and out of which files, by hash: a line is added and none is changed."""
    files = [folder / name for name in ("documents.csv", "cells.csv", "proposed.csv", "left.csv")]
    files += [*coder_files(folder), folder / "coding" / "to-decide.csv"]
    made = sha256((out / "cells.csv").read_bytes()).hexdigest()
    made_from = " ".join(f"{one.name}:{sha256(one.read_bytes()).hexdigest()}" for one in files if one.exists())
    place = out / "settled.csv"
    heading = ("day", "settled_by", "first_coder", "second_coder", "cells_sha256", "made_from")
    line = csv_bytes(heading, [(day.isoformat(), harmless(by), *map(harmless, coders), made, made_from)])
    with place.open("ab") as file:
        file.write(line if place.stat().st_size == 0 else line.split(b"\r\n", 1)[1])
