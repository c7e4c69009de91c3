"""Kill writers, and the database server, in the middle of their work, and look at what is left.

    python tools/kill.py                                1,000 kills of writers on the embedded database
    python tools/kill.py --database postgresql          the same on PostgreSQL, and 50 kills of the server itself
    python tools/kill.py --kills 15 --server-kills 3    fewer

Two writers append entries, correct them and write readings; each says a line only after its commit. Each kill is
SIGKILL to one of them, at a random moment; half the time the other is killed with it. Then everything that was said
must be there, every chain whole, and the read tables, byte for byte, what a rebuild gives.

What a kill shows, and what not: the process is gone, the machine is not, so what the process gave to the kernel
survives. What a power cut leaves is another matter: tools/power_cut.py.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from own_house import EMBEDDED, POSTGRESQL, House, machine
from writers import faults, lost, people, write_entry, write_reading, write_until_killed

_WRITERS = 2


@dataclass(slots=True)
class Result:
    """What a run found. `slowest_recovery` is in seconds, from a server's death to its first answer."""

    kills: int = 0
    server_kills: int = 0
    said: int = 0
    lost: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    errors: str = ""
    slowest_recovery: float = 0.0

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.faults or self.errors) and self.said > 0


class Run:
    """One house, its writers, and what was seen so far."""

    def __init__(self, house: House, *, seed: int) -> None:
        self.house, self.result, self.chance = house, Result(), random.Random(seed)
        self.said = house.folder / "said"
        self.writers: list[int] = []
        house.migrate()
        people()
        write_entry()  # loads what writers need, so that each begins to write as soon as it is started
        write_reading()

    def start_writer(self) -> None:
        from django.db import connections

        connections.close_all()  # a connection must never be carried into another process
        seed = self.chance.getrandbits(32)
        if (pid := os.fork()) == 0:
            try:
                os.setpgid(0, 0)
                write_until_killed(self.said, seed)
            finally:
                os._exit(4)
        self.writers.append(pid)

    def kill_writers(self, how_many: int) -> None:
        for pid in self.writers[:how_many]:
            os.kill(pid, signal.SIGKILL)
        for pid in self.writers[:how_many]:
            os.waitpid(pid, 0)
        del self.writers[:how_many]

    def kill_writers_often(self, kills: int, *, look_every: int = 100) -> None:
        """Kill writers at random moments; look at everything from time to time, and at the end."""
        looked = 0
        while self.result.kills < kills:
            while len(self.writers) < _WRITERS:
                self.start_writer()
            self.chance.shuffle(self.writers)
            time.sleep(self.chance.uniform(0.02, 0.3))
            how_many = min(self.chance.randint(1, _WRITERS), kills - self.result.kills)
            self.kill_writers(how_many)
            self.result.kills += how_many
            if self.result.kills - looked >= look_every:
                looked = self.result.kills
                self.look()
        self.look()

    def kill_server_often(self, kills: int) -> None:
        """Kill one server process, or the one that starts all others, under writers. Their errors are expected."""
        for turn in range(kills):
            while len(self.writers) < _WRITERS:
                self.start_writer()
            time.sleep(self.chance.uniform(0.2, 0.6))
            began = time.monotonic()
            backend = self._one_backend() if turn % 2 == 0 else None
            if backend is None:
                self.house.kill_server()
            else:
                os.kill(backend, signal.SIGKILL)
            for pid in self.writers:
                os.waitpid(pid, 0)  # each ends by itself: the server is gone
            self.writers.clear()
            self._wait_for_server()
            self.result.slowest_recovery = max(self.result.slowest_recovery, time.monotonic() - began)
            self.result.server_kills += 1
            (self.said.with_suffix(".errors")).unlink(missing_ok=True)
            if self.result.server_kills % 10 == 0:
                self.look()
        self.look()

    def _one_backend(self) -> int | None:
        from django.db import connections

        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            pids = [pid for (pid,) in cursor.fetchall()]
        connections.close_all()
        return self.chance.choice(pids) if pids else None

    def _wait_for_server(self) -> None:
        from django.db import DatabaseError, connections

        for _ in range(300):
            try:
                with connections["default"].cursor() as cursor:
                    cursor.execute("SELECT 1")
                return
            except DatabaseError:
                connections.close_all()
                time.sleep(0.1)
        raise RuntimeError("the server did not come back within 30 seconds")

    def look(self) -> None:
        """Stop the writers that go on, and compare what was said with what is there."""
        self.kill_writers(len(self.writers))
        errors = self.said.with_suffix(".errors")
        self.result.said = len(self.said.read_text().splitlines()) if self.said.exists() else 0
        self.result.lost += lost(self.said)
        self.result.faults += faults()
        self.result.errors += errors.read_text() if errors.exists() else ""
        print(f"  {self.result.kills} kills, {self.result.server_kills} of the server, {self.result.said} said, "
              f"{len(self.result.lost)} lost, {len(self.result.faults)} faults",
              file=sys.stderr, flush=True)  # fmt: skip


def run(database: str, *, kills: int, server_kills: int, seed: int, is_careless: bool = False) -> Result:
    """Kill in a house of its own, which is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="holdfast-kill-"))
    house = House(folder, database, is_careless=is_careless)
    try:
        running = Run(house, seed=seed)
        running.kill_writers_often(kills)
        if database == POSTGRESQL:
            running.kill_server_often(server_kills)
        return running.result
    finally:
        house.close()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--database", choices=[EMBEDDED, POSTGRESQL], default=EMBEDDED)
    asked.add_argument("--kills", type=int, default=1000)
    asked.add_argument("--server-kills", type=int, default=50, help="PostgreSQL only.")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--careless", action="store_true", help="Without the durability settings: shows what is lost.")
    given = asked.parse_args()
    began = time.monotonic()
    found = run(
        given.database, kills=given.kills, server_kills=given.server_kills, seed=given.seed, is_careless=given.careless
    )
    print(f"Database                                   {given.database}{', careless' if given.careless else ''}")
    print(f"Writers killed with SIGKILL                {found.kills}")
    if given.database == POSTGRESQL:
        print(f"Server processes killed                    {found.server_kills}")
        print(f"Slowest recovery of the server             {found.slowest_recovery:.1f} s")
    print(f"Acknowledged entries, corrections, readings {found.said}")
    print(f"Lost                                       {len(found.lost)}")
    print(f"Broken chains, read tables that differ     {len(found.faults)}")
    print(f"Took {time.monotonic() - began:.0f} s on {machine()}")
    for what in [*found.lost[:10], *found.faults[:10]]:
        print(f"  {what}")
    print(found.errors[:3000], end="")
    return 0 if found.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
