"""An authority's own dated settings: its protocols and standards, read from one TOML file. Never law, and marked so.

authority = "Marrowshire"

[[protocol]]
id = "repeat-missing"
title = "Three episodes in 90 days"
nation = "england"
from = 2026-04-01                       # and `to`, when it has ended; a changed number is a second block
document = "Marrowshire missing protocol, section 4"
responsible = "the responsible authority"
must = "hold a repeat missing meeting"
event = "missing.noticed"               # a kind of entry
episodes = 3                            # of the stretch that the event opens, this one included
days = 90
within = "5 working days"               # or "4 hours", "10 days", "2 weeks", "1 month", "at once"
done = ["missing.strategy_meeting_held"]
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from holdfast.chronology.kinds import Vocabulary
from holdfast.duties.rule import (
    Condition,
    Due,
    Ends,
    Match,
    Met,
    Nation,
    Rule,
    Source,
    Standing,
    Starts,
    Sustained,
    Unit,
    Which,
)
from holdfast.duties.statute import Statute

_NEEDED = ("id", "title", "nation", "from", "document", "responsible", "must", "event", "within", "done")
_MAY = ("to", "address", "episodes", "days")
_TEXT = ("id", "title", "nation", "document", "responsible", "must", "event", "within", "address")
_WHEN = {"at once": Due(Unit.IMMEDIATE), "as soon as practicable": Due(Unit.ASAP)}
_COUNT = re.compile(r"([1-9]\d{0,3}) (hour|working day|day|week|month)s?")
_UNITS = {
    "hour": Unit.HOURS,
    "working day": Unit.WORKING_DAYS,
    "day": Unit.CALENDAR_DAYS,
    "week": Unit.WEEKS,
    "month": Unit.MONTHS,
}
_REGIMES = {
    Nation.ENGLAND: "england-care",
    Nation.WALES: "wales-care",
    Nation.SCOTLAND: "scotland",
    Nation.NORTHERN_IRELAND: "northern-ireland",
}


class BadSettings(ValueError):
    """A file of local settings that cannot be used; the message names the protocol and the field."""


def read_settings(text: str, vocabulary: Vocabulary) -> tuple[Rule, ...]:
    """The rules of one file of local settings. Raises BadSettings with a plain sentence."""
    try:
        file = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"the file is not TOML: {error}") from None
    authority, blocks = file.get("authority"), file.get("protocol", [])
    if not isinstance(authority, str) or not authority.strip():
        raise BadSettings("the file must name its authority")
    if strange := sorted(set(file) - {"authority", "protocol"}):
        raise BadSettings(f"{strange[0]} is not known at the top of the file (authority and [[protocol]] are)")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise BadSettings("a protocol is written as [[protocol]]")
    rules = tuple(_protocol(block, authority.strip(), number, vocabulary) for number, block in enumerate(blocks, 1))
    _no_overlap(rules)
    return rules


def with_settings(statute: Statute, local: tuple[Rule, ...]) -> Statute:
    """The statute with an authority's own settings beside it."""
    return Statute((*statute.rules, *local), statute.references)


def _protocol(block: Mapping[str, Any], authority: str, number: int, vocabulary: Vocabulary) -> Rule:
    name = block.get("id") or f"protocol {number}"
    try:
        return _read(block, authority, vocabulary)
    except (ValueError, TypeError) as error:
        raise BadSettings(f"{name}: {error}") from None


def _read(block: Mapping[str, Any], authority: str, vocabulary: Vocabulary) -> Rule:
    _check(block)
    nation = _one_of("nation", block["nation"], Nation)
    begins, ends = block["from"], block.get("to")
    return Rule(
        id=f"LOCAL-{block['id'].upper()}",
        part=f"from {begins.isoformat()}",
        title=block["title"],
        theme="local",
        nations=frozenset({nation}),
        standing=Standing.LOCAL,
        in_force_from=begins,
        in_force_to=ends,
        responsible=block["responsible"],
        must=block["must"],
        starts=_starts(block, vocabulary),
        due=_due(block["within"], nation),
        met=Met(say="the record of it", matches=(Match(_kinds("done", block["done"], vocabulary)),)),
        ends=Ends(age=18),
        source=Source(block["document"], f"a setting of {authority}", block.get("address", "")),
        confidence="high",
        sustained_by=Sustained.LOCAL_PRACTICE,
        unverified=f"Local practice of {authority}, not law; entered by the authority and checked by nobody else.",
    )


