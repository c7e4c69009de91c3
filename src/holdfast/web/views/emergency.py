"""Opening one child in an emergency, and saying that one knows a child."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from holdfast.access.actions import CannotDecide, NotForThem, note_miss, open_in_an_emergency, record_reading
from holdfast.access.queries import may_do
from holdfast.access.review import own_emergencies
from holdfast.access.rules import Act, may_break_glass
from holdfast.access.shields.actions import declare_own_conflict
from holdfast.web.errors import may_not
from holdfast.web.protection_forms import Emergency, OwnConflict, tidy
from holdfast.web.second_factor import fresh_factor
from holdfast.web.watch import who_asks

NOBODY = "No child with that reference can be opened. Check it with whoever gave it to you"


@require_http_methods(["GET", "POST"])
@never_cache
@fresh_factor()
def emergency(request: HttpRequest) -> HttpResponse:
    """One page: the reference, the reason, and the child is open. Somebody else looks at why afterwards."""
    now = datetime.now(UTC)
    who = who_asks(request)
    if not may_break_glass(who.posts):
        return may_not(request)
    form = Emergency(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        ref, asked = form.cleaned_data["reference"], form.cleaned_data
        if may_do(who, Act.OPEN, ref, now):
            return redirect("child", ref)
        try:
            open_in_an_emergency(who, ref, reason=asked["reason"], hours=int(asked["hours"]), at=now)
        except CannotDecide as lacks:
            form.add_error(lacks.field, lacks.message)
        except NotForThem:
            note_miss(who.person, now, [ref])
            form.add_error("reference", NOBODY)
        else:
            return redirect("child", ref)
    held = own_emergencies(who.person, now)
    record_reading(who, Act.SEE_IN_LIST, [one.child_id for one in held], page="emergency-list", at=now)
    shown = {"form": form, "has_error": bool(form.errors), "open": held}
    return render(request, "access/emergency.html", shown)


@require_http_methods(["GET", "POST"])
@never_cache
def conflict(request: HttpRequest) -> HttpResponse:
    """Anybody can say that they know a child. The answer is the same whether or not there is such a child."""
    now = datetime.now(UTC)
    form = OwnConflict(request.POST if request.method == "POST" else None)
    is_done = False
    if request.method == "POST" and form.is_valid():
        who = who_asks(request)
        try:
            declare_own_conflict(who, tidy(form.cleaned_data["reference"]), reason=form.cleaned_data["reason"], at=now)
            is_done = True
        except CannotDecide as lacks:
            form.add_error(lacks.field, lacks.message)
    shown = {"form": form, "has_error": bool(form.errors), "is_done": is_done}
    return render(request, "access/conflict.html", shown)
