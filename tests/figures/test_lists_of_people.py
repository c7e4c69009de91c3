"""Multiple systems estimation: known answers, models without an answer, and the tables of nine published studies."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from holdfast.cli.main import every_command
from holdfast.figures.modelled.lists.averaging import averaged, graphs
from holdfast.figures.modelled.lists.choice import models, ranked, stepwise
from holdfast.figures.modelled.lists.loglinear import estimate, information, profile, two_lists
from holdfast.figures.modelled.lists.resampling import NoInterval, best_models, best_of, by_steps, drawn_anew
from holdfast.figures.modelled.lists.soundness import trouble
from holdfast.figures.modelled.lists.table import BadLists, Lists, Term, lists_of, read_lists
from holdfast.figures.modelled.lists.warnings import WARNINGS

STUDIES = Path(__file__).parents[3] / "shared" / "evidence" / "mse"
# Three lists of which the first two share people, and the third nobody with either (Chan and others, 2021, table 2).
SPARSE = [["A", "B", "C", "count"], ["1", "0", "0", "40"], ["0", "1", "0", "30"], ["0", "0", "1", "20"],
          ["1", "1", "0", "6"]]  # fmt: skip
# The women at Palembang (Ball, Shin and Yang, 2018): two models of it can be reckoned by hand.
PALEMBANG = {(0, 0, 1): 41, (0, 1, 0): 5, (1, 0, 0): 5, (1, 1, 0): 54, (1, 0, 1): 6, (1, 1, 1): 12}


def _all(names: str, pairs: Iterable[str]) -> tuple[Term, ...]:
    lists = Lists(tuple(names), {})
    return tuple(lists.term(pair) for pair in pairs)


def test_two_lists_by_the_formulas_of_the_books() -> None:
    petersen, chapman, variance = two_lists(120, 90, 30)
    assert (petersen, round(chapman, 2), round(variance, 2)) == (360, 354.19, 1933.51)
    with pytest.raises(ValueError, match="both lists"):
        two_lists(5, 5, 0)


def test_two_independent_lists_give_lincoln_and_petersens_total() -> None:
    lists = Lists(("A", "B"), {(1, 0): 90, (0, 1): 60, (1, 1): 30})
    assert estimate(lists, ()).total == pytest.approx(360, abs=1e-6)


def test_two_models_of_three_lists_reckoned_by_hand() -> None:
    lists = Lists(("b", "c", "d"), PALEMBANG)
    assert estimate(lists, _all("bcd", ["b:c", "c:d"])).total == pytest.approx(123 + 5 * 41 / 6, abs=1e-6)
    assert estimate(lists, _all("bcd", ["b:c"])).total == pytest.approx(123 + 64 * 41 / 18, abs=1e-6)


def test_lists_without_an_answer_say_why_and_others_have_one() -> None:
    lists = lists_of(SPARSE)
    assert "cannot tell" in trouble(lists, _all("ABC", ["A:B", "A:C", "B:C"]))
    assert "no likeliest total" in trouble(lists, _all("ABC", ["A:B"]))
    assert trouble(lists, _all("ABC", ["A:C", "B:C"])) == ""


def test_a_pair_that_shares_nobody_is_a_term_of_minus_infinity() -> None:
    lists = lists_of(SPARSE)
    without_c = estimate(lists, _all("ABC", ["A:C", "B:C"]))
    # A and B alone: 40, 30 and 6 on both hide 200; the 20 of C stand on no other list, whatever those hide.
    assert without_c.total == pytest.approx(40 * 30 / 6 + 96, abs=1e-6)


def test_every_hierarchical_model_is_gone_through_once() -> None:
    assert len(list(models(3, 2))) == 8 and len(list(models(4, 2))) == 64
    assert len(list(models(4, 3))) == len(set(models(4, 3))) == 113
    assert [len(graphs(n)) for n in (3, 4)] == [7, 60], "every decomposable graph but the complete one"


def test_lists_that_find_people_independently_are_seen_to() -> None:
    """2,000 people, lists that find 40, 30 and 20 in 100: the expected numbers themselves, so the total is known."""
    shares, total = (0.4, 0.3, 0.2), 2000
    counts = {}
    for history in Lists(("A", "B", "C"), {}).histories:
        chance = 1.0
        for on, share in zip(history, shares, strict=True):
            chance *= share if on else 1 - share
        counts[history] = round(total * chance)
    lists = Lists(("A", "B", "C"), counts)
    assert estimate(lists, ()).total == pytest.approx(total, abs=5)
    assert stepwise(lists) == ()
    likeliest, weighed = profile(lists, ()), averaged(lists, range(1, 4001))
    assert likeliest.upper is not None and likeliest.lower < total < likeliest.upper
    assert weighed.lower < total < weighed.upper


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "the first line names"),
        ([["A", "B", "number"]], "ends with count"),
        ([["A", "a", "count"]], "a name of its own"),
        ([["A", "B", "count"], ["1", "0"]], "line 2 has 2 cells"),
        ([["A", "B", "count"], ["1", "x", "4"]], "line 2: each list is 0 or 1"),
        ([["A", "B", "count"], ["0", "0", "4"]], "those on no list"),
        ([["A", "B", "count"], ["1", "0", "<5"]], "'<5' is not a whole number"),
        ([["A", "B", "count"], ["1", "0", "4"], ["1", "0", "5"]], "line 3: the same lists"),
        ([["A", "B", "count"], ["1", "0", "0"]], "nobody stands on any list"),
    ],
)
def test_a_table_that_cannot_be_read_says_where(rows: list[list[str]], says: str) -> None:
    with pytest.raises(BadLists, match=re.escape(says)):
        lists_of(rows)


def test_the_command_shows_models_side_by_side_and_every_warning(tmp_path: Path) -> None:
    file = tmp_path / "lists.csv"
    file.write_text("\n".join(",".join(row) for row in SPARSE))
    told = CliRunner().invoke(every_command(), ["evidence", "lists", str(file), "--model", "A:B"])
    assert told.exit_code == 0 and "as asked (A:B): too many overlaps" in told.stdout
    assert all(words in told.stdout for words in WARNINGS)
    refused = CliRunner().invoke(every_command(), ["evidence", "lists", str(file), "--model", "A:police"])
    assert refused.exit_code == 2 and "does not name two or more of the lists A, B, C" in refused.stderr


# The tables of the studies, and what others computed of them.


def _expected(kind: str) -> list[dict[str, str]]:
    path = STUDIES / "expected_results.csv"
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return [row for row in csv.DictReader(file) if row["kind"].startswith(kind)]


def _terms(lists: Lists, params: str) -> tuple[Term, ...]:
    """`D:E+A:E`, `lambda1_2`, `[12,13,5]` or `[bc,cd]` in the studies' ways of writing."""
    if found := re.findall(r"lambda(\d)_(\d)", params):
        return tuple((int(a) - 1, int(b) - 1) for a, b in found)
    if bracket := re.match(r"\[([\w,]+)\]", params):
        at = {name: n for n, name in enumerate(lists.names)} | {str(n + 1): n for n in range(len(lists.names))}
        cliques = [tuple(at[c] for c in word) for word in bracket[1].split(",") if len(word) > 1]
        inside = {pair for c in cliques for pair in Lists(tuple("?" * len(c)), {}).pairs() if len(c) > 2 for _ in c}
        terms = {tuple(sorted(c)) for c in cliques}
        terms |= {tuple(sorted((c[a], c[b]))) for c in cliques if len(c) > 2 for a, b in inside}
        return tuple(sorted(terms, key=lambda t: (len(t), t)))
    return tuple(lists.term(word) for word in params.split(";")[0].split("+") if ":" in word)


