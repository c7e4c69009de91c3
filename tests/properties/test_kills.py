"""Writers killed in the middle of their work: nothing that was acknowledged is lost. `tools/kill.py` does the same a
thousand times."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def _kill(*options: str) -> dict[str, object]:
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "XDG_RUNTIME_DIR")}
    command = [sys.executable, str(ROOT / "tools" / "kill.py"), *options]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)
    found: dict[str, object] = json.loads(done.stdout)
    assert done.returncode == 0, (found, done.stderr)
    return found


def test_twenty_kills_lose_nothing_that_was_acknowledged() -> None:
    found = _kill("--kills", "20")
    assert found["acknowledged"] and found["acknowledged and lost"] == 0 and found["chains broken"] == 0


@pytest.mark.postgres
def test_twenty_kills_lose_nothing_on_postgresql() -> None:
    found = _kill("--kills", "20", "--postgres")
    assert found["acknowledged"] and found["acknowledged and lost"] == 0
