"""One thing that happened to one child. Entries are never changed and never deleted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from holdfast.chronology.moment import Moment


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened, when, who said so, when it was recorded.

    `details` is an instance of the kind's own details type (see `kinds`). `recorded_at` is aware, UTC.
    `corrects` and `withdraws` name another entry of the same child. `source` and `reference` say where the fact
    came from and what that source calls it: the same fact delivered twice is one entry. `occasion` joins entries
    of one act (two children, one search).
    """

    id: str
    child: str
    kind: str
    occurred: Moment
    recorded_at: datetime
    details: Any
    recorded_by: str = ""
    agency: str = ""
    source: str = ""
    reference: str = ""
    corrects: str | None = None
    withdraws: str | None = None
    occasion: str = ""
    sort_key: tuple[datetime, datetime, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sort_key", (self.occurred.at, self.recorded_at, self.id))
