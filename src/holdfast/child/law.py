"""What the law requires for one child: the story put to the statute of the installation's nation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from holdfast.chronology.installed import vocabulary
from holdfast.chronology.story import Story
from holdfast.duties.engine import obligations
from holdfast.duties.local import BadSettings, read_settings, with_settings
from holdfast.duties.obligation import Obligation, Status, status
from holdfast.duties.rule import Nation
from holdfast.duties.sentences import because
from holdfast.duties.statute import Statute, statute


@dataclass(frozen=True, slots=True)
class Owed:
    """An obligation, and how it stands at the time of asking.

    `is_untold`: it is known from a source that cannot tell whether it was done; it is then never called overdue.
    """

    obligation: Obligation
    status: Status
    is_untold: bool = False

    def because(self, agency: Callable[[str], str] = str) -> str:
        """Its reason in one sentence. `agency` gives the name of an agency by its code."""
        reason = because(self.obligation, agency=agency)
        if self.is_untold:
            return f"{reason} This is known from the yearly return, which does not hold whether it was done."
        return reason


# What a council's yearly return tells. Of anything else that meets a duty, silence there says nothing.
TOLD_BY_A_RETURN = frozenset(
    {
        "care.started",
        "care.continued",
        "care.ended",
        "care.reviewed",
        "placement.started",
        "placement.ended",
        "missing.found",
        "missing.returned",
        "asylum.ceased",
    }
)


def is_untold(obligation: Obligation) -> bool:
    """Whether what started it is known from a yearly return alone, which does not hold what would meet it."""
    if not obligation.start.source.startswith("903/"):
        return False
    return not any(kind in TOLD_BY_A_RETURN for match in obligation.rule.met.matches for kind in match.kinds)


def law_in_use() -> Statute:
    """The statute, with the authority's own settings where the installation has some (HOLDFAST_LOCAL_PROTOCOLS).

    Raises ImproperlyConfigured, naming the file and the protocol, when they cannot be used.
    """
    return _law_with(settings.LOCAL_PROTOCOLS)


@cache
def _law_with(path: str) -> Statute:
    if not path:
        return statute()
    try:
        return with_settings(statute(), read_settings(Path(path).read_text(encoding="utf-8"), vocabulary()))
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"HOLDFAST_LOCAL_PROTOCOLS: {path} cannot be read ({error})") from None
    except BadSettings as error:
        raise ImproperlyConfigured(f"HOLDFAST_LOCAL_PROTOCOLS: {path}: {error}") from None


def obligations_of(story: Story, *, as_at: datetime | None = None) -> tuple[Obligation, ...]:
    """In due order. Without `as_at`, with what will begin by itself later (see `duties.engine.obligations`)."""
    standing = story.standing if as_at is None else tuple(e for e in story.standing if e.occurred.at <= as_at)
    return obligations(standing, law_in_use(), nation=Nation(settings.NATION), vocabulary=story.vocabulary, as_at=as_at)


def owed(story: Story, as_at: datetime) -> tuple[Owed, ...]:
    """Every obligation that has started by a time, with its standing."""
    return tuple(_owed(o, as_at) for o in obligations_of(story, as_at=as_at))


def took_over(story: Story) -> set[str]:
    """The codes of the authorities that a child was transferred to: the reasons of duties that went along name them."""
    return {e.details.to_authority for e in story.standing if e.kind == "care.transferred" and e.details.to_authority}


def _owed(obligation: Obligation, as_at: datetime) -> Owed:
    standing = status(obligation, as_at)
    if standing in (Status.OPEN, Status.OVERDUE) and is_untold(obligation):
        return Owed(obligation, Status.OPEN, is_untold=True)
    return Owed(obligation, standing)
