"""A round's replies: documents in; stated and proposed cells, what is left to a person and what is quarantined, out.

`stated` are cells that an authority wrote into the round's own template: they stand as written. `proposed` are what
the rules read from anything else: two people code them before they are cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from holdfast.evidence.cells import Reading
from holdfast.evidence.proposing.proposal import Left, Proposal
from holdfast.evidence.proposing.proposing import propose
from holdfast.evidence.questionnaire import Questionnaire
from holdfast.evidence.reading import read
from holdfast.evidence.received.child_level import note_to_sender
from holdfast.evidence.received.content import PERSONAL, Concern, Content, Piece, Table, Why
from holdfast.evidence.received.taking_in import Document
from holdfast.evidence.template import Line, NotThisRound, is_template, read_template


@dataclass(frozen=True, slots=True)
class CellRead:
    """A cell with the document that it came from."""

    authority: str
    nation: str
    document: str
    document_name: str
    sent: str
    proposal: Proposal
    stated: bool


@dataclass(frozen=True, slots=True)
class LeftToPerson:
    """Something that a person must read, and where it is."""

    authority: str
    document: str
    document_name: str
    left: Left


@dataclass(frozen=True, slots=True)
class SetApart:
    """A document or a part of it that is not read on; `note` is drafted for the sender where they should know."""

    authority: str
    document: str
    document_name: str
    concern: Concern
    note: str = ""


@dataclass(frozen=True, slots=True)
class Replies:
    """Everything that came of the documents. Nothing is lost: each document gave cells, or stands in one of the rest."""  # noqa: E501

    documents: tuple[Document, ...]
    cells: tuple[CellRead, ...]
    left: tuple[LeftToPerson, ...]
    quarantined: tuple[SetApart, ...]

    @property
    def stated(self) -> tuple[CellRead, ...]:
        """Written into the round's own template."""
        return tuple(one for one in self.cells if one.stated)

    @property
    def proposed(self) -> tuple[CellRead, ...]:
        """Read by rules, for two people to code."""
        return tuple(one for one in self.cells if not one.stated)


def read_replies(documents: Iterable[Document], asked: Questionnaire) -> Replies:
    """All documents. The same bytes received twice are read once."""
    taken: list[Document] = []
    cells: list[CellRead] = []
    left: list[LeftToPerson] = []
    apart: list[SetApart] = []
    seen: set[tuple[str, str]] = set()
    for document in documents:
        taken.append(document)
        if (document.sha256, document.authority) in seen:
            concern = Concern(Why.DUPLICATE, "is the same document as one before; it was read once")
            apart.append(SetApart(document.authority, document.sha256, document.name, concern))
            continue
        seen.add((document.sha256, document.authority))
        found = _read(document, asked)
        cells += found.cells
        left += found.left
        apart += found.quarantined
    left += _silent(taken, cells, left, apart)
    return Replies(tuple(taken), tuple(cells), tuple(left), tuple(apart))


def _read(document: Document, asked: Questionnaire) -> Replies:
    apart = list(_apart(document))
    if document.content.refused:
        return Replies((), (), (), tuple(apart))
    stated: list[Proposal] = []
    left: list[Left] = []
    rest: list[Piece] = []
    teller = document  # without a known sender, the round's own template says for whom its answers are
    for piece in document.content.pieces:
        if not isinstance(piece, Table) or not is_template(piece):
            rest.append(piece)
            continue
        try:
            lines = read_template(piece, asked, teller.authority)
        except NotThisRound as problem:
            left.append(Left("", "", piece.where, "", str(problem)))
            continue
        if lines and not teller.authority:
            teller = replace(teller, authority=lines[0].authority, nation=lines[0].nation)
        left_here, made = _stated(lines, piece.where)
        stated += made
        left += left_here
    content = Content(document.content.kind, tuple(rest), (), document.content.scanned_pages)
    found = propose(content, asked)
    left += found.left
    cells = [_cell(teller, one, True) for one in _without_contradictions(stated, left)]
    if document.authority:
        cells += [_cell(document, one, False) for one in found.cells]
    elif found.cells:
        unknown = "it is not known which authority sent this"
        left += [Left(one.item, one.period, one.where, one.excerpt, unknown) for one in found.cells]
    return Replies((), tuple(cells), _to_person(teller, left), tuple(apart))


def _without_contradictions(stated: Iterable[Proposal], left: list[Left]) -> list[Proposal]:
    """One cell for each question and period; where two templates of one document differ, a person says which."""
    places: dict[tuple[str, str], list[Proposal]] = {}
    for one in stated:
        places.setdefault((one.item, one.period), []).append(one)
    kept = []
    for (item, period), same in places.items():
        if len({one.reading for one in same}) == 1:
            kept.append(same[0])
            continue
        said = " and ".join(f"“{one.raw}” ({one.where})" for one in same)
        left.append(Left(item, period, same[0].where, same[0].excerpt, f"the document says {said}"))
    return kept


def _cell(document: Document, proposal: Proposal, stated: bool) -> CellRead:
    return CellRead(
        document.authority, document.nation, document.sha256, document.name, document.sent, proposal, stated
    )


def _to_person(document: Document, left: Iterable[Left]) -> tuple[LeftToPerson, ...]:
    return tuple(LeftToPerson(document.authority, document.sha256, document.name, one) for one in left)


def _stated(lines: Iterable[Line], where: str) -> tuple[list[Left], list[Proposal]]:
    """The template's answers as cells; an answer that cannot be read is left to a person."""
    left, made = [], []
    for line in lines:
        place = f"{where}, row {line.number}"
        try:
            reading: Reading = read(line.answer, line.policy)
        except ValueError as problem:
            left.append(Left(line.item, line.period, place, line.answer, str(problem)))
            continue
        made.append(Proposal(line.item, line.period, line.answer, line.policy, reading, place, line.answer, line.note))
    return left, made


def _apart(document: Document) -> Iterator[SetApart]:
    """Each concern; one note to the sender, with the first that they should know of."""
    personal = [one for one in document.concerns if one.why in PERSONAL and not one.part.endswith("unchecked")]
    noted = False
    for concern in document.concerns:
        note = ""
        if concern in personal and not noted:
            note, noted = note_to_sender(document.authority, document.name, personal), True
        yield SetApart(document.authority, document.sha256, document.name, concern, note)


def _silent(
    documents: Iterable[Document], cells: Iterable[CellRead], left: Iterable[LeftToPerson], apart: Iterable[SetApart]
) -> Iterator[LeftToPerson]:
    """Documents that gave nothing at all: a person opens them."""
    spoken = {one.document for one in cells} | {one.document for one in left} | {one.document for one in apart}
    for document in documents:
        if document.sha256 not in spoken:
            words = "no rule finds an answer in this document"
            if not document.content.pieces:
                words = "the document is empty"
            spoken.add(document.sha256)
            yield LeftToPerson(document.authority, document.sha256, document.name, Left("", "", "", "", words))
