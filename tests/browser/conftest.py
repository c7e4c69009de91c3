"""A real browser before a real server: with scripts and without, at the width of a desk and of a phone."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
PICTURES = Path(__file__).parent / "pictures"
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844},
          "narrow": {"width": 320, "height": 640}}  # fmt: skip
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--no-first-run"]  # fmt: skip

DROPPED = "net::ERR_ABORTED"


@contextmanager
def served(folder: Path, copies: int, **settings: str) -> Iterator[str]:
    """The address of a county that serves until the end of the block. `settings` are of its environment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "HOLDFAST_HOME": str(folder),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
        "DATABASE_URL": "",
        **settings,
    }
    script = Path(__file__).parent / "serve_county.py"
    log = (folder / "server.log").open("w")
    server = subprocess.Popen([sys.executable, str(script), str(port), str(copies)], env=environment, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}/health", server, folder / "server.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if server.poll() is not None:
            pytest.fail(f"the server stopped: {log.read_text()}")
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not answer within a minute")


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Marrowshire with its cast, which no test changes."""
    with served(tmp_path_factory.mktemp("county"), 0) as address:
        yield address


@pytest.fixture(scope="session")
def busy_county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Marrowshire with a child for each journey."""
    with served(tmp_path_factory.mktemp("busy"), 4) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium")
    if path is None:
        pytest.fail("these tests need chromium: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    """`open_page(address, username=..., width=..., scripts=...)`: a page whose every complaint fails the test."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def opened(
        address: str, *, username: str = "manager", width: str = "desk", scripts: bool = True, own_script: bool = True
    ) -> Any:
        context = chromium.new_context(viewport=WIDTHS[width], java_script_enabled=scripts, base_url=address)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.complaints, page.scripts = complaints, scripts
        if not own_script:
            page.route("**/*.mjs", lambda route: route.fulfill(body="", content_type="text/javascript"))
        page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: complaints.append(str(e)))
        # A request that the browser itself drops because the page is left is not one that failed.
        page.on("requestfailed", lambda r: complaints.append(f"failed: {r.url}") if r.failure != DROPPED else None)
        if username:
            page.goto("/sign-in")
            page.fill("#id_username", username)
            page.fill("#id_password", PASSWORD)
            follow(page, "main button:has-text('Sign in')")
            assert page.url.endswith("/missing")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def follow(page: Any, place: Any) -> None:
    """Press a link or a button (a selector or a locator) that leads to another page, and wait until that is there
    whole. A click alone comes back while the new page may not have a title yet.
    """
    with page.expect_navigation():
        page.click(place) if isinstance(place, str) else place.click()


def faults(page: Any) -> list[str]:
    """What axe finds on a page, each with the place. Where scripts are off nothing can be asked of the page: then the
    same page is looked at with its own script left out (`own_script=False`), in which axe can run.
    """
    if not page.scripts:
        return []
    page.evaluate(AXE)
    found = page.evaluate(f"axe.run(document, {{runOnly: {RULES}}})")
    return [f"{v['id']}: {v['help']} at {n['target']}" for v in found["violations"] for n in v["nodes"]]


def keep_picture(page: Any, name: str, *, whole: bool = False) -> None:
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=whole)
