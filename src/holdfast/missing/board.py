"""The area team's board: the rows of Missing now, counted by authority and by agency. Reads and writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from holdfast.access.rules import Tie
from holdfast.missing.queries import DueRow, MissingRow

# The hours after which statutory guidance asks for a strategy meeting, and for a formal one.
DAY, THREE_DAYS = timedelta(hours=24), timedelta(hours=72)
# As much as one sheet of paper holds. What does not fit is counted, and stands in Missing now.
MOST_CHILDREN, MOST_DUTIES, MOST_OF_A_DUTY, MOST_WAITING, MOST_ROWS = 24, 6, 6, 6, 7
SOON = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Tally:
    """Children missing now of one authority or one agency (its code). `ties`: how the agency is joined to them.

    `waiting` counts what was handed over to it and nobody there has accepted.
    """

    code: str
    children: int
    over_a_day: int
    over_three_days: int
    overdue: int
    unaccepted: int
    waiting: int = 0
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True, slots=True)
class Needed:
    """A duty (see `DueRow`), and the children for whom it is overdue or due, each with their own, in order of time."""

    duty: DueRow
    of: tuple[tuple[MissingRow, DueRow], ...]


def by_authority(rows: Iterable[MissingRow]) -> tuple[Tally, ...]:
    """Each responsible authority once, the one with most children first; no authority recorded is a line too."""
    found: dict[str, list[MissingRow]] = defaultdict(list)
    for row in rows:
        found[row.child.authority].append(row)
    return _sorted(_tally(code, of) for code, of in found.items())


def by_agency(
    rows: Iterable[MissingRow], ties: Mapping[str, Iterable[tuple[str, Tie]]], waiting: Mapping[str, int]
) -> tuple[Tally, ...]:
    """Each agency that is tied to a missing child, whatever its part: a child is counted with every agency of theirs.

    `waiting`: for each agency, how many handovers to it nobody has accepted. An agency without a tie that was asked
    for something is there too.
    """
    found: dict[str, dict[str, MissingRow]] = {code: {} for code in waiting}
    parts: dict[str, set[Tie]] = defaultdict(set)
    for row in rows:
        for agency, tie in ties.get(row.ref, ()):
            found.setdefault(agency, {})[row.ref] = row
            parts[agency].add(tie)
    order = list(Tie)
    return _sorted(
        _tally(code, of.values(), waiting.get(code, 0), tuple(sorted(parts[code], key=order.index)))
        for code, of in found.items()
    )


def _tally(code: str, of: Iterable[MissingRow], waiting: int = 0, ties: tuple[Tie, ...] = ()) -> Tally:
    rows = tuple(of)
    return Tally(
        code=code,
        children=len(rows),
        over_a_day=sum(r.missing_for > DAY for r in rows),
        over_three_days=sum(r.missing_for > THREE_DAYS for r in rows),
        overdue=sum(bool(r.overdue) for r in rows),
        unaccepted=sum(not r.accepted_by for r in rows),
        waiting=waiting,
        ties=ties,
    )


def _sorted(found: Iterable[Tally]) -> tuple[Tally, ...]:
    return tuple(sorted(found, key=lambda t: (-t.children, -t.waiting, t.code)))


def overdue(rows: Iterable[MissingRow]) -> list[Needed]:
    """Everything that is overdue, duty by duty, the longest first."""
    return _by_duty((row, duty) for row in rows for duty in row.overdue)


def due_soon(rows: Iterable[MissingRow], now: datetime) -> list[Needed]:
    """The next thing of each child that is due, or begins by itself, within 24 hours, duty by duty: soonest first."""
    return _by_duty((row, row.next_due) for row in rows if row.next_due and row.next_due.at <= now + SOON)


def _by_duty(found: Iterable[tuple[MissingRow, DueRow]]) -> list[Needed]:
    kept: dict[tuple[str, bool], list[tuple[MissingRow, DueRow]]] = defaultdict(list)
    for row, duty in sorted(found, key=lambda one: (one[1].at, one[0].ref, one[1].rule)):
        kept[duty.rule, duty.has_begun].append((row, duty))
    return [Needed(of[0][1], tuple(of)) for of in kept.values()]
