"""The bench still runs. Its figures are for people to read; no test is timed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_bench_of_pages_signs_in_and_measures_its_pages(tmp_path: Path) -> None:
    ours = {k: v for k, v in os.environ.items() if not k.startswith("HOLDFAST_") and k != "DATABASE_URL"}
    ours |= {"PYTHONPATH": str(ROOT / "src"), "HOLDFAST_HOME": str(tmp_path)}
    asked = [sys.executable, str(ROOT / "tools" / "bench.py"), "--pages", "SQLite", "--turns", "2"]
    done = subprocess.run(asked, capture_output=True, text=True, env=ours, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    measured = re.findall(r"^SQLite: (.*?)  .*?(\d+) queries", done.stdout, re.MULTILINE)
    pages = ["a child with 300 entries", "missing now", "the area", "numbers of the last year"]
    assert [what for what, _ in measured] == pages
    assert all(1 < int(queries) <= 12 for _, queries in measured)
