"""How a report is shown: the fields of a question as parameters for the Design System, and the answers in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms.boundfield import BoundField

from holdfast.missing.report import Stretch
from holdfast.web import form_fields, saying
from holdfast.web.report_questions import QUESTIONS, ReportQuestion, ReportWhen, Words
from holdfast.worktime.words import say_time

_WHEN = ("day", "date_day", "date_month", "date_year", "time", "time_unknown")


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a page: the macro that draws it (input, textarea, radios, ticks, select) and what it is given."""

    macro: str
    parameters: dict[str, Any]


def parts(form: ReportQuestion) -> list[Part]:
    """The fields beside a day and a time, in order."""
    return [_part(field) for field in form if not (isinstance(form, ReportWhen) and field.name in _WHEN)]


def _part(field: BoundField) -> Part:
    inner = field.field
    if isinstance(inner, Words):
        parameters = form_fields.text_input(field)
        return Part("textarea", {**parameters, "rows": inner.rows}) if inner.rows > 1 else Part("input", parameters)
    if field.name == "force":
        return Part("select", form_fields.select(field))
    many = type(inner).__name__ == "MultipleChoiceField"
    parameters = form_fields.choice(field, legend_classes="govuk-fieldset__legend--s")
    if many:
        parameters["values"] = field.value() or []
        parameters["classes"] = "govuk-checkboxes--small"
    return Part("ticks" if many else "radios", parameters)


@dataclass(frozen=True, slots=True)
class Answered:
    """One question of the check page, its answer in lines, and the question's word in the address."""

    question: str
    lines: tuple[str, ...]
    slug: str
    is_open: bool = False


def answers(slugs: list[str], forms: Mapping[str, ReportQuestion], child: str, now: datetime) -> list[Answered]:
    """Every question with its answer, and those still open."""
    found = []
    for slug in slugs:
        if slug == "sure":
            continue
        form = forms.get(slug)
        if form is None:
            heading = QUESTIONS[slug].form.title.format(child=child or "the child")  # type: ignore[attr-defined]
            found.append(Answered(heading, ("Not answered yet",), slug, is_open=True))
        else:
            found.append(Answered(form.heading, tuple(_lines(form, now)), slug))
    return found


def _lines(form: ReportQuestion, now: datetime) -> list[str]:
    if form.is_unknown:
        return ["I do not know"]
    said: list[str] = [say_stretch(form.stretch, now)] if isinstance(form, ReportWhen) and form.stretch else []
    for field in form:
        if isinstance(form, ReportWhen) and field.name in _WHEN:
            continue
        given = form.cleaned_data.get(field.name)
        if given in (None, "", []):
            continue
        words = {str(v): str(t) for v, t in getattr(field.field, "choices", ())}
        if isinstance(given, list):
            said += [words.get(str(v), str(v)) for v in given]
        elif words:
            asks = str(field.label).endswith("?") and field.name == "gone_before"
            said.append(f"{field.label} {words.get(given, str(given))}" if asks else words.get(given, str(given)))
        else:
            label = str(field.label).removesuffix(" (optional)")
            said.append(given if field.name in ("why",) else f"{label}: {given}".replace("?:", ":"))
    return said or ["Nothing given"]


def say_stretch(stretch: Stretch, now: datetime) -> str:
    """When, as exactly as it is known."""
    said = saying.say_moment(stretch.moment, now)
    return f"{said}, no later than {say_time(stretch.until)}" if stretch.until else said
