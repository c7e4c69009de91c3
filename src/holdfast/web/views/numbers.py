"""Numbers of a period from the same entries, each of which opens into its list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from holdfast.access.actions import record_reading
from holdfast.access.rules import Act
from holdfast.chronology.moment import Moment, Precision
from holdfast.missing.counting import behind
from holdfast.missing.counting import numbers as numbers_of
from holdfast.web.saying import say_place
from holdfast.web.watch import who_asks
from holdfast.worktime.uk_clock import day_begins, uk_day

PERIODS = {"30": "The last 30 days", "90": "The last 90 days", "365": "The last year"}
MOST_SHOWN = 100


@require_GET
@never_cache
def numbers(request: HttpRequest) -> HttpResponse:
    now = datetime.now(UTC)
    who = who_asks(request)
    period = request.GET.get("period", "90")
    if period not in PERIODS:
        raise Http404
    since = day_begins(uk_day(now) - timedelta(days=int(period)))
    found = numbers_of(who, since, now, say_place=say_place)
    asked = request.GET.get("show", "")
    opened = next((line for table in found for line in table.lines if line.key == asked), None)
    shown = behind(who, asked, since, now, at_most=MOST_SHOWN) if opened else []
    record_reading(who, Act.SEE_IN_LIST, [row.child_id for row in shown], page="numbers", at=now)
    return render(
        request,
        "missing/numbers.html",
        {
            "section": "missing",
            "now": now,
            "since": since,
            "period": period,
            "periods": PERIODS,
            "tables": found,
            "opened": opened,
            "shown": [(row, Moment(row.noticed_at, Precision(row.precision))) for row in shown],
            "may_see_children": who.can(Act.SEE_IN_LIST),
        },
    )
