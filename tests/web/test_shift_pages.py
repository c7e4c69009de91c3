"""The shift handover: what a shift learns of, the note that one leaves and another takes over."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from holdfast.access.deeds import Conflict, Shield, ShieldNamed
from holdfast.access.models import Person, Reading
from holdfast.access.queries import reader
from holdfast.access.rules import Role
from holdfast.chronology.actions import append
from holdfast.chronology.moment import Moment
from holdfast.chronology.queries import stories
from holdfast.missing.actions import correct_moment
from holdfast.missing.shift import shift
from holdfast.sharing.actions import Sender
from holdfast.sharing.handover.actions import climb
from holdfast.sharing.handover.rows import Answer, Handover
from holdfast.sharing.handover.shift_notes import is_kept_back, leave_note, with_notes
from holdfast.sharing.models import Message
from holdfast.sharing.queries import Access
from holdfast.web.moment_entry import NotAMoment
from holdfast.web.shift_words import since_of
from tests.access.test_who_may_look import a_reader
from tests.builders import a_child, a_draft, at
from tests.web.conftest import AMINA, SELAM, TUAN
from tests.web.test_pages import text_of

SignIn = Callable[..., Client]
EVENING = datetime(2026, 11, 20, 22, 40, tzinfo=UTC)


def test_what_is_quiet_is_said_to_be_quiet(signed_in: SignIn) -> None:
    said = text_of(signed_in("manager").get("/shift"))
    assert "Nothing under: risk and category, sightings" in said


def part_of(said: str, title: str, until: str) -> str:
    return said.split(title, 1)[1].split(until, 1)[0]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("7pm", "2026-11-20T19:00"), ("22:40", "2026-11-20T22:40"), ("11pm", "2026-11-19T23:00"),
     ("", "2026-11-20T10:40"), ("22:41", "2026-11-19T22:41")],
)  # fmt: skip
def test_a_time_is_the_latest_such_time_of_the_last_day(typed: str, expected: str) -> None:
    assert since_of(typed, EVENING).isoformat(timespec="minutes")[:16] == expected


def test_on_the_night_of_the_clock_change_a_shift_never_begins_more_than_a_day_ago() -> None:
    after = datetime(2026, 10, 25, 22, 0, tzinfo=UTC)
    assert timedelta() <= after - since_of("10:30pm", after) <= timedelta(hours=24)


@pytest.mark.parametrize("typed", ["25:00", "7", "yesterday", "<script>"])
def test_what_is_no_time_is_refused_beside_the_question(typed: str, county: datetime, signed_in: SignIn) -> None:
    with pytest.raises(NotAMoment):
        since_of(typed, EVENING)
    answer = signed_in("manager").get("/shift", {"time": typed})
    assert answer.status_code == 200 and "There is a problem" in text_of(answer)


def test_the_page_tells_what_happened_what_is_overdue_and_what_comes(signed_in: SignIn) -> None:
    said = text_of(signed_in("manager").get("/shift"))
    assert "Jordan" in part_of(said, "Reported missing (", "Became overdue")
    assert "Amina" in part_of(said, "Still missing, with nothing new", "Need help")
    assert "Strategy meeting when still missing after 24 hours" in part_of(
        said, "Due in the next 12 hours", "Back, and"
    )
    assert Reading.objects.filter(page="shift").exists()


def test_what_is_entered_late_belongs_to_the_shift_that_learns_of_it(county: datetime, signed_in: SignIn) -> None:
    ref = a_child(a_draft("child.named", "2026-01-05T09:00Z", first="Late"),
                  a_draft("child.known", "2026-01-05T09:00Z", authority="MAR"))  # fmt: skip
    long_ago = (county - timedelta(days=3)).isoformat()
    append(ref, [a_draft("missing.noticed", long_ago)], by="okafor", agency="MAR", at=county - timedelta(hours=1))
    said = text_of(signed_in("manager").get("/shift"))
    assert "Late" in part_of(said, "Reported missing (", "Became overdue")


@pytest.mark.django_db
def test_a_child_of_whom_an_earlier_return_is_corrected_in_a_shift_is_still_missing_on_its_page() -> None:
    who, now = a_reader(Role.DUTY_MANAGER, "MAR"), at("2026-11-21T12:00Z")
    child = a_child(
        a_draft("missing.noticed", "2026-11-19T16:00Z"),
        a_draft("missing.returned", "2026-11-19T18:00Z"),
        a_draft("missing.noticed", "2026-11-20T22:00Z"),
    )
    (back,) = [e.id for e in stories([child])[child].standing if e.kind == "missing.returned"]
    correct_moment(child=child, entry=back, when=Moment.parse("2026-11-19T19:00Z"), by=who, at=now)
    told = shift(who, now - timedelta(hours=8), now)
    assert [one.child.child_id for one in told.happened["Found and returned"]] == [child]
    assert [one.child.child_id for one in told.still_missing] == [child]


def test_a_child_who_is_back_without_a_conversation_is_open_until_one_is_held(
    county: datetime, signed_in: SignIn
) -> None:
    client, title = signed_in("manager"), "Back, and nobody has held a return conversation"
    ended = stories([SELAM])[SELAM].last("missing.returned")
    assert ended is not None
    before = part_of(text_of(client.get("/shift")), title, "Still missing")
    held = a_draft("missing.interview_held", (county - timedelta(minutes=3)).isoformat(), by="Ms Okafor")
    append(SELAM, [held], by="okafor", agency="MAR", at=county)
    assert "Selam" in before and title not in text_of(client.get("/shift"))


def leave(
    client: Client, *children: str, words: str = "Ring the aunt at 9.", team: str = "whoever is on duty"
) -> object:
    token = re.search(r'name="token" value="([^"]+)"', client.get("/shift/note").content.decode())
    assert token
    data = {"children": children, "words": words, "team": team, "token": token[1]}
    return client.post("/shift/note", data), data


def test_a_note_is_a_handover_of_each_child_and_sending_it_twice_leaves_one(signed_in: SignIn) -> None:
    client = signed_in("manager")
    answer, data = leave(client, TUAN, AMINA)
    assert answer.status_code == 302  # type: ignore[attr-defined]
    client.post("/shift/note", data)
    assert Handover.objects.count() == 2
    assert stories([TUAN])[TUAN].last("handover.offered") is not None
    said = text_of(client.get("/shift"))
    assert said.count("Nobody has taken this over") == 1 and "Ring the aunt at 9." in said
    assert "I take this over" not in said and "You left it" in said


def test_somebody_else_takes_a_note_over_in_one_act_with_name_and_time(signed_in: SignIn) -> None:
    leave(signed_in("manager"), TUAN, AMINA)
    okafor = signed_in("okafor")
    page = okafor.get("/shift").content.decode()
    token = re.search(r'name="note" value="([^"]+)"', page)
    assert token and "I take this over, as Ngozi Okafor" in page
    assert okafor.post("/shift", {"note": token[1]}).status_code == 302
    okafor.post("/shift", {"note": token[1]})
    assert [a.name for a in Answer.objects.all()] == ["Ngozi Okafor", "Ngozi Okafor"]
    for ref in (TUAN, AMINA):
        entry = stories([ref])[ref].last("handover.accepted")
        assert entry and entry.details.by == "Ngozi Okafor" and entry.details.of == "the shift"
    said = text_of(okafor.get("/shift"))
    assert "Nobody has taken this over" not in said and "Taken over Ngozi Okafor" in said


def test_who_left_a_note_cannot_take_it_over_and_others_do_not_see_it(signed_in: SignIn) -> None:
    manager = signed_in("manager")
    leave(manager, TUAN)
    note = str(Handover.objects.get().pk)
    assert "somebody else takes it over" in text_of(manager.post("/shift", {"note": note}))
    for username in ("reid", "elm", "hale"):
        client = signed_in(username)
        assert "Ring the aunt" not in text_of(client.get("/shift")), username
        assert "not there, or not for you" in text_of(client.post("/shift", {"note": note})), username
    for wrong in ("", "x", "\x00", "9" * 5000):
        assert "not there, or not for you" in text_of(manager.post("/shift", {"note": wrong}))
    assert not Answer.objects.exists()


@pytest.mark.parametrize("deed", ["shield", "conflict"])
def test_the_words_of_a_note_are_kept_from_whoever_may_not_see_every_child_of_it(
    deed: str, county: datetime, signed_in: SignIn
) -> None:
    manager, okafor = signed_in("manager"), Person.objects.get(username="okafor")
    leave(manager, TUAN, AMINA, words="Amina is in the safe house in Lowmoor.")
    given = Handover.objects.get(child_id=TUAN)
    notice = Message.objects.get(handover=given).reference
    pages = ["/shift", f"/handovers/{given.pk}", f"/notices/{notice}"]
    client = signed_in("okafor")
    for page in pages:
        assert "Lowmoor" in text_of(client.get(page)), page
    by = {"by": Person.objects.get(username="manager"), "at": county, "reason": "Her family must not find her"}
    if deed == "conflict":
        Conflict.objects.create(person=okafor, child_id=AMINA, **by)
    else:
        ShieldNamed.objects.create(shield=Shield.objects.create(child_id=AMINA, **by), person=by["by"])
    for page in pages:
        with CaptureQueriesContext(connection) as asked:
            said = text_of(client.get(page))
        assert "Lowmoor" not in said and AMINA not in said, page
        assert "A note about this child and another, whom you may not see: ask Grace Abara." in said, page
        assert sum(not re.match(r"(RELEASE )?SAVEPOINT|BEGIN|COMMIT", q["sql"]) for q in asked) <= 12, page
    token = re.search(r'name="note" value="([^"]+)"', client.get("/shift").content.decode())
    assert token and client.post("/shift", {"note": token[1]}).status_code == 302
    assert "Lowmoor" not in text_of(client.get("/shift")), "nor in what is taken over"
    assert [a.handover.child_id for a in Answer.objects.all()] == [TUAN], "the other child waits for somebody who may"
    for page in pages:
        assert "Lowmoor" in text_of(manager.get(page)), page


def test_whoever_reads_a_note_only_as_its_giver_must_open_every_child_of_it(county: datetime) -> None:
    person = Person.objects.get(username="okafor")
    stranger = a_child(agency="WEL")
    given = [
        leave_note(children, "Words", team="whoever is on duty", agency="MAR",
                   sender=Sender("manager", "Grace Abara", "MAR"), token=str(n), at=county)[-1]
        for n, children in enumerate(([TUAN, AMINA], [TUAN, stranger]))
    ]  # fmt: skip
    who, giver, recipient = reader(person, county), Access(False, True, True), Access(True, False, False)
    both, one = (with_notes(who, Handover.objects.filter(pk=x.pk), county).get() for x in given)
    assert not is_kept_back(both, giver) and not is_kept_back(both, recipient)
    assert is_kept_back(one, giver) and not is_kept_back(one, recipient), "whom it is for needs no tie"


def test_a_note_that_nobody_takes_over_is_told_again_and_again(county: datetime, signed_in: SignIn) -> None:
    leave(signed_in("manager"), TUAN)
    before = Message.objects.filter(handover__isnull=False).count()
    assert climb(datetime.now(UTC) + timedelta(minutes=16)) == 1
    assert climb(datetime.now(UTC) + timedelta(minutes=31)) == 1
    assert Message.objects.filter(handover__isnull=False).count() == before + 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"children": []}, "Select the children whom you hand over"), ({"words": "  "}, "Enter what the next shift"),
     ({"children": ["ZZZZ-9999"]}, "Select children from the list"), ({"team": "nobody"}, "Select one of the answers"),
     ({"words": "x" * 2001}, "can be at most 2000 letters")],
)  # fmt: skip
def test_a_note_that_lacks_something_says_so_and_keeps_what_was_typed(
    changes: dict, words: str, signed_in: SignIn
) -> None:
    client = signed_in("manager")
    data = {"children": [TUAN], "words": "Ring the aunt at 9.", "team": "whoever is on duty", "token": "t"} | changes
    answer = client.post("/shift/note", data)
    assert words in text_of(answer), text_of(answer)
    assert "Error:" in answer.content.decode()
    assert Handover.objects.count() == 0


def test_both_pages_ask_at_most_twelve_queries(county: datetime, signed_in: SignIn) -> None:
    client = signed_in("okafor")
    leave(signed_in("manager"), TUAN, AMINA)
    for address in ("/shift", "/shift?time=7pm", "/shift/note"):
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        real = [
            q["sql"][:80]
            for q in asked.captured_queries
            if not re.match(r"(RELEASE )?SAVEPOINT|BEGIN|COMMIT", q["sql"])
        ]
        assert len(real) <= 12, (address, real)
        assert len(answer.content) < 60_000
