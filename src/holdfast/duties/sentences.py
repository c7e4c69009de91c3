"""Why an obligation stands and when it is due, in one sentence that a duty worker can read aloud."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from holdfast.chronology.entry import Entry
from holdfast.chronology.moment import Moment, Precision
from holdfast.duties.obligation import Obligation
from holdfast.duties.rule import NEVER_LATE, Standing, Unit
from holdfast.worktime.periods import clock_change_inside
from holdfast.worktime.regime import regime
from holdfast.worktime.uk_clock import uk_day
from holdfast.worktime.words import say_clock, say_count, say_day, say_length, say_list, say_time

_UNDER = {
    Standing.LAW: "the law says that",
    Standing.GUIDANCE: "guidance says that",
    Standing.LOCAL: "local protocol (a local setting, not law) says that",
    Standing.PRACTICE: "good practice is that",
}
_UNIT_WORD = {
    Unit.HOURS: "hour",
    Unit.HOURS_THRESHOLD: "hour",
    Unit.SCHOOL_DAYS_THRESHOLD: "school day",
    Unit.YEARS_RETENTION: "year",
    Unit.CALENDAR_DAYS: "day",
    Unit.MINIMUM_DAYS: "day",
    Unit.WINDOW_BEFORE: "day",
    Unit.WORKING_DAYS: "working day",
    Unit.WEEKS: "week",
    Unit.MONTHS: "month",
}


def because(obligation: Obligation, as_at: datetime | None = None, *, agency: Callable[[str], str] = str) -> str:
    """What started it and when, the rule, the arithmetic with the days that did not count, and what meets it.

    Asked at a time, it leaves out an 18th birthday that lies ahead of both that time and the due time. `agency` gives
    the name of an agency by its code.
    """
    parts = [f"{_start(obligation)}, so {_UNDER[obligation.rule.standing]} {_requirement(obligation)}"]
    parts += _days_not_counted(obligation)
    parts += _clock_change(obligation)
    parts += obligation.notes
    parts += _vague(obligation)
    if not obligation.rule.commenced:
        parts.append("this rule has been passed but is not yet in force")
    parts += [_passed_on(entry, agency) for entry in obligation.passed_on]
    parts += _outcome(obligation, as_at)
    if obligation.rule.confidence == "low":
        parts.append(f"this reading is unverified ({obligation.rule.unverified})")
    return "; ".join(parts) + "."


def say_moment(moment: Moment, *, year: bool = True) -> str:
    """On Friday 20 November 2026 at 10:40pm, or as exactly as it is known."""
    day = uk_day(moment.at)
    match moment.precision:
        case Precision.MONTH:
            return f"some time in {say_day(day, year=True).split(' ', 2)[2]}"
        case Precision.DAY:
            return f"on {say_day(day, year=year)}"
        case Precision.HOUR:
            return f"on {say_day(day, year=year)} at about {say_clock(moment.at)}"
    return f"on {say_time(moment.at, year=year)}"


def _start(obligation: Obligation) -> str:
    said = obligation.rule.starts.say
    if obligation.rule.starts.age:
        return f"{said} on {say_day(uk_day(obligation.started_at), year=True)}"
    counted = obligation.counted_from
    if counted is not None and counted.kind in obligation.rule.due.count_from:
        return f"{COUNTED.get(counted.kind, said)} {say_moment(counted.occurred)}"
    return f"{said} {say_moment(obligation.start.occurred)}"


# The event that the time runs from, where it is not the one that started the duty.
COUNTED = {
    "missing.returned": "The child returned",
    "missing.reported_to_police": "The child was reported missing to the police",
    "placement.started": "The first placement started",
    "protection.enquiry_started": "The enquiry that found likely harm started",
    "protection.removed_by_police": "Police protection, before the emergency protection order, began",
}


def _requirement(obligation: Obligation) -> str:
    rule, due = obligation.rule, obligation.rule.due
    what = f"{rule.responsible} must {rule.must}"
    length = say_count(due.amount, _UNIT_WORD[due.unit]) if due.unit in _UNIT_WORD else ""
    match due.unit:
        case Unit.IMMEDIATE:
            return f"{what} at once"
        case Unit.ASAP:
            return f"{what} as soon as practicable, with no set time"
        case Unit.BEFORE_EVENT:
            return f"{what} before then"
        case Unit.NO_SET_TIME:
            return f"{what}, with no set time"
        case Unit.NOT_COMPUTED:
            return f"{what}, and no time is given, because none could be verified"
        case Unit.HOURS_THRESHOLD | Unit.SCHOOL_DAYS_THRESHOLD:
            return f"once {length} have passed (from {_say_year(obligation, obligation.started_at)}) {what}"
    if due.unit is Unit.YEARS_RETENTION:
        return f"{what}, to the end of {say_day(obligation.due_on, year=True)}" if obligation.due_on else what
    if obligation.due_at is None or obligation.due_on is None:
        return f"{what} within {length}"
    if due.unit is Unit.WINDOW_BEFORE:
        opens = say_day(uk_day(obligation.started_at), year=True)
        return f"{what} in the {length} before {say_day(obligation.due_on, year=True)}, from {opens} on"
    if due.unit is Unit.HOURS:
        return f"{what} within {length}, by {_say_year(obligation, obligation.due_at)}"
    last = say_day(obligation.due_on, year=_other_year(obligation, obligation.due_at - timedelta(seconds=1)))
    if due.unit is Unit.MINIMUM_DAYS:
        return f"{what} for at least {length}, to the end of {last}"
    first = " (the day of the event is the first)" if due.first_day_counts else ""
    return f"{what} within {length}{first}, by the end of {last}"


def _other_year(obligation: Obligation, instant: datetime) -> bool:
    start = (obligation.counted_from or obligation.start).occurred.at
    return uk_day(instant).year != uk_day(start).year


def _say_year(obligation: Obligation, instant: datetime) -> str:
    return say_time(instant, year=_other_year(obligation, instant))


def _days_not_counted(obligation: Obligation) -> list[str]:
    due = obligation.rule.due
    if due.unit is Unit.HOURS and obligation.due_at is not None:
        return ["weekends and holidays count" if due.amount >= 24 else "every hour counts"]
    if due.unit is not Unit.WORKING_DAYS or obligation.counted_from is None or obligation.due_on is None:
        return []
    after, last = uk_day(obligation.counted_from.occurred.at), obligation.due_on
    left_out = (
        ["weekends"] if any((after + timedelta(days=n)).weekday() > 4 for n in range(1, (last - after).days)) else []
    )
    left_out += [f"{s.reason} on {say_day(s.day)}" for s in regime(due.regime).skipped(after, last)]
    return [f"leaving out {say_list(left_out)}"] if left_out else []


def _passed_on(transfer: Entry, agency: Callable[[str], str]) -> str:
    to = agency(transfer.details.to_authority) if transfer.details.to_authority else "another authority"
    return f"responsibility passed to {to} {say_moment(transfer.occurred)}, and this duty with it"


def _clock_change(obligation: Obligation) -> list[str]:
    if obligation.rule.due.unit is not Unit.HOURS or obligation.counted_from is None or obligation.due_at is None:
        return []
    change = clock_change_inside(obligation.counted_from.occurred.at, obligation.due_at)
    if change is None:
        return []
    day, moved = change
    way = "back" if moved < timedelta() else "forward"
    return [f"the clocks go {way} on {say_day(day)}, so the hour on the clock differs"]


def _vague(obligation: Obligation) -> list[str]:
    counted = obligation.counted_from
    # A deadline in days is the same from any hour of its day: then there is nothing to warn of.
    if counted is None or counted.occurred.is_exact or obligation.due_at == obligation.due_latest:
        return []
    if obligation.rule.due.detail:
        return []
    known = f"it is known only to the {counted.occurred.precision.value}, so the earliest that it can have been is used"
    if obligation.rule.due.unit in NEVER_LATE:
        return [known]
    return [f"{known} and it is overdue only when the latest has passed"]


def _outcome(obligation: Obligation, as_at: datetime | None) -> list[str]:
    rule, met = obligation.rule, obligation.met_by
    if met is not None and obligation.met_at is not None:
        start = obligation.started_at
        if rule.due.unit is Unit.IMMEDIATE and met.occurred.is_exact and met.occurred.at > start:
            return [f"it was done {say_moment(met.occurred)}, {say_length(met.occurred.at - start)} after"]
        late = ", late" if obligation.was_late else ""
        return [f"it was done {say_moment(met.occurred)}{late}"]
    said = [_mentioned(e) for e in obligation.mentions]
    if obligation.ended_at is not None and obligation.ended_by is not None:
        late = ", already overdue" if obligation.was_late else ""
        when = say_moment(Moment(obligation.ended_at), year=False)
        ended = f"it ended without being done{late}, {when} ({obligation.ended_because})"
        by_event = any(obligation.ended_by.kind in match.kinds for match in rule.ends.matches)
        return [*said, ended, *([rule.ends.say] if by_event and rule.ends.say else [])]
    if obligation.ended_at is not None and _birthday_matters(obligation, obligation.ended_at, as_at):
        when = say_day(uk_day(obligation.ended_at), year=True)
        said.append(f"it ends, met or not, on the {obligation.ended_because}, {when}")
    said.append(f"what meets it: {rule.met.say}")
    return said


def _birthday_matters(obligation: Obligation, birthday: datetime, as_at: datetime | None) -> bool:
    if as_at is None or birthday <= as_at:
        return True
    return obligation.due_at is not None and birthday < obligation.due_at


def _mentioned(entry: Entry) -> str:
    words: str = entry.details.sentence()
    return f"{words[0].lower()}{words[1:]} {say_moment(entry.occurred)}, which does not meet it"
