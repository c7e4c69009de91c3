"""The round's own template: what goes out comes back exactly, and what was changed is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import holdfast.cli.evidence  # noqa: F401 - registers the commands
from holdfast.cli.main import app
from holdfast.evidence.national import national_folder
from holdfast.evidence.questionnaire import read_questionnaire
from holdfast.evidence.received.limits import LIMITS
from holdfast.evidence.received.opening import open_document
from holdfast.evidence.template import (
    Line,
    NotThisRound,
    as_csv,
    as_xlsx,
    is_template,
    read_template,
    template_rows,
)

ROUND = read_questionnaire(national_folder().joinpath("questionnaire.toml"))
words = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=30
)
answers = words.map(lambda text: " ".join(text.split())).filter(lambda text: not text.startswith(("=", "@", "+", "-")))


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from([one.item for one in ROUND.questions]), answers.filter(bool)), answers)
@pytest.mark.parametrize(("kind", "packed"), [("csv", as_csv), ("xlsx", as_xlsx)])
def test_what_is_filled_in_comes_back_exactly(kind, packed, given_answers, note):
    lines = [
        Line("Marrowshire", "England", "2024", item, raw, "zero-shown", note) for item, raw in given_answers.items()
    ]
    content = open_document(f"t.{kind}", packed(template_rows(ROUND, "Marrowshire", "England", lines)), LIMITS)
    (table,) = content.pieces
    assert is_template(table)
    back = read_template(table, ROUND, "Marrowshire")
    assert {(one.item, one.answer, one.policy, one.note) for one in back} == {
        (one.item, one.answer, one.policy, one.note) for one in lines
    }


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (0, "another-round", "another-round"),
        (1, "Fennmouth", "came from Marrowshire"),
        (3, "2023", "changed"),
        (4, "1b", "changed"),
        (6, "How many children?", "words of question"),
    ],
)
def test_a_template_that_was_changed_is_refused_with_its_row(column, value, said):
    rows = [list(row) for row in template_rows(ROUND, "Marrowshire", "England")]
    rows[1][column], rows[1][7] = value, "5"
    (table,) = open_document("t.csv", as_csv(rows), LIMITS).pieces
    with pytest.raises(NotThisRound, match=said):
        read_template(table, ROUND, "Marrowshire")


def test_two_filled_templates_become_figures_without_typing(tmp_path):
    for name, trafficked in (("Marrowshire", "12"), ("Fennmouth", "<5")):
        lines = [
            Line(name, "England", "2024", "1c unaccompanied", trafficked, "zero-shown", ""),
            Line(name, "England", "2024", "2b unaccompanied missing", "not recorded", "", ""),
        ]
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"{name}.xlsx").write_bytes(as_xlsx(template_rows(ROUND, name, "England", lines)))
    read = CliRunner().invoke(app, ["evidence", "read", str(tmp_path / "in"), "--out", str(tmp_path / "out")])
    assert read.exit_code == 0, read.output
    made = CliRunner().invoke(app, ["evidence", "figures", str(tmp_path / "out"), "--json"])
    assert made.exit_code == 0, made.output
    total = json.loads(made.stdout)["1c"]["2024"]
    assert (total["lower"], total["upper"], total["counted"]) == (13, 16, 12)
    assert json.loads(made.stdout)["2b"]["2024"]["lower"] is None
