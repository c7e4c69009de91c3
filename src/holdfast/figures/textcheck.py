"""Sentences held to their figures: a text is refused where its percentage does not follow from its numbers.

It reads "864 of 2,335 (37 per cent)", "37 % of 2,335", "from 590 to 1,015, up 72 per cent", "from 24 % to 37 %,
up 13 percentage points", with nearly, over and about; the same in words, "one in three" and "doubled" (`in_words`). A
text without fault is not thereby true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from holdfast.figures import in_words
from holdfast.figures.claims import wrong_base
from holdfast.figures.percent import Percent, fitting_denominators, growth, said
from holdfast.figures.phrases import (
    CHANGE_WORD,
    FALL,
    FROM_TO,
    FROM_TO_AFTER,
    FROM_TO_BARE,
    NUMBER,
    PAIRS,
    PERCENT,
    RATE_FROM_TO,
    RATE_UP,
    RISE,
    SHARE_OF,
    sentences,
)


@dataclass(frozen=True, slots=True)
class KnownRate:
    """A rate that was published with its set: `numerator` of `denominator`, over `authorities`.

    `everyone` is the denominator over every authority that gave one; `lower` and `upper` bound the rate over it.
    """

    name: str
    numerator: int
    denominator: int
    authorities: int
    everyone: int
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class KnownCount:
    """Different children in groups that overlap: between `lower` and `upper`. `words` all stand in a sentence on it."""

    words: tuple[str, ...]
    lower: int
    upper: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A sentence that is refused. `fits` is the range of denominators that would bear the percentage (None in its
    second place: no greatest); `line` counts from 1."""

    line: int
    quoted: str
    problem: str
    fits: tuple[int, int | None] | None = None


def check_text(text: str, known: Sequence[KnownRate | KnownCount] = ()) -> tuple[Fault, ...]:
    """Every sentence that is refused, in the order of the text."""
    rates = [one for one in known if isinstance(one, KnownRate)]
    counts = [one for one in known if isinstance(one, KnownCount)]
    found: list[Fault] = []
    for line, sentence in sentences(in_words.in_figures(text)):
        taken: set[int] = set()
        found += _rate_changes(line, sentence, taken)
        found += _changes(line, sentence, taken)
        shares = [*_pairs(line, sentence, taken, rates), *_shares_of(line, sentence, taken, rates)]
        found += shares or _beside_everyone(line, sentence, rates)
        found += _in_words(line, sentence)
        found += _added_groups(line, sentence, counts)
    return tuple(found)


def _whole(text: str) -> int:
    return int(text.replace(",", ""))


def _percent_beside(sentence: str, begin: int, end: int, taken: set[int], reach: int = 70) -> re.Match[str] | None:
    """The percentage that belongs to the numbers from `begin` to `end`: the one in the same brackets or right after,
    else the last before, else the next after."""
    percents = [
        one
        for one in PERCENT.finditer(sentence, max(0, begin - reach - 40), end + reach + 40)
        if one.start() not in taken and not begin <= one.start() < end
    ]
    after = [one for one in percents if end <= one.start() <= end + reach]
    before = [one for one in percents if begin - reach <= one.end() <= begin]
    if after:
        gap = sentence[end : after[0].start()]
        closes_first = gap.count(")") > gap.count("(")
        if not closes_first and (re.fullmatch(r"[^0-9]{0,40}?[(,:;=–-]\s?(?:[a-z ]{0,20})", gap) or not before):
            return after[0]
    if before:
        return before[-1]
    return after[0] if after else None


def _pairs(line: int, sentence: str, taken: set[int], rates: Sequence[KnownRate]) -> Iterator[Fault]:
    pairs: list[re.Match[str]] = []
    for found in (found for way in PAIRS for found in way.finditer(sentence)):
        if all(found.end() <= other.start() or other.end() <= found.start() for other in pairs):
            pairs.append(found)
    pairs.sort(key=lambda one: one.start())
    for pair in pairs:
        named = pair.groupdict()
        part, whole = _whole(named["x"] or named["x2"]), _whole(named["y"])
        inside = [one for one in PERCENT.finditer(sentence, pair.start(), pair.end()) if one.start() not in taken]
        beside = inside[0] if inside else _percent_beside(sentence, pair.start(), pair.end(), taken)
        if beside is not None and _stands_between(pair, beside, pairs):
            beside = None
        if beside is not None and (beside["points"] or _is_change(sentence, beside)):
            beside = None
        if beside is not None:
            taken.add(beside.start())
        quoted = _quoted(sentence, pair, beside)
        fault = _pair_fault(line, quoted, part, whole, beside, rates)
        if fault is not None:
            yield fault


def _stands_between(pair: re.Match[str], beside: re.Match[str], pairs: Sequence[re.Match[str]]) -> bool:
    """Whether another pair of numbers is nearer to the percentage."""
    begin, end = min(pair.end(), beside.end()), max(pair.start(), beside.start())
    return any(begin <= other.start() < end for other in pairs if other is not pair)


def _is_change(sentence: str, percent: re.Match[str]) -> bool:
    return bool(re.search(CHANGE_WORD.pattern + r"\s(?:of\s|by\s)?$", sentence[: percent.start()]))


