"""The embedded file has one writer at a time, in the order in which they came; and a real file is encrypted."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.db.utils import ConnectionHandler

from holdfast.config.sqlcipher.queue import FairLock


def _open(path: Path, key: str) -> object:
    database = {
        "ENGINE": "holdfast.config.sqlcipher",
        "NAME": path,
        "OPTIONS": {
            "key": key,
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL",
        },
    }
    handler = ConnectionHandler({"default": database})
    return handler["default"]


def test_turns_come_in_the_order_in_which_they_were_asked_for() -> None:
    lock, order = FairLock(), []
    assert lock.acquire(1)

    def wait(number: int) -> None:
        assert lock.acquire(5)
        order.append(number)
        lock.release()

    threads = [threading.Thread(target=wait, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
        time.sleep(0.01)
    lock.release()
    for thread in threads:
        thread.join()
    assert order == list(range(8))


def test_a_turn_that_does_not_come_is_given_up_and_blocks_nobody() -> None:
    lock = FairLock()
    assert lock.acquire(1)
    assert not lock.acquire(0.01)
    lock.release()
    assert lock.acquire(0.01)


@pytest.mark.django_db
def test_the_file_is_encrypted_and_opens_only_with_its_key(tmp_path: Path) -> None:
    path = tmp_path / "house.db"
    first = _open(path, "a" * 64)
    with first.cursor() as cursor:
        cursor.execute("CREATE TABLE t (words TEXT)")
        cursor.execute("INSERT INTO t VALUES ('Elm House')")
    first.close()
    everything = b"".join(p.read_bytes() for p in tmp_path.iterdir())
    assert b"Elm House" not in everything
    assert b"SQLite format" not in everything
    again = _open(path, "a" * 64)
    with again.cursor() as cursor:
        assert cursor.execute("SELECT words FROM t").fetchone() == ("Elm House",)
    again.close()
    wrong = _open(path, "b" * 64)
    with pytest.raises(DatabaseError, match="not a database"), wrong.cursor() as cursor:
        cursor.execute("SELECT words FROM t")
    wrong.close()
