"""What the pages about keeping and erasing ask."""

from __future__ import annotations

from django import forms

from holdfast.access.keeping.rows import SAID_SOURCE
from holdfast.access.limits import SHORTEST_REASON
from holdfast.web.plain_forms import PlainForm


def _why(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=2000,
        min_length=SHORTEST_REASON,
        help_text="Without the child’s name or story: this stays when the record is erased",
        error_messages={"required": "Enter why", "min_length": f"Say why in at least {SHORTEST_REASON} letters"},
    )


class PutHold(PlainForm):
    """What obliges somebody to keep a record."""

    source = forms.ChoiceField(
        label="What obliges you to keep this record?",
        choices=[(s.value, words) for s, words in SAID_SOURCE.items()],
        error_messages={"required": "Select what obliges you"},
    )
    reference = forms.CharField(
        label="Its number or date",
        max_length=200,
        help_text="Such as the number of the order, or the date of the letter",
        error_messages={"required": "Enter the number or the date of what obliges you"},
    )
    reason = _why("Why does it cover this child?")


class EndHold(PlainForm):
    """Why a hold ends."""

    reason = _why("Why does it end?")


class AskErasure(PlainForm):
    """Why a record past its time should go."""

    reason = _why("Why should it be erased?")


class AnswerErasure(PlainForm):
    """The second of the two."""

    decision = forms.ChoiceField(
        label="What do you decide?",
        choices=[("yes", "Approve: everything that is recorded about this child is erased"), ("no", "Keep it")],
        error_messages={"required": "Select what you decide"},
    )
    reason = _why("Why?")
