"""Pages and the report's words, from what may be published. Every page is held to its figures before it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from holdfast.figures.release import words
from holdfast.figures.release.drawing import WIDTH, Bar, bars, height_of
from holdfast.figures.release.local import Local
from holdfast.figures.release.moved import Comparison, correction_words
from holdfast.figures.release.released import Layer, Released, Unit
from holdfast.figures.release.wanted import Wanted
from holdfast.figures.textcheck import KnownCount, KnownRate


@dataclass(frozen=True, slots=True)
class Shown:
    """What the files of a release are made from: nothing in it is to be hidden."""

    wanted: Wanted
    manifest: Mapping[str, Any]
    figures: tuple[Released, ...]
    locals: tuple[Local, ...]
    comparison: Comparison | None
    left_out: tuple[str, ...]

    @property
    def headline(self) -> Released:
        """The figure of the headline."""
        wanted = (self.wanted.headline, self.wanted.period)
        return next(one for one in self.figures if (one.id, one.period) == wanted)


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as text, for a page and the report alike."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, its text, and the table beside it."""

    name: str
    heading: str
    alt: str
    svg: str
    width: int
    height: int
    table: Table


HEAD = ("Figure", "Period", "Counted", "Possible, of those who answered", "Possible, over more authorities",
        "Modelled", "Authorities")  # fmt: skip
METHOD = (
    ("Counted", "Sums over the authorities that gave one number; rounded, each by itself, where a number in it is"
     " hidden: parts and totals may not sum."
     " A share is taken from two such sums over the same authorities, and from no others."),
    ("Possible", "The least and the most that all published counts and totals, the ranges that authorities stated, and"
     " what everybody knows (a part is no larger than its whole) leave possible together. Anybody can compute it again"
     " from counts.csv."),
    ("Over more authorities", "For a share: every authority that said how many children it looks after; where it gave"
     " no missing count, anything from none to all of them. For a count: everyone asked; a silent authority is"
     " anything from none to its outside count."),
    ("Modelled", "Where it is given: if the silent resemble those who answered in their nation, given their size; 95 in"
     " 100 within the range. Rounded outwards to 10."),
    ("Hidden cases", "Not estimated: that needs lists of persons that have been linked, which counts by authority are"
     " not."),
    ("Different children", "Groups overlap. Authority by authority, different children are at least the larger group"
     " and at most both together."),
    ("Change", "Over the authorities that answered in both periods, as a share of the earlier sum."),
    ("Hidden numbers", "Small numbers and others that would give them away are hidden, audited together with every"
     " earlier release and with what authorities published themselves. Everything else in this release is computed from"
     " what is shown, so it can give no more away."),
    ("Silence", "No answer, a refusal and a hidden number are never taken as zero."),
)  # fmt: skip


def row_of(one: Released) -> tuple[str, ...]:
    """A figure as a row under HEAD."""
    period = f"{one.since} to {one.period}" if one.since else one.period
    return (
        _capital(one.name), period, *(words.cell_words(one, layer) for layer in Layer),
        f"{len(one.in_figure)} of {one.asked} asked",
    )  # fmt: skip


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def charts_of(shown: Shown) -> tuple[Chart, ...]:
    """The shares of the headline's period, and the counts."""
    here = [one for one in shown.figures if one.period == shown.wanted.period and one.numbers]
    shares = [one for one in here if one.unit is Unit.SHARE]
    everyone = [one for one in here if one.kind == "everyone asked"]
    counts = everyone or [one for one in here if one.kind == "total"]
    made = []
    if shares:
        made.append(_chart("shares", f"Shares, {shown.wanted.period}", shares, percent=True))
    if counts:
        made.append(_chart("counts", f"Children, {shown.wanted.period}", counts, percent=False))
    return tuple(made)


def _chart(name: str, heading: str, figures: Sequence[Released], percent: bool) -> Chart:
    table = Table(heading, HEAD, tuple(row_of(one) for one in figures))
    lines = [
        Bar(_capital(one.name), _ends(one, Layer.ANSWERED), _ends(one, Layer.EVERYONE), _point(one)) for one in figures
    ]
    # A range without an end is in the table only.
    said = ". ".join(_said(one) for one in figures)
    alt = f"{heading}. {said}."
    svg = bars(heading, said, lines, percent)
    return Chart(name, heading, alt, svg, WIDTH, height_of(lines), table)


def _said(one: Released) -> str:
    counted = words.cell_words(one, Layer.COUNTED)
    return f"{one.name}: counted {counted}, possible {words.cell_words(one, Layer.ANSWERED)}"


