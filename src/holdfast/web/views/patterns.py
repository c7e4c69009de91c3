"""What is shared between children: in the area, with one child, and one link with both sentences side by side."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from holdfast.access.actions import record_reading
from holdfast.access.queries import may_do
from holdfast.access.rules import Act
from holdfast.child.models import ChildRow
from holdfast.missing.actions import NotAllowed
from holdfast.missing.patterns.actions import DecidedMeanwhile, Link, NoLink, decide, find_link
from holdfast.missing.patterns.proposals import Decision, Proposal, is_waiting
from holdfast.missing.patterns.queries import ends_of, may_see_patterns, shared_by
from holdfast.missing.patterns.tables import last_decisions, told
from holdfast.missing.rules import CannotRecord
from holdfast.web import pattern_words, report_words
from holdfast.web.child_words import Names
from holdfast.web.errors import may_not
from holdfast.web.pattern_forms import Decide, TakeBack
from holdfast.web.views.children import shown_of
from holdfast.web.views.episode import one_press, page_token
from holdfast.web.views.opened import open_child
from holdfast.web.watch import NotOpened, who_asks

MOST_SHOWN = 50
MEANWHILE = "Somebody else has decided meanwhile: read it below. Nothing of yours was recorded"


@require_GET
@never_cache
def area(request: HttpRequest) -> HttpResponse:
    """Everything that waits, and what stands confirmed, among the children whom this reader may see."""
    now, who = datetime.now(UTC), who_asks(request)
    found = shared_by(who, now)
    last = ends_of([p.link for p in found.proposals]) if found.proposals else {}
    waits = [p for p in found.proposals if is_waiting(p, last.get(p.link))]
    stands = [p for p in found.proposals if p.link in last and last[p.link].decision is Decision.CONFIRMED]
    shown = [*waits[:MOST_SHOWN], *stands[:MOST_SHOWN]]
    refs = {ref for p in shown for ref in p.children}
    record_reading(who, Act.SEE_IN_LIST, refs, page="shared", at=now)
    names = dict(ChildRow.objects.filter(child_id__in=refs).values_list("child_id", "name")) if refs else {}

    def lines(of: list[Proposal]) -> list[dict[str, Any]]:
        return [
            {"sort": p.sort.value, "at": p.said_at, "address": reverse("shared-link", args=[p.children[0], p.link]),
             "children": [(ref, names.get(ref) or "Name not known") for ref in p.children]}
            for p in of[:MOST_SHOWN]
        ]  # fmt: skip

    return render(request, "missing/patterns/area.html", {
        "section": "board",
        "waits": lines(waits),
        "stands": lines(stands),
        "more": {"waits": len(waits) - MOST_SHOWN, "stands": len(stands) - MOST_SHOWN},
        "left_out": pattern_words.left_out(found),
        "may_see_patterns": may_see_patterns(who),
    })  # fmt: skip


@require_GET
@never_cache
def of_child(request: HttpRequest, ref: str) -> HttpResponse:
    """What one child shares with others. Who they are is told only on the page of the link."""
    opened = open_child(request, ref)
    found = shared_by(opened.who, opened.now, child=ref)
    last = last_decisions(opened.page.story)
    stands = pattern_words.confirmed(opened.page.story)
    shown = {
        "waits": [
            (p, next((words for _, words in told(opened.page.story, p.entries[ref], p.digest)), ""), p.link in last)
            for p in found.proposals
            if is_waiting(p, last.get(p.link))
        ],
        "stands": stands,
        "still_said": {p.link for p in found.proposals},
        "left_out": pattern_words.left_out(found),
        "may_see_patterns": may_see_patterns(opened.who),
    }
    return render(request, "missing/patterns/of_child.html", {**shown_of(opened, "child-shared"), **shown})


@require_http_methods(["GET", "POST"])
@never_cache
def link(request: HttpRequest, ref: str, link: str) -> HttpResponse:
    """Both sentences side by side, and what somebody says of them. Opens both children."""
    now, who = datetime.now(UTC), who_asks(request)
    try:
        found = find_link(who, ref, link, at=now)
    except NoLink:
        if not may_do(who, Act.OPEN, ref, now):
            raise NotOpened from None
        raise Http404 from None
    record_reading(who, Act.OPEN, found.children, page="shared-link", at=now)
    if request.method == "POST" and not who.can(Act.RECORD):
        return may_not(request)
    form = _form(request, found)
    token = one_press(request, ref, link)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            decision = Decision(given.get("decision", Decision.WITHDRAWN))
            decide(
                child=ref, link=link, decision=decision, reason=given["reason"],
                shown=request.POST.get("shown", ""), to_do=form.actions, by=who, at=now, token=token,
            )  # fmt: skip
            return redirect("child-shared", ref)
        except CannotRecord as error:
            form.add_error(error.field, error.message)
        except DecidedMeanwhile:
            form.add_error("reason", MEANWHILE)
        except (NotAllowed, NoLink):
            return may_not(request)
    return render(request, "missing/patterns/link.html", _shown(found, form, now, page_token(ref, link, token),
                                                                may_decide=who.can(Act.RECORD)))  # fmt: skip


def _form(request: HttpRequest, found: Link) -> Decide | TakeBack:
    """What was sent says which form it was; never what stands by now."""
    if request.method == "POST":
        takes_back = request.POST.get("decision") == Decision.WITHDRAWN
        return TakeBack(request.POST) if takes_back else Decide(request.POST, sort=found.sort)
    return Decide(sort=found.sort) if found.is_waiting else TakeBack()


def _shown(found: Link, form: Decide | TakeBack, now: datetime, token: str, *, may_decide: bool) -> dict[str, Any]:
    names = Names(e for story in found.stories.values() for e in story.standing)
    decided = found.last is not None and found.last.decision in (Decision.CONFIRMED, Decision.REFUSED)
    return {
        "section": "board",
        "ref": found.children[0],
        "sort": found.sort.value,
        "at": now,
        "sides": pattern_words.sides(found, names, now),
        "decisions": pattern_words.decisions(found, names, now),
        "is_said": bool(found.mark),
        "form": form,
        "parts": report_words.parts(form),  # type: ignore[arg-type]
        "has_error": bool(form.errors),
        "takes_back": isinstance(form, TakeBack),
        "asks": may_decide and (found.is_waiting or decided or bool(form.errors)),
        "token": token,
        "shown": found.last.occasion if found.last else "",
    }
