"""The `holdfast` command. Each command lives with its subject's words and is imported when it is called."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
duties = typer.Typer(no_args_is_help=True, help="What the law requires.")
law = typer.Typer(no_args_is_help=True, help="What moved in the law, and the page for its review.")
evidence = typer.Typer(no_args_is_help=True, help="Figures from freedom-of-information replies.")
release = typer.Typer(
    no_args_is_help=True, help="Figures for publication: signed, never changed, corrected in the open."
)
intake = typer.Typer(no_args_is_help=True, help="Take in a council's files.")
app.add_typer(duties, name="duties")
app.add_typer(law, name="law")
app.add_typer(evidence, name="evidence")
app.add_typer(release, name="release")
app.add_typer(intake, name="intake")


def django_setup() -> None:
    """Only commands that need the database pay for loading Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "holdfast.config.settings")
    import django

    django.setup()


def with_database() -> None:
    """Load Django and make the embedded database ready. On PostgreSQL an operator runs `holdfast manage migrate`."""
    django_setup()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if connection.vendor != "sqlite":
        typer.echo("The database is not ready. Run: holdfast manage migrate", err=True)
        raise typer.Exit(1)
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def every_command() -> typer.Typer:
    """The command with all that belongs to it."""
    import holdfast.cli.answer
    import holdfast.cli.asking
    import holdfast.cli.backup
    import holdfast.cli.canary
    import holdfast.cli.coding
    import holdfast.cli.database
    import holdfast.cli.directory
    import holdfast.cli.duties
    import holdfast.cli.estimate
    import holdfast.cli.evidence
    import holdfast.cli.guard
    import holdfast.cli.intake
    import holdfast.cli.keeping
    import holdfast.cli.law
    import holdfast.cli.lists
    import holdfast.cli.outbox
    import holdfast.cli.package
    import holdfast.cli.people
    import holdfast.cli.post
    import holdfast.cli.post_in
    import holdfast.cli.publishing
    import holdfast.cli.record
    import holdfast.cli.redirects
    import holdfast.cli.releasing
    import holdfast.cli.serve
    import holdfast.cli.subject_access
    import holdfast.cli.systems  # noqa: F401

    return app


def run() -> None:
    """Entry point of the console script."""
    every_command()
    os.umask(0o077)  # what Holdfast writes is for its own user only
    try:
        app()
    except Exception as error:
        # What was being handled may name a child: the place is said, never the values.
        if os.environ.get("HOLDFAST_TRACE"):
            raise
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}, line {place.lineno}"
        typer.echo(f"Something went wrong in Holdfast itself ({type(error).__name__}, {where}).", err=True)
        typer.echo("Nothing is half written. HOLDFAST_TRACE=1 shows more, which may name children.", err=True)
        sys.exit(70)
