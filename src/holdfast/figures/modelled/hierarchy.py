"""Authorities that resemble one another: rates drawn from one distribution about each nation's mean.

Two families of rates stand side by side, gamma and the heavier-tailed log-normal, each with every spread on a grid;
the answers weigh them. Counts are Poisson about rate times size; a hidden count adds the chance of its whole band, a
sum of hidden parts that of each part's band, as large a share of the whole as with those who gave every part.
Nations' mean rates are normal in their logarithm (standard deviation NATIONS_DIFFER) about a level of which nothing is
assumed. A number hidden without a stated limit is thought to be small (ladder.HIDDEN_AT_MOST). The posterior is
computed on a lattice of rates, without chains that could fail to settle.
No table of authorities in order is made: a small authority's rate says more of its size than of its care.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from holdfast.figures.bounds import Range
from holdfast.figures.ladder import Member

Array = NDArray[np.float64]
NATIONS_DIFFER = 0.5  # standard deviation of the logarithm of nations' rates: most within a factor of 2.7
# All in logarithms beside the rate of everyone who answered: nations' levels, and the lattice of authorities' rates.
LEVELS = np.arange(-50, 51) * 0.04
STEP = 0.02
LATTICE = np.arange(-250, 251) * STEP
SHAPES = np.exp(np.linspace(np.log(0.3), np.log(100), 16))  # of the gamma family
SPREADS = np.linspace(0.1, 1.6, 16)  # of the log-normal family: standard deviations of the logarithm
FAMILIES = len(SHAPES) + len(SPREADS)
GAMMA_BEFOREHAND = 0.1
"""How likely the gamma family is held before any answer. Its tail is thin, and about 130 answers can seldom tell it
from the log-normal: held as likely, it kept three tenths of the weight and made intervals too narrow."""
TRIES = 50
TILTS = (0.5, 2.0)
"""How far the rates of the silent may be from those who answered, for the sensitivity shown beside the model. Nothing
in the answers says so or otherwise: it is an assumption, wider than the model's own."""


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
    tilted: tuple[float, float] | None = None
    """From the lower end if the silent have half the rates that the model gives them to the upper end if they have
    twice (TILTS); None where nobody is silent."""


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
    posterior = _Posterior(used, np.random.default_rng(seed), draws)
    answered = np.full(draws, float(sum(one.possible.lower for one in members if one.exact)))
    for one in used:
        if one.known is not None and not one.exact:
            answered += posterior.hidden(one)
    silent = [one for one in used if one.known is None]
    tail = 100 * (1 - level) / 2
    lower, middle, upper = np.percentile(answered + posterior.silents(silent), [tail, 50, 100 - tail])
    above = posterior.above_all() if compare else {}
    tilted = None
    if silent:
        low, high = (answered + posterior.silents(silent, tilt) for tilt in TILTS)
        tilted = float(np.percentile(low, tail)), float(np.percentile(high, 100 - tail))
    return Modelled(float(middle), float(lower), float(upper), level, draws, seed, above, tilted)


@cache
def _mass() -> Array:
    """The share of authorities at each rate of the lattice, by level and family; its ends hold what lies beyond."""
    edges = LATTICE[:-1] + STEP / 2
    beside = edges[None, :] - LEVELS[:, None]
    found = np.empty((len(LEVELS), FAMILIES, len(LATTICE)))
    for at, shape in enumerate(SHAPES):
        found[:, at] = _differences(special.gammainc(shape, shape * np.exp(beside)))
    for at, spread in enumerate(SPREADS, start=len(SHAPES)):
        # The mean, not the median, is the nation's rate.
        found[:, at] = _differences(special.ndtr(beside / spread + spread / 2))
    return found


def _differences(up_to: Array) -> Array:
    ends = np.zeros((len(up_to), 1)), np.ones((len(up_to), 1))
    return np.diff(np.hstack([ends[0], up_to, ends[1]]), axis=1)


def _open_above(one: Member) -> bool:
    """Only "at least so many", by what else was answered: where it lies goes with the count itself, not by a rule
    about it, so that taken as evidence of rates it would push them up (measured on rounds whose truth is known)."""
    upper = one.likely.upper
    return not one.exact and (upper is None or (one.limit is not None and upper >= one.limit))


def _within(one: Range, means: Array) -> Array:
    """The chance that a Poisson count of each mean lies in a range."""
    if one.is_exact:
        return np.asarray(np.exp(stats.poisson.logpmf(one.lower, means)))
    up_to = np.ones(len(means)) if one.upper is None else special.pdtr(one.upper, means)
    return np.maximum(up_to - (special.pdtr(one.lower - 1, means) if one.lower > 0 else 0.0), 0.0)


def _shares(known: Sequence[Member]) -> Array:
    """How a sum falls into its parts, by those who gave every part: the same shares are assumed everywhere."""
    counts = np.full(max((len(one.parts) for one in known), default=0), 0.5)
    for one in known:
        if one.parts and all(part.is_exact for part in one.parts):
            counts += [part.lower for part in one.parts]
    return np.asarray(counts / counts.sum()) if counts.size else counts


