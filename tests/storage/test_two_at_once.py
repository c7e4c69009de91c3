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


@pytest.mark.parametrize("scene", ["correct", "correct_or_withdraw", "read_and_correct"])
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


@pytest.mark.parametrize("scene", ["shield", "replace_shield"])
def test_of_two_shields_put_at_once_the_first_stands_and_the_second_is_told(played: Any, scene: str) -> None:
    for *told, standing in _rounds(played, scene):
        _one_is_told(told, "CannotDecide: Somebody else changed who may open this child meanwhile")
        assert standing == "1 shields stand"


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        ("lift", "CannotDecide: No restriction stands over this child: somebody has ended it already"),
        ("review", "CannotDecide: Somebody else has reviewed this meanwhile"),
        ("end_conflict", "CannotDecide: Somebody else has taken this back meanwhile"),
        ("review_limit", "CannotDecide: Somebody else has reviewed this meanwhile"),
        ("find", "CannotRecord: This child is not missing: a finding or a return is recorded already"),
        ("open_the_last", "OverLimit"),
    ],
)
def test_the_second_is_told_that_it_is_done(played: Any, scene: str, words: str) -> None:
    for told in _rounds(played, scene):
        _one_is_told(told[:2], words)


def test_a_finding_and_a_later_noticing_never_both_stand(played: Any) -> None:
    for told in _rounds(played, "find_or_move"):
        _one_is_told(told[:2], "CannotRecord: ")


def test_of_two_who_decide_a_link_at_once_one_is_told_and_both_ends_say_the_same(played: Any) -> None:
    for first, second, *ends in _rounds(played, "decide_a_link"):
        _one_is_told([first, second], "DecidedMeanwhile")
        assert ends == (["confirmed"] * 2 if first == "kept: one" else ["refused"] * 2)


@pytest.mark.parametrize("scene", ["declare_conflict", "note_limit"])
def test_what_one_person_says_twice_at_once_is_kept_once(played: Any, scene: str) -> None:
    assert all(told == ["kept: one", "kept: one", "1"] for told in _rounds(played, scene))


def _one_is_told(told: list[str], words: str) -> None:
    kept, said = sorted(told, key=lambda word: word != "kept: one")
    assert kept == "kept: one"
    assert said.startswith(words)


def test_all_is_whole_afterwards(played: Any) -> None:
    assert played["faults"] == []
