"""`holdfast evidence estimate`: what silence can hide, layer by layer."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from holdfast.cli.main import evidence


@evidence.command("estimate")
def show_layers(
    folder: Annotated[
        Path, typer.Argument(help="A folder with cells.csv, sizes.csv and figures.toml with [[silent]].")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object: figure id, period, layers.")] = False,
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="Of the modelled layer: the same seed, the same numbers.")
    ] = 1,
    no_model: Annotated[bool, typer.Option("--no-model", help="Leave the modelled layer out.")] = False,
) -> None:
    """Everyone asked: counted, logically possible under named assumptions, modelled. Never added to each other."""
    from holdfast.evidence.folder import BadFolder, read_cells
    from holdfast.evidence.sizes import read_sizes
    from holdfast.figures.layers import as_json as in_json
    from holdfast.figures.plan import read_plan
    from holdfast.figures.silence import silences

    try:
        table = read_cells(folder)
        plan = read_plan(folder, table.items, frozenset(cell.period for cell in table.cells))
        sizes = read_sizes(folder)
        if not plan.silent:
            raise BadFolder("figures.toml has no [[silent]]: it names an item and the outside count that limits it")
        for wanted in plan.silent:
            for measure in (wanted.limit, wanted.size):
                if not sizes.of(measure):
                    raise BadFolder(f"sizes.csv has no measure {measure!r}, which [[silent]] {wanted.id!r} names")
    except (BadFolder, OSError) as problem:
        typer.echo(f"holdfast: {problem}", err=True)
        raise typer.Exit(2) from None
    found = [(one, "left out" if no_model else _model(one, seed)) for one in silences(table.cells, plan, sizes)]
    if as_json:
        shown = in_json(found)
        for one, _ in found:
            shown[one.id][one.period]["who_answers"] = [asdict(by) for by in _who_answers(one)]
        typer.echo(json.dumps(shown, indent=2, ensure_ascii=False, allow_nan=False))
    else:
        _print(found)
    for one, _ in found:
        for fault in one.faults:
            typer.echo(f"fault: {fault}", err=True)
    for line in table.refused:
        typer.echo(f"refused: cells.csv line {line.line}: {line.problem}", err=True)
    if table.refused:
        raise typer.Exit(2)


def _model(one: Any, seed: int) -> Any:
    """The modelled layer, or the reason for which there is none."""
    try:
        from holdfast.figures.modelled.hierarchy import CannotModel, modelled_total
    except ImportError:
        return "needs the extra holdfast[models] (numpy and scipy), which is not installed"
    try:
        return modelled_total(one.members, seed)
    except CannotModel as problem:
        return str(problem)


def _who_answers(one: Any) -> Any:
    """Whether answering goes with size, place or the rate given before; regions as at the end of the period's year."""
    from holdfast.authorities.register import NoSuchAuthority, authority
    from holdfast.figures.answering import who_answers

    year = one.period[:4]
    on = date(int(year), 12, 31) if year.isascii() and year.isdigit() and int(year) > 1900 else date(2024, 12, 31)

    def region_of(name: str) -> str:
        try:
            return authority(name, on).region
        except NoSuchAuthority:
            return ""

    return who_answers(one.members, region_of)


def _print(found: Any) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from holdfast.figures.layers import as_rows, coverage_words

    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    for one, model in found:
        table = Table(title=f"{one.id}, {one.period}: {one.item}", title_justify="left")
        for heading in ("layer", "children", "rests on"):
            table.add_column(heading, overflow="fold")
        for row in as_rows(one, model):
            table.add_row(*(cell.replace("[", r"\[") for cell in row))
        console.print(table)
        console.print(f"Coverage: {coverage_words(one)}.")
        for words in one.yardsticks:
            console.print(f"Outside count: {words}.")
        for by in _who_answers(one):
            table = Table(title=f"Who answers, by {by.by}", title_justify="left")
            for heading in ("group", "asked", "gave a number or a range", "share, 95 in 100 within"):
                table.add_column(heading, overflow="fold")
            for group in by.groups:
                share = f"{100 * group.share:.0f} % ({100 * group.lower:.0f} to {100 * group.upper:.0f})"
                table.add_row(escape(group.name), str(group.asked), str(group.answered), share)
            console.print(table)
            console.print(escape(by.sentence))
