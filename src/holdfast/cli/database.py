"""`holdfast database harden`, `soften`, `check`."""

from __future__ import annotations

import os

import typer

from holdfast.cli.main import app, with_database

database = typer.Typer(no_args_is_help=True, help="What the database itself refuses, and whether it keeps its word.")
app.add_typer(database, name="database")


@database.command()
def harden() -> None:
    """Make the role that serves pages and row-level security, on PostgreSQL. Run it as the owner of the tables, after
    each migration; then let the server sign in as holdfast_app. HOLDFAST_APP_PASSWORD, when set, is its password."""
    with_database()
    from holdfast.config.second_wall import ROLE, NotPostgreSQL
    from holdfast.config.second_wall import harden as build

    try:
        unknown = build(os.environ.get("HOLDFAST_APP_PASSWORD"))
    except NotPostgreSQL:
        typer.echo("The embedded database has one user and no such wall: it is encrypted instead.", err=True)
        raise typer.Exit(2) from None
    typer.echo(f"The second wall stands. Let the server sign in as {ROLE}.")
    for table in unknown:
        typer.echo(f"Unknown table, to which {ROLE} has no right: {table}", err=True)
    raise typer.Exit(1 if unknown else 0)


@database.command()
def soften() -> None:
    """Take row-level security and the role's rights away again. Pages then need the owner, or `harden` again."""
    with_database()
    from holdfast.config.second_wall import NotPostgreSQL
    from holdfast.config.second_wall import soften as take_down

    try:
        take_down()
    except NotPostgreSQL:
        typer.echo("The embedded database has no second wall.", err=True)
        raise typer.Exit(2) from None
    typer.echo("The second wall is down.")


@database.command()
def check() -> None:
    """Whether this database keeps what it acknowledges, and what the role in use could do. Exit 1 if not as it should
    be. Run it with the server's own DATABASE_URL."""
    with_database()
    from holdfast.config.second_wall import weaknesses

    found = weaknesses()
    for weakness in found:
        typer.echo(weakness)
    if not found:
        typer.echo("As it should be.")
    raise typer.Exit(1 if found else 0)
