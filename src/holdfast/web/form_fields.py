"""A bound Django form field as the parameters that the Design System's macros take."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField

Parameters = dict[str, Any]


def text_input(field: BoundField, *, classes: str = "", autocomplete: str = "") -> Parameters:
    """For govukInput and govukPasswordInput."""
    found = {**_named(field), "label": {"text": str(field.label)}, "value": _value(field), "classes": classes}
    if autocomplete:
        found["autocomplete"] = autocomplete
    return {**found, **_hint(field), **_error(field)}


def file_input(field: BoundField) -> Parameters:
    """For govukFileUpload; a browser gives no page a chosen file back, so there is no value."""
    return {**_named(field), "label": {"text": str(field.label)}, **_hint(field), **_error(field)}


def choice(field: BoundField, *, legend_classes: str = "", hints: dict[str, str] | None = None) -> Parameters:
    """For govukRadios; the items are the field's choices, in order."""
    return {
        "idPrefix": field.auto_id,
        "name": field.html_name,
        "value": _value(field),
        "fieldset": {"legend": {"text": str(field.label), "classes": legend_classes}},
        "items": [
            {"value": value, "text": text, **({"hint": {"text": hints[value]}} if hints and value in hints else {})}
            for value, text in _choices(field)
        ],
        **_hint(field),
        **_error(field),
    }


def select(field: BoundField) -> Parameters:
    """For govukSelect."""
    return {
        **_named(field),
        "label": {"text": str(field.label)},
        "value": _value(field),
        "items": [{"value": value, "text": text} for value, text in _choices(field)],
        **_hint(field),
        **_error(field),
    }


def tick(field: BoundField) -> Parameters:
    """For govukCheckboxes with one box."""
    item = {"value": "on", "text": str(field.label), "checked": bool(_value(field)), "id": field.auto_id}
    return {"idPrefix": field.auto_id, "name": field.html_name, "items": [item], "classes": "govuk-checkboxes--small"}


def ticks(field: BoundField) -> Parameters:
    """For govukCheckboxes with one box for each choice."""
    chosen = _value(field) or []
    items = [{"value": value, "text": text, "checked": value in chosen} for value, text in _choices(field)]
    return {
        "idPrefix": field.auto_id,
        "name": field.html_name,
        "classes": "govuk-checkboxes--small",
        "fieldset": {"legend": {"text": str(field.label), "classes": "govuk-fieldset__legend--m"}},
        "items": items,
        **_hint(field),
        **_error(field),
    }


def date_input(form: forms.Form, stem: str, label: str) -> Parameters:
    """For govukDateInput: the three fields that begin with `stem`."""
    parts = [form[f"{stem}_{part}"] for part in ("day", "month", "year")]
    wrong = [error for part in parts for error in part.errors]
    return {
        "id": f"id_{stem}",
        "fieldset": {"legend": {"text": label}},
        "items": [
            {
                "id": part.auto_id,
                "name": part.html_name,
                "label": str(part.label),
                "value": _value(part),
                "classes": f"govuk-input--width-{4 if part.name.endswith('year') else 2}"
                + (" govuk-input--error" if part.errors else ""),
            }
            for part in parts
        ],
        **({"errorMessage": {"text": str(wrong[0])}} if wrong else {}),
    }


def error_summary(form: forms.Form) -> Parameters | None:
    """For govukErrorSummary: every error, each a link to its question. None when there is none."""
    if not form.errors:
        return None
    items: list[Parameters] = [
        {"text": str(error), "href": f"#{field.auto_id}"} for field in form for error in field.errors
    ]
    items += [{"text": str(error)} for error in form.non_field_errors()]
    return {"titleText": "There is a problem", "errorList": items}


def _named(field: BoundField) -> Parameters:
    return {"id": field.auto_id, "name": field.html_name}


def _value(field: BoundField) -> Any:
    value = field.value()
    return "" if value is None else value


def _choices(field: BoundField) -> list[tuple[str, str]]:
    return [(str(value), str(text)) for value, text in getattr(field.field, "choices", ())]


def _hint(field: BoundField) -> Parameters:
    return {"hint": {"text": str(field.help_text)}} if field.help_text else {}


def _error(field: BoundField) -> Parameters:
    return {"errorMessage": {"text": str(field.errors[0])}} if field.errors else {}
