"""What the report asks: one question a page. Every one can be answered with "I do not know"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

from holdfast.missing.report import Stretch
from holdfast.missing.report_kinds import Attempt, Whereabouts, Worry
from holdfast.missing.rules import CannotRecord, check_moment
from holdfast.web.forms import Question
from holdfast.web.moment_entry import NotAMoment
from holdfast.web.report_times import read_stretch
from holdfast.worktime.uk_clock import uk_day

SHORT, LONG = 120, 600
# Signs that turn text around or end it early: they come along when something is copied, and nobody sees them.
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class Words(forms.CharField):
    """Words as people type them. `rows` more than one makes a larger box."""

    def __init__(self, label: str, *, most: int = SHORT, rows: int = 1, hint: str = "") -> None:
        self.most, self.rows = most, rows
        super().__init__(label=label, required=False, help_text=hint)
        # Our own sentences, below, in place of Django's.
        self.validators = []

    def to_python(self, value: Any) -> str:
        words = (super().to_python(value) or "").replace("\r\n", "\n")
        if _HIDDEN.search(words):
            raise ValidationError("A hidden sign came with what you pasted. It is taken out here: check, and continue")
        if len(words) > self.most:
            raise ValidationError(f"Use {self.most} characters or fewer. You have used {len(words):,}")
        return words

    def bound_data(self, data: Any, initial: Any) -> Any:
        return _HIDDEN.sub("", data) if isinstance(data, str) else data


class ReportQuestion(Question):
    """One question of the report. `is_unknown`: answered with the button "I do not know"."""

    lacking = "Answer the question, or say that you do not know"
    may_not_know = True
    errors_at = ""  # the field that an error of the whole page stands beside; the first, where not said
    hint = ""

    @property
    def is_unknown(self) -> bool:
        return bool(self.data.get("unknown"))

    @property
    def given(self) -> dict[str, list[str]]:
        """What was typed, ticked or chosen, by field, beside the tick that says that the time is not known."""
        if not isinstance(self.data, MultiValueDict):
            return {}
        sent = {name: [v for v in self.data.getlist(name) if v.strip()] for name in self.fields}
        return {name: values for name, values in sent.items() if values and name != "time_unknown"}

    def filled_in(self, name: str) -> list[str]:
        """What the page itself had put into a field."""
        at_first = self.get_initial_for_field(self.fields[name], name)
        return [str(at_first)] if at_first else []

    def full_clean(self) -> None:
        if self.is_bound and self.is_unknown:
            for field in self.fields.values():
                field.required = False
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self.is_unknown:
            if self.fields and not any(cleaned.get(name) for name in self.fields):
                self.refuse(self.lacking)
            else:
                self.clean_answer(cleaned)
        return cleaned

    def clean_answer(self, cleaned: dict[str, Any]) -> None:
        """What a page checks beside its fields."""

    def refuse(self, message: str, field: str = "") -> None:
        """Say beside the question why it cannot be so."""
        self.add_error(field or self.errors_at or next(iter(self.fields)), message)

    def words(self, name: str) -> str | None:
        """What was typed in a field; None for nothing."""
        return None if self.is_unknown else (str(self.cleaned_data.get(name) or "").strip() or None)

    def chosen(self, name: str) -> Any:
        """What was chosen; None or empty for nothing."""
        return None if self.is_unknown else self.cleaned_data.get(name)


def _choice(label: str, choices: list[tuple[str, str]], lacking: str = "", *, required: bool = True) -> Any:
    said = {"required": lacking, "invalid_choice": lacking or "Select one of the answers"}
    return forms.ChoiceField(label=label, choices=choices, required=required, error_messages=said)


def _ticks(label: str, choices: list[tuple[str, str]]) -> Any:
    said = {"invalid_choice": "Select from the list", "invalid_list": "Select from the list"}
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, error_messages=said)


class Sure(ReportQuestion):
    title = "Is it {child} who is missing?"
    may_not_know = False


class WhatWorries(ReportQuestion):
    title = "What worries you about {child} tonight?"
    lacking = "Select what worries you, write it in your own words, or say that you do not know"
    worries = _ticks(
        "Select all that apply",
        [
            (Worry.TRAFFICKING, "Somebody may be trafficking {child}, or coming for {child}"),
            (Worry.EXPLOITATION, "Sexual or criminal exploitation"),
            (Worry.HEALTH, "Illness, injury, or medicine that {child} needs"),
            (Worry.SELF_HARM, "Self-harm or suicide"),
            (Worry.NEW_HERE, "{child} came to this home or this country only weeks ago"),
            (Worry.WITH_OTHERS, "People whom {child} may be with"),
            (Worry.VEHICLE, "A vehicle: {child} got in, or one was waiting"),
            (Worry.VIOLENCE, "Threats or violence"),
            (Worry.OUT_OF_CHARACTER, "This is not like {child}"),
            ("none", "None of these"),
        ],
    )
    why = Words("In your own words (optional)", most=LONG, rows=3, hint="Say it as you would on the telephone.")
    harm_from = Words("Illness or medicine: what can happen, and how soon? (optional)", most=SHORT * 2)

    def clean_answer(self, cleaned: dict[str, Any]) -> None:
        if "none" in cleaned["worries"] and len(cleaned["worries"]) > 1:
            self.refuse("Select what worries you or “None of these”, not both", "worries")


class WhereNow(ReportQuestion):
    title = "Does anybody know where {child} is?"
    whereabouts = _choice(
        "Does anybody know?",
        [
            (Whereabouts.NOT_KNOWN, "No, nobody knows"),
            (Whereabouts.THOUGHT, "Somebody thinks they know, but nobody has seen or spoken to {child} there"),
            (Whereabouts.CONFIRMED, "Yes: somebody we trust has seen {child} there, or has spoken to {child}"),
        ],
        "Select whether anybody knows where the child is",
    )
    where = Words("Where? (optional)", hint="The kind of place, such as a friend’s home. Do not enter an address.")
    known_by = Words("Who says so? (optional)")


class ReportWhen(ReportQuestion):
    """A day and a time, as exactly as they are known; cleaned to `stretch`."""

    errors_at = "day"
    lacking = "Select the day, or say that you do not know"
    day = _choice("Day", [("today", "Today"), ("yesterday", "Yesterday"), ("other", "Another day")], lacking)
    date_day = Words("Day", most=2)
    date_month = Words("Month", most=9)
    date_year = Words("Year", most=4)
    time = Words("Time", most=60, hint="For example 10:40pm, about 10 at night, or between 9 and 10:30pm")
    time_unknown = forms.BooleanField(label="I do not know the time", required=False)

    def clean_answer(self, cleaned: dict[str, Any]) -> None:
        try:
            cleaned["stretch"] = read_stretch(cleaned, self.now)
            check_moment(cleaned["stretch"].moment, self.now)
        except NotAMoment as error:
            self.refuse(error.message, error.field)
        except CannotRecord as error:
            is_today = cleaned["stretch"].moment.day == uk_day(self.now)
            self.refuse(
                "That time is still to come: did you mean yesterday?" if is_today else error.message,
                "day" if cleaned.get("day") != "other" else "date_day",
            )

    @property
    def stretch(self) -> Stretch | None:
        return None if self.is_unknown else self.cleaned_data.get("stretch")


class LastSeen(ReportWhen):
    title = "When was {child} last seen, and by whom?"
    where = Words("Where, doing what? (optional)", most=SHORT * 2)
    by = Words("Seen by (optional)", hint="For example the night worker, or a friend")


class Noticed(ReportWhen):
    title = "When did somebody notice that {child} was gone?"
    day = _choice(
        "Day",
        [("now", "Just now"), ("today", "Today"), ("yesterday", "Yesterday"), ("other", "Another day")],
        ReportWhen.lacking,
    )
    by = Words("Noticed by (optional)", hint="For example Elm House, or the foster carer")


class Appearance(ReportQuestion):
    title = "What was {child} wearing and carrying?"
    lacking = "Enter what you know, or say that you do not know"
    wearing = Words("Wearing", most=SHORT * 2, rows=2, hint="From head to foot, as far as you know")
    carrying = Words("Carrying, or gone from the room (optional)", most=SHORT * 2)
    phone = Words("Telephone number (optional)", most=40, hint="Do not enter passwords or codes.")


class Before(ReportQuestion):
    title = "Where might {child} be?"
    lacking = "Enter what you know, or say that you do not know"
    might_be = Words("Places (optional)", most=SHORT * 2, rows=2, hint="Where {child} likes to be, or was found before")
    with_whom = Words("With whom? (optional)", most=SHORT * 2)
    gone_before = _choice(
        "Has {child} gone before?", [("yes", "Yes"), ("no", "No"), ("unknown", "I do not know")], required=False
    )


class Tried(ReportQuestion):
    title = "What has been done to find {child}?"
    lacking = "Select what was done, or say that you do not know"
    attempts = _ticks(
        "Select all that apply",
        [
            (Attempt.ROOM, "Room searched"),
            (Attempt.HOME, "Home and garden searched"),
            (Attempt.PHONE, "{child} rung or messaged"),
            (Attempt.FRIENDS, "Friends and family asked"),
            (Attempt.PLACES, "Usual places looked at"),
            (Attempt.SCHOOL, "School or college asked"),
            ("none", "Nothing yet"),
        ],
    )
    what = Words("What happened? (optional)", most=LONG, rows=2, hint="For example: phone rang twice, then was off")

    def clean_answer(self, cleaned: dict[str, Any]) -> None:
        if "none" in cleaned["attempts"] and len(cleaned["attempts"]) > 1:
            self.refuse("Select what was done or “Nothing yet”, not both", "attempts")


class Police(ReportQuestion):
    title = "Have the police been told?"
    told = _choice(
        "Have the police been told?",
        [("yes", "Yes"), ("not-yet", "Not yet")],
        "Select yes or not yet, or say that you do not know",
    )
    hint = "Nobody has to wait before telling the police: there is no 24-hour rule."


class PoliceCall(ReportWhen):
    title = "Who took the report, and when?"
    reference = Words("Police reference (optional)", most=40)
    call_taker = Words("Name or number of the person who took it (optional)", most=60)
    force = _choice("Police force (optional)", [], "Select a police force from the list", required=False)

    def __init__(self, *arguments: Any, forces: tuple[tuple[str, str], ...] = (), **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["force"].choices = [*forces, ("", "Another force, or I do not know")]  # type: ignore[attr-defined]
        self.fields["day"].required = False

    def clean_answer(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("day") and not cleaned.get("time"):
            return  # a reference or a name is worth keeping without its time
        super().clean_answer(cleaned)


class Reach(ReportQuestion):
    title = "Whom can the police ring tonight?"
    lacking = "Enter a number, or say that you do not know"
    by = Words("Name", hint="Whoever is on shift")
    ring = Words("Telephone number that is answered all night", most=40)

    def clean_answer(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("ring") and sum(sign.isdigit() for sign in cleaned["ring"]) < 3:
            self.refuse("Enter a telephone number, such as 01632 960 200, or leave it empty", "ring")


class FromPaper(ReportWhen):
    title = "When was this written on paper?"
    hint = "Only when you enter a report that was written while Holdfast could not be used. The record then says so."
    written_by = Words("Written by (optional)")

    def clean_answer(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("day") and not cleaned.get("time"):
            self.refuse("Select the day on which it was written", "day")
        else:
            super().clean_answer(cleaned)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in the journey. `applies`: whether it is asked, from the answers before; `is_shared`: whether a second
    child's report begins with the same answer; `is_extra`: asked only of whoever says that it applies."""

    form: Callable[..., ReportQuestion]
    is_needed: bool = False
    is_shared: bool = False
    is_extra: bool = False


