"""How much of a document is read. Beyond a limit the document is quarantined, never cut short."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.evidence.received.content import Quarantined, Why


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, pages, cells and seconds. The defaults leave room for every honest reply that we have seen."""

    document_bytes: int = 40_000_000
    unpacked_bytes: int = 150_000_000
    unpacked_times: int = 150  # of the packed size, once over a million bytes
    parts: int = 2_000
    pages: int = 200
    cells: int = 200_000
    cell_letters: int = 10_000
    attachments: int = 50
    depth: int = 4  # messages inside messages
    seconds: float = 60.0
    memory_bytes: int = 1_500_000_000

    def check_size(self, size: int) -> None:
        """Raises Quarantined."""
        if size > self.document_bytes:
            raise Quarantined(Why.TOO_LARGE, f"has {size:,} bytes; the limit is {self.document_bytes:,}")

    def check_pages(self, pages: int) -> None:
        """Raises Quarantined."""
        if pages > self.pages:
            raise Quarantined(Why.TOO_LONG, f"has {pages:,} pages; the limit is {self.pages:,}")

    def check_cells(self, cells: int) -> None:
        """Raises Quarantined."""
        if cells > self.cells:
            raise Quarantined(Why.TOO_LARGE, f"has more than {self.cells:,} cells")


LIMITS = Limits()
