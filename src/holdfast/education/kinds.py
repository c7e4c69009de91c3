"""School attendance, as far as a child who may be missing is concerned.

Working together to improve school attendance (Department for Education).
"""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.chronology.kinds import EVERY_AGENCY, kind


@kind("education.absent", audience=EVERY_AGENCY, opens="school_absence")
@dataclass(frozen=True, slots=True)
class Absent:
    """The first school day of an absence without permission."""

    school: str | None = None

    def sentence(self) -> str:
        return "Absent from school without permission"


@kind("education.attended", audience=EVERY_AGENCY, closes=("school_absence",))
@dataclass(frozen=True, slots=True)
class Attended:
    """The child was at school again."""

    school: str | None = None

    def sentence(self) -> str:
        return "Back at school"


@kind("education.absence_reported", audience=EVERY_AGENCY)
@dataclass(frozen=True, slots=True)
class AbsenceReported:
    """The school told the authority of the absence."""

    def sentence(self) -> str:
        return "School absence reported to the authority"
