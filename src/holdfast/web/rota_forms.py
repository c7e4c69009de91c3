"""What the pages of a rota ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms

from holdfast.access.models import Person
from holdfast.sharing.rota.rows import RotaDuty
from holdfast.sharing.rota.shifts import EVERY, at_wall
from holdfast.web.moment_entry import NotAMoment, read_clock, read_date
from holdfast.web.plain_forms import PlainForm
from holdfast.worktime.uk_clock import LONDON
from holdfast.worktime.words import say_day

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NEW = "new"
_PART: dict[str, Any] = {"max_length": 12, "required": False}


def _clock(typed: str, field: str, form: forms.Form) -> time | None:
    try:
        return read_clock(typed)[0]
    except NotAMoment as wrong:
        form.add_error(field, wrong.message)
        return None


def _date(form: forms.Form, stem: str) -> date | None:
    """The day that the three fields of `stem` say; None with an error beside the field that lacks something."""
    typed = [str(form.cleaned_data.get(f"{stem}_{part}") or "") for part in ("day", "month", "year")]
    try:
        return read_date(typed, stem)
    except NotAMoment as wrong:
        form.add_error(wrong.field, wrong.message)
        return None


class WhyNot(PlainForm):
    """Why somebody does not cover."""

    reason = forms.CharField(label="Why can you not?", max_length=200, required=False)


class Repeating(PlainForm):
    """Shifts that repeat: which duty, who, on which days, from when to when."""

    duty = forms.ChoiceField(label="Which duty?", error_messages={"required": "Select the duty"})
    name = forms.CharField(
        label="Name of the new duty",
        max_length=120,
        required=False,
        help_text="As it stands on the ladder of your agency: an alert is told to whoever is on",
    )
    person = forms.ChoiceField(label="Who is on?", error_messages={"required": "Select who is on"})
    weekdays = forms.MultipleChoiceField(
        label="On which days does a shift begin?",
        choices=[(str(n), day) for n, day in enumerate(_DAYS)],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select the days on which a shift begins"},
    )
    starts = forms.CharField(
        label="From", max_length=20, help_text="Such as 10pm or 22:00", error_messages={"required": "Enter the time"}
    )
    ends = forms.CharField(
        label="Until",
        max_length=20,
        help_text="Such as 8am or 08:00. Earlier than the beginning is the next day",
        error_messages={"required": "Enter the time"},
    )
    every = forms.ChoiceField(
        label="How often?", choices=[(str(n), "Every week" if n == 1 else f"Every {n} weeks") for n in EVERY]
    )
    first_day_day = forms.CharField(label="Day", **_PART)
    first_day_month = forms.CharField(label="Month", **_PART)
    first_day_year = forms.CharField(label="Year", **_PART)
    last_day_day = forms.CharField(label="Day", **_PART)
    last_day_month = forms.CharField(label="Month", **_PART)
    last_day_year = forms.CharField(label="Year", **_PART)

    def __init__(self, *arguments: Any, duties: Iterable[RotaDuty], people: Iterable[Person], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        named = [(str(d.pk), d.name) for d in duties]
        self.fields["duty"].choices = [*named, (NEW, "Another duty, which has no rota yet")]  # type: ignore[attr-defined]
        self.fields["person"].choices = [("", "Select a person"), *named_people(people)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("duty") == NEW and not said.get("name", "").strip() and "name" not in self.errors:
            self.add_error("name", "Enter the name of the duty")
        for field in ("starts", "ends"):
            if said.get(field):
                said[field] = _clock(said[field], field, self)
        said["first_day"] = _date(self, "first_day")
        typed = [said.get(f"last_day_{part}") for part in ("day", "month", "year")]
        said["last_day"] = _date(self, "last_day") if any(typed) else None
        return said


class Ending(PlainForm):
    """From which day on a pattern has no shift any more."""

    pattern = forms.ChoiceField(label="Which shifts?", error_messages={"required": "Select the shifts"})
    on_day = forms.CharField(label="Day", **_PART)
    on_month = forms.CharField(label="Month", **_PART)
    on_year = forms.CharField(label="Year", **_PART)

    def __init__(self, *arguments: Any, patterns: Sequence[tuple[str, str]], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["pattern"].choices = patterns  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["on"] = _date(self, "on")
        return self.cleaned_data


class EndDuty(PlainForm):
    """For which duty no rota is kept any more."""

    duty = forms.ChoiceField(label="Which duty?", error_messages={"required": "Select the duty"})

    def __init__(self, *arguments: Any, duties: Iterable[RotaDuty], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["duty"].choices = [("", "Select a duty"), *((str(d.pk), d.name) for d in duties)]  # type: ignore[attr-defined]


class Shift(PlainForm):
    """What happens with one shift, or a part of it, or with hours in which nobody is on."""

    what = forms.ChoiceField(label="What do you want to do?", error_messages={"required": "Select what happens"})
    person = forms.ChoiceField(label="Who?", required=False)
    swap = forms.ChoiceField(label="For which of their shifts?", required=False)
    first = forms.ChoiceField(label="From which day?")
    starts = forms.CharField(label="From which time?", max_length=20, error_messages={"required": "Enter the time"})
    last = forms.ChoiceField(label="Until which day?")
    until = forms.CharField(label="Until which time?", max_length=20, error_messages={"required": "Enter the time"})
    reason = forms.CharField(
        label="Why? (optional)",
        max_length=200,
        required=False,
        help_text="Such as leave or court, nothing about anybody’s health: everybody in your agency can read it",
    )

    def __init__(
        self, *arguments: Any, span: tuple[datetime, datetime], what: Sequence[tuple[str, str]],
        people: Iterable[Person], swaps: Sequence[tuple[str, str]], **keywords: Any,
    ) -> None:  # fmt: skip
        begins, ends = (at.astimezone(LONDON) for at in span)
        initial = {"first": begins.date().isoformat(), "starts": f"{begins:%H:%M}", "last": ends.date().isoformat(),
                   "until": f"{ends:%H:%M}"}  # fmt: skip
        super().__init__(*arguments, initial=initial, **keywords)
        self.span, self.shown = span, initial
        count = (ends.date() - begins.date()).days + 1
        days = [begins.date() + timedelta(days=n) for n in range(count)]
        choices: dict[str, Sequence[tuple[str, str]]] = {
            "what": what,
            "person": [("", "Select a person"), *named_people(people)],
            "swap": [("", "Select a shift"), *swaps],
            "first": [(day.isoformat(), say_day(day)) for day in days],
            "last": [(day.isoformat(), say_day(day)) for day in days],
        }
        for name, of in choices.items():
            self.fields[name].choices = of  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("what") in ("change", "cover") and not said.get("person") and "person" not in self.errors:
            self.add_error("person", "Select who")
        if said.get("what") == "swap" and not said.get("swap") and "swap" not in self.errors:
            self.add_error("swap", "Select the shift that is swapped")
        said["begins"] = self._instant("first", "starts", 0)
        said["ends"] = self._instant("last", "until", 1)
        begins, ends = said["begins"], said["ends"]
        if begins and ends and not self.span[0] <= begins < ends <= self.span[1]:
            self.add_error("until", "Choose hours within this shift: the end is after the beginning")
        return said

    def _instant(self, day: str, clock: str, edge: int) -> datetime | None:
        """What was shown and left alone is the instant itself: 01:30 happens twice in one night of the year."""
        said = self.cleaned_data
        if not said.get(day) or not said.get(clock):
            return None
        if (said[day], said[clock].strip()) == (self.shown[day], self.shown[clock]):
            return self.span[edge]
        read = _clock(said[clock], clock, self)
        return at_wall(date.fromisoformat(said[day]), read) if read is not None else None


def named_people(people: Iterable[Person]) -> list[tuple[str, str]]:
    """Choices of people; namesakes are told apart by their user names."""
    found = list(people)
    names = [str(p) for p in found]
    return [(str(p.pk), f"{p} ({p.username})" if names.count(str(p)) > 1 else str(p)) for p in found]
