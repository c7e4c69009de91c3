"""Nine attacks on small numbers about children: each works on careless output, and fails on ours."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.figures.modelled.safety import (
    Exposed,
    Impossible,
    Statement,
    Total,
    about,
    audit,
    left_possible,
    rate,
    rounded,
    safe_table,
    sensitive_cells,
)

TABLE = [[12, 3, 20], [7, 15, 9], [30, 8, 2]]
COUNTS = {f"{r}{c}": TABLE[r][c] for r in range(3) for c in range(3)}
MARGINS = [Total(tuple(f"{r}{c}" for c in range(3))) for r in range(3)]
MARGINS += [Total(tuple(f"{r}{c}" for r in range(3))) for c in range(3)]


def published(hidden):
    said = [about((cell,), count) for cell, count in COUNTS.items() if cell not in hidden]
    return said + [about(total.cells, sum(COUNTS[cell] for cell in total.cells)) for total in MARGINS]


def ends(cell, statements, known=None):
    one = left_possible(cell, statements, known)
    return one.lower, one.upper


def test_attack_1_margins_give_back_a_number_that_is_hidden_alone():
    for cell, true in (("01", 3), ("22", 2)):
        assert ends(cell, published({"01", "22"})) == (true, true)
    square = published({"01", "22", "02", "21"})
    assert [ends(cell, square) for cell in ("01", "02", "21", "22")] == [(1, 11), (12, 22), (0, 10), (0, 10)]
    ours = safe_table(COUNTS, MARGINS, {"01": 3, "22": 2}, width=5)
    assert audit({"01": 3, "22": 2}, ours.statements(), 5) == ()
    assert sum(value is None for value in ours.shown.values()) == 4, "no more is hidden than is needed"


def test_attack_2_the_printed_rule_narrows_what_is_hidden():
    square = published({"01", "22", "02", "21"})
    rule = {"01": (1, 4), "22": (1, 4)}
    assert [ends(cell, square, rule) for cell in ("01", "22")] == [(2, 4), (1, 3)]
    ours = safe_table(COUNTS, MARGINS, {"01": 3, "22": 2}, width=4, known=rule)
    assert [ends(cell, ours.statements(), rule) for cell in ("01", "22")] == [(1, 4), (1, 4)], (
        "no more than the rule says"
    )


def test_attack_3_a_partner_in_the_same_row_alone_is_no_cover():
    assert ends("00", published({"00", "01"})) == (12, 12)
    assert ends("01", published({"00", "01"})) == (3, 3)
    assert audit({"01": 3}, published({"00", "01"}), 5) == (Exposed("01", 3, 3),)


AUTHORITIES = {f"A{at}": 7 for at in range(150)} | {"late": 3}
EARLY, ALL = tuple(AUTHORITIES)[:150], tuple(AUTHORITIES)


def test_attack_4_two_releases_are_taken_from_each_other():
    first, second = about(EARLY, 1050), about(ALL, 1053)
    assert ends("late", [first, second]) == (3, 3)
    tens = [about(EARLY, rounded(1050, 10), 10), about(ALL, rounded(1053, 10), 10)]
    assert ends("late", tens) == (0, 9)
    assert ends("late", [about(EARLY, 2360, 10), about(ALL, 2370, 10)]) == (1, 19)
    ours = safe_table(AUTHORITIES, [Total(ALL)], {"late": 3}, 5, before=[first])
    assert ours.left_out == (Total(ALL),) or audit({"late": 3}, [first, *ours.statements()], 5) == ()


def test_attack_5_one_nation_is_the_kingdom_without_the_others():
    counts = {"England": 640, "Wales": 32, "Scotland": 41, "Belfast": 2, "Western": 9}
    kingdom = Total(tuple(counts))
    careless = [about((name,), counts[name]) for name in ("England", "Wales", "Scotland", "Western")]
    assert ends("Belfast", [*careless, about(kingdom.cells, 724)]) == (2, 2)
    ours = safe_table(counts, [kingdom], {"Belfast": 2}, 5)
    assert audit({"Belfast": 2}, ours.statements(), 5) == ()
    with_base = safe_table(counts, [Total(kingdom.cells, 10)], {"Belfast": 2}, 5)
    assert with_base.shown["England"] == 640, "a rounded total needs less hidden beside it"


def test_attack_6_what_councils_published_themselves_is_taken_away_first():
    counts = {"Devon": 5, "Torbay": 2, "Plymouth": 11}
    region = Total(tuple(counts))
    alone = safe_table(counts, [region], {"Torbay": 2, "Devon": 5}, 4)
    known = {"Devon": (5, 5), "Plymouth": (11, 11)}
    assert audit({"Torbay": 2}, alone.statements(), 4) == ()
    assert audit({"Torbay": 2}, alone.statements(), 4, known), "with what Devon printed the rest gives itself away"
    ours = safe_table(counts, [region], {"Torbay": 2}, 4, known=known)
    assert audit({"Torbay": 2}, ours.statements(), 4, known) == () and ours.left_out == (region,)


def test_attack_7_a_printed_rate_of_a_known_whole_gives_its_count_back():
    assert ends("missing", [*rate(("missing",), ("care",), 25), about(("care",), 12)]) == (3, 3)
    assert ends("missing", [*rate(("missing",), ("care",), 13), about(("care",), 40)]) == (5, 5)
    low, high = ends("missing", [*rate(("missing",), ("care",), 37), about(("care",), 2335)])
    assert (low, high) == (853, 875), "of thousands a whole percentage says little"
    assert audit({"missing": 3}, [*rate(("missing",), ("care",), 25), about(("care",), 12)], 5)


def test_attack_8_rounded_parts_are_never_adjusted_to_their_total():
    parts = {"a": 7, "b": 8, "c": 12, "d": 14}
    assert [rounded(value, 5) for value in parts.values()] == [5, 10, 10, 15]
    assert [rounded(value, 5) for value in (7, 8, 12, 13)] == [5, 10, 10, 15]
    total = Total(tuple(parts), 5)
    ours = safe_table(parts, [total], {}, 5)
    assert ours.totals[total] == 40 and rounded(41, 5) == 40
    said = [about((name,), rounded(value, 5), 5) for name, value in parts.items()]
    assert all(ends(name, said)[0] <= value <= ends(name, said)[1] for name, value in parts.items())
    fixed = [about((name,), value, 5) for name, value in (("a", 5), ("b", 10), ("c", 10), ("d", 20))]
    with pytest.raises(Impossible):
        audit(parts, fixed, 2)


def test_attack_9_one_child_with_many_episodes_is_one_child():
    episodes, children = {"Elm House": 34, "others": 210}, {"Elm House": 1, "others": 60}
    assert sensitive_cells(episodes, {}, 5) == {}, "by rows nothing looks small"
    assert sensitive_cells(episodes, {}, 5, children) == {"Elm House": 34}


def test_all_of_them_and_nearly_all_tell_of_every_child():
    counts, wholes = {"all": 12, "nearly": 11, "half": 30, "none": 0}, {"all": 12, "nearly": 12, "half": 60, "none": 40}
    assert sensitive_cells(counts, wholes, 5) == {"all": 12, "nearly": 11}


def test_what_contradicts_itself_is_said():
    with pytest.raises(Impossible, match="cannot all be true"):
        left_possible("a", [about(("a",), 3), about(("a",), 5)])
    with pytest.raises(Impossible, match=r"given away|published before"):
        safe_table({"a": 3}, [], {"a": 3}, 5, before=[about(("a",), 3)])
    assert left_possible("alone", []) == Exposed("alone", 0, None)
    assert left_possible("a", [Statement({"a": 1.0}, 2, float("inf"))]) == Exposed("a", 2, None)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=4),
    st.sampled_from([1, 5, 10]),
)
def test_no_small_number_of_any_table_can_be_worked_out(table, base):
    counts = {f"{r}-{c}": value for r, row in enumerate(table) for c, value in enumerate(row)}
    totals = [Total(tuple(f"{r}-{c}" for c in range(3)), base) for r in range(len(table))]
    totals += [Total(tuple(f"{r}-{c}" for r in range(len(table))), base) for c in range(3)]
    totals.append(Total(tuple(counts), base))
    sensitive = sensitive_cells(counts, {}, 5)
    ours = safe_table(counts, totals, sensitive, 4)
    assert all(ours.shown[cell] is None for cell in sensitive)
    assert audit(sensitive, ours.statements(), 4) == ()
