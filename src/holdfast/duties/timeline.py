"""Worked examples as timelines that a lawyer can read, and a machine can run.

A line is a UK day with its weekday (checked), perhaps a time, a kind, and details:

    Fri 20 Nov 2026 22:40  missing.noticed  category=away
    Sat 21 Nov 2026        missing.returned  to=Elm House

Words with a special meaning among the details: `id`, `corrects`, `withdraws`, and `recorded` (when it was recorded).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from holdfast.chronology.entry import Entry
from holdfast.chronology.kinds import Vocabulary
from holdfast.chronology.moment import Moment
from holdfast.chronology.standing import in_force
from holdfast.duties.engine import obligations
from holdfast.duties.obligation import Obligation, status
from holdfast.duties.rule import ENDS_WITH_ITS_DAY, Nation
from holdfast.duties.statute import Statute
from holdfast.worktime.uk_clock import LONDON, day_begins, uk_time

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIME = re.compile(r"^(\w{3}) (\d{1,2}) (\w{3}) (\d{4})(?: (\d\d):(\d\d))?$")


class BadTimeline(ValueError):
    """A line of a timeline that cannot be read."""


def read_time(text: str) -> Moment:
    """`Fri 20 Nov 2026 22:40` or, for some time that day, `Fri 20 Nov 2026`. Raises BadTimeline."""
    found = _TIME.match(text.strip())
    if found is None or found[3] not in _MONTHS:
        raise BadTimeline(f"{text!r} is not a day such as Fri 20 Nov 2026 22:40")
    day = date(int(found[4]), _MONTHS.index(found[3]) + 1, int(found[2]))
    if _DAYS[day.weekday()] != found[1]:
        raise BadTimeline(f"{text!r}: that day is a {_DAYS[day.weekday()]}")
    if found[5] is None:
        return Moment.on(day)
    return Moment(datetime(day.year, day.month, day.day, int(found[5]), int(found[6]), tzinfo=LONDON))


def say_moment(instant: datetime) -> str:
    """The same form back: `Fri 20 Nov 2026 22:40`, on the UK clock."""
    local = uk_time(instant)
    day = f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}"
    return f"{day} {local.hour:02}:{local.minute:02}"


def _value(text: str) -> Any:
    return {"true": True, "false": False}.get(text, int(text) if text.isdigit() else text)


def read_entry(line: str, number: int, vocabulary: Vocabulary) -> Entry:
    """One line of a timeline as an entry of the child `child`. Raises BadTimeline, UnknownKind or BadDetails."""
    when, kind, *rest = re.split(r"\s{2,}", line.strip())
    details: dict[str, Any] = {}
    for part in rest:
        name, sep, value = part.partition("=")
        if not sep:
            raise BadTimeline(f"{part!r} is not a detail such as category=away")
        details[name] = _value(value)
    special = {k: str(details.pop(k)) for k in ("id", "corrects", "withdraws", "recorded") if k in details}
    occurred = read_time(when)
    return Entry(
        id=special.get("id", str(number)),
        child="child",
        kind=kind,
        occurred=occurred,
        recorded_at=read_time(special["recorded"]).at if "recorded" in special else occurred.at,
        details=vocabulary.read(kind, details),
        corrects=special.get("corrects"),
        withdraws=special.get("withdraws"),
    )


def run(
    timeline: Sequence[str],
    at: datetime,
    statute: Statute,
    nation: Nation,
    vocabulary: Vocabulary,
    as_known_at: datetime | None = None,
) -> tuple[Obligation, ...]:
    """What a timeline gives at a time."""
    entries = [read_entry(line, number, vocabulary) for number, line in enumerate(timeline, 1)]
    standing = in_force(entries, as_known_at=as_known_at, as_at=at)
    return obligations(standing, statute, nation=nation, vocabulary=vocabulary, as_at=at)


def describe(obligation: Obligation, at: datetime, *, started: bool = False) -> str:
    """`due Mon 23 Nov 2026 22:40  open`: an obligation as an example expects it."""
    if obligation.due_at is None:
        due = "no due time"
    elif obligation.rule.due.unit in ENDS_WITH_ITS_DAY and obligation.due_on is not None:
        due = f"due {say_moment(day_begins(obligation.due_on))[:-6]}"
    else:
        due = f"due {say_moment(obligation.due_at)}"
    said = f"{due}  {status(obligation, at).value}"
    return f"{said}  started {say_moment(obligation.started_at)}" if started else said


def describe_all(found: Iterable[Obligation], at: datetime, *, started: bool = False) -> str:
    """Several obligations of one rule in one line; `none` when there are none."""
    return " | ".join(describe(o, at, started=started) for o in found) or "none"


def example_gives(rule_key: str, example: dict[str, Any], statute: Statute, nation: Nation, words: Vocabulary) -> str:
    """What a rule's worked example really gives, in the words in which it says what it expects."""
    at = read_time(example["at"])
    found = run(example["timeline"], at.at.astimezone(UTC), statute, nation, words)
    mine = [o for o in found if o.rule.key == rule_key]
    return describe_all(mine, at.at, started="started" in example["expect"])
