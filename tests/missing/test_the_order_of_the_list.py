"""The order in which the database puts the list is the one that the open duties of each child ask for."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from holdfast.access.rules import Role
from holdfast.missing.queries import PAGE_SIZE, MissingRow, everyone_missing, missing_now
from tests.access.test_who_may_look import a_reader
from tests.builders import a_child, a_draft, at

pytestmark = pytest.mark.django_db
NOW = at("2026-11-21T12:00Z")
RISKS = ("high", "", "medium", "low")


def _a_missing_child(chance: random.Random) -> str:
    def ago(hours: float) -> str:
        return f"{NOW - timedelta(hours=hours):%Y-%m-%dT%H:%MZ}"

    first = chance.choice((0.2, 3, 20, 30, 80, 400, 3000)) + chance.random()
    story = [a_draft("child.named", "2026-01-05T09:00Z", first="Tuan")]
    if chance.random() < 0.5:  # an earlier absence, of which much is still open
        story += [a_draft("missing.noticed", ago(first + 900)), a_draft("missing.found", ago(first + 890)),
                  a_draft("missing.returned", ago(first + 889))]  # fmt: skip
    story.append(a_draft("missing.noticed", ago(first), category=chance.choice(("missing", "away"))))
    if chance.random() < 0.6:
        story.append(a_draft("missing.reported_to_police", ago(first * 0.9), police_reference="MP-1"))
    if chance.random() < 0.6:
        story.append(a_draft("missing.told", ago(first * 0.8), who="responsible authority"))
    if risk := chance.choice(RISKS):
        story.append(a_draft("missing.risk_graded", ago(first * 0.7), risk=risk, by="Sgt Reid"))
    if chance.random() < 0.5:
        story.append(a_draft("handover.accepted", ago(first * 0.6), by="Sgt Reid", of="the search"))
    return a_child(*story)


def _asked_for(row: MissingRow) -> tuple[object, ...]:
    band = 0 if row.overdue else 2 if row.accepted_by else 1
    others = [*row.waiting, *([row.next_due] if row.next_due else [])]
    needs = row.overdue[:1] or others
    return band, RISKS.index(row.risk), min((d.at for d in needs), default=row.noticed_at), row.noticed_at, row.ref


@pytest.mark.parametrize("seed", range(3))
def test_the_order_is_that_of_what_is_overdue_and_due(seed: int) -> None:
    chance = random.Random(seed)
    children = {_a_missing_child(chance) for _ in range(PAGE_SIZE + 4)}
    who = a_reader(Role.DUTY_MANAGER, "MAR")
    rows = everyone_missing(who, NOW)
    assert {row.ref for row in rows} == children
    assert {bool(row.overdue) for row in rows} == {True, False}, "both kinds are there, or nothing was tested"
    assert rows == sorted(rows, key=_asked_for)
    pages = [missing_now(who, NOW, page=page) for page in (1, 2)]
    assert [row.ref for page in pages for row in page.rows] == [row.ref for row in rows]
    assert [row.overdue for page in pages for row in page.rows] == [row.overdue for row in rows]
