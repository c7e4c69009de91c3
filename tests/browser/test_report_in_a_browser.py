"""The whole report in a real browser: scripts on and off, at a desk and at 320 pixels, by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from holdfast.web.episode_purposes import PURPOSES
from tests.browser.conftest import faults, follow, keep_picture
from tests.browser.test_pages_in_a_browser import look_at
from tests.web.conftest import AMINA, SELAM, TUAN

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Any]
WAYS = [("desk", True, 0), ("narrow", True, 1), ("desk", False, 2), ("narrow", False, 3)]


class Counted:
    """A tired person at a keyboard: everything is typed, and every press is counted."""

    def __init__(self, page: Any, way: str) -> None:
        self.page, self.way = page, way
        self.pages = self.keys = 0
        self.found: dict[str, list[str]] = {}

    def look(self) -> str:
        """Look at the page that has come: axe, width, picture. Returns its heading."""
        self.pages += 1
        heading = str(self.page.inner_text("h1"))
        said = faults(self.page)
        if self.page.scripts:
            wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            said += [f"{wide} pixels wider than the screen"] if wide > 0 else []
        if said:
            self.found[heading] = said
        keep_picture(self.page, f"report-{self.pages:02}-{self.way}")
        return heading

    def choose(self, name: str, value: str) -> None:
        self.page.focus(f"input[name={name}][value='{value}']")
        self._press("Space")

    def type(self, name: str, words: str) -> None:
        self.page.focus(f"[name={name}]")
        self.page.keyboard.type(words)
        self.keys += len(words)

    def go_on(self, words: str = "Continue") -> str:
        button = self.page.locator(f"main button:has-text('{words}')").first
        button.focus()
        with self.page.expect_navigation():
            self._press("Enter")
        return self.look()

    def _press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1


@pytest.mark.parametrize(("width", "scripts", "number"), WAYS)
def test_a_report_from_the_list_to_what_to_do_now(
    busy_county: str, open_page: OpenPage, width: str, scripts: bool, number: int
) -> None:
    page = open_page(busy_county, width=width, scripts=scripts)
    ref, at = f"SELM-222{number}", Counted(page, f"{width}{'' if scripts else '-no-script'}")
    follow(page, "main a:has-text('Report a child missing')")
    assert at.look() == "Which child is missing?"
    at.type("name", ref)
    at.go_on("Find")
    follow(page, f"main a[href='/children/{ref}/report']")
    assert at.look() == "Is it Selam who is missing?"
    assert at.go_on("Yes, Selam is missing") == "What worries you about Selam tonight?"
    fault = at.go_on()
    assert fault == "What worries you about Selam tonight?" and "There is a problem" in page.inner_text("main")
    assert page.title().startswith("Error: ")
    at.choose("worries", "trafficking")
    at.type("why", "Left after a call, coat is gone")
    assert at.go_on() == "Does anybody know where Selam is?"
    at.choose("whereabouts", "not known")
    assert at.go_on() == "When was Selam last seen, and by whom?"
    assert at.go_on("I do not know") == "When did somebody notice that Selam was gone?"
    at.choose("day", "now")
    assert at.go_on() == "What was Selam wearing and carrying?"
    at.type("wearing", "Grey coat, white shoes")
    assert at.go_on() == "Where might Selam be?"
    assert at.go_on("I do not know") == "What has been done to find Selam?"
    at.choose("attempts", "room searched")
    at.choose("attempts", "child rung or messaged")
    assert at.go_on() == "Have the police been told?"
    at.choose("told", "not-yet")
    assert at.go_on() == "Whom can the police ring tonight?"
    at.type("ring", "01632 960200")
    assert at.go_on() == "Check your answers"
    _back_and_change(page, ref)
    assert "Suspected trafficked child" in page.content() and "Grey coat" in page.inner_text("main")
    assert at.go_on("Report Selam missing") == "Selam is reported missing"
    said = page.inner_text("main")
    assert "This page does not ring the police" in said and "No clock changed" not in said
    # No worker runs beside this house: nothing may be shown as sent.
    assert "A notice for Marrowshire Police lies ready" in said and "Not sent yet" in said
    follow(page, "main a:has-text('What to read out to the police')")
    assert at.look() == "What the police are told"
    print(f"\nreport, {at.way}: {at.pages} pages, {at.keys} keystrokes")
    assert at.found == {}
    page.goto("/missing")
    assert page.locator(f"a[href='/children/{ref}']").count() == 1


def _back_and_change(page: Any, ref: str) -> None:
    """Change one answer from the check page, and go back once: everything is still there."""
    follow(page, "#change-wearing")
    assert page.input_value("[name=wearing]") == "Grey coat, white shoes"
    follow(page, "a.govuk-back-link")
    assert re.search(r"/report/when$", page.url) and page.is_checked("input[name=day][value=now]")
    page.go_back()
    follow(page, "main button:has-text('Continue')")
    assert page.inner_text("h1") == "Check your answers"


def test_a_report_survives_the_browser_and_the_sign_out(busy_county: str, open_page: OpenPage) -> None:
    page = open_page(busy_county)
    page.goto("/children/JRD4-8VTM/report/sure")
    follow(page, "main button:has-text('Yes, add to the report')")
    page.fill("[name=why]", "He does not answer")
    follow(page, "main button:has-text('Continue')")
    page.context.close()
    fresh = open_page(busy_county)
    fresh.goto("/report")
    assert "Continue the report you began" in fresh.inner_text("main")
    fresh.goto("/children/JRD4-8VTM/report/worry")
    assert fresh.input_value("[name=why]") == "He does not answer"


PAGES = {
    "report-start": "/report",
    "search": f"/children/{AMINA}/search",
    "conversations": f"/children/{AMINA}/conversations",
    "numbers": "/missing/numbers?show=all",
    "notice": f"/children/{TUAN}/report/notice",
    **{f"episode-{what}": f"/children/{SELAM}/episode/{what}" for what in PURPOSES},
}


@pytest.mark.parametrize(
    ("width", "own_script"), [("desk", True), ("narrow", True), ("desk", False), ("narrow", False)]
)
def test_the_pages_of_an_episode_are_accessible_and_narrow(
    county: str, open_page: OpenPage, width: str, own_script: bool
) -> None:
    page = open_page(county, width=width, own_script=own_script)
    look_at(page, PAGES, f"{width}{'' if own_script else '-no-script'}")
