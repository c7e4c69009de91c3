"""What becomes due is said once, however often the watch runs, is killed, or is off."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from an_outbox import FRIDAY
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from holdfast.child.models import OpenDuty
from holdfast.chronology.actions import open_chronology
from holdfast.sharing.models import Message
from holdfast.sharing.watch import actions as watching
from holdfast.sharing.watch.actions import watch_once
from holdfast.sharing.watch.rows import WatchBegan, Watched
from holdfast.sharing.watch.rungs import SOON, Duty, Said, rungs, to_say

HOUR = timedelta(hours=1)
RULE = "UK-TEST-1"


def a_duty(
    ref: str, *, due: datetime, started: datetime | None = None, late: datetime | None = None, n: int = 0
) -> None:
    started = started or due - 72 * HOUR
    OpenDuty.objects.create(
        key=f"{ref}/t{n}", child_id=ref, rule=RULE, started_at=started, due_at=due, late_after=late or due
    )


@pytest.fixture
def quiet(tuan: str) -> str:
    """Tuan without the duties of his own story, and a watch that began long ago."""
    OpenDuty.objects.filter(child=tuan).delete()
    WatchBegan.objects.create(at=FRIDAY - timedelta(days=30))
    return tuan


def told() -> list[str]:
    return list(
        Message.objects.filter(template__startswith="duty-").order_by("made_at").values_list("template", flat=True)
    )


def test_a_duty_is_said_soon_and_overdue_once_each_and_to_whom_it_is_due(quiet: str) -> None:
    due = FRIDAY + 13 * HOUR
    a_duty(quiet, due=due)
    for minute in range(0, 16 * 60, 10):
        watch_once(FRIDAY + timedelta(minutes=minute))
    assert told() == ["duty-soon", "duty-overdue"]
    message = Message.objects.filter(template="duty-soon").get()
    assert message.to_agency == "MAR" and message.made_at == due - SOON
    late = Message.objects.filter(template="duty-overdue").get()
    assert due < late.made_at <= due + timedelta(minutes=10)


def test_being_due_is_said_apart_where_it_is_late_only_afterwards(quiet: str) -> None:
    a_duty(quiet, due=FRIDAY + HOUR, late=FRIDAY + 5 * HOUR)
    for hour in range(8):
        watch_once(FRIDAY + hour * HOUR)
    assert told() == ["duty-soon", "duty-due", "duty-overdue"]


def test_running_twice_says_nothing_twice(quiet: str) -> None:
    a_duty(quiet, due=FRIDAY)
    first, second = watch_once(FRIDAY + HOUR), watch_once(FRIDAY + HOUR)
    assert (first.said, second.said, second.passed) == (1, 0, 0)


def test_after_a_day_off_only_where_it_stands_now_is_said(quiet: str) -> None:
    a_duty(quiet, due=FRIDAY + 13 * HOUR, late=FRIDAY + 14 * HOUR)
    watch_once(FRIDAY)
    done = watch_once(FRIDAY + 24 * HOUR)
    assert told() == ["duty-overdue"] and (done.said, done.passed) == (1, 2)
    assert Watched.objects.count() == 3


def test_a_duty_that_is_met_meanwhile_is_not_said(quiet: str) -> None:
    a_duty(quiet, due=FRIDAY + 13 * HOUR)
    watch_once(FRIDAY)
    OpenDuty.objects.filter(child=quiet).delete()
    watch_once(FRIDAY + 24 * HOUR)
    assert told() == []


def test_a_duty_whose_time_moves_is_said_for_its_new_time(quiet: str) -> None:
    a_duty(quiet, due=FRIDAY)
    watch_once(FRIDAY + HOUR)
    OpenDuty.objects.filter(child=quiet).update(due_at=FRIDAY + 10 * HOUR, late_after=FRIDAY + 10 * HOUR)
    watch_once(FRIDAY + 2 * HOUR)
    assert told() == ["duty-overdue", "duty-soon"]


def test_a_duty_that_has_not_begun_or_has_ended_is_not_said(quiet: str) -> None:
    a_duty(quiet, due=FRIDAY + HOUR, started=FRIDAY + timedelta(minutes=30), n=1)
    a_duty(quiet, due=FRIDAY - HOUR, n=2)
    OpenDuty.objects.filter(key__endswith="t2").update(ends_at=FRIDAY - timedelta(minutes=1))
    assert watch_once(FRIDAY).said == 0


def test_what_was_late_before_the_watch_began_floods_nobody_and_is_counted(tuan: str) -> None:
    OpenDuty.objects.filter(child=tuan).delete()
    for n in range(20):
        a_duty(tuan, due=FRIDAY - timedelta(days=30 + n), n=n)
    a_duty(tuan, due=FRIDAY - HOUR, n=99)
    done = watch_once(FRIDAY)
    assert done.said == 1 and done.passed >= 20
    assert watch_once(FRIDAY + HOUR).passed == 0


def test_a_child_of_no_agency_of_this_house_is_counted_and_said_once_there_is_one(agencies: None) -> None:
    ref = open_chronology()
    a_duty(ref, due=FRIDAY - HOUR)
    assert (watch_once(FRIDAY).said, watch_once(FRIDAY).nobody) == (0, 1)


@pytest.mark.parametrize("line", ["before", "after"])
def test_a_watch_that_dies_half_way_through_a_child_says_it_next_time_and_once(
    quiet: str, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    a_duty(quiet, due=FRIDAY, n=1)
    a_duty(quiet, due=FRIDAY + HOUR, n=2)
    write, calls = watching._write, [0]

    def dies(*said: Any) -> None:
        calls[0] += 1
        if calls[0] == 3 and line == "before":
            raise KeyboardInterrupt
        write(*said)
        if calls[0] == 3 and line == "after":
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(watching, "_write", dies)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            watch_once(FRIDAY + 2 * HOUR)
    assert not Message.objects.exists()
    watch_once(FRIDAY + 2 * HOUR)
    watch_once(FRIDAY + 2 * HOUR)
    assert told() == ["duty-overdue", "duty-overdue"]


def test_tuans_own_story_is_watched(tuan: str) -> None:
    assert OpenDuty.objects.filter(child=tuan, due_at__isnull=False).exists()
    for hour in range(0, 96, 6):
        watch_once(FRIDAY + hour * HOUR)
    keys = list(Message.objects.filter(template__startswith="duty-").values_list("key", flat=True))
    assert keys and len(keys) == len(set(keys))


_HOURS = st.integers(-200, 200).map(lambda n: FRIDAY + n * HOUR)


@given(
    _HOURS, st.integers(0, 300), st.none() | st.integers(0, 100), st.lists(_HOURS, min_size=1, max_size=12).map(sorted)
)
def test_each_rung_is_said_at_most_once_in_order_and_never_early(
    started: datetime, lasts: int, late: int | None, rounds: list[datetime]
) -> None:
    due = started + lasts * HOUR
    duty = Duty("c", RULE, started, due, None if late is None else due + late * HOUR)
    written: frozenset[Said] = frozenset()
    said: list[Said] = []
    for now in rounds:
        saying = to_say(duty, written, FRIDAY - timedelta(days=365), now)
        for rung in (saying.say, *saying.passed):
            if rung:
                assert dict(rungs(duty))[rung] <= now and rung not in written
                written |= {rung}
        if saying.say:
            said.append(saying.say)
    assert said == sorted(said, key=list(Said).index) and len(said) == len(set(said))
    past = [r for r, at in rungs(duty) if at < rounds[-1]] if started <= rounds[-1] else []
    assert set(past) <= written, "nothing whose time has come stays unwritten"


_WATCH = """
import sys, django; django.setup()
from datetime import datetime, timedelta
from holdfast.sharing.watch.actions import watch_once
print("ready", flush=True)
watch_once(datetime.fromisoformat(sys.argv[1]))
"""
_FILL = """
import sys, json, django; django.setup()
from datetime import datetime, timedelta
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
from holdfast.access.actions import open_agency
from holdfast.access.models import TieRow
from holdfast.child.models import OpenDuty
from holdfast.chronology.actions import open_chronology
from holdfast.chronology.kinds import Audience
from holdfast.sharing.watch.rows import WatchBegan
now = datetime.fromisoformat(sys.argv[1])
open_agency(code="MAR", name="Marrowshire", kind=Audience.COUNCIL)
WatchBegan.objects.create(at=now - timedelta(days=9))
for n in range(150):
    ref = open_chronology()
    TieRow.objects.create(key=ref, child_id=ref, agency="MAR", tie="responsible", begins=now - timedelta(days=9))
    OpenDuty.objects.create(key=f"{ref}/1", child_id=ref, rule="R", started_at=now - timedelta(days=3),
                            due_at=now - timedelta(hours=1), late_after=now - timedelta(hours=1))
