"""A letter as it lies in `outbox/LETTER/`: `letter.txt` (To, Subject, an empty line, the words), which a person may
change until it is approved, and `attached/`. What was approved is known by the hash of all of it.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path

from holdfast.evidence.post.journal import sync_folder, write_safely
from holdfast.evidence.post.settings import Post, plain_address

_TO_BE_WRITTEN = re.compile(r"\[[^\]\n]{0,300}\]?")
_MOST_BYTES = 10_000_000


class BadLetter(ValueError):
    """The letter cannot go as it lies there. The message says why."""


@dataclass(frozen=True, slots=True)
class Paper:
    """The words of one letter and what goes with it, by file name."""

    to: str
    subject: str
    words: str
    attached: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The hash of everything in it."""
        whole = sha256(_text(self).encode())
        for name, content in sorted(self.attached.items()):
            whole.update(f"\0{name}\0{len(content)}\0".encode() + content)
        return whole.hexdigest()

    def check(self, post: Post) -> None:
        """Raises BadLetter where it must not go to anybody like this."""
        if not self.to:
            raise BadLetter("has no address after To:")
        if not plain_address(self.to):
            raise BadLetter(f"goes to {self.to!r}, which is not one plain address")
        if post.is_own(self.to):
            raise BadLetter("goes to our own address")
        if not self.subject or len(self.subject) > 200 or not self.subject.isprintable():
            raise BadLetter("needs a subject of one line of at most 200 letters")
        if not self.words.strip():
            raise BadLetter("has no words")
        if found := _TO_BE_WRITTEN.search(f"{self.subject}\n{self.words}"):
            raise BadLetter(f"has a place that a person must write or delete: {found.group()[:80]}")
        if sum(map(len, self.attached.values())) > _MOST_BYTES:
            raise BadLetter(f"has more than {_MOST_BYTES:,} bytes attached")


def _text(paper: Paper) -> str:
    return f"To: {paper.to}\nSubject: {paper.subject}\n\n{paper.words.rstrip()}\n"


def write_paper(folder: Path, paper: Paper) -> None:
    """Lay a new letter down; the words last, so that a letter without them was never finished. Raises OSError."""
    (folder / "attached").mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in paper.attached.items():
        write_safely(folder / "attached" / name, content)
    write_safely(folder / "letter.txt", _text(paper).encode())
    sync_folder(folder.parent)


def read_paper(folder: Path) -> Paper:
    """As a person left it. Raises BadLetter."""
    try:
        text = (folder / "letter.txt").read_text(encoding="utf-8-sig")
        files = sorted(one for one in (folder / "attached").glob("*") if not one.name.startswith("."))
        if strange := [one.name for one in files if one.is_symlink() or not one.is_file()]:
            raise BadLetter(f"has {strange[0]!r} among what is attached, which is no plain file")
        attached = {one.name: one.read_bytes() for one in files}
    except (OSError, UnicodeError) as error:
        raise BadLetter(f"cannot be read: {error}") from None
    heading, gap, words = text.replace("\r\n", "\n").partition("\n\n")
    found = {
        name.strip().casefold(): " ".join(value.split())
        for name, _, value in (line.partition(":") for line in heading.split("\n"))
    }
    if not gap or set(found) != {"to", "subject"}:
        raise BadLetter("must begin with the lines To: and Subject: and an empty line")
    return Paper(found["to"], found["subject"], words.rstrip(), attached)


def as_message(paper: Paper, post: Post, reply: str, message_id: str, earlier: tuple[str, ...], at: datetime) -> bytes:
    """The letter as it leaves: lines of 7-bit letters that end in CR LF. Raises BadLetter."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    try:
        message["From"] = Address(post.name, addr_spec=post.address)
        message["To"] = paper.to
        message["Reply-To"] = reply
        message["Subject"] = paper.subject
        message["Date"] = format_datetime(at)
        message["Message-ID"] = message_id
        if earlier:
            message["References"] = " ".join(earlier)
        message.set_content(paper.words + "\n", cte="quoted-printable")
        for name, content in sorted(paper.attached.items()):
            kind, _, form = (mimetypes.guess_type(name)[0] or "application/octet-stream").partition("/")
            message.add_attachment(content, maintype=kind, subtype=form, filename=name, cte="base64")
        return message.as_bytes()
    except (ValueError, HeaderParseError, IndexError) as error:
        raise BadLetter(f"cannot be made into a message: {error}") from None
