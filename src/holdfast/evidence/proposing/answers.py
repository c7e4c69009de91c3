"""Answers in running text: a question's number or words, then what was answered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from holdfast.evidence.proposing.headings import changes_an_answer, doubt, is_heading
from holdfast.evidence.proposing.labels import (
    NUMBER,
    Label,
    _names,
    _own_words,
    _plain,
    label,
    says_more,
    turns,
    when,
    words,
)
from holdfast.evidence.proposing.proposal import Left, Proposal, Proposed
from holdfast.evidence.proposing.words import Answer, answer
from holdfast.evidence.questionnaire import Question, Questionnaire
from holdfast.evidence.reading import Unreadable
from holdfast.evidence.received.content import Passage

_ENDS = re.compile(
    r"^(if you (are|have|would|wish|remain)|yours (sincerely|faithfully)|kind regards|regards|many thanks|i hope|i trust|thank you"  # noqa: E501
    r"|you have the right|please (quote|do not hesitate|contact|see the attached)|should you|the information (supplied|provided)"  # noqa: E501
    r"|complaints?|internal review|further information|information commissioner|copyright|re-?use|best wishes|"
    r"(your )?right (of|to)|we (trust|hope)|dear )",
    re.I,
)
_ANSWER_BEGINS = re.compile(r"^(?:answer|response|reply|our (?:answer|response)|council response|a)\s*[:.–-]\s*", re.I)


@dataclass
class _Segment:
    """A question's label and everything up to the next label."""

    where: str
    label: Label
    lines: list[Passage] = field(default_factory=list)
    head: str = ""

    @property
    def excerpt(self) -> str:
        """What a person is shown."""
        return " / ".join([self.head, *(line.text for line in self.lines)])[:600]


def from_text(passages: Sequence[Passage], asked: Questionnaire, policy: str) -> Proposed:
    """Cells from passages in reading order."""
    cells: list[Proposal] = []
    left: list[Left] = []
    for segment in _segments(passages, asked):
        question = segment.label.questions[0]
        try:
            cells += _read(segment, question, asked, policy)
        except Unreadable as problem:
            left.append(Left(question.item, "", segment.where, segment.excerpt, str(problem)))
    return Proposed(tuple(cells), tuple(left))


def _segments(passages: Sequence[Passage], asked: Questionnaire) -> Iterator[_Segment]:
    current: _Segment | None = None
    number = problem = ""
    for passage in passages:
        said = label(passage.text, asked, number)
        found = NUMBER.match(passage.text)
        if not said.questions and not passage.quoted and is_heading(passage.text):
            problem = doubt(passage.text, asked) or problem
        if said.questions:
            number = said.questions[0].number.rstrip("abcdefgh")
            if current is not None:
                yield current
            current = _Segment(passage.where, replace(said, problem=said.problem or problem), head=passage.text)
            rest = passage.text[len(passage.text) - len(said.rest) :] if said.rest else ""
            if rest:
                current.lines.append(Passage(passage.where, rest, passage.quoted))
        elif found and found.group("n") and _is_heading(passage.text, found):
            number = found.group("n")
            if current is not None:
                yield current
            current = None
        elif _ENDS.match(passage.text):
            if current is not None:
                yield current
            current = None
        elif current is not None:
            current.lines.append(passage)
    if current is not None:
        yield current


def _is_heading(text: str, found: re.Match[str]) -> bool:
    """ "1. How many looked-after children were:" opens a question that only its letters answer; "12" does not."""
    return not found.group().strip().isdigit() and re.search("[a-z]{3}", text[found.end() :], re.I) is not None


def _read(segment: _Segment, question: Question, asked: Questionnaire, policy: str) -> list[Proposal]:
    """Raises Unreadable with the reason for which the whole answer is left to a person."""
    if segment.label.problem:
        raise Unreadable(segment.label.problem)
    lines = _without_the_question(segment.lines, question, asked)
    if not lines:
        if any(not line.quoted for line in segment.lines):
            raise Unreadable("the question is repeated and nothing certain is answered")
        return []
    answers = _answers(lines, question, asked, policy)
    note = " ".join(text for text, one in answers if one is None)
    made = []
    for text, one in answers:
        if one is None:
            continue
        periods = (one.period,) if one.period else asked.periods
        if one.period is None and len(asked.periods) > 1 and one.reading.lower is not None:
            raise Unreadable(f"{text!r} does not say for which period it is")
        made += [
            Proposal(question.item, period.name, one.raw, policy, one.reading, segment.where, segment.excerpt, note)
            for period in periods
        ]
    if not made or len({proposal.period for proposal in made}) != len(made):
        raise Unreadable("two answers stand under one question" if made else "nothing under this question is an answer")
    return made


def _without_the_question(lines: Sequence[Passage], question: Question, asked: Questionnaire) -> list[str]:
    """The lines that answer. Raises Unreadable where another question seems to be repeated."""
    mine = [line for line in lines if not line.quoted]
    text = "\n".join(line.text for line in mine)
    repeated, mark, rest = text.rpartition("?")
    if mark:
        if says_more(repeated, question, asked) or turns(repeated, question):
            raise Unreadable("the words of the question are not those that were asked")
        return _cleaned(rest.split("\n"))
    found = [line.text for line in mine]
    if found:
        found[0] = _after_the_words(found[0], question, asked)
    return _cleaned(found)


def _cleaned(lines: Sequence[str]) -> list[str]:
    return [bare for line in lines if (bare := _ANSWER_BEGINS.sub("", line.strip()).strip(" :")) and bare not in "-–."]


def _after_the_words(text: str, question: Question, asked: Questionnaire) -> str:
    """ "Unaccompanied children: 24" is 24, where the words are the question's own."""
    marks = [*reversed(list(re.finditer(r"\s*[:=\u2013]\s*|\s+-\s+", text))), *re.finditer("$", text)]
    for found in marks:
        before, after = text[: found.start()], text[found.end() :]
        said = words(before)
        if not said or not when(before, asked.periods).is_silent or re.search(r"[0-9]", before):
            continue
        others = [one for one in asked.questions if one is not question]
        own = len(said & _own_words(question))
        if (
            turns(before, question)
            or says_more(before, question, asked)
            or any(_plain(before) in _names(one) for one in others)
        ):
            continue
        if own >= 0.6 * len(said) and all(len(said & _own_words(one)) <= own for one in others):
            return after
    return text


def _answers(
    lines: list[str], question: Question, asked: Questionnaire, policy: str
) -> list[tuple[str, Answer | None]]:
    """Each line an answer, or a remark that changes none (None). Raises Unreadable where a line is neither."""
    try:
        return [(" ".join(lines), answer(" ".join(lines), question, asked, policy))]
    except Unreadable as problem:
        if len(lines) == 1:
            halves = re.split(r"(?<=[.;])\s+(?=[A-Z])", lines[0])
            if len(halves) == 1:
                raise
            return _answers(halves, question, asked, policy)
        first = problem
    made: list[tuple[str, Answer | None]] = []
    for line in lines:
        try:
            made.append((line, answer(line, question, asked, policy)))
        except Unreadable:
            if not made or changes_an_answer(line, asked):
                raise first from None
            made.append((line, None))
    return made
