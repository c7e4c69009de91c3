"""`holdfast serve` and `holdfast demo`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from holdfast.cli.main import app, django_setup, with_database
from holdfast.cli.outbox import carrying, turns, watching

PORT = typer.Option(8000, "--port", envvar="PORT", help="The port on this machine.")
_LEASE = 120.0  # seconds, as of `holdfast work`


@app.command()
def serve(port: int = PORT, host: str = typer.Option("127.0.0.1", help="The address to listen on.")) -> None:
    """Serve the pages from one process. Ctrl-C stops it."""
    with_database()
    from holdfast.config.server import PortInUse, run

    typer.echo(f"Holdfast listens on http://{host}:{port}")
    try:
        run(host, port)
    except PortInUse as taken:
        typer.echo(str(taken), err=True)
        raise typer.Exit(1) from None


@app.command()
def demo(port: int = PORT) -> None:
    """Set up the made-up county of Marrowshire if it is not there yet, say how to sign in, and serve."""
    import os
    import time

    from holdfast.config.home import home, mark_as_demo

    if not os.environ.get("DATABASE_URL"):
        mark_as_demo()
    # Its people have no telephones. Nowhere else can the second factor be left out: see docs/reference/settings.md.
    os.environ.setdefault("HOLDFAST_SECOND_FACTOR", "off")
    started = time.monotonic()

    def say(words: str) -> None:
        typer.echo(f"[{time.monotonic() - started:5.1f} s] {words}")

    say("Starting")
    django_setup()
    from holdfast.config.server import PortInUse, run
    from holdfast.demo.start import password, prepare, sign_ins

    prepare(say)
    say("Loading the national evidence")
    from holdfast.figures.national import national_picture

    national_picture()
    here = f"http://127.0.0.1:{port}"
    lines = [f"    {name:<10} {who}: {what}" for name, who, what in sign_ins()]
    typer.echo(
        "\n".join(
            [
                "",
                f"Holdfast is at {here}  (everyone and every place in it is made up)",
                "",
                f"Sign in with the password  {password()}  as",
                *lines,
                "",
                "Three pages worth opening:",
                f"    {here}/missing              who is missing now, and what is due next",
                f"    {here}/children/TRN2-6K4H   Tuan's page: what the law requires, and his chronology",
                f"    {here}/figures              the national picture, and what the numbers can bear",
                "",
                f"E-mails and texts to the made-up agencies become files in {home() / 'outbox'}.",
                "Press Ctrl-C to stop. What is entered is kept.",
                "",
            ]
        )
    )
    try:
        with _worker_and_watch():
            run("127.0.0.1", port)
    except PortInUse as taken:
        typer.echo(str(taken), err=True)
        raise typer.Exit(1) from None


@contextmanager
def _worker_and_watch() -> Iterator[None]:
    """What `holdfast work` and `holdfast watch` do, beside the pages: a demonstration is one command. They print
    nothing; the pages show what was sent and who was told."""
    stopped = threading.Event()
    beside = [
        threading.Thread(target=turns, args=(turn, stopped, pause, lambda _: None), daemon=True)
        for turn, pause in ((carrying(_LEASE), 2.0), (watching(), 60.0))
    ]
    for one in beside:
        one.start()
    try:
        yield
    finally:
        stopped.set()
        for one in beside:
            one.join(timeout=10)
