"""Pages that anyone may see and that name no child: the law, the accessibility statement, health."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from holdfast.child.law import law_in_use
from holdfast.duties.rule import Reference, Rule
from holdfast.web.child_chronology import pages_of
from holdfast.web.forms import LawFilters
from holdfast.web.law_words import SaidRule, narrowed, said
from holdfast.web.missing_words import page_links


@login_not_required
@require_GET
def law(request: HttpRequest) -> HttpResponse:
    everything = every_rule()
    form = LawFilters(request.GET or {"nation": settings.NATION}, themes=sorted({r.rule.theme for r in everything}))
    asked = form.cleaned_data if form.is_valid() else {}
    found = narrowed(
        everything,
        nation=asked.get("nation", ""),
        theme=asked.get("theme", ""),
        words=asked.get("words", ""),
        rule=request.GET.get("rule", ""),
    )
    part, number, count = pages_of(found, request.GET.get("page", ""))
    shown = {
        "section": "law",
        "form": form,
        "rules": part,
        "found": len(found),
        "total": len(everything),
        "pages": page_links(number, count, request.GET),
    }
    return render(request, "law/page.html", shown)


@cache
def every_rule() -> tuple[SaidRule, ...]:
    """Every rule and every duty kept for reference, by theme; said once, since neither it nor the settings change."""
    book = law_in_use()
    both: tuple[Rule | Reference, ...] = (*book.rules, *book.references)
    return tuple(said(r) for r in sorted(both, key=lambda r: (r.theme, r.id, getattr(r, "part", ""))))


@login_not_required
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "accessibility.html")


@login_not_required
@require_GET
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Whether the service answers and its database does: plain text for a watcher."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("well\n", content_type="text/plain; charset=utf-8")
