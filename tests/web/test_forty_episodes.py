"""A child with forty episodes and no conversation after any: a page that can still be read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from holdfast.chronology.actions import append
from tests.builders import a_draft
from tests.web.conftest import AMINA

pytestmark = pytest.mark.django_db


def test_forty_episodes_stay_under_sixty_kilobytes_and_nothing_is_out_of_reach(
    signed_in: Callable[[str], Client], county: datetime
) -> None:
    drafts = []
    for n in range(40):
        noticed = county - timedelta(days=300 - 5 * n)
        drafts.append(a_draft("missing.noticed", noticed.isoformat()))
        drafts.append(a_draft("missing.returned", (noticed + timedelta(hours=6)).isoformat()))
    append(AMINA, drafts, by="okafor", agency="MAR", at=county)
    client = signed_in("manager")
    first = client.get(f"/children/{AMINA}")
    assert len(first.content) < 60_000
    assert "that are open" in first.content.decode()
    seen, page = 0, 1
    while True:
        answer = client.get(f"/children/{AMINA}/duties?show=open&page={page}")
        assert answer.status_code == 200 and len(answer.content) < 60_000
        seen += answer.content.decode().count('<li class="hf-duty')
        if f"page={page + 1}" not in answer.content.decode():
            break
        page += 1
    assert f"Open ({seen})" in answer.content.decode()
    assert seen > 100
    for odd in ("show=nonsense", "show=open&page=0", "show=open&page=99999999999", "show=met&page=x"):
        assert client.get(f"/children/{AMINA}/duties?{odd}").status_code == 200
