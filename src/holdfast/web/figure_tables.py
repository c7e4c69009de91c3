"""The tables of the national picture: on the page and as CSV, the same cells."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from holdfast.access.outgoing.table import harmless
from holdfast.figures.national import NationalPicture, check_row, rate_row


@dataclass(frozen=True, slots=True)
class FigureTable:
    """`name` is its word in the address; every cell is text as it is shown."""

    name: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(picture: NationalPicture) -> tuple[FigureTable, ...]:
    """In the order of the page; the first two stand beside the charts."""
    return (
        FigureTable(
            "shares",
            "Children in care who went missing",
            ("Group", "Missing of in care", "Authorities", "Rate", "All known", "Range over all known"),
            tuple(tuple(rate_row(r)) for r in picture.rates),
        ),
        FigureTable(
            "bounds",
            "Missing on 31 March, England: hidden numbers as a range",
            ("Year", "Authorities shown", "Hidden", "Sum of shown", "Range", "Published", "Holds"),
            tuple(tuple(check_row(c)) for c in picture.bounds_checks),
        ),
        FigureTable(
            "claims",
            "What was published, and what its numbers bear",
            ("Report", "Published", "Bears", "Verdict", "Why", "Where it was read"),
            tuple((c.report, c.published, c.can_bear, c.verdict, c.reason, c.place) for c in picture.side_by_side),
        ),
        FigureTable(
            "trend",
            "Changes between reports",
            ("Group", "From", "Number", "To", "Number then", "Change"),
            tuple(
                (s.group, s.from_period, f"{s.before:,}", s.to_period, f"{s.after:,}", s.printed) for s in picture.trend
            ),
        ),
        FigureTable(
            "replies",
            "Replies read",
            (
                "Authority",
                "Nation",
                "Period",
                "Question",
                "What it wrote",
                "What that leaves",
                "Reason",
                "Where it was read",
            ),
            tuple(
                (r.authority, r.nation, r.period, r.item, r.raw or "(no reply)", r.leaves, r.reason, r.place)
                for r in picture.replies
            ),
        ),
    )


def as_csv(table: FigureTable) -> bytes:
    """UTF-8 with a mark that spreadsheets know it by."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(table.head)
    writer.writerows([harmless(cell) for cell in row] for row in table.rows)
    return written.getvalue().encode("utf-8-sig")
