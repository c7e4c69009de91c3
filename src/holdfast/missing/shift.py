"""What a shift leaves to the next: what happened since a time, what is open, what comes. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from holdfast.access.queries import Listing, Reader
from holdfast.access.rules import Act
from holdfast.child.law import law_in_use
from holdfast.child.models import ChildRow, OpenDuty
from holdfast.chronology.entry import Entry
from holdfast.chronology.installed import vocabulary
from holdfast.chronology.models import EntryRow
from holdfast.chronology.moment import Moment
from holdfast.chronology.queries import entries_of
from holdfast.chronology.story import Story
from holdfast.missing.conversations import ledger
from holdfast.missing.models import EpisodeRow
from holdfast.missing.picture import Episode, State, episodes
from holdfast.missing.queries import LISTED_RULES, DueRow
from holdfast.missing.rules import CLOCKS_DIFFER

LONGEST = timedelta(hours=24)
AHEAD = timedelta(hours=12)
# An episode that ended is the shift's business until the conversation after it is late beyond any doubt.
AFTER_THE_END = timedelta(days=14)
HAPPENED = {
    "missing.noticed": "Reported missing",
    "missing.category_changed": "Risk and category",
    "missing.risk_graded": "Risk and category",
    "missing.sighted": "Sightings",
    "handover.offered": "Handed over",
    "handover.accepted": "Handed over",
    "handover.refused": "Handed over",
    "missing.found": "Found and returned",
    "missing.returned": "Found and returned",
    "missing.interview_offered": "Return conversations",
    "missing.interview_declined": "Return conversations",
    "missing.interview_held": "Return conversations",
}
ROOMS = ("missing", "handover")  # an episode is begun, ended and told of in these alone
HEADINGS = tuple(dict.fromkeys(HAPPENED.values()))


@dataclass(frozen=True, slots=True)
class Told:
    """An entry, and the child whom it is about."""

    child: ChildRow
    entry: Entry


@dataclass(frozen=True, slots=True)
class Still:
    """A child who is missing, and since when."""

    child: ChildRow
    noticed: Moment


@dataclass(frozen=True, slots=True)
class Asked:
    """A duty, and the child for whom it stands."""

    child: ChildRow
    duty: DueRow


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift, as its children's entries tell it. `happened` by heading, each in the order of recording.

    `still_missing` are those of whose present absence nothing is told under `happened`; `open_conversations` are
    children who are back and with whom nobody has talked.
    """

    since: datetime
    happened: dict[str, list[Told]]
    became_overdue: list[Asked]
    due: list[Asked]
    open_conversations: list[Told]
    still_missing: list[Still]

    @property
    def children(self) -> set[str]:
        """The references of all of them."""
        told: list[Sequence[Told | Still | Asked]] = [*self.happened.values(), self.open_conversations]
        told += [self.still_missing, self.became_overdue, self.due]
        return {one.child.child_id for part in told for one in part}


def _of_a_shift(seen: Q, soon: datetime, lately: datetime, **_: object) -> QuerySet[EpisodeRow]:
    rows = EpisodeRow.objects.filter(seen, Q(ended_at__isnull=True) | Q(ended_at__gte=lately), noticed_at__lte=soon)
    return rows.order_by(F("ended_at").desc(nulls_first=True), "key").select_related("child__row")


_EPISODES = {act: Listing(act, _of_a_shift, soon=datetime, lately=datetime) for act in (Act.SEE_IN_LIST, Act.RECORD)}


def _episodes_of_a_shift(who: Reader, act: Act, now: datetime) -> list[EpisodeRow]:
    """The episodes that are open or ended within two weeks; those of children who are missing come first. One query."""
    found: list[EpisodeRow] = _EPISODES[act](who, now, soon=now + CLOCKS_DIFFER, lately=now - AFTER_THE_END)
    return found


def children_of_a_shift(who: Reader, now: datetime) -> dict[str, ChildRow]:
    """The children of those episodes for whom this reader may record, by reference. One query."""
    return {row.child_id: row.child.row for row in _episodes_of_a_shift(who, Act.RECORD, now)}


