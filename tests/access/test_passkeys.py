"""Passkeys: made, used and ended; and every answer that is not good. The device is played by the tests."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

from holdfast.access.factors.actions import end_factor
from holdfast.access.factors.passkeys.actions import passkeys_of
from holdfast.access.factors.passkeys.asking import House, NotTheKey, new_key
from holdfast.access.factors.passkeys.rows import Passkey
from holdfast.access.models import Person
from holdfast.web.second_factor import FACTOR_AT
from tests.access.test_the_second_factor import _code, _password, _set_up
from tests.web.conftest import TUAN, county, static_folder  # noqa: F401

pytestmark = pytest.mark.django_db
HOST, ORIGIN = "localhost", "http://localhost"
VERIFIED, PRESENT, ATTESTED = 0x04, 0x01, 0x40


@pytest.fixture(autouse=True)
def factor_is_on(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.SECOND_FACTOR = True
    settings.VAULT_KEYS = str(tmp_path / "vault.keys")
    yield


@dataclass
class Device:
    """Somebody's telephone with one key in it. What it says can be bent, to see that it is refused."""

    host: str = HOST
    origin: str = ORIGIN
    flags: int = VERIFIED | PRESENT
    count: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential: bytes = b"0123456789abcdef"

    def _said(self, kind: str, challenge: str, **response: bytes) -> str:
        client = json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()
        parts = {"clientDataJSON": client, **response}
        return json.dumps(
            {
                "id": websafe_encode(self.credential),
                "rawId": websafe_encode(self.credential),
                "type": "public-key",
                "response": {name: websafe_encode(value) for name, value in parts.items()},
            }
        )

    def _data(self, flags: int, more: bytes = b"") -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big") + more

    def make(self, options: dict[str, Any]) -> str:
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        held = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + public
        whole = cbor.encode({"fmt": "none", "authData": self._data(self.flags | ATTESTED, held), "attStmt": {}})
        return self._said("webauthn.create", options["challenge"], attestationObject=whole)

    def prove(self, options: dict[str, Any], kind: str = "webauthn.get") -> str:
        self.count += 1
        data = self._data(self.flags)
        client = json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._said(kind, options["challenge"], authenticatorData=data, signature=signed)


def question(page: str) -> dict[str, Any]:
    found = re.search(r'data-passkey="([^"]+)"', page)
    assert found, "the page asks for no passkey"
    asked: dict[str, Any] = json.loads(unescape(found[1]))
    return asked


def _in(username: str = "okafor") -> tuple[Client, Person]:
    client = Client(SERVER_NAME=HOST)
    person, _ = _set_up(username)
    _password(client, username)
    client.post("/sign-in/code", {"code": _code(person, datetime.now(UTC))})
    return client, person


def _with_passkey(username: str = "okafor") -> tuple[Person, Device, Client]:
    client, person = _in(username)
    device = Device(credential=username.encode() * 3)
    answer = device.make(question(client.get("/passkeys").content.decode()))
    assert client.post("/passkeys", {"passkey": answer, "name": "work telephone"}).status_code == 302
    return person, device, client


def test_9_a_passkey_is_made_and_signs_its_person_in_after_the_password() -> None:
    person, device, client = _with_passkey()
    assert client.get("/missing").status_code == 200, "this session goes on"
    assert "work telephone" in client.get("/passkeys").content.decode()
    again = Client(SERVER_NAME=HOST)
    page = _password(again, "okafor").content.decode()
    asked = question(page)
    assert asked["userVerification"] == "required" and len(asked["allowCredentials"]) == 1
    assert again.get("/missing")["Location"].startswith("/sign-in"), "a password alone opens nothing"
    done = again.post("/sign-in/code", {"passkey": device.prove(asked)})
    assert (done.status_code, done["Location"]) == (302, "/missing") and again.get("/missing").status_code == 200
    assert passkeys_of(person)[0].used_at is not None


@pytest.fixture(autouse=True)
def marrowshire(county: datetime) -> None:  # noqa: F811
    """The cast."""


@pytest.mark.parametrize(
    "bent",
    ["replayed", "other origin", "other host", "nobody verified", "nobody there", "other key", "for making", "rubbish",
     "empty", "deep", "of another person", "too late"],
)  # fmt: skip
def test_9_no_answer_that_is_not_good_signs_anybody_in(bent: str) -> None:
    _, device, _ = _with_passkey()
    theirs = _with_passkey("manager")[1] if bent == "of another person" else device
    client = Client(SERVER_NAME=HOST)
    asked = question(_password(client, "okafor").content.decode())
    match bent:
        case "replayed":
            used = device.prove(asked)
            client.post("/sign-in/code", {"passkey": used})
            client = Client(SERVER_NAME=HOST)
            _password(client, "okafor")
            answer = used
        case "other origin":
            device.origin = "http://localhost.example"
        case "other host":
            device.host = "holdfast.example"
        case "nobody verified":
            device.flags = PRESENT
        case "nobody there":
            device.flags = VERIFIED
        case "other key":
            device.key = ec.generate_private_key(ec.SECP256R1())
        case "rubbish":
            answer = "x" * 30_000
        case "empty":
            answer = ""
        case "deep":
            answer = "[" * 9_000
    if bent == "too late":
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11), tick=False):
            told = client.post("/sign-in/code", {"passkey": device.prove(asked)})
        assert told["Location"] == "/sign-in"
        return
    if bent not in ("replayed", "rubbish", "empty", "deep"):
        answer = theirs.prove(asked, "webauthn.create" if bent == "for making" else "webauthn.get")
    told = client.post("/sign-in/code", {"passkey": answer})
    assert told.status_code == 200 and "The passkey did not answer in time" in told.content.decode()
    assert client.get("/missing")["Location"].startswith("/sign-in")


