"""The files of a delivery: a file, a folder, folders by year, a ZIP of any of these. Nothing is unpacked to disk."""

from __future__ import annotations

import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from holdfast.returns.ssda903.report import Done, Fault

# Bounds on what is unpacked, against files made to fill a disk or a memory.
_LARGEST = 4 * 2**30
_SMALL = 50 * 2**20
_RATIO = 200
_MOST_FILES = 2_000

_TABLES = (".csv", ".tsv", ".txt")
_YEAR = re.compile(r"(?<!\d)(20[12]\d)(?:[-_/ ]?(\d{2}|20\d{2}))?(?!\d)")


Unpacking = IO[bytes] | gzip.GzipFile


class CannotRead(Exception):
    """A delivery or a file that cannot be read; the message is a plain sentence."""


# What can go wrong while bytes are being read: a damaged archive, a file that unpacks without end, a disk.
BROKEN = (CannotRead, OSError, EOFError, RuntimeError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One file. `name` is as the reader knows it; `group` is the folder that it came in; `open` begins it afresh."""

    name: str
    group: str
    is_xml: bool
    open: Callable[[], IO[bytes]]


def find_files(path: Path, group: str = "") -> tuple[list[FoundFile], list[Fault]]:
    """The files at a path in the order of their names, and those that are no part of a return.

    Raises CannotRead when there is nothing there.
    """
    if not path.exists():
        raise CannotRead(f"There is no file or folder {path}.")
    found: list[FoundFile] = []
    faults: list[Fault] = []
    names = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    for file in names:
        name = str(file.relative_to(path)) if path.is_dir() else file.name
        if _is_of_the_system(name):
            continue
        if file.suffix.lower() == ".zip":
            _look_into(file, name, group, found, faults)
        else:
            size = file.stat().st_size
            _sort_out(name, group, lambda file=file: file.open("rb"), size, found, faults)  # type: ignore[misc]
    return found, faults


def year_in(group: str) -> tuple[int, bool] | None:
    """The year that a folder is named after, and whether it certainly is the year in which the collection ends."""
    if not (last := list(_YEAR.finditer(group))):
        return None
    first, second = last[-1].groups()
    if second and int(second) % 100 == (int(first) + 1) % 100:
        return int(first) + 1, True
    return int(first), False


def _is_of_the_system(name: str) -> bool:
    parts = re.split(r"[/\\]", name)
    return any(p.startswith((".", "~$", "__MACOSX")) for p in parts) or parts[-1].lower() in (
        "thumbs.db",
        "desktop.ini",
    )


def _sort_out(
    name: str, group: str, opener: Callable[[], IO[bytes]], size: int, found: list[FoundFile], faults: list[Fault]
) -> None:
    plain = name.lower()
    if is_packed := plain.endswith(".gz"):
        plain = plain[:-3]
        packed = opener

        def opener() -> IO[bytes]:
            inner = packed()
            return _bounded(gzip.GzipFile(fileobj=inner), size, inner)

    folder = name.rpartition("/")[0]
    if not group and Path(plain).stem.endswith("_last"):
        folder = f"{folder}/last"
    if plain.endswith(".xml") or plain.endswith(_TABLES):
        found.append(FoundFile(name, group or folder, plain.endswith(".xml"), opener))
    else:
        what = "A packed file of a kind" if is_packed else "A kind of file"
        faults.append(Fault("", 0, "", "", f"{what} that holds no table of the return.", Done.NOT_READ, name))


def _look_into(file: Path, name: str, group: str, found: list[FoundFile], faults: list[Fault]) -> None:
    def fault(problem: str, within: str = "") -> None:
        faults.append(Fault("", 0, "", "", problem, Done.NOT_READ, f"{name}/{within}" if within else name))

    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError):
        fault("This is not a ZIP file, or it is damaged.")
        return
    members = [m for m in archive.infolist() if not m.is_dir() and not _is_of_the_system(m.filename)]
    if len(members) > _MOST_FILES or sum(m.file_size for m in members) > _LARGEST:
        fault("The ZIP holds more than a return can.")
        return
    for member in sorted(members, key=lambda m: m.filename):
        if member.flag_bits & 1:
            fault("This file in the ZIP has a password.", member.filename)
        elif member.filename.lower().endswith(".zip"):
            fault("A ZIP inside a ZIP is not opened.", member.filename)
        else:
            _sort_out(
                f"{name}/{member.filename}",
                group,
                lambda m=member: _bounded(archive.open(m), m.compress_size),  # type: ignore[misc]
                member.compress_size,
                found,
                faults,
            )


class _Bounded(io.RawIOBase):
    def __init__(self, limit: int, inner: Unpacking, *beneath: IO[bytes]) -> None:
        self._left, self._inner, self._beneath = limit, inner, beneath

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        data = self._inner.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise CannotRead("Unpacked, the file is far larger than a return can be.")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        for stream in (self._inner, *self._beneath):
            stream.close()
        super().close()


def _bounded(inner: Unpacking, packed_size: int, *beneath: IO[bytes]) -> IO[bytes]:
    limit = min(_LARGEST, max(_SMALL, _RATIO * packed_size))
    stream: Any = _Bounded(limit, inner, *beneath)
    return io.BufferedReader(stream, 2**16)


def each_piece(file: FoundFile, size: int = 2**20) -> Iterator[bytes]:
    """The bytes of a file in pieces."""
    with file.open() as stream:
        while piece := stream.read(size):
            yield piece
