"""A count that is hidden in a band, such as 1 to 4, when counts of its kind are thought to follow a distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats


@dataclass(frozen=True, slots=True)
class Hidden:
    """The chance of each count from `lower` on, given the band; they add to 1."""

    lower: int
    chances: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The expected count."""
        return float(sum((self.lower + step) * chance for step, chance in enumerate(self.chances)))

    @property
    def variance(self) -> float:
        """Its spread, squared."""
        mean = self.mean
        return float(sum((self.lower + step - mean) ** 2 * chance for step, chance in enumerate(self.chances)))


def poisson_within(mean: float, lower: int, upper: int) -> Hidden:
    """A Poisson count of that mean, known to be from `lower` to `upper`. Raises ValueError."""
    return _within(stats.poisson(mean), lower, upper, mean)


def negative_binomial_within(mean: float, shape: float, lower: int, upper: int) -> Hidden:
    """A negative binomial count (variance mean + mean²/shape), known to be from `lower` to `upper`."""
    if shape <= 0:
        raise ValueError(f"{shape} is no shape of a negative binomial")
    return _within(stats.nbinom(shape, shape / (shape + mean)), lower, upper, mean)


def _within(distribution: Any, lower: int, upper: int, mean: float) -> Hidden:
    if not 0 <= lower <= upper or mean < 0:
        raise ValueError(f"{lower} to {upper} with the mean {mean} is no band of counts")
    logs = distribution.logpmf(np.arange(lower, upper + 1))
    if not np.isfinite(logs.max()):
        raise ValueError(f"a count of the mean {mean} is never from {lower} to {upper}")
    weights = np.exp(logs - logs.max())
    return Hidden(lower, tuple(float(one) for one in weights / weights.sum()))
