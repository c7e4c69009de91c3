"""What the law requires for one child, as a page says it: open first, then met, met late, ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from holdfast.child.law import Owed, owed
from holdfast.chronology.story import Story
from holdfast.duties.obligation import Obligation, Status
from holdfast.duties.rule import ENDS_WITH_ITS_DAY, Rule, Unit
from holdfast.web.saying import upper_first
from holdfast.worktime.uk_clock import uk_day
from holdfast.worktime.words import say_count, say_day, say_length, say_time


@dataclass(frozen=True, slots=True)
class Duty:
    """One obligation in words. `when` says the due time or what became of it; `is_late` while it is overdue."""

    rule: Rule
    what: str
    when: str
    because: str
    status: Status

    @property
    def by(self) -> str:
        """By whom; the rule's words may end with a comma, for the sentence that goes on."""
        return self.rule.responsible.rstrip(", ")

    @property
    def is_late(self) -> bool:
        return self.status is Status.OVERDUE


@dataclass(frozen=True, slots=True)
class Duties:
    """Every obligation of a child, by how it stands. Overdue first among the open, then by due time."""

    open: tuple[Duty, ...]
    met: tuple[Duty, ...]
    met_late: tuple[Duty, ...]
    ended: tuple[Duty, ...]
    not_in_force: tuple[Duty, ...]

    @property
    def overdue(self) -> int:
        return sum(d.is_late for d in self.open)


@dataclass(frozen=True, slots=True)
class Answered:
    """How one clock answered something that was recorded: `before` is empty when it did not run yet."""

    what: str
    before: str
    after: str


def duties(obligations: Iterable[Owed], at: datetime, *, first: str = "", agency: Callable[[str], str] = str) -> Duties:
    """Obligations as they stand at that time, in words. What is over comes newest first.

    `first`: rules with this in their id stand before the others of the same standing: while a child is missing, what
    the law asks about that comes before a health assessment that is longer overdue. `agency` gives the name of an
    agency by its code.
    """
    found: dict[Status, list[Duty]] = defaultdict(list)
    for one in sorted(obligations, key=lambda one: (first not in one.obligation.rule.id, _needed_at(one))):
        found[one.status].append(_duty(one, at, agency))
    return Duties(
        open=(*found[Status.OVERDUE], *found[Status.OPEN]),
        met=tuple(reversed(found[Status.MET])),
        met_late=tuple(reversed(found[Status.MET_LATE])),
        ended=tuple(reversed(found[Status.ENDED])),
        not_in_force=tuple(found[Status.NOT_IN_FORCE]),
    )


def coming(obligations: Iterable[Obligation], at: datetime) -> tuple[str, ...]:
    """What will begin by itself, in a sentence each."""
    return tuple(f"In {say_length(o.started_at - at)}, {say_time(o.started_at)}: {o.rule.title}" for o in obligations)


NOT_TOLD = "Not recorded: the yearly return does not hold whether it was done"


def _needed_at(one: Owed) -> tuple[bool, datetime]:
    # What has no set time has waited since it began: it stands before what is due in months. What the source cannot
    # tell stands last: it may have been done.
    return one.is_untold, one.obligation.due_at or one.obligation.started_at


def _duty(one: Owed, at: datetime, agency: Callable[[str], str] = str) -> Duty:
    rule = one.obligation.rule
    when = NOT_TOLD if one.is_untold else _when(one.obligation, one.status, at)
    return Duty(rule, upper_first(rule.must), when, one.because(agency), one.status)


def _when(obligation: Obligation, standing: Status, at: datetime) -> str:
    match standing:
        case Status.MET | Status.MET_LATE if obligation.met_at:
            done = f"Done {say_time(obligation.met_at, year=_other_year(obligation.met_at, at))}"
            if standing is Status.MET or obligation.due_latest is None:
                return done
            return f"{done}, {say_length(obligation.met_at - obligation.due_latest)} late"
        case Status.ENDED:
            missed = ". It was overdue when it ended" if obligation.was_late else ""
            return f"Ended without being done: {obligation.ended_because}{missed}"
        case Status.NOT_IN_FORCE:
            return "Passed, but not yet in force"
        case Status.OVERDUE:
            return _overdue(obligation, at)
    return _due(obligation, at)


