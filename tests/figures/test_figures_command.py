"""`holdfast evidence figures` as an outsider runs it."""

from __future__ import annotations

import json
import time

import pytest
from typer.testing import CliRunner

import holdfast.cli.evidence  # noqa: F401 - registers the commands
from holdfast.cli.main import app

HEAD = "authority,nation,period,item,raw,policy,note\n"
TOY = HEAD + (
    "A,England,2024,trafficked,20,,\nA,England,2024,missing,6,,\n"
    "B,England,2024,trafficked,12,,\nB,England,2024,missing,<5,zero-shown,\n"
    "C,England,2024,trafficked,<5,zero-shown,\nC,England,2024,missing,0,,\n"
    "D,England,2024,trafficked,,,\nD,England,2024,missing,,,\n"
    "E,England,2024,trafficked,15,,\nE,England,2024,missing,not recorded,,\n"
    "F,England,2024,trafficked,*,below:10,\nF,England,2024,missing,2,,\n"
)
WITHIN = '[[within]]\npart = "missing"\nwhole = "trafficked"\n'
TOTAL = '[[total]]\nid = "t"\nitem = "trafficked"\n'
RATE = '[[rate]]\nid = "r"\nnumerator = "missing"\ndenominator = "trafficked"\n'


@pytest.fixture
def run(tmp_path):
    def run(cells, plan, *options):
        if cells is not None:
            (tmp_path / "cells.csv").write_bytes(cells if isinstance(cells, bytes) else cells.encode())
        if plan is not None:
            (tmp_path / "figures.toml").write_text(plan, encoding="utf-8")
        result = CliRunner().invoke(app, ["evidence", "figures", str(tmp_path), *options])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run


def out(result):
    return json.loads(result.stdout)


def test_the_worked_example_of_ranges_and_matched_rates(run):
    result = run(TOY, TOTAL + RATE + WITHIN, "--json")
    assert result.exit_code == 0
    total, rate = out(result)["t"]["2024"], out(result)["r"]["2024"]
    assert (total["lower"], total["upper"], total["counted"]) == (50, 60, 47)
    assert total["authorities"] == {
        "asked": list("ABCDEF"),
        "answered": list("ABCEF"),
        "in_figure": list("ABCEF"),
    }
    assert (rate["lower"], rate["upper"]) == (pytest.approx(9 / 45), pytest.approx(12 / 35))
    assert rate["authorities"]["in_figure"] == list("ABCF")
    assert rate["numerator"] == {"lower": 9, "upper": 12, "counted": 8}
    assert rate["denominator"] == {"lower": 35, "upper": 45, "counted": 32}
    assert rate["all"]["authorities"] == list("ABCEF")
    assert (rate["all"]["lower"], rate["all"]["upper"]) == (pytest.approx(9 / 60), pytest.approx(27 / 50))
    careless = 8 / 47
    assert not rate["lower"] <= careless <= rate["upper"]


def test_a_blank_and_a_refusal_are_never_zero(run):
    cells = (
        HEAD + "A,E,2024,x,7,,\nB,E,2024,x,,,\nC,E,2024,x,s12,,\nD,E,2024,x,not held,,\nG,E,2024,x,wrong authority,,\n"
    )
    figure = out(run(cells, '[[total]]\nid = "t"\nitem = "x"\n', "--json"))["t"]["2024"]
    assert (figure["lower"], figure["upper"]) == (7, 7)
    assert figure["authorities"] == {
        "asked": ["A", "B", "C", "D"],
        "answered": ["A", "C", "D"],
        "in_figure": ["A"],
    }


def test_a_hidden_count_without_limit_leaves_the_top_open_unless_a_whole_closes_it(run):
    cells = HEAD + "A,E,2024,trafficked,20,,\nA,E,2024,missing,*,,\n"
    plan = '[[total]]\nid = "m"\nitem = "missing"\n'
    assert out(run(cells, plan, "--json"))["m"]["2024"]["upper"] is None
    closed = out(run(cells, plan + WITHIN, "--json"))["m"]["2024"]
    assert (closed["lower"], closed["upper"], closed["counted"]) == (0, 20, 0)


