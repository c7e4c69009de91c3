"""Access follows from what happened: `may` and `visible` say the same, and reading is written down first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.access.actions import add_person, give_post, open_agency, reading_link, record_reading
from holdfast.access.deeds import (
    Conflict,
    ConflictEnded,
    EmergencyOpening,
    EmergencyReview,
    Shield,
    ShieldLifted,
    ShieldNamed,
)
from holdfast.access.models import Person, Reading, TieRow
from holdfast.access.queries import Reader, acts_allowed, children_visible, door, may_do, reader, readings_of
from holdfast.access.rules import ALLOWED, UNGUARDED, Act, Guard, Held, Outcome, Post, Role, Tie, may, ties_allowing
from holdfast.child.models import ChildRow
from holdfast.chronology import chain
from holdfast.chronology.kinds import Audience
from tests.builders import a_child, a_draft, at

NOW = at("2026-11-21T09:00Z")

times = st.integers(-3, 3).map(lambda h: NOW + timedelta(hours=h))
helds = st.builds(Held, st.sampled_from(["MAR", "LOW"]), st.sampled_from(Tie), times, st.none() | times)
posts = st.builds(Post, st.sampled_from(["MAR", "LOW"]), st.sampled_from(Role))


def a_reader(role: Role, agency: str, kind: Audience = Audience.COUNCIL, name: str = "grace") -> Reader:
    person = add_person(username=name, first_name="Grace", last_name="Abara", password="a long enough one")
    give_post(
        person=person,
        agency=open_agency(code=agency, name=agency, kind=kind),
        role=role,
        begins_on=at("2026-01-01").date(),
    )
    return reader(person, NOW)


guards = st.fixed_dictionaries(
    {"conflict": st.booleans(), "shields": st.lists(st.booleans(), max_size=2), "ended": st.booleans()}
)
emergencies = st.none() | st.tuples(st.integers(-13, 1), st.integers(1, 12), st.sampled_from([None, *Outcome]))


def _guarded(child: str, person: Person, other: Person, guard: dict, emergency: tuple | None) -> Guard:
    """Put the guard in the database, and say what it is."""
    deed = {"by": other, "at": NOW, "reason": "made up"}
    if guard["conflict"]:
        Conflict.objects.create(child_id=child, person=person, **deed)
    if guard["ended"]:  # what has ended guards nothing
        ConflictEnded.objects.create(conflict=Conflict.objects.create(child_id=child, person=person, **deed), **deed)
        ShieldLifted.objects.create(shield=Shield.objects.create(child_id=child, **deed), **deed)
    for is_named in guard["shields"]:
        shield = Shield.objects.create(child_id=child, **deed)
        ShieldNamed.objects.create(shield=shield, person=person if is_named else other)
    is_opened = False
    if emergency:
        begins, hours, outcome = emergency
        opening = EmergencyOpening.objects.create(
            child_id=child, person=person, reason="made up", begins=NOW + timedelta(hours=begins),
            ends=NOW + timedelta(hours=begins + hours),
        )  # fmt: skip
        if outcome:
            EmergencyReview.objects.create(opening=opening, by=other, at=NOW, outcome=outcome.value, note="")
        is_opened = begins <= 0 < begins + hours and outcome is not Outcome.NOT_JUSTIFIED
    return Guard(guard["conflict"], bool(guard["shields"]), bool(guard["shields"]) and all(guard["shields"]), is_opened)


@pytest.mark.django_db
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(posts, max_size=2), st.lists(helds, max_size=4), st.sampled_from(Act), guards, emergencies
)  # fmt: skip
def test_19_25_one_child_and_the_list_give_the_same_answer_whatever_guards_the_child(
    held_posts: list, held: list, act: Act, guard: dict, emergency: tuple | None
) -> None:
    with transaction.atomic():
        child = a_child()
        TieRow.objects.filter(child=child).delete()
        TieRow.objects.bulk_create(
            TieRow(key=f"{child}/{n}", child_id=child, agency=h.agency, tie=h.tie, begins=h.begins, ends=h.ends)
            for n, h in enumerate(held)
        )
        person, other = (Person.objects.create(username=name) for name in ("one", "other"))
        guarded = _guarded(child, person, other, guard, emergency)
        who = Reader(person, tuple(held_posts), frozenset())
        answer = may(held_posts, act, held, NOW, guarded)
        assert answer == may_do(who, act, child, NOW) == (act in acts_allowed(who, child, NOW))
        assert ChildRow.objects.filter(children_visible(who, act, NOW), child_id=child).exists() == answer
        assert not (guarded.is_in_conflict and answer)
        transaction.set_rollback(True)


def test_nothing_is_open_by_default() -> None:
    for role in Role:
        for act in Act:
            for tie in Tie:
                held = [Held("MAR", tie, NOW, None)]
                allowed = act in ALLOWED.get((role, tie), frozenset())
                assert may([Post("MAR", role)], act, held, NOW, UNGUARDED) == allowed
                assert not may([Post("LOW", role)], act, held, NOW, UNGUARDED), "another agency's tie opens nothing"
                before = NOW - timedelta(seconds=1)
                assert not may([Post("MAR", role)], act, held, before, UNGUARDED), "nor one not yet begun"


def test_an_analyst_reaches_no_child() -> None:
    assert not any(ties_allowing(Role.ANALYST, act) for act in Act)


@pytest.mark.django_db
def test_a_missing_report_ties_the_police_and_the_placement_ties_the_home() -> None:
    child = a_child(
        a_draft("placement.started", "2026-10-01", home="Elm House", area="LOW"),
        a_draft("missing.noticed", "2026-11-20T22:40Z"),
        a_draft("missing.reported_to_police", "2026-11-20T22:58Z", force="MARPOL"),
    )
    assert {(t.agency, t.tie) for t in door(a_reader(Role.SOCIAL_WORKER, "MAR").person, child, NOW).ties} == {
        ("MAR", Tie.RESPONSIBLE),
        ("Elm House", Tie.CARING),
        ("LOW", Tie.HOST),
        ("MARPOL", Tie.SEARCHING),
    }


@pytest.mark.django_db
def test_a_transfer_moves_the_tie_from_its_moment_on() -> None:
    child = a_child(a_draft("care.transferred", "2026-06-01T12:00Z", to_authority="LOW"))
    mar, low = a_reader(Role.DUTY_MANAGER, "MAR"), a_reader(Role.DUTY_MANAGER, "LOW", name="lowe")
    before, after = at("2026-05-31T12:00Z"), at("2026-06-02T12:00Z")
    assert may_do(mar, Act.OPEN, child, before) and not may_do(low, Act.OPEN, child, before)
    assert may_do(low, Act.OPEN, child, after) and not may_do(mar, Act.OPEN, child, after)


@pytest.mark.django_db
def test_a_post_that_has_ended_gives_nothing() -> None:
    who = a_reader(Role.DUTY_MANAGER, "MAR")
    who.person.posts.update(ends_on=at("2026-11-01").date())
    assert reader(who.person, NOW).posts == ()


@pytest.mark.django_db
def test_readings_are_chained_and_cannot_be_changed_or_deleted() -> None:
    child, who = a_child(), a_reader(Role.DUTY_MANAGER, "MAR")
    for minute in range(3):
        record_reading(who, Act.OPEN, [child], page="child", at=NOW + timedelta(minutes=minute))
    previous = chain.START
    for row in Reading.objects.order_by("number"):
        assert row.hash == reading_link(previous, who.person.pk, row.number, row.at, row.act, row.page, row.children)
        previous = row.hash
    assert [r.number for r in readings_of(child)] == [3, 2, 1]
    for change in (lambda: Reading.objects.update(page="x"), lambda: Reading.objects.all()._raw_delete("default")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
