"""`holdfast round receive`, `mail`, `accept`, `dismiss`, `read`, `happened`: what comes back to a round."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from holdfast.cli.asking import rounds, the_day
from holdfast.cli.evidence import asked_in, print_replies
from holdfast.cli.post import By, Folder, Json, Note
from holdfast.cli.shown import show, stop

Mail = Annotated[str, typer.Argument(help="The beginning of its number, as `holdfast round mail` gives it.")]


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _inbox(folder: Path) -> Iterator[tuple[Any, Any]]:
    """The round's inbox, alone, with its settings. Every refusal becomes a plain sentence."""
    from holdfast.evidence.post.arrived import arrived_apart
    from holdfast.evidence.post.fetching import NotFetched
    from holdfast.evidence.post.inbox import BadMail, Inbox
    from holdfast.evidence.post.journal import BadJournal, Journal
    from holdfast.evidence.post.settings import BadPost, read_post
    from holdfast.evidence.questionnaire import BadQuestionnaire
    from holdfast.evidence.received.limits import LIMITS
    from holdfast.evidence.received.senders import BadRequests, read_requests
    from holdfast.evidence.received.worker import Reader

    try:
        requests, post = read_requests(folder / "requests.csv"), read_post(folder)
        with Journal(folder).alone("receiving"), Reader(LIMITS) as reader:
            yield Inbox(folder, requests, post, LIMITS, partial(arrived_apart, reader)), post
    except (BadRequests, BadPost, BadJournal, BadMail, BadQuestionnaire, NotFetched) as problem:
        raise stop(problem) from None
    except OSError as error:
        raise stop(f"{error.filename or folder} cannot be used: {error.strerror}") from None


@rounds.command("receive")
def receive(
    folder: Folder,
    place: Annotated[
        list[Path] | None,
        typer.Option("--from", help="A Maildir, mbox, folder or message; left out: the mailbox of post.toml by IMAP."),
    ] = None,
) -> None:
    """Take in new mail: each message to its request, or set apart with a reason. Nothing is answered or deleted."""
    from holdfast.evidence.post.fetching import fetch
    from holdfast.evidence.post.places import messages_in
    from holdfast.evidence.received.limits import LIMITS

    with _inbox(folder) as (inbox, post):
        taken, problems, left = [], [], 0
        if place:
            for one in (message for where in place for message in messages_in(where, LIMITS)):
                if one.problem:
                    problems.append(f"{one.name} {one.problem}")
                elif line := inbox.take(one.content, _now()):
                    taken.append(line)
        else:
            password = post.imap.password() if post.imap else ""
            found = fetch(inbox, post, password, folder, _now, LIMITS)
            taken, left = list(found.lines), found.left
    _print_mail(taken)
    counts = {did: sum(1 for line in taken if line.did == did) for did in dict.fromkeys(line.did for line in taken)}
    told = ", ".join(f"{count} {did.value.replace('_', ' ')}" for did, count in counts.items())
    typer.echo(f"{len(taken)} new message{'' if len(taken) == 1 else 's'}{': ' if told else ''}{told}")
    if left:
        typer.echo(f"{left} more wait in the mailbox: run this again", err=True)
    for problem in problems:
        typer.echo(f"not taken: {problem}", err=True)
    if problems:
        raise typer.Exit(1)


def _print_mail(lines: Any) -> None:
    if lines:
        show(
            ("message", "from", "request", "taken as", "why"),
            [
                (
                    one.mail if one.mail.startswith("uid") else one.mail[:12],
                    one.sender,
                    one.reference,
                    one.did.value.replace("_", " "),
                    f"{one.kind}: {one.note}" if one.kind else one.note,
                )
                for one in lines
            ],
        )


