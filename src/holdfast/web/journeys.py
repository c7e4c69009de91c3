"""The acts that a page can record about a missing child: their questions, in order, and how they are recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from holdfast.access.queries import Reader
from holdfast.chronology.entry import Entry
from holdfast.missing.actions import record_found, record_returned
from holdfast.missing.kinds import Found, Returned
from holdfast.missing.picture import Episode, State
from holdfast.web import forms
from holdfast.web.saying import say_moment, upper_first

Record = Callable[..., Entry | None]


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the check page."""

    question: str
    answer: str
    slug: str


@dataclass(frozen=True, slots=True)
class Journey:
    """`act` is its word in the address; `details` makes the kind's details out of the forms' cleaned answers."""

    act: str
    name: str
    button: str
    done: str
    after: str
    already: str
    questions: Mapping[str, type[forms.Question]]
    details: Callable[[Mapping[str, Any]], Any]
    write: Record
    fits: frozenset[State]

    def why_not(self, found: Sequence[Episode]) -> str:
        """Why this cannot be recorded for a child with these episodes, in a sentence; empty when it can."""
        if not found:
            return "No missing episode is recorded for this child."
        return "" if found[-1].state in self.fits else self.already

    def record(self, answered: Mapping[str, Any], *, child: str, by: Reader, at: datetime, token: str) -> Entry | None:
        """Write it. Raises NotAllowed or CannotRecord."""
        when = answered["when"].moment
        return self.write(child=child, when=when, details=self.details(answered), by=by, at=at, token=token)


_YES_NO = {"yes": True, "no": False}


def _text(form: Any, name: str) -> str | None:
    return form.cleaned_data[name].strip() or None


def _found(answered: Mapping[str, Any]) -> Found:
    where, how = answered["where"], answered["how"].cleaned_data
    return Found(
        where=_text(where, "where"),
        by=_text(where, "by"),
        harmed=_YES_NO.get(how["harmed"]),
        medical_need=_YES_NO.get(how["medical_need"]),
    )


FOUND = Journey(
    act="found",
    name="Record that a child was found",
    button="Record as found",
    done="{child} is recorded as found",
    after="The child is no longer in the list of missing children. When the child is back at home or placement, "
    "record the return: the time for the return conversation counts from then.",
    questions={"when": forms.WhenFound, "where": forms.FoundWhere, "how": forms.FoundHow},
    already="This child is not missing: a finding or a return is recorded already.",
    details=_found,
    write=record_found,
    fits=frozenset({State.MISSING}),
)
RETURNED = Journey(
    act="returned",
    name="Record that a child has returned",
    button="Record the return",
    done="{child}’s return is recorded",
    after="A return conversation must be offered, by somebody independent of the home and the police.",
    questions={"when": forms.WhenReturned, "to": forms.ReturnedTo},
    details=lambda answered: Returned(to=_text(answered["to"], "to")),
    already="This child’s return is recorded already.",
    write=record_returned,
    fits=frozenset({State.MISSING, State.FOUND}),
)
JOURNEYS: Mapping[str, Journey] = {j.act: j for j in (FOUND, RETURNED)}


def check_lines(answered: Mapping[str, Any], now: datetime) -> list[Answer]:
    """Every answer in words, for the check page."""
    lines = []
    for slug, form in answered.items():
        if isinstance(form, forms.WhenQuestion):
            lines.append(Answer(form.heading, say_moment(form.moment, now), slug))
            continue
        for field in form:
            given = form.cleaned_data[field.name]
            words = dict(getattr(field.field, "choices", ())).get(given, given) or "Not given"
            lines.append(Answer(str(field.label).removesuffix(" (optional)"), upper_first(str(words)), slug))
    return lines
