"""Offering, accepting, refusing, and climbing: the only writes of handovers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from holdfast.access.models import Person
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
from holdfast.sharing.rota.queries import on_duty
from holdfast.sharing.rota.rows import RotaDuty, RungLookup
from holdfast.sharing.rota.telling import tell_a_person
from holdfast.sharing.rules import CannotTell, Channel, Recipient, What, checked
from holdfast.worktime.words import say_list, say_time

SOURCE = "handover"
AGAIN_EVERY = timedelta(minutes=10)
# Nobody is asked again within a minute: who refuses twice in one has pressed the button twice, and the second press is
# not the answer of the next rung, who has only just been told.
SAME_PRESS = timedelta(minutes=1)
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
    sent a message, and the other way round: both are in this transaction. A rung that is a duty of a rota is told to
    the person who is on now; where nobody is, the next rung is told at once."""
    given, told = ladder.handover, 0
    for due in tellings_due(ladder.times, ladder.again_every, ladder.refusals, now):
        key, is_last = _key(given, due), due.rung == len(ladder.rungs) - 1
        if (due.rung in ladder.gaps and not is_last) or Message.objects.filter(key=key).exists():
            continue
        rung = ladder.rungs[due.rung]
        found = on_duty(rung.agency, rung.name, given.child_id, now)
        if found is not None:
            _look_up(rung, due, *found, now)
        if found is not None and found[1] is None and not is_last:
            return told + _tell_what_is_due(ladders([given])[0], now)
        _tell(ladder, due, key, now, found)
        told += 1
    return told


def _look_up(rung: Rung, due: Telling, duty: RotaDuty, person: Person | None, now: datetime) -> None:
    """Write down whom the rota named at this moment, or that it named nobody."""
    name = str(person)[:120] if person else ""
    said = {"duty": duty, "person": person, "name": name, "at": now}
    RungLookup.objects.get_or_create(rung=rung, again=due.again, defaults=said)


def _tell(ladder: Ladder, due: Telling, key: str, now: datetime, found: tuple[RotaDuty, Person | None] | None) -> None:
    given, rung = ladder.handover, ladder.rungs[due.rung]
    person = found[1] if found else None
    name = f"{person} ({rung.name})"[:120] if person else rung.name
    entry = None if due.again else _enter(given, HandoverOffered(to=f"{name}, {rung.agency}", of=given.of), now)
    late = f" Nobody has accepted since {say_time(given.at)}." if due.rung or due.again else ""
    late += _nobody_on(ladder, due.rung, found)
    notice = Notice(TEMPLATE, f"Handover: {given.of}"[:200], given.notice + late, given.why, given.basis, (given.of,))
    to = Recipient(rung.agency, name, Channel(rung.channel), rung.address, rung.phone)
    sender = Sender(given.by, given.by_name, given.from_agency)
    tell(given.child_id, to, notice, sender=sender, key=key, at=now, entry=entry, handover=given, rung=due.rung)
    if person is not None:
        words = (
            f"You are on as {rung.name}, and something waits for you to accept it. Look under Waiting for acceptance."
        )
        tell_a_person(person, "Something waits for you to accept it", words, None, key, now, agency=given.from_agency)


def _nobody_on(ladder: Ladder, number: int, found: tuple[RotaDuty, Person | None] | None) -> str:
    """Why this came sooner than its time, or to no named person."""
    passed = [r.name for r in ladder.rungs[:number] if r.number in ladder.gaps]
    # Not why: that somebody is on who may not read of this child is nobody's to know.
    words = f" Nobody could be asked as {say_list(passed)}, so this was told at once." if passed else ""
    if found is not None and found[1] is None:
        words += f" Nobody can be asked as {ladder.rungs[number].name}: this goes to whoever can be reached there."
    return words


def _enter(given: Handover, details: Any, at: datetime, *, by: str = "", agency: str = "") -> str:
    # The occasion joins the answers to what was asked: of two searches for one child each has its own.
    draft = Draft(vocabulary().name_of(details), Moment(utc(at)), details, source=SOURCE, occasion=str(given.pk))
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
        last = len(seen.rungs) - 1
        if all(_key(seen.handover, t) in known or (t.rung in seen.gaps and t.rung < last) for t in due):
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
    last = ladder.answers[-1] if ladder.answers else None
    if last and (last.by, last.name, last.reason) == (who.by, name, reason) and at - last.at < SAME_PRESS:
        return last
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
