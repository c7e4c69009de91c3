"""Check 35: records that nobody has reason to open. Who opens one is told to the people named at once, and nobody
else can tell such a record from a child's."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from holdfast.access.actions import record_reading
from holdfast.access.canaries import actions
from holdfast.access.canaries.actions import keep_as_canary, name_watcher
from holdfast.access.canaries.queries import digest_of, made_up, openings_for
from holdfast.access.canaries.rows import Canary, CanaryOpening, CanaryReview
from holdfast.access.deeds import EmergencyOpening
from holdfast.access.models import Person, TieRow
from holdfast.access.queries import reader
from holdfast.access.rules import Act, Outcome
from holdfast.child.models import ChildRow, OpenDuty
from holdfast.chronology.actions import append, open_chronology, rebuild
from holdfast.chronology.draft import Draft
from holdfast.chronology.queries import entries_of
from holdfast.cli.main import every_command
from holdfast.demo.canary import invented
from holdfast.missing.counting import behind, numbers
from holdfast.missing.queries import missing_now
from holdfast.sharing.models import Errand, Message
from holdfast.sharing.rules import Channel
from holdfast.sharing.watch.actions import watch_once
from tests.builders import a_draft
from tests.web.conftest import TUAN, county, signed_in, static_folder  # noqa: F401

SignIn = Callable[..., Client]


@pytest.fixture
def bait(county: datetime) -> str:  # noqa: F811
    """A made-up record among Marrowshire's children. The manager and the data guardian are told."""
    for name in ("manager", "guardian"):
        name_watcher(Person.objects.get(username=name), county)
    ref = open_chronology()
    keep_as_canary(ref, county)
    drafts = invented(county, authority="MAR")
    for at, together in groupby(drafts, key=lambda draft: min(draft.occurred.latest, county)):
        append(ref, list(together), by="okafor", agency="MAR", at=at)
    return ref


def _text(answer: object) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_35_who_opens_one_is_told_to_the_named_people_at_once(signed_in: SignIn, bait: str) -> None:  # noqa: F811
    assert signed_in("okafor").get(f"/children/{bait}").status_code == 200
    told = Message.objects.order_by("to_name")
    assert [m.to_person.username for m in told] == ["manager", "guardian"]
    assert all("Ngozi Okafor (okafor) opened a made-up record" in m.notice for m in told)
    assert Errand.objects.count() == 2, "the worker carries them at its next look"
    opening = CanaryOpening.objects.get()
    assert (opening.person.username, opening.act, opening.page) == ("okafor", "open", "child")


def test_35_an_e_mail_says_a_reference_and_a_link_and_no_more(signed_in: SignIn, bait: str) -> None:  # noqa: F811
    Person.objects.filter(username="manager").update(email="grace@marrowshire.example")
    signed_in("okafor").get(f"/children/{bait}/chronology")
    message = Message.objects.get(channel=Channel.EMAIL)
    assert message.address == "grace@marrowshire.example"
    for word in (bait, "okafor", "Okafor", "made-up"):
        assert word not in message.sent_text + message.sent_subject


def test_35_opening_it_again_within_the_hour_is_one_alarm(signed_in: SignIn, bait: str) -> None:  # noqa: F811
    client = signed_in("okafor")
    for page in ("", "/duties", "/chronology", "/episodes", ""):
        client.get(f"/children/{bait}{page}")
    assert CanaryOpening.objects.count() == 1 and Message.objects.count() == 2


def test_35_the_alarm_and_the_page_stand_or_fall_together(bait: str, monkeypatch: pytest.MonkeyPatch) -> None:
    okafor = reader(Person.objects.get(username="okafor"), datetime.now(UTC))

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(actions.canary_opened, "send", fails)
    with pytest.raises(RuntimeError):
        record_reading(okafor, Act.OPEN, [bait], page="child", at=datetime.now(UTC))
    assert not okafor.person.readings.exists() and not CanaryOpening.objects.exists()


def test_35_a_list_that_shows_it_is_no_alarm(signed_in: SignIn, bait: str) -> None:  # noqa: F811
    name = ChildRow.objects.get(child_id=bait).name
    page = signed_in("okafor").post("/report", {"name": name}, follow=True)
    assert bait in page.content.decode() or name in page.content.decode(), "it is found like any child"
    assert not CanaryOpening.objects.exists()


def test_35_breaking_the_glass_on_one_is_an_alarm(signed_in: SignIn, bait: str) -> None:  # noqa: F811
    asked = {"reference": bait, "reason": "The police ask who to ring", "hours": "1"}
    signed_in("elm").post("/emergency", asked)
    assert CanaryOpening.objects.get().person.username == "elm"


def test_35_whoever_asks_for_one_and_is_refused_is_told_too(signed_in: SignIn, bait: str) -> None:  # noqa: F811
    hale = signed_in("hale")
    assert hale.get(f"/children/{bait}").status_code == 404
    assert hale.get(f"/children/{bait}/chronology").status_code == 404, "once an hour"
    opening = CanaryOpening.objects.get()
    assert (opening.person.username, opening.page) == ("hale", "refused")
    told = Message.objects.all()
    assert {m.to_person.username for m in told} == {"manager", "guardian"}
    assert all("Dr Hale (hale) asked for a made-up record and was refused" in m.notice for m in told)
    reviews = _text(signed_in("manager").get("/reviews"))
    assert "Dr Hale asked for a made-up record and was refused" in reviews
    assert bait not in str([m.notice for m in told])


