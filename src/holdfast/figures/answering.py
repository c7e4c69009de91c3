"""Who answers: whether giving a number goes with size, with place, or with the rate given last time.

If those who answer differ from the silent, the modelled layer, which takes them for alike, leans to one side. The
comparison can only be made on what is known of both; that it shows nothing does not make them alike. Groups, never
authorities, are shown, and never in order of their numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from holdfast.figures.intervals import wilson
from holdfast.figures.ladder import Member

FEWEST = 6
"""Authorities that are compared at all; fewer say nothing."""
LEVEL = 0.95
NO_PLACE = "place not known"


@dataclass(frozen=True, slots=True)
class Group:
    """Some of those asked: how many gave a number or a range, and Wilson's interval of that share."""

    name: str
    asked: int
    answered: int
    lower: float
    upper: float

    @property
    def share(self) -> float:
        """Of those asked."""
        return self.answered / self.asked


@dataclass(frozen=True, slots=True)
class Comparison:
    """The groups by one thing that is known of everyone in them, in its own order, and what they show in a sentence.
    `differs` only where an interval, made wider for each further group looked at, leaves no difference out."""

    by: str
    groups: tuple[Group, ...]
    differs: bool
    sentence: str


def who_answers(members: Sequence[Member], region_of: Callable[[str], str]) -> tuple[Comparison, ...]:
    """By size, by nation, by region (`region_of` a name, "" where not known) and by the rate given last time.

    What cannot be compared, because fewer than FEWEST are known or all are in one group, is left out.
    """
    sized = [one for one in members if one.size]
    before = [one for one in sized if one.previous is not None and one.previous.is_exact]
    by_size = _thirds(sized, lambda one: float(one.size or 0), "third by size")
    by_rate = _thirds(
        before, lambda one: (one.previous.lower if one.previous else 0) / (one.size or 1), "third by rate"
    )
    found = (
        _ends_compared("size", by_size),
        _each_with_the_rest("nation", _named(members, lambda one: one.nation)),
        _each_with_the_rest("region", _named(members, lambda one: region_of(one.name))),
        _ends_compared("the rate given last time", by_rate),
    )
    return tuple(one for one in found if one is not None)


def _rate_before(one: Member) -> float:
    return one.previous.lower / one.size if one.previous is not None and one.size else 0.0


def difference(first: Group, second: Group, level: float = LEVEL) -> tuple[float, float]:
    """The share of `first` less that of `second`: R. G. Newcombe's interval from both Wilson intervals (1998)."""
    one, other = (wilson(group.answered, group.asked, level) for group in (first, second))
    away = first.share - second.share
    below = sqrt((first.share - one[0]) ** 2 + (other[1] - second.share) ** 2)
    above = sqrt((one[1] - first.share) ** 2 + (second.share - other[0]) ** 2)
    return max(-1.0, away - below), min(1.0, away + above)


def _group(name: str, some: Iterable[Member]) -> Group:
    some = list(some)
    answered = sum(one.known is not None for one in some)
    return Group(name, len(some), answered, *wilson(answered, len(some)))


def _thirds(some: Sequence[Member], known: Callable[[Member], float], of_what: str) -> list[Group]:
    """Lowest, middle, highest; equals stay together, so that no name decides where an authority stands."""
    if len(some) < FEWEST:
        return []
    ordered = sorted(known(one) for one in some)
    cuts = ordered[len(some) // 3], ordered[2 * len(some) // 3]
    parts: tuple[list[Member], ...] = ([], [], [])
    for one in some:
        parts[(known(one) >= cuts[0]) + (known(one) >= cuts[1])].append(one)
    names = (f"{place} {of_what}" for place in ("lowest", "middle", "highest"))
    return [_group(name, part) for name, part in zip(names, parts, strict=True) if part]


def _named(some: Sequence[Member], name_of: Callable[[Member], str]) -> list[Group]:
    parts: dict[str, list[Member]] = {}
    for one in some:
        parts.setdefault(name_of(one) or NO_PLACE, []).append(one)
    return [_group(name, parts[name]) for name in sorted(parts)]


def _ends_compared(by: str, groups: list[Group]) -> Comparison | None:
    if len(groups) < 2:
        return None
    high, low = groups[-1], groups[0]
    ends = difference(high, low)
    differs = ends[0] > 0 or ends[1] < 0
    sentence = f"{_said(high)}; {_said(low)}: {_points(ends, high.share - low.share)}. " + (
        _LEANS if differs else "No difference is shown, and none is ruled out."
    )
    return Comparison(by, tuple(groups), differs, sentence)


def _each_with_the_rest(by: str, groups: list[Group]) -> Comparison | None:
    """Each group with all others, at a level that allows for how many are looked at (Bonferroni)."""
    asked, answered = sum(one.asked for one in groups), sum(one.answered for one in groups)
    places = [one for one in groups if one.name != NO_PLACE and one.asked >= FEWEST]
    if len(groups) < 2 or not places:
        return None
    level = 1 - (1 - LEVEL) / len(places)
    said = []
    for one in places:
        others = asked - one.asked, answered - one.answered
        rest = Group("the rest", *others, *wilson(others[1], others[0]))
        ends = difference(one, rest, level)
        if ends[0] > 0 or ends[1] < 0:
            said.append(f"{_said(one)}; {_said(rest)}: {_points(ends, one.share - rest.share)}.")
    if said:
        return Comparison(by, tuple(groups), True, f"{' '.join(said)} {_LEANS}")
    return Comparison(by, tuple(groups), False, f"No {by} is shown to differ from the rest, and none is ruled out.")


_LEANS = "Those who answered are not like the silent in this: the modelled layer leans on those who answered."


def _said(group: Group) -> str:
    return f"{group.name}: {group.answered} of {group.asked} answered"


def _points(ends: tuple[float, float], away: float) -> str:
    return f"{100 * away:+.0f} percentage points (from {100 * ends[0]:+.0f} to {100 * ends[1]:+.0f})"
