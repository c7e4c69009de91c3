"""The review of one search: the meeting at 24 and 72 hours and every later one, for as long as a child is missing.

A review is a strategy meeting with what was agreed there: entries of one act, joined by its token. Pure but for
`record_review`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from holdfast.access.queries import Reader
from holdfast.access.rules import Act
from holdfast.chronology.actions import append
from holdfast.chronology.draft import Draft
from holdfast.chronology.entry import Entry
from holdfast.chronology.installed import vocabulary
from holdfast.chronology.models import Chronology
from holdfast.chronology.moment import Moment
from holdfast.chronology.queries import stories
from holdfast.missing.actions import PAGE, agency_of, must_be_allowed
from holdfast.missing.conversation_kinds import ActionAgreed
from holdfast.missing.kinds import StrategyMeetingHeld, Told
from holdfast.missing.picture import Episode, State, episodes
from holdfast.missing.rules import check_in_episode, follows
from holdfast.worktime.uk_clock import uk_day

# Whom a review asks whether they were told, as the law's own rules call them (UK-MIS-001, ENG-MIS-009 and 010).
UK_MISSING_PERSONS_UNIT = "UK Missing Persons Unit"
ASKED_ABOUT = (UK_MISSING_PERSONS_UNIT, "senior manager", "director of children’s services", "reviewing officer")


@dataclass(frozen=True, slots=True)
class Review:
    """What is recorded: the meeting, what was agreed there, and who was told by then."""

    when: Moment
    meeting: StrategyMeetingHeld
    actions: tuple[ActionAgreed, ...] = ()
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A review as the record holds it. `after`: how long after the noticing it was held, in hours."""

    meeting: Entry
    actions: tuple[Entry, ...]
    told: tuple[Entry, ...]
    after: int


def reviews_of(episode: Episode) -> tuple[Kept, ...]:
    """The meetings of one episode, newest first, each with what was recorded in the same act."""
    found = []
    for entry in episode.entries:
        if entry.kind == "missing.strategy_meeting_held":
            same = [e for e in episode.entries if entry.occasion and e.occasion == entry.occasion]
            found.append(
                Kept(
                    entry,
                    tuple(e for e in same if e.kind == "missing.action_agreed"),
                    tuple(e for e in same if e.kind == "missing.told"),
                    int((entry.occurred.at - episode.noticed.at).total_seconds() // 3600),
                )
            )
    return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When the agencies meet next about a child who is still missing. `is_late`: that day is over and no later meeting
    is recorded. `next_on` None: nobody has set a day, which is never right while a child is missing."""

    next_on: date | None
    is_late: bool


def rhythm(episode: Episode, reviews: Sequence[Kept], now: datetime) -> Rhythm | None:
    """None when the child was found or came back. Time alone never ends it: not a year, not an eighteenth birthday."""
    if episode.state is not State.MISSING:
        return None
    next_on = reviews[0].meeting.details.next_on if reviews else None
    return Rhythm(next_on, next_on is not None and uk_day(now) > next_on)


@transaction.atomic
def record_review(*, child: str, episode: int, review: Review, by: Reader, at: datetime, token: str) -> bool:
    """Store a review: every fact an entry, all or none. False where the same press stored it before.

    Raises NotAllowed, or CannotRecord with the words to show beside the question.
    """
    must_be_allowed(by, Act.RECORD, child, at)
    # Two presses at once: the second waits here, and then finds what the first stored.
    Chronology.objects.select_for_update().get(ref=child)
    story = stories([child])[child]
    if any(e.source == PAGE and e.occasion == token for e in story.entries):
        return False
    found = check_in_episode(episodes(story), episode, review.when, at)
    when = follows(review.when, found.noticed)
    facts = (review.meeting, *review.actions, *(Told(who=who) for who in review.told))
    words = vocabulary()
    drafts = [
        Draft(words.name_of(fact), when, fact, source=PAGE, reference=f"{token}/{n}", occasion=token)
        for n, fact in enumerate(facts, start=1)
    ]
    append(child, drafts, by=by.person.username, agency=agency_of(by), at=at)
    return True
