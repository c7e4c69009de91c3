"""What a partner's own system asks with a key: its agency's notices, and what a named person there answers.

No cookie opens anything here, and a key opens nothing else. Each answer that carries a child's reference is a reading.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from holdfast.access.actions import record_reading
from holdfast.access.queries import Reader
from holdfast.access.rules import Act
from holdfast.sharing.actions import Sender, answered, hold_notice, opened
from holdfast.sharing.handover.actions import AcceptedAlready, accept, refuse
from holdfast.sharing.handover.queries import waiting_for
from holdfast.sharing.handover.rows import Handover
from holdfast.sharing.handover.shift_notes import with_notes
from holdfast.sharing.models import Message
from holdfast.sharing.picture import Standing
from holdfast.sharing.queries import access_to, waiting_notices
from holdfast.sharing.rules import CannotTell, What
from holdfast.web import partner_api
from holdfast.web.errors import problem_for_systems
from holdfast.web.views.handovers import kept_back
from holdfast.web.watch import NotOpened, who_asks

_LIST = 100


def _asked_by_a_system(method: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """With a key (`watch.Watch` looks), or nothing. Browsers' own protection against forged forms is for cookies, and
    no cookie is read here."""

    def around(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_not_required
        @csrf_exempt
        @never_cache
        @require_http_methods([method])
        @wraps(view)
        def asked(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
            if not hasattr(request, "reader"):
                answer = problem_for_systems("This needs a key that holds: ask whoever runs Holdfast", 401)
                answer["WWW-Authenticate"] = "Bearer"
                return answer
            try:
                return view(request, *arguments, **named)
            except CannotTell as lacks:
                return problem_for_systems(lacks.message, 422, field=lacks.field)

        return asked

    return around


@login_not_required
@require_http_methods(["GET"])
def description(request: HttpRequest) -> HttpResponse:
    """What may be asked, for machines. Nothing of anybody is in it."""
    return JsonResponse(partner_api.description())


@_asked_by_a_system("GET")
def notices(request: HttpRequest) -> HttpResponse:
    now, who = datetime.now(UTC), who_asks(request)
    alone = [told.message for told in waiting_notices(who, now, at_most=_LIST) if told.message.child_id]
    asked = _asked(who, now)
    found = sorted((*alone, *asked), key=lambda message: (message.made_at, message.reference))
    record_reading(who, Act.SEE_IN_LIST, [m.child_id for m in found if m.child_id], page="partner-list", at=now)
    lines = [partner_api.waiting(message, is_asked=message.handover_id is not None) for message in found]
    return JsonResponse({"notices": lines, "at": partner_api.time(now)})


def _asked(who: Reader, now: datetime) -> list[Message]:
    """Of every handover that waits for this agency, the last message that asked it."""
    handovers = [ladder.handover.pk for ladder in waiting_for(who, now, at_most=_LIST).asked]
    rows = Message.objects.filter(handover__in=handovers, to_agency__in=who.agencies, rung__isnull=False)
    return list({message.handover_id: message for message in rows.order_by("made_at", "pk")}.values())


@_asked_by_a_system("GET")
def notice(request: HttpRequest, reference: str) -> HttpResponse:
    now, who = datetime.now(UTC), who_asks(request)
    message, known = _theirs(reference, who, now)
    words = message.notice
    if message.handover_id:
        of = with_notes(who, Handover.objects.filter(pk=message.handover_id), now).first()
        words = (kept_back(of, access_to(who, of.child_id, {message.to_agency}, "", now)) if of else "") or words
    record_reading(who, Act.SEE_IN_LIST, [message.child_id or ""], page="partner-notice", at=now)
    if message.from_agency not in who.agencies:
        opened(message, known, Sender.of(who), now)
    return JsonResponse(partner_api.notice(message, known, words))


@_asked_by_a_system("POST")
def answer(request: HttpRequest, reference: str, answered_so: str) -> HttpResponse:
    now, who = datetime.now(UTC), who_asks(request)
    message, _ = _theirs(reference, who, now)
    by, reason = partner_api.said(request.body, wants_reason=answered_so == "refused")
    try:
        _answer(message, answered_so, Sender.of(who), now, by=by, reason=reason)
    except _NothingToRefuse:
        return problem_for_systems("This notice asks nobody to take anything over: it cannot be refused", 409)
    except AcceptedAlready as before:
        theirs = before.answer
        event = {"by": theirs.name, "agency": theirs.agency, "at": partner_api.time(theirs.at), "reason": ""}
        if (theirs.by, theirs.name) != (who.person.username, by) or answered_so == "refused":
            return problem_for_systems("Somebody accepted it before", 409, accepted=event)
    record_reading(who, Act.SEE_IN_LIST, [message.child_id or ""], page="partner-answer", at=now)
    return JsonResponse(partner_api.standing(*_theirs(reference, who, now)))


class _NothingToRefuse(Exception):
    """A notice that tells, and asks nobody to take anything over."""


def _answer(message: Message, so: str, who: Sender, now: datetime, *, by: str, reason: str) -> None:
    if so == "received":
        answered(message, What.RECEIVED, who, now, name=by)
    elif message.handover is None and so == "refused":
        raise _NothingToRefuse
    elif message.handover is None:
        answered(message, What.ACCEPTED, who, now, name=by)
    elif so == "refused":
        refuse(message.handover, who, now, name=by, reason=reason)
    else:
        accept(message.handover, who, now, name=by)


def _theirs(reference: str, who: Reader, now: datetime) -> tuple[Message, Standing]:
    """A notice about a child that is for this agency, held. Raises NotOpened."""
    found = hold_notice(reference)
    if found is None or found[0].child_id is None:
        raise NotOpened
    message, known = found
    if not access_to(who, found[0].child_id, {message.to_agency}, "", now).as_recipient:
        raise NotOpened
    return message, known
