"""What a power cut leaves of the embedded database: a storage layer that drops what was not synced.

    python tools/power_cut.py                 500 cuts with the house's settings: nothing acknowledged may be lost
    python tools/power_cut.py --careless      the same with synchronous=NORMAL: must show loss, or this tool is blind

A writer works under strace, which keeps every write, truncation and sync of the database's files, and every line in
which the writer says that something is kept, in one order. Each cut is a moment in that order. The disk is then made
as the cut could have left it: what was synced stands, and of each write after the last sync of its file nothing, the
first sectors or all of it, by chance. The house opens what is left; every line said before the cut must be true,
every chain whole, and SQLite must find its file sound.

What it shows: the order in which the house and SQLite write, sync and acknowledge. What it takes for granted: that a
sync that returned is on the disk (a disk that lies cannot be helped by software), and that a sector of 512 bytes is
written whole or not at all. Linux only, needs strace.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from own_house import EMBEDDED, House, machine
from writers import faults, lost, people, write_entry, write_reading, write_until_killed

_SECTOR = 512
_CALL = re.compile(
    r"^\d+ +(pwrite64|write|fsync|fdatasync|ftruncate)\(\d+<((?:\\x[0-9a-f]{2})+)>"
    r'(?:, "((?:\\x[0-9a-f]{2})*)")?(?:, (\d+))?'
    r"(?:, (\d+))?\) = (\d+)"
)


@dataclass(frozen=True, slots=True)
class Call:
    """One thing that was done to a file: `does` is write, truncate or sync; `at` an offset or a new length."""

    does: str
    file: str
    at: int = 0
    data: bytes = b""


@dataclass(slots=True)
class File:
    """What is surely on the disk, and what was written after it."""

    synced: bytearray = field(default_factory=bytearray)
    pending: list[Call] = field(default_factory=list)

    def sync(self) -> None:
        for call in self.pending:
            _apply(self.synced, call)
        self.pending.clear()

    def after_a_cut(self, chance: random.Random) -> bytes:
        """The file as a cut could leave it. One time in three the disk had written nothing since the last sync."""
        left = bytearray(self.synced)
        if chance.random() < 1 / 3:
            return bytes(left)
        for call in self.pending:
            sectors = len(call.data) // _SECTOR
            keep = chance.choice((0, len(call.data), _SECTOR * chance.randint(0, sectors)))
            if call.does == "truncate" and keep == 0 and chance.random() < 0.5:
                continue
            _apply(left, Call(call.does, call.file, call.at, call.data[:keep]))
        return bytes(left)


def _apply(held: bytearray, call: Call) -> None:
    if call.does == "truncate":
        del held[call.at :]
    elif call.data:
        held.extend(bytes(max(0, call.at - len(held))))
        held[call.at : call.at + len(call.data)] = call.data


def _bytes(text: str | None) -> bytes:
    return bytes.fromhex((text or "").replace("\\x", ""))


def calls(trace: Path, folder: Path) -> Iterator[Call]:
    """What the trace says was done to the files of this folder, in order. Raises ValueError for a line it does not
    understand: a write that was overlooked would make every figure worthless."""
    with trace.open() as lines:
        for line in lines:
            if "unfinished" in line or "resumed" in line:
                raise ValueError("the trace is of more than one thread at once")
            if (found := _CALL.match(line)) is None:
                if str(folder).encode().hex(" ").replace(" ", "\\x") in line and "= -1" not in line:
                    raise ValueError(f"a line of the trace that is not understood: {line[:80]}")
                continue
            does, path, data, first, second, done = found.groups()
            file = Path(_bytes(path).decode(errors="replace"))
            if file.parent != folder:
                continue
            if does in ("fsync", "fdatasync"):
                yield Call("sync", file.name)
            elif does == "ftruncate":
                yield Call("truncate", file.name, int(first))
            else:
                yield Call("write", file.name, int(second or 0), _bytes(data)[: int(done)])


@dataclass(slots=True)
class Result:
    """What the cuts left."""

    cuts: int = 0
    cuts_with_loss: int = 0
    said: int = 0
    most_lost: int = 0
    faults: list[str] = field(default_factory=list)


def cut(folder: Path, before: dict[str, bytes], done: list[Call], *, cuts: int, seed: int) -> Result:
    """Make each disk in the house's folder, open it, and compare."""
    chance = random.Random(seed)
    first = next(n for n, call in enumerate(done) if call.file == "said")
    moments = sorted(chance.sample(range(first, len(done)), min(cuts, len(done) - first)))
    files = {name: File(bytearray(data)) for name, data in before.items()}
    said, result = b"", Result()
    for place, call in enumerate(done):
        if moments and place == moments[0]:
            moments.pop(0)
            _look(folder, files, said, chance, result)
        if call.file == "said":
            said += call.data
        elif call.does == "sync":
            files.setdefault(call.file, File()).sync()
        else:
            files.setdefault(call.file, File()).pending.append(call)
    result.said = said.count(b"\n")
    return result


