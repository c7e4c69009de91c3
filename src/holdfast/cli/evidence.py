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
