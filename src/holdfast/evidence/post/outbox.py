"""A letter's life: prepared, approved by a named person, handed over, and what came back. Folded from the journal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from holdfast.evidence.post.addresses import check_letters, in_an_address, reply_address
from holdfast.evidence.post.journal import Did, Journal, Line, unread
from holdfast.evidence.post.paper import BadLetter, Paper, read_paper, write_paper
from holdfast.evidence.post.settings import Post


class Kind(StrEnum):
    """What a letter is for."""

    REQUEST = "request"
    CLARIFICATION = "clarification"
    REMINDER = "reminder"
    REVIEW = "review"
    COMPLAINT = "complaint"
    NOTE = "note"


class Stands(StrEnum):
    """How a letter stands."""

    PREPARED = "prepared"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "not known whether it went"
    SENT = "sent"
    REFUSED = "refused by the mail server"
    BOUNCED = "bounced"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"


OPEN = frozenset((Stands.PREPARED, Stands.APPROVED, Stands.UNKNOWN))
"""No second letter is prepared for a request while one of these waits."""
PRESSING = frozenset((Kind.REMINDER, Kind.REVIEW, Kind.COMPLAINT))
"""Letters that would be wrong once a reply is there."""
WENT = frozenset((Stands.SENT, Stands.BOUNCED, Stands.ACKNOWLEDGED, Stands.ANSWERED))


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter on the day of asking. `at`: since when it stands so; `sent_at`: when it was handed over, also where
    nobody knows whether it went; `tries`: how often the server said not now; `why`: its or a person's words."""

    id: str
    reference: str
    kind: Kind
    stands: Stands
    at: datetime
    to: str = ""
    reply: str = ""
    message_id: str = ""
    approved_by: str = ""
    digest: str = ""
    sent_at: datetime | None = None
    tried_at: datetime | None = None
    tries: int = 0
    why: str = ""


def letters(lines: Iterable[Line]) -> dict[str, Letter]:
    """Every letter by its id, in the order in which they were prepared."""
    found: dict[str, Letter] = {}
    for line in lines:
        if line.did is Did.PREPARED:
            found[line.letter] = Letter(
                line.letter, line.reference, Kind(line.kind), Stands.PREPARED, line.at, line.to, line.reply,
                line.message_id,
            )  # fmt: skip
        elif line.letter in found:
            found[line.letter] = _after(found[line.letter], line)
    return found


def _after(one: Letter, line: Line) -> Letter:
    match line.did:
        case Did.APPROVED:
            return replace(
                one, stands=Stands.APPROVED, at=line.at, approved_by=line.by, digest=line.digest, to=line.to, why=""
            )
        case Did.WITHDRAWN:
            return replace(one, stands=Stands.WITHDRAWN, at=line.at, why=line.note)
        case Did.HANDING_OVER:
            why = "the sender ended before the mail server answered"
            return replace(one, stands=Stands.UNKNOWN, at=line.at, sent_at=line.at, why=why)
        case Did.UNKNOWN:
            return replace(one, stands=Stands.UNKNOWN, at=line.at, why=line.note)
        case Did.SENT:
            return replace(one, stands=Stands.SENT, at=line.at, sent_at=one.sent_at or line.at, why=line.note)
        case Did.LATER:
            return replace(
                one, stands=Stands.APPROVED, at=line.at, sent_at=None, tried_at=line.at, tries=one.tries + 1,
                why=line.note,
            )  # fmt: skip
        case Did.REFUSED:
            return replace(one, stands=Stands.REFUSED, at=line.at, sent_at=None, why=line.note)
        case Did.NOT_SENT:
            return replace(one, stands=Stands.PREPARED, at=line.at, sent_at=None, approved_by="", why=line.note)
        case Did.BOUNCED | Did.ACKNOWLEDGED | Did.ANSWERED if one.sent_at:
            # What comes back shows that it went. A bounce after an answer changes nothing.
            now = {Did.BOUNCED: Stands.BOUNCED, Did.ACKNOWLEDGED: Stands.ACKNOWLEDGED}.get(line.did, Stands.ANSWERED)
            order = [Stands.UNKNOWN, Stands.SENT, Stands.ACKNOWLEDGED, Stands.BOUNCED, Stands.ANSWERED]
            if order.index(now) < order.index(one.stands):
                return one
            return replace(one, stands=now, at=line.at, why=line.note)
    return one


