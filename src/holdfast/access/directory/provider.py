"""What a directory says of itself (OpenID Connect Discovery 1.0), and the address to which a person is sent.

Pure. Every address in the document is judged before anything is sent to it; who may be behind it is judged when it is
asked (`asking.py`).
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

from holdfast.access.directory.refusals import NotReached, Why

WELL_KNOWN = "/.well-known/openid-configuration"
LONGEST_ADDRESS = 500
SCOPE = "openid"  # who it is, and nothing about them


@dataclass(frozen=True, slots=True)
class Provider:
    """The addresses of a directory. `names_itself`: its answers carry `iss` (RFC 9207). `takes_basic`: the client's
    secret goes in the header, else in the form."""

    issuer: str
    authorization: str
    token: str
    keys: str
    names_itself: bool
    takes_basic: bool


def is_allowed(address: str, *, loopback: bool) -> bool:
    """Whether an address may be one of a directory's: https with a name; http only to this machine itself, and that
    only where `loopback` says so."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or parts.username or parts.password or parts.fragment or len(address) > LONGEST_ADDRESS:
        return False
    if any(letter.isspace() or ord(letter) < 33 or letter in "\\\"'<>" for letter in address):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and loopback and is_this_machine(host))


def is_this_machine(host: str) -> bool:
    """Whether that is a name of the machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def provider_of(issuer: str, document: object, *, loopback: bool) -> Provider:
    """The directory as it describes itself. Raises NotReached: it says to be another, an address is not allowed, or it
    does not offer what is asked of it."""
    if not isinstance(document, dict) or document.get("issuer") != issuer:
        raise NotReached(Why.ISSUER)
    addresses = [document.get(f"{name}_endpoint") for name in ("authorization", "token")]
    addresses.append(document.get("jwks_uri"))
    if not all(isinstance(one, str) for one in addresses):
        raise NotReached(Why.DOCUMENT)
    if not all(is_allowed(str(one), loopback=loopback) for one in addresses):
        raise NotReached(Why.ADDRESS)
    challenges = document.get("code_challenge_methods_supported", ["S256"])
    ways = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if "S256" not in _words(challenges) or not {"client_secret_basic", "client_secret_post"} & _words(ways):
        raise NotReached(Why.DOCUMENT)
    authorization, token, keys = map(str, addresses)
    return Provider(
        issuer, authorization, token, keys,
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
        takes_basic="client_secret_basic" in _words(ways),
    )  # fmt: skip


def _words(listed: object) -> set[str]:
    return {one for one in listed if isinstance(one, str)} if isinstance(listed, list) else set()


def address_of(
    provider: Provider,
    *,
    client: str,
    back: str,
    state: str,
    nonce: str,
    verifier: str,
    max_age: int | None,
    anew: bool,
) -> str:
    """Where the person's browser goes. `max_age`: in seconds, how long ago they may have proved themselves there.
    `anew`: they are to do so in any case, whoever is signed in there."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code", "response_mode": "query", "scope": SCOPE, "client_id": client, "redirect_uri": back,
        "state": state, "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    if max_age is not None:
        asked["max_age"] = str(max_age)
    if anew:
        asked["prompt"] = "login"
    joint = "&" if urlsplit(provider.authorization).query else "?"
    return provider.authorization + joint + urlencode(asked)
