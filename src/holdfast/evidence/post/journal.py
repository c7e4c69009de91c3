"""`post.jsonl`: what happened to each letter and each message that came in. Lines are only added, never changed.

A line is safe on disk before anything is done that rests on it. A machine that stops in the middle of a line leaves a
torn one at the end; nothing was done because of it, so it is taken off before the next is written.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

FILE = "post.jsonl"


class BadJournal(ValueError):
    """The record cannot be read, or somebody else is writing. Nothing is sent on a record that cannot be read."""


class Did(StrEnum):
    """One thing that happened."""

    PREPARED = "prepared"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    HANDING_OVER = "handing_over"  # written before the first byte of the letter leaves
    SENT = "sent"
    LATER = "later"  # the server said: not now
    REFUSED = "refused"  # the server said: never
    UNKNOWN = "unknown"  # the letter left, and no answer came
    NOT_SENT = "not_sent"  # a person found out that it did not go
    BOUNCED = "bounced"
    DELAYED = "delayed"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    SET_APART = "set_apart"  # a message that a person must look at
    ACCEPTED = "accepted"  # a person gave a message that was set apart to a request
    DISMISSED = "dismissed"  # a person looked at it, and it is nothing
    READ = "read"  # a person has read what came to a request and wrote down what it is


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `at` in UTC; `letter` and `reference` ours; `mail` the hash of a message that came in; `sender` its
    address; `digest` the hash of what was approved; `reply` the letter's own reply address."""

    at: datetime
    did: Did
    letter: str = ""
    reference: str = ""
    kind: str = ""
    by: str = ""
    note: str = ""
    to: str = ""
    message_id: str = ""
    reply: str = ""
    digest: str = ""
    mail: str = ""
    sender: str = ""
    uid: str = ""


class Journal:
    """The record of one round. Several processes may use it; each line is written by one at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / FILE

    def lines(self) -> tuple[Line, ...]:
        """All whole lines. Raises BadJournal."""
        try:
            content = self._file.read_bytes()
        except FileNotFoundError:
            if not self.folder.is_dir():
                raise BadJournal(f"{self.folder} is no folder") from None
            return ()
        except OSError as error:
            raise BadJournal(f"{FILE} cannot be read: {error.strerror}") from None
        whole = content[: content.rfind(b"\n") + 1].splitlines()
        return tuple(_line(text, number) for number, text in enumerate(whole, start=1))

    def add(self, *lines: Line) -> None:
        """Write lines and wait until they are safe. Raises BadJournal; then nothing may be done that rests on them."""
        text = b"".join(_text(line) for line in lines)
        try:
            is_new = not self._file.exists()
            handle = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                os.lseek(handle, _end_of_whole_lines(handle), os.SEEK_SET)
                _write(handle, text)
                os.fsync(handle)
            finally:
                os.close(handle)
            if is_new:
                sync_folder(self.folder)
        except OSError as error:
            raise BadJournal(f"{FILE} cannot be written: {error.strerror}") from None

    @contextmanager
    def alone(self, what: str) -> Iterator[None]:
        """One at a time: `what` is "sending" or "receiving". Raises BadJournal where another is at it."""
        handle = os.open(self.folder / f".{what}", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise BadJournal(f"another {what} is at work in {self.folder}") from None
            yield
        finally:
            os.close(handle)


def _line(text: bytes, number: int) -> Line:
    try:
        data = json.loads(text)
        at = datetime.fromisoformat(data.pop("at")).astimezone(UTC)
        made = Line(at, Did(data.pop("did")), **data)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BadJournal(f"{FILE} line {number} cannot be read; nothing is sent until it is mended") from None
    if not all(isinstance(value, str) for value in data.values()):
        raise BadJournal(f"{FILE} line {number} cannot be read; nothing is sent until it is mended")
    return made


def _text(line: Line) -> bytes:
    """Without what is empty."""
    data = {key: value for key, value in asdict(line).items() if value}
    data["at"] = line.at.astimezone(UTC).isoformat()
    return json.dumps(data, ensure_ascii=True).encode() + b"\n"


def _end_of_whole_lines(handle: int) -> int:
    """Take off a torn last line; where the next one goes."""
    size = os.fstat(handle).st_size
    content = os.pread(handle, size, 0)
    end = content.rfind(b"\n") + 1
    if end != size:
        os.ftruncate(handle, end)
    return end


def _write(handle: int, text: bytes) -> None:
    while text:
        text = text[os.write(handle, text) :]


def sync_folder(folder: Path) -> None:
    """Make new names in a folder safe on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_safely(file: Path, content: bytes) -> None:
    """The whole file or nothing: written beside, made safe, moved into place. Raises OSError."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)
    sync_folder(file.parent)


def unread(lines: Iterable[Line]) -> dict[str, tuple[Line, ...]]:
    """Replies by request that nobody has yet said what they are."""
    found: dict[str, tuple[Line, ...]] = {}
    for line in lines:
        if line.did is Did.ANSWERED:
            found[line.reference] = (*found.get(line.reference, ()), line)
        elif line.did is Did.READ:
            found.pop(line.reference, None)
    return found
