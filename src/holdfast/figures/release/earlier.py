"""What was published before, as statements on the counts of today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holdfast.figures.modelled.safety import Statement


@dataclass(frozen=True, slots=True)
class Earlier:
    """A release published before: what it said, and (kept by the house) what every exact count was."""

    name: str
    statements: tuple[Statement, ...]
    values: Mapping[str, int]
    hidden: frozenset[str]

    def meant(self, place: str, counts: Mapping[str, int]) -> str:
        """The count that this release spoke of: one that has changed since is another count than today's."""
        if place in counts and self.values.get(place, counts[place]) == counts[place]:
            return place
        return f"{place}\x1fonce {self.values.get(place, 'not known')}"


def said_before(
    counts: Mapping[str, int], earlier: Sequence[Earlier], limits: Sequence[Statement]
) -> tuple[Statement, ...]:
    """What earlier releases said, and what everybody knew of the counts as they were then."""
    found: dict[tuple[object, ...], Statement] = {}
    for release in earlier:
        known = [one for one in limits if _held(one, release.values)]
        for one in (*release.statements, *known):
            terms = {release.meant(place, counts): times for place, times in one.terms.items()}
            found[(*sorted(terms.items()), one.lower, one.upper)] = Statement(terms, one.lower, one.upper)
    return tuple(found.values())


def _held(one: Statement, values: Mapping[str, int]) -> bool:
    if not all(place in values for place in one.terms):
        return False
    return one.lower <= sum(times * values[place] for place, times in one.terms.items()) <= one.upper


def small_before(counts: Mapping[str, int], earlier: Sequence[Earlier], threshold: int) -> dict[str, int]:
    """Small counts that earlier releases hid and that have changed since: they stay hidden."""
    return {
        release.meant(place, counts): release.values[place]
        for release in earlier
        for place in sorted(release.hidden)
        if 0 < release.values.get(place, 0) < threshold and release.meant(place, counts) != place
    }
