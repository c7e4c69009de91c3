"""What was named that may matter to more than one child, and what people decided about it.

A link joins two chronologies without naming either child in the other's: both carry the same opaque `link`, and whoever
reads one finds the other end only under their own rights (`patterns.queries`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from holdfast.chronology.kinds import COUNCIL_AND_POLICE, kind


class MarkSort(StrEnum):
    """What can be compared between children. Never who somebody is: no nationality, faith, ethnicity or looks."""

    PHONE = "telephone number"
    POSTCODE = "postcode"
    VEHICLE = "car registration"
    ONLINE = "online name"
    PLACE = "place"
    PERSON = "person"


class SaidBy(StrEnum):
    """Who named it."""

    CHILD = "the child"
    OTHERS = "others"


@kind("missing.named", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class ThingsNamed:
    """Telephone numbers, places, people, car registrations and online names that somebody named, one by one."""

    phones: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    vehicles: tuple[str, ...] = ()
    online: tuple[str, ...] = ()
    said_by: SaidBy | None = None

    def sentence(self) -> str:
        named = (*self.phones, *self.places, *self.people, *self.vehicles, *self.online)
        by = f" by {self.said_by.value}" if self.said_by else ""
        return f"Named{by}" + (f": {'; '.join(named)}" if named else "")


def _sentence(start: str, sort: MarkSort | None) -> str:
    return f"{start} a {sort.value if sort else 'fact'} with another child’s record"


@kind("missing.link_confirmed", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class LinkConfirmed:
    """Somebody looked at both records and says that it is the same. `shared`: as this child's own record writes it.
    `link`: joins the two ends, says nothing by itself."""

    link: str | None = None
    sort: MarkSort | None = None
    shared: str | None = None
    reason: str | None = None

    def sentence(self) -> str:
        return _sentence("Confirmed that this record shares", self.sort)


@kind("missing.link_refused", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class LinkRefused:
    """Somebody looked at both records and says that it is chance, or an error. It is proposed again only when something
    new is said."""

    link: str | None = None
    sort: MarkSort | None = None
    shared: str | None = None
    reason: str | None = None

    def sentence(self) -> str:
        return _sentence("Found to mean nothing that this record shares", self.sort)


@kind("missing.link_left_open", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class LinkLeftOpen:
    """Somebody looked at both records and does not know yet. It stays proposed."""

    link: str | None = None
    sort: MarkSort | None = None
    shared: str | None = None
    reason: str | None = None

    def sentence(self) -> str:
        return _sentence("Not known yet whether it means anything that this record shares", self.sort)


@kind("missing.link_withdrawn", audience=COUNCIL_AND_POLICE)
@dataclass(frozen=True, slots=True)
class LinkWithdrawn:
    """What was confirmed or refused is taken back, and is open again."""

    link: str | None = None
    sort: MarkSort | None = None
    shared: str | None = None
    reason: str | None = None

    def sentence(self) -> str:
        return _sentence("Taken back: what was decided about sharing", self.sort)
