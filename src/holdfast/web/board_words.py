"""The area team's board in words and in one picture: how long each child has been missing against 24 and 72 hours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from holdfast.access.rules import Tie
from holdfast.missing.board import DAY, MOST_OF_A_DUTY, MOST_ROWS, THREE_DAYS, Needed, Tally
from holdfast.missing.queries import DueRow, MissingRow
from holdfast.sharing.handover.rows import Handover
from holdfast.web import missing_words
from holdfast.worktime.words import say_count, say_length, say_list

# The picture ends here, so that 24 and 72 hours stay apart; a longer bar runs to the end and is told in words.
ENDS_AFTER = 96  # hours
_PARTS = {Tie.RESPONSIBLE: "responsible", Tie.HOST: "host", Tie.SEARCHING: "searching", Tie.CARING: "caring"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One child in the picture. `hours` is the length of the bar, `past` the mark that it has passed, in words."""

    row: MissingRow
    missing_for: str
    hours: float
    past: str
    is_longer: bool
    is_away: bool


@dataclass(frozen=True, slots=True)
class Duty:
    """Something overdue or due: what, whose duty, and for each child by how much. `more` are left off."""

    what: str
    owner: str
    children: tuple[tuple[MissingRow, str], ...]
    more: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A handover that nobody has accepted. `is_theirs`: this reader may open it."""

    handover: Handover
    first: str
    to: str
    waits: str
    is_theirs: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """A line of a table, with its name, and the address that narrows the board to it."""

    tally: Tally
    name: str
    parts: str
    address: str


def bars(rows: Sequence[MissingRow], now: datetime) -> list[Bar]:
    return [
        _bar(row, said.missing_for, said.is_away) for row, said in zip(rows, missing_words.rows(rows, now), strict=True)
    ]


def _bar(row: MissingRow, missing_for: str, is_away: bool) -> Bar:
    hours = row.missing_for.total_seconds() / 3600
    past = "past 72 hours" if row.missing_for > THREE_DAYS else "past 24 hours" if row.missing_for > DAY else ""
    return Bar(row, missing_for, round(min(max(hours, 0.5), ENDS_AFTER), 1), past, hours > ENDS_AFTER, is_away)


def overdue(needed: Iterable[Needed], now: datetime) -> list[Duty]:
    return [_duty(one, lambda duty: f"{say_length(now - duty.at)} late") for one in needed]


def due(needed: Iterable[Needed], now: datetime) -> list[Duty]:
    return [_duty(one, lambda duty: _when(duty, now)) for one in needed]


def _when(duty: DueRow, now: datetime) -> str:
    verb = "due" if duty.has_begun else "begins"
    return f"{verb} in {say_length(duty.at - now)}" if duty.at > now else f"{verb} now"


def _duty(one: Needed, say: Callable[[DueRow], str]) -> Duty:
    shown = one.of[:MOST_OF_A_DUTY]
    children = tuple((row, say(duty)) for row, duty in shown)
    return Duty(one.duty.title, one.duty.responsible.rstrip(","), children, len(one.of) - len(shown))


def asked_lines(
    given: Iterable[Handover], rows: Iterable[MissingRow], names: Mapping[str, str], now: datetime
) -> list[Asked]:
    first = {row.ref: row.first or row.name for row in rows}
    return [
        Asked(
            one,
            first[one.child_id],
            names.get(one.to_agency, one.to_agency),
            say_length(now - one.at),
            one.is_theirs,  # type: ignore[attr-defined]
        )
        for one in given
    ]


def counted(tallies: Sequence[Tally], names: Mapping[str, str], chosen: Mapping[str, str], what: str) -> list[Counted]:
    """At most so many lines as a sheet holds; what is left off is counted by whoever shows them."""
    return [
        Counted(
            tally=t,
            name=names.get(t.code, t.code) or "No authority recorded",
            parts=say_list([_PARTS[tie] for tie in t.ties]) or "asked to take over" if what == "agency" else "",
            address=f"?{urlencode({**chosen, what: t.code})}" if t.code and t.children else "",
        )
        for t in tallies[:MOST_ROWS]
    ]


def summary(rows: Sequence[MissingRow], waiting: int, *, is_narrowed: bool, may_see_children: bool) -> str:
    """How things stand in two or three short sentences."""
    said = missing_words.summary(len(rows), is_narrowed=is_narrowed, may_see_children=may_see_children)
    if not rows:
        return said
    late, nobody = sum(bool(r.overdue) for r in rows), sum(not r.accepted_by for r in rows)
    parts = [
        f"Something is overdue for {say_count(late, 'child', 'children')}" if late else "Nothing is overdue",
        f"nobody has accepted {say_count(nobody, 'child', 'children')}"
        if nobody
        else "somebody has accepted each of them",
    ]
    more = f" {say_count(waiting, 'handover waits', 'handovers wait')} for acceptance." if waiting else ""
    return f"{said} {parts[0]}, and {parts[1]}.{more}"
