"""The law a second time, written apart from the engine: slow, plain loops over one list, days counted one by one.

It reads the same rules and shares no code with the engine: no index, no bisection, no table of working days. It is for
entries whose order is plain (no two at one instant, and what is known only to the day alone on its day).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holdfast.worktime
from holdfast.chronology.entry import Entry
from holdfast.chronology.kinds import Vocabulary
from holdfast.duties.rule import Condition, Due, Match, Nation, Rule

LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)
NEVER_OVERDUE = {
    *("asap", "no_set_time", "not_computed", "hours_threshold", "school_days_threshold"),
    *("calendar_days_minimum", "years_retention"),
}
WHOLE_DAYS = {
    *("calendar_days", "working_days", "weeks", "months"),
    *("calendar_days_minimum", "calendar_days_before", "years_retention"),
}


def day_of(instant: datetime) -> date:
    return instant.astimezone(LONDON).date()


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)


@cache
def holidays(regime: str) -> frozenset[date]:
    """Straight from the files: the days that a regime leaves out."""
    folder = Path(holdfast.worktime.__file__).parent
    divisions = tomllib.loads((folder / "regimes.toml").read_text())[regime]["divisions"]
    days = set()
    for line in (folder / "bank_holidays.csv").read_text().splitlines()[1:]:
        cells = line.split(",")
        if set(cells) & set(divisions):
            days.add(next(date.fromisoformat(c) for c in cells if len(c) == 10 and c[4] == c[7] == "-"))
    return frozenset(days)


def working_day(day: date, regime: str) -> bool:
    return day.weekday() not in (5, 6) and day not in holidays(regime)


def months_on(day: date, count: int) -> date:
    """One month at a time for the month; the day of the month comes down until it exists."""
    year, month = day.year, day.month
    for _ in range(abs(count)):
        month += 1 if count > 0 else -1
        if month == 13:
            year, month = year + 1, 1
        if month == 0:
            year, month = year - 1, 12
    for number in (day.day, 30, 29, 28):
        try:
            if number <= day.day:
                return date(year, month, number)
        except ValueError:
            continue
    raise AssertionError


def birthday(born: date, age: int) -> date:
    if (born.month, born.day) == (2, 29):
        after = date(born.year + age, 2, 28) + ONE_DAY
        return after
    return date(born.year + age, born.month, born.day)


def last_day(due: Due, first: date) -> date:
    day, unit, left = first, due.unit.value, due.amount
    if unit == "calendar_days_before":
        return first
    if unit == "years_retention":
        return birthday(first, due.amount) - ONE_DAY
    if unit == "months":
        return months_on(first, left)
    if unit == "weeks":
        left *= 7
    if due.first_day_counts:
        left -= 1
    while left:
        day += ONE_DAY
        if unit != "working_days" or working_day(day, due.regime):
            left -= 1
    return day


def text(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def fits(match: Match, entry: Entry) -> bool:
    if entry.kind not in match.kinds:
        return False
    wanted = all(text(getattr(entry.details, name)) in words for name, words in match.where)
    refused = any(text(getattr(entry.details, name)) in words for name, words in match.refuses)
    return wanted and not refused


@dataclass
class Stretch:
    """From `first` up to, not with, `last` (places in the list). The one numbered 0 has no opening."""

    opening: int | None
    closing: int | None
    first: int
    last: int


class Story:
    """One child's entries in time order."""

    def __init__(self, entries: list[Entry], words: Vocabulary) -> None:
        self.entries = entries
        self.words = words
        self.kept: dict[str, list[Stretch]] = {}

    def stretches(self, name: str) -> list[Stretch]:
        if name not in self.kept:
            self.kept[name] = self._stretches(name)
        return self.kept[name]

    def _stretches(self, name: str) -> list[Stretch]:
        found: list[Stretch] = []
        for place, entry in enumerate(self.entries):
            kind = self.words[entry.kind]
            now = found[-1] if found else None
            if name and kind.opens == name and (now is None or now.closing is not None or kind.restarts):
                if now is not None and now.closing is None:
                    now.closing = place
                found.append(Stretch(place, None, place, len(self.entries)))
            elif now is not None and now.closing is None and name in kind.closes:
                now.closing = place
        if name == "care":  # a placement written down earlier on the day on which care began is in care
            before = -1
            for stretch in found:
                while stretch.first - 1 > before and self.day(stretch.first - 1) == self.day(stretch.first):
                    stretch.first -= 1
                before = stretch.closing if stretch.closing is not None else -1
        if name == "missing":  # a report to the police of the day before belongs to the absence that follows
            before = -1
            for stretch in found:
                for place in range(stretch.first - 1, before, -1):
                    told = self.entries[place].kind == "missing.reported_to_police"
                    if (
                        told
                        and self.entries[place].occurred.at >= self.entries[stretch.opening or 0].occurred.at - ONE_DAY
                    ):
                        stretch.first = place
                before = stretch.closing if stretch.closing is not None else -1
        for this, following in pairwise(found):
            this.last = following.first
        return [Stretch(None, None, 0, found[0].first if found else len(self.entries)), *found]

    def day(self, place: int) -> date:
        return day_of(self.entries[place].occurred.at)

    def number(self, name: str, place: int) -> int:
        return max(n for n, s in enumerate(self.stretches(name)) if s.first <= place or n == 0)

    def at(self, place: int | None) -> datetime | None:
        return None if place is None else self.entries[place].occurred.at

    def closes(self, name: str, place: int) -> bool:
        return name in self.words[self.entries[place].kind].closes

    def is_open(self, name: str, place: int) -> bool | None:
        stretch = self.stretches(name)[self.number(name, place)]
        if stretch.opening is not None:
            return stretch.closing is None or stretch.closing >= place
        if stretch.last < len(self.entries) or any(self.closes(name, p) for p in range(place)):
            return False
        return None

    def births(self) -> list[date]:
        stated: list[date] = []
        disputed = False
        for entry in self.entries:
            if entry.kind == "asylum.age_disputed":
                disputed = True
            if entry.kind == "asylum.age_assessed":
                disputed = False
            if entry.kind == "child.age_recorded" and entry.details.standing == "disputed":
                disputed = True
            if entry.kind in ("child.age_recorded", "asylum.age_assessed") and entry.details.born_on:
                stated.append(entry.details.born_on)
        return sorted(set(stated)) if disputed else stated[-1:]


