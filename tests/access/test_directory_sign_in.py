"""Signing in through an agency's own directory: with a real provider as a process of its own, and with one whose every
answer is bent. Who is joined, what is asked for still, and what ends."""

from __future__ import annotations

import json
import logging
import re
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests
import time_machine
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa as make_rsa
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from joserfc.jwk import ECKey
from typer.testing import CliRunner

from holdfast.access.actions import CannotDecide, add_person, end_every_post, end_post, give_post, open_agency
from holdfast.access.directory import asking
from holdfast.access.directory.actions import add_directory, end_directory, end_join, join
from holdfast.access.directory.provider import is_allowed
from holdfast.access.directory.queries import joins_of
from holdfast.access.directory.rows import Directory, Joined
from holdfast.access.models import Agency, Person, Post
from holdfast.access.rules import Role
from holdfast.access.vault import rotation
from holdfast.demo.county import AGENCIES, PLAYERS
from tests.access import bent_directory, real_directory
from tests.access.bent_directory import ACCESS, CLIENT, HOSTILE, SECRET, SUBJECT, Bent, asked_in, by_hand, say, sent_to
from tests.access.test_the_second_factor import _code, _password, _set_up
from tests.web.conftest import PASSWORD, static_folder  # noqa: F401

pytestmark = pytest.mark.django_db
NOT_GOOD, SILENT = "did not work", "does not answer"


@pytest.fixture(autouse=True)
def a_house(settings: Any, tmp_path: Path, db: None) -> None:
    """Marrowshire's people, and no child: none is needed here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    agencies = {code: open_agency(code=code, name=name, kind=kind) for code, name, kind in AGENCIES}
    for one in PLAYERS:
        person = add_person(username=one.username, first_name=one.first, last_name=one.last, password=PASSWORD)
        give_post(person=person, agency=agencies[one.agency], role=one.role, begins_on=date(2026, 1, 1))
    settings.SECOND_FACTOR = True
    settings.VAULT_KEYS = str(tmp_path / "vault.keys")
    settings.DIRECTORY_ON_THIS_MACHINE = True
    settings.ADDRESS = "http://testserver"
    cache.clear()


@pytest.fixture
def bent() -> Iterator[Bent]:
    with bent_directory.running() as found:
        yield found


def _okafor() -> Person:
    return Person.objects.get(username="okafor")


def _added(
    issuer: str, *, client: str = CLIENT, secret: str = SECRET, factor: str = "", only: bool = False
) -> Directory:
    agency = Agency.objects.get(code="MAR")
    now = datetime.now(UTC)
    by = Person.objects.get(username="manager")
    return add_directory(agency, issuer=issuer, client=client, secret=secret, factor=factor, only=only, by=by, at=now)


def _joined(bent: Bent, **how: Any) -> tuple[Directory, Person]:
    """Ms Okafor with a second factor, joined to her account."""
    person, _ = _set_up("okafor")
    directory = _added(bent.issuer, **how)
    join(directory, person, SUBJECT, by=person, at=datetime.now(UTC))
    return directory, person


def _leave(client: Client, bent: Bent, **kept: str) -> Any:
    """The browser chooses the agency and is sent away."""
    page = client.post("/sign-in/agency", {"agency": "MAR", "next": "/missing", **kept})
    assert page.status_code == 200, page.content.decode()
    bent.asked = asked_in(sent_to(page.content.decode()))
    return page


def _come_back(client: Client, bent: Bent, **more: str) -> Any:
    answer = {"code": "a-code-that-nobody-may-log", "state": bent.asked.get("state", ""), **more}
    return client.get(_back(bent), answer)


def _back(bent: Bent) -> str:
    """The path to which its directory was told to send the browser."""
    return bent.asked["redirect_uri"].removeprefix("http://testserver")


def _round(client: Client, bent: Bent, **kept: str) -> Any:
    _leave(client, bent, **kept)
    return _come_back(client, bent)


def _is_out(client: Client) -> bool:
    return bool(client.get("/missing").headers.get("Location", "").startswith("/sign-in"))


# With a real provider


class Real(NamedTuple):
    """Its issuer, and the file in which it keeps its client."""

    issuer: str
    database: Path

    def added(self) -> Directory:
        """Added here, and its return address registered there, as the operators of both do."""
        made = _added(self.issuer, client=real_directory.CLIENT, secret=real_directory.SECRET)
        with closing(sqlite3.connect(self.database)) as theirs, theirs:
            theirs.execute(
                "UPDATE oauth2_provider_application SET redirect_uris = ?",
                [f"http://testserver/sign-in/agency/back/{made.pk}"],
            )
        return made


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    """Django OAuth Toolkit, with a key made for this run."""
    folder, port = tmp_path_factory.mktemp("provider"), _free_port()
    key = make_rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key").write_bytes(key.private_bytes(*pem))
    command = [sys.executable, str(Path(real_directory.__file__)), str(port), str(folder / "key")]
    process = subprocess.Popen([*command, str(folder / "database")])
    issuer = f"http://127.0.0.1:{port}/o"
    try:
        for _ in range(150):
            assert process.poll() is None, "the provider did not start"
            try:
                requests.get(f"{issuer}/.well-known/openid-configuration", timeout=2)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield Real(issuer, folder / "database")
    finally:
        process.terminate()
        process.wait(10)


def _posted(session: requests.Session, page: requests.Response, **typed: str) -> requests.Response:
    """The form of a provider's page, sent with what somebody types."""
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)"[^>]*? value="([^"]*)"', page.text))
    hidden = {name: value.replace("&amp;", "&") for name, value in hidden.items()}
    return session.post(page.url, {**hidden, **typed}, allow_redirects=False, timeout=5)


def _at_the_provider(address: str) -> str:
    """Somebody signs in there and consents; the address to which their browser is sent back."""
    session = requests.Session()
    page = session.get(address, timeout=5)
    assert "/login" in page.url
    answer = _posted(session, page, username=real_directory.NAME, password=real_directory.PASSWORD)
    consent = session.get(requests.compat.urljoin(page.url, answer.headers["Location"]), timeout=5)
    assert "Authorize" in consent.text
    return str(_posted(session, consent, allow="Authorize").headers["Location"])


def test_9_a_person_joins_their_account_at_a_real_provider_and_signs_in_through_it(real: Real) -> None:
    directory = real.added()
    person, _ = _set_up("okafor")
    client = Client()
    now = datetime.now(UTC)

    # Before it is joined the account opens nothing, and nothing is created.
    people = Person.objects.count()
    away = sent_to(client.post("/sign-in/agency", {"agency": "mar", "next": "/missing"}).content.decode())
    asked = asked_in(away)
    assert asked["code_challenge_method"] == "S256" and asked["scope"] == "openid" and len(asked["nonce"]) >= 43
    page = client.get(_at_the_provider(away)).content.decode()
    assert "not joined to anybody" in page and "Join my agency" in page
    assert Person.objects.count() == people and not Joined.objects.exists() and _is_out(client)

    # Joined by the person, signed in with password and code.
    _password(client, "okafor")
    client.post("/sign-in/code", {"code": _code(person, now)})
    assert "Marrowshire" in client.get("/agency-account").content.decode()
    away = sent_to(client.post("/agency-account", {"agency": "MAR"}).content.decode())
    answer = client.get(_at_the_provider(away))
    assert (answer.status_code, answer["Location"]) == (302, "/agency-account")
    assert "You have joined the account" in client.get("/agency-account").content.decode(), "this session goes on"
    assert [one.person for one in Joined.objects.all()] == [person]

    # Through it, with our own second factor still asked for.
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=45), tick=True):
        fresh = Client()
        away = sent_to(fresh.post("/sign-in/agency", {"agency": "MAR", "next": "/board"}).content.decode())
        back = _at_the_provider(away)
        assert "Enter the code" in fresh.get(back).content.decode() and _is_out(fresh)
        done = fresh.post("/sign-in/code", {"code": _code(person, datetime.now(UTC))})
        assert (done.status_code, done["Location"]) == (302, "/board")
        assert fresh.get("/missing").status_code == 200
        again = Client()
        assert NOT_GOOD in again.get(back).content.decode() and _is_out(again), "the answer is good in one browser"
    end_directory(directory, reason="It is being moved", by=person, at=datetime.now(UTC))
    assert _is_out(fresh), "the session came through it"
    assert client.get("/missing").status_code == 200, "this one came by password"


