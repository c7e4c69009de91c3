"""A copy of the record for the child it is about (UK GDPR article 15), with what may not be given left out by a person.

Two steps. `to_decide` lists everything that could be given, one row an entry, for a person to say of each: give, or
withhold and why. `copy_for` writes the copy from those decisions and refuses while one is missing: nothing is given by
default and nothing is left out without a reason that the child can read. Both are readings, written down first.

Who has looked is told by day and agency, not by name: a name can lead somebody to a worker. What the
vault holds is not in it: a copy can fall into the hands that the address is kept from; it is told to the child in
person. The name of a home, which entries carry, is for the person who decides.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from holdfast.access.actions import record_reading
from holdfast.access.limits import SHORTEST_REASON
from holdfast.access.models import Person
from holdfast.access.outgoing.table import as_csv
from holdfast.access.queries import Reader, audiences_through, door, may_do, reader
from holdfast.access.review import looks_at
from holdfast.access.rules import Act
from holdfast.child.picture import picture
from holdfast.chronology.entry import Entry
from holdfast.chronology.installed import vocabulary
from holdfast.chronology.queries import entries_of
from holdfast.chronology.story import Story
from holdfast.documents.explain import NotForYou
from holdfast.documents.retention import say_until
from holdfast.duties.sentences import say_moment
from holdfast.worktime.uk_clock import uk_day
from holdfast.worktime.words import say_day, say_list, say_time

COLUMNS = ("entry", "when", "what", "details", "recorded", "decision", "reason")
GIVE, WITHHOLD = "give", "withhold"
PAGE = "subject-access"
JOINS = "link"  # what joins two children's entries: two people who compare their copies must not find each other by it
MOST_LOOKS = 100_000


class CannotGive(ValueError):
    """Why no copy can be written, in words that name the place."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about one entry. `reason` is read by the child."""

    is_given: bool
    reason: str = ""


def _opened(ref: str, by: str, now: datetime) -> tuple[Reader, tuple[Entry, ...], int]:
    """The reader, the entries that their agency may read, and how many more there are. Writes the reading."""
    person = Person.objects.filter(username=by, is_active=True).first()
    who = reader(person, now) if person else None
    audiences = audiences_through(door(who.person, ref, now), who, Act.SEE_READERS, now) if who else frozenset()
    if who is None or not audiences or not may_do(who, Act.OPEN, ref, now):
        raise NotForYou("There is no such child, or not for you.")
    record_reading(who, Act.OPEN, [ref], page=PAGE, at=now)
    words, entries = vocabulary(), entries_of([ref]).get(ref, ())
    readable = tuple(e for e in entries if words[e.kind].audience & audiences)
    return who, readable, len(entries) - len(readable)


@transaction.atomic
def to_decide(ref: str, *, by: str, now: datetime) -> bytes:
    """The table to be filled in: every entry, also those that were corrected and taken back. Raises NotForYou."""
    _, entries, _ = _opened(ref, by, now)
    words = vocabulary()
    rows = []
    for e in entries:
        details = "; ".join(f"{k}: {v}" for k, v in words.write(e.details).items() if k != JOINS)
        rows.append(
            (e.id, say_moment(e.occurred), e.details.sentence(), details, say_time(e.recorded_at, year=True), "", "")
        )
    return as_csv(COLUMNS, rows)


def read_decisions(text: str) -> dict[str, Decision]:
    """The decisions in a filled-in table, by entry. Raises CannotGive naming the line."""
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    if not rows or tuple(c.strip().lower() for c in rows[0]) != COLUMNS:
        raise CannotGive(f"Line 1: the columns are {', '.join(COLUMNS)}, in this order")
    found: dict[str, Decision] = {}
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(COLUMNS):
            raise CannotGive(f"Line {number}: {len(row)} columns, not {len(COLUMNS)}")
        entry, decision, reason = row[0].strip(), row[5].strip().lower(), " ".join(row[6].split())
        if entry in found:
            raise CannotGive(f"Line {number}: this entry is decided twice")
        if decision not in (GIVE, WITHHOLD):
            raise CannotGive(f"Line {number}: say {GIVE} or {WITHHOLD}, not {row[5].strip()!r}")
        if decision == WITHHOLD and len(reason) < SHORTEST_REASON:
            raise CannotGive(f"Line {number}: say why in at least {SHORTEST_REASON} letters. The child reads it")
        found[entry] = Decision(decision == GIVE, reason)
    return found


