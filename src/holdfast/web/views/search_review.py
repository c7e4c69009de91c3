"""The reviews of one episode: what the law asks of them, those that were held, and one to record."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from holdfast.child.law import Owed
from holdfast.missing.kinds import StrategyMeetingHeld
from holdfast.missing.picture import Episode
from holdfast.missing.reviews import UK_MISSING_PERSONS_UNIT, record_review, reviews_of, rhythm
from holdfast.missing.rules import CannotRecord
from holdfast.web import child_duties, child_words, report_words
from holdfast.web.errors import may_not
from holdfast.web.review_forms import ROWS, ReviewForm, review_form
from holdfast.web.views.children import shown_of
from holdfast.web.views.episode import one_press, page_token
from holdfast.web.views.opened import Opened, open_child

_ACTIONS = frozenset(f"{name}_{n}" for n in ROWS for name in ("what", "who", "by"))


@require_http_methods(["GET", "POST"])
@never_cache
def page(request: HttpRequest, ref: str, episode: int) -> HttpResponse:
    opened = open_child(request, ref)
    of_child = opened.page.episodes
    found = next((e for e in of_child if e.number == episode), None)
    may_record = opened.page.may_record and bool(StrategyMeetingHeld.KIND.audience & opened.page.audiences)  # type: ignore[attr-defined]
    if request.method == "POST" and not may_record:
        return may_not(request)
    if found is None:
        if request.method == "POST" or of_child or episode != 1:
            raise Http404
        return render(request, "missing/episode/review.html", {**shown_of(opened, "episodes"), "episode": None})
    form = review_form(
        request.POST if request.method == "POST" else None, now=opened.now, child=opened.page.child.first
    )
    token = one_press(request, ref, f"review-{episode}")
    if request.method == "POST" and form.is_valid() and _recorded(form, episode, opened, token):
        return redirect("episode-review", ref, episode)
    return render(request, "missing/episode/review.html", _shown(opened, found, form, token, may_record=may_record))


def _recorded(form: ReviewForm, episode: int, opened: Opened, token: str) -> bool:
    try:
        record_review(
            child=opened.page.ref, episode=episode, review=form.review, by=opened.who, at=opened.now, token=token
        )
    except CannotRecord as error:
        form.refuse(error.message)
        return False
    return True


def _shown(opened: Opened, found: Episode, form: ReviewForm, token: str, *, may_record: bool) -> dict[str, Any]:
    held = reviews_of(found)
    asked = child_duties.duties(_of_reviews(opened, found), opened.now)
    names = child_words.Names(e for kept in held for e in (kept.meeting, *kept.actions, *kept.told))
    parts = {part.parameters["name"]: part for part in report_words.parts(form)}
    return {
        **shown_of(opened, "episodes"),
        "episode": found,
        "asked": (*asked.open, *asked.met_late, *asked.met),
        "coming": child_duties.coming(
            [o for o in opened.page.to_come if _is_of_reviews(o.rule)] if found is opened.page.episodes[-1] else [],
            opened.now,
        ),
        "held": [(kept, names.told_by(kept.meeting, opened.now)) for kept in held],
        "rhythm": rhythm(found, held, opened.now),
        "form": form,
        "has_error": bool(form.errors),
        "token": page_token(opened.page.ref, f"review-{found.number}", token),
        "parts": [part for name, part in parts.items() if name not in _ACTIONS],
        "rows": [[parts[f"{name}_{n}"] for name in ("what", "who", "by")] for n in ROWS],
        "may_record_review": may_record,
        "others": [e.number for e in opened.page.episodes if e.number != found.number],
        "here": reverse("episode-review", args=[opened.page.ref, found.number]),
    }


def _of_reviews(opened: Opened, found: Episode) -> list[Owed]:
    following = next((e for e in opened.page.episodes if e.number == found.number + 1), None)
    return [
        one for one in opened.page.obligations
        if _is_of_reviews(one.obligation.rule)
        and one.obligation.started_at >= found.noticed.at
        and (following is None or one.obligation.started_at < following.noticed.at)
    ]  # fmt: skip


def _is_of_reviews(rule: Any) -> bool:
    """Whether a meeting, or telling the UK Missing Persons Unit, meets this rule."""
    unit = UK_MISSING_PERSONS_UNIT.lower()
    return any(
        "missing.strategy_meeting_held" in match.kinds or any(unit in words for _, words in match.where)
        for match in rule.met.matches
    )
