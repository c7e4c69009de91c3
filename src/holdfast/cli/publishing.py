"""`holdfast evidence local-table`: one item by authority, as it may be published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.main import evidence


def _stop(problem: object) -> typer.Exit:
    typer.echo(f"holdfast: {problem}", err=True)
    return typer.Exit(2)


@evidence.command("local-table")
def write_local_table(
    folder: Annotated[Path, typer.Argument(help="An evidence folder.")],
    item: Annotated[str, typer.Option("--item", help="The item, as in cells.csv.")],
    period: Annotated[str, typer.Option("--period", help="The period, as in cells.csv.")],
    out: Annotated[Path, typer.Option("--out", help="Where to write the CSV file.")],
    whole: Annotated[str, typer.Option("--within", help="The item that holds these children, if there is one.")] = "",
    threshold: Annotated[
        int, typer.Option("--threshold", min=3, help="Counts from 1 to one below it are hidden.")
    ] = 10,
    base: Annotated[
        int, typer.Option("--round", min=1, help="Totals are rounded to it; never adjusted to add up.")
    ] = 5,
    before: Annotated[
        list[Path] | None,
        typer.Option("--before", help="A file published earlier, ours or a council's own, in the same form."),
    ] = None,
) -> None:
    """Small counts hidden, and those that would give them away, audited with everything published before.

    The threshold and which counts are small are not written into the file."""
    try:
        from holdfast.figures.modelled.local_table import BadTable, local_table, statements_of, table_bytes
        from holdfast.figures.modelled.safety import Impossible
    except ImportError:
        raise _stop("needs the extra holdfast[models] (numpy and scipy), which is not installed") from None
    from holdfast.evidence.folder import BadFolder, read_cells

    try:
        table = read_cells(folder)
        said = [one for file in before or () for one in statements_of(file.read_text(encoding="utf-8-sig"), file.name)]
        made = local_table(table.cells, item, period, threshold, base, whole, said)
        out.write_bytes(table_bytes(made, {cell.authority.casefold(): cell.authority for cell in table.cells}))
    except (BadFolder, BadTable, Impossible, UnicodeError) as problem:
        raise _stop(problem) from None
    except KeyError as problem:
        raise _stop(problem.args[0]) from None
    except OSError as error:
        raise _stop(f"{error.filename} cannot be used: {error.strerror}") from None
    shown = sum(value is not None for value in made.safe.shown.values())
    hidden = len(made.safe.shown) - shown
    typer.echo(f"Wrote {out}: {shown} counts shown, {hidden} hidden, {len(made.not_known)} not known")
    for total in made.safe.left_out:
        typer.echo(f"left out: the total of {made.names[total]}, which would give a hidden count away", err=True)
