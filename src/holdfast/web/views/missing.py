"""Missing now: the list, its fragment for renewal, and the way in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from holdfast.access.actions import record_reading
from holdfast.access.rules import Act
from holdfast.missing.queries import Filters, missing_now
from holdfast.web import missing_words
from holdfast.web.forms import ListFilters
from holdfast.web.watch import who_asks


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    return redirect("missing")


@require_GET
@never_cache
def missing(request: HttpRequest) -> HttpResponse:
    return render(request, "missing/page.html", _list(request))


@require_GET
@never_cache
def fragment(request: HttpRequest) -> HttpResponse:
    """The list alone, for the script that renews it."""
    return render(request, "missing/list.html", _list(request))


def _list(request: HttpRequest) -> dict[str, Any]:
    now = datetime.now(UTC)
    who = who_asks(request)
    chosen = Filters(**{name: request.GET.get(name, "") for name in ("authority", "group", "risk", "home")})
    shown = missing_now(who, now, filters=chosen, page=_page(request))
    record_reading(who, Act.SEE_IN_LIST, [row.ref for row in shown.rows], page="missing", at=now)
    form = ListFilters(request.GET, authorities=shown.authorities, homes=shown.homes)
    return {
        "section": "missing",
        "list": shown,
        "rows": missing_words.rows(shown.rows, now),
        "said": missing_words.summary(
            shown.total, is_narrowed=chosen != Filters(), may_see_children=who.can(Act.SEE_IN_LIST)
        ),
        "key": missing_words.key(shown.rows),
        "form": form,
        "chosen": missing_words.chosen(form, request.GET),
        "pages": missing_words.page_links(shown.page, shown.pages, request.GET),
        "query": request.GET.urlencode(),
        "may_see_children": who.can(Act.SEE_IN_LIST),
    }


def _page(request: HttpRequest) -> int:
    typed = request.GET.get("page", "1")
    return int(typed) if typed.isdecimal() and len(typed) < 6 else 1
