"""`holdfast release`: figures for publication, signed, in a folder that is never changed; and corrections of them."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from holdfast.cli.main import release

KEPT = "released"
"""The folder beside the evidence in which the house keeps what it released: it holds small numbers."""


def _stop(problem: object) -> typer.Exit:
    typer.echo(f"holdfast: {problem}", err=True)
    return typer.Exit(2)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _stop(f"{text!r} is not a day such as 2026-11-22") from None


def _secret() -> str:
    from holdfast.config.home import key

    found = key("release_key")
    if not re.fullmatch("[0-9a-f]{64}", found):
        raise _stop("HOLDFAST_RELEASE_KEY is not 64 hexadecimal digits")
    return found


@release.command("make")
def make_release(
    folder: Annotated[Path, typer.Argument(help="An evidence folder with cells.csv, figures.toml and release.toml.")],
    name: Annotated[str, typer.Option("--name", help="The release's name: small letters, digits, - and .")],
    day: Annotated[str, typer.Option("--day", help="The day of release, as 2026-11-22: no clock is read.")],
    out: Annotated[Path, typer.Option("--out", help="A folder that does not exist yet.")],
    published: Annotated[
        list[Path] | None,
        typer.Option("--published", help="A table that a council published itself, in the form of counts.csv."),
    ] = None,
) -> None:
    """Pages, report, tables and a signed manifest, audited with every release made from this folder before."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,40}", name):
        raise _stop(f"the name {name!r} is not small letters, digits, - and .")
    if out.exists():
        raise _stop(f"{out} exists: a release is never overwritten")
    when = _day(day)
    try:
        from holdfast.figures.modelled.local_table import BadTable
        from holdfast.figures.modelled.safety import Impossible
        from holdfast.figures.release.building import CannotRelease, build
        from holdfast.figures.release.words import WrongSentence
    except ImportError:
        raise _stop("needs the extra holdfast[models] (numpy and scipy), which is not installed") from None
    from holdfast.documents.release_report import release_pdf
    from holdfast.evidence.folder import BadFolder

    try:
        earlier, place = _kept(folder, name, when)
        others = {one.name: one.read_text(encoding="utf-8-sig") for one in published or ()}
        made = build(folder, name, when, _secret(), release_pdf, earlier, others)
        _write(made, folder, place, out)
    except (BadFolder, BadTable, Impossible, WrongSentence, CannotRelease, UnicodeError) as problem:
        raise _stop(problem) from None
    except OSError as problem:
        raise _stop(f"{problem.filename} cannot be used: {problem.strerror}") from None
    typer.echo(f"Wrote {out}: {len(made.files)} files, {made.hidden} counts hidden. Open {out / 'index.html'}")
    for total in made.left_out:
        typer.echo(f"left out: the total {total}, which would give a hidden count away", err=True)
    for line in made.refused:
        typer.echo(f"refused: cells.csv line {line.line}: {line.problem}", err=True)


def _kept(folder: Path, name: str, day: date) -> tuple[list[Any], Path]:
    """The releases made before this one, and where this one is kept. The same name again is the same place."""
    from holdfast.figures.release.building import CannotRelease, Kept
    from holdfast.figures.release.manifest import MANIFEST

    room = folder / KEPT
    found, place = [], None
    for one in sorted(room.iterdir()) if room.is_dir() else []:
        if not (one / MANIFEST).is_file():
            raise CannotRelease(f"{one} is no kept release: what was published cannot be audited without it")
        if one.name.partition("-")[2] == name:
            place = one
            break
        try:
            data = (one / MANIFEST).read_bytes()
            values = json.loads((one / "values.json").read_bytes())
            found.append(Kept(json.loads(data), data, (one / "counts.csv").read_text(encoding="utf-8-sig"), values))
        except (OSError, ValueError) as problem:
            raise CannotRelease(f"{one} cannot be read: {problem}") from None
    if found and found[-1].manifest["day"] > day.isoformat():
        raise CannotRelease(f"release {found[-1].manifest['name']} is of {found[-1].manifest['day']}, later than {day}")
    return found, place or room / f"{len(found) + 1:04}-{name}"


def _write(made: Any, folder: Path, place: Path, out: Path) -> None:
    """First what the house keeps, then the release: each whole or not at all."""
    from holdfast.figures.release.building import CannotRelease, inputs_of
    from holdfast.figures.release.manifest import MANIFEST

    if place.exists():
        if (place / MANIFEST).read_bytes() != made.files[MANIFEST]:
            raise CannotRelease(
                f"release {place.name.partition('-')[2]} was made already, from other inputs or by other code: give"
                " this one a name of its own"
            )
    else:
        kept = {f"inputs/{name}": data for name, data in inputs_of(folder).items()}
        kept |= {MANIFEST: made.files[MANIFEST], "counts.csv": made.files["counts.csv"]}
        kept["values.json"] = json.dumps(made.values, sort_keys=True, indent=0).encode()
        _folder(place, kept)
    _folder(out, made.files)


