"""A passkey made and used in a real browser, with the browser's own made-up device."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from holdfast.access.factors.codes import PERIOD, code_at
from tests.browser.conftest import faults, follow, keep_picture, served
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.browser
DEVICE = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
          "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip


def _password(page: Any) -> None:
    page.goto("/sign-in")
    page.fill("#id_username", "manager")
    page.fill("#id_password", PASSWORD)
    follow(page, "main button:has-text('Sign in')")


def _secret(shown: str) -> bytes:
    import base64

    return base64.b32decode(shown.replace(" ", ""))


def test_a_passkey_is_added_and_signs_in(tmp_path: Path, open_page: Callable[..., Any]) -> None:
    with served(tmp_path, 0, HOLDFAST_SECOND_FACTOR="") as address:
        page = open_page(address.replace("127.0.0.1", "localhost"), username="")
        devices = page.context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        _password(page)
        page.fill("#id_code", code_at(_secret(page.inner_text("main code")), int(time.time()) // PERIOD))
        follow(page, "main button:has-text('Continue')")
        page.goto("/passkeys")
        assert faults(page) == []
        keep_picture(page, "passkeys-none-desk")
        page.fill("#id_name", "Work telephone")
        page.click("main button:has-text('Add a passkey')")
        page.wait_for_selector("dt:has-text('Work telephone')")
        keep_picture(page, "passkeys-one-desk")
        follow(page, "button:has-text('Sign out')")
        _password(page)
        assert faults(page) == []
        assert not page.locator("[data-passkey-problem]").is_visible()
        keep_picture(page, "passkey-at-sign-in-desk")
        page.click("main button:has-text('Use your passkey')")
        page.wait_for_url("**/missing")
        page.goto("/passkeys")
        assert "used last" in page.inner_text("main")
