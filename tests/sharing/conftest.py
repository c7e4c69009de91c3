"""Marrowshire's agencies, Tuan, and an outbox to fill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from an_outbox import FRIDAY, Clock, Outbox, Provider

from holdfast.access.actions import open_agency
from holdfast.chronology.kinds import Audience
from tests.builders import a_child, a_draft


@pytest.fixture
def agencies(db: None) -> None:
    open_agency(code="MAR", name="Marrowshire County Council", kind=Audience.COUNCIL)
    open_agency(code="MARPOL", name="Marrowshire Police", kind=Audience.POLICE)
    open_agency(code="LOW", name="Lowmoor Borough Council", kind=Audience.COUNCIL)


@pytest.fixture
def tuan(agencies: None) -> str:
    return a_child(a_draft("child.named", "2026-01-05T09:00Z", first="Tuan", family="Nguyen"),
                   a_draft("missing.noticed", "2026-11-20T22:10Z"))  # fmt: skip


@pytest.fixture
def outbox(tuan: str) -> Callable[..., Outbox]:
    def make(**provider: Any) -> Outbox:
        return Outbox(tuan, Provider(**provider), Clock(FRIDAY))

    return make
