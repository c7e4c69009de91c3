"""Whether a printed percentage follows from the numbers beside it, in whole-number arithmetic without rounding."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage as printed: its value and half of its last place (37 is 36.5 to 37.5; 24.9 is 24.85 to 24.95)."""

    value: Fraction
    half: Fraction

    @classmethod
    def printed(cls, text: str) -> Percent:
        """From digits such as "37" or "24.9". Raises ValueError."""
        _, _, decimals = text.partition(".")
        return cls(Fraction(text), Fraction(1, 2 * 10 ** len(decimals)))

    def fits(self, share: Fraction) -> bool:
        """Whether a share of 1 rounds to it; a half may have been rounded either way."""
        return abs(100 * share - self.value) <= self.half


def fitting_denominators(part: int, percent: Percent) -> tuple[int, int | None]:
    """The least and greatest whole number of which `part` is that percentage; None: no greatest."""
    high, low = percent.value + percent.half, percent.value - percent.half
    least = max(part, ceil(Fraction(100 * part) / high))
    return least, None if low <= 0 else floor(Fraction(100 * part) / low)


def growth(before: int, after: int) -> Fraction:
    """The rise as a share of the first number."""
    return Fraction(after - before, before)


def said(share: Fraction | float, places: int = 1) -> str:
    """A share of 1 as a percentage, halves away from zero: "37.0"."""
    exact = Fraction(share) * 100
    scaled = abs(exact) * 10**places
    whole = floor(scaled + Fraction(1, 2))
    digits = f"{whole // 10**places}" + (f".{whole % 10**places:0{places}d}" if places else "")
    return ("-" if exact < 0 and whole else "") + digits
