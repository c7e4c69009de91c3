"""Missing now: the list, its fragment for renewal, and the way in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from holdfast.access.actions import record_reading
from holdfast.access.queries import names_of
from holdfast.access.rules import Act
from holdfast.missing.queries import Filters, missing_now, reports_begun
from holdfast.web import missing_words
from holdfast.web.forms import ListFilters
from holdfast.web.watch import who_asks

FILTERS = ("authority", "group", "risk", "home")
LONGEST_FILTER = 120  # letters


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    return redirect("missing")


@require_GET
@never_cache
def missing(request: HttpRequest) -> HttpResponse:
    return render(request, "missing/page.html", _list(request, with_begun=True))


@require_GET
@never_cache
def fragment(request: HttpRequest) -> HttpResponse:
    """The list alone, for the script that renews it."""
    return render(request, "missing/list.html", _list(request))


def _list(request: HttpRequest, *, with_begun: bool = False) -> dict[str, Any]:
    now = datetime.now(UTC)
    who = who_asks(request)
    asked = {name: request.GET.get(name, "")[:LONGEST_FILTER] for name in FILTERS}
    chosen = Filters(**asked)
    shown = missing_now(who, now, filters=chosen, page=_page(request))
    begun = reports_begun(who, now) if with_begun and who.can(Act.RECORD) else []
    refs = [*(row.ref for row in shown.rows), *(row.child_id for row in begun)]
    record_reading(who, Act.SEE_IN_LIST, refs, page="missing", at=now)
    # Only what the page knows is repeated in its links, however long the address was.
    query = QueryDict(urlencode({name: value for name, value in asked.items() if value}))
    _, names = names_of((), {*shown.authorities, chosen.authority} - {""})
    form = ListFilters(query, authorities=shown.authorities, homes=shown.homes, names=names)
    return {
        "section": "missing",
        "list": shown,
        "rows": missing_words.rows(shown.rows, now),
        "begun": begun,
        "said": missing_words.summary(
            shown.total, is_narrowed=chosen != Filters(), may_see_children=who.can(Act.SEE_IN_LIST)
        ),
        "key": missing_words.key(shown.rows),
        "form": form,
        "chosen": missing_words.chosen(form, query),
        "pages": missing_words.page_links(shown.page, shown.pages, query),
        "query": query.urlencode(),
        "may_see_children": who.can(Act.SEE_IN_LIST),
        "may_report": who.can(Act.RECORD),
    }


def _page(request: HttpRequest) -> int:
    typed = request.GET.get("page", "1")
    return int(typed) if typed.isdecimal() and len(typed) < 6 else 1
