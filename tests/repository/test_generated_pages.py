"""The pages that are written from the code say what the code says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_commands_is_current() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "docs.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_option_of_every_command_says_what_it_is_for() -> None:
    page = (ROOT / "docs" / "reference" / "commands.md").read_text()
    empty = [line for line in page.splitlines() if line.startswith("- `") and line.endswith("`: ")]
    assert empty == []
