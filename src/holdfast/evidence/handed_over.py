"""What reading a round's replies gives, as files for people and for `holdfast evidence figures`, and as JSON.

In the folder: `documents/` (as received, by hash) and `documents.csv`; `cells.csv` and `figures.toml` (what authorities
stated in the template, ready for figures); `proposed.csv` (for two coders); `left.csv` (for a person); `quarantine.csv`
and `notes/` (drafted, not sent).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from holdfast.evidence.questionnaire import Questionnaire
from holdfast.evidence.received.store import Store
from holdfast.evidence.replies import CellRead, Replies

CELL = ("authority", "nation", "period", "item", "raw", "policy", "note", "place")
PROPOSED = (*CELL, "lower", "upper", "reason", "excerpt", "document", "document_name", "sent")


def harmless(text: str) -> str:
    """Text that a spreadsheet program must not run as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def csv_bytes(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file in UTF-8; None is an empty cell."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(heading)
    writer.writerows(["" if value is None else value for value in row] for row in rows)
    return out.getvalue().encode("utf-8")


def place_of(cell: CellRead) -> str:
    """Which document and where in it, in one text."""
    return f"{cell.document[:12]} {cell.document_name}, {cell.proposal.where}"


def _cell_row(cell: CellRead) -> list[object]:
    one = cell.proposal
    return [cell.authority, cell.nation, one.period, one.item, one.raw, one.policy, harmless(one.note), place_of(cell)]


def proposed_row(cell: CellRead) -> list[object]:
    """A proposal as `proposed.csv` has it."""
    one = cell.proposal
    return [
        *_cell_row(cell), one.reading.lower, one.reading.upper, one.reason.value, harmless(one.excerpt), cell.document,
        harmless(cell.document_name), cell.sent,
    ]  # fmt: skip


def write_replies(replies: Replies, asked: Questionnaire, folder: Path) -> None:
    """Write everything. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    store = Store(folder / "documents")
    for document in replies.documents:
        store.keep(document.kept)
    tables: dict[str, bytes] = {
        "documents.csv": csv_bytes(
            ("sha256", "name", "bytes", "kind", "authority", "came_with", "subject", "sent"),
            (
                (one.sha256, harmless(one.name), one.size, one.content.kind, one.authority, one.inside,
                 harmless(one.subject), one.sent)
                for one in replies.documents
            ),
        ),
        "cells.csv": csv_bytes(CELL, (_cell_row(one) for one in replies.stated)),
        "proposed.csv": csv_bytes(PROPOSED, (proposed_row(one) for one in replies.proposed)),
        "left.csv": csv_bytes(
            ("authority", "item", "period", "document", "document_name", "where", "excerpt", "problem"),
            (
                (one.authority, one.left.item, one.left.period, one.document, harmless(one.document_name),
                 one.left.where, harmless(one.left.excerpt), one.left.problem)
                for one in replies.left
            ),
        ),
        "quarantine.csv": csv_bytes(
            ("authority", "document", "document_name", "part", "why", "words"),
            (
                (one.authority, one.document, harmless(one.document_name), one.concern.part or "the whole document",
                 one.concern.why.value, one.concern.words)
                for one in replies.quarantined
            ),
        ),
        "figures.toml": figures_toml(asked, [one.proposal.item for one in replies.stated]).encode(),
    }  # fmt: skip
    for name, content in tables.items():
        (folder / name).write_bytes(content)
    (folder / "notes").mkdir(exist_ok=True, mode=0o700)
    for one in replies.quarantined:
        if one.note:
            (folder / "notes" / f"{one.document[:12]}.txt").write_text(one.note, encoding="utf-8")


def figures_toml(asked: Questionnaire, items: Iterable[str]) -> str:
    """A total for each item that has a cell; a rate and a limit for each part and its whole; sums where a whole is
    two questions together."""
    known = set(items)
    lines = [f"# Made from the questionnaire {asked.id}."]
    summed: list[str] = []
    for question in asked.questions:
        if question.item not in known:
            continue
        lines += ["", "[[total]]", f"id = {_quoted(question.number)}", f"item = {_quoted(question.item)}"]
        wholes = asked.wholes(question)
        if not wholes or any(one.item not in known for one in wholes) or question.counts != "children":
            continue
        number, whole = "+".join(one.number for one in wholes), wholes[0].item
        if len(wholes) > 1:
            whole = number
            if number not in summed:
                summed.append(number)
                lines += [
                    "", "[[sum]]", f"item = {_quoted(number)}",
                    f"parts = [{', '.join(_quoted(one.item) for one in wholes)}]",
                    "", "[[total]]", f"id = {_quoted(number)}", f"item = {_quoted(number)}",
                ]  # fmt: skip
        lines += [
            "", "[[rate]]", f"id = {_quoted(f'{question.number} of {number}')}",
            f"numerator = {_quoted(question.item)}", f"denominator = {_quoted(whole)}",
            "", "[[within]]", f"part = {_quoted(question.item)}", f"whole = {_quoted(whole)}",
        ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def as_json(replies: Replies) -> dict[str, Any]:
    """The same as one object; nothing of a quarantined part is in it."""
    return {
        "documents": [
            {
                "sha256": one.sha256, "name": one.name, "bytes": one.size, "kind": one.content.kind,
                "authority": one.authority, "came_with": one.inside, "subject": one.subject, "sent": one.sent,
                "refused": one.content.refused,
            }
            for one in replies.documents
        ],
        "stated": [_cell_json(one) for one in replies.stated],
        "proposed": [_cell_json(one) for one in replies.proposed],
        "left": [
            {
                "authority": one.authority, "document": one.document, "document_name": one.document_name,
                "item": one.left.item, "period": one.left.period, "where": one.left.where,
                "excerpt": one.left.excerpt, "problem": one.left.problem,
            }
            for one in replies.left
        ],
        "quarantined": [
            {
                "authority": one.authority, "document": one.document, "document_name": one.document_name,
                "part": one.concern.part, "why": one.concern.why.value, "words": one.concern.words, "note": one.note,
            }
            for one in replies.quarantined
        ],
    }  # fmt: skip


def _cell_json(cell: CellRead) -> dict[str, Any]:
    one = cell.proposal
    return {
        "authority": cell.authority, "nation": cell.nation, "period": one.period, "item": one.item, "raw": one.raw,
        "policy": one.policy, "note": one.note, "lower": one.reading.lower, "upper": one.reading.upper,
        "reason": one.reason.value, "within_item": one.reading.within_item, "document": cell.document,
        "document_name": cell.document_name, "where": one.where, "excerpt": one.excerpt,
        "status": "stated" if cell.stated else "proposed",
    }  # fmt: skip
