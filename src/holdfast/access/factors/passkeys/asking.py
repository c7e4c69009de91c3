"""The questions that a browser puts to a passkey, and what must be true of the answers. Pure.

W3C Web Authentication, level 2. The person must be verified by their device (a finger, a face, its own number), the
question is good once, and the answer must come from this very address.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

LONGEST = 20_000  # letters of an answer
_MUST = UserVerificationRequirement.REQUIRED


class NotTheKey(ValueError):
    """The answer of a passkey is not good. Why is for tests: a person is told only to try again."""


@dataclass(frozen=True, slots=True)
class House:
    """Where a passkey belongs: the host without a port, and the whole origin, such as https://holdfast.example."""

    host: str
    origin: str
    name: str

    @property
    def can_have_passkeys(self) -> bool:
        """Browsers give passkeys to names over HTTPS, and to localhost; never to a bare number."""
        is_number = self.host.replace(".", "").isdigit() or ":" in self.host
        return not is_number and (self.origin.startswith("https://") or self.host == "localhost")

    @property
    def server(self) -> Fido2Server:
        """Attestation is not asked for: whose device it is does not matter, that it answers does."""
        own = PublicKeyCredentialRpEntity(id=self.host, name=self.name)
        return Fido2Server(own, verify_origin=lambda origin: origin == self.origin)


@dataclass(frozen=True, slots=True)
class Question:
    """What the browser is given, as JSON, and what the session keeps until the answer."""

    options: str
    state: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NewKey:
    """A passkey that was just made: `data` is its id and public key as they are stored, `count` its uses so far."""

    credential: bytes
    data: bytes
    count: int


def ask_for_new(house: House, user: bytes, username: str, name: str, held: Sequence[bytes]) -> Question:
    """Make a passkey on the person's device, on one that holds none of these yet. `user` says nothing of the person."""
    options, state = house.server.register_begin(
        PublicKeyCredentialUserEntity(id=user, name=username, display_name=name),
        credentials=[AttestedCredentialData(one) for one in held],
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=_MUST,
    )
    return Question(json.dumps(dict(options.public_key)), dict(state))


def new_key(house: House, state: dict[str, Any], answer: str) -> NewKey:
    """The passkey that was made. Raises NotTheKey."""
    try:
        made = house.server.register_complete(state, _read(answer))
    except NotTheKey:
        raise
    except Exception as problem:  # whatever a strange answer makes of the library, it is one that is not good
        raise NotTheKey(str(problem)) from None
    held = made.credential_data
    if held is None:
        raise NotTheKey("no passkey came")
    return NewKey(held.credential_id, bytes(held), made.counter)


def ask(house: House, held: Sequence[bytes]) -> Question:
    """Prove that one of these passkeys is there."""
    options, state = house.server.authenticate_begin(
        [AttestedCredentialData(one) for one in held], user_verification=_MUST
    )
    return Question(json.dumps(dict(options.public_key)), dict(state))


def used(house: House, state: dict[str, Any], held: Sequence[bytes], answer: str) -> tuple[bytes, int]:
    """The id of the passkey that answered, and how often it has been used. Raises NotTheKey."""
    said = _read(answer)
    try:
        key = house.server.authenticate_complete(state, [AttestedCredentialData(one) for one in held], said)
        count = AuthenticationResponse.from_dict(said).response.authenticator_data.counter
    except Exception as problem:
        raise NotTheKey(str(problem)) from None
    return key.credential_id, count


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST:
        raise NotTheKey("the answer is too long")
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        raise NotTheKey("the answer is not JSON") from None
    if not isinstance(said, dict):
        raise NotTheKey("the answer is not an object")
    return said
