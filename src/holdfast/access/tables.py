"""The read table of ties."""

from __future__ import annotations

from django.db.models import Model

from holdfast.access import rules
from holdfast.access.models import TieRow
from holdfast.chronology.installed import ReadTable
from holdfast.chronology.story import Story


def _rows(story: Story) -> list[Model]:
    return [
        TieRow(
            key=f"{story.ref}/{held.tie.value}/{number}",
            child_id=story.ref,
            agency=held.agency,
            tie=held.tie.value,
            begins=held.begins,
            ends=held.ends,
        )
        for number, held in enumerate(rules.ties(story))
    ]


ties = ReadTable(TieRow, _rows)