def test_9_a_real_provider_gives_nothing_for_a_code_with_another_verifier(real: Real, monkeypatch: Any) -> None:
    real.added()
    client = Client()
    away = sent_to(client.post("/sign-in/agency", {"agency": "MAR"}).content.decode())
    session = client.session
    session["directory_errand"]["errand"]["verifier"] = "v" * 43
    session.save()
    page = client.get(_at_the_provider(away))
    assert page.status_code == 503 and _is_out(client)


# With a bent one


def test_9_the_good_answer_of_the_bent_provider_is_good(bent: Bent) -> None:
    """Otherwise the refusals below would show nothing."""
    _, person = _joined(bent)
    client = Client()
    assert "Enter the code" in _round(client, bent).content.decode() and _is_out(client)
    client.post("/sign-in/code", {"code": _code(person, datetime.now(UTC))})
    assert client.get("/missing").status_code == 200
    form = bent.forms[0]
    assert form["redirect_uri"] == f"http://testserver{_back(bent)}" and len(form["code_verifier"]) >= 43
    assert form["authorization"].startswith("Basic ") and "client_secret" not in form


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256"])
def test_9_three_ways_of_signing_are_taken(bent: Bent, algorithm: str) -> None:
    _joined(bent)
    bent.algorithm = algorithm
    if algorithm == "ES256":
        bent.key = ECKey.generate_key("P-256", {"kid": "curve"})
        bent.publish(bent.key)
    assert "Enter the code" in _round(Client(), bent).content.decode()


def test_9_two_audiences_are_good_when_the_token_names_us_as_the_party(bent: Bent) -> None:
    _joined(bent)
    bent.claims = {"aud": [CLIENT, "another"], "azp": CLIENT}
    assert "Enter the code" in _round(Client(), bent).content.decode()


def test_9_a_secret_in_the_form_where_a_provider_wants_it_there(bent: Bent) -> None:
    _joined(bent)
    bent.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert "Enter the code" in _round(Client(), bent).content.decode()
    assert bent.forms[0]["client_secret"] == SECRET and not bent.forms[0]["authorization"]


def _now(seconds: int) -> int:
    return int(time.time()) + seconds


def _other_key(bent: Bent) -> None:
    bent.key = bent_directory.rsa("one", another=True)  # the same name, another key


def _weak_key(bent: Bent) -> None:
    bent.key = bent_directory.rsa("weak", 1024)
    bent.publish(bent.key)


