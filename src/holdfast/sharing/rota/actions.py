"""Keeping a rota: duties, patterns and single changes. Every deed is a new row with who did it and when.

Whoever changes a duty's rota holds the duty's row, so two managers never change one shift at once: the second is told.
The past is never changed: what has begun is changed from now on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction

from holdfast.access.actions import CannotDecide, NotForThem
from holdfast.access.models import Person
from holdfast.access.queries import Reader
from holdfast.chronology.rows import utc
from holdfast.sharing.rota.queries import (
    Rota,
    as_pattern,
    duties_kept,
    in_small_letters,
    keeps_rota,
    rotas,
    who_may_be_on,
)
from holdfast.sharing.rota.rows import RotaChange, RotaDuty, RotaDutyEnded, RotaPattern, RotaPatternEnded
from holdfast.sharing.rota.shifts import EVERY, On, Pattern, holds, overlap
from holdfast.sharing.rota.telling import tell_a_person, tell_managers
from holdfast.worktime.uk_clock import uk_day
from holdfast.worktime.words import say_time

REASON_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Seen:
    """The hours that a page showed and how they stood. The form brings it back, so that a change meanwhile shows."""

    starts: datetime
    ends: datetime
    version: str


@transaction.atomic
def add_duty(who: Reader, agency: str, name: str, at: datetime) -> RotaDuty:
    """Begin to keep a rota for a step of the agency's ladder. Raises NotForThem, CannotDecide."""
    name = " ".join(name.split())
    _must_keep(who, agency)
    if not name:
        raise CannotDecide("name", "Enter the name of the duty")
    before = [d for d in RotaDuty.objects.filter(agency=agency) if in_small_letters(d.name) == in_small_letters(name)]
    key = f"{agency}/{in_small_letters(name)}/{RotaDutyEnded.objects.filter(duty__in=before).count()}"
    # Somebody may do the same at the same moment: the key is there once.
    made, is_new = RotaDuty.objects.get_or_create(
        key=key, defaults={"agency": agency, "name": name, "by": who.person, "at": utc(at)}
    )
    if not is_new:
        raise CannotDecide("name", f"There is a rota for {made.name} already")
    return made


@transaction.atomic
def end_duty(who: Reader, duty: RotaDuty, at: datetime) -> None:
    """Keep no rota for a duty any more: its step is told as before there was one. Raises NotForThem, CannotDecide."""
    _must_keep(who, duty.agency)
    hold_rota(duty.pk, at)
    RotaDutyEnded.objects.create(duty=duty, by=who.person, at=utc(at))


@transaction.atomic
def add_pattern(
    who: Reader, duty: RotaDuty, person: Person, *, weekdays: Collection[int], starts: time, ends: time,
    first_day: date, last_day: date | None, every: int, at: datetime,
) -> RotaPattern:  # fmt: skip
    """Shifts of a person that repeat. One person is on at a time: a pattern that meets another is refused. Raises
    NotForThem, CannotDecide."""
    _must_keep(who, duty.agency)
    rota = hold_rota(duty.pk, at)
    _must_be_there(person, duty.agency, at)
    if not weekdays:
        raise CannotDecide("weekdays", "Select the days on which a shift begins")
    if every not in EVERY:
        raise CannotDecide("every", "Select how often the weeks repeat")
    if first_day < uk_day(at):
        raise CannotDecide("first_day", "The first day is today or later: what was, stays as it was")
    if last_day is not None and last_day < first_day:
        raise CannotDecide("last_day", "The last day is not before the first")
    new = Pattern(0, person.pk, frozenset(weekdays), starts, ends, first_day, last_day, every)
    met = overlap(new, [as_pattern(row) for row in rota.patterns])
    if met is not None:
        theirs, when = met
        raise CannotDecide("starts", f"{rota.name_of(theirs.person)} is on at that time, first {say_time(when)}. "
                                     "End that pattern, or choose other hours")  # fmt: skip
    return RotaPattern.objects.create(
        duty=duty, person=person, weekdays="".join(map(str, sorted(weekdays))), starts=starts, ends=ends,
        first_day=first_day, last_day=last_day, every=every, by=who.person, at=utc(at),
    )  # fmt: skip


@transaction.atomic
def end_pattern(who: Reader, pattern: RotaPattern, on: date, at: datetime) -> None:
    """No shift of it begins on that day or later. Raises NotForThem, CannotDecide."""
    _must_keep(who, pattern.duty.agency)
    hold_rota(pattern.duty_id, at)
    if on < uk_day(at):
        raise CannotDecide("on", "A pattern ends today or later: what was, stays as it was")
    if RotaPatternEnded.objects.filter(pattern=pattern).exists():
        raise CannotDecide("on", "Somebody has ended this pattern meanwhile")
    RotaPatternEnded.objects.create(pattern=pattern, on=on, by=who.person, at=utc(at))


