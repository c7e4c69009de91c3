"""`holdfast work` and `holdfast watch`: what carries messages, and what says that something is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
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
    """Carry what stands in the outbox, and climb the ladders of handovers that nobody has accepted. Any number may
    run; each may be killed."""
    with_database()
    from datetime import timedelta

    from holdfast.sharing.carrying.worker import work_once
    from holdfast.sharing.channels.house import ways

    carriers = ways()

    def turn() -> str:
        done = work_once(carriers, _now, lease=timedelta(seconds=lease))
        if not done.carried and not done.alarms:
            return ""
        return (
            f"{done.sent} sent, {done.trouble} to be tried again, {done.failed} failed, "
            f"{done.not_needed} no longer needed, {done.receipts} asked about, {done.alarms} told to a person."
        )

    _repeat(turn, once=once, pause=pause, nothing="Nothing was due.")


def _repeat(turn: Callable[[], str], *, once: bool, pause: float, nothing: str) -> None:
    """Turn after turn until a person or the system stops it; a turn under way is finished first."""
    import signal
    import threading

    from django.db import DatabaseError, connection

    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    if once:
        typer.echo(turn() or nothing)
        return
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, stop)
    while not stopped.is_set():
        try:
            if said := turn():
                typer.echo(said)
        except DatabaseError as error:
            # The database restarts, or is busy for longer than a turn may wait: the next turn finds everything there.
            typer.echo(f"The database did not answer ({type(error).__name__}). Trying again.", err=True)
            connection.close()
        stopped.wait(pause)
