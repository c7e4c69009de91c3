"""A figure with the authorities that it was made from."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.figures.bounds import Range, Share


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which authorities: asked (those without the duty left out), answered in any way, and in the figure."""

    asked: tuple[str, ...]
    answered: tuple[str, ...]
    in_figure: tuple[str, ...]
    in_figure_count: int | None  # authorities, where a row stands for several; None where that is not known


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum over named authorities: its bounds, and the part of it that was given as exact numbers."""

    bounds: Range
    counted: int


@dataclass(frozen=True, slots=True)
class WholeRate:
    """The rate over every authority with a denominator, the unknown numerators anything from none to all."""

    bounds: Share
    numerator: Range
    denominator: Sum
    authorities: tuple[str, ...]
    authorities_count: int | None


@dataclass(frozen=True, slots=True)
class Growth:
    """The two sums of a change, over the same authorities; `ratio` is the change as a share of the first."""

    before: Sum
    after: Sum
    from_period: str
    to_period: str
    difference: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure for one period. `lower` and `upper` are a count, or for a rate or a change a share of 1."""

    id: str
    kind: str
    period: str
    lower: float | None
    upper: float | None
    counted: int
    coverage: Coverage
    numerator: Sum | None = None
    denominator: Sum | None = None
    everyone: WholeRate | None = None
    growth: Growth | None = None
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
