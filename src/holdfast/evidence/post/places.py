"""Messages that lie on this machine: a Maildir, an mbox, a folder of .eml files, or one message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast.evidence.received.limits import Limits
from holdfast.evidence.received.mail import is_message, split_mbox


@dataclass(frozen=True, slots=True)
class Lying:
    """One message with where it lies, or why what lies there is none."""

    name: str
    content: bytes = b""
    problem: str = ""


def messages_in(place: Path, limits: Limits) -> Iterator[Lying]:
    """In the order of names. A file that is no message is named, never passed over in silence."""
    if not place.exists():
        yield Lying(str(place), problem="is not there")
        return
    files = [place] if place.is_file() else sorted(one for one in place.rglob("*") if one.is_file())
    for file in files:
        if file.is_symlink() or (place.is_dir() and "tmp" in file.relative_to(place).parts[:-1]):
            continue  # a Maildir's messages that are not yet whole
        yield from _in_file(file, limits)


def _in_file(file: Path, limits: Limits) -> Iterator[Lying]:
    try:
        if file.stat().st_size > 40 * limits.document_bytes:
            yield Lying(file.name, problem="is larger than any mailbox that is read")
            return
        content = file.read_bytes()
    except OSError as error:
        yield Lying(file.name, problem=f"cannot be read: {error.strerror}")
        return
    messages = split_mbox(content)
    for number, message in enumerate(messages, start=1):
        yield Lying(f"{file.name}, message {number}", message)
    if not messages and is_message(content):
        yield Lying(file.name, content)
    elif not messages:
        yield Lying(file.name, problem="is no message: give documents to `holdfast evidence read`")