def _folder(place: Path, files: Any) -> None:
    partly = place.with_name(f".{place.name}.partly")
    shutil.rmtree(partly, ignore_errors=True)
    for name, data in files.items():
        path = partly / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    if place.exists():
        raise FileExistsError(17, "exists: a release is never overwritten", str(place))
    partly.rename(place)


@release.command("verify")
def verify_release(
    place: Annotated[Path, typer.Argument(help="The folder of a release.")],
    key: Annotated[str, typer.Option("--key", help="The publisher's public key, as obtained elsewhere.")] = "",
    inputs: Annotated[
        Path | None, typer.Option("--inputs", help="The evidence folder, to compare (needs the house's own key).")
    ] = None,
) -> None:
    """What in a release is not as it was signed. Exit 1 if anything differs."""
    from holdfast.figures.release.building import inputs_of
    from holdfast.figures.release.manifest import NotARelease, differences, read_manifest

    try:
        held = inputs_of(inputs) if inputs is not None else None
        found = differences(place, key, held, _secret() if held is not None else "")
        manifest = read_manifest(place)
    except NotARelease as problem:
        raise _stop(problem) from None
    except OSError as problem:
        raise _stop(f"{problem.filename} cannot be used: {problem.strerror}") from None
    for one in found:
        typer.echo(one)
    if found:
        raise typer.Exit(1)
    typer.echo(f"Release {manifest['name']} of {manifest['day']} is whole: {len(manifest['files'])} files.")
    if not key:
        typer.echo(f"It is signed with the key {manifest['key']}: compare it with the one that the publisher gives.")


@release.command("moved")
def show_moved(
    before: Annotated[Path, typer.Argument(help="The folder of the earlier release.")],
    after: Annotated[Path, typer.Argument(help="The folder of the later release.")],
) -> None:
    """What moved between two releases, and why."""
    from holdfast.figures.release.manifest import NotARelease, read_manifest
    from holdfast.figures.release.moved import compared

    try:
        found = compared(read_manifest(before), read_manifest(after))
    except NotARelease as problem:
        raise _stop(problem) from None
    for cause in found.causes:
        typer.echo(cause)
    for one in found.moved:
        typer.echo(f"\n{one.name}, {one.period}\n  was: {one.was}\n  is:  {one.now}\n  why: {' '.join(one.why)}")
    typer.echo(f"\n{len(found.moved)} figures moved, {found.same} are as they were.")


@release.command("key")
def show_key() -> None:
    """The public key with which others check this house's releases."""
    from holdfast.figures.release.manifest import public_key

    typer.echo(public_key(_secret()))


@release.command("correct")
def ask_correction(
    folder: Annotated[Path, typer.Argument(help="The evidence folder.")],
    authority: Annotated[str, typer.Option("--authority", help="Whose answer it is.")],
    item: Annotated[str, typer.Option("--item", help="The item, as in cells.csv.")],
    period: Annotated[str, typer.Option("--period", help="The period, as in cells.csv.")],
    by: Annotated[str, typer.Option("--asked-by", help="Who asks: a person and their post.")],
    day: Annotated[str, typer.Option("--day", help="The day on which they asked, as 2026-11-22.")],
    says: Annotated[str, typer.Option("--says", help="What they say. Not published.")],
    value: Annotated[str, typer.Option("--value", help="The answer as it should be, as a reply writes it.")],
) -> None:
    """Write down a correction that an authority asks for. Nothing changes until somebody decides."""
    from holdfast.evidence.folder import BadFolder, read_cells
    from holdfast.figures.release.corrections import ask

    try:
        made = ask(folder, read_cells(folder).cells, (authority, item, period), by, _day(day), says, value)
    except BadFolder as problem:
        raise _stop(problem) from None
    except OSError as problem:
        raise _stop(f"{problem.filename} cannot be used: {problem.strerror}") from None
    typer.echo(f"Correction {made.number} is written down. Decide it with: holdfast release decide")


@release.command("decide")
def decide_correction(
    folder: Annotated[Path, typer.Argument(help="The evidence folder.")],
    number: Annotated[int, typer.Argument(help="The number of the correction.")],
    by: Annotated[str, typer.Option("--by", help="Who decides: a named person. Published.")],
    day: Annotated[str, typer.Option("--day", help="The day of the decision, as 2026-11-22.")],
    why: Annotated[str, typer.Option("--why", help="The reason. Not published.")],
    accept: Annotated[bool, typer.Option("--accept/--refuse", help="Accepted: it stands from the next release on.")],
) -> None:
    """Accept or refuse a correction. The answer as it was received stays where it is."""
    from holdfast.evidence.folder import BadFolder
    from holdfast.figures.release.corrections import Decision, decide

    try:
        made = decide(folder, number, Decision.ACCEPTED if accept else Decision.REFUSED, by, _day(day), why)
    except BadFolder as problem:
        raise _stop(problem) from None
    except OSError as problem:
        raise _stop(f"{problem.filename} cannot be used: {problem.strerror}") from None
    typer.echo(f"Correction {made.number} of {made.authority}: {made.decision.value} by {made.decided_by}.")
