"""The national picture: the numbers that it must come out as, and each published claim held to its own numbers."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from holdfast.figures.bounds import Range
from holdfast.figures.claims import Verdict, checked_claims
from holdfast.figures.national import known_figures, national_picture, report_content
from holdfast.figures.official import bounds_checks
from holdfast.figures.percent import Percent, fitting_denominators, said
from holdfast.figures.textcheck import check_text

SERIES = Path(__file__).parents[3] / "shared" / "evidence" / "series" / "ecpat_series_national.csv"


def test_the_two_rates_with_their_sets_and_their_ranges_over_everyone_known():
    trafficked, unaccompanied = national_picture().rates
    assert (trafficked.missing, trafficked.in_care, trafficked.authorities, trafficked.everyone) == (
        864,
        2335,
        135,
        2638,
    )
    assert [said(one) for one in (trafficked.rate, trafficked.lower, trafficked.upper)] == ["37.0", "32.8", "44.2"]
    assert (unaccompanied.missing, unaccompanied.in_care, unaccompanied.authorities) == (1501, 11999, 141)
    assert unaccompanied.everyone == 12530
    assert [said(one) for one in (unaccompanied.rate, unaccompanied.lower, unaccompanied.upper)] == [
        "12.5",
        "12.0",
        "16.2",
    ]
    assert [said(one.children_covered) for one in (trafficked, unaccompanied)] == ["88.5", "95.8"]


def test_different_children_missing_are_a_range():
    assert national_picture().different == (1501, 2365)


def test_the_trend_is_worked_out_on_the_old_number():
    steps = {(step.before, step.after): step.printed for step in national_picture().trend}
    assert steps == {(590, 1015): "+72.0 %", (590, 910): "+54.2 %", (960, 1231): "+28.2 %"}
    assert "same authorities" in national_picture().trend_note


def test_every_published_percentage_has_a_verdict_and_a_reason():
    by_id = {checked.claim.id: checked for checked in checked_claims()}
    disagree = {name for name, checked in by_id.items() if checked.verdict is Verdict.DISAGREES}
    assert disagree == {
        "t-rise-2017a",
        "nf-2017b",
        "t-third-2020",
        "t-rise-2020",
        "t-rate-2024x",
        "u-rate-2024x",
        "sum-2024",
    }
    unknown = {name for name, checked in by_id.items() if checked.verdict is Verdict.UNCHECKED}
    assert unknown == {"m-rise-2020", "u-up-2024"}
    assert "2,304 to 2,367" in by_id["t-rate-2024x"].reason
    assert "11,119 to 12,008" in by_id["u-rate-2024x"].reason
    assert "old number as a share of the new" in by_id["t-rise-2017a"].reason
    assert "divided by the new number" in by_id["t-rise-2020"].reason
    assert all(checked.reason for checked in by_id.values())


def test_a_count_beside_everyone_known_bears_a_range_and_no_single_share():
    row = next(row for row in national_picture().side_by_side if "864 of 2,638" in row.published)
    assert row.can_bear == "32.8 to 44.2 %"


def test_seven_years_of_local_figures_each_hold_the_published_figure():
    checks = bounds_checks()
    assert [(check.year, check.bounds, check.published) for check in checks] == [
        (2018, Range(196, 508), 300),
        (2019, Range(184, 488), 270),
        (2020, Range(115, 411), 190),
        (2021, Range(118, 406), 200),
        (2022, Range(128, 468), 200),
        (2023, Range(156, 436), 220),
        (2024, Range(197, 569), 300),
    ]
    assert all(check.holds for check in checks)
    assert (checks[-1].hidden, checks[-1].sum_of_shown) == (93, 104)


def test_every_sentence_of_the_picture_passes_our_own_text_check():
    content = report_content(national_picture(), date(2026, 11, 22))
    sentences = [value for value in content.values() if isinstance(value, str)]
    assert check_text("\n\n".join(sentences), known_figures()) == ()


def test_the_picture_reads_no_clock_and_is_the_same_every_time():
    national_picture.cache_clear()
    first = national_picture()
    national_picture.cache_clear()
    assert national_picture() == first


def test_each_reply_carries_a_reason_and_a_page():
    replies = national_picture().replies
    assert len(replies) > 60
    assert all(reply.reason and reply.place.startswith("http") for reply in replies)
    snapshot = next(reply for reply in replies if reply.raw.startswith("39 children"))
    assert snapshot.leaves == "no number"


@pytest.mark.parametrize(
    ("part", "printed", "fits"),
    [(864, "37", (2304, 2367)), (1501, "13", (11119, 12008)), (3, "100", (3, 3)), (2, "0", (400, None))],
)
def test_the_denominators_that_fit_a_printed_percentage(part, printed, fits):
    assert fitting_denominators(part, Percent.printed(printed)) == fits


@pytest.mark.shared
@pytest.mark.shared
def test_shipped_counts_are_those_of_the_shared_series():
    ours = {int(cell) for checked in checked_claims() for cell in (checked.claim.top, checked.claim.bottom) if cell}
    with SERIES.open(encoding="utf-8") as table:
        theirs = {
            int(number)
            for row in csv.DictReader(table)
            for number in (row["value"], row["denominator"])
            if number.isdigit()
        }
    sums = {5334, 975}  # 590 + 4,744 and 246 + 729: bases that the reports used without printing them
    assert ours - sums <= theirs


def test_how_many_authorities_stand_behind_a_sum_is_said_only_where_it_was_published():
    counts = {(one.id, one.period): one.coverage.in_figure_count for one in national_picture().series}
    assert counts["trafficked-missing", "2024"] == 135
    assert counts["unaccompanied-missing", "2024"] == 141
    assert counts["trafficked-in-care", "2024"] is None
    assert counts["different-children-missing", "2024"] is None
    assert counts["trafficked-missing", "2020"] is None
