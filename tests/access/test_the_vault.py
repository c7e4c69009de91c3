"""Where a child lives: sealed, bound to its place, shown for a reason, and never anywhere else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from holdfast.access import limits
from holdfast.access.actions import CannotDecide, NotForThem, OverLimit, open_in_an_emergency
from holdfast.access.deeds import ReachedLimit
from holdfast.access.models import Person, Reading
from holdfast.access.queries import reader
from holdfast.access.rules import ALLOWED, Act, Role, Tie
from holdfast.access.vault import actions, rotation
from holdfast.access.vault.keys import KeyRing, VaultClosed, make_ring, read_ring, write_ring
from holdfast.access.vault.places import Place
from holdfast.access.vault.rows import VaultReveal, VaultRow
from holdfast.access.vault.sealing import Belongs, seal, unseal
from holdfast.chronology.models import EntryRow
from tests.web.conftest import AMINA, TUAN, county, signed_in, static_folder  # noqa: F401

SignIn = Callable[..., Client]
pytestmark = pytest.mark.django_db
ADDRESS = "14 Larkspur Terrace\nMarrowford MF9 7QX"
CANARIES = ("Larkspur", "MF9 7QX", "Marrowford")
WHY = "Visiting this afternoon for the statutory visit"


@pytest.fixture(autouse=True)
def key_file(settings: Any, tmp_path: Path) -> Path:
    settings.VAULT_KEYS = str(tmp_path / "keys" / "vault.keys")
    return Path(settings.VAULT_KEYS)


def _keep(client: Client, value: str = ADDRESS, place: str = "address", ref: str = TUAN) -> Any:
    return client.post(f"/children/{ref}/home", {"place": place, "kept_value": value})


def _reveal(client: Client, place: str = "address", ref: str = TUAN, why: str = WHY) -> Any:
    return client.post(f"/children/{ref}/home/reveal", {"place": place, "reason": why})


def _who(username: str, now: datetime) -> Any:
    return reader(Person.objects.get(username=username), now)


RING = KeyRing("", {}).with_new_key()
HERE = Belongs("access_vault", str(uuid4()), TUAN, "address")


@given(st.text())
def test_43_whatever_is_sealed_opens_to_the_same(text: str) -> None:
    text = text.encode(errors="ignore").decode()
    if not text.endswith("\0"):
        assert unseal(RING, RING.current, HERE, seal(RING, HERE, text)) == text


def test_43_a_sealed_value_opens_nowhere_else() -> None:
    sealed = seal(RING, HERE, ADDRESS)
    for moved in (
        Belongs("another_table", HERE.row, HERE.child, HERE.field),
        Belongs(HERE.table, str(uuid4()), HERE.child, HERE.field),
        Belongs(HERE.table, HERE.row, AMINA, HERE.field),
        Belongs(HERE.table, HERE.row, HERE.child, "school"),
    ):
        with pytest.raises(VaultClosed):
            unseal(RING, RING.current, moved, sealed)
    two = RING.with_new_key()
    with pytest.raises(VaultClosed):
        unseal(two, two.current, HERE, sealed)  # said to be under another key
    same = KeyRing("other", {**RING.keys, "other": RING.keys[RING.current]})
    with pytest.raises(VaultClosed):
        unseal(same, "other", HERE, sealed)  # the very same key under another id


def test_43_every_flipped_bit_is_found() -> None:
    sealed = seal(RING, HERE, "Elm House")
    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(VaultClosed):
            unseal(RING, RING.current, HERE, bytes(changed))
    for cut in (b"", sealed[:5], sealed[:-1], sealed + b"\0"):
        with pytest.raises(VaultClosed):
            unseal(RING, RING.current, HERE, cut)


def test_43_the_same_address_twice_does_not_look_the_same_and_its_length_says_little() -> None:
    assert seal(RING, HERE, ADDRESS) != seal(RING, HERE, ADDRESS)
    assert len(seal(RING, HERE, "1 Ash Row")) == len(seal(RING, HERE, "221 Upper Saint Bartholomew Street"))


def test_29_kept_and_shown_for_a_reason_and_nowhere_else(signed_in: SignIn) -> None:  # noqa: F811
    okafor = signed_in("okafor")
    assert _keep(okafor).status_code == 302
    page = okafor.get(f"/children/{TUAN}/home")
    assert not any(c in page.content.decode() for c in CANARIES)
    before = Reading.objects.count()
    shown = _reveal(okafor)
    said = shown.content.decode()
    assert "14 Larkspur Terrace<br>Marrowford MF9 7QX" in said
    assert "no-store" in shown["Cache-Control"] and shown["Refresh"].startswith("60; url=/children/")
    assert "Larkspur" not in shown["Refresh"]
    assert list(Reading.objects.order_by("pk")[before:].values_list("act", "page")) == [
        ("open", "reveal"), ("reveal", "reveal"),
    ]  # fmt: skip
    deed = VaultReveal.objects.get()
    assert (deed.person.username, deed.child_id, deed.reason) == ("okafor", TUAN, WHY)
    for address in ("", "/duties", "/chronology", "/episodes", "/readers", "/home", "/protection"):
        for somebody in ("okafor", "manager", "reid", "elm"):
            said = signed_in(somebody).get(f"/children/{TUAN}{address}").content.decode()
            assert not any(c in said for c in CANARIES), address
    assert not any(c in signed_in("okafor").get("/missing").content.decode() for c in CANARIES)
    assert not any(c in (row or "") for row in EntryRow.objects.values_list("details", flat=True) for c in CANARIES)


def test_40_the_childs_worker_sees_who_was_shown_what_and_why(signed_in: SignIn) -> None:  # noqa: F811
    _keep(signed_in("okafor"))
    assert _reveal(signed_in("reid"), why="Officers go to the home to search his room").status_code == 200
    said = signed_in("okafor").get(f"/children/{TUAN}/readers").content.decode()
    assert "Officers go to the home to search his room" in said and "Alan Reid" in said
    assert "was shown where the child lives" in said.lower()
    assert "Officers go" not in signed_in("reid").get(f"/children/{TUAN}/home").content.decode(), (
        "others' are the team's"
    )


@pytest.mark.parametrize("somebody", ["elm", "hale"])
def test_29_only_the_roles_of_the_table_are_shown_it(signed_in: SignIn, somebody: str) -> None:  # noqa: F811
    _keep(signed_in("okafor"))
    assert _reveal(signed_in(somebody)).status_code in (403, 404)
    assert _keep(signed_in(somebody)).status_code in (403, 404)
    assert not VaultReveal.objects.exists()
    assert {role for (role, _), acts in ALLOWED.items() if Act.REVEAL in acts} == {
        Role.DUTY_MANAGER, Role.SOCIAL_WORKER, Role.MISSING_UNIT,
    }  # fmt: skip
    assert Act.KEEP_PLACE not in ALLOWED[(Role.MISSING_UNIT, Tie.SEARCHING)]


def test_31_an_emergency_opening_does_not_open_the_vault(signed_in: SignIn) -> None:  # noqa: F811
    _keep(signed_in("okafor"), ref=AMINA)
    elm, now = signed_in("elm"), datetime.now(UTC)
    open_in_an_emergency(_who("elm", now), AMINA, reason=WHY, hours=4, at=now)
    assert elm.get(f"/children/{AMINA}").status_code == 200
    assert _reveal(elm, ref=AMINA).status_code == 403
    with pytest.raises(NotForThem):
        actions.reveal(_who("elm", now), AMINA, Place.ADDRESS, reason=WHY, at=now)


def test_29_a_reveal_is_posted_and_says_why(signed_in: SignIn) -> None:  # noqa: F811
    okafor = signed_in("okafor")
    _keep(okafor)
    assert okafor.get(f"/children/{TUAN}/home/reveal").status_code == 405
    answer = _reveal(okafor, why="needed")
    assert answer.status_code == 200 and "Say why in at least 20 letters" in answer.content.decode()
    answer = _reveal(okafor, place="school")
    assert "Nothing is kept there" in answer.content.decode()
    assert not VaultReveal.objects.exists()


def test_36_if_the_reading_cannot_be_written_nothing_is_shown(
    signed_in: SignIn,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    okafor = signed_in("okafor", raise_request_exception=False)
    _keep(okafor)
    record = actions.record_reading

    def fails(who: Any, act: Act, *given: Any, **named: Any) -> None:
        if act is Act.REVEAL:
            raise DatabaseError("the disk is full")
        record(who, act, *given, **named)

    monkeypatch.setattr("holdfast.access.vault.actions.record_reading", fails)
    answer = _reveal(okafor)
    assert answer.status_code == 500 and not any(c in answer.content.decode() for c in CANARIES)
    assert not VaultReveal.objects.exists()


def test_34_one_person_is_shown_at_most_twenty_in_a_day(signed_in: SignIn, monkeypatch: Any) -> None:  # noqa: F811
    okafor = signed_in("okafor")
    _keep(okafor)
    monkeypatch.setattr(limits, "MOST_REVEALS", 3)
    assert [_reveal(okafor).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert ReachedLimit.objects.get().limit == "reveals-day"
    now = datetime.now(UTC)
    with pytest.raises(OverLimit):
        actions.reveal(_who("okafor", now), TUAN, Place.ADDRESS, reason=WHY, at=now)
    with time_machine.travel(now + timedelta(hours=25)):
        assert actions.reveal(_who("okafor", now), TUAN, Place.ADDRESS, reason=WHY, at=now + timedelta(hours=25)).text


def test_29_a_correction_is_a_new_version_and_the_newest_is_shown(signed_in: SignIn) -> None:  # noqa: F811
    okafor = signed_in("okafor")
    _keep(okafor)
    _keep(okafor, "Carr Lane 3")
    assert list(VaultRow.objects.values_list("number", flat=True).order_by("number")) == [1, 2]
    said = _reveal(okafor).content.decode()
    assert "Carr Lane 3" in said and "Larkspur" not in said


@pytest.mark.parametrize("value", ["", "  \n \t", "x" * 501])
def test_29_what_cannot_be_kept_is_said(signed_in: SignIn, value: str) -> None:  # noqa: F811
    assert _keep(signed_in("okafor"), value).status_code == 200
    assert not VaultRow.objects.exists()
    now = datetime.now(UTC)
    with pytest.raises(CannotDecide):
        actions.keep(_who("okafor", now), TUAN, Place.ADDRESS, value, at=now)


def test_39_the_database_refuses_to_overwrite_or_delete_a_value(signed_in: SignIn) -> None:  # noqa: F811
    okafor = signed_in("okafor")
    _keep(okafor)
    _reveal(okafor)
    for change in (
        lambda: VaultRow.objects.update(child_id=AMINA),
        lambda: VaultRow.objects.update(place="school"),
        lambda: VaultRow.objects.update(number=9),
        lambda: VaultRow.objects.all()._raw_delete("default"),
        lambda: VaultReveal.objects.update(reason="nothing"),
        lambda: VaultReveal.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_43_two_values_that_are_swapped_in_the_database_do_not_open(signed_in: SignIn) -> None:  # noqa: F811
    okafor = signed_in("okafor")
    _keep(okafor)
    _keep(okafor, "Carr Lane 3", ref=AMINA)
    one, two = VaultRow.objects.order_by("at")
    VaultRow.objects.filter(pk=one.pk).update(sealed=two.sealed)
    verdict = rotation.verify_vault()
    assert not verdict.is_whole and verdict.broken[0][0] == str(one.pk)
    answer = _reveal(okafor)
    assert "The vault cannot be opened now" in answer.content.decode() and "Carr Lane 3" not in answer.content.decode()


def test_43_the_plain_text_is_nowhere_in_the_database(signed_in: SignIn) -> None:  # noqa: F811
    _keep(signed_in("okafor"))
    _reveal(signed_in("okafor"))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for cell in row:
                    held = bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
                    assert not any(c.encode() in held for c in CANARIES), table


def test_41_the_plain_text_is_in_no_log_and_no_trace(
    signed_in: SignIn,  # noqa: F811
    monkeypatch: Any,
    caplog: Any,
) -> None:
    okafor = signed_in("okafor", raise_request_exception=False)
    monkeypatch.setattr("holdfast.web.views.vault.render", lambda *_, **__: 1 / 0)
    _keep(okafor)
    assert _reveal(okafor).status_code == 500
    assert not any(c in caplog.text for c in CANARIES)
    assert "Larkspur" not in repr(actions.Revealed(VaultRow(), ADDRESS))


def test_41_an_address_typed_when_the_session_has_ended_is_not_kept_in_the_sign_in_page(county: Any) -> None:  # noqa: F811
    answer = _keep(Client())
    assert answer.status_code == 401 and "Larkspur" not in answer.content.decode()


def test_46_keys_are_in_a_file_of_their_own_that_only_its_owner_reads(key_file: Path, signed_in: SignIn) -> None:  # noqa: F811
    _keep(signed_in("okafor"))
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert not list(key_file.parent.glob(".*")), "nothing half written is left"
    key_file.chmod(0o644)
    with pytest.raises(VaultClosed, match="600"):
        read_ring(key_file)
    assert "The vault cannot be opened now" in _reveal(signed_in("okafor")).content.decode()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"current": "a", "keys": {}}', '{"current":"a","keys":{"a":"00"}}'])
def test_46_a_damaged_ring_is_refused(key_file: Path, text: str) -> None:
    key_file.parent.mkdir()
    key_file.write_text(text)
    key_file.chmod(0o600)
    with pytest.raises(VaultClosed):
        read_ring(key_file)


def test_46_lost_keys_are_never_made_anew_over_sealed_values(key_file: Path, signed_in: SignIn) -> None:  # noqa: F811
    _keep(signed_in("okafor"))
    key_file.unlink()
    assert "The vault cannot be opened now" in _reveal(signed_in("okafor")).content.decode()
    assert "The vault cannot be opened now" in _keep(signed_in("okafor")).content.decode()
    assert not key_file.exists() and not rotation.verify_vault().is_whole


def test_46_two_processes_that_start_at_once_make_one_ring(key_file: Path) -> None:
    assert make_ring(key_file) == make_ring(key_file) == read_ring(key_file)


def _many(count: int) -> None:
    now = datetime.now(UTC)
    keys = actions.ring()
    person = Person.objects.get(username="okafor")
    for number in range(1, count + 1):
        row = VaultRow(child_id=TUAN, place="school", number=number, by=person, at=now, key=keys.current)
        row.sealed = seal(keys, row.belongs, f"School {number}")
        row.save(force_insert=True)


def test_44_everything_is_sealed_anew_and_the_old_key_goes(county: Any, key_file: Path) -> None:  # noqa: F811
    _many(450)
    old = read_ring(key_file).current
    fresh = rotation.new_key()
    with pytest.raises(VaultClosed, match="still sealed"):
        rotation.retire_key(old)
    with pytest.raises(VaultClosed):
        rotation.retire_key(fresh)
    assert rotation.rotate() == 450
    assert rotation.rotate() == 0, "run again it finds nothing to do"
    rotation.retire_key(old)
    assert rotation.verify_vault().values == 450 and rotation.verify_vault().is_whole
    assert list(read_ring(key_file).keys) == [fresh]


def test_44_a_batch_that_fails_changes_nothing_of_itself(county: Any, monkeypatch: Any) -> None:  # noqa: F811
    _many(30)
    monkeypatch.setattr(rotation, "BATCH", 10)
    rotation.new_key()
    count = 0

    def dies(*given: Any) -> bytes:
        nonlocal count
        count += 1
        if count == 15:
            raise KeyboardInterrupt
        return seal(*given)

    monkeypatch.setattr(actions, "seal", dies)
    with pytest.raises(KeyboardInterrupt):
        rotation.rotate()
    monkeypatch.setattr(actions, "seal", seal)
    assert VaultRow.objects.values("key").distinct().count() == 2
    assert rotation.verify_vault().is_whole, "half-way, every value still opens"
    assert rotation.rotate() == 20 and rotation.verify_vault().is_whole


def test_44_a_ring_that_is_replaced_is_old_or_new_at_every_moment(key_file: Path) -> None:
    first = make_ring(key_file)
    write_ring(key_file, first.with_new_key())
    assert set(first.keys) < set(read_ring(key_file).keys) and key_file.stat().st_mode & 0o777 == 0o600


def test_37_an_anchor_covers_reveals_and_stands_after_a_rotation(signed_in: SignIn) -> None:  # noqa: F811
    from holdfast.access.anchor import differences, take

    _keep(signed_in("okafor"))
    _reveal(signed_in("okafor"))
    anchor = take(datetime.now(UTC))
    rotation.new_key()
    rotation.rotate()
    assert differences(anchor) == []


def _run(home: Path, *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", *command],
        env={**os.environ, "DATABASE_URL": "", "HOLDFAST_HOME": f"{home}", "HOLDFAST_VAULT_KEYS": f"{home}/vault.keys"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


_BEGIN = """
import sys; from datetime import UTC, datetime
from holdfast.cli.main import with_database; with_database()
from django.core.management import call_command
from holdfast.access.actions import add_person
from holdfast.access.vault import actions, rotation
from holdfast.access.vault.rows import VaultRow
from holdfast.access.vault.sealing import seal
"""
_FILL = """
from holdfast.chronology.actions import open_chronology
from django.db import transaction
ref, keys = open_chronology(), actions.ring()
who = add_person(username="a", first_name="A", last_name="B", password="x")
with transaction.atomic():
    for n in range(1, 3001):
        row = VaultRow(child_id=ref, place="school", number=n, by=who, at=datetime.now(UTC), key=keys.current)
        row.sealed = seal(keys, row.belongs, f"School {n}"); row.save(force_insert=True)
