"""The joint audit of everything published at once: what is shown is put in as numbers, and only what hangs together is
looked at together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from holdfast.figures.modelled.safety import Exposed, Impossible, Statement, Total, about, left_possible
from holdfast.figures.release.exchange import Exchange

Counts = Mapping[str, int]


def exposed_by(said: Sequence[Statement], sensitive: Counts, counts: Counts, width: int) -> list[str]:
    """Sensitive counts of which these statements leave fewer than `width` numbers possible. Raises Impossible."""
    found = []
    for group, statements in _groups(said):
        asked = sorted(group & set(sensitive))
        swaps = _swaps(statements, {**sensitive, **counts}) if len(asked) > 3 else None
        for cell in asked:
            if swaps is not None and swaps.leaves(cell, width):
                continue
            one = left_possible(cell, statements)
            _hold_true(one, sensitive[cell])
            if one.upper is not None and one.upper - one.lower + 1 < width:
                found.append(cell)
    return found


class Jointly:
    """All tables of a release together. `shown` and `totals` lose what must not be published."""

    def __init__(
        self, counts: Counts, shown: Mapping[str, int | None], totals: Mapping[Total, int], said: Sequence[Statement]
    ) -> None:
        self.counts, self.shown, self.totals, self.said = counts, dict(shown), dict(totals), tuple(said)

    def mend(self, sensitive: Counts, width: int) -> None:
        """Hide more, or leave totals out, until no sensitive count is exposed. Raises Impossible.

        What is hidden or left out takes statements away, so a count that was safe stays safe: only those that were
        exposed are looked at again.
        """
        exposed = self._exposed(sensitive, width)
        while exposed:
            for cell in exposed:
                self._hide_more(cell)
            exposed = self._exposed({cell: sensitive[cell] for cell in exposed}, width)

    def _exposed(self, sensitive: Counts, width: int) -> list[str]:
        few = {one: count for one, count in sensitive.items() if self.shown.get(one) is None}
        return exposed_by(self._statements(), few, self.counts, width)

    def _hide_more(self, cell: str) -> None:
        """The smallest count shown in a total with it, else one shown of the same authority, else a total goes."""
        involved = [total for total in self.totals if cell in total.cells]
        beside = {one for total in involved for one in total.cells if self.shown.get(one) is not None}
        of = cell.split("\x1f")
        own = {one for one, value in self.shown.items() if value is not None and one.split("\x1f")[::2] == of[:3:2]}
        if beside or own:
            self.shown[min(beside or own, key=lambda one: (self.counts[one], one))] = None
            return
        reach = self._component(cell)
        near = involved or [total for total in self.totals if not reach.isdisjoint(total.cells)]
        if not near:
            raise Impossible(f"{called(cell)} is given away whatever is hidden")
        del self.totals[min(near, key=lambda total: (len(total.cells), total.cells))]

    def _statements(self) -> list[Statement]:
        """Everything said, with the counts that are shown put in as numbers."""
        numbers = {one: value for one, value in self.shown.items() if value is not None}
        found = []
        for one in (*self.said, *(about(total.cells, value, total.base) for total, value in self.totals.items())):
            known = sum(times * numbers[place] for place, times in one.terms.items() if place in numbers)
            terms = {place: times for place, times in one.terms.items() if place not in numbers}
            if terms:
                found.append(Statement(terms, one.lower - known, one.upper - known))
        return found

    def _component(self, cell: str) -> set[str]:
        return next((group for group, _ in _groups(self._statements()) if cell in group), {cell})


def _swaps(statements: Sequence[Statement], true: Counts) -> Exchange | None:
    try:
        return Exchange(statements, true)
    except ValueError:
        return None  # the programmes will say what does not fit


def _hold_true(one: Exposed, true: int) -> None:
    if true < one.lower or (one.upper is not None and true > one.upper):
        raise Impossible(
            f"{called(one.cell)}: what was published earlier cannot be true of it; that is to be cleared up first"
        )


def _groups(said: Sequence[Statement]) -> list[tuple[set[str], list[Statement]]]:
    """Counts that hang together through statements, with their statements."""
    home: dict[str, str] = {}

    def root(place: str) -> str:
        while home.setdefault(place, place) != place:
            home[place] = home[home[place]]
            place = home[place]
        return place

    for one in said:
        first, *rest = one.terms
        for place in rest:
            home[root(place)] = root(first)
    groups: dict[str, tuple[set[str], list[Statement]]] = {}
    for one in said:
        group = groups.setdefault(root(next(iter(one.terms))), (set(), []))
        group[0].update(one.terms)
        group[1].append(one)
    return list(groups.values())


def called(place: str) -> str:
    period, item, authority, *_ = place.split("\x1f")
    return f"{item}, {period}, {authority}"
