"""The rota in a real browser: at a desk, on a phone and without script, with axe; asking for cover and accepting it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.conftest import ROOT, faults, follow, keep_picture, served

pytestmark = pytest.mark.browser
_ROTAS = """
import os
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "holdfast.config.settings"
django.setup()
from datetime import UTC, datetime
from holdfast.demo.start import enter_rotas
enter_rotas(datetime.now(UTC))
"""


@pytest.fixture(scope="module")
def rota_county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Marrowshire with the rotas of the demonstration."""
    folder = tmp_path_factory.mktemp("rota")
    with served(folder, 0) as address:
        source = os.pathsep.join([str(ROOT), str(ROOT / "src")])
        around = {**os.environ, "HOLDFAST_HOME": str(folder), "PYTHONPATH": source, "DATABASE_URL": ""}
        subprocess.run([sys.executable, "-c", _ROTAS], env=around, check=True)
        yield address


@pytest.mark.parametrize("width", ["desk", "phone", "narrow"])
def test_every_page_of_a_rota_fits_and_axe_finds_nothing(
    rota_county: str, open_page: Callable[..., Any], width: str
) -> None:
    page = open_page(rota_county, width=width)
    for address, name in (("/rota", "rota"), ("/rota/pattern", "rota-pattern"), ("/handovers", "rota-on-now")):
        page.goto(address)
        assert faults(page) == [], address
        keep_picture(page, f"{name}-{width}", whole=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (address, width)
    page.goto("/rota")
    follow(page, page.locator("table.hf-rota a").last)
    follow(page, "button:has-text('Do this')")
    assert "There is a problem" in page.inner_text("main") and faults(page) == []
    keep_picture(page, f"rota-shift-{width}", whole=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_cover_is_asked_and_accepted_on_a_phone_without_script(rota_county: str, open_page: Callable[..., Any]) -> None:
    asks = open_page(rota_county, username="reid", width="phone", scripts=False)
    asks.goto("/rota?agency=MARPOL")
    follow(asks, asks.locator("table.hf-rota li:has-text('(you)') a").last)
    asks.check("input[value=cover]")
    asks.select_option("select[name=person]", label="Joan Marsh")
    asks.fill("input[name=reason]", "Court")
    follow(asks, "button:has-text('Do this')")
    assert "Joan Marsh has not answered" in asks.inner_text("main")
    covers = open_page(rota_county, username="inspector", width="phone", scripts=False)
    covers.goto("/rota")
    assert "in place of Alan Reid" in covers.inner_text("main")
    follow(covers, "button:has-text('I accept, I am Joan Marsh')")
    assert "You are asked" not in covers.inner_text("main")
    covers.click("summary:has-text('Who changed what')")
    assert "Joan Marsh accepted" in covers.inner_text("main")
