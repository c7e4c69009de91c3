"""The shift handover in words, and what its two forms ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms

from holdfast.child.models import ChildRow
from holdfast.missing.shift import LONGEST, Asked, Shift, Still, Told
from holdfast.web import missing_words
from holdfast.web.child_words import Names
from holdfast.web.moment_entry import NotAMoment, read_clock
from holdfast.web.plain_forms import PlainForm
from holdfast.web.saying import say_moment
from holdfast.worktime.uk_clock import LONDON

USUAL = timedelta(hours=12)
MOST_LINES = 30
_LONG = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the child, what is told, and who told it."""

    child: ChildRow
    words: str
    when: str
    told_by: str = ""
    is_loud: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One heading with its lines. `count` is how many there are; at most so many are told on one page."""

    title: str
    lines: tuple[Line, ...]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.lines)


def since_of(typed: str, now: datetime) -> datetime:
    """The latest such time on the UK clock within the last 24 hours; 12 hours ago if nothing is typed. Raises
    NotAMoment."""
    if not typed.strip():
        return now - USUAL
    clock, _ = read_clock(typed.strip())
    local = now.astimezone(LONDON)
    at = datetime.combine(local.date(), clock, LONDON)
    if at > local:
        at = datetime.combine(local.date() - timedelta(days=1), clock, LONDON)
    return max(at.astimezone(now.tzinfo), now - LONGEST)


def told_in(found: Shift) -> list[Told]:
    """The entries that the page tells: of each heading the latest, and no more than a person reads."""
    return [one for of in (*found.happened.values(), found.open_conversations) for one in _latest(of)]


def _latest(of: list[Told]) -> list[Told]:
    return of[-MOST_LINES:]


def parts(found: Shift, names: Names, now: datetime) -> list[Part]:
    """Every heading, also those under which nothing happened."""
    back, still = found.open_conversations, found.still_missing
    late, due = found.became_overdue, found.due
    return [
        *(_told(heading, of, names, now) for heading, of in found.happened.items()),
        Part("Became overdue", tuple(_overdue(one, now) for one in late[:MOST_LINES]), len(late)),
        Part("Due in the next 12 hours", tuple(_due(one, now) for one in due[:MOST_LINES]), len(due)),
        _told("Back, and nobody has held a return conversation", back, names, now),
        Part("Still missing, with nothing new", tuple(_still(one, now) for one in still[:MOST_LINES]), len(still)),
    ]


def _told(title: str, of: list[Told], names: Names, now: datetime) -> Part:
    return Part(title, tuple(_entry(one, names, now) for one in _latest(of)), len(of))


def _entry(one: Told, names: Names, now: datetime) -> Line:
    words = names.sentence(one.entry)
    reason = getattr(one.entry.details, "reason", None)
    return Line(
        one.child,
        f"{words}. {reason}" if reason else words,
        say_moment(one.entry.occurred, now),
        names.told_by(one.entry, now),
    )


def _still(one: Still, now: datetime) -> Line:
    return Line(one.child, "Missing", f"since {say_moment(one.noticed, now)}")


def _overdue(one: Asked, now: datetime) -> Line:
    return Line(one.child, _for(one), missing_words.overdue(one.duty, now).when, is_loud=True)


def _due(one: Asked, now: datetime) -> Line:
    return Line(one.child, _for(one), missing_words.due_next(one.duty, now).when)


def _for(one: Asked) -> str:
    owner = one.duty.responsible.rstrip(",")
    return f"{one.duty.title}, for {owner}" if owner else one.duty.title


class Since(PlainForm):
    """From which time."""

    time = forms.CharField(
        label="What happened since", max_length=20, required=False, help_text="A time in the last 24 hours, such as 7pm"
    )

    def __init__(self, *arguments: Any, now: datetime, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.now = now

    def clean_time(self) -> datetime:
        try:
            return since_of(self.cleaned_data["time"], self.now)
        except NotAMoment as error:
            raise forms.ValidationError(error.message) from None


class Note(PlainForm):
    """What the next shift must know, for which team, about whom."""

    children = forms.MultipleChoiceField(
        label="Whom do you hand over?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Select the children whom you hand over",
            "invalid_choice": "Select children from the list",
        },
    )
    words = forms.CharField(
        label="What must the next shift know and do?",
        max_length=_LONG,
        error_messages={"required": "Enter what the next shift must know"},
    )
    team = forms.ChoiceField(label="Who comes on?", error_messages={"required": "Select the team"})

    def __init__(self, *arguments: Any, children: Iterable[ChildRow], teams: Iterable[str], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        named = [(c.child_id, f"{c.first or c.name or 'Name not known'}, {c.child_id}") for c in children]
        self.fields["children"].choices = named  # type: ignore[attr-defined]
        self.fields["team"].choices = [(team, team) for team in teams]  # type: ignore[attr-defined]
