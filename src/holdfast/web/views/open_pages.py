"""Pages that anyone may see and that name no child: the law, the accessibility statement, health."""

from __future__ import annotations

from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from holdfast.duties.statute import statute
from holdfast.web.law_words import said


@login_not_required
@require_GET
def law(request: HttpRequest) -> HttpResponse:
    rules = sorted(statute().rules, key=lambda r: (r.theme, r.id, r.part))
    themes = [(theme, [said(r) for r in group]) for theme, group in groupby(rules, key=lambda r: r.theme)]
    return render(request, "law/page.html", {"section": "law", "themes": themes, "count": len(rules)})


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
