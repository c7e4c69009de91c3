"""The arithmetic of ranges: whole numbers from `lower` to `upper`, `upper` None where no limit is known.

All results are the tightest that the ranges allow; none rests on a model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """A count somewhere from `lower` to `upper`, both possible."""

    lower: int
    upper: int | None

    def __post_init__(self) -> None:
        if self.lower < 0 or (self.upper is not None and self.upper < self.lower):
            raise ValueError(f"{self.lower} to {self.upper} is no range of counts")

    @property
    def is_exact(self) -> bool:
        """One number and no other."""
        return self.lower == self.upper

    def __add__(self, other: Range) -> Range:
        upper = None if self.upper is None or other.upper is None else self.upper + other.upper
        return Range(self.lower + other.lower, upper)


@dataclass(frozen=True, slots=True)
class Share:
    """A rate somewhere from `lower` to `upper` (0 to 1); None where there may be no child at all to divide by."""

    lower: float | None
    upper: float | None


class Contradiction(ValueError):
    """The ranges cannot all be right."""


def total(ranges: Iterable[Range]) -> Range:
    """The sum: the ends add."""
    together = Range(0, 0)
    for one in ranges:
        together += one
    return together


def least(*numbers: int | None) -> int | None:
    """The smallest of the limits that are known."""
    known = [number for number in numbers if number is not None]
    return min(known) if known else None


def part_of(part: Range, whole: Range) -> tuple[Range, Range]:
    """Both narrowed by part <= whole. Raises Contradiction where no two numbers fit."""
    if whole.upper is not None and part.lower > whole.upper:
        raise Contradiction
    return Range(part.lower, least(part.upper, whole.upper)), Range(max(whole.lower, part.lower), whole.upper)


def share(pairs: Sequence[tuple[Range, Range]]) -> Share:
    """The bounds of sum(part) / sum(whole) when, in each pair, part <= whole.

    Each pair is one authority, free of the others. The lowest rate has every part at its least and every whole at
    its most. For the highest, raising a part and its whole by one child never lowers a rate of at most 1, so each
    part is at its most and its whole no larger than that needs: the corner that Charnes-Cooper would find.
    """
    narrowed = [part_of(part, whole) for part, whole in pairs]
    wholes = total(whole for _, whole in narrowed)
    parts = total(part for part, _ in narrowed)
    if wholes.upper == 0 or not narrowed:
        return Share(None, None)
    lower = 0.0 if wholes.upper is None else parts.lower / wholes.upper
    if parts.upper is None:
        return Share(lower, 1.0)  # as the unlimited part grows, the rate comes as near to 1 as one likes
    fitting = sum(max(whole.lower, part.upper or 0) for part, whole in narrowed)
    # With no child certain to be in the whole, the fewest that make a rate are one in one, or none in one.
    upper = parts.upper / fitting if fitting else 0.0
    return Share(lower, upper)


def union(items: Sequence[Range], whole: int | None = None, overlap: Range | None = None) -> Range:
    """How many different children are in any of the items, in one authority.

    At least the largest item, at most all added, and no more than `whole`. `overlap` is how many are in both of
    exactly two items. Raises Contradiction where the numbers cannot all be right.
    """
    if overlap is None:
        lower, upper = max(one.lower for one in items), total(items).upper
    else:
        first, second = items
        for one in items:
            if one.upper is not None and overlap.lower > one.upper:
                raise Contradiction
        one_low, other_low = max(first.lower, overlap.lower), max(second.lower, overlap.lower)
        shared = min(one_low, other_low) if overlap.upper is None else min(overlap.upper, one_low, other_low)
        lower = one_low + other_low - shared
        added = total(items).upper
        upper = None if added is None else added - overlap.lower
    upper = least(upper, whole)
    if upper is not None and lower > upper:
        raise Contradiction
    return Range(lower, upper)


def both(first: Range, second: Range, whole: int) -> Range:
    """How many are in both of two items, out of `whole` children: max(0, a + b - N) to min(a, b)."""
    upper = least(first.upper, second.upper, whole)
    return Range(max(0, first.lower + second.lower - whole), upper)


def at_most_all(whole: Range) -> Range:
    """A part of which nothing is known: none of the whole to all of it."""
    return Range(0, whole.upper)
