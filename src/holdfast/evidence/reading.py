"""From the words of a reply to what they leave possible.

Every rule here must match the whole text. A reply that says more than its rule knows is left for a person
(`Unreadable`), because a wrong exact number is worse than none: "39 children as at 12 June 2018" is not 39.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from holdfast.evidence.cells import Reading, Reason
from holdfast.evidence.number_words import whole_number
from holdfast.evidence.policy import Policy, read_policy


class Unreadable(ValueError):
    """The reply cannot be read with certainty. The message says why, in a plain sentence."""


def read(raw: str, policy: str = "") -> Reading:
    """What `raw` leaves possible under the authority's `policy`.

    Raises Unreadable where that is not certain, ValueError where the policy is not one that is known.
    """
    rule = read_policy(policy)
    text = _plain(raw)
    if not text:
        return Reading(Reason.NO_REPLY)
    for way in _WAYS:
        reading = way(text, rule)
        if reading is not None:
            return reading
    raise Unreadable(f"{raw!r} {_why_not(text)}")


def _plain(raw: str) -> str:
    """Small letters, single spaces, plain signs; a full stop or semicolon at the end is dropped."""
    text = html.unescape(raw).replace("\u2264", "<=").replace("\u2265", ">=")
    text = re.sub("[\u2010-\u2015\u2212]", "-", text)
    text = re.sub('[\u2018\u2019\u201c\u201d"]', "'", text)
    text = " ".join(text.split()).casefold()
    return re.sub(r"(?<=[\w)*\]])\s?[.;]$", "", text)


def _why_not(text: str) -> str:
    if re.search(r"(?<!\w)-\s*[0-9]", text) and not re.search("[a-z]", text):
        return "is below zero, which no count of children can be"
    if re.search("[0-9]", text) and re.search("as at|as of|snapshot", text):
        return "gives a number on one day; whether it answers the question is for a person to say"
    if re.search("[0-9]", text) and re.search("[a-z]", text):
        return "has a number among other words; what it counts is for a person to say"
    return "cannot be read as a number, a range or a reason for giving none"


# -- numbers ---------------------------------------------------------------------------------------------------


def _number(text: str, _: Policy) -> Reading | None:
    value = whole_number(text)
    if value is None:
        return _number_twice(text)
    return Reading(Reason.EXACT, value, value)


def _number_twice(text: str) -> Reading | None:
    """ "Thirteen (13)" and "13 (thirteen)": only when both say the same."""
    found = re.fullmatch(r"([\w ,-]+?) ?\(([\w ,-]+)\)", text)
    if not found:
        return None
    first, second = whole_number(found.group(1)), whole_number(found.group(2))
    if first is None or second is None or found.group(1)[0].isdigit() == found.group(2)[0].isdigit():
        return None
    if first != second:
        raise Unreadable(f"{text!r} gives two different numbers")
    return Reading(Reason.EXACT, first, first)


# -- limits ----------------------------------------------------------------------------------------------------

_N = r"(?P<n>[\w,-]+)"
_UNDER = re.compile(rf"(?:<|less than|fewer than|lower than|under|below) ?{_N}")
_UP_TO = re.compile(
    rf"(?:<=|=<|up to|at most|no more than|not more than|maximum of|max) ?{_N}"
    rf"|(?P<m>[\w,-]+) or (?:less|fewer|under|below)"
)
_OVER = re.compile(rf"(?:>|more than|over|above|greater than) ?{_N}")
_FROM = re.compile(
    rf"(?:>=|=>|at least|no fewer than|not less than) ?{_N}|(?P<m>[\w,]+)(?: ?\+| or (?:more|over|above))"
)
_RANGE = re.compile(r"(?:between )?(?P<a>[\w,]+) ?(?:-| to | and ) ?(?P<b>[\w,]+)")


def _named(found: re.Match[str]) -> int | None:
    return whole_number(next(group for group in found.groups() if group))


def _limit(text: str, rule: Policy) -> Reading | None:
    """`<5`, `5 or less`, `6-10`, `more than 5`. A hidden zero is possible unless the policy says that it is shown."""
    for pattern, below in ((_UNDER, 1), (_UP_TO, 0)):
        found = pattern.fullmatch(text)
        most = _named(found) if found else None
        if most is not None:
            return _hidden(most - below, rule, text)
    for pattern, above in ((_OVER, 1), (_FROM, 0)):
        found = pattern.fullmatch(text)
        least = _named(found) if found else None
        if least is not None:
            return Reading(Reason.INTERVAL, least + above, None)
    return _range(text)


def _range(text: str) -> Reading | None:
    found = _RANGE.fullmatch(text)
    if not found or (" and " in text) != text.startswith("between "):
        return None
    low, high = whole_number(found.group("a")), whole_number(found.group("b"))
    if low is None or high is None:
        return None
    if low > high:
        raise Unreadable(f"{text!r} runs backwards")
    if low >= 1900 or (high >= 10 and len(found.group("b")) < len(found.group("a"))):
        return None  # 2018-2020 is a span of years, not a count
    return Reading(Reason.INTERVAL, low, high)


def _hidden(most: int, rule: Policy, text: str, reason: Reason = Reason.INTERVAL) -> Reading:
    """A hidden count of at most `most`. A limit that is written in the answer holds over the rule for signs: "fewer
    than 10" is not fewer than 5 because a star is."""
    least = rule.lowest_hidden
    if least > most:
        raise Unreadable(f"{text!r} and the policy leave no number possible")
    return Reading(reason, least, most)


