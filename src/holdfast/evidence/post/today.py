"""What a person has to do today for a round, most pressing first, each with the command that does it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

from holdfast.evidence.asking.bodies import ended
from holdfast.evidence.asking.clocks import Standing, State, Step
from holdfast.evidence.post.journal import Did, Line, unread
from holdfast.evidence.post.outbox import OPEN, Letter, Stands, letters, unreached
from holdfast.evidence.post.sending import not_before

_MANY_TRIES = 3
_DONE = frozenset((State.ANSWERED, State.WITHDRAWN, State.WRONG_BODY))


class Rank(IntEnum):
    """What comes before what."""

    NOT_KNOWN = 1
    LOOK = 2
    READ = 3
    NEW_ADDRESS = 4
    STEP = 5
    APPROVE = 6
    SEND = 7
    REORGANISED = 8


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do. `until`: the last day that the law leaves for it, None where it sets none."""

    rank: Rank
    reference: str
    authority: str
    what: str
    do: str
    until: date | None = None


def tasks(standings: Sequence[Standing], lines: Sequence[Line], on: date, now: datetime) -> tuple[Task, ...]:
    """By rank, then by the law's last day, then as the requests are listed."""
    names = {one.asked.reference: one.asked.authority for one in standings}
    found = [
        *_letters(letters(lines).values(), names, now),
        *_mail(lines, names),
        *_steps(standings, lines),
        *_reorganised(standings, on),
    ]
    return tuple(sorted(found, key=lambda one: (one.rank, one.until or date.max)))


def _letters(found: Iterable[Letter], names: dict[str, str], now: datetime) -> Iterator[Task]:
    for one in found:
        name = names.get(one.reference, "")
        if one.stands is Stands.UNKNOWN:
            what = (
                f"{one.id}: it is not known whether it went ({one.why}); look for {one.message_id} in the mail server"
            )
            yield Task(Rank.NOT_KNOWN, one.reference, name, what, f"settle {one.id} --went or --did-not-go")
        elif one.stands is Stands.PREPARED:
            yield Task(
                Rank.APPROVE, one.reference, name, f"{one.id} waits to be read and approved", f"approve {one.id}"
            )
        elif one.stands is Stands.APPROVED:
            what = f"{one.id} is approved by {one.approved_by} and has not gone"
            if one.tries:
                often = " (ask them whether they take letters from us)" if one.tries >= _MANY_TRIES else ""
                what += f"; put off {one.tries} times: {one.why}{often}"
            yield Task(Rank.SEND, one.reference, name, what, "send" if not_before(one) <= now else "send, later")


def _mail(lines: Sequence[Line], names: dict[str, str]) -> Iterator[Task]:
    looked = {line.mail for line in lines if line.did in (Did.ACCEPTED, Did.DISMISSED)}
    for line in lines:
        if line.did is Did.SET_APART and line.mail not in looked:
            mail = line.mail if line.mail.startswith("uid") else line.mail[:12]
            what = f"message {mail} from {line.sender or 'nobody'} was set apart: it {line.note}"
            do = f"accept {mail} --reference {line.reference or '...'}, or dismiss {mail}"
            yield Task(Rank.LOOK, line.reference, names.get(line.reference, ""), what, do)
    for reference, came in unread(lines).items():
        what = f"{len(came)} {'reply' if len(came) == 1 else 'replies'} to read; the last came on {came[-1].at:%-d %B}"
        yield Task(Rank.READ, reference, names.get(reference, ""), what, f"read, then: happened {reference} ...")


def _steps(standings: Iterable[Standing], lines: Sequence[Line]) -> Iterator[Task]:
    """Steps that the clocks ask for and for which no letter lies there yet."""
    every = letters(lines).values()
    waiting = unread(lines)
    for one in standings:
        reference = one.asked.reference
        of_it = [letter for letter in every if letter.reference == reference]
        if one.step is None or reference in waiting or any(letter.stands in OPEN for letter in of_it):
            continue
        last = unreached(of_it)
        if one.step in (Step.SEND, Step.SEND_AGAIN) and not one.asked.address:
            yield _task(Rank.NEW_ADDRESS, one, "has no address", "put it into requests.csv")
        elif last and one.step is not Step.COMPLAIN and last.to.casefold() == one.asked.address.casefold():
            why = f"nothing reaches {last.to} ({last.why})"
            do = f"prepare, with another address in requests.csv; or, to try it again, withdraw {last.id}"
            yield _task(Rank.NEW_ADDRESS, one, why, do)
        elif one.step is Step.REDIRECT:
            yield _task(Rank.STEP, one, f"{one.state.value} {one.why}", f"redirect {reference} --to ...")
        else:
            yield _task(Rank.STEP, one, f"{one.state.value}: {one.step.value} ({one.why})", "prepare")


def _task(rank: Rank, one: Standing, what: str, do: str) -> Task:
    return Task(rank, one.asked.reference, one.asked.authority, what, do, one.step_until)


def _reorganised(standings: Iterable[Standing], on: date) -> Iterator[Task]:
    open_ones = [one.asked for one in standings if one.state not in _DONE]
    for asked, words in ended(open_ones, on):
        yield Task(Rank.REORGANISED, asked.reference, asked.authority, words, f"redirect {asked.reference} --to ...")
