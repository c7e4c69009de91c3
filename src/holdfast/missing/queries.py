"""Who is missing now, for the person who asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, FilteredRelation, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from holdfast.access.canaries.queries import made_up
from holdfast.access.models import Person
from holdfast.access.queries import Listing, Reader, children_visible
from holdfast.access.review import Look
from holdfast.access.rules import Act
from holdfast.child.law import law_in_use
from holdfast.child.models import ChildRow, NameWord, OpenDuty
from holdfast.child.names import LAST_SIGN, words_of
from holdfast.missing.kinds import Risk
from holdfast.missing.models import EpisodeRow, PaperPack, ReportDraft
from holdfast.missing.rules import CLOCKS_DIFFER

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class DueRow:
    """An open duty in a list, as of the time asked.

    `due_at` is None where the law names no time. `begins_at` lies ahead for a duty that begins by itself, such as at
    the 72nd hour. `responsible` is the law's own word for whose duty it is: the police, the responsible authority.
    """

    rule: str
    title: str
    due_at: datetime | None
    begins_at: datetime
    is_overdue: bool
    has_begun: bool
    responsible: str = ""

    @property
    def at(self) -> datetime:
        """The moment by which it needs a person: when it is due, or else when it began or begins."""
        return self.due_at or self.begins_at


@dataclass(frozen=True, slots=True)
class MissingRow:
    """One missing child. Empty text means: not known, not recorded.

    `overdue`: its time has certainly passed; `next_due`: the next time ahead; `waiting`: begun, with no time set.
    """

    ref: str
    first: str
    name: str
    child: ChildRow
    noticed_at: datetime
    precision: str
    missing_for: timedelta
    category: str
    risk: str
    graded_by: str
    graded_at: datetime | None
    accepted_by: str
    last_contact_at: datetime | None
    police_reference: str
    overdue: tuple[DueRow, ...]
    next_due: DueRow | None
    waiting: tuple[DueRow, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to. Empty: everything this reader may see."""

    authority: str = ""
    group: str = ""  # "unaccompanied", "trafficking"
    risk: str = ""
    home: str = ""


@dataclass(frozen=True, slots=True)
class MissingNow:
    """The list in its order, and how many there are in all. `page` counts from 1."""

    at: datetime
    rows: tuple[MissingRow, ...]
    total: int
    page: int
    pages: int
    authorities: tuple[str, ...]
    homes: tuple[str, ...]


# Duties about the missing itself stand in the list; the care timetable stands on the child's page.
LISTED_RULES = "-MIS-"


