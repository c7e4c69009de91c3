"""Builders that read like the field: `an_entry("missing.noticed", "2026-11-20T22:40Z")`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from holdfast.chronology.actions import append, open_chronology
from holdfast.chronology.draft import Draft
from holdfast.chronology.moment import Moment
from holdfast.config.vocabulary import vocabulary


def at(text: str) -> datetime:
    """An aware time in UTC."""
    return Moment.parse(text).at


def a_draft(kind: str, when: str, /, *, reference: str = "", source: str = "", **details: Any) -> Draft:
    return Draft(kind, Moment.parse(when), vocabulary().read(kind, details), source=source, reference=reference)


def a_child(*drafts: Draft, ref: str | None = None, agency: str = "MAR", known_at: str = "2026-01-05T09:00Z") -> str:
    """A child with these entries, each recorded five minutes after it happened."""
    ref = open_chronology(ref=ref)
    append(ref, [a_draft("child.known", known_at)], by="okafor", agency=agency, at=at(known_at))
    for draft in drafts:
        append(ref, [draft], by="okafor", agency=agency, at=draft.occurred.at + timedelta(minutes=5))
    return ref
