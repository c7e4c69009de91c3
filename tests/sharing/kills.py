"""Kills the worker with SIGKILL at random points, many times, while a stand-in for GOV.UK Notify counts.

A message that is lost was made and never reached the stand-in; one that is doubled reached it twice. The house is a
real one: an encrypted file of its own in HOLDFAST_HOME, or the database that DATABASE_URL names. Run as a program it
prints one line of JSON; `tools/kill_worker.py` is the way in.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

from notify_standin import EMAIL_TEMPLATE, KEY, SMS_TEMPLATE, StandIn, server_of

LEASE = timedelta(seconds=2)  # more than the stand-in ever takes to answer, as the house's is more than Notify's
MESSAGES_A_CHILD = 15


def now() -> datetime:
    return datetime.now(UTC)


def _stand_in(pipe: object, seed: int) -> None:
    house = StandIn()
    house.jitter = 0.008  # before it takes a message and before it answers: both are points to be killed at
    house._random.seed(seed)
    server = server_of(house)
    pipe.send(server.server_address[1])  # type: ignore[attr-defined]
    server.serve_forever(poll_interval=0.05)


def _prepare(messages: int) -> list[str]:
    from django.core.management import call_command

    from holdfast.access.actions import open_agency
    from holdfast.chronology.actions import append, open_chronology
    from holdfast.chronology.draft import Draft
    from holdfast.chronology.kinds import Audience
    from holdfast.chronology.moment import Moment
    from holdfast.config.vocabulary import vocabulary
    from holdfast.sharing.actions import Notice, Sender, tell
    from holdfast.sharing.rules import Channel, Recipient

    call_command("migrate", verbosity=0, interactive=False)
    open_agency(code="MAR", name="Marrowshire County Council", kind=Audience.COUNCIL)
    open_agency(code="MARPOL", name="Marrowshire Police", kind=Audience.POLICE)
    at = now() - timedelta(minutes=1)
    known = Draft("child.known", Moment(at), vocabulary().read("child.known", {}))
    children = [open_chronology() for _ in range(-(-messages // MESSAGES_A_CHILD))]
    for ref in children:
        append(ref, [known], by="okafor", agency="MAR", at=at)
    notice = Notice("missing-report", "A child is missing", "What the police need.", "They look", "Article 6(1)(e)")
    who = Sender("okafor", "Ngozi Okafor", "MAR")
    made = []
    for n in range(messages):
        to = Recipient("MARPOL", "Duty sergeant", Channel.EMAIL, "missing@marrowshire-police.example")
        made.append(str(tell(children[n % len(children)], to, notice, sender=who, key=f"m{n}", at=at).pk))
    return made


def _work_until_killed() -> None:
    """The worker itself: what `holdfast work` does, with a shorter pause."""
    from holdfast.sharing.carrying.worker import work_once
    from holdfast.sharing.channels.house import ways

    carriers = ways()
    while True:
        work_once(carriers, now, lease=LEASE)
        time.sleep(0.01)


def _start(task: Callable[[], None]) -> int:
    """A process of its own for a task."""
    worker = os.fork()
    if worker == 0:
        try:
            task()
        finally:
            os._exit(0)
    return worker


def _drain(until: float) -> None:
    from holdfast.sharing.carrying.worker import work_once
    from holdfast.sharing.channels.house import ways
    from holdfast.sharing.models import Errand

    carriers = ways()
    while Errand.objects.filter(is_sent=False).exists() and time.monotonic() < until:
        work_once(carriers, now, lease=LEASE)
        time.sleep(0.05)


def _kill_one(longest: float) -> None:
    worker = _start(_work_until_killed)
    time.sleep(random.random() * longest)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)


def _count(port: int) -> Counter[str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/count") as answer:
        return Counter(json.load(answer)["references"])


def run(kills: int, messages: int, seed: int) -> dict[str, object]:
    """What was lost and doubled, after so many kills."""
    random.seed(seed)
    context = get_context("fork")
    ours, theirs = context.Pipe()
    standin = context.Process(target=_stand_in, args=(theirs, seed), daemon=True)
    standin.start()
    port = ours.recv()
    os.environ.update(
        HOLDFAST_NOTIFY_KEY=KEY, HOLDFAST_NOTIFY_ADDRESS=f"http://127.0.0.1:{port}",
        HOLDFAST_NOTIFY_EMAIL_TEMPLATE=EMAIL_TEMPLATE, HOLDFAST_NOTIFY_SMS_TEMPLATE=SMS_TEMPLATE,
        DJANGO_SETTINGS_MODULE="holdfast.config.settings",
    )  # fmt: skip
    import logging

    import django

    django.setup()
    logging.disable(logging.CRITICAL)
    from django.db import connections

    from holdfast.sharing.channels.house import ways

    made = _prepare(messages)
    ways()  # what it imports is imported once, not in every worker
    connections.close_all()  # a connection does not survive a fork
    began = time.monotonic()
    for _ in range(kills):
        _kill_one(0.25)
    # A busy machine starts workers slowly: go on, and let them live longer, until one fell in the middle of a message.
    for longer in range(1, 21):
        if _interrupted() > 0:
            break
        _kill_one(0.25 * longer)
    killed_for = time.monotonic() - began
    found = _finish(made)
    counted = _count(port)
    standin.terminate()
    standin.join()
    return {
        "kills": kills,
        "messages": len(made),
        "lost": sum(1 for m in made if counted[m] == 0),
        "doubled": sum(1 for m in made if counted[m] > 1),
        "unknown": len(set(counted) - set(made)),
        "seconds": round(killed_for, 1),
        **found,
    }


def _interrupted() -> int:
    """How many tries have no result."""
    from django.db import connections

    from holdfast.sharing.models import MessageEvent

    said = MessageEvent.objects.filter(what__in=["attempt", "sent"]).values_list("what", flat=True)
    counted = Counter(said)
    connections.close_all()  # a connection does not survive a fork
    return counted["attempt"] - counted["sent"]


def _finish(made: list[str]) -> dict[str, object]:
    """Let three workers live until everything has gone out, then look at what was written."""
    from django.db import connections

    from holdfast.chronology.models import EntryRow
    from holdfast.chronology.verify import verify
    from holdfast.sharing.models import MessageEvent

    interrupted = _interrupted()
    until = time.monotonic() + 1800
    connections.close_all()
    together = [_start(lambda: _drain(until)) for _ in range(3)]  # three at once: none takes what another holds
    for worker in together:
        os.waitpid(worker, 0)
    sent = Counter(str(m) for m in MessageEvent.objects.filter(what="sent").values_list("message_id", flat=True))
    told = EntryRow.objects.filter(kind="sharing.disclosed").values_list("reference", flat=True)
    entries = Counter(reference.partition("/")[0] for reference in told)
    return {
        "killed_while_sending": interrupted,
        "not_written_as_sent": sum(1 for m in made if sent[m] != 1),
        "entries_lost_or_doubled": sum(1 for m in made if entries[m] != 1),
        "is_whole": verify().is_whole,
    }


def main() -> None:
    kills, messages, seed = (int(word) for word in sys.argv[1:4])
    print(json.dumps(run(kills, messages, seed)))


if __name__ == "__main__":
    main()
