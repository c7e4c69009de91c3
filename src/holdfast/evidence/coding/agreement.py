"""How far two coders agree: J. Cohen, A coefficient of agreement for nominal scales (1960)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.evidence.cells import Reading


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of one question. `kappa` is None where both used one and the same code throughout: chance alone would do.

    `numbers` are the answers to which both gave a number or a range, `same_numbers` those where both gave the same.
    """

    what: str
    coded: int
    same_reason: int
    kappa: float | None
    numbers: int
    same_numbers: int


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Agreement beyond what chance would give; 1 is full, 0 is chance. None where chance alone gives all of it.

    Raises ValueError for no pairs.
    """
    if not pairs:
        raise ValueError("nothing was coded by both")
    n = len(pairs)
    observed = sum(one == other for one, other in pairs) / n
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(first[code] * second[code] for code in first) / n**2
    return None if by_chance == 1 else (observed - by_chance) / (1 - by_chance)


def agreement(what: str, pairs: Sequence[tuple[Reading | None, Reading | None]]) -> Agreement:
    """Of pairs of codes for the same place; None is a coder who found no answer there."""
    reasons = [tuple("no answer" if one is None else one.reason.value for one in pair) for pair in pairs]
    numbers = [
        (one, other) for one, other in pairs if one and other and one.lower is not None and other.lower is not None
    ]
    return Agreement(
        what,
        len(pairs),
        sum(one == other for one, other in reasons),
        kappa([(one, other) for one, other in reasons]),
        len(numbers),
        sum((one.lower, one.upper) == (other.lower, other.upper) for one, other in numbers),
    )