def shift(who: Reader, since: datetime, now: datetime) -> Shift:
    """What happened or was recorded since then for this reader's children, and what is due in 12 hours. Three queries.

    What the reader's agency may not read is left out before anything is looked at. Writes nothing: whoever shows it
    records the reading first.
    """
    rows = _episodes_of_a_shift(who, Act.SEE_IN_LIST, now)
    children = {row.child_id: row.child.row for row in rows}
    missing = {row.child_id: row for row in rows if row.ended_at is None}
    words = vocabulary()
    readable = {kind.name for kind in words if who.reads_of_all(kind.audience, Act.SEE_IN_LIST)}
    found = Shift(since, {heading: [] for heading in HEADINGS}, [], [], [], [])
    for ref, entries in entries_of(_to_be_read(children, missing, since), rooms=ROOMS).items():
        story = Story.of(ref, [e for e in entries if e.kind in readable], words)
        if _tell(found, children[ref], story, now):
            missing.pop(ref, None)
    found.still_missing.extend(Still(children[ref], row.noticed) for ref, row in sorted(missing.items()))
    _duties(found, children, now)
    for part in found.happened.values():
        part.sort(key=lambda one: one.entry.recorded_at)
    return found


def _to_be_read(children: Collection[str], missing: Collection[str], since: datetime) -> QuerySet[EntryRow, str]:
    """Those children of whose record there is something to tell: not the many who are still missing and of whom
    nothing was recorded, and nothing happened, since then."""
    back = [ref for ref in children if ref not in missing]
    # Of a yearly return only what lies in the shift is told (`_is_of_the_shift`); it knows days.
    news = ~Q(source__startswith="903/") | Q(occurred_at__gte=since - timedelta(days=1))
    lately = (Q(recorded_at__gte=since) & news) | Q(occurred_at__gte=since)
    told = EntryRow.objects.filter(lately, child_id__in=list(missing)) | EntryRow.objects.filter(child_id__in=back)
    return told.values_list("child_id", flat=True)


def _tell(found: Shift, child: ChildRow, story: Story, now: datetime) -> bool:
    """Put what is to be told where it belongs; whether something of it is of an absence that goes on, or the child is
    back."""
    told = [e for e in story.standing if e.kind in HAPPENED and _is_of_the_shift(e, found.since, now)]
    for entry in told:
        found.happened[HAPPENED[entry.kind]].append(Told(child, entry))
    of_child = [e for e in episodes(story) if e.noticed.at <= now + CLOCKS_DIFFER]
    if of_child and of_child[-1].state is State.MISSING:
        # What was told late of an earlier time, such as its return, says nothing of this one.
        return bool({e.id for e in told} & {e.id for e in of_child[-1].entries})
    found.open_conversations.extend(_conversations(child, of_child, now))
    return True


def _is_of_the_shift(entry: Entry, since: datetime, now: datetime) -> bool:
    """It happened in the shift, or was told in it: what is entered late belongs to the shift that learns of it. What a
    yearly return brings was known to others long before."""
    if entry.source.startswith("903/") and entry.occurred.latest < since:
        return False
    return max(entry.occurred.at, entry.recorded_at) >= since and entry.occurred.at <= now + CLOCKS_DIFFER


def _conversations(child: ChildRow, of_child: list[Episode], now: datetime) -> Iterable[Told]:
    open_rows = [r for r in ledger(of_child) if r.is_due and r.episode.ended]
    for row in open_rows[-1:]:
        if row.episode.ended and now - row.episode.ended.at <= AFTER_THE_END:
            ended = next(e for e in row.episode.entries if e.kind in ("missing.found", "missing.returned"))
            yield Told(child, ended)


def _duties(found: Shift, children: dict[str, ChildRow], now: datetime) -> None:
    still_open = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    ahead = (now, now + AHEAD)
    of_the_shift = (
        Q(late_after__gte=found.since, late_after__lt=now)
        | Q(due_at__range=ahead)
        | Q(due_at__isnull=True, started_at__range=ahead)
    )
    rows = OpenDuty.objects.filter(still_open, of_the_shift, child_id__in=list(children), rule__contains=LISTED_RULES)
    rules = {rule.key: rule for rule in law_in_use().rules}
    columns = ("child_id", "rule", "started_at", "due_at", "late_after")
    for ref, key, starts, due, late_after in rows.order_by("due_at", "started_at", "key").values_list(*columns):
        has_begun = starts <= now
        is_late = has_begun and late_after is not None and late_after < now
        title, owner = (rules[key].title, rules[key].responsible) if key in rules else (key, "")
        one = Asked(children[ref], DueRow(key, title, due, starts, is_late, has_begun, owner))
        if is_late and late_after >= found.since:
            found.became_overdue.append(one)
        elif not is_late and now <= one.duty.at <= now + AHEAD and (due is not None or not has_begun):
            found.due.append(one)
