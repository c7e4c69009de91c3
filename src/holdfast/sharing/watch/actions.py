"""The watch's round: the only writes of what it has said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from holdfast.access.canaries.queries import made_up
from holdfast.access.models import Agency, TieRow
from holdfast.access.rules import Tie
from holdfast.child.models import OpenDuty
from holdfast.chronology.actions import hold
from holdfast.chronology.rows import utc
from holdfast.duties.statute import statute
from holdfast.sharing.actions import Notice, Sender, tell
from holdfast.sharing.models import Message
from holdfast.sharing.queries import contacts_of
from holdfast.sharing.rules import Channel, Recipient
from holdfast.sharing.watch.rows import WatchBegan, Watched
from holdfast.sharing.watch.rungs import SOON, Duty, Said, Saying, to_say
from holdfast.worktime.words import say_time

CHUNK = 500
_HEADS = {Said.SOON: "Due soon", Said.DUE: "Due now", Said.OVERDUE: "Overdue"}
_Key = tuple[str, str, datetime, datetime]


@dataclass(slots=True)
class Round:
    """What one round did: messages made, and rungs passed over without one."""

    said: int = 0
    passed: int = 0
    nobody: int = 0  # duties of children for whom no agency of this house is responsible: nobody could be told


def watch_once(now: datetime) -> Round:
    """Say what has become due. One transaction for each child: safe to kill at any line and to run twice at once."""
    now, done = utc(now), Round()
    began, passed = _began(now), list[Watched]()
    for child, sayings in _due(now, began):
        if any(saying.say for _, saying in sayings):
            with transaction.atomic():
                _say_for(child, [duty for duty, _ in sayings], began, now, done)
        else:
            # Nobody is told of these: a first round of a county has a hundred thousand, and needs no child's lock.
            passed += [_row(duty, rung, now, None) for duty, saying in sayings for rung in saying.passed]
    for start in range(0, len(passed), CHUNK):
        Watched.objects.bulk_create(passed[start : start + CHUNK], ignore_conflicts=True)
    done.passed += len(passed)
    return done


@transaction.atomic
def _began(now: datetime) -> datetime:
    row, _ = WatchBegan.objects.get_or_create(only=True, defaults={"at": now})
    return row.at


def _due(now: datetime, began: datetime) -> Iterator[tuple[str, list[tuple[Duty, Saying]]]]:
    """Children with a duty of which something is to be written down, each with all such duties."""
    holds = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    rows = OpenDuty.objects.filter(holds, due_at__lte=now + SOON, started_at__lte=now)
    found: dict[str, list[Duty]] = defaultdict(list)
    for row in rows.order_by("child_id", "key").iterator(CHUNK):
        found[row.child_id].append(Duty(row.child_id, row.rule, row.started_at, row.due_at, row.late_after))  # type: ignore[arg-type]
    for invented in made_up(found):
        del found[invented]
    said = _said(list(found))
    for child, duties in found.items():
        sayings = [(d, to_say(d, said.get(_key(d), frozenset()), began, now)) for d in duties]
        new = [(duty, saying) for duty, saying in sayings if saying != Saying(None, ())]
        if new:
            yield child, new


def _key(duty: Duty) -> _Key:
    return (duty.child, duty.rule, duty.started_at, duty.due_at)


def _said(children: list[str]) -> dict[_Key, frozenset[Said]]:
    found: dict[_Key, frozenset[Said]] = {}
    for start in range(0, len(children), CHUNK):
        rows = Watched.objects.filter(child__in=children[start : start + CHUNK])
        for child, rule, started, due, rung in rows.values_list("child_id", "rule", "started_at", "due_at", "rung"):
            key = (child, rule, started, due)
            found[key] = found.get(key, frozenset()) | {Said(rung)}
    return found


def _say_for(child: str, duties: list[Duty], began: datetime, now: datetime, done: Round) -> None:
    # The child's own row is the lock: two watches never say the same for one child.
    if not hold(child):
        return
    said, agency = _said([child]), _responsible(child, now)
    titles = {rule.key: rule.title for rule in statute().rules}
    seen: set[_Key] = set()
    for duty in duties:
        key = _key(duty)
        if key in seen:
            continue  # two entries of one moment started the same duty: it is said once
        seen.add(key)
        saying = to_say(duty, said.get(key, frozenset()), began, now)
        if saying.say and not agency:
            done.nobody += 1
            continue
        for rung in saying.passed:
            _write(duty, rung, now, None)
            done.passed += 1
        if saying.say:
            message = _tell(duty, saying.say, titles.get(duty.rule, duty.rule), agency, now)
            _write(duty, saying.say, now, message)
            done.said += 1


def _write(duty: Duty, rung: Said, now: datetime, message: Message | None) -> None:
    _row(duty, rung, now, message).save(force_insert=True)


def _row(duty: Duty, rung: Said, now: datetime, message: Message | None) -> Watched:
    return Watched(
        child_id=duty.child, rule=duty.rule, started_at=duty.started_at, due_at=duty.due_at, rung=rung.value, at=now,
        message=message,
    )  # fmt: skip


def _responsible(child: str, now: datetime) -> str:
    """The agency that looks after the child now, where it is one of this house."""
    holds = Q(ends__isnull=True) | Q(ends__gt=now)
    codes = TieRow.objects.filter(holds, child=child, tie=Tie.RESPONSIBLE.value, begins__lte=now)
    known = Agency.objects.filter(code__in=codes.values("agency")).order_by("code").first()
    return known.code if known else ""


def _tell(duty: Duty, rung: Said, title: str, agency: str, now: datetime) -> Message:
    to = contacts_of(agency)
    whom = to[0][0] if to else Recipient(agency, "whoever is on duty", Channel.LINK)
    text = f"{title}. Due {say_time(duty.due_at)}. Rule {duty.rule}. Child {duty.child}."
    notice = Notice(
        f"duty-{rung.value}", f"{_HEADS[rung]}: {title}"[:200], text, "Something that the law requires has a time",
        "Children Act 1989 s22: the duty of the authority that looks after the child",
    )  # fmt: skip
    key = f"watch:{duty.child}:{duty.rule}:{duty.started_at.isoformat()}:{duty.due_at.isoformat()}:{rung.value}"
    return tell(duty.child, whom, notice, sender=Sender("watch", "Holdfast", agency), key=key[:200], at=now)
