"""How fast the law is computed: every rule over a nation's children, streaming, and over one long chronology.

    python tools/bench_law.py                      83,000 children with 100 entries each, on 2 processes
    python tools/bench_law.py --children 5000      fewer; what 83,000 would take is worked out from it
    python tools/bench_law.py --quick              2,000 children

Prints beside it the time merely to read and decode the same entries, which is the limit, and how busy the machine was.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from holdfast.chronology.entry import Entry
from holdfast.chronology.moment import Moment
from holdfast.chronology.standing import in_force
from holdfast.config.vocabulary import vocabulary
from holdfast.duties.engine import obligations
from holdfast.duties.rule import Nation
from holdfast.duties.statute import statute

WHOLE = 83_000
AS_AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
BEGAN = datetime(2023, 1, 9, 9, tzinfo=UTC)
# What a chronology is made of, roughly as often as it happens.
ONCE = [("child.age_recorded", {"born_on": "2010-05-04"}), ("care.started", {"legal_status": "V2"})]
USUAL = [
    ("care.visited", {"seen": True}), ("care.visited", {"seen": True}), ("care.visited", {}), ("care.reviewed", {}),
    ("care.planned", {"plan": "placement"}), ("care.health_assessed", {}), ("placement.notified", {"to": "school"}),
    ("placement.started", {"place": "U6", "out_of_area": False}), ("missing.noticed", {}), ("missing.returned", {}),
    ("missing.reported_to_police", {"police_reference": "MP/1"}), ("missing.risk_graded", {"risk": "medium"}),
    ("missing.interview_held", {}), ("missing.told", {"who": "IRO"}), ("sharing.disclosed", {"to": "health"}),
    ("care.worker_allocated", {"worker": "Ms Okafor"}), ("child.described", {"looks": "tall"}),
    ("trafficking.concern_recorded", {}), ("protection.referred", {}), ("protection.core_group_met", {}),
]  # fmt: skip


def write_children(path: Path, children: int, entries: int, seed: int) -> None:
    """One child a line: a list of entries, each kind, minutes since the beginning, details."""
    dice = random.Random(seed)
    with path.open("w") as file:
        for _ in range(children):
            minutes = sorted(dice.sample(range(1, 60 * 24 * 1400), entries))
            kinds = [*ONCE, *dice.choices(USUAL, k=entries - len(ONCE))]
            file.write(json.dumps([[k, m, d] for m, (k, d) in zip(minutes, kinds, strict=True)]) + "\n")


def read_children(path: Path) -> Iterator[list[Entry]]:
    words = vocabulary()
    with path.open() as file:
        for child, line in enumerate(file):
            entries = []
            for number, (kind, minutes, details) in enumerate(json.loads(line)):
                at = BEGAN + timedelta(minutes=minutes)
                details = words.read(kind, details)
                entries.append(Entry(str(number), str(child), kind, Moment(at), at, details))
            yield entries


def only_read(path: Path) -> tuple[float, int, float]:
    started = time.process_time()
    count = sum(len(entries) for entries in read_children(path))
    return time.process_time() - started, count, _megabytes()


def compute(path: Path) -> tuple[float, int, float]:
    words, law = vocabulary(), statute()
    started, count = time.process_time(), 0
    for entries in read_children(path):
        standing = in_force(entries, as_at=AS_AT)
        count += len(obligations(standing, law, nation=Nation.ENGLAND, vocabulary=words, as_at=AS_AT))
    return time.process_time() - started, count, _megabytes()


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def on_all(files: list[Path], work: object) -> tuple[float, float, int, float]:
    """Wall seconds, the most processor seconds of one process (what an idle machine would need), what was counted,
    and the megabytes of all processes together."""
    started = time.perf_counter()
    with get_context("spawn").Pool(len(files)) as pool:
        done = pool.map(work, files)  # type: ignore[arg-type]
    return time.perf_counter() - started, max(d[0] for d in done), sum(d[1] for d in done), sum(d[2] for d in done)


def nation(children: int, processes: int, entries: int = 100) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{n}.jsonl" for n in range(processes)]
        for n, file in enumerate(files):
            write_children(file, children // processes + (n < children % processes), entries, seed=n)
        for what, work in (("read and decode only", only_read), ("every rule of England", compute)):
            seconds, own, count, megabytes = on_all(files, work)
            things = "entries" if work is only_read else "obligations"
            took = f"{seconds:.1f} s, {own:.1f} s of processor in each process"
            print(f"{what:<24} {children:,} children: {took}; {megabytes:.0f} MB, {count:,} {things}", flush=True)
            if children != WHOLE:
                scaled = f"{seconds * WHOLE / children:.0f} s, {own * WHOLE / children:.0f} s of processor"
                print(f"{'':<24} SCALED, not measured, to {WHOLE:,} children: {scaled} in each process")


def one_child(entries: int = 1000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "one.jsonl"
        write_children(file, 1, entries, seed=3)
        (mine,) = read_children(file)
    words, law = vocabulary(), statute()
    seconds = []
    for _ in range(40):
        started = time.process_time()
        standing = in_force(mine, as_at=AS_AT)
        found = obligations(standing, law, nation=Nation.ENGLAND, vocabulary=words, as_at=AS_AT)
        seconds.append(time.process_time() - started)
    middle, worst = statistics.median(seconds) * 1000, max(seconds) * 1000
    print(
        f"one child                {entries:,} entries: {middle:.1f} ms (worst {worst:.1f}), {len(found)} obligations"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--children", type=int, default=WHOLE)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="2,000 children; what 83,000 would take is worked out.")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.children = 2_000
    print(f"{os.cpu_count()} cores, load before: {os.getloadavg()[0]:.1f}; {len(statute().rules)} rules in all nations")
    one_child()
    nation(chosen.children, chosen.processes)
    print(f"load after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