def holds(condition: Condition, story: Story, place: int) -> bool | None:
    stretch = story.stretches(condition.within)[story.number(condition.within, place)]
    if condition.during:
        answers = {story.is_open(name, place) for name in condition.during}
        return True if True in answers else None if None in answers else False
    if condition.times:
        opened = [s for s in story.stretches(condition.within) if s.opening is not None and s.first <= place]
        near = [s for s in opened if (story.day(place) - story.day(s.opening or 0)).days <= condition.days]
        if condition.detail:
            said = [getattr(story.entries[s.opening or 0].details, condition.detail) for s in near]
            near = [s for s, word in zip(near, said, strict=True) if word is None or text(word) not in condition.is_not]
        return len(near) >= condition.times
    if condition.detail:
        first = stretch.first if condition.within else 0
        for entry in reversed(story.entries[first : place + 1]):
            if entry.kind not in condition.of:
                continue
            word = getattr(entry.details, condition.detail)
            if word is None and story.words[entry.kind].opens:
                continue
            if word is None:
                return None
            return text(word) in condition.is_ if condition.is_ else text(word) not in condition.is_not
        return None
    if condition.months_since:
        if stretch.opening is None:
            return None
        late = story.day(place) > months_on(story.day(stretch.opening), condition.months_since)
        return late is condition.past
    if condition.already or condition.unless:
        kinds = condition.already or condition.unless
        came = any(e.kind in kinds for e in story.entries[stretch.first : place])
        return came if condition.already else not came
    births = story.births()
    if not births:
        return None
    under = condition.age_under or condition.age_from
    young = story.day(place) < birthday(births[-1], under)
    return young if condition.age_under else not young


def starting_places(rule: Rule, story: Story) -> list[int]:
    starts = rule.starts
    if starts.closing:
        candidates = [s.closing for s in story.stretches(starts.closing) if s.closing is not None]
    else:
        candidates = [p for p, e in enumerate(story.entries) if e.kind in starts.kinds]
    chain, which = rule.met.since.value == "next day", starts.which.value
    chosen: list[int] = []
    passed: list[tuple[int, int]] = []
    for place in candidates:
        number = story.number(starts.within, place) if starts.within and (chain or which != "every") else 0
        mine = [p for n, p in passed if n == number]
        if which == "first" and mine:
            continue
        answers = [(c, holds(c, story, place)) for c in starts.conditions]
        if not all(answer or (answer is None and c.applies_unrecorded) for c, answer in answers):
            continue
        if chain and mine and story.day(mine[-1]) == story.day(place):
            continue
        passed.append((number, place))
        if which == "second and later" and not mine:
            continue
        if in_force(rule, story.day(place)):
            chosen.append(place)
    return chosen


def in_force(rule: Rule, day: date) -> bool:
    begun = rule.in_force_from is None or rule.in_force_from <= day
    return begun and (rule.in_force_to is None or day <= rule.in_force_to)


