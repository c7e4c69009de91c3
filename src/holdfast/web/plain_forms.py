"""Forms whose every error is a sentence of ours, also those that Django would say in its own words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator


class PlainForm(forms.Form):
    """HTML's own checks are off: what is wrong is said by us, beside its question, with what was typed still there."""

    use_required_attribute = False

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for field in self.fields.values():
            _speak_plainly(field)


def _speak_plainly(field: forms.Field) -> None:
    name = str(field.label or "this").removesuffix(" (optional)")
    field.validators = [_plain(validator, name) for validator in field.validators]
    said = {"invalid_choice": f"Select one of the answers to “{name}”", "required": f"Answer “{name}”"}
    own = type(field).default_error_messages | forms.Field.default_error_messages
    for code, words in said.items():
        # What a form says for itself is better than what can be said for every field.
        if field.error_messages.get(code) == own.get(code):
            field.error_messages[code] = words


def _plain(validator: Any, name: str) -> Any:
    if isinstance(validator, ProhibitNullCharactersValidator):
        return ProhibitNullCharactersValidator("Take out the sign that cannot be shown, then send it again")
    if isinstance(validator, MaxLengthValidator):
        most = validator.limit_value
        return MaxLengthValidator(most, f"“{name}” can be at most {most} letters. It has %(show_value)d")
    return validator
