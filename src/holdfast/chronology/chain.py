"""The hash chain of one child's entries: a changed, removed or moved entry shows, and where.

Each link covers every field of the entry, a digest of its details, and the link before it. The digest is salted:
when the details are erased at the end of retention, the chain stays whole and nothing can be guessed back from it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

START = "0" * 64


def canonical(details: Mapping[str, Any]) -> str:
    """Details as one exact text: sorted keys, no spaces."""
    return json.dumps(details, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(salt: str, body: str) -> str:
    """The salted digest of details in canonical form."""
    return sha256(f"{salt}\n{body}".encode()).hexdigest()


def link(previous: str, details_digest: str, fields: tuple[str | int | datetime | None, ...]) -> str:
    """The hash of an entry. Times must be aware and in UTC, so that both databases give the same text back."""
    texts = [f.isoformat() if isinstance(f, datetime) else f for f in fields]
    body = json.dumps([previous, details_digest, *texts], separators=(",", ":"), ensure_ascii=False)
    return sha256(body.encode()).hexdigest()
