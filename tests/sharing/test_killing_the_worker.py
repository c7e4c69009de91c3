"""A worker that is killed at random loses no message and sends none twice. `tools/kill_worker.py` kills 1,000 times."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

KILLS, MESSAGES = 20, 60


def _a_house(folder: Path) -> dict[str, str]:
    """The surroundings of a house of its own, with a database of its own where the tests run on PostgreSQL."""
    around = {**os.environ, "HOLDFAST_HOME": str(folder)}
    if address := os.environ.get("DATABASE_URL"):
        import psycopg

        parts = urlsplit(address)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS killed_worker")
            connection.execute("CREATE DATABASE killed_worker")
        around["DATABASE_URL"] = urlunsplit(parts._replace(path="/killed_worker"))
    return around


@pytest.mark.parametrize("seed", [1])
def test_twenty_kills_lose_nothing_and_double_nothing(tmp_path: Path, seed: int) -> None:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("kills.py")), str(KILLS), str(MESSAGES), str(seed)],
        env=_a_house(tmp_path), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["killed_while_sending"] > 0, "no kill fell between a try and its result: nothing was tested"
    wrong = ("lost", "doubled", "unknown", "not_written_as_sent", "entries_lost_or_doubled")
    assert {name: found[name] for name in wrong} == dict.fromkeys(wrong, 0)
    assert found["is_whole"]
