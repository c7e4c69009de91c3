"""What children share, in a real browser: looked at, decided and taken back, with scripts and without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import faults, follow, keep_picture
from tests.web.conftest import TUAN

pytestmark = pytest.mark.browser
WHY = "The same man answered that number both times"


def _look(page: Any, name: str, way: str) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    keep_picture(page, f"shared-{name}-{way}", whole=True)
    assert wide <= 0, f"{name}: {wide} pixels wider than the screen"
    assert faults(page) == []


@pytest.mark.parametrize(("width", "scripts"), [("desk", True), ("phone", True), ("phone", False)])
def test_a_link_is_confirmed_and_taken_back_by_somebody_else(
    busy_county: str, open_page: Callable[..., Any], width: str, scripts: bool
) -> None:
    way = f"{width}-{'script' if scripts else 'no-script'}"
    page = open_page(busy_county, width=width, scripts=scripts)
    page.goto("/shared")
    _look(page, "area", way)
    page.goto(f"/children/{TUAN}/shared")
    _look(page, "child", way)
    follow(page, page.locator("main a", has_text="Look at both").first)
    follow(page, "main button:has-text('Record')")
    assert page.locator(".govuk-error-summary").is_visible()
    _look(page, "link-fault", way)
    page.check("text=It is the same, and it may matter")
    page.fill("#id_reason", WHY)
    page.check("text=Tell the missing unit")
    follow(page, "main button:has-text('Record')")
    page.wait_for_url("**/shared")
    assert WHY in page.inner_text("main")
    _look(page, "child-confirmed", way)
    page.goto(f"/children/{TUAN}")
    assert WHY in page.inner_text("main")
    other = open_page(busy_county, username="okafor", width=width, scripts=scripts)
    other.goto(f"/children/{TUAN}/shared")
    follow(other, other.locator("main a", has_text="Look again").first)
    _look(other, "link-confirmed", way)
    other.fill("#id_reason", "It was the number of a taxi firm")
    follow(other, "main button:has-text('Take it back')")
    other.wait_for_url("**/shared")
    other.goto(f"/children/{TUAN}/episode/named")
    _look(other, "named", way)
