"""Mail in: each message kept as received, given to its request, or set apart with a reason for a person.

A message belongs to a request by the reply address that it was sent to and by the letter that it answers
(In-Reply-To, References); never by the name or the address of its sender alone. Nothing is answered by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from holdfast.evidence.post.addresses import reply_addresses_in
from holdfast.evidence.post.arrived import Arrived, Sort, arrived
from holdfast.evidence.post.journal import Did, Journal, Line, write_safely
from holdfast.evidence.post.outbox import Letter, letters
from holdfast.evidence.post.settings import Post
from holdfast.evidence.received.content import Why
from holdfast.evidence.received.limits import Limits
from holdfast.evidence.received.senders import Asked, Senders
from holdfast.evidence.received.store import digest

MOST_AUTOMATIC = 10
"""So many automatic answers to one request are believed; what comes after them goes round."""
_CAME_IN = frozenset((Did.ANSWERED, Did.ACKNOWLEDGED, Did.BOUNCED, Did.DELAYED, Did.SET_APART))


TakeApart = Callable[[bytes, frozenset[str]], Arrived]
"""Says what a message is, or raises ValueError; `arrived`, or `arrived_apart` in a process of its own."""


class BadMail(ValueError):
    """What a person asks of a message cannot be done. The message says why."""


@dataclass(frozen=True, slots=True)
class _Match:
    """The request that a message belongs to, and by what; or why it belongs to none."""

    reference: str = ""
    letter: str = ""
    how: str = ""
    doubt: str = ""


class Inbox:
    """The messages of one round. Use one at a time: `journal.alone("receiving")`."""

    def __init__(
        self, folder: Path, requests: Iterable[Asked], post: Post, limits: Limits, take_apart: TakeApart = arrived
    ) -> None:
        self._take_apart = take_apart
        self.journal = Journal(folder)
        self._folder = folder / "inbox"
        self._requests = {one.reference: one for one in requests}
        self._senders = Senders(self._requests.values())
        self._post, self._limits = post, limits
        self._lines = list(self.journal.lines())
        self._had = {line.mail for line in self._lines if line.mail}

    def place(self, mail: str) -> Path:
        """Where a message is kept as it was received."""
        return self._folder / mail[:2] / f"{mail}.eml"

    def read(self, mail: str) -> bytes:
        """A message as it was received. Raises BadMail where it is gone or changed."""
        try:
            content = self.place(mail).read_bytes()
        except OSError as error:
            raise BadMail(f"message {mail[:12]} cannot be read: {error.strerror}") from None
        if digest(content) != mail:
            raise BadMail(f"message {mail[:12]} is no longer what was received")
        return content

    def take(self, content: bytes, at: datetime, uid: str = "") -> Line | None:
        """Keep a message and say what it is; None where it was taken before. Raises OSError, BadJournal."""
        mail = digest(content)
        if mail in self._had:
            return None
        place = self.place(mail)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_safely(place, content)
        return self._add(replace(self._line(content, at), mail=mail, uid=uid))

    def not_fetched(self, name: str, why: str, at: datetime) -> Line | None:
        """A message that was left where it lies. `name` is its number there."""
        if name in self._had:
            return None
        return self._add(Line(at, Did.SET_APART, kind=Why.TOO_LARGE.value, note=why, mail=name, uid=name))

    def _add(self, line: Line) -> Line:
        self.journal.add(line)
        self._lines.append(line)
        self._had.add(line.mail)
        return line

    def _line(self, content: bytes, at: datetime) -> Line:
        if len(content) > self._limits.document_bytes:
            return _apart(at, Why.TOO_LARGE, f"has {len(content):,} bytes")
        try:
            one = self._take_apart(content, self._post.own)
        except ValueError as problem:
            return _apart(at, Why.DAMAGED, str(problem))
        line = self._given(one, at)
        return replace(line, sender=one.envelope.sender)

    def _given(self, one: Arrived, at: datetime) -> Line:
        if one.sort is Sort.LOOP or self._post.is_own(one.envelope.sender):
            return _apart(at, Why.MAIL_LOOP, one.words or "comes from our own address")
        known = letters(self._lines)
        match = self._match(one, known)
        if match.doubt:
            return _apart(at, Why.OTHER_NAME, match.doubt, match.reference)
        if one.sort is Sort.NOTICE:
            return _apart(at, Why.NOT_KNOWN, one.words, match.reference)
        if one.sort in (Sort.BOUNCE, Sort.DELAY):
            did = Did.BOUNCED if one.sort is Sort.BOUNCE else Did.DELAYED
            return Line(at, did, match.letter, match.reference, note=one.words)
        if doubt := self._doubt(one, match.reference):
            return _apart(at, Why.OTHER_NAME, doubt, match.reference)
        if one.sort is Sort.AUTOMATIC:
            return self._automatic(one, match, at)
        return Line(at, Did.ANSWERED, match.letter, match.reference, note=match.how)

    def _automatic(self, one: Arrived, match: _Match, at: datetime) -> Line:
        before = sum(1 for line in self._lines if line.did is Did.ACKNOWLEDGED and line.reference == match.reference)
        if before >= MOST_AUTOMATIC:
            return _apart(at, Why.MAIL_LOOP, f"is automatic, as {before} before it were", match.reference)
        if one.words:
            return _apart(at, Why.MAIL_LOOP, one.words, match.reference)
        return Line(at, Did.ACKNOWLEDGED, match.letter, match.reference, note=match.how)

    def _match(self, one: Arrived, known: dict[str, Letter]) -> _Match:
        """By reply address and by letter; where they say two things, or nothing, a person looks."""
        given_out = {letter.reply: letter.reference for letter in known.values()}
        by_id = {letter.message_id: letter for letter in known.values()}
        sent_to = reply_addresses_in(self._post.reply, one.envelope.to)
        answered = [by_id[name] for name in map(str.casefold, (*one.answers, *one.about)) if name in by_id]
        references = {given_out[address] for address in sent_to if address in given_out}
        references |= {letter.reference for letter in answered}
        strange = [address for address in sent_to if address not in given_out]
        only = next(iter(references)) if len(references) == 1 else ""
        if strange:
            return _Match(only, doubt=f"was sent to {strange[0]}, which was never given out: mistyped or guessed")
        if len(references) > 1:
            return _Match(doubt=f"is about {len(references)} requests at once: {', '.join(sorted(references))}")
        if not only:
            return _Match(self._suggested(one), doubt="was sent to no reply address and answers no letter of ours")
        of_it = [letter for letter in known.values() if letter.reference == only and letter.sent_at]
        if not of_it:
            return _Match(only, doubt=f"is about {only}, of which no letter has gone")
        how = " and ".join(
            ["by its reply address"] * bool(sent_to) + ["by the letter that it answers"] * bool(answered)
        )
        return _Match(only, (answered or of_it)[-1].id, how)

    def _suggested(self, one: Arrived) -> str:
        """A request whose reference stands in the subject and whose address is the sender's: a person confirms."""
        words = one.envelope.subject.casefold()
        found = [
            asked.reference
            for asked in self._requests.values()
            if asked.reference.casefold() in words and asked.address.casefold() == one.envelope.sender
        ]
        return found[0] if len(found) == 1 else ""

    def _doubt(self, one: Arrived, reference: str) -> str:
        """Why the sender may not speak for the body, or empty. An address that a person accepted before may."""
        asked = self._requests.get(reference)
        if asked is None:
            return f"is about {reference}, which requests.csv no longer has"
        accepted = {line.sender for line in self._lines if line.did is Did.ACCEPTED and line.reference == reference}
        concern = None if one.envelope.sender in accepted else self._senders.doubt(asked, one.envelope)
        return concern.words if concern else ""

    def waiting(self) -> tuple[Line, ...]:
        """Messages set apart at which nobody has looked."""
        done = {line.mail for line in self._lines if line.did in (Did.ACCEPTED, Did.DISMISSED)}
        return tuple(line for line in self._lines if line.did is Did.SET_APART and line.mail not in done)

    def accept(self, mail: str, references: Sequence[str], by: str, note: str, at: datetime) -> tuple[Line, ...]:
        """A person's word that a message is a reply to a request, or to several. Raises BadMail, BadJournal."""
        one = self._apart(mail, by)
        if unknown := [name for name in references if name not in self._requests]:
            raise BadMail(f"no request has the reference {unknown[0]!r}")
        self.read(one.mail)
        known = [letter for letter in letters(self._lines).values() if letter.sent_at]
        last = {letter.reference: letter.id for letter in known}
        given = dict.fromkeys(references)
        answered = tuple(
            Line(at, Did.ANSWERED, last.get(name, ""), name, note=f"accepted by {by}", mail=one.mail, sender=one.sender)
            for name in given
        )
        accepted = [
            Line(at, Did.ACCEPTED, "", name, by=by, note=note, mail=one.mail, sender=one.sender) for name in given
        ]
        # The answers first: a machine that stops between the two leaves a message that is still looked at.
        self.journal.add(*answered, *accepted)
        self._lines += [*answered, *accepted]
        return answered

    def dismiss(self, mail: str, by: str, note: str, at: datetime) -> None:
        """A person looked, and it is no reply. The message is kept. Raises BadMail, BadJournal."""
        one = self._apart(mail, by)
        self._add(Line(at, Did.DISMISSED, by=by, note=note, mail=one.mail))

    def _apart(self, mail: str, by: str) -> Line:
        if not by.strip() or not by.isprintable():
            raise BadMail("say who you are (--by)")
        found = [line for line in self.waiting() if len(mail) >= 6 and line.mail.startswith(mail)]
        if len(found) != 1:
            raise BadMail(f"{mail!r} is not the beginning of one message that waits to be looked at")
        return found[0]


def _apart(at: datetime, why: Why, words: str, reference: str = "") -> Line:
    return Line(at, Did.SET_APART, reference=reference, kind=why.value, note=words)


def came_in(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Every message, with what it was taken for when it came."""
    seen: dict[str, Line] = {}
    for line in lines:
        if line.did in _CAME_IN and line.mail:
            seen.setdefault(line.mail, line)
    return tuple(seen.values())
