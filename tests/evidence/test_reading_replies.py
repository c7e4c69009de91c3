"""From the words of a reply to what they leave possible."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.evidence.cells import Reason
from holdfast.evidence.policy import read_policy
from holdfast.evidence.reading import Unreadable, read

KEY = Path(__file__).parents[3] / "shared" / "evidence" / "coded_cells.csv"


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("12", 12),
        ("0", 0),
        (" 7 ", 7),
        ("Zero", 0),
        ("Zero.", 0),
        ("Nil", 0),
        ("None.", 0),
        ("Nine;", 9),
        ("seven.", 7),
        ("Sixteen", 16),
        ("Thirteen (13)", 13),
        ("13 (thirteen)", 13),
        ("1,234", 1234),
        ("12.0", 12),
        ("twenty-one", 21),
        ("one hundred and twelve", 112),
    ],
)
def test_one_certain_number_is_exact(raw, number):
    reading = read(raw)
    assert (reading.reason, reading.lower, reading.upper) == (Reason.EXACT, number, number)


@pytest.mark.parametrize(
    ("raw", "policy", "lower", "upper"),
    [
        ("<5", "", 0, 4),
        ("<5", "zero-shown", 1, 4),
        ("<5", "zero-hidden", 0, 4),
        ("less than five", "", 0, 4),
        ("Less than 5.", "", 0, 4),
        ("fewer than 10", "", 0, 9),
        ("under 5", "", 0, 4),
        ("5 or less", "", 0, 5),
        ("5 or fewer", "zero-shown", 1, 5),
        ("<=10", "", 0, 10),
        ("≤ 10", "", 0, 10),
        ("up to 5", "", 0, 5),
        ("&lt;5", "", 0, 4),
        ("6-10", "", 6, 10),
        ("6 – 10", "", 6, 10),
        ("1 to 4", "", 1, 4),
        ("between 1 and 4", "", 1, 4),
        ("*", "below:10", 0, 9),
        ("c", "zero-shown below:6", 1, 5),
        ("<5", "below:10", 0, 4),
        ("fewer than 10", "below:5", 0, 9),
        ("s40(2); numbers are 10 or less", "below:5 zero-shown", 1, 10),
        ("s40(2)", "below:10", 0, 9),
        ("*", "", 0, None),
        ("*", "zero-shown", 1, None),
        ("340+", "", 340, None),
        ("more than 5", "", 6, None),
        ("s40(2); numbers are 5 or less", "", 0, 5),
        ("5 or less, withheld", "", 0, 5),
        ("less than 5 (s40)", "", 0, 4),
    ],
)
def test_a_hidden_number_is_a_range(raw, policy, lower, upper):
    reading = read(raw, policy)
    assert (reading.lower, reading.upper) == (lower, upper)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", Reason.NO_REPLY),
        ("   ", Reason.NO_REPLY),
        ("s12", Reason.REFUSED_S12),
        ("section 12", Reason.REFUSED_S12),
        ("s.40", Reason.REFUSED_S40),
        ("s40(2)", Reason.REFUSED_S40),
        ("Section 40 (2)", Reason.REFUSED_S40),
        ("s38(1)(b)", Reason.REFUSED_S38),
        ("not held", Reason.NOT_HELD),
        ("Information not held.", Reason.NOT_HELD),
        ("not recorded", Reason.NOT_RECORDED),
        ("Non-reportable data.", Reason.NOT_RECORDED),
        ("s14", Reason.REFUSED_S14),
        ("included in 1a", Reason.INCLUDED_ELSEWHERE),
        ("Included in above", Reason.INCLUDED_ELSEWHERE),
        ("see (a) above", Reason.INCLUDED_ELSEWHERE),
        ("s12: 250 files x 15 min = 3,750 min (62,5 hours); held only from January 2023", Reason.REFUSED_S12),
        ("district council: not responsible; redirect to Cumbria CC", Reason.WRONG_AUTHORITY),
    ],
)
def test_a_reply_without_a_number_leaves_none_and_says_why(raw, reason):
    reading = read(raw)
    assert (reading.reason, reading.lower, reading.upper) == (reason, None, None)


@pytest.mark.parametrize(
    "raw",
    [
        "39 children as at 12 June 2018 (including children in care and care leavers)",
        "39 as at 12 June 2018",
        "12 children",
        "about 40",
        "c. 40",
        "~40",
        "62,5",
        "12,34",
        "12.5",
        "1 234",
        "012",
        "-5",
        "−5",
        "(5)",
        "5%",
        "5²",
        "١٢",
        "12*",
        "5/6",
        "10/11",
        "5+3",
        "2018-2020",
        "10-6",
        "Thirteen (14)",
        "40(2)",
        "none confirmed",
        "None held",
        "n/a",
        "-",
        "..",
        "?",
        "4-Jun",
        "Oct-24",
        "s12 for slavery; 8 trafficking",
        "not held before 2023; 12 since",
        "<0",
        "1e3",
        "£5",
        "=5",
        "12 12",
        "no",
        "685 incidents, 73 children",
        "see",
        "twelve hundred",
        "five million",
    ],
)
def test_what_is_not_certain_is_left_for_a_person(raw):
    with pytest.raises(Unreadable):
        read(raw)


def test_a_policy_that_is_not_known_is_refused():
    for policy in ("zero", "below:", "below:0", "below:x", "below:-3", "zero-shown zero-hidden", "below:1 zero-shown"):
        with pytest.raises(ValueError, match="policy"):
            read_policy(policy)


@given(st.text(max_size=30), st.sampled_from(["", "zero-shown", "zero-hidden", "below:10"]))
def test_any_text_gives_a_range_of_counts_or_a_plain_refusal(raw, policy):
    try:
        reading = read(raw, policy)
    except Unreadable:
        return
    assert reading.lower is None or reading.lower >= 0
    assert reading.upper is None or (reading.lower is not None and reading.upper >= reading.lower)


@given(st.integers(0, 999_999))
def test_every_number_reads_as_itself_with_and_without_thousands(number):
    assert read(str(number)).lower == read(f"{number:,}").lower == number


# Rows of the answer key whose words do not carry the answer: a person coded them from the rest of the page.
BY_A_PERSON = {"answered_wrong_basis", "derived_interval", "combined_answer", "exact_partial_period", "exact_episodes"}


@pytest.mark.shared
@pytest.mark.shared
def test_the_answer_key_is_reached_or_left_for_a_person_and_never_contradicted():
    with KEY.open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    agreed = 0
    for row in rows:
        wanted = (int(row["low"]) if row["low"] else None, int(row["high"]) if row["high"] else None)
        try:
            reading = read(row["raw_value"])
        except Unreadable:
            assert row["code"] in BY_A_PERSON, row
            continue
        if reading.reason is Reason.INCLUDED_ELSEWHERE:
            assert reading.lower is None  # followed to the answer it names only when the folder is read
            continue
        assert (reading.lower, reading.upper) == wanted, row
        assert reading.reason == row["code"] or row["code"] in BY_A_PERSON, row
        agreed += 1
    assert agreed >= 24
