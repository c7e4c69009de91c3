"""A reply address of its own for each request: `round+2026-E06000001-k3v9...@example.org`.

The letters after the reference are drawn by chance and kept in the record: what comes to an address that was never
given out was guessed or mistyped, and is noticed.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
CHECK = 8  # letters: one chance in 850,000 million to guess them


def check_letters() -> str:
    """Drawn afresh, without letters that look alike."""
    return "".join(secrets.choice(_LETTERS) for _ in range(CHECK))


def in_an_address(reference: str) -> str:
    """A reference in the letters that an address and a file's name may have."""
    return re.sub(r"[^A-Za-z0-9]+", "-", reference).strip("-") or "request"


def reply_address(base: str, reference: str, check: str) -> str:
    """Made of our address, the request's reference and its check letters; at most 64 letters before the @."""
    local, _, domain = base.partition("@")
    room = 64 - len(local) - len(check) - 2
    return f"{local}+{in_an_address(reference)[:room].rstrip('-')}-{check}@{domain}".casefold()


def reply_addresses_in(base: str, addresses: Iterable[str]) -> tuple[str, ...]:
    """Those of the addresses that have the form of ours, given out or not; each once."""
    local, _, domain = base.casefold().partition("@")
    found = (one.casefold() for one in addresses)
    return tuple(dict.fromkeys(one for one in found if one.startswith(f"{local}+") and one.endswith(f"@{domain}")))
