"""A rota: who is asked at the moment of a rung, what a gap does, cover and swaps, two managers at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time as clock
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from an_outbox import OKAFOR, Outbox
from django.db import DatabaseError, connection, transaction

from holdfast.access.actions import CannotDecide, NotForThem, add_person, end_every_post, give_post
from holdfast.access.deeds import Conflict, Shield, ShieldNamed
from holdfast.access.models import Agency, Person
from holdfast.access.queries import Reader, reader
from holdfast.access.rules import Role
from holdfast.chronology.queries import stories
from holdfast.sharing.actions import Sender
from holdfast.sharing.handover.actions import accept, climb, offer
from holdfast.sharing.handover.queries import ladders
from holdfast.sharing.handover.rows import Handover
from holdfast.sharing.models import Message
from holdfast.sharing.rota.actions import (
    add_duty,
    add_pattern,
    cannot_work,
    change_shift,
    end_duty,
    end_pattern,
    version,
)
from holdfast.sharing.rota.cover.actions import answer_cover, ask_cover
from holdfast.sharing.rota.now import on_now
from holdfast.sharing.rota.queries import Rota, askings, duties_kept, rotas
from holdfast.sharing.rota.round.actions import rota_once
from holdfast.sharing.rota.rows import CoverAsked, GapTold, RotaChange, RotaDuty, RungLookup
from holdfast.sharing.rules import Channel, Recipient
from tests.builders import at

HOUR, MINUTE, EVERY_DAY = timedelta(hours=1), timedelta(minutes=1), range(7)
BEGAN = at("2026-09-01T09:00Z")
LADDER = (
    (Recipient("MARPOL", "Duty sergeant", Channel.EMAIL, "desk@police.example", "01632 960 117"), 0),
    (Recipient("MARPOL", "Duty  Inspector", Channel.SMS, "07700 900123", "01632 960 118"), 15),
    (Recipient("MARPOL", "Force incident manager", Channel.SMS, "07700 900124", "999"), 30),
)
Make = Callable[..., Outbox]


def a_person(username: str, first: str, last: str, role: Role, agency: str = "MARPOL") -> Person:
    person = add_person(username=username, first_name=first, last_name=last, password="lantern-harbour-carr-lane")
    give_post(person=person, agency=Agency.objects.get(code=agency), role=role, begins_on=date(2026, 8, 1))
    # The person is confirmed as long as the tests last.
    person.posts.update(given_at=at("2027-02-01T09:00Z"))
    return person


@pytest.fixture
def police(agencies: None, settings: Any) -> dict[str, Person]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # what is tested is not the hash
    return {
        "marsh": a_person("marsh", "Joan", "Marsh", Role.DUTY_MANAGER),
        "dunn": a_person("dunn", "Petra", "Dunn", Role.DUTY_MANAGER),
        "reid": a_person("reid", "Alan", "Reid", Role.MISSING_UNIT),
        "lee": a_person("lee", "Mina", "Lee", Role.MISSING_UNIT),
        "abara": a_person("abara", "Grace", "Abara", Role.DUTY_MANAGER, "MAR"),
    }


def who(person: Person, now: datetime = BEGAN) -> Reader:
    return reader(person, now)


def keep(people: dict[str, Person], name: str, *shifts: tuple[str, time, time], began: datetime = BEGAN) -> RotaDuty:
    duty = add_duty(who(people["marsh"], began), "MARPOL", name, began)
    for person, starts, ends in shifts:
        add_pattern(
            who(people["marsh"], began), duty, people[person], weekdays=EVERY_DAY, starts=starts, ends=ends,
            first_day=began.date(), last_day=None, every=1, at=began,
        )  # fmt: skip
    return duty


@pytest.fixture
def kept(police: dict[str, Person]) -> dict[str, RotaDuty]:
    return {
        "sergeant": keep(police, "Duty sergeant", ("reid", time(22), time(1, 40)), ("lee", time(8), time(22))),
        "inspector": keep(police, "Duty inspector", ("lee", time(22), time(8)), ("marsh", time(8), time(22))),
    }


def rota_of(duty: RotaDuty, now: datetime) -> Rota:
    return rotas([duty], now)[0]


def on_at(duty: RotaDuty, now: datetime) -> str:
    one = rota_of(duty, now).at(now)
    return rota_of(duty, now).name_of(one.person) if one else ""


def begin(box: Outbox, key: str = "h1", **more: Any) -> Handover:
    said = {"to_agency": "MARPOL", "notice": "Tuan is missing.", "why": "The search is theirs", "rungs": LADDER,
            "basis": "Children Act 2004 s11", "sender": OKAFOR, "key": key, "at": box.clock.now}  # fmt: skip
    return offer(box.ref, "the search", **{**said, **more})


def told_of(given: Handover) -> list[tuple[str, int]]:
    rows = Message.objects.filter(handover=given).order_by("made_at", "rung")
    return [(m.to_name, (m.made_at - given.at) // MINUTE) for m in rows]


@pytest.mark.parametrize(
    "start", ["2026-10-25T00:30Z", "2026-10-25T01:30Z", "2027-03-28T00:30Z", "2026-11-21T01:30Z"],
    ids=["01:30 the first time", "01:30 the second time", "00:30, clocks go forward", "an ordinary night"],
)  # fmt: skip
def test_an_alert_in_the_night_of_a_clock_change_climbs_on_time_through_people_on_rotas(
    outbox: Make, kept: dict[str, RotaDuty], start: str
) -> None:
    box = outbox()
    box.clock.now = at(start)
    given = begin(box)
    for _ in range(55):
        box.clock.pass_by(minutes=1)
        box.work()
    told = told_of(given)
    # Reid is on until 01:40 by the clock on the wall: the second half past one in October is after that.
    is_on = start != "2026-10-25T01:30Z"
    if is_on:
        assert told[:2] == [("Alan Reid (Duty sergeant)", 0), ("Mina Lee (Duty  Inspector)", 15)]
    else:
        assert told[0] == ("Mina Lee (Duty  Inspector)", 0), "the gap climbs at once"
    assert told[-3:] == [("Force incident manager", n) for n in (30, 40, 50)]
    assert [r.at - given.at for r in given.rungs.all()] == [0 * MINUTE, 15 * MINUTE, 30 * MINUTE], "times stay fixed"


def test_the_same_alert_at_half_past_one_that_does_not_exist_is_told_to_whoever_is_on(
    outbox: Make, kept: dict[str, RotaDuty]
) -> None:
    box = outbox()
    box.clock.now = at("2027-03-28T01:00Z")  # 2am: the clock was 00:59 a minute ago, and Reid's 01:40 never came
    assert told_of(begin(box)) == [("Mina Lee (Duty  Inspector)", 0)]


def test_a_gap_climbs_at_once_says_why_and_is_written_down(outbox: Make, kept: dict[str, RotaDuty]) -> None:
    box = outbox()
    box.clock.now = at("2026-11-21T03:00Z")
    given = begin(box)
    message = Message.objects.get(handover=given)
    assert (message.to_name, message.rung) == ("Mina Lee (Duty  Inspector)", 1)
    assert "Nobody could be asked as Duty sergeant, so this was told at once" in message.notice
    assert [(x.rung.number, x.name) for x in RungLookup.objects.order_by("pk")] == [(0, ""), (1, "Mina Lee")]
    offered = [e.details.to for e in stories([box.ref])[box.ref].standing if e.kind == "handover.offered"]
    assert offered == ["Mina Lee (Duty  Inspector), MARPOL"]
    personal = Message.objects.get(template="rota", to_person__username="lee")
    assert personal.child_id is None and "Tuan" not in personal.notice
    assert climb(box.clock.now) == 0 and ladders([given])[0].gaps.keys() == {0}
    box.clock.pass_by(minutes=30)
    assert climb(box.clock.now) == 1, "the third keeps its time"


@pytest.mark.parametrize("what", ["conflict", "shield"])
def test_whoever_is_on_but_may_not_read_of_this_child_is_passed_over_and_told_nothing(
    outbox: Make, kept: dict[str, RotaDuty], police: dict[str, Person], what: str
) -> None:
    box = outbox()
    box.clock.now = at("2026-11-21T12:00Z")  # Mina Lee is on as duty sergeant, Joan Marsh as inspector
    deed: dict[str, Any] = {"child_id": box.ref, "by": police["abara"], "at": box.clock.now, "reason": "made up"}
    if what == "conflict":
        Conflict.objects.create(person=police["lee"], **deed)
    else:
        ShieldNamed.objects.create(shield=Shield.objects.create(**deed), person=police["marsh"])
    given = begin(box)
    assert not Message.objects.filter(to_person=police["lee"]).exists()
    assert told_of(given) == [("Joan Marsh (Duty  Inspector)", 0)]
    notice = Message.objects.get(handover=given).notice
    assert "Nobody could be asked as Duty sergeant" in notice and "Lee" not in notice


def test_where_nobody_is_on_at_any_rung_the_last_is_told_as_before_and_again(
    outbox: Make, police: dict[str, Person]
) -> None:
    for name in ("Duty sergeant", "Duty inspector", "Force incident manager"):
        keep(police, name)
    box = outbox()
    given = begin(box)
    message = Message.objects.get(handover=given)
    assert (message.to_name, message.rung, message.address) == ("Force incident manager", 2, "07700900124")
    assert "Nobody can be asked as Force incident manager" in message.notice
    box.clock.pass_by(minutes=10)
    assert climb(box.clock.now) == 1 and climb(box.clock.now) == 0, "and it never gives up"


def test_without_a_rota_or_after_it_has_ended_everything_is_as_it_was(outbox: Make, kept: dict[str, RotaDuty],
                                                                      police: dict[str, Person]) -> None:  # fmt: skip
    box = outbox()
    end_duty(who(police["marsh"]), kept["sergeant"], box.clock.now)
    given = begin(box)
    assert told_of(given) == [("Duty sergeant", 0)] and not RungLookup.objects.exists()
    again = add_duty(who(police["marsh"]), "MARPOL", "duty SERGEANT", box.clock.now)
    with pytest.raises(CannotDecide, match="already"):
        add_duty(who(police["marsh"]), "MARPOL", "Duty  sergeant", box.clock.now)
    assert again.pk != kept["sergeant"].pk


def test_whoever_leaves_in_the_middle_of_a_shift_is_not_asked_any_more(
    outbox: Make, kept: dict[str, RotaDuty], police: dict[str, Person]
) -> None:
    box = outbox()
    box.clock.now = at("2026-11-20T23:00Z")
    end_every_post(police["reid"], on=date(2026, 11, 21))
    assert told_of(begin(box)) == [("Alan Reid (Duty sergeant)", 0)]
    box.clock.now = at("2026-11-21T00:05Z")
    assert told_of(begin(box, "h2")) == [("Mina Lee (Duty  Inspector)", 0)]
    gap = rota_of(kept["sergeant"], box.clock.now).at(box.clock.now)
    assert gap and gap.person is None and gap.missing == police["reid"].pk


def a_night(now: str = "2026-11-21T12:00Z") -> tuple[datetime, datetime, datetime]:
    """Now, and the beginning and the end of the inspector's next night (Mina Lee's)."""
    return at(now), at("2026-11-21T22:00Z"), at("2026-11-22T08:00Z")


def test_a_shift_that_somebody_cannot_work_is_a_gap_until_somebody_has_accepted(
    outbox: Make, kept: dict[str, RotaDuty], police: dict[str, Person]
) -> None:
    now, starts, ends = a_night()
    duty = kept["inspector"]
    seen = version(rota_of(duty, now), starts, ends)
    with pytest.raises(NotForThem):
        cannot_work(who(police["reid"], now), duty, starts, ends, reason="", seen=seen, at=now)
    cannot_work(who(police["lee"], now), duty, starts, ends, reason="Ill", seen=seen, at=now)
    assert set(Message.objects.filter(subject="A shift has nobody").values_list("to_person__username", flat=True)) == {
        "marsh", "dunn"
    }  # fmt: skip
    asked = ask_cover(who(police["lee"], now), duty, starts, ends, police["reid"], at=now)
    box = outbox()
    box.clock.now = starts + 5 * HOUR
    assert on_at(duty, starts + 5 * HOUR) == "", "asked is not accepted"
    assert told_of(begin(box)) == [("Force incident manager", 0)], "sergeant and inspector are gaps"
    with pytest.raises(NotForThem):
        answer_cover(who(police["lee"], now), str(asked.pk), accepts=True, at=now)
    answer_cover(who(police["reid"], starts), str(asked.pk), accepts=True, at=box.clock.now - HOUR)
    assert on_at(duty, box.clock.now) == "Alan Reid" and on_at(duty, starts + HOUR) == "", "what was, stays"
    assert told_of(begin(box, "h2")) == [("Alan Reid (Duty  Inspector)", 0)]


def test_who_keeps_no_rota_gives_away_hours_of_their_own_and_no_others(
    kept: dict[str, RotaDuty], police: dict[str, Person]
) -> None:
    now, starts, ends = a_night()
    duty = kept["inspector"]
    for first, last in ((starts - HOUR, ends), (starts, ends + HOUR), (ends, ends + HOUR)):
        with pytest.raises(NotForThem):
            ask_cover(who(police["lee"], now), duty, first, last, police["reid"], at=now)
    seen = version(rota_of(duty, now), starts, ends)
    cannot_work(who(police["lee"], now), duty, starts, ends, reason="Ill", seen=seen, at=now)
    with pytest.raises(NotForThem):
        ask_cover(who(police["lee"], now), duty, starts, ends + HOUR, police["reid"], at=now)
    assert ask_cover(who(police["lee"], now), duty, starts + HOUR, ends, police["reid"], at=now)


def test_a_cover_that_is_accepted_in_the_last_minute_is_on_at_the_first(
    kept: dict[str, RotaDuty], police: dict[str, Person]
) -> None:
    now, starts, ends = a_night()
    duty = kept["inspector"]
    asked = ask_cover(who(police["marsh"], now), duty, starts, ends, police["reid"], at=now)
    assert on_at(duty, starts) == "Mina Lee", "whoever is on stays on until then"
    answer_cover(who(police["reid"], now), str(asked.pk), accepts=True, at=starts - timedelta(seconds=1))
    assert on_at(duty, starts) == "Alan Reid" and on_at(duty, ends - MINUTE) == "Alan Reid"
    with pytest.raises(CannotDecide, match="already"):
        answer_cover(who(police["reid"], now), str(asked.pk), accepts=True, at=starts)


def test_a_refused_or_a_late_cover_changes_nothing_and_is_told(
    kept: dict[str, RotaDuty], police: dict[str, Person]
) -> None:
    now, starts, ends = a_night()
    duty = kept["inspector"]
    asked = ask_cover(who(police["marsh"], now), duty, starts, ends, police["reid"], at=now)
    with pytest.raises(CannotDecide, match="asked already"):
        ask_cover(who(police["marsh"], now), duty, starts, ends, police["reid"], at=now)
    with pytest.raises(CannotDecide, match="reason"):
        answer_cover(who(police["reid"], now), str(asked.pk), accepts=False, reason=" ", at=now)
    answer_cover(who(police["reid"], now), str(asked.pk), accepts=False, reason="In court", at=now)
    assert "In court" in Message.objects.filter(to_person=police["marsh"], subject="A cover is refused").get().notice
    second = ask_cover(who(police["marsh"], now), duty, starts, ends, police["reid"], at=now)
    with pytest.raises(CannotDecide, match="over"):
        answer_cover(who(police["reid"], now), str(second.pk), accepts=True, at=ends)
    assert not RotaChange.objects.exists() and not askings(["MARPOL"], ends)


def test_of_two_who_are_asked_the_first_who_accepts_is_on_and_the_second_is_told(
    kept: dict[str, RotaDuty], police: dict[str, Person]
) -> None:
    now, starts, ends = a_night()
    duty = kept["inspector"]
    first = ask_cover(who(police["marsh"], now), duty, starts, ends, police["reid"], at=now)
    second = ask_cover(who(police["marsh"], now), duty, starts, ends, police["dunn"], at=now)
    answer_cover(who(police["reid"], now), str(first.pk), accepts=True, at=now)
    with pytest.raises(CannotDecide, match="not as they were"):
        answer_cover(who(police["dunn"], now), str(second.pk), accepts=True, at=now)
    assert on_at(duty, starts) == "Alan Reid"


def test_a_swap_is_accepted_by_both_and_changes_both_or_neither(
    kept: dict[str, RotaDuty], police: dict[str, Person]
) -> None:
    now, starts, ends = a_night()
    back = (kept["sergeant"], at("2026-11-24T22:00Z"), at("2026-11-25T01:40Z"))
    duty = kept["inspector"]
    asked = ask_cover(who(police["marsh"], now), duty, starts, ends, police["reid"], back=back, at=now)
    answer_cover(who(police["reid"], now), str(asked.pk), accepts=True, at=now)
    assert not RotaChange.objects.exists(), "one of two"
    answer_cover(who(police["lee"], now), str(asked.pk), accepts=True, at=now)
    assert on_at(duty, starts) == "Alan Reid" and on_at(back[0], back[1]) == "Mina Lee"
    mine = ask_cover(who(police["reid"], now), back[0], at("2026-11-26T22:00Z"), at("2026-11-27T01:40Z"),
                     police["lee"], back=(duty, at("2026-11-28T22:00Z"), at("2026-11-29T08:00Z")), at=now)  # fmt: skip
    assert [a.waits_for for a in askings(["MARPOL"], now)] == [(police["lee"],)], "who asks has said yes"
    away = rota_of(duty, now)
    cannot_work(who(police["marsh"], now), duty, at("2026-11-28T22:00Z"), at("2026-11-29T08:00Z"), reason="Ill",
                seen=version(away, at("2026-11-28T22:00Z"), at("2026-11-29T08:00Z")), at=now)  # fmt: skip
    with pytest.raises(CannotDecide, match="not as they were"):
        answer_cover(who(police["lee"], now), str(mine.pk), accepts=True, at=now)
    assert on_at(back[0], at("2026-11-26T22:00Z")) == "Alan Reid", "neither"


def test_only_managers_of_the_agency_change_its_rota_and_only_its_own_people_are_on_it(
    kept: dict[str, RotaDuty], police: dict[str, Person]
) -> None:
    now, starts, ends = a_night()
    duty = kept["inspector"]
    seen = version(rota_of(duty, now), starts, ends)
    pattern = duty.patterns.first()
    for name in ("reid", "abara"):
        for act in (
            lambda r: add_duty(r, "MARPOL", "Desk", now),
            lambda r: end_duty(r, duty, now),
            lambda r: end_pattern(r, pattern, now.date(), now),
            lambda r: change_shift(r, duty, starts, ends, police["reid"], reason="", seen=seen, at=now),
            lambda r: ask_cover(r, duty, starts, ends, police["dunn"], at=now),
        ):
            with pytest.raises(NotForThem):
                act(who(police[name], now))
    with pytest.raises(CannotDecide, match="works in this agency"):
        change_shift(who(police["marsh"], now), duty, starts, ends, police["abara"], reason="", seen=seen, at=now)
    with pytest.raises(CannotDecide, match="does not hold a post"):
        ask_cover(who(police["marsh"], now), duty, starts, ends, police["abara"], at=now)
    with pytest.raises(CannotDecide, match="is on at that time"):
        add_pattern(who(police["marsh"], now), duty, police["reid"], weekdays=[4], starts=time(7), ends=time(9),
                    first_day=now.date(), last_day=None, every=2, at=now)  # fmt: skip
    with pytest.raises(CannotDecide, match="over"):
        change_shift(who(police["marsh"], ends), duty, starts, ends, police["reid"], reason="", seen=seen, at=ends)


def test_of_two_managers_who_change_one_shift_the_second_is_told(
    kept: dict[str, RotaDuty], police: dict[str, Person]
) -> None:
    now, starts, ends = a_night()
    duty = kept["inspector"]
    seen = version(rota_of(duty, now), starts, ends)
    change_shift(who(police["marsh"], now), duty, starts, ends, police["reid"], reason="", seen=seen, at=now)
    with pytest.raises(CannotDecide, match=r"Joan Marsh changed these hours meanwhile.*Alan Reid is on"):
        change_shift(who(police["dunn"], now), duty, starts, ends, police["dunn"], reason="", seen=seen, at=now)
    with pytest.raises(CannotDecide, match="meanwhile"):
        cannot_work(who(police["dunn"], now), duty, starts, ends, reason="", seen=seen, at=now)
    end_pattern(who(police["marsh"], now), duty.patterns.get(person=police["lee"]), date(2026, 11, 23), now)
    with pytest.raises(CannotDecide, match="meanwhile"):
        end_pattern(who(police["dunn"], now), duty.patterns.get(person=police["lee"]), date(2026, 11, 24), now)
    assert on_at(duty, at("2026-11-22T23:00Z")) == "Mina Lee" and on_at(duty, at("2026-11-23T23:00Z")) == ""


def test_a_gap_is_told_to_the_managers_once_a_day_ahead_and_again_when_it_is_another(
    kept: dict[str, RotaDuty], police: dict[str, Person]
) -> None:
    now, starts, ends = a_night("2026-11-19T12:00Z")
    end_duty(who(police["marsh"], now), kept["sergeant"], now)
    duty = kept["inspector"]
    change = version(rota_of(duty, now), starts, ends)
    cannot_work(who(police["marsh"], now), duty, starts, ends, reason="Leave", seen=change, at=now)

    def run(since: datetime, hours: int) -> int:
        return sum(rota_once(since + n * HOUR).gaps for n in range(hours))

    assert run(now, 34) == 0 and rota_once(starts - 24 * HOUR).gaps == 1
    assert run(starts - 24 * HOUR, 40) == 0
    told = Message.objects.filter(subject="Nobody is on as Duty inspector")
    assert set(told.values_list("to_person__username", flat=True)) == {"marsh", "dunn"}
    assert "Saturday 21 November at 10pm" in told.first().notice
    asked = ask_cover(who(police["marsh"], now), duty, starts, ends, police["reid"], at=now)
    answer_cover(who(police["reid"], now), str(asked.pk), accepts=True, at=now)
    assert run(starts - 24 * HOUR, 40) == 0
    seen = version(rota_of(duty, now), starts, ends)
    cannot_work(who(police["reid"], now), duty, starts, ends, reason="Ill", seen=seen, at=starts - HOUR)
    assert rota_once(starts - HOUR).gaps == 1 and rota_once(starts).gaps == 0, "who covered is ill: another gap"


def test_whoever_comes_on_is_told_once_what_the_shift_before_leaves(
    outbox: Make, kept: dict[str, RotaDuty], police: dict[str, Person]
) -> None:
    box = outbox()
    box.clock.now = at("2026-11-21T06:00Z")
    offered, taken = (
        begin(box, rungs=((LADDER[1][0], 0),)),
        begin(box, "h2", rungs=((LADDER[1][0], 0),)),
    )
    accept(taken, Sender("lee", "Mina Lee", "MARPOL"), at("2026-11-21T06:10Z"))
    assert rota_once(at("2026-11-21T07:59Z")).shifts == 0
    assert [rota_once(at(f"2026-11-21T08:0{n}Z")).shifts for n in range(3)] == [1, 0, 0]
    said = Message.objects.get(subject="What the shift before leaves to you")
    assert said.to_person == police["marsh"] and "1 alert that nobody has accepted, 1 alert accepted" in said.notice
    assert "Tuan" not in said.notice and box.ref not in said.notice
    assert offered.pk and rota_once(at("2026-11-21T22:00Z")).shifts == 1, "and the next"


def test_who_is_on_now_in_one_query_is_what_the_rota_says(
    kept: dict[str, RotaDuty], police: dict[str, Person], django_assert_num_queries: Any
) -> None:
    now, starts, _ = a_night()
    duty = kept["inspector"]
    asked = ask_cover(who(police["marsh"], now), duty, starts, starts + 4 * HOUR, police["reid"], at=now)
    answer_cover(who(police["reid"], now), str(asked.pk), accepts=True, at=now)
    end_pattern(who(police["marsh"], now), duty.patterns.get(person=police["marsh"]), date(2026, 11, 23), now)
    end_every_post(police["lee"], on=date(2026, 11, 25))
    seen = set()
    for hour in range(0, 130, 3):
        moment = now + hour * HOUR
        with django_assert_num_queries(1):
            found = on_now(["MARPOL"], moment)
        expected = []
        for rota in rotas(duties_kept(["MARPOL"]), moment):
            one = rota.at(moment)
            on = rota.name_of(one.person) if one else ""
            expected.append((rota.duty.name, "MARPOL", on, one.ends if one and on else None))
        assert found == expected
        seen |= {line[2] for line in found}
    assert seen == {"", "Alan Reid", "Mina Lee", "Joan Marsh"} and on_now(["MAR"], now) == []


def test_a_shift_that_leaves_nothing_tells_nobody(kept: dict[str, RotaDuty]) -> None:
    assert rota_once(at("2026-11-21T08:00Z")).shifts == 0


def test_no_deed_of_a_rota_is_ever_changed(outbox: Make, kept: dict[str, RotaDuty], police: dict[str, Person]) -> None:
    now, starts, ends = a_night()
    begin(outbox())
    asked = ask_cover(who(police["marsh"], now), kept["inspector"], starts, ends, police["reid"], at=now)
    answer_cover(who(police["reid"], now), str(asked.pk), accepts=True, at=now)
    end_pattern(who(police["marsh"], now), kept["inspector"].patterns.first(), now.date(), now)
    end_duty(who(police["marsh"], now), kept["sergeant"], now)
    GapTold.objects.create(duty=kept["sergeant"], starts=starts, ends=ends, at=now)
    for table in ("duty", "duty_ended", "pattern", "pattern_ended", "change"):
        _never(f"sharing_rota_{table}")
    for table in ("cover_asked", "cover_answered", "rung_lookup", "gap_told"):
        _never(f"sharing_{table}")


def _never(table: str) -> None:
    for act in (f"UPDATE {table} SET at = at", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(act)


def test_a_hundred_open_alerts_and_rotas_cost_few_queries(
    outbox: Make, kept: dict[str, RotaDuty], django_assert_max_num_queries: Any
) -> None:
    box = outbox()
    for n in range(20):
        begin(box, f"h{n}")
    with django_assert_max_num_queries(6):
        assert climb(box.clock.now) == 0
    with django_assert_max_num_queries(4):
        rotas(duties_kept(["MARPOL"]), box.clock.now)
    assert CoverAsked.objects.count() == 0


_FILL = """
import sys, django; django.setup()
from datetime import date, datetime, time, timedelta, UTC
from django.core.management import call_command
call_command("migrate", verbosity=0)
from holdfast.access.actions import add_person, give_post, open_agency
from holdfast.access.queries import reader
from holdfast.access.rules import Role
from holdfast.chronology.kinds import Audience
from holdfast.sharing.rota.actions import add_duty
now = datetime.fromisoformat(sys.argv[1])
agency = open_agency(code="MARPOL", name="Marrowshire Police", kind=Audience.POLICE)
for n in range(3):
    person = add_person(username=f"m{n}", first_name="M", last_name=str(n), password="lantern-harbour-carr")
    give_post(person=person, agency=agency, role=Role.DUTY_MANAGER, begins_on=date(2026, 1, 1))
