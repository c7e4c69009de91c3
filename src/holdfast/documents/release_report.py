"""A release's report as a tagged PDF."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

TEMPLATE = "release_report.typ"


def release_pdf(content: Mapping[str, Any], pictures: Mapping[str, tuple[str, str]]) -> bytes:
    """The report as PDF/UA-1. `content` holds the words by name; `pictures` an SVG and its text by name.

    The same content gives the same bytes: the only date is `content["day"]`, the ISO day of release.
    """
    import typst

    stamp = datetime.fromisoformat(content["day"]).replace(tzinfo=UTC)
    with tempfile.TemporaryDirectory(prefix="holdfast-release-") as folder:
        room = Path(folder)
        (room / TEMPLATE).write_bytes(files(__package__).joinpath(TEMPLATE).read_bytes())
        (room / "content.json").write_text(json.dumps(dict(content)), encoding="utf-8")
        for name, (svg, _) in pictures.items():
            (room / f"{name}.svg").write_text(svg, encoding="utf-8")
        return bytes(
            typst.compile(
                str(room / TEMPLATE), root=folder, format="pdf", pdf_standards="ua-1", timestamp=int(stamp.timestamp())
            )
        )
