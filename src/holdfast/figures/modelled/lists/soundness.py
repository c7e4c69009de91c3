"""Whether a model of lists has an answer at all: Fienberg and Rinaldo (2012); Chan, Silverman and Vincent (2021)."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from scipy import optimize

from holdfast.figures.modelled.lists.loglinear import design_of
from holdfast.figures.modelled.lists.table import Lists, Term

_NONE = 1e-7


def trouble(lists: Lists, terms: Collection[Term]) -> str:
    """Why the model must not be read, in a sentence; empty where it has one answer."""
    design = design_of(lists, terms)
    if np.linalg.matrix_rank(design.matrix) < len(design.terms):
        return "the lists cannot tell the model's terms apart, so many totals fit equally well"
    counts = np.array([float(lists.counts.get(h, 0)) for h in design.histories])
    if counts.all():
        return ""
    # A likeliest model exists where counts that are all positive have the same sums as those seen: how positive can
    # the smallest be?
    sums = design.matrix.T @ counts
    aim = np.zeros(len(counts) + 1)
    aim[-1] = -1.0
    same_sums = np.hstack([design.matrix.T, np.zeros((len(sums), 1))])
    at_least = np.hstack([-np.eye(len(counts)), np.ones((len(counts), 1))])
    found = optimize.linprog(
        aim, A_ub=at_least, b_ub=np.zeros(len(counts)), A_eq=same_sums, b_eq=sums, bounds=[(0, None)] * len(aim)
    )
    if not found.success or -found.fun < _NONE:
        return "too many overlaps of the lists are empty, so no likeliest total exists"
    return ""
