"""`holdfast subject-access`: a copy of the record for the child it is about."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from holdfast.cli.main import app, with_database


@app.command("subject-access")
def subject_access(
    ref: str = typer.Argument(help="The child's reference, such as K7M2-4QXD."),
    out: Path = typer.Option(..., "--out", help="Where to write it. A file that is there is not written over."),
    by: str = typer.Option(..., "--by", help="Your user name. Reading is recorded under it, and needs a tie."),
    decided: Path | None = typer.Option(
        None, "--decided", help="The filled-in table. Without it the table to be filled in is written."
    ),
) -> None:
    """First write a table of everything recorded about a child, in which a person says of each entry: give, or
    withhold and why. Then, with that table, the copy for the child."""
    with_database()
    from datetime import UTC, datetime

    from django.conf import settings

    from holdfast.access.actions import OverLimit, note_limit, note_miss
    from holdfast.access.models import Person
    from holdfast.access.outgoing.scan import problems
    from holdfast.documents.explain import NotForYou
    from holdfast.documents.subject_access import CannotGive, copy_for, read_decisions, to_decide

    now = datetime.now(UTC)
    try:
        if decided is None:
            name, data = "table.csv", to_decide(ref, by=by, now=now)
        else:
            found = read_decisions(decided.read_text(encoding="utf-8-sig"))
            text = copy_for(ref, by=by, now=now, decisions=found, nation=settings.NATION)
            name, data = "copy.txt", text.encode("utf-8")
    except (NotForYou, CannotGive) as refused:
        asker = Person.objects.filter(username=by, is_active=True).first()
        if asker is not None and isinstance(refused, NotForYou):
            note_miss(asker, now, [ref])
        typer.echo(f"{refused}.".replace("..", "."), err=True)
        raise typer.Exit(2) from None
    except (OSError, UnicodeDecodeError):
        typer.echo("The table cannot be read.", err=True)
        raise typer.Exit(2) from None
    except OverLimit as over:
        note_limit(Person.objects.get(username=by), over.limit, now)
        typer.echo("You have opened as many children as one person may. A duty manager is asked to look.", err=True)
        raise typer.Exit(2) from None
    if wrong := problems(name, data):
        typer.echo(f"The file does not leave: {'; '.join(wrong)}.", err=True)
        raise typer.Exit(2)
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
    except OSError:
        typer.echo(f"{out.name} is there already, or cannot be written there.", err=True)
        raise typer.Exit(2) from None
    typer.echo(f"Written to {out.name}, for your eyes only until you hand it over.")
