"""Journeys from the list to the clocks' answer, with scripts and without; and a list that renews itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from holdfast.worktime.uk_clock import uk_time
from tests.browser.conftest import faults, follow, keep_picture

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]
WAYS = [("desk", True, 0), ("phone", True, 1), ("desk", False, 2), ("phone", False, 3)]


def answer_when(page: Any, instant: datetime) -> None:
    local = uk_time(instant)
    page.check("input[name=day][value=other]")
    for part, value in (("day", local.day), ("month", local.month), ("year", local.year)):
        page.fill(f"input[name=date_{part}]", str(value))
    page.fill("input[name=time]", f"{local:%I:%M %p}")


def press(page: Any, words: str) -> None:
    follow(page, f"main button:has-text('{words}')")


@pytest.mark.parametrize(("width", "scripts", "number"), WAYS)
def test_found_then_returned_and_the_clocks_answer(
    busy_county: str, open_page: OpenPage, width: str, scripts: bool, number: int
) -> None:
    page, ref = open_page(busy_county, width=width, scripts=scripts), f"TUAN-222{number}"
    way = f"{width}{'' if scripts else '-no-script'}"
    follow(page, f"a[href='/children/{ref}']")
    follow(page, "a:has-text('Record as found')")
    press(page, "Continue")
    assert page.title().startswith("Error: ") and "Select the day" in page.inner_text("main")
    assert faults(page) == []
    keep_picture(page, f"found-fault-{way}")
    answer_when(page, datetime.now(UTC) - timedelta(hours=2))
    press(page, "Continue")
    page.fill("input[name=where]", "coach station")
    page.fill("input[name=by]", "the police")
    press(page, "Continue")
    page.check("input[name=harmed][value=no]")
    page.check("input[name=medical_need][value=unknown]")
    press(page, "Continue")
    assert "Check your answers" in page.inner_text("h1") and faults(page) == []
    keep_picture(page, f"check-{way}")
    follow(page, "a:has-text('Change') >> nth=0")
    assert "When was Tuan found?" in page.inner_text("h1")
    press(page, "Continue")
    press(page, "Record as found")
    assert "Tuan is recorded as found" in page.inner_text("h1") and "Did not run" in page.inner_text("main")
    assert faults(page) == []
    keep_picture(page, f"found-done-{way}", whole=True)
    follow(page, "main a:has-text('Record the return')")
    answer_when(page, datetime.now(UTC) - timedelta(minutes=30))
    press(page, "Continue")
    page.fill("input[name=to]", "Elm House")
    press(page, "Continue")
    press(page, "Record the return")
    said = page.inner_text("main")
    assert "return is recorded" in said and "conversation" in said and "No clock changed" not in said
    keep_picture(page, f"returned-done-{way}", whole=True)
    page.goto("/missing")
    assert page.locator(f"a[href='/children/{ref}']").count() == 0


@pytest.mark.parametrize(("width", "scripts", "number"), WAYS)
def test_a_corrected_return_restates_the_clocks_and_keeps_the_old_answer(
    busy_county: str, open_page: OpenPage, width: str, scripts: bool, number: int
) -> None:
    page, ref = open_page(busy_county, width=width, scripts=scripts), f"SELM-222{number}"
    page.goto(f"/children/{ref}/chronology?subject=missing")
    follow(page, ".moj-timeline__item:has-text('Returned to Harbour View') a")
    assert faults(page) == []
    # Before the child was found: refused beside the question, at any hour at which this runs.
    answer_when(page, datetime.now(UTC) - timedelta(days=2))
    press(page, "Continue")
    assert "There is a problem" in page.inner_text("main") and faults(page) == []
    answer_when(page, datetime.now(UTC) - timedelta(minutes=1))
    press(page, "Continue")
    assert "Check the correction" in page.inner_text("h1") and faults(page) == []
    press(page, "Correct the time")
    assert "The time is corrected" in page.inner_text("h1") and faults(page) == []
    assert "That answer is kept" in page.inner_text("main") and "No clock changed" not in page.inner_text("main")
    keep_picture(page, f"corrected-{width}{'' if scripts else '-no-script'}", whole=True)
    follow(page, "main a:has-text('Chronology')")
    assert "Corrected. Before, the record said" in page.inner_text("main")
    assert faults(page) == []
    keep_picture(page, f"chronology-corrected-{width}{'' if scripts else '-no-script'}")


def quick_list(page: Any) -> None:
    """Open the list so that it renews itself every second instead of every half minute."""
    page.route("**/missing", lambda route: _quickened(route))
    page.goto("/missing")


def _quickened(route: Any) -> None:
    answer = route.fetch()
    body = answer.text().replace("data-fresh-list=", 'data-every="1000" data-fresh-list=')
    route.fulfill(response=answer, body=body)


def test_the_list_renews_itself_and_keeps_the_focus(county: str, open_page: OpenPage) -> None:
    page = open_page(county)
    quick_list(page)
    link = page.locator("a.hf-missing__name").first
    link.focus()
    before = link.get_attribute("href")
    link.evaluate("element => { element.dataset.old = '1' }")
    page.locator("[data-old]").wait_for(state="detached")
    assert page.evaluate("document.activeElement.getAttribute('href')") == before
    assert page.inner_text("[data-fresh-news]") == ""  # nothing changed, so nothing is read out
    assert page.locator("[data-fresh-alarm]").is_hidden()


def test_a_list_that_cannot_be_renewed_says_so_loudly_and_recovers(county: str, open_page: OpenPage) -> None:
    page = open_page(county)
    quick_list(page)
    page.route("**/missing/list?*", lambda route: route.fulfill(status=500))
    alarm = page.locator("[data-fresh-alarm]")
    alarm.wait_for(state="visible")
    assert re.search(r"could not be renewed. What you see was checked at [\d:]+[ap]m", alarm.inner_text())
    assert faults(page) == []
    keep_picture(page, "missing-not-renewed-desk")
    page.unroute("**/missing/list?*")
    alarm.wait_for(state="hidden")
    page.complaints.clear()  # the browser itself notes the 500 that was asked for


def test_a_list_whose_session_has_ended_says_so(county: str, open_page: OpenPage) -> None:
    page = open_page(county)
    quick_list(page)
    page.context.clear_cookies()
    alarm = page.locator("[data-fresh-alarm]")
    alarm.wait_for(state="visible")
    assert "You have been signed out" in alarm.inner_text()
    page.complaints.clear()  # the browser itself notes the way to the sign-in page that was not followed
