"""What people record about a missing child. Each act is one entry, in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from holdfast.access.queries import Reader, may_do
from holdfast.access.rules import Act
from holdfast.chronology.actions import NotInForce, append
from holdfast.chronology.draft import Draft
from holdfast.chronology.entry import Entry
from holdfast.chronology.installed import vocabulary
from holdfast.chronology.moment import Moment
from holdfast.chronology.queries import stories
from holdfast.missing.kinds import Found, Returned
from holdfast.missing.picture import Episode, episodes
from holdfast.missing.rules import CannotRecord, check_found, check_moment, check_order, check_returned

PAGE = "page"


class NotAllowed(Exception):
    """This person may not do this for this child."""


def _agency(by: Reader) -> str:
    return by.posts[0].agency if by.posts else ""


def _must_be_allowed(by: Reader, act: Act, child: str, at: datetime) -> None:
    if not may_do(by, act, child, at):
        raise NotAllowed


def _latest_episode(child: str) -> Episode:
    found = episodes(stories([child])[child])
    if not found:
        raise CannotRecord("No missing episode is recorded for this child")
    return found[-1]


def _record(
    child: str, details: Found | Returned, when: Moment, *, by: Reader, at: datetime, token: str
) -> Entry | None:
    kind = vocabulary().name_of(details)
    draft = Draft(kind, when, details, source=PAGE, reference=token)
    done = append(child, [draft], by=by.person.username, agency=_agency(by), at=at)
    return done.entries[0] if done.entries else None


@transaction.atomic
def record_found(*, child: str, when: Moment, details: Found, by: Reader, at: datetime, token: str) -> Entry | None:
    """Record that a missing child was found. `token` makes a second press of the button the same entry (then None).

    Raises NotAllowed, or CannotRecord with the words to show beside the question.
    """
    _must_be_allowed(by, Act.RECORD, child, at)
    if not _is_told_already(child, token):
        check_found(_latest_episode(child), when, at)
    return _record(child, details, when, by=by, at=at, token=token)


@transaction.atomic
def record_returned(
    *, child: str, when: Moment, details: Returned, by: Reader, at: datetime, token: str
) -> Entry | None:
    """Record that a child is back. Ends the episode too, where nobody recorded a finding."""
    _must_be_allowed(by, Act.RECORD, child, at)
    if not _is_told_already(child, token):
        check_returned(_latest_episode(child), when, at)
    return _record(child, details, when, by=by, at=at, token=token)


def _is_told_already(child: str, token: str) -> bool:
    return any(e.reference == token and e.source == PAGE for e in stories([child])[child].entries)


@transaction.atomic
def correct_moment(*, child: str, entry: str, when: Moment, by: Reader, at: datetime) -> Entry:
    """Correct when something happened. The old answer is kept; every clock is computed afresh.

    Raises NotAllowed, CannotRecord, or NotInForce when somebody else changed the entry meanwhile.
    """
    _must_be_allowed(by, Act.CORRECT, child, at)
    story = stories([child])[child]
    before = next((e for e in story.standing if e.id == entry), None)
    if before is None:
        if any(e.id == entry for e in story.entries):
            raise NotInForce(next((e for e in story.standing if e.corrects == entry), None))
        raise CannotRecord("That entry does not stand in this chronology")
    check_moment(when, at)
    check_order(story.standing, before, when)
    draft = Draft(before.kind, when, before.details, corrects=before.id, occasion=before.occasion)
    return append(child, [draft], by=by.person.username, agency=_agency(by), at=at).entries[0]