def _close(found: float | None, wanted: str, within: float) -> bool:
    if not wanted or wanted.startswith("not found"):
        return True  # theirs looks no further than ten times the total; ours found one end, at 11,527
    return found is not None and abs(found - float(wanted)) <= within


@pytest.mark.shared
@pytest.mark.skipif(not STUDIES.exists(), reason="the tables of the studies are not beside the repository")
def test_every_result_that_others_computed_is_found_again() -> None:
    """Point estimates within the tolerance given; ends of intervals within 0.1 (theirs stop iterating earlier)."""
    checked = {"wald": 0, "chosen": 0, "profile": 0, "ranking": 0, "graphs": 0}
    for row in _expected("recomputed"):
        lists, method = read_lists(STUDIES / f"{row['dataset']}.csv"), row["method"]
        terms = _terms(lists, row["params"])
        where = f"{row['dataset']} {method}"
        if method == "dga":
            step = 5 if "by 5" in row["params"] else 1
            most = int(re.findall(r"\.\.(\d+)", row["params"])[0])
            one = averaged(lists, range(1, most + 1, step))
            assert _close(one.mean, row["estimate"], 0.01), where
            assert (one.lower, one.upper) == (int(row["lo"]), int(row["hi"])), where
            checked["graphs"] += 1
        elif method.startswith("Rcapture"):
            found = profile(lists, terms)
            assert _close(found.total, row["estimate"], 0.5), where
            assert _close(found.lower, row["lo"], 0.5) and _close(found.upper, row["hi"], 0.5), (where, found)
            checked["profile"] += 1
        elif method.startswith("BIC"):
            assert _close(information(lists, terms), re.findall(r"BIC ([\d.]+)", row["params"])[0], 1e-3), where
            assert _close(estimate(lists, terms).total, row["estimate"], 0.01), where
            checked["ranking"] += 1
        else:
            if "stepwise" in method:
                chosen = stepwise(lists)
                assert {t for t in chosen if lists.on_all(t)} == set(terms), where
                terms = chosen
                checked["chosen"] += 1
            wald = estimate(lists, terms)
            assert _close(wald.total, row["estimate"], 0.01), where
            assert _close(wald.lower, row["lo"], 0.1) and _close(wald.upper, row["hi"], 0.1), (where, wald)
            checked["wald"] += 1
    assert checked == {"wald": 24, "chosen": 11, "profile": 27, "ranking": 7, "graphs": 4}, checked


