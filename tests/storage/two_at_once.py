"""Two people at the same moment, as two processes with a connection each. Run as a script: one database, all scenes.

Prints JSON: for each scene and round, what each of the two was told. `test_two_at_once` judges it.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from own_house import House  # noqa: E402

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
Scene = Callable[[str, int], str]


def _told(error: Exception) -> str:
    from holdfast.chronology.actions import NotInForce

    if isinstance(error, NotInForce):
        return f"changed: {error.now.details.where if error.now else 'withdrawn'}"
    said = getattr(error, "message", "")
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _sighting(child: str, **changes: Any) -> Any:
    from holdfast.chronology.draft import Draft
    from holdfast.chronology.moment import Moment
    from holdfast.chronology.queries import stories

    last = stories([child])[child].last("missing.sighted")
    return Draft("missing.sighted", Moment.parse("2026-11-21T01:00Z"), last.details, **dict.fromkeys(changes, last.id))


def correct(child: str, who: int) -> str:
    """Both correct the same entry, which each has read before."""
    from dataclasses import replace

    from holdfast.chronology.actions import append

    draft = _sighting(child, corrects=True)
    draft = replace(draft, details=replace(draft.details, where=f"station {who}"))
    gate.wait()
    append(child, [draft], by=f"person{who}", agency="MAR", at=NOW)
    return f"kept: station {who}"


def correct_or_withdraw(child: str, who: int) -> str:
    """One corrects, the other takes back."""
    from holdfast.chronology.actions import append

    if who == 1:
        return correct(child, who)
    draft = _sighting(child, withdraws=True)
    gate.wait()
    append(child, [draft], by="person2", agency="MAR", at=NOW)
    return "kept: withdrawn"


def tell_the_same(child: str, who: int) -> str:
    """The same fact is delivered twice, by a source that numbers its facts."""
    from holdfast.chronology.actions import append
    from tests.builders import a_draft

    draft = a_draft("missing.sighted", "2026-11-21T02:00Z", source="police", reference="77", where="harbour")
    gate.wait()
    done = append(child, [draft], by=f"person{who}", agency="MARPOL", at=NOW)
    return f"kept: {len(done.entries)} new, {done.already_known} known"


def tell_two_things(child: str, who: int) -> str:
    """Two facts that have nothing to do with each other: both stand, one after the other."""
    from holdfast.chronology.actions import append
    from tests.builders import a_draft

    draft = a_draft("missing.sighted", "2026-11-21T03:00Z", where=f"quay {who}")
    gate.wait()
    append(child, [draft], by=f"person{who}", agency="MARPOL", at=NOW)
    return "kept: one"


def store_what_was_prepared(child: str, who: int) -> str:
    """A return and a person: what was prepared on an older chronology is refused whole, to be prepared again."""
    from holdfast.chronology.actions import Change, Head, append, prepare, store
    from holdfast.chronology.models import Chronology
    from holdfast.chronology.queries import entries_of
    from tests.builders import a_draft

    row = Chronology.objects.get(ref=child)
    draft = a_draft("missing.sighted", "2026-11-21T04:00Z", where=f"return {who}")
    if who == 1:
        gate.wait()
        append(child, [draft], by="person1", agency="MAR", at=NOW)
        return "kept: one"
    change = Change(child, Head(row.length, row.head), entries_of([child])[child], [draft])
    prepared = prepare([change], by="person2", agency="MAR", at=NOW)
    gate.wait()
    store(prepared)
    return "kept: one"


def read(child: str, who: int) -> str:
    """One person with two windows: the readings follow each other in one chain."""
    from django.db import transaction

    from holdfast.access.actions import record_reading
    from holdfast.access.rules import Act

    reader = _reader("okafor")
    gate.wait()
    with transaction.atomic():
        record_reading(reader, Act.OPEN, [child], page="child", at=NOW)
    return "kept: one"


def shield(child: str, who: int) -> str:
    """Two managers put a shield over the same child: one replaces the other, one stands."""
    from holdfast.access.shields.actions import put_shield

    reader = _reader(("lowe", "adeyemi")[who - 1])
    gate.wait()
    put_shield(reader, child, named=["lowe", "adeyemi"], reason="A threat", at=NOW)
    return "kept: one"


def lift(child: str, who: int) -> str:
    """Two managers lift the same shield."""
    from holdfast.access.deeds import Shield
    from holdfast.access.shields.actions import lift_shield

    reader, seen = _reader(("lowe", "adeyemi")[who - 1]), Shield.objects.get(child_id=child)
    gate.wait()
    lift_shield(reader, child, reason="The threat is over", at=NOW, seen=seen.pk)
    return "kept: one"


def replace_shield(child: str, who: int) -> str:
    """Two managers change who is named on the same shield: each has read the one that stands."""
    from holdfast.access.deeds import Shield
    from holdfast.access.shields.actions import put_shield

    reader, seen = _reader(("lowe", "adeyemi")[who - 1]), Shield.objects.get(child_id=child)
    gate.wait()
    put_shield(reader, child, named=["lowe", "adeyemi"], reason="Again", at=NOW, instead_of=seen.pk)
    return "kept: one"


def end_conflict(child: str, who: int) -> str:
    """Two managers take the same conflict back."""
    from holdfast.access.deeds import Conflict
    from holdfast.access.shields import actions as shields

    reader, conflict = _reader(("lowe", "adeyemi")[who - 1]), Conflict.objects.get(child_id=child)
    gate.wait()
    shields.end_conflict(reader, conflict, reason="Another family of that name", at=NOW)
    return "kept: one"


def declare_conflict(child: str, who: int) -> str:
    """A worker says twice, in two windows, that she knows the child."""
    from holdfast.access.shields.actions import declare_own_conflict

    reader = _reader("okafor")
    gate.wait()
    declare_own_conflict(reader, child, reason="My niece", at=NOW)
    return "kept: one"


def note_limit(child: str, who: int) -> str:
    """Two windows of one person meet the same limit."""
    from holdfast.access import actions
    from holdfast.access.limits import Limit

    person = _reader(_somebody(child)).person
    gate.wait()
    actions.note_limit(person, Limit.OPENED_IN_AN_HOUR, NOW)
    return "kept: one"


def review_limit(child: str, who: int) -> str:
    """Two managers look into the same limit."""
    from holdfast.access import actions
    from holdfast.access.deeds import ReachedLimit
    from holdfast.access.rules import Outcome

    reader = _reader(("lowe", "adeyemi")[who - 1])
    reached = ReachedLimit.objects.get(person__username=_somebody(child))
    gate.wait()
    actions.review_limit(reader, reached, outcome=Outcome.JUSTIFIED, note="A handover", at=NOW)
    return "kept: one"


def open_the_last(child: str, who: int) -> str:
    """Two windows of one person who may open one child more in an emergency."""
    from holdfast.access.actions import open_in_an_emergency

    reader = _reader(_somebody(child))
    gate.wait()
    open_in_an_emergency(reader, child, reason="Police at the door at night", hours=1, at=NOW)
    return "kept: one"


def find(child: str, who: int) -> str:
    """A worker and a manager record that the child was found."""
    from holdfast.chronology.moment import Moment
    from holdfast.missing.actions import record_found
    from tests.builders import a_draft

    reader, details = _reader(("okafor", "lowe")[who - 1]), a_draft("missing.found", "2026-11-21T02:00Z").details
    when = Moment.parse(f"2026-11-21T0{who}:30Z")
    gate.wait()
    record_found(child=child, when=when, details=details, by=reader, at=NOW, token=f"t{who}")
    return "kept: one"


def find_or_move(child: str, who: int) -> str:
    """One records a finding, the other moves the noticing to after it: never both."""
    from holdfast.chronology.moment import Moment
    from holdfast.chronology.queries import stories
    from holdfast.missing.actions import correct_moment

    if who == 1:
        return find(child, who)
    noticed, reader = stories([child])[child].last("missing.noticed"), _reader("lowe")
    gate.wait()
    correct_moment(child=child, entry=noticed.id, when=Moment.parse("2026-11-21T09:00Z"), by=reader, at=NOW)
    return "kept: one"


def read_and_correct(child: str, who: int) -> str:
    """What a page does: the reading is written first, in the same transaction. Neither waits for the other for ever."""
    from dataclasses import replace

    from django.db import transaction

    from holdfast.access.actions import record_reading
    from holdfast.access.rules import Act
    from holdfast.chronology.actions import append

    reader, draft = _reader(("okafor", "lowe")[who - 1]), _sighting(child, corrects=True)
    draft = replace(draft, details=replace(draft.details, where=f"station {who}"))
    gate.wait()
    with transaction.atomic():
        record_reading(reader, Act.OPEN, [child], page="correct", at=NOW)
        time.sleep(0.3)
        append(child, [draft], by=f"person{who}", agency="MAR", at=NOW)
    return f"kept: station {who}"


def review(child: str, who: int) -> str:
    """Two managers review the same emergency opening."""
    from holdfast.access.actions import review_emergency
    from holdfast.access.deeds import EmergencyOpening
    from holdfast.access.rules import Outcome

    opening = EmergencyOpening.objects.get(child_id=child)
    reader = _reader(("lowe", "adeyemi")[who - 1])
    gate.wait()
    review_emergency(reader, opening, outcome=Outcome.JUSTIFIED, note="", at=NOW)
    return "kept: one"


def decide_a_link(child: str, who: int) -> str:
    """Two people decide the same link otherwise, each from another end of it."""
    from django.db import transaction

    from holdfast.access.actions import record_reading
    from holdfast.access.rules import Act
    from holdfast.missing.patterns.actions import decide
    from holdfast.missing.patterns.proposals import Decision
    from holdfast.missing.patterns.queries import shared_by

    reader = _reader(("lowe", "adeyemi")[who - 1])
    (found,) = shared_by(reader, NOW, child=child).proposals
    end = (child, found.other(child))[who - 1]
    decision = (Decision.CONFIRMED, Decision.REFUSED)[who - 1]
    gate.wait()
    with transaction.atomic():
        record_reading(reader, Act.OPEN, found.children, page="shared-link", at=NOW)
        decide(
            child=end, link=found.link, decision=decision, reason="The same man rang both", shown="", to_do=(),
            by=reader, at=NOW, token=f"t{who}",
        )  # fmt: skip
    return "kept: one"


SCENES: tuple[Scene, ...] = (
    correct, correct_or_withdraw, read_and_correct, tell_the_same, tell_two_things, store_what_was_prepared, read,
    shield, replace_shield, lift, review, end_conflict, declare_conflict, note_limit, review_limit, open_the_last,
    find, find_or_move, decide_a_link,
)  # fmt: skip


def _reader(username: str) -> Any:
    from holdfast.access.models import Person
    from holdfast.access.queries import reader

    return reader(Person.objects.get(username=username), NOW)


def _people() -> None:
    from holdfast.access.actions import open_agency
    from holdfast.chronology.kinds import Audience

    open_agency(code="MAR", name="Marrowshire", kind=Audience.COUNCIL)
    for name, role in {"okafor": "social-worker", "lowe": "duty-manager", "adeyemi": "duty-manager"}.items():
        _add(name, role)


def _add(name: str, role: str) -> None:
    from holdfast.access.actions import add_person, give_post
    from holdfast.access.models import Agency
    from holdfast.access.rules import Role

    person = add_person(username=name, first_name="", last_name=name, password="a long enough password")
    give_post(person=person, agency=Agency.objects.get(), role=Role(role), begins_on=date(2026, 1, 1))


def _somebody(child: str) -> str:
    """Somebody of this scene's own, whose limits no other scene has used."""
    return f"of-{child}"


