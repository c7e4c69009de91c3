"""Found and returned: one question a page, the answers checked, then recorded, then how the clocks answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from holdfast.chronology.entry import Entry
from holdfast.chronology.story import Story
from holdfast.missing.actions import NotAllowed
from holdfast.missing.rules import CannotRecord
from holdfast.web import child_words
from holdfast.web.child_duties import answers
from holdfast.web.drafts import Draft, draft_of, is_what_was_shown
from holdfast.web.errors import may_not
from holdfast.web.journeys import JOURNEYS, Journey, check_lines
from holdfast.web.views.opened import Opened, open_child

INSTANT = timedelta(microseconds=1)


def _draft(request: HttpRequest, opened: Opened, act: str) -> Draft:
    journey = JOURNEYS.get(act)
    if journey is None:
        raise Http404
    last = opened.page.episodes[-1].number if opened.page.episodes else 0
    return draft_of(request, journey, opened.page.ref, opened.page.child.first, last)


def _shown(opened: Opened, **more: Any) -> dict[str, Any]:
    page = opened.page
    who = {"age": child_words.age(page), "signs": child_words.signs(page), "section": "missing"}
    return {"page": page, **who, **more}


@require_GET
@never_cache
def begin(request: HttpRequest, ref: str, act: str) -> HttpResponse:
    """The first question that has no answer yet."""
    opened = open_child(request, ref)
    if not opened.page.may_record:
        return may_not(request)
    draft = _draft(request, opened, act)
    return _cannot(request, opened, draft) or _onward(draft, opened)


def _cannot(request: HttpRequest, opened: Opened, draft: Draft) -> HttpResponse | None:
    """The page that says at the start, not after the last question, that this is recorded already."""
    why = draft.journey.why_not(opened.page.episodes)
    if not why:
        return None
    return render(request, "recording/cannot.html", _shown(opened, draft=draft, why=why), status=409)


def _onward(draft: Draft, opened: Opened) -> HttpResponse:
    slug = draft.next_question(opened.now)
    if slug is None:
        return redirect("check", draft.ref, draft.journey.act)
    return redirect("question", draft.ref, draft.journey.act, slug)


@require_http_methods(["GET", "POST"])
@never_cache
def question(request: HttpRequest, ref: str, act: str, slug: str) -> HttpResponse:
    opened = open_child(request, ref)
    if not opened.page.may_record:
        return may_not(request)
    draft = _draft(request, opened, act)
    if slug not in draft.journey.questions:
        raise Http404
    if request.method == "GET" and (cannot := _cannot(request, opened, draft)):
        return cannot
    form = draft.form(slug, opened.now, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        draft.answer(slug, form, opened.now)
        draft.keep(request)
        return _onward(draft, opened)
    shown = _shown(opened, form=form, draft=draft, back=_back(draft, slug), has_error=bool(form.errors))
    return render(request, form.template, shown)


def _back(draft: Draft, slug: str) -> str:
    slugs = list(draft.journey.questions)
    place = slugs.index(slug)
    if place == 0:
        return reverse("child", args=[draft.ref])
    return reverse("question", args=[draft.ref, draft.journey.act, slugs[place - 1]])


@require_http_methods(["GET", "POST"])
@never_cache
def check(request: HttpRequest, ref: str, act: str) -> HttpResponse:
    opened = open_child(request, ref)
    if not opened.page.may_record:
        return may_not(request)
    draft = _draft(request, opened, act)
    if draft.next_question(opened.now) is not None:
        return _onward(draft, opened)
    answered = draft.forms(opened.now)
    refused = ""
    if request.method == "POST" and not is_what_was_shown(request, draft):
        refused = "Your answers were changed in another window. Check them again: nothing was recorded"
    elif request.method == "POST":
        try:
            draft.journey.record(answered, child=ref, by=opened.who, at=opened.now, token=draft.token)
        except NotAllowed:
            return may_not(request)
        except CannotRecord as error:
            refused = error.message
        else:
            draft.forget(request)
            return redirect("done", ref, act, draft.token)
    lines = check_lines(answered, opened.now)
    return render(
        request,
        "recording/check.html",
        _shown(opened, draft=draft, lines=lines, refused=refused, has_error=bool(refused)),
    )


@require_GET
@never_cache
def done(request: HttpRequest, ref: str, act: str, token: str) -> HttpResponse:
    """What happened, and how the clocks answered: the story as known just before against the story now."""
    opened = open_child(request, ref)
    journey = JOURNEYS.get(act)
    entry = next((e for e in opened.page.story.entries if e.reference == token), None)
    if journey is None or entry is None:
        raise Http404
    shown = _shown(
        opened, journey=journey, entry=entry, answered=clocks(opened, entry), heading=_heading(journey, opened)
    )
    return render(request, "recording/done.html", shown)


def _heading(journey: Journey, opened: Opened) -> str:
    return journey.done.format(child=opened.page.child.first or "The child")


def clocks(opened: Opened, entry: Entry) -> Any:
    """How every clock of this child answered one entry."""
    story = opened.page.story
    before = Story.of(story.ref, story.entries, story.vocabulary, as_known_at=entry.recorded_at - INSTANT)
    after = Story.of(story.ref, story.entries, story.vocabulary, as_known_at=entry.recorded_at)
    return answers(before, after, max(opened.now, entry.recorded_at))
