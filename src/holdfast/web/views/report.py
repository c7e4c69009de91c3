"""Report a child missing: who, one question a page, the answers checked, one act, and what to do now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from holdfast.access.actions import OverLimit, note_miss, record_reading
from holdfast.access.models import Agency
from holdfast.access.queries import SEARCH, search_limit_for
from holdfast.access.rules import Act
from holdfast.child.profile import profile
from holdfast.chronology.entry import Entry
from holdfast.chronology.kinds import Audience
from holdfast.chronology.queries import stories
from holdfast.chronology.story import Story
from holdfast.missing.actions import (
    SECOND_CHILD_WITHIN,
    Reported,
    finish_report,
    forget_report,
    keep_report,
    report,
    report_drafts,
)
from holdfast.missing.kinds import Category
from holdfast.missing.notice import Notice, police_notice
from holdfast.missing.picture import State
from holdfast.missing.queries import children_to_report, report_begun, report_by_token
from holdfast.missing.rules import CannotRecord, decide_category
from holdfast.missing.telling import host_of, tellings
from holdfast.sharing.missing_report import tell_of_report
from holdfast.sharing.queries import told_about
from holdfast.web import child_words, handover_words, report_words, saying
from holdfast.web.errors import may_not
from holdfast.web.profile_forms import prefilled
from holdfast.web.report_draft import Begun, begun_from, report_of
from holdfast.web.report_questions import QUESTIONS, ReportQuestion
from holdfast.web.views.opened import Opened, open_child
from holdfast.web.views.recording import clocks
from holdfast.web.watch import who_asks
from holdfast.worktime.uk_clock import uk_day

MOST_TYPED = 80
_LOOKED_FOR = "looked_for"
_TIMES = ("seen", "when", "call", "paper")


@require_http_methods(["GET", "POST"])
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Which child? Those whom this person may report, by name or reference. A name never stands in an address: what
    was looked for waits in the session."""
    now = datetime.now(UTC)
    who = who_asks(request)
    if request.method == "POST":
        request.session[_LOOKED_FOR] = request.POST.get("name", "")[:MOST_TYPED]
        kept = {"with": request.POST["with"][:24]} if request.POST.get("with") else {}
        return redirect(f"{reverse('report')}?{urlencode({**kept, 'found': 'yes'})}")
    asked = request.session.get(_LOOKED_FOR, "") if "found" in request.GET else ""
    is_search = bool(asked.strip())
    if is_search and (limit := search_limit_for(who.person, now)):
        raise OverLimit(limit)
    shown = children_to_report(who, asked, now)
    refs = [row.child_id for row in (*shown.begun, *shown.found)]
    record_reading(who, Act.SEE_IN_LIST, refs, page=SEARCH if is_search else "report", at=now)
    if is_search and not shown.found:
        note_miss(who.person, now, [asked.strip().upper()])
    return render(
        request,
        "missing/report/start.html",
        {
            "section": "missing",
            "shown": shown,
            "asked": asked,
            "with": request.GET.get("with", "")[:24],
            "may_report": who.can(Act.RECORD),
            "ages": {
                row.child_id: saying.say_age(row.born_on, row.age_standing, row.is_age_disputed, uk_day(now))
                for row in (*shown.begun, *shown.found)
            },
        },
    )


def _begun(opened: Opened, *, with_forces: bool = False) -> Begun:
    page = opened.page
    row = report_begun(opened.who.person, page.ref, opened.now)
    forces = tuple(_agencies(Q(kind=Audience.POLICE.value))) if with_forces else ()
    known = prefilled(profile(page.story))
    return begun_from(page.ref, page.child.first, row, forces, str(opened.who.person), known)


def _agencies(which: Q) -> Iterable[tuple[str, str]]:
    """Code and name of agencies, by name."""
    return Agency.objects.filter(which).order_by("name").values_list("code", "name")


def _shown(opened: Opened, **more: Any) -> dict[str, Any]:
    page = opened.page
    who = {"age": child_words.age(page), "signs": child_words.signs(page), "section": "missing"}
    first = page.child.first or "the child"
    last = page.open_episode
    joins = last if last and last.state is State.MISSING else None
    return {"page": page, **who, "first": first, "joins": joins, **more}


@require_GET
@never_cache
def begin(request: HttpRequest, ref: str) -> HttpResponse:
    """The first question that has no answer yet, or the check page."""
    opened = open_child(request, ref)
    if not opened.page.may_record:
        return may_not(request)
    return _onward(_begun(opened), request.GET.get("with", "")[:24])


def _onward(begun: Begun, with_: str = "") -> HttpResponse:
    slug = begun.next_question()
    if slug is None:
        return redirect("report-check", begun.ref)
    address = reverse("report-question", args=[begun.ref, slug])
    return redirect(f"{address}?{urlencode({'with': with_})}" if with_ and slug == "sure" else address)


