"""Approved letters out by SMTP (RFC 5321), each at most once.

A letter is written down as handed over, safe on disk, after the server has agreed to take it and before its first byte
leaves. What goes wrong before that line did not send it; what goes wrong after it, until the server has answered, is
unknown: a person finds out, and nothing sends it again by itself.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from holdfast.evidence.post.journal import BadJournal, Did, Line, write_safely
from holdfast.evidence.post.outbox import PRESSING, WENT, Letter, Outbox, Stands
from holdfast.evidence.post.paper import BadLetter, as_message
from holdfast.evidence.post.settings import BadPost, Post, Security, Server

TIMEOUT = 60.0  # seconds for each answer of the server


class Stop(Exception):
    """No further letter goes in this run. The words say why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said of one letter: SENT, LATER, REFUSED or UNKNOWN; `stop`: why the run ends with it."""

    did: Did
    words: str
    stop: str = ""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run did. `went` has each letter with its answer; `left` those that were not tried, and why."""

    went: tuple[tuple[Letter, Answer], ...] = ()
    left: tuple[tuple[Letter, str], ...] = ()
    stopped: str = ""


def ready(found: dict[str, Letter], now: datetime) -> list[Letter]:
    """Approved letters whose time to be tried has come."""
    return [one for one in found.values() if one.stands is Stands.APPROVED and not_before(one) <= now]


def not_before(one: Letter) -> datetime:
    """After the server said "not now": a quarter of an hour, then double, at most four hours."""
    if one.tried_at is None:
        return one.at
    return one.tried_at + min(timedelta(minutes=15) * 2 ** min(one.tries - 1, 10), timedelta(hours=4))


def send_all(
    outbox: Outbox, post: Post, password: str, now: Callable[[], datetime], pause: Callable[[float], None]
) -> Ran:
    """Hand over what is ready, one after another. Raises BadJournal, BadPost."""
    if post.smtp is None:
        raise BadPost("post.toml has no [smtp]")
    with outbox.journal.alone("sending"):
        return _Run(outbox, post, post.smtp, password, now, pause).run()


class _Run:
    """One run over the outbox, alone."""

    def __init__(
        self, outbox: Outbox, post: Post, server: Server, password: str, now: Callable[[], datetime],
        pause: Callable[[float], None],
    ) -> None:  # fmt: skip
        self._outbox, self._post, self._server, self._password = outbox, post, server, password
        self._now, self._pause = now, pause
        self._line: smtplib.SMTP | None = None

    def run(self) -> Ran:
        waiting = ready(self._outbox.letters(), self._now())
        went: list[tuple[Letter, Answer]] = []
        left: list[tuple[Letter, str]] = []
        stopped = ""
        try:
            for at, planned in enumerate(waiting):
                one = self._outbox.letters()[planned.id]  # somebody may have withdrawn it meanwhile
                if one.stands is not Stands.APPROVED:
                    left.append((one, f"is {one.stands.value} now"))
                    continue
                try:
                    content = self._content(one)
                except BadLetter as problem:
                    left.append((one, str(problem)))
                    continue
                try:
                    self._room_today()
                    if went:
                        self._pause(60 / self._post.per_minute)
                    answer = self._hand_over(one, content)
                except Stop as stop:
                    stopped = str(stop)
                    left += [(rest, "not tried") for rest in waiting[at:]]
                    break
                went.append((one, answer))
                if answer.stop:
                    stopped = answer.stop
                    left += [(rest, "not tried") for rest in waiting[at + 1 :]]
                    break
        finally:
            self._end()
        return Ran(tuple(went), tuple(left), stopped)

    def _content(self, one: Letter) -> bytes:
        """Exactly what was approved, as a message. Raises BadLetter."""
        if one.kind in PRESSING and self._has_moved(one):
            raise BadLetter(f"{one.id}: something came in after it was approved: read that, then approve or withdraw")
        paper = self._outbox.paper(one.id)
        if paper.digest != one.digest:
            raise BadLetter(f"{one.id} was changed after {one.approved_by} approved it: approve it again")
        paper.check(self._post)
        earlier = tuple(
            other.message_id
            for other in self._outbox.letters().values()
            if other.reference == one.reference and other.stands in WENT
        )
        return as_message(paper, self._post, one.reply, one.message_id, earlier, self._now())

    def _has_moved(self, one: Letter) -> bool:
        """Whether a reply came, or was written down as read, since the approval."""
        lines = self._outbox.journal.lines()
        approved = max(at for at, line in enumerate(lines) if line.letter == one.id and line.did is Did.APPROVED)
        return any(
            line.reference == one.reference and line.did in (Did.ANSWERED, Did.READ) for line in lines[approved:]
        )

    def _room_today(self) -> None:
        since = self._now() - timedelta(days=1)
        count = sum(1 for one in self._outbox.letters().values() if one.sent_at and one.sent_at > since)
        if count >= self._post.per_day:
            raise Stop(f"{count} letters went in the last 24 hours, as many as per_day allows")

    def _hand_over(self, one: Letter, content: bytes) -> Answer:
        """Raises Stop where the letter certainly did not go and no other can."""
        line = self._connected()
        try:
            answer = self._agreed(line, one)
        except (OSError, smtplib.SMTPException) as error:
            self._end()
            raise Stop(f"the mail server went away before {one.id} was handed over: {_said(error)}") from None
        if answer is None:
            self._safe_first(one, content)
            answer = _body(line, content)
        self._write(one, answer)
        return answer

    def _safe_first(self, one: Letter, content: bytes) -> None:
        """Kept as it leaves, and written down, before it leaves. Where that fails the line is cut and nothing went."""
        try:
            write_safely(self._outbox.place(one.id) / "sent.eml", content)
            if self._outbox.letters()[one.id].stands is not Stands.APPROVED:
                raise Stop(f"{one.id} was withdrawn at the last moment and did not go: send the rest again")
            self._write(one, Answer(Did.HANDING_OVER, ""))
        except (OSError, BadJournal, Stop):
            if self._line is not None:
                self._line.close()
            self._line = None
            raise

    def _agreed(self, line: smtplib.SMTP, one: Letter) -> Answer | None:
        """None where the server is ready to take the letter; nothing of it has left yet."""
        sender = one.reply if self._post.envelope == "reply" else self._post.address
        code, said = line.mail(sender)
        if code >= 500:
            raise Stop(f"the mail server takes no letters from {sender}: {_words(code, said)}")
        refused = _no(code, said)
        if refused is None:
            refused = _no(*line.rcpt(one.to))
        if refused is None:
            code, said = line.docmd("DATA")
            refused = None if code == 354 else _no(code, said) or Answer(Did.LATER, _words(code, said))
        if refused is not None and not refused.stop:
            line.rset()
        return refused

    def _write(self, one: Letter, answer: Answer) -> None:
        line = Line(
            self._now(), answer.did, one.id, one.reference, one.kind.value, note=answer.words, to=one.to,
            message_id=one.message_id,
        )  # fmt: skip
        self._outbox.journal.add(line)

    def _connected(self) -> smtplib.SMTP:
        if self._line is None:
            self._line = connect(self._server, self._password)
        return self._line

    def _end(self) -> None:
        if self._line is not None:
            try:
                self._line.quit()
            except (OSError, smtplib.SMTPException):
                self._line.close()
            self._line = None


