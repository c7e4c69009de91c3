"""One child's page, put together from the rooms that know: who, where, what the law asks, what happened.

Subjects do not know each other; they meet here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from holdfast.access.queries import Door, Reader, acts_through, audiences_through, door
from holdfast.access.rules import Act
from holdfast.child.law import Owed, obligations_of, owed
from holdfast.child.picture import ChildPicture, picture
from holdfast.chronology.entry import Entry
from holdfast.chronology.installed import vocabulary
from holdfast.chronology.kinds import Audience
from holdfast.chronology.queries import entries_of
from holdfast.chronology.standing import versions_of
from holdfast.chronology.story import Story
from holdfast.duties.obligation import Obligation
from holdfast.missing.picture import Episode, State, episodes
from holdfast.missing.queries import LISTED_RULES


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the chronology: an entry in force, and what it replaced, newest first."""

    entry: Entry
    replaced: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """An entry that was withdrawn, and the withdrawal."""

    entry: Entry
    withdrawal: Entry


@dataclass(frozen=True, slots=True)
class ChildPage:
    """Everything that the page shows. `as_known_at` is None for what is known now; `audiences`: as whom it is read."""

    ref: str
    door: Door
    audiences: frozenset[Audience]
    at: datetime
    as_known_at: datetime | None
    child: ChildPicture
    story: Story
    episodes: tuple[Episode, ...]
    obligations: tuple[Owed, ...]
    to_come: tuple[Obligation, ...]
    lines: tuple[Line, ...]
    taken_back: tuple[TakenBack, ...]
    may_record: bool
    may_correct: bool
    may_see_readers: bool
    may_protect: bool
    may_reveal: bool
    may_keep_place: bool
    may_note_demand: bool
    may_keep: bool

    @property
    def open_episode(self) -> Episode | None:
        """The episode that waits for a finding or a return."""
        last = self.episodes[-1] if self.episodes else None
        return last if last and last.state is not State.RETURNED else None


def child_page(who: Reader, ref: str, now: datetime, *, as_known_at: datetime | None = None) -> ChildPage | None:
    """The page as this reader may see it, or None: there is no such child, or not for them.

    Entries that the reader's agency may not read are left out before anything is computed, so that no picture, clock
    or count can give them away. Writes nothing: the view records the reading.
    """
    found = door(who.person, ref, now)
    allowed = acts_through(found, who, now)
    if Act.OPEN not in allowed:
        return None
    words, audiences = vocabulary(), audiences_through(found, who, Act.OPEN, now)
    readable = [e for e in entries_of([ref]).get(ref, ()) if words[e.kind].audience & audiences]
    story = Story.of(ref, readable, words, as_known_at=as_known_at)
    return ChildPage(
        ref=ref,
        door=found,
        audiences=audiences,
        at=now,
        as_known_at=as_known_at,
        child=picture(story),
        story=story,
        episodes=episodes(story),
        obligations=owed(story, as_known_at or now),
        to_come=() if as_known_at else _to_come(story, now),
        lines=tuple(_line(e, story) for e in reversed(story.standing)),
        taken_back=_taken_back(story),
        may_record=Act.RECORD in allowed,
        may_correct=Act.CORRECT in allowed,
        may_see_readers=Act.SEE_READERS in allowed,
        may_protect=Act.PROTECT in allowed,
        may_reveal=Act.REVEAL in allowed,
        may_keep_place=Act.KEEP_PLACE in allowed,
        may_note_demand=Act.NOTE_DEMAND in allowed,
        may_keep=Act.KEEP in allowed,
    )


def _to_come(story: Story, now: datetime) -> tuple[Obligation, ...]:
    """What the law will ask by itself if the child stays missing, such as at the 72nd hour, soonest first."""
    if not any(episode.state is State.MISSING for episode in episodes(story)[-1:]):
        return ()
    return tuple(o for o in obligations_of(story) if o.started_at > now and LISTED_RULES in o.rule.key)


def _line(entry: Entry, story: Story) -> Line:
    return Line(entry, versions_of(entry, story.entries) if entry.corrects else ())


def _taken_back(story: Story) -> tuple[TakenBack, ...]:
    by_id = {e.id: e for e in story.entries}
    standing = {e.id for e in story.standing}
    return tuple(
        TakenBack(by_id[e.withdraws], e)
        for e in reversed(story.entries)
        if e.withdraws in by_id and e.withdraws not in standing
    )
