"""A plugin for pytest: every request of a test is served by the role behind PostgreSQL's second wall.

    HOLDFAST_TEST_POSTGRES=1 pytest -p tests.storage.behind_the_wall tests/web tests/access

The tests set their scenes as the owner, in the same transaction; what a page reads and writes, it does as the role.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def wall_around_the_tables(django_db_setup: None, django_db_blocker: Any) -> None:
    from holdfast.config.second_wall import harden

    with django_db_blocker.unblock():
        unknown = harden()
    assert unknown == [], "tables that the second wall does not know"


@pytest.fixture(autouse=True)
def requests_behind_the_wall(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from django.db import connection
    from django.test import Client

    from holdfast.config.second_wall import ROLE

    served = Client.request

    def behind(self: Client, **request: Any) -> Any:
        connection.connection.execute(f"SET ROLE {ROLE}")
        try:
            return served(self, **request)
        finally:
            connection.connection.execute("RESET ROLE")

    monkeypatch.setattr(Client, "request", behind)
    yield