def _shared_secret_published(bent: Bent) -> None:
    bent.published = [{"kty": "oct", "kid": "one", "k": bent_directory.encoded(b"x" * 32)}]
    bent.sign = lambda claims: by_hand(claims, {"alg": "HS256", "kid": "one"}, b"x" * 32)


def _two_keys_no_name(bent: Bent) -> None:
    bent.publish(bent.key, bent_directory.rsa("two"))
    bent.header = {"kid": None}


def _drip(to: Any) -> None:
    to.send_response(200)
    to.end_headers()
    for _ in range(40):
        time.sleep(0.1)
        to.wfile.write(b" ")
        to.wfile.flush()


def _endpoint(name: str, address: str) -> Callable[[Bent], None]:
    return lambda bent: bent.document.update({name: address})


def _claims(**claims: Any) -> Callable[[Bent], None]:
    return lambda bent: bent.claims.update(claims)


def _answer(path: str, how: Callable[[Any], None]) -> Callable[[Bent], None]:
    return lambda bent: bent.answers.update({path: how})


def _text(said: object) -> Callable[[Any], None]:
    return lambda to: say(to, said if isinstance(said, bytes) else json.dumps(said).encode())


def _raw(said: bytes) -> Callable[[Any], None]:
    return lambda to: to.wfile.write(said)


