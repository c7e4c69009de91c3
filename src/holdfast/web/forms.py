"""What pages ask. Each form is one question page; what may be recorded is decided in the subject's own rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms

from holdfast.chronology.moment import Moment
from holdfast.duties.rule import Nation
from holdfast.missing.kinds import Risk
from holdfast.missing.rules import CannotRecord, check_moment
from holdfast.web import saying
from holdfast.web.moment_entry import NotAMoment, known_at, read_moment
from holdfast.web.plain_forms import PlainForm

DO_NOT_KNOW = "unknown"
_YES_NO = [("yes", "Yes"), ("no", "No"), (DO_NOT_KNOW, "I do not know")]
_SHORT = 120


class Question(PlainForm):
    """One question page."""

    title = ""
    template = ""

    def __init__(self, *arguments: Any, now: datetime, child: str = "", **keywords: Any) -> None:
        self.now = now
        self.child = child
        super().__init__(*arguments, **keywords)

    @property
    def heading(self) -> str:
        """The question, with the child's name in it."""
        return self.title.format(child=self.child or "the child")


class WhenQuestion(Question):
    """A day and a time; cleaned to `moment`."""

    template = "recording/when.html"
    day = forms.ChoiceField(
        label="Day",
        choices=[("today", "Today"), ("yesterday", "Yesterday"), ("other", "Another day")],
        error_messages={"required": "Select the day", "invalid_choice": "Select the day"},
    )
    date_day = forms.CharField(label="Day", required=False, max_length=2)
    date_month = forms.CharField(label="Month", required=False, max_length=9)
    date_year = forms.CharField(label="Year", required=False, max_length=4)
    time = forms.CharField(
        label="Time",
        required=False,
        max_length=40,
        help_text="For example 10:40pm, 22:40, or about 10 at night",
    )
    time_unknown = forms.BooleanField(label="I do not know the time", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                cleaned["moment"] = read_moment(cleaned, self.now)
                check_moment(cleaned["moment"], self.now)
            except NotAMoment as error:
                self.add_error(error.field, error.message)
            except CannotRecord as error:
                self.add_error("day", error.message)
        return cleaned

    @property
    def moment(self) -> Moment:
        """The answer. Only for a form that is valid."""
        moment: Moment = self.cleaned_data["moment"]
        return moment


class WhenFound(WhenQuestion):
    title = "When was {child} found?"


class WhenReturned(WhenQuestion):
    title = "When did {child} return?"


class WhenInstead(WhenQuestion):
    title = "When did it happen?"


class FoundWhere(Question):
    title = "Where was {child} found, and by whom?"
    template = "recording/fields.html"
    where = forms.CharField(
        label="Where (optional)",
        required=False,
        max_length=_SHORT,
        help_text="The kind of place, such as a coach station or a friend’s home. Do not enter an address.",
    )
    by = forms.CharField(
        label="Found by (optional)", required=False, max_length=_SHORT, help_text="For example the police, or Elm House"
    )


class FoundHow(Question):
    title = "How is {child}?"
    template = "recording/fields.html"
    harmed = forms.ChoiceField(
        label="Has the child been harmed?",
        choices=_YES_NO,
        error_messages={"required": "Select yes, no or I do not know"},
    )
    medical_need = forms.ChoiceField(
        label="Does the child need medical help?",
        choices=_YES_NO,
        error_messages={"required": "Select yes, no or I do not know"},
    )


class ReturnedTo(Question):
    title = "Where did {child} return to?"
    template = "recording/fields.html"
    to = forms.CharField(
        label="Name of the home or carer (optional)",
        required=False,
        max_length=_SHORT,
        help_text="For example Elm House. Do not enter an address.",
    )


class KnownOn(PlainForm):
    """The chronology as it was known at the end of a day."""

    known_day = forms.CharField(label="Day", required=False, max_length=2)
    known_month = forms.CharField(label="Month", required=False, max_length=9)
    known_year = forms.CharField(label="Year", required=False, max_length=4)


class KnownThen(KnownOn):
    """A moment in the past; cleaned to `at`: the end of the day where no time is given."""

    known_time = forms.CharField(
        label="Time (optional)", required=False, max_length=40, help_text="For example 10:40pm"
    )

    def __init__(self, *arguments: Any, now: datetime, **keywords: Any) -> None:
        self.now = now
        super().__init__(*arguments, **keywords)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                cleaned["at"] = known_at(
                    {name.removeprefix("known_"): text for name, text in cleaned.items()}, self.now
                )
            except NotAMoment as error:
                self.add_error(f"known_{error.field}", error.message)
        return cleaned


class ListFilters(PlainForm):
    """What the list of missing children is narrowed to. Choices of places come from the list itself."""

    risk = forms.ChoiceField(
        label="Risk", required=False, choices=[("", "Any"), *((r.value, saying.say_risk(r.value)) for r in Risk)]
    )
    group = forms.ChoiceField(
        label="Group",
        required=False,
        choices=[("", "Every child"), ("unaccompanied", "Unaccompanied"), ("trafficking", "Trafficking concern")],
    )
    authority = forms.ChoiceField(label="Authority", required=False)
    home = forms.ChoiceField(label="Home", required=False)

    def __init__(
        self,
        *arguments: Any,
        authorities: Sequence[str],
        homes: Sequence[str],
        names: Mapping[str, str],
        **keywords: Any,
    ) -> None:
        super().__init__(*arguments, **keywords)
        for field, values in (("authority", authorities), ("home", homes)):
            # What the list was narrowed to stays a choice when the last child there is back.
            kept = {*values, self.data.get(field, "")} - {""}
            said = sorted((names.get(value, value), value) for value in kept)
            self.fields[field].choices = [("", "Any"), *((v, words) for words, v in said)]  # type: ignore[attr-defined]


class LawFilters(PlainForm):
    """What the page of the law is narrowed to."""

    words = forms.CharField(label="Words", required=False, max_length=80)
    nation = forms.ChoiceField(
        label="Nation",
        required=False,
        choices=[("", "All four"), *((n.value, n.value.replace("-", " ").title()) for n in Nation)],
    )
    theme = forms.ChoiceField(label="About", required=False)

    def __init__(self, *arguments: Any, themes: Sequence[str], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        said = [(t, saying.upper_first(t.replace("_", " "))) for t in themes]
        self.fields["theme"].choices = [("", "Everything"), *said]  # type: ignore[attr-defined]


class SignIn(PlainForm):
    """User name and password. Paste and password managers work."""

    username = forms.CharField(label="User name", max_length=150, error_messages={"required": "Enter your user name"})
    password = forms.CharField(
        label="Password", max_length=4096, strip=False, error_messages={"required": "Enter your password"}
    )
