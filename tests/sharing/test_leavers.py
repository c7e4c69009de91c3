"""Checks 15 and 26: what a leaver held stays in sight until a named person takes it; a post that nobody confirms is
off."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from holdfast.access.actions import CannotDecide, NotForThem, add_person, end_every_post, give_post
from holdfast.access.attesting.actions import confirm_by_operator, posts_to_confirm
from holdfast.access.limits import CONFIRM_EVERY, CONFIRM_GRACE
from holdfast.access.models import Agency, Person, Post, PostConfirmed, Reading
from holdfast.access.queries import has_left, reader
from holdfast.access.rules import Role
from holdfast.access.shields.actions import put_shield
from holdfast.child.models import ChildRow
from holdfast.chronology.actions import append
from holdfast.chronology.queries import stories
from holdfast.cli.main import every_command
from holdfast.missing.models import EpisodeRow, ReportDraft
from holdfast.sharing.leaving.actions import answer_work, offer_work
from holdfast.sharing.leaving.queries import open_work
from holdfast.sharing.leaving.rows import Work, WorkOffered
from holdfast.sharing.models import Message
from tests.builders import a_draft
from tests.web.conftest import AMINA, PASSWORD, TUAN, county, signed_in, static_folder  # noqa: F401

SignIn = Callable[..., Client]


def _person(name: str) -> Person:
    return Person.objects.get(username=name)


@pytest.fixture
def left(county: datetime) -> datetime:  # noqa: F811
    """Ngozi Okafor has left: worker of Tuan and others, with his search accepted, an action and a report begun."""
    ago = (county - timedelta(hours=1)).isoformat()
    append(
        TUAN,
        [
            a_draft("handover.accepted", ago, by="Ngozi Okafor", of="the search"),
            a_draft("missing.action_agreed", ago, what="ring his aunt", who="Ngozi Okafor"),
        ],
        by="okafor",
        agency="MAR",
        at=county,
    )
    ReportDraft.objects.create(
        token="t", person=_person("okafor"), child_id=AMINA, answers="{}", begun_at=county,
        expires_at=county + timedelta(hours=20),
    )  # fmt: skip
    carys = add_person(username="carys", first_name="Carys", last_name="Pugh", password=PASSWORD)
    agency = Agency.objects.get(code="MAR")
    give_post(person=carys, agency=agency, role=Role.SOCIAL_WORKER, begins_on=date(2026, 1, 1))
    end_every_post(_person("okafor"), on=county.date())
    return datetime.now(UTC)


def _nobody_holds(now: datetime) -> dict[tuple[Work, str], str]:
    return {(w.work, w.child): w.key for w in open_work(reader(_person("manager"), now), now)}


def test_15_what_a_leaver_held_is_listed_for_the_manager(signed_in: SignIn, left: datetime) -> None:  # noqa: F811
    found = _nobody_holds(left)
    assert {(Work.WORKER, TUAN), (Work.SEARCH, TUAN), (Work.ACTION, TUAN), (Work.REPORT, AMINA)} <= found.keys()
    manager = signed_in("manager")
    manager.get("/work")  # the first page of a session also writes the session
    with CaptureQueriesContext(connection) as asked:
        page = manager.get("/work")
    assert len([q for q in asked if q["sql"].lstrip()[:6] in ("SELECT", "INSERT", "UPDATE")]) <= 12
    body = re.sub(r"\s+", " ", page.content.decode())
    assert body.count("Nobody holds this") == len(found)
    assert "in the name of Ngozi Okafor (okafor), who has left" in body
    shown = Reading.objects.filter(page="work").latest("pk").children
    assert {ref for _, ref in found} == set(shown.split())


def test_15_nobody_else_sees_the_list_and_nothing_is_listed_before_somebody_leaves(
    signed_in: SignIn,  # noqa: F811
    county: datetime,  # noqa: F811
) -> None:
    assert _nobody_holds(county) == {}
    for name in ("reid", "elm", "hale", "guardian"):
        page = signed_in(name).get("/work").content.decode()
        assert TUAN not in page and "Nobody holds this" not in page


def test_15_asked_and_accepted_it_is_theirs_in_the_record_and_gone_from_the_list(
    signed_in: SignIn,  # noqa: F811
    left: datetime,
) -> None:
    found = _nobody_holds(left)
    manager, carys = signed_in("manager"), signed_in("carys")
    for work in (Work.WORKER, Work.SEARCH, Work.ACTION):
        asked = {"decision": "offer", "work": found[work, TUAN], "username": "carys"}
        assert manager.post("/work", asked).status_code == 302
    body = manager.get("/work").content.decode()
    assert "Carys Pugh was asked" in body and "Nobody holds this" in body, "until she answers, nobody holds it"
    assert Message.objects.filter(to_person__username="carys", child=None).count() == 3
    assert TUAN not in Message.objects.filter(to_person__username="carys").latest("pk").notice
    for offer in WorkOffered.objects.all():
        assert str(offer.pk) in carys.get("/work").content.decode()
        assert carys.post("/work", {"decision": "accept", "work": str(offer.pk)}).status_code == 302
    assert ChildRow.objects.get(child_id=TUAN).worker == "Carys Pugh"
    assert EpisodeRow.objects.get(child_id=TUAN, ended_at=None).accepted_by == "Carys Pugh"
    assert stories([TUAN])[TUAN].last("missing.action_agreed").details.who == "Carys Pugh"
    assert not [key for (_, ref), key in _nobody_holds(datetime.now(UTC)).items() if ref == TUAN]


def test_15_a_report_that_was_begun_is_passed_on_as_typed(left: datetime) -> None:
    manager, carys = reader(_person("manager"), left), reader(_person("carys"), left)
    offer = offer_work(manager, _nobody_holds(left)[Work.REPORT, AMINA], username="carys", at=left)
    answer_work(carys, offer, accepts=True, reason="", at=left)
    assert ReportDraft.objects.get().person.username == "carys"


def test_15_a_refusal_needs_a_reason_and_leaves_it_with_nobody(signed_in: SignIn, left: datetime) -> None:  # noqa: F811
    manager = reader(_person("manager"), left)
    offer = offer_work(manager, _nobody_holds(left)[Work.WORKER, TUAN], username="carys", at=left)
    carys = signed_in("carys")
    assert "Enter the reason" in carys.post("/work", {"decision": "refuse", "work": str(offer.pk)}).content.decode()
    said = {"decision": "refuse", "work": str(offer.pk), "reason": "I hold 24 children"}
    assert carys.post("/work", said).status_code == 302
    assert (Work.WORKER, TUAN) in _nobody_holds(datetime.now(UTC))
    assert "does not take over" in Message.objects.get(to_person__username="manager").notice
    again = carys.post("/work", {**said, "decision": "accept"}).content.decode()
    assert "answered already" in again


def test_15_only_who_may_record_for_the_child_is_asked_and_only_they_answer(
    signed_in: SignIn,  # noqa: F811
    left: datetime,
) -> None:
    manager, key = reader(_person("manager"), left), _nobody_holds(left)[Work.WORKER, TUAN]
    for name in ("hale", "guardian", "okafor", "nobody"):
        with pytest.raises(CannotDecide, match="may record for this child"):
            offer_work(manager, key, username=name, at=left)
    for stranger in ("reid", "carys", "hale"):
        with pytest.raises(NotForThem):
            offer_work(reader(_person(stranger), left), key, username="carys", at=left)
    with pytest.raises(NotForThem):
        offer_work(manager, f"worker/{TUAN}//999999", username="carys", at=left)
    offer = offer_work(manager, key, username="carys", at=left)
    with pytest.raises(CannotDecide, match="asked already"):
        offer_work(manager, key, username="carys", at=left)
    for name in ("manager", "reid", "okafor"):
        answer = signed_in(name).post("/work", {"decision": "accept", "work": str(offer.pk)})
        assert answer.status_code in (302, 401, 403) and not hasattr(offer, "answer")
    for odd in ("", "/", "worker", "x" * 5000, "\x00", str(offer.pk)[:-1]):
        for decision in ("accept", "offer", "drop"):
            answer = signed_in("manager").post("/work", {"decision": decision, "work": odd, "username": "carys"})
            assert answer.status_code == 403, odd


def test_28_a_shield_put_meanwhile_closes_the_offer(signed_in: SignIn, left: datetime) -> None:  # noqa: F811
    manager = reader(_person("manager"), left)
    offer = offer_work(manager, _nobody_holds(left)[Work.WORKER, TUAN], username="carys", at=left)
    put_shield(manager, TUAN, named=[], reason="threat", at=left)
    carys = signed_in("carys")
    assert TUAN not in carys.get("/work").content.decode()
    assert carys.post("/work", {"decision": "accept", "work": str(offer.pk)}).status_code == 403
    assert ChildRow.objects.get(child_id=TUAN).worker == "Ngozi Okafor"


def test_15_what_the_record_moved_on_from_is_not_taken_twice(left: datetime) -> None:
    manager = reader(_person("manager"), left)
    offer = offer_work(manager, _nobody_holds(left)[Work.WORKER, TUAN], username="carys", at=left)
    given = a_draft("care.worker_allocated", left.isoformat(), worker="Daniel Forsyth")
    append(TUAN, [given], by="manager", agency="MAR", at=left)
    with pytest.raises(CannotDecide, match="taken this over meanwhile"):
        answer_work(reader(_person("carys"), left), offer, accepts=True, reason="", at=left)


def test_15_a_namesake_who_is_still_here_is_said(left: datetime) -> None:
    other = add_person(username="okafor2", first_name="Ngozi", last_name="Okafor", password=PASSWORD)
    agency = Agency.objects.get(code="MAR")
    give_post(person=other, agency=agency, role=Role.SOCIAL_WORKER, begins_on=date(2026, 1, 1))
    found = [w for w in open_work(reader(_person("manager"), left), left) if w.work is Work.WORKER]
    assert found and all(w.has_namesake for w in found)


def test_15_a_post_that_nobody_confirms_is_off_after_the_grace(county: datetime) -> None:  # noqa: F811
    okafor, given = _person("okafor"), Post.objects.get(person__username="okafor").given_at
    off = given + CONFIRM_EVERY + CONFIRM_GRACE
    assert reader(okafor, off - timedelta(seconds=1)).posts
    assert not reader(okafor, off).posts and has_left(okafor, off)
    listed = {p.post.person.username: p for p in posts_to_confirm(["MAR"], off)}
    assert listed["okafor"].is_off(off) and listed["okafor"].is_due(off - CONFIRM_GRACE)
    assert confirm_by_operator(okafor, off) == 1
    assert reader(okafor, off + timedelta(days=1)).posts


def test_15_a_manager_confirms_others_on_one_page_and_never_themselves(signed_in: SignIn) -> None:  # noqa: F811
    manager = signed_in("manager")
    body = manager.get("/posts").content.decode()
    assert "okafor" in body and "Your own: somebody else confirms it" in body and "reid" not in body
    theirs, own = (Post.objects.get(person__username=name).pk for name in ("okafor", "manager"))
    assert manager.post("/posts", {"post": [theirs]}).status_code == 302
    assert [(c.post_id, c.by.username) for c in PostConfirmed.objects.all()] == [(theirs, "manager")]
    assert manager.post("/posts", {"post": [own]}).status_code == 403
    for elsewhere in (Post.objects.get(person__username="reid").pk, "x", 10**30):
        assert manager.post("/posts", {"post": [elsewhere]}).status_code == 404
    assert PostConfirmed.objects.count() == 1
    for name in ("okafor", "reid", "hale"):
        assert signed_in(name).get("/posts").status_code == 403
        assert signed_in(name).post("/posts", {"post": [theirs]}).status_code == 403


def test_39_what_was_passed_on_and_confirmed_is_never_changed(left: datetime) -> None:
    confirm_by_operator(_person("manager"), left)
    manager = reader(_person("manager"), left)
    offer_work(manager, _nobody_holds(left)[Work.WORKER, TUAN], username="carys", at=left)
    for table in ("access_post_confirmed", "sharing_work_offered"):
        for act in (f"UPDATE {table} SET at = at", f"DELETE FROM {table}"):
            with pytest.raises(Exception, match="never"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(act)


def test_15_the_command_line_confirms_and_points_to_the_page(county: datetime) -> None:  # noqa: F811
    run = CliRunner()
    assert "1 posts are confirmed" in run.invoke(every_command(), ["people", "confirm", "manager"]).output
    assert run.invoke(every_command(), ["people", "confirm", "nobody"]).exit_code == 2
    said = run.invoke(every_command(), ["people", "leaves", "okafor"]).output
    assert "Work that nobody holds" in " ".join(said.split())


def test_a_demonstration_that_nobody_used_for_months_still_opens(
    county: datetime,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from holdfast.access.queries import is_dormant
    from holdfast.demo import start

    later = county + CONFIRM_EVERY * 3
    okafor = _person("okafor")
    assert not reader(okafor, later).posts and is_dormant(okafor, later)
    start._keep_open(later)
    assert reader(okafor, later).posts and not is_dormant(_person("okafor"), later)
    asked: list[datetime] = []
    monkeypatch.setattr(start, "_keep_open", asked.append)
    monkeypatch.setattr(start, "call_command", lambda *_, **__: None)
    for is_demo in (False, True):
        monkeypatch.setattr(start, "is_demo", lambda is_demo=is_demo: is_demo)
        start.prepare(lambda _: None)
        assert len(asked) == is_demo, "never where somebody is real"
