"""From two coders' codes, and the decisions of a named person, to cells. Nothing that was coded is thrown away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from holdfast.evidence.cells import Reading
from holdfast.evidence.coding.agreement import Agreement, agreement
from holdfast.evidence.coding.worksheet import NOTHING, BadCoding, Code, coding_fault
from holdfast.evidence.folder import coded_reading
from holdfast.evidence.questionnaire import Questionnaire

_NO_DATE = datetime.min.replace(tzinfo=UTC)
Place = tuple[str, str, str]
"""Authority (small letters), period, item."""
Answer = tuple[str, str, str, str]
"""A place in one document: authority (small letters), period, item, document."""


class Why(StrEnum):
    """Why a person must decide."""

    CODERS = "the coders differ"
    REPLIES = "the replies differ"


@dataclass(frozen=True, slots=True)
class Version:
    """One answer of one document, as coded: `first` and `second` are the two codes as written, `nothing` where a
    coder found no answer. A stated answer has been coded by nobody and is its authority's own."""

    authority: str
    nation: str
    period: str
    item: str
    document: str
    document_name: str
    sent: str
    where: str
    raw: str
    policy: str
    first: str
    second: str
    readings: tuple[Reading | None, Reading | None]
    note: str
    stated: bool = False

    @property
    def place(self) -> Place:
        """The cell that it speaks of."""
        return self.authority.casefold(), self.period, self.item

    @property
    def agreed(self) -> bool:
        """Both coders say the same."""
        return self.readings[0] == self.readings[1]

    @property
    def order(self) -> tuple[datetime, str]:
        """When it was sent, as a message's heading says it ("Mon, 23 Nov 2026 09:00:00 +0000"); without a date that can
        be read, before all that have one. Of one moment, by document."""
        try:
            sent = parsedate_to_datetime(self.sent)
        except ValueError:
            return _NO_DATE, self.document
        return (sent if sent.tzinfo else sent.replace(tzinfo=UTC)), self.document


@dataclass(frozen=True, slots=True)
class Question:
    """Something to decide: every version of one cell, and why they do not settle it."""

    place: Place
    why: Why
    versions: tuple[Version, ...]

    @property
    def seen(self) -> str:
        """What was there to decide on: a decision made on something else no longer counts."""
        return "; ".join(f"{one.document[:12]}: {one.first} / {one.second}" for one in self.versions)


@dataclass(frozen=True, slots=True)
class Decision:
    """A named person's decision. `reading` is None where no reply answers the question."""

    place: Place
    seen: str
    text: str
    reading: Reading | None
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Settled:
    """One cell as it will stand. `code` is as in the column `coded`; `version` is the reply that it rests on, and
    `others` how many more replies speak of it."""

    version: Version
    code: str
    reading: Reading
    by: str
    others: int


def versions(first: Sequence[Code], second: Sequence[Code]) -> tuple[Version, ...]:
    """The two coders' codes side by side, answer by answer. Raises BadCoding where one person is both."""
    names = {one.coder.casefold() for one in first} & {one.coder.casefold() for one in second}
    if names:
        raise BadCoding(f"{first[0].coder} cannot be both coders")
    sides = _answers(first), _answers(second)
    made = []
    for key in dict.fromkeys((*sides[0], *sides[1])):
        pair = tuple(side.get(key) for side in sides)
        one = pair[0] or pair[1]
        assert one is not None  # noqa: S101 - the key comes from one of them
        made.append(
            Version(
                one.authority, one.unit.nation, one.period, one.item, one.unit.document, one.unit.document_name,
                one.unit.sent, one.unit.where, one.unit.raw or one.unit.words, one.unit.policy,
                pair[0].text if pair[0] else NOTHING, pair[1].text if pair[1] else NOTHING,
                (pair[0].reading if pair[0] else None, pair[1].reading if pair[1] else None),
                " ".join(code.note for code in pair if code and code.note),
            )
        )  # fmt: skip
    return tuple(made)


def _answers(codes: Iterable[Code]) -> dict[Answer, Code]:
    """One code for each answer; where one place of a document holds it and another nothing, the one that holds it."""
    found: dict[Answer, Code] = {}
    for one in codes:
        key = (one.authority.casefold(), one.period, one.item, one.unit.document)
        if all(key) and (one.reading is not None or key not in found):
            found[key] = one
    return found


def agreements(found: Iterable[Version], asked: Questionnaire) -> tuple[Agreement, ...]:
    """By question, in the order of the questionnaire, then all together. What was stated was not coded."""
    coded = [one for one in found if not one.stated]
    made = []
    for question in asked.questions:
        pairs = [one.readings for one in coded if one.item == question.item]
        if pairs:
            made.append(agreement(question.number, pairs))
    return (*made, agreement("all", [one.readings for one in coded])) if coded else ()


def questions(found: Iterable[Version]) -> tuple[Question, ...]:
    """What a person must decide: coders who differ, and replies of one authority that differ."""
    by_place: dict[Place, list[Version]] = {}
    for one in found:
        if one.readings != (None, None):
            by_place.setdefault(one.place, []).append(one)
    made = []
    for place, here in by_place.items():
        ordered = tuple(sorted(here, key=lambda one: one.order))
        if any(not one.agreed for one in ordered):
            made.append(Question(place, Why.CODERS, ordered))
        elif len({one.readings[0] for one in ordered if one.readings[0] is not None}) > 1:
            made.append(Question(place, Why.REPLIES, ordered))
    return tuple(made)


def decision(place: Place, seen: str, text: str, by: str, reason: str, asked: Questionnaire) -> Decision:
    """A decision as written. Raises BadCoding: it needs a name, a reason and a code that holds."""
    what = f"{place[2]}, {place[1]}, {place[0]}"
    if not by:
        raise BadCoding(f"{what}: is decided by nobody; write who in the column decided_by")
    if not reason:
        raise BadCoding(f"{what}: is decided without a reason; write why")
    if text.casefold() == NOTHING:
        return Decision(place, seen, NOTHING, None, by, reason)
    try:
        reading = coded_reading(text)
    except ValueError as problem:
        raise BadCoding(f"{what}: {problem}") from None
    fault = coding_fault(reading, place[2], asked)
    if fault:
        raise BadCoding(f"{what}: {fault}")
    return Decision(place, seen, text, reading, by, reason)


def settled(
    found: Iterable[Version], decisions: Mapping[Place, Decision], coders: tuple[str, str]
) -> tuple[tuple[Settled, ...], tuple[Question, ...]]:
    """The cells, and what is still open. A decision made before another reply came no longer holds."""
    everything = tuple(found)
    doubtful = {one.place: one for one in questions(everything)}
    by_place: dict[Place, list[Version]] = {}
    for one in everything:
        if one.readings != (None, None):
            by_place.setdefault(one.place, []).append(one)
    cells, still = [], []
    for place, here in by_place.items():
        latest = max(here, key=lambda one: one.order)
        question = doubtful.get(place)
        if question is None:
            by = "stated by the authority" if latest.stated else f"coded alike by {coders[0]} and {coders[1]}"
            reading = latest.readings[0]
            if reading is not None:
                cells.append(Settled(latest, latest.first, reading, by, len(here) - 1))
            continue
        made = decisions.get(place)
        if made is None or made.seen != question.seen:
            still.append(question)
        elif made.reading is not None:
            resting = [one for one in question.versions if made.reading in one.readings]
            resting_on = resting[-1] if resting else latest
            by = f"decided by {made.by}: {made.reason}"
            cells.append(Settled(resting_on, made.text, made.reading, by, len(here) - 1))
    return tuple(cells), tuple(still)
