"""`holdfast round prepare`, `outbox`, `approve`, `withdraw`, `send`, `settle`: letters of a round by e-mail."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from holdfast.cli.asking import Day, rounds, standings_of
from holdfast.cli.evidence import asked_in
from holdfast.cli.shown import show, stop

Folder = Annotated[Path, typer.Argument(help="The round's folder: requests.csv, post.toml.")]
LetterName = Annotated[str, typer.Argument(help="A letter, as `holdfast round outbox` names it.")]
By = Annotated[str, typer.Option("--by", help="Your name; it is written down.")]
Note = Annotated[str, typer.Option("--note", help="Why, or how it was found out.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON list.")]


def _now() -> datetime:
    return datetime.now(UTC)


def _outbox(folder: Path) -> Any:
    from holdfast.evidence.post.outbox import Outbox

    return Outbox(folder)


@rounds.command("prepare")
def prepare_letters(
    folder: Folder,
    questionnaire: Annotated[Path | None, typer.Option("--questionnaire", help="What is asked.")] = None,
    earlier: Annotated[
        list[Path] | None, typer.Option("--earlier", help="Folder of an earlier round: for the 60 working days.")
    ] = None,
    despite: Annotated[str, typer.Option("--despite", help="Why a body is asked again within 60 working days.")] = "",
    on: Day = "",
) -> None:
    """Lay down the next letter of every request that has a next step: request, reminder, review, complaint."""
    from holdfast.evidence.post.journal import BadJournal
    from holdfast.evidence.post.paper import BadLetter
    from holdfast.evidence.post.preparing import prepare
    from holdfast.evidence.post.settings import BadPost, read_post
    from holdfast.evidence.questionnaire import BadQuestionnaire

    found, _ = standings_of(folder, on)
    before = [one for place in earlier or () for one in standings_of(place, on)[0]]
    try:
        asked = asked_in(questionnaire, folder)
        made = prepare(_outbox(folder), found, asked, read_post(folder), _now(), before, despite.strip())
    except (BadPost, BadLetter, BadJournal, BadQuestionnaire) as problem:
        raise stop(problem) from None
    except OSError as error:
        raise stop(f"{error.filename or folder} cannot be used: {error.strerror}") from None
    for one in made.letters:
        typer.echo(f"{folder / 'outbox' / one.id / 'letter.txt'}")
    for held in made.held:
        typer.echo(f"held back: {held.authority} ({held.reference}): {held.why}", err=True)
    typer.echo(f"Prepared {len(made.letters)} letters. Read them, change them, then: holdfast round approve")


@rounds.command("write")
def write_letter(
    folder: Folder,
    reference: Annotated[str, typer.Argument(help="The request that it is about.")],
    text: Annotated[Path, typer.Option("--text", help="A text file, such as a note of `holdfast round read`.")],
    subject: Annotated[str, typer.Option("--subject", help="Left out: our request and its reference.")] = "",
) -> None:
    """Lay down a letter of your own words to a body, such as a note that it sent more than it meant to."""
    from holdfast.evidence.asking.letters import subject as usual
    from holdfast.evidence.post.outbox import Kind
    from holdfast.evidence.post.paper import Paper
    from holdfast.evidence.post.settings import BadPost, read_post

    one = next((one for one in standings_of(folder, "")[0] if one.asked.reference == reference), None)
    if one is None:
        raise stop(f"no request has the reference {reference!r}")
    try:
        paper = Paper(one.asked.address, subject or usual(one), text.read_text(encoding="utf-8-sig"))
        post = read_post(folder)
    except (OSError, UnicodeError) as error:
        raise stop(f"{text} cannot be read: {error}") from None
    except BadPost as problem:
        raise stop(problem) from None
    _act(lambda: typer.echo(_outbox(folder).prepare(reference, Kind.NOTE, paper, post, _now()).id))


@rounds.command("outbox")
def list_letters(folder: Folder, as_json: Json = False) -> None:
    """Each letter: how it stands and since when, who approved it, and the mail server's words."""
    from holdfast.evidence.post.journal import BadJournal

    try:
        found = _outbox(folder).letters().values()
    except BadJournal as problem:
        raise stop(problem) from None
    if as_json:
        typer.echo(json.dumps([_as_json(one) for one in found], indent=2, ensure_ascii=False))
        return
    show(
        ("letter", "to", "stands", "since", "approved by", "why"),
        [(one.id, one.to, one.stands.value, f"{one.at:%Y-%m-%d %H:%M} UTC", one.approved_by, one.why) for one in found],
    )


