"""A photograph added on a telephone, without scripts, and seen where a child is known by it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageDraw

from tests.browser.conftest import faults, follow, keep_picture
from tests.web.conftest import TUAN

pytestmark = pytest.mark.browser


def a_drawn_face() -> bytes:
    picture = Image.new("RGB", (900, 1200), "#9db8c9")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((220, 220, 680, 820), fill="#d8a982")
    pen.pieslice((200, 160, 700, 640), 180, 360, fill="#1b1b1b")
    for x in (360, 500):
        pen.ellipse((x, 480, x + 50, 530), fill="#1b1b1b")
    pen.arc((350, 560, 560, 720), 20, 160, fill="#7a2e2e", width=14)
    sent = BytesIO()
    picture.save(sent, "PNG")
    return sent.getvalue()


@pytest.mark.parametrize(("width", "scripts"), [("phone", False), ("desk", True)])
def test_a_photograph_is_added_and_shown(
    busy_county: str, open_page: Callable[..., Any], width: str, scripts: bool
) -> None:
    page = open_page(busy_county, width=width, scripts=scripts)
    page.goto(f"/children/{TUAN}/photograph/new")
    page.set_input_files("#id_picture", {"name": "note.txt", "mimeType": "text/plain", "buffer": b"not a picture"})
    page.fill("#id_taken", "September 2026")
    follow(page, "main button:has-text('Keep this photograph')")
    assert "There is a problem" in page.inner_text("main") and page.input_value("#id_taken") == "September 2026"
    keep_picture(page, f"photograph-refused-{width}")
    page.set_input_files("#id_picture", {"name": "face.png", "mimeType": "image/png", "buffer": a_drawn_face()})
    follow(page, "main button:has-text('Keep this photograph')")
    page.wait_for_url("**/profile")
    shown = page.locator("img.hf-photograph")
    assert shown.bounding_box()["height"] <= 202 and "Taken in September 2026" in page.inner_text("main")
    if scripts:
        assert page.evaluate("document.querySelector('img.hf-photograph').naturalHeight") == 480
        assert faults(page) == []
    keep_picture(page, f"photograph-shown-{width}")
    page.goto(f"/children/{TUAN}/report/sure")
    assert page.locator("img.hf-photograph").count() == 1
    keep_picture(page, f"photograph-sure-{width}")
