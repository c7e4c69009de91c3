"""The reference pages say what the code does. Write the list of kinds anew by running this file."""

from __future__ import annotations

import typing
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer.main

import holdfast.cli.duties  # noqa: F401 - puts its commands on the application
from holdfast.chronology.jsonl import FIELDS, read_entries
from holdfast.cli.main import app
from holdfast.config.vocabulary import vocabulary
from holdfast.duties.obligation import Status
from holdfast.duties.rule import (
    Condition,
    Due,
    Ends,
    Match,
    Met,
    Nation,
    Rule,
    Since,
    Source,
    Standing,
    Starts,
    Unit,
    Which,
)

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
MARK = "<!-- kinds -->\n"


def _said(hint: Any) -> str:
    for inner in (*typing.get_args(hint), hint):
        if isinstance(inner, type) and issubclass(inner, StrEnum):
            return " or ".join(f"`{word.value}`" for word in inner)
        if inner in (str, bool, int):
            return {str: "text", bool: "true or false", int: "whole number"}[inner]
        if isinstance(inner, type) and inner.__name__ in ("date", "datetime"):
            return {"date": "date", "datetime": "time with an offset"}[inner.__name__]
    raise TypeError(hint)


def the_kinds() -> str:
    rows = ["| kind | details |", "| --- | --- |"]
    for kind in sorted(vocabulary(), key=lambda k: k.name):
        hints = typing.get_type_hints(kind.details)
        details = [
            f"`{name}` ({'list of ' if 'tuple' in str(hint) else ''}{_said(hint)})" for name, hint in hints.items()
        ]
        rows.append(f"| `{kind.name}` | {', '.join(details) or 'none'} |")
    return "\n".join(rows) + "\n"


def test_the_page_of_entries_lists_every_kind_with_its_details() -> None:
    text = (REFERENCE / "entries.md").read_text(encoding="utf-8")
    assert text.partition(MARK)[2].strip() == the_kinds().strip(), f"run python {Path(__file__).name}"
    assert all(f"| `{name}` |" in text for name in FIELDS)


def test_the_example_on_the_page_of_entries_can_be_read() -> None:
    text = (REFERENCE / "entries.md").read_text(encoding="utf-8")
    lines = text.partition("```json\n")[2].partition("```")[0].splitlines()
    assert len(read_entries(lines, vocabulary())) == 3


def test_the_page_of_the_command_names_every_option_and_word() -> None:
    text = (REFERENCE / "duties-command.md").read_text(encoding="utf-8")
    commands = typer.main.get_command(app).commands["duties"].commands  # type: ignore[attr-defined]
    assert set(commands) == {"due", "list"}
    for command in commands.values():
        for option in command.params:
            assert any(name in text for name in option.opts), option.name
    for word in (*Status, *Standing, *Unit):
        assert f"`{word.value}`" in text


def test_the_page_of_rules_names_every_field_that_a_rule_can_have() -> None:
    text = (REFERENCE / "duties-rules.md").read_text(encoding="utf-8")
    written = {"is_": "is", "applies_unrecorded": "unrecorded", "conditions": "if", "matches": "by"}
    left_out = {"in_force_from", "in_force_to", "long_standing", "examples", "starts", "due", "met", "ends"}
    for block in (Rule, Starts, Condition, Due, Met, Ends, Match, Source):
        for field in (f for f in fields(block) if f.init):  # the rest are worked out, and no rule can say them
            name = written.get(field.name, field.name)
            assert f"`{name}" in text or field.name in left_out, f"{block.__name__}.{field.name}"
    for word in (*Unit, *Since, *Which, *Nation, *Standing):
        assert f"`{word.value}`" in text or f"`{word.value} " in text, word


if __name__ == "__main__":
    page = REFERENCE / "entries.md"
    page.write_text(page.read_text(encoding="utf-8").partition(MARK)[0] + MARK + "\n" + the_kinds(), encoding="utf-8")
