"""Work that nobody holds because somebody left, and whether each person's post is still right."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from holdfast.access.actions import CannotDecide, NotForThem, record_reading
from holdfast.access.attesting.actions import confirm_post, may_confirm, posts_to_confirm
from holdfast.access.queries import Reader
from holdfast.access.rules import Act
from holdfast.sharing.leaving.actions import answer_work, offer_work
from holdfast.sharing.leaving.queries import MOST_SHOWN, managed, work_for
from holdfast.sharing.leaving.rows import Work, WorkOffered
from holdfast.web.errors import may_not
from holdfast.web.plain_forms import PlainForm
from holdfast.web.second_factor import fresh_factor
from holdfast.web.watch import who_asks

_WORK = {
    Work.WORKER: "To be the child’s worker",
    Work.SEARCH: "The search",
    Work.ACTION: "An agreed action",
    Work.REPORT: "A report that was begun",
}


class To(PlainForm):
    """Who is asked to take it over."""

    username = forms.CharField(
        label="User name of the person who takes it over",
        max_length=150,
        error_messages={"required": "Enter the user name of the person who takes it over"},
    )


class WhyNot(PlainForm):
    """Why somebody does not take it over."""

    reason = forms.CharField(label="Why can you not take it?", max_length=2000, required=False)


@require_http_methods(["GET", "POST"])
@never_cache
def work(request: HttpRequest) -> HttpResponse:
    """What is offered to this reader, and, for a manager, what nobody holds."""
    now, who = datetime.now(UTC), who_asks(request)
    failed: tuple[str, forms.Form] | None = None
    if request.method == "POST":
        try:
            failed = _decide(request, who, now)
        except NotForThem:
            return may_not(request)
        if failed is None:
            return redirect("work")
    nobody, offered = work_for(who, now)
    shown = nobody[:MOST_SHOWN]
    record_reading(who, Act.SEE_IN_LIST, [w.child for w in shown] + [o.child_id for o in offered], page="work", at=now)
    key, wrong = failed or ("", None)
    context = {
        "is_manager": bool(managed(who)),
        "nobody": [(w, wrong if wrong and key == w.key else To(auto_id=f"{n}_%s")) for n, w in enumerate(shown)],
        "more": len(nobody) - len(shown),
        "offered": [
            (o, _WORK[Work(o.work)], wrong if wrong and key == str(o.pk) else WhyNot(auto_id=f"{o.pk}_%s"))
            for o in offered
        ],
        "wrong": wrong,
        "has_error": wrong is not None,
    }
    return render(request, "sharing/work.html", context)


def _decide(request: HttpRequest, who: Reader, now: datetime) -> tuple[str, forms.Form] | None:
    """None when it is done; else the key of what was asked, and its form with what is wrong."""
    decision, key = request.POST.get("decision", ""), request.POST.get("work", "")
    form: Any = To(request.POST) if decision == "offer" else WhyNot(request.POST)
    if decision not in ("offer", "accept", "refuse"):
        raise NotForThem
    if not form.is_valid():
        return key, form
    try:
        if decision == "offer":
            offer_work(who, key, username=form.cleaned_data["username"], at=now)
        else:
            reason = form.cleaned_data["reason"]
            answer_work(who, _offer(key), accepts=decision == "accept", reason=reason, at=now)
    except CannotDecide as lacks:
        form.add_error(lacks.field if lacks.field in form.fields else None, lacks.message)
        return key, form
    return None


def _offer(number: str) -> WorkOffered:
    try:
        found = WorkOffered.objects.filter(pk=UUID(number)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotForThem
    return found


@require_http_methods(["GET", "POST"])
@never_cache
@fresh_factor()
def posts(request: HttpRequest) -> HttpResponse:
    """Every post of the agencies that this reader answers for: is it still right? Names no child."""
    now, who = datetime.now(UTC), who_asks(request)
    agencies = managed(who)
    if not agencies:
        return may_not(request)
    listed = posts_to_confirm(agencies, now)
    if request.method == "POST":
        wanted = set(request.POST.getlist("post"))
        chosen = [one.post for one in listed if str(one.post.pk) in wanted]
        if len(chosen) != len(wanted):
            raise Http404
        try:
            for post in chosen:
                confirm_post(who, post, now)
        except NotForThem:
            return may_not(request)
        return redirect("posts")
    rows = [(one, may_confirm(who, one.post), one.is_due(now), one.is_off(now)) for one in listed]
    return render(request, "access/posts.html", {"rows": rows, "late": sum(1 for r in rows if r[2])})
