"""One child's rows become facts on their way into the chronology.

Only what the return says. A later year wins over an earlier one that tells of the same thing, so that an episode or a
missing period that runs over 31 March is one fact. Every day is known as a day; what happened within one day keeps its
order by a microsecond, since the record sorts by time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from holdfast.asylum.kinds import ArrivedAlone, Ceased
from holdfast.child.kinds import (
    AgeRecorded,
    AgeStanding,
    CareContinued,
    CareEnded,
    CareReviewed,
    CareStarted,
    Identified,
    Known,
    LegalStatusChanged,
    WorkerAllocated,
)
from holdfast.chronology.draft import Draft
from holdfast.chronology.moment import Moment
from holdfast.missing.kinds import Category, Found, Noticed, Returned
from holdfast.placements.kinds import PlacementEnded, PlacementStarted
from holdfast.returns.ssda903.codes import year_begins, year_ends
from holdfast.returns.ssda903.rows import ChildRows, EpisodeRow, HeaderRow, MissingRow, ReviewRow, WorkerRow

_R = TypeVar("_R", EpisodeRow, MissingRow, ReviewRow, WorkerRow)

_MOVED_IN = frozenset("PTBUS")
_NEW_LEGAL_STATUS = frozenset("LBU")
_CATEGORIES = {"M": Category.MISSING, "A": Category.AWAY}


@dataclass(frozen=True, slots=True)
class YearOfChild:
    """One child's rows in one collection year, and what the record calls that return."""

    year: int
    source: str
    rows: ChildRows


@dataclass(frozen=True, slots=True)
class Told:
    """A row and the return that tells it; `number` is its how-manieth of that day."""

    row: Any
    year: YearOfChild
    number: int

    def reference(self, word: str, kind: str) -> str:
        return f"{word}/{self.row.began.isoformat()}/{self.number}/{kind}"


@lru_cache(maxsize=50_000)
def _on(day: date) -> Moment:
    return Moment.on(day)


def _within(day: date, order: int) -> Moment:
    """That day, after `order` other things of the same day."""
    moment = _on(day)
    return Moment(moment.at + timedelta(microseconds=order), moment.precision) if order else moment


def drafts_of(number: str, years: Sequence[YearOfChild], authority: str) -> tuple[Draft, ...]:
    """The facts that the child's rows of these years tell, in the order in which they happened.

    `years` run from the oldest to the newest. Sources are those of the newest year that tells each fact; references
    hold no year, so that the same fact keeps its name from return to return.
    """
    episodes = _newest_telling((y, y.rows.episode) for y in years)
    missing = _newest_telling((y, y.rows.missing) for y in years)
    reviews = _newest_telling((y, y.rows.review) for y in years)
    workers = _newest_telling((y, y.rows.worker) for y in years)
    days = [t.row.began for told in (episodes, missing, reviews, workers) for t in told]
    first_day = min(days, default=year_begins(years[0].year))
    started = [t.row.began for t in episodes if t.row.why_new == "S"]
    drafts: list[Draft] = []
    _add_identity(drafts, number, years, authority, first_day)
    _add_unaccompanied(drafts, years, min(started or [t.row.began for t in episodes] or [first_day]))
    _add_episodes(drafts, episodes, authority)
    _add_missing(drafts, missing)
    for told in reviews:
        row: ReviewRow = told.row
        _add(drafts, told, "review", "care.reviewed", _on(row.began), _reviewed(row.participation))
    for told in workers:
        worker: WorkerRow = told.row
        details = WorkerAllocated(worker.worker, worker.ended, worker.why_ended)
        _add(drafts, told, "worker", "care.worker_allocated", _on(worker.began), details)
    drafts.sort(key=_when)
    return tuple(drafts)


def _when(draft: Draft) -> Any:
    return draft.occurred.at


@lru_cache(maxsize=32)
def _reviewed(participation: str | None) -> CareReviewed:
    return CareReviewed(participation)


def _newest_telling(years: Iterable[tuple[YearOfChild, Sequence[_R]]]) -> list[Told]:
    """Each thing once, in time order: of two returns that tell of the n-th of a day, the newer stands."""
    found: dict[tuple[date, int], Told] = {}
    for year, rows in years:
        if len(rows) == 1:
            found[rows[0].began, 1] = Told(rows[0], year, 1)
            continue
        before: date | None = None
        number = 0
        for row in sorted(rows, key=_order):
            number = number + 1 if row.began == before else 1
            before = row.began
            found[row.began, number] = Told(row, year, number)
    return [found[key] for key in sorted(found)] if len(found) > 1 else list(found.values())


def _order(row: Any) -> tuple[date, date, str]:
    # What ended first came first; the rest makes the order the same however the lines are shuffled.
    ended = getattr(row, "ended", None) or date.max
    return row.began, ended, repr(row[:-1])


def _add(drafts: list[Draft], told: Told, word: str, kind: str, when: Moment, details: Any) -> None:
    drafts.append(Draft(kind, when, details, told.year.source, told.reference(word, kind)))


