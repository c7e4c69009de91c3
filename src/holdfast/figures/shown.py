"""Figures as JSON and as rows of a table to read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from holdfast.figures.bounds import Range
from holdfast.figures.figure import Figure, Sum


def as_json(figures: Iterable[Figure]) -> dict[str, dict[str, dict[str, Any]]]:
    """`{figure id: {period: figure}}`; a change stands under the period it leads to."""
    shown: dict[str, dict[str, dict[str, Any]]] = {}
    for figure in figures:
        shown.setdefault(figure.id, {})[figure.period] = _figure(figure)
    return shown


def _figure(figure: Figure) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "kind": figure.kind,
        "lower": figure.lower,
        "upper": figure.upper,
        "counted": figure.counted,
        "authorities": {
            "asked": list(figure.coverage.asked),
            "answered": list(figure.coverage.answered),
            "in_figure": list(figure.coverage.in_figure),
        },
    }
    if figure.numerator and figure.denominator and figure.everyone:
        shown["numerator"] = _sum(figure.numerator, figure.coverage.in_figure)
        shown["denominator"] = _sum(figure.denominator, figure.coverage.in_figure)
        shown["all"] = {
            "lower": figure.everyone.bounds.lower,
            "upper": figure.everyone.bounds.upper,
            "numerator": _range(figure.everyone.numerator, figure.everyone.authorities),
            "denominator": _sum(figure.everyone.denominator, figure.everyone.authorities),
            "authorities": list(figure.everyone.authorities),
        }
    if figure.growth:
        shown["from"] = {"period": figure.growth.from_period, **_sum(figure.growth.before, figure.coverage.in_figure)}
        shown["to"] = {"period": figure.growth.to_period, **_sum(figure.growth.after, figure.coverage.in_figure)}
        shown["difference"] = {"lower": figure.growth.difference[0], "upper": figure.growth.difference[1]}
        shown["percent"] = {
            "lower": None if figure.lower is None else 100 * figure.lower,
            "upper": None if figure.upper is None else 100 * figure.upper,
            "of": figure.growth.from_period,
        }
    shown["faults"] = list(figure.faults)
    shown["notes"] = list(figure.notes)
    return shown


def _range(one: Range, over: tuple[str, ...]) -> dict[str, Any]:
    """The bounds; null where they are over no authority, which is not zero."""
    return {"lower": one.lower, "upper": one.upper} if over else {"lower": None, "upper": None}


def _sum(one: Sum, over: tuple[str, ...]) -> dict[str, Any]:
    return {**_range(one.bounds, over), "counted": one.counted}


def count_words(lower: float | None, upper: float | None) -> str:
    """ "864", "50 to 60", "at least 7"."""
    if lower is None:
        return "not known"
    if upper is None:
        return f"at least {lower:,.0f}"
    return f"{lower:,.0f}" if lower == upper else f"{lower:,.0f} to {upper:,.0f}"


def percent_words(lower: float | None, upper: float | None, signed: bool = False) -> str:
    """ "37.0 %", "32.8 to 44.2 %", with a sign for a change."""
    sign = "+" if signed else ""
    if lower is None and upper is None:
        return "not known"
    if upper is None:
        return f"at least {100 * (lower or 0):{sign}.1f} %"
    if lower is None:
        return f"at most {100 * upper:{sign}.1f} %"
    low, high = f"{100 * lower:{sign}.1f}", f"{100 * upper:{sign}.1f}"
    return f"{low} %" if low == high else f"{low} to {high} %"


def as_rows(figures: Iterable[Figure]) -> list[tuple[str, str, str, str, str, str]]:
    """Figure, period, value, made from, over all with a denominator, authorities (in figure, answered, asked)."""
    return [
        (figure.id, figure.period, _value(figure), _made_from(figure), _over_all(figure), _coverage(figure))
        for figure in figures
    ]


def _value(figure: Figure) -> str:
    if not figure.coverage.in_figure:
        return "no authority can be used"
    if figure.kind == "rate":
        return percent_words(figure.lower, figure.upper)
    if figure.kind == "change":
        return percent_words(figure.lower, figure.upper, signed=True)
    return count_words(figure.lower, figure.upper)


def _made_from(figure: Figure) -> str:
    if not figure.coverage.in_figure:
        return ""
    if figure.numerator and figure.denominator:
        part, whole = figure.numerator.bounds, figure.denominator.bounds
        return f"{count_words(part.lower, part.upper)} of {count_words(whole.lower, whole.upper)}"
    if figure.growth:
        before, after = figure.growth.before.bounds, figure.growth.after.bounds
        return (
            f"{count_words(before.lower, before.upper)} in {figure.growth.from_period}, "
            f"{count_words(after.lower, after.upper)} in {figure.growth.to_period}"
        )
    return f"{figure.counted:,} given as exact numbers"


def _over_all(figure: Figure) -> str:
    if not figure.everyone or not figure.everyone.authorities:
        return ""
    whole = figure.everyone.denominator.bounds
    bounds = figure.everyone.bounds
    return f"{percent_words(bounds.lower, bounds.upper)} of {count_words(whole.lower, whole.upper)}"


def _coverage(figure: Figure) -> str:
    coverage = figure.coverage
    if coverage.in_figure_count is None:
        return "not known (published as a sum)"
    if coverage.in_figure_count > len(coverage.in_figure):
        return f"{coverage.in_figure_count} (published as one sum)"
    return f"{len(coverage.in_figure)} of {len(coverage.asked)} ({len(coverage.answered)} answered)"
