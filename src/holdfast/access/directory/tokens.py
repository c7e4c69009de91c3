"""What an ID token says, or why it is not believed (OpenID Connect Core 1.0, 3.1.3.7).

Pure: the time and the directory's published keys are arguments. Signatures are checked by joserfc; here stands what the
token must say, and every claim is refused that is not of its own shape.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError, UnsupportedHeaderError
from joserfc.jwk import ECKey, RSAKey

from holdfast.access.directory.refusals import NotBelieved, Why

ALGORITHMS = ("RS256", "PS256", "ES256")  # signatures with a private key alone: never none, never a shared secret
LEEWAY = timedelta(seconds=60)  # two clocks
OLDEST = timedelta(minutes=10)  # of a token that comes straight from the directory
FRESH = timedelta(minutes=10)  # since the person proved themselves there, where the directory's factor is trusted
LONGEST_SUBJECT = 255
_LONGEST = 16_384  # letters of a token
_LEAST_RSA = 2048  # bits


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked: of which issuer, as which client, with which nonce."""

    issuer: str
    client: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Said:
    """Who a directory says signed in. `subject` is its own name for the person, and the only one that counts: names and
    e-mail addresses in a token can be set by others. `known_as` is one of those, shown once to whoever joins the
    account so that they notice a strange one, and neither kept nor compared."""

    subject: str
    proved_at: datetime | None
    methods: frozenset[str]
    level: str
    known_as: str

    def proved_since(self, at: datetime, now: datetime) -> bool:
        """Whether the person gave their password there at that time or after it. A directory that does not say when
        they did is believed: it was asked to ask."""
        return self.proved_at is None or at - LEEWAY <= self.proved_at <= now + LEEWAY

    def by_factor(self, wanted: str, at: datetime) -> bool:
        """Whether the directory says that a second factor was given lately, as `wanted` names it: `amr:mfa` (one of the
        methods) or `acr:level` (the level itself). An empty one is never met."""
        claim, _, value = wanted.partition(":")
        if not value or self.proved_at is None or not -LEEWAY <= at - self.proved_at < FRESH:
            return False
        return value in self.methods if claim == "amr" else claim == "acr" and hmac.compare_digest(
            value.encode(), self.level.encode())  # fmt: skip


def believed(token: object, access: object, published: object, asked: Question, at: datetime) -> Said:
    """What the token says. `access` is the access token that came with it, `published` the directory's key set as JSON.
    Raises NotBelieved."""
    if not isinstance(token, str) or len(token) > _LONGEST:
        raise NotBelieved(Why.NO_TOKEN)
    claims = _opened(token, published)
    if claims.get("iss") != asked.issuer:
        raise NotBelieved(Why.ISSUER)
    _for_us(claims, asked.client)
    _in_time(claims, at)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), asked.nonce.encode()):
        raise NotBelieved(Why.NONCE)
    if "at_hash" in claims and not _belongs(claims["at_hash"], access):
        raise NotBelieved(Why.ACCESS)
    return _said(claims)


def _opened(token: str, published: object) -> dict[str, Any]:
    """The claims of a token whose signature is right."""
    keys = _keys(published)
    try:
        return jwt.decode(token, lambda it: _chosen(it.headers(), keys), algorithms=list(ALGORITHMS)).claims
    except (UnsupportedAlgorithmError, UnsupportedHeaderError):
        raise NotBelieved(Why.ALGORITHM) from None
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise NotBelieved(Why.SIGNATURE) from None


def _chosen(header: Mapping[str, Any], keys: list[RSAKey | ECKey]) -> RSAKey | ECKey:
    """The one key by which a token says to be signed: none is tried after another."""
    if header.get("alg") not in ALGORITHMS or "crit" in header:
        raise NotBelieved(Why.ALGORITHM)
    named = [key for key in keys if "kid" not in header or key.kid == header["kid"]]
    if len(named) != 1:
        raise NotBelieved(Why.KEY)
    if (header["alg"] == "ES256") is not isinstance(named[0], ECKey):
        raise NotBelieved(Why.ALGORITHM)
    return named[0]


def _keys(published: object) -> list[RSAKey | ECKey]:
    """The keys that may sign: RSA of 2,048 bits or more, and P-256. Others are left out; a secret among them too."""
    listed = published.get("keys") if isinstance(published, dict) else None
    if not isinstance(listed, list):
        raise NotBelieved(Why.DOCUMENT)
    found: list[RSAKey | ECKey] = []
    for one in listed[:50]:
        if not isinstance(one, dict) or one.get("use", "sig") != "sig" or one.get("kty") not in ("RSA", "EC"):
            continue
        if one["kty"] == "RSA" and len(str(one.get("n", ""))) * 6 < _LEAST_RSA:  # base64: six bits a letter
            continue
        kept = {name: value for name, value in one.items() if name in ("kty", "kid", "n", "e", "crv", "x", "y", "alg")}
        try:
            key = RSAKey.import_key(kept) if one["kty"] == "RSA" else ECKey.import_key(kept)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        strong = key.raw_value.key_size >= _LEAST_RSA if isinstance(key, RSAKey) else one.get("crv") == "P-256"
        if strong:
            found.append(key)
    return found


def _for_us(claims: Mapping[str, Any], client: str) -> None:
    audience = claims.get("aud")
    several = audience if isinstance(audience, list) else [audience]
    if not all(isinstance(one, str) for one in several) or client not in several:
        raise NotBelieved(Why.AUDIENCE)
    if ("azp" in claims or len(several) > 1) and claims.get("azp") != client:
        raise NotBelieved(Why.PARTY)


def _in_time(claims: Mapping[str, Any], at: datetime) -> None:
    ends, given = _time(claims, "exp"), _time(claims, "iat")
    if ends is None or given is None:
        raise NotBelieved(Why.CLAIMS)
    begins = _time(claims, "nbf") or given
    if at >= ends + LEEWAY or at - given >= OLDEST:
        raise NotBelieved(Why.EXPIRED)
    if max(begins, given) > at + LEEWAY:
        raise NotBelieved(Why.EARLY)


def _time(claims: Mapping[str, Any], name: str) -> datetime | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise NotBelieved(Why.CLAIMS)
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        raise NotBelieved(Why.CLAIMS) from None


def _belongs(half: object, access: object) -> bool:
    """Whether `at_hash` is of this access token: the left half of SHA-256, which every allowed algorithm uses."""
    if not isinstance(half, str) or not isinstance(access, str):
        return False
    digest = base64.urlsafe_b64encode(hashlib.sha256(access.encode()).digest()[:16]).rstrip(b"=")
    return hmac.compare_digest(half.encode(), digest)


def _said(claims: Mapping[str, Any]) -> Said:
    subject, methods, level = claims.get("sub"), claims.get("amr", []), claims.get("acr", "")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or "\0" in subject:
        raise NotBelieved(Why.CLAIMS)
    if not isinstance(methods, list) or not all(isinstance(one, str) for one in methods) or not isinstance(level, str):
        raise NotBelieved(Why.CLAIMS)
    return Said(subject, _time(claims, "auth_time"), frozenset(methods), level, _known_as(claims, subject))


def _known_as(claims: Mapping[str, Any], subject: str) -> str:
    """What a person would know the account by: an address or a name where the token has one, else its subject."""
    found = (claims.get(name) for name in ("email", "preferred_username", "name"))
    words = (one.strip()[:LONGEST_SUBJECT] for one in found if isinstance(one, str) and one.isprintable())
    return next((one for one in words if one), subject)
