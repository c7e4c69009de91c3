"""Which clock runs for a request, when it ends, and the next step that the law gives.

Day 0 is the day on which the request was received, working day or not (an e-mail: the day it was sent). Where
clarification was needed the clock starts afresh on the day it was given; the earlier starts are kept. The last day is
the body's: it is late from the day after.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from holdfast.evidence.asking.events import Event, What
from holdfast.evidence.received.senders import Asked
from holdfast.worktime.regime import Regime, regime

REPLY, REVIEW_EXPECTED, REVIEW_AT_MOST, REVIEW_ASKED_WITHIN = 20, 20, 40, 40
LATE_REMINDER, AFTER_REMINDER = 20, 5
"""Our practice and no law: once so many working days late a review is asked for without a reminder; after a reminder so
many working days are left to answer it."""
AGGREGATION = 60
"""Working days within which one person's similar requests may be added together for the cost limit: SI 2004/3244
reg 5, under the 2000 Act alone. SSI 2004/467 reg 6 knows only requests of different persons, and no such period."""


class State(StrEnum):
    """Where a request stands."""

    NOT_SENT = "not sent"
    BOUNCED = "bounced"
    WAITING = "waiting"
    OUR_TURN = "waits for our clarification"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    IN_PART = "answered in part"
    REFUSED = "refused"
    REVIEW = "review asked"
    REVIEW_LATE = "review overdue"
    REVIEWED = "review answered"
    COMPLAINED = "complaint made"
    WRONG_BODY = "wrong body"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What may be done next. A person decides and sends."""

    SEND = "send"
    SEND_AGAIN = "find another address and send again"
    CLARIFY = "answer their question"
    REDIRECT = "find the right body and pass the request on"
    REMIND = "remind"
    CHASE = "chase, and ask for a review"
    REVIEW = "ask for a review"
    COMPLAIN = "complain to the Commissioner"


@dataclass(frozen=True, slots=True)
class Standing:
    """One request on a day. `due`: the last day of what is waited for; `step_until`: the last day for the next step,
    None where the law sets none; `starts`: every day 0, the last of which counts; `quiet_until`: a further similar
    question before this day could be added to the cost of this one."""

    asked: Asked
    law: str
    state: State
    starts: tuple[date, ...]
    due: date | None
    step: Step | None
    step_until: date | None
    quiet_until: date | None
    why: str


class _At(Protocol):
    """Makes the standing of one request."""

    def __call__(
        self, state: State, why: str, due: date | None = None, step: Step | None = None, until: date | None = None
    ) -> Standing: ...


def law_of(nation: str) -> str:
    """`foisa` for a Scottish body, `foia` for every other."""
    return "foisa" if nation.casefold() == "scotland" else "foia"


def standings(requests: Iterable[Asked], events: Sequence[Event], on: date) -> tuple[Standing, ...]:
    """Every request as it stands on a day. Raises worktime.BeyondTheTable outside the table of bank holidays."""
    return tuple(standing(one, [event for event in events if event.reference == one.reference], on) for one in requests)


def standing(asked: Asked, events: Sequence[Event], on: date) -> Standing:
    """One request, from its own events in order; what lies ahead of the day has not happened."""
    events = [one for one in events if one.day <= on]
    law = law_of(asked.nation)
    days = regime(law)
    starts = _starts(events)
    quiet = days.add(starts[0], AGGREGATION) + timedelta(days=1) if starts and law == "foia" else None
    aside = (What.ACKNOWLEDGED, What.EXTENDED, What.REMINDED)
    last = next((one for one in reversed(events) if one.what not in aside), None)

    def at(
        state: State, why: str, due: date | None = None, step: Step | None = None, until: date | None = None
    ) -> Standing:
        return Standing(asked, law, state, starts, due, step, until, quiet, why)

    if last is None:
        return at(State.NOT_SENT, "nothing was sent", step=Step.SEND)
    if last.what in (What.SENT, What.CLARIFIED):
        return _waiting(at, events, last.day, days, law, on)
    if last.what is What.BOUNCED:
        return at(State.BOUNCED, f"came back on {last.day}: it was not received", step=Step.SEND_AGAIN)
    if last.what is What.CLARIFICATION_ASKED:
        return at(State.OUR_TURN, f"they asked on {last.day}; the days begin when we answer", step=Step.CLARIFY)
    if last.what in (What.REVIEW_ASKED, What.REVIEW_ANSWERED):
        return _review(at, last, days, law, on)
    if last.what in (What.REFUSED, What.ANSWERED_IN_PART):
        state = State.REFUSED if last.what is What.REFUSED else State.IN_PART
        until = _review_until(last.day, starts, days, law)
        if on > until:
            return at(state, f"the time to ask for a review ended on {until}")
        return at(
            state, f"a review can be asked for within {REVIEW_ASKED_WITHIN} working days", None, Step.REVIEW, until
        )
    if last.what is What.WRONG_BODY:
        step = None if asked.instead else Step.REDIRECT
        return at(State.WRONG_BODY, f"on {last.day}" + (f": {last.note}" if last.note else ""), step=step)
    ended = {
        What.ANSWERED: State.ANSWERED,
        What.COMPLAINED: State.COMPLAINED,
        What.WITHDRAWN: State.WITHDRAWN,
    }
    return at(ended[last.what], f"on {last.day}")


