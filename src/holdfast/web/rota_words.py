"""A rota in words: a week as days and duties, the gaps ahead, who changed what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from holdfast.sharing.rota.now import OnNow
from holdfast.sharing.rota.queries import AHEAD, Rota
from holdfast.sharing.rota.rows import RotaPattern
from holdfast.sharing.rota.shifts import DAY, On
from holdfast.worktime.uk_clock import LONDON, day_begins, day_ends, uk_day
from holdfast.worktime.words import say_clock, say_count, say_day, say_length, say_list, say_time

WEEK = 7
MOST_DEEDS = 30
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Slot:
    """One shift, or hours in which nobody is on. `person` is empty there; `left` is who would be on and left."""

    hours: str
    person: str
    left: str
    is_now: bool
    is_mine: bool
    address: str = ""  # of the page of this shift; empty where it is over


@dataclass(frozen=True, slots=True)
class Day:
    """One row of the week: a day, and for each duty its shifts."""

    day: date
    is_today: bool
    cells: tuple[tuple[str, tuple[Slot, ...]], ...]


def week_of(typed: str, now: datetime) -> date:
    """The Monday of the week that is asked for, or of this one."""
    try:
        asked = date.fromisoformat(typed)
    except ValueError:
        asked = uk_day(now)
    if abs(asked - uk_day(now)) > timedelta(days=366):
        asked = uk_day(now)
    return asked - timedelta(days=asked.weekday())


def week(rotas: Sequence[Rota], monday: date, now: datetime, me: int) -> tuple[Day, ...]:
    """Seven days. A shift stands on the day on which it begins; hours without anybody on each of their days."""
    begins, ends = day_begins(monday), day_begins(monday + timedelta(days=WEEK))
    found = [(rota, rota.between(begins - DAY, ends + DAY)) for rota in rotas]
    return tuple(
        Day(day, day == uk_day(now), tuple((r.duty.name, _cell(r, of, day, monday, now, me)) for r, of in found))
        for day in (monday + timedelta(days=n) for n in range(WEEK))
    )


def _cell(rota: Rota, found: Iterable[On], day: date, monday: date, now: datetime, me: int) -> tuple[Slot, ...]:
    since, until = day_begins(day), day_ends(day)
    slots = []
    for one in found:
        if one.person is None:
            one = On(max(one.starts, since), min(one.ends, until), None, one.missing)
            is_here = one.starts < one.ends
        else:
            is_here = since <= one.starts < until or (day == monday and one.starts < since < one.ends)
        if is_here:
            slots.append(_slot(rota, one, now, me))
    return tuple(slots)


def _slot(rota: Rota, one: On, now: datetime, me: int) -> Slot:
    return Slot(
        say_hours(one.starts, one.ends), rota.name_of(one.person), rota.name_of(one.missing),
        one.starts <= now < one.ends, one.person == me, address_of(rota, one) if one.ends > now else "",
    )  # fmt: skip


def address_of(rota: Rota, one: On) -> str:
    """The query of the page of these hours."""
    return "?" + urlencode({"duty": rota.duty.pk, "from": to_address(one.starts), "until": to_address(one.ends)})


def to_address(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_address(typed: str) -> datetime | None:
    """An instant out of an address; None where it is none."""
    try:
        return datetime.strptime(typed, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def say_hours(starts: datetime, ends: datetime) -> str:
    """10pm to 8am; with its length where a clock change makes it longer or shorter, and the day where it is far."""
    first, last = starts.astimezone(LONDON), ends.astimezone(LONDON)
    if (starts, ends) == (day_begins(first.date()), day_ends(first.date())):
        return "the whole day"
    said = f"{say_clock(starts)} to {say_clock(ends)}"
    if (last.date() - first.date()).days > 1:
        said += f" on {say_day(last.date())}"
    if first.utcoffset() != last.utcoffset():
        said += f" ({say_length(ends - starts)}: the clocks change)"
    return said


@dataclass(frozen=True, slots=True)
class Gap:
    """Hours ahead in which nobody is on."""

    duty: str
    when: str
    length: str
    is_near: bool
    address: str


def gaps_ahead(rotas: Iterable[Rota], now: datetime) -> list[Gap]:
    """The hours of the next 14 days in which nobody is on, the nearest first."""
    found = [(gap, rota) for rota in rotas for gap in rota.gaps(now, now + AHEAD)]
    found.sort(key=lambda one: (one[0].starts, one[1].duty.name))
    return [_gap(gap, rota, now) for gap, rota in found]


def _gap(gap: On, rota: Rota, now: datetime) -> Gap:
    is_near = gap.starts <= now + DAY
    return Gap(rota.duty.name, _when(gap, now), say_length(gap.length), is_near, address_of(rota, _first(gap)))


def _first(gap: On) -> On:
    """No page changes more than a week at once."""
    return On(gap.starts, min(gap.ends, gap.starts + timedelta(days=WEEK)), None)


def _when(gap: On, now: datetime) -> str:
    since = "Now" if gap.starts <= now else say_time(gap.starts)
    return f"{since} to {say_time(gap.ends)}" if gap.ends < now + AHEAD else f"{since}, for as long as is shown"


def say_pattern(row: RotaPattern, rota: Rota) -> str:
    """Mina Lee, Monday and Friday, 22:00 to 08:00, every week from 1 November."""
    days = "every day" if len(row.weekdays) == WEEK else say_list([_DAYS[int(n)] for n in row.weekdays])
    weeks = "every week" if row.every == 1 else f"every {say_count(row.every, 'week')}"
    until = f" to {say_day(row.last_day, year=True)}" if row.last_day else ""
    ended = f"; ended: none from {say_day(row.ended.on, year=True)}" if hasattr(row, "ended") else ""
    return (
        f"{rota.name_of(row.person_id)}, {days}, {row.starts:%H:%M} to {row.ends:%H:%M}, {weeks} from "
        f"{say_day(row.first_day, year=True)}{until}{ended}"
    )


def deeds(rotas: Iterable[Rota]) -> list[tuple[datetime, str]]:
    """Who changed what, the latest first."""
    found: list[tuple[datetime, str]] = []
    for rota in rotas:
        duty = rota.duty.name
        for row in rota.patterns:
            found.append((row.at, f"{row.by} entered shifts, {duty}: {say_pattern(row, rota)}"))
        for one in rota.changes:
            on = rota.name_of(one.person_id) or "nobody"
            was = f", in place of {rota.name_of(one.was_id)}" if one.was_id else ""
            why = f". Reason: {one.reason}" if one.reason else ""
            how = "accepted" if one.asked_id else "said"
            hours = f"{say_time(one.starts)} to {say_time(one.ends)}"
            found.append((one.at, f"{one.by} {how}, {duty}: {on} is on {hours}{was}{why}"))
    return sorted(found, key=lambda deed: deed[0], reverse=True)[:MOST_DEEDS]


def on_now_lines(found: Iterable[OnNow], names: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    """Duty, agency, who is on and until when. `names`: of agencies by code."""
    return [
        (duty, names.get(agency, agency), on, say_time(until) if until else "") for duty, agency, on, until in found
    ]
