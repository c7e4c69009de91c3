"""The report as an accessible PDF."""

from __future__ import annotations

from typer.testing import CliRunner

import holdfast.cli.evidence  # noqa: F401 - registers the commands
from holdfast.cli.main import app


def test_the_report_is_tagged_names_its_language_and_is_the_same_each_time(tmp_path):
    first, second = tmp_path / "first.pdf", tmp_path / "second.pdf"
    for file in (first, second):
        result = CliRunner().invoke(app, ["evidence", "report", "--out", str(file), "--released", "2026-11-22"])
        assert result.exit_code == 0, result.output
    content = first.read_bytes()
    assert content == second.read_bytes()
    assert content.startswith(b"%PDF-")
    for mark in (b"/StructTreeRoot", b"/Lang", b"/MarkInfo", b"pdfuaid"):
        assert mark in content


def test_a_day_or_a_place_that_cannot_be_used_is_said_plainly(tmp_path):
    run = CliRunner().invoke
    wrong_day = run(app, ["evidence", "report", "--out", str(tmp_path / "r.pdf"), "--released", "yesterday"])
    assert wrong_day.exit_code == 2
    assert "yesterday" in wrong_day.stderr
    nowhere = run(app, ["evidence", "report", "--out", str(tmp_path / "none" / "r.pdf")])
    assert nowhere.exit_code == 2
    assert "cannot be written" in nowhere.stderr
