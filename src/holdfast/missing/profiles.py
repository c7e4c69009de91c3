"""Keeping the profile that a carer holds: what changed, and that somebody read it and found it right."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from datetime import date, datetime

from django.db import transaction

from holdfast.access.queries import Reader
from holdfast.access.rules import Act
from holdfast.access.vault.actions import keep_photograph
from holdfast.child.kinds import Described, Photographed, ProfileConfirmed
from holdfast.child.profile import FACTS, Profile, profile
from holdfast.chronology.actions import append
from holdfast.chronology.draft import Draft
from holdfast.chronology.installed import vocabulary
from holdfast.chronology.models import Chronology
from holdfast.chronology.moment import Moment, Precision
from holdfast.chronology.queries import stories
from holdfast.missing.actions import PAGE, agency_of, must_be_allowed
from holdfast.missing.rules import CannotRecord

NOTHING = "There is nothing to confirm yet: enter what you know"


@transaction.atomic
def keep_profile(
    *, child: str, said: Described, seen: bool | None, shown: str, by: Reader, at: datetime, token: str
) -> None:
    """Store what changed, if anything did, and that the profile is confirmed. What the page did not ask is carried
    over. `shown`: the mark of the profile that the page showed (see `mark`). A second press stores nothing.

    Raises NotAllowed; CannotRecord when somebody else changed the profile meanwhile.
    """
    must_be_allowed(by, Act.RECORD, child, at)
    Chronology.objects.select_for_update().get(ref=child)
    story = stories([child])[child]
    if any(e.source == PAGE and e.occasion == token for e in story.entries):
        return
    before = profile(story)
    if mark(before) != shown:
        raise CannotRecord("Somebody changed this profile meanwhile: read it again below", "looks")
    whole = Described(**{f.name: getattr(said if f.name in FACTS else before.described, f.name) for f in fields(said)})
    facts: list[object] = [whole] if whole != before.described else []
    if not facts and whole == Described():
        raise CannotRecord(NOTHING, "looks")
    facts.append(ProfileConfirmed(by=str(by.person), child_has_seen=seen))
    words, when = vocabulary(), Moment(at.replace(second=0, microsecond=0), Precision.MINUTE)
    drafts = [
        Draft(words.name_of(fact), when, fact, source=PAGE, reference=f"{token}/{n}", occasion=token)
        for n, fact in enumerate(facts, start=1)
    ]
    append(child, drafts, by=by.person.username, agency=agency_of(by), at=at)


@transaction.atomic
def add_photograph(*, child: str, jpeg: bytes, taken: date | None, by: Reader, at: datetime, token: str) -> None:
    """Seal a photograph (see `child.photograph.made_small`) and say in the chronology that it was added. A second press
    adds nothing. Raises NotAllowed, VaultClosed."""
    must_be_allowed(by, Act.RECORD, child, at)
    Chronology.objects.select_for_update().get(ref=child)
    if any(e.source == PAGE and e.occasion == token for e in stories([child])[child].entries):
        return
    fact = Photographed(picture=keep_photograph(by, child, jpeg, at=at), taken=taken)
    when = Moment(at.replace(second=0, microsecond=0), Precision.MINUTE)
    draft = Draft(vocabulary().name_of(fact), when, fact, source=PAGE, reference=f"{token}/1", occasion=token)
    append(child, [draft], by=by.person.username, agency=agency_of(by), at=at)


def mark(shown: Profile) -> str:
    """Which profile a page showed: another one once any part of it changed."""
    said = [(name, str(fact.value), fact.said_at.at.isoformat()) for name, fact in sorted(shown.facts.items())]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]
