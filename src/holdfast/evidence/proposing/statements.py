"""What a reply says of all its numbers at once: how small ones are hidden, and on what basis they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from holdfast.evidence.number_words import whole_number
from holdfast.evidence.proposing.labels import when
from holdfast.evidence.questionnaire import Period

_N = r"(?P<{0}>[0-9]{{1,2}}|two|three|four|five|six|seven|eight|nine|ten|eleven)"
_HIDES = re.compile(
    r"\b(suppress|withh[eo]ld|redact|replac|hidden|hide|mask|not (?:been )?(?:shown|disclosed|provided|released)"
    r"|denote|represent|indicate|mean|shown as|displayed as|report(?:ed)? as|=)",
    re.I,
)
_BELOW = re.compile(r"(?:<|less than|fewer than|lower than|under|below|smaller than)\s*" + _N.format("n"), re.I)
_UP_TO = re.compile(
    _N.format("a") + r"\s+(?:or|and)\s+(?:less|fewer|under|below)|(?:<=|≤|up to|at most)\s*" + _N.format("b")
    + r"|(?:between\s+)?(?:1|one)\s*(?:-|to|and)\s*" + _N.format("c"), re.I)  # fmt: skip
_ZERO_SHOWN = re.compile(
    r"\b(zero(e?s)?|0|nil) (is|are|has been|have been|values? (is|are)) (shown|given|reported|included|stated)"
    r"|(zero(e?s)?|0) (is|are) not (suppressed|hidden|withheld)|(between )?(1|one) (to|and|-) [0-9a-z]+\b",
    re.I,
)
_ZERO_HIDDEN = re.compile(
    r"(including|includes|and) (zero|0)\b|\b(0|zero) (to|and|-) [0-9]|zero(e?s)? (is|are) (also )?(suppressed|hidden)",
    re.I,
)
# A number that is shown in place of others is no exact number: "values under 5 have been replaced by 0".
_STANDS_FOR_MORE = re.compile(
    r"\b(?:shown|displayed|recorded|reported|replaced|represented|denoted|given|set|changed) (?:as|by|with|to) "
    r"(?:an? |the (?:number|figure|value) )?['\"“‘]?(?:[0-9]+|zero|nil|none|one|five|ten)\b(?!\*)|\brounded\b",
    re.I,
)
_ALL_NUMBERS = re.compile(
    r"\b(figures?|data|numbers?|counts?|information|answers?|responses?|totals?|values?)\b.{0,60}?"
    r"\b(relates?|are for|is for|covers?|as at|as of|based on|refers?|includ\w*|exclud\w*|only|rounded|snapshot|estimat\w*"  # noqa: E501
    r"|for the (?:year|period|months?)"
    r"|provisional|incomplete|approximate\w*|financial year|academic year|may (?:be|not)|should be treated)\b",
    re.I,
)
_HARMLESS = re.compile(
    r"relates? to (?:children|looked.after children)(?: in (?:our|the council'?s) care)?\.?$|information (?:only )?(?:relates to your request"  # noqa: E501
    r"|includes? personal)|data protection|third part(?:y|ies)|copyright|licen[cs]e|re-?use",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Statements:
    """`policy` as cells have it; `keys` the texts that say nothing but how small numbers are hidden; `basis` is what makes every number of the reply doubtful."""  # noqa: E501

    policy: str = ""
    keys: frozenset[str] = frozenset()
    basis: str = ""


def statements(texts: Iterable[str], periods: tuple[Period, ...]) -> Statements:
    """From the sentences of a reply. Two keys that differ are no key."""
    policies: set[str] = set()
    keys: set[str] = set()
    basis = ""
    for text in texts:
        sentences = re.split(r"(?<=[.;!])\s+(?=[A-Z*])", text)
        found = [_key(sentence) for sentence in sentences]
        policies |= {key for key in found if key}
        if all(found):
            keys.add(text)
        for sentence, key in zip(sentences, found, strict=True):
            if not basis and (_STANDS_FOR_MORE.search(sentence) or (not key and _changes_the_basis(sentence, periods))):
                basis = sentence
    return Statements(policies.pop() if len(policies) == 1 else "", frozenset(keys), basis)


def _key(sentence: str) -> str:
    """ "Numbers below 5 are shown as *": below:5."""
    if not _HIDES.search(sentence) or sentence.rstrip().endswith("?"):
        return ""
    below = {whole_number(found.group("n").casefold()) for found in _BELOW.finditer(sentence)}
    up_to = {whole_number(next(one for one in found.groups() if one).casefold()) for found in _UP_TO.finditer(sentence)}
    limits = {number for number in below if number} | {number + 1 for number in up_to if number}
    if len(limits) != 1:
        return ""
    speaks_of_all = re.search(
        r"\b(numbers?|figures?|values?|counts?|cells?|data|any|where|totals?)\b|[*]|\[c\]", sentence, re.I
    )
    if not speaks_of_all or re.match(r"^\s*\(?[0-9]?[a-h][).:]", sentence):
        return ""
    zero = " zero-hidden" if _ZERO_HIDDEN.search(sentence) else " zero-shown" if _ZERO_SHOWN.search(sentence) else ""
    return f"below:{limits.pop()}{zero}"


def _changes_the_basis(sentence: str, periods: tuple[Period, ...]) -> bool:
    if sentence.rstrip().endswith("?") or len(sentence) > 600:
        return False
    if not _ALL_NUMBERS.search(sentence) or _HARMLESS.search(sentence):
        return False
    said = when(sentence, periods)
    if said.periods and not said.other and not said.is_one_day:
        return (
            re.search(r"includ|exclud|only|rounded|estimat|incomplete|approx|provisional", sentence, re.I) is not None
        )
    return True
