"""The ledger of return conversations: for every episode each offer, refusal, new offer, and whether one was held. Pure.

Held within 72 hours of the return counts apart from held: statutory guidance on children who run away or go missing
from home or care (2014). The time is the return to home or placement, never the finding. Where the day alone is known,
"in time" is said only if it is certain, and "late" only if that is certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from holdfast.chronology.entry import Entry
from holdfast.chronology.moment import Moment
from holdfast.missing.picture import Episode

WITHIN = timedelta(hours=72)


class InTime(StrEnum):
    """Whether a conversation was held within 72 hours of the return."""

    YES = "in time"
    NO = "late"
    NOT_CERTAIN = "not certain"
    NO_RETURN = "return not recorded"


@dataclass(frozen=True, slots=True)
class Row:
    """The conversation about one episode. `due` is None while no return is recorded."""

    episode: Episode
    steps: tuple[Entry, ...]
    offers: tuple[Entry, ...]
    refusals: tuple[Entry, ...]
    held: Entry | None
    due: datetime | None
    in_time: InTime | None
    shared_with: tuple[int, ...]

    @property
    def is_due(self) -> bool:
        """The child is back and nobody has held a conversation."""
        return self.episode.ended is not None and self.held is None

    @property
    def was_accepted(self) -> bool:
        """Held, or an offer that the child said yes to."""
        return self.held is not None or any(e.details.accepted for e in self.offers)

    @property
    def is_refused(self) -> bool:
        """The last that happened was a refusal: it is to be offered again."""
        last = next((e for e in reversed(self.steps) if e in (*self.offers, *self.refusals)), None)
        return self.held is None and last is not None and last in self.refusals


_STEPS = ("missing.interview_offered", "missing.interview_declined", "missing.interview_held")


def ledger(episodes: Sequence[Episode]) -> tuple[Row, ...]:
    """One row an episode, in time order.

    A conversation belongs to the episode that it follows, and to the earlier ones that it names: several episodes can
    come before one conversation.
    """
    about: dict[int, Entry] = {}
    for episode in episodes:
        for entry in episode.entries:
            if entry.kind == "missing.interview_held":
                for number in {episode.number, *(n for n in entry.details.episodes if n < episode.number)}:
                    about.setdefault(number, entry)
    return tuple(_row(e, about.get(e.number), about) for e in episodes)


def _row(episode: Episode, held: Entry | None, about: dict[int, Entry]) -> Row:
    steps = tuple(e for e in episode.entries if e.kind in _STEPS)
    due = episode.returned.at + WITHIN if episode.returned else None
    return Row(
        episode=episode,
        steps=steps,
        offers=tuple(e for e in steps if e.kind == "missing.interview_offered"),
        refusals=tuple(e for e in steps if e.kind == "missing.interview_declined"),
        held=held,
        due=due,
        in_time=in_time(episode.returned, held.occurred) if held else None,
        shared_with=tuple(n for n, e in about.items() if held and e is held and n != episode.number),
    )


def in_time(returned: Moment | None, held: Moment) -> InTime:
    """Whether a conversation was held within 72 hours of a return, as far as the two times are known."""
    if returned is None:
        return InTime.NO_RETURN
    if held.latest <= returned.at + WITHIN:
        return InTime.YES
    if held.at > returned.latest + WITHIN:
        return InTime.NO
    return InTime.NOT_CERTAIN


@dataclass(frozen=True, slots=True)
class Counts:
    """What a list of rows adds up to. `ended`: episodes whose child was found or came back."""

    ended: int
    offered: int
    accepted: int
    held: int
    held_in_time: int
    not_certain: int


def counts(rows: Sequence[Row]) -> Counts:
    """Offered, accepted, held and held in time, each by itself: none of them stands for another."""
    ended = [r for r in rows if r.episode.ended]
    return Counts(
        ended=len(ended),
        offered=sum(1 for r in ended if r.offers),
        accepted=sum(1 for r in ended if r.was_accepted),
        held=sum(1 for r in ended if r.held),
        held_in_time=sum(1 for r in ended if r.in_time is InTime.YES),
        not_certain=sum(1 for r in ended if r.in_time in (InTime.NOT_CERTAIN, InTime.NO_RETURN)),
    )
