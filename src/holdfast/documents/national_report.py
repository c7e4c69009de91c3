"""The national picture as a tagged PDF."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

TEMPLATE = "national_report.typ"


def report_pdf(content: Mapping[str, Any], pictures: Mapping[str, tuple[str, str]]) -> bytes:
    """The report as PDF/UA-1. `content` holds the words by name; `pictures` an SVG and its text by name.

    The same content gives the same bytes: the only date is `content["year"]`, the ISO day of release (may be empty).
    """
    import typst

    day = content.get("year") or ""
    stamp = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else datetime(1980, 1, 1, tzinfo=UTC)
    with tempfile.TemporaryDirectory(prefix="holdfast-report-") as folder:
        room = Path(folder)
        (room / TEMPLATE).write_bytes(files(__package__).joinpath(TEMPLATE).read_bytes())
        (room / "content.json").write_text(
            json.dumps({**content, "pictures": {name: alt for name, (_, alt) in pictures.items()}}), encoding="utf-8"
        )
        for name, (svg, _) in pictures.items():
            (room / f"{name}.svg").write_text(svg, encoding="utf-8")
        return bytes(
            typst.compile(
                str(room / TEMPLATE), root=folder, format="pdf", pdf_standards="ua-1", timestamp=int(stamp.timestamp())
            )
        )
