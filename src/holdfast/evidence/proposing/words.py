"""One answer in words: "There were 12 children in 2024" is 12, for 2024, of children. Every word must be known."""

from __future__ import annotations

import re
from dataclasses import dataclass

from holdfast.evidence.cells import Reading, Reason
from holdfast.evidence.proposing.labels import _own_words, when, words
from holdfast.evidence.questionnaire import Period, Question, Questionnaire
from holdfast.evidence.reading import Unreadable, read

_BEGINS = re.compile(
    r"^(?:(?:our |the council'?s |the )?(?:answer|response|reply)(?: is)?\s*[-:.–]*\s*)?"
    r"(?:(?:there (?:was|were)|we (?:had|have|recorded|identified|looked after)|the (?:council|authority|trust) (?:had"
    r"|recorded|identified|looked after)|(?:the )?(?:total(?: number)?|number|figure|answer)(?: of (?:children|young people"  # noqa: E501
    r"|episodes|incidents))? (?:is|was|were)|a total of|total)\s*[:=-]?\s*)?(?:a total of )?",
    re.I,
)
_UNIT = re.compile(
    r"(?P<amount>.+?)\s+(?P<kind>(?:[a-z-]+ ){0,4}?)(?P<unit>children|child|young people|young persons?|uasc|individuals?"  # noqa: E501
    r"|episodes?|incidents?|occasions?|times|instances)"
    r"(?P<did>(?: (?:who )?(?:were|was|had been|went|have been|identified|recorded|reported|looked after|missing|as|in our care"  # noqa: E501
    r"|in care|suspected|of being|trafficked|gone))*)",
    re.I,
)
_EPISODES = re.compile(r"episodes?|incidents?|occasions?|times|instances", re.I)
_PERIOD_FIRST = re.compile(
    r"^(?:in|during|for|over)?\s*(?:the )?(?P<when>.{4,60}?)\s*(?:[:,=–-]|\bthere\b(?= w)|\bwe\b(?= ))\s*(?P<rest>.+)$",
    re.I,
)
_PERIOD_LAST = re.compile(
    r"^(?P<rest>.+?)\s*(?:,|\(|\bin\b|\bduring\b|\bfor\b|\bover\b)\s*(?:the )?(?P<when>[^()]{4,60}?)\s*\)?$", re.I
)


@dataclass(frozen=True, slots=True)
class Answer:
    """`raw` is the part of the words that the reading was made from; `period` None where none was named."""

    raw: str
    reading: Reading
    period: Period | None


def answer(text: str, question: Question, asked: Questionnaire, policy: str = "") -> Answer:
    """Raises Unreadable where the words do not mean one thing only."""
    bare = re.sub(r"^(?:[\s:;]|[–-](?![0-9]))+", "", " ".join(text.split()))
    said = when(bare, asked.periods)
    if said.other or said.is_one_day or len(said.periods) > 1:
        plain = _try(bare, policy)  # "s12: … held only from January 2023" names a time and gives no number
        if plain is not None and plain.lower is None:
            return Answer(bare, plain, None)
        raise Unreadable(f"{bare!r} names another time than was asked, or several")
    if said.periods:
        return _with_period(bare, said.periods[0], question, asked, policy)
    raw, reading = _amount(bare, question, asked, policy)
    return Answer(raw, reading, None)


def _try(text: str, policy: str) -> Reading | None:
    try:
        return read(text, policy)
    except Unreadable:
        return None


def _with_period(text: str, period: Period, question: Question, asked: Questionnaire, policy: str) -> Answer:
    """Take the period's name away at the beginning or at the end; what is left must be the answer."""
    for pattern in (_PERIOD_FIRST, _PERIOD_LAST):
        for found in pattern.finditer(text.rstrip(" .;")):
            span = when(found.group("when").strip(), asked.periods)
            rest = found.group("rest").strip()
            if (
                span.periods != (period,)
                or not _only_time(found.group("when"))
                or not when(rest, asked.periods).is_silent
            ):
                continue
            head = text[found.start("when") : found.start("rest")]
            begun = re.search(r"\b(?:there|we)\s*$", head, re.I) if pattern is _PERIOD_FIRST else None
            if begun:
                rest = f"{begun.group()} {rest}"
            raw, reading = _amount(rest, question, asked, policy)
            return Answer(raw, reading, period)
    raise Unreadable(f"{text!r} names {period.name} among other words; what it counts is for a person to say")


def _only_time(text: str) -> bool:
    from holdfast.evidence.periods import spans

    left = text
    for span in spans(text):
        left = left.replace(span.written, " ", 1)
    return not re.sub(r"\b(the|calendar|year|period|ending|to|and|from|between|of)\b|[\s.,:()]", "", left, flags=re.I)


def _of_its_whole(said: str, question: Question, asked: Questionnaire) -> bool:
    """ "Were trafficked", under a question of how many of the trafficked children went missing."""
    meant = words(said)
    named = words(question.asks)
    return bool(meant) and any(
        meant <= _own_words(one)
        for one in asked.questions
        if one is not question and one.counts == question.counts and one.number in named
    )


def _amount(text: str, question: Question, asked: Questionnaire, policy: str) -> tuple[str, Reading]:
    """The amount as it is written, its unit held to what the question counts."""
    plain = _try(text, policy)
    if plain is not None and plain.reason is not Reason.NO_REPLY:
        return text.rstrip(" .;"), plain
    begun = _BEGINS.sub("", text, count=1).rstrip(" .;")
    if not begun:
        raise Unreadable("nothing is answered")
    plain = _try(begun, policy)
    if plain is not None:
        return begun, plain
    found = _UNIT.fullmatch(begun)
    reading = _try(found.group("amount"), policy) if found else None
    if found is None or reading is None or reading.lower is None:
        read(text, policy)  # says why not
        raise Unreadable(f"{text!r} cannot be read with certainty")
    if bool(_EPISODES.search(found.group("unit"))) != (question.counts == "episodes"):
        raise Unreadable(f"{text!r} counts {found.group('unit')}, and {question.counts} were asked")
    if found.group("did") and _of_its_whole(found.group("kind") + found.group("did"), question, asked):
        raise Unreadable(f"{text!r} speaks of more children than question {question.number} asks for")
    besides = words(f"{found.group('kind')} {found.group('did')}".replace("uasc", "")) - _own_words(question)
    besides -= {"recorded", "reported", "identified"}
    if besides or (found.group("unit").casefold() == "uasc" and "unaccompanied" not in _own_words(question)):
        raise Unreadable(f"{text!r} counts other children than question {question.number} asks for")
    return found.group("amount").strip(), reading
