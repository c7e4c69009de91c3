"""`holdfast evidence code`, `compare`, `settle` and `bands`: from what was read to cells, through people."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from holdfast.cli.evidence import asked_in
from holdfast.cli.main import evidence

Folder = Annotated[Path, typer.Argument(help="The folder that `holdfast evidence read --out` wrote.")]
Asks = Annotated[
    Path | None, typer.Option("--questionnaire", help="What was asked; left out: questionnaire.toml of the folder.")
]


def _stop(problem: object) -> typer.Exit:
    typer.echo(f"holdfast: {problem}", err=True)
    return typer.Exit(2)


def _said(error: OSError) -> str:
    return f"{error.filename} cannot be used: {error.strerror}"


@evidence.command("code")
def code(
    folder: Folder,
    coder: Annotated[str, typer.Option("--coder", help="Who codes: a person's name.")],
) -> None:
    """A coder's own file, without anybody's reading in it: fill in the column code. New replies are added to it."""
    from holdfast.evidence.coding.papers import start
    from holdfast.evidence.coding.worksheet import BadCoding

    try:
        place, new = start(folder, coder)
    except BadCoding as problem:
        raise _stop(problem) from None
    except OSError as error:
        raise _stop(_said(error)) from None
    typer.echo(f"{place}: {new} new places to code")


@evidence.command("compare")
def compare(folder: Folder, questionnaire: Asks = None) -> None:
    """How far two finished coders agree, and what a third person must decide. Exit 1 while anything is open."""
    from holdfast.evidence.coding.papers import read_decisions, write_to_decide
    from holdfast.evidence.coding.settling import agreements, settled

    asked, coding = _finished(folder, questionnaire)
    try:
        made = _whole(read_decisions, folder, asked)
        _, still = settled(coding.versions, made, coding.coders)
        _print_agreement(agreements(coding.versions, asked))
        place = write_to_decide(folder, still, made.values())
    except OSError as error:
        raise _stop(_said(error)) from None
    if still:
        typer.echo(f"{len(still)} to decide, in {place}")
        raise typer.Exit(1)
    typer.echo("Nothing is left to decide.")


@evidence.command("settle")
def settle(
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", help="The evidence folder to write.")],
    by: Annotated[str, typer.Option("--by", help="Who accepts these cells: a person's name.")],
    requests: Annotated[
        Path | None, typer.Option("--requests", help="requests.csv: everyone who was asked, so that silence counts.")
    ] = None,
    questionnaire: Asks = None,
) -> None:
    """Agreed and decided codes become cells, with every version kept. Refused while anything is open."""
    from holdfast.evidence.coding.checks import checked
    from holdfast.evidence.coding.papers import read_decisions
    from holdfast.evidence.coding.settled_folder import write_record, write_settled
    from holdfast.evidence.coding.settling import agreements, settled
    from holdfast.evidence.received.senders import BadRequests, read_requests
    from holdfast.worktime.uk_clock import uk_day

    if not by.strip():
        raise _stop("cells are accepted by somebody: give a name with --by")
    asked, coding = _finished(folder, questionnaire)
    try:
        if out.resolve() == folder.resolve():
            raise _stop("the evidence folder is another one: what was read stays as it was read")
        bodies = read_requests(requests) if requests is not None else ()
        cells, still = settled(coding.versions, _whole(read_decisions, folder, asked), coding.coders)
        if still:
            raise _stop(f"{len(still)} answers are not decided; run: holdfast evidence compare {folder}")
        by_authority: dict[str, dict[tuple[str, str], Any]] = {}
        for one in cells:
            by_authority.setdefault(one.version.authority, {})[one.version.period, one.version.item] = one.reading
        found = checked(by_authority, asked)
        write_settled(out, coding, cells, asked, bodies, agreements(coding.versions, asked), found)
        write_record(out, folder, " ".join(by.split()), coding.coders, uk_day(datetime.now(UTC)))
    except BadRequests as problem:
        raise _stop(problem) from None
    except OSError as error:
        raise _stop(_said(error)) from None
    for finding in found:
        word = "fault" if finding.impossible else "note"
        typer.echo(f"{word}: {finding.authority}, {finding.period}: {finding.problem}", err=True)
    typer.echo(f"Wrote {out}: {len(cells)} cells settled")


@evidence.command("bands")
def bands(
    table: Annotated[list[str], typer.Argument(help="Episodes:children, such as 1:44 2:19 6-10:21 21+:3")],
) -> None:
    """Children and episodes that a table of bands leaves possible, to check a total or to code one."""
    from holdfast.evidence.coding.checks import banded

    try:
        found = banded(" ".join(table))
    except ValueError as problem:
        raise _stop(problem) from None
    low, high = found.episodes
    typer.echo(f"{found.children:,} children")
    typer.echo(f"{low:,} episodes at least" if high is None else f"{low:,} to {high:,} episodes")
    typer.echo(f"code: derived_interval {f'at least {low}' if high is None else f'{low}-{high}'}")


def _finished(folder: Path, questionnaire: Path | None) -> tuple[Any, Any]:
    """What was asked and both coders' files, or a plain refusal."""
    from holdfast.evidence.coding.papers import both
    from holdfast.evidence.questionnaire import BadQuestionnaire

    try:
        asked = asked_in(questionnaire, folder)
    except BadQuestionnaire as problem:
        raise _stop(problem) from None
    return asked, _whole(both, folder, asked)


def _whole(way: Any, *given: Any) -> Any:
    from holdfast.evidence.coding.worksheet import BadCoding

    try:
        return way(*given)
    except BadCoding as problem:
        raise _stop(problem) from None


def _print_agreement(found: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 120, highlight=False)
    table = Table(title="How far the coders agree", title_justify="left")
    for heading in ("question", "answers coded", "same reason", "kappa", "both a number", "same number"):
        table.add_column(heading)
    for one in found:
        kappa = "one code only" if one.kappa is None else f"{one.kappa:.2f}"
        table.add_row(one.what, *map(str, (one.coded, one.same_reason, kappa, one.numbers, one.same_numbers)))
    console.print(table)
