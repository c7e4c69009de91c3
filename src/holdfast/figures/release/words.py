"""A release's numbers in words and sentences. Every one of them is held to its figures before it is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

from holdfast.figures.release.released import Layer, Number, Released, Unit
from holdfast.figures.shown import count_words, percent_words
from holdfast.figures.textcheck import KnownCount, KnownRate, check_text

NOTHING = "not given"


class WrongSentence(ValueError):
    """A sentence whose numbers do not belong together: the release is not made."""


def ends_words(unit: str, lower: float | None, upper: float | None) -> str:
    """ "817", "817 to 1,167", "10.5 to 68.7 %", "+19.4 %"."""
    if unit == Unit.COUNT:
        return count_words(lower, upper)
    return percent_words(lower, upper, signed=unit == Unit.CHANGE)


def number_words(figure: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    """One number with its layer: as in the manifest."""
    words = ends_words(figure["unit"], one["lower"], one["upper"])
    return f"{one['layer']} {words}"


def cell_words(figure: Released, layer: Layer) -> str:
    """One layer of a figure for a table."""
    one = figure.number(layer)
    if one is None:
        return NOTHING
    words = ends_words(figure.unit, one.lower, one.upper)
    if layer is Layer.MODELLED:
        return f"{one.part:,} ({words})"
    if one.part is not None and one.whole is not None:
        if figure.unit is Unit.SHARE:
            return f"{words} ({one.part:,} of {one.whole:,})"
        return f"{words} (from {one.whole:,} to {one.part:,})"
    return f"about {words}" if layer is Layer.COUNTED and one.rounded_to > 1 else words


def headline(figure: Released) -> str:
    """The sentence for a newspaper: rounded numbers that belong together, and over whom."""
    one = figure.number(Layer.COUNTED)
    if one is None or one.part is None or one.whole is None:
        return f"Too few authorities gave both numbers to say in one number how many {figure.name} in {figure.period}."
    share = percent_words(one.lower, one.upper)
    return (
        f"{one.part:,} of {one.whole:,} {figure.name} in {figure.period} ({share}), over the {one.authorities}"
        " authorities that gave both numbers."
    )


def headline_range(figure: Released) -> str:
    """What the answers leave possible beside it."""
    found = []
    ends = figure.number(Layer.ANSWERED)
    if ends is not None:
        found.append(
            f"Taking in the {ends.authorities} authorities that gave both as a number or a range, the share lies within"
            f" {percent_words(ends.lower, ends.upper)}."
        )
    every = figure.number(Layer.EVERYONE)
    if every is not None and ends is not None and every.authorities > ends.authorities:
        found.append(
            f"Over all {every.authorities} authorities that said how many children they look after, it lies within"
            f" {percent_words(every.lower, every.upper)}: for some of these children nobody gave a missing count."
        )
    return " ".join(found)


def coverage(figure: Released) -> str:
    """How many were asked, answered and are in the figure."""
    return (
        f"{figure.asked} authorities were asked, {figure.answered} answered in some way and {len(figure.in_figure)} are"
        " in this figure."
    )


def known_of(figures: Sequence[Released]) -> tuple[KnownRate | KnownCount, ...]:
    """The rates that a sentence is held to."""
    found: list[KnownRate | KnownCount] = []
    for one in figures:
        counted, every = one.number(Layer.COUNTED), one.number(Layer.EVERYONE)
        if one.unit is Unit.SHARE and counted is not None and counted.part is not None and counted.whole is not None:
            low, high = _share_ends(every)
            found.append(
                KnownRate(
                    f"{one.name}, {one.period}",
                    counted.part,
                    counted.whole,
                    counted.authorities,
                    counted.whole,
                    low,
                    high,
                )
            )
    return tuple(found)


def _share_ends(one: Number | None) -> tuple[float, float]:
    return (0.0, 1.0) if one is None else (one.lower or 0.0, 1.0 if one.upper is None else one.upper)


def hold(name: str, text: str, known: Sequence[KnownRate | KnownCount]) -> None:
    """Raises WrongSentence where a sentence's percentage does not follow from its numbers."""
    faults = check_text(text, known)
    if faults:
        raise WrongSentence(f"{name}: “{faults[0].quoted}”: {faults[0].problem}")


class _Prose(HTMLParser):
    _BLOCKS = frozenset({"p", "li", "h1", "h2", "h3", "caption", "td", "th", "dt", "dd", "figcaption", "title"})

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._inside = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._BLOCKS:
            self._inside += 1
            self.parts.append("\n\n")
        alt = dict(attrs).get("alt") if tag == "img" else None
        if alt:
            self.parts.append(f"\n\n{alt}\n\n")

    def handle_endtag(self, tag: str) -> None:
        self._inside -= tag in self._BLOCKS

    def handle_data(self, data: str) -> None:
        if self._inside > 0:
            self.parts.append(data)


def prose(html: str) -> str:
    """The sentences of a page, each block by itself."""
    parser = _Prose()
    parser.feed(html)
    return "".join(parser.parts)