def _review_until(answered: date, starts: Sequence[date], days: Regime, law: str) -> date:
    """The last day to ask for a review of an answer. FOIA: the code of practice counts from the answer. FOISA s20(5):
    from the end of the time for an answer, or from an answer that came later than that."""
    begins = max(answered, days.add(starts[-1], REPLY)) if law == "foisa" and starts else answered
    return days.add(begins, REVIEW_ASKED_WITHIN)


def _starts(events: Iterable[Event]) -> tuple[date, ...]:
    """Every day 0: what came back was not received and began nothing."""
    found: list[date] = []
    for one in events:
        if one.what in (What.SENT, What.CLARIFIED):
            found.append(one.day)
        elif one.what is What.BOUNCED and found:
            found.pop()
    return tuple(found)


def _waiting(at: _At, events: Sequence[Event], start: date, days: Regime, law: str, on: date) -> Standing:
    due = days.add(start, REPLY)
    why = f"{REPLY} working days after {start}"
    extended = [one for one in events if one.what is What.EXTENDED and start <= one.day]
    if extended and law == "foia" and extended[0].day <= due:  # claimed again later, it stays as it was
        due = days.add(start, 2 * REPLY)
        why = f"extended on {extended[0].day} to weigh the public interest: 40 working days, as guidance has it"
    elif extended:
        why += "; an extension was claimed that the law does not give" + (" so late" if law == "foia" else "")
    skipped = days.skipped(start, due)
    if skipped:
        why += f", without {', '.join(f'{one.day} ({one.reason})' for one in skipped)}"
    if on <= due:
        return at(State.WAITING, why, due)
    return _overdue(at, events, due, why, days, law, on)


def _overdue(at: _At, events: Sequence[Event], due: date, why: str, days: Regime, law: str, on: date) -> Standing:
    """A reminder first, then a review. FOISA s20(5): within 40 working days of the day on which the answer was due."""
    until = days.add(due, REVIEW_ASKED_WITHIN) if law == "foisa" else None
    if until and on > until:
        return at(State.OVERDUE, f"{why}; the time to ask for a review ended on {until}", due)
    reminded = [one.day for one in events if one.what is What.REMINDED and one.day > due]
    if not reminded and on <= days.add(due, LATE_REMINDER):
        return at(State.OVERDUE, why, due, Step.REMIND, until)
    if reminded and on <= (wait := days.add(reminded[-1], AFTER_REMINDER)) and (until is None or wait < until):
        return at(State.OVERDUE, f"{why}; reminded on {reminded[-1]}, and they have until {wait}", due)
    if reminded and law == "foia":
        why += "; after a reminder the Commissioner can be asked about silence without a review (s50)"
    return at(State.OVERDUE, why, due, Step.CHASE, until)


def _review(at: _At, last: Event, days: Regime, law: str, on: date) -> Standing:
    """FOIA: 20 working days expected, 40 at most; the Commissioner within six weeks of the last answer, or once 40 have
    passed. FOISA: 20 working days; the Commissioner within six months."""
    if last.what is What.REVIEW_ANSWERED:
        until = last.day + timedelta(weeks=6) if law == "foia" else _months_after(last.day, 6)
        step = Step.COMPLAIN if on <= until else None
        return at(State.REVIEWED, f"answered on {last.day}", None, step, until)
    due = days.add(last.day, REVIEW_EXPECTED)
    if on <= due:
        return at(State.REVIEW, f"{REVIEW_EXPECTED} working days after {last.day}", due)
    if law == "foisa":
        until = _months_after(due, 6)
        step = Step.COMPLAIN if on <= until else None
        return at(State.REVIEW_LATE, "no answer to the review", due, step, until)
    latest = days.add(last.day, REVIEW_AT_MOST)
    ready = on > latest
    why = "no answer to the review" if ready else f"the Commissioner takes it up after {latest}"
    return at(State.REVIEW_LATE, why, due, Step.COMPLAIN if ready else None)


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last day."""
    at = day.month - 1 + months
    year, month = day.year + at // 12, at % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
