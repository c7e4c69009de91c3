"""Sessions that must end, limits that were reached, and children asked for in vain.

A session ends after a shift, and as soon as a post that it rests on has ended. What a limit or a miss leaves behind
is written after the view's own transaction was rolled back: the view read and served nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from holdfast.access.actions import OverLimit, note_limit, note_miss
from holdfast.access.limits import SESSION_AT_MOST
from holdfast.access.models import Person
from holdfast.access.queries import held_posts

_SINCE = "signed_in_at"
_POSTS = "posts"


class NotOpened(Http404):
    """There is no such child, or not for this reader."""


def begin_session(sender: object, request: HttpRequest, user: Person, **_: Any) -> None:
    """What a new session rests on. A session without it holds nothing open."""
    now = datetime.now(UTC)
    request.session[_SINCE] = now.isoformat()
    request.session[_POSTS] = _held(user, now)


def _held(person: Person, at: datetime) -> list[int]:
    return sorted(held_posts(person, at).values_list("pk", flat=True))


def still_holds(session: Any, person: Person, at: datetime) -> bool:
    """Whether a session still stands: it is not older than a shift, and no post that it rests on has ended."""
    since, posts = session.get(_SINCE), session.get(_POSTS)
    if since is None or posts is None or at - datetime.fromisoformat(since) >= SESSION_AT_MOST:
        return False
    return set(posts) <= set(_held(person, at))


class Watch:
    """Stands after Django's own authentication and before the check that somebody is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        if isinstance(person, Person) and not still_holds(request.session, person, datetime.now(UTC)):
            logout(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        now = datetime.now(UTC)
        if isinstance(error, OverLimit):
            note_limit(request.user, error.limit, now)  # type: ignore[arg-type]
            return over_limit(request)
        if isinstance(error, NotOpened):
            note_miss(request.user, now)  # type: ignore[arg-type]
        return None


def over_limit(request: HttpRequest) -> HttpResponse:
    """The page that says why nothing more opens, and what still does."""
    return render(request, "errors/over_limit.html", status=429)
