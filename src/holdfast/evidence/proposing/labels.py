"""Which question and which period a label means. A label that may mean two means none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from holdfast.evidence.cells import Reason
from holdfast.evidence.periods import Span, names_a_day, spans
from holdfast.evidence.questionnaire import Period, Question, Questionnaire
from holdfast.evidence.reading import Unreadable, read

NUMBER = re.compile(
    r"^\s*(?:(?:question|answer|response|qu|q|a|ref|reply to)\.?\s*(?:no\.?\s*)?)?"
    r"(?:(?P<n>[0-9]{1,2})\s*[.]?\s*[(]?(?P<l>[a-h](?![a-z]))?[).:]*|[(]?(?P<only>[a-h])[).:])(?=[\s.:;)\]-]|$)\s*[-:.)]*\s*",
    re.I,
)
FOOTNOTE_MARK = re.compile(r"(?<=\w)\)?\s?(\*+|[†‡]|\[[0-9a-z*]{1,2}\]|[¹²³])\s*:?$")
_SMALL = frozenset(
    re.findall(
        "[a-z]+",
        """a an and are at be been being by children child did do for from go had has have how in into is it many number
        of on or please provide since than that the their them these they those to total was were what which who with
        year your you young people person persons looked after care cared council authority local period during
        calendar between january december we us our all per each""",
    )
)
NARROWER = re.compile(
    r"\b(male|female|boys?|girls?|aged?|ages|over 18|adults?|care leavers?|of which|of whom|of these|excluding|except"
    r"|only|new|nationality|gender|british|non-eu|vietnam\w*|albania\w*|ethnic\w*|average|mean|median|percent\w*|rate|%"
    r"|placed (?:out|by)|out of area|cin\b|child in need|children in need|cumulative|approx\w*|estimat\w*)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Label:
    """What a label says. `problem` is set where it names a question and cannot be trusted."""

    questions: tuple[Question, ...] = ()
    rest: str = ""
    problem: str = ""


def words(text: str) -> frozenset[str]:
    """The words that carry the meaning, in small letters and without plural s."""
    found = re.findall(r"[a-z0-9]+", text.casefold().replace("-", " "))
    return frozenset(word.rstrip("s") if len(word) > 3 else word for word in found) - _SMALL


@lru_cache(maxsize=65_536)
def _plain(text: str) -> str:
    text = re.sub(r"[^a-z0-9() ]+", " ", text.casefold().replace("&", " and ").replace("-", " "))
    return " ".join(re.sub(r"^(number of|no of|how many|total number of|total) ", "", " ".join(text.split())).split())


def _own_words(question: Question) -> frozenset[str]:
    return words(" ".join((question.asks, re.sub(r"^[0-9]+[a-z]? ", "", question.item), *question.also)))


def label(text: str, asked: Questionnaire, last_number: str = "") -> Label:
    """The question that a label names. `last_number` is the number that a letter alone, "(a)", belongs to."""
    bare = " ".join(text.split())
    found = NUMBER.match(bare)
    if found and not _is_a_count(bare, found, asked):
        number = (found.group("n") or last_number) + (found.group("l") or found.group("only") or "").casefold()
        question = asked.question(number.lstrip("0") or "0")
        rest = bare[found.end() :]
        if question is None:
            return Label((), rest)
        return _checked(question, rest, asked)
    return _by_words(bare, asked)


def _is_a_count(text: str, found: re.Match[str], asked: Questionnaire) -> bool:
    """ "12", "12 children" and "5 or less" are answers and no question's number. A number without a letter or a stop
    is a question's only where words of that question follow."""
    head, rest = found.group().strip(), text[found.end() :]
    if not head.isdigit():
        return False
    question = asked.question(head)
    return len(head) > 1 or question is None or not words(rest) & _own_words(question)


