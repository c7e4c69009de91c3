"""A council's own reply, counted from its chronologies: what is counted, what is hidden, what is not known."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import holdfast.cli.answer
import holdfast.cli.evidence  # noqa: F401 - registers the commands
from holdfast.access.outgoing.scan import problems
from holdfast.chronology.queries import stories
from holdfast.cli.main import app
from holdfast.evidence.national import national_folder
from holdfast.evidence.questionnaire import read_questionnaire
from holdfast.evidence.reading import read
from holdfast.returns.answer.counting import NONE, ONE, PERHAPS, Count, Window, counts
from holdfast.returns.answer.disclosure import Threshold, beside_whole, incidents, shown
from holdfast.returns.answer.reply import CannotAnswer, House, answered
from tests.builders import a_child, a_draft, at

ASKED = read_questionnaire(national_folder().joinpath("questionnaire.toml"))
YEAR = Window.of(date(2024, 1, 1), date(2024, 12, 31))
ROOT = Path(__file__).resolve().parents[2]
IN_CARE = a_draft("care.started", "2023-06-01", authority="MAR")
ALONE = a_draft("asylum.arrived_alone", "2023-06-01")
FEARED = a_draft("trafficking.concern_recorded", "2024-02-01")


def counted(*drafts, agency="MAR", window=YEAR):
    ref = a_child(*drafts, known_at="2023-01-05T09:00Z")
    return {name: count for name, count in counts(stories([ref])[ref], window, agency).items() if count != NONE}


# -- one child --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_tuan_went_twice_and_is_one_child():
    found = counted(
        IN_CARE, ALONE,
        a_draft("missing.noticed", "2024-03-01T22:00Z"), a_draft("missing.found", "2024-03-02T08:00Z"),
        a_draft("missing.noticed", "2024-05-01T22:00Z"), a_draft("missing.found", "2024-05-02T08:00Z"),
    )  # fmt: skip
    assert found == {"unaccompanied": ONE, "missing-unaccompanied": ONE, "incidents-unaccompanied": Count(2, 2)}


@pytest.mark.django_db
def test_a_concern_is_suspected_and_a_referral_identified_and_nobody_is_both():
    assert counted(IN_CARE, FEARED) == {"suspected": ONE}
    assert counted(IN_CARE, FEARED, a_draft("trafficking.referred", "2024-03-01")) == {"identified": ONE}
    later = a_draft("trafficking.referred", "2025-03-01")
    assert counted(IN_CARE, FEARED, later) == {"suspected": ONE}, "what came after the period says nothing of it"


@pytest.mark.django_db
def test_a_negative_decision_before_the_period_ends_both_and_one_inside_it_does_not():
    before = (a_draft("trafficking.concern_recorded", "2023-07-01"), a_draft("trafficking.referred", "2023-07-02"))
    assert counted(IN_CARE, *before, a_draft("trafficking.conclusive_grounds", "2023-11-01", positive=False)) == {}
    inside = a_draft("trafficking.conclusive_grounds", "2024-11-01", positive=False)
    assert counted(IN_CARE, *before, inside) == {"identified": ONE}


@pytest.mark.django_db
def test_out_of_our_care_is_out_of_our_count():
    gone = a_draft("care.ended", "2023-12-31T10:00Z")
    assert counted(IN_CARE, ALONE, gone) == {}
    moved = a_draft("care.transferred", "2023-12-01", to_authority="KEN", from_authority="MAR")
    assert counted(IN_CARE, ALONE, moved) == {}
    assert counted(IN_CARE, ALONE, moved, agency="KEN") == {"unaccompanied": ONE}
    night = a_draft("missing.noticed", "2024-03-01T22:00Z")
    ended = a_draft("care.ended", "2024-02-01T10:00Z")
    assert counted(IN_CARE, ALONE, ended, night) == {"unaccompanied": ONE}, "missing, and no longer in our care"


@pytest.mark.django_db
def test_a_time_that_may_lie_on_either_side_of_the_border_is_counted_as_possible():
    assert "missing-unaccompanied" not in counted(IN_CARE, ALONE, a_draft("missing.noticed", "2023-12-31T23:30Z"))
    two_days = counted(
        a_draft("care.started", "2024-12", authority="MAR"), a_draft("asylum.arrived_alone", "2024-12-31")
    )
    assert two_days == {"unaccompanied": PERHAPS}
    whole = counted(a_draft("care.started", "2024-12", authority="MAR"), ALONE)
    assert whole == {"unaccompanied": PERHAPS}
    border = counted(IN_CARE, ALONE, window=Window.of(date(2023, 1, 1), date(2023, 6, 1)))
    assert border == {"unaccompanied": PERHAPS}, "both began some time on the last day, and who knows in which order"


@pytest.mark.django_db
def test_still_missing_is_not_found_by_the_end_of_the_period_whatever_came_later():
    went = a_draft("missing.noticed", "2024-12-20T22:00Z")
    assert counted(IN_CARE, ALONE, went)["still-missing"] == ONE
    assert counted(IN_CARE, ALONE, went, a_draft("missing.found", "2025-01-02T10:00Z"))["still-missing"] == ONE
    assert "still-missing" not in counted(IN_CARE, ALONE, went, a_draft("missing.found", "2024-12-31T10:00Z"))
    assert "still-missing" not in counted(IN_CARE, ALONE, went, a_draft("missing.found", "2024-12-31"))
    perhaps = counted(IN_CARE, ALONE, went, a_draft("missing.found", "2025-01"))
    assert perhaps["still-missing"] == ONE


# -- what is shown ----------------------------------------------------------------------------------------------

uncertain = st.tuples(st.integers(0, 30), st.integers(0, 4)).map(lambda pair: Count(pair[0], pair[0] + pair[1]))
rules = st.builds(Threshold, st.integers(0, 12), st.booleans())


@given(uncertain, rules)
def test_what_is_written_leaves_every_true_number_possible(count, rule):
    told = shown(count, rule)
    reading = read(told.answer, told.policy)
    assert reading.lower is not None and reading.lower <= count.certain
    assert reading.upper is not None and reading.upper >= count.possible


@given(st.integers(1, 30), rules)
def test_no_small_number_is_written_and_no_two_small_numbers_are_written_differently(count, rule):
    told = shown(Count(count, count), rule)
    assert told.is_hidden == (count < rule.below)
    if told.is_hidden:
        assert told == shown(Count(1, 1), rule)


@given(st.integers(0, 30), st.integers(0, 30), rules)
def test_what_is_left_over_in_a_whole_is_not_given_away(one, other, rule):
    part, whole = min(one, other), max(one, other)
    count, all_of_them = Count(part, part), Count(whole, whole)
    told = beside_whole(count, all_of_them, shown(count, rule), rule)
    reading = read(told.answer, told.policy)
    assert reading.lower <= part <= reading.upper
    if rule.below > 1 and part > 0 and whole - part < rule.below and part >= rule.below:
        assert not reading.is_exact and reading.upper == whole


@given(st.integers(0, 30), st.integers(0, 40), rules)
def test_incidents_say_no_more_of_few_children_than_the_children_do(children, more, rule):
    times = children + more if children else 0
    who, often = Count(children, children), Count(times, times)
    told = incidents(often, who, shown(who, rule), rule)
    reading = read(told.answer, told.policy)
    assert reading.lower <= times and (reading.upper is None or times <= reading.upper)
    if 0 < children < rule.below:
        assert told.answer == "*", "one child with fifty incidents is one child"


# -- a whole reply ----------------------------------------------------------------------------------------------


def house(**changes):
    return House(
        **({"authority": "Barnet", "nation": "England", "agency": "MAR", "complete_since": date(2023, 1, 1)} | changes)
    )


def replied(refs, **changes):
    found = answered(stories(refs).values(), ASKED, house(**changes), at("2025-03-01T09:00Z"))
    return {one.question.number: (one.line.answer, one.line.note) for one in found}


def a_county():
    """Seven unaccompanied children, six of whom went missing; one of them was referred, none of the others."""
    refs = []
    for number in range(7):
        more = [a_draft("missing.noticed", f"2024-04-0{number + 1}T22:00Z")] if number < 6 else []
        more += [a_draft("missing.found", f"2024-04-0{number + 1}T23:30Z")] if number < 6 else []
        more += [a_draft("trafficking.referred", "2024-02-02")] if number == 0 else []
        refs.append(a_child(IN_CARE, ALONE, *more, known_at="2023-01-05T09:00Z"))
    return refs


@pytest.mark.django_db
def test_a_whole_reply_with_small_numbers_hidden_in_every_way():
    found = replied(a_county())
    assert found["1c"][0] == "7"
    assert found["1a"][0] == found["1d"][0] == found["2a"][0] == "<5"
    assert found["1b"][0] == "0"
    assert found["2b"][0] == "3-7", "6 of 7 would say that one child did not go"
    assert found["3a"][0] == "*"
    assert found["3b"][0] != "6"
    assert replied(a_county(), threshold=Threshold(0))["2b"][0] == "6"


@pytest.mark.django_db
def test_not_recorded_is_told_apart_from_none():
    refs = [a_child(IN_CARE, ALONE, known_at="2023-01-05T09:00Z")]
    found = replied(refs)
    assert found["1a"][0] == "not recorded" and "trafficking" in found["1a"][1]
    assert found["2b"][0] == "not recorded", "nobody ever wrote that a child went missing: that is not 0"
    assert replied(refs, recorded=frozenset({"trafficking", "missing"}))["1a"][0] == "0"
    assert replied(refs, unrecorded=frozenset({"asylum"}))["1c"][0] == "not recorded"
    since = replied(refs, complete_since=date(2024, 2, 1))
    assert {answer for answer, _ in since.values()} == {"not recorded"}
    assert "complete only since 2024-02-01" in since["1c"][1]
    assert read("not recorded").lower is None


@pytest.mark.django_db
def test_a_period_that_is_not_over_and_a_question_without_a_measure_are_refused(tmp_path):
    with pytest.raises(CannotAnswer, match="not over"):
        answered([], ASKED, house(), at("2024-12-31T23:00Z"))
    text = national_folder().joinpath("questionnaire.toml").read_text().replace('measure = "both"', 'measure = "shoes"')
    (tmp_path / "q.toml").write_text(text)
    with pytest.raises(CannotAnswer, match="'shoes'"):
        answered([], read_questionnaire(tmp_path / "q.toml"), house(), at("2025-12-31T23:00Z"))


@pytest.mark.django_db
def test_a_child_whose_care_is_written_down_twice_is_one_child():
    ref = a_child(IN_CARE, ALONE, ALONE, IN_CARE, known_at="2023-01-05T09:00Z")
    assert counts(stories([ref])[ref], YEAR, "MAR")["unaccompanied"] == ONE


def command(tmp_path, *more, code=0):
    questionnaire = tmp_path / "questionnaire.toml"
    questionnaire.write_bytes(national_folder().joinpath("questionnaire.toml").read_bytes())
    words = ["answer", questionnaire, "--authority", "Barnet", "--agency", "MAR", *more]
    result = CliRunner().invoke(app, [str(one) for one in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


@pytest.mark.django_db
def test_the_command_writes_a_file_of_values_only_that_the_round_reads_exactly(tmp_path):
    a_county()
    for kind in ("csv", "xlsx"):
        out = tmp_path / "Barnet" / f"reply.{kind}"
        out.parent.mkdir(exist_ok=True)
        said = command(tmp_path, "--complete-since", "2023-01-01", "--out", out, "--show-exact")
        assert "nothing was sent" in said.stdout and "\t1c\t7 to 7\tgoes out as 7" in said.stderr
        assert problems(out.name, out.read_bytes()) == []
        for word in ("MAR", "okafor"):
            assert word not in out.read_bytes().decode("utf-8", "ignore")
    result = CliRunner().invoke(app, ["evidence", "read", str(tmp_path / "Barnet" / "reply.csv"), "--json"])
    stated = json.loads(result.stdout)["stated"]
    assert {one["item"]: (one["lower"], one["upper"]) for one in stated}["1c unaccompanied"] == (7, 7)
    assert len(stated) == len(ASKED.questions)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--complete-since", "yesterday"], "not a day"),
        (["--complete-since", "2023-01-01", "--not-recorded", "shoes"], "'shoes' is not"),
    ],
)
def test_words_that_mean_nothing_are_refused(tmp_path, more, words):
    assert words in command(tmp_path, *more, "--out", tmp_path / "a.csv", code=2).stderr
    assert (
        ".csv or .xlsx"
        in command(tmp_path, "--complete-since", "2023-01-01", "--out", tmp_path / "a.pdf", code=2).stderr
    )


# -- two installations ------------------------------------------------------------------------------------------

COUNTY = """
import sys
from holdfast.cli.main import every_command, with_database
with_database()
from tests.builders import a_child, a_draft
agency, alone, missing = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for number in range(alone):
    drafts = [a_draft("care.started", "2023-06-01", authority=agency), a_draft("asylum.arrived_alone", "2023-06-01")]
    if number < missing:
        drafts += [a_draft("missing.noticed", "2024-04-01T22:00Z"), a_draft("missing.found", "2024-04-01T23:30Z")]
    if number % 5 == 0:
        drafts.append(a_draft("trafficking.referred", "2024-02-02"))
    a_child(*drafts, agency=agency, known_at="2023-01-05T09:00Z")
