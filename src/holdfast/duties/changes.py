"""What moved in the law: rules that began, ended or were read again, from the dates that the rules themselves carry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from holdfast.duties.rule import Reference, Rule
from holdfast.duties.statute import Statute


class What(StrEnum):
    """How a rule moved."""

    CAME_INTO_FORCE = "came into force"
    NO_LONGER_IN_FORCE = "no longer in force"
    READ_AGAIN = "read again"


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that moved on one day. `rule` is its id with its part."""

    on: date
    what: What
    rule: str
    title: str


def changes_since(statute: Statute, since: date) -> tuple[Change, ...]:
    """Everything that moved on that day or later, newest first, then by rule.

    A rule in force to 12 December stopped on the 13th. What lies ahead (a day set for commencement) is there too.
    """
    found: list[Change] = []
    every: list[Rule | Reference] = [*statute.rules, *statute.references]
    for rule in every:
        found += [Change(on, what, _name(rule), rule.title) for on, what in _dates(rule) if on >= since]
    return tuple(sorted(found, key=lambda c: (-c.on.toordinal(), c.rule, c.what)))


def _name(rule: Rule | Reference) -> str:
    return rule.key if isinstance(rule, Rule) else rule.id


def _dates(rule: Rule | Reference) -> list[tuple[date, What]]:
    dates = []
    if rule.in_force_from is not None:
        dates.append((rule.in_force_from, What.CAME_INTO_FORCE))
    if rule.in_force_to is not None:
        dates.append((rule.in_force_to + timedelta(days=1), What.NO_LONGER_IN_FORCE))
    if rule.checked is not None:
        dates.append((rule.checked, What.READ_AGAIN))
    return dates
