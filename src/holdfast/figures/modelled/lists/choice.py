"""Going through models: adding pairs of lists one by one, and setting every model beside the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from scipy import stats

from holdfast.figures.modelled.lists.loglinear import Estimate, criterion_and_total, estimate, fit
from holdfast.figures.modelled.lists.soundness import trouble
from holdfast.figures.modelled.lists.table import Lists, Term, stands_on

MOST_RANKED = 5  # lists: beyond it there are too many models to go through
THRESHOLD = 0.02


@dataclass(frozen=True, slots=True)
class Ranked:
    """A model, how well it does (BIC, smaller is better), and its total."""

    terms: tuple[Term, ...]
    criterion: float
    total: float


def stepwise(lists: Lists, threshold: float = THRESHOLD) -> tuple[Term, ...]:
    """Pairs of lists added one by one, the most surprising overlap first, while one is as rare as the threshold.

    How surprising: the chance of an overlap at least so far from what the model so far expects, on the side seen
    (Poisson). A pair that would leave the model without an answer is passed over. Found as in SparseMSE's stepwisefit.
    """
    terms: tuple[Term, ...] = ()
    while True:
        chances = sorted((_chance(lists, terms, pair), pair) for pair in lists.pairs() if pair not in terms)
        rare = [pair for chance, pair in chances if chance <= threshold]
        added = next((pair for pair in rare if not trouble(lists, (*terms, pair))), None)
        if added is None:
            return terms
        terms = (*terms, added)


def _chance(lists: Lists, terms: tuple[Term, ...], pair: Term) -> float:
    found = fit(lists, terms)
    seen = lists.on_all(pair)
    at = zip(found.design.histories, found.expected, strict=True)
    expected = sum(float(e) for h, e in at if stands_on(h, pair))
    return float(min(stats.poisson.cdf(seen, expected), stats.poisson.sf(seen - 1, expected)))


def models(lists: int, order: int) -> Iterator[tuple[Term, ...]]:
    """Every hierarchical model with terms of at most so many lists: a term is there with all that it contains."""
    terms = [t for size in range(2, order + 1) for t in combinations(range(lists), size)]

    def grow(chosen: tuple[Term, ...], rest: list[Term]) -> Iterator[tuple[Term, ...]]:
        if not rest:
            yield chosen
            return
        first, *others = rest
        yield from grow(chosen, others)
        if len(first) == 2 or all(part in chosen for part in combinations(first, len(first) - 1)):
            yield from grow((*chosen, first), others)

    yield from grow((), terms)


def ranked(lists: Lists, order: int = 2) -> list[Ranked]:
    """Every model that has an answer, the best first. Raises ValueError with more than five lists."""
    if len(lists.names) > MOST_RANKED:
        raise ValueError(f"every model can be set beside the others for at most {MOST_RANKED} lists")
    found = [
        Ranked(terms, *criterion_and_total(lists, terms))
        for terms in models(len(lists.names), order)
        if not trouble(lists, terms)
    ]
    return sorted(found, key=lambda model: model.criterion)


def main_effects(lists: Lists) -> Estimate:
    """The model in which every list finds people independently of the others."""
    return estimate(lists, ())
