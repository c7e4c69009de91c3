"""What the pages about access ask: an emergency, a review, a shield, a conflict of interest."""

from __future__ import annotations

from django import forms

from holdfast.access.limits import SHORTEST_REASON
from holdfast.access.rules import Outcome
from holdfast.web.plain_forms import PlainForm

_LONG = 2000
REFERENCE = forms.CharField(
    label="Reference of the child",
    max_length=20,
    help_text="Eight letters and figures, such as K7M2-4QXD",
    error_messages={"required": "Enter the reference of the child"},
)


def tidy(reference: str) -> str:
    """A reference as it is kept, from one that was read out or typed in haste."""
    signs = "".join(sign for sign in reference.upper() if sign.isalnum())
    return f"{signs[:4]}-{signs[4:]}" if len(signs) == 8 else signs


class Emergency(PlainForm):
    """One child, why, and for how long."""

    reference = REFERENCE
    reason = forms.CharField(
        label="Why do you need to open this child now?",
        max_length=_LONG,
        min_length=SHORTEST_REASON,
        help_text="For example: found at Carr Lane station, the police ask about medicine and who to ring",
        error_messages={
            "required": "Enter why you need to open this child now",
            "min_length": f"Say why in at least {SHORTEST_REASON} letters",
        },
    )
    hours = forms.ChoiceField(
        label="For how long?",
        choices=[("1", "1 hour"), ("4", "4 hours"), ("12", "12 hours, a night")],
        initial="4",
        error_messages={"required": "Select for how long", "invalid_choice": "Select for how long"},
    )

    def clean_reference(self) -> str:
        return tidy(self.cleaned_data["reference"])


class Review(PlainForm):
    """What somebody else found."""

    outcome = forms.ChoiceField(
        label="Was it justified?",
        choices=[
            (Outcome.JUSTIFIED.value, "Yes"),
            (Outcome.NOT_JUSTIFIED.value, "No: an emergency opening ends at once"),
            (Outcome.PASSED_ON.value, "I have passed it on to be looked into"),
        ],
        error_messages={"required": "Select an answer", "invalid_choice": "Select an answer"},
    )
    note = forms.CharField(
        label="What did you look at?", max_length=_LONG, error_messages={"required": "Enter what you looked at"}
    )


class OwnConflict(PlainForm):
    """Somebody knows a child."""

    reference = REFERENCE
    reason = forms.CharField(
        label="How do you know the child or the family?",
        max_length=_LONG,
        help_text="For example: my niece, a neighbour, a colleague’s child",
        error_messages={"required": "Enter how you know the child or the family"},
    )

    def clean_reference(self) -> str:
        return tidy(self.cleaned_data["reference"])


class _OverAShield(PlainForm):
    """Something that rests on the restriction that stood when the page was shown."""

    standing = forms.IntegerField(required=False, widget=forms.HiddenInput)


class Named(_OverAShield):
    """Who may open a shielded child."""

    named = forms.CharField(
        label="User names of the others who may open this child (optional)",
        required=False,
        max_length=_LONG,
        help_text="With commas between. You are named yourself. Each still needs a role and a tie to the child.",
    )
    reason = forms.CharField(
        label="Why?", max_length=_LONG, error_messages={"required": "Enter why the record is restricted"}
    )


class Reason(PlainForm):
    """Why something ends."""

    reason = forms.CharField(label="Why?", max_length=_LONG, error_messages={"required": "Enter why"})


class Lift(_OverAShield):
    """Why a restriction ends."""

    reason = forms.CharField(label="Why?", max_length=_LONG, error_messages={"required": "Enter why"})


class ConflictOf(PlainForm):
    """Somebody who must never open this child."""

    username = forms.CharField(
        label="User name", max_length=150, error_messages={"required": "Enter the user name of the person"}
    )
    reason = forms.CharField(
        label="How do they know the child or the family?",
        max_length=_LONG,
        error_messages={"required": "Enter how they know the child or the family"},
    )