class _Posterior:
    """What the answers leave likely: draws of each nation's level and of the family, the same family for all."""

    def __init__(self, used: Sequence[Member], chance: np.random.Generator, draws: int) -> None:
        known = [one for one in used if one.known is not None]
        count = sum(one.likely.lower + (one.likely.upper or one.likely.lower) for one in known) / 2
        self.rates = max(count, 0.5) / sum(one.size or 0 for one in known) * np.exp(LATTICE)
        self.used, self.chance, self.draws = used, chance, draws
        self.shares = _shares(known)
        self.nations = list(dict.fromkeys(one.nation for one in used))
        likely = []
        for nation in self.nations:
            chances = [self._chance_of(one) for one in known if one.nation == nation and not _open_above(one)]
            logs: Array = np.zeros((len(LEVELS), FAMILIES))
            if chances:
                logs = np.log(np.maximum(_mass() @ np.array(chances).T, 1e-300)).sum(axis=2)
            likely.append(np.exp(logs - logs.max()))
        self.levels, self.families = self._drawn(likely)

    def _drawn(self, likely: Sequence[Array]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Levels (draws by nations) and families (draws)."""
        prior = np.exp(-0.5 * ((LEVELS[None, :] - LEVELS[:, None]) / NATIONS_DIFFER) ** 2)
        prior /= prior.sum(axis=1, keepdims=True)
        beforehand = np.repeat([GAMMA_BEFOREHAND, 1 - GAMMA_BEFOREHAND], [len(SHAPES), len(SPREADS)])
        evidence = np.log(beforehand) + sum(np.log(np.maximum(prior @ one, 1e-300)) for one in likely)
        weights = np.exp(evidence - np.max(evidence)).ravel()
        at = self.chance.choice(weights.size, size=self.draws, p=weights / weights.sum())
        above, families = np.divmod(at, FAMILIES)
        levels = np.empty((self.draws, len(likely)), dtype=np.intp)
        for column, one in enumerate(likely):
            levels[:, column] = self._choice(prior[above] * one[:, families].T)
        return levels, families

    def _choice(self, weights: Array) -> NDArray[np.intp]:
        """One place of each row, by weight."""
        steps = np.cumsum(weights, axis=1)
        at = self.chance.random(len(weights)) * steps[:, -1]
        return np.asarray(np.minimum((steps < at[:, None]).sum(axis=1), weights.shape[1] - 1), dtype=np.intp)

    def _chance_of(self, one: Member) -> Array:
        """The chance of an answer for each rate of the lattice."""
        means = self.rates * (one.size or 0)
        if one.exact or not one.is_by_parts:
            return _within(one.likely, means)
        chances = [_within(part, share * means) for part, share in zip(one.parts, self.shares, strict=True)]
        return np.asarray(np.prod(chances, axis=0))

    def _own_rates(self, one: Member, draws: int) -> Array:
        """Draws of an authority's own rate, given its answer."""
        levels = self.levels[:draws, self.nations.index(one.nation)]
        chances = self._chance_of(one)
        able = np.flatnonzero(chances > 1e-12 * chances.max())  # most of the lattice says nothing, and costs time
        span = slice(int(able[0]), int(able[-1]) + 1) if len(able) else slice(None)
        weights = _mass()[:, :, span][levels, self.families[:draws]] * chances[None, span]
        jitter = np.exp(STEP * (self.chance.random(len(levels)) - 0.5))
        return np.asarray(self.rates[span][self._choice(weights)] * jitter)

    def hidden(self, one: Member) -> Array:
        """Draws of a count that is known to lie in a band, or each of whose parts is."""
        means = self._own_rates(one, self.draws) * (one.size or 0)
        if not one.is_by_parts:
            return self._counts(means, one.likely)
        pairs = zip(one.parts, self.shares, strict=True)
        return sum((self._counts(share * means, part) for part, share in pairs), np.zeros(self.draws))

    def silents(self, silent: Sequence[Member], tilt: float = 1.0) -> Array:
        """Draws of the total of those of whom nothing is known but a limit, at `tilt` times their rates."""
        return sum((self._silent(one, tilt) for one in silent), np.zeros(self.draws))

    def _silent(self, one: Member, tilt: float) -> Array:
        at = self.levels[:, self.nations.index(one.nation)]
        beside = np.empty(self.draws)
        gamma = self.families < len(SHAPES)
        shapes = SHAPES[self.families[gamma]]
        spreads = SPREADS[self.families[~gamma] - len(SHAPES)]
        beside[gamma] = self.chance.gamma(shapes) / shapes
        beside[~gamma] = np.exp(spreads * self.chance.standard_normal(len(spreads)) - spreads**2 / 2)
        level = np.exp(LEVELS[at] + (LEVELS[1] - LEVELS[0]) * (self.chance.random(self.draws) - 0.5))
        return self._counts(tilt * self.rates[len(LATTICE) // 2] * level * beside * (one.size or 0), one.likely)

    def _counts(self, means: Array, within: Range) -> Array:
        """Poisson counts within what is possible; one that never falls there is put at the nearer end."""
        low, high = within.lower, np.inf if within.upper is None else within.upper
        found = np.asarray(self.chance.poisson(means), dtype=float)
        for _ in range(TRIES):
            outside = (found < low) | (found > high)
            if not outside.any():
                return found
            found[outside] = self.chance.poisson(means[outside])
        return np.clip(found, low, high)

    def above_all(self) -> dict[str, float]:
        """Chances, rounded to 0.01: finer would be read as a rank."""
        draws = min(self.draws, 1000)
        sizes = [sum(one.size or 0 for one in self.used if one.nation == nation) for nation in self.nations]
        everyone = self.rates[len(LATTICE) // 2] * (np.exp(LEVELS[self.levels[:draws]]) @ np.array(sizes)) / sum(sizes)
        return {
            one.name: round(float(np.mean(self._own_rates(one, draws) > everyone)), 2)
            for one in self.used
            if one.known is not None
        }
