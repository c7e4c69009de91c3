"""`holdfast canary`: made-up records that nobody has reason to open, and who is told when somebody does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, NoReturn

import typer

from holdfast.cli.main import app, with_database

canary = typer.Typer(no_args_is_help=True, help="Made-up records that nobody has reason to open.")
app.add_typer(canary, name="canary")


def _refuse(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(2)


@canary.command()
def make(
    authority: Annotated[str, typer.Argument(help="The code of the council whose child it seems to be.")],
    by: Annotated[str, typer.Option(help="User name of a person of that council in whose name it is recorded.")],
) -> None:
    """Make one. Its reference is said once, here: do not write it where anybody reads it who is to be watched.

    It stands among the council's children and is left out of every count, list of duties and figure.
    """
    with_database()
    from django.db import transaction

    from holdfast.access.canaries.actions import keep_as_canary
    from holdfast.access.canaries.queries import watchers
    from holdfast.access.models import Agency, Person
    from holdfast.chronology.actions import append, open_chronology
    from holdfast.chronology.kinds import Audience
    from holdfast.demo.canary import invented

    now = datetime.now(UTC)
    agency = Agency.objects.filter(code=authority, kind=Audience.COUNCIL.value).first()
    if agency is None:
        _refuse(f"There is no council {authority!r}. holdfast people agencies shows them.")
    if not Person.objects.filter(username=by, posts__agency=agency).exists():
        _refuse(f"{by!r} is nobody of {agency.name}.")
    if not watchers():
        _refuse("Nobody would be told. Name two people first: holdfast canary tell USERNAME")
    with transaction.atomic():
        ref = open_chronology()
        keep_as_canary(ref, now)
        for draft in invented(now, authority=authority):
            append(ref, [draft], by=by, agency=authority, at=min(draft.occurred.latest, now))
    typer.echo(f"{ref} is made up.")


@canary.command()
def tell(
    username: Annotated[str, typer.Argument(help="Who is told at once, and reviews it.")],
    email: Annotated[
        str, typer.Option(help="Where an e-mail reaches them. Without it they are told in Holdfast.")
    ] = "",
    stop: Annotated[bool, typer.Option("--stop", help="From now on they are not told.")] = False,
) -> None:
    """Name somebody who is told when a made-up record is opened. Name two at least, of two teams: nobody is told of
    what they opened themselves."""
    with_database()
    from holdfast.access.canaries.actions import end_watcher, name_watcher
    from holdfast.access.canaries.queries import watchers
    from holdfast.access.models import Person
    from holdfast.sharing.rules import CannotTell, Channel, Recipient, checked

    now = datetime.now(UTC)
    person = Person.objects.filter(username=username).first()
    if person is None:
        _refuse(f"Nobody signs in as {username!r}.")
    if stop:
        if not end_watcher(person, now):
            _refuse(f"{username} is not named.")
    else:
        if email:
            try:
                email = checked(Recipient("", username, Channel.EMAIL, email, person=person.pk)).address
            except CannotTell as wrong:
                _refuse(wrong.message)
        name_watcher(person, now, email=email)
    told = watchers()
    typer.echo(f"Told: {', '.join(p.username for p in told) or 'nobody'}.")
    if len(told) < 2:
        typer.echo("Fewer than two: what that person opens would be told to nobody.", err=True)


@canary.command("list")
def list_canaries() -> None:
    """Which records are made up, how old their child is now, and how often each was opened. For operators' eyes."""
    with_database()
    from django.db.models import Count

    from holdfast.access.canaries.queries import digest_of, made_up
    from holdfast.access.canaries.rows import Canary, CanaryOpening
    from holdfast.child.models import ChildRow
    from holdfast.chronology.queries import all_refs

    openings = dict(CanaryOpening.objects.values_list("digest").annotate(Count("pk")).order_by())
    today, found = datetime.now(UTC).date(), 0
    for refs in all_refs():
        here = sorted(made_up(refs))
        for row in ChildRow.objects.filter(child_id__in=here).order_by("child_id"):
            found += 1
            age = f"{(today - row.born_on).days // 365}" if row.born_on else "?"
            typer.echo(
                f"{row.child_id}  {row.name:<28} aged {age}, opened {openings.get(digest_of(row.child_id), 0)} times"
            )
    lost = Canary.objects.count() - found
    if lost:
        typer.echo(
            f"{lost} match no record: the installation's key was changed. They are counted as children now.", err=True
        )
        raise typer.Exit(1)
