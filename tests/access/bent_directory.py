"""A small OpenID provider inside a test whose every answer can be bent, to see that it is refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT, SECRET, SUBJECT = "holdfast-client", "a secret/with+signs that is long", "a1b2-okafor-at-marrowshire"
ACCESS = "access-token-that-nobody-may-log"
HOSTILE = "<script>alert('hostile')</script> call 07700 900123"


@cache
def rsa(kid: str, size: int = 2048, another: bool = False) -> RSAKey:
    """A key of that name; made once, because making one takes a while."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a weak one is weak
        return RSAKey.generate_key(size, {"kid": kid, "use": "sig"})


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Bent:
    """Its address, its keys, and what it says. `asked` is what Holdfast's page sent the browser with."""

    issuer: str = ""
    key: RSAKey | ECKey = field(default_factory=lambda: rsa("one"))
    algorithm: str = "RS256"
    published: list[dict[str, Any]] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)  # what differs from a good token; None: left out
    header: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    sign: Callable[[dict[str, Any]], str] | None = None
    forms: list[dict[str, str]] = field(default_factory=list)
    came: list[str] = field(default_factory=list)

    def publish(self, *keys: RSAKey | ECKey) -> None:
        self.published = [key.as_dict(private=False) for key in keys]

    def good(self) -> dict[str, Any]:
        now = int(time.time())
        found = {
            "iss": self.issuer, "sub": SUBJECT, "aud": CLIENT, "iat": now, "exp": now + 300,
            "nonce": self.asked.get("nonce", ""), "auth_time": now, "email": "manager@marrowshire.example",
            "name": "Manager", "at_hash": encoded(hashlib.sha256(ACCESS.encode()).digest()[:16]), **self.claims,
        }  # fmt: skip
        return {name: value for name, value in found.items() if value is not None}

    def token(self) -> str:
        if self.sign is not None:
            return self.sign(self.good())
        header = {"alg": self.algorithm, "kid": self.key.kid, **self.header}
        return jwt.encode(
            {n: v for n, v in header.items() if v is not None}, self.good(), self.key, algorithms=[self.algorithm]
        )

    def hmac_with_public_key(self, claims: dict[str, Any]) -> str:
        """The old attack: the published key, taken for a shared secret."""
        return by_hand(claims, {"alg": "HS256", "kid": self.key.kid}, self.key.as_pem(private=False))

    def described(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
            "code_challenge_methods_supported": ["S256"], **self.document,
        }  # fmt: skip


def by_hand(claims: dict[str, Any], header: dict[str, Any], secret: bytes = b"") -> str:
    """A token that no library would make."""
    text = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(claims).encode())}"
    signature = hmac.new(secret, text.encode(), "sha256").digest() if secret else b""
    return f"{text}.{encoded(signature)}"


def say(to: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    to.send_response(status)
    to.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        to.send_header(name, value)
    to.end_headers()
    to.wfile.write(body)


@contextmanager
def running() -> Iterator[Bent]:
    """The provider on a port of its own on this machine."""
    bent = Bent()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer({name: values[0] for name, values in parse_qs(body).items()})

        def _answer(self, form: dict[str, str]) -> None:
            path = urlsplit(self.path).path
            bent.came.append(path)
            if form:
                bent.forms.append({**form, "authorization": self.headers.get("Authorization", "")})
            last = path.rsplit("/", 1)[-1]
            if last in bent.answers:
                bent.answers[last](self)
                return
            said: dict[str, Any] = {"keys": bent.published}
            if last == "openid-configuration":
                said = bent.described()
            elif last == "token":
                said = {"access_token": ACCESS, "token_type": "Bearer", "id_token": bent.token()}
            say(self, json.dumps(said).encode())

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    bent.issuer = f"http://127.0.0.1:{server.server_port}"
    bent.publish(bent.key)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield bent
    finally:
        server.shutdown()
        server.server_close()


def sent_to(page: str) -> str:
    """The address to which a page sends the browser."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page)
    assert found, page
    return unescape(found[1])


def asked_in(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
