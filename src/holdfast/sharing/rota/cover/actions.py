"""Asking a named person to be on in somebody's place, and swaps. Nothing changes before everybody has accepted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from holdfast.access.actions import CannotDecide, NotForThem, reason_of
from holdfast.access.models import Person
from holdfast.access.queries import Reader
from holdfast.chronology.rows import utc
from holdfast.sharing.rota.actions import REASON_AT_MOST, hold_rota, write_change
from holdfast.sharing.rota.queries import Rota, askings, keeps_rota, waiting_for, who_may_be_on
from holdfast.sharing.rota.rows import CoverAnswered, CoverAsked, RotaChange, RotaDuty
from holdfast.sharing.rota.shifts import holds
from holdfast.sharing.rota.telling import tell_a_person, tell_managers
from holdfast.worktime.words import say_time

_GONE = "The rota has changed meanwhile: these hours are not as they were when you were asked. Nothing was changed"
Back = tuple[RotaDuty, datetime, datetime]


@transaction.atomic
def ask_cover(
    who: Reader, duty: RotaDuty, starts: datetime, ends: datetime, to: Person, *, reason: str = "",
    back: Back | None = None, at: datetime,
) -> CoverAsked:  # fmt: skip
    """Ask a named person to be on for these hours: a manager, or for hours that are all their own whoever is on in them
    or said that they cannot be.
    With `back`, a shift of theirs, it is a swap. They are told at once. Raises NotForThem, CannotDecide."""
    if duty.agency not in who.agencies or (back and back[0].agency != duty.agency):
        raise NotForThem
    rota, at = hold_rota(duty.pk, at), utc(at)
    if ends <= max(at, starts):
        raise CannotDecide("what", "These hours are over, or have no length")
    if not keeps_rota(who, duty.agency) and not _are_theirs(who.person, rota, max(starts, at), ends):
        raise NotForThem
    giver = _giver(rota, max(starts, at), ends)
    _check(rota, to, giver, max(starts, at), ends, at)
    if back:
        _check_swap(hold_rota(back[0].pk, at), back, giver, to, at)
    waiting = [a.asked for a in askings([duty.agency], at)]
    if any((a.duty_id, a.to_id) == (duty.pk, to.pk) and a.starts < ends and starts < a.ends for a in waiting):
        raise CannotDecide("person", f"{to} is asked already and has not answered")
    asked = CoverAsked.objects.create(
        duty=duty, starts=starts, ends=ends, giver=giver, to=to, reason=" ".join(reason.split())[:REASON_AT_MOST],
        back_duty=back[0] if back else None, back_starts=back[1] if back else None, back_ends=back[2] if back else None,
        by=who.person, at=at,
    )  # fmt: skip
    if who.person in waiting_for(asked):
        # Whoever asks has said yes for themselves.
        CoverAnswered.objects.create(asked=asked, by=who.person, is_accepted=True, at=at)
    asked = CoverAsked.objects.get(pk=asked.pk)
    for person in waiting_for(asked):
        words = f"{who.person} asks you: {said_of(asked)} Until you accept, nothing changes. Answer under Rota."
        tell_a_person(person, "You are asked to cover a shift", words, who.person, f"cover:{asked.pk}", at)
    if not waiting_for(asked):
        _carry_out(asked, who.person, at)
    return asked


def said_of(asked: CoverAsked) -> str:
    """What is asked, in a sentence or two."""
    place = f" in place of {asked.giver}" if asked.giver else ""
    words = f"{asked.to} is on as {asked.duty.name} from {say_time(asked.starts)} to {say_time(asked.ends)}{place}."
    if asked.back_duty and asked.back_starts and asked.back_ends:
        words += (
            f" In return {asked.giver} is on as {asked.back_duty.name} from {say_time(asked.back_starts)} to "
            f"{say_time(asked.back_ends)}."
        )
    return words


def _giver(rota: Rota, starts: datetime, ends: datetime) -> Person | None:
    """The one person who is on in these hours. Raises CannotDecide where there are two."""
    on = {one.person for one in rota.between(starts, ends) if one.person}
    if len(on) > 1:
        raise CannotDecide("what", "Two people are on in these hours: ask for each shift by itself")
    return rota.people[on.pop()] if on else None


def _are_theirs(person: Person, rota: Rota, starts: datetime, ends: datetime) -> bool:
    """Whether a person is on in every one of these hours, or said last that they cannot be."""
    hours = rota.between(starts, ends)
    return bool(hours) and all(person.pk in (one.person, _who_cannot(rota, one.starts, one.ends)) for one in hours)


def _who_cannot(rota: Rota, starts: datetime, ends: datetime) -> int | None:
    last = rota.last_change(starts, ends)
    return last.was_id if last is not None and last.person_id is None else None


def _check(rota: Rota, to: Person, giver: Person | None, starts: datetime, ends: datetime, at: datetime) -> None:
    if to == giver:
        raise CannotDecide("person", f"{to} is on then")
    if to not in who_may_be_on(rota.duty.agency, at) or not holds(rota.held, to.pk, starts, ends):
        raise CannotDecide("person", f"{to} does not hold a post here for all of these hours")


def _check_swap(rota: Rota, back: Back, giver: Person | None, to: Person, at: datetime) -> None:
    _, starts, ends = back
    if giver is None:
        raise CannotDecide("what", "Nobody is on in these hours, so there is nothing to swap: ask somebody to cover")
    if starts <= at or {one.person for one in rota.between(starts, ends)} != {to.pk}:
        raise CannotDecide("swap", f"{to} is not on for all of that shift any more, or it has begun")
    if not holds(rota.held, giver.pk, starts, ends):
        raise CannotDecide("swap", f"{giver} does not hold a post here for all of that shift")


@transaction.atomic
def answer_cover(who: Reader, number: str, *, accepts: bool, reason: str = "", at: datetime) -> None:
    """Somebody who was asked accepts, or does not and says why. When everybody has accepted it is so from that moment;
    what has passed of the hours stays as it was. Raises NotForThem, CannotDecide."""
    asked = _asked(number)
    if asked.duty.agency not in who.agencies:
        raise NotForThem
    # In the order of their numbers: two answers never wait for each other in a ring.
    for pk in sorted({asked.duty_id, asked.back_duty_id or asked.duty_id}):
        hold_rota(pk, at)
    asked = _asked(number)
    answers = list(asked.answers.all())
    if any(a.by_id == who.person.pk for a in answers):
        raise CannotDecide("reason", "You have answered this already")
    if who.person not in waiting_for(asked):
        raise NotForThem
    if any(not a.is_accepted for a in answers):
        raise CannotDecide("reason", "Somebody has refused this meanwhile. Nothing was changed")
    if accepts and asked.ends <= utc(at):
        raise CannotDecide("reason", "These hours are over. Nothing was changed")
    reason = "" if accepts else reason_of(reason)[:REASON_AT_MOST]
    CoverAnswered.objects.create(asked=asked, by=who.person, is_accepted=accepts, reason=reason, at=utc(at))
    asked = _asked(number)
    if not accepts:
        _tell_refusal(asked, who.person, reason, at)
    elif not waiting_for(asked):
        _carry_out(asked, who.person, at)


def _asked(number: str) -> CoverAsked:
    try:
        rows = CoverAsked.objects.filter(pk=UUID(number))
    except ValueError:
        raise NotForThem from None
    found = rows.select_related("duty", "back_duty", "giver", "to", "by").first()
    if found is None:
        raise NotForThem
    return found


def _carry_out(asked: CoverAsked, by: Person, at: datetime) -> None:
    """Both sides are written in the transaction of the last yes. Raises CannotDecide, and then nothing is."""
    at = utc(at)
    starts, rota = max(asked.starts, at.replace(microsecond=0)), hold_rota(asked.duty_id, at)
    on = {one.person for one in rota.between(starts, asked.ends)} - {None}
    if on - {asked.giver_id} or not holds(rota.held, asked.to_id, starts, asked.ends):
        raise CannotDecide("reason", _GONE)
    changes: list[RotaChange] = []
    if asked.back_duty_id and asked.back_starts and asked.back_ends and asked.giver:
        back = hold_rota(asked.back_duty_id, at)
        theirs = {one.person for one in back.between(asked.back_starts, asked.back_ends)}
        is_theirs = theirs == {asked.to_id} and on == {asked.giver_id} and asked.back_starts > at
        if not is_theirs or not holds(back.held, asked.giver.pk, asked.back_starts, asked.back_ends):
            raise CannotDecide("reason", _GONE)
        changes.append(
            write_change(back, asked.back_starts, asked.back_ends, asked.giver, by, at, was=asked.to, asked=asked)
        )
    changes.append(write_change(rota, starts, asked.ends, asked.to, by, at, was=asked.giver, asked=asked))
    told = {p for p in (asked.by, asked.giver) if p is not None and p != by}
    for person in sorted(told, key=lambda p: p.pk):
        words = f"It is accepted: {said_of(asked)}"
        tell_a_person(person, "A shift is covered", words, by, f"covered:{asked.pk}", at)


def _tell_refusal(asked: CoverAsked, by: Person, reason: str, at: datetime) -> None:
    words = f"{by} does not accept: {said_of(asked)} Reason: {reason}. Nothing has changed."
    key = f"refused:{asked.pk}"
    for person in {p for p in (asked.by, asked.giver) if p is not None and p != by}:
        tell_a_person(person, "A cover is refused", words, by, key, at)
    if not {one.person for one in hold_rota(asked.duty_id, at).between(asked.starts, asked.ends)} - {None}:
        tell_managers(asked.duty, "A shift still has nobody", words, by, key, at)
