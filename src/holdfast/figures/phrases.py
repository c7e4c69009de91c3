"""The phrases in which a text gives numbers with a percentage, and the sentences of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

NUMBER = r"(?<![\w.,£$])[0-9]{1,3}(?:,[0-9]{3})+(?![\w,]*[0-9])|(?<![\w.,£$])[0-9]+(?![\w]|[.,][0-9])"
PER_CENT = r"\s?(?:%|per\s?cent\b|percent\b)"
PERCENT = re.compile(
    rf"(?P<near>\b(?:nearly|almost|just under|over|more than|just over|about|around|some|roughly)\s+)?"
    rf"(?<![\w.,])(?P<p>[0-9]+(?:\.[0-9]+)?)(?:(?P<points>\s(?:percentage|per\s?cent(?:age)?)\spoints?)|{PER_CENT}(?!age))(?!\spoints?)"
)
PAIR = re.compile(
    rf"(?P<x>{NUMBER})(?!{PER_CENT})(?:\s?\([^()]{{0,30}}\))?(?:\s[a-z]+){{0,8}}?(?:\s(?:(?:out\s)?of|among(?:st)?)\s(?:(?:the|all|some|these|those|known|a|total|of|its|their)\s){{0,4}}|\s?/\s?)(?P<y>{NUMBER})(?!{PER_CENT})"
)
PAIR_TURNED = re.compile(
    rf"\b[Oo]f\s(?:(?:the|all|some|these|those|known|a|total|of)\s){{0,4}}(?P<y>{NUMBER})(?!{PER_CENT})(?:\s[a-z]+){{0,8}}?,?\s(?:only\s|some\s)?"
    rf"(?:[0-9.]+{PER_CENT}\s\(?)?(?P<x>{NUMBER})(?!{PER_CENT})"
)
PAIR_OF_WHOM = re.compile(
    rf"(?P<y>{NUMBER})(?:\s[a-z]+){{0,10}},?\s(?:and\s)?"
    rf"(?:of\s(?:whom|which|these|those|them),?\s(?:only\s)?(?:[0-9.]+{PER_CENT}\s\(?)?(?P<x>{NUMBER})(?!{PER_CENT})|(?P<x2>{NUMBER})\sof\s(?:whom|which|these|them)\b)"
)
SHARE_OF = re.compile(
    rf"(?P<p>[0-9]+(?:\.[0-9]+)?){PER_CENT}\sof\s(?:(?:the|all|some|these|those|known|a|total|of)\s){{0,4}}(?P<y>{NUMBER})(?!{PER_CENT})"
)
FROM_TO = re.compile(
    rf"\bfrom\s(?P<a>{NUMBER})(?!{PER_CENT})(?:[^.;()]|\([^()]{{0,12}}\)){{0,40}}?\sto\s(?P<b>{NUMBER})(?!{PER_CENT})"
)
FROM_TO_BARE = re.compile(
    rf"(?P<a>{NUMBER})\sto\s(?P<b>{NUMBER})(?=,?\s(?:or\s|is\s)?(?:an?\s)?(?:up|rise|increase|growth|fall|drop|decrease|down)\b)"
)
# "an increase of 42 % (590 to 1,015)", "up 42 % on last year: 590 to 1,015"
FROM_TO_AFTER = re.compile(
    rf"\b(?i:up|rise|rose|risen|increased?|growth|grew|fell|fall|fallen|down|drop|dropped|decreased?)\s(?:of\s|by\s)?"
    rf"[0-9]+(?:\.[0-9]+)?{PER_CENT}[^.;0-9]{{0,40}}?[(:,]\s?(?:from\s)?(?P<a>{NUMBER})\sto\s(?P<b>{NUMBER})(?!{PER_CENT})"
)
RATE_FROM_TO = re.compile(
    rf"\bfrom\s(?P<a>[0-9]+(?:\.[0-9]+)?){PER_CENT}[^.;()]{{0,40}}?\sto\s(?P<b>[0-9]+(?:\.[0-9]+)?){PER_CENT}"
)
CHANGE_WORD = re.compile(
    r"\b(?i:up|rose|rise|rises|risen|increased?|increasing|grew|grown|growth|climbed|jumped|more|higher|fell|fall|fallen|down|"
    r"drop|dropped|decreased?|fewer|lower|change|changed)\b"
)
RATE_UP = re.compile(
    rf"\b(?:rate|share|proportion|percentage)\b[^.;]{{0,60}}?\b(?:up|rose|rise of|increased|fell|down)\s(?:by\s)?"
    rf"(?P<p>[0-9]+(?:\.[0-9]+)?){PER_CENT}(?!age|\spoints?)"
)


PAIRS = (PAIR, PAIR_TURNED, PAIR_OF_WHOM)
RISE = re.compile(r"\b(?:up|rose|rises?|risen|increas\w+|grew|grown|growth|climbed|jumped|more|higher)\b")
FALL = re.compile(r"\b(?:fell|falls?|fallen|down|drop\w*|decreas\w+|fewer|lower)\b")


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Sentences with the line on which each begins; white space made single. One that begins "Of these" goes on with
    what the one before said, and is read with it."""
    held: tuple[int, str] | None = None
    for line, sentence in _single(text):
        if held is not None and _GOES_ON.match(sentence):
            held = held[0], f"{held[1].rstrip('.!?')}, {sentence[0].casefold()}{sentence[1:]}"
            continue
        if held is not None:
            yield held
        held = line, sentence
    if held is not None:
        yield held


_GOES_ON = re.compile(r"Of\s(?:these|those|them|whom)\b", re.I)


def _single(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for end in [*(found.end() for found in re.finditer(r"(?<=[a-z0-9%)])[.!?](?=\s|$)|\n\s*\n", text)), len(text)]:
        part = text[start:end]
        sentence = " ".join(part.split())
        if sentence:
            yield text.count("\n", 0, start + len(part) - len(part.lstrip())) + 1, sentence
        start = end
