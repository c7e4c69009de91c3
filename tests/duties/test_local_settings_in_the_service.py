"""The authority's own protocols as an installation uses them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from holdfast.child.law import law_in_use
from holdfast.duties.statute import statute
from holdfast.web.views.open_pages import every_rule

PROTOCOL = """
authority = "Marrowshire"
[[protocol]]
id = "call-back"
title = "Ring the duty worker"
nation = "england"
from = 2026-04-01
document = "Marrowshire missing protocol"
responsible = "the home"
must = "call the duty worker"
event = "missing.noticed"
within = "2 hours"
done = ["missing.told"]
"""


@pytest.fixture
def page_of_today() -> Iterator[None]:
    every_rule.cache_clear()
    yield
    every_rule.cache_clear()


def test_without_a_file_the_law_in_use_is_the_statute(settings: Any) -> None:
    settings.LOCAL_PROTOCOLS = ""
    assert law_in_use() is statute()


@pytest.mark.django_db
def test_the_law_page_shows_a_protocol_as_local_and_never_as_law(
    settings: Any, client: Any, tmp_path: Path, page_of_today: None
) -> None:
    path = tmp_path / "local.toml"
    path.write_text(PROTOCOL, encoding="utf-8")
    settings.LOCAL_PROTOCOLS = str(path)
    assert len(law_in_use().rules) == len(statute().rules) + 1
    page = client.get("/law?rule=LOCAL-CALL-BACK").content.decode()
    assert "Ring the duty worker" in page and "Within 2 hours" in page
    assert "Local practice of Marrowshire, not law" in page and 'href=""' not in page


def test_a_file_that_cannot_be_used_is_named_with_the_protocol(settings: Any, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(PROTOCOL.replace("2 hours", "soon"), encoding="utf-8")
    settings.LOCAL_PROTOCOLS = str(path)
    with pytest.raises(ImproperlyConfigured, match=r"bad\.toml: call-back: within must be such as"):
        law_in_use()
    settings.LOCAL_PROTOCOLS = str(tmp_path / "none.toml")
    with pytest.raises(ImproperlyConfigured, match=r"none\.toml cannot be read"):
        law_in_use()