@require_http_methods(["GET", "POST"])
@never_cache
def question(request: HttpRequest, ref: str, slug: str) -> HttpResponse:
    opened = open_child(request, ref)
    if not opened.page.may_record:
        return may_not(request)
    begun = _begun(opened, with_forces=slug == "call" or request.method == "POST")
    if slug not in begun.slugs() and not (slug in QUESTIONS and QUESTIONS[slug].is_extra):
        if slug in QUESTIONS:
            return _onward(begun)
        raise Http404
    asked = list(dict.fromkeys([*begun.slugs(), slug]))
    form = begun.form(slug, opened.now, request.POST if request.method == "POST" else None)
    if request.method == "POST" and _is_good(form, slug, begun, opened):
        occasion = _take_shared(begun, request, opened) if slug == "sure" else ""
        begun.answer(slug, form, opened.now)
        keep_report(child=ref, answers=begun.as_text, by=opened.who, at=opened.now, occasion=occasion)
        return _onward(begun)
    shown = _shown(opened, form=form, begun=begun, slug=slug, has_error=bool(form.errors))
    shown |= {
        "parts": report_words.parts(form),
        "back": _back(begun.ref, asked, slug),
        "with": request.POST.get("with", request.GET.get("with", ""))[:24],
        "has_time": slug in _TIMES,
        "from_profile": form.data == {} and slug not in begun.answers and bool(begun.known.get(slug)),
        "pictured": profile(opened.page.story).pictured if slug == "sure" else None,
        "number": asked.index(slug) + 1,
        "count": len(asked),
    }
    return render(request, f"missing/report/{'sure' if slug == 'sure' else 'question'}.html", shown)


def _take_shared(begun: Begun, request: HttpRequest, opened: Opened) -> str:
    """Begin with the answers of another report of this person's own. Returns its token, which joins the two."""
    other = report_by_token(opened.who.person, request.POST.get("with", ""), opened.now)
    if other is None or other.finished_at is None or begun.row is not None:
        return begun.row.occasion if begun.row else ""
    begun.answers = begun_from(begun.ref, begun.child, other).answers
    return other.occasion or other.token


def _is_good(form: ReportQuestion, slug: str, begun: Begun, opened: Opened) -> bool:
    """Whether an answer can stand, also beside the other answers. "I do not know" never throws away what was typed,
    ticked or chosen."""
    if form.is_unknown:
        before = begun.answers.get(slug, {}).get("typed", {})
        fresh = [n for n in form.given if form.given[n] not in (before.get(n), form.filled_in(n))]
        if fresh:
            form.full_clean()
            form.add_error(fresh[0], "You entered an answer here: press Continue to keep it, or clear it first")
            return False
    if not form.is_valid():
        return False
    if slug not in _TIMES:
        return True
    forms = begun.forms(opened.now) | {slug: form}
    try:
        report_drafts(opened.page.story, report_of(forms), opened.now)
    except CannotRecord as error:
        form.refuse(error.message)
        return False
    return True


def _back(ref: str, asked: list[str], slug: str) -> str:
    place = asked.index(slug)
    if place == 0:
        return reverse("child", args=[ref])
    return reverse("report-question", args=[ref, asked[place - 1]])


@require_http_methods(["GET", "POST"])
@never_cache
def check(request: HttpRequest, ref: str) -> HttpResponse:
    opened = open_child(request, ref)
    if not opened.page.may_record:
        return may_not(request)
    begun = _begun(opened, with_forces=True)
    if not begun.can_be_reported:
        return _finished_or_onward(request, begun, opened)
    refused, at_slug = "", "when"
    if request.method == "POST" and request.POST.get("so_far", begun.mark) != begun.mark:
        refused = "Your answers were changed in another window. Check them again: nothing was recorded"
    elif request.method == "POST":
        try:
            return _record(begun, opened)
        except CannotRecord as error:
            refused, at_slug = error.message, error.field
    forms = begun.forms(opened.now)
    answered = report_of(forms)
    shown = _shown(
        opened,
        begun=begun,
        answers=report_words.answers(begun.slugs(), forms, begun.child, opened.now),
        refused=refused,
        at_slug=at_slug,
        has_error=bool(refused),
        decision=decide_category(answered.whereabouts.whereabouts, answered.worries.worries),
        notice=_preview(begun, opened),
    )
    return render(request, "missing/report/check.html", shown)


def _finished_or_onward(request: HttpRequest, begun: Begun, opened: Opened) -> HttpResponse:
    """A second press of the last button leads to what the first press recorded."""
    done = report_by_token(opened.who.person, request.POST.get("token", ""), opened.now)
    if done is not None and done.finished_at is not None and done.child_id == begun.ref:
        return redirect("report-done", begun.ref, done.token)
    return _onward(begun)