def unreached(of_one_request: Sequence[Letter]) -> Letter | None:
    """The last letter of a request, where it came back or was refused by the mail server."""
    tried = [one for one in of_one_request if one.stands is not Stands.WITHDRAWN]
    return tried[-1] if tried and tried[-1].stands in (Stands.BOUNCED, Stands.REFUSED) else None


class Outbox:
    """The letters of one round's folder. What a person does, with their name; `at` is always the time of doing it."""

    def __init__(self, folder: Path, journal: Journal | None = None) -> None:
        self.folder = folder / "outbox"
        self.journal = journal or Journal(folder)

    def letters(self) -> dict[str, Letter]:
        """As they stand. Raises BadJournal."""
        return letters(self.journal.lines())

    def place(self, letter: str) -> Path:
        """Its folder."""
        return self.folder / letter

    def prepare(self, reference: str, kind: Kind, paper: Paper, post: Post, at: datetime, note: str = "") -> Letter:
        """Lay a letter down for a person to read. Raises OSError, BadJournal and BadLetter where one still waits."""
        with self.journal.alone("preparing"):
            known = self.letters()
            of_it = [one for one in known.values() if one.reference == reference]
            if waits := next((one for one in of_it if one.stands in OPEN), None):
                raise BadLetter(f"{waits.id} of the same request still waits: {waits.stands.value}")
            reply = next((one.reply for one in of_it), "") or reply_address(post.reply, reference, check_letters())
            number = len(known) + 1
            name = f"{number:04d}-{in_an_address(reference)[:60]}-{kind.value}"
            message_id = f"<{name}.{check_letters()}@{post.address.partition('@')[2]}>".casefold()
            write_paper(self.place(name), paper)
            line = Line(
                at, Did.PREPARED, name, reference, kind.value, note=note, to=paper.to, message_id=message_id,
                reply=reply,
            )  # fmt: skip
            self.journal.add(line)
        return letters([line])[name]

    def approve(self, letter: str, by: str, post: Post, at: datetime) -> Letter:
        """A named person's word that exactly this may go. Raises BadLetter, BadJournal."""
        one = self._one(letter)
        if one.stands not in (Stands.PREPARED, Stands.APPROVED):
            raise BadLetter(f"{letter} is {one.stands.value}: there is nothing to approve")
        if one.kind in PRESSING and unread(self.journal.lines()).get(one.reference):
            raise BadLetter(f"{letter} waits: a reply to the request came, which nobody has read")
        paper = self.paper(letter)
        try:
            paper.check(post)
        except BadLetter as problem:
            raise BadLetter(f"{letter} {problem}") from None
        self._add(Did.APPROVED, one, by, at, to=paper.to, digest=paper.digest)
        return self._one(letter)

    def withdraw(self, letter: str, by: str, note: str, at: datetime) -> None:
        """It is not to go; or it did not arrive, and may be tried at the same address. Raises BadLetter, BadJournal."""
        one = self._one(letter)
        if one.stands not in (Stands.PREPARED, Stands.APPROVED, Stands.REFUSED, Stands.BOUNCED):
            raise BadLetter(f"{letter} is {one.stands.value}: it cannot be held back any more")
        self._add(Did.WITHDRAWN, one, by, at, note=note)

    def settle(self, letter: str, went: bool, by: str, note: str, at: datetime) -> None:
        """A person found out whether a letter went. One that did not must be approved again. Raises BadLetter."""
        one = self._one(letter)
        if one.stands is not Stands.UNKNOWN:
            raise BadLetter(f"{letter} is {one.stands.value}: there is nothing to find out")
        if not note.strip():
            raise BadLetter("say how it was found out (--note)")
        self._add(Did.SENT if went else Did.NOT_SENT, one, by, at, note=note)

    def paper(self, letter: str) -> Paper:
        """Its words as they lie there. Raises BadLetter."""
        try:
            return read_paper(self.place(letter))
        except BadLetter as problem:
            raise BadLetter(f"{letter} {problem}") from None

    def _one(self, letter: str) -> Letter:
        one = self.letters().get(letter)
        if one is None:
            raise BadLetter(f"no letter is called {letter!r}")
        return one

    def _add(
        self, did: Did, one: Letter, by: str, at: datetime, note: str = "", to: str = "", digest: str = ""
    ) -> None:
        if not by.strip() or not by.isprintable():
            raise BadLetter("say who you are (--by)")
        self.journal.add(
            Line(at, did, one.id, one.reference, one.kind.value, by.strip(), note.strip(), to=to, digest=digest)
        )