def day_of_age(rule: Rule, story: Story, born: date) -> date | None:
    """Day by day from the birthday: the first on which the child is in care and has been for long enough."""
    starts = rule.starts
    day, since = birthday(born, starts.age), birthday(born, starts.since_age)
    stays = [s for s in story.stretches("care") if s.opening is not None]
    for _ in range(4000):
        served = 0
        for stay in stays:
            opened = max(story.day(stay.opening or 0), since)
            closed = story.day(stay.closing) if stay.closing is not None else date.max
            if opened <= day < closed and served + (day - opened).days >= starts.weeks_in_care * 7:
                return day
            served += max((closed - opened).days, 0) if closed <= day else 0
        day += ONE_DAY
    return None


def earliest_act(rule: Rule, story: Story, number: int | None, began: datetime, started: datetime) -> datetime | None:
    if rule.met.months_before:
        return midnight(months_on(day_of(began), -rule.met.months_before))
    since, stretches = rule.met.since.value, story.stretches(rule.starts.within)
    if since == "start":
        later = ("hours_threshold", "school_days_threshold", "calendar_days_before")
        return started if rule.due.unit.value in later else began
    if since == "next day":
        return midnight(day_of(began) + ONE_DAY)
    if since == "span" and number:
        opened = story.entries[stretches[number].opening or 0].occurred.at
        if rule.due.unit.value in ("hours_threshold", "school_days_threshold"):
            return opened
        day_before, closing = opened - ONE_DAY, stretches[number - 1].closing
        if number == 1 or closing is None:
            return day_before
        return min(opened, max(day_before, story.entries[closing].occurred.latest))
    if since == "earlier span" and number:
        return story.at(stretches[number - 1].opening)
    if since == "end of the earlier span" and number:
        return story.at(stretches[number - 1].closing)
    return None


def obligation(
    rule: Rule, story: Story, place: int, began_at: datetime, began_latest: datetime, used: set[str], start: Entry
) -> dict[str, Any] | None:
    number = story.number(rule.starts.within, place) if rule.starts.within else None
    stretch = story.stretches(rule.starts.within)[number] if number is not None else None
    births, unit = story.births(), rule.due.unit.value
    ends: list[tuple[datetime, int | None]] = []
    for name in rule.ends.spans:
        here = story.stretches(name)[story.number(name, place)]
        closing = here.closing
        if here.opening is None:
            closing = next((p for p in range(place + 1, here.last) if story.closes(name, p)), None)
        if closing is not None:
            moment = story.entries[closing].occurred
            if closing < place or moment.latest < began_at:
                return None
            ends.append((moment.at, closing))
    for match in rule.ends.matches:
        until = stretch.last if stretch else len(story.entries)
        by = next((p for p in range(place + 1, until) if fits(match, story.entries[p])), None)
        if by is not None:
            ends.append((story.entries[by].occurred.at, by))
    if rule.ends.age and births:
        reached = midnight(birthday(births[-1], rule.ends.age))
        if reached < began_at:
            return None
        ends.append((reached, None))
    ended, ended_by = min(ends, key=lambda e: e[0], default=(None, None))
    if ended is not None:
        ended = max(ended, began_at)

    counted, counted_latest = counted_from(rule, story, stretch, began_at, began_latest, start)
    started = began_at if counted is None or rule.due.detail or "birth" in rule.due.count_from else counted
    due, latest = due_times(rule.due, counted, counted_latest)
    if unit == "calendar_days_before" and counted is not None:
        day = day_of(counted)
        for _ in range(rule.due.amount):
            day -= ONE_DAY
        started = midnight(day)
    if unit == "hours_threshold":
        started += timedelta(hours=1) * rule.due.amount
    if unit == "school_days_threshold":
        day, left = day_of(started) - ONE_DAY, rule.due.amount
        while left:
            day += ONE_DAY
            left -= working_day(day, rule.due.regime)
        started = midnight(day + ONE_DAY)
    if unit.endswith("threshold") and ended is not None and ended <= started:
        return None

    met_by = act(rule, story, place, stretch, earliest_act(rule, story, number, began_at, started), used)
    if met_by is not None and rule.ends.until_done:
        assert not rule.ends.spans and not rule.ends.age
        ended, ended_by = None, None
    met = story.entries[met_by].occurred.at if met_by is not None else None
    if unit in ("calendar_days_minimum", "years_retention"):
        met = due
    if met is not None and ended is not None:
        by_then = ended_by is not None and met < story.entries[ended_by].occurred.latest
        if met <= ended or by_then:
            ended, ended_by = None, None
        else:
            met, met_by = None, None
    if met_by is not None:
        used.add(story.entries[met_by].id)
    return {
        "rule": rule, "start": start.id, "started": started, "due": due, "latest": latest, "met": met,
        "met_by": None if met_by is None else story.entries[met_by].id, "ended": ended,
        "ended_by": None if ended_by is None else story.entries[ended_by].id,
    }  # fmt: skip


