"""Answers on their way into the record: kept between question pages, lost by nobody.

They are kept in the session and travel, signed, in a hidden field of every question page as well: when a session
ends in the middle of a report, the next press of a button brings all of them back.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core import signing
from django.http import HttpRequest

from holdfast.web.journeys import Journey

_SALT = "holdfast.web.drafts"
_KEPT_FOR = 12 * 60 * 60  # seconds: longer than any shift
_ANSWERED_AT = "answered_at"  # no question has a field of this name


@dataclass(slots=True)
class Draft:
    """The answers so far, by question. `token` makes a second press of the last button the same entry. `episode` is
    the number of the one that they are about: a child who goes again is asked about anew."""

    journey: Journey
    ref: str
    child: str
    episode: int = 0
    token: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    answers: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def _key(self) -> str:
        return f"{self.journey.act}/{self.ref}/{self.episode}"

    @property
    def signed(self) -> str:
        """For the hidden field."""
        return signing.dumps([self._key, self.token, self.answers], salt=_SALT, compress=True)

    def keep(self, request: HttpRequest) -> None:
        kept = request.session.get("drafts", {})
        kept[self._key] = [self.token, self.answers]
        request.session["drafts"] = kept

    def forget(self, request: HttpRequest) -> None:
        kept = request.session.get("drafts", {})
        kept.pop(self._key, None)
        request.session["drafts"] = kept

    def form(self, slug: str, now: datetime, data: Any = None) -> Any:
        """The form of one question, bound to what was posted or answered before, else empty."""
        question = self.journey.questions[slug]
        given, at = data, now
        if data is None and (given := self.answers.get(slug)) and _ANSWERED_AT in given:
            at = datetime.fromisoformat(given[_ANSWERED_AT])
        return question(given, now=at, child=self.child)

    def answer(self, slug: str, form: Any, now: datetime) -> None:
        """Keep the answers of one question, as they were typed, with the time: "yesterday", typed before midnight, is
        still the same day when the answers are checked after it."""
        typed = {name: str(form.data.get(name, "")) for name in form.fields if name in form.data}
        self.answers[slug] = {**typed, _ANSWERED_AT: now.isoformat()}

    def next_question(self, now: datetime) -> str | None:
        """The first question without a good answer; None when the answers can be checked."""
        slugs = self.journey.questions
        return next((s for s in slugs if s not in self.answers or not self.form(s, now).is_valid()), None)

    def forms(self, now: datetime) -> dict[str, Any]:
        """Every question with its cleaned answers. Only when `next_question` is None."""
        found = {slug: self.form(slug, now) for slug in self.journey.questions}
        for form in found.values():
            form.is_valid()
        return found


def is_what_was_shown(request: HttpRequest, draft: Draft) -> bool:
    """Whether the answers that are kept are those on the page whose button was pressed: another window may have changed
    them meanwhile."""
    if "so_far" not in request.POST:
        return True
    try:
        _, _, answers = signing.loads(request.POST["so_far"], salt=_SALT, max_age=_KEPT_FOR)
    except (signing.BadSignature, ValueError):
        return False
    return bool(answers == draft.answers)


def draft_of(request: HttpRequest, journey: Journey, ref: str, child: str, episode: int) -> Draft:
    """The draft of this act for this episode of this child: from the session, else from the page that was posted, else
    a new one."""
    draft = Draft(journey, ref, child, episode)
    kept = request.session.get("drafts", {}).get(draft._key)
    if kept is None and "so_far" in request.POST:
        try:
            key, *travelled = signing.loads(request.POST["so_far"], salt=_SALT, max_age=_KEPT_FOR)
            kept = travelled if key == draft._key else None
        except signing.BadSignature:
            kept = None
    if kept is not None:
        draft.token, draft.answers = kept[0], kept[1]
    return draft
