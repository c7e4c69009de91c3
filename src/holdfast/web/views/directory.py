"""Signing in through an agency's own directory, and joining one's account there.

None of these runs in a transaction: they wait for somebody else's server, and an entry must never wait with them.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from holdfast.access.actions import CannotDecide
from holdfast.access.directory.actions import end_join, join_own
from holdfast.access.directory.queries import (
    directories,
    directory_of,
    holds_post_at,
    joined_as,
    joins_of,
    must_use_directory,
    works_only_at,
)
from holdfast.access.directory.refusals import NotBelieved, NotReached, Why
from holdfast.access.directory.rows import Directory
from holdfast.access.directory.signing_in import Errand, where_to, who_came
from holdfast.access.directory.tokens import Said
from holdfast.access.models import Person
from holdfast.access.vault.keys import VaultClosed
from holdfast.web.directory_errands import Sent, TooMuchKept, came_back, send
from holdfast.web.second_factor import fresh_factor
from holdfast.web.sign_in_limits import LEFT, ONLY_THERE, WAIT, SignInAttempt, may_leave
from holdfast.web.sign_in_page import Kept, safe_address, sign_in_page
from holdfast.web.views.sign_in_steps import after_password, kept_fields
from holdfast.web.watch import who_asks

SILENT = "Your agency’s sign-in does not answer. Try again in a minute, or use your Holdfast password"
NOT_GOOD = "Your agency’s sign-in did not work. Try again, or use your Holdfast password"
NO_SUCH = "No agency with that code signs in here through its own account"
TOO_MUCH = (
    "What you entered is too long to be kept while you are at your agency’s sign-in. It is still in this page: copy it "
    "first, or sign in with your Holdfast password"
)
NOT_ANEW = "Your agency’s sign-in did not ask who you are. Sign out there, then join again"
ONLY = "Your agency lets its people in through its own account alone: ask whoever runs Holdfast to end this"
_JOINED_AS = "joined_account"  # in a session, once: what the account that was just joined is known as
_log = logging.getLogger("holdfast.directory")


def return_address(directory: UUID) -> str:
    """Where this directory, and no other, sends people back (RFC 9700, 4.4.2.2): the house's own, whatever name the
    request used. With one for all, a bent directory could have another's code brought to itself."""
    return settings.ADDRESS + reverse("agency-back", args=[directory])


@transaction.non_atomic_requests
@login_not_required
@require_POST
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """Somebody chose their agency: away to its sign-in. What they had typed is kept."""
    kept, address = kept_fields(request), safe_address(request, request.POST.get("next", ""))
    directory = directory_of(request.POST.get("agency", "")[:60])
    if directory is None:
        return sign_in_page(request, kept=kept, address=address, problem=NO_SUCH)
    errand = Errand.new(directory)
    if SignInAttempt.of(request, errand.state).must_wait or not may_leave(request, errand.state):
        return sign_in_page(request, kept=kept, address=address, problem=WAIT)
    try:
        return _leave(request, directory, errand, person=None, address=address, kept=kept)
    except TooMuchKept:
        return sign_in_page(request, kept=kept, address=address, problem=TOO_MUCH, status=413)
    except (NotReached, VaultClosed) as silent:
        _note(silent)
        return sign_in_page(request, kept=kept, address=address, problem=SILENT, status=503)


def _leave(
    request: HttpRequest, directory: Directory, errand: Errand, *, person: int | None, address: str, kept: Kept
) -> HttpResponse:
    """The page that sends the browser on. A redirect after a form would be stopped by our own policy for forms."""
    there = where_to(directory, errand, return_address(directory.pk), anew=person is not None)
    send(request, errand, datetime.now(UTC), person=person, address=address, kept=kept)
    return render(request, "session/leave.html", {"there": there, "agency": directory.agency})


@transaction.non_atomic_requests
@login_not_required
@require_GET
@never_cache
def back(request: HttpRequest, came_by: UUID) -> HttpResponse:
    """Somebody comes back by a directory's own address, with its answer in it."""
    now = datetime.now(UTC)
    sent = came_back(request, now)
    if sent is not None and sent.person is not None:
        return _join(request, came_by, sent, now)
    kept, address = (sent.kept, sent.address) if sent else ([], "/")
    tried = SignInAttempt.of(request, sent.errand.state if sent else "no errand")
    if tried.must_wait:
        return sign_in_page(request, kept=kept, address=address, problem=WAIT)
    try:
        directory, said = _answer(request, came_by, sent, now)
    except (NotReached, VaultClosed) as silent:
        _note(silent)
        return sign_in_page(request, kept=kept, address=address, problem=SILENT, status=503)
    except NotBelieved as wrong:
        _note(wrong)
        if sent is not None:
            tried.refused(None)
        return sign_in_page(request, kept=kept, address=address, problem=NOT_GOOD, status=403)
    return _let_on(request, directory, said, now, kept, address)


