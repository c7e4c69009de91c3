"""What the pages of handovers and notices ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

_SHORT, _LONG = 120, 2000


class _Plain(forms.Form):
    use_required_attribute = False


class Name(_Plain):
    """Who took it: for what a person read out, handed over, or heard on the telephone."""

    name = forms.CharField(
        label="Name of the person who took it",
        max_length=_SHORT,
        help_text="The call-taker’s or duty officer’s own name, not a team",
        error_messages={"required": "Enter the name of the person"},
    )


class Accepted(_Plain):
    """Somebody accepted on the telephone."""

    name = forms.CharField(
        label="Name of the person who accepts",
        max_length=_SHORT,
        help_text="A person’s own name, not a team",
        error_messages={"required": "Enter the name of the person who accepts"},
    )


class Refusal(_Plain):
    """Why somebody does not take over."""

    reason = forms.CharField(
        label="Why can you not take it?",
        max_length=_LONG,
        help_text="Whoever asked sees this at once, and the next person is told",
        error_messages={"required": "Enter the reason"},
    )


class Nothing(_Plain):
    """A button and no question."""


class Offer(_Plain):
    """What is handed over, to which agency, and what they need to know."""

    of = forms.CharField(
        label="What do you hand over?",
        max_length=_SHORT,
        help_text="For example the search, or the visit on Monday",
        error_messages={"required": "Enter what you hand over"},
    )
    agency = forms.ChoiceField(
        label="To which agency?",
        error_messages={"required": "Select the agency", "invalid_choice": "Select the agency"},
    )
    notice = forms.CharField(
        label="What do they need to know?",
        max_length=_LONG,
        help_text="The least that they need to begin. They read it after signing in, or it is read out to them",
        error_messages={"required": "Enter what they need to know"},
    )
    why = forms.CharField(
        label="Why to them?", max_length=_LONG, error_messages={"required": "Enter why you hand it to them"}
    )

    def __init__(self, *arguments: Any, agencies: Iterable[tuple[str, str]], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["agency"].choices = [("", "Select an agency"), *agencies]  # type: ignore[attr-defined]
