"""A busy house: many readers at once, or the nation's busiest night, against the real server.

    python tools/load.py                                    reading on the embedded database, 20 requests a second
    python tools/load.py --database postgresql              the same on PostgreSQL, 50 a second
    python tools/load.py --night --database postgresql      2,000 reports beside 200 readers, in ten minutes
    python tools/load.py --children 2000 --old-readings 10000 --seconds 10     a small turn

A house of its own is filled: children by a made-up return of two years, and a long reading log. Then `holdfast serve`
runs as it does anywhere, and people with sessions of their own ask for pages. Requests begin when the schedule says,
not when the last one ended: a slow answer delays nobody's next question, and what waits is counted as slow. Everything
runs on this one machine, those who ask included.

The old readings are filled in by one statement and are not chained: they make the log long, and no more than that.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent))

from own_house import EMBEDDED, POSTGRESQL, House, machine

READERS, REPORTERS = 200, 100
PACE = 45  # seconds between one reader's deeds: in an hour 53 children, under the limit of 60 (access/limits.py)
DEEDS_OF_TEN_REQUESTS = 9  # a search is two requests
CSRF = "c" * 32
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@dataclass(slots=True)
class Seen:
    """Seconds by what was asked for, and every answer that was not the page."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, took: float, problem: str = "") -> None:
        with self.lock:
            self.seconds[what].append(took)
            if problem:
                self.wrong.append(f"{what}: {problem}")

    def lines(self) -> list[str]:
        return [
            f"{what:<28} {len(all_):>6} asked   median {statistics.median(all_) * 1000:>5.0f} ms   "
            f"95 % under {sorted(all_)[int(len(all_) * 0.95)] * 1000:>5.0f} ms   worst {max(all_) * 1000:>5.0f} ms"
            for what, all_ in sorted(self.seconds.items())
        ]


