"""Numbers, shares and changes that a text gives in words: "thirty-seven per cent", "one in three", "doubled"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from holdfast.figures.phrases import NUMBER, PAIRS, PER_CENT

_WORTH = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_TIMES = {"hundred": 100, "thousand": 1000}
_WORD = "|".join((*_WORTH, *_TIMES))
_NUMBER_IN_WORDS = re.compile(rf"\b(?:{_WORD})(?:(?:[\s-]|(?<=hundred|housand)\sand\s)(?:{_WORD}))*\b", re.I)

_NEAR = (
    r"(?P<near>\b(?:nearly|almost|just under|over|more than|just over|less than|under|about|around|some|roughly)\s)?"
)
_PARTS = {
    "half": 2,
    "third": 3,
    "quarter": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
}
_SHARE = (
    rf"{_NEAR}\b(?:(?P<n>[0-9]{{1,2}}|one)\s(?:in|out\sof)\s(?:every\s)?(?P<of>[0-9]{{1,2}})(?![0-9]|,[0-9]|{PER_CENT})"
    rf"|(?:(?P<many>a|one|2|3|4)[\s-])?(?P<part>half|(?:third|quarter|fifth|sixth|seventh|eighth|ninth|tenth)s?)\b)"
)
# What may stand between the two numbers and the words: else the words may be of something else.
_BETWEEN = r"(?:\s[a-z]+){0,4}?(?:\s?[,(–:-])\s?(?:or\s|that\sis,?\s|which\sis\s)?"
_TIMES_OVER = {"halv": Fraction(1, 2), "doubl": Fraction(2), "trebl": Fraction(3), "tripl": Fraction(3)}
_TIMES_OVER |= {"quadrupl": Fraction(4)}
_CHANGE = re.compile(
    rf"{_NEAR}\b(?P<times>{'|'.join(_TIMES_OVER)})(?:ed|ing|ling|e|es)\b[^.;0-9]{{0,60}}?"
    rf"(?P<a>{NUMBER})(?!{PER_CENT})(?:\s\([^()]{{0,12}}\)|\s[a-z]+){{0,4}}?\sto\s(?P<b>{NUMBER})(?!{PER_CENT})",
    re.I,
)
_CHANGE_AFTER = re.compile(
    rf"(?P<a>{NUMBER})(?!{PER_CENT})[^.;0-9]{{0,30}}?\sto\s(?P<b>{NUMBER})(?!{PER_CENT})[^.;0-9]{{0,30}}?[,:–-]\s"
    rf"{_NEAR}(?:a\s)?(?P<times>{'|'.join(_TIMES_OVER)})(?:ed|ing|ling|e|es)\b",
    re.I,
)
ROOM = Fraction(2)
"""Percentage points that "one in three" may lie beside a share, said bare or with "about"."""
ROOM_SHORT = Fraction(4)
"""Percentage points that "nearly half" may lie short of it."""


@dataclass(frozen=True, slots=True)
class Said:
    """A share or a change that is put in words: of `a` children (or from `a`) `b`, said to be `worth` (a share of 1,
    or how many times the first number)."""

    quoted: str
    a: int
    b: int
    worth: Fraction
    near: str


def in_figures(text: str) -> str:
    """The text with its numbers in figures; "one" by itself, and what is no number as written, stay as they are."""
    return _NUMBER_IN_WORDS.sub(lambda found: _figure(found.group()), text)


def _figure(words: str) -> str:
    """ "two thousand three hundred and thirty-five" is 2335; "five six" is no number and stays."""
    total, group, last = 0, 0, 1000
    parts = [word for word in re.split(r"[\s-]+", words.casefold()) if word != "and"]
    if parts == ["one"]:
        return words
    for word in parts:
        if word == "thousand":
            if not group or total:
                return words
            total, group, last = 1000 * group, 0, 1000
        elif word == "hundred":
            if not 0 < group < 10:
                return words
            group, last = 100 * group, 100
        else:
            worth = _WORTH[word]
            if worth >= last:
                return words
            group, last = group + worth, 10 if worth >= 20 else 0
    return str(total + group)


def shares(sentence: str) -> Iterator[Said]:
    """ "864 of 2,335, more than a third": a share in words right beside its two numbers."""
    for way in PAIRS:
        for pair in way.finditer(sentence):
            after = re.match(_BETWEEN + _SHARE, sentence[pair.end() :], re.I)
            before = re.search(_SHARE + r"(?:\s[a-z]+){0,4}\s?[(:,–-]\s?$", sentence[: pair.start()], re.I)
            found = after or before
            if found is not None:
                named = pair.groupdict()
                whole, part = _whole(named["y"]), _whole(named.get("x") or named["x2"])
                worth = _worth(found)
                if worth is not None and whole:
                    begin = pair.start() if after else pair.start() - len(found.group())
                    end = pair.end() + (len(found.group()) if after else 0)
                    yield Said(sentence[begin:end].strip(), whole, part, worth, _near(found))


def changes(sentence: str) -> Iterator[Said]:
    """ "more than doubled, from 590 to 1,015"."""
    for way in (_CHANGE, _CHANGE_AFTER):
        for found in way.finditer(sentence):
            worth = _TIMES_OVER[found["times"].casefold()]
            yield Said(found.group().strip(), _whole(found["a"]), _whole(found["b"]), worth, _near(found))


def bears(said: Said) -> bool:
    """Whether the two numbers bear the words."""
    true = Fraction(said.b, said.a)
    is_share = said.worth < 1 and said.b <= said.a
    gap = 100 * (true - said.worth) if is_share else 100 * (true / said.worth - 1)
    if said.near in ("nearly", "almost", "just under"):
        return -ROOM_SHORT <= gap < 0 if is_share else -10 <= gap < 0
    if said.near in ("over", "more than"):
        return gap > 0
    if said.near == "just over":
        return 0 < gap <= ROOM_SHORT
    if said.near in ("less than", "under"):
        return gap < 0
    return abs(gap) <= (ROOM if is_share else 5)


def _near(found: re.Match[str]) -> str:
    return (found["near"] or "").strip().casefold()


def _worth(found: re.Match[str]) -> Fraction | None:
    if found["of"]:
        of, n = int(found["of"]), 1 if found["n"] == "one" else int(found["n"])
        return Fraction(n, of) if of >= max(n, 2) else None
    many = found["many"] or "a"
    worth = Fraction(1 if many in ("a", "one", "A", "One") else int(many), _PARTS[found["part"].casefold().rstrip("s")])
    return worth if worth < 1 else None


def _whole(text: str) -> int:
    return int(text.replace(",", ""))
