"""What silence can hide, sums of parts, and coverage three ways, held to worked examples and as an outsider runs it."""

from __future__ import annotations

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import holdfast.cli.estimate  # noqa: F401 - registers the command
from holdfast.cli.main import app
from holdfast.evidence.folder import BadFolder, cells_from_bytes
from holdfast.evidence.sizes import Size, Sizes, sizes_from
from holdfast.figures.bounds import Range
from holdfast.figures.intervals import between_authorities, wilson
from holdfast.figures.ladder import Member, anchored, bounded_rate, logical, resembling
from holdfast.figures.making import figures
from holdfast.figures.plan import plan_from
from holdfast.figures.silence import silences
from holdfast.figures.sums import narrowed_by_sum

HEAD = "authority,nation,period,item,raw,policy,note\n"
SIZES = "authority,nation,measure,period,count,source\n"


def member(name, known, size, nation="England", limit=None, previous=None):
    known = Range(known, known) if isinstance(known, int) else known
    return Member(name, nation, known, size if limit is None else limit, size, previous)


def test_with_no_assumption_the_silent_may_have_none_or_all():
    asked = [member("A", 60, 60), member("B", 0, 20), member("C", None, 20)]
    rung = logical(asked)
    assert (rung.lower, rung.upper) == (60, 80), "a share of 0.60 to 0.80 of 100, never 0.75"


def test_an_answer_without_limit_is_held_by_the_outside_count_and_one_without_either_stays_open():
    assert logical([member("A", Range(3, None), 40)]).upper == 40
    assert logical([Member("A", "England", Range(3, None), None, None)]).upper is None


NATIONS = [
    *(member(f"E{at}", y, x) for at, (x, y) in enumerate([(400, 20), (250, 12), (200, 9)])),
    member("E3", None, 300), member("E4", None, 250),
    member("W0", 4, 120, "Wales"), member("W1", None, 100, "Wales"),
    *(member(f"S{at}", y, x, "Scotland") for at, (x, y) in enumerate([(60, 3), (90, 5)])),
    member("S2", None, 110, "Scotland"),
]  # fmt: skip


def test_the_silent_like_those_who_answered_gives_the_worked_total():
    rung = resembling(NATIONS)
    assert (rung.lower, rung.upper) == (pytest.approx(88.729, abs=5e-4), pytest.approx(88.729, abs=5e-4))
    assert resembling([member("A", None, 10), member("B", 1, 10, "Wales")]) is None, "nobody to resemble"


def test_rates_within_those_seen_lie_inside_what_is_possible():
    rung, free = bounded_rate(NATIONS), logical(NATIONS)
    assert free.lower <= rung.lower <= 88.729 <= rung.upper <= free.upper
    assert bounded_rate(NATIONS[:3]) is None, "three answers say nothing of a middle nine tenths"


def test_a_previous_answer_anchors_only_those_who_gave_one():
    asked = [member("A", 10, 50), member("B", None, 50, previous=Range(8, 8)), member("C", None, 30)]
    rung = anchored(asked, "2023", 0.25)
    assert (rung.lower, rung.upper) == (10 + 6, 10 + 10 + 30)
    assert rung.assumes.startswith("1 of the silent")
    assert anchored([member("A", None, 5)], "2023", 0.25) is None


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 3), st.booleans()).map(
            lambda one: (one[0], one[1] if one[2] else None)
        ),
        min_size=1,
        max_size=4,
    )
)
def test_the_lowest_rung_holds_every_possible_total(asked):
    """Each authority has `size` children; those with an answer gave a range that their count lies in."""
    members = [
        member(str(at), None if answer is None or answer > size else Range(answer, size), size)
        for at, (size, answer) in enumerate(asked)
    ]
    rung = logical(members)
    totals = [
        sum(counts)
        for counts in product(
            *(range(0 if one.known is None else one.known.lower, (one.size or 0) + 1) for one in members)
        )
    ]
    assert (rung.lower, rung.upper) == (min(totals), max(totals))


tight = st.tuples(st.integers(0, 3), st.integers(0, 3)).map(lambda pair: Range(pair[0], pair[0] + pair[1]))


@given(st.tuples(st.integers(0, 6), st.integers(0, 4)).map(lambda p: Range(p[0], p[0] + p[1])), tight, tight)
def test_a_whole_and_its_parts_are_narrowed_exactly_to_what_some_table_needs(whole, first, second):
    fitting = [
        (a + b, a, b)
        for a in range(first.lower, first.upper + 1)
        for b in range(second.lower, second.upper + 1)
        if whole.lower <= a + b <= whole.upper
    ]
    if not fitting:
        with pytest.raises(ValueError):
            narrowed_by_sum(whole, {"a": first, "b": second})
        return
    found_whole, found = narrowed_by_sum(whole, {"a": first, "b": second})
    for at, one in enumerate((found_whole, found["a"], found["b"])):
        assert one == Range(min(t[at] for t in fitting), max(t[at] for t in fitting))


