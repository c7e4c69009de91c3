"""Bounds by linear programming, through scipy's HiGHS: totals, and ratios by the transformation of Charnes and Cooper.

A. Charnes and W. W. Cooper, Programming with linear fractional functionals, Naval Research Logistics Quarterly 9
(1962): with y = x t and t = 1 / (d x), a ratio (n x) / (d x) becomes linear. The bounds are those of real numbers, so
they hold every whole number too; where parts lie within wholes they are reached by whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from holdfast.figures.bounds import Contradiction, Range

Sum = Mapping[str, float]
"""Unknowns by name with what each is multiplied by."""


@dataclass(slots=True)
class Programme:
    """Unknown counts, each in its range, and what is known of sums of them."""

    unknowns: dict[str, Range]
    at_most: list[tuple[Sum, float]] = field(default_factory=list)
    exactly: list[tuple[Sum, float]] = field(default_factory=list)

    def within(self, part: str, whole: str) -> None:
        """Nobody is in the part who is not in the whole."""
        self.at_most.append(({part: 1.0, whole: -1.0}, 0.0))

    def least_and_most(self, target: Sum) -> tuple[float, float | None]:
        """The bounds of a sum; None above where there is no limit. Raises Contradiction."""
        aim = self._row(target)
        lower, upper = self._solved(aim), self._solved(-aim)
        assert lower is not None  # noqa: S101 - counts are not below zero
        return lower, None if upper is None else -upper

    def least_and_most_share(self, part: Sum, whole: Sum) -> tuple[float | None, float | None]:
        """The bounds of one sum as a share of another; None, None where there is nobody to divide by.

        Raises Contradiction, also where an unknown of the ratio has no upper limit and no share is bounded.
        """
        low, high = self._fractional(part, whole, 1.0), self._fractional(part, whole, -1.0)
        return low, None if high is None else -high

    def _fractional(self, part: Sum, whole: Sum, sign: float) -> float | None:
        names, n = list(self.unknowns), len(self.unknowns)
        rows, limits = self._rows(self.at_most)
        for at, name in enumerate(names):  # lower t <= y <= upper t
            one = self.unknowns[name]
            row = np.zeros(n + 1)
            row[at], row[n] = -1.0, float(one.lower)
            rows, limits = [*rows, row], [*limits, 0.0]
            if one.upper is not None:
                row = np.zeros(n + 1)
                row[at], row[n] = 1.0, -float(one.upper)
                rows, limits = [*rows, row], [*limits, 0.0]
        equal, values = self._rows(self.exactly)
        one_whole = np.append(self._row(whole), 0.0)
        found = linprog(
            sign * np.append(self._row(part), 0.0),
            A_ub=np.array(rows),
            b_ub=np.array(limits),
            A_eq=np.array([*equal, one_whole]),
            b_eq=np.array([*values, 1.0]),
            bounds=[(0, None)] * (n + 1),
            method="highs",
        )
        if found.status == 2:
            return None
        if found.status != 0:
            raise Contradiction(found.message)
        return float(found.fun)

    def _rows(self, known: Sequence[tuple[Sum, float]]) -> tuple[list[NDArray[np.float64]], list[float]]:
        """Each known sum with its number moved to the side of t."""
        return [np.append(self._row(one), -value) for one, value in known], [0.0] * len(known)

    def _row(self, one: Sum) -> NDArray[np.float64]:
        unknown = set(one) - set(self.unknowns)
        if unknown:
            raise KeyError(f"{', '.join(sorted(unknown))} is not among the unknowns")
        return np.array([one.get(name, 0.0) for name in self.unknowns])

    def _solved(self, aim: NDArray[np.float64]) -> float | None:
        at_most = [self._row(one) for one, _ in self.at_most]
        exactly = [self._row(one) for one, _ in self.exactly]
        found = linprog(
            aim,
            A_ub=np.array(at_most) if at_most else None,
            b_ub=[value for _, value in self.at_most] if at_most else None,
            A_eq=np.array(exactly) if exactly else None,
            b_eq=[value for _, value in self.exactly] if exactly else None,
            bounds=[(one.lower, one.upper) for one in self.unknowns.values()],
            method="highs",
        )
        if found.status == 3:
            return None
        if found.status != 0:
            raise Contradiction(found.message)
        return float(found.fun)
