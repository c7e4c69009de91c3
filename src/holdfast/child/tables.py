"""How the read tables of this room are filled from a story."""

from __future__ import annotations

from django.db.models import Model

from holdfast.child.models import ChildRow, Number
from holdfast.child.picture import picture
from holdfast.chronology.installed import ReadTable
from holdfast.chronology.story import Story


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


children = ReadTable(ChildRow, _child)
numbers = ReadTable(Number, _numbers)
