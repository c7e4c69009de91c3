"""What a message that came in is: a reply, an automatic answer, a notice of a mail server (RFC 3464), or a loop."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from enum import StrEnum

from holdfast.evidence.received.content import Concern
from holdfast.evidence.received.mail import (
    Envelope,
    envelope_of,
    goes_round,
    header,
    is_automatic,
    is_from_a_server,
)
from holdfast.evidence.received.worker import Reader

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")


class Sort(StrEnum):
    """What a message is."""

    REPLY = "reply"
    AUTOMATIC = "automatic answer"
    BOUNCE = "could not be delivered"
    DELAY = "delivery delayed"
    NOTICE = "notice of a mail server"
    LOOP = "mail loop"


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message. `answers` are the Message-IDs that it says it answers; `about`, in a server's notice, those of the
    letters that it gives back. `words`: what the server said, or why it is a loop. `files`: how many came with it."""

    sort: Sort
    envelope: Envelope
    answers: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    words: str = ""
    files: int = 0


def arrived(content: bytes, own: frozenset[str]) -> Arrived:
    """By its headings and form. Raises ValueError where the message cannot be taken apart."""
    try:
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)  # noqa: S101 - the default policy makes no other; for the type checker
        return _arrived(message, own)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError) as error:
        raise ValueError(f"is a message that cannot be taken apart ({type(error).__name__})") from None


def arrived_apart(reader: Reader, content: bytes, own: frozenset[str]) -> Arrived:
    """The same in the reader's process, with its limits of time and memory. Raises ValueError."""
    answer = reader.run(_arrived_or_why, content, own)
    if isinstance(answer, Arrived):
        return answer
    raise ValueError(answer.words if isinstance(answer, Concern) else str(answer))


def _arrived_or_why(content: bytes, own: frozenset[str]) -> Arrived | str:
    try:
        return arrived(content, own)
    except ValueError as problem:
        return str(problem)


def _arrived(message: EmailMessage, own: frozenset[str]) -> Arrived:
    envelope = envelope_of(message)
    answers = tuple(_MESSAGE_ID.findall(f"{header(message, 'In-Reply-To')} {header(message, 'References')}"))
    parts = [part for part in message.walk() if isinstance(part, EmailMessage)]
    status = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    about = tuple(dict.fromkeys(one for part in parts[1:] for one in _given_back(part)))
    if status is not None:
        sort, words = _delivery(status)
        return Arrived(sort, envelope, answers, about, words)
    if words := goes_round(message, envelope, own):
        return Arrived(Sort.LOOP, envelope, answers, words=words)
    if is_from_a_server(envelope) or (header(message, "Return-Path") == "<>" and not is_automatic(message)):
        return Arrived(Sort.NOTICE, envelope, answers, about, "is a notice of a mail server in a form of its own")
    files = sum(1 for part in parts if part.get_filename() or part.get_content_disposition() == "attachment")
    if is_automatic(message) or header(message, "Precedence").casefold() == "auto_reply":
        # RFC 3834: "auto-replied" answers by itself; whatever else a machine sends may be the answer of a case system.
        says = header(message, "Auto-Submitted").casefold()
        plain = says in ("", "no") or says.startswith("auto-replied")
        words = "" if plain and not files else "was sent by a machine, and may be the answer itself"
        return Arrived(Sort.AUTOMATIC, envelope, answers, words=words, files=files)
    return Arrived(Sort.REPLY, envelope, answers, files=files)


def _given_back(part: EmailMessage) -> list[str]:
    """The Message-ID of a letter that a notice holds, whole or by its headings."""
    if part.get_content_type() == "message/rfc822":
        return [_id for inside in part.get_payload() if isinstance(inside, Message) for _id in _ids(inside)]
    if part.get_content_type() == "text/rfc822-headers":
        payload = part.get_payload(decode=True)
        text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
        return re.findall(r"(?im)^message-id:\s*(<[^<>\s]{1,250}>)", text)
    return []


def _ids(inside: Message) -> list[str]:
    return _MESSAGE_ID.findall(str(inside.get("Message-ID", "")))


def _delivery(status: EmailMessage) -> tuple[Sort, str]:
    """RFC 3464: one block for the message, then one for each recipient with its Action and Status."""
    blocks = status.get_payload()
    found = []
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, Message) and (action := str(block.get("Action", "")).strip().casefold()):
            said = f"{block.get('Status', '')} {block.get('Diagnostic-Code', '')}"
            found.append((action, " ".join("".join(c if c.isprintable() else " " for c in said).split())[:200]))
    for wanted, sort in (("failed", Sort.BOUNCE), ("delayed", Sort.DELAY)):
        if words := [said for action, said in found if action == wanted]:
            return sort, words[0] or wanted
    if found:
        return Sort.AUTOMATIC, ""
    return Sort.NOTICE, "is a notice of a mail server that does not say what became of the letter"
