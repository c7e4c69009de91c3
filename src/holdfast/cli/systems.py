"""`holdfast system`: the keys with which partners' own systems ask for their notices."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

import typer

from holdfast.cli.main import app, with_database

if TYPE_CHECKING:
    from holdfast.access.models import Person

system = typer.Typer(no_args_is_help=True, help="Keys with which partners’ own systems ask for their notices.")
app.add_typer(system, name="system")

_USERNAME = typer.Argument(help="The user name of the system’s account.")
_BY = typer.Option(..., "--by", help="Your user name.")
_DAYS = typer.Option(180, "--days", help="For how many days the key holds, at most 366.")


def _refuse(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(2)


def _person(username: str) -> Person:
    from holdfast.access.models import Person

    return Person.objects.filter(username=username, is_active=True).first() or _refuse(f"There is no {username}.")


def _show(key: str) -> None:
    typer.echo(key)
    typer.echo("It is shown this once. Give it to the partner over a way that you both trust.", err=True)


@system.command()
def add(
    username: str = _USERNAME,
    agency: str = typer.Argument(help="The agency’s code, such as MARPOL."),
    name: str = typer.Option(..., "--name", help="What people call it, such as Marrowshire Police records."),
    role: str = typer.Option(..., "--role", help="Through which role it reads notices, such as missing-unit."),
    days: int = _DAYS,
    by: str = _BY,
) -> None:
    """Make an account that nobody signs in with, and print its first key. With it the agency’s system reads notices to
    that agency and passes on what a named person answers; it opens nothing else."""
    with_database()
    from holdfast.access.actions import CannotDecide
    from holdfast.access.models import Agency
    from holdfast.access.rules import Role
    from holdfast.access.systems.actions import ROLES, add_system

    where = Agency.objects.filter(code=agency).first() or _refuse(f"There is no agency {agency}.")
    if role not in ROLES:
        _refuse(f"--role is one of {', '.join(sorted(ROLES))}.")
    try:
        key = add_system(username, name, where, Role(role), by=_person(by), days=days, at=datetime.now(UTC))
    except CannotDecide as refused:
        _refuse(f"{refused}.")
    _show(key)


@system.command("new-key")
def new_key(username: str = _USERNAME, days: int = _DAYS, by: str = _BY) -> None:
    """Print one more key for a system, so that it can change over before the old one ends."""
    with_database()
    from holdfast.access.actions import CannotDecide
    from holdfast.access.systems.actions import new_key as another

    try:
        key = another(_person(username), by=_person(by), days=days, at=datetime.now(UTC))
    except CannotDecide as refused:
        _refuse(f"{refused}.")
    _show(key)


@system.command("list")
def show() -> None:
    """Every key that has not been ended: whose, for which agency, until when."""
    with_database()
    from holdfast.access.systems.queries import keys

    now = datetime.now(UTC)
    for one in keys():
        past = " (past)" if one.until <= now else ""
        typer.echo(f"{one.person.username}: {one.person}, {one.agency}, until {one.until:%Y-%m-%d}{past}")


@system.command()
def end(username: str = _USERNAME, by: str = _BY) -> None:
    """End every key of a system at once."""
    with_database()
    from holdfast.access.actions import CannotDecide
    from holdfast.access.systems.actions import end_keys

    try:
        count = end_keys(_person(username), by=_person(by), at=datetime.now(UTC))
    except CannotDecide as refused:
        _refuse(f"{refused}.")
    typer.echo(f"{count} keys of {username} open nothing any more.")
