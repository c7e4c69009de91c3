"""A whole document to proposed cells: tables and text together, held to each other and to what the numbers can be."""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.evidence.proposing.answers import from_text
from holdfast.evidence.proposing.proposal import Left, Proposal, Proposed
from holdfast.evidence.proposing.statements import statements
from holdfast.evidence.proposing.tables import from_table
from holdfast.evidence.proposing.whole_reply import whole_reply
from holdfast.evidence.questionnaire import Questionnaire
from holdfast.evidence.received.content import Content, Passage, Table


def propose(content: Content, asked: Questionnaire) -> Proposed:
    """Everything that the rules can read with certainty, and what a person must read."""
    passages = [piece for piece in content.pieces if isinstance(piece, Passage)]
    tables = [piece for piece in content.pieces if isinstance(piece, Table)]
    own = [passage.text for passage in passages if not passage.quoted]
    notes = [cell for table in tables for row in table.rows for cell in row if len(cell.split()) > 4]
    said = statements([*own, *notes], asked.periods)
    found = [from_table(table, asked, said.policy) for table in tables]
    answering = [passage for passage in passages if passage.quoted or passage.text not in said.keys]
    found.append(from_text(answering, asked, said.policy))
    cells = [cell for one in found for cell in one.cells]
    left = [one for part in found for one in part.left]
    left += [Left("", "", f"page {page}", "", "the page is a picture (scanned)") for page in content.scanned_pages]
    if not cells and not left:
        whole = whole_reply(passages, asked)
        cells, left = list(whole.cells), list(whole.left)
    if said.basis and any(cell.reading.lower is not None for cell in cells):
        problem = f"the reply says of its numbers: “{said.basis[:300]}”"
        left += [
            Left(one.item, one.period, one.where, one.excerpt, problem)
            for one in cells
            if one.reading.lower is not None
        ]
        cells = [one for one in cells if one.reading.lower is None]
    return _consistent(_without_contradictions(cells, left), asked)


def _without_contradictions(cells: Iterable[Proposal], left: list[Left]) -> Proposed:
    """Two different readings for one item and period: neither is proposed. The same reading twice is one."""
    places: dict[tuple[str, str], list[Proposal]] = {}
    for cell in cells:
        places.setdefault((cell.item, cell.period), []).append(cell)
    kept = []
    doubtful = {(one.item, one.period) for one in left if one.item}
    for (item, period), same in places.items():
        if len({one.reading for one in same}) > 1:
            said = " and ".join(dict.fromkeys(f"“{one.raw}” ({one.where})" for one in same))
            left.append(Left(item, period, same[0].where, same[0].excerpt, f"the document says {said}"))
        elif (item, period) in doubtful or (item, "") in doubtful:
            problem = "another place in the document answers this too, and could not be read"
            left.append(Left(item, period, same[0].where, same[0].excerpt, problem))
        else:
            kept.append(same[0])
    return Proposed(tuple(kept), tuple(left))


def _consistent(found: Proposed, asked: Questionnaire) -> Proposed:
    """Numbers that cannot all be right may have been misread: those concerned are left to a person."""
    exact = {(one.item, one.period): one for one in found.cells if one.reading.is_exact}
    broken: dict[tuple[str, str], str] = {}
    for question in asked.questions:
        wholes = asked.wholes(question)
        for period in asked.periods:
            part_cell = exact.get((question.item, period.name))
            whole_cells = [cell for one in wholes if (cell := exact.get((one.item, period.name)))]
            if not part_cell or not whole_cells or len(whole_cells) < len(wholes):
                continue
            if (part_cell.reading.lower or 0) > sum(cell.reading.lower or 0 for cell in whole_cells):
                problem = f"question {question.number} is larger than question {question.within}, which holds it"
                for cell in (part_cell, *whole_cells):
                    broken[cell.item, period.name] = problem
    kept = tuple(one for one in found.cells if (one.item, one.period) not in broken)
    doubts = tuple(
        Left(one.item, one.period, one.where, one.excerpt, broken[one.item, one.period])
        for one in found.cells
        if (one.item, one.period) in broken
    )
    return Proposed(kept, found.left + doubts)
