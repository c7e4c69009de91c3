"""Every decomposable graph of lists, weighed by how well it does (Madigan and York, Biometrika 84 (1997) 19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from holdfast.figures.modelled.lists.choice import MOST_RANKED
from holdfast.figures.modelled.lists.table import Lists, Term

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Averaged:
    """The total's distribution over all graphs: its mean, middle, and the middle 95 in a hundred."""

    mean: float
    median: int
    lower: int
    upper: int


def averaged(lists: Lists, hidden: Sequence[int]) -> Averaged:
    """`hidden`: the numbers on no list that are thought possible, each weighed by one over the total.

    Cells of every clique have Dirichlet weights of one over the number of all cells. The graph in which every list
    hangs on every other is left out: it says nothing of those on no list. Raises ValueError with more than five lists.
    """
    if not 3 <= len(lists.names) <= MOST_RANKED:
        raise ValueError(f"graphs are averaged for 3 to {MOST_RANKED} lists")
    missed = np.array(hidden, dtype=float)
    totals = missed + lists.known
    weights = np.logaddexp.reduce([_weight(lists, missed, graph) for graph in graphs(len(lists.names))], axis=0)
    weights += special.gammaln(totals + 1) - special.gammaln(missed + 1) - np.log(totals)
    chances = np.exp(weights - weights.max())
    chances /= chances.sum()
    reached = np.cumsum(chances)

    def at(share: float) -> int:
        return int(totals[np.searchsorted(reached, share)])

    return Averaged(float(np.sum(totals * chances)), at(0.5), at(0.025), at(0.975))


@dataclass(frozen=True, slots=True)
class Graph:
    """A decomposable graph by its cliques, and its separators as often as each separates."""

    cliques: tuple[Term, ...]
    separators: tuple[Term, ...]


@cache
def graphs(lists: int) -> tuple[Graph, ...]:
    """Every decomposable graph of so many lists but the complete one."""
    pairs = list(combinations(range(lists), 2))
    chosen = (edges for size in range(len(pairs)) for edges in combinations(pairs, size))
    return tuple(graph for edges in chosen if (graph := _decomposed(lists, frozenset(edges))) is not None)


def _decomposed(lists: int, edges: frozenset[Term]) -> Graph | None:
    """The cliques in an order of greatest cardinality; None where a cycle without a chord is there."""
    near = {n: {a + b - n for a, b in edges if n in (a, b)} for n in range(lists)}
    numbered: list[int] = []
    cliques: list[frozenset[int]] = []
    separators: list[Term] = []
    while len(numbered) < lists:
        left = [n for n in range(lists) if n not in numbered]
        following = max(left, key=lambda n: len(near[n] & set(numbered)))
        before = near[following] & set(numbered)
        if any((a, b) not in edges for a, b in combinations(sorted(before), 2)):
            return None
        clique = frozenset({*before, following})
        if cliques and cliques[-1] == before:
            cliques[-1] = clique
        else:
            if cliques:
                separators.append(tuple(sorted(before)))
            cliques.append(clique)
        numbered.append(following)
    return Graph(tuple(tuple(sorted(c)) for c in cliques), tuple(separators))


def _weight(lists: Lists, missed: Array, graph: Graph) -> Array:
    """The logarithm of how likely the lists are under a graph, for each number missed."""
    return sum((_of_table(lists, missed, c) for c in graph.cliques), np.zeros_like(missed)) - sum(
        (_of_table(lists, missed, s) for s in graph.separators), np.zeros_like(missed)
    )


def _of_table(lists: Lists, missed: Array, over: Term) -> Array:
    """Of the table of some lists, summed over the others (Dirichlet, multinomial without its coefficient)."""
    each = 1.0 / 2 ** len(over)
    counts: dict[tuple[int, ...], int] = {}
    for history, count in lists.counts.items():
        cell = tuple(history[n] for n in over)
        counts[cell] = counts.get(cell, 0) + count
    none = counts.pop((0,) * len(over), 0)
    known = sum(special.gammaln(each + count) - special.gammaln(each) for count in counts.values())
    hidden = special.gammaln(each + none + missed) - special.gammaln(each)
    result: Array = known + hidden - special.gammaln(1.0 + lists.known + missed)
    return result
