"""The next letter of a request, drafted with the law of the body's nation. A person decides and sends."""

from __future__ import annotations

from datetime import date

from holdfast.evidence.asking.clocks import Standing, Step

_ACT = {
    "foia": "Freedom of Information Act 2000",
    "foisa": "Freedom of Information (Scotland) Act 2002",
}
_COMMISSIONER = {"foia": "Information Commissioner", "foisa": "Scottish Information Commissioner"}
_REVIEW_LAW = {
    "foia": "the code of practice under section 45",
    "foisa": "section 20, which gives a right to a review",
}
_CLOCK_LAW = {"foia": "section 10", "foisa": "section 10"}


def draft(one: Standing, on: date) -> str:
    """The text, or empty where nothing is to be written. It is marked as a draft."""
    words = _body(one, on)
    if not words:
        return ""
    return "\n".join(
        (
            f"DRAFT of {on.isoformat()}, not sent. To be read, changed and sent by a person.",
            f"To: {one.asked.authority} <{one.asked.address}>" if one.asked.address else f"To: {one.asked.authority}",
            f"Subject: {_ACT[one.law]}: our request {one.asked.reference}",
            "",
            words,
            "",
        )
    )


def _body(one: Standing, on: date) -> str:
    act = _ACT[one.law]
    sent = one.starts[0].isoformat() if one.starts else ""
    if one.step is Step.CHASE and one.due:
        return (
            f"We made a request on {sent}. Under {_CLOCK_LAW[one.law]} of the {act} an answer was due by"
            f" {one.due.isoformat()}. We have none. Please answer now; and please take this letter as a request for a"
            f" review of the failure to answer ({_REVIEW_LAW[one.law]}).\n\nA partial answer is of use: each"
            " question can be answered by itself, with “not recorded” where that is so and with 0 where there was none."
        )
    if one.step is Step.REVIEW:
        small = (
            "\n\nWhere a number was withheld because it is small: the Scottish Information Commissioner ordered such"
            " numbers of looked-after children to be disclosed in decisions 078/2020 to 081/2020, where no realistic"
            " way to identify a child was shown, and upheld withholding in 101/2019. Whether a child could be"
            " identified here is for you to judge; please say how."
            if one.law == "foisa"
            else "\n\nWhere a number was withheld because it is small: please say the limit under which numbers are"
            " withheld and whether a zero would have been shown."
        )
        return (
            f"Thank you for your answer to our request of {sent}. We ask for a review ({_REVIEW_LAW[one.law]}) of what"
            f" was not given.{small}\n\n[Name each question, and why the ground given does not hold. Delete what does"
            " not apply.]"
        )
    if one.step is Step.COMPLAIN:
        return (
            f"[To the {_COMMISSIONER[one.law]}, not to the body.]\n\nWe ask for a decision on the answer of"
            f" {one.asked.authority} to our request of {sent} under the {act}. {one.why[:1].upper()}{one.why[1:]}."
        )
    if one.step is Step.SEND_AGAIN:
        return f"[Find another address: the request {one.why}.]"
    return ""
