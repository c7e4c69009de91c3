"""What the page of a link asks: is it the same and does it matter, why, and what is to be done."""

from __future__ import annotations

from typing import Any

from django import forms

from holdfast.missing.link_kinds import MarkSort
from holdfast.missing.patterns.proposals import Decision
from holdfast.web.pattern_words import TO_DO
from holdfast.web.plain_forms import PlainForm
from holdfast.web.report_questions import LONG, Words

_HINT = "It is written into both chronologies: name neither child."


class Decide(PlainForm):
    """One of three answers, with a reason."""

    decision = forms.ChoiceField(
        label="What do you say?",
        choices=[
            (Decision.CONFIRMED.value, "It is the same, and it may matter"),
            (Decision.REFUSED.value, "It is chance, an error, or means nothing"),
            (Decision.LEFT_OPEN.value, "I do not know yet"),
        ],
        error_messages={"required": "Select what you say", "invalid_choice": "Select what you say"},
    )
    reason = Words("Why?", most=LONG, rows=3, hint=_HINT)
    to_do = forms.MultipleChoiceField(
        label="What is to be done? (optional)",
        required=False,
        help_text="An action with your name, in both records, if you confirm it.",
        error_messages={"invalid_choice": "Select from the list"},
    )

    def __init__(self, *arguments: Any, sort: MarkSort, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        said = [(name, words.format(sort=sort.value)) for name, words in TO_DO.items()]
        self.fields["to_do"].choices = said  # type: ignore[attr-defined]

    @property
    def actions(self) -> list[str]:
        """What is to be done, in words; nothing where the link is not confirmed."""
        if self.cleaned_data["decision"] != Decision.CONFIRMED:
            return []
        words = dict(self.fields["to_do"].choices)  # type: ignore[attr-defined]
        return [words[name] for name in self.cleaned_data.get("to_do", ())]


class TakeBack(PlainForm):
    """Why something that was decided is taken back."""

    reason = Words("Why is it taken back?", most=LONG, rows=3, hint=_HINT)
    actions: tuple[str, ...] = ()
