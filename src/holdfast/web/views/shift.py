"""The shift handover: what happened, what comes, the note that somebody leaves and somebody else takes over."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from holdfast.access.actions import record_reading
from holdfast.access.queries import Reader
from holdfast.access.rules import Act
from holdfast.missing.shift import children_of_a_shift, shift
from holdfast.sharing.actions import Sender
from holdfast.sharing.handover.shift_notes import WHOEVER, leave_note, left_for, take_over, teams_of
from holdfast.sharing.queries import reading_agencies
from holdfast.sharing.rules import CannotTell
from holdfast.web import shift_words
from holdfast.web.child_words import Names
from holdfast.web.handover_words import say_kept_back
from holdfast.web.watch import who_asks
from holdfast.worktime.words import say_length

MOST_IN_A_NOTE = 100


@require_http_methods(["GET", "POST"])
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """What happened since a time; and, as a form, taking over a note."""
    now, who = datetime.now(UTC), who_asks(request)
    wrong = ""
    if request.method == "POST":
        try:
            if _take_over(who, request.POST.get("note", ""), now):
                return redirect("shift")
            wrong = "That note is not there, or not for you"
        except CannotTell as lacks:
            wrong = lacks.message
    form = shift_words.Since({"time": request.GET.get("time", "")[:40]}, now=now)
    since = form.cleaned_data["time"] if form.is_valid() else now - shift_words.USUAL
    found = shift(who, since, now)
    left = left_for(who, found.children, since)
    alerts, notes, going_on = left.alerts, left.notes, left.going_on[: shift_words.MOST_LINES]
    names = Names((one.entry for one in shift_words.told_in(found)), [one.to_agency for one in alerts])
    parts = shift_words.parts(found, names, now)
    listed = {line.child.child_id for part in parts for line in part.lines}
    listed |= (
        {one.child_id for one in going_on}
        | {one.child_id for one in alerts[: shift_words.MOST_LINES]}
        | {r for note in notes for r in note.children}
    )
    record_reading(who, Act.SEE_IN_LIST, listed, page="shift", at=now)
    shown = {
        "section": "shift",
        "now": now,
        "since": since,
        "form": form,
        "has_error": bool(wrong) or not form.is_valid(),
        "wrong": wrong,
        "parts": [part for part in parts if part.count],
        "quiet": [part.title for part in parts if not part.count],
        "alerts": [
            (one, names.agency(one.to_agency), say_length(now - one.at)) for one in alerts[: shift_words.MOST_LINES]
        ],
        "alert_count": len(alerts),
        "going_on": going_on,
        "waiting": [note for note in notes if note.accepted_at is None],
        "taken": [note for note in notes if note.accepted_at is not None],
        "say_kept_back": say_kept_back,
        "me": who.person.username,
        "may_see_children": who.can(Act.SEE_IN_LIST),
        "may_leave": who.can(Act.RECORD),
    }
    return render(request, "missing/shift.html", shown)


def _take_over(who: Reader, token: str, now: datetime) -> bool:
    try:
        return take_over(who, str(UUID(token)), now)
    except ValueError:
        return False


@require_http_methods(["GET", "POST"])
@never_cache
def note(request: HttpRequest) -> HttpResponse:
    """Leave a note for one team of the person's own agency."""
    now, who = datetime.now(UTC), who_asks(request)
    found = children_of_a_shift(who, now)
    # Those who are missing come first; the others can be handed over on their own pages.
    children = dict(list(found.items())[:MOST_IN_A_NOTE])
    record_reading(who, Act.SEE_IN_LIST, children, page="shift-note", at=now)
    agency = next((p.agency for p in who.posts if p.agency in reading_agencies(who)), "")
    shown = sorted(children.values(), key=lambda c: (c.first, c.child_id))
    form = shift_words.Note(
        request.POST if request.method == "POST" else None,
        children=shown,
        teams=teams_of(agency) if agency else [WHOEVER],
    )
    token = request.POST.get("token", "")[:36] or f"{now.timestamp():.6f}"
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            leave_note(
                said["children"], said["words"], team=said["team"], agency=agency,
                sender=Sender(who.person.username, str(who.person), agency), token=token, at=now,
            )  # fmt: skip
            return redirect("shift")
        except CannotTell as lacks:
            form.add_error(lacks.field if lacks.field in form.fields else None, lacks.message)
    page = {"section": "shift", "form": form, "token": token, "children": shown, "may_leave": who.can(Act.RECORD)}
    page["more"] = len(found) - len(children)
    return render(request, "missing/shift_note.html", page | {"has_error": form.is_bound and bool(form.errors)})
