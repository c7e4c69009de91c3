"""Who has looked at a child, and who may not: shields and conflicts of interest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from holdfast.access.actions import CannotDecide, NotForThem
from holdfast.access.deeds import Conflict
from holdfast.access.limits import shield_due
from holdfast.access.review import conflicts_of, looks_at, named_on_shield
from holdfast.access.shields.actions import declare_conflict, end_conflict, lift_shield, put_shield
from holdfast.missing.queries import reasons_of_packs
from holdfast.web import protection_forms
from holdfast.web.errors import may_not
from holdfast.web.protection_words import visits
from holdfast.web.second_factor import fresh_factor
from holdfast.web.views.children import shown_of
from holdfast.web.views.opened import Opened, open_child


@require_GET
@never_cache
def readers(request: HttpRequest, ref: str) -> HttpResponse:
    opened = open_child(request, ref)
    if not opened.page.may_see_readers:
        return may_not(request)
    looks = looks_at(ref, opened.page.door.ties, opened.emergencies)
    shown = {"visits": visits(looks, reasons_of_packs(looks))}
    return render(request, "access/readers.html", {**shown_of(opened, "readers"), **shown})


def _shield(opened: Opened, form: forms.Form) -> None:
    names = form.cleaned_data["named"].replace(";", ",").split(",")
    asked = form.cleaned_data
    put_shield(
        opened.who, opened.page.ref, named=names, reason=asked["reason"], at=opened.now, instead_of=asked["standing"]
    )


def _lift(opened: Opened, form: forms.Form) -> None:
    asked = form.cleaned_data
    lift_shield(opened.who, opened.page.ref, reason=asked["reason"], at=opened.now, seen=asked["standing"] or 0)


def _conflict(opened: Opened, form: forms.Form) -> None:
    asked = form.cleaned_data
    declare_conflict(opened.who, opened.page.ref, username=asked["username"], reason=asked["reason"], at=opened.now)


# The word that each form on the page sends with it: what it asks, and what it does.
DECISIONS: Mapping[str, tuple[type[forms.Form], Callable[[Opened, forms.Form], None]]] = {
    "shield": (protection_forms.Named, _shield),
    "lift": (protection_forms.Lift, _lift),
    "conflict": (protection_forms.ConflictOf, _conflict),
}


@require_http_methods(["GET", "POST"])
@never_cache
@fresh_factor(unless=lambda request: request.POST.get("decision") == "conflict")
def protection(request: HttpRequest, ref: str) -> HttpResponse:
    opened = open_child(request, ref)
    if not opened.page.may_protect:
        return may_not(request)
    asked = request.POST.get("decision", "") if request.method == "POST" else ""
    if asked == "end-conflict":
        return _end_conflict(request, opened)
    shown: dict[str, Any] = {name: form(auto_id=f"{name}_%s") for name, (form, _) in DECISIONS.items()}
    if request.method == "POST":
        if asked not in DECISIONS:
            raise Http404
        kind, decide = DECISIONS[asked]
        form = shown[asked] = kind(request.POST, auto_id=f"{asked}_%s")
        if form.is_valid():
            try:
                decide(opened, form)
                return redirect("protection", ref)
            except CannotDecide as lacks:
                form.add_error(lacks.field, lacks.message)
            except NotForThem:
                return may_not(request)
        shown["wrong"] = form
    return _page(request, opened, shown)


def _end_conflict(request: HttpRequest, opened: Opened) -> HttpResponse:
    wanted = request.POST.get("conflict", "")
    rows = Conflict.objects.filter(child_id=opened.page.ref)
    conflict = rows.filter(pk=wanted).first() if wanted.isdecimal() else None
    if conflict is None:
        raise Http404
    form = protection_forms.Reason(request.POST, auto_id=f"end-{wanted}_%s")
    if form.is_valid():
        try:
            end_conflict(opened.who, conflict, reason=form.cleaned_data["reason"], at=opened.now)
            return redirect("protection", opened.page.ref)
        except CannotDecide as lacks:
            form.add_error(lacks.field, lacks.message)
        except NotForThem:
            return may_not(request)
    blank = {name: kind(auto_id=f"{name}_%s") for name, (kind, _) in DECISIONS.items()}
    return _page(request, opened, {**blank, "wrong": form, "ending": conflict.pk, "ended": form})


def _page(request: HttpRequest, opened: Opened, shown: dict[str, Any]) -> HttpResponse:
    named = named_on_shield(opened.page.ref)
    shield = shown["shield"]
    if named and not shield.is_bound:  # most often it stays as it is, with a fresh reason
        others = [one.person.username for one in named if one.person_id != opened.who.person.pk]
        shield.initial["named"] = ", ".join(others)
    standing = {
        "named": named,
        "due": shield_due(named[0].shield.at) if named else None,
        "conflicts": [(c, protection_forms.Reason(auto_id=f"end-{c.pk}_%s")) for c in conflicts_of(opened.page.ref)],
        "has_error": "wrong" in shown,
    }
    return render(request, "access/protection.html", {**shown_of(opened, "protection"), **standing, **shown})
