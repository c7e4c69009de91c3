"""One value sealed and opened: AES-256-GCM, bound to its table, row, child, field and key.

A sealed value that is copied to another row, child or field, or said to be under another key, does not open: where it
belongs is part of what is authenticated. Shape: 12 random bytes, then the ciphertext with its tag. The text is filled
up to a multiple of 64 bytes, so that its length says little.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from holdfast.access.vault.keys import KeyRing, VaultClosed

_NONCE = 12  # bytes, as GCM wants them; drawn anew for every value
_BLOCK = 64


@dataclass(frozen=True, slots=True)
class Belongs:
    """Where a value belongs: table, row, child and field."""

    table: str
    row: str
    child: str
    field: str

    def bound(self, key_id: str) -> bytes:
        """What is authenticated beside the value. No part holds the separator."""
        return "\0".join((self.table, self.row, self.child, self.field, key_id)).encode()


def seal(ring: KeyRing, where: Belongs, text: str) -> bytes:
    """Seal with the current key of the ring."""
    nonce = secrets.token_bytes(_NONCE)
    plain = text.encode() + b"\x80"
    plain += b"\0" * (-len(plain) % _BLOCK)
    return nonce + AESGCM(ring.key(ring.current)).encrypt(nonce, plain, where.bound(ring.current))


def unseal(ring: KeyRing, key_id: str, where: Belongs, sealed: bytes) -> str:
    """Open what was sealed with that key. Raises VaultClosed."""
    try:
        plain = AESGCM(ring.key(key_id)).decrypt(sealed[:_NONCE], sealed[_NONCE:], where.bound(key_id))
    except (InvalidTag, ValueError):
        raise VaultClosed(
            "A value of the vault does not open: it was changed, or moved from where it belongs"
        ) from None
    return plain.rstrip(b"\0").removesuffix(b"\x80").decode()