def _scene_set(scene: Scene) -> str:
    """A child as the scene needs it."""
    from holdfast.access.actions import note_limit as reach
    from holdfast.access.actions import open_in_an_emergency
    from holdfast.access.deeds import EmergencyOpening
    from holdfast.access.limits import HOUR, MOST_EMERGENCIES, Limit
    from holdfast.access.shields.actions import declare_own_conflict, put_shield
    from holdfast.chronology.actions import append
    from tests.builders import a_child, a_draft

    child = a_child(
        a_draft("care.started", "2026-01-06", authority="MAR"),
        a_draft("missing.noticed", "2026-11-20T22:40Z"),
        a_draft("missing.sighted", "2026-11-21T01:00Z", where="station"),
    )
    if scene is decide_a_link:
        number = f"+84 90 {random.randrange(10**8):08d}"
        append(child, [a_draft("missing.named", "2026-11-21T01:00Z", phones=[number])], by="x", agency="MAR", at=NOW)
        named = a_draft("missing.named", "2026-11-21T01:00Z", phones=[number.replace(" ", "-")])
        a_child(a_draft("care.started", "2026-01-06", authority="MAR"), named)
    if scene in (lift, replace_shield):
        put_shield(_reader("lowe"), child, named=["lowe", "adeyemi"], reason="A threat", at=NOW)
    if scene is review:
        open_in_an_emergency(_reader("okafor"), child, reason="Police at the door at night", hours=1, at=NOW)
    if scene is end_conflict:
        declare_own_conflict(_reader("okafor"), child, reason="My niece", at=NOW)
    if scene in (note_limit, review_limit, open_the_last):
        _add(_somebody(child), "social-worker")
    if scene is review_limit:
        reach(_reader(_somebody(child)).person, Limit.OPENED_IN_AN_HOUR, NOW)
    if scene is open_the_last:
        for _ in range(MOST_EMERGENCIES - 1):
            EmergencyOpening.objects.create(
                child_id=child, person=_reader(_somebody(child)).person, reason="x", begins=NOW - HOUR, ends=NOW
            )
    return child