# -- signs and grounds -----------------------------------------------------------------------------------------

_HIDDEN_SIGN = re.compile(r"\*|\[?c\]?|\[low\]|suppressed|withheld|redacted")
_SECTION = re.compile(
    r"\(?(?:(?:refused|withheld|exempt|exemption|redacted)(?: under| -|:)? )?"
    r"(?:foisa|foia?)? ?(?:s|section|sec)\.? ?(?P<n>[0-9]{1,2})"
    r"(?:a|(?: ?\([0-9a-z]{1,2}\)))*(?: (?:of the )?(?:foisa|foia?)\b(?: act)?"
    r"| exemption| applied| applies| refusal| withheld)*\)?"
)
_PERSONAL = {40, 38}  # s40 FOIA and s38(1)(b) FOISA: personal data, used for small counts


def _sign(text: str, rule: Policy) -> Reading | None:
    if not _HIDDEN_SIGN.fullmatch(text):
        return None
    if rule.highest_hidden is None:
        return Reading(Reason.SUPPRESSED_UNKNOWN, rule.lowest_hidden, None)
    return _hidden(rule.highest_hidden, rule, text)


def _section(text: str, rule: Policy) -> Reading | None:
    """A ground of refusal, alone or with the limit beside it: "s40(2); numbers are 5 or less"."""
    found = _SECTION.match(text)
    if not found:
        return _limit_then_withheld(text, rule)
    number, rest = int(found.group("n")), text[found.end() :].strip(" :;,.-()")
    if not rest:
        return _ground(number, rule, text)
    limit = _limit(re.sub(r"^(the )?(numbers?|figures?|counts?|values?) (is|are|was|were) ", "", rest), rule)
    if limit is not None and number in _PERSONAL and limit.upper is not None:
        return Reading(Reason.SUPPRESSED_S40, limit.lower, limit.upper)
    if number == 17 and re.fullmatch(
        r"(foisa )?(notice)?[ :;,.-]*no (uasc|children|child) (was|were) (received|referred|looked after)", rest
    ):
        return Reading(Reason.NOT_HELD_MEANING_ZERO, 0, 0)
    if number in (12, 17) and not _still_counts_something(rest):
        return _ground(number, rule, text)
    return None


def _limit_then_withheld(text: str, rule: Policy) -> Reading | None:
    """ "5 or less, withheld", "less than 5 (s40)"."""
    found = re.fullmatch(
        r"(.+?)[,;:]? \(?(?:withheld|suppressed|redacted|s\.?40(?:\(2\))?|section 40(?:\(2\))?)\)?", text
    )
    limit = _limit(found.group(1), rule) if found else None
    if found is None or limit is None or limit.upper is None:
        return None
    return Reading(Reason.SUPPRESSED_S40, limit.lower, limit.upper) if "40" in text[found.end(1) :] else limit


