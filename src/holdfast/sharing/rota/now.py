"""Who is on now, in one query or beside another one: pages that show children have no query to spare.

Duties, patterns, changes and posts are asked for together, as rows of four columns: a number that says what the row is,
two keys, and the rest as text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import CharField, Exists, F, Max, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from holdfast.access.models import Post, PostConfirmed
from holdfast.sharing.rota.queries import ON_ROTAS, duties_kept, post_held
from holdfast.sharing.rota.rows import RotaChange, RotaPattern
from holdfast.sharing.rota.shifts import DAY, Change, Pattern, roster

DUTY, PATTERN, CHANGE, POST = 10, 11, 12, 13
Row = tuple[int, str, str, str]
OnNow = tuple[str, str, str, datetime | None]  # the duty, its agency, who is on (empty: nobody), until when


def rows_of(agencies: Collection[str] | None, at: datetime) -> QuerySet[Any, Any]:
    """The rows, as a union that another query of four columns may take in."""
    kept = duties_kept(agencies).order_by()
    patterns = RotaPattern.objects.filter(duty__in=kept)
    changes = RotaChange.objects.filter(duty__in=kept, ends__gt=at - 3 * DAY, starts__lt=at + 2 * DAY)
    said = PostConfirmed.objects.filter(post=OuterRef("pk")).order_by().values("post").annotate(last=Max("at"))
    posts = Post.objects.filter(
        Exists(kept.filter(agency=OuterRef("agency"))), person__is_active=True, role__in=ON_ROTAS
    ).annotate(said=Subquery(said.values("last")))  # fmt: skip
    pattern = ("pk", "person_id", "weekdays", "starts", "ends", "first_day", "last_day", "every", "ended__on")
    return _four(DUTY, kept, "pk", "agency", "at", "name").union(
        _four(PATTERN, patterns, "duty_id", "pk", *pattern),
        _four(CHANGE, changes, "duty_id", "pk", "pk", "person_id", "starts", "ends"),
        _four(POST, posts, "agency_id", "person_id", "begins_on", "ends_on", "given_at", "said", "person__first_name",
              "person__last_name", "person__username"),
        all=True,
    )  # fmt: skip


def _four(what: int, rows: QuerySet[Any], first: str, second: str, *rest: str) -> QuerySet[Any, Any]:
    texts: list[Any] = []
    for name in rest:
        texts += [Coalesce(Cast(F(name), CharField()), Value("")), Value("\n")]
    return rows.order_by().values_list(
        Value(what), Cast(F(first), CharField()), Cast(F(second), CharField()), Concat(*texts, output_field=CharField())
    )


def who_is_on(rows: Iterable[Row], at: datetime) -> list[OnNow]:
    """Who is on for each duty, in order of agency and name."""
    duties: list[tuple[str, str, str, datetime]] = []
    patterns: dict[str, list[Pattern]] = defaultdict(list)
    changes: dict[str, list[Change]] = defaultdict(list)
    held: dict[str, dict[int, list[tuple[datetime, datetime | None]]]] = defaultdict(dict)
    names: dict[int, str] = {}
    for what, first, second, text in rows:
        rest = text.split("\n")
        if what == DUTY:
            duties.append((second, rest[1], first, _instant(rest[0])))
        elif what == PATTERN:
            patterns[first].append(_pattern(rest))
        elif what == CHANGE:
            person = int(rest[1]) if rest[1] else None
            changes[first].append(Change(int(rest[0]), _instant(rest[2]), _instant(rest[3]), person))
        elif what == POST:
            first_day, last_day, given, said, given_name, family, username, *_ = rest
            names[int(second)] = f"{given_name} {family}".strip() or username
            span = post_held(
                date.fromisoformat(first_day), date.fromisoformat(last_day) if last_day else None, _instant(given),
                _instant(said) if said else None,
            )  # fmt: skip
            held[first].setdefault(int(second), []).append(span)
    found: list[OnNow] = []
    for agency, name, key, since in sorted(duties):
        begins = max(at - 2 * DAY, since)
        spans = roster(patterns[key], changes[key], held[agency], begins, at + 2 * DAY) if begins <= at else ()
        one = next((o for o in spans if o.starts <= at < o.ends and o.person), None)
        on = names.get(one.person, "") if one and one.person else ""
        found.append((name, agency, on, one.ends if one and on else None))
    return found


def on_now(agencies: Collection[str] | None, at: datetime) -> list[OnNow]:
    """Who is on for the duties of these agencies, or of all. One query."""
    return who_is_on(rows_of(agencies, at), at)


def _pattern(rest: list[str]) -> Pattern:
    number, person, weekdays, starts, ends, first_day, last_day, every, ended = rest[:9]
    last = [date.fromisoformat(last_day)] if last_day else []
    if ended:
        last.append(date.fromisoformat(ended) - DAY)
    return Pattern(
        int(number), int(person), frozenset(map(int, weekdays)), time.fromisoformat(starts), time.fromisoformat(ends),
        date.fromisoformat(first_day), min(last, default=None), int(every),
    )  # fmt: skip


def _instant(text: str) -> datetime:
    """An instant as either database writes it: SQLite leaves the zone out, and means UTC."""
    read = datetime.fromisoformat(text)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