def test_35_refused_then_opened_within_the_hour_is_told_twice(signed_in: SignIn, bait: str) -> None:  # noqa: F811
    reid = signed_in("reid")
    assert reid.get(f"/children/{bait}").status_code == 404
    reid.post("/emergency", {"reference": bait, "reason": "Found at the station, asks for help", "hours": "1"})
    assert sorted(CanaryOpening.objects.values_list("page", flat=True)) == ["emergency", "refused"]


def test_35_an_emergency_opening_that_is_refused_is_told(signed_in: SignIn, bait: str) -> None:  # noqa: F811
    signed_in("reid").post("/conflict", {"reference": bait, "reason": "my niece"})
    signed_in("reid").post("/emergency", {"reference": bait, "reason": "Found at the station, asks", "hours": "1"})
    assert CanaryOpening.objects.filter(page="refused", person__username="reid").count() == 1


def test_35_at_the_command_line_too(bait: str) -> None:
    for words in (["explain", bait, "--by", "hale"], ["subject-access", bait, "--by", "hale", "--out", "no-such/x"]):
        assert CliRunner().invoke(every_command(), words).exit_code == 2
    assert CanaryOpening.objects.get(page="refused").person.username == "hale"


def test_35_asking_for_a_child_or_for_nobody_is_no_alarm(signed_in: SignIn, bait: str) -> None:  # noqa: F811
    for ref in (TUAN, "ZZZZ-9999"):
        assert signed_in("hale").get(f"/children/{ref}").status_code == 404
    assert not CanaryOpening.objects.exists()


def test_35_who_looks_into_an_emergency_opening_of_one_is_not_taken_for_the_opener(
    signed_in: SignIn,  # noqa: F811
    bait: str,
) -> None:
    signed_in("elm").post("/emergency", {"reference": bait, "reason": "The police ask who to ring", "hours": "1"})
    manager = signed_in("manager")
    assert bait in manager.get("/reviews").content.decode()
    manager.post(f"/reviews/{EmergencyOpening.objects.get().pk}", {"outcome": "not-justified", "note": "No reason"})
    assert [o.person.username for o in CanaryOpening.objects.all()] == ["elm"]


def test_35_nobody_but_the_named_reads_the_notice_or_the_review(signed_in: SignIn, bait: str) -> None:  # noqa: F811
    signed_in("okafor").get(f"/children/{bait}")
    message, opening = Message.objects.get(to_person__username="manager"), CanaryOpening.objects.get()
    for name in ("okafor", "reid", "guardian", "hale", "elm"):
        client = signed_in(name)
        assert client.get(f"/notices/{message.reference}").status_code == 404
        assert client.post(f"/notices/{message.reference}", {"decision": "received"}).status_code == 404
        assert message.reference not in client.get("/handovers").content.decode()
        if name != "guardian":
            assert "made-up" not in client.get("/reviews").content.decode().lower()
            assert client.get(f"/reviews/{opening.pk}").status_code == 404
    manager = signed_in("manager")
    assert message.reference in manager.get("/handovers").content.decode()
    assert "opened a made-up record" in _text(manager.get(f"/notices/{message.reference}"))
    assert manager.post(f"/notices/{message.reference}", {"decision": "accepted"}).status_code == 403
    assert manager.post(f"/notices/{message.reference}", {"decision": "received"}).status_code == 302
    assert message.reference not in manager.get("/handovers").content.decode()


def test_35_a_watcher_who_opens_one_is_looked_into_by_the_other(signed_in: SignIn, bait: str) -> None:  # noqa: F811
    signed_in("manager").get(f"/children/{bait}")
    assert [m.to_person.username for m in Message.objects.all()] == ["guardian"]
    assert openings_for(Person.objects.get(username="manager")) == []
    assert len(openings_for(Person.objects.get(username="guardian"))) == 1


def test_35_the_review_is_recorded_once(signed_in: SignIn, bait: str) -> None:  # noqa: F811
    signed_in("okafor").get(f"/children/{bait}")
    opening, manager = CanaryOpening.objects.get(), signed_in("manager")
    assert "Ngozi Okafor" in _text(manager.get("/reviews"))
    said = {"outcome": "passed-on", "note": "Her other readings"}
    assert "Enter what you looked at" in _text(manager.post(f"/reviews/{opening.pk}", {"outcome": "passed-on"}))
    assert manager.post(f"/reviews/{opening.pk}", said).status_code == 302
    assert CanaryReview.objects.get().outcome == "passed-on"
    assert manager.post(f"/reviews/{opening.pk}", said).status_code == 404
    with pytest.raises(actions.ReviewedAlready):
        actions.review_opening(
            Person.objects.get(username="guardian"), opening, outcome=Outcome.JUSTIFIED, note="x", at=datetime.now(UTC)
        )


