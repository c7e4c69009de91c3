"""Replies that answer every question at once: refused, not held, the wrong body, an acknowledgement."""

from __future__ import annotations

import re
from collections.abc import Sequence

from holdfast.evidence.cells import Reading, Reason
from holdfast.evidence.proposing.labels import NUMBER
from holdfast.evidence.proposing.proposal import Left, Proposal, Proposed
from holdfast.evidence.questionnaire import Questionnaire
from holdfast.evidence.received.content import Passage

_SECTION = r"(?:under |by virtue of |pursuant to |engag\w+ |applying )?(?:the exemption (?:in|at|under) )?(?:s\.?|section) ?(?P<n>12|14|21|22|25|27|31|35|38|40|44)\b"  # noqa: E501
_REFUSES = re.compile(
    rf"\b(refus\w+|withh\w+|exempt\w*|exceed\w*|declin\w+|vexatious|cost limit|not obliged to comply)\b.*?{_SECTION}"
    rf"|{_SECTION.replace('<n>', '<m>')}.*?\b(refus\w+|withh\w+|exempt\w*|exceed\w*|applies|applied|cost limit)\b",
    re.I,
)
_WRONG_BODY = re.compile(
    r"(district|borough|parish|this) council (is not|does not have|has no|are not|do not have).{0,60}"
    r"(responsib|child(ren'?s)? (social )?(care|services)|social services)|not the (responsible|correct|right) (authority|body)"  # noqa: E501
    r"|(children'?s (social care|services)|social services) (is|are) (provided|run|dealt with|the responsibility of)"
    r"( by)? .{3,60}(county council|borough council|trust)|no child ?care responsibilit",
    re.I,
)
_NOT_HELD = re.compile(
    r"\b(does not|do not|doesn'?t) hold (any of )?(this|the|any)( of the)? (requested )?(information|data)"
    r"|(information|data)( (that )?you (have )?request\w*)? is not held\b",
    re.I,
)
_NCND = re.compile(r"neither confirm(s|ed)? nor den(y|ies|ied)", re.I)
_ACKNOWLEDGED = re.compile(
    r"(acknowledge|confirm) (the )?receipt|thank you for your (request|email|enquiry).{0,200}(will|aim to|shall) (respond|reply|provide)"  # noqa: E501
    r"|(will|aim to) (respond|reply).{0,60}working days",
    re.I,
)
_CLARIFY = re.compile(
    r"\b(please|could you|need you to|we require) (clarif\w+|confirm what|specify)|seeking clarification", re.I
)
_TRANSFERRED = re.compile(r"(have|has been|was) (transferred|forwarded|passed on?) .{0,60}\bto\b .{3,60}council", re.I)
_DENIED = re.compile(
    r"\bnot (?:\w+ ){0,2}(?:exempt|exceed|refus|withh|appl|engag|rel(?:y|ied))"
    r"|\bconsider\w* whether\b|\b(?:do|does|did|is|was) not\W*$|\b(?:similar|previous|earlier) request|\blast year",
    re.I,
)
_WHO = r"(?:children|child|young (?:people|persons?)|uasc|individuals|episodes|incidents)"
_COUNTS = re.compile(
    rf"(?<![\w./-])(?!(?:19|20)[0-9]{{2}}\b)[0-9][0-9,]*\s+(?:[a-z-]+\s+){{0,4}}{_WHO}\b"
    rf"|\b{_WHO}\b[^.0-9]{{0,20}}?(?:\bwere|\bwas|\bis|[:=])\s*[0-9]",
    re.I,
)

_SAYS = (
    (_WRONG_BODY, Reason.WRONG_AUTHORITY, "wrong authority"),
    (_TRANSFERRED, Reason.TRANSFERRED, "transferred"),
    (_NCND, Reason.NCND, "ncnd"),
    (_NOT_HELD, Reason.NOT_HELD, "not held"),
    (_CLARIFY, Reason.CLARIFICATION_ASKED, "clarification asked"),
    (_ACKNOWLEDGED, Reason.ACKNOWLEDGED, "acknowledged"),
)


def whole_reply(passages: Sequence[Passage], asked: Questionnaire) -> Proposed:
    """One outcome for every question, where the reply says one and no other. `raw` is our word for it; the excerpt is
    theirs."""
    own = [passage for passage in passages if not passage.quoted]
    found = [one for passage in own for one in _outcomes(passage)]
    kinds = {(reason, raw) for reason, raw, _ in found}
    answers = [one for one in found if one[0] not in (Reason.ACKNOWLEDGED, Reason.CLARIFICATION_ASKED)]
    if answers:
        found, kinds = answers, {(reason, raw) for reason, raw, _ in answers}
    if not kinds:
        return Proposed()
    if len(kinds) > 1:
        said = " and ".join(sorted(reason.words for reason, _ in kinds))
        where, excerpt = found[0][2].where, found[0][2].text
        return Proposed((), (Left("", "", where, excerpt[:600], f"the reply as a whole says {said}"),))
    reason, raw, passage = found[0]
    answered = next((one for one in own if _COUNTS.search(one.text)), None)
    if answered is not None:
        problem = f"the reply says {reason.words}, and gives a number besides"
        return Proposed((), (Left("", "", answered.where, answered.text[:600], problem),))
    if _DENIED.search(passage.text):
        problem = f"speaks of {reason.words}, and may deny it or tell of another request"
        return Proposed((), (Left("", "", passage.where, passage.text[:600], problem),))
    if _speaks_of_some(passage.text):
        problem = "speaks of some questions only; which, is for a person to say"
        return Proposed((), (Left("", "", passage.where, passage.text[:600], problem),))
    return Proposed(
        tuple(
            Proposal(question.item, period.name, raw, "", Reading(reason), passage.where, passage.text[:600])
            for question in asked.questions
            for period in asked.periods
        )
    )


def _outcomes(passage: Passage) -> list[tuple[Reason, str, Passage]]:
    found: list[tuple[Reason, str, Passage]] = []
    for match in _REFUSES.finditer(passage.text):
        number = match.group("n") or match.group("m")
        found.append((Reason(f"refused_s{number}"), f"s{number}", passage))
    if not found:
        found = [(reason, raw, passage) for pattern, reason, raw in _SAYS if pattern.search(passage.text)][:1]
    return found


def _speaks_of_some(text: str) -> bool:
    return (
        NUMBER.match(text) is not None
        or re.search(r"\b(questions?|parts?|q) ?[0-9]|\bpart(ly|ially)? |some of|remaind|except|other than", text, re.I)
        is not None
    )
