"""The pages of what children share: who sees them, what they write down, what they keep out of addresses and logs."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from holdfast.access.models import Person, Reading
from holdfast.access.queries import reader
from holdfast.chronology.actions import append
from holdfast.chronology.models import EntryRow
from holdfast.chronology.queries import stories
from holdfast.missing.patterns.queries import shared_by
from tests.builders import a_draft
from tests.web.conftest import AMINA, SELAM, TUAN

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
SPACED, PLUS = "07700 900461", "+44 7700 900 461"  # as the two records of the cast write it
WHY = "Sgt Reid rang the number: the same man answered both times"


def link_of(county: datetime, username: str = "manager") -> str:
    who = reader(Person.objects.get(username=username), county)
    (found,) = [p for p in shared_by(who, county).proposals if set(p.children) == {TUAN, AMINA}]
    return found.link


def address(county: datetime, ref: str = TUAN) -> str:
    return f"/children/{ref}/shared/{link_of(county)}"


def fields_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(page|shown|decision)" value="([^"]*)"', page))


def answer(client: Client, where: str, **given: object) -> object:
    return client.post(where, {**fields_of(client.get(where).content.decode()), **given})


def test_the_county_shows_what_two_children_share(county: datetime, signed_in: Callable[..., Client]) -> None:
    page = signed_in("manager").get("/shared").content.decode()
    assert "Tuan" in page and "Amina" in page and address(county, min(TUAN, AMINA)) in page
    assert SPACED not in page and PLUS not in page
    assert "Shared between children" in signed_in("manager").get("/board").content.decode()


def test_one_childs_page_names_no_other_child(county: datetime, signed_in: Callable[..., Client]) -> None:
    page = signed_in("reid").get(f"/children/{TUAN}/shared").content.decode()
    assert "stands in another child’s record too" in page
    assert "Amina" not in page and AMINA not in page
    assert "Nothing that you may see waits" in signed_in("reid").get(f"/children/{SELAM}/shared").content.decode()


def test_both_sentences_stand_side_by_side_and_both_children_are_read(
    county: datetime, signed_in: Callable[..., Client]
) -> None:
    client, before = signed_in("reid"), Reading.objects.count()
    page = client.get(address(county)).content.decode()
    assert SPACED in page and PLUS in page and "Max rings her" in page
    assert TUAN in page and AMINA in page
    (reading,) = Reading.objects.order_by("pk")[before:]
    assert set(reading.children.split()) == {TUAN, AMINA}
    assert (reading.act, reading.page) == ("open", "shared-link")


def test_opening_a_link_counts_on_the_limit_of_openings(
    county: datetime, signed_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdfast.access.limits.MOST_IN_AN_HOUR", 0)
    assert signed_in("manager").get(address(county)).status_code == 429


@pytest.mark.parametrize("username", ["elm", "hale", "guardian"])
def test_who_may_not_see_both_is_told_that_there_is_nothing(
    username: str, county: datetime, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(username)
    for method in ("get", "post"):
        assert getattr(client, method)(address(county)).status_code == 404
    area = client.get("/shared").content.decode()
    assert "Tuan" not in area and "Amina" not in area and "Your role does not see" in area


def test_no_page_asks_more_than_twelve_questions(county: datetime, signed_in: Callable[..., Client]) -> None:
    client, where = signed_in("manager"), address(county)
    asked = {}
    for _ in ("waiting", "confirmed"):
        for page in ("/shared", f"/children/{TUAN}/shared", where, f"/children/{TUAN}"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            kinds = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
            asked[page] = sum(q["sql"].lstrip().upper().startswith(kinds) for q in queries)
        answer(client, where, decision="confirmed", reason=WHY)
        assert max(asked.values()) <= MOST_QUERIES, asked


def test_a_person_confirms_it_with_an_action_and_the_childs_page_says_so(
    county: datetime, signed_in: Callable[..., Client]
) -> None:
    client = signed_in("manager")
    done = answer(client, address(county), decision="confirmed", reason=WHY, to_do=["tell", "ask"])
    assert done.status_code == 302 and done["Location"] == f"/children/{TUAN}/shared"
    page = client.get(f"/children/{AMINA}").content.decode()
    assert f"({PLUS}) stands in another child’s record too. Confirmed: {WHY}" in page
    assert link_of(county) not in client.get(f"/children/{AMINA}/chronology").content.decode()
    told = [e for e in stories([AMINA])[AMINA].standing if e.kind == "missing.action_agreed"]
    assert {e.details.what.split(" about")[0] for e in told} == {"Tell the missing unit", "Ask"}
    assert "Nothing waits" in client.get("/shared").content.decode()


def test_what_was_typed_stays_beside_its_error(county: datetime, signed_in: Callable[..., Client]) -> None:
    client, where = signed_in("manager"), address(county)
    page = answer(client, where, decision="", reason="Because of the carer", to_do=["ask"]).content.decode()
    assert "Select what you say" in page and "Because of the carer" in page
    assert re.search(r'value="ask"[^>]*checked|checked[^>]*value="ask"', page)
    page = answer(client, where, decision="refused", reason="Amina said so herself").content.decode()
    assert "Leave both children’s names and references out" in page and "Amina said so herself" in page
    assert not EntryRow.objects.filter(kind__startswith="missing.link_").exists()


def test_the_second_of_two_people_is_told_and_sees_what_the_first_said(
    county: datetime, signed_in: Callable[..., Client]
) -> None:
    first, second, where = signed_in("manager"), signed_in("reid"), address(county)
    carried = fields_of(second.get(where).content.decode())
    answer(first, where, decision="refused", reason=WHY)
    told = second.post(where, {**carried, "decision": "confirmed", "reason": "I rang the number myself"})
    page = told.content.decode()
    assert "Somebody else has decided meanwhile" in page and WHY in page and "I rang the number myself" in page
    assert EntryRow.objects.filter(kind="missing.link_confirmed").count() == 0


def test_somebody_else_takes_it_back_with_a_reason(county: datetime, signed_in: Callable[..., Client]) -> None:
    where = address(county)
    answer(signed_in("manager"), where, decision="confirmed", reason=WHY)
    okafor = signed_in("okafor")
    assert "Take it back" in okafor.get(where).content.decode()
    assert "Enter the reason" in answer(okafor, where, reason="").content.decode()
    assert answer(okafor, where, reason="It was the number of a taxi firm").status_code == 302
    assert "Look at both" in okafor.get("/shared").content.decode()


@pytest.mark.parametrize(
    "reason", ["<script>alert(1)</script> and more", "x" * 100_000, "a\x00b is the reason here", "\u202eesrever reason"]
)
def test_hostile_words_are_shown_as_words_or_refused_beside_the_field(
    reason: str, county: datetime, signed_in: Callable[..., Client]
) -> None:
    client, where = signed_in("manager"), address(county)
    done = answer(client, where, decision="confirmed", reason=reason)
    assert done.status_code in (200, 302)
    assert "<script>alert" not in client.get(where).content.decode() + client.get(f"/children/{TUAN}").content.decode()
    if done.status_code == 200:
        assert "govuk-error-message" in done.content.decode()


@pytest.mark.parametrize("tried", ["x", "0" * 24, "a" * 200, "-", "..%2f", "%00"])
def test_an_address_that_is_no_link_is_not_found(
    tried: str, county: datetime, signed_in: Callable[..., Client]
) -> None:
    assert signed_in("manager").get(f"/children/{TUAN}/shared/{tried}").status_code in (400, 404)


def test_nothing_of_what_is_shared_stands_in_an_address_or_a_log(
    county: datetime, signed_in: Callable[..., Client], caplog: pytest.LogCaptureFixture
) -> None:
    client, where = signed_in("manager"), address(county)
    with caplog.at_level(logging.DEBUG):
        pages = [client.get(page).content.decode() for page in ("/shared", f"/children/{TUAN}/shared", where)]
        answer(client, where, decision="confirmed", reason=WHY)
    addresses = " ".join(re.findall(r'(?:href|action|src)="([^"]*)"', " ".join(pages)))
    said = addresses + " ".join(r.getMessage() for r in caplog.records if not r.name.startswith("django.db"))
    assert "900461" not in re.sub(r"\D", "", addresses) and "900461" not in re.sub(r"[^\d]", "", said)
    assert AMINA not in " ".join(re.findall(r'href="([^"]*)"', pages[1]))


def test_what_was_named_is_entered_line_by_line_and_shared_at_once(
    county: datetime, signed_in: Callable[..., Client]
) -> None:
    client = signed_in("okafor")
    where = f"/children/{TUAN}/episode/named"
    assert "Which telephone numbers" in client.get(where).content.decode()

    def send(**given: str) -> object:
        return client.post(
            where, {"page": fields_of(client.get(where).content.decode())["page"], "said_by": "others", **given}
        )

    assert "is no telephone number" in send(phones="07700 900999\nnot a number").content.decode()
    assert "is never compared" in send(people="a Vietnamese man").content.decode()
    assert "Enter what was named" in send().content.decode()
    assert send(people="Kevin Brown\r\nJo Field", online="@king_z99").status_code == 302
    append(
        SELAM, [a_draft("missing.named", county.isoformat(), people=["kevin brown"])], by="x", agency="MAR", at=county
    )
    assert (
        "person kevin brown in this record stands in another"
        in client.get(f"/children/{SELAM}/shared").content.decode()
    )


def test_both_pages_of_an_episode_lead_to_it(county: datetime, signed_in: Callable[..., Client]) -> None:
    client = signed_in("okafor")
    assert f"/children/{TUAN}/episode/named" in client.get(f"/children/{TUAN}/search").content.decode()
    assert (
        f"/children/{SELAM}/episode/named-afterwards" in client.get(f"/children/{SELAM}/conversations").content.decode()
    )
