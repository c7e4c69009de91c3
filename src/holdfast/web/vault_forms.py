"""What the page 'Where the child lives' asks."""

from __future__ import annotations

from django import forms

from holdfast.access.limits import SHORTEST_REASON
from holdfast.access.vault.places import LONGEST, SAID, Place

_PLACES = [(p.value, SAID[p]) for p in Place]


class Keep(forms.Form):
    """A value for the vault."""

    use_required_attribute = False
    place = forms.ChoiceField(
        label="What is it?",
        choices=_PLACES,
        error_messages={"required": "Select what it is", "invalid_choice": "Select what it is"},
    )
    kept_value = forms.CharField(
        label="What is to be kept",
        max_length=LONGEST,
        help_text="It is sealed. This page never shows it; whoever wants to see it says why.",
        error_messages={"required": "Enter what is to be kept"},
    )


class Reveal(forms.Form):
    """One value to be shown, and why."""

    use_required_attribute = False
    place = forms.ChoiceField(
        label="What do you need to see?",
        choices=_PLACES,
        error_messages={"required": "Select what you need to see", "invalid_choice": "Select what you need to see"},
    )
    reason = forms.CharField(
        label="Why do you need it now?",
        max_length=2000,
        min_length=SHORTEST_REASON,
        help_text="For example: visiting this afternoon, the statutory visit. The child’s worker sees what you enter.",
        error_messages={
            "required": "Enter why you need it now",
            "min_length": f"Say why in at least {SHORTEST_REASON} letters",
        },
    )
