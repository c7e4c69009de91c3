"""What nobody holds, because whoever held it has left; and what is offered to whom. Reads only.

The record names people as they are called. What stands in a leaver's name is theirs, unless somebody who is still here
is called the same: then it is shown to be looked at by a person, and said so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import BooleanField, CharField, Exists, ExpressionWrapper, OuterRef, Q, Value
from django.db.models.functions import Cast

from holdfast.access.canaries.queries import made_up
from holdfast.access.models import Person, Post
from holdfast.access.queries import Reader, children_visible, in_post
from holdfast.access.rules import Act, Role
from holdfast.child.models import ChildRow
from holdfast.chronology.models import EntryRow
from holdfast.chronology.queries import entries_of
from holdfast.chronology.standing import in_force
from holdfast.missing.models import EpisodeRow, ReportDraft
from holdfast.sharing.leaving.rows import Work, WorkOffered

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class OpenWork:
    """One thing that nobody holds. `what` says it for the page; `offer` is the last that nobody has answered."""

    work: Work
    child: str
    entry: str
    leaver: Person
    what: str
    has_namesake: bool
    offer: WorkOffered | None = None

    @property
    def key(self) -> str:
        return f"{self.work.value}/{self.child}/{self.entry}/{self.leaver.pk}"


def managed(who: Reader) -> frozenset[str]:
    """The agencies whose people this reader answers for."""
    return frozenset(p.agency for p in who.posts if p.role is Role.DUTY_MANAGER)


def _people(agencies: Collection[str], at: datetime) -> tuple[list[Person], frozenset[str]]:
    """Who held a post in these agencies and holds none there now, and the names of those who do. One query."""
    posts = Post.objects.filter(person=OuterRef("pk"), agency__in=agencies)
    rows = Person.objects.filter(Exists(posts)).annotate(is_here=Exists(posts.filter(in_post(at))))
    found = list(rows.order_by("last_name", "first_name", "username"))
    return [p for p in found if not p.is_here], frozenset(str(p) for p in found if p.is_here)


def open_work(who: Reader, at: datetime) -> list[OpenWork]:
    """Everything that nobody holds, of children whom this manager may see. Five queries."""
    return work_for(who, at)[0]


def work_for(who: Reader, at: datetime) -> tuple[list[OpenWork], list[WorkOffered]]:
    """What nobody holds, for a manager; and what this reader is asked to take over, has not answered and may still
    take. Of several askings of one thing the last counts."""
    agencies = managed(who)
    gone, here = _people(agencies, at) if agencies else ([], frozenset())
    names, numbers = {str(p): p for p in gone}, {str(p.pk): p for p in gone}
    found = []
    for word, child, name in _named(who, list(names), gone, at) if gone else ():
        work = Work(word)
        leaver = numbers[name] if work is Work.REPORT else names[name]
        found.append(OpenWork(work, child, "", leaver, _WHAT[work], work is not Work.REPORT and name in here))
    found += _actions(who, names, here, at) if gone else []
    invented = made_up({w.child for w in found}) if found else frozenset()
    found = [w for w in found if w.child not in invented]
    mine = ExpressionWrapper(Q(to=who.person) & children_visible(who, Act.RECORD, at), BooleanField())
    offers = WorkOffered.objects.filter(answer__isnull=True).annotate(is_mine=mine)
    offers = offers.filter(Q(is_mine=True) | Q(child_id__in={w.child for w in found}))
    rows = list(offers.select_related("to", "by", "leaver").order_by("at"))
    last = {(o.work, o.child_id, o.entry, o.leaver_id): o for o in rows}
    held = [replace(w, offer=last.get((w.work.value, w.child, w.entry, w.leaver.pk))) for w in found]
    held.sort(key=lambda w: (w.leaver.last_name, w.leaver.pk, w.work, w.child, w.entry))
    return held, [o for o in last.values() if o.is_mine]


_WHAT = {
    Work.WORKER: "Worker of the child",
    Work.SEARCH: "Accepted the search",
    Work.REPORT: "Began a report and did not record it",
}


def _named(who: Reader, names: list[str], gone: list[Person], at: datetime) -> Iterable[tuple[str, str, str]]:
    """Kind of work, child, and the name or (of a report) the number of the person. One query."""
    seen = children_visible(who, Act.SEE_IN_LIST, at)
    text = CharField()
    children = ChildRow.objects.filter(seen, worker__in=names, is_in_care=True)
    searches = EpisodeRow.objects.filter(seen, accepted_by__in=names, ended_at__isnull=True)
    reports = ReportDraft.objects.filter(seen, person__in=gone, finished_at__isnull=True, expires_at__gt=at)
    return children.values_list(Value(Work.WORKER.value, text), "child_id", "worker").union(
        searches.values_list(Value(Work.SEARCH.value, text), "child_id", "accepted_by"),
        reports.values_list(Value(Work.REPORT.value, text), "child_id", Cast("person_id", text)),
    )


def _actions(who: Reader, names: dict[str, Person], here: frozenset[str], at: datetime) -> list[OpenWork]:
    """Agreed actions that stand, are not done, and are a leaver's. One query."""
    named = Q(pk__in=[])
    for name in names:
        named |= Q(details__contains=name)
    seen = children_visible(who, Act.SEE_IN_LIST, at)
    refs = EntryRow.objects.filter(seen, named, kind="missing.action_agreed").values_list("child_id", flat=True)
    found = []
    for ref, entries in entries_of(refs).items():
        standing = in_force(entries)
        done = {e.details.action for e in standing if e.kind == "missing.action_done"}
        for e in standing:
            if e.kind == "missing.action_agreed" and e.details.who in names and e.id not in done:
                what = f"To do: {e.details.what or 'an agreed action'}"
                found.append(OpenWork(Work.ACTION, ref, e.id, names[e.details.who], what, e.details.who in here))
    return found