SUM = (
    '[[sum]]\nitem = "trafficked"\nparts = ["1a", "1b"]\n[[within]]\npart = "2a"\nwhole = "trafficked"\n'
    '[[total]]\nid = "t"\nitem = "trafficked"\n[[rate]]\nid = "r"\nnumerator = "2a"\ndenominator = "trafficked"\n'
)


def made(lines, plan=SUM):
    import tomllib

    table = cells_from_bytes((HEAD + lines).encode())
    content = plan_from(tomllib.loads(plan), table.items, frozenset(cell.period for cell in table.cells))
    return {one.id: one for one in figures(table.cells, content)}


def test_a_sum_is_made_from_its_parts_and_carries_a_rate():
    found = made(
        "A,,2024,1a,5,,\nA,,2024,1b,<5,,\nA,,2024,2a,8,,\nB,,2024,1a,3,,\nB,,2024,1b,not recorded,,\nB,,2024,2a,1,,\n"
    )
    assert (found["t"].lower, found["t"].upper) == (8, 9), "8 missing children are among 5 and at most 4"
    assert found["t"].coverage.in_figure == ("A",), "what is not recorded makes no sum"
    assert (found["r"].lower, found["r"].upper) == (pytest.approx(8 / 9), 1.0)


def test_a_part_counted_inside_the_other_adds_nothing_of_its_own():
    found = made("A,,2024,1a,5,,\nA,,2024,1b,included in 1a,,\nA,,2024,2a,2,,\n")
    assert (found["t"].lower, found["t"].upper, found["t"].counted) == (5, 5, 5)


def test_a_stated_whole_that_its_parts_do_not_make_is_a_fault_and_changes_nothing():
    found = made("A,,2024,trafficked,9,,\nA,,2024,1a,5,,\nA,,2024,1b,<5,,\nA,,2024,2a,1,,\n")
    assert found["t"].faults == ()
    found = made("A,,2024,trafficked,10,,\nA,,2024,1a,5,,\nA,,2024,1b,<5,,\nA,,2024,2a,1,,\n")
    assert found["t"].faults == ("A, 2024: trafficked is 10, yet its parts are 1a 5, 1b 0 to 4",)
    assert (found["t"].lower, found["t"].upper) == (10, 10)


def test_a_whole_that_is_stated_narrows_a_hidden_part():
    plan = SUM + '[[total]]\nid = "b"\nitem = "1b"\n'
    found = made("A,,2024,trafficked,8,,\nA,,2024,1a,5,,\nA,,2024,1b,<5,,\nA,,2024,2a,1,,\n", plan)
    assert (found["b"].lower, found["b"].upper) == (3, 3)


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ('[[sum]]\nitem = "x"\nparts = ["1a"]\n', "two or more"),
        ('[[sum]]\nitem = "x"\nparts = ["1a", "zz"]\n', "no cell has the item 'zz'"),
        ('[[sum]]\nitem = "1a"\nparts = ["1a", "1b"]\n', "not the sum itself"),
        ('[sum]\nitem = "x"\n', "double brackets"),
        ('[[silent]]\nid = "s"\nitem = "1a"\n', "limit is missing"),
        ('[[silent]]\nid = "s"\nitem = "1a"\nlimit = "x"\nmargin = 0.2\n', "together"),
        ('[[silent]]\nid = "s"\nitem = "1a"\nlimit = "x"\nprevious = "2024"\nmargin = 7\n', "share from 0 to 1"),
        ('[[silent]]\nid = "s"\nitem = "1a"\nlimit = "x"\nprevious = "1999"\nmargin = 0.2\n', "no cell has the period"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_its_place(block, words):
    with pytest.raises(BadFolder, match=words):
        made("A,,2024,1a,5,,\nA,,2024,1b,<5,,\n", block)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n", "the columns are"),
        (SIZES + "A,England,all,2024,-1,s\n", "line 2: '-1' is no whole number"),
        (SIZES + "A,England,all,2024,12.5,s\n", "no whole number"),
        (SIZES + "A,England,all,2024,5,\n", "source is empty"),
        (SIZES + "A,England,all,2024,5,s\na,England,all,2023,5,s\n", "more than once"),
        (SIZES + "A,England,all,2024,5\n", "6 fields"),
        (SIZES + '"A,England,all\n', "cannot be read as CSV"),
    ],
)
def test_outside_counts_that_cannot_be_read_are_refused_with_their_line(text, words):
    with pytest.raises(BadFolder, match=words):
        sizes_from(text)


