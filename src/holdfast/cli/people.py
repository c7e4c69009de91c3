"""`holdfast people`: agencies, the people who sign in, their posts. For whoever runs the machine; shows no child.

An operator gives and ends posts and can open no child by that: they hold no post themselves, and what they do here
stands in the list for the duty manager to see.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from holdfast.cli.main import app, with_database

if TYPE_CHECKING:
    from holdfast.access.models import Agency, Person
    from holdfast.access.rules import Role

people = typer.Typer(no_args_is_help=True, help="Agencies, the people who sign in, and their posts. Shows no child.")
app.add_typer(people, name="people")

Username = Annotated[str, typer.Argument(help="The user name.")]
Code = Annotated[str, typer.Argument(help="The agency's code, as entries name it, such as MAR.")]


def _refuse(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(2)


def _person(username: str) -> Person:
    from holdfast.access.models import Person

    found = Person.objects.filter(username=username).first()
    return found or _refuse(f"Nobody signs in as {username!r}. holdfast people list shows who does.")


def _agency(code: str) -> Agency:
    from holdfast.access.models import Agency

    found = Agency.objects.filter(code=code).first()
    return found or _refuse(f"There is no agency {code!r}. holdfast people agencies shows them.")


def _role(word: str) -> Role:
    from holdfast.access.rules import Role

    try:
        return Role(word)
    except ValueError:
        _refuse(f"{word!r} is not one of {', '.join(Role)}.")


def _day(option: str, text: str) -> date:
    from holdfast.worktime.uk_clock import uk_day

    if not text:
        return uk_day(datetime.now(UTC))
    try:
        return date.fromisoformat(text)
    except ValueError:
        _refuse(f"{option}: {text!r} is not a date such as 2026-11-23.")


@people.command()
def agency(
    code: Code,
    name: Annotated[str, typer.Argument(help="What people call it, such as Marrowshire County Council.")],
    kind: Annotated[str, typer.Option(help="council, police, health, education, provider or charity.")],
) -> None:
    """Add an agency, or change its name. Its kind decides which entries it may read, and stays."""
    with_database()
    from holdfast.access.actions import open_agency
    from holdfast.access.models import Agency
    from holdfast.chronology.kinds import Audience

    if kind not in list(Audience):
        _refuse(f"--kind: {kind!r} is not one of {', '.join(Audience)}.")
    if not code.strip() or len(code) > 60 or not name.strip() or len(name) > 120:
        _refuse("A code has 1 to 60 letters, a name 1 to 120.")
    before = Agency.objects.filter(code=code).first()
    if before and before.kind != kind:
        _refuse(
            f"{code} is recorded as {before.kind}. What its people have read was decided by that: add another code."
        )
    open_agency(code=code, name=name, kind=Audience(kind))
    typer.echo(f"{code}: {name} ({kind})")


@people.command()
def agencies() -> None:
    """Every agency: code, kind, name."""
    with_database()
    from holdfast.access.models import Agency

    for one in Agency.objects.order_by("code"):
        typer.echo(f"{one.code:<20} {one.kind:<10} {one.name}")


@people.command()
def add(
    username: Username,
    first: Annotated[str, typer.Option(help="First name.")],
    last: Annotated[str, typer.Option(help="Last name.")],
) -> None:
    """Add somebody who can sign in. The password is asked for, or read from standard input, never from the command.
    They see nothing until they hold a post."""
    with_database()
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from holdfast.access.actions import add_person
    from holdfast.access.models import Person

    if Person.objects.filter(username__iexact=username).exists():
        _refuse(f"Somebody signs in as {username!r} already.")
    person = Person(username=username, first_name=first, last_name=last)
    password = _password()
    try:
        asked = {"username", "first_name", "last_name"}
        person.clean_fields(exclude={field.name for field in Person._meta.fields} - asked)
        validate_password(password, person)
    except ValidationError as wrong:
        _refuse("\n".join(wrong.messages))
    add_person(username=username, first_name=first, last_name=last, password=password)
    typer.echo(f"{username}: {person} can sign in. Give them a post: holdfast people post {username} ROLE AGENCY")


def _password() -> str:
    if sys.stdin.isatty():
        typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    return sys.stdin.readline().rstrip("\r\n")


@people.command()
def post(
    username: Username,
    role: Annotated[str, typer.Argument(help="duty-manager, social-worker, night-worker ...")],
    agency: Code,
    begins: Annotated[str, typer.Option("--from", help="The first day. Default: today.")] = "",
) -> None:
    """Give a person a role in an agency."""
    with_database()
    from holdfast.access.actions import give_post

    given = give_post(
        person=_person(username), agency=_agency(agency), role=_role(role), begins_on=_day("--from", begins)
    )
    typer.echo(f"{username}: {given.role} at {given.agency.name} from {given.begins_on}")


@people.command()
def end(
    username: Username,
    role: Annotated[str, typer.Argument(help="The role that ends.")],
    agency: Code,
    on: Annotated[str, typer.Option(help="The first day without it. Default: today, which ends it at once.")] = "",
) -> None:
    """End one role of a person: they moved. Sessions that rest on it end with the next page."""
    with_database()
    from holdfast.access.actions import end_post

    ended = end_post(person=_person(username), agency=_agency(agency), role=_role(role), on=_day("--on", on))
    if not ended:
        _refuse(f"{username} holds no such post at {agency} that begins by then and is still open.")
    typer.echo(f"{username}: no longer {role} at {agency} from {_day('--on', on)}")


@people.command()
def leaves(
    username: Username,
    on: Annotated[str, typer.Option(help="The first day without them. Default: today, which ends it at once.")] = "",
) -> None:
    """End every post of a person, and say how many children still have them as their worker or as who accepted."""
    with_database()
    from holdfast.access.actions import end_every_post
    from holdfast.child.models import ChildRow
    from holdfast.missing.models import EpisodeRow
    from holdfast.worktime.words import say_count

    person, day = _person(username), _day("--on", on)
    ended = end_every_post(person, on=day)
    children = ChildRow.objects.filter(worker=str(person), is_in_care=True).count()
    searches = EpisodeRow.objects.filter(accepted_by=str(person), ended_at__isnull=True).count()
    typer.echo(f"{username}: {ended} posts end on {day}.")
    if children or searches:
        typer.echo(
            f"Still in the name of {person}: worker of {say_count(children, 'child', 'children')}, accepted "
            f"{say_count(searches, 'search', 'searches')}. A duty manager must give them to somebody else: they stand "
            "under Work that nobody holds."
        )


@people.command()
def confirm(username: Username) -> None:
    """Say that every post of a person is still right. For a manager who has no other manager; all others are confirmed
    by their duty manager on the page People's posts."""
    with_database()
    from holdfast.access.attesting.actions import confirm_by_operator

    confirmed = confirm_by_operator(_person(username), datetime.now(UTC))
    if not confirmed:
        _refuse(f"{username} holds no post.")
    typer.echo(f"{username}: {confirmed} posts are confirmed for a quarter.")


@people.command("list")
def list_people(agency: Annotated[str, typer.Option(help="Only people of this agency.")] = "") -> None:
    """Everybody who can sign in or could: user name, name, posts, last sign-in."""
    with_database()
    from holdfast.access.models import Person
    from holdfast.access.queries import is_dormant

    now = datetime.now(UTC)
    found = Person.objects.order_by("username").prefetch_related("posts")
    for person in found.filter(posts__agency=_agency(agency)).distinct() if agency else found:
        last = f"last signed in {person.last_login:%Y-%m-%d}" if person.last_login else "has not signed in"
        off = " OFF: unused" if is_dormant(person, now) else "" if person.is_active else " OFF"
        typer.echo(f"{person.username:<16} {person!s:<28} {last}{off}")
        for held in person.posts.all():
            until = f" until {held.ends_on}" if held.ends_on else ""
            typer.echo(f"{'':<16} {held.role} at {held.agency_id} from {held.begins_on}{until}")
