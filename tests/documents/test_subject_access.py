"""Checks 40 and 58, in part: a copy for the child, with what may not be given left out by a person who says why; and
until when a record is kept, each rule with its source."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from holdfast.access.models import Person, Reading
from holdfast.access.outgoing.scan import problems
from holdfast.access.queries import reader
from holdfast.access.shields.actions import declare_conflict
from holdfast.chronology.actions import append
from holdfast.chronology.draft import Draft
from holdfast.chronology.moment import Moment
from holdfast.chronology.queries import entries_of, stories
from holdfast.cli.main import every_command
from holdfast.documents.explain import NotForYou
from holdfast.documents.retention import rules, say_until
from holdfast.documents.subject_access import COLUMNS, CannotGive, copy_for, read_decisions, to_decide
from tests.builders import a_draft
from tests.web.conftest import TUAN, county, signed_in, static_folder  # noqa: F401

WHY = "It is about another child, who did not agree"
Fill = Callable[..., str]


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def filled(county: datetime) -> Fill:  # noqa: F811
    """The table of Tuan, filled in: everything given but the entries whose sentence holds these words."""

    def fill(*withheld: str, table: bytes | None = None) -> str:
        rows = list(csv.reader(io.StringIO((table or to_decide(TUAN, by="manager", now=_now())).decode("utf-8-sig"))))
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(rows[0])
        for row in rows[1:]:
            is_withheld = any(word in row[2] + row[3] for word in withheld)
            writer.writerow([*row[:5], "withhold" if is_withheld else "give", WHY if is_withheld else ""])
        return out.getvalue()

    return fill


def _copy(filled: str) -> str:
    return copy_for(TUAN, by="manager", now=_now(), decisions=read_decisions(filled), nation="england")


def test_40_the_table_holds_every_entry_and_passes_the_scanner(filled: Fill) -> None:
    earlier = stories([TUAN])[TUAN].last("missing.noticed")
    evil = a_draft("missing.told", "2026-11-22T20:00Z", who='=HYPERLINK("http://x.example","mother")')
    moved = Draft(earlier.kind, Moment(earlier.occurred.at), earlier.details, corrects=earlier.id)
    append(TUAN, [evil, moved], by="okafor", agency="MAR", at=_now())
    table = to_decide(TUAN, by="manager", now=_now())
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    assert {row[0] for row in rows[1:]} == {e.id for e in entries_of([TUAN])[TUAN]}, "corrected ones too"
    assert problems("table.csv", table) == []
    text = _copy(filled(table=table))
    assert "corrected later" in text and problems("copy.txt", text.encode()) == []


def test_40_what_is_withheld_leaves_no_trace_but_its_number_and_reason(filled: Fill) -> None:
    whole = _copy(filled())
    assert "Nothing was left out." in whole and "forced labour" in whole
    part = _copy(filled("forced labour"))
    assert "forced labour" not in part and f"1: {WHY}" in part
    assert len(whole.splitlines()) > len(part.splitlines()) - 3
    gone = [line for line in whole.splitlines() if "forced labour" in line]
    assert gone and not any(line.split(":")[0] in part for line in gone if line.split(":")[0].strip())


def test_40_who_has_looked_is_told_by_day_and_agency_and_not_by_name(filled: Fill) -> None:
    text = _copy(filled())
    looked = text.split("Who has looked at your record")[1]
    assert "Marrowshire County Council" in looked
    for person in Person.objects.all():
        assert str(person) not in looked and person.username not in looked.split()


def test_40_the_address_is_not_in_the_copy(filled: Fill) -> None:
    text = _copy(filled())
    assert "Lantern Rise" not in text and "Your address is kept apart" in text


def test_40_both_steps_are_readings(filled: Fill) -> None:
    _copy(filled())
    found = Reading.objects.filter(page="subject-access", children=TUAN)
    assert [r.person.username for r in found] == ["manager", "manager"]


@pytest.mark.parametrize("who", ["reid", "elm", "hale", "guardian", "nobody", ""])
def test_40_nobody_else_gets_it(who: str, filled: Fill) -> None:
    with pytest.raises(NotForYou):
        to_decide(TUAN, by=who, now=_now())
    with pytest.raises(NotForYou):
        copy_for(TUAN, by=who, now=_now(), decisions={}, nation="england")
    assert not Reading.objects.filter(page="subject-access").exists()


def test_33_a_conflict_closes_the_copy_too(filled: Fill) -> None:
    manager = reader(Person.objects.get(username="manager"), _now())
    declare_conflict(manager, TUAN, username="okafor", reason="her nephew", at=_now())
    with pytest.raises(NotForYou):
        to_decide(TUAN, by="okafor", now=_now())


def test_40_nothing_is_given_by_default(filled: Fill) -> None:
    table = filled()
    append(TUAN, [a_draft("missing.told", "2026-11-22T20:00Z", who="mother")], by="okafor", agency="MAR", at=_now())
    with pytest.raises(CannotGive, match="1 entries are not decided"):
        _copy(table)
    strange = filled().rstrip() + "\r\n" + ",".join(["00000000-0000-0000-0000-000000000000", *[""] * 4, "give", ""])
    with pytest.raises(CannotGive, match="not this child's"):
        _copy(strange)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("x,,,,,give", "Line 2: 6 columns, not 7"),
        ("x,,,,,,", "Line 2: say give or withhold"),
        ("x,,,,,perhaps,", "Line 2: say give or withhold, not 'perhaps'"),
        ("x,,,,,withhold,", "Line 2: say why"),
        ("x,,,,,withhold,no", "Line 2: say why"),
        ("x,,,,,give,\nx,,,,,give,", "Line 3: this entry is decided twice"),
    ],
)
def test_40_a_table_that_is_not_filled_in_is_refused_with_its_line(row: str, said: str) -> None:
    with pytest.raises(CannotGive) as refused:
        read_decisions(",".join(COLUMNS) + "\n" + row)
    assert said in str(refused.value)
    for odd in ("", "\ufeff", "a,b\n", "\x00"):
        with pytest.raises(CannotGive):
            read_decisions(odd)


def _run(*words: str) -> Result:
    return CliRunner().invoke(every_command(), ["subject-access", *words])


def test_40_the_command_writes_for_its_user_only_and_over_nothing(filled: Fill, tmp_path: Path) -> None:
    table, copy = tmp_path / "table.csv", tmp_path / "copy.txt"
    assert _run(TUAN, "--by", "manager", "--out", str(table)).exit_code == 0
    assert table.stat().st_mode & 0o077 == 0
    assert _run(TUAN, "--by", "manager", "--out", str(table)).exit_code == 2, "it is there already"
    empty = _run(TUAN, "--by", "manager", "--out", str(copy), "--decided", str(table))
    assert empty.exit_code == 2 and "Line 2: say give or withhold" in empty.output and not copy.exists()
    table.write_text(filled(table=table.read_bytes()))
    done = _run(TUAN, "--by", "manager", "--out", str(copy), "--decided", str(table))
    assert done.exit_code == 0 and "Tuan" in copy.read_text()
    assert _run(TUAN, "--by", "hale", "--out", str(tmp_path / "x")).exit_code == 2
    assert _run("ZZZZ-9999", "--by", "manager", "--out", str(tmp_path / "x")).exit_code == 2
    copy.write_bytes(b"\xff\xfe\x00")
    assert _run(TUAN, "--by", "manager", "--out", str(tmp_path / "x"), "--decided", str(copy)).exit_code == 2
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("nation", "born", "died", "until"),
    [
        ("england", date(2010, 3, 14), None, date(2085, 3, 14)),
        ("england", date(2008, 2, 29), None, date(2083, 3, 1)),
        ("wales", date(2010, 3, 14), date(2025, 1, 1), date(2040, 1, 1)),
        ("wales", date(2010, 3, 14), date(2028, 3, 13), date(2043, 3, 13)),
        ("wales", date(2010, 3, 14), date(2028, 3, 14), date(2085, 3, 14)),
        ("scotland", date(2010, 3, 14), None, date(2110, 3, 14)),
        ("scotland", date(2010, 3, 14), date(2025, 1, 1), date(2050, 1, 1)),
    ],
)
def test_58_until_when_a_record_is_kept(nation: str, born: date, died: date | None, until: date) -> None:
    assert rules()[nation].until(born, died) == until


def test_58_what_was_not_checked_and_what_is_not_known_says_so() -> None:
    assert "was not checked" in say_until("england", date(2010, 3, 14))
    assert "was not checked" not in say_until("wales", date(2010, 3, 14))
    assert "75th birthday" in say_until("wales", None)
    assert "no rule of this nation is known" in say_until("northern-ireland", date(2010, 3, 14))
