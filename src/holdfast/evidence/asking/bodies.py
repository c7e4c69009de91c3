"""Who is asked: the bodies of a day from the register, those that have ended since, and passing a request on.

A body that does not hold what was asked says who does (FOIA s16, FOISA s15). Either we ask that body, and its days
begin with our letter, or the first body transfers the request (codes of practice under FOIA s45 and FOISA s60), and
they begin on the day on which the second received it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from holdfast.authorities.register import NoSuchAuthority, authorities, authority, plain_name
from holdfast.evidence.asking.events import Event, What
from holdfast.evidence.questionnaire import Questionnaire
from holdfast.evidence.received.senders import REQUEST_COLUMNS, Asked, BadRequests


@dataclass(frozen=True, slots=True)
class Passed:
    """What passing a request on changes: every request as it is then, the one that now asks, whether that is a new
    request, and the events to write down."""

    requests: tuple[Asked, ...]
    now_asks: Asked
    is_new: bool
    events: tuple[Event, ...]


def bodies(on: date, round_name: str, addresses: Mapping[str, str]) -> tuple[Asked, ...]:
    """Every body with the duty to look after children on a day, its reference made of the code that it had then.

    `addresses` by name. Raises BadRequests for a name that is no body of that day.
    """
    found = {}
    for name, address in addresses.items():
        try:
            found[authority(name, on).id] = address
        except NoSuchAuthority as problem:
            raise BadRequests(str(problem)) from None
    return tuple(
        Asked(one.name, one.nation.words, f"{round_name}-{one.code(on) or one.id}", found.get(one.id, ""))
        for one in authorities(on)
    )


def ended(requests: Iterable[Asked], on: date) -> tuple[tuple[Asked, str], ...]:
    """Requests whose body was reorganised away by that day, each with what became of it."""
    found = []
    for one in requests:
        try:
            authority(one.authority, on)
        except NoSuchAuthority as problem:
            if " ended on " in str(problem):
                found.append((one, str(problem)))
    return tuple(found)


def pass_on(
    requests: Sequence[Asked],
    asked: Questionnaire,
    reference: str,
    to: Asked,
    day: date,
    by: str,
    transferred: bool = False,
) -> Passed:
    """The body of `reference` says that it does not hold this, or only not `to.questions`, and that `to` does.

    `to.reference` is ignored. Where that body is asked in this round already, no second request is made. Raises
    BadRequests.
    """
    first = next((one for one in requests if one.reference == reference), None)
    if not all(one.reference for one in requests):
        raise BadRequests("requests.csv: every body needs a reference first")
    if first is None:
        raise BadRequests(f"no request has the reference {reference!r}")
    if plain_name(first.authority) == plain_name(to.authority):
        raise BadRequests(f"{to.authority} is the body that was asked")
    unknown = [number for number in to.questions.casefold().split() if asked.question(number) is None]
    if unknown:
        raise BadRequests(f"there is no question {unknown[0]}")
    numbers = [question.number for question in asked.questions if to.asks(question.number)]
    same = [one for one in requests if plain_name(one.authority) == plain_name(to.authority)]
    already = next((one for one in same if all(one.asks(number) for number in numbers)), None)
    if already is not None and _goes_round(requests, already, reference):
        raise BadRequests(
            f"{already.authority} itself pointed to {first.authority}: ask them which of the two holds it"
        )
    new = already or replace(to, reference=_free(requests, reference))
    told = first if new.reference in first.instead else replace(
        first, passed_to="; ".join((*first.instead, new.reference))
    )  # fmt: skip
    every = tuple(told if one is first else one for one in requests) + (() if already else (new,))
    note = f"says that {new.authority} holds it ({new.reference})"
    events = [] if to.questions else [Event(reference, day, What.WRONG_BODY, note, by)]
    if transferred and already is None:
        events.append(Event(new.reference, day, What.SENT, f"transferred by {first.authority}", by))
    return Passed(every, new, already is None, tuple(events))


def _free(requests: Iterable[Asked], reference: str) -> str:
    taken = {one.reference for one in requests}
    return next(name for number in range(2, 1000) if (name := f"{reference}-{number}") not in taken)


def _goes_round(requests: Sequence[Asked], one: Asked, reference: str) -> bool:
    """Whether what `one` was passed on to comes back to the reference."""
    by_reference = {other.reference: other for other in requests}
    seen, ahead = set(), [one]
    while ahead:
        here = ahead.pop()
        if here.reference == reference:
            return True
        if here.reference not in seen:
            seen.add(here.reference)
            ahead += [by_reference[name] for name in here.instead if name in by_reference]
    return False


def requests_csv(requests: Iterable[Asked], before: bytes = b"") -> bytes:
    """`requests.csv`, with further columns of the file as it was kept."""
    rows = list(csv.DictReader(io.StringIO(before.decode("utf-8-sig"), newline="")))
    more = [name for name in (rows[0] if rows else {}) if name and name not in REQUEST_COLUMNS]
    kept = {" ".join((row.get("reference") or "").split()): row for row in rows}
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, (*REQUEST_COLUMNS, *more), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for one in requests:
        row = kept.get(one.reference, {})
        writer.writerow({**{name: row.get(name) or "" for name in more}, **asdict(one)})
    return out.getvalue().encode()


def read_addresses(file: Path) -> dict[str, str]:
    """From `authority,address`. Raises BadRequests."""
    try:
        rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeError, csv.Error) as error:
        raise BadRequests(f"{file.name} cannot be read: {error}") from None
    if rows and not {"authority", "address"} <= set(rows[0]):
        raise BadRequests(f"{file.name}: the columns are authority,address")
    return {str(row["authority"]).strip(): str(row["address"] or "").strip() for row in rows}
