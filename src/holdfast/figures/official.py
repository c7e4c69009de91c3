"""England's own local figures with small numbers hidden: do the bounds hold what was published?

Children looked after who were missing on 31 March. Department for Education; Open Government Licence v3.0.
"""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.evidence.national import national_table
from holdfast.evidence.reading import read
from holdfast.figures.bounds import Range, total

HIDDEN = "zero-shown below:6"
"""The department's rule: `c` hides 1 to 5; 0 and 6 or more are shown."""


@dataclass(frozen=True, slots=True)
class BoundsCheck:
    """One year: the sum of the local figures as a range, and the national figure (rounded to 10) beside it."""

    year: int
    authorities: int
    shown: int  # authorities with a number
    hidden: int  # authorities with a `c`
    sum_of_shown: int
    bounds: Range
    published: int

    @property
    def holds(self) -> bool:
        """The published figure lies within the bounds."""
        return self.bounds.upper is not None and self.bounds.lower <= self.published <= self.bounds.upper


def bounds_checks() -> tuple[BoundsCheck, ...]:
    """One check for each year shipped. `z` (no such authority in that year, or no child) is left out."""
    local = national_table("missing_on_31_march.csv")
    national = {row["year"]: int(row["published"]) for row in national_table("missing_on_31_march_england.csv")}
    return tuple(_check(year, [row[year] for row in local], published) for year, published in national.items())


def _check(year: str, written: list[str], published: int) -> BoundsCheck:
    answers = [read(one, HIDDEN) for one in written if one not in ("", "z")]
    ranges = [Range(one.lower, one.upper) for one in answers if one.lower is not None]
    exact = [one.lower for one in ranges if one.is_exact]
    return BoundsCheck(
        int(year), len(ranges), len(exact), len(ranges) - len(exact), sum(exact), total(ranges), published
    )