def _let_on(
    request: HttpRequest, directory: Directory, said: Said, now: datetime, kept: Kept, address: str
) -> HttpResponse:
    """The directory said who it is: on as after a password, if this is somebody's account and they may sign in."""
    joined = joined_as(directory, said.subject)
    if joined is None:
        return sign_in_page(request, kept=kept, address=address, not_joined=directory.agency, status=403)
    person = joined.person
    refused = SignInAttempt.of(request, person.username).refused(person)
    if not refused and not (person.is_active and holds_post_at(person, directory.agency_id, now)):
        refused = LEFT
    if not refused and must_use_directory(person, now, directory):
        refused = ONLY_THERE
    if refused:
        return sign_in_page(request, kept=kept, address=address, problem=refused, status=403)
    proved = said.by_factor(directory.factor, now) and works_only_at(person, directory.agency_id, now)
    return after_password(request, person, kept, address, joined=str(joined.pk), proved=proved)


def _answer(request: HttpRequest, came_by: UUID, sent: Sent | None, now: datetime) -> tuple[Directory, Said]:
    """The directory that was asked, and what it said. Raises NotBelieved, NotReached, VaultClosed."""
    if sent is None or not sent.is_good or str(came_by) != sent.errand.directory:
        raise NotBelieved(Why.STATE)
    answer = {name: request.GET.getlist(name) for name in ("code", "iss", "error")}
    if any(len(values) > 1 for values in answer.values()):
        raise NotBelieved(Why.CLAIMS)
    directory = (
        Directory.objects.filter(pk=sent.errand.directory, ended_at__isnull=True).select_related("agency").first()
    )
    if directory is None:
        raise NotBelieved(Why.STATE)
    given = {name: values[0] for name, values in answer.items() if values}
    return directory, who_came(directory, sent.errand, given, return_address(directory.pk), now)


def _note(problem: Exception) -> None:
    """Written down in words of ours alone: nothing that a directory said, and nobody's name."""
    why = problem.why.value if isinstance(problem, NotBelieved) else "the keys of the vault cannot be read"
    _log.warning("sign-in through a directory stopped: " + why)


@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
@never_cache
@fresh_factor()
def account(request: HttpRequest) -> HttpResponse:
    """A person's own accounts: which are joined, joining one, ending one. Both ask for a fresh factor."""
    who, now = who_asks(request), datetime.now(UTC)
    if "end" in request.POST:
        number = _number(request.POST["end"])
        joined = joins_of(who.person).get(str(number))
        if joined is not None and joined.directory.only:
            return _accounts(request, who.person, ONLY, status=403)
        if number and end_join(who.person, number, by=who.person, at=now):
            return redirect("agency-account")
    elif "agency" in request.POST:
        directory = directory_of(request.POST["agency"][:60])
        if directory is not None and holds_post_at(who.person, directory.agency_id, now):
            try:
                return _leave(
                    request, directory, Errand.new(directory), person=who.person.pk, address="/agency-account", kept=[]
                )
            except (NotReached, VaultClosed) as silent:
                _note(silent)
                return _accounts(request, who.person, SILENT, status=503)
    return _accounts(request, who.person)


def _number(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _accounts(request: HttpRequest, person: Person, problem: str = "", status: int = 200) -> HttpResponse:
    joins, agencies = joins_of(person), {post.agency for post in who_asks(request).posts}
    listed = [
        (one, joins.get(str(one.pk))) for one in directories() if one.agency_id in agencies or str(one.pk) in joins
    ]
    shown = {"listed": listed, "problem": problem, "has_error": bool(problem)}
    shown["joined_as"] = request.session.pop(_JOINED_AS, "")
    return render(request, "session/agency_account.html", shown, status=status)


def _join(request: HttpRequest, came_by: UUID, sent: Sent, now: datetime) -> HttpResponse:
    """Whoever went out signed in comes back to join the account; only in the same session as they went."""
    person = request.user
    if not isinstance(person, Person) or person.pk != sent.person:
        _note(NotBelieved(Why.STATE))
        return sign_in_page(request, kept=[], address=sent.address, problem=NOT_GOOD, status=403)
    try:
        directory, said = _answer(request, came_by, sent, now)
        if not said.proved_since(sent.since, now):  # the account may be of whoever sat here before
            raise NotBelieved(Why.NOT_ANEW)
        join_own(directory, person, said.subject, now)
    except (NotReached, VaultClosed) as silent:
        _note(silent)
        return _accounts(request, person, SILENT, status=503)
    except NotBelieved as wrong:
        _note(wrong)
        return _accounts(request, person, NOT_ANEW if wrong.why is Why.NOT_ANEW else NOT_GOOD, status=403)
    except CannotDecide as lacks:
        return _accounts(request, person, lacks.message, status=409)
    update_session_auth_hash(request, person)
    request.session[_JOINED_AS] = said.known_as
    return redirect("agency-account")
