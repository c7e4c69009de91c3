"""Authorities that resemble one another: rates drawn from one distribution for each nation.

An authority's rate is gamma distributed about its nation's mean, its count Poisson about rate times size; so counts
are negative binomial with mean `size x nation's rate` and one shape for all nations. Nations' rates are normal in
their logarithm (standard deviation NATIONS_DIFFER) about a level of which nothing is assumed. The posterior is
computed on a grid, without chains that could fail to settle. A hidden count adds the chance of its whole band.
No table of authorities in order is made: a small authority's rate says more of its size than of its care.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from holdfast.figures.silence import Member

Array = NDArray[np.float64]
NATIONS_DIFFER = 0.5  # standard deviation of the logarithm of nations' rates: most within a factor of 2.7
LEVELS, SHAPES = 61, 41
NARROW = 60  # a band so narrow is drawn from count by count; a wider one by trying
TRIES = 20


@dataclass(frozen=True, slots=True)
class Modelled:
    """The total over everyone asked, if the silent resemble those who answered: its middle value and 95 in 100."""

    middle: float
    lower: float
    upper: float
    level: float
    draws: int
    seed: int
    above_all: dict[str, float]
    """For each authority that gave a number: the chance that its own rate is above the rate of all nations."""


class CannotModel(ValueError):
    """Too few answered, or an authority has no outside count to go by. The message says which."""


def shrunken_rate(count: float, size: float, shape: float, rate: float) -> float:
    """The mean of a rate with a Gamma(shape, rate) prior after `count` children of `size`."""
    return (shape + count) / (rate + size)


def modelled_total(
    members: Sequence[Member], seed: int, draws: int = 4000, level: float = 0.95, compare: bool = True
) -> Modelled:
    """The modelled layer of one item. Raises CannotModel.

    The same members and seed give the same numbers.
    """
    used = [one for one in members if one.size]
    for one in members:
        if not one.size and not one.exact and (one.size is None or one.known is not None):
            raise CannotModel(f"{one.name} gave no one number and has no outside count to go by")
    if sum(one.known is not None for one in used) < 10:
        raise CannotModel("fewer than 10 authorities with an outside count gave a number or a range")
    chance = np.random.default_rng(seed)
    grid = _Grid(used)
    rates, shapes = grid.draw(chance, draws)
    nations = list(dict.fromkeys(one.nation for one in used))
    totals = np.full(draws, float(sum(one.possible.lower for one in members if one.exact)))
    for one in used:
        if not one.exact:
            totals += _counts(one, rates[:, nations.index(one.nation)], shapes, chance)
    tail = 100 * (1 - level) / 2
    lower, middle, upper = np.percentile(totals, [tail, 50, 100 - tail])
    above = _above(used, nations, rates, shapes, chance) if compare else {}
    return Modelled(float(middle), float(lower), float(upper), level, draws, seed, above)


class _Grid:
    """The chance of the answers for every level of each nation's rate and every shape."""

    def __init__(self, used: Sequence[Member]) -> None:
        known = [one for one in used if one.known is not None]
        count = sum(one.possible.lower + (one.possible.upper or one.possible.lower) for one in known) / 2
        pooled = max(count, 0.5) / sum(one.size or 0 for one in known)
        self.rates = pooled * np.exp(np.linspace(-2.5, 2.5, LEVELS))
        self.shapes = np.exp(np.linspace(np.log(0.1), np.log(300), SHAPES))
        nations = list(dict.fromkeys(one.nation for one in used))
        self.by_nation = [self._chances([one for one in known if one.nation == nation]) for nation in nations]

    def _chances(self, group: Sequence[Member]) -> Array:
        """Logarithms, levels by shapes."""
        found: Array = np.zeros((LEVELS, SHAPES))
        for one in group:
            mean = (self.rates * (one.size or 0))[:, None]
            shape = self.shapes[None, :]
            found = found + _log_chance(one, shape, shape / (shape + mean))
        return found

    def draw(self, chance: np.random.Generator, draws: int) -> tuple[Array, Array]:
        """Rates (draws by nations) and shapes (draws) from the posterior."""
        logs = np.log(self.rates)
        prior = np.exp(-0.5 * ((logs[None, :] - logs[:, None]) / NATIONS_DIFFER) ** 2)
        prior /= prior.sum(axis=1, keepdims=True)  # level m by rate j
        evidence: Array = np.zeros((LEVELS, SHAPES))
        scaled = []
        for one in self.by_nation:
            likely = np.exp(one - one.max())
            scaled.append(likely)
            evidence = evidence + np.log(np.maximum(prior @ likely, 1e-300))
        weights = np.exp(evidence - evidence.max()).ravel()
        at = chance.choice(weights.size, size=draws, p=weights / weights.sum())
        m, k = np.divmod(at, SHAPES)
        rates = np.empty((draws, len(scaled)))
        step = logs[1] - logs[0]
        for column, likely in enumerate(scaled):
            weight = prior[m] * likely[:, k].T
            steps = np.cumsum(weight, axis=1)
            found = (steps < (chance.random(draws) * steps[:, -1])[:, None]).sum(axis=1)
            rates[:, column] = np.exp(logs[found] + step * (chance.random(draws) - 0.5))
        return rates, self.shapes[k]


