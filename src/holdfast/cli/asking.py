"""`holdfast round`: where each request stands, what may be done next, and the matrix of authority by question."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from holdfast.cli.evidence import asked_in
from holdfast.cli.main import app

rounds = typer.Typer(no_args_is_help=True, help="A round of requests: clocks, next steps, the matrix.")
app.add_typer(rounds, name="round")

Folder = Annotated[Path, typer.Argument(help="A folder with requests.csv and events.csv.")]
Day = Annotated[str, typer.Option("--on", help="The day to look at, such as 2024-05-01; left out: today.")]


def _stop(problem: object) -> typer.Exit:
    typer.echo(f"holdfast: {problem}", err=True)
    return typer.Exit(2)


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise _stop(f"{file} cannot be written: {error.strerror}") from None


def the_day(on: str) -> date:
    """The day given, or today."""
    from holdfast.worktime.uk_clock import uk_day

    try:
        return date.fromisoformat(on) if on else uk_day(datetime.now(UTC))
    except ValueError:
        raise _stop(f"{on!r} is not a day such as 2024-05-01") from None


def standings_of(folder: Path, on: str) -> tuple[Any, date]:
    """Every request of a round as it stands on a day, from what people wrote down and from the post."""
    from holdfast.evidence.asking.clocks import standings
    from holdfast.evidence.asking.events import BadEvents, read_events
    from holdfast.evidence.post.happened import with_post
    from holdfast.evidence.post.journal import BadJournal, Journal
    from holdfast.evidence.received.senders import BadRequests, read_requests
    from holdfast.worktime.regime import BeyondTheTable

    day = the_day(on)
    try:
        requests = read_requests(folder / "requests.csv")
        without = [one.authority for one in requests if not one.reference]
        twice = sorted({one.reference for one in requests if [r.reference for r in requests].count(one.reference) > 1})
        if without:
            raise BadRequests(f"requests.csv: {without[0]} has no reference")
        if twice:
            raise BadRequests(f"requests.csv: the reference {twice[0]!r} is used twice")
        events = with_post(read_events(folder / "events.csv", requests), Journal(folder).lines())
        return standings(requests, events, day), day
    except (BadRequests, BadEvents, BadJournal, BeyondTheTable) as problem:
        raise _stop(problem) from None


@rounds.command("status")
def status(
    folder: Folder,
    on: Day = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list.")] = False,
) -> None:
    """Each request: its state, the last day of what is waited for, the next step and its last day, and why."""
    found, _ = standings_of(folder, on)
    if as_json:
        typer.echo(json.dumps([_as_json(one) for one in found], indent=2, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 200, highlight=False)
    table = Table()
    for heading in ("authority", "law", "state", "due", "next step", "until", "no similar question before", "why"):
        table.add_column(heading, overflow="fold")
    for one in found:
        days = [str(day or "") for day in (one.due, one.step_until, one.quiet_until)]
        step = one.step.value if one.step else ""
        row = (one.asked.authority, one.law, one.state.value, days[0], step, days[1], days[2], one.why)
        table.add_row(*(cell.replace("[", r"\[") for cell in row))
    console.print(table)


def _as_json(one: Any) -> dict[str, Any]:
    return {
        "reference": one.asked.reference,
        "authority": one.asked.authority,
        "law": one.law,
        "state": one.state.value,
        "starts": [str(day) for day in one.starts],
        "due": one.due and str(one.due),
        "step": one.step and one.step.value,
        "step_until": one.step_until and str(one.step_until),
        "no_similar_question_before": one.quiet_until and str(one.quiet_until),
        "why": one.why,
    }


@rounds.command("today")
def today(
    folder: Folder,
    on: Day = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list.")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="Write it as a page too: a file ending in .html.")] = None,
) -> None:
    """All that waits for a person, most pressing first, with the law's last day and the command that does it."""
    if out is not None and out.suffix.casefold() != ".html":
        raise _stop(f"{out} must end in .html")
    from holdfast.cli.shown import show
    from holdfast.evidence.asking.matrix import html_page
    from holdfast.evidence.post.journal import BadJournal, Journal
    from holdfast.evidence.post.today import tasks

    found, day = standings_of(folder, on)
    try:
        waiting = tasks(found, Journal(folder).lines(), day, datetime.now(UTC))
    except BadJournal as problem:
        raise _stop(problem) from None
    if as_json:
        listed = [
            {
                "reference": one.reference,
                "authority": one.authority,
                "what": one.what,
                "do": one.do,
                "until": one.until and str(one.until),
            }
            for one in waiting
        ]
        typer.echo(json.dumps(listed, indent=2, ensure_ascii=False))
        return
    heading = ("authority", "request", "what", "last day", "holdfast round ...")
    rows = [(one.authority, one.reference, one.what, str(one.until or ""), one.do) for one in waiting]
    if rows:
        show(heading, rows)
    if out is not None:
        _write(
            out, html_page(f"What waits on {day}", (f"{len(rows)} things to do, most pressing first", heading, rows))
        )
    dues = [one.due for one in found if one.due and one.due >= day]
    typer.echo(f"{len(waiting)} things to do on {day}." + (f" The next answer is due on {min(dues)}." if dues else ""))


