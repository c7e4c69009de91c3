"""The server does not start as a role of PostgreSQL that can change the record (22, 39): real servers, a real one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tried() -> dict[str, Any]:
    ours = {k: v for k, v in os.environ.items() if not k.startswith("HOLDFAST_") and k != "DATABASE_URL"}
    ours["PYTHONPATH"] = str(ROOT / "src")
    asked = [sys.executable, str(ROOT / "tools" / "wall_cost.py"), "2", "--json"]
    done = subprocess.run(asked, capture_output=True, text=True, env=ours, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.postgres
@pytest.mark.parametrize("when", ["before", "owner", "almost"])
def test_22_an_owner_is_refused_with_what_to_do(tried: dict[str, Any], when: str) -> None:
    code, said = tried["refused"][when]
    assert code == 1
    assert "holdfast database harden" in said and "passes by row-level security" in said
    assert 'HOLDFAST_SERVE_AS_OWNER="yes, without the second wall"' in said
    assert "Traceback" not in said


@pytest.mark.postgres
def test_22_the_least_role_serves_and_so_does_an_owner_who_is_told_to_in_words(tried: dict[str, Any]) -> None:
    assert all(tried[who][page] for who in ("owner", "role") for page in ("", "/chronology", "/readers"))


def test_the_embedded_database_is_not_asked(db: None) -> None:
    from django.db import connection

    from holdfast.config.second_wall import refuse_strong_role

    if connection.vendor == "sqlite":
        refuse_strong_role("")
