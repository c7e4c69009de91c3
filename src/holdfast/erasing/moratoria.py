"""Holds over kinds of records: `moratoria.toml`, and what an installation adds or ends in a file of its own.

Pure but for the files. An inquiry asks every authority of a nation at once; nobody puts a hold on each child for it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from holdfast.chronology.entry import Entry
from holdfast.worktime.uk_clock import uk_day


class BadMoratorium(ValueError):
    """The installation's own file says something that cannot be read; the message names the place."""


@dataclass(frozen=True, slots=True)
class Moratorium:
    """A hold over kinds of records. See `moratoria.toml` for what each field means."""

    name: str
    nations: tuple[str, ...]
    kinds: tuple[str, ...]
    from_day: date
    source: str
    is_checked: bool
    happened_until: date | None = None
    to_day: date | None = None
    url: str = ""
    note: str = ""

    def holds_at(self, day: date) -> bool:
        return self.from_day <= day and (self.to_day is None or day < self.to_day)

    def covers(self, entry: Entry) -> bool:
        """Whether this entry is one of those that must be kept."""
        is_early = self.happened_until is None or uk_day(entry.occurred.at) <= self.happened_until
        return is_early and entry.kind.startswith(self.kinds)


def moratoria(own: Path | None = None) -> tuple[Moratorium, ...]:
    """Every one, the house's own among them: one of the same name stands in place of ours, which is how an end that the
    house was told is put in. Raises BadMoratorium."""
    ours = _read(files("holdfast.erasing").joinpath("moratoria.toml").read_text(encoding="utf-8"))
    if own is None:
        return ours
    try:
        theirs = _read(own.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadMoratorium(f"{own.name} cannot be read") from error
    except (tomllib.TOMLDecodeError, TypeError, KeyError, ValueError) as error:
        raise BadMoratorium(f"{own.name}: {error}") from error
    return tuple({m.name: m for m in (*ours, *theirs)}.values())


def _read(text: str) -> tuple[Moratorium, ...]:
    return tuple(_one(said) for said in tomllib.loads(text)["hold"])


def _one(said: dict[str, Any]) -> Moratorium:
    days = [said.get(name) for name in ("from_day", "to_day", "happened_until")]
    if any(day is not None and type(day) is not date for day in days):
        raise ValueError(f"{said.get('name', 'a hold')}: a day is written 2026-11-23, without quotes")
    rest: dict[str, Any] = {k: v for k, v in said.items() if k != "checked"}
    rest |= {name: tuple(said[name]) for name in ("nations", "kinds")}
    return Moratorium(**rest, is_checked=said.get("checked") == "yes")


def holding(known: Iterable[Moratorium], nation: str, entries: Iterable[Entry], day: date) -> tuple[Moratorium, ...]:
    """Those that keep a record with these entries on that day."""
    told = tuple(entries)
    return tuple(m for m in known if nation in m.nations and m.holds_at(day) and any(m.covers(entry) for entry in told))
