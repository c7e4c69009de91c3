"""What waits for somebody else's look: emergency openings, and limits that were reached."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from holdfast.access.actions import (
    CannotDecide,
    NotForThem,
    record_reading,
    review_emergency,
    review_limit,
)
from holdfast.access.canaries.actions import ReviewedAlready, review_opening
from holdfast.access.canaries.queries import openings_for
from holdfast.access.queries import Reader
from holdfast.access.review import emergencies_to_review, limits_to_review, shields_to_review
from holdfast.access.rules import Act, Outcome
from holdfast.web.protection_forms import Review
from holdfast.web.protection_words import limit_words
from holdfast.web.watch import who_asks


@require_GET
@never_cache
def reviews(request: HttpRequest) -> HttpResponse:
    now = datetime.now(UTC)
    who = who_asks(request)
    waiting = emergencies_to_review(who, now)
    shields = shields_to_review(who, now)
    children = dict.fromkeys([*(w.opening.child_id for w in waiting), *(s.shield.child_id for s in shields)])
    record_reading(who, Act.REVIEW, list(children), page="reviews", at=now)
    reached = [(r, limit_words(r)) for r in limits_to_review(who, now)]
    canaries = openings_for(who.person)
    shown = {"waiting": waiting, "shields": shields, "reached": reached, "canaries": canaries, "now": now}
    return render(request, "access/reviews.html", shown)


@require_http_methods(["GET", "POST"])
@never_cache
def review(request: HttpRequest, number: str) -> HttpResponse:
    """One thing that waits. What is not for this reader, was reviewed already or is not there looks the same."""
    now = datetime.now(UTC)
    who = who_asks(request)
    found = _find(who, number, now)
    form = Review(request.POST if request.method == "POST" else None)
    if "emergency" in found:
        record_reading(who, Act.REVIEW, [found["emergency"].opening.child_id], page="review", at=now)
    if request.method == "POST" and form.is_valid():
        try:
            _record(who, found, form, now)
            return redirect("reviews")
        except CannotDecide as lacks:
            form.add_error(lacks.field, lacks.message)
        except NotForThem:
            raise Http404 from None
    return render(request, "access/review.html", {**found, "form": form, "has_error": bool(form.errors), "now": now})


def _find(who: Reader, number: str, now: datetime) -> dict[str, Any]:
    try:
        wanted = UUID(number)
    except ValueError:
        raise Http404 from None
    for waiting in emergencies_to_review(who, now):
        if waiting.opening.pk == wanted:
            return {"emergency": waiting}
    for reached in limits_to_review(who, now):
        if reached.pk == wanted:
            return {"reached": reached, "words": limit_words(reached)}
    for opening in openings_for(who.person):
        if opening.pk == wanted:
            return {"canary": opening}
    raise Http404


def _record(who: Reader, found: dict[str, Any], form: Review, now: datetime) -> None:
    outcome, note = Outcome(form.cleaned_data["outcome"]), form.cleaned_data["note"]
    if "emergency" in found:
        review_emergency(who, found["emergency"].opening, outcome=outcome, note=note, at=now)
    elif "canary" in found:
        try:
            review_opening(who.person, found["canary"], outcome=outcome, note=note, at=now)
        except ReviewedAlready:
            raise CannotDecide("outcome", "Somebody else has reviewed this meanwhile. Nothing was recorded") from None
    else:
        review_limit(who, found["reached"], outcome=outcome, note=note, at=now)
