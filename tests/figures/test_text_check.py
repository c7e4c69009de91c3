"""Sentences held to their figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import holdfast.cli.evidence  # noqa: F401 - registers the commands
from holdfast.cli.main import app
from holdfast.figures.in_words import in_figures
from holdfast.figures.national import known_figures
from holdfast.figures.textcheck import check_text


@pytest.mark.parametrize(
    "text",
    [
        "864 of 2,638 (37 per cent)",
        "864 of the 2638 trafficked children (37%) went missing.",
        "37 per cent (864 of 2,638)",
        "864 out of 2,638, or 37 percent, went missing",
        "Of the 2,638 trafficked children in care, 864 (37 per cent) went missing.",
        "864 of the 2,638\ntrafficked children\n(37 per cent)",
        "864 of 2,638 = 37 %",
        "864/2,638 (37%)",
        "864 (37 per cent) of the 2,638 trafficked children",
        "Of 2,638 trafficked children, 37 per cent (864) went missing",
        "Of the 2,638 trafficked children in care, 864 – 37 per cent – went missing.",
        "There were 2,638 trafficked children in care, of whom 864 (37 per cent) went missing.",
        "There were 2,638 trafficked children in care, 864 of whom (37 per cent) went missing.",
    ],
)
def test_the_article_s_ratio_is_refused_and_the_denominator_that_fits_is_named(text):
    (fault,) = check_text(text, known_figures())
    assert fault.fits == (2304, 2367)
    assert "2,335" in fault.problem
    assert "135 authorities" in fault.problem
    assert "2,304 to 2,367" in fault.problem


def test_without_known_figures_the_range_of_denominators_is_still_named():
    (fault,) = check_text("1,501 of 12,530 (13 per cent)")
    assert fault.fits == (11119, 12008)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("864 of 2,638 (33 per cent)", "different authorities side by side"),
        ("864 of 2,638 trafficked children went missing", "32.8 to 44.2 %"),
        ("37% of 2,638 trafficked children", "2,335"),
        ("13 per cent of 12,530 (1,501)", "11,119 to 12,008"),
        ("Numbers rose from 590 to 1,015, up 58 per cent.", "old number as a share of the new"),
        ("up 22% from 960 in 2018 to 1,231 in 2020", "divided by the new number"),
        ("fell from 200 to 150, down 33%", "-25.0 %"),
        ("Out of 12,530 unaccompanied children, 13 per cent (1,501) went missing.", "11,119 to 12,008"),
        ("The number rose from 960 (2018) to 1,231 (2020), a 22% increase", "+28.2 %"),
        ("590 to 1,015, an increase of 58 per cent", "+72.0 %"),
        ("An increase of 42% (590 to 1,015).", "divided by the new number"),
        ("Up 58% on last year: 590 to 1,015.", "old number as a share of the new"),
        ("864 among the 2,638 (37%)", "32.8 %, not 37 %"),
        ("2,638 children were trafficked; 864, or 37%, went missing.", "counted among 2,335"),
        ("More than a third (37%) of the 2,638 went missing.", "counted among 2,335"),
        ("37% (864 children) of 2,638", "counted among 2,335"),
        ("864 missing, 2,638 in care: 37%.", "counted among 2,335"),
        ("The rate is 37% (n=864, N=2,638).", "counted among 2,335"),
        ("The rate rose from 24 per cent to 37 per cent, up 13 per cent.", "13 percentage points, or 54 per cent"),
        ("The rate rose from 24% to 37%, up 20 percentage points.", "13 percentage points"),
        ("Numbers rose from 590 to 1,015, up 13 percentage points.", "compare two rates"),
        ("The rate is up 2 per cent on 2023.", "say which"),
        ("nearly 2,400 trafficked and unaccompanied children went missing", "1,501 to 2,365"),
        ("2,365 trafficked and unaccompanied children went missing", "1,501 to 2,365"),
        ("nearly 40 per cent (864 of 2,335)", "not nearly 40"),
        ("numbers grew from 0 to 12, up 100%", "no percentage"),
        ("30 of 20 (150%)", "no part"),
        ("Numbers rose from 200 to 150, up 25%", "is a fall"),
        ("Thirty per cent (864 of 2,335) went missing.", "37.0 %, not 30 %"),
        ("864 of 2,335 children, one in four, went missing.", "37.0 %"),
        ("Half of the children (864 of 2,335) went missing.", "37.0 %"),
        ("Nearly half (864 of 2,335) went missing.", "37.0 %"),
        ("Less than a third: 864 of 2,335.", "37.0 %"),
        ("Numbers doubled from 590 to 1,015.", "1.72 times 590"),
        ("More than trebling from 100 (2020) to 250 (2024).", "2.5 times 100"),
        ("from 590 to 1,015, almost double", "1.72 times 590"),
        ("2,335 children were trafficked. Of these, 864 (40 per cent) went missing.", "37.0 %, not 40 %"),
        ("We know of 2,335 children.\nOf them 40 per cent (864) went missing.", "37.0 %, not 40 %"),
    ],
)
def test_a_sentence_that_its_numbers_do_not_bear_is_refused_with_the_reason(text, said):
    (fault,) = check_text(text, known_figures())
    assert said in fault.problem


@pytest.mark.parametrize(
    "text",
    [
        "864 of 2,335 (37 per cent)",
        "37% of trafficked children went missing (864 of 2,335) and 13% of unaccompanied children (1,501 of 11,999).",
        "nearly 17 per cent (986 of 5,873)",
        "1,501 (12.5 per cent) of 11,999",
        "Of 2,335 trafficked children, 37 per cent (864) went missing",
        "590 to 1,015, an increase of 72 per cent",
        "Numbers rose from 590 to 1,015, up 72 per cent.",
        "fell from 200 to 150, down 25%",
        "The rate rose from 24% to 37%, up 13 percentage points.",
        "The rate rose from 24% to 37%, up 54 per cent.",
        "between 1,501 and 2,365 trafficked and unaccompanied children went missing",
        "135 of 212 authorities (64%) answered",
        "135 of 212 authorities and 2,335 of 2,638 known children (88.5 %).",
        "32.8 to 44.2 % over all 2,638 known",
        "From 2018 to 2020 numbers rose 22 per cent.",
        "3 of 5 authorities replied by 22 November 2026.",
        "Thirty-seven per cent (864 of 2,335) went missing.",
        "More than a third (864 of 2,335) went missing.",
        "864 of 2,335, or more than one in three.",
        "Nearly two in five: 864 of 2,335.",
        "Numbers nearly doubled, from 590 to 1,100.",
        "Halved from 200 to 100.",
        "2,335 children were trafficked. Of these, 864 (37 per cent) went missing.",
        "864 of 2,335 (37 per cent); half of them were found within a day.",
        "One third party wrote; five six and twenty hundred are no numbers.",
        "",
    ],
)
def test_a_sentence_that_its_numbers_bear_passes(text):
    assert check_text(text, known_figures()) == ()


@pytest.mark.parametrize(
    ("words", "figures"),
    [
        ("thirty-seven", "37"),
        ("Twenty five", "25"),
        ("two thousand three hundred and thirty-five", "2335"),
        ("nineteen hundred", "nineteen hundred"),
        ("five six", "five six"),
        ("twenty twelve", "twenty twelve"),
        ("one", "one"),
        ("five and six", "5 and 6"),
        ("nine hundred thousand", "900000"),
        ("someone, often tense", "someone, often tense"),
    ],
)
def test_numbers_in_words_are_read_where_they_are_numbers(words, figures):
    assert in_figures(words) == figures


def test_the_line_is_that_of_the_text():
    text = "First.\n\nThe second stands.\nHere 864 of 2,638 (37%) is wrong.\n"
    assert [fault.line for fault in check_text(text)] == [4]


@given(st.text(alphabet="0123456789 ,.%()offromtupercent\n", max_size=60))
def test_no_text_breaks_the_check(text):
    for fault in check_text(text, known_figures()):
        assert fault.problem


@given(st.integers(1, 3000), st.integers(1, 3000))
def test_a_correctly_rounded_share_always_passes_and_one_two_points_off_never_does(part, more):
    whole = part + more
    percent = round(100 * part / whole)
    assert check_text(f"{part:,} of {whole:,} ({percent} per cent)") == ()
    assert len(check_text(f"{part:,} of {whole:,} ({percent + 2} per cent)")) == 1


def test_the_command_refuses_with_exit_1_and_reads_a_file_or_standard_input(tmp_path):
    run = CliRunner().invoke
    piped = run(app, ["evidence", "check-text", "-"], input="864 of 2,638 (37 per cent)")
    assert piped.exit_code == 1
    assert "line 1" in piped.stdout
    file = tmp_path / "press.txt"
    file.write_text("864 of 2,335 (37 per cent)")
    assert run(app, ["evidence", "check-text", str(file)]).exit_code == 0
    file.write_bytes(b"\xff\xff\x00")
    assert run(app, ["evidence", "check-text", str(file)]).exit_code == 2
    assert run(app, ["evidence", "check-text", str(tmp_path / "absent")]).exit_code == 2