since = ["--complete-since", "2023-01-01"]
every_command()(["answer", sys.argv[4], "--authority", sys.argv[5], "--agency", agency, *since, "--out", sys.argv[6]])
"""


def test_two_installations_and_a_round_with_no_typing(tmp_path):
    """Each council fills in the round's template from its own record; the round reads both and makes its figures."""
    questionnaire = tmp_path / "questionnaire.toml"
    questionnaire.write_bytes(national_folder().joinpath("questionnaire.toml").read_bytes())
    replies = tmp_path / "replies"
    for name, agency, alone, missing, form in (("Barnet", "BNE", 40, 12, "csv"), ("Kent", "KEN", 60, 6, "xlsx")):
        (replies / name).mkdir(parents=True)
        home = tmp_path / f"house of {name}"
        home.mkdir()
        changes = {"HOLDFAST_HOME": str(home), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "DATABASE_URL": ""}
        out = replies / name / f"reply.{form}"
        done = subprocess.run(
            [sys.executable, "-c", COUNTY, agency, str(alone), str(missing), str(questionnaire), name, str(out)],
            env=os.environ | changes, capture_output=True, text=True, check=False, cwd=tmp_path,
        )  # fmt: skip
        assert done.returncode == 0 and out.exists(), done.stderr[-2000:]
    run = CliRunner()
    read_to = tmp_path / "read"
    words = ["evidence", "read", replies, "--questionnaire", questionnaire, "--out", read_to]
    result = run.invoke(app, [str(one) for one in words])
    assert result.exit_code == 0, result.stderr
    with (read_to / "cells.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * len(ASKED.questions)
    figures = json.loads(run.invoke(app, ["evidence", "figures", str(read_to), "--json"]).stdout)
    total, rate = figures["1c"]["2024"], figures["2b of 1c"]["2024"]
    assert (total["lower"], total["upper"], total["counted"]) == (100, 100, 100)
    assert (rate["numerator"]["counted"], rate["denominator"]["counted"]) == (18, 100)
    assert rate["lower"] == rate["upper"] == pytest.approx(0.18)
    trafficked = figures["1a"]["2024"]
    assert trafficked["lower"] == 8 + 12 and sorted(total["authorities"]["in_figure"]) == ["Barnet", "Kent"]
    assert io.StringIO((read_to / "left.csv").read_text()).readlines()[1:] == [], "nothing was left for anybody to type"
