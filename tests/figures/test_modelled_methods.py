"""The modelled layer and linear programmes, held to worked examples and to each other."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.figures.bounds import Contradiction, Range, share
from holdfast.figures.intervals import clopper_pearson, wilson
from holdfast.figures.ladder import Member
from holdfast.figures.modelled.combining import combined
from holdfast.figures.modelled.hidden_counts import negative_binomial_within, poisson_within
from holdfast.figures.modelled.hierarchy import CannotModel, modelled_total, shrunken_rate
from holdfast.figures.modelled.programmes import Programme


@pytest.mark.parametrize(
    ("mean", "expected"), [(0.5, 1.2691), (1, 1.5610), (2, 19 / 9), (3, 2.5366), (5, 3.0550), (8, 3.4144)]
)
def test_the_mean_of_a_poisson_count_hidden_in_one_to_four(mean, expected):
    assert poisson_within(mean, 1, 4).mean == pytest.approx(expected, abs=5e-5)


def test_a_poisson_count_of_mean_two_hidden_in_one_to_four():
    hidden = poisson_within(2, 1, 4)
    assert hidden.chances == pytest.approx((1 / 3, 1 / 3, 2 / 9, 1 / 9))
    assert hidden.variance == pytest.approx(80 / 81)
    assert 30 * hidden.mean == pytest.approx(63.33, abs=0.005)
    assert (30 * hidden.variance) ** 0.5 == pytest.approx(5.443, abs=0.0005)


def test_a_zero_that_may_be_hidden_lowers_the_mean():
    assert poisson_within(2, 0, 4).mean == pytest.approx(1.8095, abs=5e-5)


def test_overdispersed_counts_hidden_in_one_to_four():
    assert negative_binomial_within(3, 1, 1, 4).mean == pytest.approx(2.1486, abs=5e-5)
    assert negative_binomial_within(10, 2, 1, 4).mean == pytest.approx(2.6454, abs=5e-5)


def test_what_is_no_band_of_counts_is_refused():
    for mean, low, high in ((2, 4, 1), (2, -1, 4), (0, 1, 4)):
        with pytest.raises(ValueError, match=r"band|never"):
            poisson_within(mean, low, high)
    with pytest.raises(ValueError, match="shape"):
        negative_binomial_within(2, 0, 1, 4)


def test_rubin_s_rules_on_five_completed_sets():
    together = combined([60, 62, 58, 61, 59], [4] * 5)
    assert (together.estimate, together.between, together.variance) == (60, 2.5, 7)
    assert together.standard_error == pytest.approx(2.6458, abs=5e-5)
    assert together.degrees_of_freedom == pytest.approx(21.78, abs=0.005)
    low, high = together.interval()
    assert high - 60 == pytest.approx(60 - low) == pytest.approx(2.0752 * 2.6458, abs=1e-3)
    with pytest.raises(ValueError, match="two or more"):
        combined([60], [4])


def test_a_small_authority_is_drawn_towards_the_rest():
    assert shrunken_rate(0, 20, 2, 40) == pytest.approx(0.0333, abs=5e-5)
    assert shrunken_rate(8, 60, 2, 40) == pytest.approx(0.10)


def test_our_intervals_for_one_rate_agree_with_scipy_s():
    from scipy.stats import binomtest

    for x, n in [(0, 7), (3, 7), (7, 7), (1, 20), (864, 2638), (1501, 12530), (0, 1), (1, 1)]:
        test = binomtest(x, n)
        exact, score = test.proportion_ci(method="exact"), test.proportion_ci(method="wilson")
        assert clopper_pearson(x, n) == pytest.approx((exact.low, exact.high), abs=1e-9)
        assert wilson(x, n) == pytest.approx((score.low, score.high), abs=1e-9)


def _toy():
    trafficked = {"A": Range(20, 20), "B": Range(12, 12), "C": Range(1, 4), "F": Range(0, 9)}
    missing = {"A": Range(6, 6), "B": Range(1, 4), "C": Range(0, 0), "F": Range(2, 2)}
    programme = Programme({f"T{k}": v for k, v in trafficked.items()} | {f"M{k}": v for k, v in missing.items()})
    for name in trafficked:
        programme.within(f"M{name}", f"T{name}")
    return trafficked, missing, programme


def test_the_toy_ratio_of_hidden_counts_by_charnes_and_cooper():
    trafficked, missing, programme = _toy()
    low, high = programme.least_and_most_share(
        dict.fromkeys(("MA", "MB", "MC", "MF"), 1.0), dict.fromkeys(("TA", "TB", "TC", "TF"), 1.0)
    )
    assert (low, high) == (pytest.approx(9 / 45), pytest.approx(12 / 35))
    corner = share([(missing[name], trafficked[name]) for name in trafficked])
    assert (corner.lower, corner.upper) == (pytest.approx(low), pytest.approx(high))
    assert not low <= 8 / 47 <= high, "adding up what happens to be a number gives a rate that is not possible"


def test_the_toy_total_by_a_linear_programme():
    _, _, programme = _toy()
    programme.unknowns["TE"] = Range(15, 15)
    assert programme.least_and_most(dict.fromkeys(("TA", "TB", "TC", "TE", "TF"), 1.0)) == (50, 60)


small = st.tuples(st.integers(0, 4), st.integers(0, 3)).map(lambda pair: Range(pair[0], pair[0] + pair[1]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(small, small), min_size=1, max_size=3))
def test_the_programme_and_the_corners_give_the_same_share(pairs):
    programme = Programme({})
    for at, (part, whole) in enumerate(pairs):
        programme.unknowns |= {f"p{at}": part, f"w{at}": whole}
        programme.within(f"p{at}", f"w{at}")
    parts, wholes = ({f"{side}{at}": 1.0 for at in range(len(pairs))} for side in "pw")
    try:
        corner = share(pairs)
    except Contradiction:
        assert programme.least_and_most_share(parts, wholes) == (None, None)
        return
    low, high = programme.least_and_most_share(parts, wholes)
    if corner.lower is None:
        assert (low, high) == (None, None)
        return
    assert low == pytest.approx(corner.lower, abs=1e-9)
    # Whole children: where nobody need be in the whole, the programme may divide by a part of a child.
    assert high >= corner.upper - 1e-9


def test_a_programme_without_limit_above_says_so_and_one_that_cannot_be_is_a_contradiction():
    programme = Programme({"a": Range(2, None), "b": Range(0, 3)})
    assert programme.least_and_most({"a": 1.0, "b": 1.0}) == (2, None)
    programme.within("a", "b")
    assert programme.least_and_most({"a": 1.0, "b": 1.0}) == (4, 6)
    programme.exactly.append(({"a": 1.0}, 4.0))
    with pytest.raises(Contradiction):
        programme.least_and_most({"a": 1.0})
    with pytest.raises(KeyError, match="not among"):
        programme.least_and_most({"z": 1.0})


def members(answered=30, silent=5, count=10, size=100):
    known = [Member(f"A{at}", "England", Range(count, count), None, size) for at in range(answered)]
    return known + [Member(f"S{at}", "England", None, size, size) for at in range(silent)]


def test_the_silent_are_thought_to_be_like_the_rest_and_the_same_seed_gives_the_same_numbers():
    made = modelled_total(members(), seed=4)
    assert made.lower < 350 < made.upper and made.middle == pytest.approx(350, abs=5)
    assert made == modelled_total(members(), seed=4)
    assert made.lower >= 300, "what was counted is never taken away"


def test_with_nobody_silent_and_nothing_hidden_there_is_nothing_to_model():
    made = modelled_total(members(silent=0), seed=1)
    assert (made.lower, made.middle, made.upper) == (300, 300, 300)


def test_a_hidden_count_stays_within_its_band_and_a_silent_one_under_its_limit():
    hidden = [Member(f"H{at}", "Wales", Range(1, 4), None, 500) for at in range(20)]
    made = modelled_total(members(silent=0) + hidden, seed=2)
    assert 300 + 20 <= made.lower <= made.upper <= 300 + 80
    tight = [Member("S", "England", None, 2, 100_000)]
    assert modelled_total(members(silent=0) + tight, seed=2).upper <= 302


def test_a_sum_of_hidden_parts_is_modelled_part_by_part():
    """Two numbers under 5 are seldom 8 together: taken as one number from 0 to 8, each would be too high."""
    chance = np.random.default_rng(5)
    told, flat, true = [], [], 0
    for at in range(900):
        parts = [int(one) for one in chance.poisson((3, 2))]
        ranges = tuple(Range(0, 4) if one < 5 else Range(one, one) for one in parts)
        ranges = ranges if at % 3 else tuple(Range(one, one) for one in parts)  # a third hide nothing
        whole = ranges[0] + ranges[1]
        told.append(Member(f"A{at}", "England", whole, None, 100, parts=ranges))
        flat.append(Member(f"A{at}", "England", whole, None, 100))
        true += sum(parts)
    by_parts, as_one = (modelled_total(some, seed=1, draws=500, compare=False) for some in (told, flat))
    assert by_parts.lower <= true <= by_parts.upper
    assert true < as_one.lower


def test_what_the_whole_says_beyond_its_parts_is_kept():
    told = Member("A", "England", Range(6, 8), None, 100, parts=(Range(0, 4), Range(0, 4)))
    assert not told.is_by_parts
    made = modelled_total([*members(silent=0), told], seed=1)
    assert 306 <= made.lower <= made.upper <= 308


def test_the_model_refuses_to_speak_for_almost_everyone():
    with pytest.raises(CannotModel):
        modelled_total(members(answered=9, silent=200), seed=1)


def test_an_authority_with_no_child_is_not_called_lower_than_one_with_many():
    far = [Member("High", "England", Range(90, 90), None, 100), Member("Tiny", "England", Range(0, 0), None, 2)]
    above = modelled_total(members() + far, seed=3).above_all
    assert above["High"] > 0.99
    assert 0.05 < above["Tiny"] < 0.95, "two children say next to nothing of a rate"
    assert "S0" not in above


def test_every_table_of_whole_numbers_lies_within_the_programme_s_bounds():
    unknowns = {"whole": Range(0, 6), "one": Range(1, 4), "other": Range(0, 4)}
    programme = Programme(dict(unknowns), exactly=[({"whole": 1.0, "one": -1.0, "other": -1.0}, 0.0)])
    tables = [(w, a, b) for w, a, b in product(range(7), range(1, 5), range(5)) if w == a + b]
    assert programme.least_and_most({"other": 1.0}) == (min(t[2] for t in tables), max(t[2] for t in tables))
    assert programme.least_and_most({"whole": 1.0}) == (min(t[0] for t in tables), max(t[0] for t in tables))