def test_an_unreadable_line_is_refused_kept_out_and_exits_2_unless_lenient(run):
    cells = HEAD + "A,E,2024,trafficked,39 children as at 12 June 2018,,\nB,E,2024,trafficked,5,,\n"
    strict, lenient = run(cells, TOTAL, "--json"), run(cells, TOTAL, "--json", "--lenient")
    assert (strict.exit_code, lenient.exit_code) == (2, 0)
    assert strict.stdout == lenient.stdout
    assert "line 2" in strict.stderr
    assert "line 2" in lenient.stderr
    figure = out(strict)["t"]["2024"]
    assert (figure["lower"], figure["upper"], figure["authorities"]["in_figure"]) == (5, 5, ["B"])
    assert figure["authorities"]["asked"] == ["A", "B"]


def test_different_children_with_and_without_a_known_overlap(run):
    cells = HEAD + (
        "A,E,2024,a,3,,\nA,E,2024,b,5,,\nA,E,2024,ab,2,,\nB,E,2024,a,4,,\nB,E,2024,b,2,,\nB,E,2024,ab,,,\nC,E,2024,a,9,,\n"
    )
    plan = '[[different]]\nid = "d"\nitems = ["a", "b"]\n'
    plain = out(run(cells, plan, "--json"))["d"]["2024"]
    assert (plain["lower"], plain["upper"], plain["authorities"]["in_figure"]) == (9, 14, ["A", "B"])
    known = out(run(cells, plan + 'overlap = "ab"\n', "--json"))["d"]["2024"]
    assert (known["lower"], known["upper"], known["counted"]) == (10, 12, 6)


def test_an_answer_included_in_another_adds_nobody_twice(run):
    cells = HEAD + "A,E,2019,1a,5,,\nA,E,2019,1b,included in 1a,,\n"
    plan = '[[different]]\nid = "d"\nitems = ["1a", "1b"]\n'
    plan += '[[total]]\nid = "b"\nitem = "1b"\n[[total]]\nid = "a"\nitem = "1a"\n'
    made = out(run(cells, plan, "--json"))
    assert (made["d"]["2019"]["lower"], made["d"]["2019"]["upper"]) == (5, 5)
    assert made["b"]["2019"]["authorities"]["in_figure"] == []
    assert made["a"]["2019"]["notes"] == ["A, 2019: 1a also holds 1b"]


def test_change_is_over_the_authorities_in_both_periods_and_names_its_base(run):
    cells = HEAD + "A,E,2018,x,960,,\nB,E,2018,x,,,\nA,E,2020,x,1231,,\nB,E,2020,x,500,,\n"
    plan = '[[change]]\nid = "c"\nitem = "x"\nfrom = "2018"\nto = "2020"\n'
    change = out(run(cells, plan, "--json"))["c"]["2020"]
    assert change["lower"] == change["upper"] == pytest.approx(1231 / 960 - 1)
    assert change["percent"]["lower"] == pytest.approx(28.229, abs=1e-3)
    assert change["percent"]["of"] == "2018"
    assert change["difference"] == {"lower": 271, "upper": 271}
    assert change["authorities"]["in_figure"] == ["A"]


def test_a_change_between_ranges_is_a_range_and_from_nothing_has_no_percent(run):
    plan = '[[change]]\nid = "c"\nitem = "x"\nfrom = "1"\nto = "2"\n'
    ranged = out(run(HEAD + "A,E,1,x,6-10,,\nA,E,2,x,12,,\n", plan, "--json"))["c"]["2"]
    assert (ranged["lower"], ranged["upper"]) == (pytest.approx(0.2), pytest.approx(1.0))
    nothing = out(run(HEAD + "A,E,1,x,0,,\nA,E,2,x,12,,\n", plan, "--json"))["c"]["2"]
    assert (nothing["lower"], nothing["upper"]) == (None, None)
    assert nothing["difference"] == {"lower": 12, "upper": 12}


def test_numbers_that_cannot_all_be_right_are_reported_and_kept_out_of_the_rate(run):
    cells = HEAD + "A,E,2024,trafficked,20,,\nA,E,2024,missing,30,,\nB,E,2024,trafficked,10,,\nB,E,2024,missing,1,,\n"
    result = run(cells, TOTAL + RATE + WITHIN, "--json")
    rate = out(result)["r"]["2024"]
    assert rate["authorities"]["in_figure"] == ["B"]
    assert any("A, 2024" in fault for fault in rate["faults"])
    assert "missing is 30 and trafficked is 20" in result.stderr
    assert out(result)["t"]["2024"]["lower"] == 30


