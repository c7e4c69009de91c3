"""All files of a release from an evidence folder: computed, written, held to their figures, scanned and signed.

Pure: the day is given. The same folder, day, earlier releases and key give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from holdfast.access.outgoing.scan import problems
from holdfast.access.outgoing.table import is_formula
from holdfast.evidence.cells import Cell
from holdfast.evidence.folder import BadFolder, Refused, read_cells
from holdfast.evidence.sizes import read_sizes
from holdfast.figures.making import figures
from holdfast.figures.modelled.local_table import key, statements_of
from holdfast.figures.plan import read_plan
from holdfast.figures.release import manifest as manifests
from holdfast.figures.release.corrections import as_public, corrected, read_corrections
from holdfast.figures.release.earlier import Earlier
from holdfast.figures.release.local import locals_of
from holdfast.figures.release.moved import Comparison, compared
from holdfast.figures.release.publishable import Publishable, publishable
from holdfast.figures.release.reader import reader
from holdfast.figures.release.released import Released, outside, released
from holdfast.figures.release.rendering import Shown, charts_of, pages_of, report_of
from holdfast.figures.release.tables import codebook_csv, counts_csv, figures_csv, local_csv
from holdfast.figures.release.wanted import FILE, Wanted, items_of, read_wanted
from holdfast.figures.release.words import hold, known_of
from holdfast.figures.silence import silences
from holdfast.figures.sums import with_sums

INPUTS = ("cells.csv", "figures.toml", "sizes.csv", "corrections.csv", FILE)
Pdf = Callable[[Mapping[str, Any], Mapping[str, tuple[str, str]]], bytes]
"""Content and pictures (SVG and its text) to a PDF."""


class CannotRelease(ValueError):
    """A file must not leave, or a release is not what it must be. The message says which and why."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A release made before, as the house keeps it."""

    manifest: Mapping[str, Any]
    manifest_bytes: bytes
    counts: str
    values: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Made:
    """`files` by path, manifest and signature among them; `values` (every exact count) stays with the house."""

    files: Mapping[str, bytes]
    values: Mapping[str, int]
    left_out: tuple[str, ...]
    hidden: int
    refused: tuple[Refused, ...]


def inputs_of(folder: Path) -> dict[str, bytes]:
    """The files that a release is made from."""
    return {name: (folder / name).read_bytes() for name in INPUTS if (folder / name).is_file()}


def build(
    folder: Path,
    name: str,
    day: date,
    secret: str,
    pdf: Pdf,
    earlier: Sequence[Kept] = (),
    others: Mapping[str, str] | None = None,
) -> Made:
    """The release `name` of `day`. `earlier` in the order they were made; `others` are tables published by councils,
    by file name. Raises BadFolder, Impossible, WrongSentence, CannotRelease, BadTable."""
    table = read_cells(folder)
    corrections = read_corrections(folder)
    raw = corrected(table.cells, corrections)
    plan = read_plan(folder, table.items, frozenset(cell.period for cell in raw))
    wanted = read_wanted(folder, plan, table.items, frozenset(cell.period for cell in raw))
    cells, sizes = with_sums(raw, plan.sums), read_sizes(folder)
    _plain_names(cells)
    made = figures(raw, plan)
    if not any((one.id, one.period) == (wanted.headline, wanted.period) for one in made):
        raise BadFolder(f"{FILE}: {wanted.headline!r} has nothing to say of {wanted.period!r}")
    found = publishable(
        cells, made, plan, wanted, [_earlier(one) for one in earlier],
        [said for file, text in (others or {}).items() for said in statements_of(text, file)],
    )  # fmt: skip
    reads = reader(found, cells, wanted, outside(plan, sizes), plan.sums)
    out = released(made, silences(raw, plan, sizes), cells, sizes, plan, found, reads, wanted)
    described = _described(folder, name, day, secret, wanted, out, [as_public(one) for one in corrections], earlier)
    described["answers"] = manifests.marks_of_answers((cell for cell in cells if cell.was_asked), secret)
    comparison = compared(earlier[-1].manifest, described) if earlier else None
    shown = Shown(
        wanted, described, out, locals_of(cells, found, reads, plan, wanted), comparison,
        tuple(f"{wanted.called(item)}, {period}: {area}" for (item, period), area in found.left_out),
    )  # fmt: skip
    files = _files(shown, found, cells, items_of(plan), pdf)
    described["files"] = manifests.files_of(files)
    files[manifests.MANIFEST] = manifests.as_bytes(described)
    files[manifests.SIGNATURE] = manifests.signed(files[manifests.MANIFEST], secret)
    _scan(files)
    values = {place: int(cell.lower or 0) for place, cell in _exact(cells, found).items()}
    hidden = sum(value is None for value in found.shown.values())
    return Made(files, values, shown.left_out, hidden, table.refused)


