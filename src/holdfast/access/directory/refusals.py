"""Why an answer of a directory is not believed, in words of ours alone: they may be logged."""

from __future__ import annotations

from enum import StrEnum


class Why(StrEnum):
    """Nothing here comes from outside: what a directory said is neither logged nor shown."""

    ADDRESS = "an address that is not allowed"
    SILENT = "no answer in time"
    REDIRECTED = "it sent us elsewhere"
    STATUS = "it answered with an error"
    TOO_LONG = "the answer is too long"
    NOT_JSON = "the answer is not what it must be"
    DOCUMENT = "its description is not what it must be"
    ISSUER = "another issuer"
    STATE = "nothing was asked of it in this browser, or too long ago"
    REFUSED = "the directory did not sign the person in"
    NO_CODE = "no code came"
    NO_TOKEN = "no token came"  # noqa: S105 - words, and no password
    ALGORITHM = "a way of signing that is not allowed"
    KEY = "signed with a key that the directory does not publish"
    SIGNATURE = "the signature is not right"
    CLAIMS = "the token lacks something, or holds it in another shape"
    AUDIENCE = "the token is for somebody else"
    PARTY = "the token was given to somebody else"
    EXPIRED = "the token is too old"
    EARLY = "the token is from the future"
    NONCE = "the token answers another question"
    NOT_ANEW = "the directory did not ask who it is, although it was asked to"
    ACCESS = "the token belongs to another answer"


class NotBelieved(Exception):
    """The directory answered, and what it said is not good; or it could not be asked. `why` names no value."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


class NotReached(NotBelieved):
    """The directory could not be asked: it is down, slow, or says nothing that can be used."""
