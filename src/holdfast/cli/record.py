"""`holdfast verify`, `rebuild`, `serve`, `manage`."""

from __future__ import annotations

import json
import sys

import typer

from holdfast.cli.main import app, django_setup, with_database


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def manage(context: typer.Context) -> None:
    """Django's own commands."""
    django_setup()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["holdfast manage", *context.args])


@app.command()
def verify(as_json: bool = typer.Option(False, "--json", help="Print JSON.")) -> None:
    """Check that every chain is whole and that the read tables are what the entries say. Exit 1 if not."""
    with_database()
    from holdfast.chronology.verify import verify as check

    def progress(chains: int) -> None:
        if sys.stderr.isatty():
            typer.echo(f"\r{chains:,} chronologies checked", nl=False, err=True)

    verdict = check(progress)
    if as_json:
        typer.echo(json.dumps(verdict.as_json(), indent=2))
    else:
        typer.echo(f"{verdict.chains:,} chains, {verdict.entries:,} entries.")
        for broken in verdict.broken:
            typer.echo(f"Broken: {broken.child}, entry {broken.number}: {broken.problem}.")
        for row in verdict.read_tables_differ:
            typer.echo(
                f"Table {row['table']} does not say what the entries of {row['child']} say. Run: holdfast rebuild"
            )
        if verdict.is_whole:
            typer.echo("Whole.")
    raise typer.Exit(0 if verdict.is_whole else 1)


@app.command()
def rebuild() -> None:
    """Fold every child again and replace the read tables."""
    with_database()
    from holdfast.chronology.actions import rebuild as fold

    typer.echo(f"{fold():,} chronologies folded again.")


@app.command()
def explain(
    ref: str = typer.Argument(help="A child's reference, such as K7M2-4QXD."),
    as_known_at: str = typer.Option("", "--as-known-at", help="What was known then, such as 2026-11-21T08:00Z."),
    by: str = typer.Option("", "--by", help="Your user name. Reading is recorded under it, and needs a tie."),
) -> None:
    """Tell one child's chronology as sentences, each duty with its law, and who has looked."""
    with_database()
    from datetime import UTC, datetime

    from holdfast.chronology.moment import Moment
    from holdfast.documents.explain import NotForYou, explain_child

    try:
        known = Moment.parse(as_known_at).at if as_known_at else None
        for line in explain_child(ref, by=by, now=datetime.now(UTC), as_known_at=known):
            typer.echo(line)
    except (NotForYou, ValueError) as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(2) from None
