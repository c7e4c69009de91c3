"""One rule of law as the page says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from holdfast.duties.rule import Due, Reference, Rule, Unit
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
    """A rule, or a duty kept for reference, in words. `by_when` of a reference says why it is not computed."""

    rule: Rule | Reference
    key: str
    what: str
    by_when: str
    nations: str
    in_force: str
    standing: str
    confidence: str


def said(rule: Rule | Reference) -> SaidRule:
    is_computed = isinstance(rule, Rule)
    what = f"{rule.responsible.rstrip(', ')} must {rule.must}"
    return SaidRule(
        rule=rule,
        key=rule.key if isinstance(rule, Rule) else rule.id,
        what=f"{rule.starts.say}: {what}" if isinstance(rule, Rule) else upper_first(what),
        by_when=_by_when(rule.due)
        if isinstance(rule, Rule)
        else f"Not computed for a child: {rule.reason}".rstrip("."),
        nations=say_list([n.value.replace("-", " ").title() for n in sorted(rule.nations)]),
        in_force=_in_force(rule),
        standing=say_standing(rule.standing) if is_computed else f"{say_standing(rule.standing)}, for reference",
        confidence=say_confidence(rule.confidence),
    )


def narrowed(rules: Iterable[SaidRule], *, nation: str, theme: str, words: str, rule: str) -> list[SaidRule]:
    """The rules of a nation and a theme that hold every one of the words; or one rule by its id."""
    if rule:
        return [r for r in rules if r.rule.id == rule]
    wanted = words.casefold().split()
    return [
        r
        for r in rules
        if (not nation or any(n.value == nation for n in r.rule.nations))
        and theme in ("", r.rule.theme)
        and all(w in _everything(r) for w in wanted)
    ]


def _everything(said: SaidRule) -> str:
    source = said.rule.source
    return f"{said.key} {said.rule.title} {said.what} {said.standing} {source.title} {source.paragraph}".casefold()


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


def _in_force(rule: Rule | Reference) -> str:
    if not rule.commenced:
        return "Passed, not yet in force"
    since = f"Since {say_day(rule.in_force_from, year=True)}" if rule.in_force_from else "In force for many years"
    return f"{since}, until {say_day(rule.in_force_to, year=True)}" if rule.in_force_to else since
