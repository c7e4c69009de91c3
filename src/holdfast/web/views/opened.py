"""Opening a child for a page: who is looking, at what time, whether they may, and the reading log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from django.http import HttpRequest

from holdfast.access.actions import record_reading
from holdfast.access.deeds import EmergencyOpening
from holdfast.access.queries import Reader
from holdfast.access.review import emergencies_of
from holdfast.access.rules import Act
from holdfast.web.child_page import ChildPage, child_page
from holdfast.web.watch import NotOpened, who_asks


@dataclass(frozen=True)
class Opened:
    """A child's page in the hands of a reader who may see it."""

    who: Reader
    now: datetime
    page: ChildPage

    @cached_property
    def emergencies(self) -> list[EmergencyOpening]:
        """The emergency openings of this child, asked for once."""
        return emergencies_of(self.page.ref)


def open_child(request: HttpRequest, ref: str, *, as_known_at: datetime | None = None) -> Opened:
    """The child, with the reading written in the same transaction. Raises NotOpened, OverLimit.

    A child who does not exist and one whom this reader may not see look the same.
    """
    now = datetime.now(UTC)
    who = who_asks(request)
    page = child_page(who, ref, now, as_known_at=as_known_at)
    if page is None:
        raise NotOpened
    name = request.resolver_match.url_name if request.resolver_match else ""
    record_reading(who, Act.OPEN, [ref], page=name or "child", at=now)
    return Opened(who, now, page)