def counted_from(
    rule: Rule, story: Story, stretch: Stretch | None, began: datetime, latest: datetime, start: Entry
) -> tuple[datetime | None, datetime | None]:
    chosen: tuple[datetime | None, datetime | None] = (None, None)
    entry = start
    for kind in rule.due.count_from:
        if kind == "start":
            chosen = began, latest
        elif kind == "birth" and story.births():
            chosen = midnight(story.births()[-1]), midnight(story.births()[-1] + ONE_DAY)
        else:
            inside = story.entries[stretch.first : stretch.last] if stretch else story.entries
            entry = next((e for e in inside if e.kind == kind), None) or entry
            if entry.kind == kind and entry in inside:
                chosen = entry.occurred.at, entry.occurred.latest
        if chosen[0] is not None:
            break
    if rule.due.detail and chosen[0] is not None:
        day = getattr(entry.details, rule.due.detail)
        return (midnight(day), midnight(day + ONE_DAY)) if day else (None, None)
    return chosen


def due_times(due: Due, at: datetime | None, latest: datetime | None) -> tuple[datetime | None, datetime | None]:
    unit = due.unit.value
    if at is None or latest is None:
        return None, None
    if unit in ("immediate", "before_event"):
        return at, latest
    if unit == "hours":
        for _ in range(due.amount):
            at, latest = at + timedelta(hours=1), latest + timedelta(hours=1)
        return at, latest
    if unit not in WHOLE_DAYS:
        return None, None
    end = day_of(latest) if at == latest else day_of(latest - timedelta(seconds=1))
    return midnight(last_day(due, day_of(at)) + ONE_DAY), midnight(last_day(due, end) + ONE_DAY)


def act(
    rule: Rule, story: Story, place: int, stretch: Stretch | None, earliest: datetime | None, used: set[str]
) -> int | None:
    found: list[int] = []
    for match in rule.met.matches:
        for p, entry in enumerate(story.entries):
            if earliest is not None and entry.occurred.at < earliest and entry.occurred.latest <= earliest:
                continue
            if stretch is not None and not rule.met.beyond and p >= stretch.last:
                following = next(s for s in story.stretches(rule.starts.within) if s.first == stretch.last)
                if entry.occurred.at >= (story.at(following.opening) or entry.occurred.at):
                    break
            opened = story.at(stretch.opening) if stretch is not None else None
            early = rule.met.since.value == "span" and opened is not None and entry.occurred.at < opened
            if entry.id in used and (rule.met.once or early):
                continue
            if p != place and fits(match, entry):
                found.append(p)
                break
    if not found or (rule.met.all and len(found) < len(rule.met.matches)):
        return None
    return max(found) if rule.met.all else min(found)


def status(found: dict[str, Any], at: datetime) -> str:
    rule, unit = found["rule"], found["rule"].due.unit.value

    def passed(when: datetime) -> bool:
        if found["latest"] is None:
            return False
        return bool(when >= found["latest"] if unit in WHOLE_DAYS else when > found["latest"])

    if not rule.long_standing and rule.in_force_from is None:
        return "not-in-force"
    if found["met"] is not None and found["met"] <= at:
        return "met-late" if unit not in NEVER_OVERDUE | {"immediate"} and passed(found["met"]) else "met"
    if found["ended"] is not None and found["ended"] <= at:
        return "ended"
    return "overdue" if unit not in NEVER_OVERDUE and passed(at) else "open"


def required(entries: list[Entry], rules: tuple[Rule, ...], nation: Nation, words: Vocabulary) -> list[dict[str, Any]]:
    """Every obligation of one child, each as a dictionary, by rule and start."""
    story = Story(entries, words)
    every: list[dict[str, Any] | None] = []
    for rule in rules:
        if nation not in rule.nations:
            continue
        used: set[str] = set()
        if rule.starts.age:
            every += [by_age(rule, story)]
            continue
        for place in starting_places(rule, story):
            moment = story.entries[place].occurred
            every.append(obligation(rule, story, place, moment.at, moment.latest, used, story.entries[place]))
    return [found for found in every if found is not None]


def by_age(rule: Rule, story: Story) -> dict[str, Any] | None:
    births = story.births()
    day = day_of_age(rule, story, births[0]) if births else None
    if day is None or not in_force(rule, day):
        return None
    began = midnight(day)
    place = max([p for p, e in enumerate(story.entries) if e.occurred.at <= began], default=0)
    kinds = ("child.age_recorded", "asylum.age_assessed")
    said = [e for e in story.entries if e.kind in kinds and e.details.born_on == births[0]]
    return obligation(rule, story, place, began, began, set(), said[-1])
