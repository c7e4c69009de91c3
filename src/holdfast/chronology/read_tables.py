"""Read tables: rows for lists and search, replaced whole for a child whenever that child's entries change.

They hold nothing that the entries do not say: `rebuild` gives the same rows, byte for byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from holdfast.chronology.installed import read_tables
from holdfast.chronology.rows import forget_rows, insert_values, together, values_of
from holdfast.chronology.story import Story

Folded = list[list[list[Any]]]  # a list of rows for each read table, in the order of `read_tables`


def fold(stories: Sequence[Story]) -> Folded:
    """The rows of these children in every read table. Pure: can be done in another process."""
    return [values_of(t.model, [row for story in stories for row in t.rows(story)]) for t in read_tables()]


def replace_rows(refs: Sequence[str], folded: Folded, *, are_new: bool = False) -> None:
    """Put folded rows in place of what these children had. `are_new` skips looking for what to replace."""
    with together():
        for table, values in zip(read_tables(), folded, strict=True):
            if not are_new:
                forget_rows(table.model, refs)
            insert_values(table.model, values)
