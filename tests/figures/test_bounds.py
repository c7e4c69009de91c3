"""The arithmetic of ranges, held to every possible table and to worked examples."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.figures.bounds import Contradiction, Range, both, part_of, share, total, union
from holdfast.figures.estimate import Stratum, ratio_estimate, stratified_estimate
from holdfast.figures.intervals import clopper_pearson, how_stable, share_with_silence, wilson

small = st.tuples(st.integers(0, 4), st.integers(0, 3)).map(lambda pair: Range(pair[0], pair[0] + pair[1]))


def numbers(one: Range) -> range:
    assert one.upper is not None
    return range(one.lower, one.upper + 1)


def test_thirty_cells_under_five_total_30_to_120_when_zeros_are_shown_and_0_to_120_when_not():
    assert total([Range(1, 4)] * 30) == Range(30, 120)
    assert total([Range(0, 4)] * 30) == Range(0, 120)


@given(st.lists(st.tuples(small, small), min_size=1, max_size=3))
def test_a_share_is_bounded_exactly_by_every_table_that_is_possible(pairs):
    cells = [[(n, d) for n in numbers(part) for d in numbers(whole) if n <= d] for part, whole in pairs]
    if not all(cells):
        with pytest.raises(Contradiction):
            share(pairs)
        return
    rates = [
        sum(n for n, _ in table) / sum(d for _, d in table) for table in product(*cells) if sum(d for _, d in table)
    ]
    found = share(pairs)
    if not rates:
        assert (found.lower, found.upper) == (None, None)
        return
    assert found.lower == pytest.approx(min(rates))
    assert found.upper == pytest.approx(max(rates))


@given(small, small, st.one_of(st.none(), small))
def test_different_children_are_bounded_exactly_by_every_overlap_that_is_possible(first, second, overlap):
    counts = [
        a + b - shared
        for a in numbers(first)
        for b in numbers(second)
        for shared in range(min(a, b) + 1)
        if overlap is None or shared in numbers(overlap)
    ]
    if not counts:
        with pytest.raises(Contradiction):
            union([first, second], overlap=overlap)
        return
    assert union([first, second], overlap=overlap) == Range(min(counts), max(counts))


def test_overlap_authority_by_authority_is_tighter_than_by_national_ends():
    by_authority = total([union([Range(3, 3), Range(5, 5)]), union([Range(4, 4), Range(2, 2)])])
    assert by_authority == Range(9, 14)
    assert union([Range(7, 7), Range(7, 7)]) == Range(7, 14)
    assert union([Range(7, 7), Range(7, 7)], whole=10) == Range(7, 10)
    assert both(Range(7, 7), Range(7, 7), whole=10) == Range(4, 7)


def test_a_part_larger_than_its_whole_is_a_contradiction():
    with pytest.raises(Contradiction):
        part_of(Range(30, 30), Range(20, 20))


def test_a_hidden_number_without_limit_leaves_the_total_open_above():
    assert total([Range(12, 12), Range(0, None)]) == Range(12, None)
    open_above = share([(Range(2, 2), Range(2, None)), (Range(1, 1), Range(4, 4))])
    assert (open_above.lower, open_above.upper) == (0.0, 0.5)


@pytest.mark.parametrize(
    ("x", "n", "by_wilson", "exactly"),
    [
        (0, 7, (0, 0.3543), (0, 0.4096)),
        (3, 7, (0.1582, 0.7495), (0.0990, 0.8159)),
        (7, 7, (0.6457, 1), (0.5904, 1)),
        (1, 20, (0.0089, 0.2361), (0.0013, 0.2487)),
    ],
)
def test_intervals_for_one_rate_agree_to_four_places(x, n, by_wilson, exactly):
    assert wilson(x, n) == pytest.approx(by_wilson, abs=5e-5)
    assert clopper_pearson(x, n) == pytest.approx(exactly, abs=5e-5)
    assert how_stable(x, n)[0] == "Clopper-Pearson"


def test_the_interval_for_the_article_s_ratio():
    assert wilson(864, 2638) == pytest.approx((0.3099, 0.3457), abs=5e-5)
    assert how_stable(864, 2638)[0] == "Wilson"


def test_silence_may_be_all_no_or_all_yes():
    assert share_with_silence(60, 20, 20) == (0.60, 0.80)
    with pytest.raises(ValueError, match="no share"):
        share_with_silence(0, 0, 0)


def test_the_modelled_total_by_nation_with_its_standard_error():
    england = Stratum("England", ((400, 20), (250, 12), (200, 9)), 1400, 5)
    wales = Stratum("Wales", ((120, 4),), 220)
    scotland = Stratum("Scotland", ((60, 3), (90, 5)), 260)
    assert ratio_estimate(england).total == pytest.approx(67.529, abs=5e-4)
    assert ratio_estimate(england).standard_error == pytest.approx(1.224, abs=5e-4)
    assert ratio_estimate(wales).total == pytest.approx(7.333, abs=5e-4)
    assert ratio_estimate(scotland).total == pytest.approx(13.867, abs=5e-4)
    assert stratified_estimate((england, wales, scotland)).total == pytest.approx(88.729, abs=5e-4)
    everyone = Stratum("all", england.answered + wales.answered + scotland.answered, 1880)
    assert ratio_estimate(everyone).total == pytest.approx(88.964, abs=5e-4)
    assert stratified_estimate((england, wales)).standard_error is None