@transaction.atomic
def copy_for(ref: str, *, by: str, now: datetime, decisions: Mapping[str, Decision], nation: str) -> str:
    """The copy, as text. Raises NotForYou; CannotGive where an entry is not decided or a decision is of none."""
    who, entries, elsewhere = _opened(ref, by, now)
    ids = {e.id for e in entries}
    if missing := [e for e in entries if e.id not in decisions]:
        raise CannotGive(
            f"{len(missing)} entries are not decided, the first of {say_time(missing[0].recorded_at, year=True)}. "
            "Make the table again"
        )
    if unknown := decisions.keys() - ids:
        raise CannotGive(f"{len(unknown)} decisions are of entries that are not this child's")
    return "\n".join(_lines(ref, who, entries, elsewhere, decisions, now, nation)) + "\n"


def _lines(
    ref: str, who: Reader, entries: tuple[Entry, ...], elsewhere: int, decisions: Mapping[str, Decision],
    now: datetime, nation: str,
) -> Iterator[str]:  # fmt: skip
    yield f"Your record, {ref}, as of {say_time(now, year=True)}"
    yield "This is a copy of what is recorded about you. You may say that something is wrong, and have it put right."
    yield "Your address is kept apart and is not on this paper. Ask, and you are told in person."
    if elsewhere:
        yield f"{elsewhere} things that other agencies keep to themselves are not in this copy. Ask them for theirs."
    yield ""
    yield "What is recorded"
    yield from _given(entries, decisions)
    yield ""
    yield from _left_out(entries, decisions)
    yield ""
    yield "Who has looked at your record"
    yield from _looks(ref, who, now)
    yield ""
    born = picture(Story.of(ref, entries, vocabulary())).age
    yield say_until(nation, born.born_on if born else None)


def _given(entries: tuple[Entry, ...], decisions: Mapping[str, Decision]) -> Iterator[str]:
    words = vocabulary()
    withheld = {e.id for e in entries if not decisions[e.id].is_given}
    changed = {e.corrects: "corrected later" for e in entries if e.corrects}
    changed |= {e.withdraws: "taken back later" for e in entries if e.withdraws}
    for e in entries:
        if e.id in withheld:
            continue
        details = "; ".join(f"{k.replace('_', ' ')}: {v}" for k, v in words.write(e.details).items() if k != JOINS)
        later = f" ({changed[e.id]})" if e.id in changed else ""
        yield f"  {say_moment(e.occurred)}: {e.details.sentence()}{later}" + (f". {details}" if details else "")
        yield f"      recorded {say_time(e.recorded_at, year=True)} for {e.agency or 'an agency that is not named'}"


def _left_out(entries: tuple[Entry, ...], decisions: Mapping[str, Decision]) -> Iterator[str]:
    """How many, and why: never when or what, which could tell it."""
    reasons: dict[str, int] = {}
    for e in entries:
        if not decisions[e.id].is_given:
            reasons[decisions[e.id].reason] = reasons.get(decisions[e.id].reason, 0) + 1
    if not reasons:
        yield "Nothing was left out."
        return
    yield "What was left out, and why"
    for reason, count in reasons.items():
        yield f"  {count}: {reason}"
    yield "  You may complain about this to the council, and to the Information Commissioner."


def _looks(ref: str, who: Reader, now: datetime) -> Iterator[str]:
    ties = door(who.person, ref, now).ties
    days: dict[tuple[str, str], int] = {}
    for look in looks_at(ref, ties, (), MOST_LOOKS):
        agencies = say_list(list(look.agencies)) or "somebody who held no post that day"
        key = (say_day(uk_day(look.reading.at), year=True), agencies)
        days[key] = days.get(key, 0) + 1
    for (day, agencies), count in days.items():
        yield f"  {day}: {agencies}, {count} pages"
