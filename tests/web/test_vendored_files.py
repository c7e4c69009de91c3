"""What is vendored is what the manifest says, and wears nobody else's brand."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "src" / "holdfast" / "web"
FOLDERS = [WEB / "static" / "vendor", ROOT / "tests" / "browser" / "vendor"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.parent.name)
def test_every_vendored_file_has_the_hash_of_the_manifest(folder: Path) -> None:
    manifest = json.loads((folder / "MANIFEST.json").read_text())
    found = {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.rglob("*")
        if p.is_file() and p.name != "MANIFEST.json"
    }
    assert found == manifest["sha256"]
    assert all(one["version"] and one["licence"] for one in manifest["made_from"])


def test_versions_of_the_manifest_are_those_that_are_pinned() -> None:
    wanted = json.loads((ROOT / "tools" / "frontend" / "package.json").read_text())
    pinned = {**wanted["dependencies"], **wanted["devDependencies"]}
    for folder in FOLDERS:
        for one in json.loads((folder / "MANIFEST.json").read_text())["made_from"]:
            assert pinned[one["package"]] == one["version"]


def test_the_lock_names_no_place_to_download_from() -> None:
    lock = json.loads((ROOT / "tools" / "frontend" / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]


def test_nothing_wears_the_brand_of_central_government() -> None:
    style = (WEB / "static" / "vendor" / "holdfast.css").read_text()
    assert "GDS Transport" not in style and "@font-face" not in style
    assert "--govuk-brand-colour: #1f4e54" in style or "--govuk-brand-colour:#1f4e54" in style
    pages = [p.read_text() for p in (WEB / "templates").rglob("*.html")]
    assert not [page for page in pages if re.search(r"crown|govukFooter\(|govukHeader\(|logotype", page, re.IGNORECASE)]


def test_every_picture_that_the_style_names_is_there() -> None:
    vendor = WEB / "static" / "vendor"
    for name in re.findall(r"url\(\"?([^)\"]+)\"?\)", (vendor / "holdfast.css").read_text()):
        assert (vendor / name).is_file(), name


def test_no_page_carries_a_script_or_a_style_of_its_own() -> None:
    for page in (WEB / "templates").rglob("*.html"):
        text = page.read_text()
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text), page.name


@pytest.mark.parametrize("name", ["vendor/holdfast.css", "vendor/holdfast.mjs"])
def test_styles_and_scripts_go_out_compressed_and_are_the_same(client: Client, name: str) -> None:
    plain = (WEB / "static" / name).read_bytes()
    answer = client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"})
    sent = b"".join(answer.streaming_content)
    assert answer["Content-Encoding"] == "gzip" and len(sent) < len(plain) / 3
    assert gzip.decompress(sent) == plain
