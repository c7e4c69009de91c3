"""Messages: who wrote, to which reference, the words, and what is attached. Nothing is fetched or answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr

from holdfast.evidence.received.content import Concern, Content, Piece, Why
from holdfast.evidence.received.limits import Limits
from holdfast.evidence.received.plain import html_content, passages

_MBOX_BEGINS = re.compile(rb"^From \S+.*[0-9]{4}\r?$", re.M)
_MOST_HOPS = 25
_TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sent a message to whom. Addresses in small letters; `sent` as the message says it."""

    sender: str
    sender_name: str
    to: tuple[str, ...]
    subject: str
    sent: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with a message."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A message taken apart. `concern` is set where it must not be read on."""

    envelope: Envelope
    content: Content
    attached: tuple[Attached, ...]
    concern: Concern | None = None


def is_message(content: bytes) -> bool:
    """Whether the bytes begin like an e-mail: lines of headings, From among them."""
    head = re.split(rb"\r?\n\r?\n", content[:20_000], maxsplit=1)[0]
    names = re.findall(rb"^([A-Za-z][A-Za-z0-9-]*):", head, re.M)
    known = {name.lower() for name in names}
    return b"from" in known and bool(known & {b"date", b"subject", b"message-id", b"received", b"to", b"mime-version"})


def split_mbox(content: bytes) -> list[bytes]:
    """The messages of an mbox file; an empty list where it is none."""
    begins = [
        found.start()
        for found in _MBOX_BEGINS.finditer(content)
        if found.start() == 0 or content[: found.start()].endswith((b"\n\n", b"\r\n\r\n"))
    ]
    if not begins or begins[0] != 0:
        return []
    ends = [*begins[1:], len(content)]
    messages = (content[start:end].split(b"\n", 1) for start, end in zip(begins, ends, strict=True))
    return [re.sub(rb"^>(>*From )", rb"\1", parts[1], flags=re.M) for parts in messages if len(parts) == 2]


def read_message(content: bytes, limits: Limits, own: frozenset[str] = frozenset()) -> Message:
    """Take a message apart. `own` are our own addresses: a message from one of them goes round in a loop."""
    limits.check_size(len(content))
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - the default policy makes no other; for the type checker
    envelope = envelope_of(message)
    concern = loop(message, envelope, own)
    bodies: list[Piece] = []
    concerns: list[Concern] = []
    attached: list[Attached] = []
    for part, is_said_plainly in _parts(message, limits):
        name, kind = _file_name(part), part.get_content_type()
        if name or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            attached.append(Attached(name or kind.replace("/", "."), _payload(part)))
        elif kind == "text/plain":
            bodies += passages(_words(part), limits)
        elif not is_said_plainly:
            page = html_content(_words(part), limits)
            bodies += page.pieces
            concerns += [Concern(one.why, one.words, one.part or "message body") for one in page.concerns]
    if len(attached) > limits.attachments:
        concern = Concern(Why.TOO_LARGE, f"has {len(attached)} attachments; the limit is {limits.attachments}")
    return Message(envelope, Content("message", tuple(bodies), tuple(concerns)), tuple(attached), concern)


def _parts(message: EmailMessage, limits: Limits) -> Iterator[tuple[EmailMessage, bool]]:
    """Leaves, a message inside a message being one leaf; with each, whether the same is said in plain text besides."""
    stack: list[tuple[EmailMessage, int, bool]] = [(message, 0, False)]
    seen = 0
    while stack:
        part, depth, plainly = stack.pop(0)
        seen += 1
        limits.check_cells(seen * 100)
        if part.get_content_maintype() == "multipart" and depth < 50:
            inside = [one for one in part.iter_parts() if isinstance(one, EmailMessage)]
            if part.get_content_subtype() == "alternative":
                plainly = plainly or any(
                    one.get_content_type() == "text/plain" and _words(one).strip() for one in inside
                )
            stack = [(one, depth + 1, plainly) for one in inside] + stack
        else:
            yield part, plainly


def header(message: EmailMessage, name: str) -> str:
    """A heading as one line; a heading that cannot be read is empty."""
    try:
        return " ".join(str(message.get(name, "")).split())
    except (ValueError, TypeError, IndexError, AttributeError):
        return ""


def envelope_of(message: EmailMessage) -> Envelope:
    """Who wrote to whom, by the headings."""
    name, address = parseaddr(header(message, "From"))
    to = getaddresses([header(message, heading) for heading in _TO])
    return Envelope(
        address.casefold(),
        name,
        tuple(one.casefold() for _, one in to if one),
        header(message, "Subject"),
        header(message, "Date"),
        header(message, "Message-ID"),
    )


def loop(message: EmailMessage, envelope: Envelope, own: frozenset[str]) -> Concern | None:
    """Answering machines and messages that go round: never read as a reply, never answered."""
    if words := goes_round(message, envelope, own):
        return Concern(Why.MAIL_LOOP, words)
    if is_automatic(message):
        return Concern(Why.MAIL_LOOP, "is an automatic message")
    if is_from_a_server(envelope):
        return Concern(Why.MAIL_LOOP, "is a notice that a message could not be delivered")
    return None


def goes_round(message: EmailMessage, envelope: Envelope, own: frozenset[str]) -> str:
    """Why a message is taken to go round in a loop, or empty."""
    hops = len(message.get_all("Received", []))
    delivered = message.get_all("Delivered-To", [])
    if envelope.sender in own:
        return "comes from our own address"
    if hops > _MOST_HOPS:
        return f"has passed {hops} servers"
    if any(delivered.count(one) > 1 for one in delivered):
        return "was delivered to the same address twice"
    return ""


def is_automatic(message: EmailMessage) -> bool:
    """Whether a machine says that it wrote the message (RFC 3834, and what was used before it)."""
    automatic = header(message, "Auto-Submitted").casefold()
    return bool(automatic and automatic != "no") or any(
        header(message, name) for name in ("X-Loop", "X-Autoreply", "X-Autorespond")
    )


def is_from_a_server(envelope: Envelope) -> bool:
    """Whether a mail server wrote it."""
    return envelope.sender.startswith(("mailer-daemon@", "postmaster@"))


def _file_name(part: EmailMessage) -> str:
    try:
        name = part.get_filename() or ""
    except (ValueError, TypeError, IndexError, AttributeError):
        name = "unreadable name"
    return re.sub(r"[\x00-\x1f/\\]", "_", name)[:200]


def _payload(part: EmailMessage) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inside = [one for one in part.iter_parts() if isinstance(one, EmailMessage)]
        return b"".join(one.as_bytes() for one in inside)
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _words(part: EmailMessage) -> str:
    """The text in whatever letters it says it has, or in Windows-1252 where it says none that are known."""
    content = _payload(part)
    for letters in (part.get_content_charset() or "utf-8", "utf-8", "cp1252"):
        try:
            return content.decode(letters)
        except (LookupError, UnicodeError):
            continue
    return content.decode("latin-1")
