"""`holdfast duties` as a person or a script meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import holdfast.cli.duties  # noqa: F401 - puts its commands on the application
from holdfast.cli.main import app

NOTICED = '{"child": "c1", "kind": "missing.noticed", "occurred_at": "2026-11-20T22:40:00+00:00"}'
RETURNED = '{"child": "c1", "kind": "missing.returned", "occurred_at": "2026-11-21T06:10:00+00:00"}'
CORRECTED = (
    '{"child": "c1", "kind": "missing.returned", "occurred_at": "2026-11-21T08:10:00+00:00",'
    ' "recorded_at": "2026-11-22T09:00:00+00:00", "corrects": "2"}'
)


def due(tmp_path: Path, lines: list[str], *options: str) -> tuple[int, str, str]:
    path = tmp_path / "entries.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    result = CliRunner().invoke(app, ["duties", "due", "--entries", str(path), *options])
    return result.exit_code, result.stdout, result.stderr


ASKED = ("--nation", "england", "--as-at", "2026-11-23T12:00:00+00:00")


def test_the_json_is_what_the_format_promises(tmp_path: Path) -> None:
    code, out, _ = due(tmp_path, [NOTICED, RETURNED], *ASKED, "--json")
    found = {o["rule"]: o for o in json.loads(out)}
    interview = found["ENG-MIS-013"]
    assert code == 0
    assert interview["child"] == "c1" and interview["started_by"] == "2"
    assert interview["started_at"] == "2026-11-21T06:10:00+00:00"
    assert interview["due_at"] == "2026-11-24T06:10:00+00:00" and interview["due_on"] == "2026-11-24"
    assert (interview["unit"], interview["standing"], interview["status"]) == ("hours", "guidance", "open")
    assert interview["met_at"] is None and set(interview["source"]) == {"title", "paragraph", "url"}
    assert interview["because"].startswith("The child returned on Saturday 21 November 2026 at 6:10am, so guidance")
    times = [o["due_at"] for o in json.loads(out)]
    assert times == sorted(times, key=lambda t: (t is None, t))


def test_a_corrected_return_restates_the_clock_and_the_old_answer_can_still_be_asked_for(tmp_path: Path) -> None:
    lines = [NOTICED, RETURNED, CORRECTED]
    now = json.loads(due(tmp_path, lines, *ASKED, "--json")[1])
    then = json.loads(due(tmp_path, lines, *ASKED, "--as-known-at", "2026-11-21T12:00:00Z", "--json")[1])
    asked = [next(o for o in found if o["rule"] == "ENG-MIS-013") for found in (now, then)]
    assert [o["due_at"] for o in asked] == ["2026-11-24T08:10:00+00:00", "2026-11-24T06:10:00+00:00"]
    assert [o["started_by"] for o in asked] == ["3", "2"]


def test_what_happens_after_the_time_asked_about_is_no_fact_yet(tmp_path: Path) -> None:
    early = ("--nation", "england", "--as-at", "2026-11-20T23:00:00+00:00", "--json")
    found = {o["rule"]: o["status"] for o in json.loads(due(tmp_path, [NOTICED, RETURNED], *early)[1])}
    assert "ENG-MIS-013" not in found and found["ENG-MIS-003"] == "overdue"


def test_the_table_reads_as_sentences(tmp_path: Path) -> None:
    code, out, _ = due(tmp_path, [NOTICED, RETURNED], *ASKED)
    assert code == 0
    assert "Tuesday 24 November 2026 at 6:10am" in out and "Independent return interview" in out


def test_only_the_law_of_the_nation_is_applied(tmp_path: Path) -> None:
    options = ("--nation", "scotland", "--as-at", "2026-11-25T12:00:00+00:00", "--json")
    assert [o["rule"] for o in json.loads(due(tmp_path, [NOTICED], *options)[1])] == ["SCO-MIS-004", "UK-MIS-001"]


def test_no_entries_is_an_empty_list(tmp_path: Path) -> None:
    assert due(tmp_path, [], *ASKED, "--json")[:2] == (0, "[]\n")
    assert "Nothing is required" in due(tmp_path, [], *ASKED)[1]


@pytest.mark.parametrize(
    ("lines", "options", "says"),
    [
        ([NOTICED, '{"child": "c1"}', "{"], ASKED, "line 2: kind is missing\nline 3: not JSON"),
        ([NOTICED], ("--nation", "france", "--as-at", "2026-11-23T12:00:00Z"), "--nation: 'france'"),
        ([NOTICED], ("--nation", "england", "--as-at", "2026-11-23T12:00:00"), "--as-at: '2026-11-23T12:00:00' has no"),
        ([NOTICED], ("--nation", "england", "--as-at", "9999-12-31"), "--as-at"),
        ([NOTICED], (*ASKED, "--as-known-at", "then"), "--as-known-at: 'then'"),
    ],
)
def test_bad_input_is_refused_with_its_place_and_nothing_else_is_printed(
    tmp_path: Path, lines: list[str], options: tuple[str, ...], says: str
) -> None:
    code, out, err = due(tmp_path, lines, *options, "--json")
    assert (code, out) == (2, "")
    assert says in err


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for path, content in (
        (tmp_path, None),
        (tmp_path / "none", None),
        (tmp_path / "latin", NOTICED.encode() + b"\n\xff"),
    ):
        if content is not None:
            path.write_bytes(content)
        result = CliRunner().invoke(app, ["duties", "due", "--entries", str(path), *ASKED])
        assert (result.exit_code, result.stdout) == (2, "") and result.stderr


def test_the_list_has_every_rule_with_its_source() -> None:
    found = json.loads(CliRunner().invoke(app, ["duties", "list", "--json"]).stdout)
    assert len(found) >= 35 and all(r["source"]["url"] and r["standing"] for r in found)
    assert "ENG-MIS-013  guidance" in CliRunner().invoke(app, ["duties", "list"]).stdout


def test_no_database_is_needed(tmp_path: Path) -> None:
    """Django is not loaded: the command starts quickly and runs where there is no installation."""
    path = tmp_path / "entries.jsonl"
    path.write_text(NOTICED, encoding="utf-8")
    code = (
        "import sys; sys.argv = ['holdfast', 'duties', 'due', '--entries', sys.argv[1], '--nation', 'england', "
        "'--as-at', '2026-11-23T12:00:00Z']\n"
        "from holdfast.cli.main import run\n"
        "try:\n    run()\nexcept SystemExit as end:\n    assert not end.code\n"
        "assert 'django' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "Report a missing child to the police" in done.stdout


def test_an_authoritys_own_protocols_stand_beside_the_law_and_are_called_local(tmp_path: Path) -> None:
    settings = tmp_path / "local.toml"
    settings.write_text(
        'authority = "Marrowshire"\n[[protocol]]\nid = "call-back"\ntitle = "Call back"\nnation = "england"\n'
        'from = 2026-04-01\ndocument = "Protocol"\nresponsible = "the home"\nmust = "call the duty worker"\n'
        'event = "missing.noticed"\nwithin = "2 hours"\ndone = ["missing.told"]\n',
        encoding="utf-8",
    )
    code, out, _ = due(tmp_path, [NOTICED], *ASKED, "--json", "--local", str(settings))
    (mine,) = [o for o in json.loads(out) if o["rule"] == "LOCAL-CALL-BACK"]
    assert code == 0 and mine["standing"] == "local" and mine["status"] == "overdue"
    assert "not law" in mine["because"] and "not law" in mine["unverified"]


@pytest.mark.parametrize("text", [b"authority = 3", b"\xff", None])
def test_settings_that_cannot_be_used_are_refused_in_one_sentence(tmp_path: Path, text: bytes | None) -> None:
    settings = tmp_path / "local.toml"
    if text is not None:
        settings.write_bytes(text)
    code, out, err = due(tmp_path, [NOTICED], *ASKED, "--local", str(settings))
    assert code == 2 and not out and err.startswith("--local: ") and "Traceback" not in err
