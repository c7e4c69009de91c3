"""How long records are kept: holds, what is past its time, and the two people without whom nothing is erased."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from holdfast.access.actions import CannotDecide, NotForThem, record_reading
from holdfast.access.keeping.actions import answer_erasure, end_hold, put_hold
from holdfast.access.keeping.queries import erasures_for, erasures_of, held_for, holds_of
from holdfast.access.keeping.rows import SAID_SOURCE, Erasure, Hold, Source
from holdfast.access.queries import children_visible
from holdfast.access.rules import Act
from holdfast.erasing.actions import ask
from holdfast.erasing.due import past_their_term, standing_of
from holdfast.erasing.sentences import say_standing, say_term
from holdfast.web.errors import may_not
from holdfast.web.keeping_forms import AnswerErasure, AskErasure, EndHold, PutHold
from holdfast.web.second_factor import fresh_factor
from holdfast.web.views.children import shown_of
from holdfast.web.views.opened import Opened, open_child
from holdfast.web.watch import who_asks

MOST_SHOWN = 200


def state_of(asked: Erasure) -> str:
    """Where an erasure stands, in words."""
    answer = getattr(asked, "answer", None)
    if answer is None:
        return "Waits for a second person"
    if not answer.is_approved:
        return f"Not approved by {answer.by}: {answer.reason}"
    return f"Approved by {answer.by}. The operator erases it with: holdfast keeping erase"


@require_http_methods(["GET", "POST"])
@never_cache
@fresh_factor()
def of_child(request: HttpRequest, ref: str) -> HttpResponse:
    """One child's record: until when it is kept, what holds it, and asking that it be erased."""
    opened = open_child(request, ref)
    if not opened.page.may_keep:
        return may_not(request)
    holds = holds_of(ref)
    shown: dict[str, Any] = {"hold": PutHold(auto_id="hold_%s"), "ask": AskErasure(auto_id="ask_%s")}
    if request.method == "POST":
        try:
            if _decided(request, opened, holds, shown):
                return redirect("child-keeping", ref)
        except NotForThem:
            return may_not(request)
    standing = standing_of(opened.page.story, opened.now, [h for h in holds if not hasattr(h, "ended")])
    asked = erasures_of(ref)
    is_open = any(not hasattr(a, "answer") or a.answer.is_approved for a in asked)
    shown |= {
        "term": say_term(standing.term),
        "stands": say_standing(standing),
        "general": standing.general,
        "may_ask": standing.is_due and not is_open,
        "holds": [
            (h, SAID_SOURCE[Source(h.source)], shown.get(f"end-{h.pk}") or EndHold(auto_id=f"end-{h.pk}_%s"))
            for h in holds
        ],
        "asked": [(a, state_of(a)) for a in asked],
        "has_error": "wrong" in shown,
    }
    return render(request, "access/child_keeping.html", {**shown_of(opened, "child-keeping"), **shown})


def _decided(request: HttpRequest, opened: Opened, holds: list[Hold], shown: dict[str, Any]) -> bool:
    """Do what a form of the page asks. False with the form in `shown` where it lacks something."""
    wanted, ref = request.POST.get("decision", ""), opened.page.ref
    held = next((h for h in holds if f"end-{h.pk}" == wanted), None)
    kinds: dict[str, type[forms.Form]] = {"hold": PutHold, "ask": AskErasure}
    if held is not None:
        kinds[wanted] = EndHold
    if wanted not in kinds:
        raise Http404
    form = shown[wanted] = kinds[wanted](request.POST, auto_id=f"{wanted}_%s")
    if form.is_valid():
        given = form.cleaned_data
        try:
            if held is not None:
                end_hold(opened.who, held, reason=given["reason"], at=opened.now)
            elif wanted == "ask":
                ask(opened.who, ref, reason=given["reason"], at=opened.now)
            else:
                words = {"reference": given["reference"], "reason": given["reason"]}
                put_hold(opened.who, ref, source=Source(given["source"]), **words, at=opened.now)
            return True
        except CannotDecide as lacks:
            form.add_error(lacks.field, lacks.message)
    shown["wrong"] = form
    return False


@require_GET
@never_cache
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, what is held, and what is past its time, for those who decide of it."""
    now, who = datetime.now(UTC), who_asks(request)
    asked, held = erasures_for(who, now), held_for(who, now)
    past = past_their_term(now, children_visible(who, Act.KEEP, now)) if who.can(Act.KEEP) else []
    open_already = {a.child_id for a in asked}
    past = [s for s in past if s.ref not in open_already]
    shown_past = past[:MOST_SHOWN]
    refs = [*(a.child_id for a in asked), *(h.child_id for h in held), *(s.ref for s in shown_past)]
    record_reading(who, Act.KEEP, refs, page="keeping-list", at=now)
    shown = {
        "asked": [(a, state_of(a)) for a in asked],
        "held": [(h, SAID_SOURCE[Source(h.source)]) for h in held],
        "past": [(s, say_standing(s)) for s in shown_past],
        "more": len(past) - len(shown_past),
    }
    return render(request, "access/keeping.html", shown)


@require_http_methods(["GET", "POST"])
@never_cache
@fresh_factor()
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """One record that somebody asked to erase, in front of somebody else who may decide. Opens no child."""
    now, who = datetime.now(UTC), who_asks(request)
    try:
        asked = next(a for a in erasures_for(who, now) if a.pk == UUID(number))
    except (StopIteration, ValueError):
        raise Http404 from None
    record_reading(who, Act.KEEP, [asked.child_id], page="erasure", at=now)
    form = AnswerErasure(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            answer_erasure(who, asked, is_approved=given["decision"] == "yes", reason=given["reason"], at=now)
            return redirect("keeping")
        except CannotDecide as lacks:
            form.add_error(lacks.field, lacks.message)
        except NotForThem:
            raise Http404 from None
    shown = {
        "asked": asked,
        "state": state_of(asked),
        "is_own": asked.by_id == who.person.pk,
        "is_answered": hasattr(asked, "answer"),
        "form": form,
        "has_error": bool(form.errors),
    }
    return render(request, "access/erasure.html", shown)
