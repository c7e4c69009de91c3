"""What entries say, read into marks that can be compared: one form for every writing of the same thing. Pure.

From free words only telephone numbers, postcodes and car registrations are read, since those can be told apart from
other words. Names of places and people, and online names, count only where somebody entered them in a field of their
own. Nothing is guessed: two writings are the same mark or they are not.

Read are only entries that both the council and the police may read: what a child told one agency in confidence is never
the reason why another sees a link. The child's own words are therefore never read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from holdfast.chronology.entry import Entry
from holdfast.chronology.kinds import COUNCIL_AND_POLICE
from holdfast.chronology.standing import versions_of
from holdfast.chronology.story import Story
from holdfast.missing.link_kinds import MarkSort
from holdfast.missing.patterns.not_names import is_of_a_public_place, says_who_somebody_is


class Mark(NamedTuple):
    """One thing that can be compared: what sort it is, and the one form of all its writings."""

    sort: MarkSort
    form: str


class Said(NamedTuple):
    """A mark as one entry says it. `writing`: as it stands there; `since`: when this was first recorded, before it was
    corrected in some other way (aware, UTC)."""

    mark: Mark
    entry: Entry
    writing: str
    since: datetime


# The details that are read for free words. Not here: who noticed, recorded or took a call, since a worker's number is
# nobody's pattern, and nothing of placements, schools or the vault.
FREE_WORDS = {
    "missing.noticed": ("last_seen_where", "why_worried"),
    "missing.last_seen_told": ("where",),
    "missing.whereabouts_told": ("where", "known_by"),
    "missing.appearance_told": ("phone", "carrying"),
    "missing.worries_told": ("why",),
    "missing.places_told": ("might_be", "with_whom"),
    "missing.attempts_told": ("what",),
    "missing.action_taken": ("what", "result"),
    "missing.risk_graded": ("reason",),
    "missing.sighted": ("where", "by"),
    "missing.found": ("where",),
    "missing.found_told": ("with_whom", "harm"),
    "missing.interview_learned": ("learned",),
    "child.described": ("phone", "people", "places", "worries"),
}


def marks_of(story: Story) -> tuple[Said, ...]:
    """Every mark that a child's entries in force say, once for each entry."""
    found: list[Said] = []
    own = _of_their_home(story)
    for entry in story.standing:
        if not COUNCIL_AND_POLICE.issubset(story.vocabulary[entry.kind].audience):
            continue
        earlier = versions_of(entry, story.entries) if entry.corrects else ()
        for mark, writing in said_in(entry).items():
            if mark in own:
                continue
            told = [entry, *(e for e in earlier if mark in said_in(e))]
            found.append(Said(mark, entry, writing, min(e.recorded_at for e in told)))
    return tuple(found)


def _of_their_home(story: Story) -> frozenset[Mark]:
    """The names of the homes that a child has lived in, and the numbers that are answered there: children of one home
    share those, and they are nobody's pattern."""
    homes = [e.details.home for e in story.standing if e.kind == "placement.started"]
    homes += [e.details.to for e in story.standing if e.kind == "missing.returned"]
    rings = [e.details.ring for e in story.standing if e.kind == "missing.report_made"]
    own = [*(place(home) for home in homes if home), *(phone(ring) for ring in rings if ring)]
    return frozenset(mark for mark in own if mark)


def said_in(entry: Entry) -> dict[Mark, str]:
    """The marks that one entry says, each as it is written there."""
    found: dict[Mark, str] = {}
    if entry.is_erased:
        return found
    for field in FREE_WORDS.get(entry.kind, ()):
        for mark, writing in in_free_words(getattr(entry.details, field) or ""):
            found.setdefault(mark, writing)
    if entry.kind == "missing.named":
        for field, read in FIELDS.items():
            for words in getattr(entry.details, field):
                if (named := read(words)) is not None:
                    found.setdefault(named, words)
    return found


# --- telephone numbers ---------------------------------------------------------------------------------------------

_BETWEEN = r"[\s().\-/·_]{0,4}"
_MOBILE = rf"7(?:{_BETWEEN}\d){{9}}"
_LANDLINE = rf"[12](?:{_BETWEEN}\d){{9}}|[12](?:{_BETWEEN}\d){{8}}(?!{_BETWEEN}\d)"
_AT_HOME = re.compile(
    rf"(?<![\d+])(?:(?:\(?(?:\+{_BETWEEN}|00{_BETWEEN})44|\(?44)\)?{_BETWEEN}(?:\(?0\)?{_BETWEEN})?|\(?0{_BETWEEN})"
    rf"({_MOBILE}|{_LANDLINE})(?!\d)"
)
_ABROAD = re.compile(rf"(?<![\d+])\(?(?:\+{_BETWEEN}|00{_BETWEEN})([1-9](?:{_BETWEEN}\d){{7,14}})(?!\d)")
SHORTEST_ABROAD = 8  # digits with the country's code


