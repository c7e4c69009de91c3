"""Every page in a real browser: accessible, small, with no failed request and no complaint of the policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import faults, keep_picture
from tests.web.conftest import AMINA, SELAM, TUAN

pytestmark = pytest.mark.browser

OPEN = {"sign-in": "/sign-in", "signed-out": "/signed-out", "figures": "/figures", "law": "/law",
        "accessibility": "/accessibility"}  # fmt: skip
INSIDE = {
    "missing": "/missing",
    "missing-narrowed": "/missing?risk=high&group=trafficking",
    "missing-none-fits": "/missing?risk=low",
    "board": "/board",
    "board-narrowed": "/board?agency=MARPOL",
    "paper-pack-why": "/paper-pack",
    "shift": "/shift",
    "shift-note": "/shift/note",
    "child": f"/children/{TUAN}",
    "child-overdue": f"/children/{AMINA}",
    "child-returned": f"/children/{SELAM}",
    "duties": f"/children/{AMINA}/duties",
    "known-then": f"/children/{AMINA}/duties/then?known_day=1&known_month=11&known_year=2026",
    "chronology": f"/children/{AMINA}/chronology",
    "chronology-fault": f"/children/{AMINA}/chronology?known_day=31&known_month=2&known_year=2026",
    "episodes": f"/children/{AMINA}/episodes",
    "episode-review": f"/children/{AMINA}/episode/2/review",
    "profile": f"/children/{TUAN}/profile",
    "photograph-new": f"/children/{TUAN}/photograph/new",
    "found-when": f"/children/{TUAN}/found/when",
    "found-where": f"/children/{TUAN}/found/where",
    "found-how": f"/children/{TUAN}/found/how",
    "returned-to": f"/children/{TUAN}/returned/to",
    "readers": f"/children/{AMINA}/readers",
    "protection": f"/children/{AMINA}/protection",
    "handovers": "/handovers",
    "told": f"/children/{TUAN}/told",
    "hand-over": f"/children/{TUAN}/hand-over",
    "emergency": "/emergency",
    "conflict": "/conflict",
    "reviews": "/reviews",
}
WAYS = [("desk", True), ("phone", True), ("desk", False), ("phone", False)]


def look_at(page: Any, pages: dict[str, str], way: str) -> None:
    found: dict[str, list[str]] = {}
    for name, address in pages.items():
        answer = page.goto(address)
        assert answer.status == 200, address
        assert len(answer.body()) < 60_000, address
        found[name] = faults(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            found[name].append(f"the page is {wide} pixels wider than the screen")
        keep_picture(page, f"{name}-{way}")
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize(("width", "scripts"), WAYS)
def test_every_page_is_accessible_and_complete(
    county: str, open_page: Callable[..., Any], width: str, scripts: bool
) -> None:
    way = f"{width}{'' if scripts else '-no-script'}"
    look_at(open_page(county, username="", width=width, own_script=scripts), OPEN, way)
    look_at(open_page(county, width=width, own_script=scripts), INSIDE, way)


def test_the_error_pages_are_accessible(county: str, open_page: Callable[..., Any]) -> None:
    page = open_page(county)
    answer = page.goto("/children/ZZZZ-9999")
    assert answer.status == 404 and faults(page) == []
    keep_picture(page, "not-found-desk")
    page.complaints.clear()  # the browser itself notes the 404


def test_the_first_stop_of_the_keyboard_leads_past_the_header(county: str, open_page: Callable[..., Any]) -> None:
    page = open_page(county)
    page.goto("/missing")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main-content")


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_what_has_the_focus_is_never_under_the_bar(county: str, open_page: Callable[..., Any], width: str) -> None:
    page = open_page(county, width=width)
    page.goto(f"/children/{AMINA}")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    hidden = []
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        covered = page.evaluate(
            """() => {
              const focused = document.activeElement, bar = document.querySelector('.hf-identity');
              if (!focused || focused === document.body || bar.contains(focused)) return null;
              const main = document.querySelector('main');
              if (!main.contains(focused)) return null;
              const top = focused.getBoundingClientRect().top, edge = bar.getBoundingClientRect().bottom;
              return top < edge - 1 ? focused.textContent.trim().slice(0, 60) : null;
            }"""
        )
        if covered:
            hidden.append(covered)
    assert hidden == []


def test_the_list_prints_on_one_page(county: str, open_page: Callable[..., Any]) -> None:
    page = open_page(county)
    page.goto("/missing")
    printed = page.pdf(format="A4", landscape=True)
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") + printed.count(b"/Type /Page/") == 1


def test_without_scripts_the_list_reloads_itself_and_with_scripts_it_does_not(
    county: str, open_page: Callable[..., Any]
) -> None:
    plain = open_page(county, scripts=False)
    plain.goto("/missing")
    assert plain.locator("noscript meta[http-equiv=refresh]").count() or "http-equiv" in plain.content()
    assert "This page reloads by itself every minute" in plain.inner_text("main")
    page = open_page(county)
    page.goto("/missing")
    assert "reloads by itself" not in page.inner_text("main")


def test_the_board_prints_on_one_sheet_however_many_children(busy_county: str, open_page: Callable[..., Any]) -> None:
    import pypdfium2

    page = open_page(busy_county)
    page.goto("/board")
    assert len(pypdfium2.PdfDocument(page.pdf(format="A4"))) == 1