def _plain_names(cells: Sequence[Cell]) -> None:
    """Names that a table could not give back exactly would be lost to the audit of the next release."""
    for cell in cells:
        for name in (cell.authority, cell.item, cell.period):
            if ";" in name or is_formula(name) or name != name.strip():
                raise BadFolder(f"cells.csv line {cell.line}: the name {name!r} cannot stand in a published table")


def _exact(cells: Sequence[Cell], found: Publishable) -> dict[str, Cell]:
    return {place: cell for cell in cells if (place := key(cell.period, cell.item, cell.authority)) in found.shown}


def _earlier(one: Kept) -> Earlier:
    said = statements_of(one.counts, f"release {one.manifest['name']}")
    shown = {place for each in said if len(each.terms) == 1 for place in each.terms}
    return Earlier(one.manifest["name"], tuple(said), one.values, frozenset(one.values) - shown)


def _described(
    folder: Path, name: str, day: date, secret: str, wanted: Wanted, out: Sequence[Released],
    corrections: Sequence[Mapping[str, object]], earlier: Sequence[Kept],
) -> dict[str, Any]:  # fmt: skip
    """The manifest, but for the files."""
    before = None
    if earlier:
        last = earlier[-1]
        before = {"name": last.manifest["name"], "manifest_sha256": sha256(last.manifest_bytes).hexdigest()}
    return {
        "format": manifests.FORMAT,
        "name": name,
        "title": wanted.title,
        "publisher": wanted.publisher,
        "contact": wanted.contact,
        "day": day.isoformat(),
        "earlier": before,
        "code": {"version": version("holdfast"), "digest": manifests.digest_of_code()},
        "inputs": manifests.marks_of(inputs_of(folder), secret),
        "key": manifests.public_key(secret),
        "figures": [_plain(asdict(one)) for one in out],
        "corrections": list(corrections),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return float(f"{value:.10g}") if isinstance(value, float) else value


def _files(shown: Shown, found: Publishable, cells: Sequence[Cell], items: Sequence[str], pdf: Pdf) -> dict[str, bytes]:
    """Pages, charts, tables and the report; every sentence held to the figures."""
    known = known_of(shown.figures)
    charts = charts_of(shown)
    files = {name: text.encode() for name, text in pages_of(shown, charts, known).items()}
    files |= {f"charts/{one.name}.svg": one.svg.encode() for one in charts}
    files |= {f"local/{one.slug}.csv": local_csv(one) for one in shown.locals}
    files["figures.csv"] = figures_csv(shown.figures)
    files["counts.csv"] = counts_csv(found, cells, shown.wanted)
    files["codebook.csv"] = codebook_csv(shown.wanted.words, items)
    content = report_of(shown, charts)
    for words in _strings(content):
        hold("report.pdf", words, known)
    files["report.pdf"] = pdf(content, {one.name: (one.svg, one.alt) for one in charts})
    return files


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [words for one in inner for words in _strings(one)]


def _scan(files: Mapping[str, bytes]) -> None:
    """Nothing leaves that holds more than it shows."""
    for name, data in files.items():
        found = problems(name, data)
        if found:
            raise CannotRelease(f"{name} must not leave: {'; '.join(found)}")
        if name.endswith(".html") and len(data) >= 60_000:
            raise CannotRelease(f"{name} has {len(data):,} bytes; a page has fewer than 60,000")


__all__ = ["BadFolder", "CannotRelease", "Comparison", "Kept", "Made", "build", "inputs_of"]
