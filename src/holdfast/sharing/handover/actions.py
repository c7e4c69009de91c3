"""Offering, accepting, refusing, and climbing: the only writes of handovers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from holdfast.chronology.actions import append
from holdfast.chronology.draft import Draft
from holdfast.chronology.installed import vocabulary
from holdfast.chronology.moment import Moment
from holdfast.chronology.rows import utc
from holdfast.sharing.actions import Notice, Sender, answered, tell
from holdfast.sharing.handover.ladder import Telling, tellings_due
from holdfast.sharing.handover.queries import Ladder, ladders, unaccepted
from holdfast.sharing.handover.rows import Answer, Handover, Rung
from holdfast.sharing.kinds import HandoverAccepted, HandoverOffered, HandoverRefused
from holdfast.sharing.models import Message
from holdfast.sharing.queries import contacts_of
from holdfast.sharing.rules import CannotTell, Channel, Recipient, What, checked
from holdfast.worktime.words import say_time

SOURCE = "handover"
AGAIN_EVERY = timedelta(minutes=10)
TEMPLATE = "handover"


class AcceptedAlready(Exception):
    """Somebody accepted before: `answer` says who and when. A late answer is harmless and changes nothing."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"accepted by {answer.name}")
        self.answer = answer


def ladder_for(agency: str) -> list[tuple[Recipient, int]]:
    """Whom an agency wants told, in order, as it stands now. An agency that has named nobody is told in Holdfast."""
    return contacts_of(agency) or [(Recipient(agency, "whoever is on duty", Channel.LINK), 0)]


@transaction.atomic
def offer(
    child: str,
    of: str,
    *,
    to_agency: str,
    notice: str,
    why: str,
    basis: str,
    sender: Sender,
    key: str,
    at: datetime,
    rungs: Sequence[tuple[Recipient, int]] | None = None,
    again_every: timedelta = AGAIN_EVERY,
) -> Handover:
    """Ask somebody to take something over. Fixes the ladder and its times, stores `handover.offered`, and tells the
    first rung, all in one transaction. `rungs` are people with the minutes after the start, in order; without them the
    agency's contacts of this moment. The last is told again every `again_every`.

    A second call with the same `key` returns the first handover. Raises CannotTell.
    """
    if (before := Handover.objects.filter(key=key).first()) is not None:
        return before
    at = utc(at)
    steps = [(checked(to), after) for to, after in (rungs if rungs is not None else ladder_for(to_agency))]
    _check(of, notice, why, basis, steps, again_every)
    made = Handover.objects.create(
        key=key, child_id=child, of=" ".join(of.split()), notice=notice, why=why, basis=basis, to_agency=to_agency,
        at=at, by=sender.by, by_name=sender.name, from_agency=sender.agency,
        again_every=again_every // timedelta(minutes=1),
    )  # fmt: skip
    Rung.objects.bulk_create(
        Rung(handover=made, number=n, at=at + timedelta(minutes=after), agency=to.agency, name=to.name,
             channel=to.channel.value, address=to.address, phone=to.phone)
        for n, (to, after) in enumerate(steps)
    )  # fmt: skip
    _tell_what_is_due(ladders([made])[0], at)
    return made


def _check(
    of: str, notice: str, why: str, basis: str, steps: list[tuple[Recipient, int]], again_every: timedelta
) -> None:
    for field, value, words in (
        ("of", of, "Enter what is handed over"),
        ("notice", notice, "Enter what they need to know"),
        ("why", why, "Enter why"),
        ("basis", basis, "Enter the lawful basis"),
    ):
        if not value.strip():
            raise CannotTell(field, words)
    minutes = [after for _, after in steps]
    if not steps or minutes[0] != 0:
        raise CannotTell("rungs", "The first person is told at once")
    if minutes != sorted(set(minutes)):
        raise CannotTell("rungs", "Each step is later than the one before")
    if again_every < timedelta(minutes=1):
        raise CannotTell("rungs", "The last step is repeated after a minute at the earliest")


def _tell_what_is_due(ladder: Ladder, now: datetime) -> int:
    """Tell every rung whose time has come and that has not been told. Nobody is named in the record without being
    sent a message, and the other way round: both are in this transaction."""
    given, told = ladder.handover, 0
    for due in tellings_due(ladder.times, ladder.again_every, ladder.refusals, now):
        key = _key(given, due)
        if not Message.objects.filter(key=key).exists():
            _tell(ladder, due, key, now)
            told += 1
    return told


