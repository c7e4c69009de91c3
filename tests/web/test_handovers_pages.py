"""Waiting for acceptance, the secure link, and who was told, as people of the cast use them; no script needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from holdfast.access.models import ReadingOf
from holdfast.chronology.queries import stories
from holdfast.sharing.actions import Notice, Sender, hold, set_contacts, tell
from holdfast.sharing.carrying.worker import work_once
from holdfast.sharing.channels.house import ways
from holdfast.sharing.handover.actions import climb, offer
from holdfast.sharing.handover.rows import Answer, Handover
from holdfast.sharing.models import Message
from holdfast.sharing.rules import Channel, Recipient

TUAN = "TRN2-6K4H"
SignIn = Callable[..., Client]
OKAFOR = Sender("okafor", "Ngozi Okafor", "MAR")
BASIS = "Children Act 2004 s11"
LADDER = [
    (Recipient("MARPOL", "Duty sergeant", Channel.LINK, "", "01632 960 117"), 0),
    (Recipient("MARPOL", "Duty inspector", Channel.LINK, "", "01632 960 118"), 15),
]


def a_handover(at: datetime) -> Handover:
    return offer(
        TUAN, "the search", to_agency="MARPOL", notice="Tuan did not come back from college.",
        why="The search is theirs",
        basis=BASIS, sender=OKAFOR, key="h1", at=at, rungs=LADDER,
    )  # fmt: skip


def a_notice(at: datetime, *, channel: Channel = Channel.LINK, key: str = "n1") -> Message:
    said = Notice("missing-report", "A child is missing", "Tuan, 16, is missing.", "They look", BASIS, ("name",))
    phone = "101" if channel is Channel.READ_OUT else ""
    return tell(TUAN, Recipient("MARPOL", "Control room", channel, "", phone), said, sender=OKAFOR, key=key, at=at)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_police_officer_finds_what_waits_reads_it_and_accepts(county: datetime, signed_in: SignIn) -> None:
    given = a_handover(county - timedelta(minutes=20))
    climb(county)
    reid = signed_in("reid")
    page = text(reid.get("/handovers"))
    assert "Asked of you or your agency (1)" in page and "01632 960 118" in page
    shown = text(reid.get(f"/handovers/{given.pk}"))
    assert "Do you take over the search?" in shown and "Tuan did not come back" in shown
    assert "Duty sergeant" in shown and "Duty inspector" in shown and "Nobody has accepted." in shown
    answer = reid.post(f"/handovers/{given.pk}", {"decision": "accept"}, follow=True)
    assert "Accepted by Alan Reid" in text(answer) and "I cannot take it" not in text(answer)
    assert Answer.objects.get().name == "Alan Reid"
    assert stories([TUAN])[TUAN].last("handover.accepted").details.by == "Alan Reid"
    assert "Asked of you or your agency (0)" in text(reid.get("/handovers"))
    giver = text(signed_in("okafor").get(f"/handovers/{given.pk}"))
    assert "Accepted by Alan Reid" in giver


def test_a_refusal_without_a_reason_is_asked_for_it_and_with_one_tells_the_next(
    county: datetime, signed_in: SignIn
) -> None:
    given = a_handover(county)
    reid = signed_in("reid")
    answer = text(reid.post(f"/handovers/{given.pk}", {"decision": "refuse", "reason": " "}))
    assert "There is a problem" in answer and 'href="#refuse_reason"' in answer and not Answer.objects.exists()
    reid.post(f"/handovers/{given.pk}", {"decision": "refuse", "reason": "Lowmoor has this one"})
    shown = text(reid.get(f"/handovers/{given.pk}"))
    assert "“Lowmoor has this one”" in shown and Message.objects.filter(handover=given).count() == 2
    assert "Handover refused" in text(signed_in("manager").get(f"/notices/{_to_giver().reference}"))


def _to_giver() -> Message:
    return Message.objects.get(template="handover-refused")


def test_two_people_who_accept_at_once_both_see_who_has_it(county: datetime, signed_in: SignIn) -> None:
    given = a_handover(county)
    reid, okafor = signed_in("reid"), signed_in("okafor")
    reid.post(f"/handovers/{given.pk}", {"decision": "accept"})
    late = okafor.post(f"/handovers/{given.pk}", {"decision": "by_phone", "name": "PC Mistry"}, follow=True)
    assert "Accepted by Alan Reid" in text(late) and Answer.objects.count() == 1


def test_the_giver_writes_down_who_accepted_on_the_telephone(county: datetime, signed_in: SignIn) -> None:
    given = a_handover(county)
    okafor = signed_in("okafor")
    assert "There is a problem" in text(okafor.post(f"/handovers/{given.pk}", {"decision": "by_phone", "name": ""}))
    okafor.post(f"/handovers/{given.pk}", {"decision": "by_phone", "name": "Insp Vale"})
    answer = Answer.objects.get()
    assert (answer.name, answer.by, answer.agency) == ("Insp Vale", "okafor", "MAR")


def test_nobody_answers_for_another_agency_or_takes_a_decision_that_is_none(
    county: datetime, signed_in: SignIn
) -> None:
    given = a_handover(county)
    assert signed_in("okafor").post(f"/handovers/{given.pk}", {"decision": "accept"}).status_code == 403
    assert signed_in("reid").post(f"/handovers/{given.pk}", {"decision": "by_phone", "name": "x"}).status_code == 403
    assert signed_in("reid").post(f"/handovers/{given.pk}", {"decision": "burn"}).status_code == 403
    for name in ("elm", "hale"):
        assert signed_in(name).get(f"/handovers/{given.pk}").status_code == 404
        assert signed_in(name).post(f"/handovers/{given.pk}", {"decision": "accept"}).status_code == 404
    assert signed_in("reid").get("/handovers/not-a-number").status_code == 404
    assert not Answer.objects.exists()


def test_the_secure_link_is_read_received_and_accepted_by_name_and_the_reading_is_logged(
    county: datetime, signed_in: SignIn
) -> None:
    message = a_notice(county)
    work_once(ways(), lambda: datetime.now(UTC))
    reid = signed_in("reid")
    before = ReadingOf.objects.filter(child=TUAN).count()
    first = text(reid.get(f"/notices/{message.reference}"))
    assert "Tuan, 16, is missing." in first and "Nobody has said that they received it" in first
    assert ReadingOf.objects.filter(child=TUAN).count() == before + 1
    received = text(reid.post(f"/notices/{message.reference}", {"decision": "received"}, follow=True))
    assert "Received by Alan Reid" in received and "We accept" in received and "Opened by Alan Reid" in received
    accepted = text(reid.post(f"/notices/{message.reference}", {"decision": "accepted"}, follow=True))
    assert "Accepted by Alan Reid" in accepted
    known = hold(message.pk)[1]
    assert known.sent and known.received and known.accepted and known.received.at < known.accepted.at
    sender = text(signed_in("okafor").get(f"/children/{TUAN}/told"))
    assert "Accepted by Alan Reid" in sender and "Lies ready in Holdfast since" in sender


def test_nothing_is_shown_as_sent_that_was_not(county: datetime, signed_in: SignIn) -> None:
    message = a_notice(county)
    told = text(signed_in("okafor").get(f"/children/{TUAN}/told"))
    assert "Not sent yet" in told and "Nobody has said that they received it" in told
    assert "Opened by" not in told, "the sender’s own look is not an opening"
    page = text(signed_in("okafor").get(f"/notices/{message.reference}"))
    assert "Sent, " not in page and "decision" not in page.partition("main")[2]


def test_a_notice_is_for_its_agency_and_its_sender(county: datetime, signed_in: SignIn) -> None:
    message = a_notice(county)
    for name in ("elm", "hale"):
        assert signed_in(name).get(f"/notices/{message.reference}").status_code == 404
    assert signed_in("reid").get("/notices/YYYY-8888").status_code == 404
    answer = Client().get(f"/notices/{message.reference}")
    assert answer.status_code == 302 and f"next=/notices/{message.reference}" in answer["Location"]
    assert signed_in("okafor").post(f"/notices/{message.reference}", {"decision": "received"}).status_code == 403


def test_what_was_read_out_needs_the_call_takers_name(county: datetime, signed_in: SignIn) -> None:
    message = a_notice(county, channel=Channel.READ_OUT)
    okafor = signed_in("okafor")
    page = text(okafor.get(f"/notices/{message.reference}"))
    assert "Ring <strong>101</strong>" in page and "Not yet told" in page
    wrong = text(okafor.post(f"/notices/{message.reference}", {"decision": "by-hand", "name": ""}))
    assert "Enter the name of the person" in wrong
    done = text(okafor.post(f"/notices/{message.reference}", {"decision": "by-hand", "name": "PC Mistry"}, follow=True))
    assert "Sent by Ngozi Okafor" in done and "Received by PC Mistry" in done
    assert signed_in("reid").post(f"/notices/{message.reference}", {"decision": "by-hand"}).status_code == 403


def test_handing_over_from_the_childs_page_tells_whoever_the_agency_named(county: datetime, signed_in: SignIn) -> None:
    set_contacts("MARPOL", LADDER, county)
    okafor = signed_in("okafor")
    address = f"/children/{TUAN}/hand-over"
    empty = text(okafor.post(address, {"token": "t1"}))
    for words in ("Enter what you hand over", "Select the agency", "Enter what they need to know", "Enter why"):
        assert words in empty
    kept = text(okafor.post(address, {"token": "t1", "of": "the search"}))
    assert 'value="the search"' in kept
    said = {"token": "t1", "of": "the search", "agency": "MARPOL", "notice": "He is 16.", "why": "It is theirs"}
    okafor.post(address, said)
    answer = okafor.post(address, said, follow=True)
    assert Handover.objects.count() == 1, "a second press is the same handover"
    assert "Duty sergeant" in text(answer) and "Nobody has accepted." in text(answer)
    assert signed_in("elm").get(f"/children/{TUAN}/hand-over").status_code == 200, "a night worker may record"


def test_scripts_typed_into_a_handover_are_shown_and_not_run(county: datetime, signed_in: SignIn) -> None:
    offer(
        TUAN, "<script>alert(1)</script>", to_agency="MARPOL", notice="<img src=x onerror=alert(1)>", why="<b>",
        basis=BASIS, sender=OKAFOR, key="x", at=county, rungs=LADDER,
    )  # fmt: skip
    for address in (
        "/handovers",
        f"/handovers/{Handover.objects.get().pk}",
        f"/notices/{Message.objects.get().reference}",
    ):
        page = signed_in("reid").get(address).content.decode()
        assert "<script>alert" not in page and "<img src=x" not in page


@pytest.mark.parametrize("who", ["reid", "okafor"])
def test_every_page_asks_at_most_twelve_queries(county: datetime, signed_in: SignIn, who: str) -> None:
    given = a_handover(county - timedelta(hours=2))
    for minutes in range(110, 0, -10):
        climb(county - timedelta(minutes=minutes))
    notices = [a_notice(county, key=f"n{n}") for n in range(5)]
    work_once(ways(), lambda: datetime.now(UTC))
    client = signed_in(who)
    for address in (
        "/handovers", f"/handovers/{given.pk}", f"/notices/{notices[0].reference}", f"/notices/{notices[0].reference}",
    ):  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        counted = [q["sql"] for q in asked if q["sql"].lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE"))]
        assert len(counted) <= 12, f"{address}: {len(counted)}\n" + "\n".join(counted)
