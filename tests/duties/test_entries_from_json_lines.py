"""Entries as JSON lines: everything wrong is named with its line, and nothing of a faulty file is taken."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from holdfast.chronology.jsonl import BadLines, read_entries
from holdfast.chronology.moment import Precision
from holdfast.chronology.standing import in_force
from holdfast.config.vocabulary import vocabulary


def a_line(**fields: Any) -> str:
    given = {"child": "c1", "kind": "missing.noticed", "occurred_at": "2026-11-20T22:40:00+00:00", **fields}
    return json.dumps({k: v for k, v in given.items() if v is not ...})


def faults(*lines: str) -> list[str]:
    with pytest.raises(BadLines) as refused:
        read_entries(lines, vocabulary())
    return [str(f) for f in refused.value.faults]


def test_what_is_left_out_is_filled_in() -> None:
    (first, second) = read_entries(["\ufeff" + a_line(), "", a_line(occurred_at="2026-11-21", id="x")], vocabulary())
    assert (first.id, second.id) == ("1", "x")
    assert first.recorded_at == first.occurred.at == datetime(2026, 11, 20, 22, 40, tzinfo=UTC)
    assert second.occurred.precision is Precision.DAY


def test_names_in_any_script_are_text() -> None:
    (entry,) = read_entries([a_line(child="Tuấn 😀", details={"noticed_by": "አሚና"})], vocabulary())
    assert (entry.child, entry.details.noticed_by) == ("Tuấn 😀", "አሚና")


def test_an_id_left_out_is_the_number_of_the_line_in_the_file() -> None:
    entries = read_entries(["", a_line(), a_line(withdraws="2", kind=...)], vocabulary())
    assert [e.id for e in entries] == ["2", "3"]
    assert entries[1].kind == "chronology.withdrawn"
    assert in_force(entries) == ()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "not JSON"),
        ("[1]", "not an object"),
        ("null", "not an object"),
        ("[" * 100_000, "nested too deeply"),
        (a_line(kind="missing.abducted"), "no kind 'missing.abducted'"),
        (a_line(kind=...), "kind is missing"),
        (a_line(kind=7), "kind must be text"),
        (a_line(child=...), "child is missing"),
        (a_line(child=""), "child must be text"),
        (a_line(child=["c1"]), "child must be text"),
        (a_line(occurred_at=...), "occurred_at is missing"),
        (a_line(occurred_at="2026-11-20T22:40:00"), "no offset"),
        (a_line(occurred_at="2026-02-30"), "not a date or a time"),
        (a_line(occurred_at="20/11/2026"), "occurred_at"),
        (a_line(occurred_at="9999-12-31"), "not between 1900 and 2099"),
        (a_line(occurred_at="0001-01-01T00:00:00+14:00"), "out of range"),
        (a_line(occurred_at=20261120), "occurred_at"),
        (a_line(recorded_at="yesterday"), "recorded_at: 'yesterday'"),
        (a_line(details={"category": "absent"}), "one of missing, away"),
        (a_line(details={"colour": "red"}), "no detail 'colour'"),
        (a_line(details=[]), "details must be an object"),
        (a_line(kind="child.age_recorded", details={"born_on": "9999-01-01"}), "born_on"),
        (a_line(who="me"), "unknown field 'who'"),
        (a_line(corrects="1", withdraws="1"), "not both"),
        (a_line(corrects="99"), "corrects '99', which is not the id of any line"),
        (a_line(withdraws="99", kind=...), "withdraws '99'"),
        (a_line(corrects="1"), "corrects or withdraws itself"),
        (a_line(child="\ud800"), "half of a two-part letter"),
        (a_line(details={"noticed_by": "\udc00"}), "half of a two-part letter"),
        ('{"child": "a", "child": "b"}', "'child' stands twice"),
    ],
)
def test_a_line_that_cannot_be_taken_is_named(line: str, says: str) -> None:
    (fault,) = faults(line)
    assert fault.startswith("line 1: ")
    assert says in fault


def test_every_fault_of_a_file_is_listed() -> None:
    said = faults("{", a_line(), a_line(kind="x.y"), a_line(id="2"))
    assert [s.partition(":")[0] for s in said] == ["line 1", "line 3", "line 4"]
    assert "already that of line 2" in said[2]


def test_a_correction_may_come_before_what_it_corrects_but_not_go_round() -> None:
    entries = read_entries([a_line(id="b", corrects="a"), a_line(id="a")], vocabulary())
    assert [e.id for e in in_force(entries)] == ["b"]
    said = faults(a_line(id="a", corrects="c"), a_line(id="b", corrects="a"), a_line(id="c", corrects="b"))
    assert said == ["line 1: corrects or withdraws one another in a circle: lines 1, 2, 3"]


def test_a_correction_of_another_childs_entry_is_refused() -> None:
    assert "about another child" in faults(a_line(), a_line(child="c2", corrects="1"))[0]


@pytest.mark.parametrize("word", ["corrects", "withdraws"])
def test_ten_thousand_entries_deep(word: str) -> None:
    lines = [a_line()] + [
        a_line(**{word: str(n), "recorded_at": f"2026-11-21T00:{n // 60 % 60:02}:{n % 60:02}+00:00"})
        for n in range(1, 10_001)
    ]
    standing = in_force(read_entries(lines, vocabulary()))
    # An even number of withdrawals of withdrawals leaves the fact standing.
    assert [e.id for e in standing] == (["10001"] if word == "corrects" else ["1"])
