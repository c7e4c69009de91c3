"""The purpose wall: refused by default, two different people, one child, counted for everybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from holdfast.access.actions import CannotDecide, NotForThem, add_person, give_post
from holdfast.access.demand import actions
from holdfast.access.demand.actions import approve_demand, demands_of, note_demand, note_told, state_of
from holdfast.access.demand.counts import Counted, counted, published, rounded
from holdfast.access.demand.rows import Demand, DemandApproval, DemandTold
from holdfast.access.demand.words import Purpose, State, Wants
from holdfast.access.models import Agency, Person, Reading
from holdfast.access.queries import reader
from holdfast.access.rules import ALLOWED, IN_AN_EMERGENCY, Act, Guard, Held, Post, Role, Tie, may
from holdfast.chronology.kinds import Audience
from holdfast.chronology.queries import stories
from tests.web.conftest import AMINA, PASSWORD, TUAN, county, signed_in, static_folder  # noqa: F401

SignIn = Callable[..., Client]
pytestmark = pytest.mark.django_db
LAW = "Order of the High Court, FD26P00471"
WHY = "The court has ordered it and our lawyer has read the order"
ASKED = {"asked_by": "Home Office, removals", "asker": "J. Smith, 01632 960 001", "purpose": "enforcement",
         "wants": "whereabouts"}  # fmt: skip


def _who(username: str, at: datetime | None = None) -> Any:
    return reader(Person.objects.get(username=username), at or datetime.now(UTC))


def _demand(ref: str = TUAN, by: str = "okafor", at: datetime | None = None) -> Demand:
    at = at or datetime.now(UTC)
    return note_demand(
        _who(by, at), ref, asked_by="Home Office", asker="J. Smith", purpose=Purpose.ENFORCEMENT,
        wants=Wants.WHEREABOUTS, at=at,
    )  # fmt: skip


def _approve(demand: Demand, by: str, at: datetime | None = None, law: str = LAW) -> None:
    at = at or datetime.now(UTC)
    approve_demand(_who(by, at), demand, law=law, reason=WHY, at=at)


def _kinds(ref: str) -> list[str]:
    return [e.kind for e in stories([ref])[ref].standing if e.kind.startswith("sharing.")]


def _state(demand: Demand, at: datetime | None = None) -> State:
    return state_of(Demand.objects.get(pk=demand.pk), at or datetime.now(UTC))


def test_57_no_role_and_no_tie_is_for_immigration_enforcement() -> None:
    """Whatever the world: no kind of agency, role, tie or emergency gives such an asker any act."""
    words = {w.value for w in (*Audience, *Role, *Tie)}
    assert not any(part in word for word in words for part in ("immigration", "home-office", "border", "enforce"))
    now = datetime.now(UTC)
    everything = [Held("HO", tie, now - timedelta(days=1), None) for tie in Tie]
    guards = [Guard(*flags) for flags in product((False, True), repeat=4)]
    # Whoever asks holds no post; and a post with a role that is not in the table holds nothing either.
    outsider: Any = "immigration-enforcement"
    for act, guard, posts in product(Act, guards, ([], [Post("HO", outsider)])):
        assert not may(posts, act, everything, now, guard)
    assert all(role in Role and tie in Tie for role, tie in ALLOWED) and frozenset({Act.OPEN}) == IN_AN_EMERGENCY


def test_57_an_agency_of_that_kind_cannot_be_opened_even_in_the_database() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Agency.objects.create(code="HO", name="Home Office", kind="immigration")


def test_57_a_request_is_written_down_and_refused(signed_in: SignIn) -> None:  # noqa: F811
    okafor = signed_in("okafor")
    assert okafor.post(f"/children/{TUAN}/requests", ASKED).status_code == 302
    said = okafor.get(f"/children/{TUAN}/requests").content.decode()
    assert "Home Office, removals" in said and "<strong>Refused</strong>" in said
    assert sorted(_kinds(TUAN)) == ["sharing.refused", "sharing.requested"], "both in one minute"
    assert Reading.objects.filter(act="note-demand", of__child_id=TUAN).exists()
    told = okafor.post(f"/children/{TUAN}/requests", {"demand": Demand.objects.get().pk, "what": "the town"})
    assert "This request is refused. Nothing may be told" in told.content.decode()
    assert not DemandTold.objects.exists()


def test_57_two_different_people_of_two_roles_and_neither_wrote_it_down(county: datetime) -> None:  # noqa: F811
    demand = _demand(by="okafor")
    _approve(demand, "manager")
    assert _state(demand) is State.REFUSED, "one is not enough"
    with pytest.raises(CannotDecide, match="already"):
        _approve(demand, "manager")
    second = add_person(username="second", first_name="S", last_name="K", password=PASSWORD)
    began = (datetime.now(UTC) - timedelta(days=9)).date()
    give_post(person=second, agency=Agency.objects.get(code="MAR"), role=Role.DUTY_MANAGER, begins_on=began)
    with pytest.raises(CannotDecide, match="other role"):
        _approve(demand, "second")
    _approve(demand, "guardian")
    assert _state(demand) is State.ALLOWED
    assert [a.law for a in demand.approvals.all()] == [LAW, LAW]


def test_57_one_person_who_holds_both_roles_is_one_person(county: datetime) -> None:  # noqa: F811
    began = (datetime.now(UTC) - timedelta(days=9)).date()
    manager = Person.objects.get(username="manager")
    give_post(person=manager, agency=Agency.objects.get(code="MAR"), role=Role.DATA_GUARDIAN, begins_on=began)
    demand = _demand()
    _approve(demand, "manager")
    with pytest.raises(CannotDecide):
        _approve(demand, "manager")
    with pytest.raises(IntegrityError), transaction.atomic():
        DemandApproval.objects.create(
            demand=demand, by=manager, role="duty-manager", at=datetime.now(UTC), law=LAW, reason=WHY
        )
    assert _state(demand) is State.REFUSED


def test_57_whoever_wrote_it_down_cannot_approve_it(county: datetime) -> None:  # noqa: F811
    demand = _demand(by="manager")
    with pytest.raises(CannotDecide, match="two others"):
        _approve(demand, "manager")


@pytest.mark.parametrize("somebody", ["okafor", "reid", "elm", "hale"])
def test_57_nobody_else_can_approve(county: datetime, somebody: str) -> None:  # noqa: F811
    demand = _demand(by="manager")
    with pytest.raises(NotForThem):
        _approve(demand, somebody)


@pytest.mark.parametrize("somebody", ["reid", "elm", "hale", "guardian"])
def test_57_nobody_outside_the_team_writes_one_down(county: datetime, somebody: str) -> None:  # noqa: F811
    with pytest.raises(NotForThem):
        _demand(by=somebody)


@pytest.mark.parametrize(("law", "reason"), [("", WHY), ("   ", WHY), (LAW, ""), (LAW, "too short")])
def test_57_no_approval_without_the_law_and_a_reason(county: datetime, law: str, reason: str) -> None:  # noqa: F811
    demand, now = _demand(), datetime.now(UTC)
    with pytest.raises(CannotDecide):
        approve_demand(_who("manager"), demand, law=law, reason=reason, at=now)
    assert not DemandApproval.objects.exists()


def test_57_what_was_told_is_written_down_with_its_law(signed_in: SignIn) -> None:  # noqa: F811
    demand = _demand()
    for username in ("manager", "guardian"):
        client = signed_in(username)
        assert TUAN in client.get("/demands").content.decode()
        answer = client.post(f"/demands/{demand.pk}", {"law": LAW, "reason": WHY})
        assert (answer.status_code, answer["Location"]) == (302, "/demands")
    okafor = signed_in("okafor")
    assert "Two approved" in okafor.get(f"/children/{TUAN}/requests").content.decode()
    answer = okafor.post(f"/children/{TUAN}/requests", {"demand": demand.pk, "what": "the town, to J. Smith"})
    assert answer.status_code == 302 and _state(demand) is State.TOLD
    last = stories([TUAN])[TUAN].last("sharing.disclosed")
    assert last and (last.details.to, last.details.basis) == ("Home Office", LAW)
    with pytest.raises(CannotDecide):
        note_told(_who("okafor"), demand, what="again", at=datetime.now(UTC))


def test_57_what_two_allowed_lapses_after_a_week(county: datetime) -> None:  # noqa: F811
    now = datetime.now(UTC)
    demand = _demand(at=now)
    _approve(demand, "manager", now)
    _approve(demand, "guardian", now)
    assert _state(demand, now + timedelta(days=7, seconds=-1)) is State.ALLOWED
    later = now + timedelta(days=7)
    assert _state(demand, later) is State.LAPSED
    with pytest.raises(CannotDecide):
        note_told(_who("okafor", later), demand, what="the town", at=later)


def test_57_it_is_never_bulk(county: datetime, monkeypatch: Any) -> None:  # noqa: F811
    """One child a request; and however many are asked for, only a few are let through in a month."""
    now = datetime.now(UTC)
    monkeypatch.setattr(actions, "MOST_ALLOWED", 2)
    demands = [_demand(ref, at=now) for ref in (TUAN, AMINA, TUAN)]
    for demand in demands:
        _approve(demand, "manager", now)
    for demand in demands[:2]:
        _approve(demand, "guardian", now)
    with pytest.raises(CannotDecide, match="No more"):
        _approve(demands[2], "guardian", now)
    assert [_state(d, now) for d in demands] == [State.ALLOWED, State.ALLOWED, State.REFUSED]
    with pytest.raises(NotForThem):
        note_demand(_who("okafor"), f"{TUAN} {AMINA}", asked_by="Home Office", asker="x", purpose=Purpose.ENFORCEMENT,
                    wants=Wants.BOTH, at=now)  # fmt: skip


def test_57_another_childs_request_cannot_be_answered_through_this_child(signed_in: SignIn) -> None:  # noqa: F811
    demand = _demand(AMINA)
    answer = signed_in("okafor").post(f"/children/{TUAN}/requests", {"demand": demand.pk, "what": "x"})
    assert answer.status_code == 404


def test_57_the_data_guardian_weighs_and_opens_no_child(signed_in: SignIn) -> None:  # noqa: F811
    demand = _demand()
    guardian = signed_in("guardian")
    assert guardian.get(f"/demands/{demand.pk}").status_code == 200
    for address in ("", "/home", "/requests", "/chronology", "/readers"):
        assert guardian.get(f"/children/{TUAN}{address}").status_code == 404
    assert TUAN not in guardian.get("/missing").content.decode()


def test_39_requests_and_approvals_are_never_changed_or_deleted(county: datetime) -> None:  # noqa: F811
    demand = _demand()
    _approve(demand, "manager")
    for rows, change in ((Demand.objects, {"purpose": "other-immigration"}), (DemandApproval.objects, {"law": "none"})):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.all()._raw_delete("default")
    assert len(demands_of(TUAN)) == 1


def test_57_the_counts_are_for_everybody_and_name_nobody(signed_in: SignIn) -> None:  # noqa: F811
    _demand(at=datetime.now(UTC))
    answer = Client().get("/requests")
    assert answer.status_code == 200
    said = answer.content.decode()
    assert "Home Office" not in said and TUAN not in said and "Let through" in said
    long_after = datetime.now(UTC) + timedelta(days=100)
    assert any(q.requests == "1 to 7" and q.refused == "1 to 7" and q.allowed == "0" for q in published(long_after))


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, "0"),
        (1, "1 to 7"),
        (7, "1 to 7"),
        (8, "about 10"),
        (12, "about 10"),
        (13, "about 15"),
        (1003, "about 1,005"),
    ],
)
def test_51_small_counts_are_not_told(count: int, shown: str) -> None:
    assert rounded(count) == shown


def test_51_quarters_are_whole_and_in_order() -> None:
    rows = [(date(2026, 9, 30), False)] * 12 + [(date(2026, 10, 1), False)] * 30 + [(date(2024, 12, 31), True)] * 9
    shown = counted(rows, date(2026, 11, 23))
    assert shown[0] == Counted("July to September 2026", "about 10", "about 10", "0")
    assert [q.quarter for q in shown][-1] == "October to December 2024" and shown[-1].allowed == "about 10"
    assert len(shown) == 8 and not any("30" in q.requests for q in shown), "the quarter that runs is left out"


@given(st.integers(0, 500), st.integers(0, 7))
def test_51_two_worlds_that_differ_in_one_small_count_look_the_same(refused: int, allowed: int) -> None:
    """From requests, refused and let through together nobody can tell a small count of those let through."""
    day, today = date(2026, 8, 1), date(2026, 11, 23)
    shown = counted([(day, False)] * refused + [(day, True)] * allowed, today)[0]
    assert shown.allowed == ("0" if allowed == 0 else "1 to 7")
