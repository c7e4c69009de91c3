"""`holdfast evidence lists`: what several linked lists of people may all have missed. Research, with its warnings."""

from __future__ import annotations

import json
import sys
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holdfast.cli.main import evidence

if TYPE_CHECKING:
    from holdfast.figures.modelled.lists.table import Lists, Term

_BEST = 5  # models shown of all that were ranked
_TRIED = 10  # models tried for each draw


@evidence.command("lists")
def show_lists(
    table: Annotated[
        Path, typer.Argument(help="A CSV file: a column of 0 and 1 for each list, then count; a line for each history.")
    ],
    model: Annotated[
        str, typer.Option("--model", help='Lists that depend on one another, as in "police:charity + police:council".')
    ] = "",
    most_hidden: Annotated[
        int, typer.Option("--most-hidden", min=1, max=1_000_000, help="The largest number on no list thought possible.")
    ] = 50_000,
    draws: Annotated[
        int, typer.Option("--draws", min=0, max=100_000, help="Draw the people anew so often, and choose again: 1000.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, the warnings with it.")] = False,
) -> None:
    """Several models of how many people no list holds, side by side, never one number and never without warnings."""
    try:
        from holdfast.figures.modelled.lists.table import BadLists, read_lists
    except ImportError:
        typer.echo("holdfast: this needs the extra holdfast[models]", err=True)
        raise typer.Exit(2) from None
    try:
        lists = read_lists(table)
        asked = tuple(lists.term(said) for said in model.split("+")) if model.strip() else None
    except BadLists as problem:
        typer.echo(f"holdfast: {problem}", err=True)
        raise typer.Exit(2) from None
    found = _found(lists, asked, most_hidden, draws)
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else _said(found))


def _found(lists: Lists, asked: tuple[Term, ...] | None, most_hidden: int, draws: int) -> dict[str, Any]:
    from holdfast.figures.modelled.lists.averaging import averaged
    from holdfast.figures.modelled.lists.choice import MOST_RANKED, ranked, stepwise
    from holdfast.figures.modelled.lists.warnings import WARNINGS

    wanted = {"each list on its own": (), "pairs added one by one": stepwise(lists)}
    if asked is not None:
        wanted["as asked"] = asked
    found: dict[str, Any] = {
        "lists": list(lists.names),
        "on a list": lists.known,
        "models": [_model(lists, name, terms) for name, terms in wanted.items()],
        "warnings": list(WARNINGS),
    }
    if len(lists.names) <= MOST_RANKED:
        best = ranked(lists)
        found["models ranked"] = len(best)
        found["best by BIC"] = [
            {"depend": [lists.say(t) for t in m.terms], "BIC": round(m.criterion, 2), "total": round(m.total)}
            for m in best[:_BEST]
        ]
    if 3 <= len(lists.names) <= MOST_RANKED:
        step = max(1, most_hidden // 20_000)
        one = averaged(lists, range(1, most_hidden + 1, step))
        found["all graphs weighed"] = {"total": round(one.mean), "from": one.lower, "to": one.upper}
    if draws:
        found["chosen anew"] = _chosen_anew(lists, draws)
    return found


def _chosen_anew(lists: Lists, draws: int) -> list[dict[str, Any]]:
    """Each way of choosing, with the interval of its totals when the people are drawn anew."""
    from holdfast.figures.modelled.lists.choice import MOST_RANKED
    from holdfast.figures.modelled.lists.resampling import NoInterval, best_models, best_of, by_steps, drawn_anew

    ways = {"pairs added one by one": by_steps()}
    if len(lists.names) <= MOST_RANKED:
        ways[f"the best of the {_TRIED} best models"] = best_of(best_models(lists, _TRIED))
    found: list[dict[str, Any]] = []
    for name, chosen in ways.items():
        with typer.progressbar(length=draws, label=f"Drawing the people anew, {name}", file=sys.stderr) as bar:
            try:
                one = drawn_anew(lists, chosen, draws=draws, progress=lambda _, bar=bar: bar.update(1))  # type: ignore[misc]
            except NoInterval as why:
                found.append({"chosen": name, "refused": str(why)})
                continue
        ends = {f"{level:.0%}": [_whole(end) for end in pair] for level, pair in one.ends.items()}
        said: dict[str, Any] = {"chosen": name, "total": round(one.total), "draws with an answer": one.draws}
        found.append(said | ends)
    return found


def _whole(end: float) -> int | None:
    return round(end) if isfinite(end) else None


def _model(lists: Lists, name: str, terms: tuple[Term, ...]) -> dict[str, Any]:
    from holdfast.figures.modelled.lists.loglinear import estimate
    from holdfast.figures.modelled.lists.soundness import trouble

    model: dict[str, Any] = {"model": name, "depend": [lists.say(t) for t in terms]}
    if why := trouble(lists, terms):
        return model | {"refused": why}
    one = estimate(lists, terms)
    return model | {"total": round(one.total), "from": round(one.lower), "to": round(one.upper or one.total)}


def _said(found: dict[str, Any]) -> str:
    lines = [f"{found['on a list']:,} people stand on at least one of {', '.join(found['lists'])}.", ""]
    for one in found["models"]:
        depend = f" ({', '.join(one['depend'])})" if one["depend"] else ""
        total = f"{one['total']:,}, from {one['from']:,} to {one['to']:,}" if "total" in one else one["refused"]
        lines.append(f"{one['model']}{depend}: {total}")
    for one in found.get("best by BIC", ()):
        lines.append(
            f"among the best of {found['models ranked']} models ({', '.join(one['depend'])}): {one['total']:,}"
        )
    if "all graphs weighed" in found:
        one = found["all graphs weighed"]
        lines.append(f"all graphs of lists weighed: {one['total']:,}, from {one['from']:,} to {one['to']:,}")
    lines += [_said_anew(one) for one in found.get("chosen anew", ())]
    if "chosen anew" not in found:
        lines += ["", "No interval above owns up to the choosing of its model: --draws 1000 gives one that does."]
    return "\n".join([*lines, "", *(f"Warning: {words}" for words in found["warnings"])])


def _said_anew(one: dict[str, Any]) -> str:
    if "refused" in one:
        return f"people drawn anew, {one['chosen']}: no interval, because {one['refused']}"
    lower, upper = one["95%"]
    ends = f"from {lower:,} to {upper:,}" if upper is not None else f"from {lower:,}, without an upper end"
    return f"people drawn anew, {one['chosen']}: {one['total']:,}, {ends}"