def test_limits_reach_through_several_items(run):
    cells = HEAD + "A,E,1,a,*,below:10,\nA,E,1,b,*,below:20,\nA,E,1,c,4,,\nA,E,1,d,3,,\n"
    plan = "".join(f'[[total]]\nid = "{i}"\nitem = "{i}"\n' for i in "abcd")
    plan += "".join(f'[[within]]\npart = "{p}"\nwhole = "{w}"\n' for p, w in ("ab", "bc", "da"))
    made = out(run(cells, plan, "--json"))
    assert [(made[i]["1"]["lower"], made[i]["1"]["upper"]) for i in "abcd"] == [(3, 4), (3, 4), (4, 4), (3, 3)]


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (None, "no figures.toml"),
        ("[[total", "figures.toml"),
        ('[[totals]]\nid = "t"\nitem = "x"\n', "totals"),
        ('[[total]]\nid = "t"\nitem = "x"\nitems = "y"\n', "items"),
        ('[[total]]\nid = "t"\n', "item is missing"),
        ('[[total]]\nid = "t"\nitem = "nothing"\n', "nothing"),
        ('[total]\nid = "t"\nitem = "trafficked"\n', "double brackets"),
        (TOTAL + TOTAL, "more than once"),
        ('[[total]]\nid = 3\nitem = "trafficked"\n', "quotation marks"),
        ('[[change]]\nid = "c"\nitem = "missing"\nfrom = "2019"\nto = "2024"\n', "2019"),
        ('[[different]]\nid = "d"\nitems = ["missing"]\n', "two or more"),
        ('[[different]]\nid = "d"\nitems = "missing"\n', "list of names"),
        ('[[rate]]\nid = "r"\nnumerator = "missing"\ndenominator = "missing"\n', "both sides"),
    ],
)
def test_a_plan_that_cannot_be_used_says_where_and_why_and_prints_no_figure(run, plan, said):
    result = run(TOY, plan, "--json", "--lenient")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_the_table_without_json_is_readable(run):
    result = run(TOY, TOTAL + RATE + WITHIN)
    assert result.exit_code == 0
    assert "50 to 60" in result.stdout
    assert "20.0 to 34.3 %" in result.stdout


def test_without_a_folder_the_shipped_evidence_is_shown():
    made = json.loads(CliRunner().invoke(app, ["evidence", "figures", "--json"]).stdout)
    rate = made["trafficked-missing"]["2024"]
    assert (rate["numerator"]["counted"], rate["denominator"]["counted"]) == (864, 2335)
    assert made["different-children-missing"]["2024"]["upper"] == 2365


def test_212_authorities_ten_items_and_five_periods_take_less_than_five_seconds_of_work(run):
    raws = ("<5", "12", "*", "5 or less", "", "s12", "40")
    lines = [
        f"Authority {a},England,{2020 + p},item {i},{raws[(a * 7 + p * 3 + i) % 7]},below:10,\n"
        for a in range(212)
        for p in range(5)
        for i in range(10)
    ]
    plan = "".join(f'[[total]]\nid = "t{i}"\nitem = "item {i}"\n' for i in range(10))
    plan += "".join(f'[[rate]]\nid = "r{i}"\nnumerator = "item {i}"\ndenominator = "item 9"\n' for i in range(9))
    plan += "".join(f'[[different]]\nid = "d{i}"\nitems = ["item {i}", "item {i + 1}"]\n' for i in range(9))
    plan += "".join(f'[[within]]\npart = "item {i}"\nwhole = "item {i + 1}"\n' for i in range(9))
    begun = time.process_time()
    result = run(HEAD + "".join(lines), plan, "--json")
    assert result.exit_code == 0
    assert time.process_time() - begun < 5


def test_a_figure_over_no_authority_is_not_zero(run):
    cells = HEAD + "A,E,1,missing,,,\nA,E,1,trafficked,s12,,\nA,E,2,missing,,,\n"
    plan = TOTAL + RATE + '[[total]]\nid = "m"\nitem = "missing"\n'
    plan += '[[different]]\nid = "d"\nitems = ["missing", "trafficked"]\n'
    plan += '[[change]]\nid = "c"\nitem = "missing"\nfrom = "1"\nto = "2"\n'
    made = out(run(cells, plan, "--json"))
    for figure in (made["t"]["1"], made["m"]["1"], made["d"]["1"], made["r"]["1"], made["c"]["2"]):
        assert (figure["lower"], figure["upper"], figure["authorities"]["in_figure"]) == (None, None, [])
    for one in (
        made["r"]["1"]["numerator"],
        made["r"]["1"]["all"],
        made["c"]["2"]["from"],
        made["c"]["2"]["difference"],
    ):
        assert (one["lower"], one["upper"]) == (None, None)
    assert "no authority can be used" in run(cells, plan).stdout.replace("\n", " ")
