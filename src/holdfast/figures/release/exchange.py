"""A quick proof that a count is not exposed: other whole numbers that fit everything said, found by exchange.

Two authorities swap children (one has three more, another three fewer) and every total stays as it was. Where such
swaps leave enough numbers possible, no programme is needed; where none is found, nothing is shown by that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import inf

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_matrix

from holdfast.figures.modelled.safety import Statement

Move = dict[str, int]


class Exchange:
    """Swaps around one set of numbers that fits everything said."""

    def __init__(self, said: Sequence[Statement], true: Mapping[str, int]) -> None:
        """`true` are the counts that are known to the house. Raises ValueError where nothing fits."""
        self._said = tuple(said)
        names = list(dict.fromkeys(name for one in said for name in one.terms))
        self._at = _fitting(said, names, true)
        self._sums = [sum(times * self._at[name] for name, times in one.terms.items()) for one in said]
        self._touching: dict[str, list[int]] = {name: [] for name in names}
        for number, one in enumerate(said):
            for name in one.terms:
                self._touching[name].append(number)
        self._equal = [one for one in said if one.lower == one.upper and len(one.terms) > 1]
        self._like: dict[str, list[str]] = {}
        for name in sorted(names, key=lambda name: (-self._at[name], name)):
            self._like.setdefault(_kind(name), []).append(name)

    def leaves(self, cell: str, width: int) -> bool:
        """Whether at least `width` numbers are shown to be possible for the count."""
        if cell not in self._at:
            return True  # nothing at all is said of it
        low = high = 0
        for sign in (1, -1):
            for step in range(width - 1, 0, -1):
                if self._fits_some(cell, sign * step):
                    low, high = min(low, sign * step), max(high, sign * step)
                    break
            if high - low + 1 >= width:
                return True
        return False

    def _fits_some(self, cell: str, step: int) -> bool:
        for move in self._moves(cell, step):
            if self._fits(move):
                return True
            for other in self._like[_kind(cell)]:
                if _authority(other) != _authority(cell):
                    for back in self._moves(other, -step):
                        if self._fits(move | back):
                            return True
        return False

    def _moves(self, cell: str, step: int) -> Iterator[Move]:
        """The count alone, and with each other count that a sum ties it to."""
        yield {cell: step}
        for one in self._equal:
            if cell in one.terms:
                for other, times in one.terms.items():
                    if other != cell:
                        yield {cell: step, other: round(-step * one.terms[cell] / times)}

    def _fits(self, move: Move) -> bool:
        if any(self._at[name] + step < 0 for name, step in move.items()):
            return False
        for number in {number for name in move for number in self._touching[name]}:
            one = self._said[number]
            now = self._sums[number] + sum(one.terms.get(name, 0) * step for name, step in move.items())
            if not one.lower - 1e-9 <= now <= one.upper + 1e-9:
                return False
        return True


def _kind(cell: str) -> str:
    return "\x1f".join(cell.split("\x1f")[:2])


def _authority(cell: str) -> str:
    return cell.split("\x1f")[2]


def _fitting(said: Sequence[Statement], names: Sequence[str], true: Mapping[str, int]) -> dict[str, int]:
    """Whole numbers that fit: the true ones, and any for what the house does not know either."""
    at = {name: number for number, name in enumerate(names)}
    rows = lil_matrix((len(said), len(names)))
    for number, one in enumerate(said):
        for name, times in one.terms.items():
            rows[number, at[name]] = times
    ends = [(float(true[name]), float(true[name])) if name in true else (0.0, inf) for name in names]
    solved = milp(
        np.zeros(len(names)),
        constraints=LinearConstraint(rows.tocsr(), [one.lower for one in said], [one.upper for one in said]),
        bounds=Bounds([low for low, _ in ends], [high for _, high in ends]),
        integrality=np.ones(len(names)),
    )
    if solved.status != 0:
        raise ValueError("no numbers fit")
    return {name: round(float(solved.x[number])) for name, number in at.items()}
