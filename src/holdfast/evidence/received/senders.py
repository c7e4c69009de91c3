"""Whose reply a document is: from the request's reference or address, never from what the document says of itself."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from holdfast.authorities.register import every_authority, plain_name
from holdfast.evidence.received.content import Concern, Content, Passage, Why
from holdfast.evidence.received.mail import Envelope


class BadRequests(ValueError):
    """requests.csv cannot be used. The message says where and why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One body that was asked: its name, nation, the reference of the request and the address it answers from.

    `passed_to` holds the references of the requests with which others were asked instead, between semicolons;
    `questions` the numbers of those that are asked here, empty for all.
    """

    authority: str
    nation: str
    reference: str = ""
    address: str = ""
    passed_to: str = ""
    questions: str = ""

    @property
    def instead(self) -> tuple[str, ...]:
        """The references that it was passed on to."""
        return tuple(one.strip() for one in self.passed_to.split(";") if one.strip())

    def asks(self, number: str) -> bool:
        """Whether a question is among those asked here."""
        return not self.questions or number in self.questions.casefold().split()


REQUEST_COLUMNS = ("authority", "nation", "reference", "address", "passed_to", "questions")
_SHARED_POST = frozenset(("gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "whatdotheyknow.com"))
_BODY = re.compile(r"\b(council|borough|trust|corporation|authority)\b", re.I)
_NAME = r"(?P<name>[A-Z][\w&',. -]{2,60}(?:Council|Trust|Corporation|Borough))"
_SPEAKS_FOR = (
    re.compile(
        r"(?i:on behalf of|reply (?:from|of)|response (?:from|of|by)|answers? (?:from|of))\s+(?i:the )?" + _NAME + r"\b"
    ),
    re.compile(rf"^{_NAME}\.?$"),
)


def read_requests(file: Path) -> tuple[Asked, ...]:
    """From `authority,nation,reference,address,passed_to,questions`; all but the first two may be left out.

    Raises BadRequests.
    """
    try:
        rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeError, csv.Error) as error:
        raise BadRequests(f"{file.name} cannot be read: {error}") from None
    made = []
    for line, row in enumerate(rows, start=2):
        if not (row.get("authority") or "").strip():
            raise BadRequests(f"{file.name} line {line} names no authority")
        made.append(Asked(*(" ".join((row.get(key) or "").split()) for key in REQUEST_COLUMNS)))
    return tuple(made)


class Senders:
    """Who was asked. Without a list, the register of authorities of the four nations."""

    def __init__(self, asked: Iterable[Asked] = ()) -> None:
        self._asked = tuple(asked)
        self._nations = {one.authority.casefold(): one.nation for one in self._asked}
        self._names: dict[str, str] = {}
        for body in every_authority():
            for name in (body.name, body.official_name):
                self._names.setdefault(plain_name(name), body.name)
            self._nations.setdefault(body.name.casefold(), body.nation.words)
        for one in self._asked:
            self._names[plain_name(one.authority)] = one.authority

    def named(self, text: str) -> str:
        """The authority that a file's or a folder's name is, or empty."""
        bare = plain_name(re.sub(r"[_\-.0-9]+|\b(foi|reply|response|answer|template)\b", " ", text))
        return self._names.get(bare, "") if bare else ""

    def nation(self, authority: str) -> str:
        """Its nation in words, or empty."""
        return self._nations.get(authority.casefold(), "")

    def of_message(self, envelope: Envelope) -> tuple[str, Concern | None]:
        """The authority by the request's reference, else by address; with a concern where the two do not agree."""
        by_reference = self._by_reference(envelope)
        by_address = self._by_address(envelope.sender)
        if by_reference and by_address and by_reference != by_address:
            words = f"answers the request to {by_reference} from an address of {by_address}"
            return "", Concern(Why.OTHER_NAME, words)
        found = by_reference or by_address
        claimed = self._names.get(plain_name(envelope.sender_name), "") if _BODY.search(envelope.sender_name) else ""
        if found and claimed and claimed != found:
            return "", Concern(Why.OTHER_NAME, f"gives its sender as {claimed}, and comes from {found}")
        if by_reference and not by_address and self._expects_address(by_reference):
            words = f"answers the request to {by_reference} from an address that is not known to be theirs"
            return "", Concern(Why.OTHER_NAME, words)
        return found, None

    def doubt(self, asked: Asked, envelope: Envelope) -> Concern | None:
        """Why a message about the request of that body may not be theirs, or None: its address is another body's or
        not known to be theirs, or it gives its sender as another body. A name alone vouches for nobody."""
        address, theirs = envelope.sender, asked.address.casefold()
        other = self._by_address(address)
        if other and plain_name(other) != plain_name(asked.authority):
            return Concern(Why.OTHER_NAME, f"is about the request to {asked.authority}, from an address of {other}")
        claimed = self._names.get(plain_name(envelope.sender_name), "") if _BODY.search(envelope.sender_name) else ""
        if claimed and plain_name(claimed) != plain_name(asked.authority):
            words = f"is about the request to {asked.authority}, and gives its sender as {claimed}"
            return Concern(Why.OTHER_NAME, words)
        domain, home = address.rpartition("@")[2], theirs.rpartition("@")[2]
        same_house = home not in _SHARED_POST and (domain == home or domain.endswith(f".{home}"))
        if theirs and address != theirs and not same_house:
            words = f"is about the request to {asked.authority}, from an address that is not known to be theirs"
            return Concern(Why.OTHER_NAME, words)
        return None

    def _expects_address(self, authority: str) -> bool:
        return any(one.address for one in self._asked if one.authority == authority)

    def _by_reference(self, envelope: Envelope) -> str:
        place = f"{envelope.subject} {' '.join(envelope.to)}".casefold()
        found = {
            one.authority
            for one in self._asked
            if one.reference and re.search(rf"(?<![a-z0-9]){re.escape(one.reference.casefold())}(?![a-z0-9])", place)
        }
        return found.pop() if len(found) == 1 else ""

    def _by_address(self, address: str) -> str:
        domain = address.rpartition("@")[2]
        if not domain or domain in _SHARED_POST:
            return ""
        found = {
            one.authority
            for one in self._asked
            if one.address
            and (one.address.casefold() == address or one.address.casefold().rpartition("@")[2] == domain)
        }
        if len(found) == 1:
            return found.pop()
        if found or not domain.endswith((".gov.uk", ".gov.scot", ".gov.wales", ".hscni.net")):
            return ""
        squeezed = {name.replace(" ", ""): full for name, full in self._names.items() if name}
        return squeezed.get(domain.split(".")[-3] if domain.count(".") >= 2 else "", "")

    def other_name(self, authority: str, content: Content) -> Concern | None:
        """Whether the document speaks for another authority than the one it came from.

        Only a letter-head, a signature or "on behalf of" counts: a reply may point to another council.
        """
        texts = [piece.text for piece in content.pieces if isinstance(piece, Passage) and not piece.quoted]
        for text in [*texts[:6], *texts[-6:]]:
            found = next((one for pattern in _SPEAKS_FOR if (one := pattern.search(text))), None)
            claimed = self._names.get(plain_name(found.group("name")), "") if found else ""
            if claimed and plain_name(claimed) != plain_name(authority):
                return Concern(Why.OTHER_NAME, f"came from {authority}, and speaks for {claimed}")
        return None