@rounds.command("chase")
def chase(
    folder: Folder,
    drafts: Annotated[Path, typer.Option("--drafts", help="A folder for the drafted letters. None is sent.")],
    on: Day = "",
) -> None:
    """Draft the next letter of every request that has a next step. A person reads, changes and sends them."""
    from holdfast.evidence.asking.letters import draft

    found, day = standings_of(folder, on)
    written = 0
    try:
        drafts.mkdir(parents=True, exist_ok=True, mode=0o700)
        for one in found:
            text = draft(one, day)
            name = re.sub(r"[^A-Za-z0-9._-]+", "-", one.asked.reference).strip(".-") or "request"
            place = drafts / f"{name}-{day.isoformat()}.txt"
            if text and not place.exists():  # what a person has changed is theirs
                place.write_text(text, encoding="utf-8")
                written += 1
    except OSError as error:
        raise _stop(f"{error.filename} cannot be used: {error.strerror}") from None
    typer.echo(f"Wrote {written} drafts to {drafts}. Nothing was sent.")


@rounds.command("matrix")
def show_matrix(
    folder: Folder,
    cells: Annotated[Path, typer.Option("--cells", help="The evidence folder with what was settled.")],
    out: Annotated[Path, typer.Option("--out", help="A file ending in .csv or .html.")],
    period: Annotated[str, typer.Option("--period", help="Left out: the questionnaire's only period.")] = "",
    questionnaire: Annotated[Path | None, typer.Option("--questionnaire", help="What was asked.")] = None,
    on: Day = "",
) -> None:
    """Authority by question: number, range, refused, not recorded, no answer. No number itself is in it."""
    from holdfast.evidence.asking.matrix import as_csv, as_html, matrix
    from holdfast.evidence.folder import BadFolder, read_cells
    from holdfast.evidence.questionnaire import BadQuestionnaire

    if out.suffix.casefold() not in (".csv", ".html"):
        raise _stop(f"{out} must end in .csv or .html")
    found, day = standings_of(folder, on)
    try:
        asked = asked_in(questionnaire, folder)
        which = period or (asked.periods[0].name if len(asked.periods) == 1 else "")
        if asked.period(which) is None:
            raise BadFolder(f"give one of the periods with --period: {', '.join(one.name for one in asked.periods)}")
        made = matrix(found, read_cells(cells).cells, asked, which)
        title = f"{asked.title}, {which}: {day.isoformat()}"
        out.write_bytes(as_csv(made) if out.suffix.casefold() == ".csv" else as_html(made, title))
    except (BadQuestionnaire, BadFolder) as problem:
        raise _stop(problem) from None
    except OSError as error:
        raise _stop(f"{error.filename} cannot be used: {error.strerror}") from None
    typer.echo(f"Wrote {out}: {len(made.rows)} requests")
