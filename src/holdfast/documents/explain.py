"""One child told in order: what happened, what the law asked because of it, and who has looked.

For an auditor, a judge, a review five years later. Reading it is a reading like any other: it needs a tie, and it is
written down first.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from holdfast.access.actions import record_reading
from holdfast.access.models import Person
from holdfast.access.queries import audiences_through, door, may_do, reader, readings_of
from holdfast.access.rules import Act
from holdfast.child.law import owed
from holdfast.chronology.installed import vocabulary
from holdfast.chronology.queries import entries_of
from holdfast.chronology.standing import versions_of
from holdfast.chronology.story import Story
from holdfast.duties.sentences import say_moment
from holdfast.worktime.words import say_time


class NotForYou(Exception):
    """There is no such child, or this person may not open them: the two are not told apart."""


@transaction.atomic
def explain_child(ref: str, *, by: str, now: datetime, as_known_at: datetime | None = None) -> list[str]:
    """The lines of the account, for a person by user name. Raises NotForYou, OverLimit."""
    person = Person.objects.filter(username=by, is_active=True).first()
    who = reader(person, now) if person else None
    audiences = audiences_through(door(who.person, ref, now), who, Act.OPEN, now) if who else frozenset()
    if who is None or not audiences:
        raise NotForYou("There is no such child, or not for you.")
    record_reading(who, Act.OPEN, [ref], page="explain", at=now)
    words = vocabulary()
    readable = [e for e in entries_of([ref]).get(ref, ()) if words[e.kind].audience & audiences]
    story = Story.of(ref, readable, words, as_known_at=as_known_at)
    # Who has looked is for the responsible team alone.
    looked = _readers(ref) if may_do(who, Act.SEE_READERS, ref, now) else ()
    return [*_account(story, as_known_at), *_law(story, as_known_at or now), *looked]


def _account(story: Story, as_known_at: datetime | None) -> Iterator[str]:
    known = f", as known on {say_time(as_known_at)}" if as_known_at else ""
    yield f"What happened to {story.ref}{known}"
    for entry in story.standing:
        recorded = f"recorded {say_time(entry.recorded_at)} by {entry.recorded_by or 'an import'}"
        yield f"  {say_moment(entry.occurred)}: {entry.details.sentence()} ({recorded})"
        for before in versions_of(entry, story.entries) if entry.corrects else ():
            yield f"      before: {say_moment(before.occurred)}, recorded {say_time(before.recorded_at)}"


def _law(story: Story, as_at: datetime) -> Iterator[str]:
    yield "What the law required"
    for item in owed(story, as_at):
        rule = item.obligation.rule
        yield f"  {item.status.value.upper()}: {rule.title}. {item.because()}"
        yield f"      {rule.standing.value}: {rule.source.title}, {rule.source.paragraph}"


def _readers(ref: str) -> Iterator[str]:
    yield "Who has looked"
    for reading in readings_of(ref):
        yield f"  {say_time(reading.at)}: {reading.person} ({reading.page})"
