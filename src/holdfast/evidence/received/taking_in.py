"""A folder, a Maildir, an mbox or one file: every document taken out, kept, and given to its authority."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from holdfast.evidence.received.content import Concern, Content, Quarantined, Why
from holdfast.evidence.received.limits import Limits
from holdfast.evidence.received.mail import Message, is_message, read_message, split_mbox
from holdfast.evidence.received.senders import Senders
from holdfast.evidence.received.store import digest

Opener = Callable[[str, bytes], Content]
"""Reads a document by name and bytes; `worker.Reader.open`, or `opening.open_document` with its limits."""
TakeApart = Callable[[bytes, Limits, frozenset[str]], Message]
"""Takes a message apart; `worker.Reader.message`, or `mail.read_message` itself."""
NOT_REPLIES = frozenset(("requests.csv", "questionnaire.toml", ".ds_store", "thumbs.db", "desktop.ini"))


class BadPlace(ValueError):
    """The folder or file cannot be read at all. The message says why."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document as received. `inside` is the hash of the message that it came with; `sent` what that message says.

    `kept` holds the bytes for the store.
    """

    sha256: str
    name: str
    size: int
    authority: str
    nation: str
    content: Content
    kept: bytes
    inside: str = ""
    subject: str = ""
    sent: str = ""

    @property
    def concerns(self) -> tuple[Concern, ...]:
        """What of it is quarantined."""
        return self.content.concerns


@dataclass(frozen=True, slots=True)
class _Source:
    """Where bytes come from, before they are opened. `vouched`: whose message it is was found out before."""

    name: str
    content: bytes
    authority: str = ""
    inside: str = ""
    subject: str = ""
    sent: str = ""
    depth: int = 0
    vouched: bool = False


class TakingIn:
    """Takes in documents one after another and remembers what it has seen."""

    def __init__(
        self,
        opener: Opener,
        senders: Senders,
        limits: Limits,
        authority: str = "",
        own: frozenset[str] = frozenset(),
        take_apart: TakeApart = read_message,
    ) -> None:
        self._open, self._senders, self._limits, self._take_apart = opener, senders, limits, take_apart
        self._authority, self._own = authority, own
        self._messages: set[str] = set()

    def documents(self, place: Path) -> Iterator[Document]:
        """Every document, in the order of names. Raises BadPlace."""
        for source in self._sources(place):
            yield from self._document(source)

    def message(self, name: str, content: bytes, authority: str) -> Iterator[Document]:
        """One message whose authority is known, by its reply address or by a person's word. What it and its files hold
        is read with the same care."""
        yield from self._document(_Source(name, content, authority, vouched=True))

    def _sources(self, place: Path) -> Iterator[_Source]:
        if place.is_file():
            yield from self._file(place, self._authority or self._senders.named(place.stem))
            return
        if not place.is_dir():
            raise BadPlace(f"{place} is neither a folder nor a file")
        for file in sorted(one for one in place.rglob("*") if one.is_file() and not one.is_symlink()):
            inside = file.relative_to(place)
            if inside.name.casefold() in NOT_REPLIES or (inside.name.startswith(".") and "," not in inside.name):
                continue
            folders = [part for part in inside.parts[:-1] if part not in ("cur", "new", "tmp")]
            if len(inside.parts) > 1 and inside.parts[-2] == "tmp":
                continue  # a Maildir's messages that are not yet whole
            named = (self._senders.named(folders[0]) or folders[0]) if folders else self._senders.named(file.stem)
            yield from self._file(file, self._authority or named)

    def _file(self, file: Path, authority: str) -> Iterator[_Source]:
        try:
            if file.stat().st_size > 40 * self._limits.document_bytes:
                raise BadPlace(f"{file} is larger than any mailbox that is read")
            content = file.read_bytes()
        except OSError as error:
            raise BadPlace(f"{file} cannot be read: {error.strerror}") from None
        messages = split_mbox(content)
        if not messages:
            yield _Source(file.name, content, authority)
        for number, message in enumerate(messages, start=1):
            yield _Source(f"{file.name}, message {number}", message, authority)

    def _document(self, source: _Source) -> Iterator[Document]:
        if source.depth <= self._limits.depth and is_message(source.content):
            yield from self._message(source)
            return
        content = self._open(source.name, source.content)
        if source.depth > self._limits.depth:
            words = f"lies {source.depth} messages deep"
            content = Content("not read", (), (Concern(Why.TOO_LARGE, words),))
        yield self._given(source, content)

    def _given(self, source: _Source, content: Content) -> Document:
        """A document with its authority, held to whom it speaks for."""
        concern = self._senders.other_name(source.authority, content) if source.authority else None
        if concern is not None:
            content = replace(content, pieces=(), concerns=(*content.concerns, concern))
        return Document(
            digest(source.content),
            source.name,
            len(source.content),
            source.authority,
            self._senders.nation(source.authority),
            content,
            source.content,
            source.inside,
            source.subject,
            source.sent,
        )

    def _message(self, source: _Source) -> Iterator[Document]:
        try:
            message = self._take_apart(source.content, self._limits, self._own)
        except Quarantined as stop:
            yield self._given(source, Content("message", (), (stop.concern,)))
            return
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError) as error:
            words = f"is a message that cannot be taken apart ({type(error).__name__})"
            yield self._given(source, Content("message", (), (Concern(Why.DAMAGED, words),)))
            return
        authority, concern = self._sender(source, message)
        loop = None if source.vouched and _is_loop(message.concern) else message.concern
        concern = loop or concern or self._again(message)
        told = replace(source, authority=authority, subject=message.envelope.subject, sent=message.envelope.sent)
        if concern is not None:
            yield self._given(told, Content("message", (), (concern,)))
        else:
            yield self._given(told, message.content)
        name = digest(source.content)
        for one in message.attached:
            inside = replace(told, name=one.name, content=one.content, inside=name, depth=source.depth + 1)
            if concern is None:
                yield from self._document(inside)
            else:  # kept, and not opened
                yield self._given(replace(inside, authority=""), Content("not read", (), (concern,)))

    def _sender(self, source: _Source, message: Message) -> tuple[str, Concern | None]:
        """A folder's name or the option holds over the message; a forwarded message keeps the outer sender."""
        if source.inside or self._authority or source.vouched:
            return source.authority, None
        found, concern = self._senders.of_message(message.envelope)
        if source.authority and found and found != source.authority:
            return "", Concern(Why.OTHER_NAME, f"lies under {source.authority}, and comes from {found}")
        return source.authority or found, concern

    def _again(self, message: Message) -> Concern | None:
        name = message.envelope.message_id
        if name and name in self._messages:
            return Concern(Why.DUPLICATE, "is a message that was taken in before")
        self._messages.add(name)
        return None


def _is_loop(concern: Concern | None) -> bool:
    return concern is not None and concern.why is Why.MAIL_LOOP
