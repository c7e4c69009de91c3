"""The modelled layer: what the total would be if those who did not answer resemble those who did.

Never added to a counted or a bounded figure, and never shown without the words above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True, slots=True)
class Stratum:
    """Authorities alike (a nation): `answered` as pairs (x, y), x the known size, y the answer; `size` is the sum
    of x over all `authorities`, those that did not answer included."""

    name: str
    answered: tuple[tuple[float, float], ...]
    size: float
    authorities: int | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimated total and its standard error; None where one answer or an unknown number of authorities
    gives no spread to judge by."""

    total: float
    standard_error: float | None


def ratio_estimate(stratum: Stratum) -> Estimate:
    """`size` x sum(y) / sum(x), with the standard error of the ratio estimator and the finite correction."""
    sum_x = sum(x for x, _ in stratum.answered)
    if sum_x <= 0:
        raise ValueError(f"{stratum.name}: nobody who answered has a size to go by")
    if stratum.authorities is not None and stratum.authorities < len(stratum.answered):
        raise ValueError(f"{stratum.name}: more answers than authorities")
    ratio = sum(y for _, y in stratum.answered) / sum_x
    return Estimate(stratum.size * ratio, _standard_error(stratum, ratio, sum_x))


def _standard_error(stratum: Stratum, ratio: float, sum_x: float) -> float | None:
    n, all_of_them = len(stratum.answered), stratum.authorities
    if all_of_them is None or n < 2:
        return None
    left = sum((y - ratio * x) ** 2 for x, y in stratum.answered) / (n - 1)
    mean_of_all, mean_answered = stratum.size / all_of_them, sum_x / n
    return all_of_them * sqrt((1 - n / all_of_them) * left / n) * mean_of_all / mean_answered


def stratified_estimate(strata: Sequence[Stratum]) -> Estimate:
    """The sum over strata, each with its own ratio; errors add as squares."""
    parts = [ratio_estimate(stratum) for stratum in strata]
    errors = [part.standard_error for part in parts]
    together = None if None in errors else sqrt(sum((error or 0) ** 2 for error in errors))
    return Estimate(sum(part.total for part in parts), together)