def _ground(number: int, rule: Policy, text: str) -> Reading | None:
    if number in _PERSONAL and rule.highest_hidden is not None:
        return _hidden(rule.highest_hidden, rule, text, Reason.SUPPRESSED_S40)
    if number in (1, 17):
        return Reading(Reason.NOT_HELD)
    name = f"refused_s{number}"
    return Reading(Reason(name) if name in set(Reason) else Reason.REFUSED_OTHER)


def _still_counts_something(text: str) -> bool:
    """Whether a number is left once the arithmetic of the cost limit (files, minutes, pounds, dates) is taken away."""
    number = r"[0-9][0-9.,]*"
    unit = r"(?:files?|records?|cases?|min(?:ute)?s?|hours?|hrs?|days?)"
    month = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
    left = re.sub(rf"(?:£ ?|gbp ?){number}|[~(]?{number} ?{unit}\b|{month} [0-9]{{4}}", " ", text)
    return bool(re.search("[0-9]", left)) or any(whole_number(word) is not None for word in re.findall("[a-z-]+", left))


# -- other outcomes --------------------------------------------------------------------------------------------

_OUTCOMES = (
    (r"(the |this )?(information |data |number )?(is |are )?not held"
     r"( (centrally|by us|by the (council|authority|trust)))?"
     r"|no (information|data|records?) (is |are )?held", Reason.NOT_HELD),
    (r"(the |this )?(information |data )?(is |are )?(not|never) (recorded|collected|captured|reportable)"
     r"|non-reportable( data)?"
     r"|(unable|not able) to report\b[^0-9]*|not readily retrievable|no figures", Reason.NOT_RECORDED),
    (r"(will )?neither confirm(ed)? (n?or) den(y|ied)\b[^0-9]*|ncnd", Reason.NCND),
    (r"refused|exempt", Reason.REFUSED_OTHER),
    (r"cost limit( exceeded)?|(exceeds|over) (the )?(appropriate|cost) limit", Reason.REFUSED_S12),
    (r"(district( council)?[:;,]? )?(we are |this council is )?"
     r"(not (the )?responsible( authority)?|no (child care )?responsibilit(y|ies)"
     r"( for (this|children'?s? services|looked.after children))?)\b[^0-9]*|wrong (authority|body)\b[^0-9]*"
     r"|(district( council)?[:;,] )?no child(ren'?s)? care responsibilities\b[^0-9]*", Reason.WRONG_AUTHORITY),
    (r"transferred to [^0-9]*|transferred", Reason.TRANSFERRED),
    (r"clarification (asked|requested|sought|needed)", Reason.CLARIFICATION_ASKED),
    (r"acknowledged", Reason.ACKNOWLEDGED),
    (r"overdue", Reason.OVERDUE),
    (r"no (reply|response|answer)|did not (reply|respond|answer)", Reason.NO_REPLY),
    (r"bounced", Reason.BOUNCED),
    (r"withdrawn", Reason.WITHDRAWN),
)  # fmt: skip
_ELSEWHERE = re.compile(
    r"(?:(?:please )?(?:see|as|refer to)(?: the)?(?: (?:response|answer|reply))?(?: to| for)?"
    r"|(?:is |are )?(?:included|counted|combined|merged)"
    r"(?: with)?(?: in| into| within| under)?) "
    r"(?P<where>\(?(?:question |q)?[0-9]{0,2}(?: ?\(?[a-z]\)?)?|the above|above|below)\)?(?: above| below)?"
)


def _outcome(text: str, _: Policy) -> Reading | None:
    for pattern, reason in _OUTCOMES:
        if re.fullmatch(pattern, text):
            return Reading(reason)
    return None


def _elsewhere(text: str, _: Policy) -> Reading | None:
    """ "included in 1a", "included in above", "see (a) above": counted in another answer, never zero."""
    found = _ELSEWHERE.fullmatch(text)
    if not found or not found.group("where"):
        return None
    where = re.sub(r"^\(?(question |q|the )?|[() ]", "", found.group("where"))
    if not where:
        return None
    return Reading(Reason.INCLUDED_ELSEWHERE, within_item=where)


_WAYS: tuple[Callable[[str, Policy], Reading | None], ...] = (_number, _limit, _sign, _section, _outcome, _elsewhere)