def _add_identity(
    drafts: list[Draft], number: str, years: Sequence[YearOfChild], authority: str, first_day: date
) -> None:
    """Who the child is. The return does not say since when that is known: since the first thing it tells of them."""
    when = _on(first_day)
    newest = years[-1]

    def add(source: str, name: str, kind: str, details: Any) -> None:
        drafts.append(Draft(kind, when, details, source, f"header/{name}"))

    headers = [(y, y.rows.header[0]) for y in years if y.rows.header]
    year, header = headers[-1] if headers else (newest, HeaderRow(None, None, None, None, None, None, 0))
    add(year.source, "child.known", "child.known", Known(header.sex, header.ethnicity, authority))
    add(year.source, "child.identified", "child.identified", Identified(f"ssda903:{authority}", number))
    born = [(y, h.born_on) for y, h in headers if h.born_on]
    born = born or [(y, day) for y in years if (day := _born_elsewhere(y.rows))]
    if born:
        age = AgeRecorded(born[-1][1], AgeStanding.RECORDED)
        add(born[-1][0].source, "child.age_recorded", "child.age_recorded", age)
    pupil = [(y, h.upn) for y, h in headers if h.upn and is_pupil_number(h.upn)]
    if pupil:
        add(pupil[-1][0].source, "upn", "child.identified", Identified("upn", pupil[-1][1]))


def is_pupil_number(text: str) -> bool:
    """A unique pupil number, not one of the codes UN0 to UN10 for why there is none."""
    return len(text) == 13 and text[0].isalpha() and text[1:12].isdigit() and text[12].isalnum()


def _born_elsewhere(rows: ChildRows) -> date | None:
    """A child without a header: the date of birth that stands beside their other rows."""
    others: tuple[Any, ...] = (*rows.uasc, *rows.missing, *rows.review, *rows.worker)
    return next((row.born_on for row in others if row.born_on), None)


def _add_unaccompanied(drafts: list[Draft], years: Sequence[YearOfChild], since: date) -> None:
    """Immigration rules 352ZD. DUC is when that status ends, often the eighteenth birthday to come."""
    found: list[tuple[YearOfChild, date | None]] = []
    for year in years:
        if year.rows.uasc:
            found.append((year, year.rows.uasc[0].until))
        elif year.rows.header and year.rows.header[0].alone == "1":
            found.append((year, year.rows.header[0].alone_until))
    if not found:
        return
    year, until = found[-1]
    has_ceased = until is not None and until <= year_ends(year.year)
    if until is not None and has_ceased and until < since:
        since = until  # they were alone on that day at the latest
    arrived = ArrivedAlone(expected_to_cease_on=None if has_ceased else until)
    drafts.append(Draft("asylum.arrived_alone", _on(since), arrived, year.source, "uasc/asylum.arrived_alone"))
    if until is not None and has_ceased:
        when = _within(until, 1 if until == since else 0)
        drafts.append(Draft("asylum.ceased", when, Ceased(), year.source, "uasc/asylum.ceased"))


def _add_episodes(drafts: list[Draft], episodes: Sequence[Told], authority: str) -> None:
    """Care, legal status and placement.

    REC X1: the episode ended and care goes on. Where another begins the same day nothing but that is told, since a new
    placement ends the one before; why it was left then stands with the new one. Any other REC: care ended.
    """
    order: dict[date, int] = {}  # how many turns of that day have been taken
    left_for: dict[date, str | None] = {}
    beginnings = {told.row.began for told in episodes}
    for n, told in enumerate(episodes):
        row: EpisodeRow = told.row
        turn = order.get(row.began, 0)
        order[row.began] = turn + 1
        when = _within(row.began, turn)
        if n == 0 and row.why_new != "S":
            _add(drafts, told, "episode", "care.continued", when, CareContinued(authority, began_before=True))
        if row.why_new == "S":
            details = CareStarted(row.legal_status, authority, row.need)
            _add(drafts, told, "episode", "care.started", when, details)
        if row.why_new in _NEW_LEGAL_STATUS:
            changed = LegalStatusChanged(row.legal_status)
            _add(drafts, told, "episode", "care.legal_status_changed", when, changed)
        if row.why_new in _MOVED_IN:
            moved = PlacementStarted(
                place=row.kind_of_place,
                provider=row.provider,
                legal_status=row.legal_status,
                reason=left_for.get(row.began),
            )
            _add(drafts, told, "episode", "placement.started", when, moved)
        if row.ended is None:
            continue
        goes_on = row.ended in beginnings
        if row.ended == row.began:
            goes_on = n + 1 < len(episodes) and episodes[n + 1].row.began == row.ended
        is_end_of_care = row.why_ended not in (None, "X1")
        if not is_end_of_care and goes_on:
            left_for[row.ended] = row.why_moved
            continue
        turn = order.get(row.ended, 0)
        order[row.ended] = turn + 1
        when = _within(row.ended, turn)
        if is_end_of_care:
            _add(drafts, told, "episode", "care.ended", when, CareEnded(row.why_ended))
        else:
            _add(drafts, told, "episode", "placement.ended", when, PlacementEnded(row.why_moved))


def _add_missing(drafts: list[Draft], missing: Sequence[Told]) -> None:
    """Missing (M) ends when the child is found, away without authorisation (A) when the child returns."""
    order: dict[date, int] = {}
    for told in missing:
        row: MissingRow = told.row
        turn = order.get(row.began, 0)
        order[row.began] = turn + 1
        category = _CATEGORIES.get(row.category or "")
        _add(drafts, told, "missing", "missing.noticed", _within(row.began, turn), _noticed(category))
        if row.ended is None:
            continue
        turn = order.get(row.ended, 0)
        order[row.ended] = turn + 1
        when = _within(row.ended, turn)
        # Where the category cannot be read, found is the weaker claim: a child who returned was found too.
        if category is Category.AWAY:
            _add(drafts, told, "missing", "missing.returned", when, _RETURNED)
        else:
            _add(drafts, told, "missing", "missing.found", when, _FOUND)


_FOUND = Found()
_RETURNED = Returned()


@lru_cache(maxsize=8)
def _noticed(category: Category | None) -> Noticed:
    return Noticed(category)
