"""Requests for immigration purposes: written down and refused, weighed by two, counted for everybody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from holdfast.access.actions import CannotDecide, NotForThem, record_reading
from holdfast.access.demand.actions import approve_demand, demands_for, demands_of, note_demand, note_told, state_of
from holdfast.access.demand.counts import published
from holdfast.access.demand.rows import Demand
from holdfast.access.demand.words import SAID_PURPOSE, SAID_WANTS, Purpose, State, Wants
from holdfast.access.rules import Act
from holdfast.web.demand_forms import Approve, NoteDemand, Told
from holdfast.web.errors import may_not
from holdfast.web.second_factor import fresh_factor
from holdfast.web.views.children import shown_of
from holdfast.web.views.opened import open_child
from holdfast.web.watch import who_asks

_STATES = {
    State.REFUSED: "Refused",
    State.ALLOWED: "Two approved: it may be told for 7 days",
    State.TOLD: "Told",
    State.LAPSED: "Two approved and nobody told in time: refused",
}


def _said(demand: Demand, at: datetime) -> dict[str, Any]:
    return {
        "demand": demand,
        "purpose": SAID_PURPOSE[Purpose(demand.purpose)],
        "wants": SAID_WANTS[Wants(demand.wants)],
        "state": _STATES[state_of(demand, at)],
        "approvals": list(demand.approvals.all()),
        "told": getattr(demand, "told", None),
    }


@login_not_required
@require_GET
def counter(request: HttpRequest) -> HttpResponse:
    """The counts, for everybody."""
    return render(request, "access/counter.html", {"quarters": published(datetime.now(UTC))})


@require_http_methods(["GET", "POST"])
@never_cache
def of_child(request: HttpRequest, ref: str) -> HttpResponse:
    """One child's requests, and a form that writes one down. Whatever is entered, the answer is no."""
    opened = open_child(request, ref)
    if not opened.page.may_note_demand:
        return may_not(request)
    asked = request.POST.get("demand", "") if request.method == "POST" else ""
    form: forms.Form = Told(request.POST) if asked else NoteDemand(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if asked:
                note_told(opened.who, _one_of(ref, asked), what=given["what"], at=opened.now)
            else:
                words = {"asked_by": given["asked_by"], "asker": given["asker"]}
                purpose, wants = Purpose(given["purpose"]), Wants(given["wants"])
                note_demand(opened.who, ref, **words, purpose=purpose, wants=wants, at=opened.now)
            return redirect("child-demands", ref)
        except CannotDecide as lacks:
            form.add_error(lacks.field, lacks.message)
        except NotForThem:
            return may_not(request)
    known = [
        {**_said(d, opened.now), "telling": Told(auto_id=f"told-{d.pk}_%s")
         if state_of(d, opened.now) is State.ALLOWED else None}
        for d in demands_of(ref)
    ]  # fmt: skip
    shown = {
        "demands": known,
        "form": NoteDemand() if asked else form,
        "wrong": form,
        "has_error": bool(form.errors),
    }
    return render(request, "access/child_demands.html", {**shown_of(opened, "child-demands"), **shown})


def _one_of(ref: str, number: str) -> Demand:
    found = next((d for d in demands_of(ref) if str(d.pk) == number), None)
    if found is None:
        raise Http404
    return found


@require_GET
@never_cache
def waiting(request: HttpRequest) -> HttpResponse:
    """What the reader may weigh."""
    now = datetime.now(UTC)
    who = who_asks(request)
    found = demands_for(who, now)
    record_reading(who, Act.WEIGH_DEMAND, [d.child_id for d in found], page="demands", at=now)
    return render(request, "access/demands.html", {"demands": [_said(d, now) for d in found]})


@require_http_methods(["GET", "POST"])
@never_cache
@fresh_factor()
def weigh(request: HttpRequest, number: str) -> HttpResponse:
    """One request, in front of one of the two who could let it through."""
    now = datetime.now(UTC)
    who = who_asks(request)
    try:
        demand = next(d for d in demands_for(who, now) if d.pk == UUID(number))
    except (StopIteration, ValueError):
        raise Http404 from None
    record_reading(who, Act.WEIGH_DEMAND, [demand.child_id], page="demand", at=now)
    form = Approve(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            approve_demand(who, demand, law=form.cleaned_data["law"], reason=form.cleaned_data["reason"], at=now)
            return redirect("demands")
        except CannotDecide as lacks:
            form.add_error(lacks.field, lacks.message)
        except NotForThem:
            raise Http404 from None
    shown = {**_said(demand, now), "form": form, "has_error": bool(form.errors)}
    return render(request, "access/demand.html", shown)
