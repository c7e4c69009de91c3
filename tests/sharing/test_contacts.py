"""Whom an agency wants told, out of a table: bad lines are named, and then nothing changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from holdfast.cli.main import every_command
from holdfast.sharing.contacts import read_contacts
from holdfast.sharing.queries import contacts_of
from holdfast.sharing.rules import CannotTell

HEAD = "name,channel,address,phone,after\n"
GOOD = HEAD + "Duty sergeant,email,desk@police.example,101,0\n\nDuty inspector,sms,07700 900123,,15\n"


def test_a_table_becomes_a_ladder(agencies: None, tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text("\ufeff" + GOOD)
    done = CliRunner().invoke(every_command(), ["contacts", "MARPOL", str(path)])
    assert done.exit_code == 0 and "Duty inspector" in done.output
    assert [(to.name, to.address, after) for to, after in contacts_of("MARPOL")] == [
        ("Duty sergeant", "desk@police.example", 0), ("Duty inspector", "07700900123", 15),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Line 1"),
        ("who,how\n", "Line 1"),
        (HEAD, "names nobody"),
        (HEAD + "Desk,pigeon,,,0\n", "Line 2: 'pigeon'"),
        (HEAD + "Desk,link,,,soon\n", "Line 2: 'soon'"),
        (HEAD + "Desk,link,,,-5\n", "Line 2: '-5'"),
        (HEAD + "Desk,link,,\n", "Line 2: 4 columns"),
        (HEAD + "Desk,sms,12,,0\n", "Line 2: Enter a UK mobile"),
        (HEAD + ",link,,,0\n", "Line 2: Enter who"),
        (HEAD + "Desk,link,,,10\n", "told at once"),
        (HEAD + "Desk,link,,,0\nDesk,link,,,0\n", "later than the one before"),
    ],
)
def test_a_bad_table_is_refused_with_its_line_and_changes_nothing(
    agencies: None, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text(text)
    done = CliRunner().invoke(every_command(), ["contacts", "MARPOL", str(path)])
    assert done.exit_code == 2 and said in done.output and "Nothing was changed" in done.output
    assert contacts_of("MARPOL") == []


def test_an_agency_that_nobody_knows_and_a_file_that_is_not_there(agencies: None, tmp_path: Path) -> None:
    assert CliRunner().invoke(every_command(), ["contacts", "NOWHERE"]).exit_code == 2
    missing = CliRunner().invoke(every_command(), ["contacts", "MARPOL", str(tmp_path / "none.csv")])
    assert missing.exit_code == 2 and "cannot be read" in missing.output
    assert "whoever is on duty" in CliRunner().invoke(every_command(), ["contacts", "MARPOL"]).output


def test_the_errors_of_a_table_name_their_line() -> None:
    with pytest.raises(CannotTell, match="Line 3"):
        read_contacts(HEAD + "Desk,link,,,0\nDesk,link,,,x\n", "MARPOL")
