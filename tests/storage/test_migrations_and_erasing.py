"""A filled house goes one migration back and forward in each app and keeps what it holds; and an erasure that is killed
again and again is whole or not at all, after which the words are in no file of the database (check 58)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("migrated_and_erased.py")


@pytest.fixture(scope="module", params=["embedded", pytest.param("postgresql", marks=pytest.mark.postgres)])
def story(request: pytest.FixtureRequest) -> dict[str, Any]:
    ours = {k: v for k, v in os.environ.items() if not k.startswith("HOLDFAST_") and k != "DATABASE_URL"}
    ours["PYTHONPATH"] = str(ROOT / "src")
    asked = [sys.executable, str(SCRIPT), request.param]
    done = subprocess.run(asked, capture_output=True, text=True, env=ours, timeout=400, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_each_apps_newest_migration_goes_down_and_up_with_data_kept(story: dict[str, Any]) -> None:
    walked = {name: said for name, said in story["migrations"].items() if isinstance(said, dict)}
    assert story["migrations"]["filled"] >= 10 and len(walked) >= 3
    for name, said in walked.items():
        assert said["down"] == "", name
        assert said["lost going down"] == [], name
        assert said["changed"] == [], name
        assert said["triggers"] and said["schema"], f"{name}: down and up again, the tables or their guards differ"


def test_from_empty_to_now_the_tables_are_as_the_models_say(story: dict[str, Any]) -> None:
    assert story["migrations"]["as the models say"]


def test_58_an_erasure_that_is_killed_is_whole_or_not_at_all_and_ends(story: dict[str, Any]) -> None:
    told = story["erasing"]
    code, middle = told["killed in the middle"]
    assert code == -9 and (middle["gone"], middle["erased"]) == (0, 0) and middle["entries"] == 195
    code, later = told["killed before the sweep"]
    assert code == -9 and (later["gone"], later["erased"], later["swept"]) == (195, 3, 0)
    assert told["erase"][0] == 0, told["erase"]
    assert told["done"] == [3, 3]
    assert "Nothing waits" in told["again"][1]


def test_58_afterwards_the_words_are_in_no_file_and_the_record_is_whole(story: dict[str, Any]) -> None:
    told = story["erasing"]
    assert told["before"] >= 180 and told["after"] == 0
    assert told.get("free pages", 0) == 0 and told["files"] == []
    for step in ("verify", "rebuild", "verify again"):
        assert told[step][0] == 0, told[step]
    assert "erased by two people" in told["verify"][1]
