"""A handover is accepted by a named person, or somebody is told again: on time, across clock changes, for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from an_outbox import FRIDAY, OKAFOR, Outbox, how
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from holdfast.access.actions import open_agency
from holdfast.chronology.actions import append
from holdfast.chronology.kinds import Audience
from holdfast.chronology.queries import stories
from holdfast.missing.picture import episodes
from holdfast.sharing.actions import Sender, set_contacts
from holdfast.sharing.handover.actions import AcceptedAlready, accept, climb, offer, refuse
from holdfast.sharing.handover.ladder import Refusal, next_telling, reached, rung_times, tellings_due
from holdfast.sharing.handover.queries import ladders
from holdfast.sharing.handover.rows import Answer, Handover, Rung
from holdfast.sharing.models import Message
from holdfast.sharing.picture import Stage
from holdfast.sharing.rules import CannotTell, Channel, Recipient
from holdfast.worktime.uk_clock import LONDON
from tests.builders import a_draft, at

REID = Sender("reid", "Alan Reid", "MARPOL")
TEN, MINUTE = timedelta(minutes=10), timedelta(minutes=1)
LADDER = (
    (Recipient("MARPOL", "Duty sergeant", Channel.EMAIL, "desk@police.example", "01632 960 117"), 0),
    (Recipient("MARPOL", "Duty inspector", Channel.SMS, "07700 900123", "01632 960 118"), 15),
    (Recipient("MARPOL", "Force incident manager", Channel.SMS, "07700 900124", "999"), 30),
)
Make = Callable[..., Outbox]


def begin(box: Outbox, **more: Any) -> Handover:
    said: dict[str, Any] = {
        "to_agency": "MARPOL", "notice": "Tuan is missing from Elm House.", "why": "The search is theirs",
        "basis": "Children Act 2004 s11", "sender": OKAFOR, "key": "h1", "at": box.clock.now, "rungs": LADDER,
    }  # fmt: skip
    return offer(box.ref, "the search", **{**said, **more})


def kinds_of(ref: str) -> list[str]:
    return [e.kind for e in stories([ref])[ref].standing if e.kind.startswith("handover")]


def test_an_offer_fixes_the_ladder_and_tells_the_first_rung_in_one_transaction(outbox: Make) -> None:
    box = outbox()
    given = begin(box)
    assert [(r.name, r.at - FRIDAY) for r in given.rungs.all()] == [
        ("Duty sergeant", timedelta()), ("Duty inspector", 15 * MINUTE), ("Force incident manager", 30 * MINUTE),
    ]  # fmt: skip
    message = Message.objects.get(handover=given)
    assert (message.to_name, message.rung) == ("Duty sergeant", 0) and message.entry is not None
    assert kinds_of(box.ref) == ["handover.offered"]
    assert begin(box).pk == given.pk and Handover.objects.count() == 1


@pytest.mark.parametrize(
    "start",
    ["2026-11-20T22:40Z", "2026-10-25T00:40Z", "2027-03-28T00:40Z"],
    ids=["a Friday night", "clocks go back", "clocks go forward"],
)
def test_a_handover_that_nobody_accepts_climbs_on_time_and_never_gives_up(outbox: Make, start: str) -> None:
    box = outbox()
    box.clock.now = began = at(start)
    given = begin(box)
    for _ in range(3 * 60):
        box.clock.pass_by(minutes=1)
        box.work()
    told = [
        (m.to_name, (m.made_at - began) // MINUTE) for m in Message.objects.filter(handover=given).order_by("made_at")
    ]
    assert told[:3] == [("Duty sergeant", 0), ("Duty inspector", 15), ("Force incident manager", 30)]
    assert told[3:] == [("Force incident manager", m) for m in range(40, 181, 10)]
    sent = {str(m.pk) for m in Message.objects.filter(handover=given)}
    assert sent == set(box.provider.held) and set(box.provider.held.values()) == {1}
    assert kinds_of(box.ref) == ["handover.offered"] * 3, "each rung once; repetitions are in the outbox"
    if start.startswith("2026-10"):
        walls = [m.made_at.astimezone(LONDON).strftime("%H:%M %Z") for m in Message.objects.filter(handover=given)]
        assert "01:40 BST" in walls and "01:40 GMT" in walls, "both hours that the clock calls one o’clock"


def test_after_a_day_in_which_nothing_ran_each_rung_is_told_once_and_the_last_is_repeated_once(outbox: Make) -> None:
    box = outbox()
    given = begin(box)
    box.clock.pass_by(hours=24)
    assert climb(box.clock.now) == 3 and climb(box.clock.now) == 0
    names = [m.to_name for m in Message.objects.filter(handover=given).order_by("made_at", "pk")]
    assert sorted(names) == ["Duty inspector", "Duty sergeant", "Force incident manager", "Force incident manager"]


def test_an_acceptance_has_a_name_is_an_entry_ends_the_ladder_and_is_told_to_the_giver(outbox: Make) -> None:
    box = outbox()
    given = begin(box)
    box.work()
    accepted = accept(given, REID, box.clock.pass_by(minutes=12))
    assert (accepted.name, accepted.agency) == ("Alan Reid", "MARPOL")
    assert kinds_of(box.ref) == ["handover.offered", "handover.accepted"]
    assert episodes(stories([box.ref])[box.ref])[-1].accepted_by == "Alan Reid"
    stands = how(Message.objects.get(handover=given))
    assert stands.stage is Stage.ACCEPTED and stands.accepted.name == "Alan Reid"
    box.clock.pass_by(hours=5)
    assert climb(box.clock.now) == 0
    told = Message.objects.get(template="handover-accepted")
    assert (told.to_agency, told.to_name) == ("MAR", "Ngozi Okafor")


def test_accepting_twice_or_late_is_harmless_and_says_who_has_it(outbox: Make) -> None:
    box = outbox()
    given = begin(box)
    accept(given, REID, box.clock.pass_by(minutes=1))
    for late in (
        lambda: accept(given, Sender("lowe", "Daniel Lowe", "LOW"), box.clock.pass_by(minutes=1)),
        lambda: refuse(given, REID, box.clock.now, reason="Not ours"),
    ):
        with pytest.raises(AcceptedAlready) as already:
            late()
        assert already.value.answer.name == "Alan Reid"
    assert Answer.objects.count() == 1 and kinds_of(box.ref).count("handover.accepted") == 1


def test_a_refusal_needs_a_reason_goes_to_the_giver_and_tells_the_next_at_once(outbox: Make) -> None:
    box = outbox()
    given = begin(box)
    with pytest.raises(CannotTell, match="reason"):
        refuse(given, REID, box.clock.now, reason=" ")
    refuse(given, REID, box.clock.pass_by(minutes=2), reason="Not our area")
    assert [m.to_name for m in Message.objects.filter(handover=given).order_by("made_at")] == [
        "Duty sergeant", "Duty inspector",
    ]  # fmt: skip
    giver = Message.objects.get(template="handover-refused")
    assert "Alan Reid" in giver.notice and "Not our area" in giver.notice and giver.to_agency == "MAR"
    assert sorted(kinds_of(box.ref)) == ["handover.offered", "handover.offered", "handover.refused"]
    assert how(Message.objects.get(handover=given, rung=0)).refused.words == "Not our area"
    box.clock.pass_by(minutes=28)
    assert climb(box.clock.now) == 1, "the third rung keeps the time that was fixed"


def test_when_everybody_has_refused_the_last_is_asked_again(outbox: Make) -> None:
    box = outbox()
    given = begin(box)
    for _ in range(4):
        refuse(given, REID, box.clock.pass_by(minutes=1), reason="Not our area")
    before = Message.objects.filter(handover=given).count()
    box.clock.pass_by(minutes=10)
    assert climb(box.clock.now) == 1 and Message.objects.filter(handover=given).count() == before + 1


def test_a_changed_rota_does_not_rewrite_a_handover_that_has_begun(outbox: Make) -> None:
    box = outbox()
    set_contacts("MARPOL", LADDER, box.clock.now)
    given = begin(box, rungs=None)
    set_contacts("MARPOL", [(Recipient("MARPOL", "New desk", Channel.LINK), 0)], box.clock.now)
    assert [r.name for r in given.rungs.all()][1:] == ["Duty inspector", "Force incident manager"]
    assert [r.name for r in begin(box, key="h2", rungs=None).rungs.all()] == ["New desk"]


def test_a_message_that_waits_while_somebody_accepts_is_not_sent_any_more(outbox: Make) -> None:
    box = outbox(is_down=True)
    given = begin(box)
    box.work()
    accept(given, REID, box.clock.pass_by(minutes=5))
    box.provider.is_down = False
    box.clock.pass_by(minutes=30)
    assert box.work().not_needed == 1 and not box.provider.held
    assert how(Message.objects.get(handover=given)).sent is None


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"rungs": []}, "rungs"),
        ({"rungs": [(LADDER[0][0], 5)]}, "rungs"),
        ({"rungs": [LADDER[0], LADDER[0]]}, "rungs"),
        ({"rungs": [LADDER[0], (LADDER[1][0], -1)]}, "rungs"),
        ({"again_every": timedelta()}, "rungs"),
        ({"notice": "  "}, "notice"),
        ({"why": ""}, "why"),
        ({"basis": ""}, "basis"),
        ({"rungs": [(Recipient("MARPOL", "Desk", Channel.SMS, "no number"), 0)]}, "address"),
    ],
)
def test_a_ladder_that_would_leave_somebody_untold_is_refused(outbox: Make, more: dict[str, Any], field: str) -> None:
    with pytest.raises(CannotTell) as refused:
        begin(outbox(), **more)
    assert refused.value.field == field and not Handover.objects.exists() and not Message.objects.exists()


def test_no_handover_rung_or_answer_can_be_changed(outbox: Make) -> None:
    box = outbox()
    given = begin(box)
    accept(given, REID, box.clock.pass_by(minutes=1))
    for model, change in ((Handover, {"of": "x"}), (Rung, {"name": "x"}), (Answer, {"name": "x"})):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            model.objects.update(**change)
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            model.objects.all()._raw_delete("default")


def test_an_agency_that_nobody_knows_is_not_handed_anything(outbox: Make) -> None:
    with pytest.raises(CannotTell):
        begin(outbox(), to_agency="NOWHERE", rungs=None)
    open_agency(code="ELM", name="Elm House", kind=Audience.PROVIDER)
    assert begin(outbox(), to_agency="ELM", rungs=None).rungs.get().channel == Channel.LINK


_MINUTES = st.lists(st.integers(1, 600), max_size=5, unique=True).map(sorted)
_TIMES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2000)), max_size=6)


@given(_MINUTES, _TIMES, st.integers(1, 120), st.integers(0, 20_000))
def test_a_ladder_always_has_a_next_time_and_tells_each_rung_once(
    later: list[int], refused: list[tuple[int, int]], every: int, passed: int
) -> None:
    rungs = [FRIDAY + n * MINUTE for n in (0, *later)]
    refusals = [Refusal(rung, FRIDAY + n * MINUTE) for rung, n in refused]
    now, again = FRIDAY + passed * MINUTE, every * MINUTE
    due = tellings_due(rungs, again, refusals, now)
    assert due[0].rung == 0 and all(t.at <= now for t in due)
    assert len({(t.rung, t.again) for t in due}) == len(due)
    assert now < next_telling(rungs, again, refusals, now) <= now + max(again, timedelta(minutes=600))
    times = rung_times(rungs, refusals)
    assert all(told <= fixed for told, fixed in zip(times, rungs, strict=True)), "a refusal never delays anybody"
    assert list(times) == sorted(times) and 0 <= reached(rungs, refusals, now) < len(rungs)


@given(_MINUTES, st.integers(1, 120), st.lists(st.integers(1, 90), min_size=1, max_size=60))
def test_however_irregularly_it_runs_no_rung_is_missed(later: list[int], every: int, steps: list[int]) -> None:
    rungs = [FRIDAY + n * MINUTE for n in (0, *later)]
    now: datetime = FRIDAY
    told: set[tuple[int, int]] = set()
    for step in steps:
        now += step * MINUTE
        told |= {(t.rung, t.again) for t in tellings_due(rungs, every * MINUTE, [], now)}
    assert {rung for rung, again in told if not again} == {n for n, fixed in enumerate(rungs) if fixed <= now}


def test_a_hundred_open_handovers_are_looked_at_in_a_few_queries(
    outbox: Make, django_assert_max_num_queries: Any
) -> None:
    box = outbox()
    for n in range(30):
        begin(box, key=f"h{n}")
    with django_assert_max_num_queries(5):
        assert climb(box.clock.now) == 0
    assert len(ladders(Handover.objects.all())) == 30


def test_a_second_press_of_refuse_is_not_the_answer_of_the_next_rung(outbox: Make) -> None:
    box = outbox()
    given = begin(box)
    first = refuse(given, REID, box.clock.pass_by(minutes=2), reason="Not our area")
    again = refuse(given, REID, box.clock.now + timedelta(seconds=2), reason="Not our area")
    assert again == first and Message.objects.filter(template="handover-refused").count() == 1
    told = Message.objects.filter(handover=given).order_by("made_at").values_list("to_name", flat=True)
    assert list(told) == ["Duty sergeant", "Duty inspector"], "the third keeps its time"


def test_who_accepts_the_last_search_late_has_not_taken_over_the_one_of_tonight(outbox: Make) -> None:
    box = outbox()
    box.clock.pass_by(minutes=5)
    old = begin(box)
    back = [a_draft("missing.returned", box.clock.pass_by(minutes=30).isoformat())]
    append(box.ref, back, by="okafor", agency="MAR", at=box.clock.now)
    gone = [a_draft("missing.noticed", box.clock.pass_by(minutes=30).isoformat())]
    append(box.ref, gone, by="okafor", agency="MAR", at=box.clock.now)
    new = begin(box, key="h2", at=box.clock.now)
    accept(old, REID, box.clock.pass_by(minutes=1))
    assert episodes(stories([box.ref])[box.ref])[-1].accepted_by == ""
    accept(new, REID, box.clock.pass_by(minutes=1))
    assert episodes(stories([box.ref])[box.ref])[-1].accepted_by == "Alan Reid"
