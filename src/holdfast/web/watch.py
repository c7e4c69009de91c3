"""Sessions that must end, limits that were reached, and children asked for in vain.

A session ends after a shift, after 15 idle minutes, and as soon as a post, or a join to a
directory, that it rests on has ended. What a limit or
a miss leaves behind is written after the view's own transaction was rolled back: the view read and served nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from holdfast.access.actions import OverLimit, note_limit, note_miss
from holdfast.access.canaries.actions import note_refusals
from holdfast.access.directory.queries import posts_through
from holdfast.access.limits import IDLE_AT_MOST, SESSION_AT_MOST
from holdfast.access.models import Person
from holdfast.access.models import Post as PostRow
from holdfast.access.queries import Reader, held_posts, reader_with
from holdfast.access.systems.queries import who_holds
from holdfast.web.errors import problem_for_systems
from holdfast.web.partner_api import is_for_systems
from holdfast.web.second_factor import FACTOR_AT

_SINCE = "signed_in_at"
_POSTS = "posts"
_SEEN = "seen_at"
JOINED = "joined"  # in a session that came through an agency's directory: the join that it rests on
_NOTED_EVERY = timedelta(minutes=1)
_RENEW_THEMSELVES = ("missing-list", "board-list")


class NotOpened(Http404):
    """There is no such child, or not for this reader."""


def begin_session(sender: object, request: HttpRequest, user: Person, **_: Any) -> None:
    """What a new session rests on. A session without it holds nothing open."""
    now = datetime.now(UTC)
    request.session[_SINCE] = now.isoformat()
    request.session[_POSTS] = sorted(post.pk for post in held_posts(user, now))


def still_holds(session: Any, held: list[PostRow], at: datetime) -> bool:
    """Whether a session still stands: it is not older than a shift, and no post that it rests on has ended."""
    since, posts = session.get(_SINCE), session.get(_POSTS)
    if since is None or posts is None or at - datetime.fromisoformat(since) >= SESSION_AT_MOST:
        return False
    if at - datetime.fromisoformat(session.get(_SEEN, since)) >= IDLE_AT_MOST:
        return False
    if settings.SECOND_FACTOR and FACTOR_AT not in session:
        return False
    return set(posts) <= {post.pk for post in held}


def who_asks(request: HttpRequest) -> Reader:
    """The reader who sent this request, with the posts that they held when it came in. Only for pages that ask for
    a sign-in."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    return reader


def note_use(request: HttpRequest, at: datetime) -> None:
    """Somebody is here. Written at most once a minute, so a session ends after 14 to 15 idle minutes; a list that asks
    for itself anew is not somebody."""
    last = datetime.fromisoformat(request.session.get(_SEEN) or request.session[_SINCE])
    if at - last >= _NOTED_EVERY and request.path not in map(reverse, _RENEW_THEMSELVES):
        request.session[_SEEN] = at.isoformat()


class Watch:
    """Stands after Django's own authentication and before the check that somebody is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_for_systems(request.path_info):
            _let_a_system_in(request)
            return self.get_response(request)
        person = request.user
        if isinstance(person, Person):
            now = datetime.now(UTC)
            held = posts_through(person, request.session.get(JOINED, ""), now)
            if still_holds(request.session, held, now):
                request.reader = reader_with(person, held)  # type: ignore[attr-defined]
                note_use(request, now)
            else:
                logout(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        now = datetime.now(UTC)
        wanted = request.resolver_match.kwargs.get("ref") if request.resolver_match else None
        refs = [wanted] if wanted else []
        if isinstance(error, OverLimit):
            note_limit(request.user, error.limit, now)  # type: ignore[arg-type]
            note_refusals(request.user, refs, now)  # type: ignore[arg-type]
            return over_limit(request)
        if isinstance(error, NotOpened):
            note_miss(request.user, now, refs)  # type: ignore[arg-type]
        return None


def _let_a_system_in(request: HttpRequest) -> None:
    """Whose key a partner's system sends. What a browser's cookie says is not asked."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    reader = who_holds(key.strip(), datetime.now(UTC)) if scheme.casefold() == "bearer" else None
    request.user = reader.person if reader else AnonymousUser()
    if reader is not None:
        request.reader = reader  # type: ignore[attr-defined]


def over_limit(request: HttpRequest) -> HttpResponse:
    """The page that says why nothing more opens, and what still does."""
    if is_for_systems(request.path_info):
        return problem_for_systems("Too many were asked for in this hour: a person looks into it", 429)
    return render(request, "errors/over_limit.html", status=429)
