"""Documents kept as received, each under the hash of its bytes: nothing is changed, nothing is run, nothing is lost."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path


def digest(content: bytes) -> str:
    """The SHA-256 of the bytes, in hexadecimal: the document's name from then on."""
    return sha256(content).hexdigest()


class Store:
    """A folder of documents. The same bytes are kept once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        """Where the document of that hash is kept."""
        return self._folder / name[:2] / name

    def keep(self, content: bytes) -> str:
        """Keep the bytes and give their hash. Written beside and moved into place, readable by its owner only."""
        name = digest(content)
        place = self.path(name)
        if place.exists() and digest(place.read_bytes()) == name:
            return name
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = place.with_suffix(".part")
        beside.unlink(missing_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        beside.replace(place)
        return name

    def read(self, name: str) -> bytes:
        """The bytes of a document. Raises ValueError where they are no longer those that were received."""
        content = self.path(name).read_bytes()
        if digest(content) != name:
            raise ValueError(f"document {name[:12]} is no longer what was received")
        return content
