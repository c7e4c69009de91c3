"""Ranges as bars in SVG, without a library: the counted number as a diamond, what is possible as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, log10
from textwrap import wrap

INK, NEAR, WIDE, POINT, GRID = "#0b0c0c", "#7fa8cf", "#d3e0ec", "#b3420d", "#c3cccd"
WIDTH, LEFT, RIGHT, ROW, TOP = 480, 16, 40, 62, 8
LETTERS = 58
"""A line of this many letters fits; a longer name takes two lines, and every row is then higher."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of the chart: its name, the near and the wide range (share of 1 or children), and the point."""

    name: str
    near: tuple[float, float] | None
    wide: tuple[float, float] | None
    point: float | None


def height_of(lines: Sequence[Bar]) -> int:
    """How high the picture is."""
    return TOP + _row(lines) * len(lines) + 34


def _row(lines: Sequence[Bar]) -> int:
    return ROW + 17 * (max(len(_wrapped(one.name)) for one in lines) - 1)


def _wrapped(name: str) -> list[str]:
    return wrap(name, LETTERS)[:3]


def bars(title: str, said: str, lines: Sequence[Bar], percent: bool) -> str:
    """The picture. `title` and `said` name it for those who hear it read."""
    most = max([end for one in lines for pair in (one.near, one.wide) if pair for end in pair] + [0.01])
    most = max([most, *(one.point for one in lines if one.point is not None)])
    step = _step(most)
    full = step * ceil(most / step - 1e-9)
    height, row = height_of(lines), _row(lines)

    def x(value: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * value / full, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}"'
        f' height="{height}" font-family="Arial, Helvetica, Liberation Sans, sans-serif" font-size="14" fill="{INK}">'
        f"<title>{escape(title)}</title><desc>{escape(said)}</desc>"
    ]
    mark = 0.0
    while mark <= full + step / 2:
        text = f"{100 * mark:.0f} %" if percent else f"{mark:,.0f}"
        lines_of = "".join(f"M{x(mark)} {TOP + row * at + row - 36}v30" for at in range(len(lines)))
        parts.append(f'<path d="{lines_of}" stroke="{GRID}"/>')
        parts.append(f'<text x="{x(mark)}" y="{height - 10}" text-anchor="middle" font-size="13">{text}</text>')
        mark += step
    for number, one in enumerate(lines):
        top = TOP + row * number
        bar = top + row - 62
        for line, words in enumerate(_wrapped(one.name)):
            parts.append(f'<text x="{LEFT}" y="{top + 18 + 17 * line}">{escape(words)}</text>')
        for pair, colour, thick in ((one.wide, WIDE, 26), (one.near, NEAR, 14)):
            if pair:
                left, wide = x(pair[0]), max(2.0, x(pair[1]) - x(pair[0]))
                parts.append(
                    f'<rect x="{left}" y="{bar + 41 - thick / 2}" width="{wide:.1f}" height="{thick}" fill="{colour}"'
                    f' stroke="#4d6f8f" stroke-width="0.7"/>'
                )
        if one.point is not None:
            parts.append(f'<path d="M{x(one.point)} {bar + 32}l9 9l-9 9l-9 -9z" fill="{POINT}" stroke="#fff"/>')
    return "".join(parts) + "</svg>\n"


def _step(most: float) -> float:
    """A round distance between four and eight marks of the scale."""
    rough = most / 5
    ten = 10.0 ** (ceil(log10(rough)) - 1)
    return float(next(ten * one for one in (1, 2, 5, 10) if ten * one >= rough))
