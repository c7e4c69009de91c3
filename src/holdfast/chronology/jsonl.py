"""Entries as JSON lines: read strictly, every fault listed with its line, nothing taken from a faulty file.

One object a line: `child`, `kind`, `occurred_at`, and perhaps `recorded_at`, `id`, `corrects`, `withdraws`, `details`
(see docs/reference/entries.md). Text in, entries out; no file, no clock.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from holdfast.chronology.entry import Entry
from holdfast.chronology.kinds import BadDetails, UnknownKind, Vocabulary
from holdfast.chronology.moment import Moment

FIELDS = ("child", "kind", "occurred_at", "recorded_at", "id", "corrects", "withdraws", "details")
WITHDRAWN = "chronology.withdrawn"
# A year outside these is a slip of the keyboard; nobody whom this record is about lived or will live then.
YEARS = range(1900, 2100)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line. Lines count from 1."""

    line: int
    problem: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.problem}"


class BadLines(ValueError):
    """Lines that cannot be taken; `faults` has every one of them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda f: f.line))
        super().__init__("\n".join(map(str, self.faults)))


def read_entries(lines: Iterable[str], vocabulary: Vocabulary) -> tuple[Entry, ...]:
    """The entries, in the order of their lines; blank lines are passed over. Raises BadLines."""
    faults: list[Fault] = []
    read: dict[str, tuple[int, Entry]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip("\ufeff \t\r\n"):
            continue
        try:
            entry = _read_line(line, number, vocabulary)
        except (ValueError, RecursionError) as error:
            faults.append(Fault(number, _plain(error)))
            continue
        if entry.id in read:
            faults.append(Fault(number, f"the id {entry.id!r} is already that of line {read[entry.id][0]}"))
            continue
        read[entry.id] = number, entry
    # A line that could not be read would make others look dangling: those are only looked for when all were read.
    if not faults:
        faults = [*_dangling(read), *_going_round(read)]
    if faults:
        raise BadLines(faults)
    return tuple(entry for _, entry in read.values())


def _plain(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON ({error.msg} at character {error.pos + 1})"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    # Python's own words for a number of thousands of digits speak of its settings.
    return "a number too long to be read" if "integer string conversion" in str(error) else str(error)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name!r} stands twice")
        found[name] = value
    return found


def _read_line(line: str, number: int, vocabulary: Vocabulary) -> Entry:
    data = json.loads(line.lstrip("\ufeff"), object_pairs_hook=_no_duplicates)
    if "\\ud" in line.lower():
        _refuse_half_letters(data)
    if not isinstance(data, dict):
        raise ValueError("not an object with child, kind and occurred_at")
    if strange := [name for name in data if name not in FIELDS]:
        raise ValueError(f"unknown field {strange[0]!r} (known: {', '.join(FIELDS)})")
    corrects, withdraws = _text(data, "corrects"), _text(data, "withdraws")
    if corrects is not None and withdraws is not None:
        raise ValueError("an entry corrects another or withdraws it, not both")
    kind = _text(data, "kind") or (WITHDRAWN if withdraws is not None else None)
    if kind is None:
        raise ValueError("kind is missing")
    details = data.get("details")
    if details is not None and not isinstance(details, dict):
        raise ValueError("details must be an object")
    try:
        value = vocabulary.read(kind, details)
    except (UnknownKind, BadDetails) as error:
        raise ValueError(str(error)) from None
    for name in value.__dataclass_fields__:
        if isinstance(day := getattr(value, name), date) and day.year not in YEARS:
            raise ValueError(f"{kind}: {name} {day.isoformat()} is not between {YEARS.start} and {YEARS.stop - 1}")
    occurred = _moment(data, "occurred_at")
    recorded = _recorded(data, occurred)
    return Entry(
        id=_text(data, "id") or str(number),
        child=_required(data, "child"),
        kind=kind,
        occurred=occurred,
        recorded_at=recorded,
        details=value,
        corrects=corrects,
        withdraws=withdraws,
    )


def _refuse_half_letters(data: Any) -> None:
    # A letter beyond the first plane is written as two escapes; one without the other is no text at all.
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ValueError("half of a two-part letter (a lone surrogate)") from None


def _text(data: dict[str, Any], name: str) -> str | None:
    value = data.get(name)
    if value is None:
        return None
    # Numbers are taken for ids and references: a file that numbers its entries means the same text.
    if isinstance(value, int) and not isinstance(value, bool) and name != "kind":
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} must be text, not {value!r}")
    return value


def _required(data: dict[str, Any], name: str) -> str:
    value = _text(data, name)
    if value is None:
        raise ValueError(f"{name} is missing")
    return value


def _moment(data: dict[str, Any], name: str) -> Moment:
    text = _required(data, name)
    try:
        moment = Moment.parse(text)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    if moment.at.year not in YEARS:
        raise ValueError(f"{name}: {text!r} is not between {YEARS.start} and {YEARS.stop - 1}")
    return moment


def _recorded(data: dict[str, Any], occurred: Moment) -> datetime:
    if data.get("recorded_at") is None:
        return occurred.at
    recorded = _moment(data, "recorded_at")
    return recorded.at


def _dangling(read: dict[str, tuple[int, Entry]]) -> list[Fault]:
    faults = []
    for number, entry in read.values():
        target = entry.corrects or entry.withdraws
        if target is None:
            continue
        verb = "corrects" if entry.corrects else "withdraws"
        if target not in read:
            faults.append(Fault(number, f"{verb} {target!r}, which is not the id of any line"))
        elif read[target][1].child != entry.child:
            faults.append(Fault(number, f"{verb} {target!r}, which is about another child"))
    return faults


def _going_round(read: dict[str, tuple[int, Entry]]) -> list[Fault]:
    """Entries that, by way of what they correct or withdraw, come back to themselves. Walks, never recurses."""
    settled: set[str] = set()
    faults = []
    for first in read:
        path: dict[str, None] = {}
        here: str | None = first
        while here is not None and here in read and here not in settled and here not in path:
            path[here] = None
            here = read[here][1].corrects or read[here][1].withdraws
        if here in path:
            circle = list(path)[list(path).index(here) :]
            numbers = sorted(read[i][0] for i in circle)
            said = "itself" if len(numbers) == 1 else "one another in a circle: lines " + ", ".join(map(str, numbers))
            faults.append(Fault(numbers[0], f"corrects or withdraws {said}"))
        settled.update(path)
    return faults
