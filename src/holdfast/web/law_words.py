"""One rule of law as the page says it."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.duties.rule import Due, Rule, Unit
from holdfast.web.saying import say_confidence, say_standing, upper_first
from holdfast.worktime.words import say_count, say_day, say_list

_COUNTED = {
    Unit.HOURS: "hour",
    Unit.CALENDAR_DAYS: "day",
    Unit.WORKING_DAYS: "working day",
    Unit.WEEKS: "week",
    Unit.MONTHS: "month",
}


@dataclass(frozen=True, slots=True)
class SaidRule:
    """A rule in words."""

    rule: Rule
    what: str
    by_when: str
    nations: str
    in_force: str
    standing: str
    confidence: str


def said(rule: Rule) -> SaidRule:
    return SaidRule(
        rule=rule,
        what=upper_first(rule.must),
        by_when=_by_when(rule.due),
        nations=say_list([n.value.replace("-", " ").title() for n in sorted(rule.nations)]),
        in_force=_in_force(rule),
        standing=say_standing(rule.standing),
        confidence=say_confidence(rule.confidence),
    )


def _by_when(due: Due) -> str:
    match due.unit:
        case Unit.IMMEDIATE:
            return "At once"
        case Unit.ASAP:
            return "As soon as practicable; no set time"
        case Unit.BEFORE_EVENT:
            return "Before the event"
        case Unit.NO_SET_TIME:
            return "No set time"
        case Unit.NOT_COMPUTED:
            return "Never counted: the number that is quoted could not be verified"
        case Unit.WINDOW_BEFORE:
            return f"In the {say_count(due.amount, 'day')} before the date"
        case Unit.SCHOOL_DAYS_THRESHOLD:
            return f"Once {say_count(due.amount, 'school day')} are over"
        case Unit.YEARS_RETENTION:
            return f"For {say_count(due.amount, 'year')}"
        case Unit.HOURS_THRESHOLD:
            return f"Once {say_count(due.amount, 'hour')} have passed"
        case Unit.MINIMUM_DAYS:
            return f"For at least {say_count(due.amount, 'day')}"
    return f"Within {say_count(due.amount, _COUNTED[due.unit])}"


def _in_force(rule: Rule) -> str:
    if not rule.commenced:
        return "Passed, not yet in force"
    since = f"Since {say_day(rule.in_force_from, year=True)}" if rule.in_force_from else "In force for many years"
    return f"{since}, until {say_day(rule.in_force_to, year=True)}" if rule.in_force_to else since
