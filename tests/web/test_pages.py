"""What each page shows, to whom, and what it never shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import get_resolver

from holdfast.access.actions import add_person, give_post
from holdfast.access.models import Agency, Reading
from holdfast.access.rules import Role
from holdfast.chronology.actions import append
from tests.builders import a_draft
from tests.web.conftest import AMINA, PASSWORD, SELAM, TUAN

SignIn = Callable[..., Client]
OPEN_TO_ANYONE = {"figures", "chart", "figure-table", "figures-report", "law", "accessibility", "sign-in", "signed-out",
                  "sign-out", "health", "requests", "agency-sign-in", "agency-back", "api"}  # fmt: skip


def text_of(response: object) -> str:
    """What a page says, without its marks."""
    body = response.content.decode()
    main = body[body.find("<main") :] if "<main" in body else body
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def an_address(name: str, pattern: str) -> str:
    known = {"ref": TUAN, "act": "found", "slug": "when", "number": "1", "token": "t", "name": "shares",
             "what": "sighting", "reference": "YYYY-8888", "episode": "1", "link": "0" * 24,
             "came_by": "00000000-0000-0000-0000-000000000000"}  # fmt: skip
    return "/" + re.sub(r"<\w+:(\w+)>", lambda found: known[found[1]], pattern)


def addresses() -> list[tuple[str, str]]:
    from holdfast.web.urls import urlpatterns

    return [(p.name, an_address(p.name, str(p.pattern))) for p in urlpatterns]


def test_every_page_is_closed_unless_it_names_no_child(county: datetime) -> None:
    client = Client()
    for name, address in addresses():
        answer = client.get(address)
        if name in OPEN_TO_ANYONE:
            # Back from an agency's own sign-in to which nobody was sent: the page to sign in, and refused.
            assert answer.status_code in ((403,) if name == "agency-back" else (200, 405)), address
        elif name.startswith("api-"):
            assert answer.status_code in (401, 405), address
        else:
            assert answer.status_code == 302 and answer["Location"].startswith("/sign-in"), address


def test_every_address_has_a_name() -> None:
    assert all(p.name for p in get_resolver("holdfast.web.urls").url_patterns)


def test_missing_now_has_one_row_a_child_and_says_that_nobody_has_accepted(signed_in: SignIn) -> None:
    answer = signed_in("manager").get("/missing")
    said = text_of(answer)
    assert answer.content.decode().count('role="rowheader"') == 3
    assert "3 children are missing or away." in said and "Nobody has accepted" in said
    assert "16, by their own account" in said and "Last checked" in said
    assert Reading.objects.filter(page="missing").count() == 1


def test_the_fragment_is_the_list_of_the_page(signed_in: SignIn) -> None:
    client = signed_in("manager")
    page, fragment = client.get("/missing?risk=high"), client.get("/missing/list?risk=high")
    assert b"<html" not in fragment.content
    key = re.search(rb'data-list-key="(\w+)"', fragment.content)
    assert key and key[0] in page.content


def test_filters_narrow_and_each_can_be_taken_off(signed_in: SignIn) -> None:
    client = signed_in("manager")
    said = text_of(client.get("/missing?risk=high&group=unaccompanied"))
    assert "Tuan" in said and "Jordan" not in said
    assert "Remove Risk: High" in said
    nothing = text_of(client.get("/missing?home=Elm+House&risk=low"))
    assert "No missing child fits these filters" in nothing
    assert client.get("/missing?risk=%00&page=999999999&group=<script>").status_code == 200


def test_the_empty_list_says_when_it_was_last_checked(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("elm")
    for ref in (TUAN, "JRD4-8VTM"):
        draft = a_draft("missing.found", county.isoformat())
        append(ref, [draft], by="elm", agency="Elm House", at=county)
    assert re.search(r"No child is missing\. Last checked [\d:]+[ap]m", text_of(client.get("/missing")))


def test_somebody_whose_role_sees_no_child_is_told_so_and_shown_none(signed_in: SignIn) -> None:
    client = signed_in("hale")
    assert "Your role does not see children" in text_of(client.get("/missing"))
    assert client.get(f"/children/{TUAN}").status_code == 404


def test_a_child_who_is_not_for_you_and_one_who_does_not_exist_look_the_same(signed_in: SignIn) -> None:
    client = signed_in("hale")
    theirs, nobody = client.get(f"/children/{TUAN}"), client.get("/children/ZZZZ-9999")
    assert theirs.status_code == nobody.status_code == 404
    plain = [re.sub(rb'csrfmiddlewaretoken" value="\w+"', b"", a.content) for a in (theirs, nobody)]
    assert plain[0] == plain[1]


def test_the_child_page_says_who_what_the_law_asks_why_and_from_where(signed_in: SignIn) -> None:
    said = text_of(signed_in("manager").get(f"/children/{AMINA}"))
    assert "What the law requires" in said and "Statutory guidance" in said and "not law" in said
    assert "By the responsible authority" in said and "what meets it" in said
    assert "Marrowshire Police" in said and "MARPOL" not in said
    every = text_of(signed_in("manager").get(f"/children/{AMINA}/duties?show=open"))
    assert every.index("Tell the independent reviewing officer") < every.index("Hold the next review")


def test_the_bar_says_the_signs_in_words(signed_in: SignIn) -> None:
    page = signed_in("manager").get(f"/children/{SELAM}").content.decode()
    bar = page[page.index('aria-label="Child"') : page.index("</section>", page.index('aria-label="Child"'))]
    assert "Found, return not recorded" not in bar and "Age disputed" in bar and "disputed" in bar
    assert "17, by their own account, disputed" in bar


def test_names_are_shown_as_names_and_never_run(signed_in: SignIn, county: datetime) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    drafts = [
        a_draft("child.named", county.isoformat(), first=hostile, family="{{ 7 * 7 }}"),
        a_draft("missing.sighted", county.isoformat(), where="</p><script>x</script>", by="ሰላም" * 40),
    ]
    append(TUAN, drafts, by="okafor", agency="MAR", at=county)
    client = signed_in("manager")
    for address in ("/missing", f"/children/{TUAN}", f"/children/{TUAN}/chronology", f"/children/{TUAN}/found/when"):
        body = client.get(address).content.decode()
        assert "<img src=x" not in body and "<script>x" not in body and ">49<" not in body, address


def test_three_hundred_entries_stay_under_sixty_kilobytes(signed_in: SignIn, county: datetime) -> None:
    visits = [
        a_draft("care.visited", (county - timedelta(days=n)).date().isoformat(), by="Ngozi Okafor", seen=True)
        for n in range(1, 301)
    ]
    append(AMINA, visits, by="okafor", agency="MAR", at=county)
    client = signed_in("manager")
    for address in ("", "/chronology", "/duties", "/episodes", "/chronology?page=8"):
        answer = client.get(f"/children/{AMINA}{address}")
        assert answer.status_code == 200 and len(answer.content) < 60_000, address


def test_the_chronology_as_known_on_a_day_leaves_out_what_came_later(signed_in: SignIn, county: datetime) -> None:
    client = signed_in("manager")
    before = county - timedelta(days=10)
    query = f"known_day={before.day}&known_month={before.month}&known_year={before.year}"
    said = text_of(client.get(f"/children/{AMINA}/chronology?{query}"))
    assert "This is what was known at the end of the day" in said
    assert "Seen or heard from" not in said and "Correct this time" not in said
    wrong = client.get(f"/children/{AMINA}/chronology?known_day=31&known_month=2&known_year=2026")
    assert "<title>Error:" in wrong.content.decode() and "real date" in text_of(wrong)
    assert client.get(f"/children/{AMINA}/chronology?known_day=1&known_month=1&known_year=9999").status_code == 200


def test_the_chronology_can_be_narrowed_to_a_subject(signed_in: SignIn) -> None:
    said = text_of(signed_in("manager").get(f"/children/{AMINA}/chronology?subject=trafficking"))
    assert "National Referral Mechanism" in said and "Care review held" not in said


def test_sentences_call_agencies_by_their_names(signed_in: SignIn) -> None:
    said = text_of(signed_in("manager").get(f"/children/{TUAN}/chronology"))
    assert "Became looked after by Marrowshire County Council" in said
    assert not re.search(r"\bMAR\b|\bMARPOL\b", said)


def test_reasons_of_the_law_call_the_authority_that_took_over_by_its_name(signed_in: SignIn, county: datetime) -> None:
    gone = a_draft("care.transferred", (county - timedelta(hours=1)).isoformat(), to_authority="LOW")
    append(AMINA, [gone], by="okafor", agency="MAR", at=county)
    second = add_person(username="second", first_name="Joan", last_name="Marsh", password=PASSWORD)
    lowmoor = Agency.objects.get(code="LOW")
    give_post(person=second, agency=lowmoor, role=Role.DUTY_MANAGER, begins_on=date(2025, 1, 1))
    client = signed_in("second")
    said = text_of(client.get(f"/children/{AMINA}/duties"))
    assert "responsibility passed to Lowmoor Borough Council" in said and "passed to LOW" not in said


def test_the_police_do_not_read_what_is_only_for_the_council(signed_in: SignIn) -> None:
    theirs = text_of(signed_in("reid").get(f"/children/{TUAN}/chronology"))
    assert "Reported to the police" in theirs and "Asylum claimed" not in theirs
    assert "Asylum claimed" in text_of(signed_in("manager").get(f"/children/{TUAN}/chronology"))


def test_errors_say_what_to_do_and_repeat_nothing(signed_in: SignIn, settings: object) -> None:
    client = signed_in("manager", raise_request_exception=False)
    answer = client.get("/children/Tuan-Pham-secret")
    assert answer.status_code == 404 and "Tuan" not in answer.content.decode()
    assert "01632 960 116" in answer.content.decode()
    assert client.get("/missing", headers={"host": "evil.example"}).status_code == 400


def test_a_failure_inside_is_a_calm_page_without_a_trace(
    signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("Tuan Pham")

    monkeypatch.setattr("holdfast.web.views.opened.child_page", fail)
    answer = signed_in("manager", raise_request_exception=False).get(f"/children/{TUAN}")
    body = answer.content.decode()
    assert answer.status_code == 500 and "Something went wrong" in body and "01632 960 116" in body
    assert "Tuan" not in body and "Traceback" not in body and "RuntimeError" not in body


def test_if_the_reading_cannot_be_written_the_page_is_not_served(
    signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("holdfast.web.views.missing.record_reading", fail)
    answer = signed_in("manager", raise_request_exception=False).get("/missing")
    assert answer.status_code == 500 and b"Tuan" not in answer.content


def test_every_page_has_a_strict_policy_and_is_not_kept_by_caches(signed_in: SignIn) -> None:
    answer = signed_in("manager").get(f"/children/{TUAN}")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]


def test_the_law_says_of_every_rule_where_it_is_written_and_how_sure_we_are(county: datetime) -> None:
    from holdfast.duties.statute import statute

    client, seen, page = Client(), "", 1
    while True:
        answer = client.get(f"/law?nation=&page={page}")
        assert answer.status_code == 200 and len(answer.content) < 60_000
        body = answer.content.decode()
        seen += body
        if f"page={page + 1}" not in body:
            break
        page += 1
    book = statute()
    names = [r.key.replace(" ", "-") for r in book.rules] + [r.id for r in book.references]
    assert [n for n in names if f'id="{n}"' not in seen] == []
    assert seen.count("<article") == len(names) == seen.count("Source: <a")
    assert 'id="ENG-MIS-013"' in client.get("/law?rule=ENG-MIS-013").content.decode()
    assert "72 hours" in text_of(client.get("/law?nation=england&words=return+interview"))
    assert "No rule holds these words" in text_of(client.get("/law?nation=england&words=zebra"))


def test_the_national_picture_can_be_taken_away(db: None) -> None:
    client = Client()
    page = client.get("/figures")
    said = text_of(page)
    assert "864 of 2,335" in said and "32.8 to 44.2 %" in said and "1,501 to 2,365" in said
    for name in ("shares", "bounds", "claims", "trend", "replies"):
        table = client.get(f"/figures/{name}.csv")
        assert table.status_code == 200 and table.content.startswith(b"\xef\xbb\xbf") and b"," in table.content
        assert not re.search(r"^=|,=|,@", table.content.decode(), re.MULTILINE)
    assert client.get("/figures/nothing.csv").status_code == client.get("/figures/nothing.svg").status_code == 404
    assert client.get("/figures/shares.svg")["Content-Type"].startswith("image/svg+xml")
    assert client.get("/figures/report.pdf").content.startswith(b"%PDF")


def test_health_is_one_plain_word(db: None) -> None:
    answer = Client().get("/health")
    assert (answer.content, answer["Content-Type"]) == (b"well\n", "text/plain; charset=utf-8")
