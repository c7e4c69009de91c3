"""A fact on its way into a chronology: an entry before it has a child, a number and a writer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from holdfast.chronology.moment import Moment


@dataclass(frozen=True, slots=True)
class Draft:
    """What happened and when, as a source says it. See `entry.Entry` for the fields."""

    kind: str
    occurred: Moment
    details: Any
    source: str = ""
    reference: str = ""
    corrects: str | None = None
    withdraws: str | None = None
    occasion: str = ""
