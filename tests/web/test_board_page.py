"""The area team's board: what it counts, what it says, whom it leaves out, what it costs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from holdfast.access.actions import add_person, give_post
from holdfast.access.models import Agency, Reading
from holdfast.access.rules import Role, Tie
from holdfast.child.models import ChildRow
from holdfast.missing import board
from holdfast.missing.queries import DueRow, MissingRow
from holdfast.sharing.actions import Sender
from holdfast.sharing.handover.actions import offer
from holdfast.web.board_words import bars
from tests.builders import a_child, a_draft
from tests.web.conftest import AMINA, TUAN
from tests.web.test_pages import text_of

SignIn = Callable[..., Client]
NOW = datetime(2026, 11, 20, 22, 40, tzinfo=UTC)


def a_row(ref: str, *, hours: float, authority: str = "MAR", accepted: str = "", late: int = 0) -> MissingRow:
    noticed = NOW - timedelta(hours=hours)
    due = DueRow("ENG-MIS-007", "Grade the risk", noticed, noticed, True, True, "the police")
    soon = DueRow("X", "Meet", NOW + timedelta(hours=30), NOW + timedelta(hours=30), False, False, "the council")
    return MissingRow(
        ref=ref, first=ref, name="", child=ChildRow(child_id=ref, authority=authority), noticed_at=noticed,
        precision="minute", missing_for=timedelta(hours=hours), category="missing", risk="", graded_by="",
        graded_at=None, accepted_by=accepted, last_contact_at=None, police_reference="", overdue=(due,) * late,
        next_due=soon, waiting=(),
    )  # fmt: skip


def test_each_authority_is_counted_once_and_no_authority_is_a_line_too() -> None:
    rows = [a_row("A", hours=3), a_row("B", hours=25, late=2), a_row("C", hours=73, authority="", accepted="Reid")]
    ours, none = board.by_authority(rows)
    assert (ours.code, ours.children, ours.over_a_day, ours.over_three_days) == ("MAR", 2, 1, 0)
    assert (ours.overdue, ours.unaccepted) == (1, 2)
    assert (none.code, none.children, none.over_three_days, none.unaccepted) == ("", 1, 1, 0)


def test_a_child_is_counted_with_every_agency_and_once_with_one_that_has_two_parts() -> None:
    ties = {"A": [("POL", Tie.SEARCHING), ("MAR", Tie.RESPONSIBLE), ("MAR", Tie.HOST)]}
    found = {t.code: t for t in board.by_agency([a_row("A", hours=3)], ties, {"LOW": 2})}
    assert found["MAR"].children == 1 and found["MAR"].ties == (Tie.RESPONSIBLE, Tie.HOST)
    assert found["POL"].children == 1
    assert found["LOW"].children == 0 and found["LOW"].waiting == 2


def test_what_is_due_in_more_than_a_day_is_not_due_soon() -> None:
    rows = [a_row("A", hours=3)]
    assert board.due_soon(rows, NOW) == []
    assert len(board.due_soon(rows, NOW + timedelta(hours=6))) == 1


def test_overdue_stands_duty_by_duty_with_the_longest_first() -> None:
    (needed,) = board.overdue([a_row("A", hours=3, late=1), a_row("B", hours=9, late=1), a_row("C", hours=1)])
    assert [row.ref for row, _ in needed.of] == ["B", "A"]
    assert needed.duty.responsible == "the police"


def test_exactly_24_hours_is_not_yet_past_and_a_longer_bar_says_so_in_words() -> None:
    at, past, long = bars([a_row("A", hours=24), a_row("B", hours=24.1), a_row("C", hours=2000)], NOW)
    assert (at.past, past.past, long.past) == ("", "past 24 hours", "past 72 hours")
    assert (long.hours, long.is_longer, long.missing_for) == (96, True, "83 days 8 hours")


def test_the_board_says_who_is_missing_what_is_overdue_and_who_has_not_accepted(signed_in: SignIn) -> None:
    answer = signed_in("manager").get("/board")
    said = text_of(answer)
    assert "3 children are missing or away." in said and "Nobody has accepted" in said
    assert "By authority" in said and "Marrowshire County Council" in said
    assert "Marrowshire Police , searching" in said and "Elm House , caring" in said
    assert answer.content.decode().count("<svg") == 3
    assert Reading.objects.filter(page="board").values_list("children", flat=True).get().count(" ") == 2


def test_the_fragment_is_the_board_of_the_page_and_does_not_keep_a_session_alive(signed_in: SignIn) -> None:
    client = signed_in("manager")
    page, fragment = client.get("/board"), client.get("/board/list")
    assert b"<html" not in fragment.content
    key = re.search(rb'data-list-key="(\w+)"', fragment.content)
    assert key and key[0] in page.content
    session = client.session
    session["seen_at"] = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    session.save()
    client.get("/board/list")
    assert client.session["seen_at"] == session["seen_at"]


def test_it_narrows_by_authority_and_by_agency_and_bad_words_show_nobody(signed_in: SignIn) -> None:
    client = signed_in("manager")
    said = text_of(client.get("/board?agency=Elm+House"))
    assert "Tuan" in said and "Amina" not in said and "Only Elm House" in said
    for asked in ("authority=%00<script>", "agency=" + "x" * 5000, "authority=LOW"):
        answer = client.get(f"/board?{asked}")
        assert answer.status_code == 200 and b"<script>a" not in answer.content
        assert "No missing child fits these filters" in text_of(answer)


def test_what_waits_is_on_the_board_and_only_those_concerned_may_open_it(county: datetime, signed_in: SignIn) -> None:
    sender = Sender("manager", "Grace Abara", "MAR")
    offer(TUAN, "the search", to_agency="MARPOL", notice="Please search.", why="Missing", basis="b", sender=sender,
          key="board:1", at=county - timedelta(minutes=50))  # fmt: skip
    for username, opens in (("manager", True), ("reid", True), ("elm", False)):
        answer = signed_in(username).get("/board")
        assert "Asked of Marrowshire Police" in text_of(answer), username
        assert ('href="/handovers/' in answer.content.decode()) == opens, username


def test_another_council_and_an_analyst_see_no_child(county: datetime, signed_in: SignIn) -> None:
    person = add_person(username="far", first_name="Far", last_name="Away", password="lantern-harbour-carr-lane")
    began = (county - timedelta(days=9)).date()
    give_post(person=person, agency=Agency.objects.get(code="LOW"), role=Role.SOCIAL_WORKER, begins_on=began)
    assert "No child is missing." in text_of(signed_in("far").get("/board"))
    said = text_of(signed_in("hale").get("/board"))
    assert "This list is not for your role." in said and "No child is missing" not in said
    assert not Reading.objects.filter(page="board").exists()


def test_sixty_children_are_all_counted_twenty_four_shown_and_only_those_logged(
    county: datetime, signed_in: SignIn
) -> None:
    for number in range(57):
        known = a_draft("child.known", "2026-01-05T09:00Z", authority="MAR")
        a_child(known, a_draft("missing.noticed", (county - timedelta(hours=number + 1)).isoformat()))
    client = signed_in("manager")
    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/board")
    real = [q for q in asked.captured_queries if not re.match(r"(RELEASE )?SAVEPOINT|BEGIN|COMMIT", q["sql"])]
    said = text_of(answer)
    assert "60 children are missing or away." in said and "36 more do not fit on one sheet" in said
    assert answer.content.decode().count("<svg") == 24
    read = set(Reading.objects.get(page="board").children.split())
    assert read == set(re.findall(r'hf-ref">([^<]+)<', answer.content.decode())) and len(read) < 60
    assert len(real) <= 12, [q["sql"][:90] for q in real]
    assert len(answer.content) < 60_000
    assert AMINA in read
