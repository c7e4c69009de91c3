"""The paper pack: what goes on by hand when systems are down. Made by a named person, for a reason, logged."""

from __future__ import annotations

from datetime import UTC, datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from holdfast.access.models import Agency
from holdfast.access.rules import Act
from holdfast.chronology.kinds import Audience
from holdfast.missing.actions import print_paper_pack
from holdfast.sharing.queries import telephone_numbers
from holdfast.web.paper import blank_form, on_paper
from holdfast.web.plain_forms import PlainForm
from holdfast.web.watch import who_asks


class Why(PlainForm):
    """Why the pack is printed."""

    reason = forms.CharField(
        label="Why do you print it?",
        max_length=300,
        help_text="For example: for the duty desk this weekend. Your name and this reason are kept",
        error_messages={"required": "Enter why you print it"},
    )


@require_http_methods(["GET", "POST"])
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """The question why; and, once it is answered, the pack itself."""
    now, who = datetime.now(UTC), who_asks(request)
    form = Why(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "missing/paper/why.html", {"section": "missing", "form": form, "has_error": form.errors})
    reason = " ".join(form.cleaned_data["reason"].split())
    rows = print_paper_pack(who, now, reason=reason)
    agencies = list(Agency.objects.order_by("name").values_list("code", "name", "kind"))
    shown = {
        "section": "missing",
        "at": now,
        "reason": reason,
        "by": str(who.person),
        "children": on_paper(rows, now),
        "may_see_children": who.can(Act.SEE_IN_LIST),
        "numbers": telephone_numbers({code: name for code, name, _ in agencies}),
        "questions": blank_form(now, [(code, name) for code, name, kind in agencies if kind == Audience.POLICE]),
    }
    return render(request, "missing/paper/pack.html", shown)
