"""The next letter of a request, drafted with the law of the body's nation. A person decides and sends.

What stands in square brackets is for a person to write or to delete: no letter is approved while any is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from holdfast.evidence.asking.clocks import Standing, State, Step
from holdfast.evidence.questionnaire import Questionnaire

_ACT = {
    "foia": "Freedom of Information Act 2000",
    "foisa": "Freedom of Information (Scotland) Act 2002",
}
_COMMISSIONER = {"foia": "Information Commissioner", "foisa": "Scottish Information Commissioner"}
_REVIEW_LAW = {
    "foia": "the code of practice under section 45",
    "foisa": "section 20, which gives a right to a review",
}
_ADVICE_LAW = {"foia": "section 16", "foisa": "section 15"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter that nobody has read yet. `to` is empty where a person must find the address."""

    step: Step
    to: str
    subject: str
    words: str


def draft(one: Standing, on: date) -> str:
    """The text of a letter after the first, or empty where nothing is to be written. It is marked as a draft."""
    made = next_letter(one)
    words = made.words if made else _find_an_address(one)
    if not words:
        return ""
    return "\n".join(
        (
            f"DRAFT of {on.isoformat()}, not sent. To be read, changed and sent by a person.",
            f"To: {one.asked.authority} <{one.asked.address}>" if one.asked.address else f"To: {one.asked.authority}",
            f"Subject: {subject(one)}",
            "",
            words,
            "",
        )
    )


def subject(one: Standing) -> str:
    """Names the Act and the reference, so that it finds its way at both ends."""
    return f"{_ACT[one.law]}: our request {one.asked.reference}"


def next_letter(one: Standing) -> Draft | None:
    """The letter that the next step asks for, after the request itself; None where there is none to write."""
    words = _body(one)
    if not words or one.step is None:
        return None
    to = "" if one.step is Step.COMPLAIN else one.asked.address
    return Draft(one.step, to, subject(one), words)


def request_letter(one: Standing, asked: Questionnaire, name: str, passed_on: str = "") -> Draft:
    """The request itself: who asks (s8 of both Acts), what, for which periods, in which form (s11 of both).

    `passed_on` says who passed it on, where another body was asked first.
    """
    questions = [f"{q.number}. {q.asks}" for q in asked.questions if one.asked.asks(q.number)]
    periods = ", ".join(f"{p.name} ({p.start:%-d %B %Y} to {p.end:%-d %B %Y})" for p in asked.periods)
    paragraphs = (
        f"Under the {_ACT[one.law]} we ask for the following, for each of these periods: {periods}.",
        *([passed_on] if passed_on else []),
        "\n\n".join(questions),
        "Please answer in the attached template, in either of its two forms: it is the form that we would like"
        " (section 11). Each question can be answered by itself. Please write 0 where there was none, “not recorded”"
        " where you do not record it, and where a number is withheld because it is small, the limit below which numbers"
        " are withheld and whether a zero would have been shown. We ask for no child’s data: please send counts only.",
        f"If you do not hold this, please tell us who does ({_ADVICE_LAW[one.law]})."
        " If anything is unclear, please ask.",
        f"Please reply to this e-mail itself, and keep our reference {one.asked.reference}.",
        name,
    )
    return Draft(Step.SEND, one.asked.address, subject(one), "\n\n".join(paragraphs))


def _find_an_address(one: Standing) -> str:
    return f"[Find another address: the request {one.why}.]" if one.step is Step.SEND_AGAIN else ""


def _body(one: Standing) -> str:
    sent = one.starts[0].isoformat() if one.starts else ""
    if one.step is Step.CLARIFY:
        return (
            f"Thank you for your question about our request of {sent}.\n\n[Answer what they asked. If a question"
            " changes, say which and how.]\n\nWe understand that the days for your answer begin with this letter."
        )
    if one.step is Step.REMIND and one.due:
        return (
            f"We made a request on {sent}. Under section 10 of the {_ACT[one.law]} an answer was due by"
            f" {one.due.isoformat()}. We have none. Please tell us when it will come. {_PARTIAL}"
        )
    if one.step is Step.CHASE and one.due:
        return (
            f"We made a request on {sent}. Under section 10 of the {_ACT[one.law]} an answer was due by"
            f" {one.due.isoformat()}. We have none. Please answer now; and please take this letter as a request for a"
            f" review of the failure to answer ({_REVIEW_LAW[one.law]}).\n\n{_PARTIAL}"
        )
    if one.step is Step.REVIEW:
        return (
            f"Thank you for your answer to our request of {sent}. We ask for a review ({_REVIEW_LAW[one.law]}) of what"
            f" was not given.\n\n{_SMALL[one.law]}\n\n[Name each question, and why the ground given does not hold."
            " Delete what does not apply.]"
        )
    if one.step is Step.COMPLAIN:
        return (
            f"[To the {_COMMISSIONER[one.law]}, not to the body.]\n\nWe ask for a decision on the answer of"
            f" {one.asked.authority} to our request of {sent} under the {_ACT[one.law]}."
            f" {one.why[:1].upper()}{one.why[1:]}.{_WHAT_CAME_BEFORE.get(one.state, '')}"
        )
    return ""


_PARTIAL = (
    "A partial answer is of use: each question can be answered by itself, with “not recorded” where that is so and with"
    " 0 where there was none."
)
_SMALL = {
    "foisa": "Where a number was withheld because it is small: the Scottish Information Commissioner ordered such"
    " numbers of looked-after children to be disclosed in decisions 078/2020 to 081/2020, where no realistic way to"
    " identify a child was shown, and upheld withholding in 101/2019. Whether a child could be identified here is for"
    " you to judge; please say how.",
    "foia": "Where a number was withheld because it is small: please say the limit under which numbers are withheld and"
    " whether a zero would have been shown.",
}
_WHAT_CAME_BEFORE = {
    State.REVIEW_LATE: " We asked for a review, and it was not answered in time.",
    State.REVIEWED: " We asked for a review, and its answer did not change what we complain of.",
}