@transaction.atomic
def change_shift(
    who: Reader, duty: RotaDuty, starts: datetime, ends: datetime, person: Person, *, reason: str, seen: Seen,
    at: datetime,
) -> RotaChange:  # fmt: skip
    """A manager puts somebody on for these hours. `seen` is `version` as it was when the page was made. Raises
    NotForThem, CannotDecide."""
    _must_keep(who, duty.agency)
    rota = hold_rota(duty.pk, at)
    _must_be_there(person, duty.agency, at)
    _must_be_as_seen(rota, starts, ends, seen)
    starts = _hours(starts, ends, at)
    if not holds(rota.held, person.pk, starts, ends):
        raise CannotDecide("person", f"{person}’s post ends before that shift does: select somebody else")
    was = {one.person for one in rota.between(starts, ends)}
    made = write_change(rota, starts, ends, person, who.person, at, reason=reason)
    told = f"From {say_time(starts)} to {say_time(ends)} {person} is on as {duty.name}."
    for one in sorted({person.pk, *(p for p in was if p)} - {who.person.pk}):
        tell_a_person(rota.people[one], "Your shifts have changed", told, who.person, f"change:{made.pk}", at)
    return made


@transaction.atomic
def cannot_work(
    who: Reader, duty: RotaDuty, starts: datetime, ends: datetime, *, reason: str, seen: Seen, at: datetime
) -> RotaChange:
    """Nobody is on for these hours until somebody accepts: said by whoever is on, or by a manager. The managers are
    told at once. Raises NotForThem, CannotDecide."""
    if duty.agency not in who.agencies:
        raise NotForThem
    rota = hold_rota(duty.pk, at)
    _must_be_as_seen(rota, starts, ends, seen)
    starts = _hours(starts, ends, at)
    found = rota.between(starts, ends)
    on = {one.person for one in found if one.person}
    if not keeps_rota(who, duty.agency) and on != {who.person.pk}:
        raise NotForThem
    if not on:
        raise CannotDecide("what", "Nobody is on then: it is a gap already")
    was = rota.people[next(one.person for one in found if one.person)]
    made = write_change(rota, starts, ends, None, who.person, at, reason=reason, was=was)
    told = f"{was} cannot work as {duty.name} from {say_time(starts)} to {say_time(ends)}. Nobody is on until somebody "
    tell_managers(duty, "A shift has nobody", told + "accepts it. Look under Rota.", who.person, f"away:{made.pk}", at)
    return made


def version(rota: Rota, starts: datetime, ends: datetime) -> Seen:
    """How these hours stand now."""
    last = rota.last_change(starts, ends)
    on = "-".join(str(one.person or 0) for one in rota.between(starts, ends))
    return Seen(starts, ends, f"{last.pk if last else 0}:{on}"[:200])


def hold_rota(pk: int, at: datetime) -> Rota:
    """A duty's rota, held until the transaction ends. Raises CannotDecide where it has ended."""
    RotaDuty.objects.select_for_update().get(pk=pk)
    duty = duties_kept().filter(pk=pk).first()
    if duty is None:
        raise CannotDecide("what", "Somebody has ended the rota of this duty meanwhile")
    return rotas([duty], at)[0]


def write_change(
    rota: Rota, starts: datetime, ends: datetime, person: Person | None, by: Person, at: datetime, *, reason: str = "",
    was: Person | None = None, asked: object = None,
) -> RotaChange:  # fmt: skip
    if was is None:
        on: On | None = next((one for one in rota.between(starts, ends) if one.person), None)
        was = rota.people.get(on.person) if on and on.person else None
    return RotaChange.objects.create(
        duty=rota.duty, starts=starts, ends=ends, person=person, was=was, by=by, at=utc(at), asked=asked,  # type: ignore[misc]
        reason=" ".join(reason.split())[:REASON_AT_MOST],
    )  # fmt: skip


def _must_keep(who: Reader, agency: str) -> None:
    if not keeps_rota(who, agency):
        raise NotForThem


def _must_be_there(person: Person, agency: str, at: datetime) -> None:
    if person not in who_may_be_on(agency, at):
        raise CannotDecide("person", "Select somebody who works in this agency now")


def _hours(starts: datetime, ends: datetime, at: datetime) -> datetime:
    """When a change of these hours begins: what has passed stays as it was."""
    if ends <= utc(at):
        raise CannotDecide("what", "These hours are over: what was, stays as it was")
    if ends <= starts:
        raise CannotDecide("until", "The end is after the beginning")
    return max(starts, utc(at).replace(microsecond=0))


def _must_be_as_seen(rota: Rota, starts: datetime, ends: datetime, seen: Seen) -> None:
    if seen == version(rota, seen.starts, seen.ends):
        if starts < seen.starts or ends > seen.ends:
            raise CannotDecide("until", "Choose hours within this shift")
        return
    last = rota.last_change(seen.starts, seen.ends)
    if last is None or seen.version.partition(":")[0] == str(last.pk):
        raise CannotDecide("what", "The rota has changed since the page was made. Look again. Nothing was changed")
    now = rota.name_of(last.person_id) or "nobody"
    raise CannotDecide(
        "what",
        f"{last.by} changed these hours meanwhile, {say_time(last.at)}: now {now} is on. Nothing of yours was changed",
    )
