"""A folder that is another machine's: where anchors are left. What lies there is never written over."""

from __future__ import annotations

import os
from pathlib import Path

from holdfast.sharing.channels import Arrival, Parcel, Receipt, Sent, TryLater


class Afar:
    """One file for each reference. The first to leave it there is the one; a second changes nothing."""

    tells_arrival = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, parcel: Parcel) -> Path:
        return self._folder / f"{parcel.reference}.json"

    def has(self, parcel: Parcel) -> Sent | None:
        path = self._path(parcel)
        try:
            # A folder that is not mounted must not look like one in which nothing lies yet.
            if not self._folder.is_dir():
                raise TryLater("The folder for anchors is not there: is the other machine mounted?")
            return Sent(path.name) if path.exists() else None
        except OSError as error:
            raise TryLater(f"The folder for anchors cannot be read: {error.strerror}") from error

    def send(self, parcel: Parcel) -> Sent:
        path = self._path(parcel)
        aside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with aside.open("w", encoding="utf-8") as file:
                file.write(parcel.text)
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(aside, path)
            except FileExistsError:
                pass
            finally:
                aside.unlink()
        except OSError as error:
            raise TryLater(f"The folder for anchors cannot be written: {error.strerror}") from error
        return Sent(path.name)

    def receipt(self, provider: str) -> Receipt:
        return Receipt(Arrival.UNDER_WAY)
