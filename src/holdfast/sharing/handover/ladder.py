"""When whom is told, until somebody accepts. Pure: every time is an argument, aware and in UTC.

The times of the rungs are fixed when the handover starts. A refusal brings the next rung forward to the moment of the
refusal. The last rung is told again and again, for as long as it takes. Times are elapsed time, so a clock change
neither shortens nor lengthens a wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Refusal:
    """Somebody refused at that time, while the rung of that number was the last one told."""

    rung: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Telling:
    """A rung is told: at its time, or (`again` from 1) once more because nobody has accepted."""

    rung: int
    at: datetime
    again: int = 0


def rung_times(rungs: Sequence[datetime], refusals: Sequence[Refusal]) -> tuple[datetime, ...]:
    """When each rung is told: at its fixed time, or at once when the one before it refused earlier."""
    found: list[datetime] = []
    for number, fixed in enumerate(rungs):
        told = fixed
        for refusal in refusals:
            if refusal.rung == number - 1:
                told = min(told, max(refusal.at, rungs[0]))
        found.append(max(told, found[-1]) if found else told)
    return tuple(found)


def tellings_due(
    rungs: Sequence[datetime], again_every: timedelta, refusals: Sequence[Refusal], now: datetime
) -> tuple[Telling, ...]:
    """What must have been told by now, in order. Of the repetitions of the last rung only the latest: after a day in
    which nothing ran, nobody is told fifty times at once. Nothing ends it but an acceptance: the caller does not ask
    for a handover that is accepted.

    Raises ValueError for a ladder without rungs, or that would repeat without a pause.
    """
    if not rungs or again_every <= timedelta():
        raise ValueError("a ladder needs a rung and a pause between repetitions")
    times = rung_times(rungs, refusals)
    due = [Telling(number, at) for number, at in enumerate(times) if at <= now]
    if len(due) == len(times) and (again := (now - times[-1]) // again_every) > 0:
        due.append(Telling(len(times) - 1, times[-1] + again * again_every, again))
    return tuple(due)


def reached(rungs: Sequence[datetime], refusals: Sequence[Refusal], now: datetime) -> int:
    """The number of the last rung that is told by now (the first one always)."""
    return max((n for n, at in enumerate(rung_times(rungs, refusals)) if at <= now), default=0)


def next_telling(
    rungs: Sequence[datetime], again_every: timedelta, refusals: Sequence[Refusal], now: datetime
) -> datetime:
    """When somebody is told next, if nobody accepts. There is always a next time."""
    times = rung_times(rungs, refusals)
    ahead = [at for at in times if at > now]
    if ahead:
        return min(ahead)
    return times[-1] + ((now - times[-1]) // again_every + 1) * again_every
