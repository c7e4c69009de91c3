"""First come, first served: the queue in front of SQLite's single writer.

SQLite lets waiting writers try again at random, so under load one can wait for seconds while others pass. Inside one
process a fair lock before BEGIN keeps the wait of everyone the same.
"""

from __future__ import annotations

import threading
from collections import deque


class FairLock:
    """A lock that is handed over in the order in which it was asked for."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._is_held = False

    def acquire(self, timeout: float) -> bool:
        """Wait for a turn, at most `timeout` seconds. False when it did not come."""
        with self._guard:
            if not self._is_held:
                self._is_held = True
                return True
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(timeout):
            return True
        with self._guard:
            if turn.is_set():  # it came between the end of the wait and here
                return True
            self._waiting.remove(turn)
        return False

    def release(self) -> None:
        """Hand over to the next in line."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_held = False


_locks: dict[str, FairLock] = {}
_locks_guard = threading.Lock()


def lock_of(database: str) -> FairLock:
    """The one lock of a database file in this process."""
    with _locks_guard:
        return _locks.setdefault(database, FairLock())