for n in range(40):
    add_duty(reader(person, now), "MARPOL", f"Duty {n}", now)
"""
_RUN = """
import sys, django; django.setup()
from datetime import datetime
from holdfast.sharing.rota.round.actions import rota_once
print("begun", flush=True)
rota_once(datetime.fromisoformat(sys.argv[1]))
"""
_CHANGE = """
import sys, django; django.setup()
from datetime import datetime, timedelta
from holdfast.access.actions import CannotDecide
from holdfast.access.models import Person
from holdfast.access.queries import reader
from holdfast.sharing.rota.actions import change_shift, version
from holdfast.sharing.rota.queries import duties_kept, rotas
now = datetime.fromisoformat(sys.argv[1])
starts, ends = now + timedelta(days=2), now + timedelta(days=3)
person = Person.objects.get(username=sys.argv[2])
who, duty = reader(person, now), duties_kept().first()
seen = version(rotas([duty], now)[0], starts, ends)
print("begun", flush=True)
sys.stdin.readline()
try:
    change_shift(who, duty, starts, ends, person, reason="", seen=seen, at=now)
    print("done")
except CannotDecide as wrong:
    print(wrong.message)
"""
_COUNT = """
import json, django; django.setup()
from holdfast.sharing.models import Message
from holdfast.sharing.rota.rows import GapTold
print(json.dumps([GapTold.objects.count(), Message.objects.count(), Message.objects.values("key").distinct().count()]))
"""


def test_a_killed_round_tells_each_gap_once_and_two_managers_at_the_same_moment_make_one_change(tmp_path: Path) -> None:
    around = {**os.environ, "HOLDFAST_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "holdfast.config.settings"}
    around.pop("DATABASE_URL", None)
    program, now = [sys.executable, "-c"], datetime.now(UTC)
    later = (now + HOUR).isoformat()
    subprocess.run([*program, _FILL, now.isoformat()], env=around, check=True)
    for pause in (0.05, 0.12, 0.2):
        turn = subprocess.Popen([*program, _RUN, later], env=around, stdout=subprocess.PIPE)
        assert turn.stdout is not None
        turn.stdout.readline()
        clock.sleep(pause)
        turn.send_signal(signal.SIGKILL)
        turn.communicate()
    pair = [subprocess.Popen([*program, _RUN, later], env=around, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [p.wait() for p in pair] == [0, 0]
    counted = subprocess.run([*program, _COUNT], env=around, check=True, capture_output=True, text=True).stdout
    assert json.loads(counted) == [40, 120, 120]
    said = _two_managers_at_once(program, around, later)
    assert sorted(line == "done" for line in said) == [False, True]
    assert any("changed these hours meanwhile" in line for line in said)


def _two_managers_at_once(program: list[str], around: dict[str, str], now: str) -> list[str]:
    """Both have seen the same shift; both change it at the same moment, in two processes."""
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    pair = [subprocess.Popen([*program, _CHANGE, now, name], env=around, **pipes) for name in ("m0", "m1")]
    for one in pair:
        assert one.stdout is not None and one.stdout.readline() == "begun\n"
    for one in pair:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    return [one.communicate()[0].strip() for one in pair]