def test_35_it_is_in_no_count_no_list_of_the_missing_and_no_round_of_the_watch(bait: str, county: datetime) -> None:  # noqa: F811
    manager = reader(Person.objects.get(username="manager"), county)
    since = county - timedelta(days=90)

    def counted() -> tuple[object, ...]:
        shown = behind(manager, "all", since, county, at_most=1000)
        return numbers(manager, since, county, say_place=str), len(shown), missing_now(manager, county).total

    before = counted()
    watch_once(county - timedelta(days=200))
    append(
        bait, [a_draft("missing.noticed", (county - timedelta(hours=9)).isoformat())], by="x", agency="MAR", at=county
    )
    assert before == counted()
    assert OpenDuty.objects.filter(child_id=bait, due_at__lt=county).exists(), "else this shows nothing"
    watch_once(county)
    assert not Message.objects.filter(child_id=bait).exists()


def test_35_the_tables_do_not_say_which_it_is(bait: str) -> None:
    with connection.cursor() as cursor:
        for table in ("access_canary", "access_canary_opening", "access_canary_watcher"):
            cursor.execute(f"SELECT * FROM {table}")
            assert bait not in str(cursor.fetchall())
    assert Canary.objects.get().digest == digest_of(bait)
    assert made_up([bait, TUAN]) == {bait}


def test_35_its_pages_have_the_shape_of_a_childs(signed_in: SignIn, bait: str, county: datetime) -> None:  # noqa: F811
    """A second record of the same entries, which is a child's: pages differ in the reference and the token only."""
    child = open_chronology()
    # What was recorded at one moment is recorded together, so that it stands in the same order in both.
    for at, together in groupby(entries_of([bait])[bait], key=attrgetter("recorded_at")):
        drafts = [Draft(known.kind, known.occurred, known.details) for known in together]
        append(child, drafts, by="okafor", agency="MAR", at=at)
    client = signed_in("okafor")
    for page in ("", "/duties", "/chronology", "/episodes", "/readers", "/told", "/search", "/conversations"):
        shown = []
        for ref in (bait, child):
            answer = client.get(f"/children/{ref}{page}")
            body = answer.content.decode().replace(ref, "REF")
            body = re.sub(r'csrfmiddlewaretoken" value="\w+"|[0-9a-f]{8}-[0-9a-f-]{27}', "", body)
            shown.append((answer.status_code, sorted(answer.headers), body.split("\n")))
        assert shown[0] == shown[1], page


def test_35_reading_a_real_child_asks_no_query_more(signed_in: SignIn, bait: str) -> None:  # noqa: F811
    okafor = reader(Person.objects.get(username="okafor"), datetime.now(UTC))
    with CaptureQueriesContext(connection) as asked:
        record_reading(okafor, Act.OPEN, [TUAN], page="child", at=datetime.now(UTC))
    assert sum("access_canary" in q["sql"] for q in asked) == 1, "and that one asks for the limits in any case"


def test_35_it_survives_a_rebuild_and_is_never_unmarked(bait: str) -> None:
    rebuild()
    assert made_up([bait]) == {bait}
    for act in ("UPDATE access_canary SET made_at = made_at", "DELETE FROM access_canary"):
        with pytest.raises(Exception, match=r"never|immutable"), connection.cursor() as cursor:
            from django.db import transaction

            with transaction.atomic():
                cursor.execute(act)


def test_35_the_command_line_makes_one_and_says_who_is_told(county: datetime) -> None:  # noqa: F811
    run = CliRunner()
    refused = run.invoke(every_command(), ["canary", "make", "MAR", "--by", "okafor"])
    assert refused.exit_code == 2 and "Name two people first" in refused.output
    assert run.invoke(every_command(), ["canary", "tell", "manager", "--email", "no address"]).exit_code == 2
    assert "Fewer than two" in run.invoke(every_command(), ["canary", "tell", "manager"]).output
    assert "Told: manager, guardian." in run.invoke(every_command(), ["canary", "tell", "guardian"]).output
    assert run.invoke(every_command(), ["canary", "make", "MARPOL", "--by", "reid"]).exit_code == 2
    assert run.invoke(every_command(), ["canary", "make", "MAR", "--by", "hale"]).exit_code == 2
    made = run.invoke(every_command(), ["canary", "make", "MAR", "--by", "okafor"])
    ref = made.output.split()[0]
    assert made.exit_code == 0 and made_up([ref]) == {ref}
    listed = run.invoke(every_command(), ["canary", "list"])
    assert ref in listed.output and "opened 0 times" in listed.output and TUAN not in listed.output
    assert TieRow.objects.filter(child_id=ref, agency="MAR").exists()
    assert not TieRow.objects.filter(child_id=ref).exclude(agency="MAR").exists(), "nobody else has a tie"
    assert "Told: guardian." in run.invoke(every_command(), ["canary", "tell", "manager", "--stop"]).output


def test_35_a_key_that_was_changed_is_said(bait: str, settings: object) -> None:
    settings.SECRET_KEY = "another" * 9
    listed = CliRunner().invoke(every_command(), ["canary", "list"])
    assert listed.exit_code == 1 and "1 match no record" in listed.output