def _as_json(one: Any) -> dict[str, Any]:
    return {
        "letter": one.id,
        "reference": one.reference,
        "kind": one.kind.value,
        "to": one.to,
        "stands": one.stands.value,
        "since": one.at.isoformat(),
        "approved_by": one.approved_by,
        "handed_over": one.sent_at and one.sent_at.isoformat(),
        "message_id": one.message_id,
        "reply_address": one.reply,
        "tries": one.tries,
        "why": one.why,
    }


@rounds.command("approve")
def approve_letters(
    folder: Folder,
    by: By,
    letters: Annotated[list[str] | None, typer.Argument(help="Letters, as `holdfast round outbox` names them.")] = None,
    every: Annotated[
        str, typer.Option("--every", help="Instead of names: every prepared letter of this kind, such as request.")
    ] = "",
) -> None:
    """Your word that exactly these words may go to exactly this address. A letter changed afterwards does not go."""
    from holdfast.evidence.post.journal import BadJournal
    from holdfast.evidence.post.outbox import Kind, Stands
    from holdfast.evidence.post.paper import BadLetter
    from holdfast.evidence.post.settings import BadPost, read_post

    if bool(letters) == bool(every) or (every and every not in set(Kind)):
        raise stop(f"name letters, or give --every with one of {', '.join(Kind)}")
    refused = 0
    try:
        post, outbox = read_post(folder), _outbox(folder)
        waiting = [
            one.id for one in outbox.letters().values() if one.kind.value == every and one.stands is Stands.PREPARED
        ]
        for name in letters or waiting:
            try:
                one = outbox.approve(name, by, post, _now())
                typer.echo(f"{one.id} to {one.to}: approved by {one.approved_by}")
            except BadLetter as problem:
                refused += 1
                typer.echo(f"not approved: {problem}", err=True)
    except (BadPost, BadJournal) as problem:
        raise stop(problem) from None
    if refused:
        raise typer.Exit(2)


@rounds.command("withdraw")
def withdraw_letter(folder: Folder, letter: LetterName, by: By, note: Note = "") -> None:
    """Hold a letter back that has not gone; or forget one that came back, to try the same address again."""
    _act(lambda: _outbox(folder).withdraw(letter, by, note, _now()))
    typer.echo(f"{letter} is withdrawn. To ask that body nothing more: holdfast round happened ... withdrawn")


@rounds.command("settle")
def settle_letter(
    folder: Folder,
    letter: LetterName,
    by: By,
    note: Note,
    went: Annotated[bool, typer.Option("--went/--did-not-go", help="What you found out.")],
) -> None:
    """Say whether a letter went, of which it was not known. One that did not go must be approved again."""
    _act(lambda: _outbox(folder).settle(letter, went, by, note, _now()))
    typer.echo(f"{letter} is {'sent' if went else 'prepared: approve it again'}.")


def _act(act: Any) -> None:
    from holdfast.evidence.post.journal import BadJournal
    from holdfast.evidence.post.paper import BadLetter

    try:
        act()
    except (BadLetter, BadJournal) as problem:
        raise stop(problem) from None


@rounds.command("send")
def send_letters(
    folder: Folder,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go. No server is spoken to, nothing is written.")
    ] = False,
) -> None:
    """Hand every approved letter to the mail server, once. Exit 1 where one was refused or may not have gone."""
    from holdfast.evidence.post.journal import BadJournal
    from holdfast.evidence.post.sending import Stop, ready, send_all
    from holdfast.evidence.post.settings import BadPost, read_post

    try:
        post, outbox = read_post(folder), _outbox(folder)
        if post.smtp is None:
            raise BadPost("post.toml has no [smtp]")
        if dry_run:
            for one in ready(outbox.letters(), _now()):
                typer.echo(f"would go: {one.id} to {one.to}, approved by {one.approved_by}")
            typer.echo(f"Through {post.smtp.host}, {post.per_minute} a minute. Nothing was sent.")
            return
        ran = send_all(outbox, post, post.smtp.password(), _now, time.sleep)
    except (BadPost, BadJournal, Stop) as problem:
        raise stop(problem) from None
    except OSError as error:
        raise stop(f"{error.filename or folder} cannot be used: {error.strerror}") from None
    for one, answer in ran.went:
        typer.echo(f"{answer.did.value}: {one.id} to {one.to}: {answer.words}")
    for one, why in ran.left:
        typer.echo(f"not tried: {one.id}: {why}", err=True)
    if ran.stopped:
        typer.echo(f"holdfast: {ran.stopped}", err=True)
    if ran.stopped or ran.left or any(answer.did.value in ("refused", "unknown") for _, answer in ran.went):
        raise typer.Exit(1)