def _checked(question: Question, rest: str, asked: Questionnaire) -> Label:
    """The number's own words must not fit another question better: councils number questions anew."""
    said = words(rest)
    if not said or is_an_answer(rest):
        return Label((question,), rest)
    own = len(said & _own_words(question))
    better = [one for one in asked.questions if one is not question and len(said & _own_words(one)) > own]
    exact = [one for one in asked.questions if one is not question and _plain(rest) in _names(one)]
    if exact or (better and not _begins_alike(rest, question)):
        return Label((question,), rest, f"the number says question {question.number}, and the words fit another better")
    narrower = NARROWER.search(rest)
    if narrower and not NARROWER.search(_all_words(question)):
        problem = f"the label narrows or changes the question (“{narrower.group()}”)"
        return Label((question,), rest, problem)
    return Label((question,), rest)


def is_an_answer(text: str) -> bool:
    """Whether the whole text reads as an answer and so is no part of a label."""
    try:
        return read(text).reason is not Reason.NO_REPLY
    except Unreadable:
        return False


def _all_words(question: Question) -> str:
    return " ".join((question.asks, question.item, *question.also))


_DENIES = re.compile(r"\b(not|never|no longer|non|without|other than|neither|nor|former\w*|previous\w*)\b", re.I)


def turns(said: str, question: Question) -> bool:
    """Whether the words deny what the question asks for, or leave out a "not" that it has: "found" for "not found"."""
    if _begins_alike(said, question) or _plain(said) in _names(question):
        return False
    if _DENIES.search(said):
        return True
    return bool(words(" ".join(re.findall(r"\bnot (?:been |be )?([a-z]+)", question.asks.casefold()))) & words(said))


_OF_ANY_QUESTION = frozenset(["identified", "recorded", "reported", "known", "answer", "response", "figure"])


def says_more(said: str, question: Question, asked: Questionnaire) -> bool:
    """Whether a label has words that its question has not: "in foster care", "under 16"."""
    mine = _own_words(question) | _OF_ANY_QUESTION | words(" ".join(one.name for one in asked.periods))
    return bool(words(said) - mine)


def changed(said: Label, text: str, asked: Questionnaire) -> str:
    """Why the words of a row's label may not be its question's, or empty."""
    (question, *others) = said.questions
    words_of_it = said.rest or text
    if FOOTNOTE_MARK.search(text):
        return f"the label {text!r} points to a footnote"
    if says_more(said.rest, question, asked) or is_an_answer(said.rest):
        return "the label says more than its question"
    if turns(words_of_it, question):
        return "the label denies what the question asks for"
    if others or any(
        re.search(rf"\b{re.escape(one.number)}\b", said.rest, re.I) and not _begins_alike(said.rest, question)
        for one in asked.questions
        if one is not question
    ):
        return "the label names several questions"
    return ""


def _begins_alike(rest: str, question: Question) -> bool:
    """Whether the words of the question are repeated."""
    mine, theirs = _plain(question.asks), _plain(rest)
    return bool(theirs) and (mine.startswith(theirs[:60]) or theirs.startswith(mine[:60]))


def _names(question: Question) -> frozenset[str]:
    item = re.sub(r"^[0-9]+[a-z]* ", "", question.item)
    return frozenset(_plain(one) for one in (item, question.asks, *question.also))


def _by_words(text: str, asked: Questionnaire) -> Label:
    """By its name or its full words, and no others."""
    plain = _plain(re.sub(r"[?:.]+\s*$", "", text))
    named = tuple(one for one in asked.questions if plain and plain in _names(one))
    return Label(named) if len(named) == 1 else Label()


@dataclass(frozen=True, slots=True)
class When:
    """The periods asked for that a text names, and whether it names another time besides."""

    periods: tuple[Period, ...] = ()
    other: tuple[Span, ...] = ()
    is_one_day: bool = False

    @property
    def is_silent(self) -> bool:
        """No time is named."""
        return not self.periods and not self.other and not self.is_one_day


@lru_cache(maxsize=16_384)
def when(text: str, periods: tuple[Period, ...]) -> When:
    """The times that a text names."""
    mine: list[Period] = []
    other: list[Span] = []
    for name in periods:
        if " ".join(text.split()).casefold() == name.name.casefold():
            return When((name,))
    for span in spans(text):
        fitting = [one for one in periods if (one.start, one.end) == (span.start, span.end)]
        if fitting:
            mine.append(fitting[0])
        else:
            other.append(span)
    return When(tuple(dict.fromkeys(mine)), tuple(other), names_a_day(text))
