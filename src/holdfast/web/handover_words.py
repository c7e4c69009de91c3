"""Handovers and notices in words: what has really happened, and nothing more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from holdfast.sharing.handover.queries import Ladder
from holdfast.sharing.picture import Happened, Standing
from holdfast.sharing.queries import Told
from holdfast.sharing.rules import BY_HAND, Channel
from holdfast.worktime.words import say_length, say_time

_CHANNEL = {
    Channel.LINK: "in Holdfast",
    Channel.EMAIL: "by e-mail",
    Channel.SMS: "by text message",
    Channel.READ_OUT: "read out on the telephone",
    Channel.PRINT: "on paper",
}


def say_kept_back(by_name: str, children: int = 1) -> str:
    """In place of the words of a note that names a child who is kept from the reader."""
    these = "this child" if children == 1 else "these children"
    return f"A note about {these} and another, whom you may not see: ask {by_name}."


def say_channel(channel: str) -> str:
    return _CHANNEL[Channel(channel)]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what became of a message: `is_loud` where a person must do something."""

    words: str
    is_loud: bool = False


def _by(event: Happened) -> str:
    return f" by {event.name}" if event.name else ""


def lines(told: Told) -> tuple[Line, ...]:
    """What became of a message: sent, received and accepted each with who and when, or that it is not so."""
    known, message = told.standing, told.message
    return (_sent(known, Channel(message.channel)), *_arrived(known), *_answers(known))


def _sent(known: Standing, channel: Channel) -> Line:
    if known.sent and channel is Channel.LINK:
        return Line(f"Lies ready in Holdfast since {say_time(known.sent.at)}. No message went out")
    if known.sent:
        return Line(f"Sent{_by(known.sent)}, {say_time(known.sent.at)}")
    if known.not_needed:
        return Line(f"Not sent: {known.not_needed.words}, {say_time(known.not_needed.at)}")
    if known.failed:
        return Line(f"Not sent. {known.failed.words}", is_loud=True)
    if channel in BY_HAND:
        return Line("Not yet told: somebody must read it out or hand it over", is_loud=True)
    if known.trouble:
        times = "once" if known.tries == 1 else f"{known.tries} times"
        return Line(f"Not sent yet, tried {times}. {known.trouble.words}", is_loud=True)
    return Line("Not sent yet")


def _arrived(known: Standing) -> tuple[Line, ...]:
    found = []
    if known.delivered:
        found.append(Line(f"Arrived, {say_time(known.delivered.at)}"))
    elif known.sent and known.failed:
        found.append(Line(f"Did not arrive. {known.failed.words}", is_loud=True))
    found += [Line(f"Opened{_by(event)}, {say_time(event.at)}") for event in known.opened]
    return tuple(found)


def _answers(known: Standing) -> tuple[Line, ...]:
    found = [
        Line(f"Received{_by(known.received)}, {say_time(known.received.at)}")
        if known.received
        else Line("Nobody has said that they received it")
    ]
    if known.accepted:
        found.append(Line(f"Accepted{_by(known.accepted)}, {say_time(known.accepted.at)}"))
    if known.refused:
        words = f"Refused{_by(known.refused)}, {say_time(known.refused.at)}: {known.refused.words}"
        found.append(Line(words, is_loud=True))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of a ladder in words."""

    who: str
    when: str
    phone: str
    is_gap: bool
    tellings: tuple[tuple[Told, tuple[Line, ...]], ...]


def steps(ladder: Ladder, told: list[Told], names: dict[str, str]) -> tuple[Step, ...]:
    """Each rung with its time, and what was sent to whom and what became of it."""
    return tuple(
        Step(
            f"{rung.name}, {names.get(rung.agency, rung.agency)}, {say_channel(rung.channel)}",
            say_time(rung.at) + _gap(ladder, rung.number),
            rung.phone,
            rung.number in ladder.gaps,
            tuple((t, lines(t)) for t in told if t.message.rung == rung.number),
        )
        for rung in ladder.rungs
    )


def _gap(ladder: Ladder, number: int) -> str:
    found = ladder.gaps.get(number)
    if found is None:
        return ""
    did = "told without a name" if number == len(ladder.rungs) - 1 else "the next was told at once"
    return f". Nobody could be asked, {say_time(found)}: {did}"


@dataclass(frozen=True, slots=True)
class Row:
    """A handover in a list."""

    ladder: Ladder
    waits: str
    next: str
    to: str
    phone: str


def rows(found: tuple[Ladder, ...], now: datetime) -> tuple[Row, ...]:
    return tuple(_row(ladder, now) for ladder in found)


def _row(ladder: Ladder, now: datetime) -> Row:
    rung = ladder.rungs[ladder.reached(now)]
    ahead = ladder.next_at(now)
    return Row(
        ladder,
        say_length(max(now - ladder.handover.at, now - now)),
        say_time(ahead) if ahead else "",
        f"{on} ({rung.name}), {rung.agency}" if (on := rung.on_name) else f"{rung.name}, {rung.agency}",  # type: ignore[attr-defined]
        rung.phone,
    )
