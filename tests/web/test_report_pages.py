"""Report a child missing: question by question, kept from the first answer, recorded once, by one act."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from holdfast.access.models import Person, TieRow
from holdfast.chronology.actions import append, open_chronology
from holdfast.chronology.queries import stories
from holdfast.demo.county import at_home
from holdfast.missing.kinds import Category
from holdfast.missing.models import ReportDraft
from holdfast.missing.picture import episodes
from holdfast.worktime.uk_clock import uk_time
from tests.builders import a_child, a_draft
from tests.web.conftest import AMINA, PASSWORD, SELAM, TUAN
from tests.web.test_pages import text_of
from tests.web.test_recording_pages import hidden

SignIn = Callable[..., Client]
JORDAN = "JRD4-8VTM"


def at_time(instant: datetime, **more: str) -> dict[str, str]:
    local = uk_time(instant)
    date = {"date_day": str(local.day), "date_month": str(local.month), "date_year": str(local.year)}
    return {"day": "other", **date, "time": f"{local:%I:%M%p}", **more}


def answers_for(now: datetime) -> dict[str, dict[str, Any]]:
    return {
        "sure": {},
        "worry": {"worries": ["trafficking", "a vehicle"], "why": "She left after a call.", "harm_from": ""},
        "where": {"whereabouts": "not known"},
        "seen": at_time(now - timedelta(hours=3), by="the night worker", where="in the kitchen"),
        "when": at_time(now - timedelta(hours=2), by="Harbour View"),
        "wearing": {"wearing": "a grey coat", "phone": "07700 900123"},
        "before": {"might_be": "coach station", "gone_before": "yes"},
        "tried": {"attempts": ["room searched", "child rung or messaged"], "what": "Phone is off"},
        "police": {"told": "not-yet"},
        "reach": {"by": "Night Worker", "ring": "01632 960 200"},
    }


def answer_all(client: Client, now: datetime, ref: str = SELAM, **instead: dict[str, Any]) -> Any:
    answer = None
    for slug, typed in {**answers_for(now), **instead}.items():
        answer = client.post(f"/children/{ref}/report/{slug}", typed, follow=True)
    return answer


def press(client: Client, check: Any, ref: str = SELAM) -> Any:
    return client.post(f"/children/{ref}/report/check", hidden(check), follow=True)


def kinds(ref: str) -> list[str]:
    return [e.kind for e in stories([ref])[ref].standing]


def test_the_whole_journey_is_asked_checked_and_recorded_by_one_act(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    before = len(kinds(SELAM))
    first = client.get(f"/children/{SELAM}/report", follow=True)
    assert "Is it Selam who is missing?" in text_of(first) and "Yes, Selam is missing" in text_of(first)
    check = answer_all(client, county)
    said = text_of(check)
    assert "Check your answers" in said and "nobody knows where the child is" in said and "Suspected trafficked" in said
    assert len(kinds(SELAM)) == before
    done = press(client, check)
    assert "Selam is reported missing" in text_of(done) and "does not ring the police" in text_of(done)
    assert "How the clocks answered" in text_of(done) and "No clock changed" not in text_of(done)
    episode = episodes(stories([SELAM])[SELAM])[-1]
    assert episode.number == 2 and episode.category is Category.MISSING
    assert len({e.occasion for e in episode.entries if e.source == "page"}) == 1
    assert "Selam" in text_of(client.get("/missing"))


def test_a_second_press_of_the_last_button_records_nothing_more(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    check = answer_all(client, county)
    press(client, check)
    once = len(kinds(SELAM))
    again = press(client, check)
    assert again.status_code == 200 and "Selam is reported missing" in text_of(again)
    assert len(kinds(SELAM)) == once


def test_answers_survive_signing_out_and_another_browser(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    client.post(f"/children/{SELAM}/report/sure", {})
    client.post(f"/children/{SELAM}/report/worry", {"worries": ["trafficking"], "why": "A car waited"})
    client.post("/sign-out")
    fresh = signed_in("manager")
    start = text_of(fresh.get("/report"))
    assert "Continue the report you began" in start
    onward = fresh.get(f"/children/{SELAM}/report", follow=True)
    assert "Does anybody know where Selam is?" in text_of(onward)
    assert "A car waited" in fresh.get(f"/children/{SELAM}/report/worry").content.decode()


def test_what_is_typed_when_the_session_ends_is_kept(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    client.post(f"/children/{SELAM}/report/sure", {})
    client.logout()
    answer = client.post(f"/children/{SELAM}/report/worry", {"worries": ["trafficking"], "why": "A car waited"})
    assert answer.status_code in (302, 401)
    if answer.status_code == 401:
        assert "A car waited" in answer.content.decode()


def test_a_second_report_of_the_same_night_says_that_it_joins(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("elm")
    first = client.get(f"/children/{JORDAN}/report", follow=True)
    assert "is recorded as missing already" in text_of(first)
    seen = at_time(county - timedelta(hours=1))
    when = at_time(county - timedelta(minutes=40))
    check = answer_all(client, county, JORDAN, seen=seen, when=when)
    assert "This report joins it" in text_of(check)
    done = press(client, check, JORDAN)
    assert "Added to the report about Jordan" in text_of(done)
    assert len(episodes(stories([JORDAN])[JORDAN])) == 1


def test_the_demonstration_has_a_child_at_home_whom_its_night_worker_can_report(
    signed_in: SignIn, county: datetime
) -> None:
    there = at_home(county)
    append(open_chronology(ref=there.ref), there.drafts, by="okafor", agency="MAR", at=county)
    client = signed_in("elm")
    assert "Leyla" in text_of(client.get("/report")) and "Leyla" not in text_of(client.get("/missing"))
    assert "small scar on her chin" in text_of(client.get(f"/children/{there.ref}/profile"))
    assert "Is it" in text_of(client.get(f"/children/{there.ref}/report", follow=True))


def test_a_second_child_begins_with_the_same_answers_and_one_occasion(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    done = press(client, answer_all(client, county))
    found = re.search(r'href="(/report\?with=[^"]+)"', done.content.decode())
    assert found
    start = client.get(found[1])
    assert "Report a second child" in text_of(start)
    token = found[1].partition("=")[2]
    sure = client.get(f"/children/{JORDAN}/report/sure?with={token}")
    assert "filled in" in text_of(sure)
    onward = client.post(f"/children/{JORDAN}/report/sure", {"with": token}, follow=True)
    assert "What was Jordan wearing" in text_of(onward)
    client.post(f"/children/{JORDAN}/report/wearing", {"unknown": "on"})
    check = client.post(f"/children/{JORDAN}/report/before", {"unknown": "on"}, follow=True)
    assert "Check your answers" in text_of(check)
    refused = press(client, check, JORDAN)  # the other child was last seen before this one was noticed: it joins
    assert "Added to the report about Jordan" in text_of(refused)
    (mine,) = {e.occasion for e in stories([SELAM])[SELAM].entries if e.source == "page"}
    assert mine in {e.occasion for e in stories([JORDAN])[JORDAN].entries}


def test_the_report_goes_out_with_what_cannot_wait_and_the_rest_follows(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    page = None
    for slug in ("sure", "worry", "where", "seen", "when"):
        page = client.post(f"/children/{SELAM}/report/{slug}", answers_for(county)[slug], follow=True)
    assert "Report now, and add the rest afterwards" in text_of(page)
    check = client.get(f"/children/{SELAM}/report/check")
    assert "Not answered yet" in text_of(check)
    assert "Selam is reported missing" in text_of(press(client, check))


def test_i_do_not_know_is_an_answer_everywhere(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    client.post(f"/children/{SELAM}/report/sure", {})
    page: Any = None
    for slug in [s for s in answers_for(county) if s != "sure"]:
        page = client.post(f"/children/{SELAM}/report/{slug}", {"unknown": "on"}, follow=True)
    assert "Check your answers" in text_of(page) and text_of(page).count("I do not know") >= 9
    assert "Selam is reported missing" in text_of(press(client, page))


def test_a_child_who_is_not_for_this_person_looks_like_one_who_does_not_exist(
    signed_in: SignIn, county: datetime
) -> None:
    elm, hale = signed_in("elm"), signed_in("hale")
    for page in ("", "/sure", "/when", "/check", "/done/t", "/notice", "/forget"):
        unknown = elm.get(f"/children/ZZZZ-9999/report{page}")
        closed = elm.get(f"/children/{AMINA}/report{page}")
        assert (unknown.status_code, closed.status_code) == (404, 404), page
        assert text_of(unknown) == text_of(closed)
        assert hale.get(f"/children/{TUAN}/report{page}").status_code == 404
    assert AMINA not in elm.post("/report", {"name": "Amina"}, follow=True).content.decode()
    assert "does not report children" in text_of(hale.get("/report"))


def test_a_child_is_found_by_any_of_their_names_as_people_type_them(signed_in: SignIn, county: datetime) -> None:
    named = [
        a_draft("child.named", county.isoformat(), first="Đức", family="Nguyễn-Lê", known_as="Danny"),
        a_draft("child.named", county.isoformat(), first="Minh", own_script="阮 德"),
    ]
    ref = a_child(a_draft("care.started", "2026-01-05T09:00Z"), *named)
    TieRow.objects.create(key=f"{ref}/0", child_id=ref, agency="MAR", tie="responsible", begins=county)
    client = signed_in("manager")
    for asked in ("duc", "NGUY", "nguyenle", "Đức  nguyễn", "le dan", "minh", "阮", ref, ref.lower(), f" {ref} "):
        page = client.post("/report", {"name": asked}, follow=True).content.decode()
        assert ref in page and TUAN not in page, asked
    for asked in ("guyen", "duc tuan", "%", "_", "z\U0010ffff", "-", ref[:4]):
        assert ref not in client.post("/report", {"name": asked}, follow=True).content.decode(), asked


def test_a_shielded_child_cannot_be_reported_by_who_is_not_named(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("okafor")
    client.post(f"/children/{TUAN}/report/sure", {})
    manager = Person.objects.get(username="manager")
    raise_shield_for(TUAN, manager, county)
    assert client.get(f"/children/{TUAN}/report").status_code == 404
    assert client.post(f"/children/{TUAN}/report/worry", {"unknown": "on"}).status_code == 404
    assert TUAN not in client.get("/report").content.decode()
    assert TUAN not in client.post("/report", {"name": "Tuan"}, follow=True).content.decode()


def raise_shield_for(ref: str, named: Person, now: datetime) -> None:
    from holdfast.access.deeds import Shield, ShieldNamed

    shield = Shield.objects.create(child_id=ref, by=named, at=now, reason="made up")
    ShieldNamed.objects.create(shield=shield, person=named)


MOST_QUERIES = 12


def test_every_page_asks_at_most_twelve_queries_and_is_small(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    said: dict[str, tuple[int, int]] = {}

    def look(name: str, answer: Callable[[], Any]) -> Any:
        with CaptureQueriesContext(connection) as asked:
            page = answer()
        real = [q for q in asked.captured_queries if not re.match(r"(RELEASE )?SAVEPOINT|BEGIN|COMMIT", q["sql"])]
        said[name] = (len(real), len(page.content))
        return page

    client.get(f"/children/{SELAM}/report/sure")
    sent = client.post("/report", {"name": "e"})
    look("start", lambda: client.get(sent["Location"]))
    for slug, typed in answers_for(county).items():
        look(f"get {slug}", lambda s=slug: client.get(f"/children/{SELAM}/report/{s}"))
        look(f"post {slug}", lambda s=slug, t=typed: client.post(f"/children/{SELAM}/report/{s}", t))
    check = look("check", lambda: client.get(f"/children/{SELAM}/report/check"))
    done = client.post(f"/children/{SELAM}/report/check", hidden(check))
    look("done", lambda: client.get(done["Location"]))
    look("notice", lambda: client.get(f"/children/{SELAM}/report/notice"))
    print(said)
    shown = {n: q for n, (q, _) in said.items() if not n.startswith("post")}
    assert {n: q for n, q in shown.items() if q > MOST_QUERIES} == {}
    assert max(size for _, size in said.values()) < 60_000


def test_the_words_for_the_police_are_shown_and_a_report_can_be_thrown_away(
    signed_in: SignIn, county: datetime
) -> None:
    client = signed_in("manager")
    notice = text_of(client.get(f"/children/{TUAN}/report/notice"))
    assert "Suspected trafficked child" in notice and "Elm House" in notice and "accompanied" not in notice
    client.post(f"/children/{SELAM}/report/sure", {})
    assert "Throw the report away?" in text_of(client.get(f"/children/{SELAM}/report/forget"))
    client.post(f"/children/{SELAM}/report/forget", {"sure": "yes"})
    assert not ReportDraft.objects.exists() and PASSWORD
