"""What the rooms above have put into the house: their kinds and their read tables.

The record lies below every subject and imports none of them; the settings name what is installed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string

from holdfast.chronology.kinds import Vocabulary
from holdfast.chronology.story import Story


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A model with a `child` key, and the pure function that gives a child's rows."""

    model: type[models.Model]
    rows: Callable[[Story], list[models.Model]]


@cache
def vocabulary() -> Vocabulary:
    """Every kind of the house."""
    words: Vocabulary = import_string(settings.VOCABULARY)()
    return words


@cache
def read_tables() -> tuple[ReadTable, ...]:
    """Every read table of the house."""
    return tuple(import_string(path) for path in settings.READ_TABLES)