def _ends(one: Released, layer: Layer) -> tuple[float, float] | None:
    number = one.number(layer)
    if number is None or number.lower is None or number.upper is None:
        return None
    return number.lower, number.upper


def _point(one: Released) -> float | None:
    number = one.number(Layer.COUNTED)
    return None if number is None else number.lower


def pages_of(shown: Shown, charts: Sequence[Chart], known: Sequence[KnownRate | KnownCount]) -> dict[str, str]:
    """Every page by path. Raises WrongSentence."""
    common = _common(shown)
    made: dict[str, dict[str, Any]] = {
        "index.html": {"charts": charts, "quote": f"{common['headline']} {common['headline_range']}"},
        "authorities.html": {"locals": shown.locals, "nations": _by_nation(shown.locals)},
        "technical.html": {
            "every": Table("Every figure, in layers that are never added", HEAD, tuple(map(row_of, shown.figures))),
            "method": METHOD,
            "left_out": shown.left_out,
            "inputs": sorted(shown.manifest["inputs"].items()),
        },
        "moved.html": {"comparison": shown.comparison, "corrections": common["corrections"]},
    }
    pages = {name: _page(name, {**common, **rest, "up": "", "here": name}) for name, rest in made.items()}
    for one in shown.locals:
        own = [each for each in shown.manifest["corrections"] if each["authority"] == one.authority]
        content: dict[str, Any] = {
            "local": one,
            "up": "../",
            "here": "authorities.html",
            "answers": _answers(one),
            "corrections": [correction_words(each) for each in own],
        }
        pages[f"local/{one.slug}.html"] = _page("local.html", {**common, **content})
    for name, page in pages.items():
        words.hold(name, words.prose(page), known)
    return pages


def _answers(one: Local) -> Table:
    rows = [(each.called, each.period, _value(each.value), each.range_words, each.how) for each in one.answers]
    return Table(f"Answers of {one.authority}", ("Question", "Period", "Number", "Range", "How it was answered"),
                 tuple(rows))  # fmt: skip


def _value(value: str) -> str:
    return {"[c]": "[c] hidden", "[x]": "[x] no one number"}.get(value) or f"{int(value):,}"


def _by_nation(some: Sequence[Local]) -> list[tuple[str, list[Local]]]:
    nations = sorted({one.nation for one in some})
    return [(nation, [one for one in some if one.nation == nation]) for nation in nations]


def _common(shown: Shown) -> dict[str, Any]:
    one = shown.headline
    return {
        "release": {
            "name": shown.manifest["name"],
            "title": shown.wanted.title,
            "publisher": shown.wanted.publisher,
            "contact": shown.wanted.contact,
            "day_words": _day(shown),
            "version": shown.manifest["code"]["version"],
            "digest": shown.manifest["code"]["digest"],
            "key": shown.manifest["key"],
        },
        "headline": words.headline(one),
        "headline_range": words.headline_range(one),
        "coverage": words.coverage(one),
        "modelled": "",
        "corrections": [correction_words(each) for each in shown.manifest["corrections"]],
    }


def _day(shown: Shown) -> str:
    day = date.fromisoformat(shown.manifest["day"])
    return f"{day.day} {day:%B %Y}"


def _page(name: str, content: Mapping[str, Any]) -> str:
    return str(_pages().get_template(name).render(content)).replace(" %", "\u00a0%")  # kept on one line


@cache
def _pages() -> Any:
    from jinja2 import DictLoader, Environment, StrictUndefined

    room = files(__package__).joinpath("pages")
    texts = {
        one.name: one.read_text(encoding="utf-8") for one in room.iterdir() if one.name.endswith((".html", ".css"))
    }
    return Environment(
        loader=DictLoader(texts), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def report_of(shown: Shown, charts: Sequence[Chart]) -> dict[str, Any]:
    """The report's words: strings and lists only."""
    common = _common(shown)
    moved = shown.comparison
    return {
        **{name: common[name] for name in ("headline", "headline_range", "coverage", "release", "corrections")},
        "day": shown.manifest["day"],
        "charts": [{"name": one.name, "heading": one.heading, "alt": one.alt, "head": list(one.table.head),
                    "rows": [list(row) for row in one.table.rows]} for one in charts],
        "head": list(HEAD),
        "rows": [list(row_of(one)) for one in shown.figures],
        "method": [list(one) for one in METHOD],
        "causes": list(moved.causes) if moved else [],
        "moved": [[one.name, one.period, one.was, one.now, " ".join(one.why)] for one in moved.moved] if moved else [],
        "earlier": moved.earlier if moved else "",
        "inputs": [list(one) for one in sorted(shown.manifest["inputs"].items())],
    }  # fmt: skip
