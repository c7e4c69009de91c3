"""`holdfast keeping`: what is past its time, and erasing what two people approved."""

from __future__ import annotations

import getpass

import typer

from holdfast.cli.main import app, with_database

keeping = typer.Typer(no_args_is_help=True, help="What is past its time, and erasing what two people approved.")
app.add_typer(keeping, name="keeping")


@keeping.command()
def due(by: str = typer.Option(..., "--by", help="Your user name. Reading is recorded under it.")) -> None:
    """List the records past their time of which you may decide, and what holds them. Erases nothing."""
    with_database()
    from datetime import UTC, datetime

    from django.db import transaction

    from holdfast.access.actions import record_reading
    from holdfast.access.models import Person
    from holdfast.access.queries import children_visible, reader
    from holdfast.access.rules import Act
    from holdfast.erasing.due import past_their_term
    from holdfast.erasing.moratoria import BadMoratorium
    from holdfast.erasing.sentences import say_standing, say_term

    person, now = Person.objects.filter(username=by, is_active=True).first(), datetime.now(UTC)
    who = reader(person, now) if person else None
    if who is None or not who.can(Act.KEEP):
        typer.echo("You decide of no record: a duty manager or the data guardian does.", err=True)
        raise typer.Exit(2)
    try:
        with transaction.atomic():
            found = past_their_term(now, children_visible(who, Act.KEEP, now))
            record_reading(who, Act.KEEP, [s.ref for s in found], page="keeping-list", at=now)
    except BadMoratorium as bad:
        typer.echo(f"{bad}.", err=True)
        raise typer.Exit(2) from None
    for standing in found:
        typer.echo(f"{standing.ref}: {say_standing(standing)}. {say_term(standing.term)}")
    typer.echo(f"{sum(s.is_due for s in found)} may be proposed, {sum(not s.is_due for s in found)} are held.")


@keeping.command()
def erase(
    yes: bool = typer.Option(False, "--yes", help="Erase. Without it only what would be erased is said."),
) -> None:
    """Erase what two people approved in the pages, each child wholly or not at all; then write the database anew, so
    that nothing lies in its free pages. Run it as the owner of the tables. Stopped at any moment, run it again."""
    with_database()
    from datetime import UTC, datetime

    from django.conf import settings

    from holdfast.access.keeping.queries import approved_erasures
    from holdfast.config.home import home
    from holdfast.erasing.actions import NotErased, sweep
    from holdfast.erasing.actions import erase as carry_out
    from holdfast.erasing.moratoria import BadMoratorium

    refused = 0
    for asked in approved_erasures():
        said = f"{asked.child_id}, asked by {asked.by}, approved by {asked.answer.by}: {asked.law}"
        if not yes:
            typer.echo(f"Would be erased: {said}.")
            continue
        try:
            carry_out(asked, operator=getpass.getuser(), at=datetime.now(UTC))
            typer.echo(f"Erased: {said}.")
        except (NotErased, BadMoratorium) as reason:
            refused += 1
            typer.echo(f"Not erased: {said}. {reason}.", err=True)
        except Exception as fault:  # the others are still erased; this one is asked for again by the next run
            refused += 1
            typer.echo(
                f"Not erased: {said}. Nothing of this child was erased, because of a fault of Holdfast "
                f"({_place_of(fault)}). Tell whoever looks after it.",
                err=True,
            )
    if not yes:
        typer.echo("Nothing was erased. Take a backup or not as you decide, then run it with --yes.")
        return
    swept = sweep(home() / "outbox", datetime.now(UTC), lambda words: typer.echo(f"{words}.", err=True))
    if swept:
        typer.echo(f"{swept} swept. {_of_backups(settings.BACKUPS_KEPT)}")
    elif not refused:
        typer.echo("Nothing waits to be erased.")
    raise typer.Exit(1 if refused else 0)


def _place_of(fault: Exception) -> str:
    """What kind of fault and where, without its words: they may hold words of the child."""
    import traceback
    from pathlib import Path

    last = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{type(fault).__name__} in {Path(last.filename).name}, line {last.lineno}"


def _of_backups(kept: str) -> str:
    from datetime import UTC, datetime, timedelta

    from holdfast.worktime.uk_clock import uk_day
    from holdfast.worktime.words import say_day

    again = "After restoring an older one, run this command again"
    if not kept.isdecimal():
        return f"Backups from before still hold it until you destroy them. {again}. HOLDFAST_BACKUPS_KEPT is not set"
    gone = uk_day(datetime.now(UTC)) + timedelta(days=int(kept))
    return f"Backups from before still hold it until the last of them goes, {say_day(gone, year=True)}. {again}"