def test_9_one_question_is_good_once_even_for_the_right_device() -> None:
    _, device, _ = _with_passkey()
    client = Client(SERVER_NAME=HOST)
    asked = question(_password(client, "okafor").content.decode())
    device.origin = "http://localhost.example"
    client.post("/sign-in/code", {"passkey": device.prove(asked)})
    device.origin = ORIGIN
    assert client.post("/sign-in/code", {"passkey": device.prove(asked)}).status_code == 200, "asked anew meanwhile"


def test_9_a_copy_that_counts_back_is_ended_and_opens_nothing() -> None:
    person, device, _ = _with_passkey()
    first = Client(SERVER_NAME=HOST)
    assert (
        first.post(
            "/sign-in/code", {"passkey": device.prove(question(_password(first, "okafor").content.decode()))}
        ).status_code
        == 302
    )
    device.count = 0
    copy = Client(SERVER_NAME=HOST)
    assert (
        copy.post(
            "/sign-in/code", {"passkey": device.prove(question(_password(copy, "okafor").content.decode()))}
        ).status_code
        == 200
    )
    assert passkeys_of(person) == []


def test_14_a_passkey_is_a_fresh_factor_and_what_was_typed_is_kept() -> None:
    _, device, client = _with_passkey()
    session = client.session
    session[FACTOR_AT] = (datetime.now(UTC) - timedelta(minutes=6)).isoformat()
    session.save()
    asks = client.post(f"/children/{TUAN}/protection", {"decision": "shield", "reason": "Named people only now"})
    page = asks.content.decode()
    assert asks.status_code == 401 and 'name="kept-reason" value="Named people only now"' in page
    told = client.post(
        "/confirm",
        {"passkey": device.prove(question(page)), "next": "/reviews", "kept-reason": "Named people only now"},
    )
    assert told.status_code == 200 and "Named people only now" in told.content.decode()


def test_11_ending_one_or_losing_the_telephone_ends_it_and_the_other_sessions() -> None:
    person, device, client = _with_passkey()
    other = Client(SERVER_NAME=HOST)
    other.post("/sign-in/code", {"passkey": device.prove(question(_password(other, "okafor").content.decode()))})
    assert client.post("/passkeys", {"end": str(passkeys_of(person)[0].pk)}).status_code == 302
    assert client.get("/missing").status_code == 200 and other.get("/missing").status_code == 302
    assert 'data-passkey="' not in _password(Client(SERVER_NAME=HOST), "okafor").content.decode()
    person, device, _ = _with_passkey("reid")
    end_factor(person, datetime.now(UTC))
    assert passkeys_of(person) == []


def test_nobody_ends_the_passkey_of_another_and_nothing_strange_is_an_error_of_ours() -> None:
    person, _, _ = _with_passkey()
    client, _ = _in("manager")
    for number in (str(passkeys_of(person)[0].pk), "1", ""):
        assert client.post("/passkeys", {"end": number}).status_code == 302
    assert len(passkeys_of(person)) == 1
    for answer in ("", "{}", "[]", "null", '{"id": 3}', '{"response": {"clientDataJSON": "!"}}'):
        client.get("/passkeys")
        told = client.post("/passkeys", {"passkey": answer, "name": "mine"})
        assert told.status_code == 200 and "The passkey was not added" in told.content.decode()
    client.get("/passkeys")
    assert "Enter a name" in client.post("/passkeys", {"passkey": "{}", "name": ""}).content.decode()
    assert Passkey.objects.count() == 1


def test_a_device_that_does_not_verify_its_person_is_not_taken() -> None:
    house = House(HOST, ORIGIN, "Marrowshire")
    client, _ = _in()
    asked = question(client.get("/passkeys").content.decode())
    state = client.session["passkey_to_make"][0]
    with pytest.raises(NotTheKey, match=r"[Vv]erifi"):
        new_key(house, state, Device(flags=PRESENT).make(asked))


def test_where_browsers_give_no_passkeys_none_is_offered() -> None:
    assert not House("127.0.0.1", "http://127.0.0.1:8000", "").can_have_passkeys
    assert not House("holdfast.example", "http://holdfast.example", "").can_have_passkeys
    assert House("holdfast.example", "https://holdfast.example", "").can_have_passkeys