@pytest.mark.shared
@pytest.mark.skipif(not STUDIES.exists(), reason="the tables of the studies are not beside the repository")
def test_of_all_models_the_best_are_those_that_others_found_best() -> None:
    best = ranked(read_lists(STUDIES / "kosovo_4list.csv"), order=3)[:3]
    assert [round(m.total, 2) for m in best] == [10356.52, 12740.97, 18393.31]


@pytest.mark.shared
@pytest.mark.skipif(not STUDIES.exists(), reason="the tables of the studies are not beside the repository")
def test_published_totals_are_found_to_the_person() -> None:
    points = {(row["dataset"], row["method"]): row["estimate"] for row in _expected("published") if row["estimate"]}
    assert len(points) == 4
    for (name, method), wanted in points.items():
        lists = read_lists(STUDIES / f"{name}.csv")
        terms = stepwise(lists) if "stepwise" in method else ()
        assert _close(estimate(lists, terms).total, wanted, 1), (name, method)


def test_people_drawn_anew_spread_as_the_formula_says_where_nothing_is_chosen() -> None:
    """Of two independent lists the model is settled, so the draws spread as its variance says."""
    lists = Lists(("A", "B"), {(1, 0): 900, (0, 1): 600, (1, 1): 300})
    drawn = drawn_anew(lists, best_of([()]), draws=600)
    lower, upper = drawn.ends[0.95]
    assert drawn.draws == 600 and lower < drawn.total < upper
    # Lincoln and Petersen's total of 3,600 with those on a list held at 1,800: a variance of n1 n2 (n1-m)(n2-m) / m^3.
    error = (1200 * 900 * 900 * 600 / 300**3) ** 0.5
    assert (upper - lower) / 2 == pytest.approx(1.96 * error, rel=0.12)


def test_choosing_anew_widens_the_interval_and_the_same_seed_gives_the_same() -> None:
    lists = Lists(("b", "c", "d"), PALEMBANG)
    one, six = (drawn_anew(lists, best_of(best_models(lists, most)), draws=300) for most in (1, 6))
    assert six.total == one.total == pytest.approx(123 + 5 * 41 / 6, abs=1e-6)
    # Published for the same lists, with 1,000 draws: 131 to 248, and 128 to 349.
    assert one.ends[0.95] == pytest.approx((131, 248), rel=0.12)
    assert six.ends[0.95] == pytest.approx((128, 349), rel=0.12)
    again = [drawn_anew(lists, best_of(best_models(lists, 2)), draws=40, seed=seed) for seed in (1, 1, 2)]
    assert again[0] == again[1] != again[2]


def test_lists_of_which_draws_have_no_answer_have_no_interval() -> None:
    thin = Lists(("A", "B"), {(1, 0): 9, (0, 1): 8, (1, 1): 1})
    with pytest.raises(NoInterval, match="have no answer"):
        drawn_anew(thin, best_of([()]), draws=100)
    with pytest.raises(NoInterval, match="no model"):
        drawn_anew(lists_of(SPARSE), best_of([_all("ABC", ["A:B"])]), draws=10)


@pytest.mark.shared
@pytest.mark.skipif(not STUDIES.is_dir(), reason="the published tables beside the repository are not here")
def test_published_intervals_of_people_drawn_anew_are_found_again() -> None:
    kosovo, us = read_lists(STUDIES / "kosovo_4list.csv"), read_lists(STUDIES / "western_us_5list.csv")
    found = drawn_anew(kosovo, best_of(best_models(kosovo, 1, order=3)), draws=300)
    assert found.ends[0.8] == pytest.approx((9500, 11300), rel=0.05)
    assert found.ends[0.95] == pytest.approx((9100, 12000), rel=0.05)
    assert drawn_anew(us, by_steps(), draws=150).ends[0.95] == pytest.approx((1293, 3670), rel=0.12)