def _log_chance(one: Member, shape: Array, share: Array) -> Array:
    """Of an answer: a number, or a band of numbers."""
    low, high = one.possible.lower, one.possible.upper
    if low == high:
        logs = special.gammaln(low + shape) - special.gammaln(shape) - special.gammaln(low + 1)
        return np.asarray(logs + shape * np.log(share) + special.xlogy(low, 1 - share))
    band = _up_to(high, shape, share) - _up_to(low - 1, shape, share)
    return np.log(np.maximum(band, 1e-300))


def _up_to(count: int | None, shape: Array, share: Array) -> Array:
    """The chance of at most `count`."""
    if count is None:
        return np.ones(np.broadcast(shape, share).shape)
    if count < 0:
        return np.zeros(np.broadcast(shape, share).shape)
    return np.asarray(special.betainc(shape, count + 1.0, share))


def _counts(one: Member, rates: Array, shapes: Array, chance: np.random.Generator) -> Array:
    """Draws of a count that is hidden or not given, within what is possible."""
    low, high = one.possible.lower, one.possible.upper
    means = rates * (one.size or 0)
    if high is not None and high - low <= NARROW:
        return _within_band(low, high, means, shapes, chance)
    most = np.inf if high is None else high
    found = np.empty(len(means))
    open_at = np.arange(len(means))
    for _ in range(TRIES):
        drawn = chance.poisson(chance.gamma(shapes[open_at]) * means[open_at] / shapes[open_at])
        fits = (drawn >= low) & (drawn <= most)
        found[open_at[fits]] = drawn[fits]
        open_at = open_at[~fits]
        if not open_at.size:
            return found
    share = shapes[open_at] / (shapes[open_at] + means[open_at])
    below, up_to = _up_to(low - 1, shapes[open_at], share), _up_to(high, shapes[open_at], share)
    at = np.minimum(below + (up_to - below) * chance.random(open_at.size), 1 - 1e-12)
    found[open_at] = np.clip(stats.nbinom.ppf(at, shapes[open_at], share), low, most)
    return found


def _within_band(low: int, high: int, means: Array, shapes: Array, chance: np.random.Generator) -> Array:
    """Each count of the band weighed by its chance beside the one before it."""
    step = means / (shapes + means)
    weights = [np.ones(len(means))]
    for count in range(low, high):
        weights.append(weights[-1] * (count + shapes) / (count + 1) * step)
    steps = np.cumsum(weights, axis=0)
    return np.asarray(low + (steps < chance.random(len(means)) * steps[-1]).sum(axis=0), dtype=float)


def _above(
    used: Sequence[Member], nations: Sequence[str], rates: Array, shapes: Array, chance: np.random.Generator
) -> dict[str, float]:
    """Chances, rounded to 0.01: finer would be read as a rank."""
    everyone = sum(one.size or 0 for one in used)
    overall = sum(
        rates[:, at] * sum(one.size or 0 for one in used if one.nation == nation) for at, nation in enumerate(nations)
    )
    found = {}
    for one in used:
        if one.known is None:
            continue
        nation = rates[:, nations.index(one.nation)]
        counts = one.possible.lower if one.exact else _counts(one, nation, shapes, chance)
        own = chance.gamma(shapes + counts, 1 / (shapes / nation + (one.size or 0)))
        found[one.name] = round(float(np.mean(own > overall / everyone)), 2)
    return found