def _pair_fault(
    line: int, quoted: str, part: int, whole: int, beside: re.Match[str] | None, rates: Sequence[KnownRate]
) -> Fault | None:
    source = next((rate for rate in rates if rate.numerator == part), None)
    crossed = source is not None and whole == source.everyone != source.denominator
    if beside is None:
        return Fault(line, quoted, _crossed(source, part, whole)) if crossed and source else None
    percent = Percent.printed(beside["p"])
    if whole == 0 or part > whole:
        return Fault(line, quoted, f"{part:,} is no part of {whole:,}")
    share = Fraction(part, whole)
    if _agrees(percent, share, beside["near"]) and not crossed:
        return None
    fits = fitting_denominators(part, percent)
    near = f"{beside['near'].strip()} " if beside["near"] else ""
    problem = f"{part:,} of {whole:,} is {said(share)} %, not {near}{beside['p']} %"
    if percent.fits(share):
        problem = f"{part:,} of {whole:,} sets two counts of different authorities side by side"
    problem += f"; {beside['p']} % with {part:,} needs a denominator of {_span(fits)}"
    if source is not None:
        problem += ". " + _crossed(source, part, whole)
    return Fault(line, quoted, problem, fits if fits[1] is None or fits[0] <= fits[1] else None)


def _crossed(rate: KnownRate, part: int, whole: int) -> str:
    problem = (
        f"{part:,} was counted among {rate.denominator:,} children, over the {rate.authorities} authorities that gave"
        f" both numbers ({rate.name})"
    )
    if whole == rate.everyone:
        problem += f"; over all {whole:,} the share is {said(rate.lower)} to {said(rate.upper)} %"
    return problem


def _agrees(percent: Percent, share: Fraction, near: str | None) -> bool:
    """Whether the words bear the share; a loose word gives one point of room on its side."""
    word = (near or "").strip()
    if percent.fits(share):
        return True
    gap = 100 * share - percent.value
    if word in ("nearly", "almost", "just under"):
        return -1 <= gap < 0
    if word in ("over", "more than", "just over"):
        return 0 < gap <= 1
    return bool(word) and abs(gap) <= 1


def _span(fits: tuple[int, int | None]) -> str:
    least, most = fits
    if most is None:
        return f"{least:,} or more"
    if most < least:
        return "no whole number at all"
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def _shares_of(line: int, sentence: str, taken: set[int], rates: Sequence[KnownRate]) -> Iterator[Fault]:
    """ "37 per cent of 2,638": no numerator is given, so only figures that are known can be held against it."""
    for found in SHARE_OF.finditer(sentence):
        percent, whole = Percent.printed(found["p"]), _whole(found["y"])
        pair = re.search(rf"(?P<x>{NUMBER})", sentence[found.end() : found.end() + 40])
        bracketed = re.match(rf"(?:\s[a-z]+){{0,4}}\s?\((?P<x>{NUMBER})\)", sentence[found.end() :])
        if found.start() in taken or any(found.start() <= one < found.end() for one in taken):
            continue
        if bracketed and pair:
            part = _whole(bracketed["x"])
            if part <= whole and whole and not percent.fits(Fraction(part, whole)):
                fits = fitting_denominators(part, percent)
                problem = f"{part:,} of {whole:,} is {said(Fraction(part, whole))} %"
                problem += f"; {found['p']} % needs a denominator of {_span(fits)}"
                yield Fault(line, found.group(0), problem, fits)
            continue
        for rate in rates:
            exact = Fraction(rate.numerator, rate.denominator)
            if whole == rate.everyone != rate.denominator and percent.fits(exact):
                yield Fault(
                    line, found.group(0), _crossed(rate, rate.numerator, whole), (rate.denominator, rate.denominator)
                )
            elif whole == rate.denominator and not percent.fits(exact):
                yield Fault(line, found.group(0), f"{rate.numerator:,} of {whole:,} is {said(exact)} % ({rate.name})")


def _beside_everyone(line: int, sentence: str, rates: Sequence[KnownRate]) -> Iterator[Fault]:
    """However it is put: the percentage of a known rate in one sentence with the children over every authority, and
    without those that it is a share of: "2,638 were trafficked; 864, or 37 %, went missing"."""
    numbers = {_whole(found.group()) for found in re.finditer(NUMBER, sentence)}
    for rate in rates:
        exact, over_all = (Fraction(rate.numerator, whole or 1) for whole in (rate.denominator, rate.everyone))
        if rate.everyone not in numbers or rate.denominator in numbers:
            continue
        for found in PERCENT.finditer(sentence):
            percent = Percent.printed(found["p"])
            if not found["points"] and percent.fits(exact) and not percent.fits(over_all):
                fits = (rate.denominator, rate.denominator)
                yield Fault(line, found.group(0).strip(), _crossed(rate, rate.numerator, rate.everyone), fits)