QUESTIONS: Mapping[str, Asked] = {
    "sure": Asked(Sure, is_needed=True),
    "worry": Asked(WhatWorries, is_needed=True, is_shared=True),
    "where": Asked(WhereNow, is_needed=True, is_shared=True),
    "seen": Asked(LastSeen, is_needed=True, is_shared=True),
    "when": Asked(Noticed, is_needed=True, is_shared=True),
    "wearing": Asked(Appearance),
    "before": Asked(Before),
    "tried": Asked(Tried, is_shared=True),
    "police": Asked(Police, is_shared=True),
    "call": Asked(PoliceCall, is_shared=True),
    "reach": Asked(Reach, is_shared=True),
    "paper": Asked(FromPaper, is_extra=True),
}


def make_form(
    slug: str, typed: Any, *, now: datetime, child: str, forces: tuple[tuple[str, str], ...] = (), initial: Any = None
) -> ReportQuestion:
    """The form of one question, with the child's name in its words."""
    extra: dict[str, Any] = {"forces": forces} if slug == "call" else {}
    extra["initial"] = initial or {}
    form = QUESTIONS[slug].form(typed, now=now, child=child, **extra)
    name = child or "the child"
    for field in form.fields.values():
        field.label = str(field.label).replace("{child}", name)
        field.help_text = str(field.help_text).replace("{child}", name)
        if slug != "call" and isinstance(field, forms.ChoiceField):
            said: Any = field.choices
            field.choices = [(v, str(t).replace("{child}", name)) for v, t in said]
    return form
