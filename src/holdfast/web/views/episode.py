"""One episode: the search and what was learned, the return conversations, and one page for each thing to record."""

from __future__ import annotations

import secrets
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from holdfast.access.models import Agency
from holdfast.chronology.kinds import Audience
from holdfast.missing.actions import record_in_episode
from holdfast.missing.conversations import Row, counts, ledger
from holdfast.missing.kinds import Category, CategoryChanged
from holdfast.missing.picture import Episode, State
from holdfast.missing.rules import CannotRecord
from holdfast.missing.telling import tellings
from holdfast.web import child_words, report_words
from holdfast.web.episode_deeds import Deed
from holdfast.web.episode_purposes import PURPOSES, deed_form
from holdfast.web.errors import may_not
from holdfast.web.views.children import shown_of
from holdfast.web.views.opened import Opened, open_child
from holdfast.web.views.report import tell

_SALT = "holdfast.web.episode"
_KEPT_FOR = 12 * 60 * 60  # seconds
_SEARCH = (
    "missing.told", "missing.not_told", "missing.sighted", "missing.risk_graded", "missing.category_changed",
    "missing.action_taken",
    "missing.strategy_meeting_held", "missing.publicity_decided", "missing.found_told",
    "missing.police_interview_held", "missing.named",
)  # fmt: skip
_AFTER = (
    "missing.interview_words", "missing.interview_learned", "missing.named", "missing.action_agreed",
    "missing.action_done",
)  # fmt: skip


def _links(page: str, opened: Opened) -> list[tuple[str, str]]:
    mine = opened.page.audiences
    return [(what, p.link) for what, p in PURPOSES.items() if p.page == page and p.audience & mine]


def _lines(episode: Episode, kinds: tuple[str, ...], opened: Opened) -> Any:
    """What was recorded of these kinds, newest first, with who said so."""
    chosen = {e.id for e in episode.entries if e.kind in kinds}
    lines = [line for line in opened.page.lines if line.entry.id in chosen]
    names = child_words.Names(e for line in lines for e in (line.entry, *line.replaced))
    return child_words.timeline_lines(lines, names, opened.now)


@require_GET
@never_cache
def search(request: HttpRequest, ref: str) -> HttpResponse:
    """The latest episode: gradings with their reasons, sightings, actions, meetings, publicity; what was learned."""
    opened = open_child(request, ref)
    last = opened.page.episodes[-1] if opened.page.episodes else None
    shown = {
        "episode": last,
        "lines": _lines(last, _SEARCH, opened) if last else (),
        "links": _links("search", opened),
        "row": child_words.episode_rows(opened.page)[:1],
        "tellings": tellings(opened.page.story, last) if last else (),
    }
    return render(request, "missing/episode/search.html", {**shown_of(opened, "episodes"), **shown})


@require_GET
@never_cache
def conversations(request: HttpRequest, ref: str) -> HttpResponse:
    """The ledger: every offer, refusal and new offer of every episode, held or not, in time or not."""
    opened = open_child(request, ref)
    rows = ledger(opened.page.episodes)
    last = opened.page.episodes[-1] if opened.page.episodes else None
    shown = {
        "rows": [(row, _steps(row)) for row in reversed(rows)],
        "counts": counts(rows),
        "lines": _lines(last, _AFTER, opened) if last else (),
        "links": _links("conversations", opened) if last and last.ended else [],
        "number": last.number if last else 0,
    }
    return render(request, "missing/episode/conversations.html", {**shown_of(opened, "episodes"), **shown})


def _steps(row: Row) -> list[tuple[str, Any, str]]:
    """Each step in words: what, when, what is known of it."""
    independent = {True: "independent", False: "not independent", None: "independence not told"}
    found = []
    for entry in row.steps:
        said = [entry.details.sentence()]
        if entry.kind != "missing.interview_declined":
            said.append(independent[entry.details.independent])
        else:
            said += [
                part for part in (entry.details.reason, entry.details.by and f"said by {entry.details.by}") if part
            ]
        found.append((", ".join(said), entry.occurred, getattr(entry.details, "own_reason", None) or ""))
    return found


@require_http_methods(["GET", "POST"])
@never_cache
def record(request: HttpRequest, ref: str, what: str) -> HttpResponse:
    """One thing to record with the latest episode."""
    opened = open_child(request, ref)
    if not opened.page.may_record:
        return may_not(request)
    purpose = PURPOSES.get(what)
    if purpose is None or not opened.page.episodes:
        raise Http404
    if not purpose.audience & opened.page.audiences:
        return may_not(request)
    episode = opened.page.episodes[-1]
    data = request.POST if request.method == "POST" else None
    police = Agency.objects.filter(kind=Audience.POLICE.value).order_by("name").values_list("code", "name")
    forces = tuple(police) if what == "police" else ()
    form = deed_form(what, data, now=opened.now, child=opened.page.child.first, forces=forces)
    form.initial = {"who": request.GET.get("who", "")}  # the page of the search says of whom nothing is recorded
    token = one_press(request, ref, what)
    if request.method == "POST" and form.is_valid() and _recorded(form, what, episode, opened, token):
        return redirect(purpose.page, ref)
    shown = {
        "form": form,
        "parts": report_words.parts(form),
        "has_error": bool(form.errors),
        "token": page_token(ref, what, token),
        "back": reverse(purpose.page, args=[ref]),
        "episode": episode,
    }
    return render(request, "missing/episode/record.html", {**shown_of(opened, "episodes"), **shown})


def _recorded(form: Deed, what: str, episode: Episode, opened: Opened, token: str) -> bool:
    details = PURPOSES[what].details(form)
    try:
        done = record_in_episode(
            child=opened.page.ref,
            episode=episode.number,
            details=details,
            when=form.moment,
            by=opened.who,
            at=opened.now,
            token=token,
        )
    except CannotRecord as error:
        field = {"words": "appeal"}.get(error.field, error.field)
        form.refuse(error.message, field if field in form.fields else "")
        return False
    if done is not None and details == CategoryChanged(Category.MISSING) and _is_away(episode):
        # Nobody was asked to search for a child whose whereabouts were known.
        told = episode.reported
        tell(opened, Category.MISSING, force=told.details.force if told else None, token=token, entry=done.id)
    return True


def _is_away(episode: Episode) -> bool:
    return episode.category is Category.AWAY and episode.state is State.MISSING


def page_token(ref: str, what: str, token: str) -> str:
    """What a form carries, so that a second press of its button is known again."""
    return signing.dumps([ref, what, token], salt=_SALT)


def one_press(request: HttpRequest, ref: str, what: str) -> str:
    """The same for a second press of the same page's button, another for every page that is opened."""
    try:
        carried = signing.loads(request.POST.get("page", ""), salt=_SALT, max_age=_KEPT_FOR)
    except signing.BadSignature:
        carried = None
    if isinstance(carried, list) and carried[:2] == [ref, what]:
        return str(carried[2])
    return secrets.token_urlsafe(9)