def _overdue(obligation: Obligation, at: datetime) -> str:
    if obligation.due_at is None or obligation.rule.due.unit is Unit.IMMEDIATE:
        return f"Overdue: to be done at once, and not recorded for {say_length(at - obligation.started_at)}"
    if _is_in_days(obligation):
        days = (uk_day(at) - obligation.due_on).days  # type: ignore[operator]
        return f"Overdue by {say_count(max(days, 1), 'day')}: was due {_by(obligation, at)}"
    return f"Overdue by {say_length(at - obligation.due_at)}: was due {_by(obligation, at)}"


def _due(obligation: Obligation, at: datetime) -> str:
    if obligation.due_at is None:
        if obligation.rule.due.unit is Unit.ASAP:
            return "As soon as practicable: no set time"
        if obligation.rule.due.unit is Unit.HOURS_THRESHOLD:
            began = obligation.started_at
            return f"To be done now, since {say_time(began, year=_other_year(began, at))}: no set time"
        # What is not recorded and so holds the time up, such as the return.
        return f"No time yet: {obligation.notes[-1]}" if obligation.notes else "No time can be given"
    if obligation.rule.due.unit is Unit.BEFORE_EVENT:
        return f"Due before {say_time(obligation.due_at, year=_other_year(obligation.due_at, at))}"
    if _is_in_days(obligation):
        days = (obligation.due_on - uk_day(at)).days  # type: ignore[operator]
        return f"Due {_by(obligation, at)}" + (
            f", in {say_count(days, 'day')}" if days > 0 else ", today" if days == 0 else ""
        )
    if obligation.due_at <= at:
        return f"Due {_by(obligation, at)}; known too vaguely to call it overdue yet"
    return f"Due {_by(obligation, at)}, in {say_length(obligation.due_at - at)}"


def _is_in_days(obligation: Obligation) -> bool:
    return obligation.rule.due.unit in ENDS_WITH_ITS_DAY and obligation.due_on is not None


def _by(obligation: Obligation, at: datetime) -> str:
    assert obligation.due_at is not None  # noqa: S101 - both callers have asked
    if obligation.due_on is not None and _is_in_days(obligation):
        return f"by the end of {say_day(obligation.due_on, year=obligation.due_on.year != uk_day(at).year)}"
    return f"by {say_time(obligation.due_at, year=_other_year(obligation.due_at, at))}"


def _other_year(instant: datetime, at: datetime) -> bool:
    return uk_day(instant).year != uk_day(at).year


def answers(before: Story, after: Story, at: datetime) -> tuple[Answered, ...]:
    """What changed for the clocks between two tellings of one story, both as they stand at the same time."""
    then, now = _by_place(owed(before, at), at), _by_place(owed(after, at), at)
    changed = []
    for key in dict.fromkeys((*now, *then)):
        old, new = then.get(key), now.get(key)
        if old and new and old.when != new.when:
            changed.append(Answered(new.what, old.when, new.when))
        elif new and not old:
            changed.append(Answered(new.what, "", new.when))
        elif old and not new:
            changed.append(Answered(old.what, old.when, "No longer asked for"))
    return tuple(changed)


@dataclass(frozen=True, slots=True)
class Beside:
    """One obligation of one moment, twice: as it was known then, and as it is known today of that moment. Empty where
    it was not asked for."""

    what: str
    rule: Rule
    then: str
    today: str

    @property
    def differs(self) -> bool:
        return self.then != self.today


def beside(known_then: Story, known_today: Story, at: datetime) -> tuple[Beside, ...]:
    """Every obligation of that moment by both tellings, those that differ first, then as they were due."""
    then, today = _by_place(owed(known_then, at), at), _by_place(owed(known_today, at), at)
    rows = []
    for key in dict.fromkeys((*then, *today)):
        old, new = then.get(key), today.get(key)
        one = old or new
        assert one is not None  # noqa: S101 - the key is from one of the two
        rows.append(Beside(one.what, one.rule, old.when if old else "", new.when if new else ""))
    return tuple(sorted(rows, key=lambda row: not row.differs))


def _by_place(found: Iterable[Owed], at: datetime) -> dict[tuple[str, int], Duty]:
    # A corrected entry has a new id: an obligation is the same one by its rule and its place in time.
    seen: dict[str, int] = defaultdict(int)
    placed: dict[tuple[str, int], Duty] = {}
    for one in sorted(found, key=lambda o: o.obligation.started_at):
        key = one.obligation.rule.key
        placed[key, seen[key]] = _duty(one, at)
        seen[key] += 1
    return placed
