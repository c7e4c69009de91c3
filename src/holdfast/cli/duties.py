"""`holdfast duties`: what the law requires of entries in a file, and every rule with its source. No database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holdfast.cli.main import duties

if TYPE_CHECKING:
    from holdfast.chronology.entry import Entry
    from holdfast.duties.obligation import Obligation
    from holdfast.duties.rule import Nation, Reference, Rule

JSON_HELP = "Print JSON, as docs/reference/duties-command.md says."


@duties.command("due")
def due(
    entries: Annotated[Path, typer.Option(help="Entries as JSON lines; - for standard input.")],
    nation: Annotated[str, typer.Option(help="england, wales, scotland or northern-ireland.")],
    as_at: Annotated[str, typer.Option(help="A time with an offset; a bare date is the end of that UK day.")],
    as_known_at: Annotated[str | None, typer.Option(help="Leave out what was recorded later than this.")] = None,
    json_out: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    """What the law requires of these entries, by due time."""
    at = _time("--as-at", as_at)
    known = _time("--as-known-at", as_known_at) if as_known_at is not None else None
    whose = _nation(nation)
    found = _obligations(_read(entries), whose, at, known)
    if json_out:
        _print(json.dumps([_as_json(o, at) for o in found], ensure_ascii=False, indent=2))
    else:
        _print(_as_table(found, at))


@duties.command("list")
def list_rules(json_out: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Every rule, with what it rests on and where it is written; then the duties kept for reference."""
    from holdfast.duties.statute import statute

    rules = sorted(statute().rules, key=lambda r: r.key)
    references = sorted(statute().references, key=lambda r: r.id)
    if json_out:
        every = [*map(_rule_as_json, rules), *map(_reference_as_json, references)]
        _print(json.dumps(every, ensure_ascii=False, indent=2))
        return
    for rule in rules:
        part = f" ({rule.part})" if rule.part else ""
        _print(f"{rule.id:<12} {rule.standing.value:<9} {rule.title}{part}")
        _print(f"{'':<12} {'':<9} {rule.source.title}, {rule.source.paragraph}")
    for reference in references:
        _print(f"{reference.id:<12} {reference.standing.value:<9} {reference.title}")
        _print(f"{'':<12} {'':<9} never computed for a child: {reference.reason}")


def _print(text: str) -> None:
    # A closed pipe (`| head`) is no fault of the reader's.
    try:
        typer.echo(text)
    except BrokenPipeError:
        sys.stderr.close()
        raise typer.Exit(0) from None


def _refuse(problem: str) -> typer.Exit:
    typer.echo(problem, err=True)
    return typer.Exit(2)


def _time(option: str, text: str) -> datetime:
    from holdfast.chronology.jsonl import YEARS
    from holdfast.chronology.moment import Moment, Precision

    try:
        moment = Moment.parse(text)
        if moment.at.year not in YEARS:
            raise ValueError(f"{text!r} is not between {YEARS.start} and {YEARS.stop - 1}")
        # "On that day" is asked at its end, when everything of the day is known.
        return moment.at if moment.precision is Precision.MINUTE else moment.latest - timedelta(seconds=1)
    except OverflowError:
        raise _refuse(f"{option}: {text!r} is out of range") from None
    except ValueError as error:
        raise _refuse(f"{option}: {error}") from None


def _nation(text: str) -> Nation:
    from holdfast.duties.rule import Nation

    try:
        return Nation(text)
    except ValueError:
        raise _refuse(f"--nation: {text!r} is not one of {', '.join(Nation)}") from None


