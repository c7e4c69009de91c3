"""What headings, titles, remarks and footnotes say of the numbers that stand with them.

They are read only for what makes a number doubtful: nothing is ever proposed from them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from holdfast.evidence.proposing.labels import NARROWER, NUMBER, _own_words, is_an_answer, label, when, words
from holdfast.evidence.proposing.statements import statements
from holdfast.evidence.questionnaire import Questionnaire

_HARMFUL = re.compile(
    r"[0-9]|includ|exclud|only|approx|estimat|incomplete|as at|care leaver|adult|episode|incident|rounded|may |might"
    r"|however|but |not all|some |other|provisional|snapshot|\bage|percent|due to|combin|both|same|separate|joint|total"
    r"|few|several|about|\b(not|never|no longer|without|former\w*|minimum|maximum|least|most|more|less|higher|lower"
    r"|under\w*|over\w*|per|counts?|counted|sibling\w*|arriv\w+|correct\w*|should|instead|wrong\w*|error)\b",
    re.I,
)
_FOOTNOTE = re.compile(r"^\s*(\*|[†‡]|\[[0-9a-z]\]|[¹²³]|n\.?b\b|notes?\b)", re.I)
_OTHER_COUNT = re.compile(
    r"\b(incidents?|episodes?|occasions|per ?cent\w*|percentages?|rates?|averages?|hundreds|thousands|referrals"
    r"|care leavers?|former\w*|estimat\w+|provisional|rounded|snapshot|as (?:at|of|on)|combined)\b|%",
    re.I,
)
_OF_THE_LETTER = re.compile(
    r"\b(foi\w*|ref\w*|requests?|case|dear|date\w*|sent|subject|re|act|regulations?|version|published|copyright|page)\b"
    r"|©|@|https?:",
    re.I,
)
_LONGEST = 12


def doubt(text: str, asked: Questionnaire) -> str:
    """Why the numbers beneath this heading may not be what was asked, or empty. A question's own heading is none."""
    bare = " ".join(text.split())
    found = NUMBER.match(bare)
    if found and found.group("n") and not found.group().strip().isdigit():
        bare = bare[found.end() :]
        own = frozenset[str]().union(
            *(_own_words(one) for one in asked.questions if one.number.rstrip("abcdefgh") == found.group("n"))
        )
    else:
        own = frozenset()
    said = when(bare, asked.periods)
    other_count = _OTHER_COUNT.search(bare) or NARROWER.search(bare)
    if other_count and not words(other_count.group()) & own:
        return f"the heading “{text}” says that other things are counted"
    if any(not span.is_one_day for span in said.other) and not _OF_THE_LETTER.search(bare):
        return f"the heading “{text}” names another time than was asked"
    return ""


def is_heading(text: str) -> bool:
    """Whether a line of a letter reads as a heading and not as a sentence."""
    return len(text.split()) <= _LONGEST and not re.search(r"[.;,?!]$", text) and not _OF_THE_LETTER.search(text)


def changes_an_answer(remark: str, asked: Questionnaire) -> bool:
    """Whether a remark may change the answer that it stands beside: it goes on from it, narrows it, or speaks of what
    was asked."""
    if _HARMFUL.search(remark) or NARROWER.search(remark) or not remark[:1].isupper():
        return True
    return any(words(remark) & _own_words(one) for one in asked.questions)


def said_of_all(rows: Sequence[Sequence[str]], heading: int, asked: Questionnaire) -> str:
    """Why no number of a table is certain: what its titles, sections and footnotes say, or empty."""
    for at, row in enumerate(rows):
        text = " ".join(dict.fromkeys(cell for cell in row if cell))
        if at == heading or any(is_an_answer(cell) or label(cell, asked).questions for cell in (text, *row) if cell):
            continue
        if _FOOTNOTE.match(text) and text not in statements([text], asked.periods).keys:
            return f"a footnote stands beneath: “{text[:300]}”"
        if problem := doubt(text, asked):
            return problem
    return ""
