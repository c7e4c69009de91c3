"""Which nation's law applies when: responsibility for a child can move from one nation to another.

The National Transfer Scheme moves children between all four nations (Immigration Act 2016, sections 69 to 73). The law
of the nation whose authority is responsible when a duty is triggered decides what is required and by when. A duty of
the responsible authority that stands when the child moves goes with the child (`Rule.passes_on_transfer`); that of a
carer, a home or the police stays theirs. That a duty of one nation goes to an authority of another is our reading: no
text about it was found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from holdfast.authorities.register import NoSuchAuthority, authority
from holdfast.chronology.entry import Entry
from holdfast.duties.obligation import Obligation
from holdfast.duties.rule import Nation
from holdfast.worktime.uk_clock import uk_day
from holdfast.worktime.words import say_day

TRANSFER = "care.transferred"


@dataclass(frozen=True, slots=True)
class Time:
    """A stretch in which one nation's law applies: from `begins` (None: from the first entry) until the next.

    `by` is the transfer that brought the child there.
    """

    nation: Nation
    begins: datetime | None
    by: Entry | None


def times_of_nations(transfers: Iterable[Entry], first: Nation) -> tuple[Time, ...]:
    """The stretches, from the transfers in time order. An authority that is not in the register changes nothing."""
    found = [Time(first, None, None)]
    for transfer in transfers:
        to = transfer.details.to_authority
        nation = nation_of(to, uk_day(transfer.occurred.at)) if to else None
        if nation is not None and nation is not found[-1].nation:
            found.append(Time(nation, transfer.occurred.at, transfer))
    return tuple(found)


@lru_cache(maxsize=1024)
def nation_of(name: str, day: date) -> Nation | None:
    """The nation of an authority, by its name or code on a day; None when it is not in the register."""
    try:
        return Nation(authority(name, day).nation.value)
    except NoSuchAuthority:
        return None


def triggered_at(obligation: Obligation) -> datetime:
    """When it happened that started the duty."""
    return obligation.started_at if obligation.rule.starts.age else obligation.start.occurred.at


def in_its_time(obligation: Obligation, times: tuple[Time, ...], number: int) -> Obligation | None:
    """The obligation with why that nation's law applies; None when another nation's did at its start."""
    this, after = times[number], times[number + 1] if number + 1 < len(times) else None
    at = triggered_at(obligation)
    if this.begins is not None and at < this.begins:
        return None
    if after is not None and after.begins is not None and at >= after.begins:
        return None
    return obligation._replace(notes=(*obligation.notes, *_why(obligation, this, after)))


def _why(obligation: Obligation, this: Time, after: Time | None) -> list[str]:
    said = []
    if this.by is not None:
        said.append(f"{_where(this)} since {_day(this)}, so the law of {say_nation(this.nation)} applies")
    until = obligation.met_at or obligation.ended_at
    if after is not None and after.begins is not None and (until is None or until >= after.begins):
        said.append(
            f"{_where(after)} since {_day(after)}, but the law of {say_nation(this.nation)} applies, because this began"
            " before then"
        )
    return said


def _where(time: Time) -> str:
    to = time.by.details.to_authority if time.by is not None else ""
    return f"{to} in {say_nation(time.nation)} has been responsible"


def _day(time: Time) -> str:
    return say_day(uk_day(time.begins), year=True) if time.begins is not None else ""


def say_nation(nation: Nation) -> str:
    """Northern Ireland."""
    return nation.value.replace("-", " ").title()
