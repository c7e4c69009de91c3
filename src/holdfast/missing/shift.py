"""What a shift leaves to the next: what happened since a time, what is open, what comes. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from holdfast.access.queries import Reader, children_visible
from holdfast.access.rules import Act
from holdfast.child.law import law_in_use
from holdfast.child.models import ChildRow, OpenDuty
from holdfast.chronology.entry import Entry
from holdfast.chronology.installed import vocabulary
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
HEADINGS = tuple(dict.fromkeys(HAPPENED.values()))


@dataclass(frozen=True, slots=True)
class Told:
    """An entry, and the child whom it is about."""

    child: ChildRow
    entry: Entry


@dataclass(frozen=True, slots=True)
class Asked:
    """A duty, and the child for whom it stands."""

    child: ChildRow
    duty: DueRow


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift, as its children's entries tell it. `happened` by heading, each in the order of recording.

    `still_missing` are those of whom nothing is told under `happened`; `open_conversations` are children who are back
    and with whom nobody has talked.
    """

    since: datetime
    happened: dict[str, list[Told]]
    became_overdue: list[Asked]
    due: list[Asked]
    open_conversations: list[Told]
    still_missing: list[Told]

    @property
    def children(self) -> set[str]:
        """The references of all of them."""
        told = (*self.happened.values(), self.open_conversations, self.still_missing)
        refs = {one.child.child_id for part in told for one in part}
        return refs | {one.child.child_id for one in (*self.became_overdue, *self.due)}


def children_of_a_shift(who: Reader, act: Act, now: datetime) -> dict[str, ChildRow]:
    """The children with an episode that is open or ended within two weeks, by reference; those who are missing come
    first. One query."""
    rows = EpisodeRow.objects.filter(
        children_visible(who, act, now),
        Q(ended_at__isnull=True) | Q(ended_at__gte=now - AFTER_THE_END),
        noticed_at__lte=now + CLOCKS_DIFFER,
    )
    return {
        row.child_id: row.child.row
        for row in rows.order_by(F("ended_at").desc(nulls_first=True), "key").select_related("child__row")
    }


def shift(who: Reader, since: datetime, now: datetime) -> Shift:
    """What happened or was recorded since then for this reader's children, and what is due in 12 hours. Three queries.

    What the reader's agency may not read is left out before anything is looked at. Writes nothing: whoever shows it
    records the reading first.
    """
    children = children_of_a_shift(who, Act.SEE_IN_LIST, now)
    words = vocabulary()
    found = Shift(since, {heading: [] for heading in HEADINGS}, [], [], [], [])
    for ref, entries in entries_of(sorted(children)).items():
        story = Story.of(ref, [e for e in entries if words[e.kind].audience & who.audiences], words)
        _tell(found, children[ref], story, now)
    _duties(found, children, now)
    for part in found.happened.values():
        part.sort(key=lambda one: one.entry.recorded_at)
    return found


def _tell(found: Shift, child: ChildRow, story: Story, now: datetime) -> None:
    told = [e for e in story.standing if e.kind in HAPPENED and _is_of_the_shift(e, found.since, now)]
    for entry in told:
        found.happened[HAPPENED[entry.kind]].append(Told(child, entry))
    of_child = [e for e in episodes(story) if e.noticed.at <= now + CLOCKS_DIFFER]
    if of_child and of_child[-1].state is State.MISSING:
        if not told:
            found.still_missing.append(Told(child, of_child[-1].noticed_entry))
    else:
        found.open_conversations.extend(_conversations(child, of_child, now))


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
    rows = OpenDuty.objects.filter(still_open, child_id__in=list(children), rule__contains=LISTED_RULES)
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
