"""The release's CSV files and their codebook: values only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from holdfast.access.outgoing.table import as_csv
from holdfast.evidence.cells import Cell
from holdfast.figures.modelled.local_table import AUTHORITY, COLUMNS, NOT_KNOWN, TOTAL, key
from holdfast.figures.modelled.safety import HIDDEN
from holdfast.figures.release.local import Local
from holdfast.figures.release.publishable import Publishable
from holdfast.figures.release.released import Layer, Released
from holdfast.figures.release.wanted import Wanted

FIGURES = (
    "figure", "name", "kind", "unit", "period", "since", "layer", "lower", "upper", "middle", "part", "whole",
    "rounded_to", "authorities", "answered", "asked",
)  # fmt: skip
LOCAL = ("authority", "nation", "period", "item", "called", "value", "lower", "upper", "how")
CODEBOOK = ("file", "column", "meaning")


def figures_csv(figures: Sequence[Released]) -> bytes:
    """One line for each figure, period and layer."""
    rows = []
    for one in figures:
        for number in one.numbers:
            middle = number.part if number.layer is Layer.MODELLED else None
            part = None if number.layer is Layer.MODELLED else number.part
            ends = [None if end is None else f"{end:.10g}" for end in (number.lower, number.upper)]
            rows.append(
                (one.id, one.name, one.kind, one.unit.value, one.period, one.since, number.layer.value, *ends, middle,
                 part, number.whole, number.rounded_to, number.authorities, one.answered, one.asked)
            )  # fmt: skip
    return as_csv(FIGURES, rows)


def counts_csv(found: Publishable, cells: Sequence[Cell], wanted: Wanted) -> bytes:
    """Counts by authority and totals, in the form that `evidence local-table` writes and reads."""
    spelt = {cell.authority.casefold(): cell.authority for cell in cells}
    rows: list[tuple[object, ...]] = []
    for cell in sorted(cells, key=lambda one: (one.period, one.item, one.authority.casefold())):
        if cell.item in wanted.local and cell.was_asked:
            place = key(cell.period, cell.item, cell.authority)
            shown = found.shown.get(place)
            value = NOT_KNOWN if place not in found.shown else HIDDEN if shown is None else shown
            rows.append((cell.period, cell.item, cell.authority, AUTHORITY, value, "", ""))
    for total, value in found.totals.items():
        (item, period), area = found.areas[total]
        names = "; ".join(spelt[place.split("\x1f")[2]] for place in total.cells)
        rows.append((period, item, area, TOTAL, value, total.base, names))
    return as_csv(COLUMNS, rows)


def local_csv(one: Local) -> bytes:
    """An authority's own answers."""
    return as_csv(
        LOCAL,
        [
            (one.authority, one.nation, *(getattr(each, column) for column in LOCAL[2:])) for each in one.answers
        ],
    )  # fmt: skip


def codebook_csv(words: Mapping[str, str], items: Sequence[str]) -> bytes:
    """What every column and sign means, and every item in words."""
    rows = [("figures.csv", column, meaning) for column, meaning in _FIGURES.items()]
    rows += [("counts.csv", column, meaning) for column, meaning in _COUNTS.items()]
    rows += [("local/*.csv", column, meaning) for column, meaning in _LOCAL.items()]
    rows += [("every file", "item: " + item, words.get(item, item)) for item in items]
    return as_csv(CODEBOOK, rows)


_FIGURES = {
    "figure": "the figure's id in the plan of the round",
    "name": "the figure in words",
    "kind": "total, rate, different (different children in groups that overlap), change, everyone asked",
    "unit": "count (of children, or of incidents where the name says so); share (of 1); change (as a share of the"
    " earlier sum, 0.1 is ten per cent more)",
    "period": "the period counted; of a change, the later one",
    "since": "of a change, the earlier period",
    "layer": "counted; possible, of those who answered; possible, over more authorities; modelled. Never to be added",
    "lower": "the least that is possible; in the counted layer the rounded number itself",
    "upper": "the most that is possible; empty where nothing limits it",
    "middle": "of the modelled layer: its middle value; lower and upper hold 95 in 100",
    "part": "of a share or change in the counted layer: the rounded sum above",
    "whole": "the rounded sum below, over the same authorities",
    "rounded_to": "what the number was rounded to; parts and totals may not sum",
    "authorities": "how many authorities the layer is over",
    "answered": "how many authorities answered in any way",
    "asked": "how many authorities were asked; bodies without the duty are left out",
}
_COUNTS = {
    "period": "the period counted",
    "item": "the question",
    "area": "the authority, or what a total is over",
    "level": "authority or total",
    "value": "the number; [c] hidden: small, or it would give away one that is; [x] the authority gave no one number",
    "rounded_to": "of a total: what it was rounded to",
    "sum_of": "of a total: the authorities in it",
}
_LOCAL = {
    "authority": "the authority", "nation": "its nation", "period": "the period counted", "item": "the question",
    "called": "the question in words", "value": "as in counts.csv",
    "lower": "the least that a reader can know of it", "upper": "the most; empty where nothing limits it",
    "how": "what the authority answered, in a word, or why the number is hidden",
}  # fmt: skip
