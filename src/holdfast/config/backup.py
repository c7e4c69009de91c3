"""A backup while the house is open, and its way back into an empty one.

One file, whichever database: an SQLCipher file under the installation's own database key (AES-256, each page with a
digest of its own, so that a changed or shortened file is refused). Of the embedded database it is the database; of
PostgreSQL it holds what `pg_dump` wrote, in pieces. The keys are not in it: without `database_key` it cannot be read,
without `secret_key` its anchors cannot be compared. Keep them apart from the file, and keep them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

_PIECE = 1 << 20  # bytes
_FORMAT = "holdfast-backup/1"


class NotDone(Exception):
    """The backup or the restoring was not done; the message says why, for people."""


def back_up(out: Path) -> None:
    """Write a backup of what is committed now, while others read and write. Raises NotDone."""
    from django.db import connection

    if out.exists():
        raise NotDone(f"{out.name} is there already; a backup is never written over another.")
    # Beside its place and then moved: a backup that was broken off is never taken for one.
    part = out.with_name(f"{out.name}.part")
    part.unlink(missing_ok=True)
    try:
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            # One read transaction, which no writer waits for; the new file is under the same key.
            connection.connection.execute("VACUUM INTO ?", [str(part)])
        else:
            with closing(_opened(part)) as target:
                _keep_dump(target)
        _sound(part)
        _to_disk(part)
        part.rename(out)
        _to_disk(out.parent)
    except OSError as error:
        raise NotDone(f"{out.name} cannot be written there: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


def restore(file: Path) -> None:
    """Put a backup into an installation that holds nothing. Raises NotDone, and then nothing was changed."""
    from django.db import connection

    if not file.is_file():
        raise NotDone(f"There is no file {file.name}.")
    is_dump = _sound(file)
    if is_dump != (connection.vendor == "postgresql"):
        held = "PostgreSQL" if is_dump else "the embedded database"
        raise NotDone(f"This is a backup of {held}; restore it into an installation that uses that too.")
    if is_dump:
        _restore_dump(file)
        return
    place = Path(str(connection.settings_dict["NAME"]))
    if place.exists():
        raise NotDone("This installation has a database already. Restore into an empty HOLDFAST_HOME.")
    part = place.with_name(f"{place.name}.part")
    shutil.copyfile(file, part)
    _to_disk(part)
    part.rename(place)
    _to_disk(place.parent)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _opened(path: Path) -> Any:
    from django.db.backends.sqlite3._functions import register
    from sqlcipher3 import dbapi2

    from holdfast.config import home

    connection = dbapi2.connect(str(path))
    connection.execute("PRAGMA cipher_log_level = NONE")  # a wrong key is said in our words
    connection.execute(f"PRAGMA key = \"x'{home.key('database_key')}'\"")
    register(connection)  # the checks of the tables are written with Django's own functions
    return connection


def _sound(path: Path) -> bool:
    """Whether this sound backup holds a dump. Raises NotDone for one that is not sound, or under another key."""
    from sqlcipher3 import dbapi2

    try:
        with closing(_opened(path)) as held:
            tables = {name for (name,) in held.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            bad = held.execute("PRAGMA cipher_integrity_check").fetchall()
            if bad or held.execute("PRAGMA quick_check").fetchone() != ("ok",):
                raise NotDone(f"{path.name} is damaged or was changed: it is not what was written.")
            if "piece" in tables:
                for _ in _pieces(held):
                    pass
                return True
            if "chronology" not in tables:
                raise NotDone(f"{path.name} is no backup of Holdfast.")
            return False
    except dbapi2.DatabaseError as error:
        raise NotDone(f"{path.name} cannot be read with the key of this installation, or is damaged.") from error


def _keep_dump(target: Any) -> None:
    """What pg_dump writes, in pieces, with a digest of it all."""
    target.execute("CREATE TABLE piece (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL)")
    target.execute("CREATE TABLE seal (format TEXT NOT NULL, pieces INTEGER NOT NULL, digest TEXT NOT NULL)")
    digest, number = sha256(), 0
    with _tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", stdout=subprocess.PIPE) as dump:
        while piece := dump.stdout.read(_PIECE):
            number += 1
            digest.update(piece)
            target.execute("INSERT INTO piece VALUES (?, ?)", (number, piece))
    target.execute("INSERT INTO seal VALUES (?, ?, ?)", (_FORMAT, number, digest.hexdigest()))
    target.commit()


def _pieces(held: Any) -> Iterator[bytes]:
    (_, wanted, seal) = held.execute("SELECT format, pieces, digest FROM seal").fetchone()
    digest, seen = sha256(), 0
    for (piece,) in held.execute("SELECT bytes FROM piece ORDER BY number"):
        seen += 1
        digest.update(piece)
        yield piece
    if (seen, digest.hexdigest()) != (wanted, seal):
        raise NotDone("The backup is damaged or was changed: it is not what was written.")


def _restore_dump(file: Path) -> None:
    from django.db import connection

    from holdfast.config.second_wall import make_role_if_absent

    if connection.introspection.table_names():
        raise NotDone("This database holds tables already. Restore into an empty one.")
    make_role_if_absent()  # the second wall's policies name it
    with tempfile.TemporaryFile() as plain, closing(_opened(file)) as held:  # nameless, gone with this process
        for piece in _pieces(held):
            plain.write(piece)
        plain.seek(0)
        with _tool("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", stdin=plain):
            pass


@contextmanager
def _tool(name: str, *options: str, **streams: Any) -> Iterator[Any]:
    """One of PostgreSQL's own programs on this installation's database. Raises NotDone if it is absent or fails."""
    from django.db import connection

    path = shutil.which(name, path=os.environ.get("HOLDFAST_POSTGRES_TOOLS")) or shutil.which(name)
    if path is None:
        raise NotDone(f"{name} is not here. Install PostgreSQL's client programs, or name their folder in "
                      "HOLDFAST_POSTGRES_TOOLS.")  # fmt: skip
    asked = connection.settings_dict
    # The password goes through the environment: an argument can be read by everybody on the machine.
    secret = {"PGPASSWORD": str(asked["PASSWORD"])} if asked["PASSWORD"] else {}
    where = {"--host": asked["HOST"], "--port": asked["PORT"], "--username": asked["USER"], "--dbname": asked["NAME"]}
    named = [f"{option}={value}" for option, value in where.items() if value]
    with tempfile.TemporaryFile() as errors:
        running = subprocess.Popen(  # noqa: S603 - the program is PostgreSQL's, its arguments are settings
            [path, *named, *options], env={**os.environ, **secret}, stderr=errors, **streams
        )
        try:
            yield running
        finally:
            if running.stdout:
                running.stdout.close()
            failed = running.wait()
        if failed:
            errors.seek(0)
            first = (errors.read().decode(errors="replace").splitlines() or ["no reason given"])[0]
            raise NotDone(f"{name} failed: {first}")
