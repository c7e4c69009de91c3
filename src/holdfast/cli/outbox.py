"""`holdfast work`, `watch`, `contacts`: what carries messages, what says that something is due, and whom to tell."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from holdfast.cli.main import app, with_database

if TYPE_CHECKING:
    from types import FrameType

_ONCE = typer.Option(False, "--once", help="Do what is due now, then stop.")
_PAUSE = typer.Option(5.0, "--pause", min=0.1, max=3600, help="Seconds between two looks at what is due.")


def _now() -> datetime:
    return datetime.now(UTC)


@app.command()
def work(
    once: bool = _ONCE,
    pause: float = _PAUSE,
    lease: float = typer.Option(
        120, "--lease", min=0.5, max=3600, help="Seconds after which another worker takes over what this one held."
    ),
) -> None:
    """Carry what stands in the outbox, climb the ladders of handovers that nobody has accepted, and every hour leave a
    signed anchor outside, where a setting says where. Any number may run; each may be killed."""
    with_database()
    _repeat(carrying(lease), once=once, pause=pause, nothing="Nothing was due.")


@app.command()
def watch(once: bool = _ONCE, pause: float = typer.Option(60.0, "--pause", min=1, max=3600, help=_PAUSE.help)) -> None:
    """Say what has become due or overdue, and where a rota has nobody in the next 24 hours, once each, through the
    outbox; every hour clear away sessions that have ended. May be killed, run twice, or be off for a day; the lists
    compute what is overdue without it."""
    with_database()
    _repeat(watching(), once=once, pause=pause, nothing="Nothing has become due.")


def carrying(lease: float) -> Callable[[], str]:
    """One turn of the worker; it answers with what it did, empty when nothing was due. `lease` is in seconds."""
    from django.conf import settings

    from holdfast.access.anchor import take
    from holdfast.sharing.alarms import tell_of_lost_anchor
    from holdfast.sharing.anchoring import send_anchor
    from holdfast.sharing.carrying.worker import work_once
    from holdfast.sharing.channels.house import anchor_places, ways

    carriers, places, told = ways(), anchor_places(), set[str]()
    failing: dict[str, datetime] = {}  # since when no anchor has reached a place; begins anew with the worker

    def anchored() -> list[str]:
        # Asked at every turn, said once: what fails is tried again, and not repeated every five seconds.
        now = _now()
        tried = send_anchor(places, settings.ANCHOR["key"], now, take)
        lost = {one.place: failing.get(one.place, now) for one in tried if not one.is_left}
        failing.clear()
        failing.update(lost)
        for place, since in lost.items():
            tell_of_lost_anchor(place, since, now)
        said = [f"{now:%d %B %H:00} UTC. {one.words}" for one in tried]
        new = [line for line in said if line not in told]
        told.update(new)
        return new

    def turn() -> str:
        for line in anchored():
            typer.echo(line, err="NOT" in line)
        done = work_once(carriers, _now, lease=timedelta(seconds=lease))
        if not (done.carried or done.alarms or done.climbed):
            return ""
        return (
            f"{done.climbed} more told of a handover, {done.sent} sent, {done.trouble} to be tried again, "
            f"{done.failed} failed, "
            f"{done.not_needed} no longer needed, {done.receipts} asked about, {done.alarms} told to a person."
        )

    return turn


def watching() -> Callable[[], str]:
    """One turn of the watch; it answers with what it said, empty when nothing has become due."""
    from holdfast.access.sessions.actions import CLEARED_EVERY, clear_ended_sessions
    from holdfast.sharing.alarms import tell_of_late_reviews, tell_of_old_shields
    from holdfast.sharing.carrying.actions import alarm_about_unsent
    from holdfast.sharing.rota.round.actions import rota_once
    from holdfast.sharing.watch.actions import watch_once

    cleared: datetime | None = None

    def turn() -> str:
        nonlocal cleared
        if cleared is None or not timedelta() <= _now() - cleared < CLEARED_EVERY:
            clear_ended_sessions(_now())  # said to nobody
            cleared = _now()
        done, alarms = watch_once(_now()), alarm_about_unsent(_now())
        late, old, rota = tell_of_late_reviews(_now()), tell_of_old_shields(_now()), rota_once(_now())
        if not (done.said or done.passed or alarms or late or old or rota.gaps or rota.shifts):
            return ""
        nobody = f" {done.nobody} have no agency of this house to tell." if done.nobody else ""
        return (
            f"{done.said} said, {done.passed} passed over (a later step was said, or late before it began).{nobody}"
            + (f" {alarms} messages have waited for ten minutes: their senders are told." if alarms else "")
            + (f" {late} emergency openings were not reviewed in time: managers are told." if late else "")
            + (f" {old} restrictions have stood for 90 days: those named are told." if old else "")
            + (f" {rota.gaps} gaps of rotas told to their managers." if rota.gaps else "")
            + (f" {rota.shifts} who came on were told what the shift before leaves." if rota.shifts else "")
        )

    return turn


def _repeat(turn: Callable[[], str], *, once: bool, pause: float, nothing: str) -> None:
    """Turn after turn until a person or the system stops it; a turn under way is finished first."""
    import signal

    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    if once:
        typer.echo(turn() or nothing)
        return
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, stop)
    turns(turn, stopped, pause, typer.echo)


def turns(turn: Callable[[], str], stopped: threading.Event, pause: float, say: Callable[[str], None]) -> None:
    """Turn after turn until `stopped`, with `pause` seconds in between."""
    from django.db import DatabaseError, connection

    while not stopped.is_set():
        try:
            if said := turn():
                say(said)
        except DatabaseError as error:
            # The database restarts, or is busy for longer than a turn may wait: the next turn finds everything there.
            typer.echo(f"The database did not answer ({type(error).__name__}). Trying again.", err=True)
            connection.close()
        stopped.wait(pause)
    connection.close()


@app.command()
def contacts(
    agency: str = typer.Argument(help="The agency's code, such as MARPOL."),
    file: Path | None = typer.Argument(
        None, help="A CSV with the columns name,channel,address,phone,after. Without it the present ones are shown."
    ),
) -> None:
    """Whom an agency wants told, in order, each so many minutes after the start: the ladder of handovers to come.
    Those that have begun keep theirs."""
    with_database()
    from holdfast.access.models import Agency
    from holdfast.sharing.actions import set_contacts
    from holdfast.sharing.contacts import read_contacts
    from holdfast.sharing.queries import contacts_of
    from holdfast.sharing.rules import CannotTell

    if not Agency.objects.filter(code=agency).exists():
        typer.echo(f"There is no agency {agency} in Holdfast.", err=True)
        raise typer.Exit(2)
    if file is not None:
        try:
            set_contacts(agency, read_contacts(file.read_text(encoding="utf-8"), agency), _now())
        except (OSError, UnicodeDecodeError, CannotTell) as error:
            said = error.message if isinstance(error, CannotTell) else "It cannot be read"
            typer.echo(f"{file.name}: {said}. Nothing was changed.", err=True)
            raise typer.Exit(2) from None
    for to, after in contacts_of(agency):
        typer.echo(f"after {after:>4} min  {to.name}, {to.channel.value} {to.address}".rstrip() + f"  {to.phone}")
    if not contacts_of(agency):
        typer.echo("Nobody is named: whoever is on duty there is told in Holdfast.")
