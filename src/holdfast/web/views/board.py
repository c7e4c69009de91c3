"""The area team's board: who is missing, what is due, overdue and not accepted, by authority and by agency."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from holdfast.access.actions import record_reading
from holdfast.access.queries import ties_at
from holdfast.access.rules import Act
from holdfast.missing import board as fold
from holdfast.missing.patterns.queries import may_see_patterns
from holdfast.missing.queries import everyone_missing
from holdfast.sharing.handover.queries import unaccepted_of
from holdfast.sharing.rota.now import rows_of, who_is_on
from holdfast.web import board_words, missing_words, rota_words
from holdfast.web.views.missing import LONGEST_FILTER
from holdfast.web.watch import who_asks

NARROWED_BY = ("authority", "agency")


@require_GET
@never_cache
def board(request: HttpRequest) -> HttpResponse:
    return render(request, "missing/board.html", _board(request))


@require_GET
@never_cache
def fragment(request: HttpRequest) -> HttpResponse:
    """The board alone, for the script that renews it."""
    return render(request, "missing/board_list.html", _board(request))


def _board(request: HttpRequest) -> dict[str, Any]:
    now, who = datetime.now(UTC), who_asks(request)
    asked = {name: request.GET.get(name, "")[:LONGEST_FILTER].replace("\x00", "") for name in NARROWED_BY}
    chosen = {name: value for name, value in asked.items() if value}
    everyone = everyone_missing(who, now)
    everything_asked = unaccepted_of(who, [row.ref for row in everyone])
    codes = {row.child.authority for row in everyone} | {one.to_agency for one in everything_asked}
    on_duty: list[Any] = []
    ties, names = ties_at(
        [row.ref for row in everyone], now, named_too=codes | set(chosen.values()),
        beside=rows_of(None, now) if who.can(Act.SEE_IN_LIST) else None, kept=on_duty,
    )  # fmt: skip
    rows = [
        row
        for row in everyone
        if chosen.get("authority", row.child.authority) == row.child.authority
        and ("agency" not in chosen or chosen["agency"] in {agency for agency, _ in ties.get(row.ref, ())})
    ]
    refs = {row.ref for row in rows}
    waiting = [one for one in everything_asked if one.child_id in refs]
    late, soon = fold.overdue(rows), fold.due_soon(rows, now)
    authorities = fold.by_authority(rows)
    agencies = fold.by_agency(rows, ties, Counter(one.to_agency for one in waiting))
    shown = rows[: fold.MOST_CHILDREN]
    late_shown = board_words.overdue(late[: fold.MOST_DUTIES], now)
    soon_shown = board_words.due(soon[: fold.MOST_DUTIES], now)
    waiting_shown = waiting[: fold.MOST_WAITING]
    listed = {row.ref for row in shown} | {row.ref for duty in (*late_shown, *soon_shown) for row, _ in duty.children}
    listed |= {one.child_id for one in waiting_shown}
    record_reading(who, Act.SEE_IN_LIST, listed, page="board", at=now)
    return {
        "section": "board",
        "at": now,
        "said": board_words.summary(
            rows, len(waiting), is_narrowed=bool(chosen), may_see_children=who.can(Act.SEE_IN_LIST)
        ),
        "on_now": rota_words.on_now_lines(who_is_on(on_duty, now), names),
        "key": missing_words.key(rows),
        "bars": board_words.bars(shown, now),
        "ends_after": board_words.ENDS_AFTER,
        "overdue": late_shown,
        "soon": soon_shown,
        "waiting": board_words.asked_lines(waiting_shown, rows, names, now),
        "authorities": board_words.counted(authorities, names, chosen, "authority"),
        "agencies": board_words.counted(agencies, names, chosen, "agency"),
        "more": {
            "children": len(rows) - len(shown),
            "overdue": len(late) - len(late_shown),
            "soon": len(soon) - len(soon_shown),
            "waiting": len(waiting) - len(waiting_shown),
            "authorities": len(authorities) - fold.MOST_ROWS,
            "agencies": len(agencies) - fold.MOST_ROWS,
        },
        "chosen": [(names.get(value, value), name) for name, value in chosen.items()],
        "query": urlencode(chosen),
        "may_see_children": who.can(Act.SEE_IN_LIST),
        "may_see_patterns": may_see_patterns(who),
    }
