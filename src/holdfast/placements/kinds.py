"""Where the child is placed. An address never stands here: only the kind of place and the name of the home.

Care Planning, Placement and Case Review (England) Regulations 2010, parts 3 and 4.
"""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.chronology.kinds import kind


@kind("placement.started", opens="placement", restarts=True)
@dataclass(frozen=True, slots=True)
class PlacementStarted:
    """The child moved in. `place` and `provider` are codes of the return; `home` is a name, never an address."""

    place: str | None = None
    provider: str | None = None
    home: str | None = None
    area: str | None = None
    out_of_area: bool | None = None
    emergency: bool | None = None
    until_eighteen: bool | None = None
    legal_status: str | None = None
    reason: str | None = None

    def sentence(self) -> str:
        return "Placed" + (f" at {self.home}" if self.home else "")


@kind("placement.ended", closes=("placement",))
@dataclass(frozen=True, slots=True)
class PlacementEnded:
    """The child moved out. `reason` is the return's code for the change."""

    reason: str | None = None

    def sentence(self) -> str:
        return "Placement ended"


@kind("placement.notified")
@dataclass(frozen=True, slots=True)
class PlacementNotified:
    """Written notice of a placement, or of its end, was given (regs 13 and 14)."""

    to: str | None = None
    of: str | None = None

    def sentence(self) -> str:
        return "Notice of placement given" + (f" to {self.to}" if self.to else "")
