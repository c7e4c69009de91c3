"""An anchor with the house's signature: whoever keeps it elsewhere can tell ours from one that somebody planted.

Ed25519 over the format, the moment and the root, which covers every chain. The key is the house's own
(`HOLDFAST_ANCHOR_KEY`, or a file beside the other keys). Somebody who holds it can sign new anchors; those that lie
elsewhere they cannot change, and that is what an anchor rests on.
"""

from __future__ import annotations

import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from holdfast.access.anchor import FORMAT, Anchor, NotAnAnchor, read


def _said(anchor: Anchor) -> bytes:
    return f"{FORMAT} {anchor.at.isoformat()} {anchor.root}".encode()


def public_key(secret: str) -> str:
    """The half of the house's key that others check with: 64 hexadecimal digits. `secret` is the other half."""
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)).public_key().public_bytes_raw().hex()


def signature(anchor: Anchor, secret: str) -> str:
    """128 hexadecimal digits."""
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)).sign(_said(anchor)).hex()


def as_signed_text(anchor: Anchor, secret: str) -> str:
    """The anchor's file with its signature."""
    return json.dumps({**json.loads(anchor.as_text()), "signature": signature(anchor, secret)}, indent=0) + "\n"


def check_signature(text: str, public: str) -> Anchor:
    """The anchor in a file, if it is signed with the other half of this key. Raises NotAnAnchor."""
    anchor = read(text)
    try:
        held: dict[str, Any] = json.loads(text)
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(str(held.get("signature", ""))), _said(anchor))
    except ValueError as error:
        raise NotAnAnchor("A key has 64 hexadecimal digits, a signature 128") from error
    except InvalidSignature as error:
        raise NotAnAnchor("This anchor is not signed with that key: somebody else wrote it, or changed it") from error
    return anchor
