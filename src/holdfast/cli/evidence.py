"""`holdfast evidence`: figures from replies, sentences held to their figures, and the report."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from holdfast.cli.main import evidence


def _stop(problem: object) -> typer.Exit:
    typer.echo(f"holdfast: {problem}", err=True)
    return typer.Exit(2)


@evidence.command("figures")
def show_figures(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder with cells.csv and figures.toml; left out: the shipped evidence.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object: figure id, period, figure.")] = False,
    lenient: Annotated[bool, typer.Option("--lenient", help="Exit 0 even if lines were refused.")] = False,
) -> None:
    """Cells in, figures out. A line that cannot be read is refused, named, and kept out of every figure."""
    from holdfast.evidence.folder import BadFolder, read_cells
    from holdfast.evidence.national import series_folder
    from holdfast.figures.making import figures
    from holdfast.figures.plan import read_plan
    from holdfast.figures.shown import as_json as in_json

    place = folder if folder is not None else series_folder()
    try:
        table = read_cells(place)
        plan = read_plan(place, table.items, frozenset(cell.period for cell in table.cells))
    except (BadFolder, OSError) as problem:
        raise _stop(problem) from None
    made = figures(table.cells, plan)
    if as_json:
        typer.echo(json.dumps(in_json(made), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        _print_table(made)
    for remark in table.remarks:
        typer.echo(f"note: {remark}", err=True)
    for fault in dict.fromkeys(fault for figure in made for fault in figure.faults):
        typer.echo(f"fault: {fault}", err=True)
    for line in table.refused:
        typer.echo(f"refused: cells.csv line {line.line}: {line.problem}", err=True)
    if table.refused and not lenient:
        raise typer.Exit(2)


def _print_table(made: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    from holdfast.figures.shown import as_rows

    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    table = Table()
    for heading in ("figure", "period", "value", "made from", "over all with a denominator", "authorities in figure"):
        table.add_column(heading, overflow="fold")
    for row in as_rows(made):
        table.add_row(*(cell.replace("[", r"\[") for cell in row))
    console.print(table)


@evidence.command("check-text")
def check_words(
    file: Annotated[str, typer.Argument(help="A text file, or - for standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="The faults as a JSON list.")] = False,
) -> None:
    """Refuse sentences whose percentage does not follow from the numbers beside it. Exit 1 if any is refused."""
    from dataclasses import asdict

    from holdfast.figures.national import known_figures
    from holdfast.figures.textcheck import check_text

    try:
        text = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        words = text.decode("utf-8-sig")
    except (OSError, UnicodeError) as problem:
        raise _stop(f"{file} cannot be read as text: {problem}") from None
    faults = check_text(words, known_figures())
    if as_json:
        typer.echo(json.dumps([asdict(fault) for fault in faults], indent=2, ensure_ascii=False))
    else:
        for fault in faults:
            typer.echo(f"line {fault.line}: “{fault.quoted}”: {fault.problem}")
        if not faults:
            typer.echo("No fault found in the sentences that give numbers with a percentage.")
    if faults:
        raise typer.Exit(1)


@evidence.command("report")
def write_report(
    out: Annotated[Path, typer.Option("--out", help="Where to write the PDF.")],
    released: Annotated[
        str, typer.Option("--released", help="The day of release that the report carries, as 2026-11-22.")
    ] = "",
) -> None:
    """The national picture as a tagged PDF (PDF/UA-1)."""
    from holdfast.documents.national_report import report_pdf
    from holdfast.figures.charts import picture_charts
    from holdfast.figures.national import national_picture, report_content

    try:
        day = date.fromisoformat(released) if released else None
    except ValueError:
        raise _stop(f"{released!r} is not a day such as 2026-11-22") from None
    picture = national_picture()
    charts = {chart.name: (chart.svg, chart.alt) for chart in picture_charts(picture)}
    try:
        out.write_bytes(report_pdf(report_content(picture, day), charts))
    except OSError as problem:
        raise _stop(f"{out} cannot be written: {problem.strerror}") from None
    typer.echo(f"Wrote {out}")


@evidence.command("read")
def read_documents(
    place: Annotated[Path, typer.Argument(help="A folder, a Maildir, an mbox file, a message or one document.")],
    questionnaire: Annotated[
        Path | None, typer.Option("--questionnaire", help="What was asked; left out: questionnaire.toml of the folder.")
    ] = None,
    authority: Annotated[
        str, typer.Option("--authority", help="Whose reply it is, where the place does not say.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="A folder for the documents as received and all that was read.")
    ] = None,
    own: Annotated[
        list[str] | None, typer.Option("--own", help="Our own address: messages from it are a loop.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Replies in, proposed cells out: each with its document, place and words. Nothing proposed is yet a cell."""
    from holdfast.evidence.handed_over import as_json as in_json
    from holdfast.evidence.handed_over import write_replies
    from holdfast.evidence.questionnaire import BadQuestionnaire
    from holdfast.evidence.received.limits import LIMITS
    from holdfast.evidence.received.senders import BadRequests, Senders, read_requests
    from holdfast.evidence.received.taking_in import BadPlace, TakingIn
    from holdfast.evidence.received.worker import Reader
    from holdfast.evidence.replies import read_replies

    try:
        asked = asked_in(questionnaire, place)
        requests = place / "requests.csv"
        senders = Senders(read_requests(requests) if place.is_dir() and requests.is_file() else ())
        if out is not None and place.is_dir() and out.resolve().is_relative_to(place.resolve()):
            raise BadPlace("what is read cannot be written into the folder of replies")
        with Reader(LIMITS) as reader:
            addresses = frozenset(one.casefold() for one in own or ())
            taking = TakingIn(reader.open, senders, LIMITS, authority, addresses, reader.message)
            replies = read_replies(taking.documents(place), asked)
        if out is not None:
            write_replies(replies, asked, out)
    except (BadQuestionnaire, BadRequests, BadPlace) as problem:
        raise _stop(problem) from None
    except OSError as problem:
        raise _stop(f"{problem.filename or out} cannot be used: {problem.strerror}") from None
    if as_json:
        typer.echo(json.dumps(in_json(replies), indent=2, ensure_ascii=False))
    else:
        print_replies(replies)
    if out is None:
        typer.echo("note: nothing was kept; --out keeps the documents and what was read", err=True)


