"""A filled house goes back and forward through its migrations, and erases one record while it is killed. Run as a
script; prints JSON for `test_migrations_and_erasing`."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from own_house import House  # noqa: E402

# Not `chronology`: everything rests on its newest migration, so going back takes the whole house down with it.
APPS = ("access", "child", "missing", "returns", "sharing")
Rows = dict[str, dict[str, list[str]]]


def everything() -> Rows:
    """Every table: of each column its values, in one order."""
    from django.db import connection

    found: Rows = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table.startswith("django_"):
                continue
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            rows = sorted(cursor.fetchall(), key=repr)
            found[table] = {name: sorted(repr(row[n]) for row in rows) for n, name in enumerate(names)}
    return found


def lost(before: Rows, after: Rows) -> list[str]:
    """Which tables and columns that both know do not say the same."""
    return [
        f"{table}.{column}"
        for table in before.keys() & after.keys()
        for column in before[table].keys() & after[table].keys()
        if before[table][column] != after[table][column]
    ]


def triggers() -> list[str]:
    from django.db import connection

    asked = (
        "SELECT name || sql FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return sorted(row[0] for row in cursor.fetchall())


def schema() -> dict[str, list[str]]:
    from django.db import connection

    with connection.cursor() as cursor:
        return {
            table: sorted(c.name for c in connection.introspection.get_table_description(cursor, table))
            for table in connection.introspection.table_names(cursor)
        }


def one_back(app: str) -> tuple[str, str]:
    """The newest migration of an app and the one before it."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    names = sorted(name for label, name in MigrationLoader(connection).disk_migrations if label == app)
    return names[-1], names[-2] if len(names) > 1 else "zero"


def go(app: str, name: str) -> str:
    """Migrate, and say what went wrong."""
    from django.core.management import call_command

    try:
        call_command("migrate", app, name, verbosity=0, interactive=False)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def migrations() -> dict[str, Any]:
    from django.core.management import call_command

    from holdfast.chronology.actions import rebuild

    begun, guards, first = everything(), triggers(), schema()
    told: dict[str, Any] = {"filled": sum(bool(next(iter(c.values()), [])) for c in begun.values())}
    for app in APPS:
        newest, earlier = one_back(app)
        if earlier == "zero":
            continue  # an app's first tables: going back would be to have none
        said = {"down": go(app, earlier)}
        said["lost going down"] = lost(begun, everything())
        call_command("migrate", verbosity=0, interactive=False)
        rebuild()  # a read table that the newest migration makes is folded from the entries, as after any upgrade
        gone = {t for t in begun if begun[t] and everything()[t] != begun[t]}
        said["changed"] = sorted(gone)
        said["triggers"] = triggers() == guards
        said["schema"] = schema() == first
        told[f"{app} {newest}"] = said
    from django.core.management.base import SystemCheckError

    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)
        told["as the models say"] = True
    except (SystemExit, SystemCheckError):
        told["as the models say"] = False
    return told


def command(*words: str) -> tuple[int, str]:
    code = "from holdfast.cli.main import run; run()"
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)
    return done.returncode, (done.stdout + done.stderr).strip()