"""
_ROTATE = "rotation.BATCH = 20; print('on', flush=True); rotation.rotate(lambda n: print(n, flush=True))"
_CHECK = """
import json; v = rotation.verify_vault()
print(json.dumps([v.values, len(v.broken), VaultRow.objects.exclude(key=actions.ring().current).count()]))
"""


def test_44_killed_half_way_nothing_is_unreadable_and_the_next_run_goes_on(tmp_path: Path) -> None:
    def finish(*command: str) -> str:
        process = _run(tmp_path, *command)
        said, wrong = process.communicate(timeout=120)
        assert process.returncode == 0, wrong
        return said

    finish(_BEGIN + _FILL)
    finish(_BEGIN + "rotation.new_key()")
    process = _run(tmp_path, _BEGIN + _ROTATE)
    assert process.stdout
    while (line := process.stdout.readline()) and (line == "on\n" or int(line) < 400):
        pass
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    values, broken, left = json.loads(finish(_BEGIN + _CHECK))
    assert (values, broken) == (3000, 0) and 0 < left < 3000
    finish(_BEGIN + _ROTATE)
    assert json.loads(finish(_BEGIN + _CHECK)) == [3000, 0, 0]
    assert b"School 1" not in (tmp_path / "holdfast.db").read_bytes()
