"""Tables and refusals as the commands of a round show them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import typer


def stop(problem: object) -> typer.Exit:
    """Say what is wrong; the input was refused."""
    typer.echo(f"holdfast: {problem}", err=True)
    return typer.Exit(2)


def show(headings: Sequence[str], rows: Iterable[Sequence[str]], title: str = "") -> None:
    """A table on the screen. What came from outside can neither colour it nor move the cursor."""
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 200, highlight=False)
    table = Table(title=title or None, title_justify="left")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        clean = ("".join(c if c.isprintable() else " " for c in cell) for cell in row)
        table.add_row(*(cell.replace("[", r"\[") for cell in clean))
    console.print(table)
