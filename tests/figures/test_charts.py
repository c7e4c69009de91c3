"""Charts: the finding, a text that says the same, and the same numbers as a table."""

from __future__ import annotations

from defusedxml import ElementTree

from holdfast.figures.charts import picture_charts
from holdfast.figures.national import national_picture


def test_each_chart_is_well_formed_named_and_shows_the_numbers_of_its_table():
    shares, bounds = picture_charts(national_picture())
    for chart in (shares, bounds):
        root = ElementTree.fromstring(chart.svg)
        assert root.get("role") == "img"
        drawn = " ".join(root.itertext())
        assert chart.title in drawn
        assert chart.alt.startswith(chart.title)
        assert all(len(row) == len(chart.head) for row in chart.rows)
        assert "Arial" in chart.svg
    assert all(text in shares.svg for text in ("32.8", "44.2 %", "37.0 % of 2,335 (135 authorities)"))
    assert all(f">{row[5]}<" in bounds.svg for row in bounds.rows)
    assert "7 of 7 years" in bounds.title


def test_the_same_evidence_gives_the_same_picture():
    assert picture_charts(national_picture()) == picture_charts(national_picture())
