"""Writers are killed, and the power is cut: what was acknowledged is there, and what is there is whole.

A few turns of the tools that are run with a thousand: tools/kill.py and tools/power_cut.py.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _run(tool: str, *options: str) -> subprocess.CompletedProcess[str]:
    """A tool in a process of its own: it makes a house of its own, and must not meet this one's."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith("HOLDFAST_") and k != "DATABASE_URL"}
    ours["PYTHONPATH"] = str(ROOT / "src")
    asked = [sys.executable, str(ROOT / "tools" / tool), *options]
    return subprocess.run(asked, capture_output=True, text=True, env=ours, timeout=300, check=False)


def _figure(done: subprocess.CompletedProcess[str], what: str) -> int:
    (line,) = (line for line in done.stdout.splitlines() if line.startswith(what))
    return int(line.removeprefix(what).split()[0])


def test_killed_writers_lose_nothing_that_they_said_was_kept() -> None:
    done = _run("kill.py", "--kills", "15")
    assert done.returncode == 0, done.stdout + done.stderr
    assert _figure(done, "Acknowledged entries, corrections, readings") > 0
    assert _figure(done, "Lost") == _figure(done, "Broken chains, read tables that differ") == 0


@pytest.mark.postgres
def test_killed_writers_and_a_killed_server_lose_nothing_on_postgresql() -> None:
    done = _run("kill.py", "--database", "postgresql", "--kills", "15", "--server-kills", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert _figure(done, "Server processes killed") == 2
    assert _figure(done, "Acknowledged entries, corrections, readings") > 0
    assert _figure(done, "Lost") == 0


needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace, to see writes and syncs")


@needs_strace
def test_a_power_cut_loses_nothing_that_was_acknowledged() -> None:
    done = _run("power_cut.py", "--cuts", "12", "--writes", "40")
    assert done.returncode == 0, done.stdout + done.stderr
    assert _figure(done, "Cuts after which something said was gone") == 0
    assert _figure(done, "Power cuts") == 12


@needs_strace
def test_without_the_houses_setting_a_power_cut_does_lose_something() -> None:
    """Else the test above could not fail."""
    done = _run("power_cut.py", "--cuts", "12", "--writes", "40", "--careless")
    assert _figure(done, "Cuts after which something said was gone") > 0, done.stdout + done.stderr
    assert _figure(done, "Broken chains, unsound files") == 0