def asked_in(file: Path | None, place: Path | None = None) -> Any:
    """The questionnaire given, or that of the folder, or the national one."""
    from holdfast.evidence.national import national_folder
    from holdfast.evidence.questionnaire import read_questionnaire

    if file is not None:
        return read_questionnaire(file)
    beside = place / "questionnaire.toml" if place is not None and place.is_dir() else None
    if beside is not None and beside.is_file():
        return read_questionnaire(beside)
    return read_questionnaire(national_folder().joinpath("questionnaire.toml"))


def print_replies(replies: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)

    def show(title: str, headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        if not rows:
            return
        table = Table(title=title, title_justify="left")
        for heading in headings:
            table.add_column(heading, overflow="fold")
        for row in rows:
            table.add_row(*(cell.replace("[", r"\[") for cell in row))
        console.print(table)

    def told(cell: Any) -> tuple[str, ...]:
        one = cell.proposal
        return (cell.authority, one.item, one.period, one.raw, one.reason.words, f"{cell.document_name}, {one.where}")

    headings = ("authority", "item", "period", "as written", "read as", "where")
    show("Stated in the template", headings, [told(cell) for cell in replies.stated])
    show("Proposed, for two people to code", headings, [told(cell) for cell in replies.proposed])
    show(
        "Left for a person",
        ("authority", "item", "where", "words", "why"),
        [
            (one.authority, one.left.item, f"{one.document_name}, {one.left.where}", one.left.excerpt, one.left.problem)
            for one in replies.left
        ],
    )
    show(
        "Quarantined",
        ("authority", "document", "part", "why", "what"),
        [
            (
                one.authority,
                one.document_name,
                one.concern.part or "all of it",
                one.concern.why.value,
                one.concern.words,
            )
            for one in replies.quarantined
        ],
    )
    console.print(
        f"{len(replies.documents)} documents: {len(replies.stated)} cells stated, {len(replies.proposed)} proposed,"
        f" {len(replies.left)} left for a person, {len(replies.quarantined)} quarantined"
    )


@evidence.command("template")
def write_template(
    out: Annotated[Path, typer.Option("--out", help="Where to write it: .csv or .xlsx.")],
    authority: Annotated[str, typer.Option("--authority", help="Who is to fill it in.")],
    nation: Annotated[str, typer.Option("--nation", help="Left out: as in the register of authorities.")] = "",
    questionnaire: Annotated[Path | None, typer.Option("--questionnaire", help="What is asked.")] = None,
) -> None:
    """The round's fill-in template for one authority: what comes back in it needs no typing."""
    from holdfast.evidence.questionnaire import BadQuestionnaire
    from holdfast.evidence.received.senders import Senders
    from holdfast.evidence.template import as_csv, as_xlsx, template_rows

    try:
        asked = asked_in(questionnaire)
        rows = template_rows(asked, authority, nation or Senders().nation(authority))
        write_rows(out, rows, as_csv, as_xlsx)
    except (BadQuestionnaire, ValueError) as problem:
        raise _stop(problem) from None
    typer.echo(f"Wrote {out}")


def write_rows(out: Path, rows: Any, in_csv: Any, in_xlsx: Any) -> None:
    if out.suffix.casefold() not in (".csv", ".xlsx"):
        raise ValueError(f"{out} must end in .csv or .xlsx")
    try:
        out.write_bytes(in_csv(rows) if out.suffix.casefold() == ".csv" else in_xlsx(rows))
    except OSError as problem:
        raise ValueError(f"{out} cannot be written: {problem.strerror}") from None
