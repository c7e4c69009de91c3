"""The four layers of a national count, beside each other and never added: counted, possible, modelled, hidden."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from holdfast.figures.shown import count_words
from holdfast.figures.silence import Silence

if TYPE_CHECKING:
    from holdfast.figures.modelled.hierarchy import Modelled

HIDDEN_WORDS = "not estimated: it needs lists of persons that have been linked, which counts by authority are not"
"""The fourth layer (multiple systems estimation)."""

Layers = tuple[Silence, "Modelled | str"]
"""A figure over everyone asked, with its model, or why there is none."""


def as_json(found: Iterable[Layers]) -> dict[str, dict[str, Any]]:
    """`{id: {period: layers}}`."""
    shown: dict[str, dict[str, Any]] = {}
    for one, model in found:
        shown.setdefault(one.id, {})[one.period] = {
            "item": one.item,
            "counted": one.counted,
            "possible": {
                "answered": {"lower": one.answered.lower, "upper": one.answered.upper},
                "everyone_asked": [asdict(rung) for rung in one.ladder],
            },
            "modelled": model if isinstance(model, str) else asdict(model),
            "hidden": HIDDEN_WORDS,
            "coverage": asdict(one.coverage),
            "without_a_number": list(one.silent),
            "yardsticks": list(one.yardsticks),
            "faults": list(one.faults),
        }
    return shown


def as_rows(one: Silence, model: Modelled | str) -> list[tuple[str, str, str]]:
    """Layer, value, what it rests on. Ends are rounded outwards to whole children."""
    rows = [
        ("counted", count_words(one.counted, one.counted), "answered with one number; a floor, never the count"),
        (
            "possible, of those who answered",
            count_words(one.answered.lower, one.answered.upper),
            f"{one.coverage.authorities[0]} authorities, hidden numbers at either end",
        ),
    ]
    for rung in one.ladder:
        upper = None if rung.upper is None else ceil(rung.upper - 1e-9)
        rows.append(("possible, everyone asked", count_words(floor(rung.lower + 1e-9), upper), rung.assumes))
    if isinstance(model, str):
        rows.append(("modelled", "none", model))
    else:
        rows.append(
            (
                "modelled",
                f"{model.middle:,.0f}, 95 in 100 within {count_words(floor(model.lower), ceil(model.upper))}",
                "if the silent resemble those who answered in their nation, given their size",
            )
        )
        if model.tilted is not None:
            ends = count_words(floor(model.tilted[0]), ceil(model.tilted[1]))
            rows.append(("modelled, if the silent differ", ends, "if their rates are from half to twice as high"))
    rows.append(("hidden cases", "none", HIDDEN_WORDS))
    return rows


def coverage_words(one: Silence) -> str:
    """Coverage three ways, in a sentence."""
    numbers = one.coverage
    said = [f"{numbers.authorities[0]} of {numbers.authorities[1]} authorities gave a number or a range"]
    for what, (part, whole) in (("limit", numbers.by_limit), ("size", numbers.by_size)):
        if whole:
            said.append(f"{100 * part / whole:.1f} % of the children in the outside count taken as {what}")
    return "; ".join(said)