def _tell(ladder: Ladder, due: Telling, key: str, now: datetime) -> None:
    given, rung = ladder.handover, ladder.rungs[due.rung]
    entry = None if due.again else _enter(given, HandoverOffered(to=f"{rung.name}, {rung.agency}", of=given.of), now)
    late = f" Nobody has accepted since {say_time(given.at)}." if due.rung or due.again else ""
    notice = Notice(TEMPLATE, f"Handover: {given.of}"[:200], given.notice + late, given.why, given.basis, (given.of,))
    to = Recipient(rung.agency, rung.name, Channel(rung.channel), rung.address, rung.phone)
    sender = Sender(given.by, given.by_name, given.from_agency)
    tell(given.child_id, to, notice, sender=sender, key=key, at=now, entry=entry, handover=given, rung=due.rung)


def _enter(given: Handover, details: Any, at: datetime, *, by: str = "", agency: str = "") -> str:
    draft = Draft(vocabulary().name_of(details), Moment(utc(at)), details, source=SOURCE)
    done = append(given.child_id, [draft], by=by or given.by, agency=agency or given.from_agency, at=at)
    return done.entries[0].id


def climb(now: datetime) -> int:
    """Tell whoever must be told by now of every handover that nobody has accepted. One transaction each; safe to kill
    and to run twice. Returns how many messages were made."""
    now, told = utc(now), 0
    open_ones = ladders(unaccepted())
    known = set(Message.objects.filter(handover__in=[x.handover.pk for x in open_ones]).values_list("key", flat=True))
    for seen in open_ones:
        due = tellings_due(seen.times, seen.again_every, seen.refusals, now)
        if all(_key(seen.handover, telling) in known for telling in due):
            continue
        with transaction.atomic():
            ladder = _held(seen.handover.pk)
            if ladder.accepted is None:
                told += _tell_what_is_due(ladder, now)
    return told


def _key(given: Handover, due: Telling) -> str:
    return f"handover:{given.pk}:{due.rung}:{due.again}"


def _held(pk: UUID) -> Ladder:
    return ladders([Handover.objects.select_for_update().get(pk=pk)])[0]


@transaction.atomic
def accept(handover: Handover, who: Sender, at: datetime, *, name: str = "") -> Answer:
    """A named person takes over. `name` is theirs when the sender writes it down for somebody on the telephone.

    Raises AcceptedAlready, CannotTell.
    """
    return _answer(handover, who, at, name=name, reason=None)


@transaction.atomic
def refuse(handover: Handover, who: Sender, at: datetime, *, reason: str, name: str = "") -> Answer:
    """A named person does not take over, and says why. The next rung is told at once, and the giver is told too.

    Raises AcceptedAlready, CannotTell.
    """
    if not reason.strip():
        raise CannotTell("reason", "Enter the reason")
    return _answer(handover, who, at, name=name, reason=" ".join(reason.split()))


def _answer(handover: Handover, who: Sender, at: datetime, *, name: str, reason: str | None) -> Answer:
    at, name = utc(at), " ".join((name or who.name).split())
    if not name:
        raise CannotTell("name", "Enter the name of the person")
    ladder = _held(handover.pk)
    if (before := ladder.accepted) is not None:
        raise AcceptedAlready(before)
    rung = ladder.reached(at)
    given = Answer.objects.create(
        handover=handover, rung=rung, is_accepted=reason is None, at=at, name=name, by=who.by, agency=who.agency,
        reason=reason or "",
    )  # fmt: skip
    message = Message.objects.filter(handover=handover, rung=rung).order_by("made_at").last()
    if message is not None:
        what = What.ACCEPTED if reason is None else What.REFUSED
        answered(message, what, who, at, name=name, words=reason or "")
    if reason is None:
        _enter(handover, HandoverAccepted(by=name, of=handover.of), at, by=who.by, agency=who.agency)
    else:
        _enter(handover, HandoverRefused(by=name, of=handover.of, reason=reason), at, by=who.by, agency=who.agency)
        _tell_what_is_due(_held(handover.pk), at)
    _tell_giver(handover, given, at)
    return given


def _tell_giver(handover: Handover, answer: Answer, at: datetime) -> None:
    """The giver hears of every answer at once, in Holdfast."""
    word = "accepted" if answer.is_accepted else "refused"
    text = f"{answer.name} ({answer.agency}) has {word} the handover of {handover.of}."
    if answer.reason:
        text += f" Reason: {answer.reason}. The next person on the ladder has been told, or the last one is told again."
    notice = Notice(
        f"handover-{word}", f"Handover {word}: {handover.of}"[:200], text, "The giver sees the answer",
        "The giver’s own task",
    )  # fmt: skip
    to = Recipient(handover.from_agency, handover.by_name, Channel.LINK)
    sender = Sender(answer.by, answer.name, handover.from_agency)
    tell(handover.child_id, to, notice, sender=sender, key=f"answer:{answer.pk}", at=at)
