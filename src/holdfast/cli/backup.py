"""`holdfast backup`, `restore`."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from holdfast.cli.main import app, django_setup, with_database


@app.command()
def backup(file: Path = typer.Argument(help="Where to write it: a file that is not there yet.")) -> None:
    """Write an encrypted backup while the house is open. It is under the installation's database key, which is not in
    it: keep the keys elsewhere."""
    with_database()
    from holdfast.config.backup import NotDone, back_up

    try:
        back_up(file)
    except NotDone as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(2) from None
    typer.echo(f"Backed up: {file.stat().st_size:,} bytes.")


@app.command()
def restore(file: Path = typer.Argument(help="A backup.")) -> None:
    """Put a backup into an installation that holds nothing yet, and check every chain. Needs the keys under which it
    was written: HOLDFAST_DATABASE_KEY, HOLDFAST_SECRET_KEY and HOLDFAST_MARK_KEY, or their files in HOLDFAST_HOME."""
    for name in ("database_key", "secret_key", "mark_key"):
        folder = Path(os.environ.get("HOLDFAST_HOME", "var"))
        if f"HOLDFAST_{name.upper()}" not in os.environ and not (folder / f"{name}.secret").exists():
            typer.echo(f"The keys of the backup are needed first: HOLDFAST_{name.upper()} is not set.", err=True)
            raise typer.Exit(2)
    django_setup()
    from holdfast.config.backup import NotDone
    from holdfast.config.backup import restore as put_back

    try:
        put_back(file)
    except NotDone as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(2) from None
    typer.echo("Restored. Checking every chain:")
    from holdfast.cli.record import verify

    verify(as_json=False, anchor=None)
