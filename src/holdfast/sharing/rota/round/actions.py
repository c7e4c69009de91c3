"""The watch's round over the rotas: a gap ahead is said to a manager once, and whoever comes on is told what goes on.

Each saying is one transaction with a row or a key of its own: the round can be killed at any line, run twice at once,
or be off for a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from holdfast.chronology.rows import utc
from holdfast.missing.models import EpisodeRow
from holdfast.sharing.handover.rows import Answer, Rung
from holdfast.sharing.handover.shift_notes import KEY as NOTE
from holdfast.sharing.models import Message
from holdfast.sharing.rota.actions import hold_rota
from holdfast.sharing.rota.queries import Rota, duties_kept, in_small_letters, rotas
from holdfast.sharing.rota.rows import GapTold
from holdfast.sharing.rota.shifts import DAY, On
from holdfast.sharing.rota.telling import tell_a_person, tell_managers
from holdfast.worktime.words import say_count, say_time

TOLD_AHEAD = timedelta(hours=24)
SEEN_AHEAD = timedelta(days=14)


@dataclass(slots=True)
class RotaRound:
    """What one round said."""

    gaps: int = 0
    shifts: int = 0


def rota_once(now: datetime) -> RotaRound:
    """Say what must be said by now."""
    now, done = utc(now), RotaRound()
    for rota in rotas(duties_kept(), now - DAY):
        for gap in rota.gaps(now - DAY, now + SEEN_AHEAD):
            if gap.ends > now and gap.starts <= now + TOLD_AHEAD and not _is_told(rota, gap):
                done.gaps += _tell_gap(rota, now)
        done.shifts += _tell_who_comes_on(rota, now)
    return done


def _is_told(rota: Rota, gap: On) -> bool:
    """A gap is another one when a change lies in it that was not there when it was told."""
    last = rota.last_change(gap.starts, gap.ends)
    told = GapTold.objects.filter(duty=rota.duty, starts__lt=gap.ends, ends__gt=gap.starts)
    return told.filter(version=last.pk if last else 0).exists()


@transaction.atomic
def _tell_gap(seen: Rota, now: datetime) -> int:
    """Hold the duty, look again, and tell. Returns how many gaps were told."""
    rota, count = hold_rota(seen.duty.pk, now), 0
    for gap in rota.gaps(now - DAY, now + SEEN_AHEAD):
        if gap.ends <= now or gap.starts > now + TOLD_AHEAD or _is_told(rota, gap):
            continue
        last = rota.last_change(gap.starts, gap.ends)
        told = GapTold.objects.create(
            duty=rota.duty, starts=gap.starts, ends=gap.ends, version=last.pk if last else 0, at=now
        )
        begins = f"from {say_time(gap.starts)}" if gap.starts > now else "now"
        until = say_time(gap.ends) if gap.ends < now + SEEN_AHEAD else "for two weeks and longer"
        words = (
            f"Nobody is on as {rota.duty.name} {begins}, until {until}. An alert in these hours goes to the next step "
            "of the ladder at once. Ask somebody to cover: look under Rota."
        )
        tell_managers(rota.duty, f"Nobody is on as {rota.duty.name}"[:200], words, None, f"gap:{told.pk}", now)
        count += 1
    return count


def _tell_who_comes_on(rota: Rota, now: datetime) -> int:
    """Whoever came on is told once what the shift before leaves: alerts that nobody accepted, and those that somebody
    accepted for a child who is still missing."""
    found = rota.between(now - 2 * DAY, now + DAY)
    place = next((n for n, one in enumerate(found) if one.starts <= now < one.ends), None)
    if place is None or found[place].person is None:
        return 0
    current = found[place]
    # Two shifts of one person that follow each other are one for this purpose: nobody new came on.
    while place and found[place - 1].person == current.person and found[place - 1].ends == current.starts:
        place, current = place - 1, found[place - 1]
    if place == 0 or Message.objects.filter(key=f"rota:{_key(rota, current)}:{current.person}").exists():
        return 0
    waiting, going_on = _left(rota, current.starts)
    if not waiting and not going_on:
        return 0
    words = (
        f"You came on as {rota.duty.name}, {say_time(current.starts)}. From before: "
        f"{say_count(waiting, 'alert')} that nobody has accepted, {say_count(going_on, 'alert')} accepted and still "
        "open. Look under Shift handover."
    )
    person = rota.people[current.person]  # type: ignore[index]
    tell_a_person(person, "What the shift before leaves to you", words, None, _key(rota, current), now)
    return 1


def _key(rota: Rota, shift: On) -> str:
    return f"on:{rota.duty.pk}:{shift.starts.isoformat()}"


def _left(rota: Rota, since: datetime) -> tuple[int, int]:
    """How many alerts of this duty were open when the shift began: not accepted, and accepted while the child is still
    missing. Handovers made later are no business of the shift before."""
    rungs = Rung.objects.filter(agency=rota.duty.agency, handover__at__lt=since, at__lt=since)
    taken = Answer.objects.filter(handover=OuterRef("handover"), is_accepted=True)
    still = EpisodeRow.objects.filter(
        child_id=OuterRef("handover__child_id"), ended_at__isnull=True, noticed_at__lte=OuterRef("handover__at")
    )
    rows = rungs.exclude(handover__key__startswith=NOTE).annotate(is_taken=Exists(taken), is_open=Exists(still))
    rows = rows.filter(Q(is_taken=False) | Q(is_open=True))
    names = rows.values_list("name", "handover", "is_taken").distinct()
    wanted = in_small_letters(rota.duty.name)
    mine = {(handover, is_taken) for name, handover, is_taken in names if in_small_letters(name) == wanted}
    return sum(1 for _, taken in mine if not taken), sum(1 for _, taken in mine if taken)
