"""What a browser that was sent to a directory is to come back with, kept in its session.

What somebody had typed when their session ended cannot travel in the page, as it does with a password: the browser
leaves. It waits in the session, sealed with the keys of the vault, because it can be about a child.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest

from holdfast.access.directory.signing_in import Errand
from holdfast.access.vault.actions import ring
from holdfast.access.vault.keys import VaultClosed
from holdfast.access.vault.sealing import Belongs, seal, unseal
from holdfast.web.sign_in_page import Kept

_ERRAND = "directory_errand"
_WAITS = timedelta(minutes=10)
MOST_KEPT = 64_000  # bytes: anybody can send us something to keep, and the longest note is far shorter


class TooMuchKept(Exception):
    """What was typed is too long to wait in a session. It stays in the page."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One browser on its way. `person`: who joins an account; None for a sign-in. `is_good`: the answer is to this very
    question, and came in time."""

    errand: Errand
    since: datetime
    person: int | None
    address: str
    kept: Kept
    is_good: bool


def send(request: HttpRequest, errand: Errand, at: datetime, *, person: int | None, address: str, kept: Kept) -> None:
    """Remember the errand; one that was under way in this browser is forgotten. A session of nobody ends
    with its errand. Raises TooMuchKept, VaultClosed."""
    if not request.user.is_authenticated:
        request.session.set_expiry(int(_WAITS.total_seconds()))
    request.session[_ERRAND] = {
        "errand": asdict(errand), "since": at.isoformat(), "person": person, "address": address,
        "kept": _sealed(errand, kept),
    }  # fmt: skip


def came_back(request: HttpRequest, at: datetime) -> Sent | None:
    """The errand of this browser, once: an answer that comes twice is an answer to nothing."""
    held: dict[str, Any] | None = request.session.pop(_ERRAND, None)
    if held is None:
        return None
    errand = Errand(**held["errand"])
    since = datetime.fromisoformat(held["since"])
    is_good = timedelta() <= at - since < _WAITS
    given = request.GET.getlist("state")
    is_good = is_good and len(given) == 1 and hmac.compare_digest(given[0].encode(), errand.state.encode())
    return Sent(errand, since, held["person"], held["address"], _opened(errand, held["kept"]), is_good)


def _belongs(errand: Errand) -> Belongs:
    return Belongs("django_session", errand.state, "", "what was typed")


def _sealed(errand: Errand, kept: Kept) -> list[str]:
    if not kept:
        return []
    text = json.dumps(kept, ensure_ascii=False)
    if len(text.encode()) > MOST_KEPT:
        raise TooMuchKept
    keys = ring()
    return [keys.current, seal(keys, _belongs(errand), text).hex()]


def _opened(errand: Errand, held: list[str]) -> Kept:
    if not held:
        return []
    key, sealed = held
    try:
        text = unseal(ring(), key, _belongs(errand), bytes.fromhex(sealed))
    except VaultClosed:  # its key was taken off the ring within these minutes
        return []
    return [(name, value) for name, value in json.loads(text)]
