"""What the pages about requests for immigration purposes ask."""

from __future__ import annotations

from django import forms

from holdfast.access.demand.words import SAID_PURPOSE, SAID_WANTS
from holdfast.access.limits import SHORTEST_REASON


class _Plain(forms.Form):
    use_required_attribute = False


class NoteDemand(_Plain):
    """Who asks for this child, for what."""

    asked_by = forms.CharField(
        label="Which organisation asks?", max_length=120, error_messages={"required": "Enter which organisation asks"}
    )
    asker = forms.CharField(
        label="Who asked, and how can they be rung back?",
        max_length=120,
        help_text="Name, role, and the number that you found yourself, not one that they gave",
        error_messages={"required": "Enter who asked"},
    )
    purpose = forms.ChoiceField(
        label="For what purpose?",
        choices=[(p.value, words) for p, words in SAID_PURPOSE.items()],
        error_messages={"required": "Select the purpose", "invalid_choice": "Select the purpose"},
    )
    wants = forms.ChoiceField(
        label="What do they ask for?",
        choices=[(w.value, words) for w, words in SAID_WANTS.items()],
        error_messages={"required": "Select what they ask for", "invalid_choice": "Select what they ask for"},
    )


class Approve(_Plain):
    """One of the two."""

    law = forms.CharField(
        label="Which law compels it?",
        max_length=200,
        help_text="The Act and section, or the court and the number of its order. A request by letter compels nothing.",
        error_messages={"required": "Enter which law compels it"},
    )
    reason = forms.CharField(
        label="Why must it be told, for this child?",
        max_length=2000,
        min_length=SHORTEST_REASON,
        error_messages={
            "required": "Enter why it must be told",
            "min_length": f"Say why in at least {SHORTEST_REASON} letters",
        },
    )


class Told(_Plain):
    """What was told after both approved."""

    what = forms.CharField(
        label="What was told, and to whom?",
        max_length=400,
        help_text="In kind, such as: the town, to the named officer, by telephone. Do not enter an address.",
        error_messages={"required": "Enter what was told"},
    )
