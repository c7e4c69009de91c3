"""What happened to each request, as written down: `reference,day,what,note,by`."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from holdfast.evidence.received.senders import Asked


class What(StrEnum):
    """One thing that can happen to a request."""

    SENT = "sent"
    BOUNCED = "bounced"
    ACKNOWLEDGED = "acknowledged"
    CLARIFICATION_ASKED = "clarification_asked"
    CLARIFIED = "clarified"
    EXTENDED = "extended"  # FOIA only: more time to weigh the public interest
    ANSWERED = "answered"
    ANSWERED_IN_PART = "answered_in_part"
    REFUSED = "refused"
    WRONG_BODY = "wrong_body"
    REMINDED = "reminded"
    REVIEW_ASKED = "review_asked"
    REVIEW_ANSWERED = "review_answered"
    COMPLAINED = "complained"
    WITHDRAWN = "withdrawn"


_COLUMNS = ("reference", "day", "what", "note", "by")


class BadEvents(ValueError):
    """The file cannot be used. The message names the line and the fault."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line. `day` is the UK day on which it happened; `by` who wrote it down."""

    reference: str
    day: date
    what: What
    note: str
    by: str
    line: int = 0


def read_events(file: Path, requests: Iterable[Asked]) -> tuple[Event, ...]:
    """In the order of days, then of lines; none where there is no file. Raises BadEvents."""
    if not file.exists():
        return ()
    try:
        reader = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline=""), strict=True)
        rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeError, csv.Error) as error:
        raise BadEvents(f"{file.name} cannot be read: {error}") from None
    if tuple(reader.fieldnames or ()) != _COLUMNS:
        raise BadEvents(f"{file.name}: the columns are reference,day,what,note,by")
    known = {one.reference for one in requests if one.reference}
    found = []
    for line, row in rows:
        place = f"{file.name} line {line}"
        if None in row or None in row.values():
            raise BadEvents(f"{place}: does not have 5 fields")
        values = {name: " ".join(value.split()) for name, value in row.items()}
        if values["reference"] not in known:
            raise BadEvents(f"{place}: no request has the reference {values['reference']!r}")
        if values["what"] not in set(What):
            raise BadEvents(f"{place}: {values['what']!r} is not one of {', '.join(What)}")
        if not values["by"]:
            raise BadEvents(f"{place}: does not say who wrote it down")
        try:
            day = date.fromisoformat(values["day"])
        except ValueError:
            raise BadEvents(f"{place}: {values['day']!r} is not a day such as 2024-05-01") from None
        found.append(Event(values["reference"], day, What(values["what"]), values["note"], values["by"], line))
    return tuple(sorted(found, key=lambda one: (one.day, one.line)))


def add_event(file: Path, event: Event, requests: Iterable[Asked]) -> None:
    """Add a line at the end and make it safe on disk. What stands there must be readable. Raises BadEvents."""
    requests = tuple(requests)
    read_events(file, requests)
    if event.reference not in {one.reference for one in requests if one.reference}:
        raise BadEvents(f"no request has the reference {event.reference!r}")
    if not event.by.strip():
        raise BadEvents("say who you are (--by)")
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    try:
        content = file.read_bytes() if file.exists() else b""
        if not content.strip():
            writer.writerow(_COLUMNS)
        elif not content.endswith(b"\n"):
            out.write("\n")
        words = (" ".join(text.split()) for text in (event.note, event.by))
        writer.writerow((event.reference, event.day.isoformat(), event.what.value, *words))
        with file.open("ab") as end:
            end.write(out.getvalue().encode())
            end.flush()
            os.fsync(end.fileno())
    except OSError as error:
        raise BadEvents(f"{file.name} cannot be written: {error.strerror}") from None
