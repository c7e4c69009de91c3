"""One thing that happened to one child. Entries are never changed and never deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from holdfast.chronology.moment import Moment


class Entry(NamedTuple):  # a nation has millions: a tuple is made in a third of the time of a frozen dataclass
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
    is_erased: bool = (
        False  # the details were lawfully erased: that it happened stands, and nothing is computed from it
    )

    @property
    def sort_key(self) -> tuple[datetime, datetime, str]:
        """Entries are in order by when it happened, then by when it was recorded."""
        return self.occurred.at, self.recorded_at, self.id
