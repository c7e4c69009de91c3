"""A handover from the child's page to the name that accepts it, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import faults, follow, keep_picture

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "scripts", "number"), [("desk", True, 0), ("phone", True, 1), ("phone", False, 2)])
def test_a_handover_is_offered_refused_and_accepted(
    busy_county: str, open_page: Callable[..., Any], width: str, scripts: bool, number: int
) -> None:
    way, ref = f"{width}{'' if scripts else '-no-script'}", f"TUAN-222{number}"
    giver = open_page(busy_county, username="okafor", width=width, scripts=scripts)
    giver.goto(f"/children/{ref}/told")
    follow(giver, "a:has-text('Hand something over')")
    follow(giver, "main button:has-text('Hand over')")
    giver.click("a:has-text('Enter what you hand over')")  # leads to the question on the same page
    assert faults(giver) == []
    giver.fill("#id_of", f"the search {number}")
    giver.select_option("#id_agency", "MARPOL")
    giver.fill("#id_notice", "He did not come back from college.")
    giver.fill("#id_why", "The search is theirs")
    follow(giver, "main button:has-text('Hand over')")
    giver.wait_for_url(re.compile("/handovers/"))
    assert faults(giver) == []
    taker = open_page(busy_county, username="reid", width=width, scripts=scripts)
    taker.goto("/handovers")
    assert faults(taker) == []
    keep_picture(taker, f"handovers-asked-{way}")
    follow(taker, f"li:has-text('{ref}') a:has-text('Accept or refuse')")
    follow(taker, "main button:has-text('I cannot take it')")
    assert "Enter the reason" in taker.inner_text("main") and faults(taker) == []
    taker.fill("#refuse_reason", "Lowmoor has this one")
    follow(taker, "main button:has-text('I cannot take it')")
    assert "Lowmoor has this one" in taker.inner_text("main")
    notice = taker.inner_text("main").partition("Notice ")[2][:9]
    follow(taker, "main button:has-text('I accept, as Alan Reid')")
    assert "Accepted by Alan Reid" in taker.inner_text("main") and faults(taker) == []
    keep_picture(taker, f"handover-accepted-{way}")
    taker.goto(f"/notices/{notice}")
    assert "What became of it" in taker.inner_text("main") and faults(taker) == []
    keep_picture(taker, f"notice-{way}")
    wide = taker.evaluate("document.documentElement.scrollWidth - innerWidth") if scripts else 0
    assert wide <= 0
