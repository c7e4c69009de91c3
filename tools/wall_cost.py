"""What the second wall costs: one child with 300 entries, served to the owner of the tables and to the least role.

    .venv/bin/python tools/wall_cost.py [requests]

A PostgreSQL of its own, real servers signed in as each role, one reader after another page; times are those of the
whole answer over loopback, the reading's durable write included. Prints a table.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from own_house import POSTGRESQL, House, machine  # noqa: E402

PASSWORD = "lantern-harbour"
WORDS = "yes, without the second wall"
PAGES = ("", "/chronology", "/readers")


def _scene(now: datetime) -> tuple[str, str]:
    """A child of 300 entries among 200 others, and the session of a manager. Returns reference and cookie."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from holdfast.access.actions import add_person, give_post, open_agency
    from holdfast.access.queries import held_posts
    from holdfast.access.rules import Role
    from holdfast.chronology.kinds import Audience
    from holdfast.web.second_factor import FACTOR_AT
    from tests.builders import a_child, a_draft

    council = open_agency(code="MAR", name="Marrowshire", kind=Audience.COUNCIL)
    grace = add_person(username="grace", first_name="Grace", last_name="Abara", password="a long enough password")
    give_post(person=grace, agency=council, role=Role.DUTY_MANAGER, begins_on=(now - timedelta(days=90)).date())
    for _ in range(200):
        a_child(a_draft("care.started", "2026-01-06", authority="MAR"))
    ref = a_child(a_draft("care.started", "2026-01-06", authority="MAR"))
    from holdfast.chronology.actions import append

    started = now - timedelta(days=298)
    drafts = [a_draft("care.visited", (started + timedelta(days=n)).date().isoformat(), by="N. Okafor", seen=True)
              for n in range(298)]  # fmt: skip
    append(ref, drafts, by="grace", agency="MAR", at=now)
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(grace.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = grace.get_session_auth_hash()
    session["signed_in_at"] = session[FACTOR_AT] = now.isoformat()
    session["posts"] = sorted(p.pk for p in held_posts(grace, now))
    session.save()
    return ref, f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _start(url: str, words: str = "") -> tuple[subprocess.Popen[str], int]:
    port = _free_port()
    ours = {**os.environ, "DATABASE_URL": url, "HOLDFAST_SERVE_AS_OWNER": words, "PYTHONPATH": str(ROOT / "src")}
    asked = [sys.executable, "-c", "from holdfast.cli.main import run; run()", "serve", "--port", str(port)]
    return subprocess.Popen(asked, env=ours, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True), port


def refused(url: str, words: str = "") -> tuple[int, str]:
    """How a server that must not start ends, and what it says."""
    server, _ = _start(url, words)
    _, said = server.communicate(timeout=60)
    return server.returncode, said


def _times(url: str, words: str, ref: str, cookie: str, count: int) -> dict[str, list[float]]:
    """Seconds of each request, by page; the first ten of each are left out."""
    server, port = _start(url, words)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if server.poll() is not None:
                raise SystemExit((server.stderr.read() if server.stderr else "") or "the server did not start")
            time.sleep(0.1)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        found: dict[str, list[float]] = {page: [] for page in PAGES}
        for turn in range(count + 10):
            for page in PAGES:
                began = time.perf_counter()
                connection.request("GET", f"/children/{ref}{page}", headers={"Cookie": cookie})
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    raise SystemExit(f"{page or 'child'}: {answer.status}")
                if turn >= 10:
                    found[page].append(time.perf_counter() - began)
        return found
    finally:
        server.terminate()
        server.wait(20)


def main(count: int, *, as_json: bool) -> None:
    folder = Path(tempfile.mkdtemp(prefix="holdfast-wall-"))
    house = House(folder, POSTGRESQL)
    try:
        house.migrate()
        ref, cookie = _scene(datetime.now(UTC))
        from holdfast.config.second_wall import ROLE, harden

        owner = os.environ["DATABASE_URL"]
        bare = refused(owner)
        harden(PASSWORD)
        role = owner.replace("//postgres@", f"//{ROLE}:{PASSWORD}@")
        said = {"before": bare, "owner": refused(owner), "almost": refused(owner, "yes")}
        first, second = _times(owner, WORDS, ref, cookie, count), _times(role, "", ref, cookie, count)
        if as_json:
            print(json.dumps({"refused": said, "owner": first, "role": second}))
            return
        print(machine())
        for page in PAGES:
            for name, found in (("owner", first), ("role", second)):
                times = sorted(found[page])
                half, late = times[len(times) // 2] * 1000, times[int(len(times) * 0.95)] * 1000
                print(f"{page or '/child':<12} {name:<6} median {half:6.1f} ms, 95th percentile {late:6.1f} ms")
    finally:
        house.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--json"]
    main(int(words[0]) if words else 200, as_json="--json" in sys.argv)
