"""Every duty of the four nations is there: as a rule with examples, or for reference with the reason."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner

import holdfast.cli.law  # noqa: F401 - registers the command
from holdfast.cli.main import app
from holdfast.duties.changes import What, changes_since
from holdfast.duties.review import review_page
from holdfast.duties.rule import Sustained, Unit
from holdfast.duties.statute import BadRule, Statute, read_reference, read_rules, statute

SHARED = Path(__file__).resolve().parents[3] / "shared" / "law" / "duties.csv"
# How many numbered duties each series has; the numbers run without a gap.
SERIES = {
    "ENG-MIS": 29, "UK-MIS": 6, "WAL-MIS": 6, "SCO-MIS": 5, "NI-MIS": 5,
    "EW-TRA": 4, "UK-TRA": 7, "ENG-TRA": 2, "SCO-TRA": 5, "NI-TRA": 3,
    "UK-UAS": 13, "ENG-UAS": 3, "WAL-UAS": 1, "SCO-UAS": 1, "NI-UAS": 1,
    "ENG-CAR": 27, "WAL-CAR": 12, "SCO-CAR": 9, "NI-CAR": 3,
    "ENG-CP": 10, "EW-CP": 1, "WAL-CP": 5, "SCO-CP": 7, "NI-CP": 5,
    "ENG-MA": 7, "ENG-EDU": 1, "UK-DAT": 9, "SCO-DAT": 3, "ENG-DAT": 2, "UK-SUP": 3,
}  # fmt: skip
IDS = {f"{series}-{n:03}" for series, count in SERIES.items() for n in range(1, count + 1)}
# Two duties that one row of the material joins: the offer of an interview and its holding are due and met apart.
HELD_APART = {"ENG-MIS-013-OFFER": "ENG-MIS-013", "SCO-MIS-002-AGAIN": "SCO-MIS-002"}
NOT_COMPUTED = {
    *("ENG-MIS-006", "UK-MIS-003", "SCO-MIS-003", "WAL-CAR-005", "NI-CAR-001", "NI-CAR-002", "NI-CP-001"),
}
NOT_IN_FORCE = {*(f"ENG-MA-{n:03}" for n in range(1, 8)), "SCO-TRA-004", "NI-TRA-003"}


def test_all_195_duties_are_there_once_as_a_rule_or_for_reference() -> None:
    rules = {rule.id for rule in statute().rules}
    references = Counter(reference.id for reference in statute().references)
    assert len(IDS) == 195
    assert rules | set(references) == IDS | set(HELD_APART)
    assert not rules & set(references) and set(references.values()) == {1}


def test_what_is_kept_for_reference_says_why_and_where_it_is_written() -> None:
    for reference in statute().references:
        assert len(reference.reason) > 30 and reference.reason.endswith("."), reference.id
        assert reference.source.title and reference.source.paragraph and reference.source.url.startswith("http")
        assert reference.confidence == "high" or reference.unverified, reference.id
        assert reference.checked is not None


def test_a_number_that_could_not_be_verified_is_shown_and_never_counted() -> None:
    assert {r.id for r in statute().rules if r.confidence == "low"} == NOT_COMPUTED
    for rule in statute().rules:
        assert (rule.due.unit is Unit.NOT_COMPUTED) is (rule.id in NOT_COMPUTED)
        if rule.id in NOT_COMPUTED:
            assert not rule.due.amount and rule.sustained_by is Sustained.NOTHING_READ and rule.unverified


def test_what_is_passed_and_not_commenced_has_no_date_of_force() -> None:
    every = [*statute().rules, *statute().references]
    assert {r.id for r in every if not r.commenced} == NOT_IN_FORCE


def test_every_rule_says_what_its_number_rests_on() -> None:
    numbered = [r for r in statute().rules if r.due.amount]
    assert all(r.sustained_by is not Sustained.NOTHING_READ for r in numbered)
    hours = {r.id: r.sustained_by for r in statute().rules if r.due.unit is Unit.HOURS}
    assert hours["ENG-MIS-018"] is Sustained.STANDARD
    assert hours["ENG-MIS-027"] is Sustained.LOCAL_PRACTICE


def test_a_reference_without_a_reason_is_refused_by_name() -> None:
    with pytest.raises(BadRule, match="X-1"):
        read_reference({"id": "X-1", "in_force": {}})


def test_a_rule_and_a_reference_cannot_share_an_id() -> None:
    reference = statute().references[0]
    with pytest.raises(BadRule, match=reference.id):
        Statute([], [reference, reference])


def test_what_moved_is_told_from_the_dates_of_the_rules() -> None:
    found = changes_since(statute(), date(2022, 12, 1))
    moved = {(c.rule, c.what, c.on) for c in found}
    assert ("UK-DAT-008", What.CAME_INTO_FORCE, date(2026, 6, 19)) in moved
    assert ("UK-TRA-003 45 days, until 12 December 2022", What.NO_LONGER_IN_FORCE, date(2022, 12, 13)) in moved
    assert [c.on for c in found] == sorted((c.on for c in found), reverse=True)
    assert all(c.on >= date(2022, 12, 1) for c in found)
    read = {(c.rule, c.on) for c in found if c.what is What.READ_AGAIN}
    assert read >= {(rule.key, rule.checked) for rule in statute().rules if rule.checked}
    assert changes_since(statute(), date(2099, 1, 1)) == ()


def test_a_change_on_the_day_itself_is_told() -> None:
    on_the_day = {c.rule for c in changes_since(statute(), date(2026, 6, 19))}
    day_after = {c.rule for c in changes_since(statute(), date(2026, 6, 20)) if c.what is What.CAME_INTO_FORCE}
    assert "UK-DAT-008" in on_the_day and "UK-DAT-008" not in day_after


def test_the_command_prints_what_moved_and_refuses_what_is_no_date() -> None:
    run = CliRunner().invoke
    printed = run(app, ["law", "changes", "--since", "2026-06-01"])
    assert printed.exit_code == 0 and "Friday 19 June 2026" in printed.stdout
    assert '"on": "2026-06-19"' in run(app, ["law", "changes", "--since", "2026-06-01", "--json"]).stdout
    assert run(app, ["law", "changes", "--since", "2099-01-01"]).stdout.startswith("Nothing moved")
    refused = run(app, ["law", "changes", "--since", "soon"])
    assert refused.exit_code == 2 and "soon" in refused.stderr and not refused.stdout


def test_the_page_for_review_has_every_duty_beside_its_source() -> None:
    page = review_page(statute())
    assert CliRunner().invoke(app, ["law", "review"]).stdout == page
    for rule in [*statute().rules, *statute().references]:
        assert f"## {rule.id}" in page and rule.source.url in page
    assert page.count("reviewed by, on") == len(statute().rules) + len(statute().references)


@pytest.mark.shared
def test_the_ids_nations_and_confidence_are_those_of_the_material() -> None:
    if not SHARED.exists():
        pytest.skip("the material beside the repository is not there")
    with SHARED.open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert set(rows) == IDS
    for rule in [*statute().rules, *statute().references]:
        row = rows[HELD_APART.get(rule.id, rule.id)]
        earlier_text = rule.in_force_to is not None  # read less well than the text of today, which has its own block
        assert rule.confidence == row["confidence"] or earlier_text, rule.id
        assert len(rule.nations) == (4 if row["nation"] == "UK" else len(row["nation"].split(";"))), rule.id


# The days since which a text is in force that the material gives to the day.
VERIFIED_DAYS = {
    *(date(2014, 8, 18), date(2022, 12, 13), date(2023, 10, 28), date(2023, 11, 6)),
    *(date(2026, 2, 5), date(2026, 3, 2), date(2026, 6, 19)),
}


def test_a_day_in_force_that_was_not_read_says_so_in_every_rule() -> None:
    for rule in [*statute().rules, *statute().references]:
        begins = rule.in_force_from
        if begins is None and not rule.long_standing:
            continue  # not in force at all
        if begins in VERIFIED_DAYS:
            assert "In force since" not in rule.unverified, rule.id
        elif begins in (date(2014, 1, 1), date(2024, 5, 1)):
            assert f"1 {begins:%B} {begins.year}: only the month was read." in rule.unverified, rule.id
        elif rule.long_standing:
            assert rule.unverified.endswith("Since when it has been in force was not verified."), rule.id
        else:
            assert rule.unverified.endswith("the day rests on memory and was not verified."), rule.id


def test_how_well_the_day_is_known_is_one_of_three_words() -> None:
    file = resources.files("holdfast.duties").joinpath("statute", "england", "missing.toml")
    text = file.read_text(encoding="utf-8")
    with pytest.raises(BadRule, match=r"ENG-MIS-003: .*in_force.known = 'rumour'"):
        read_rules(text.replace('known = "month"', 'known = "rumour"', 1))
