"""A child's missing episodes: a pure fold of the entries in force.

An episode ends when the child is found; the return is another moment, from which the clock of the return conversation
runs. Nothing else ends an episode: not time, not silence, not an eighteenth birthday.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from holdfast.chronology.entry import Entry
from holdfast.chronology.moment import Moment
from holdfast.chronology.spans import Span
from holdfast.chronology.story import Story
from holdfast.missing.kinds import Category, Risk


class State(StrEnum):
    """Where an episode stands."""

    MISSING = "missing"
    FOUND = "found, return not recorded"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Grading:
    """A risk grade, who gave it and when."""

    risk: Risk
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Episode:
    """One time that a child was missing. `number` counts from 1 in time order."""

    number: int
    noticed: Moment
    noticed_entry: Entry
    category: Category
    is_category_stated: bool
    last_seen_at: datetime | None
    reported: Entry | None
    grading: Grading | None
    accepted_by: str
    last_contact: Moment | None
    found: Moment | None
    returned: Moment | None
    conversation_held: Moment | None
    conversations_offered: int
    entries: tuple[Entry, ...]

    @property
    def state(self) -> State:
        if self.returned:
            return State.RETURNED
        return State.FOUND if self.found else State.MISSING

    @property
    def ended(self) -> Moment | None:
        """The end as the law counts it: found, or the return where nobody recorded a finding."""
        return self.found or self.returned


def episodes(story: Story) -> tuple[Episode, ...]:
    """Every episode, in time order."""
    return tuple(_episode(number, span) for number, span in enumerate(story.spans("missing"), start=1))


def _first(span: Span, kind: str) -> Moment | None:
    return next((e.occurred for e in span.entries if e.kind == kind), None)


def _latest(span: Span, kind: str) -> Entry | None:
    return next((e for e in reversed(span.entries) if e.kind == kind), None)


def _accepts_the_search(entry: Entry) -> bool:
    """Not the taking over of something else, such as a note at the change of a shift. Not said of what: the search."""
    return entry.kind == "handover.accepted" and "search" in (entry.details.of or "search").casefold()


def _was_asked_in(span: Span, accepted: Entry) -> bool:
    """Whoever accepts, late, what was asked when the child was missing the last time has not taken over this search."""
    asked = (e for e in span.entries if e.kind == "handover.offered" and e.occasion == accepted.occasion)
    return not accepted.occasion or any(asked)


def _episode(number: int, span: Span) -> Episode:
    opened = span.opened_by
    # A further report of the same absence is another `missing.noticed`: what is stated last stands.
    category, last_seen = None, None
    for entry in span.entries:
        if entry.kind in ("missing.noticed", "missing.category_changed") and entry.details.category:
            category = entry.details.category
        if entry.kind == "missing.noticed" and entry.details.last_seen_at:
            last_seen = max(filter(None, (last_seen, entry.details.last_seen_at)))
    graded = _latest(span, "missing.risk_graded")
    sighted = _latest(span, "missing.sighted")
    accepted = next((e for e in reversed(span.entries) if _accepts_the_search(e) and _was_asked_in(span, e)), None)
    return Episode(
        number=number,
        noticed=span.opened,
        noticed_entry=opened,
        # Not told which: the one that asks more of us.
        category=category or Category.MISSING,
        is_category_stated=category is not None,
        last_seen_at=last_seen,
        reported=next((e for e in span.entries if e.kind == "missing.reported_to_police"), None),
        grading=Grading(graded.details.risk, graded.details.by or "", graded.occurred.at)
        if graded and graded.details.risk
        else None,
        accepted_by=(accepted.details.by or "") if accepted else "",
        last_contact=sighted.occurred if sighted else None,
        found=_first(span, "missing.found"),
        returned=_first(span, "missing.returned"),
        conversation_held=_first(span, "missing.interview_held"),
        conversations_offered=sum(1 for e in span.entries if e.kind == "missing.interview_offered"),
        entries=span.entries,
    )