def _one(scene: Scene, child: str, who: int, answer: Any) -> None:
    try:
        told = scene(child, who)
    except Exception as error:
        told = _told(error)
    answer.send(told)
    answer.close()
    os._exit(0)


def _play(scene: Scene) -> list[str]:
    from django.db import connections

    child = _scene_set(scene)
    connections.close_all()
    pipes = [multiprocessing.Pipe() for _ in range(2)]
    fork = multiprocessing.get_context("fork")
    both = [fork.Process(target=_one, args=(scene, child, n, pipes[n - 1][1])) for n in (1, 2)]
    for one in both:
        one.start()
    told = [mine.recv() for mine, _ in pipes]
    for one in both:
        one.join()
    return [*told, *_left(scene, child)]


def _left(scene: Scene, child: str) -> list[str]:
    """What stands afterwards, where that is the question."""
    from holdfast.access.deeds import Conflict, ReachedLimit, Shield
    from holdfast.chronology.queries import stories
    from holdfast.missing.patterns.rows import LinkRow

    if scene is declare_conflict:
        return [str(Conflict.objects.filter(child_id=child).count())]
    if scene is note_limit:
        return [str(ReachedLimit.objects.filter(person__username=_somebody(child)).count())]
    if scene is decide_a_link:
        ends = LinkRow.objects.filter(link__in=LinkRow.objects.filter(child=child).values("link"))
        return sorted(ends.values_list("decision", flat=True))
    if scene in (shield, lift, replace_shield):
        return [f"{Shield.objects.filter(child_id=child, lifted__isnull=True).count()} shields stand"]
    story = stories([child])[child]
    return sorted(e.details.where for e in story.standing if e.kind == "missing.sighted")


def main(database: str, rounds: int) -> None:
    global gate
    folder = Path(tempfile.mkdtemp(prefix="holdfast-two-"))
    house = House(folder, database)
    try:
        house.migrate()
        _people()
        gate = multiprocessing.get_context("fork").Barrier(2, timeout=30)
        seen = {scene.__name__: [_play(scene) for _ in range(rounds)] for scene in SCENES}
        from writers import faults

        print(json.dumps({"scenes": seen, "faults": faults()}))
    finally:
        house.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