def missing_now(who: Reader, now: datetime, *, filters: Filters = Filters(), page: int = 1) -> MissingNow:
    """The children who are missing, as this reader may see them at that time, a page of them. Three queries.

    Writes nothing: whoever shows the list records the reading first (see access.actions.record_reading).
    """
    everyone = _everyone(who, now)
    some = [one for one in everyone if _passes(one, filters)]
    pages = max(1, -(-len(some) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    return MissingNow(
        at=now,
        rows=tuple(_with_duties(some[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], now)),
        total=len(some),
        page=page,
        pages=pages,
        authorities=tuple(sorted({one.authority for one in everyone if one.authority})),
        homes=tuple(sorted({one.home for one in everyone if one.home})),
    )


def everyone_missing(who: Reader, now: datetime) -> list[MissingRow]:
    """Every child who is missing, as this reader may see them at that time. Three queries. Writes nothing.

    In three bands: something is overdue; nobody has accepted; the rest. In each, the highest risk that a person has
    graded comes first, a risk that nobody has graded stands between high and medium, and then what needs a person
    soonest.
    """
    return _with_duties(_everyone(who, now), now)


@dataclass(frozen=True, slots=True)
class _Listed:
    """What the order of the list and its filters need of a child; what is shown of those on the page is in `shown`.

    `overdue_at`: when the first thing that is overdue was due; `needs_at`: when the first that is not needs a person.
    """

    ref: str
    noticed_at: datetime
    risk: str
    accepted_by: str
    authority: str
    home: str
    is_unaccompanied: bool
    trafficking: str
    overdue_at: datetime | None
    needs_at: datetime | None
    shown: dict[str, Any]


_OF_THE_EPISODE = (
    *("child_id", "noticed_at", "precision", "category", "risk", "graded_by", "graded_at", "accepted_by"),
    *("last_contact_at", "police_reference"),
)
_OF_THE_CHILD = tuple(field.attname for field in ChildRow._meta.concrete_fields if not field.primary_key)


def _listing(seen: Q, at: datetime, soon: datetime, **_: Any) -> QuerySet[Any, Any]:
    # A list of thousands is ordered by the database's own two times; the duties of a page are all that is read.
    of_the_child = "child__open_duties__"
    open_now = Q(**{f"{of_the_child}ends_at__isnull": True}) | Q(**{f"{of_the_child}ends_at__gt": at})
    listed = Q(**{f"{of_the_child}rule__contains": LISTED_RULES, f"{of_the_child}started_at__gte": F("noticed_at")})
    overdue = Q(duty__started_at__lte=at, duty__late_after__lt=at)
    not_overdue = Q(duty__started_at__gt=at) | Q(duty__late_after__isnull=True) | Q(duty__late_after__gte=at)
    when = Coalesce("duty__due_at", "duty__started_at")
    return (
        EpisodeRow.objects.filter(seen, ended_at__isnull=True, noticed_at__lte=soon)
        .annotate(duty=FilteredRelation("child__open_duties", condition=open_now & listed))
        .values_list(*_OF_THE_EPISODE, *(f"child__row__{name}" for name in _OF_THE_CHILD))
        .annotate(overdue_at=Min(when, filter=overdue), needs_at=Min(when, filter=not_overdue))
        .order_by()
    )


_EPISODES = Listing(Act.SEE_IN_LIST, _listing, soon=datetime)


def _everyone(who: Reader, now: datetime) -> list[_Listed]:
    """Every missing child whom this reader may see, in the order of the list. Two queries."""
    found = {}
    names = (*_OF_THE_EPISODE, *_OF_THE_CHILD)
    for *values, overdue_at, needs_at in _EPISODES(who, now, soon=now + CLOCKS_DIFFER):
        shown = dict(zip(names, values, strict=True))
        found[shown["child_id"]] = _Listed(
            shown["child_id"], shown["noticed_at"], shown["risk"], shown["accepted_by"], shown["authority"] or "",
            shown["home"] or "", bool(shown["is_unaccompanied"]), shown["trafficking"] or "", overdue_at, needs_at,
            shown,
        )  # fmt: skip
    for invented in made_up(found):
        del found[invented]
    return sorted(found.values(), key=_order)


def _with_duties(listed: Sequence[_Listed], now: datetime) -> list[MissingRow]:
    """The rows of some of the list with what is open of each. One query."""
    noticed = {one.ref: one.noticed_at for one in listed}
    duties: dict[str, list[DueRow]] = defaultdict(list)
    rules = {rule.key: rule for rule in law_in_use().rules}
    still_open = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    found = OpenDuty.objects.filter(still_open, _since_noticed(noticed), rule__contains=LISTED_RULES)
    for ref, key, starts, due, late_after in found.values_list(
        "child_id", "rule", "started_at", "due_at", "late_after"
    ):
        if starts >= noticed[ref]:
            has_begun = starts <= now
            is_late = has_begun and late_after is not None and late_after < now
            title, owner = (rules[key].title, rules[key].responsible) if key in rules else (key, "")
            duties[ref].append(DueRow(key, title, due, starts, is_late, has_begun, owner))
    return [_row(one.shown, duties[one.ref], now) for one in listed]


def _since_noticed(noticed: Mapping[str, datetime]) -> Q:
    """What began with these episodes or after; what an earlier one still waits for stands on the child's own page. By
    the month of noticing: of children who were missing before a thousand old duties need not be read, and a condition
    for each child would be as long as the list. The days that this leaves too much are left out one by one."""
    months: dict[tuple[int, int], list[str]] = defaultdict(list)
    for ref, at in noticed.items():
        months[at.year, at.month].append(ref)
    wanted = Q(pk__in=[])
    for some in months.values():
        wanted |= Q(child_id__in=some, started_at__gte=min(noticed[ref] for ref in some))
    return wanted


def _row(shown: Mapping[str, Any], duties: list[DueRow], now: datetime) -> MissingRow:
    by_time = sorted(duties, key=lambda d: (d.at, d.rule))
    child = ChildRow(child_id=shown["child_id"], **{name: shown[name] for name in _OF_THE_CHILD})
    return MissingRow(
        ref=shown["child_id"],
        first=child.first,
        name=child.name,
        child=child,
        noticed_at=shown["noticed_at"],
        precision=shown["precision"],
        missing_for=max(now - shown["noticed_at"], timedelta()),
        category=shown["category"],
        risk=shown["risk"],
        graded_by=shown["graded_by"],
        graded_at=shown["graded_at"],
        accepted_by=shown["accepted_by"],
        last_contact_at=shown["last_contact_at"],
        police_reference=shown["police_reference"],
        overdue=tuple(d for d in by_time if d.is_overdue),
        next_due=next((d for d in by_time if not d.is_overdue and (d.due_at is not None or not d.has_begun)), None),
        waiting=tuple(d for d in by_time if d.due_at is None and d.has_begun),
    )


def _passes(one: _Listed, filters: Filters) -> bool:
    return (
        filters.authority in ("", one.authority)
        and filters.home in ("", one.home)
        and filters.risk in ("", one.risk)
        and (filters.group != "unaccompanied" or one.is_unaccompanied)
        and (filters.group != "trafficking" or one.trafficking not in ("", "decision negative"))
    )


# What nobody has graded may be high: it does not sink below what somebody called medium.
_BY_RISK = (Risk.HIGH, "", Risk.MEDIUM, Risk.LOW, Risk.ABSENT, Risk.VERY_LOW)


def _order(one: _Listed) -> tuple[int, int, datetime, datetime, str]:
    band = 0 if one.overdue_at else 2 if one.accepted_by else 1
    soonest = one.overdue_at or one.needs_at or one.noticed_at
    return (band, _BY_RISK.index(one.risk), soonest, one.noticed_at, one.ref)


def report_begun(person: Person, child: str, at: datetime) -> ReportDraft | None:
    """The report about this child that this person has begun and not finished."""
    return ReportDraft.objects.filter(person=person, child=child, finished_at__isnull=True, expires_at__gt=at).first()


def reports_begun(who: Reader, at: datetime) -> list[ReportDraft]:
    """The reports that this person has begun and not finished, of children whom they may still report, each with its
    child's row. One query. Writes nothing: whoever shows them records the reading first."""
    return _BEGUN(who, at)


_BEGUN = Listing(
    Act.RECORD,
    lambda seen, person, at: ReportDraft.objects.filter(
        seen, person=person, finished_at__isnull=True, expires_at__gt=at
    ).select_related("child__row").order_by("begun_at"),
)  # fmt: skip


def report_by_token(person: Person, token: str, at: datetime) -> ReportDraft | None:
    """A report of this person's own, begun or finished, that has not expired. Nobody opens another's.

    `token` is what a form sent: anything at all.
    """
    if not token.isprintable():
        return None
    return ReportDraft.objects.filter(person=person, token=token[:24], expires_at__gt=at).first()


def reasons_of_packs(looks: Iterable[Look]) -> dict[tuple[int, datetime], str]:
    """Why the list of missing children was printed, by person and time. One query, and only where somebody did."""
    at = {look.reading.at for look in looks if look.reading.page == "paper-pack"}
    if not at:
        return {}
    return {(p.person_id, p.at): p.reason for p in PaperPack.objects.filter(at__in=at)}


MOST_CHILDREN_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ToReport:
    """Children whom somebody may report: those whose report they have begun, and those found. `is_more`: too many."""

    begun: tuple[ChildRow, ...]
    found: tuple[ChildRow, ...]
    is_more: bool


def children_to_report(who: Reader, asked: str, at: datetime) -> ToReport:
    """The children whom this reader may report missing, by name or reference. At most three queries.

    Nothing asked: all of them, where they are few. Writes nothing: whoever shows them records the reading first.
    """
    allowed = ChildRow.objects.filter(children_visible(who, Act.RECORD, at))
    begun = ReportDraft.objects.filter(person=who.person, finished_at__isnull=True, expires_at__gt=at)
    asked = asked.replace("\x00", "").strip()
    found, is_more = _found(allowed, asked) if asked else _all_if_few(allowed)
    return ToReport(
        begun=tuple(allowed.filter(child_id__in=begun.values("child_id")).order_by("name")[:MOST_CHILDREN_SHOWN]),
        found=tuple(found),
        is_more=is_more,
    )


def _found(allowed: QuerySet[ChildRow], asked: str) -> tuple[list[ChildRow], bool]:
    """The child of this reference, or those of whose names some word begins with each word asked for."""
    if "-" in asked and (known := list(allowed.filter(child_id=asked.upper()))):
        return known, False
    words = words_of(asked)[:5]
    matching = allowed if words else allowed.none()
    for word in words:
        begins = NameWord.objects.filter(word__gte=word, word__lt=word + LAST_SIGN)
        matching = matching.filter(child_id__in=begins.values("child_id"))
    found = list(matching.order_by("name", "child_id")[: MOST_CHILDREN_SHOWN + 1])
    return found[:MOST_CHILDREN_SHOWN], len(found) > MOST_CHILDREN_SHOWN


def _all_if_few(allowed: QuerySet[ChildRow]) -> tuple[list[ChildRow], bool]:
    """A county's whole list helps nobody at night: a name is asked for first. In no order until it is known that they
    are few: a hundred thousand are not sorted to be left out."""
    found = list(allowed.order_by()[: MOST_CHILDREN_SHOWN + 1])
    if len(found) > MOST_CHILDREN_SHOWN:
        return [], True
    return sorted(found, key=lambda row: (row.name, row.child_id)), False
