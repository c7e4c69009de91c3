"""Kills the worker 1,000 times (or as often as is asked) and says what was lost or doubled. Exit 1 if anything was.

.venv/bin/python tools/kill_worker.py [KILLS] [SEED]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WRONG = ("lost", "doubled", "unknown", "not_written_as_sent", "entries_lost_or_doubled")


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory(prefix="holdfast-kills-") as folder:
        program = str(ROOT / "tests" / "sharing" / "kills.py")
        around = {**os.environ, "HOLDFAST_HOME": folder}
        done = subprocess.run(
            [sys.executable, program, str(kills), str(kills * 2), str(seed)],
            env=around, stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
    found = json.loads(done.stdout)
    for name, value in found.items():
        print(f"{name.replace('_', ' '):<26} {value}")
    sys.exit(1 if any(found[name] for name in WRONG) or not found["is_whole"] else 0)


if __name__ == "__main__":
    main()