def _phones(words: str) -> Iterator[tuple[Mark, str]]:
    """UK mobile and area numbers, and numbers abroad that begin with + or 00. Numbers that only organisations have (03,
    08, 09, 105, 111, 116 000, 999 ...) are no mark: everybody rings them."""
    taken: list[tuple[int, int]] = []
    for found in _AT_HOME.finditer(words):
        taken.append(found.span())
        yield Mark(MarkSort.PHONE, "+44" + _digits(found[1])), found[0].strip()
    for found in _ABROAD.finditer(words):
        digits = _digits(found[1])
        if not digits.startswith("44") and not any(a < found.end() and found.start() < b for a, b in taken):
            yield Mark(MarkSort.PHONE, f"+{digits}"), found[0].strip()


def _digits(words: str) -> str:
    return "".join(c for c in words if c.isdigit())


def phone(words: str) -> Mark | None:
    """What was entered as a telephone number."""
    found = list(_phones(plain(words)))
    return found[0][0] if len(found) == 1 else None


# --- postcodes and car registrations -------------------------------------------------------------------------------

_INWARD = r"\d[ABD-HJLNP-UW-Z]{2}"
_POSTCODE = re.compile(rf"(?<![A-Z\d])([A-Z]{{1,2}}\d[A-Z\d]?)\s{{0,3}}({_INWARD})(?![A-Z\d])")
# In free words only the form in use since 2001, and the one before it: others look like ordinary words.
_PLATE = re.compile(
    r"(?<![A-Z\d])([A-Z]{2}\d{2})[ -]?([A-Z]{3})(?![A-Z\d])|(?<![A-Z\d])([A-Z]\d{3})[ -]?([A-Z]{3})(?![A-Z\d])"
)
_ANY_PLATE = re.compile(r"(?=.*\d)(?=.*[A-Z])[A-Z\d]{4,8}")


def postcode(words: str) -> Mark | None:
    """What was entered, if it is one whole postcode."""
    found = _POSTCODE.fullmatch(plain(words).strip().upper())
    return Mark(MarkSort.POSTCODE, found[1] + found[2]) if found else None


def vehicle(words: str) -> Mark | None:
    """What was entered as a car registration, of any country."""
    form = re.sub(r"[\s.\-·]", "", plain(words).upper())
    return Mark(MarkSort.VEHICLE, form) if _ANY_PLATE.fullmatch(form) else None


def in_free_words(words: str) -> Iterator[tuple[Mark, str]]:
    """Every telephone number, postcode and car registration in free words, each with its writing."""
    words = plain(words)
    yield from _phones(words)
    upper = words.upper()
    for found in _POSTCODE.finditer(upper):
        yield Mark(MarkSort.POSTCODE, found[1] + found[2]), found[0]
    for found in _PLATE.finditer(upper):
        yield Mark(MarkSort.VEHICLE, "".join(part for part in found.groups() if part)), found[0]


# --- names that somebody entered in a field of their own -----------------------------------------------------------

SHORTEST_NAME = 3  # letters


def place(words: str) -> Mark | None:
    """A place by its own name; a postcode where it is one. What is only a kind of place, or a place where everybody
    goes (a station, a school, a hospital), is none."""
    if (found := postcode(words)) is not None:
        return found
    form = _name(words)
    return None if len(form) < SHORTEST_NAME or is_of_a_public_place(form) else Mark(MarkSort.PLACE, form)


def person(words: str) -> Mark | None:
    """A person by two names at least: a first name alone would join children who only come from one country."""
    form = _name(words)
    if len(form.split()) < 2 or says_who_somebody_is(form):
        return None
    return Mark(MarkSort.PERSON, form)


def online(words: str) -> Mark | None:
    """An online name, with or without its @."""
    form = re.sub(r"\s", "", plain(words).casefold()).lstrip("@")
    return Mark(MarkSort.ONLINE, form) if len(form) >= SHORTEST_NAME and not form.isdigit() else None


def _name(words: str) -> str:
    return " ".join(re.sub(r"[^\w\s’'&-]", " ", plain(words).casefold()).replace("’", "'").split())


FIELDS: dict[str, Callable[[str], Mark | None]] = {
    "phones": phone,
    "places": place,
    "people": person,
    "vehicles": vehicle,
    "online": online,
}


def plain(words: str) -> str:
    """The same words without what only looks different: wide letters, other digits, signs that nobody sees, dashes."""
    words = unicodedata.normalize("NFKC", words)
    return "".join(_plain_sign(c) for c in words) if not words.isascii() else words


def _plain_sign(sign: str) -> str:
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    kind = unicodedata.category(sign)
    return "" if kind == "Cf" else "-" if kind == "Pd" else sign


def every_mark(words: str) -> frozenset[Mark]:
    """Every mark that these words can be read as, by line and in free words: for what must never be compared."""
    lines = [line for line in words.splitlines() if line.strip()]
    named: Iterable[Mark | None] = (read(line) for line in lines for read in (place, person, postcode))
    return frozenset({*(m for m in named if m), *(m for m, _ in in_free_words(words))})
