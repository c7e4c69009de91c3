"""How the read tables of this room are filled from a story."""

from __future__ import annotations

from django.db.models import Model

from holdfast.child.law import is_untold, obligations_of
from holdfast.child.models import ChildRow, NameWord, Number, OpenDuty
from holdfast.child.names import words_of
from holdfast.child.picture import picture
from holdfast.chronology.installed import ReadTable
from holdfast.chronology.story import Story
from holdfast.duties.rule import NEVER_OVERDUE


def _child(story: Story) -> list[Model]:
    child = picture(story)
    placed = child.placement.opened_by.details if child.placement and child.placement.is_open else None
    return [
        ChildRow(
            child_id=story.ref,
            first=child.first[:80],
            name=child.name[:160],
            born_on=child.age.born_on if child.age else None,
            age_standing=child.age.standing.value if child.age and child.age.standing else "",
            is_age_disputed=child.age.is_disputed if child.age else False,
            is_in_care=child.is_in_care,
            is_unaccompanied=child.unaccompanied_since is not None,
            trafficking=child.trafficking,
            authority=child.authority[:60],
            worker=child.worker[:80],
            home=(placed.home or "")[:80] if placed else "",
            place=(placed.place or "")[:8] if placed else "",
        )
    ]


def _numbers(story: Story) -> list[Model]:
    found: dict[tuple[str, str], Model] = {}
    for entry in story.standing:
        if entry.kind == "child.identified" and entry.details.scheme and entry.details.number:
            scheme, number = entry.details.scheme[:40], entry.details.number[:60]
            found.setdefault(
                (scheme, number),
                Number(key=f"{story.ref}/{len(found)}", child_id=story.ref, scheme=scheme, number=number),
            )
    return list(found.values())


def _name_words(story: Story) -> list[Model]:
    names = [e.details for e in story.standing if e.kind == "child.named"]
    written = (text for n in names for text in (n.first, n.family, n.known_as, n.own_script) if text)
    words = dict.fromkeys(word for text in written for word in words_of(text))
    return [NameWord(key=f"{story.ref}/{n}", child_id=story.ref, word=word) for n, word in enumerate(words)]


def _open_duties(story: Story) -> list[Model]:
    """What nothing has met, and nothing that is written down has ended. No clock: what will have ended by the time of
    asking is left out by the query."""
    if not story.entries:
        return []
    last_written = max(e.recorded_at for e in story.entries)
    found = obligations_of(story)
    open_ones = [o for o in found if o.met_at is None and not (o.ended_at and o.ended_at <= last_written)]
    return [
        OpenDuty(
            key=f"{story.ref}/{number}",
            child_id=story.ref,
            rule=o.rule.key,
            started_at=o.started_at,
            due_at=None if is_untold(o) else o.due_at,
            late_after=None if o.rule.due.unit in NEVER_OVERDUE or is_untold(o) else o.due_latest,
            ends_at=o.ended_at,
        )
        for number, o in enumerate(open_ones)
        if o.rule.commenced
    ]


open_duties = ReadTable(OpenDuty, _open_duties)
children = ReadTable(ChildRow, _child)
numbers = ReadTable(Number, _numbers)
name_words = ReadTable(NameWord, _name_words)
