"""`holdfast vault ...`, `holdfast requests` and `holdfast shields`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from holdfast.cli.main import app, with_database

vault = typer.Typer(no_args_is_help=True, help="The keys that open where a child lives.")
app.add_typer(vault, name="vault")


@contextmanager
def _closed_is_said() -> Iterator[None]:
    from holdfast.access.vault.keys import VaultClosed

    try:
        yield
    except VaultClosed as closed:
        typer.echo(f"{closed}.", err=True)
        raise typer.Exit(2) from None


@vault.command()
def status() -> None:
    """Say where the keys are, which is current, and how many values each of them seals."""
    with_database()
    from django.db.models import Count

    from holdfast.access.directory.rows import Directory
    from holdfast.access.factors.rows import CodeGenerator
    from holdfast.access.vault.actions import key_file, ring
    from holdfast.access.vault.rows import VaultRow

    with _closed_is_said():
        keys = ring()
    counts: dict[str, int] = {}
    for model in (VaultRow, CodeGenerator, Directory):
        for key, count in model._default_manager.exclude(key="").values_list("key").annotate(Count("pk")).order_by():
            counts[key] = counts.get(key, 0) + count
    typer.echo(f"Keys: {key_file()}")
    for key in keys.keys:
        typer.echo(f"{key}: {counts.pop(key, 0):,} values{', current' if key == keys.current else ''}")
    for key, count in counts.items():
        typer.echo(f"{key}: {count:,} values, and the key is NOT on the ring: they do not open")
    raise typer.Exit(1 if counts else 0)


@vault.command("new-key")
def new_key() -> None:
    """Put a fresh key on the ring and make it current. Copy the file to where its copies are kept, then rotate."""
    with_database()
    from holdfast.access.vault.rotation import new_key as make

    with _closed_is_said():
        typer.echo(f"{make()} is current. Keep a copy of the file with the keys, then run: holdfast vault rotate")


@vault.command()
def rotate() -> None:
    """Seal everything anew under the current key. Stopped at any moment, it can be run again and goes on."""
    with_database()
    from holdfast.access.vault.rotation import rotate as seal_anew

    with _closed_is_said():
        done = seal_anew(lambda count: typer.echo(f"{count:,} sealed anew", err=True))
    typer.echo(f"{done:,} values sealed anew." if done else "Every value is sealed with the current key.")


@vault.command("retire-key")
def retire_key(key: str = typer.Argument(help="The id of the key, such as v-1f0c9a2b.")) -> None:
    """Take a key off the ring. Refused while a value is sealed with it. Backups from before need the key: keep a copy
    of it as long as you keep them."""
    with_database()
    from holdfast.access.vault.rotation import retire_key as retire

    with _closed_is_said():
        retire(key)
    typer.echo(f"{key} is off the ring.")


@app.command()
def requests(as_json: bool = typer.Option(False, "--json", help="Print JSON.")) -> None:
    """How many requests for purposes of immigration there were, quarter by quarter, as they may be published."""
    with_database()
    from dataclasses import asdict
    from datetime import UTC, datetime

    from holdfast.access.demand.counts import published

    quarters = published(datetime.now(UTC))
    if as_json:
        typer.echo(json.dumps([asdict(q) for q in quarters], indent=2))
        return
    for q in quarters:
        typer.echo(f"{q.quarter}: {q.requests} requests, {q.refused} refused, {q.allowed} let through")


@app.command()
def emergencies(as_json: bool = typer.Option(False, "--json", help="Print JSON.")) -> None:
    """How many children were opened in emergencies, quarter by quarter, and how many openings were reviewed in time, as
    they may be published."""
    with_database()
    from dataclasses import asdict
    from datetime import UTC, datetime

    from holdfast.access.emergency_counts import published

    quarters = published(datetime.now(UTC))
    if as_json:
        typer.echo(json.dumps([asdict(q) for q in quarters], indent=2))
        return
    for q in quarters:
        typer.echo(
            f"{q.quarter}: {q.opened} opened, {q.reviewed_in_time} reviewed in time, {q.not_justified} not justified"
        )


@app.command("factor-again")
def factor_again(username: str = typer.Argument(help="The user name.")) -> None:
    """Telephone and paper are lost: end a person's second factor. They set up a new one at the next sign-in, after
    their password. Ring them on a number that you know before you do this."""
    with_database()
    from datetime import UTC, datetime

    from holdfast.access.factors.actions import end_factor
    from holdfast.access.models import Person

    person = Person.objects.filter(username=username).first()
    if person is None:
        typer.echo("Nobody signs in with that user name.", err=True)
        raise typer.Exit(2)
    end_factor(person, datetime.now(UTC))
    typer.echo(f"{person} sets up a second factor at the next sign-in. Every session of theirs has ended.")


@app.command()
def shields(
    name: str = typer.Option("", "--name", help="Name this person (user name) on the restriction of --of."),
    of: str = typer.Option("", "--of", help="The reference of a child whose restriction nobody can change any more."),
    reason: str = typer.Option("", "--reason", help="Why."),
    by: str = typer.Option("", "--by", help="Your user name."),
) -> None:
    """Say which restrictions nobody who is named can change any more, because all have left, and how many others wait
    to be looked at. With --of, name somebody whose post and agency reach the child, so that they can."""
    with_database()
    from datetime import UTC, datetime

    from holdfast.access.actions import CannotDecide
    from holdfast.access.models import Person
    from holdfast.access.review import shields_standing
    from holdfast.access.shields.actions import name_another

    now = datetime.now(UTC)
    if of or name:
        person = Person.objects.filter(username=by, is_active=True).first()
        if person is None:
            typer.echo("Say with --by who you are: the user name of somebody who signs in here.", err=True)
            raise typer.Exit(2)
        try:
            name_another(of, username=name, reason=reason, by=person, at=now)
        except CannotDecide as refused:
            typer.echo(f"{refused}.", err=True)
            raise typer.Exit(2) from None
        typer.echo(f"{name} is named now, beside those who were. They can change or end the restriction.")
        return
    standing = shields_standing(now)
    alone = [w for w, people in standing if not people]
    for waiting in alone:
        typer.echo(f"{waiting.shield.child_id}: nobody who is named can change it. Put up by {waiting.shield.by}.")
    late = sum(w.is_late(now) for w, people in standing if people)
    typer.echo(f"{len(standing)} stand, {len(alone)} of them nobody's, {late} others stand longer than 90 days.")
    raise typer.Exit(1 if alone else 0)
