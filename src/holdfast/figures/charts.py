"""Charts as SVG, each with its finding as the title, a text that says the same, and the same numbers as a table.

A range is drawn as a range. Groups differ in shape as well as colour, so nothing is lost in print or to a reader
who does not see colour. Altair is imported only when a chart is drawn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Any

from holdfast.figures.national import YEAR, NationalPicture, check_row, rate_row

FONT = "Arial, Helvetica, Liberation Sans, sans-serif"
INK, RANGE, POINT = "#0b0c0c", "#7fa8cf", "#b3420d"
WIDTH = 560


@dataclass(frozen=True, slots=True)
class Chart:
    """`svg` is the whole picture; `alt` says what it shows; `head` and `rows` are the same numbers."""

    name: str
    title: str
    alt: str
    svg: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def picture_charts(picture: NationalPicture) -> tuple[Chart, ...]:
    """The charts of the national picture, in the order of the page."""
    return (shares_chart(picture), bounds_chart(picture))


def shares_chart(picture: NationalPicture) -> Chart:
    """The two rates: the point over matched authorities, the range over every child known to be in care."""
    import altair as alt

    trafficked = picture.rates[0]
    title = (
        f"Between {100 * trafficked.lower:.0f} and {100 * trafficked.upper:.0f} % of trafficked children known to be"
        f" in care went missing in {YEAR}"
    )
    values = [
        {
            "group": rate.group.capitalize(),
            "lower": 100 * rate.lower,
            "upper": 100 * rate.upper,
            "rate": 100 * rate.rate,
            "lower_label": f"{100 * rate.lower:.1f}",
            "upper_label": f"{100 * rate.upper:.1f} %",
            "rate_label": f"{100 * rate.rate:.1f} % of {rate.in_care:,} ({rate.authorities} authorities)",
        }
        for rate in picture.rates
    ]
    base = alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y("group:N", sort=None, title=None, axis=alt.Axis(labelFontSize=14, ticks=False, domain=False))
    )
    scale = alt.Scale(domain=[0, 55])
    x = alt.X("lower:Q", scale=scale, title="Share of children in care who went missing, per cent")
    layers = [
        base.mark_bar(height=22, color=RANGE).encode(x=x, x2="upper:Q"),
        base.mark_point(shape="diamond", size=150, filled=True, color=POINT, opacity=1).encode(
            x=alt.X("rate:Q", scale=scale)
        ),
        base.mark_text(align="right", dx=-6, fontSize=13, color=INK).encode(x=x, text="lower_label:N"),
        base.mark_text(align="left", dx=6, fontSize=13, color=INK).encode(
            x=alt.X("upper:Q", scale=scale), text="upper_label:N"
        ),
        base.mark_text(align="center", dy=-22, fontSize=13, color=POINT).encode(
            x=alt.X("rate:Q", scale=scale), text="rate_label:N"
        ),
    ]
    note = "Bar: possible over all children known to be in care. Diamond: authorities that gave both numbers."
    said = "; ".join(
        f"{row[0].lower()}: {row[1]} ({row[3]}) over {row[2]} authorities, {row[5]} over all {row[4]} known"
        for row in map(rate_row, picture.rates)
    )
    svg = _svg(alt.layer(*layers), title, note, height=170)
    return Chart(
        "shares",
        title,
        f"{title}. {said}.",
        _described(svg, title, said),
        ("Group", "Missing of in care", "Authorities", "Rate", "All known", "Range over all known"),
        tuple(tuple(rate_row(rate)) for rate in picture.rates),
    )


def bounds_chart(picture: NationalPicture) -> Chart:
    """England on 31 March: the range from local figures and the published figure, for each year."""
    import altair as alt

    checks = picture.bounds_checks
    held = sum(check.holds for check in checks)
    title = f"Local figures with hidden numbers still hold the published figure in {held} of {len(checks)} years"
    values = [
        {
            "year": str(check.year),
            "lower": check.bounds.lower,
            "upper": check.bounds.upper,
            "published": check.published,
            "shown": check.sum_of_shown,
        }
        for check in checks
    ]
    base = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X("year:N", title="On 31 March of", axis=alt.Axis(labelAngle=0, ticks=False))
    )
    y = alt.Y("lower:Q", title="Children missing", scale=alt.Scale(domain=[0, 600]), axis=alt.Axis(tickCount=6))
    layers = [
        base.mark_bar(width=26, color=RANGE).encode(y=y, y2="upper:Q"),
        base.mark_point(shape="diamond", size=130, filled=True, color=POINT, opacity=1).encode(y="published:Q"),
        base.mark_tick(width=26, thickness=3, color=INK).encode(y="shown:Q"),
        base.mark_text(dy=12, fontSize=12, color=INK).encode(y="lower:Q", text="lower:Q"),
        base.mark_text(dy=-8, fontSize=12, color=INK).encode(y="upper:Q", text="upper:Q"),
        base.mark_text(dx=17, align="left", fontSize=12, color=POINT).encode(y="published:Q", text="published:Q"),
    ]
    note = (
        "Bar: range with each hidden number taken as 1 to 5. Diamond: published."
        " Line: what remains if hidden is taken as zero."
    )
    said = "; ".join(f"{row[0]}: {row[4]}, published {row[5]}" for row in map(check_row, checks))
    svg = _svg(alt.layer(*layers), title, note, height=300)
    return Chart(
        "bounds",
        title,
        f"{title}. {said}.",
        _described(svg, title, said),
        ("Year", "Authorities shown", "Hidden", "Sum of shown", "Range", "Published", "Holds"),
        tuple(tuple(check_row(check)) for check in checks),
    )


def _svg(chart: Any, title: str, note: str, height: int) -> str:
    """The layered chart drawn to SVG text, with the finding above it and how to read it below that."""
    import altair as alt
    import vl_convert

    finished = (
        chart.properties(
            width=WIDTH,
            height=height,
            title=alt.TitleParams(
                _wrapped(title, 66),
                subtitle=_wrapped(note, 92),
                anchor="start",
                frame="group",
                fontSize=17,
                subtitleFontSize=12.5,
                subtitleColor=INK,
                color=INK,
                offset=18,
            ),
            background="white",
        )
        .configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK, titleColor=INK, labelFontSize=12.5, titleFontSize=12.5, grid=False, titleFontWeight="normal"
        )
    )
    return str(vl_convert.vegalite_to_svg(finished.to_json(validate=True)))


def _wrapped(text: str, width: int) -> list[str]:
    """Lines no longer than `width`, for a drawing that does not break lines itself."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > width and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _described(svg: str, title: str, said: str) -> str:
    """The picture with a name and a description for those who hear it read."""
    opening = re.compile(r"<svg\b([^>]*)>")
    return opening.sub(
        lambda found: f'<svg role="img"{found.group(1)}><title>{escape(title)}</title><desc>{escape(said)}</desc>',
        svg,
        count=1,
    )
