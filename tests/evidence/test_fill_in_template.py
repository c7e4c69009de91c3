"""The round's own template: what goes out comes back exactly, and what was changed is refused."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import holdfast.cli.evidence  # noqa: F401 - registers the commands
from holdfast.cli.main import app
from holdfast.evidence.national import national_folder
from holdfast.evidence.questionnaire import read_questionnaire
from holdfast.evidence.received.content import Content, table
from holdfast.evidence.received.limits import LIMITS
from holdfast.evidence.received.opening import open_document
from holdfast.evidence.received.taking_in import Document
from holdfast.evidence.replies import read_replies
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


# "Child 1" in two rows is a list of children and is set apart, wherever it stands, and so are days or long numbers in
# three: see the test after this one.
notes = answers.filter(
    lambda text: (
        not text.casefold().startswith(("child", "young person", "yp", "case", "person"))
        and not re.fullmatch(r"[A-Z]{0,3}[0-9][0-9 ./-]{4,}.*", text)
    )
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from([one.item for one in ROUND.questions]), notes.filter(bool)), notes)
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


def test_a_template_filled_in_child_by_child_is_set_apart():
    items = [one.item for one in ROUND.questions][:2]
    told = [(item, f"Child {n}") for n, item in enumerate(items)]
    lines = [Line("Marrowshire", "England", "2024", item, "1", "zero-shown", note) for item, note in told]
    content = open_document("t.csv", as_csv(template_rows(ROUND, "Marrowshire", "England", lines)), LIMITS)
    assert not content.pieces
    assert any("child" in concern.words for concern in content.concerns)


@pytest.mark.parametrize("note", ["LASTNAME", "We cannot search by date of birth", "Held by case number only"])
def test_a_note_in_the_template_is_no_heading_of_a_list_of_children(note):
    lines = [
        Line("Marrowshire", "England", "2024", item, "1", "zero-shown", note)
        for item in [one.item for one in ROUND.questions][:3]
    ]
    rows = template_rows(ROUND, "Marrowshire", "England", lines)
    assert open_document("t.csv", as_csv(rows), LIMITS).pieces
    added = [(*row, heading) for row, heading in zip(rows, ["Date of birth", *["1.2.2009"] * len(rows)], strict=False)]
    assert not open_document("t.csv", as_csv(added), LIMITS).pieces, "a column put beside ours is judged as any other"
    assert not open_document("t.csv", as_csv([["x", *row[1:]] for row in rows]), LIMITS).pieces, "no template of ours"


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (0, "another-round", "another-round"),
        (1, "Fennmouth", "template is of Marrowshire"),
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


def taken_in(*tables, authority=""):
    return Document("0" * 64, "t.csv", 1, authority, "", Content("csv", tables), b"")


def filled(authority, item, answer, number=1):
    rows = template_rows(ROUND, authority, "England", [Line(authority, "England", "2024", item, answer, "", "")])
    return table(f"table {number}", [list(row) for row in rows])


def test_a_template_from_an_unknown_sender_speaks_for_one_authority_only():
    item, other = ROUND.questions[0].item, ROUND.questions[2].item
    rows = [*filled("Devon", item, "7").rows, next(row for row in filled("Kent", other, "9").rows if row[7] == "9")]
    rows = [row for row in rows if row[7]]
    found = read_replies([taken_in(table("table 1", [list(row) for row in rows]))], ROUND)
    assert found.cells == ()
    assert "answers for 'Kent'" in found.left[0].left.problem


def test_what_stands_beside_a_template_from_an_unknown_sender_is_not_lost():
    item = ROUND.questions[0].item
    beside = table("table 2", [["Question", "2024"], ["1c UASC", "24"]])
    found = read_replies([taken_in(filled("Devon", item, "7"), beside)], ROUND)
    assert [(one.authority, one.proposal.raw) for one in found.cells] == [("Devon", "7")]
    assert [(one.left.item, one.left.excerpt) for one in found.left] == [
        ("1c unaccompanied", "Question | 2024 // 1c UASC | 24")
    ]


def test_two_templates_in_one_document_give_each_answer_once_and_none_where_they_differ():
    item = ROUND.questions[0].item
    same = read_replies([taken_in(filled("Devon", item, "7"), filled("Devon", item, "7", 2), authority="Devon")], ROUND)
    assert [one.proposal.raw for one in same.cells] == ["7"]
    other = read_replies(
        [taken_in(filled("Devon", item, "7"), filled("Devon", item, "8", 2), authority="Devon")], ROUND
    )
    assert other.cells == ()
    assert "“7” (table 1, row 2) and “8” (table 2, row 2)" in other.left[0].left.problem
