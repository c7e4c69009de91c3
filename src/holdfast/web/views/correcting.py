"""Correct when something happened: the old answer is kept, every clock is computed afresh."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from holdfast.chronology.actions import NotInForce
from holdfast.chronology.entry import Entry
from holdfast.chronology.standing import versions_of
from holdfast.missing.actions import NotAllowed, correct_moment
from holdfast.missing.rules import CannotRecord, check_order
from holdfast.web import child_words
from holdfast.web.errors import may_not
from holdfast.web.forms import WhenInstead
from holdfast.web.views.opened import Opened, open_child
from holdfast.web.views.recording import clocks
from holdfast.worktime.uk_clock import uk_time


def _shown(opened: Opened, entry: Entry, **more: Any) -> dict[str, Any]:
    page = opened.page
    who = {"age": child_words.age(page), "signs": child_words.signs(page), "section": "missing"}
    return {"page": page, "entry": entry, "sentence": child_words.Names([entry]).sentence(entry), **who, **more}


def _entry(opened: Opened, number: str) -> Entry:
    entry = next((e for e in opened.page.story.entries if e.id == number), None)
    if entry is None:
        raise Http404
    return entry


@require_http_methods(["GET", "POST"])
@never_cache
def correct(request: HttpRequest, ref: str, number: str) -> HttpResponse:
    opened = open_child(request, ref)
    if not opened.page.may_correct:
        return may_not(request)
    entry = _entry(opened, number)
    if entry not in opened.page.story.standing:
        return render(request, "recording/changed.html", _shown(opened, entry, now=_standing_now(opened, entry)))
    form = WhenInstead(request.POST if request.method == "POST" else None, now=opened.now, initial=_as_it_stands(entry))
    if request.method == "POST" and form.is_valid():
        try:
            check_order(opened.page.story.standing, entry, form.moment)
        except CannotRecord as error:
            form.add_error("day", error.message)
            return _ask(request, opened, entry, form)
        if request.POST.get("confirmed") != "yes":
            return render(request, "recording/check_correction.html", _shown(opened, entry, form=form))
        return _record(request, opened, entry, form)
    return _ask(request, opened, entry, form)


def _ask(request: HttpRequest, opened: Opened, entry: Entry, form: WhenInstead) -> HttpResponse:
    return render(request, "recording/correct.html", _shown(opened, entry, form=form, has_error=bool(form.errors)))


def _record(request: HttpRequest, opened: Opened, entry: Entry, form: WhenInstead) -> HttpResponse:
    try:
        written = correct_moment(child=opened.page.ref, entry=entry.id, when=form.moment, by=opened.who, at=opened.now)
    except NotAllowed:
        return may_not(request)
    except NotInForce as changed:
        return render(request, "recording/changed.html", _shown(opened, entry, now=changed.now), status=409)
    except CannotRecord as error:
        form.add_error("day", error.message)
        return _ask(request, opened, entry, form)
    return redirect("corrected", opened.page.ref, written.id)


@require_GET
@never_cache
def corrected(request: HttpRequest, ref: str, number: str) -> HttpResponse:
    opened = open_child(request, ref)
    entry = _entry(opened, number)
    replaced = versions_of(entry, opened.page.story.entries)
    if not replaced:
        raise Http404
    shown = _shown(opened, entry, before=replaced[0], answered=clocks(opened, entry))
    return render(request, "recording/corrected.html", shown)


def _standing_now(opened: Opened, entry: Entry) -> Entry | None:
    """What stands in the place of an entry that was corrected; None where it was taken back."""
    for standing in opened.page.story.standing:
        if entry in versions_of(standing, opened.page.story.entries):
            return standing
    return None


def _as_it_stands(entry: Entry) -> dict[str, object]:
    local = uk_time(entry.occurred.at)
    parts = {"day": "other", "date_day": local.day, "date_month": local.month, "date_year": local.year}
    if entry.occurred.is_exact:
        return {**parts, "time": f"{local:%H:%M}"}
    if entry.occurred.precision == "hour":
        return {**parts, "time": f"about {local:%H:%M}"}
    return {**parts, "time_unknown": True}
