"""The national picture: what was published, and what it can bear.

Pure: it reads the shipped evidence and no clock. A page, a PDF and a download are all made from this one value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from holdfast.evidence.cells import Cell
from holdfast.evidence.folder import Cells, read_cells
from holdfast.evidence.national import replies_folder, series_folder
from holdfast.figures.claims import Checked, checked_claims
from holdfast.figures.figure import Figure
from holdfast.figures.intervals import how_stable
from holdfast.figures.making import figures
from holdfast.figures.official import BoundsCheck, bounds_checks
from holdfast.figures.plan import read_plan
from holdfast.figures.shown import count_words, percent_words
from holdfast.figures.textcheck import KnownCount, KnownRate

YEAR = "2024"
AUTHORITIES = 212  # children's services authorities of the four nations


@dataclass(frozen=True, slots=True)
class SideBySide:
    """One row of the table: the printed sentence, and what its numbers bear."""

    report: str
    published: str
    can_bear: str
    verdict: str
    reason: str
    place: str


@dataclass(frozen=True, slots=True)
class RateShown:
    """A rate with its set, its bounds over everyone known, its coverage and how stable it is."""

    group: str
    missing: int
    in_care: int
    authorities: int
    rate: float
    everyone: int
    lower: float
    upper: float
    without_a_missing_count: int
    children_covered: float  # share of the children in care who are in the rate
    stable_by: str
    stable_lower: float
    stable_upper: float


@dataclass(frozen=True, slots=True)
class TrendStep:
    """A change between two reports; the authorities behind them were not published, so like with like is not known."""

    group: str
    from_period: str
    to_period: str
    before: int
    after: int
    change: float
    printed: str


@dataclass(frozen=True, slots=True)
class ReplyRead:
    """One answer of one authority: its words, what they leave possible, the reason and the page."""

    authority: str
    nation: str
    period: str
    item: str
    raw: str
    leaves: str
    reason: str
    note: str
    place: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where numbers were read."""

    title: str
    place: str


@dataclass(frozen=True, slots=True)
class NationalPicture:
    """Everything that a page needs. Sentences carry their range and their coverage."""

    headline: str
    headline_range: str
    coverage: str
    rates: tuple[RateShown, ...]
    different: tuple[int, int]
    different_sentence: str
    side_by_side: tuple[SideBySide, ...]
    trend: tuple[TrendStep, ...]
    trend_note: str
    bounds_checks: tuple[BoundsCheck, ...]
    bounds_sentence: str
    replies: tuple[ReplyRead, ...]
    series: tuple[Figure, ...]
    sources: tuple[Source, ...]


@cache
def national_picture() -> NationalPicture:
    """The picture of the shipped evidence."""
    cells = read_cells(series_folder())
    made = _figures(cells)
    by_id = {(figure.id, figure.period): figure for figure in made}
    rates = (
        _rate("trafficked", by_id["trafficked-missing", YEAR]),
        _rate("unaccompanied", by_id["unaccompanied-missing", YEAR]),
    )
    different = by_id["different-children-missing", YEAR]
    low, high = int(different.lower or 0), int(different.upper or 0)
    checks = bounds_checks()
    return NationalPicture(
        headline=_headline(rates[0]),
        headline_range=_over_everyone(rates[0]),
        coverage=" ".join(_coverage(rate) for rate in rates),
        rates=rates,
        different=(low, high),
        different_sentence=(
            f"Between {low:,} and {high:,} different children went missing in {YEAR}: the two groups overlap,"
            " and no published number says by how many."
        ),
        side_by_side=tuple(_row(checked, rates) for checked in checked_claims()),
        trend=tuple(_step(figure) for figure in made if figure.kind == "change"),
        trend_note=(
            "A trend needs the same authorities in both periods. The reports do not say which authorities are behind"
            " each number, so part of each rise may be authorities that answered once and not before."
        ),
        bounds_checks=checks,
        bounds_sentence=_bounds_sentence(checks),
        replies=tuple(_reply(cell) for cell in read_cells(replies_folder()).cells),
        series=made,
        sources=_sources(cells),
    )


def _figures(cells: Cells) -> tuple[Figure, ...]:
    plan = read_plan(series_folder(), cells.items, frozenset(cell.period for cell in cells.cells))
    return figures(cells.cells, plan)


def _rate(group: str, figure: Figure) -> RateShown:
    if figure.numerator is None or figure.denominator is None or figure.everyone is None:
        raise ValueError(f"{figure.id} is no rate")
    authorities = figure.coverage.in_figure_count
    if authorities is None:
        raise ValueError(f"{figure.id}: how many authorities gave both numbers is not known")
    missing, in_care = figure.numerator.counted, figure.denominator.counted
    everyone = figure.everyone
    by, low, high = how_stable(missing, in_care)
    return RateShown(
        group=group,
        missing=missing,
        in_care=in_care,
        authorities=authorities,
        rate=missing / in_care,
        everyone=everyone.denominator.counted,
        lower=everyone.bounds.lower or 0.0,
        upper=1.0 if everyone.bounds.upper is None else everyone.bounds.upper,
        without_a_missing_count=everyone.denominator.counted - in_care,
        children_covered=in_care / everyone.denominator.counted,
        stable_by=by,
        stable_lower=low,
        stable_upper=high,
    )


def _headline(rate: RateShown) -> str:
    return (
        f"{rate.missing:,} of {rate.in_care:,} {rate.group} children in care went missing in {YEAR}"
        f" ({percent_words(rate.rate, rate.rate)}), over the {rate.authorities} authorities that gave both numbers."
    )


