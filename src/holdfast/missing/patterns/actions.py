"""What people decide about a link, written into both chronologies in one act; and what is never compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from holdfast.access.queries import Reader, may_do
from holdfast.access.rules import Act
from holdfast.child.picture import picture
from holdfast.chronology.actions import append, hold
from holdfast.chronology.draft import Draft
from holdfast.chronology.entry import Entry
from holdfast.chronology.installed import vocabulary
from holdfast.chronology.moment import Moment, Precision
from holdfast.chronology.queries import stories
from holdfast.chronology.story import Story
from holdfast.missing.actions import PAGE, NotAllowed, agency_of
from holdfast.missing.conversation_kinds import ActionAgreed
from holdfast.missing.link_kinds import MarkSort
from holdfast.missing.patterns.marks import every_mark, phone
from holdfast.missing.patterns.proposals import KINDS, Decision, End, decided, digest, is_waiting
from holdfast.missing.patterns.queries import may_see_patterns, other_end, shared_by
from holdfast.missing.patterns.rows import NeverCompared
from holdfast.missing.patterns.tables import last_decisions, told
from holdfast.missing.rules import CannotRecord

SHORTEST_REASON = 10  # letters


class DecidedMeanwhile(Exception):
    """Somebody else decided after this page was shown. Nothing was recorded."""


class NoLink(Exception):
    """There is no such link, or not for this reader: the two are not told apart."""


@dataclass(frozen=True, slots=True)
class Link:
    """Two children and what they share, for somebody who may see both. `mark`: its digest, empty where the records no
    longer say it and only what was decided (`last`) is left. `entries`: what says so, by child."""

    link: str
    sort: MarkSort
    mark: str
    children: tuple[str, str]
    entries: Mapping[str, tuple[str, ...]]
    stories: Mapping[str, Story]
    last: End | None
    is_waiting: bool

    def told(self, ref: str) -> list[tuple[Entry, str]]:
        """The entries of one child that say it, newest first, each with its writing there."""
        return told(self.stories[ref], self.entries.get(ref, ()), self.mark)


def find_link(who: Reader, child: str, link: str, *, at: datetime, act: Act = Act.OPEN) -> Link:
    """The link of this name from this child, for a reader who may do the act to both. At most four queries. Raises
    NoLink. Writes nothing: whoever shows it records the reading of both children."""
    found = shared_by(who, at, child=child, act=act)
    proposal = next((p for p in found.proposals if p.link == link), None)
    other = proposal.other(child) if proposal else other_end(who, child, link, at)
    if other is None:
        raise NoLink
    words, of = vocabulary(), stories(sorted((child, other)))
    readable = {
        ref: Story.of(ref, [e for e in s.entries if who.reads_of_all(words[e.kind].audience, Act.OPEN)], words)
        for ref, s in of.items()
    }
    ends = {ref: last_decisions(story) for ref, story in readable.items()}
    last = decided(of_child[link] for of_child in ends.values() if link in of_child).get(link)
    if proposal:
        sort, entries = proposal.sort, proposal.entries
    elif last is not None:
        said = next(e for e in readable[last.child].entries if e.id == last.entry)
        sort, entries = said.details.sort or MarkSort.PHONE, {}
    else:
        raise NoLink
    return Link(
        link=link, sort=sort, mark=proposal.digest if proposal else "", children=(child, other), entries=entries,
        stories=readable, last=last, is_waiting=proposal is not None and is_waiting(proposal, last),
    )  # fmt: skip


@transaction.atomic
def decide(
    *, child: str, link: str, decision: Decision, reason: str, shown: str, to_do: Iterable[str],
    by: Reader, at: datetime, token: str,
) -> None:  # fmt: skip
    """Write what somebody decided into both chronologies, and what is to be done because of it. `shown`: the occasion
    of the last decision that the page showed, empty for none. A second press of the same button (`token`) writes
    nothing.

    Raises NoLink, NotAllowed, DecidedMeanwhile, or CannotRecord with the words to show and the question.
    """
    if not may_see_patterns(by):
        raise NotAllowed
    first = find_link(by, child, link, at=at)
    for ref in sorted(first.children):  # in one order, so that two people never wait for each other
        if not hold(ref) or not may_do(by, Act.RECORD, ref, at):
            raise NotAllowed
    found = find_link(by, child, link, at=at, act=Act.RECORD)
    if any(e.source == PAGE and e.occasion == token for e in found.stories[child].entries):
        return
    if shown != (found.last.occasion if found.last else ""):
        raise DecidedMeanwhile
    if decision is Decision.WITHDRAWN:
        if found.last is None or found.last.decision not in (Decision.CONFIRMED, Decision.REFUSED):
            raise DecidedMeanwhile
    elif not found.is_waiting:
        raise DecidedMeanwhile
    check_reason(reason, found)
    for ref in found.children:
        _write(ref, found, decision, reason, to_do, by=by, at=at, token=token)


def _write(
    ref: str,
    found: Link,
    decision: Decision,
    reason: str,
    to_do: Iterable[str],
    *,
    by: Reader,
    at: datetime,
    token: str,
) -> None:
    shared = next((writing for _, writing in found.told(ref)), None)
    facts: list[Any] = [KINDS[decision](link=found.link, sort=found.sort, shared=shared, reason=reason)]
    facts += [ActionAgreed(what=what, who=str(by.person)) for what in to_do]
    words, when = vocabulary(), Moment(at.replace(microsecond=0), Precision.MINUTE)
    drafts = [
        Draft(words.name_of(fact), when, fact, source=PAGE, reference=f"{token}/{n}", occasion=token)
        for n, fact in enumerate(facts, start=1)
    ]
    append(ref, drafts, by=by.person.username, agency=agency_of(by), at=at)


def check_reason(reason: str, found: Link) -> None:
    """A reason stands in both chronologies, so it may name neither child. Raises CannotRecord."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise CannotRecord(f"Enter the reason, in at least {SHORTEST_REASON} letters", "reason")
    said = reason.casefold()
    for ref, story in found.stories.items():
        of_child = picture(story)
        names = {ref, ref.replace("-", ""), *of_child.name.split(), *of_child.first.split()}
        for name in names:
            if len(name) > 1 and re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", said):
                raise CannotRecord(
                    "Leave both children’s names and references out: the reason stands in both chronologies", "reason"
                )


def never_compare(sender: object, *, ref: str, text: str, **_: Any) -> None:
    """What is kept in the vault tells where a child lives or learns: no mark of it is ever a pattern. Called in the
    transaction that keeps it."""
    marks = {digest(settings.MARK_KEY, mark) for mark in every_mark(text)}
    NeverCompared.objects.bulk_create(NeverCompared(child_id=ref, digest=mark) for mark in sorted(marks))


@transaction.atomic
def never_compare_numbers(agency: str, numbers: Iterable[str]) -> None:
    """Telephone numbers that an agency answers are nobody's pattern. Those of before stay so."""
    marks = {digest(settings.MARK_KEY, mark) for number in numbers if (mark := phone(number)) is not None}
    known = NeverCompared.objects.filter(agency=agency).values_list("digest", flat=True)
    NeverCompared.objects.bulk_create(NeverCompared(agency=agency, digest=mark) for mark in sorted(marks - {*known}))