def test_authorities_that_differ_widen_the_interval_of_a_rate():
    factor, low, high = between_authorities([(1, 100), (40, 100), (2, 100), (45, 100)])
    plain = wilson(88, 400)
    assert factor > 10 and low < plain[0] and high > plain[1]
    factor, low, high = between_authorities([(20, 100), (20, 100)])
    assert factor == 1 and (low, high) == pytest.approx(wilson(40, 200))
    with pytest.raises(ValueError, match="one authority"):
        between_authorities([(3, 10), (0, 0)])


CELLS = (
    HEAD
    + "".join(f"A{at},England,2024,uasc,{10 + at % 3},,\n" for at in range(12))
    + "B,England,2024,uasc,<5,,\nC,England,2024,uasc,,,\nD,England,2024,uasc,not recorded,,\n"
    + "E,England,2024,uasc,wrong authority,,\n"
)
OUTSIDE = SIZES + "".join(
    f"{name},England,{measure},{when},{count},made up\n"
    for name in [*(f"A{at}" for at in range(12)), "B", "C", "D", "G"]
    for measure, when, count in (("looked after", "2024", 200), ("uasc", "31 March 2024", 9))
)
PLAN = '[[silent]]\nid = "u"\nitem = "uasc"\nlimit = "looked after"\nsize = "uasc"\n'


@pytest.fixture
def run(tmp_path):
    def run(*options, cells=CELLS, sizes=OUTSIDE, plan=PLAN):
        for name, text in (("cells.csv", cells), ("sizes.csv", sizes), ("figures.toml", plan)):
            (tmp_path / name).write_text(text, encoding="utf-8")
        result = CliRunner().invoke(app, ["evidence", "estimate", str(tmp_path), *options])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


def test_four_layers_of_one_count_side_by_side_and_never_added(run):
    found = json.loads(run("--json").stdout)["u"]["2024"]
    assert found["counted"] == 132
    assert found["possible"]["answered"] == {"lower": 132, "upper": 136}
    first = found["possible"]["everyone_asked"][0]
    assert (first["lower"], first["upper"]) == (132, 136 + 3 * 200)
    assert sorted(found["without_a_number"]) == ["C", "D", "G"], "G has no line at all, and was there all along"
    assert found["coverage"]["authorities"] == [13, 16], "the wrong body is not among those asked"
    assert found["coverage"]["by_size"] == [13 * 9, 16 * 9]
    assert 132 < found["modelled"]["lower"] < found["modelled"]["middle"] < found["modelled"]["upper"] < 300
    assert "linked" in found["hidden"]


def test_the_same_seed_prints_the_same_page_and_no_model_leaves_it_out(run):
    assert run().stdout == run().stdout
    assert "left out" in run("--no-model").stdout
    assert "81.2 % of the children" in run().stdout


def test_a_folder_without_silent_or_without_its_outside_count_is_refused(run):
    assert "no [[silent]]" in run(plan='[[total]]\nid = "t"\nitem = "uasc"\n').stderr
    refused = run(sizes=SIZES)
    assert refused.exit_code == 2 and "no measure 'looked after'" in refused.stderr


def test_an_answer_above_its_own_limit_is_a_fault_and_is_not_cut(run):
    result = run(cells=CELLS.replace("A0,England,2024,uasc,10", "A0,England,2024,uasc,900"))
    assert "above looked after (200)" in result.stderr
    assert "1,022" in result.stdout


def test_the_model_thinks_a_number_hidden_without_a_limit_small_and_the_bounds_do_not(run):
    text = CELLS.replace("B,England,2024,uasc,<5", "B,England,2024,uasc,*")
    found = json.loads(run("--json", cells=text).stdout)["u"]["2024"]
    assert found["possible"]["answered"]["upper"] is None
    assert found["possible"]["everyone_asked"][0]["upper"] == 132 + 4 * 200
    everyone = json.loads(run("--json", cells=CELLS).stdout)["u"]["2024"]
    assert abs(found["modelled"]["middle"] - everyone["modelled"]["middle"]) < 12


@pytest.mark.parametrize(("shown", "at_most"), [("", 10), ("6", 5), ("0", 10), ("3", 4), ("40", 10)])
def test_the_model_thinks_that_who_shows_a_six_hides_no_seven(shown, at_most):
    lines = ["authority,nation,period,item,raw", "A,England,2024,uasc,*"]
    lines += [f"A,England,2024,missing,{shown}"] if shown else []
    cells = cells_from_bytes("\n".join([*lines, ""]).encode())
    items = frozenset(cell.item for cell in cells.cells)
    plan = plan_from({"silent": [{"id": "u", "item": "uasc", "limit": "looked after"}]}, items, frozenset({"2024"}))
    (one,) = silences(cells.cells, plan, Sizes((Size("A", "England", "looked after", "2024", 200, "made up"),)))
    (member,) = one.members
    assert member.likely.upper == at_most and member.possible.upper == 200, "the bounds assume nothing"
