"""The ring of keys of the vault: a file outside the database that only its owner can read.

The file is JSON: `{"current": "v-1f0c9a2b", "keys": {"v-1f0c9a2b": "<64 hexadecimal digits>"}}`. New values are sealed
with the current key; the others only open. It is read anew for every act, so a key that is added is used at once.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

_OTHERS = 0o077


class VaultClosed(Exception):
    """The keys cannot be had, or this value does not open. The message names no value and no child."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys by their ids, and the id of the one that seals."""

    current: str
    keys: dict[str, bytes]

    def key(self, key_id: str) -> bytes:
        """Raises VaultClosed when that key is not on the ring."""
        if key_id not in self.keys:
            raise VaultClosed(f"The key {key_id[:20]} is not on the ring of the vault")
        return self.keys[key_id]

    def with_new_key(self) -> KeyRing:
        """A ring on which a fresh key is current."""
        fresh = f"v-{secrets.token_hex(4)}"
        return KeyRing(fresh, {**self.keys, fresh: secrets.token_bytes(32)})

    def without(self, key_id: str) -> KeyRing:
        """A ring without a key. Raises VaultClosed for the current key and for one that is not there."""
        self.key(key_id)
        if key_id == self.current:
            raise VaultClosed("The current key cannot be taken off the ring")
        return KeyRing(self.current, {k: v for k, v in self.keys.items() if k != key_id})


def read_ring(path: Path) -> KeyRing:
    """The ring from its file. Raises VaultClosed: no file, a file that others can read, or not a ring."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise VaultClosed("The keys of the vault cannot be read") from None
    if mode & _OTHERS:
        raise VaultClosed("The file with the keys of the vault can be read by others: set its mode to 600")
    try:
        found = json.loads(text)
        ring = KeyRing(str(found["current"]), {str(k): bytes.fromhex(v) for k, v in found["keys"].items()})
    except (ValueError, KeyError, TypeError, AttributeError):
        raise VaultClosed("The file with the keys of the vault is damaged") from None
    if ring.current not in ring.keys or any(len(key) != 32 for key in ring.keys.values()):
        raise VaultClosed("The file with the keys of the vault is damaged")
    return ring


def make_ring(path: Path) -> KeyRing:
    """The first ring of an installation. If another process made one meanwhile, that one. Raises VaultClosed."""
    ring = KeyRing("", {}).with_new_key()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    whole = _beside(path, ring)
    try:
        # A link is made or is not: no other process ever reads half a file, and two cannot make two rings.
        os.link(whole, path)
    except FileExistsError:
        pass
    except OSError:
        raise VaultClosed("The keys of the vault cannot be written there") from None
    finally:
        whole.unlink(missing_ok=True)
    return read_ring(path)


def write_ring(path: Path, ring: KeyRing) -> None:
    """Replace the ring: the old file or the new one is there at every moment, never half of one."""
    _beside(path, ring).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _beside(path: Path, ring: KeyRing) -> Path:
    whole = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    text = json.dumps({"current": ring.current, "keys": {k: v.hex() for k, v in ring.keys.items()}}, indent=1)
    try:
        with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        raise VaultClosed("The keys of the vault cannot be written there") from None
    return whole
