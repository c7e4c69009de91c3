"""`holdfast round bodies`, `redirect`, `changes`: who is asked, who should have been, and what is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.asking import Day, rounds, the_day
from holdfast.cli.evidence import asked_in
from holdfast.cli.post import By, Folder
from holdfast.cli.shown import show, stop


@rounds.command("bodies")
def list_bodies(
    folder: Annotated[Path, typer.Argument(help="The new round's folder; requests.csv is written there.")],
    name: Annotated[str, typer.Option("--name", help="Begins every reference, such as 2026.")],
    addresses: Annotated[
        Path | None, typer.Option("--addresses", help="A CSV file with authority,address for freedom of information.")
    ] = None,
    on: Day = "",
) -> None:
    """Everybody with the duty to look after children on a day, from the register, as the requests of a new round."""
    from holdfast.evidence.asking.bodies import bodies, read_addresses, requests_csv
    from holdfast.evidence.post.journal import write_safely
    from holdfast.evidence.received.senders import BadRequests

    file = folder / "requests.csv"
    if not name.replace("-", "").isalnum() or not name.isascii():
        raise stop(f"{name!r} is not a name of letters, digits and hyphens")
    if file.exists():
        raise stop(f"{file} is there already; it is not written over")
    try:
        found = bodies(the_day(on), name, read_addresses(addresses) if addresses else {})
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_safely(file, requests_csv(found))
    except BadRequests as problem:
        raise stop(problem) from None
    except OSError as error:
        raise stop(f"{error.filename} cannot be used: {error.strerror}") from None
    without = sum(1 for one in found if not one.address)
    typer.echo(f"Wrote {file}: {len(found)} bodies, {without} without an address.")


@rounds.command("redirect")
def redirect(
    folder: Folder,
    reference: Annotated[str, typer.Argument(help="The request whose body does not hold what was asked.")],
    to: Annotated[str, typer.Option("--to", help="The body that does, by name or code.")],
    by: By,
    address: Annotated[str, typer.Option("--address", help="Its address for freedom of information.")] = "",
    nation: Annotated[str, typer.Option("--nation", help="Only for a body that the register does not have.")] = "",
    questions: Annotated[
        str, typer.Option("--questions", help="Only these, such as '2a 2b'; left out: all of them.")
    ] = "",
    transferred: Annotated[
        bool, typer.Option("--transferred", help="They passed it on themselves: its days begin on --day.")
    ] = False,
    day: Annotated[str, typer.Option("--day", help="The day of their answer or transfer; left out: today.")] = "",
) -> None:
    """Write down that another body holds it, and ask that body: with its own request, its own law and its own days."""
    from holdfast.authorities.register import NoSuchAuthority, authority
    from holdfast.evidence.asking.bodies import pass_on, requests_csv
    from holdfast.evidence.asking.events import BadEvents, add_event, read_events
    from holdfast.evidence.post.journal import write_safely
    from holdfast.evidence.questionnaire import BadQuestionnaire
    from holdfast.evidence.received.senders import Asked, BadRequests, read_requests

    on, file, events = the_day(day), folder / "requests.csv", folder / "events.csv"
    try:
        try:
            found = authority(to, on)
            body = Asked(found.name, found.nation.words, "", address, "", questions)
        except NoSuchAuthority as problem:
            if not nation or " ended on " in str(problem):
                raise stop(f"{problem}. For a body that is no such authority give --nation") from None
            body = Asked(to, nation, "", address, "", questions)
        made = pass_on(read_requests(file), asked_in(None, folder), reference, body, on, by, transferred)
        # The request first: a command that is cut off here and run again finds it, and writes down the rest.
        write_safely(file, requests_csv(made.requests, file.read_bytes()))
        written = {(one.reference, one.what, one.note) for one in read_events(events, made.requests)}
        for event in made.events:
            if (event.reference, event.what, event.note) not in written:
                add_event(events, event, made.requests)
    except (BadRequests, BadEvents, BadQuestionnaire) as problem:
        raise stop(problem) from None
    except OSError as error:
        raise stop(f"{error.filename} cannot be used: {error.strerror}") from None
    asks = made.now_asks
    if made.is_new:
        then = "its days run" if transferred else "next: holdfast round prepare"
        typer.echo(f"{asks.authority} is asked with {asks.reference}; {then}.")
    else:
        typer.echo(f"{asks.authority} is asked already, with {asks.reference}; the two are joined.")


@rounds.command("changes")
def show_changes(
    old: Annotated[Path, typer.Argument(help="The earlier questionnaire.toml.")],
    new: Annotated[Path, typer.Argument(help="The later one.")],
) -> None:
    """What changed between two versions of the questions, and which counts are still like for like."""
    from holdfast.evidence.questionnaire import BadQuestionnaire, read_questionnaire
    from holdfast.evidence.versions import changes, like_for_like

    try:
        before, after = read_questionnaire(old), read_questionnaire(new)
    except BadQuestionnaire as problem:
        raise stop(problem) from None
    found = changes(before, after)
    if not found:
        typer.echo("Nothing changed.")
        return
    show(
        ("where", "what changed", "counts the same"),
        [(one.place, one.words, "no" if one.breaks else "yes") for one in found],
    )
    typer.echo(f"Like for like: {', '.join(like_for_like(before, after)) or 'nothing'}")