def erasing(house: House) -> dict[str, Any]:
    from django.db import connection, connections

    from holdfast.access.keeping.actions import answer_erasure
    from holdfast.access.keeping.rows import Erased, ErasedSwept
    from holdfast.erasing.actions import ask
    from tests.builders import a_child, a_draft
    from tests.erasing.conftest import NUMBER, OLD, PLANTED, WHY, plant, who

    own = house.folder / "moratoria.toml"
    own.write_text(
        '[[hold]]\nname = "Independent Inquiry into Child Sexual Abuse (England and Wales)"\nnations = ["england"]\n'
        'kinds = [""]\nfrom_day = 2015-06-23\nto_day = 2024-01-01\nsource = "A letter of the made-up Department"\n'
    )
    os.environ["HOLDFAST_MORATORIA"] = str(own)
    from django.conf import settings

    settings.MORATORIA = str(own)
    refs = []
    for _ in range(3):
        told = [a_draft("missing.told", OLD, who=f"{PLANTED} {n}") for n in range(60)]
        known = (
            a_draft("child.age_recorded", OLD, born_on="1931-02-03"),
            a_draft("child.identified", OLD, number=NUMBER),
        )
        ref = a_child(*known, *told, known_at="1947-01-05T09:00Z")
        plant(ref, datetime.now(UTC))
        asked = ask(who("manager"), ref, reason=WHY, at=datetime.now(UTC))
        answer_erasure(who("guardian"), asked, is_approved=True, reason=WHY, at=datetime.now(UTC))
        refs.append(ref)
        (house.folder / "outbox").mkdir(exist_ok=True)
        (house.folder / "outbox" / f"{ref[::-1]}.email").write_text(PLANTED)
    tail = PLANTED.encode()
    seen: dict[str, Any] = {"before": on_disk(house, tail)}
    connections.close_all()
    # Killed when everything is changed and nothing is committed; then when it is committed and the file not yet written
    # anew.
    seen["killed in the middle"] = killed("replace_rows"), _standing(refs)
    seen["killed before the sweep"] = killed("files_outside"), _standing(refs)
    seen["erase"] = command("keeping", "erase", "--yes")
    seen["done"] = [Erased.objects.count(), ErasedSwept.objects.count()]
    seen["verify"] = command("verify")
    seen["again"] = command("keeping", "erase", "--yes")
    seen["files"] = [p.name for p in (house.folder / "outbox").iterdir()]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            seen["free pages"] = cursor.execute("PRAGMA freelist_count").fetchone()[0]
    seen["rebuild"] = command("rebuild")
    seen["verify again"] = command("verify")
    seen["after"] = on_disk(house, tail)
    return seen


def killed(where: str) -> int:
    """Run the command in a process of its own that is killed where it calls this; how it ended."""
    code = (
        "import os, holdfast.cli.main as main; main.django_setup(); from holdfast.erasing import actions\n"
        f"actions.{where} = lambda *_, **__: os.kill(os.getpid(), {int(signal.SIGKILL)})\n"
        "main.run()"
    )
    return subprocess.run([sys.executable, "-c", code, "keeping", "erase", "--yes"], check=False).returncode


def _standing(refs: list[str]) -> dict[str, int]:
    from django.db import connections

    from holdfast.access.keeping.rows import Erased, ErasedSwept
    from holdfast.chronology.models import EntryRow

    connections.close_all()
    rows = EntryRow.objects.filter(child_id__in=refs)
    found = {"entries": rows.count(), "gone": rows.filter(details__isnull=True).count()}
    found |= {"erased": Erased.objects.count(), "swept": ErasedSwept.objects.count()}
    connections.close_all()
    return found


def decrypted(file: Path) -> Iterator[bytes]:
    """Every page of an SQLCipher file, free ones too: AES-256-CBC with the initialisation vector in the page's tail."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    key, size, tail = bytes.fromhex(os.environ["HOLDFAST_DATABASE_KEY"]), 4096, 80
    data = file.read_bytes()
    for start in range(0, len(data), size):
        page = data[start : start + size]
        sealed = page[16 if start == 0 else 0 : size - tail]
        opening = Cipher(algorithms.AES(key), modes.CBC(page[size - tail : size - tail + 16])).decryptor()
        yield opening.update(sealed) + opening.finalize()


def on_disk(house: House, word: bytes) -> int:
    """How often a word stands in the files of the database: of the embedded one in its decrypted image, free pages too;
    of PostgreSQL in the files of its tables (its write-ahead log keeps older pages until it is used again)."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return sum(page.count(word) for page in decrypted(house.folder / "holdfast.db"))
        cursor.execute("CHECKPOINT")
    files = (house.folder / "postgres" / "base").rglob("*")
    return sum(path.read_bytes().count(word) for path in files if path.is_file())


def main(database: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="holdfast-migrated-"))
    house = House(folder, database)
    try:
        house.migrate()
        from tests.web.conftest import tell_the_county

        tell_the_county(datetime.now(UTC))
        print(json.dumps({"migrations": migrations(), "erasing": erasing(house)}))
    finally:
        house.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
