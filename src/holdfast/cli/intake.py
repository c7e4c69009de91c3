"""`holdfast intake 903`: a council's yearly return in."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from holdfast.cli.main import intake, with_database

if TYPE_CHECKING:
    from holdfast.returns.ssda903.report import IntakeReport

SHOWN_FAULTS = 20
FEW = 10  # withdrawals that a mended return may bring without being asked about; beyond, one in fifty


@intake.command("903")
def ssda903(
    folder: Path = typer.Argument(help="A folder of CSV tables, one file, an XML return or a ZIP."),
    authority: str = typer.Option(..., "--authority", help="The code of the authority whose return it is."),
    last: Path | None = typer.Option(None, "--last", help="Last year's return."),
    year: int | None = typer.Option(None, "--year", help="The collection year, such as 2026; else read from the data."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what would be taken, and write nothing."),
    take_back: bool = typer.Option(
        False, "--take-back", help="Withdraw what this delivery no longer holds, however much it is."
    ),
    by: str = typer.Option("import", "--by", help="Who takes it in, as the record will say."),
    as_json: bool = typer.Option(False, "--json", help="Print the whole report as JSON."),
) -> None:
    """Read an SSDA903 return and say what was taken, what was kept aside and where.

    Exit 2 when nothing can be read. Rows that cannot be taken are kept as received and never cost another row.
    """
    with_database()
    from datetime import UTC, datetime

    from holdfast.returns.actions import has_delivered, take_in
    from holdfast.returns.ssda903.intake import CannotRead, read_return

    def progress(children: int) -> None:
        if sys.stderr.isatty():
            typer.echo(f"\r{children:,} children compared", nl=False, err=True)

    if not re.fullmatch(r"[A-Za-z0-9]{2,12}", authority):
        typer.echo("Give the authority by its code: letters and digits, such as KEN or E10000016.", err=True)
        raise typer.Exit(2)
    try:
        delivery = read_return(folder, authority=authority, last=last, collection_year=year)
        if not dry_run and not take_back and has_delivered(authority):
            # What was known may be about to be taken back: find out how much before anything is written.
            first = take_in(delivery, authority=authority, by=by, at=datetime.now(UTC), is_dry_run=True)
            if first.withdrawn > max(FEW, first.already_known // 50):
                _say_too_much(first)
                raise typer.Exit(2)
            delivery = read_return(folder, authority=authority, last=last, collection_year=year)
        report = take_in(
            delivery, authority=authority, by=by, at=datetime.now(UTC), is_dry_run=dry_run, progress=progress
        )
    except CannotRead as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
    else:
        _say(report, dry_run)


def _say_too_much(report: IntakeReport) -> None:
    typer.echo(
        f"Nothing was written. This delivery no longer holds {report.withdrawn:,} facts that an earlier one told; "
        "they would be withdrawn, and children could disappear from lists. If a file is cut off or left out, mend it. "
        "If the facts were wrong, run it again with --take-back.",
        err=True,
    )


def _say(report: IntakeReport, is_dry_run: bool) -> None:
    would = "Nothing was written. It would be: " if is_dry_run else ""
    typer.echo(
        f"{would}{report.children:,} children; {report.entries:,} new entries, {report.already_known:,} known already, "
        f"{report.corrections:,} corrected, {report.withdrawn:,} withdrawn."
    )
    typer.echo(f"{report.refused:,} rows kept aside, {len(report.faults):,} faults.")
    for fault in report.faults[:SHOWN_FAULTS]:
        place = f"line {fault.row}" if fault.row else "the whole file"
        where = f"{fault.table or fault.file}, {place}" + (f", {fault.column}" if fault.column else "")
        typer.echo(f"  {where}: {fault.problem} ({fault.done})")
    if len(report.faults) > SHOWN_FAULTS:
        typer.echo(f"  and {len(report.faults) - SHOWN_FAULTS:,} more: add --json for all of them")
    if report.dropped_out:
        typer.echo(
            f"{len(report.dropped_out)} children whom last year leaves missing or in care have gone from this year:"
        )
        for child in report.dropped_out:
            typer.echo(f"  {child.child}: {child.problem}")
