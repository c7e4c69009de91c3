"""What the page of a review asks: who met, what was decided, who does what by when, who was told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from holdfast.missing.conversation_kinds import ActionAgreed
from holdfast.missing.kinds import StrategyMeetingHeld
from holdfast.missing.reviews import ASKED_ABOUT, Review
from holdfast.web.episode_deeds import Meeting
from holdfast.web.report_questions import SHORT, Words, _ticks
from holdfast.web.saying import upper_first

ROWS = range(1, 5)


class ReviewForm(Meeting):
    """A meeting, with up to four actions; more are recorded one by one."""

    title = "When did the agencies review the search for {child}?"
    told = _ticks("Who has been told by now?", [(who, upper_first(who)) for who in ASKED_ABOUT])

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for n in ROWS:
            self.fields[f"what_{n}"] = Words(f"Action {n} (optional)", most=SHORT * 2)
            self.fields[f"who_{n}"] = Words(f"Who does action {n}?", most=SHORT)
            self.fields[f"by_{n}"] = Words(f"Action {n}: by which day?", hint="For example 24 11 2026", most=20)

    def clean_answer(self, cleaned: dict[str, Any]) -> None:
        super().clean_answer(cleaned)
        if not cleaned.get("decision"):
            self.refuse("Enter what was decided, also when it was to go on as before", "decision")
        for n in ROWS:
            self.read_day(f"by_{n}")
            if not cleaned.get(f"what_{n}") and (cleaned.get(f"who_{n}") or cleaned.get(f"by_{n}")):
                self.refuse(f"Enter what action {n} is", f"what_{n}")
            elif cleaned.get(f"what_{n}") and not cleaned.get(f"who_{n}"):
                self.refuse(f"Enter who does action {n}", f"who_{n}")

    @property
    def review(self) -> Review:
        """What was answered. Only for a form that is valid."""
        meeting = StrategyMeetingHeld(
            tuple(self.chosen("agencies") or ()),
            tuple(self.chosen("absent") or ()),
            self.words("decision"),
            self.a_date("next_on"),
        )
        return Review(self.moment, meeting, tuple(self._actions()), tuple(self.chosen("told") or ()))

    def _actions(self) -> Iterator[ActionAgreed]:
        for n in ROWS:
            if what := self.words(f"what_{n}"):
                yield ActionAgreed(what, self.words(f"who_{n}"), self.a_date(f"by_{n}"))


def review_form(data: Any, *, now: Any, child: str) -> ReviewForm:
    """The form, with the child's name in its words."""
    form = ReviewForm(data, now=now, child=child)
    form.fields["decision"].label = "What was decided?"
    form.fields["next_on"].label = "When do the agencies meet next? (optional once the child is back)"
    return form
