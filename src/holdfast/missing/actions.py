"""What people record about a missing child. Each act is one transaction."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from holdfast.access.actions import record_reading
from holdfast.access.queries import Reader, may_do
from holdfast.access.rules import Act
from holdfast.chronology.actions import Appended, NotInForce, append, hold
from holdfast.chronology.draft import Draft
from holdfast.chronology.entry import Entry
from holdfast.chronology.installed import vocabulary
from holdfast.chronology.moment import Moment
from holdfast.chronology.queries import stories
from holdfast.chronology.story import Story
from holdfast.missing.conversation_kinds import ActionAgreed, ActionDone, ConversationLearned, ConversationWords
from holdfast.missing.kinds import (
    CategoryChanged,
    Found,
    InterviewDeclined,
    InterviewHeld,
    InterviewOffered,
    PoliceInterviewHeld,
    Returned,
    RiskGraded,
)
from holdfast.missing.models import PaperPack, ReportDraft
from holdfast.missing.picture import Episode, State, episodes
from holdfast.missing.queries import MissingRow, everyone_missing
from holdfast.missing.report import Report, entries_of_report
from holdfast.missing.rules import (
    CannotRecord,
    Decision,
    check_after_end,
    check_found,
    check_in_episode,
    check_last_seen,
    check_moment,
    check_noticed,
    check_order,
    check_police_told,
    check_publicity,
    check_returned,
    comes_before,
    decide_category,
    follows,
    noticed_in_order,
)
from holdfast.missing.search_kinds import FoundTold, PublicityDecided

PAGE = "page"
JUST = timedelta(minutes=10)


class NotAllowed(Exception):
    """This person may not do this for this child."""


def agency_of(by: Reader) -> str:
    return by.posts[0].agency if by.posts else ""


def must_be_allowed(by: Reader, act: Act, child: str, at: datetime) -> None:
    """Also holds the chronology: what is checked next is still so when it is written, and of two presses at once the
    second finds what the first stored."""
    if not hold(child) or not may_do(by, act, child, at):
        raise NotAllowed


def _latest_episode(story: Story) -> Episode:
    found = episodes(story)
    if not found:
        raise CannotRecord("No missing episode is recorded for this child")
    return found[-1]


def _record(child: str, details: Any, when: Moment, *, by: Reader, at: datetime, token: str) -> Appended:
    kind = vocabulary().name_of(details)
    draft = Draft(kind, when, details, source=PAGE, reference=token)
    return append(child, [draft], by=by.person.username, agency=agency_of(by), at=at)


@transaction.atomic
def record_found(*, child: str, when: Moment, details: Found, by: Reader, at: datetime, token: str) -> Entry | None:
    """Record that a missing child was found. `token` makes a second press of the button the same entry (then None).

    Raises NotAllowed, or CannotRecord with the words to show beside the question.
    """
    must_be_allowed(by, Act.RECORD, child, at)
    story = stories([child])[child]
    if _is_told_already(story, token):
        return None
    episode = _latest_episode(story)
    check_found(episode, when, at)
    done = _record(child, details, follows(when, episode.noticed), by=by, at=at, token=token)
    _must_now_be(State.FOUND, done.story(child))
    return done.entries[0] if done.entries else None


@transaction.atomic
def record_returned(
    *, child: str, when: Moment, details: Returned, by: Reader, at: datetime, token: str
) -> Entry | None:
    """Record that a child is back. Ends the episode too, where nobody recorded a finding."""
    must_be_allowed(by, Act.RECORD, child, at)
    story = stories([child])[child]
    if _is_told_already(story, token):
        return None
    episode = _latest_episode(story)
    check_returned(episode, when, at)
    done = _record(child, details, follows(when, episode.noticed, episode.found), by=by, at=at, token=token)
    _must_now_be(State.RETURNED, done.story(child))
    return done.entries[0] if done.entries else None


def _must_now_be(state: State, story: Story) -> None:
    """What was recorded is what the list, the episode and the law now say; else nothing is recorded."""
    if _latest_episode(story).state is not state:
        raise CannotRecord("The times in the record contradict this one: check the day and the time")


def _is_told_already(story: Story, token: str) -> bool:
    return any(e.reference == token and e.source == PAGE for e in story.entries)


@transaction.atomic
def correct_moment(*, child: str, entry: str, when: Moment, by: Reader, at: datetime) -> Entry:
    """Correct when something happened. The old answer is kept; every clock is computed afresh.

    Raises NotAllowed, CannotRecord, or NotInForce when somebody else changed the entry meanwhile.
    """
    must_be_allowed(by, Act.CORRECT, child, at)
    story = stories([child])[child]
    before = next((e for e in story.standing if e.id == entry), None)
    if before is None:
        if any(e.id == entry for e in story.entries):
            raise NotInForce(next((e for e in story.standing if e.corrects == entry), None))
        raise CannotRecord("That entry does not stand in this chronology")
    check_moment(when, at)
    when = check_order(story.standing, before, when)
    draft = Draft(before.kind, when, before.details, corrects=before.id, occasion=before.occasion)
    return append(child, [draft], by=by.person.username, agency=agency_of(by), at=at).entries[0]


@transaction.atomic
def record_in_episode(
    *, child: str, episode: int, details: Any, when: Moment, by: Reader, at: datetime, token: str
) -> Entry | None:
    """Record something that belongs to one of a child's episodes. None where the same press recorded it before, or the
    same person exactly this within the last ten minutes.

    Raises NotAllowed, or CannotRecord with the words to show beside the question.
    """
    must_be_allowed(by, Act.RECORD, child, at)
    story = stories([child])[child]
    if _is_told_already(story, token):
        return None
    found = check_in_episode(episodes(story), episode, when, at)
    if isinstance(details, AFTER_THE_END):
        check_after_end(found, when)
    if isinstance(details, PublicityDecided):
        homes = {e.details.home for e in story.standing if e.kind == "placement.started"}
        check_publicity(details.words or "", homes - {None})
    when = follows(when, found.noticed, found.ended if isinstance(details, AFTER_THE_END) else None)
    if isinstance(details, LATEST_STANDS) and not when.is_exact:
        # "Today, time not known" may be before what was said of noon: whoever says it now means what is so now.
        same = [e.occurred for e in found.entries if isinstance(e.details, type(details))]
        when = follows(when, *(m for m in same if not comes_before(when, m)))
    if _was_just_said(story, details, when, by, at):
        return None
    done = _record(child, details, when, by=by, at=at, token=token)
    return done.entries[0] if done.entries else None


def _was_just_said(story: Story, details: Any, when: Moment, by: Reader, at: datetime) -> bool:
    """Whether this person has just recorded exactly this: they went back to a page that is new each time, found it
    filled in by their browser, and pressed again."""
    return any(
        (e.recorded_by, e.occurred, e.details) == (by.person.username, when, details)
        for e in story.standing
        if e.source == PAGE and at - e.recorded_at < JUST
    )


AFTER_THE_END = (
    InterviewOffered, InterviewDeclined, InterviewHeld, PoliceInterviewHeld,
    ConversationWords, ConversationLearned, ActionAgreed, ActionDone, FoundTold,
)  # fmt: skip
# Of these the one that happened last is shown in every list.
LATEST_STANDS = (CategoryChanged, RiskGraded)


# --- a report ------------------------------------------------------------------------------------------------------

# Longer than any shift and the next: after it, what was known then is not what is known now.
REPORT_KEPT = timedelta(hours=24)
SECOND_CHILD_WITHIN = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Reported:
    """What a report stored. `entries` in the order in which they were written, the noticing first; `episode` is the
    number of the episode that it opened or joined; `is_new` is false where the same report was stored before."""

    child: str
    token: str
    occasion: str
    entries: tuple[Entry, ...]
    episode: int
    joined: bool
    decision: Decision
    is_new: bool


@transaction.atomic
def report(*, child: str, report: Report, by: Reader, at: datetime, token: str, occasion: str = "") -> Reported:
    """Store a report that a child is missing: every fact an entry, all or none.

    A report of a child who is missing already joins the open episode. `token` makes a second press of the button the
    same report. `occasion` joins the entries of two children reported together.
    Raises NotAllowed, or CannotRecord with the words to show and the question that they belong to.
    """
    must_be_allowed(by, Act.RECORD, child, at)
    story = stories([child])[child]
    decision = decide_category(report.whereabouts.whereabouts, report.worries.worries)
    before = tuple(e for e in story.entries if e.source == PAGE and e.reference.startswith(f"{token}/"))
    if before:
        return _reported(child, token, occasion, before, story, decision, is_new=False)
    drafts = report_drafts(story, report, at)
    marked = [
        replace(d, source=PAGE, reference=f"{token}/{n}", occasion=occasion) for n, d in enumerate(drafts, start=1)
    ]
    done = append(child, marked, by=by.person.username, agency=agency_of(by), at=at)
    now = done.story(child)
    _must_now_be(State.MISSING, now)
    return _reported(child, token, occasion, done.entries, now, decision, is_new=True)


def report_drafts(story: Story, report: Report, at: datetime) -> list[Draft]:
    """The facts that a report would add to a story. Raises CannotRecord. Writes nothing."""
    before, noticed = episodes(story), report.noticed_or_day(at)
    open_one = check_noticed(before, noticed, at)
    noticed = noticed_in_order(before, noticed, open_one)
    if report.last_seen:
        check_last_seen(report.last_seen, report.noticed, at)
    if report.police and report.police.when:
        check_police_told(report.police.when, noticed, at)
    joins = open_one.category if open_one else None
    category = decide_category(report.whereabouts.whereabouts, report.worries.worries).category
    return entries_of_report(replace(report, noticed=noticed), category, joins, at=at, words=vocabulary())


def _reported(
    child: str, token: str, occasion: str, entries: tuple[Entry, ...], story: Story, decision: Decision, *, is_new: bool
) -> Reported:
    first = entries[0].id
    episode = next((e for e in episodes(story) if any(one.id == first for one in e.entries)), None)
    joined = any(e.kind == "missing.report_made" and e.details.joins for e in entries)
    return Reported(child, token, occasion, entries, episode.number if episode else 0, joined, decision, is_new)


@transaction.atomic
def keep_report(*, child: str, answers: str, by: Reader, at: datetime, occasion: str = "") -> ReportDraft:
    """Keep the answers so far of a report that is not recorded yet. What has expired, of anybody, is deleted."""
    must_be_allowed(by, Act.RECORD, child, at)
    ReportDraft.objects.filter(expires_at__lte=at).delete()
    draft, _ = ReportDraft.objects.update_or_create(
        person=by.person,
        child_id=child,
        finished_at=None,
        defaults={"answers": answers, "expires_at": at + REPORT_KEPT},
        create_defaults={
            "token": secrets.token_urlsafe(12),
            "answers": answers,
            "occasion": occasion,
            "begun_at": at,
            "expires_at": at + REPORT_KEPT,
        },
    )
    return draft


@transaction.atomic
def finish_report(draft: ReportDraft, *, shared: str, at: datetime) -> None:
    """The report is recorded. `shared`, the answers that a second child's report can begin with, are kept a while."""
    draft.finished_at, draft.answers, draft.expires_at = at, shared, at + SECOND_CHILD_WITHIN
    draft.save(update_fields=["finished_at", "answers", "expires_at"])


@transaction.atomic
def forget_report(*, child: str, by: Reader) -> None:
    """Throw a report away that was begun and not recorded."""
    ReportDraft.objects.filter(person=by.person, child_id=child, finished_at__isnull=True).delete()


@transaction.atomic
def print_paper_pack(who: Reader, at: datetime, *, reason: str) -> list[MissingRow]:
    """Everybody who is missing, for print: each is written down as read, and the pack with its reason."""
    rows = everyone_missing(who, at)
    record_reading(who, Act.SEE_IN_LIST, [row.ref for row in rows], page="paper-pack", at=at)
    PaperPack.objects.create(person=who.person, at=at, reason=reason, children=len(rows))
    return rows
