"""Where the child lives: what is kept, a value shown for a reason, and who was shown it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from holdfast.access.actions import CannotDecide, NotForThem
from holdfast.access.vault import actions
from holdfast.access.vault.keys import VaultClosed
from holdfast.access.vault.places import SAID, Place
from holdfast.access.vault.rows import VaultReveal
from holdfast.web.errors import may_not
from holdfast.web.second_factor import fresh_factor
from holdfast.web.vault_forms import Keep, Reveal
from holdfast.web.views.children import shown_of
from holdfast.web.views.opened import Opened, open_child

SHOWN_FOR = 60  # seconds
CLOSED = "The vault cannot be opened now, so nothing was shown or kept. Ring the number on this page"


@sensitive_post_parameters("kept_value")
@require_http_methods(["GET", "POST"])
@never_cache
def where(request: HttpRequest, ref: str) -> HttpResponse:
    """What is kept, place by place, without any value; and a form that keeps one."""
    opened = open_child(request, ref)
    page = opened.page
    if not page.may_reveal or (request.method == "POST" and not page.may_keep_place):
        return may_not(request)
    form = Keep(request.POST if request.method == "POST" else None, auto_id="keep_%s")
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            actions.keep(opened.who, ref, Place(asked["place"]), asked["kept_value"], at=opened.now)
            return redirect("where", ref)
        except CannotDecide as lacks:
            form.add_error(lacks.field, lacks.message)
        except NotForThem:
            return may_not(request)
        except VaultClosed:
            form.add_error(None, CLOSED)
    return _page(request, opened, keep=form, wrong=form)


@sensitive_variables("shown")
@require_POST
@never_cache
@fresh_factor()
def reveal(request: HttpRequest, ref: str) -> HttpResponse:
    """One value, shown once in the answer to this form. The reading and the reason are written before it leaves."""
    opened = open_child(request, ref)
    if not opened.page.may_reveal:
        return may_not(request)
    form = Reveal(request.POST, auto_id="reveal_%s")
    if form.is_valid():
        place = Place(form.cleaned_data["place"])
        try:
            shown = actions.reveal(opened.who, ref, place, reason=form.cleaned_data["reason"], at=opened.now)
            answer = render(
                request,
                "access/revealed.html",
                {**shown_of(opened, "where"), "what": SAID[place], "lines": shown.text.splitlines(), "row": shown.row},
            )
            # The page goes by itself, with no script: a screen that is left open must not go on telling.
            answer["Refresh"] = f"{SHOWN_FOR}; url={reverse('where', args=[ref])}"
            return answer
        except CannotDecide as lacks:
            form.add_error(lacks.field, lacks.message)
        except NotForThem:
            return may_not(request)
        except VaultClosed:
            form.add_error(None, CLOSED)
    return _page(request, opened, keep=Keep(auto_id="keep_%s"), wrong=form)


def _page(request: HttpRequest, opened: Opened, *, keep: forms.Form, wrong: forms.Form) -> HttpResponse:
    ref = opened.page.ref
    standing = actions.kept(ref)
    shown: dict[str, Any] = {
        "kept": [(SAID[s.place], s) for s in standing],
        "reveals": [(SAID[Place(r.value.place)], r) for r in _reveals(opened)],
        "keep": keep if opened.page.may_keep_place else None,
        "reveal": wrong if isinstance(wrong, Reveal) else _reveal_form(standing),
        "wrong": wrong,
        "has_error": bool(wrong.errors),
    }
    return render(request, "access/where.html", {**shown_of(opened, "where"), **shown})


def _reveals(opened: Opened) -> list[VaultReveal]:
    return actions.reveals_of(opened.page.ref) if opened.page.may_see_readers else []


def _reveal_form(standing: list[actions.Standing]) -> Reveal | None:
    """Asks only for what is there; nothing is there, nothing is asked."""
    there = [(s.place.value, SAID[s.place]) for s in standing if s.newest]
    if not there:
        return None
    form = Reveal(auto_id="reveal_%s", initial={"place": there[0][0]} if len(there) == 1 else None)
    form.fields["place"].choices = there  # type: ignore[attr-defined]
    return form
