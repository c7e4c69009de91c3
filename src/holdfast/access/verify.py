"""Is the reading log whole: every person's chain link by link, and the way from a child to who has looked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import Any

from holdfast.access.actions import reading_link
from holdfast.access.models import ReaderChain, Reading, ReadingOf
from holdfast.chronology import chain

_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class BrokenReading:
    """Where a person's reading log is broken. `person` is a number, not a name; `number` 0 is the head."""

    person: int
    number: int
    problem: str


@dataclass(slots=True)
class ReadingVerdict:
    """What the check of the reading log found."""

    chains: int = 0
    readings: int = 0
    broken: list[BrokenReading] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.broken

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def verify_readings() -> ReadingVerdict:
    """Check every person's readings. Reads everything; writes nothing."""
    verdict = ReadingVerdict()
    heads = {h.person_id: h for h in ReaderChain.objects.all()}
    seen: set[int] = set()
    rows = Reading.objects.order_by("person_id", "number").iterator(chunk_size=_CHUNK)
    for person, group in groupby(rows, key=lambda r: r.person_id):
        seen.add(person)
        verdict.chains += 1
        readings = list(group)
        verdict.readings += len(readings)
        verdict.broken += _check_chain(person, heads.get(person), readings)
    for person, head in heads.items():
        if person not in seen and head.length:
            verdict.broken.append(BrokenReading(person, 1, f"all {head.length} readings are gone"))
    verdict.broken += _check_children()
    return verdict


def _check_chain(person: int, head: ReaderChain | None, readings: list[Reading]) -> list[BrokenReading]:
    previous = chain.START
    for place, row in enumerate(readings, start=1):
        if row.number != place:
            gone = f"reading {place} is gone or moved: reading {row.number} stands there"
            return [BrokenReading(person, place, gone)]
        if reading_link(previous, person, row.number, row.at, row.act, row.page, row.children) != row.hash:
            return [BrokenReading(person, place, "the reading was changed, moved or put in")]
        previous = row.hash
    if head is None:
        return [BrokenReading(person, 0, "the head of the chain is gone")]
    if head.length != len(readings):
        return [
            BrokenReading(
                person, len(readings) + 1, f"the chain should have {head.length} readings and has {len(readings)}"
            )
        ]
    if head.head != previous:
        return [BrokenReading(person, 0, "the head of the chain is not its last reading")]
    return []


def _check_children() -> Iterator[BrokenReading]:
    """`who has looked` is found through rows of its own: they must say what the chained readings say."""
    after = 0
    while rows := list(Reading.objects.filter(pk__gt=after).order_by("pk")[:_CHUNK]):
        after = rows[-1].pk
        said: dict[int, list[str]] = {}
        for of in ReadingOf.objects.filter(reading_id__in=[r.pk for r in rows]).values_list("reading_id", "child_id"):
            said.setdefault(of[0], []).append(of[1])
        for row in rows:
            if sorted(said.get(row.pk, [])) != row.children.split(" "):
                yield BrokenReading(row.person_id, row.number, "its list of children is not what was written down")
