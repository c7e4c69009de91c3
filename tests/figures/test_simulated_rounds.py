"""Rounds whose truth is known: no logical bound may miss it. A thousand of them: tools/simulated_round.py."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.evidence import made_documents as make

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def simulated():
    sys.path.insert(0, str(ROOT / "tools"))
    import simulated_round

    yield simulated_round
    sys.path.remove(str(ROOT / "tools"))


@pytest.fixture(scope="module")
def rounds(simulated):
    return [simulated.made_round(seed) for seed in (1, 2, 3)]


def test_every_logical_bound_of_every_round_holds_the_truth(simulated, rounds):
    found = [simulated.judged(one, model=False) for one in rounds]
    assert [one.wrong for one in found] == [[], [], []]
    assert sum(one.bounds for one in found) >= 100
    assert all(one.left > 0 for one in found), "what cannot be read with certainty is left to a person"


def test_the_careless_sum_misses_the_truth_of_every_round(simulated, rounds):
    for made in rounds:
        off = simulated.judged(made, model=False).off
        assert max(off.values()) < -0.2, (
            "a third and more of the children are not in a sum of what happens to be a number"
        )


def test_the_rounds_are_those_of_the_four_nations_and_end_as_real_requests_do(simulated, rounds):
    authorities = {name for name, _, _ in rounds[0].truth}
    assert len(authorities) == 212
    answered = sum(made.outcomes["answered"] for made in rounds) / (3 * 212)
    assert answered == pytest.approx(2355 / sum(simulated.OUTCOMES.values()), abs=0.08)
    assert simulated.made_round(2).lines == rounds[1].lines


def test_a_rule_that_forgot_the_hidden_zero_would_be_caught(simulated, rounds, monkeypatch):
    """The check itself can fail: read "<5" as 1 to 4 and some bound misses."""
    from holdfast.evidence import folder, reading

    def forgetful(raw, policy=""):
        return reading.read(raw, policy or "zero-shown")

    monkeypatch.setattr(folder, "read", forgetful)
    assert any(simulated.judged(one, model=False).wrong for one in rounds)


def test_the_model_speaks_of_the_same_children_and_is_named_as_a_model(simulated, rounds):
    found = simulated.judged(rounds[0])
    assert {name for name in found.covered if name.endswith("model")} == {
        f"all {item}, model" for item in simulated.SILENT
    }
    assert all(0 < width < 1 for width in found.width.values())


def _document(kind, answers, asked, name):
    """One reply in one of the forms that replies come in. `answers`: (number, raw, policy)."""
    from holdfast.evidence.template import Line, as_csv, as_xlsx, template_rows

    if kind in ("template.csv", "template.xlsx"):
        items = {one.number: one.item for one in asked.questions}
        lines = [Line(name, "", "2024", items[number], raw, policy, "") for number, raw, policy in answers]
        rows = template_rows(asked, name, "", lines)
        return as_csv(rows) if kind.endswith("csv") else as_xlsx(rows)
    said = [f"{number}) {raw}" for number, raw, _ in answers]
    if kind == "letter.txt":
        return ("Dear Madam,\n\nFor 2024:\n\n" + "\n".join(said) + "\n").encode()
    table = [["Question", "2024"], *([number, raw] for number, raw, _ in answers)]
    if kind == "table.docx":
        return make.docx(["Our answers", table])
    if kind == "table.pdf":
        return make.pdf(["Our answers", table])
    return make.xlsx({"Answers": table})


KINDS = ("template.csv", "template.xlsx", "letter.txt", "table.docx", "table.pdf", "table.xlsx")


def test_replies_of_every_form_give_no_value_that_is_not_true(simulated, rounds, tmp_path):
    """Forty-two authorities in six forms of file: what is read holds the truth, whatever is left to a person."""
    from holdfast.evidence.national import national_folder
    from holdfast.evidence.questionnaire import read_questionnaire
    from holdfast.evidence.received.limits import LIMITS
    from holdfast.evidence.received.senders import Senders
    from holdfast.evidence.received.taking_in import TakingIn
    from holdfast.evidence.received.worker import Reader
    from holdfast.evidence.replies import read_replies

    asked = read_questionnaire(national_folder().joinpath("questionnaire.toml"))
    made = rounds[0]
    by_name = {}
    for name, _, year, item, raw, policy, coded in made.lines:
        if year == "2024" and (name, year, item) in made.truth and raw and not coded:
            by_name.setdefault(name, []).append((item, raw, policy))
    joint = {name for name, answers in by_name.items() if any("included" in raw for _, raw, _ in answers)}
    answering = [
        name for name in by_name if name not in joint and any(raw[:1].isdigit() for _, raw, _ in by_name[name])
    ]
    for at, name in enumerate(answering[:42]):
        place = tmp_path / name
        place.mkdir()
        kind = KINDS[at % len(KINDS)]
        (place / kind).write_bytes(_document(kind, by_name[name], asked, name))
    with Reader(LIMITS) as reader:
        replies = read_replies(TakingIn(reader.open, Senders(), LIMITS, "", frozenset()).documents(tmp_path), asked)
    numbers = {one.item: one.number for one in asked.questions}
    read = {}
    for cell in replies.cells:
        true = made.truth[cell.authority, "2024", numbers[cell.proposal.item]]
        reading = cell.proposal.reading
        if reading.lower is not None:
            assert reading.lower <= true and (reading.upper is None or true <= reading.upper), cell
            read.setdefault(cell.document_name, []).append(reading)
    assert set(read) == set(KINDS), "every form gives something"
    spoken = {one.authority for one in replies.cells} | {one.authority for one in replies.left}
    assert spoken | {one.authority for one in replies.quarantined} == set(answering[:42]), "nothing is lost"
