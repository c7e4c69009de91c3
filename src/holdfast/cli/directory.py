"""`holdfast directory`: agencies whose people sign in through their own account (OpenID Connect)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from holdfast.cli.main import app, with_database

if TYPE_CHECKING:
    from holdfast.access.directory.rows import Directory
    from holdfast.access.models import Person

directory = typer.Typer(no_args_is_help=True, help="Sign-in through an agency's own account (OpenID Connect).")
app.add_typer(directory, name="directory")

_AGENCY = typer.Argument(help="The agency's code, such as MAR.")
_BY = typer.Option(..., "--by", help="Your user name.")
_LONGEST_SECRET = 4096


def _refuse(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(2)


def _person(username: str) -> Person:
    from holdfast.access.models import Person

    found = Person.objects.filter(username=username, is_active=True).first()
    return found or _refuse(f"Nobody signs in as {username}.")


def _directory(agency: str) -> Directory:
    from holdfast.access.directory.queries import directory_of

    return directory_of(agency) or _refuse(f"The agency {agency} has no directory here.")


def _return_address(directory: Directory) -> str:
    """Where this directory, and no other, sends people back."""
    from django.conf import settings
    from django.urls import reverse

    return settings.ADDRESS + reverse("agency-back", args=[directory.pk])


def _secret(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as opened:
            return opened.read(_LONGEST_SECRET).strip()
    except (OSError, UnicodeDecodeError):
        _refuse(f"{file.name} cannot be read.")


@directory.command("add")
def add(
    agency: str = _AGENCY,
    issuer: str = typer.Option(..., "--issuer", help="The directory's issuer, exactly as it writes it."),
    client: str = typer.Option(..., "--client-id", help="As which client Holdfast stands in that directory."),
    secret: Path = typer.Option(..., "--secret-file", help="A file with the client's secret, and nothing else."),
    factor: str = typer.Option(
        "",
        "--trusts-factor",
        help="What a token must hold for the directory's own second factor to be trusted at sign-in, such as amr:mfa. "
        "Without it Holdfast always asks for its own.",
    ),
    only: bool = typer.Option(False, "--only", help="Who is joined does not sign in with a password any more."),
    by: str = _BY,
) -> None:
    """Let an agency's people sign in through its own account. Everybody joins their account themselves, once."""
    with_database()
    from holdfast.access.actions import CannotDecide
    from holdfast.access.directory.actions import add_directory
    from holdfast.access.models import Agency
    from holdfast.access.vault.keys import VaultClosed

    theirs = Agency.objects.filter(code=agency).first() or _refuse(f"There is no agency {agency}.")
    try:
        made = add_directory(
            theirs, issuer=issuer.strip(), client=client.strip(), secret=_secret(secret), factor=factor.strip(),
            only=only, by=_person(by), at=datetime.now(UTC),
        )  # fmt: skip
    except CannotDecide as lacks:
        _refuse(f"{lacks.message}.")
    except VaultClosed as closed:
        _refuse(f"{closed}.")
    typer.echo(f"The people of {theirs} can join their accounts. Register this address there, exactly:")
    typer.echo(_return_address(made))
    typer.echo(f"The secret is sealed here: delete {secret.name}. Then run: holdfast directory check {agency}")


@directory.command("check")
def check(agency: str = _AGENCY) -> None:
    """Ask a directory to describe itself, as at every sign-in, and say whether that can be used; and to which
    address it must send people back."""
    with_database()
    from holdfast.access.directory.refusals import NotReached
    from holdfast.access.directory.signing_in import provider

    held = _directory(agency)
    try:
        found = provider(held)
    except NotReached as silent:
        _refuse(f"{held.issuer} cannot be used: {silent}.")
    typer.echo(f"{held.issuer} answers. People are sent to {found.authorization}")
    typer.echo(f"They come back to {_return_address(held)}")


@directory.command("list")
def listed() -> None:
    """Every agency's directory, who added it, how many people are joined, and those that were ended."""
    with_database()
    from django.db.models import Count, Q

    from holdfast.access.directory.rows import Directory

    found = Directory.objects.annotate(people=Count("joined", filter=Q(joined__ended_at__isnull=True)))
    for one in found.select_related("by", "ended_by").order_by("agency_id", "at"):
        more = [f"trusts {one.factor}"] * bool(one.factor) + ["the only way in"] * one.only
        ended = f". Ended {one.ended_at:%Y-%m-%d} by {one.ended_by}: {one.reason}" if one.ended_at else ""
        typer.echo(
            f"{one.agency_id}: {one.issuer}, client {one.client}{''.join(f', {word}' for word in more)}; "
            f"{one.people:,} joined. {one.by}, {one.at:%Y-%m-%d}{ended}"
        )


@directory.command("end")
def end(
    agency: str = _AGENCY,
    reason: str = typer.Option(..., "--reason", help="Why, such as: the directory is being moved."),
    by: str = _BY,
) -> None:
    """Nobody signs in there any more: its joins, and every session that came through it, end. Passwords work again."""
    with_database()
    from holdfast.access.actions import CannotDecide
    from holdfast.access.directory.actions import end_directory

    held = _directory(agency)
    try:
        count = end_directory(held, reason=reason, by=_person(by), at=datetime.now(UTC))
    except CannotDecide as lacks:
        _refuse(f"{lacks.message}.")
    typer.echo(f"Ended, with the joins of {count:,} people. They sign in with their password and second factor.")


@directory.command("join")
def join(
    username: str = typer.Argument(help="The user name."),
    agency: str = _AGENCY,
    subject: str = typer.Option(..., "--subject", help="The directory's own name for the account: its sub."),
    by: str = _BY,
) -> None:
    """Join a person to an account for them. Look the account up in the directory yourself: never take it from a
    message, and never go by name or e-mail address."""
    with_database()
    from holdfast.access.actions import CannotDecide
    from holdfast.access.directory.actions import join as joins

    person, held = _person(username), _directory(agency)
    try:
        joins(held, person, subject.strip(), by=_person(by), at=datetime.now(UTC))
    except CannotDecide as lacks:
        _refuse(f"{lacks.message}.")
    typer.echo(f"{person} signs in through {held.agency}.")


@directory.command("leave")
def leave(username: str = typer.Argument(help="The user name."), agency: str = _AGENCY, by: str = _BY) -> None:
    """End a person's join: the account opens nothing here, and the sessions that came through it end."""
    with_database()
    from holdfast.access.directory.actions import end_join

    person = _person(username)
    if not end_join(person, _directory(agency).pk, by=_person(by), at=datetime.now(UTC)):
        _refuse(f"{person} is not joined there.")
    typer.echo(f"{person} does not sign in through that agency any more.")
