"""The profile that a carer holds for a child: read, kept up to date, confirmed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from holdfast.child.kinds import Described
from holdfast.child.profile import profile
from holdfast.chronology.kinds import Kind
from holdfast.missing.profiles import keep_profile, mark
from holdfast.missing.rules import CannotRecord
from holdfast.web import report_words
from holdfast.web.child_words import Names
from holdfast.web.errors import may_not
from holdfast.web.profile_forms import TITLES, profile_form, say_fact
from holdfast.web.views.children import shown_of
from holdfast.web.views.episode import one_press, page_token
from holdfast.web.views.opened import open_child


@require_http_methods(["GET", "POST"])
@never_cache
def page(request: HttpRequest, ref: str) -> HttpResponse:
    opened = open_child(request, ref)
    kind: Kind = Described.KIND  # type: ignore[attr-defined]
    may_keep = opened.page.may_record and bool(kind.audience & opened.page.audiences)
    if request.method == "POST" and not may_keep:
        return may_not(request)
    known, first = profile(opened.page.story), opened.page.child.first or "the child"
    form = profile_form(request.POST if request.method == "POST" else None, known, now=opened.now, child=first)
    token = one_press(request, ref, "profile")
    if request.method == "POST" and form.is_valid():
        try:
            keep_profile(
                child=ref, said=form.described, seen=form.yes_no("child_has_seen"), by=opened.who, at=opened.now,
                shown=request.POST.get("shown", ""), token=token,
            )  # fmt: skip
            return redirect("profile", ref)
        except CannotRecord as error:
            form.refuse(error.message, error.field)
    confirmed = known.confirmed
    shown = {
        "facts": [
            (TITLES[name].format(child=first), say_fact(known.facts[name].value) if name in known.facts else "",
             known.facts.get(name), known.is_old(name, opened.now))
            for name in TITLES
        ],
        "confirmed": confirmed,
        "confirmed_by": Names([confirmed]).told_by(confirmed, opened.now) if confirmed else "",
        "is_stale": known.is_stale(opened.now),
        "moved": known.moved,
        "form": form,
        "parts": report_words.parts(form),
        "has_error": bool(form.errors),
        "token": page_token(ref, "profile", token),
        "shown": mark(known),
        "may_keep": may_keep,
        "pictured": known.pictured,
        "is_photograph_old": known.is_photograph_old(opened.now),
        "photograph_added": known.photograph.occurred if known.photograph else None,
        "first": first,
    }  # fmt: skip
    return render(request, "children/profile.html", {**shown_of(opened, "profile"), **shown})
