"""What the page that adds a photograph asks."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django import forms

from holdfast.child.photograph import MOST_BYTES, TOO_LARGE, NotAPhotograph, made_small
from holdfast.web.moment_entry import NotAMoment, read_date
from holdfast.web.plain_forms import PlainForm
from holdfast.worktime.uk_clock import uk_day

_YEARS_BACK = 18


class PhotographForm(PlainForm):
    """A file and the month in which it was taken. What is wrong is said beside each; the file must be chosen again,
    because a browser gives no page a file back."""

    picture = forms.FileField(
        label="Photograph",
        help_text="A JPEG, PNG or WebP of at most 12 MB, with the face in it and nobody else. A PNG or WebP "
        "has at most 16 million dots.",
        allow_empty_file=True,
        error_messages={"required": "Choose a photograph", "invalid": "Choose a photograph"},
    )
    taken = forms.CharField(
        label="In which month was it taken? (optional)",
        max_length=30,
        required=False,
        help_text="For example March 2026. Leave it empty if you do not know.",
    )

    def __init__(self, *arguments: Any, now: datetime, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.now = now

    def clean_picture(self) -> bytes:
        """The photograph as it will be kept."""
        sent = self.cleaned_data["picture"]
        if sent.size > MOST_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        try:
            return made_small(sent.read())
        except NotAPhotograph as why:
            raise forms.ValidationError(str(why)) from None

    def clean_taken(self) -> date | None:
        """The first day of that month."""
        typed = self.cleaned_data["taken"].strip()
        if not typed:
            return None
        parts = re.split(r"[\s/.,-]+", typed)
        try:
            month = read_date(["1", *(parts if len(parts) == 2 else ["", ""])], "taken")
        except NotAMoment:
            raise forms.ValidationError("Enter the month and the year, such as March 2026") from None
        today = uk_day(self.now)
        if month > today:
            raise forms.ValidationError("The month must not lie ahead")
        if month.year < today.year - _YEARS_BACK:
            raise forms.ValidationError("The photograph is too old to know the child by")
        return month
