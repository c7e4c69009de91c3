"""The two steps of the authorization code flow with PKCE: where to send a person, and who came back.

Nothing here writes. Both steps speak over the network: call them outside a transaction, so that a slow directory never
holds up somebody else's entry.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote_plus, urlsplit

from django.conf import settings
from django.core.cache import cache

from holdfast.access.directory import asking
from holdfast.access.directory.asking import Line
from holdfast.access.directory.provider import WELL_KNOWN, Provider, address_of, provider_of
from holdfast.access.directory.refusals import NotBelieved, NotReached, Why
from holdfast.access.directory.rows import Directory
from holdfast.access.directory.tokens import FRESH, Question, Said, believed
from holdfast.access.vault.actions import ring
from holdfast.access.vault.sealing import unseal

_KEPT = 300  # seconds for which a directory's description of itself is believed
_LEFT_ALONE = 20  # seconds for which one that did not answer is not asked again
_LONGEST_CODE = 2048


@dataclass(frozen=True, slots=True)
class Errand:
    """What one browser was sent to ask. Kept in its session, never shown. `state` ties the answer to the browser,
    `nonce` the token to the question, `verifier` (PKCE) the code to whoever asked."""

    directory: str
    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls, directory: Directory) -> Errand:
        return cls(str(directory.pk), *(secrets.token_urlsafe(32) for _ in range(3)))


def line_to(directory: Directory) -> Line:
    """How this directory may be reached."""
    host = urlsplit(directory.issuer).hostname or ""
    return Line(host, loopback=settings.DIRECTORY_ON_THIS_MACHINE)


def provider(directory: Directory) -> Provider:
    """The directory as it describes itself now, or did some minutes ago. Raises NotReached."""
    name = f"directory-{directory.pk}"
    known = cache.get(name)
    if isinstance(known, Provider):
        return known
    if isinstance(known, str):
        raise NotReached(Why(known))
    line = line_to(directory)
    try:
        document = asking.ask(line, directory.issuer.rstrip("/") + WELL_KNOWN)
        found = provider_of(directory.issuer, document, loopback=line.loopback)
    except NotReached as silent:
        cache.set(name, silent.why.value, _LEFT_ALONE)
        raise
    cache.set(name, found, _KEPT)
    return found


def where_to(directory: Directory, errand: Errand, back: str, *, anew: bool) -> str:
    """The address to which the person's browser goes. `anew`: to prove themselves there in any case. Raises
    NotReached."""
    max_age = 0 if anew else int(FRESH.total_seconds()) if directory.factor else None
    return address_of(
        provider(directory), client=directory.client, back=back, state=errand.state, nonce=errand.nonce,
        verifier=errand.verifier, max_age=max_age, anew=anew,
    )  # fmt: skip


def who_came(directory: Directory, errand: Errand, answer: dict[str, str], back: str, at: datetime) -> Said:
    """Who the directory says came back with this answer. Its state was compared before. Raises NotBelieved, NotReached,
    VaultClosed."""
    there = provider(directory)
    if ("iss" in answer or there.names_itself) and answer.get("iss") != directory.issuer:  # RFC 9207
        raise NotBelieved(Why.ISSUER)
    if "error" in answer:
        raise NotBelieved(Why.REFUSED)
    code = answer.get("code", "")
    if not 0 < len(code) <= _LONGEST_CODE:
        raise NotBelieved(Why.NO_CODE)
    line = line_to(directory)
    form, headers = _proof(directory, there)
    form |= {
        "grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": errand.verifier,
    }  # fmt: skip
    given = asking.ask(line, there.token, form, headers)
    if not isinstance(given, dict) or str(given.get("token_type", "")).lower() != "bearer":
        raise NotBelieved(Why.NO_TOKEN)
    # The keys are asked for at every sign-in: one that was changed a moment ago is known, one taken away is not.
    published = asking.ask(line, there.keys)
    asked = Question(directory.issuer, directory.client, errand.nonce)
    return believed(given.get("id_token"), given.get("access_token"), published, asked, at)


def _proof(directory: Directory, there: Provider) -> tuple[dict[str, str], dict[str, str]]:
    """That it is us who ask: form and headers with the client's secret."""
    secret = unseal(ring(), directory.key, directory.belongs, bytes(directory.sealed))
    if not there.takes_basic:
        return {"client_id": directory.client, "client_secret": secret}, {}
    pair = f"{quote_plus(directory.client)}:{quote_plus(secret)}".encode()
    return {}, {"Authorization": "Basic " + base64.b64encode(pair).decode()}
