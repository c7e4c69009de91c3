"""Two people at once, in two processes with a connection each: no update is lost, the second is told what changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("two_at_once.py")
ROUNDS = 3


def _played(database: str) -> dict[str, Any]:
    ours = {k: v for k, v in os.environ.items() if not k.startswith("HOLDFAST_") and k != "DATABASE_URL"}
    ours["PYTHONPATH"] = str(ROOT / "src")
    asked = [sys.executable, str(SCRIPT), database, str(ROUNDS)]
    done = subprocess.run(asked, capture_output=True, text=True, env=ours, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    played: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return played


@pytest.fixture(scope="module", params=["embedded", pytest.param("postgresql", marks=pytest.mark.postgres)])
def played(request: pytest.FixtureRequest) -> dict[str, Any]:
    return _played(request.param)


def _rounds(played: dict[str, Any], scene: str) -> list[list[str]]:
    rounds: list[list[str]] = played["scenes"][scene]
    assert len(rounds) == ROUNDS
    return rounds


@pytest.mark.parametrize("scene", ["correct", "correct_or_withdraw"])
def test_of_two_corrections_one_is_kept_and_the_other_is_told_what_stands_now(played: Any, scene: str) -> None:
    for first, second, *standing in _rounds(played, scene):
        kept, told = sorted((first, second), reverse=True)
        what = kept.removeprefix("kept: ")
        assert told == f"changed: {what}"
        assert standing == ([] if what == "withdrawn" else [what])


def test_a_fact_that_is_delivered_twice_at_once_is_one_entry(played: Any) -> None:
    for first, second, *standing in _rounds(played, "tell_the_same"):
        assert sorted((first, second)) == ["kept: 0 new, 1 known", "kept: 1 new, 0 known"]
        assert standing == ["harbour", "station"]


def test_two_facts_that_are_told_at_once_both_stand(played: Any) -> None:
    for *_, first, second, third in _rounds(played, "tell_two_things"):
        assert (first, second, third) == ("quay 1", "quay 2", "station")


def test_what_was_prepared_on_an_older_chronology_is_refused_or_came_first(played: Any) -> None:
    for _, prepared, *standing in _rounds(played, "store_what_was_prepared"):
        assert prepared in ("kept: one", "ChangedMeanwhile")
        assert ("return 2" in standing) == (prepared == "kept: one")
        assert "return 1" in standing


def test_two_readings_of_one_person_at_once_follow_each_other(played: Any) -> None:
    assert all(told[:2] == ["kept: one", "kept: one"] for told in _rounds(played, "read"))


def test_of_two_shields_put_at_once_one_stands(played: Any) -> None:
    assert all(told[2] == "1 shields stand" for told in _rounds(played, "shield"))


@pytest.mark.parametrize("scene", ["lift", "review"])
def test_the_second_to_lift_a_shield_or_to_review_is_told_that_it_is_done(played: Any, scene: str) -> None:
    for told in _rounds(played, scene):
        assert sorted(told[:2]) == ["CannotDecide", "kept: one"]


def test_all_is_whole_afterwards(played: Any) -> None:
    assert played["faults"] == []
