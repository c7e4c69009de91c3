"""What the pages and the command say about keeping."""

from __future__ import annotations

from holdfast.erasing.due import Standing
from holdfast.erasing.terms import Term
from holdfast.worktime.words import say_day, say_list


def say_term(term: Term) -> str:
    """Until when, by which law, and what is not known of it."""
    unread = "" if term.is_checked or not term.law else " This was not checked against the law’s own words."
    if term.until is None:
        return f"It has no end that can be reckoned: {term.why_not[:1].lower()}{term.why_not[1:]}."
    return f"It must be kept until {say_day(term.until, year=True)} ({term.law}).{unread}"


def say_standing(standing: Standing) -> str:
    """Whether it may be proposed, and if not what keeps it."""
    if not standing.is_over:
        return "It must still be kept"
    keeps = [m.name for m in standing.general]
    if standing.holds:
        keeps.insert(0, "a legal hold" if len(standing.holds) == 1 else f"{len(standing.holds)} legal holds")
    return (
        f"Past its time, and kept by {say_list(keeps)}" if keeps else "Past its time: two people may decide to erase it"
    )