def connect(server: Server, password: str) -> smtplib.SMTP:
    """A line on which letters may go: TLS with a certificate that holds, and signed in. Raises Stop, BadPost."""
    context = server.context()
    try:
        if server.security is Security.TLS:
            line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
        else:
            line = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    except (OSError, smtplib.SMTPException) as error:
        raise Stop(f"{server.host} port {server.port} cannot be reached: {_said(error)}") from None
    try:
        line.ehlo()
        if server.security is Security.STARTTLS:
            line.starttls(context=context)
            line.ehlo()
        if server.username:
            line.login(server.username, password)
    except smtplib.SMTPAuthenticationError as error:
        line.close()
        raise Stop(f"{server.host} does not know this name and password ({error.smtp_code})") from None
    except (OSError, ValueError, smtplib.SMTPException) as error:
        line.close()
        raise Stop(f"{server.host} cannot be used: {_said(error)}") from None
    return line


def _body(line: smtplib.SMTP, content: bytes) -> Answer:
    """Send the letter itself and wait for the server's word. From here on no answer means not known."""
    text = re.sub(rb"(?m)^\.", b"..", re.sub(rb"\r\n|\r|\n", b"\r\n", content))
    end = b".\r\n" if text.endswith(b"\r\n") else b"\r\n.\r\n"
    try:
        line.send(text + end)
        code, said = line.getreply()
    except (OSError, smtplib.SMTPException) as error:
        code, said = -1, f"no answer after the letter was handed over: {_said(error)}".encode()
    if 200 <= code < 300:
        return Answer(Did.SENT, _words(code, said))
    if 400 <= code < 600:
        return _no(code, said) or Answer(Did.LATER, _words(code, said))
    line.close()
    stop = "it is not known whether the last letter went, so no other was tried"
    return Answer(Did.UNKNOWN, _words(code, said).removeprefix("-1 "), stop)


def _no(code: int, said: bytes) -> Answer | None:
    """What a refusal means: 4xx is not now, 5xx is never; 421 ends the line."""
    if 200 <= code < 400:
        return None
    words = _words(code, said)
    if code == 421:
        return Answer(Did.LATER, words, f"the mail server ended the run: {words}")
    return Answer(Did.REFUSED if code >= 500 else Did.LATER, words)


def _words(code: int, said: bytes) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return f"{code} {' '.join(''.join(c if c.isprintable() else ' ' for c in text).split())[:200]}"


def _said(error: BaseException) -> str:
    """What went wrong, in one line; nothing that we sent is in it."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _words(error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b"")
    return " ".join(str(error).split())[:200] or type(error).__name__
