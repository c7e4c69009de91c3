"""`holdfast package` and `holdfast recipients`: files that leave encrypted for one partner."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from holdfast.cli.main import app, with_database

if TYPE_CHECKING:
    from holdfast.access.models import Person

recipients = typer.Typer(no_args_is_help=True, help="Whose public key is believed, and who compared it.")
app.add_typer(recipients, name="recipients")


def _refuse(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(2)


def _person(username: str) -> Person:
    from holdfast.access.models import Person

    found = Person.objects.filter(username=username, is_active=True).first()
    return found or _refuse("Nobody signs in with that user name.")


@app.command()
def package(
    file: Path = typer.Argument(help="The file to send: CSV, XLSX, ODS, PDF, SVG, JSON or text."),
    to: str = typer.Option(..., "--to", help="The recipient: holdfast recipients list."),
    out: Path = typer.Option(..., "--out", help="Where to write it. A file that is there is not written over."),
    by: str = typer.Option(..., "--by", help="Your user name. Reading is recorded under it."),
    reason: str = typer.Option(..., "--for", help="What it is for, in at least 20 letters."),
    about: list[str] = typer.Option([], "--about", help="A child whom it is about; again for each."),
    nobody: bool = typer.Option(False, "--about-no-child", help="It is about no child, such as published figures."),
) -> None:
    """Encrypt a file for one recipient with age, after the scanner of outgoing files let it pass. Only they can open
    it; you cannot. The children it is about, and those it names, are written down as read by you."""
    with_database()
    from holdfast.access.actions import NotForThem, OverLimit, note_limit, note_miss
    from holdfast.access.packages.actions import NotSent, make_package
    from holdfast.access.queries import reader

    if bool(about) == nobody:
        _refuse("Say whom it is about with --about REFERENCE, or --about-no-child.")
    person, now = _person(by), datetime.now(UTC)
    if out.exists():
        _refuse(f"{out.name} is there already.")
    try:
        data = file.read_bytes()
        made = make_package(reader(person, now), file.name, data, to=to, about=set(about), reason=reason, at=now)
    except OSError:
        _refuse(f"{file.name} cannot be read.")
    except NotForThem:
        note_miss(person, now, about)
        _refuse("The file is about a child, or names one, who does not exist or is not for you.")
    except NotSent as wrong:
        _refuse(f"The file does not leave: {wrong}.")
    except OverLimit as over:
        note_limit(person, over.limit, now)
        _refuse("You have opened as many children as one person may. A duty manager is asked to look.")
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            written.write(made.data)
    except OSError:
        _refuse(f"{out.name} is there already, or cannot be written there.")
    count = made.deed.children
    typer.echo(f"Written to {out.name} for {made.deed.recipient.name}. Readings of {count} children are written down.")
    typer.echo(f"{file.name} itself lies there unencrypted still: delete it when it is no longer needed.")


@recipients.command("add")
def add(
    code: str = typer.Argument(help="What you call it, such as marrowshire-police."),
    name: str = typer.Option(..., "--name", help="Whose key it is."),
    key: str = typer.Option(..., "--key", help="Their public key: it begins with age1."),
    confirmed: str = typer.Option("", "--confirmed", help="With whom you compared the fingerprint, and how."),
    by: str = typer.Option(..., "--by", help="Your user name."),
) -> None:
    """Believe a partner's key. Without --confirmed only its fingerprint is said: read it to them on a number that you
    found yourself, then run this again."""
    with_database()
    from holdfast.access.actions import CannotDecide
    from holdfast.access.packages.actions import add_recipient, fingerprint

    typer.echo(f"Fingerprint: {fingerprint(key.strip())}")
    if not confirmed:
        typer.echo("Nothing was added. Compare the fingerprint with them, then say so with --confirmed.")
        return
    try:
        add_recipient(code, name=name, key=key, confirmed=confirmed, by=_person(by), at=datetime.now(UTC))
    except CannotDecide as lacks:
        _refuse(f"{lacks.message}.")
    typer.echo(f"{code} can be sent packages.")


@recipients.command("list")
def listed() -> None:
    """Every recipient whose key is believed: its fingerprint, who compared it, with whom."""
    with_database()
    from holdfast.access.packages.actions import fingerprint
    from holdfast.access.packages.rows import Recipient

    for one in Recipient.objects.filter(ended__isnull=True).select_related("by").order_by("code"):
        typer.echo(f"{one.code}: {one.name}, {fingerprint(one.key)}. {one.by}, {one.at:%Y-%m-%d}: {one.confirmed}")


@recipients.command("end")
def end(
    code: str = typer.Argument(help="The recipient."),
    by: str = typer.Option(..., "--by", help="Your user name."),
    reason: str = typer.Option(..., "--reason", help="Why, such as: the key was lost."),
) -> None:
    """Encrypt nothing more for this key. What was sent before, they can still open."""
    with_database()
    from holdfast.access.actions import CannotDecide
    from holdfast.access.packages.actions import end_recipient

    try:
        end_recipient(code, reason=reason, by=_person(by), at=datetime.now(UTC))
    except CannotDecide as lacks:
        _refuse(f"{lacks.message}.")
    typer.echo(f"Nothing more is encrypted for {code}.")
