"""Until when one child's record must be kept, and what still keeps it. Pure.

Of several days of birth that were ever recorded the latest counts, corrected ones too, and of several days of death: a
record is rather kept too long than erased too early. A record that says no day of birth,
or whose child is still missing, has no term and is never proposed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from holdfast.chronology.entry import Entry
from holdfast.chronology.story import Story
from holdfast.documents.retention import Keeping, rules
from holdfast.worktime.uk_clock import uk_day


@dataclass(frozen=True, slots=True)
class Term:
    """`until` is the first day on which the law no longer asks for the record; None where that cannot be reckoned, and
    `why_not` says why."""

    ref: str
    until: date | None
    law: str = ""
    is_checked: bool = False
    why_not: str = ""

    def is_over(self, day: date) -> bool:
        return self.until is not None and self.until <= day


def term_of(story: Story, nation: str) -> Term:
    """The term of one child's record under the law of that nation."""
    rule = rules().get(nation)
    if rule is None:
        return Term(story.ref, None, why_not="No rule of this nation is known here")
    if any(span.is_open for span in story.spans("missing")):
        return Term(story.ref, None, law_of(rule), rule.is_checked, "A missing episode is open")
    born = max(_days_of_birth(story.entries), default=None)
    law = law_of(rule)
    if born is None:
        return Term(story.ref, None, law, rule.is_checked, "No day of birth is recorded")
    died = max((uk_day(e.occurred.latest) for e in story.standing if e.kind == "child.died"), default=None)
    return Term(story.ref, rule.until(born, died), law, rule.is_checked)


def law_of(rule: Keeping) -> str:
    return f"{rule.source}, {rule.paragraph}"


def _days_of_birth(entries: tuple[Entry, ...]) -> list[date]:
    days = (getattr(e.details, "born_on", None) for e in entries)
    return [day for day in days if day is not None]
