"""Mutation testing of the law: small faults are put into `duties` and `worktime` one at a time; do the tests notice?

    python tools/mutate_law.py                 every fault (hours on a small machine)
    nice -n 15 python tools/mutate_law.py --sample 120   so many, drawn with --seed, the same ones each time

A fault changes one comparison, sum, number, truth value or condition. What no test notices is printed with its place.
The faults are put into a copy of the source in a temporary folder, never into the source itself.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).resolve().parent.parent
FILES = (
    *("duties/conditions.py", "duties/engine.py", "duties/obligation.py", "duties/outcome.py", "duties/reading.py"),
    *("duties/starting.py", "chronology/reading_order.py"),
    *("duties/nations.py", "duties/local.py"),
    *("duties/reckoning.py", "duties/rule.py", "duties/statute.py", "duties/changes.py", "duties/sentences.py"),
    *("worktime/periods.py", "worktime/regime.py", "worktime/uk_clock.py", "worktime/bank_holidays.py"),
    "worktime/words.py",
)
# The quick tests that look at the law itself, those that notice most first; no database, no command line.
TESTS = (
    "tests/duties/test_reckoned_by_hand.py",
    *("tests/duties/test_what_the_engine_decides.py", "tests/duties/test_worked_examples.py", "tests/spec/duties"),
    *("tests/duties/test_the_law_is_whole.py", "tests/worktime", "tests/duties/test_properties_of_the_law.py"),
    *("tests/duties/test_edges_of_the_engine.py", "tests/duties/test_due_times_by_the_clock.py"),
    *("tests/duties/test_local_settings.py", "tests/duties/test_transfer_between_nations.py"),
    "tests/duties/test_engine_and_naive_reading_agree.py",
    "tests/chronology/test_reading_order.py",
)
COMPARE = {
    **{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq},
    **{ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In},
}
SUM = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult}


@dataclass(frozen=True)
class Fault:
    """One changed node of one file, and the text of the whole file with it."""

    file: str
    line: int
    what: str
    text: str


def _changed(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """The node with one fault, for each fault that fits it."""
    other = copy.deepcopy(node)
    match other:
        case ast.Compare(ops=[op]) if type(op) in COMPARE:
            other.ops = [COMPARE[type(op)]()]
        case ast.BinOp() if type(other.op) in SUM:
            other.op = SUM[type(other.op)]()
        case ast.BoolOp():
            other.op = ast.And() if isinstance(other.op, ast.Or) else ast.Or()
        case ast.UnaryOp(op=ast.Not()):
            yield "not removed", other.operand
            return
        case ast.Constant(value=bool()):
            other.value = not other.value
        case ast.Constant(value=int()):
            other.value += 1
        case _:
            return
    yield f"{ast.unparse(node)} -> {ast.unparse(other)}", other


class _Put(ast.NodeTransformer):
    def __init__(self, place: int, new: ast.AST) -> None:
        self.place, self.new, self.seen = place, new, -1

    def visit(self, node: ast.AST) -> ast.AST:
        self.seen += 1
        return self.new if self.seen == self.place else super().generic_visit(node)


class _Walk(ast.NodeVisitor):
    """Nodes in the order in which _Put counts them; what is only for types or defaults of options is left out."""

    def __init__(self) -> None:
        self.nodes: list[ast.AST] = []

    def visit(self, node: ast.AST) -> None:
        self.nodes.append(node)
        super().generic_visit(node)


def faults(file: str) -> Iterator[Fault]:
    """Every fault of one file under src/holdfast."""
    tree = ast.parse((ROOT / "src/holdfast" / file).read_text())
    walk = _Walk()
    walk.visit(tree)
    decorators = {id(n) for f in walk.nodes for d in getattr(f, "decorator_list", []) for n in ast.walk(d)}
    for place, node in enumerate(walk.nodes):
        if id(node) in decorators:
            continue  # the size of a cache changes no answer
        for what, new in _changed(node):
            text = ast.unparse(ast.fix_missing_locations(_Put(place, new).visit(copy.deepcopy(tree))))
            yield Fault(file, getattr(node, "lineno", 0), what, text)


def noticed(fault: Fault, copies: Queue[Path]) -> bool:
    """Whether some test fails with the fault in a copy of the source."""
    source = copies.get()
    path = source / "holdfast" / fault.file
    try:
        path.write_text(fault.text)
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *TESTS]
        environment = os.environ | {"PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=300)
        except subprocess.TimeoutExpired:
            return True  # a loop that never ends is noticed too
        return done.returncode != 0
    finally:
        shutil.copy(ROOT / "src/holdfast" / fault.file, path)
        copies.put(source)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=0, help="Stop beginning new ones after so long.")
    chosen = parser.parse_args()
    every = [fault for file in FILES for fault in faults(file)]
    total = len(every)
    random.Random(chosen.seed).shuffle(every)
    every = every[: chosen.sample or total]
    stop = time.monotonic() + chosen.minutes * 60 if chosen.minutes else float("inf")
    with tempfile.TemporaryDirectory() as folder:
        copies: Queue[Path] = Queue()
        for n in range(chosen.workers):
            shutil.copytree(ROOT / "src", Path(folder) / str(n))
            copies.put(Path(folder) / str(n))
        tried = killed = 0
        with ThreadPoolExecutor(chosen.workers) as pool:
            answers = pool.map(lambda f: noticed(f, copies) if time.monotonic() < stop else None, every)
            for fault, answer in zip(every, answers, strict=True):
                if answer is None:
                    continue
                tried, killed = tried + 1, killed + answer
                if not answer:
                    print(f"not noticed: {fault.file}:{fault.line}  {fault.what}", flush=True)
    print(f"{killed} of {tried} faults noticed ({100 * killed / max(tried, 1):.0f} %), of {total} that can be made")


if __name__ == "__main__":
    main()