BENT_TOKENS: dict[str, Callable[[Bent], None]] = {
    "another nonce": _claims(nonce="another"),
    "no nonce": _claims(nonce=None),
    "a nonce of another shape": _claims(nonce=7),
    "alg none": lambda b: setattr(b, "sign", lambda c: by_hand(c, {"alg": "none"})),
    "alg None with a key's name": lambda b: setattr(b, "sign", lambda c: by_hand(c, {"alg": "None", "kid": "one"})),
    "HS256 with the public key": lambda b: setattr(b, "sign", b.hmac_with_public_key),
    "HS256 with a published secret": _shared_secret_published,
    "no alg": lambda b: setattr(b, "sign", lambda c: by_hand(c, {"kid": "one"}, b"k")),
    "another audience": _claims(aud="another"),
    "an audience in a longer word": _claims(aud=f"{CLIENT}-2"),
    "no audience": _claims(aud=None),
    "two audiences without azp": _claims(aud=[CLIENT, "another"]),
    "azp of another client": _claims(azp="another"),
    "an audience of another shape": _claims(aud={CLIENT: True}),
    "expired": lambda b: b.claims.update(exp=_now(-61)),
    "issued in the future": lambda b: b.claims.update(iat=_now(120)),
    "issued long ago": lambda b: b.claims.update(iat=_now(-601)),
    "not before later": lambda b: b.claims.update(nbf=_now(120)),
    "no end": _claims(exp=None),
    "an end without end": lambda b: b.claims.update(exp=1e400),
    "an end that is true": _claims(exp=True),
    "an end in letters": _claims(exp="9999999999"),
    "no beginning": _claims(iat=None),
    "another issuer": _claims(iss="https://login.example"),
    "an issuer with a stroke more": lambda b: b.claims.update(iss=b.issuer + "/"),
    "another answer's access token": _claims(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "no subject": _claims(sub=None),
    "an empty subject": _claims(sub=""),
    "a subject of another shape": _claims(sub=["a"]),
    "a subject without end": _claims(sub="a" * 256),
    "methods of another shape": _claims(amr="mfa"),
    "an unknown key": lambda b: setattr(b, "key", bent_directory.rsa("two")),
    "another key under a known name": _other_key,
    "a weak key": _weak_key,
    "two keys and no name": _two_keys_no_name,
    "a curve where RSA is said": lambda b: b.publish(ECKey.generate_key("P-256", {"kid": "one"})),
    "no keys": lambda b: b.published.clear(),
    "something critical": lambda b: b.header.update(crit=["b64"], b64=True),
    "no token": _answer("token", _text({"access_token": ACCESS, "token_type": "Bearer"})),
    "a token of another shape": _answer("token", _text({"id_token": [1], "token_type": "Bearer"})),
    "a token with two parts": _answer("token", _text({"id_token": "e30.e30", "token_type": "Bearer"})),
    "letters that are none": _answer("token", _text({"id_token": "é.é.é", "token_type": "Bearer"})),
    "another kind of token": _answer("token", _text({"id_token": "a.b.c", "token_type": HOSTILE})),
    "keys of another shape": _answer("keys", _text({"keys": HOSTILE})),
}  # fmt: skip
BENT_LINES: dict[str, Callable[[Bent], None]] = {
    "a huge answer": _answer("token", _text(b" " * (asking.LONGEST + 1))),
    "a slow answer": _answer("token", lambda to: time.sleep(2)),
    "an answer that drips": _answer("token", _drip),
    "a redirect to another host": _answer("token", lambda to: say(to, b"", 307, Location="http://127.0.0.1:9/token")),
    "a token endpoint that fails": _answer("token", lambda to: say(to, HOSTILE.encode(), 500)),
    "a code that is not ours": _answer("token", lambda to: say(to, b'{"error": "invalid_grant"}', 400)),
    "an answer in letters": _answer("token", _text(HOSTILE.encode())),
    "an answer as deep as the sea": _answer("token", _text(b"[" * 200_000)),
    "an answer that breaks off": _answer("token", _raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")),
    "no HTTP at all": _answer("token", _raw(HOSTILE.encode() * 9)),
    "keys that fail": _answer("keys", lambda to: say(to, b"", 503)),
}  # fmt: skip
BENT_DOCUMENTS: dict[str, Callable[[Bent], None]] = {
    "it says to be another": _endpoint("issuer", "https://login.example"),
    "http to another machine": _endpoint("token_endpoint", "http://login.example/token"),
    "the cloud's own keys": _endpoint("token_endpoint", "http://169.254.169.254/latest"),
    "a file": _endpoint("jwks_uri", "file:///etc/passwd"),
    "a script": _endpoint("authorization_endpoint", "javascript:alert(1)"),
    "a name with a password": _endpoint("token_endpoint", "https://a:b@login.example/token"),
    "an address with a line break": _endpoint("authorization_endpoint", "https://login.example/a\r\nSet-Cookie: a=b"),
    "an address with a quote": _endpoint("authorization_endpoint", "https://login.example/'><b>"),
    "no keys": _endpoint("jwks_uri", ""),
    "an address of another shape": lambda b: b.document.update(token_endpoint=[1]),
    "no S256": lambda b: b.document.update(code_challenge_methods_supported=["plain"]),
    "no secret that we have": lambda b: b.document.update(token_endpoint_auth_methods_supported=["tls_client_auth"]),
    "a redirect": _answer("openid-configuration", lambda to: say(to, b"", 302, Location="https://login.example/")),
    "not found": _answer("openid-configuration", lambda to: say(to, HOSTILE.encode(), 404)),
    "a list": _answer("openid-configuration", _text([HOSTILE])),
}  # fmt: skip


def _leaves_no_trace(client: Client, page: Any, bent: Bent, caplog: Any) -> None:
    said = page.content.decode()
    logged = caplog.text + " ".join(record.getMessage() for record in caplog.records)
    secrets = (ACCESS, SECRET, SUBJECT, "a-code-that-nobody", "hostile", "07700", "manager@", bent.issuer)
    for secret in secrets + tuple(bent.asked.get(name, "-none-") for name in ("state", "nonce")):
        assert secret not in logged, "in the log"
        assert secret not in said, "in the page"
    assert not re.search(r"eyJ[\w-]+\.", logged + said), "a token begins so, and no sign for a form has a dot"
    assert _is_out(client) and "_auth_user_id" not in client.session
    assert "second_step" not in client.session, "no half way either"
    assert client.get("/sign-in/code")["Location"] == "/sign-in"


@pytest.mark.parametrize("how", BENT_TOKENS)
def test_9_a_bent_token_opens_nothing(bent: Bent, how: str, caplog: Any) -> None:
    caplog.set_level(logging.INFO)
    _joined(bent)
    client = Client()
    _leave(client, bent)
    BENT_TOKENS[how](bent)
    page = _come_back(client, bent)
    assert page.status_code == 403 and NOT_GOOD in page.content.decode()
    _leaves_no_trace(client, page, bent, caplog)
    assert "sign-in through a directory stopped" in caplog.text


@pytest.mark.parametrize("how", BENT_LINES)
def test_9_a_bent_line_opens_nothing(bent: Bent, how: str, caplog: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(asking, "EACH", 0.4)
    monkeypatch.setattr(asking, "WHOLE", 0.8)
    _joined(bent)
    client = Client()
    _leave(client, bent)
    BENT_LINES[how](bent)
    began = time.monotonic()
    page = _come_back(client, bent)
    assert time.monotonic() - began < 2.0, "it has an end"
    assert page.status_code == 503 and SILENT in page.content.decode()
    _leaves_no_trace(client, page, bent, caplog)


@pytest.mark.parametrize("how", BENT_DOCUMENTS)
def test_9_a_bent_description_sends_nobody_anywhere(bent: Bent, how: str, caplog: Any) -> None:
    _joined(bent)
    BENT_DOCUMENTS[how](bent)
    client = Client()
    page = client.post("/sign-in/agency", {"agency": "MAR", "kept-what": "She was seen at the bus station"})
    assert page.status_code == 503 and SILENT in page.content.decode()
    assert "She was seen at the bus station" in page.content.decode(), "what was typed is kept"
    assert bent.came == ["/.well-known/openid-configuration"]
    _leaves_no_trace(client, page, bent, caplog)


def test_9_an_answer_is_good_once_and_in_the_browser_that_asked(bent: Bent, caplog: Any) -> None:
    _joined(bent)
    client, other = Client(), Client()
    _leave(client, bent)
    back = _back(bent)
    for answer in (other.get(back, {"code": "c", "state": bent.asked["state"]}), other.get(back), Client().get(back)):
        assert answer.status_code == 403 and NOT_GOOD in answer.content.decode()
    assert "Enter the code" in _come_back(client, bent).content.decode()
    again = _come_back(client, bent)
    assert again.status_code == 403 and not [path for path in bent.came if path == "/token"][1:]


@pytest.mark.parametrize(
    "answer",
    [
        {"state": "another"},
        {"state": ""},
        {"state": "é" * 43},
        {"code": ""},
        {"code": "c" * 3000},
        {"iss": "https://login.example"},
        {"iss": ""},
        {"error": "access_denied", "error_description": HOSTILE},
        {"error": HOSTILE, "error_uri": "javascript:alert(1)"},
        {"code": ["one", "two"]},
        {"state": ["STATE", "STATE"]},
    ],
)
def test_9_a_bent_answer_in_the_address_opens_nothing(bent: Bent, answer: dict[str, Any], caplog: Any) -> None:
    _joined(bent)
    client = Client()
    _leave(client, bent)
    if isinstance(answer.get("state"), list):
        answer = {"state": [bent.asked["state"]] * 2}
    page = client.get(_back(bent), {"code": "a-code-that-nobody-may-log", "state": bent.asked["state"], **answer})
    assert page.status_code == 403 and NOT_GOOD in page.content.decode()
    assert "/token" not in bent.came, "nothing was sent on"
    _leaves_no_trace(client, page, bent, caplog)
    bent.asked = {**bent.asked}
    assert _come_back(client, bent).status_code == 403, "the question is used up"


def test_9_a_provider_that_names_itself_must_do_so(bent: Bent) -> None:
    """RFC 9207: `iss` beside the code, where the description promises it."""
    _joined(bent)
    bent.document = {"authorization_response_iss_parameter_supported": True}
    client = Client()
    assert NOT_GOOD in _round(client, bent).content.decode()
    _leave(client, bent)
    assert "Enter the code" in _come_back(client, bent, iss=bent.issuer).content.decode()


def test_9_an_answer_that_comes_too_late_is_none(bent: Bent) -> None:
    _joined(bent)
    client = Client()
    _leave(client, bent)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        assert NOT_GOOD in _come_back(client, bent).content.decode()


def test_9_a_key_that_was_changed_is_known_at_the_next_sign_in(bent: Bent) -> None:
    _joined(bent)
    bent.key = bent_directory.rsa("two")
    client = Client()
    assert NOT_GOOD in _round(client, bent).content.decode(), "it is not published yet"
    bent.publish(bent.key)
    assert "Enter the code" in _round(client, bent).content.decode()


# Who is joined


def test_9_neither_name_nor_e_mail_joins_anybody(bent: Bent) -> None:
    """The attack on directories in which anybody can set their own e-mail address."""
    manager, _ = _set_up("manager")
    Person.objects.filter(pk=manager.pk).update(email="manager@marrowshire.example")
    _added(bent.issuer)
    people, client = Person.objects.count(), Client()
    bent.claims = {"email_verified": True, "preferred_username": "manager", "upn": "manager", "sub": "manager"}
    page = _round(client, bent, **{"kept-what": "She was seen at the bus station"})
    assert page.status_code == 403 and "not joined to anybody" in page.content.decode()
    assert "She was seen at the bus station" in page.content.decode()
    assert Person.objects.count() == people and not Joined.objects.exists() and _is_out(client)


def test_15_an_account_of_somebody_without_a_post_opens_nothing(bent: Bent) -> None:
    _, person = _joined(bent)
    end_every_post(person, on=datetime.now(UTC).date())
    client = Client()
    page = _round(client, bent)
    assert page.status_code == 403 and "Your post has ended" in page.content.decode() and _is_out(client)


def test_15_a_directory_vouches_only_for_people_of_its_agency(bent: Bent) -> None:
    directory = _added(bent.issuer)
    reid = Person.objects.get(username="reid")
    with pytest.raises(CannotDecide, match="no post in that agency"):
        join(directory, reid, SUBJECT, by=reid, at=datetime.now(UTC))


def test_9_an_account_belongs_to_one_person_and_a_person_has_one(bent: Bent) -> None:
    directory, person = _joined(bent)
    now = datetime.now(UTC)
    manager = Person.objects.get(username="manager")
    with pytest.raises(CannotDecide, match="joined to somebody"):
        join(directory, manager, SUBJECT, by=manager, at=now)
    with pytest.raises(CannotDecide, match="joined already"):
        join(directory, person, "another", by=person, at=now)
    assert end_join(person, directory.pk, by=person, at=now) and not end_join(person, directory.pk, by=person, at=now)
    join(directory, manager, SUBJECT, by=manager, at=now)


def test_9_joining_asks_for_a_fresh_code_and_the_same_person_in_the_same_browser(bent: Bent) -> None:
    _added(bent.issuer)
    person, _ = _set_up("okafor")
    client = Client()
    now = datetime.now(UTC)
    _password(client, "okafor")
    client.post("/sign-in/code", {"code": _code(person, now)})
    with time_machine.travel(now + timedelta(minutes=6), tick=True):
        assert client.post("/agency-account", {"agency": "MAR"}).status_code == 401
        client.post("/confirm", {"code": _code(person, datetime.now(UTC)), "next": "/agency-account"})
        bent.asked = asked_in(sent_to(client.post("/agency-account", {"agency": "MAR"}).content.decode()))
        # Somebody else signed in here meanwhile: the errand is not theirs.
        errand = client.session["directory_errand"]
        other = Client()
        other.force_login(Person.objects.get(username="manager"))
        session = other.session
        session.update({"directory_errand": errand, "factor_at": datetime.now(UTC).isoformat()})
        session.save()
        assert _come_back(other, bent).status_code == 403 and not Joined.objects.exists()
        assert _come_back(client, bent)["Location"] == "/agency-account"
        assert list(joins_of(person)) and client.get("/missing").status_code == 200
        directory = Directory.objects.get()
        assert client.post("/agency-account", {"end": str(directory.pk)}).status_code == 302
        assert not joins_of(person)
        assert client.post("/agency-account", {"end": "no number"}).status_code == 200


# What is asked for still


def _trusted(bent: Bent, **claims: Any) -> tuple[Client, Person, Any]:
    _, person = _joined(bent, factor="amr:mfa")
    client = Client()
    bent.claims = claims
    return client, person, _round(client, bent)


def test_9_a_directory_whose_factor_is_trusted_signs_in_and_step_up_still_asks_ours(bent: Bent) -> None:
    client, _, answer = _trusted(bent, amr=["pwd", "mfa"])
    assert bent.asked["max_age"] == "600"
    assert (answer.status_code, answer["Location"]) == (302, "/missing") and client.get("/missing").status_code == 200
    page = client.post("/emergency", {"ref": "TRN2-6K4H", "reason": "Rung by the police tonight", "hours": "1"})
    assert page.status_code == 401 and "Confirm that it is you" in page.content.decode()


@pytest.mark.parametrize(
    "claims",
    [
        {"amr": ["pwd"]},
        {"amr": None},
        {"acr": "mfa"},
        {"amr": ["mfa"], "auth_time": None},
        {"amr": ["mfa"], "auth_time": 1},
        {"amr": ["mfa"], "auth_time": 99_999_999_999},
    ],
)
def test_9_a_factor_that_the_token_does_not_say_is_asked_for_here(bent: Bent, claims: dict[str, Any]) -> None:
    client, _, answer = _trusted(bent, **claims)
    assert "Enter the code" in answer.content.decode() and _is_out(client)


def test_9_who_has_no_factor_here_sets_one_up_whatever_the_directory_says(bent: Bent) -> None:
    directory, person = _added(bent.issuer, factor="amr:mfa"), _okafor()
    join(directory, person, SUBJECT, by=person, at=datetime.now(UTC))
    bent.claims = {"amr": ["mfa"]}
    client = Client()
    assert "Set up your code generator" in _round(client, bent).content.decode() and _is_out(client)


def test_9_a_level_can_be_what_is_trusted(bent: Bent) -> None:
    _joined(bent, factor="acr:AAL3")
    bent.claims = {"acr": "AAL3"}
    assert _round(Client(), bent).status_code == 302
    bent.claims = {"acr": "AAL2"}
    assert "Enter the code" in _round(Client(), bent).content.decode()


def test_15_an_account_that_was_not_used_is_off_through_a_directory_too(bent: Bent) -> None:
    _, person = _joined(bent)
    long_ago = datetime.now(UTC) - timedelta(days=40)
    Person.objects.filter(pk=person.pk).update(last_login=long_ago, date_joined=long_ago)
    page = _round(Client(), bent)
    assert page.status_code == 403 and "not used for 30 days" in page.content.decode()
    Person.objects.filter(pk=person.pk).update(last_login=datetime.now(UTC), is_active=False)
    assert _round(Client(), bent).status_code == 403


def test_11_bent_answers_are_counted_by_the_address_they_come_from(bent: Bent) -> None:
    _joined(bent)
    bent.claims = {"nonce": "another"}
    client = Client(REMOTE_ADDR="192.0.2.7")
    for _ in range(60):
        assert NOT_GOOD in _round(client, bent).content.decode()
    bent.claims = {}
    answer = client.post("/sign-in/agency", {"agency": "MAR"})
    assert "There were too many tries" in answer.content.decode()
    assert "There were too many tries" in _password(client, "okafor").content.decode(), "wherever they are tried"
    assert "Enter the code" in _round(Client(REMOTE_ADDR="192.0.2.8"), bent).content.decode(), "nobody else waits"


def test_13_what_was_typed_comes_back_and_never_lies_open_in_the_session(bent: Bent) -> None:
    _, person = _joined(bent)
    client = Client()
    page = client.post("/shift/note", {"note": "She was seen at the bus station"})
    assert page.status_code == 401 and 'name="kept-note"' in page.content.decode()
    assert 'action="/sign-in/agency"' in page.content.decode()
    _leave(client, bent, **{"kept-note": "She was seen at the bus station"})
    assert "bus station" not in json.dumps(dict(client.session))
    before = client.session.session_key
    page = _come_back(client, bent)
    assert "bus station" in page.content.decode() and client.session.session_key != before
    typed = {"kept-note": "She was seen at the bus station", "code": _code(person, datetime.now(UTC))}
    assert "bus station" in client.post("/sign-in/code", typed).content.decode()


# What ends


def _through(bent: Bent, person: Person) -> Client:
    client = Client()
    _round(client, bent)
    client.post("/sign-in/code", {"code": _code(person, datetime.now(UTC))})
    assert client.get("/missing").status_code == 200
    return client


@pytest.mark.parametrize("what", ["join", "directory"])
def test_15_when_a_join_or_a_directory_ends_so_do_the_sessions_that_came_through_it(bent: Bent, what: str) -> None:
    directory, person = _joined(bent)
    through = _through(bent, person)
    by_password = Client()
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=45), tick=True):
        _password(by_password, "okafor")
        by_password.post("/sign-in/code", {"code": _code(person, datetime.now(UTC))})
        if what == "join":
            end_join(person, directory.pk, by=person, at=datetime.now(UTC))
        else:
            assert end_directory(directory, reason="Moved", by=person, at=datetime.now(UTC)) == 1
        assert _is_out(through) and by_password.get("/missing").status_code == 200
    _leave_or_none = Client().post("/sign-in/agency", {"agency": "MAR"})
    if what == "directory":
        assert "No agency with that code" in _leave_or_none.content.decode()


def test_15_a_directory_that_ends_between_going_and_coming_back_opens_nothing(bent: Bent) -> None:
    directory, person = _joined(bent)
    client = Client()
    _leave(client, bent)
    end_directory(directory, reason="Moved", by=person, at=datetime.now(UTC))
    assert NOT_GOOD in _come_back(client, bent).content.decode() and "/token" not in bent.came


def test_9_where_the_directory_is_the_only_way_a_password_opens_nothing_until_it_ends(bent: Bent) -> None:
    directory, person = _joined(bent, only=True)
    client = Client()
    assert "through its own account only" in _password(client, "okafor").content.decode() and _is_out(client)
    wrong = client.post("/sign-in", {"username": "okafor", "password": "wrong"})
    assert "through its own account only" not in wrong.content.decode(), "said only to who knows the password"
    assert "Set up your code generator" in _password(Client(), "manager").content.decode(), "not joined yet"
    end_directory(directory, reason="It is down", by=person, at=datetime.now(UTC))
    assert "Enter the code" in _password(client, "okafor").content.decode()


def test_9_the_only_way_into_an_agency_that_somebody_left_does_not_keep_them_from_the_next(bent: Bent) -> None:
    _, person = _joined(bent, only=True)
    police = Agency.objects.get(pk="MARPOL")
    give_post(person=person, agency=police, role=Role.MISSING_UNIT, begins_on=date(2026, 1, 1))
    assert "through its own account only" in _password(Client(), "okafor").content.decode()
    for post in Post.objects.filter(person=person, agency="MAR"):
        end_post(person=person, agency=post.agency, role=Role(post.role), on=date(2026, 1, 2))
    assert "Enter the code" in _password(Client(), "okafor").content.decode()


def test_9_nobody_leaves_by_themselves_a_directory_that_is_the_only_way(bent: Bent) -> None:
    directory, person = _joined(bent, only=True)
    client = Client()
    client.force_login(person)
    session = client.session
    session["factor_at"] = datetime.now(UTC).isoformat()
    session.save()
    assert "End this join" not in client.get("/agency-account").content.decode()
    refused = client.post("/agency-account", {"end": str(directory.pk)})
    assert refused.status_code == 403 and "through its own account alone" in refused.content.decode()
    assert list(joins_of(person)) == [str(directory.pk)]


def test_9_when_the_directory_is_down_the_password_still_works(bent: Bent) -> None:
    _joined(bent)
    bent.answers["openid-configuration"] = lambda to: say(to, b"", 503)
    client = Client()
    for _ in range(3):
        assert SILENT in client.post("/sign-in/agency", {"agency": "MAR"}).content.decode()
    assert len(bent.came) == 1, "it is left alone for a while"
    assert "Enter the code" in _password(client, "okafor").content.decode()


# Where it may be


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://login.microsoftonline.com/t/v2.0", True),
        ("http://login.example", False),
        ("http://127.0.0.1:8000", False),
        ("ftp://login.example", False),
        ("https://", False),
        ("https://a@login.example", False),
        ("https://login.example/#a", False),
        ("https://login.example:99999", False),
        ("https://login.example/ a", False),
    ],
)
def test_an_issuer_is_https_and_nothing_else(address: str, good: bool) -> None:
    assert is_allowed(address, loopback=False) is good
    assert is_allowed("http://127.0.0.1:8000", loopback=True) and not is_allowed("http://10.0.0.1", loopback=True)


