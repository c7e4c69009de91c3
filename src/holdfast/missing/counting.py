"""The numbers of a period, counted by the database from the read table, and the list behind each number.

What a reader's agency may not read is not counted for it: a count of what cannot be read is no count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from holdfast.access.canaries.queries import made_up
from holdfast.access.queries import Reader, children_visible
from holdfast.access.rules import Act
from holdfast.chronology.installed import vocabulary
from holdfast.missing.conversations import InTime
from holdfast.missing.models import EpisodeRow
from holdfast.missing.numbers import Group, Length, Number, Table
from holdfast.missing.rules import CLOCKS_DIFFER

_UNACCOMPANIED = Q(child__row__is_unaccompanied=True)
_TRAFFICKING = Q(child__row__trafficking__gt="") & ~Q(child__row__trafficking="decision negative")
_ENDED, _HELD = Q(ended_at__isnull=False), Q(held__gt="")


@dataclass(frozen=True, slots=True)
class _Line:
    """One line before it is counted. `key` is its word in the address."""

    key: str
    label: str
    which: Q


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines under one heading, for agencies that may read the entries of this kind."""

    title: str
    kind: str
    lines: tuple[_Line, ...]
    is_whole: bool = False


_LABELS = {Length.STILL_MISSING: "still missing, of those noticed in this time"}
_TABLES = (
    _Lines("All", "missing.noticed", (_Line("all", "Every episode", Q()),), True),
    _Lines(
        "By length",
        "missing.noticed",
        tuple(
            _Line(f"length-{n}", _LABELS.get(length, length.value), Q(length=length.value))
            for n, length in enumerate(Length)
        ),
        True,
    ),
    _Lines(
        "By group",
        "trafficking.concern_recorded",
        (
            _Line("group-0", Group.UNACCOMPANIED.value, _UNACCOMPANIED),
            _Line("group-1", Group.TRAFFICKING.value, _TRAFFICKING),
            _Line("group-2", Group.NEITHER.value, ~_UNACCOMPANIED & ~_TRAFFICKING),
        ),
    ),
    _Lines(
        "Return conversations: episodes after which",
        "missing.interview_held",
        (
            _Line("ended", "the child was found or came back", _ENDED),
            _Line("offered", "a return conversation was offered", _ENDED & Q(is_offered=True)),
            _Line("accepted", "it was accepted", _ENDED & Q(is_accepted=True)),
            _Line("held", "it was held", _ENDED & _HELD),
            _Line("in-time", "it was held within 72 hours of the return", _ENDED & Q(held=InTime.YES.value)),
            _Line("late", "it was held later", _ENDED & Q(held=InTime.NO.value)),
            _Line(
                "not-certain",
                "it was held, whether in time is not certain",
                _ENDED & Q(held__in=[InTime.NOT_CERTAIN.value, InTime.NO_RETURN.value]),
            ),
        ),
    ),
)
_PLACE, _PLACES = "placement.started", "By the kind of place"


def numbers(who: Reader, since: datetime, now: datetime, *, say_place: Callable[[str], str]) -> tuple[Table, ...]:
    """Every table of the episodes noticed since then, of the children whom this reader may see. Three queries."""
    seen = _noticed(who, since, now)
    for_reader = [lines for lines in _TABLES if _may_read(who, lines.kind)]
    every = [line for lines in for_reader for line in lines.lines]
    counts = seen.aggregate(
        **{f"e{n}": Count("pk", filter=line.which) for n, line in enumerate(every)},
        **{f"c{n}": Count("child_id", filter=line.which, distinct=True) for n, line in enumerate(every)},
    )
    numbered = {
        line.key: Number(line.key, line.label, counts[f"e{n}"], counts[f"c{n}"]) for n, line in enumerate(every)
    }
    tables = [Table(t.title, tuple(numbered[line.key] for line in t.lines), t.is_whole) for t in for_reader]
    if _may_read(who, _PLACE):
        tables.insert(2, _by_place(seen, say_place))
    return tuple(tables)


def _by_place(seen: QuerySet[EpisodeRow], say_place: Callable[[str], str]) -> Table:
    counted = seen.order_by("place").values("place").annotate(e=Count("pk"), c=Count("child_id", distinct=True))
    lines = [
        Number(f"place-{row['place']}", say_place(row["place"]) or "not recorded", row["e"], row["c"])
        for row in counted
    ]
    return Table(_PLACES, tuple(lines), True)


def behind(who: Reader, key: str, since: datetime, now: datetime, *, at_most: int) -> list[EpisodeRow]:
    """The latest episodes behind one number, each with its child's row; none for a word that names no number. Three
    queries. Writes nothing: whoever shows them records the reading first."""
    which = next((line.which for t in _TABLES if _may_read(who, t.kind) for line in t.lines if line.key == key), None)
    if which is None and key.startswith("place-") and _may_read(who, _PLACE):
        which = Q(place=key.removeprefix("place-"))
    if which is None:
        return []
    found = _noticed(who, since, now).filter(which).select_related("child__row")
    return list(found.order_by("-noticed_at", "-child_id")[:at_most])


def _noticed(who: Reader, since: datetime, now: datetime) -> QuerySet[EpisodeRow]:
    seen = EpisodeRow.objects.filter(
        children_visible(who, Act.SEE_IN_LIST, now), noticed_at__gte=since, noticed_at__lte=now + CLOCKS_DIFFER
    )
    # Which records are made up only their keyed digests say: the references are read where there are any at all.
    return seen.exclude(child_id__in=made_up(seen.order_by().values_list("child_id", flat=True).distinct()))


def _may_read(who: Reader, kind: str) -> bool:
    return who.reads_of_all(vocabulary()[kind].audience, Act.SEE_IN_LIST)
