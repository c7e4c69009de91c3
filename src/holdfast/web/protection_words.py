"""Access in words: who has looked and when, what waits for review, what stands over a child."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from holdfast.access.deeds import ReachedLimit
from holdfast.access.limits import (
    MOST_EMERGENCIES,
    MOST_IN_A_DAY,
    MOST_IN_AN_HOUR,
    MOST_MISSES,
    MOST_REVEALS,
    MOST_SEARCHES,
    Limit,
)
from holdfast.access.review import Look, outsiders, waiting_for_review
from holdfast.access.rules import Act
from holdfast.web.saying import say_last_day
from holdfast.web.views.opened import Opened
from holdfast.worktime.uk_clock import uk_day
from holdfast.worktime.words import say_clock, say_day, say_list, say_time

_PAGES = {
    "missing": "the list of missing children",
    "board": "the area’s board",
    "shift": "the shift handover",
    "shift-note": "a note for the next shift",
    "paper-pack": "printed the list of missing children",
    "report": "the list of children to report",
    "report-search": "found by a search",
    "numbers": "the numbers of missing episodes",
    "handovers": "the list of handovers",
    "child": "the child’s page",
    "duties": "what the law requires",
    "known-then": "what the law required at an earlier moment",
    "chronology": "the chronology",
    "episodes": "missing episodes",
    "readers": "who has looked",
    "explain": "the account told by the command line",
    "subject-access": "a copy for the child, by the command line",
    "emergency": "opened in an emergency",
    "emergency-list": "the list of their emergency openings",
    "reviews": "the list of reviews",
    "review": "a review of an emergency opening",
    "protect": "changed who may open",
    "protection": "who may open",
    "correct": "correcting a time",
    "corrected": "correcting a time",
    "where": "where the child lives (what is kept, not where)",
    "reveal": "was shown where the child lives",
    "work": "the list of work that nobody holds",
    "partner-list": "its agency’s system looked at what waits",
    "partner-notice": "its agency’s system fetched a notice",
    "partner-answer": "its agency’s system passed on an answer",
    "demand": "a request for immigration purposes",
    "demands": "the list of requests for immigration purposes",
}
_LIMITS = {
    Limit.OPENED_IN_AN_HOUR: f"opened {MOST_IN_AN_HOUR} different children within an hour",
    Limit.OPENED_IN_A_DAY: f"opened {MOST_IN_A_DAY} different children within a day",
    Limit.MISSED_IN_AN_HOUR: f"asked for {MOST_MISSES} references within an hour that opened nothing",
    Limit.EMERGENCIES_IN_A_DAY: f"opened {MOST_EMERGENCIES} children in an emergency within a day",
    Limit.SEARCHES_IN_AN_HOUR: f"searched for children {MOST_SEARCHES} times within an hour",
    Limit.REVEALS_IN_A_DAY: f"was shown where children live {MOST_REVEALS} times within a day",
}
LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Visit:
    """What one person looked at on one day. `reason` is that of an emergency opening, else empty; `shown_for` why they
    were shown where the child lives, `printed_for` why they printed the list of missing children."""

    who: str
    agencies: str
    when: str
    pages: str
    is_outside: bool
    reason: str
    shown_for: tuple[str, ...]
    printed_for: tuple[str, ...]


def visits(looks: Iterable[Look], printed: Mapping[tuple[int, datetime], str]) -> list[Visit]:
    """Readings put together by person and day, latest first. `printed`: the reason of each paper pack, by person and
    time."""
    grouped = groupby(looks, key=lambda k: (k.reading.person_id, uk_day(k.reading.at), k.is_outside, k.emergency))
    return [_visit(list(group), printed) for _, group in grouped]


def _visit(looks: list[Look], printed: Mapping[tuple[int, datetime], str]) -> Visit:
    last, first = looks[0], looks[-1]
    pages = dict.fromkeys(_PAGES.get(k.reading.page, "recording what happened") for k in reversed(looks))
    until = f" to {say_clock(last.reading.at)}" if say_clock(last.reading.at) != say_clock(first.reading.at) else ""
    return Visit(
        who=str(last.reading.person),
        agencies=", ".join(last.agencies) or "No post on that day",
        when=f"{say_day(uk_day(first.reading.at), year=True)}, {say_clock(first.reading.at)}{until}",
        pages=say_list(list(pages)),
        is_outside=last.is_outside,
        reason=last.emergency.reason if last.emergency else "",
        shown_for=tuple(
            dict.fromkeys(k.reading.shown_for for k in looks if k.reading.act == Act.REVEAL and k.reading.shown_for)  # type: ignore[attr-defined]
        ),
        printed_for=tuple(
            dict.fromkeys(
                printed[k.reading.person_id, k.reading.at]
                for k in looks
                if k.reading.page == "paper-pack" and (k.reading.person_id, k.reading.at) in printed
            )
        ),
    )


def limit_words(reached: ReachedLimit) -> str:
    return _LIMITS[Limit(reached.limit)]


def notices(opened: Opened, *, with_looks: bool) -> list[str]:
    """What a reader of this child's pages must know about access, most urgent first."""
    page, now, door = opened.page, opened.now, opened.page.door
    said = []
    if door.opened_until is not None:
        until = say_time(door.opened_until)
        said.append(f"You opened this child in an emergency, until {until}. Somebody else will look at why.")
    if not page.may_see_readers:
        return said
    for waiting in waiting_for_review(opened.emergencies):
        o = waiting.opening
        late = (
            "Its review is overdue"
            if waiting.is_late(now)
            else f"To be reviewed by the end of {say_last_day(waiting.due)}"
        )
        said.append(f"Opened in an emergency by {o.person}, {say_time(o.begins)}: “{o.reason}”. {late}.")
    if door.shielded_since is not None:
        since = say_time(door.shielded_since, year=True)
        said.append(f"Restricted since {since}: only people who are named may open it.")
    if with_looks and (found := outsiders(page.ref, door.ties, now - LATELY)):
        people = [f"{one.name} ({', '.join(one.agencies) or 'no post'})" for one in found]
        said.append(f"Looked at from outside the team in the last 7 days by {say_list(people)}.")
    return said
