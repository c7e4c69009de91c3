"""A notice and a handover, every role of every agency, and every guard: what is answered is what the rule says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from holdfast.access.actions import add_person, give_post, open_agency
from holdfast.access.deeds import Conflict, Shield, ShieldNamed
from holdfast.access.models import Agency, Person, Reading, TieRow
from holdfast.access.rules import Act, Guard, Held, Post, Role, Tie, may
from holdfast.chronology.kinds import Audience
from holdfast.sharing.actions import Notice, Sender, tell
from holdfast.sharing.handover.actions import offer
from holdfast.sharing.rules import Channel, Recipient, may_read_notice
from tests.builders import a_child

GUARDS = {
    "no guard": Guard(),
    "in conflict": Guard(is_in_conflict=True),
    "shielded": Guard(is_shielded=True),
    "shielded, named": Guard(is_shielded=True, is_named=True),
}


def _guarded(ref: str, guard: Guard, people: list[Person], other: Person, now: datetime) -> None:
    deed = {"by": other, "at": now, "reason": "made up"}
    if guard.is_in_conflict:
        for person in people:
            Conflict.objects.create(child_id=ref, person=person, **deed)
    if guard.is_shielded:
        shield = Shield.objects.create(child_id=ref, **deed)
        for person in people if guard.is_named else [other]:
            ShieldNamed.objects.create(shield=shield, person=person)


@pytest.mark.django_db
@pytest.mark.parametrize("guard", GUARDS)
@pytest.mark.parametrize("agency", ["TO", "FROM", "ELSE"])
def test_every_role_agency_and_guard_is_answered_as_the_rule_says(
    guard: str, agency: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdfast.access.limits.MOST_MISSES", 10**9)
    now, stands = datetime.now(UTC), GUARDS[guard]
    for code in ("TO", "FROM", "ELSE"):
        open_agency(code=code, name=code, kind=Audience.COUNCIL)
    other = add_person(username="other", first_name="Some", last_name="Body", password="a long enough one")
    ref = a_child()
    held = Held("FROM", Tie.RESPONSIBLE, now - timedelta(days=1), None)
    sender, to = Sender("other", "Some Body", "FROM"), Recipient("TO", "Desk", Channel.LINK)
    message = tell(ref, to, Notice("t", "s", "Quillworth", "w", "b"), sender=sender, key="k", at=now)
    given = offer(ref, "it", to_agency="TO", notice="Quillworth", why="w", basis="b", sender=sender, key="h", at=now)
    # What an append folded from the child's entries is not what is tested here.
    TieRow.objects.filter(child=ref).delete()
    TieRow.objects.create(key=ref, child_id=ref, agency="FROM", tie=Tie.RESPONSIBLE.value, begins=held.begins)
    people = {}
    for role in Role:
        people[role] = person = add_person(
            username=role.value, first_name="Vi", last_name="Ewer", password="a long one 1"
        )
        post = Agency.objects.get(code=agency)
        give_post(person=person, agency=post, role=role, begins_on=(now - timedelta(days=3)).date())
    _guarded(ref, stands, list(people.values()), other, now)
    for role, person in people.items():
        posts = [Post(agency, role)]
        is_sender = agency == "FROM" and may(posts, Act.OPEN, [held], now, stands)
        expected = 200 if may_read_notice(posts, "TO", stands) or is_sender else 404
        client = Client()
        client.force_login(person)
        for address in (f"/notices/{message.reference}", f"/handovers/{given.pk}"):
            before = Reading.objects.count()
            answer = client.get(address)
            where = f"{address} {role} {agency} {guard}"
            assert answer.status_code == expected, where
            assert (b"Quillworth" in answer.content) == (expected == 200), where
            assert Reading.objects.count() == before + (expected == 200), where
        listed = client.get("/handovers").content.decode()
        assert (ref in listed) == (expected == 200), f"the list, {role} {agency} {guard}"
