"""Whether answering goes with size, place or last year's rate: held to chance, and to silence that is made."""

from __future__ import annotations

import json
import random

import pytest
from typer.testing import CliRunner

import holdfast.cli.estimate  # noqa: F401 - registers the command
from holdfast.cli.main import app
from holdfast.figures.answering import Group, difference, who_answers
from holdfast.figures.bounds import Range
from holdfast.figures.ladder import Member


def member(name, size, answers, nation="England", before=None):
    known = Range(3, 3) if answers else None
    return Member(name, nation, known, size, size, None if before is None else Range(before, before))


def by(members, what, region_of=lambda name: ""):
    return next((one for one in who_answers(members, region_of) if one.by == what), None)


def test_the_difference_of_two_shares_is_newcombes_worked_example():
    # R. G. Newcombe, Statistics in Medicine 17 (1998), table II: 56/70 less 48/80, method 10: 0.0524 to 0.3339.
    ends = difference(Group("", 70, 56, 0, 1), Group("", 80, 48, 0, 1))
    assert ends == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))


def test_large_authorities_that_fall_silent_are_seen_and_said():
    asked = [member(f"A{at}", 100 + at, at < 40) for at in range(60)]
    found = by(asked, "size")
    assert [group.answered for group in found.groups] == [20, 20, 0]
    assert found.differs and "-100 percentage points" in found.sentence and "leans" in found.sentence


def test_a_region_that_does_not_answer_is_named_and_the_others_are_not():
    asked = [member(f"{place}{at}", 100, place != "N" or at < 2) for place in "NSW" for at in range(20)]
    found = by(asked, "region", lambda name: {"N": "North", "S": "South", "W": "West"}[name[0]])
    assert found.differs and "North: 2 of 20 answered" in found.sentence


def test_high_rates_last_year_that_fall_silent_are_seen():
    asked = [member(f"A{at}", 100, at < 24, before=at) for at in range(36)]
    found = by(asked, "the rate given last time")
    assert found.differs and found.groups[-1].answered == 0
    assert by([member(f"A{at}", 100, True) for at in range(36)], "the rate given last time") is None


def test_silence_by_chance_is_seldom_called_a_difference():
    chance, seen, looked = random.Random(7), 0, 0
    for _ in range(300):
        asked = [
            member(f"A{at}", chance.randrange(20, 900), chance.random() < 0.6, chance.choice(("England", "Wales")), at)
            for at in range(80)
        ]
        for one in who_answers(asked, lambda name: f"region {int(name[1:]) % 5}"):
            seen, looked = seen + one.differs, looked + 1
    assert looked == 1200 and 0.01 <= seen / looked <= 0.07


def test_equal_sizes_stay_together_and_few_are_not_compared():
    assert by([member(f"A{at}", 50, at % 2 == 0) for at in range(9)], "size") is None
    assert who_answers([member(f"A{at}", 50 + at, True) for at in range(5)], lambda name: "") == ()


def test_the_command_shows_who_answers_and_no_authority(tmp_path):
    lines, sizes = [], []
    for at in range(30):
        raw = str(at) if at < 20 else "no reply"
        lines.append(f"Place {at},England,2024,1a,{raw},,\n")
        sizes.append(f"Place {at},England,looked after,2024,{100 + at},made up\n")
    (tmp_path / "cells.csv").write_text("authority,nation,period,item,raw,policy,note\n" + "".join(lines))
    (tmp_path / "sizes.csv").write_text("authority,nation,measure,period,count,source\n" + "".join(sizes))
    (tmp_path / "figures.toml").write_text('[[silent]]\nid = "all"\nitem = "1a"\nlimit = "looked after"\n')
    plain = CliRunner().invoke(app, ["evidence", "estimate", str(tmp_path), "--no-model"])
    assert plain.exit_code == 0, plain.output
    assert "Who answers, by size" in plain.output and "Place 3" not in plain.output
    found = json.loads(CliRunner().invoke(app, ["evidence", "estimate", str(tmp_path), "--no-model", "--json"]).output)
    size = found["all"]["2024"]["who_answers"][0]
    assert size["by"] == "size" and size["differs"] is True
    assert [group["answered"] for group in size["groups"]] == [10, 10, 0]
