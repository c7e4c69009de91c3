"""How the read tables of marks and links are filled from a story."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db.models import Model

from holdfast.chronology.entry import Entry
from holdfast.chronology.installed import ReadTable
from holdfast.chronology.standing import versions_of
from holdfast.chronology.story import Story
from holdfast.missing.patterns.marks import marks_of, said_in
from holdfast.missing.patterns.proposals import DECISIONS, End, digest
from holdfast.missing.patterns.rows import LinkRow, MarkRow


def _marks(story: Story) -> list[Model]:
    return [
        MarkRow(
            key=f"{story.ref}/{number}",
            child_id=story.ref,
            digest=digest(settings.MARK_KEY, said.mark),
            sort=said.mark.sort.value,
            entry=said.entry.id,
            since=said.since,
        )
        for number, said in enumerate(marks_of(story))
    ]


def last_decisions(story: Story) -> dict[str, End]:
    """The last decision in force about each link. A decision whose time was corrected later is as old as it was."""
    ends = [
        End(story.ref, e.details.link, DECISIONS[e.kind], first_recorded(e, story), e.occasion, e.id)
        for e in story.standing
        if e.kind in DECISIONS and e.details.link
    ]
    return {end.link: end for end in sorted(ends, key=lambda end: (end.at, end.entry))}


def first_recorded(entry: Entry, story: Story) -> datetime:
    """When an entry, or the first that it corrects, was recorded."""
    earlier = versions_of(entry, story.entries) if entry.corrects else ()
    return min(e.recorded_at for e in (entry, *earlier))


def _links(story: Story) -> list[Model]:
    return [
        LinkRow(
            key=f"{story.ref}/{number}",
            child_id=story.ref,
            link=end.link[:24],
            decision=end.decision.value,
            at=end.at,
            occasion=end.occasion[:60],
            entry=end.entry,
        )
        for number, end in enumerate(last_decisions(story).values())
    ]


def told(story: Story, numbers: Collection[str], mark: str) -> list[tuple[Entry, str]]:
    """The entries of these numbers that say a mark (its digest), newest first, each with its writing there."""
    found = []
    for entry in reversed(story.standing):
        if entry.id in numbers:
            written = (words for one, words in said_in(entry).items() if digest(settings.MARK_KEY, one) == mark)
            found.append((entry, next(written, "")))
    return found


marks = ReadTable(MarkRow, _marks)
links = ReadTable(LinkRow, _links)