@rounds.command("mail")
def list_mail(
    folder: Folder,
    every: Annotated[bool, typer.Option("--every", help="Every message, not only those that wait for you.")] = False,
    as_json: Json = False,
) -> None:
    """Messages that wait for a person: set apart with a reason, and replies that nobody has read."""
    from holdfast.evidence.post.inbox import came_in
    from holdfast.evidence.post.journal import unread

    with _inbox(folder) as (inbox, _):
        lines = inbox.journal.lines()
        waiting = (*inbox.waiting(), *(line for them in unread(lines).values() for line in them))
        found = came_in(lines) if every else waiting
    if as_json:
        rows = [
            {
                "message": one.mail,
                "at": one.at.isoformat(),
                "from": one.sender,
                "request": one.reference,
                "letter": one.letter,
                "taken_as": one.did.value,
                "reason": one.kind,
                "why": one.note,
            }
            for one in found
        ]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    _print_mail(found)
    typer.echo(f"{len(found)} messages; each is kept as received in {folder / 'inbox'}")


@rounds.command("accept")
def accept_mail(
    folder: Folder,
    mail: Mail,
    reference: Annotated[list[str], typer.Option("--reference", help="The request that it answers; may be repeated.")],
    by: By,
    note: Note = "",
) -> None:
    """Your word that a message set apart is a reply to a request. Its sender's address may answer it from then on."""
    with _inbox(folder) as (inbox, _):
        found = inbox.accept(mail, reference, by, note, _now())
    typer.echo(f"{found[0].mail[:12]} is a reply to {', '.join(one.reference for one in found)}.")


@rounds.command("dismiss")
def dismiss_mail(folder: Folder, mail: Mail, by: By, note: Note = "") -> None:
    """Your word that a message set apart is no reply. It is kept."""
    with _inbox(folder) as (inbox, _):
        inbox.dismiss(mail, by, note, _now())
    typer.echo("Done; the message is kept.")


@rounds.command("read")
def read_mail(
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", help="A folder for the documents as received and all that was read.")],
    questionnaire: Annotated[Path | None, typer.Option("--questionnaire", help="What was asked.")] = None,
) -> None:
    """Every reply of the round with its attachments: stated and proposed cells, what is left to a person or apart."""
    from holdfast.evidence.handed_over import write_replies
    from holdfast.evidence.post.journal import Did
    from holdfast.evidence.received.limits import LIMITS
    from holdfast.evidence.received.senders import Senders, read_requests
    from holdfast.evidence.received.taking_in import TakingIn
    from holdfast.evidence.received.worker import Reader
    from holdfast.evidence.replies import read_replies

    with _inbox(folder) as (inbox, post), Reader(LIMITS) as reader:
        asked = asked_in(questionnaire, folder)
        requests = {one.reference: one for one in read_requests(folder / "requests.csv")}
        senders = Senders(requests.values())
        # One for each body: a message that answers for two is read for both.
        taking = {
            one.authority: TakingIn(reader.open, senders, LIMITS, "", post.own, reader.message)
            for one in requests.values()
        }
        answers = [line for line in inbox.journal.lines() if line.did is Did.ANSWERED and line.reference in requests]
        lines = list({(line.mail, line.reference): line for line in answers}.values())
        documents = (
            document
            for line in lines
            for body in [requests[line.reference].authority]
            for document in taking[body].message(f"{line.mail[:12]}.eml", inbox.read(line.mail), body)
        )
        replies = read_replies(documents, asked)
        write_replies(replies, asked, out)
    print_replies(replies)


@rounds.command("happened")
def happened(
    folder: Folder,
    reference: Annotated[str, typer.Argument(help="The request.")],
    what: Annotated[str, typer.Argument(help="answered, answered_in_part, refused, clarification_asked, ...")],
    by: By,
    day: Annotated[str, typer.Option("--day", help="The UK day on which it happened; left out: today.")] = "",
    note: Note = "",
) -> None:
    """Write down what happened to a request. Its replies that came until now count as read."""
    from holdfast.evidence.asking.events import BadEvents, Event, What, add_event
    from holdfast.evidence.post.journal import BadJournal, Did, Journal, Line
    from holdfast.evidence.received.senders import BadRequests, read_requests

    if what not in set(What):
        raise stop(f"{what!r} is not one of {', '.join(What)}")
    event = Event(reference, the_day(day), What(what), note, by)
    try:
        add_event(folder / "events.csv", event, read_requests(folder / "requests.csv"))
        Journal(folder).add(Line(_now(), Did.READ, reference=reference, by=by, note=what))
    except (BadEvents, BadJournal, BadRequests) as problem:
        raise stop(problem) from None
    typer.echo(f"{reference}: {what} on {event.day}.")
