"""Intervals that own up to the choosing of the model: the people are drawn anew, and each time it is chosen anew.

DiCiccio and Efron, Stat. Sci. 11 (1996) 189, for the intervals (BCa); Chan, Silverman and Vincent, JASA 116 (2021)
1297, for pairs added one by one; Silverman, Chan and Vincent, Stat. Comput. 34 (2024) 44, for the best of several.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from holdfast.figures.modelled.lists.choice import THRESHOLD, ranked, stepwise
from holdfast.figures.modelled.lists.loglinear import criterion_and_total
from holdfast.figures.modelled.lists.soundness import trouble
from holdfast.figures.modelled.lists.table import Lists, Term

Array = NDArray[np.float64]
Model = tuple[Term, ...]
Chosen = Callable[[Lists], float]
"""The total of the model that is chosen for some lists; not a number where none has an answer."""

DRAWS = 1000
_MOST_FAILED = 0.05


class NoInterval(ValueError):
    """Why no interval can be given, in plain words."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The total of the lists as they are, how many draws had an answer, and the ends of the middle `level`s of them.
    An end is infinite where that many draws have no largest total."""

    total: float
    draws: int
    ends: dict[float, tuple[float, float]]


def drawn_anew(
    lists: Lists,
    chosen: Chosen,
    *,
    levels: Collection[float] = (0.8, 0.95),
    draws: int = DRAWS,
    seed: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Drawn:
    """Draw as many people as the lists hold, with replacement, and choose again each time. Same seed, same ends.

    Raises NoInterval where the lists themselves or more than one draw in twenty have no answer.
    """
    total = chosen(lists)
    if not np.isfinite(total):
        raise NoInterval("no model of these lists has an answer")
    histories = [history for history, count in lists.counts.items() if count]
    shares = np.array([lists.counts[history] for history in histories], dtype=float) / lists.known
    dice = np.random.default_rng(seed)
    totals = []
    for number in range(draws):
        counts = dice.multinomial(lists.known, shares)
        totals.append(chosen(_with(lists, dict(zip(histories, counts.tolist(), strict=True)))))
        if progress:
            progress(number + 1)
    found = np.array([one for one in totals if not np.isnan(one)])
    if len(found) < draws * (1 - _MOST_FAILED):
        raise NoInterval(f"{draws - len(found):,} of {draws:,} draws have no answer")
    skew = _skew(lists, chosen)
    middle = float(stats.norm.ppf(np.clip(_share_below(found, total), 0.5 / draws, 1 - 0.5 / draws)))
    return Drawn(total, len(found), {level: _ends(found, middle, skew, level) for level in levels})


def _with(lists: Lists, counts: dict[tuple[int, ...], int]) -> Lists:
    return Lists(lists.names, {history: count for history, count in counts.items() if count})


def _share_below(totals: Array, total: float) -> float:
    """How many draws are below, those that are equal counted half: where people are few, many are."""
    return float(np.mean(totals < total * (1 - 1e-9)) + np.mean(np.isclose(totals, total, rtol=1e-9)) / 2)


def _skew(lists: Lists, chosen: Chosen) -> float:
    """How fast the spread grows with the total, from leaving out one person of each history."""
    seen = [history for history, count in lists.counts.items() if count]
    weights = np.array([lists.counts[history] for history in seen], dtype=float)
    without = np.array([chosen(_with(lists, {**lists.counts, h: lists.counts[h] - 1})) for h in seen])
    usable = np.isfinite(without)
    weights, without = weights[usable], without[usable]
    moved = np.average(without, weights=weights) - without
    spread = float(np.sum(weights * moved**2))
    return float(np.sum(weights * moved**3)) / (6 * spread**1.5) if spread else 0.0


def _ends(totals: Array, middle: float, skew: float, level: float) -> tuple[float, float]:
    ends = []
    for share in (0.5 - level / 2, 0.5 + level / 2):
        reach = middle + float(stats.norm.ppf(share))
        at = float(stats.norm.cdf(middle + reach / (1 - skew * reach)))
        ends.append(float(np.quantile(totals, at)))
    return ends[0], ends[1]


def by_steps(threshold: float = THRESHOLD) -> Chosen:
    """Pairs added one by one (`choice.stepwise`), anew for each draw."""

    def chosen(lists: Lists) -> float:
        terms = stepwise(lists, threshold)
        return np.nan if trouble(lists, terms) else criterion_and_total(lists, terms)[1]

    return chosen


def best_of(models: Sequence[Model]) -> Chosen:
    """The best by Schwarz's criterion of these models that has an answer."""

    def chosen(lists: Lists) -> float:
        fitted = sorted((*criterion_and_total(lists, terms), n) for n, terms in enumerate(models))
        return next((total for _, total, n in fitted if not trouble(lists, models[n])), np.nan)

    return chosen


def best_models(lists: Lists, most: int, order: int = 2) -> list[Model]:
    """The best models of the lists as they are, which are those tried for each draw. Raises ValueError with more than
    five lists."""
    return [model.terms for model in ranked(lists, order)[:most]]
