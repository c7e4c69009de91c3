"""One log-linear model of linked lists: counts of histories are Poisson, their logarithms sums of terms.

The logarithm of the number on no list is then the model's constant. A pair of lists that shares nobody has an overlap
of minus infinity: its histories are left out (Chan, Silverman and Vincent, JASA 116 (2021) 1297).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from math import exp, log

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats

from holdfast.figures.modelled.lists.table import History, Lists, Term, stands_on

Array = NDArray[np.float64]
ROUNDS = 200
_FAR = 8.0  # on the scale of logarithms: a number 3,000 times larger


@dataclass(frozen=True, slots=True)
class Design:
    """The histories that a model describes, its terms (the constant first), and which history stands on which term."""

    histories: tuple[History, ...]
    terms: tuple[Term, ...]
    matrix: Array
    empty: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """`expected` for each history of the design, `coefficients` and their `errors` (standard, of the logarithm)."""

    design: Design
    coefficients: Array
    errors: Array
    expected: Array
    log_likelihood: float
    deviance: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many there may be in all, those on the lists included, and an interval that takes the model for true.
    `upper` is None where the interval has no end."""

    total: float
    lower: float
    upper: float | None


def design_of(lists: Lists, terms: Collection[Term], *, with_hidden: bool = False) -> Design:
    """A model with every single list and the terms given. `with_hidden`: the history of no list too, first."""
    empty = tuple(t for t in terms if not lists.on_all(t))
    within_empty = [t for t in terms if any(set(e) <= set(t) for e in empty)]
    histories = [h for h in lists.histories if not any(stands_on(h, e) for e in empty)]
    if with_hidden:
        histories.insert(0, (0,) * len(lists.names))
    kept: tuple[Term, ...] = (
        (),
        *((n,) for n in range(len(lists.names))),
        *(t for t in terms if t not in within_empty),
    )
    matrix = np.array([[float(stands_on(h, t)) for t in kept] for h in histories])
    return Design(tuple(histories), kept, matrix, empty)


def fit(lists: Lists, terms: Collection[Term]) -> Fitted:
    """By iterated weighted least squares. Ask `soundness.trouble` first: a model without an answer has none here."""
    design = design_of(lists, terms)
    return _fit(design, np.array([float(lists.counts.get(h, 0)) for h in design.histories]))


def _fit(design: Design, counts: Array) -> Fitted:
    expected: Array = counts + 0.1
    deviance = np.inf
    level: Array = np.log(expected)
    coefficients = np.zeros(len(design.terms), dtype=np.float64)
    for _ in range(ROUNDS):
        weight = np.sqrt(expected)
        aim = level + (counts - expected) / expected
        coefficients = np.asarray(
            np.linalg.lstsq(design.matrix * weight[:, None], aim * weight, rcond=None)[0], dtype=np.float64
        )
        level = (design.matrix @ coefficients).astype(np.float64)
        expected = np.exp(level).astype(np.float64)
        before, deviance = deviance, _deviance(counts, expected)
        if abs(before - deviance) < 1e-12 * (abs(deviance) + 1):
            break
    spread = np.linalg.pinv(design.matrix.T @ (design.matrix * expected[:, None]))
    likelihood = float(np.sum(special.xlogy(counts, expected) - expected - special.gammaln(counts + 1)))
    return Fitted(design, coefficients, np.sqrt(np.diag(spread)), expected, likelihood, deviance)


def _deviance(counts: Array, expected: Array) -> float:
    ratio = np.where(counts > 0, counts / expected, 1.0)
    return float(2 * np.sum(special.xlogy(counts, ratio) - (counts - expected)))


def estimate(lists: Lists, terms: Collection[Term], level: float = 0.95) -> Estimate:
    """Those on the lists and the model's constant; the interval is normal in the logarithm of the hidden number."""
    found = fit(lists, terms)
    constant, error = float(found.coefficients[0]), float(found.errors[0])
    reach = float(stats.norm.ppf(0.5 + level / 2)) * error
    return Estimate(
        lists.known + exp(constant), lists.known + exp(constant - reach), lists.known + exp(constant + reach)
    )


def profile(lists: Lists, terms: Collection[Term], level: float = 0.95) -> Estimate:
    """The total that makes the lists likeliest when the counts are multinomial, with the interval of its likelihood.

    As Rcapture's closedpCI computes it (Baillargeon and Rivest, J. Stat. Softw. 19 (2007) 5).
    """
    design = design_of(lists, terms, with_hidden=True)
    known = lists.known
    counts = np.array([float(lists.counts.get(h, 0)) for h in design.histories])

    def likelihood(of_hidden: float) -> float:
        counts[0] = hidden = exp(of_hidden)
        shares = _fit(design, counts).expected / (known + hidden)
        return float(
            special.gammaln(known + hidden + 1) - special.gammaln(hidden + 1) + np.sum(special.xlogy(counts, shares))
        )

    near = float(fit(lists, terms).coefficients[0])
    found = optimize.minimize_scalar(lambda u: -likelihood(u), bracket=(near - 0.2, near + 0.2), tol=1e-10)
    best, top = float(found.x), -float(found.fun)
    depth = float(stats.chi2.ppf(level, 1)) / 2

    def below(of_hidden: float) -> float:
        return top - likelihood(of_hidden) - depth

    lower, upper = _crossing(below, best, -1.0), _crossing(below, best, 1.0)
    return Estimate(
        known + exp(best), known + (exp(lower) if lower is not None else 0.0), known + exp(upper) if upper else None
    )


def _crossing(below: Callable[[float], float], best: float, way: float) -> float | None:
    """Where the likelihood has fallen far enough, looking ever further one way; None where it never does."""
    step = 0.25
    while step <= _FAR:
        if below(best + way * step) > 0:
            return float(optimize.brentq(below, *sorted((best, best + way * step))))
        step *= 2
    return None


def information(lists: Lists, terms: Collection[Term]) -> float:
    """Schwarz's criterion (BIC), with as many observations as there are people on the lists: smaller is better.

    An overlap of nobody is a term like others, though what is estimated of it is minus infinity.
    """
    return criterion_and_total(lists, terms)[0]


def criterion_and_total(lists: Lists, terms: Collection[Term]) -> tuple[float, float]:
    """`information`, and the total of the model."""
    found, terms_of_all = fit(lists, terms), 1 + len(lists.names) + len(terms)
    criterion = -2 * found.log_likelihood + terms_of_all * log(lists.known)
    return criterion, lists.known + float(np.exp(found.coefficients[0]))


def two_lists(first: int, second: int, both: int) -> tuple[float, float, float]:
    """For two independent lists: Lincoln and Petersen's total, Chapman's, and the variance of Chapman's.

    Chapman (1951), Seber (1970). Raises ValueError where nobody is on both or the overlap exceeds a list.
    """
    if not 0 < both <= min(first, second):
        raise ValueError("somebody must stand on both lists, and no more than on either")
    chapman = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    return first * second / both, chapman, variance