class Browser:
    """One person's browser: a session, and nothing kept between pages."""

    def __init__(self, port: int, session: str) -> None:
        self.port, self.cookies = port, {"holdfast_session": session}

    def ask(self, address: str, typed: list[tuple[str, str]] | None = None) -> tuple[int, str, str]:
        """Status, where it sends on to, and the page."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if typed is not None:
            body = urlencode([*typed, ("csrfmiddlewaretoken", self.cookies.get("holdfast_csrf", ""))])
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request("GET" if body is None else "POST", address, body, headers)
            answer = line.getresponse()
            page = answer.read().decode()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _, rest = cookie.partition("=")
                self.cookies[name] = rest.partition(";")[0]
            return answer.status, answer.headers.get("Location", ""), page
        finally:
            line.close()


# The house, filled


def fill(house: House, children: int, old_readings: int) -> list[str]:
    """Children, their people and a long log. Returns the references."""
    from holdfast.access.actions import open_agency
    from holdfast.chronology.kinds import Audience
    from holdfast.chronology.models import Chronology, EntryRow
    from holdfast.demo.made_up_return import write_return
    from holdfast.returns.actions import take_in
    from holdfast.returns.ssda903.intake import read_return

    house.migrate()
    for code, kind in (("MAR", Audience.COUNCIL), ("MARPOL", Audience.POLICE)):
        open_agency(code=code, name=code, kind=kind)
    folder, taken_in = house.folder / "return", datetime.now(UTC) - timedelta(days=60)
    write_return(folder, children=children, seed=7, collection_year=2026)
    take_in(
        read_return(folder / "this", authority="MAR", last=folder / "last"), by="load", at=taken_in, authority="MAR"
    )
    shutil.rmtree(folder)
    for n in range(READERS + REPORTERS):
        _person(f"p{n}")
    _old_readings(old_readings)
    refs = list(Chronology.objects.values_list("ref", flat=True))
    print(f"{len(refs):,} children, {EntryRow.objects.count():,} entries, {old_readings:,} old readings", flush=True)
    return refs


def _person(username: str) -> None:
    from holdfast.access.actions import give_post
    from holdfast.access.models import Agency, Person
    from holdfast.access.rules import Role

    person = Person.objects.create(username=username, first_name="P.", last_name=username, password="!")
    agency = Agency.objects.get(code="MAR")
    give_post(person=person, agency=agency, role=Role.DUTY_MANAGER, begins_on=date(2020, 1, 1))


def _old_readings(count: int) -> None:
    """Of people who have left, over five years; each of one child."""
    from django.db import connection

    from holdfast.access.models import Person

    left = [Person.objects.create(username=f"left{n}", password="!", is_active=False).pk for n in range(100)]
    if not count:
        return
    begins = (datetime.now(UTC) - timedelta(days=1825)).strftime("%Y-%m-%d %H:%M:%S")
    if connection.vendor == "postgresql":
        numbers, at = f"generate_series(0, {count - 1}) AS s(n)", f"timestamptz '{begins}+00' + s.n * interval '15 s'"
    else:
        counting = f"SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {count - 1}"
        numbers = f"(WITH RECURSIVE s(n) AS ({counting}) SELECT n FROM s) AS s"
        at = f"datetime('{begins}', (s.n * 15) || ' seconds')"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE by_number AS SELECT ref, row_number() OVER () - 1 AS n FROM chronology")
        cursor.execute("CREATE INDEX child_by_number ON by_number (n)")
        cursor.execute("SELECT count(*) FROM by_number")
        (children,) = cursor.fetchone()
        cursor.execute(
            f"INSERT INTO access_reading (id, person_id, number, at, act, page, children, hash) "
            f"SELECT 1000000 + s.n, {left[0]} + s.n % 100, s.n / 100, {at}, 'open', 'child', c.ref, '{'0' * 64}' "
            f"FROM {numbers} JOIN by_number c ON c.n = (CAST(s.n AS bigint) * 7919) % {children}"
        )
        cursor.execute(
            "INSERT INTO access_readingof (id, reading_id, child_id) "
            "SELECT id, id, children FROM access_reading WHERE id >= 1000000"
        )
        if connection.vendor == "postgresql":
            for table in ("access_reading", "access_readingof"):
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {1_000_001 + count})")
        cursor.execute("ANALYZE")


def sessions(count: int) -> list[str]:
    """The keys of sessions of people who have signed in with both factors."""
    from django.test import Client

    from holdfast.access.models import Person
    from holdfast.web.second_factor import FACTOR_AT

    keys = []
    for n in range(count):
        client = Client(HTTP_HOST="localhost")
        client.force_login(Person.objects.get(username=f"p{n}"))
        session = client.session
        session[FACTOR_AT] = datetime.now(UTC).isoformat()
        session.save()
        keys.append(str(session.session_key))
    return keys


# The server


class Served:
    """`holdfast serve`, in as many processes as a proxy would spread requests over."""

    def __init__(self, processes: int, address: str) -> None:
        """`address` is of PostgreSQL, at which the servers sign in as the least role; empty for the embedded one."""
        self.ports = [_free_port() for _ in range(processes)]
        command = [sys.executable, "-c", "from holdfast.cli.main import run; run()", "serve", "--port"]
        quiet, house = subprocess.DEVNULL, os.environ | ({"DATABASE_URL": address} if address else {})
        self.processes = [subprocess.Popen([*command, str(port)], stdout=quiet, env=house) for port in self.ports]
        for port in self.ports:
            self._wait(port)

    def _wait(self, port: int) -> None:
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            try:
                if Browser(port, "").ask("/health")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("The server did not answer within a minute")

    def close(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


# What people do


def on_schedule(rate: float, seconds: float, deed: Callable[[int, float], None], threads: int) -> None:
    """Call `deed(number, due)` `rate` times a second from a pool; `due` is the moment at which it should have begun."""
    total, numbers, lock = int(rate * seconds), iter(range(int(rate * seconds))), threading.Lock()
    began = time.perf_counter() + 0.5

    def work() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            due = began + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            deed(number, due)

    pool = [threading.Thread(target=work) for _ in range(min(threads, max(total, 1)))]
    for one in pool:
        one.start()
    for one in pool:
        one.join()


def reader(browsers: list[Browser], refs: list[str], seen: Seen, chance: random.Random) -> Callable[[int, float], None]:
    """Of ten requests six are for a child's page, two for the list, two are one search: what is typed is sent, and the
    answer is asked for. A search is timed whole."""
    pages = ["child"] * 6 + ["list of missing children"] * 2 + ["search"]

    def deed(number: int, due: float) -> None:
        what = pages[number % len(pages)]
        browser, ref = browsers[number % len(browsers)], chance.choice(refs)
        if what == "search":
            browser.cookies.setdefault("holdfast_csrf", CSRF)
            _, address, _ = browser.ask("/report", [("name", ref)])
        else:
            address = f"/children/{ref}" if what == "child" else "/missing"
        status, _, _ = browser.ask(address)
        seen.note(what, time.perf_counter() - due, "" if status == 200 else str(status))

    return deed


def reporter(browsers: list[Browser], refs: list[str], seen: Seen) -> Callable[[int, float], None]:
    """One report: every question, the check, the button. What is timed as acknowledged is the button."""

    def deed(number: int, due: float) -> None:
        browser, ref = browsers[number % len(browsers)], refs[number]
        browser.ask(f"/children/{ref}/report")
        _, _, page = browser.ask(f"/children/{ref}/report/sure")
        if "Is it" not in page:
            seen.note("question of a report", 0.0, "the report does not begin")
            return
        for slug, typed in _answers(datetime.now(UTC)).items():
            started = time.perf_counter()
            status, _, _ = browser.ask(f"/children/{ref}/report/{slug}", typed)
            seen.note(
                "question of a report", time.perf_counter() - started, "" if status == 302 else f"{slug} {status}"
            )
        _, _, check = browser.ask(f"/children/{ref}/report/check")
        hidden = [(k, v) for k, v in _HIDDEN.findall(check[check.index("<main") :]) if k != "csrfmiddlewaretoken"]
        started = time.perf_counter()
        status, onward, _ = browser.ask(f"/children/{ref}/report/check", hidden)
        took = time.perf_counter() - started
        seen.note(
            "report acknowledged", took, "" if status == 302 and "/done/" in onward else f"{status} {onward[-20:]}"
        )

    return deed


def _answers(now: datetime) -> dict[str, list[tuple[str, str]]]:
    from holdfast.worktime.uk_clock import uk_time

    def at(hours: float) -> list[tuple[str, str]]:
        local = uk_time(now - timedelta(hours=hours))
        return [("day", "other"), ("date_day", str(local.day)), ("date_month", str(local.month)),
                ("date_year", str(local.year)), ("time", f"{local:%I:%M%p}")]  # fmt: skip

    return {
        "sure": [],
        "worry": [("worries", "trafficking"), ("worries", "a vehicle"), ("why", "A car waited.")],
        "where": [("whereabouts", "not known")],
        "seen": [*at(0.3), ("by", "the night worker"), ("where", "in the kitchen")],
        "when": [*at(0.2), ("by", "Harbour View")],
        "wearing": [("wearing", "a grey coat"), ("phone", "07700 900123")],
        "before": [("might_be", "coach station"), ("gone_before", "yes")],
        "tried": [("attempts", "room searched"), ("what", "Phone is off")],
        "police": [("told", "not-yet")],
        "reach": [("by", "Night Worker"), ("ring", "01632 960 200")],
    }


# Runs


def read(served: Served, refs: list[str], keys: list[str], asked: argparse.Namespace) -> Seen:
    seen, chance = Seen(), random.Random(11)
    browsers = [Browser(served.ports[n % len(served.ports)], key) for n, key in enumerate(keys)]
    deeds = asked.rate * DEEDS_OF_TEN_REQUESTS / 10
    on_schedule(deeds, 5, reader(browsers, refs, Seen(), chance), 32)  # warm
    on_schedule(deeds, asked.seconds, reader(browsers, refs, seen, chance), 64)
    return seen


def night(served: Served, refs: list[str], keys: list[str], asked: argparse.Namespace) -> Seen:
    """Reports and readers side by side. Each reader does something every 45 seconds of the hour."""
    seen, chance = Seen(), random.Random(11)
    browsers = [Browser(served.ports[n % len(served.ports)], key) for n, key in enumerate(keys)]
    speed = 3600 / asked.seconds
    readers = threading.Thread(
        target=on_schedule,
        args=(READERS / PACE * speed if asked.fast_readers else READERS / PACE, asked.seconds,
              reader(browsers[:READERS], refs, seen, chance), 48),
    )  # fmt: skip
    readers.start()
    on_schedule(asked.reports / asked.seconds, asked.seconds, reporter(browsers[READERS:], refs, seen), 48)
    readers.join()
    return seen


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=[EMBEDDED, POSTGRESQL], default=EMBEDDED)
    parser.add_argument("--children", type=int, default=100_000)
    parser.add_argument("--old-readings", type=int, default=10_000_000)
    parser.add_argument("--rate", type=float, help="requests a second (20 embedded, 50 PostgreSQL)")
    parser.add_argument("--seconds", type=float, help="how long (60; a night 600)")
    parser.add_argument("--processes", type=int, help="of the server (1 embedded, 2 PostgreSQL)")
    parser.add_argument("--night", action="store_true", help="reports beside readers")
    parser.add_argument("--reports", type=int, default=2_000)
    parser.add_argument("--fast-readers", action="store_true", help="the readers too do their hour in the time given")
    asked = parser.parse_args()
    asked.rate = asked.rate or (50 if asked.database == POSTGRESQL else 20)
    asked.seconds = asked.seconds or (600 if asked.night else 60)
    asked.processes = asked.processes or (2 if asked.database == POSTGRESQL else 1)
    house = House(Path(tempfile.mkdtemp(prefix="holdfast-load-")), asked.database)
    served = None
    try:
        refs = fill(house, asked.children, asked.old_readings)
        random.Random(5).shuffle(refs)
        keys = sessions(READERS + REPORTERS if asked.night else READERS)
        served = Served(asked.processes, house.harden() if asked.database == POSTGRESQL else "")
        seen = (night if asked.night else read)(served, refs, keys, asked)
    finally:
        if served is not None:
            served.close()
        house.close()
        shutil.rmtree(house.folder, ignore_errors=True)
    what = f"{asked.reports} reports beside {READERS} readers" if asked.night else f"{asked.rate:g} requests a second"
    print(f"{asked.database}, {what}, {asked.seconds:g} s, {asked.processes} server processes; {machine()}")
    print("\n".join(seen.lines()))
    print(f"Answers that were not the page: {len(seen.wrong)} {seen.wrong[:3] or ''}")
    return 1 if seen.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