@pytest.mark.parametrize(
    ("machine", "named", "stranger"),
    [
        ("20.190.128.1", True, True),
        ("10.1.2.3", True, False),
        ("192.168.1.1", True, False),
        ("fd00::1", True, False),
        ("127.0.0.1", False, False),
        ("::1", False, False),
        ("::ffff:127.0.0.1", False, False),
        ("::ffff:10.0.0.1", True, False),
        ("169.254.169.254", False, False),
        ("fe80::1", False, False),
        ("0.0.0.0", False, False),
        ("224.0.0.1", False, False),
    ],
)
def test_only_the_host_that_the_operator_named_may_stand_inside_the_house(
    machine: str, named: bool, stranger: bool
) -> None:
    from ipaddress import ip_address

    there = ip_address(machine)
    assert asking.may_be_asked(there, named=True, loopback=False) is named
    assert asking.may_be_asked(there, named=False, loopback=False) is stranger


def test_a_name_that_means_a_machine_inside_the_house_reaches_nothing(bent: Bent, monkeypatch: Any) -> None:
    """A description may name any host; what is behind the name is judged, and that very machine is spoken to."""
    asked: list[object] = []
    monkeypatch.setattr(asking.socket, "getaddrinfo", lambda *a, **k: [(2, 1, 6, "", ("10.0.0.5", 443))])
    monkeypatch.setattr(asking.socket, "create_connection", lambda *a, **k: asked.append(a))
    with pytest.raises(asking.NotReached, match="not allowed"):
        asking.ask(asking.Line("login.example"), "https://elsewhere.example/token")
    assert not asked


