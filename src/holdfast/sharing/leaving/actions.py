"""Passing on what a leaver held: a manager asks a named person, who takes it, and only then it is theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from holdfast.access.actions import CannotDecide, NotForThem, reason_of
from holdfast.access.models import Person
from holdfast.access.queries import Reader, may_do, reader
from holdfast.access.rules import Act
from holdfast.child.kinds import WorkerAllocated
from holdfast.child.models import ChildRow
from holdfast.chronology.actions import append, hold
from holdfast.chronology.draft import Draft
from holdfast.chronology.installed import vocabulary
from holdfast.chronology.moment import Moment
from holdfast.chronology.queries import stories
from holdfast.chronology.rows import utc
from holdfast.missing.models import EpisodeRow, ReportDraft
from holdfast.sharing.actions import Notice, Sender, tell
from holdfast.sharing.kinds import HandoverAccepted
from holdfast.sharing.leaving.queries import open_work
from holdfast.sharing.leaving.rows import Work, WorkAnswered, WorkOffered
from holdfast.sharing.rules import Channel, Recipient

PAGE = "page"
_GONE = "Somebody has taken this over meanwhile, or it is done. Nothing was recorded"


@transaction.atomic
def offer_work(who: Reader, key: str, *, username: str, at: datetime) -> WorkOffered:
    """Ask a named person to take over one thing that nobody holds (`OpenWork.key`). They are told at once. Raises
    NotForThem, CannotDecide."""
    if not hold(_child_of(key)):
        raise NotForThem
    wanted = next((w for w in open_work(who, at) if w.key == key), None)
    if wanted is None:
        raise NotForThem
    to = Person.objects.filter(username=username.strip(), is_active=True).first()
    if to is None or not may_do(reader(to, at), Act.RECORD, wanted.child, at):
        raise CannotDecide("username", "Nobody of that user name may record for this child")
    if wanted.offer is not None and wanted.offer.to_id == to.pk:
        raise CannotDecide("username", f"{to} is asked already and has not answered")
    offer = WorkOffered.objects.create(
        work=wanted.work.value, child_id=wanted.child, entry=wanted.entry, leaver=wanted.leaver, to=to, by=who.person,
        at=utc(at),
    )  # fmt: skip
    _tell(offer, to, f"{who.person} asks you to take over work of {wanted.leaver}, who has left.", who.person, at)
    return offer


def _child_of(key: str) -> str:
    return key.split("/")[1] if "/" in key else ""


def _tell(offer: WorkOffered, to: Person, words: str, sender: Person, at: datetime) -> None:
    """No child is named in what goes out: the page shows it to whoever may see it."""
    notice = Notice(
        "work-passed-on", "Work that somebody left", f"{words} Look under Work that nobody holds.",
        "Nothing may be left without a person when somebody leaves", "The agency’s own task",
    )  # fmt: skip
    whom = Recipient("", str(to)[:120], Channel.LINK, person=to.pk)
    from_holdfast = Sender(sender.username, str(sender), "")
    tell(None, whom, notice, sender=from_holdfast, key=f"work:{offer.pk}:{to.pk}", at=at)


@transaction.atomic
def answer_work(who: Reader, offer: WorkOffered, *, accepts: bool, reason: str, at: datetime) -> None:
    """The named person takes it, which is then written in the child's chronology, or does not and says why. Raises
    NotForThem, CannotDecide."""
    hold(offer.child_id)
    if offer.to_id != who.person.pk or not may_do(who, Act.RECORD, offer.child_id, at):
        raise NotForThem
    if WorkAnswered.objects.filter(offer=offer).exists():
        raise CannotDecide("reason", "This was answered already")
    if not accepts:
        reason = reason_of(reason)
    elif WorkOffered.objects.filter(
        work=offer.work, child=offer.child, entry=offer.entry, leaver=offer.leaver, at__gt=offer.at
    ).exists():
        raise CannotDecide("reason", "Somebody else was asked meanwhile")
    else:
        reason = ""
        _take(who, offer, at)
    WorkAnswered.objects.create(offer=offer, by=who.person, at=utc(at), is_accepted=accepts, reason=reason)
    word = "has taken over work of" if accepts else "does not take over work of"
    _tell(offer, offer.by, f"{who.person} {word} {offer.leaver}.", who.person, at)


def _take(who: Reader, offer: WorkOffered, at: datetime) -> None:
    name, gone = str(who.person), str(offer.leaver)
    work, ref = Work(offer.work), offer.child_id
    if work is Work.REPORT:
        _take_report(who.person, offer)
        return
    if work is Work.WORKER:
        _must_still(ChildRow.objects.filter(child_id=ref, worker=gone).exists())
        drafts = [_draft(WorkerAllocated(worker=name, reason=f"{gone} has left"), offer, at)]
    elif work is Work.SEARCH:
        _must_still(EpisodeRow.objects.filter(child_id=ref, accepted_by=gone, ended_at__isnull=True).exists())
        drafts = [_draft(HandoverAccepted(by=name, of="the search"), offer, at)]
    else:
        entry = next((e for e in stories([ref])[ref].standing if e.id == offer.entry), None)
        if entry is None or entry.details.who != gone:
            raise CannotDecide("reason", _GONE)
        details = replace(entry.details, who=name)
        drafts = [Draft(entry.kind, entry.occurred, details, corrects=entry.id, occasion=entry.occasion)]
    agency = who.posts[0].agency if who.posts else ""
    append(ref, drafts, by=who.person.username, agency=agency, at=at)


def _draft(details: object, offer: WorkOffered, at: datetime) -> Draft:
    return Draft(vocabulary().name_of(details), Moment(utc(at)), details, source=PAGE, reference=f"work/{offer.pk}")


def _must_still(stands: bool) -> None:
    if not stands:
        raise CannotDecide("reason", _GONE)


def _take_report(person: Person, offer: WorkOffered) -> None:
    """The answers so far become theirs, as they were typed."""
    if ReportDraft.objects.filter(person=person, child=offer.child, finished_at__isnull=True).exists():
        raise CannotDecide("reason", "You have begun a report about this child yourself: record or forget that first")
    drafts = ReportDraft.objects.filter(person=offer.leaver, child=offer.child, finished_at__isnull=True)
    _must_still(drafts.update(person=person) == 1)
