"""Read tables: rows for lists and search, replaced whole for a child whenever that child's entries change.

They hold nothing that the entries do not say: `rebuild` gives the same rows, byte for byte.
"""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.chronology.installed import read_tables
from holdfast.chronology.rows import insert
from holdfast.chronology.story import Story


def refresh(stories: Sequence[Story], *, are_new: bool = False) -> None:
    """Fold these children again and replace their rows. `are_new` skips looking for rows to replace."""
    refs = [s.ref for s in stories]
    for table in read_tables():
        if not are_new:
            table.model._default_manager.filter(child_id__in=refs).delete()
        insert(table.model, (row for story in stories for row in table.rows(story)))
