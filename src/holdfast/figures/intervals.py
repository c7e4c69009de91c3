"""How stable one rate is, and how far silence can move a share. Standard library only.

For a full count an interval is no sampling error: it says how much a rate this size moves by chance alone.
Rates of authorities spread wider than that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, lgamma, log, sqrt
from statistics import NormalDist


def wilson(x: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson score interval for x of n. Raises ValueError unless 0 <= x <= n and n > 0."""
    _check(x, n)
    return _score(x / n, n, level)


def _score(rate: float, n: float, level: float) -> tuple[float, float]:
    z = NormalDist().inv_cdf(0.5 + level / 2)
    spread = z * z / n
    middle = (rate + spread / 2) / (1 + spread)
    half = z * sqrt(rate * (1 - rate) / n + spread / (4 * n)) / (1 + spread)
    return (0.0 if rate == 0 else middle - half, 1.0 if rate == 1 else middle + half)


def between_authorities(pairs: Sequence[tuple[int, int]], level: float = 0.95) -> tuple[float, float, float]:
    """The same interval widened by how far authorities differ: the widening factor, and the interval.

    `pairs` are (x, n) of each authority. The factor is Pearson's chi-square over its degrees of freedom, never under
    1; the count of children is divided by it. Raises ValueError for fewer than two authorities with children.
    """
    used = [(x, n) for x, n in pairs if n]
    for x, n in used:
        _check(x, n)
    if len(used) < 2:
        raise ValueError("one authority says nothing of how far authorities differ")
    x_all, n_all = sum(x for x, _ in used), sum(n for _, n in used)
    rate = x_all / n_all
    if x_all in (0, n_all):
        return 1.0, *_score(rate, n_all, level)
    chi_square = sum((x - n * rate) ** 2 / (n * rate * (1 - rate)) for x, n in used)
    factor = max(1.0, chi_square / (len(used) - 1))
    return factor, *_score(rate, n_all / factor, level)


def clopper_pearson(x: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """The exact interval for x of n: each end is where the tail holds (1 - level) / 2."""
    _check(x, n)
    tail = (1 - level) / 2
    lower = 0.0 if x == 0 else _solve(lambda rate: 1 - _at_most(x - 1, n, rate) - tail)
    upper = 1.0 if x == n else _solve(lambda rate: tail - _at_most(x, n, rate))
    return lower, upper


def how_stable(x: int, n: int) -> tuple[str, float, float]:
    """The name of the interval fitting for x of n, and the interval: exact for small or extreme counts."""
    if n < 40 or x in (0, n):
        return "Clopper-Pearson", *clopper_pearson(x, n)
    return "Wilson", *wilson(x, n)


def share_with_silence(yes: int, no: int, silent: int) -> tuple[float, float]:
    """Bounds of a share when the silent may all be no or all be yes (Manski); no assumption is made."""
    everyone = yes + no + silent
    _check(yes, everyone)
    return yes / everyone, (yes + silent) / everyone


def _check(x: int, n: int) -> None:
    if n <= 0 or not 0 <= x <= n:
        raise ValueError(f"{x} of {n} is no share")


def _at_most(x: int, n: int, rate: float) -> float:
    """P(X <= x) for a binomial count; terms by logarithm, so that thousands do not underflow."""
    if rate <= 0:
        return 1.0
    if rate >= 1:
        return 1.0 if x >= n else 0.0
    up, down = log(rate), log(1 - rate)
    terms = (lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * up + (n - k) * down for k in range(x + 1))
    return min(1.0, sum(exp(term) for term in terms))


def _solve(rising: Callable[[float], float]) -> float:
    """Where a rising function of a rate is zero, to 1e-12, by halving."""
    low, high = 0.0, 1.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
