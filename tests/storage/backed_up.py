"""A house is backed up under load and restored elsewhere, with the commands that an operator uses. Run as a script.

Prints JSON for `test_backup`: what each command said, and what is in the restored house.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from own_house import House  # noqa: E402

LOOK = """
import holdfast.cli.main as main; main.with_database()
import json, sys; sys.path[:0] = sys.argv[1:3]
from pathlib import Path
from writers import faults, lost
from holdfast.access.deeds import Shield
print(json.dumps({"lost": lost(Path(sys.argv[3])), "faults": faults(),
                  "shields": list(Shield.objects.filter(lifted__isnull=True).values_list("child_id", flat=True))}))
"""


def command(*words: str, **changes: str) -> tuple[int, str]:
    code = "from holdfast.cli.main import run; run()"
    asked = [sys.executable, "-c", code, *words]
    done = subprocess.run(asked, capture_output=True, text=True, env={**os.environ, **changes}, check=False)
    return done.returncode, (done.stdout + done.stderr).strip()


def _shielded() -> str:
    from holdfast.access.actions import give_post, open_agency
    from holdfast.access.models import Person
    from holdfast.access.queries import reader
    from holdfast.access.rules import Role
    from holdfast.access.shields.actions import put_shield
    from holdfast.chronology.kinds import Audience
    from tests.builders import a_child

    council = open_agency(code="MAR", name="Marrowshire", kind=Audience.COUNCIL)
    person, now = Person.objects.get(), datetime.now(UTC)
    give_post(person=person, agency=council, role=Role.DUTY_MANAGER, begins_on=now.date().replace(day=1))
    child = a_child()
    put_shield(reader(person, now), child, named=[], reason="A threat", at=now)
    return child


def _writer(said: Path) -> int:
    from django.db import connections
    from writers import write_until_killed

    connections.close_all()
    if (pid := os.fork()) == 0:
        try:
            write_until_killed(said, os.getpid())
        finally:
            os._exit(4)
    return pid


def _elsewhere(house: House, name: str) -> dict[str, str]:
    """The environment of another, empty installation."""
    folder = house.folder / name
    folder.mkdir(exist_ok=True)
    changes = {"HOLDFAST_HOME": str(folder)}
    if house.server is not None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        changes["DATABASE_URL"] = os.environ["DATABASE_URL"].removesuffix("postgres") + name
    return changes


def _root(text: str) -> str:
    return text.rsplit("Root: ", 1)[-1]


def main(database: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="holdfast-backup-"))
    house = House(folder, database)
    if house.server is not None:
        os.environ["HOLDFAST_POSTGRES_TOOLS"] = str(house.server.bin_path)
    try:
        house.migrate()
        print(json.dumps(_story(house)))
    finally:
        house.close()
        shutil.rmtree(folder, ignore_errors=True)


def _story(house: House) -> dict[str, Any]:
    from writers import people, write_entry, write_reading

    people()
    child = _shielded()
    if house.server is not None:
        from holdfast.config.second_wall import harden

        harden()
    write_entry()
    write_reading()
    folder, said = house.folder, house.folder / "said"
    busy, quiet = folder / "busy.backup", folder / "quiet.backup"
    pids = [_writer(said) for _ in range(2)]
    while not said.exists() or said.read_text().count("\n") < 5:
        time.sleep(0.05)
    seen: dict[str, Any] = {"child": child, "anchor": command("anchor", "--out", str(folder / "anchor"))}
    (folder / "said-before").write_text(said.read_text().rsplit("\n", 1)[0] + "\n")
    seen["backup"] = command("backup", str(busy))
    after = said.read_text().count("\n")
    time.sleep(1)
    seen["writers went on"] = said.read_text().count("\n") - after
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    there = _elsewhere(house, "restored")
    seen["restore"] = command("restore", str(busy), **there)
    seen["verify"] = command("verify", "--anchor", str(folder / "anchor"), **there)
    asked = [sys.executable, "-c", LOOK, str(ROOT), str(ROOT / "tools"), str(folder / "said-before")]
    look = subprocess.run(asked, capture_output=True, text=True, env={**os.environ, **there}, check=False)
    seen["look"] = json.loads(look.stdout) if look.returncode == 0 else look.stderr
    seen["again"] = command("restore", str(busy), **there)
    seen["over"] = command("backup", str(busy))
    here = _root(command("anchor", "--out", str(folder / "here"))[1])
    command("backup", str(quiet))
    second = _elsewhere(house, "second")
    command("restore", str(quiet), **second)
    seen["heads"] = [here, _root(command("anchor", "--out", str(folder / "there"), **second)[1])]
    seen |= _damaged(house, quiet)
    seen["leaks"] = [word for word in (b"a station", b"missing.sighted", b"PGDMP") if word in quiet.read_bytes()]
    return seen


def _damaged(house: House, good: Path) -> dict[str, Any]:
    whole = good.read_bytes()
    bad = house.folder / "bad.backup"
    empty = _elsewhere(house, "third")
    seen = {}
    middle = len(whole) // 2
    for name, data in {
        "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "shortened": whole[: len(whole) // 4096 * 2048 // 4096 * 4096],
        "empty": b"",
    }.items():
        bad.write_bytes(data)
        seen[name] = command("restore", str(bad), **empty)
    seen["another key"] = command("restore", str(good), **empty, HOLDFAST_DATABASE_KEY="7" * 64)
    return seen


if __name__ == "__main__":
    main(sys.argv[1])
