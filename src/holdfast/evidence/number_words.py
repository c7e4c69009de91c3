"""Whole numbers as people write them in replies: digits with or without thousands, and English words."""

from __future__ import annotations

import re

_ONES = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: 20 + 10 * place
    for place, word in enumerate(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"))
}
_NOTHING = frozenset({"nil", "none"})

# 12 · 1,234 · 12.0 (a spreadsheet's way of writing 12). Not 012, 62,5, 1 234 or 12.5.
_DIGITS = re.compile(r"(0|[1-9][0-9]{0,5}|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.0{1,2})?", re.ASCII)


def whole_number(text: str) -> int | None:
    """The number that the whole text is, or None where it is not certainly one number."""
    found = _DIGITS.fullmatch(text)
    if found:
        return int(found.group(1).replace(",", ""))
    word = text.casefold()
    if word in _NOTHING:
        return 0
    return _from_words(word)


def _from_words(text: str) -> int | None:
    """Numbers in words up to nine hundred and ninety-nine."""
    hundreds, joined, rest = text.partition(" hundred")
    if not joined:
        return _below_hundred(text)
    if hundreds not in _ONES or not 1 <= _ONES[hundreds] <= 9:
        return None
    if not rest:
        return 100 * _ONES[hundreds]
    if not rest.startswith(" and "):
        return None
    tail = _below_hundred(rest.removeprefix(" and "))
    return 100 * _ONES[hundreds] + tail if tail else None


def _below_hundred(text: str) -> int | None:
    if text in _ONES:
        return _ONES[text]
    tens, _, ones = text.replace("-", " ").partition(" ")
    if tens not in _TENS:
        return None
    if not ones:
        return _TENS[tens]
    return _TENS[tens] + _ONES[ones] if ones in _ONES and 1 <= _ONES[ones] <= 9 else None