def _look(folder: Path, files: dict[str, File], said: bytes, chance: random.Random, result: Result) -> None:
    from django.db import DatabaseError, connections

    connections.close_all()
    for left in folder.glob("holdfast.db*"):
        left.unlink()
    for name, file in files.items():
        if name.endswith(("holdfast.db", "-wal")):
            (folder / name).write_bytes(file.after_a_cut(chance))
    (folder / "said").write_bytes(said)
    result.cuts += 1
    try:
        gone = lost(folder / "said")
        with connections["default"].cursor() as cursor:
            sound = cursor.execute("PRAGMA integrity_check").fetchone()[0]
        found = faults() + ([] if sound == "ok" else [sound])
    except DatabaseError as error:
        gone, found = [], [f"the database does not open: {error}"]
    result.cuts_with_loss += bool(gone)
    result.most_lost = max(result.most_lost, len(gone))
    result.faults += found


def run(*, cuts: int, writes: int, seed: int, is_careless: bool = False) -> Result:
    """Trace a writer in a house of its own, and cut. The house is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="holdfast-cut-"))
    house = House(folder, EMBEDDED, is_careless=is_careless)
    try:
        house.migrate()
        people()
        write_entry()
        write_reading()
        from django.db import connections

        connections.close_all()
        before = {p.name: p.read_bytes() for p in folder.glob("holdfast.db")}
        trace = folder / "trace"
        asked = [sys.executable, __file__, "--write-in", str(folder), "--writes", str(writes), "--seed", str(seed)]
        subprocess.run(
            ["strace", "-f", "--seccomp-bpf", "-qq", "-y", "-xx", "-s", "100000000", "-o", str(trace),
             "-e", "trace=pwrite64,write,fsync,fdatasync,ftruncate", *asked, *(["--careless"] if is_careless else [])],
            check=True,
        )  # fmt: skip
        return cut(folder, before, list(calls(trace, folder)), cuts=cuts, seed=seed)
    finally:
        house.close()
        shutil.rmtree(folder, ignore_errors=True)


def _write(folder: Path, writes: int, seed: int, is_careless: bool) -> None:
    House(folder, EMBEDDED, is_careless=is_careless)
    write_until_killed(folder / "said", seed, at_most=writes)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--cuts", type=int, default=500)
    asked.add_argument("--writes", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--careless", action="store_true", help="synchronous=NORMAL: shows what FULL is there to keep.")
    asked.add_argument("--write-in", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.write_in:
        _write(given.write_in, given.writes, given.seed, given.careless)
        return 0
    began = time.monotonic()
    found = run(cuts=given.cuts, writes=given.writes, seed=given.seed, is_careless=given.careless)
    print(f"Setting                                    synchronous={'NORMAL' if given.careless else 'FULL'}")
    print(f"Acknowledged entries, corrections, readings {found.said}")
    print(f"Power cuts                                 {found.cuts}")
    print(f"Cuts after which something said was gone   {found.cuts_with_loss} (at most {found.most_lost} at once)")
    print(f"Broken chains, unsound files               {len(found.faults)}")
    print(f"Took {time.monotonic() - began:.0f} s on {machine()}")
    for what in found.faults[:10]:
        print(f"  {what}")
    is_as_it_should = not found.faults and found.said > 0 and bool(found.cuts_with_loss) == given.careless
    return 0 if is_as_it_should else 1


if __name__ == "__main__":
    sys.exit(main())