def _check(block: Mapping[str, Any]) -> None:
    if strange := sorted(set(block) - {*_NEEDED, *_MAY}):
        raise ValueError(f"{strange[0]} is not known (it can have {', '.join((*_NEEDED, *_MAY))})")
    for field in _NEEDED:
        if field not in block:
            raise ValueError(f"{field} is missing")
    for field in _TEXT:
        if field in block and not (isinstance(block[field], str) and block[field].strip()):
            raise ValueError(f"{field} must be text")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", block["id"]):
        raise ValueError("id must be lower-case words joined by -")
    for field in ("from", "to"):
        if field in block and type(block[field]) is not date:
            raise ValueError(f"{field} must be a date such as 2026-04-01")
    if "to" in block and block["to"] < block["from"]:
        raise ValueError("to is before from")
    if "address" in block and not block["address"].startswith("https://"):
        raise ValueError("address must begin with https://")
    if ("episodes" in block) != ("days" in block):
        raise ValueError("episodes and days belong together")


def _one_of(field: str, text: str, words: type[Nation]) -> Nation:
    try:
        return words(text)
    except ValueError:
        raise ValueError(f"{field} must be one of {', '.join(words)}, not {text!r}") from None


def _kinds(field: str, value: Any, vocabulary: Vocabulary) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError(f"{field} must be a list of kinds of entry")
    for kind in value:
        if kind not in vocabulary:
            raise ValueError(f"{field}: there is no kind of entry {kind!r}")
    return tuple(value)


def _starts(block: Mapping[str, Any], vocabulary: Vocabulary) -> Starts:
    (event,) = _kinds("event", [block["event"]], vocabulary)
    span = vocabulary[event].opens
    say = vocabulary[event].details().sentence()
    if "episodes" not in block:
        return Starts(say=say, kinds=(event,), within=span or "", which=Which.FIRST if span else Which.EVERY)
    for field, least, most in (("episodes", 2, 100), ("days", 1, 3660)):
        if type(block[field]) is not int or not least <= block[field] <= most:
            raise ValueError(f"{field} must be a whole number from {least} to {most}")
    if not span:
        openers = sorted(kind.name for kind in vocabulary if kind.opens)
        raise ValueError(f"episodes can be counted of {', '.join(openers)}, not of {event}")
    often = Condition(within=span, times=block["episodes"], days=block["days"])
    said = f"{say}, for the {_ordinal(block['episodes'])} time or more in {block['days']} days,"
    return Starts(say=said, kinds=(event,), within=span, which=Which.FIRST, conditions=(often,))


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _due(text: str, nation: Nation) -> Due:
    if text in _WHEN:
        return _WHEN[text]
    found = _COUNT.fullmatch(text)
    if found is None:
        raise ValueError(
            f"within must be such as 5 working days, 4 hours, at once or as soon as practicable, not {text!r}"
        )
    unit = _UNITS[found[2]]
    return Due(unit, int(found[1]), _REGIMES[nation] if unit is Unit.WORKING_DAYS else "")


def _no_overlap(rules: tuple[Rule, ...]) -> None:
    """Two texts of one protocol may follow each other; on no day are there two."""
    newest: dict[tuple[str, frozenset[Nation]], Rule] = {}
    for rule in sorted(rules, key=lambda r: (r.id, r.in_force_from or date.min)):
        before = newest.get((rule.id, rule.nations))
        if before is not None and (before.in_force_to is None or rule.stands_on(before.in_force_to)):
            ends = (rule.in_force_from or date.min) - timedelta(days=1)
            raise BadSettings(
                f"{rule.id.removeprefix('LOCAL-').lower()}: two blocks on one day; end the first with to = {ends}"
            )
        newest[rule.id, rule.nations] = rule
