"""Several completed data sets, one estimate: D. B. Rubin, Multiple Imputation for Nonresponse in Surveys (1987)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt

from scipy import stats


@dataclass(frozen=True, slots=True)
class Combined:
    """`within` is the mean variance of each completed set, `between` the variance among their estimates."""

    estimate: float
    within: float
    between: float
    variance: float
    degrees_of_freedom: float

    @property
    def standard_error(self) -> float:
        """The square root of the variance."""
        return sqrt(self.variance)

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """By Student's t."""
        reach = float(stats.t.ppf(0.5 + level / 2, self.degrees_of_freedom)) * self.standard_error
        return self.estimate - reach, self.estimate + reach


def combined(estimates: Sequence[float], variances: Sequence[float]) -> Combined:
    """Rubin's rules. Raises ValueError for fewer than two completed sets or a variance below zero."""
    m = len(estimates)
    if m < 2 or len(variances) != m or min(variances) < 0:
        raise ValueError("two or more estimates are needed, each with its variance")
    mean, within = sum(estimates) / m, sum(variances) / m
    between = sum((one - mean) ** 2 for one in estimates) / (m - 1)
    added = (1 + 1 / m) * between
    degrees = inf if added == 0 else (m - 1) * (1 + within / added) ** 2
    return Combined(mean, within, between, within + added, degrees)
