"""A backup under load, restored elsewhere: whole, as anchored, with its shields; damage is refused (check 47)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("backed_up.py")


@pytest.fixture(scope="module", params=["embedded", pytest.param("postgresql", marks=pytest.mark.postgres)])
def story(request: pytest.FixtureRequest) -> dict[str, Any]:
    ours = {k: v for k, v in os.environ.items() if not k.startswith("HOLDFAST_") and k != "DATABASE_URL"}
    ours["PYTHONPATH"] = str(ROOT / "src")
    asked = [sys.executable, str(SCRIPT), request.param]
    done = subprocess.run(asked, capture_output=True, text=True, env=ours, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_47_a_backup_is_written_while_others_write(story: Any) -> None:
    assert story["backup"][0] == 0, story["backup"]
    assert story["writers went on"] > 0


def test_47_what_is_restored_is_whole_and_as_anchored_before(story: Any) -> None:
    assert story["restore"][0] == story["verify"][0] == 0, (story["restore"], story["verify"])
    assert story["look"]["faults"] == []


def test_47_everything_acknowledged_before_the_backup_is_in_it(story: Any) -> None:
    assert story["look"]["lost"] == []


def test_47_the_heads_of_all_chains_are_those_of_the_house(story: Any) -> None:
    here, there = story["heads"]
    assert len(here) == 64
    assert here == there


def test_28_shields_stay_through_backup_and_restore(story: Any) -> None:
    assert story["look"]["shields"] == [story["child"]]


@pytest.mark.parametrize("damage", ["flipped", "shortened", "empty", "another key"])
def test_47_a_damaged_backup_or_another_key_is_refused(story: Any, damage: str) -> None:
    code, said = story[damage]
    assert code == 2
    assert "backup" in said
    assert "Traceback" not in said


def test_47_nothing_is_ever_written_over(story: Any) -> None:
    assert story["again"][0] == story["over"][0] == 2


def test_47_nothing_in_the_file_can_be_read(story: Any) -> None:
    assert story["leaks"] == []
