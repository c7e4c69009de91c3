"""Codes that change every 30 seconds (RFC 6238: HMAC-SHA-1, six figures), and codes for paper. Pure: no clock."""

from __future__ import annotations

import base64
import hmac
import secrets
import struct
from datetime import datetime
from urllib.parse import quote, urlencode

PERIOD = 30  # seconds
FIGURES = 6
SLACK = 1  # periods before and after: clocks of telephones differ
PAPER_CODES = 10
# No letter or figure that is mistaken for another when it is read from paper.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_secret() -> bytes:
    """160 bits, as RFC 4226 asks."""
    return secrets.token_bytes(20)


def code_at(secret: bytes, counter: int) -> str:
    """The code of one period."""
    mac = hmac.digest(secret, struct.pack(">Q", counter), "sha1")
    start = mac[-1] & 0x0F
    number = struct.unpack(">I", mac[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**FIGURES:0{FIGURES}}"


def counter_of(secret: bytes, code: str, at: datetime, after: int) -> int | None:
    """The period that a code belongs to, if it is near `at` and later than `after`; else None. A code that was used,
    and every earlier one, is never good again."""
    code = "".join(code.split())
    now = int(at.timestamp()) // PERIOD
    found = None
    for counter in range(now - SLACK, now + SLACK + 1):
        if hmac.compare_digest(code_at(secret, counter).encode(), code.encode()) and counter > after:
            found = counter
    return found


def address(secret: bytes, who: str, house: str) -> str:
    """What a code generator reads from the square."""
    shown = base64.b32encode(secret).decode()
    return f"otpauth://totp/{quote(f'{house}:{who}')}?{urlencode({'secret': shown, 'issuer': house}, quote_via=quote)}"


def typed_secret(secret: bytes) -> str:
    """The secret for typing, in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[n : n + 4] for n in range(0, len(text), 4))


def paper_codes() -> list[str]:
    """Ten codes of ten signs, about 49 bits each: `K7M2A-4QXDP`."""
    drawn = ["".join(secrets.choice(_SIGNS) for _ in range(10)) for _ in range(PAPER_CODES)]
    return [f"{code[:5]}-{code[5:]}" for code in drawn]


def tidy_paper_code(text: str) -> str:
    """As it is kept, from as it was typed."""
    signs = "".join(sign for sign in text.upper() if sign.isalnum())
    return f"{signs[:5]}-{signs[5:]}" if len(signs) == 10 else ""