def test_a_certificate_that_nobody_vouches_for_is_not_believed(tmp_path: Path) -> None:
    import ssl
    from threading import Thread

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import NameOID

    key = make_rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    certificate = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (tmp_path / "both.pem").write_bytes(key.private_bytes(*pem) + certificate)
    (tmp_path / "ours.pem").write_bytes(certificate)
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            say(self, b'{"a": 1}')

        def log_message(self, *arguments: object) -> None:
            pass

    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(tmp_path / "both.pem")
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = served.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        address = f"https://localhost:{server.server_port}/"
        trusted = ssl.create_default_context(cafile=str(tmp_path / "ours.pem"))
        assert asking.ask(asking.Line("localhost", True, trusted), address) == {"a": 1}
        with pytest.raises(asking.NotReached):
            asking.ask(asking.Line("localhost", True), address)
        with pytest.raises(asking.NotReached):
            asking.ask(asking.Line("127.0.0.1", True, trusted), address.replace("localhost", "127.0.0.1"))
    finally:
        server.shutdown()
        server.server_close()


# What is kept


def test_43_the_secret_is_sealed_turned_with_the_keys_and_forgotten_at_the_end(bent: Bent) -> None:
    directory, person = _joined(bent)
    assert SECRET.encode() not in bytes(directory.sealed) and SECRET not in str(list(Directory.objects.values()))
    old = directory.key
    rotation.new_key()
    rotation.rotate()
    rotation.retire_key(old)
    assert rotation.verify_vault().is_whole
    assert "Enter the code" in _round(Client(), bent).content.decode(), "it opens under the new key"
    end_directory(directory, reason="Moved", by=person, at=datetime.now(UTC))
    directory.refresh_from_db()
    assert not directory.key and not bytes(directory.sealed) and rotation.verify_vault().is_whole


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM access_directory_joined",
        "DELETE FROM access_directory",
        "UPDATE access_directory_joined SET subject = 'another'",
        "UPDATE access_directory_joined SET person_id = person_id + 1",
        "UPDATE access_directory SET issuer = 'https://login.example'",
        "UPDATE access_directory SET factor = 'amr:pwd'",
    ],
)
def test_39_the_database_itself_refuses_to_change_who_is_joined(bent: Bent, change: str) -> None:
    _joined(bent)
    with pytest.raises(Exception, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_39_what_was_ended_stays_ended(bent: Bent) -> None:
    directory, person = _joined(bent)
    end_directory(directory, reason="Moved", by=person, at=datetime.now(UTC))
    for table in ("access_directory", "access_directory_joined"):
        with pytest.raises(Exception, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET ended_at = NULL")


# The commands, and the page


def _run(*words: str) -> Any:
    from holdfast.cli.main import every_command

    return CliRunner().invoke(every_command(), ["directory", *words])


def test_an_operator_adds_checks_lists_joins_and_ends(bent: Bent, tmp_path: Path) -> None:
    _set_up("okafor")
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    given = ("--issuer", bent.issuer, "--client-id", CLIENT, "--secret-file", str(secret), "--by", "manager")
    assert "There is no agency" in _run("add", "NOBODY", *given).output
    added = _run("add", "MAR", *given)
    back = f"http://testserver/sign-in/agency/back/{Directory.objects.get().pk}"
    assert added.exit_code == 0 and back in added.output and SECRET not in added.output
    assert "end that one first" in _run("add", "MAR", *given).output
    checked = _run("check", "MAR").output
    assert "answers" in checked and back in checked
    assert "signs in through" in _run("join", "okafor", "MAR", "--subject", SUBJECT, "--by", "manager").output
    assert "Enter the code" in _round(Client(), bent).content.decode()
    listed = _run("list").output
    assert "1 joined" in listed and SECRET not in listed
    assert "does not sign in" in _run("leave", "okafor", "MAR", "--by", "manager").output
    assert "is not joined" in _run("leave", "okafor", "MAR", "--by", "manager").output
    assert _run("end", "MAR", "--reason", "Moved", "--by", "manager").exit_code == 0
    assert "has no directory" in _run("end", "MAR", "--reason", "Moved", "--by", "manager").output
    assert "Ended" in _run("list").output


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--issuer", "http://login.example", "https"),
        ("--issuer", "https://login.example/?tenant=1", "question mark"),
        ("--client-id", "", "client"),
        ("--trusts-factor", "mfa", "amr:mfa"),
        ("--secret-file", "nowhere", "cannot be read"),
        ("--by", "nobody", "Nobody signs in"),
    ],
)
def test_a_directory_that_cannot_be_is_refused_in_plain_words(
    option: str, value: str, said: str, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    given = {
        "--issuer": "https://login.example", "--client-id": CLIENT, "--secret-file": str(secret), "--by": "manager",
        option: value,
    }  # fmt: skip
    done = _run("add", "MAR", *(word for pair in given.items() for word in pair))
    assert done.exit_code == 2 and said in done.output and not Directory.objects.exists()


def test_the_page_offers_agencies_by_button_and_many_by_code(bent: Bent) -> None:
    assert "agency’s account" not in Client().get("/sign-in").content.decode()
    _added(bent.issuer)
    page = Client().get("/sign-in?next=/board").content.decode()
    assert 'value="MAR"' in page and page.count('name="next" value="/board"') == 2
    by = Person.objects.get(username="manager")
    for number in range(6):
        agency = Agency.objects.create(code=f"A{number}", name=f"Agency {number}", kind="council")
        add_directory(
            agency, issuer="https://login.example", client=CLIENT, secret=SECRET, factor="", only=False, by=by,
            at=datetime.now(UTC),
        )  # fmt: skip
    page = Client().get("/sign-in").content.decode()
    assert 'id="id_agency"' in page and "Agency 3" not in page
    assert "No agency with that code" in Client().post("/sign-in/agency", {"agency": "zzz"}).content.decode()
    assert PASSWORD not in page
