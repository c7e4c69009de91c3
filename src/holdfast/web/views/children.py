"""One child: where things stand, the chronology, everything the law has asked, missing episodes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from holdfast.child.law import took_over
from holdfast.chronology.story import Story
from holdfast.missing.patterns.queries import may_see_patterns
from holdfast.missing.queries import LISTED_RULES
from holdfast.web import child_words, pattern_words
from holdfast.web.child_chronology import SUBJECTS, known_on, narrowed, pages_of
from holdfast.web.child_duties import beside, coming, duties
from holdfast.web.duty_groups import duty_groups
from holdfast.web.forms import KnownThen
from holdfast.web.missing_words import page_links
from holdfast.web.protection_words import notices
from holdfast.web.views.opened import Opened, open_child

LATEST = 8
MOST_DUTIES = 8  # a page that a tired person reads; the rest is one link away


def shown_of(opened: Opened, here: str) -> dict[str, Any]:
    """What every page about a child shows: the identity bar and the way to the other pages."""
    page = opened.page
    tabs = [("child", "Where things stand"), ("duties", "What the law requires"), ("chronology", "Chronology"),
            ("episodes", "Missing episodes"), ("profile", "Profile"), ("told", "Who was told")]  # fmt: skip
    if may_see_patterns(opened.who):
        tabs.append(("child-shared", "Shared with others"))
    if page.may_reveal:
        tabs.append(("where", "Where the child lives"))
    if page.may_see_readers:
        tabs.append(("readers", "Who has looked"))
    if page.may_protect:
        tabs.append(("protection", "Who may open"))
    if page.may_keep:
        tabs.append(("child-keeping", "How long it is kept"))
    if here == "child-demands":
        tabs.append(("child-demands", "Requests for immigration purposes"))
    return {
        "section": "missing",
        "page": page,
        "age": child_words.age(page),
        "signs": child_words.signs(page),
        "notices": notices(opened, with_looks=here == "child"),
        "tabs": [
            {"text": words, "href": reverse(name, args=[page.ref]), "current": name == here} for name, words in tabs
        ],
    }


@require_GET
@never_cache
def child(request: HttpRequest, ref: str) -> HttpResponse:
    opened = open_child(request, ref)
    page = opened.page
    latest = page.lines[:LATEST]
    entries = (e for line in latest for e in (line.entry, *line.replaced))
    names = child_words.Names(entries, [page.child.authority, *took_over(page.story)])
    shown = {
        "summary": child_words.summary(page, names),
        "duties": duties(
            page.obligations, opened.now, first=LISTED_RULES if page.open_episode else "", agency=names.agency
        ),
        "coming": coming(page.to_come, opened.now),
        "most_duties": MOST_DUTIES,
        "lines": child_words.timeline_lines(latest, names, opened.now),
        "earlier": len(page.lines) - len(latest),
        "episodes": child_words.episode_rows(page)[:5],
        "links": pattern_words.confirmed(page.story),
    }
    return render(request, "children/child.html", {**shown_of(opened, "child"), **shown})


@require_GET
@never_cache
def what_the_law_requires(request: HttpRequest, ref: str) -> HttpResponse:
    opened = open_child(request, ref)
    names = child_words.Names((), took_over(opened.page.story))
    groups, links = duty_groups(duties(opened.page.obligations, opened.now, agency=names.agency), request.GET)
    return render(request, "children/duties.html", {**shown_of(opened, "duties"), "groups": groups, "pages": links})


@require_GET
@never_cache
def known_then(request: HttpRequest, ref: str) -> HttpResponse:
    """What the law required at a moment in the past: as it was known then, and as it is known today."""
    opened = open_child(request, ref)
    story, typed = opened.page.story, {name: request.GET.get(name, "") for name in KnownThen.base_fields}
    form = KnownThen(typed if any(typed.values()) else None, now=opened.now)
    shown: dict[str, Any] = {"form": form, "has_error": bool(form.errors)}
    if form.is_valid():
        at = form.cleaned_data["at"]
        then = Story.of(ref, story.entries, story.vocabulary, as_known_at=at)
        rows = beside(then, story, at)
        later = [e for e in story.entries if e.recorded_at > at and e.occurred.at <= at]
        shown |= {"at": at, "rows": rows, "changed": sum(row.differs for row in rows), "later": len(later)}
    return render(request, "children/then.html", {**shown_of(opened, "duties"), **shown})


@require_GET
@never_cache
def chronology(request: HttpRequest, ref: str) -> HttpResponse:
    form, as_known_at = known_on(request.GET)
    opened = open_child(request, ref, as_known_at=as_known_at)
    lines = narrowed(opened.page.lines, request.GET.get("subject", ""))
    part, number, count = pages_of(lines, request.GET.get("page", ""))
    taken_back = opened.page.taken_back if number == 1 else ()
    told = [e for line in part for e in (line.entry, *line.replaced)]
    names = child_words.Names([*told, *(one.entry for one in taken_back)])
    shown = {
        "form": form,
        "has_error": bool(form.errors),
        "subjects": SUBJECTS,
        "subject": request.GET.get("subject", ""),
        "lines": child_words.timeline_lines(part, names, opened.now),
        "taken_back": [(one, names.sentence(one.entry)) for one in taken_back],
        "total": len(lines),
        "pages": page_links(number, count, request.GET),
    }
    return render(request, "children/chronology.html", {**shown_of(opened, "chronology"), **shown})


@require_GET
@never_cache
def episodes(request: HttpRequest, ref: str) -> HttpResponse:
    opened = open_child(request, ref)
    shown = {"episodes": child_words.episode_rows(opened.page)}
    return render(request, "children/episodes.html", {**shown_of(opened, "episodes"), **shown})
