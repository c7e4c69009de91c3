"""One item by authority as it may be published, as an outsider runs it."""

from __future__ import annotations

import csv
import io

import pytest
from typer.testing import CliRunner

import holdfast.cli.publishing  # noqa: F401 - registers the command
from holdfast.access.outgoing.scan import problems
from holdfast.cli.main import app

HEAD = "authority,nation,period,item,raw,policy,note\n"
MISSING = {"Ash": 40, "Beech": 12, "Cedar": 3, "Dale": 55, "Elm": 19}


def cells(missing=MISSING, care=None):
    care = dict.fromkeys(missing, 100) | (care or {})
    lines = [f"{name},England,2024,missing,{count},,\n" for name, count in missing.items()]
    lines += [f"{name},England,2024,care,{count},,\n" for name, count in care.items()]
    return HEAD + "".join(lines) + "Fir,England,2024,missing,<5,,\nGorse,Wales,2024,missing,,,\n"


@pytest.fixture
def run(tmp_path):
    def run(*options, text=None, item="missing", out="table.csv", code=0):
        (tmp_path / "cells.csv").write_text(cells() if text is None else text)
        words = ["evidence", "local-table", tmp_path, "--item", item, "--period", "2024", "--out", tmp_path / out]
        result = CliRunner().invoke(app, [str(one) for one in (*words, *options)])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == code, (result.stdout, result.stderr)
        return result, tmp_path / out

    return run


def rows(file):
    return {row["area"]: row for row in csv.DictReader(io.StringIO(file.read_text()))}


def test_a_small_count_is_hidden_and_the_total_is_rounded(run):
    said, file = run()
    table = rows(file)
    assert table["Cedar"]["value"] == "[c]" and table["Dale"]["value"] == "55"
    assert table["Fir"]["value"] == table["Gorse"]["value"] == "[x]"
    total = table["all who gave one number"]
    assert (total["value"], total["rounded_to"]) == ("130", "5") and "Cedar" in total["sum_of"]
    assert problems(file.name, file.read_bytes()) == []
    assert "not known" in said.stdout


def test_an_exact_total_needs_something_else_hidden_and_which_is_small_is_not_said(run):
    _, file = run("--round", "1")
    hidden = [name for name, row in rows(file).items() if row["value"] == "[c]"]
    assert len(hidden) == 2 and "Cedar" in hidden
    assert "10" not in file.read_text().replace("2024", ""), "the rule is not printed"


def test_few_left_over_in_the_whole_are_hidden_too(run):
    text = cells(care={"Dale": 56})
    assert rows(run(text=text)[1])["Dale"]["value"] == "55"
    assert rows(run("--within", "care", text=text)[1])["Dale"]["value"] == "[c]"


def test_a_late_reply_cannot_be_worked_out_from_two_releases(run, tmp_path):
    _, first = run("--round", "1", text=cells(dict.fromkeys(MISSING, 40)), out="first.csv")
    late = dict.fromkeys(MISSING, 40) | {"Late": 3}
    result, file = run("--round", "1", "--before", first, text=cells(late))
    assert "Late" in rows(file) and rows(file)["Late"]["value"] == "[c]"
    assert "left out: the total" in result.stderr and "all who gave one number" not in rows(file)
    given = tmp_path / "careless.csv"
    given.write_text(file.read_text().replace("Late,authority,[c]", "Late,authority,3"))
    assert "published before" in run("--before", given, text=cells(late), code=2)[0].stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a,b\n", "the columns are"),
        ("period,item,area,level,value,rounded_to,sum_of\n2024,missing,Ash,authority,-3,,\n", "line 2"),
        ("period,item,area,level,value,rounded_to,sum_of\n2024,missing,Ash,region,3,,\n", "neither"),
        ("period,item,area,level,value,rounded_to,sum_of\n2024,missing,Ash,total,3,,\n", "whom"),
        ("period,item,area,level,value,rounded_to,sum_of\n2024,missing,Ash\n", "7 fields"),
        ("period,item,area,level,value,rounded_to,sum_of\n2024,missing,Cedar,authority,4,,\n", "is 3, and what was"),
    ],
)
def test_earlier_files_that_cannot_be_are_refused(run, tmp_path, content, words):
    earlier = tmp_path / "earlier.csv"
    earlier.write_text(content)
    assert words in run("--before", earlier, code=2)[0].stderr


def test_what_is_not_there_is_said_plainly(run, tmp_path):
    assert "no cell has the item" in run(item="shoes", code=2)[0].stderr
    assert "cannot be used" in run("--before", tmp_path / "nowhere.csv", code=2)[0].stderr