def _record(begun: Begun, opened: Opened) -> HttpResponse:
    row = begun.row
    if row is None:  # all needed answers come from a row
        return _onward(begun)
    told = begun.report(opened.now)
    stored = report(
        child=begun.ref,
        report=told,
        by=opened.who,
        at=opened.now,
        token=row.token,
        occasion=row.occasion or row.token,
    )
    finish_report(row, shared=begun.shared, at=opened.now)
    if stored.is_new and _is_news(stored):
        force = told.police.force if told.police else None
        tell(opened, stored.decision.category, force=force, token=stored.token, entry=stored.entries[0].id)
    return redirect("report-done", begun.ref, stored.token)


def _is_news(stored: Reported) -> bool:
    """A further report of the same absence asks nobody anew; one by which a child who was away is missing does: nobody
    was asked to search for a child whose whereabouts were known."""
    return not stored.joined or any(e.kind == "missing.category_changed" for e in stored.entries)


def tell(opened: Opened, category: Category, *, force: str | None, token: str, entry: str) -> None:
    """The messages that a child is missing: written in the transaction of the entry that says so, or neither is."""
    ref = opened.page.ref
    tell_of_report(
        ref,
        police_notice(stories([ref])[ref], opened.now, agency=_names(opened)),
        category=category,
        authority=opened.page.child.authority,
        host=host_of(opened.page.story),
        force=force or "",
        by=opened.who,
        at=opened.now,
        token=token,
        entry=entry,
    )


def _preview(begun: Begun, opened: Opened) -> Notice | None:
    """What the police would be told, from the record and these answers together."""
    page, story = opened.page, opened.page.story
    try:
        drafts = report_drafts(story, begun.report(opened.now), opened.now)
    except CannotRecord:
        return None
    would_be = [
        Entry(f"preview-{n:03}", page.ref, d.kind, d.occurred, opened.now, d.details) for n, d in enumerate(drafts)
    ]
    whole = Story.of(page.ref, (*story.entries, *would_be), story.vocabulary)
    return police_notice(whole, opened.now, agency=_names(opened))


def _names(opened: Opened, *, with_forces: bool = False) -> Callable[[str], str]:
    found = Q(code__in=[opened.page.child.authority, host_of(opened.page.story)])
    known = dict(_agencies(found | Q(kind=Audience.POLICE.value) if with_forces else found))
    return lambda code: known.get(code, code)


@require_GET
@never_cache
def done(request: HttpRequest, ref: str, token: str) -> HttpResponse:
    """What was recorded, who has been told and who has not, what to do now."""
    opened = open_child(request, ref)
    story = opened.page.story
    stored = [e for e in story.entries if e.reference.partition("/")[0] == token and e.source == "page"]
    if not stored:
        raise Http404
    made = next((e.details for e in stored if e.kind == "missing.report_made"), None)
    is_own = stored[0].recorded_by == opened.who.person.username
    episode = opened.page.episodes[-1] if opened.page.episodes else None
    shown = _shown(
        opened,
        token=token,
        joined=bool(made and made.joins),
        stored=stored,
        reported=episode.reported if episode else None,
        category=episode.category.value if episode else "missing",
        answered=clocks(opened, stored[-1]),
        second=is_own and opened.now - stored[0].recorded_at < SECOND_CHILD_WITHIN,
        # What was put in the outbox by the same act has the same time to the microsecond.
        told=[(t, handover_words.lines(t)) for t in told_about(ref) if t.message.made_at == stored[0].recorded_at],
        names=_names(opened, with_forces=True),
        tellings=tellings(story, episode) if episode else (),
    )
    return render(request, "missing/report/done.html", shown)


@require_GET
@never_cache
def notice(request: HttpRequest, ref: str) -> HttpResponse:
    """The least that the police need, for reading out and for print."""
    opened = open_child(request, ref)
    if not opened.page.episodes:
        raise Http404
    told = police_notice(opened.page.story, opened.now, agency=_names(opened))
    pictured = profile(opened.page.story).pictured
    return render(request, "missing/report/notice.html", _shown(opened, notice=told, pictured=pictured))


@require_http_methods(["GET", "POST"])
@never_cache
def forget(request: HttpRequest, ref: str) -> HttpResponse:
    """Throw away a report that was begun. Nothing of it was recorded."""
    opened = open_child(request, ref)
    if not opened.page.may_record:
        return may_not(request)
    if request.method == "POST" and request.POST.get("sure") == "yes":
        forget_report(child=ref, by=opened.who)
        return redirect("child", ref)
    return render(request, "missing/report/forget.html", _shown(opened, begun=_begun(opened)))
