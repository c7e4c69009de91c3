"""Opening the packed files that office documents are, without trusting what they say of themselves."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from holdfast.evidence.received.content import Quarantined, Why
from holdfast.evidence.received.limits import Limits

_CHUNK = 1 << 16


class Archive:
    """A packed document. Sizes are counted while unpacking: what the file declares is only a first check."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        self._limits = limits
        self._packed = len(content)
        self._unpacked = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OverflowError, struct.error) as error:
            raise Quarantined(Why.DAMAGED, "is packed, and cannot be unpacked") from error
        parts = self._zip.infolist()
        if len(parts) > limits.parts:
            raise Quarantined(Why.BOMB, f"has {len(parts):,} parts; the limit is {limits.parts:,}")
        if any(part.flag_bits & 1 for part in parts):
            raise Quarantined(Why.LOCKED, "is locked with a password")
        self._check(sum(part.file_size for part in parts))
        self.names = tuple(part.filename for part in parts)

    def _check(self, size: int) -> None:
        too_much = size > self._limits.unpacked_bytes
        too_dense = size > 1_000_000 and size > self._packed * self._limits.unpacked_times
        if too_much or too_dense:
            raise Quarantined(Why.BOMB, f"unpacks from {self._packed:,} bytes to {size:,} or more")

    def read(self, name: str) -> bytes:
        """One part. Raises Quarantined where it is missing, damaged or grows beyond the limits."""
        pieces = []
        try:
            with self._zip.open(name) as part:
                while piece := part.read(_CHUNK):
                    self._unpacked += len(piece)
                    self._check(self._unpacked)
                    pieces.append(piece)
        except (
            KeyError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,  # also what zipfile says of a way of packing that it does not know
        ) as error:
            raise Quarantined(Why.DAMAGED, f"has no readable part {name!r}") from error
        return b"".join(pieces)

    def xml(self, name: str) -> Element:
        """One part as XML, without entities. Raises Quarantined."""
        try:
            root: Element = fromstring(self.read(name))
        except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
            raise Quarantined(Why.DAMAGED, f"has a part {name!r} that is not proper XML") from error
        return root

    def has(self, ending: str) -> bool:
        """Whether any part's name ends so (small letters)."""
        return any(name.casefold().endswith(ending) for name in self.names)

    def under(self, beginning: str) -> tuple[str, ...]:
        """The parts whose names begin so."""
        return tuple(name for name in self.names if name.startswith(beginning))


def local(tag: str) -> str:
    """The name of an element without its namespace."""
    return tag.rpartition("}")[2]
