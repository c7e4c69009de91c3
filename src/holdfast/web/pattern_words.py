"""What children share, in words. Another child is named only on a page that wrote the reading of both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from holdfast.child.picture import picture
from holdfast.chronology.entry import Entry
from holdfast.chronology.story import Story
from holdfast.missing.link_kinds import MarkSort
from holdfast.missing.patterns.actions import Link
from holdfast.missing.patterns.proposals import DECISIONS, Decision, Found
from holdfast.missing.patterns.tables import first_recorded, last_decisions
from holdfast.web.child_page import Line
from holdfast.web.child_words import Names, TimelineLine, timeline_lines

SAID = {
    Decision.CONFIRMED: "Confirmed",
    Decision.REFUSED: "Found to mean nothing",
    Decision.LEFT_OPEN: "Looked at, not known yet",
    Decision.WITHDRAWN: "Taken back, and open again",
}
TELL = "Tell the missing unit about the {sort} that another child’s record names too"
ASK = "Ask about the {sort} that was named in the next conversation, without naming another child"
TO_DO = {"tell": TELL, "ask": ASK}


@dataclass(frozen=True, slots=True)
class Confirmed:
    """One confirmed link as a child's own chronology tells it."""

    link: str
    words: str
    entry: Entry


def confirmed(story: Story) -> list[Confirmed]:
    """The links that stand confirmed in a child's chronology, newest first."""
    told = {e.id: e for e in story.standing}
    ends = [end for end in last_decisions(story).values() if end.decision is Decision.CONFIRMED]
    return [Confirmed(e.link, _sentence(told[e.entry]), told[e.entry]) for e in sorted(ends, key=lambda e: e.at)[::-1]]


def _sentence(entry: Entry) -> str:
    said = entry.details
    sort = said.sort.value if said.sort else "fact"
    shared = f" ({said.shared})" if said.shared else ""
    return f"The {sort}{shared} stands in another child’s record too. Confirmed: {said.reason or 'no reason given'}"


def left_out(found: Found) -> list[str]:
    """What stands in too many records to be proposed two by two, counted by sort."""
    plural = {MarkSort.VEHICLE: "car registrations", MarkSort.PERSON: "people"}
    return [
        f"{count} {sort.value if count == 1 else plural.get(sort, sort.value + 's')}" for sort, count in found.left_out
    ]


@dataclass(frozen=True, slots=True)
class Side:
    """One child's side of a link: who, what says it, and what was decided."""

    ref: str
    name: str
    lines: list[tuple[TimelineLine, str]]


def sides(link: Link, names: Names, now: datetime) -> list[Side]:
    """Both sides, the child from whose page it was opened first."""
    found = []
    for ref in link.children:
        told = link.told(ref)
        lines = timeline_lines((Line(entry, ()) for entry, _ in told), names, now)
        name = picture(link.stories[ref]).name or "Name not known"
        found.append(Side(ref, name, list(zip(lines, [words for _, words in told], strict=True))))
    return found


def decisions(link: Link, names: Names, now: datetime) -> list[dict[str, Any]]:
    """Everything that was decided about it, newest first, as the first child's chronology tells it."""
    story = link.stories[link.children[0]]
    told = [e for e in story.standing if e.kind in DECISIONS and e.details.link == link.link]
    return [
        {"said": SAID[DECISIONS[e.kind]], "reason": e.details.reason or "", "told_by": names.told_by(e, now)}
        for e in sorted(told, key=lambda e: (first_recorded(e, story), e.id), reverse=True)
    ]