def _read(path: Path) -> tuple[Entry, ...]:
    from holdfast.chronology.jsonl import BadLines, read_entries
    from holdfast.config.vocabulary import vocabulary

    try:
        text = (sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()).decode("utf-8-sig")
    except OSError as error:
        raise _refuse(f"--entries: {path} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _refuse(f"line {line}: not UTF-8 text") from None
    try:
        return read_entries(text.split("\n"), vocabulary())
    except BadLines as error:
        raise _refuse(str(error)) from None


def _obligations(
    entries: Iterable[Entry], nation: Nation, at: datetime, known: datetime | None
) -> tuple[Obligation, ...]:
    from holdfast.chronology.standing import in_force
    from holdfast.config.vocabulary import vocabulary
    from holdfast.duties.engine import obligations
    from holdfast.duties.obligation import in_due_order
    from holdfast.duties.statute import statute

    of_child: dict[str, list[Entry]] = {}
    line: dict[str, int] = {}
    for number, entry in enumerate(entries):
        of_child.setdefault(entry.child, []).append(entry)
        line[entry.id] = number
    found: list[Obligation] = []
    for mine in of_child.values():
        standing = in_force(mine, as_known_at=known, as_at=at)
        # Of entries at one instant the order of the lines stands: ids are text, and "10" comes before "9".
        standing = tuple(sorted(standing, key=lambda e: (e.occurred.at, e.recorded_at, line[e.id])))
        found.extend(obligations(standing, statute(), nation=nation, vocabulary=vocabulary(), as_at=at))
    return in_due_order(found)


def _instant(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat()


def _as_json(obligation: Obligation, at: datetime) -> dict[str, Any]:
    from holdfast.duties.obligation import status
    from holdfast.duties.sentences import because

    o, rule = obligation, obligation.rule
    met = o.met_at if o.met_at is not None and o.met_at <= at else None
    ended = o.ended_at if o.ended_at is not None and o.ended_at <= at else None
    return {
        "rule": rule.id,
        "part": rule.part or None,
        "title": rule.title,
        "child": o.child,
        "started_at": _instant(o.started_at),
        "started_by": o.started_by,
        "due_at": _instant(o.due_at),
        "due_on": o.due_on.isoformat() if o.due_on else None,
        "due_at_latest": _instant(o.due_latest),
        "unit": rule.due.unit.value,
        "standing": rule.standing.value,
        "responsible": rule.responsible,
        "status": status(o, at).value,
        "met_at": _instant(met),
        "met_by": o.met_by.id if met is not None and o.met_by is not None else None,
        "ended_at": _instant(ended),
        "source": {"title": rule.source.title, "paragraph": rule.source.paragraph, "url": rule.source.url},
        "confidence": rule.confidence,
        "unverified": rule.unverified or None,
        "because": because(o, at),
    }


def _as_table(found: Iterable[Obligation], at: datetime) -> str:
    from holdfast.duties.obligation import status
    from holdfast.duties.rule import ENDS_WITH_ITS_DAY
    from holdfast.duties.sentences import because
    from holdfast.worktime.words import say_day, say_time

    lines = []
    for o in found:
        when = "no set time"
        if o.due_at is not None and o.due_on is not None:
            day_only = o.rule.due.unit in ENDS_WITH_ITS_DAY
            when = say_day(o.due_on, year=True) if day_only else say_time(o.due_at, year=True)
        lines.append(f"{status(o, at).value:<12} {when:<38} {o.child:<10} {o.rule.id}  {o.rule.title}")
        lines.append(f"{'':<12} {o.rule.standing.value}: {because(o, at)}")
    return "\n".join(lines) or "Nothing is required of these entries at that time."


def _rule_as_json(rule: Rule) -> dict[str, Any]:
    amount, unit = rule.due.amount or None, rule.due.unit.value
    return {"rule": rule.id, "part": rule.part or None, "amount": amount, "unit": unit, **_what_all_say(rule)}


def _reference_as_json(reference: Reference) -> dict[str, Any]:
    nothing = {"part": None, "amount": None, "unit": None}
    return {"rule": reference.id, **nothing, **_what_all_say(reference), "reference": reference.reason}


def _what_all_say(rule: Rule | Reference) -> dict[str, Any]:
    return {
        "title": rule.title,
        "nations": sorted(rule.nations),
        "theme": rule.theme,
        "standing": rule.standing.value,
        "sustained_by": rule.sustained_by.value,
        "in_force": rule.commenced,
        "in_force_from": rule.in_force_from.isoformat() if rule.in_force_from else None,
        "in_force_to": rule.in_force_to.isoformat() if rule.in_force_to else None,
        "responsible": rule.responsible,
        "must": rule.must,
        "source": {"title": rule.source.title, "paragraph": rule.source.paragraph, "url": rule.source.url},
        "confidence": rule.confidence,
        "unverified": rule.unverified or None,
        "checked": rule.checked.isoformat() if rule.checked else None,
    }
