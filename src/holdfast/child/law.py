"""What the law requires for one child: the story put to the statute of the installation's nation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from holdfast.chronology.story import Story
from holdfast.duties.engine import obligations
from holdfast.duties.obligation import Obligation, Status, status
from holdfast.duties.rule import Nation
from holdfast.duties.sentences import because
from holdfast.duties.statute import statute


@dataclass(frozen=True, slots=True)
class Owed:
    """An obligation, how it stands at the time of asking, and its reason in one sentence."""

    obligation: Obligation
    status: Status
    because: str


def obligations_of(story: Story, *, as_at: datetime | None = None) -> tuple[Obligation, ...]:
    """In due order. Without `as_at`, with what will begin by itself later (see `duties.engine.obligations`)."""
    standing = story.standing if as_at is None else tuple(e for e in story.standing if e.occurred.at <= as_at)
    return obligations(standing, statute(), nation=Nation(settings.NATION), vocabulary=story.vocabulary, as_at=as_at)


def owed(story: Story, as_at: datetime) -> tuple[Owed, ...]:
    """Every obligation that has started by a time, with its standing and its reason."""
    return tuple(Owed(o, status(o, as_at), because(o)) for o in obligations_of(story, as_at=as_at))