def _over_everyone(rate: RateShown) -> str:
    return (
        f"Over all {rate.everyone:,} {rate.group} children known to be in care the share is"
        f" {percent_words(rate.lower, rate.upper)}: for {rate.without_a_missing_count:,} of them nobody gave a missing"
        " count."
    )


def _coverage(rate: RateShown) -> str:
    return (
        f"{rate.group.capitalize()}: {rate.authorities} of {AUTHORITIES} authorities and {rate.in_care:,} of"
        f" {rate.everyone:,} known children ({percent_words(rate.children_covered, rate.children_covered)})."
    )


def _row(checked: Checked, rates: tuple[RateShown, ...]) -> SideBySide:
    """A count set beside everyone known, of whom some have no count, bears a range and no single share."""
    claim, bears = checked.claim, checked.recomputed or "not known"
    for rate in rates:
        if (claim.top, claim.bottom) == (rate.missing, rate.everyone):
            bears = percent_words(rate.lower, rate.upper)
    reason = checked.reason + (f" ({claim.note})" if claim.note and claim.note != checked.reason else "")
    return SideBySide(claim.report, claim.says, bears, checked.verdict.value, reason, claim.place)


def _step(figure: Figure) -> TrendStep:
    if figure.growth is None or figure.lower is None:
        raise ValueError(f"{figure.id} is no change")
    return TrendStep(
        "trafficked children in care",
        figure.growth.from_period,
        figure.growth.to_period,
        figure.growth.before.counted,
        figure.growth.after.counted,
        figure.lower,
        percent_words(figure.lower, figure.upper, signed=True),
    )


def _bounds_sentence(checks: tuple[BoundsCheck, ...]) -> str:
    holding = sum(check.holds for check in checks)
    last = checks[-1]
    return (
        f"In {holding} of {len(checks)} years the range worked out from England's local figures holds the national"
        f" figure. In {last.year}, {last.hidden} of {last.authorities} local figures are hidden and those shown add up"
        f" to only {last.sum_of_shown:,} of about {last.published:,}: a hidden number taken as zero would lose most of"
        " the children."
    )


def _reply(cell: Cell) -> ReplyRead:
    leaves = count_words(cell.lower, cell.upper) if cell.has_bounds else "no number"
    return ReplyRead(
        cell.authority,
        cell.nation,
        cell.period,
        cell.item,
        cell.raw,
        leaves,
        cell.reason.words,
        cell.note,
        cell.place,
    )


def _sources(cells: Cells) -> tuple[Source, ...]:
    reports = {checked.claim.place: checked.claim.report for checked in checked_claims()}
    places = dict.fromkeys([*reports, *(cell.place for cell in cells.cells)])
    official = Source(
        "Department for Education, Children looked after in England including adoptions, years to 31 March 2018 to"
        " 2024 (Crown copyright, Open Government Licence v3.0)",
        "https://explore-education-statistics.service.gov.uk/find-statistics/children-looked-after-in-england-including-adoptions",
    )
    return (*(Source(reports.get(place, "Report of the series, as summarised"), place) for place in places), official)


@cache
def known_figures() -> tuple[KnownRate | KnownCount, ...]:
    """What a text is held against."""
    picture = national_picture()
    rates = (
        KnownRate(
            f"{rate.group} children missing, {YEAR}",
            rate.missing,
            rate.in_care,
            rate.authorities,
            rate.everyone,
            rate.lower,
            rate.upper,
        )
        for rate in picture.rates
    )
    return (*rates, KnownCount(("trafficked", "unaccompanied", "missing"), *picture.different))


def report_content(picture: NationalPicture, released: date | None) -> dict[str, Any]:
    """The picture as plain words for the report: strings and lists only. `released` None leaves the day out."""
    return {
        "title": "Trafficked and unaccompanied children missing from care: what the published figures can bear",
        "released": f"{released:%-d %B %Y}" if released else "",
        "year": released.isoformat() if released else "",
        "headline": picture.headline,
        "headline_range": picture.headline_range,
        "coverage": picture.coverage,
        "different": picture.different_sentence,
        "trend_note": picture.trend_note,
        "bounds_sentence": picture.bounds_sentence,
        "rates": [rate_row(rate) for rate in picture.rates],
        "claims": [[row.report, row.published, row.can_bear, row.verdict, row.reason] for row in picture.side_by_side],
        "trend": [
            [step.from_period, f"{step.before:,}", step.to_period, f"{step.after:,}", step.printed]
            for step in picture.trend
        ],
        "checks": [check_row(check) for check in picture.bounds_checks],
        "replies": [
            [one.authority, one.period, one.item, one.raw or "(no reply)", one.leaves, one.reason]
            for one in picture.replies
        ],
        "sources": [[source.title, source.place] for source in picture.sources],
    }


def rate_row(rate: RateShown) -> list[str]:
    """Group, missing of in care, authorities, rate, all known, range over all."""
    return [
        rate.group.capitalize(),
        f"{rate.missing:,} of {rate.in_care:,}",
        str(rate.authorities),
        percent_words(rate.rate, rate.rate),
        f"{rate.everyone:,}",
        percent_words(rate.lower, rate.upper),
    ]


def check_row(check: BoundsCheck) -> list[str]:
    """Year, shown, hidden, sum of shown, range, published, whether it holds."""
    return [
        str(check.year),
        str(check.shown),
        str(check.hidden),
        f"{check.sum_of_shown:,}",
        count_words(check.bounds.lower, check.bounds.upper),
        f"{check.published:,}",
        "yes" if check.holds else "no",
    ]
