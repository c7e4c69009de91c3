"""Mail in by IMAP (RFC 9051), read-only: the mailbox is examined and never selected, messages are peeked at, nothing is
marked, moved or deleted. What was fetched is remembered by UIDVALIDITY and UID in `imap.json`; losing that file only
fetches again what is then known by its hash.
"""

from __future__ import annotations

import imaplib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from holdfast.evidence.post.inbox import Inbox
from holdfast.evidence.post.journal import Line, write_safely
from holdfast.evidence.post.settings import BadPost, Post, Security, Server
from holdfast.evidence.received.limits import Limits

TIMEOUT = 60.0
MOST = 2_000
"""Messages fetched in one run; the rest comes with the next."""


class NotFetched(Exception):
    """The mailbox cannot be read. The words say why; what was taken before stands."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one run brought: a line for each new message, how many were known, and how many are left for the next."""

    lines: tuple[Line, ...]
    known: int
    left: int


class _Bounded:
    """Refuses a part of an answer that is larger than any message may be, whatever the server announces."""

    most = 0

    def read(self, size: int) -> bytes:
        if size > self.most:
            raise imaplib.IMAP4.abort(f"announces {size:,} bytes at once")
        return super().read(size)  # type: ignore[misc]


class _Plain(_Bounded, imaplib.IMAP4):
    pass


class _Tls(_Bounded, imaplib.IMAP4_SSL):
    pass


def fetch(
    inbox: Inbox, post: Post, password: str, folder: Path, now: Callable[[], datetime], limits: Limits
) -> Fetched:
    """Take in what is new. Raises NotFetched, BadPost, BadJournal, OSError of our own files."""
    if post.imap is None:
        raise BadPost("post.toml has no [imap]")
    line = _connected(post.imap, password, limits)
    try:
        return _take_new(line, inbox, post, folder / "imap.json", now, limits)
    except (imaplib.IMAP4.error, OSError) as error:
        if isinstance(error, OSError) and error.filename:  # a file of ours, and not the line
            raise
        raise NotFetched(f"{post.imap.host}: {_said(error)}") from None
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            line.logout()
        _cut(line)


def _connected(server: Server, password: str, limits: Limits) -> imaplib.IMAP4:
    context = server.context()
    try:
        if server.security is Security.TLS:
            line: imaplib.IMAP4 = _Tls(server.host, server.port, ssl_context=context, timeout=TIMEOUT)
        else:
            line = _Plain(server.host, server.port, timeout=TIMEOUT)
    except (OSError, imaplib.IMAP4.error) as error:
        raise NotFetched(f"{server.host} port {server.port} cannot be reached: {_said(error)}") from None
    line.most = limits.document_bytes + 1  # type: ignore[attr-defined]
    try:
        if server.security is Security.STARTTLS:
            line.starttls(ssl_context=context)
        if server.username:
            try:
                line.login(server.username, password)
            except (UnicodeError, imaplib.IMAP4.error):  # its words may hold what was sent
                raise NotFetched(f"{server.host} does not know this name and password") from None
    except (OSError, imaplib.IMAP4.error) as error:
        _cut(line)
        raise NotFetched(f"{server.host} cannot be used: {_said(error)}") from None
    except NotFetched:
        _cut(line)
        raise
    return line


def _cut(line: imaplib.IMAP4) -> None:
    """Close the line, whatever state it is in."""
    with suppress(OSError):
        line.shutdown()
    with suppress(OSError):
        line.sock.close()


def _take_new(
    line: imaplib.IMAP4, inbox: Inbox, post: Post, file: Path, now: Callable[[], datetime], limits: Limits
) -> Fetched:
    validity = _examine(line, post.mailbox)
    where = f"{post.imap.host if post.imap else ''}/{post.mailbox}"
    last = _remembered(file, where, validity)
    new = sorted(uid for uid in _search(line, last) if uid > last)
    taken: list[Line] = []
    known = 0
    for uid, size in _sizes(line, new[:MOST]):
        name = f"uid{validity}.{uid}"
        if size > limits.document_bytes:
            why = f"has {size:,} bytes; it was left on the server under UID {uid}"
            one = inbox.not_fetched(name, why, now())
        else:
            content = _content(line, uid)
            if content is None:  # somebody took it away meanwhile
                continue
            one = inbox.take(content, now(), name)
        if one is None:
            known += 1
        else:
            taken.append(one)
        write_safely(file, json.dumps({"mailbox": where, "uidvalidity": validity, "uid": uid}).encode())
    return Fetched(tuple(taken), known, max(0, len(new) - MOST))


def _examine(line: imaplib.IMAP4, mailbox: str) -> int:
    if not mailbox.isascii() or not mailbox.isprintable():
        raise BadPost("the mailbox's name must be plain letters (modified UTF-7 for others)")
    quoted = mailbox.replace("\\", "\\\\").replace('"', '\\"')
    _good(line.select(f'"{quoted}"', readonly=True), f"the mailbox {mailbox!r}")
    found = line.response("UIDVALIDITY")[1]
    if not found or not found[0] or not bytes(found[0]).isdigit():
        raise NotFetched("the server does not say which numbers are valid (UIDVALIDITY)")
    return int(found[0])


def _search(line: imaplib.IMAP4, last: int) -> list[int]:
    data = _good(line.uid("SEARCH", "UID", f"{last + 1}:*"), "the list of messages")
    return [int(word) for part in data if isinstance(part, bytes) for word in part.split() if word.isdigit()]


def _sizes(line: imaplib.IMAP4, uids: list[int]) -> Iterator[tuple[int, int]]:
    """Each UID with its size as the server gives it, in order. One that it says nothing of is fetched within limits."""
    for start in range(0, len(uids), 200):
        some = uids[start : start + 200]
        data = _good(line.uid("FETCH", ",".join(map(str, some)), "(UID RFC822.SIZE)"), "the sizes of messages")
        sizes: dict[int, int] = {}
        for part in data:
            text = part if isinstance(part, bytes) else b""
            uid, size = re.search(rb"\bUID (\d+)", text), re.search(rb"\bRFC822\.SIZE (\d+)", text)
            if uid and size:
                sizes[int(uid[1])] = int(size[1])
        yield from ((uid, sizes.get(uid, 0)) for uid in some)


def _content(line: imaplib.IMAP4, uid: int) -> bytes | None:
    data = _good(line.uid("FETCH", str(uid), "(UID BODY.PEEK[])"), f"message {uid}")
    for part in data:
        if isinstance(part, tuple) and re.search(rb"\bUID %d\b" % uid, part[0]):
            return bytes(part[1])
    ends = b" ".join(part for part in data if isinstance(part, bytes))
    for part in data:  # some servers say the UID after the message
        if isinstance(part, tuple) and re.search(rb"\bUID %d\b" % uid, ends):
            return bytes(part[1])
    return None


def _good(answer: tuple[str, Any], what: str) -> list[Any]:
    if answer[0] != "OK":
        raise NotFetched(f"the server does not give {what}")
    return list(answer[1] or [])


def _remembered(file: Path, where: str, validity: int) -> int:
    """The last UID taken; 0 where the numbers are new or nothing is remembered."""
    try:
        data = json.loads(file.read_bytes())
        same = data["mailbox"] == where and data["uidvalidity"] == validity
        return int(data["uid"]) if same else 0
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _said(error: BaseException) -> str:
    text = error.args[0].decode("utf-8", "replace") if error.args and isinstance(error.args[0], bytes) else str(error)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200] or type(error).__name__