def _changes(line: int, sentence: str, taken: set[int]) -> Iterator[Fault]:
    ways = (FROM_TO, FROM_TO_BARE, FROM_TO_AFTER)
    for found in next((some for way in ways if (some := [*way.finditer(sentence)])), []):
        if _is_year(found["a"]) and _is_year(found["b"]):
            continue
        before, after = _whole(found["a"]), _whole(found["b"])
        beside = _percent_beside(sentence, found.start("a"), found.end(), taken, reach=90)
        if beside is None or not CHANGE_WORD.search(sentence):
            continue
        taken.add(beside.start())
        quoted = _quoted(sentence, found, beside)
        if beside["points"]:
            yield Fault(
                line, quoted, "percentage points compare two rates; between two counts the change is a per cent"
            )
        elif before == 0:
            yield Fault(line, quoted, "a change from 0 has no percentage")
        else:
            percent, change = Percent.printed(beside["p"]), growth(before, after)
            against = FALL if change > 0 else RISE
            along = RISE if change > 0 else FALL
            if change and against.search(sentence) and not along.search(sentence):
                yield Fault(line, quoted, f"{before:,} to {after:,} is a {'rise' if change > 0 else 'fall'}")
                continue
            if _agrees(percent, abs(change), beside["near"]):
                continue
            why = wrong_base(before, after, percent)
            problem = f"{before:,} to {after:,} is {'+' if change >= 0 else ''}{said(change)} %, not {beside['p']} %"
            yield Fault(line, quoted, problem + (f"; {why}" if why else ""))


def _rate_changes(line: int, sentence: str, taken: set[int]) -> Iterator[Fault]:
    """Rates: "from 24 % to 37 %" is 13 percentage points and 54 per cent."""
    judged = False
    for found in RATE_FROM_TO.finditer(sentence):
        inside = {one.start() for one in PERCENT.finditer(sentence, found.start(), found.end())}
        taken |= inside
        beside = _percent_beside(sentence, found.start(), found.end(), taken, reach=60)
        if beside is None or not CHANGE_WORD.search(sentence):
            continue
        judged = True
        taken.add(beside.start())
        before, after = Fraction(found["a"]), Fraction(found["b"])
        percent, points = Percent.printed(beside["p"]), abs(after - before)
        quoted = _quoted(sentence, found, beside)
        ratio = said(abs(after - before) / before, 0) if before else "no"
        if beside["points"]:
            if abs(points - percent.value) > percent.half + 1:
                yield Fault(line, quoted, f"{found['a']} % to {found['b']} % is {_short(points)} percentage points")
        elif before and not percent.fits(abs(after - before) / before):
            problem = f"{found['a']} % to {found['b']} % is {_short(points)} percentage points, or {ratio} per cent"
            yield Fault(line, quoted, problem + "; say which")
    found_up = RATE_UP.search(sentence)
    if found_up and not judged and not FROM_TO.search(sentence):
        problem = f"is that {found_up['p']} per cent or {found_up['p']} percentage points? say which, and from what"
        yield Fault(line, found_up.group(0), problem)


def _short(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else f"{float(number):.1f}"


def _is_year(text: str) -> bool:
    return bool(re.fullmatch(r"(19|20)[0-9]{2}", text))


def _in_words(line: int, sentence: str) -> Iterator[Fault]:
    for one in in_words.shares(sentence):
        if one.b > one.a:
            yield Fault(line, one.quoted, f"{one.b:,} is no part of {one.a:,}")
        elif not in_words.bears(one):
            yield Fault(line, one.quoted, f"{one.b:,} of {one.a:,} is {said(Fraction(one.b, one.a))} %")
    for one in in_words.changes(sentence):
        if one.a == 0:
            yield Fault(line, one.quoted, "a change from 0 is no multiple")
        elif not in_words.bears(one):
            times = f"{float(Fraction(one.b, one.a)):.2f}".rstrip("0").rstrip(".")
            yield Fault(line, one.quoted, f"{one.b:,} is {times} times {one.a:,}")


def _added_groups(line: int, sentence: str, counts: Sequence[KnownCount]) -> Iterator[Fault]:
    """Two overlapping groups added and shown as one number of children: "nearly 2,400"."""
    low = sentence.casefold()
    for known in counts:
        if not all(word in low for word in known.words):
            continue
        for found in re.finditer(
            rf"(?P<near>\b(?:nearly|almost|about|around|some|over|more than)\s)?(?P<n>{NUMBER})", low
        ):
            number, before = _whole(found["n"]), low[max(0, found.start() - 12) : found.start()]
            rounded = bool(found["near"]) and number in (round(known.upper, -1), round(known.upper, -2))
            if (number == known.upper or rounded) and not re.search(r"(\bto|up to|at most|between|and)\s$", before):
                problem = (
                    f"{number:,} adds groups that overlap by a number that is not known; different children are"
                    f" {known.lower:,} to {known.upper:,}"
                )
                yield Fault(line, found.group(0).strip(), problem)


def _quoted(sentence: str, one: re.Match[str], other: re.Match[str] | None) -> str:
    if other is None:
        return one.group(0)
    begin, end = min(one.start(), other.start()), max(one.end(), other.end())
    return sentence[begin : end + (1 if sentence[end : end + 1] == ")" else 0)]
