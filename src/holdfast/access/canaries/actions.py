"""Making a record a made-up one, naming who is told, and what happens when one is opened."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.dispatch import Signal

from holdfast.access.canaries.queries import digest_of, made_up, openings_for
from holdfast.access.canaries.rows import Canary, CanaryOpening, CanaryReview, CanaryWatcher
from holdfast.access.models import Person
from holdfast.access.rules import Act, Outcome
from holdfast.chronology.rows import utc

# Lists show a made-up child among others, and whoever reads a list has opened nobody. Nor has whoever looks into what
# somebody else did: the alarm would name the reviewer.
NO_ALARM = frozenset({Act.SEE_IN_LIST, Act.REVIEW, Act.WEIGH_DEMAND, Act.KEEP})
SAID_EVERY = timedelta(hours=1)
REFUSED = "refused"  # stands as the page of an opening that was asked for and not given

# Sent in the transaction that opens the record, with `opening`: whoever carries messages tells the people named.
canary_opened = Signal()


class NotForReview(Exception):
    """There is no such opening, or it is not for this person."""


class ReviewedAlready(Exception):
    """Somebody else has reviewed it meanwhile; nothing was recorded."""


@transaction.atomic
def keep_as_canary(ref: str, at: datetime) -> None:
    """Mark a record as made up. Before anybody could open it: in the transaction that makes it."""
    Canary.objects.create(digest=digest_of(ref), made_at=utc(at))


@transaction.atomic
def note_openings(person: Person, refs: Collection[str], act: Act, *, page: str, at: datetime) -> None:
    """Write down that made-up records among these were opened, and have it told: once an hour for each."""
    if act not in NO_ALARM:
        _note(person, refs, act, page, at)


@transaction.atomic
def note_refusals(person: Person, refs: Collection[str], at: datetime) -> None:
    """Write down that somebody asked for made-up records among these and was refused, and have it told: whoever goes
    looking for children who are not theirs is seen at the first one. Once an hour for each, beside any opening."""
    _note(person, refs, Act.OPEN, REFUSED, at)


def _note(person: Person, refs: Collection[str], act: Act, page: str, at: datetime) -> None:
    for ref in sorted(made_up(refs)):
        lately = CanaryOpening.objects.filter(person=person, digest=digest_of(ref), at__gt=at - SAID_EVERY)
        lately = lately.filter(page=REFUSED) if page == REFUSED else lately.exclude(page=REFUSED)
        if not lately.exists():
            opening = CanaryOpening.objects.create(
                digest=digest_of(ref), person=person, at=utc(at), act=act.value, page=page
            )
            canary_opened.send(CanaryOpening, opening=opening)


@transaction.atomic
def name_watcher(person: Person, at: datetime, *, email: str = "") -> None:
    """From now on this person is told; by e-mail, where an address is given."""
    if email:
        person.email = email
        person.save(update_fields=["email"])
    if not CanaryWatcher.objects.filter(person=person, ended_at__isnull=True).exists():
        CanaryWatcher.objects.create(person=person, since=utc(at))


@transaction.atomic
def end_watcher(person: Person, at: datetime) -> int:
    """This person is told no more. Returns how many namings ended: none where they were not named."""
    return CanaryWatcher.objects.filter(person=person, ended_at__isnull=True).update(ended_at=utc(at))


@transaction.atomic
def review_opening(by: Person, opening: CanaryOpening, *, outcome: Outcome, note: str, at: datetime) -> None:
    """Somebody else's look at an opening. Raises NotForReview, ReviewedAlready."""
    if CanaryReview.objects.filter(opening=opening).exists():
        raise ReviewedAlready
    if opening.pk not in {o.pk for o in openings_for(by)}:
        raise NotForReview
    try:
        with transaction.atomic():
            CanaryReview.objects.create(
                opening=opening, by=by, at=utc(at), outcome=outcome.value, note=" ".join(note.split())
            )
    except IntegrityError:
        raise ReviewedAlready from None