"""
_COUNT = """
import json, django; django.setup()
from holdfast.sharing.models import Message
from holdfast.sharing.watch.rows import Watched
print(json.dumps([Message.objects.count(), Message.objects.values("child").distinct().count(),
                  Watched.objects.filter(message__isnull=False).count()]))
"""


def test_a_watch_killed_four_times_says_everything_once(tmp_path: Path) -> None:
    around = {**os.environ, "HOLDFAST_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "holdfast.config.settings"}
    around.pop("DATABASE_URL", None)
    program = [sys.executable, "-c"]
    subprocess.run([*program, _FILL, FRIDAY.isoformat()], env=around, check=True)
    for _ in range(4):
        watch = subprocess.Popen([*program, _WATCH, FRIDAY.isoformat()], env=around, stdout=subprocess.PIPE)
        assert watch.stdout is not None
        watch.stdout.readline()
        time.sleep(0.03 + random.random() * 0.3)
        watch.send_signal(signal.SIGKILL)
        watch.communicate()
    pair = [subprocess.Popen([*program, _WATCH, FRIDAY.isoformat()], env=around) for _ in range(2)]
    assert [p.wait() for p in pair] == [0, 0], "two at once"
    counted = subprocess.run([*program, _COUNT], env=around, check=True, capture_output=True, text=True).stdout
    assert json.loads(counted) == [150, 150, 150]
