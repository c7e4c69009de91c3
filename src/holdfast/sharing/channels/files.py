"""Without a key of GOV.UK Notify, e-mails and texts become files, for whatever sends mail in that house."""

from __future__ import annotations

import os
from pathlib import Path

from holdfast.sharing.channels import Arrival, Parcel, Receipt, Sent, TryLater


class Files:
    """One file for each message, named by its reference: written aside, made safe on disk, then moved into place, so
    nobody ever reads half of one and writing it again changes nothing."""

    tells_arrival = False

    def __init__(self, folder: Path, ending: str) -> None:
        self._folder = folder
        self._ending = ending

    def _path(self, parcel: Parcel) -> Path:
        return self._folder / f"{parcel.reference}.{self._ending}"

    def has(self, parcel: Parcel) -> Sent | None:
        path = self._path(parcel)
        return Sent(path.name, parcel.text) if path.exists() else None

    def send(self, parcel: Parcel) -> Sent:
        path = self._path(parcel)
        aside = path.with_name(f".{path.name}.{os.getpid()}")
        words = f"To: {parcel.address}\nSubject: {parcel.subject}\nReference: {parcel.reference}\n\n{parcel.text}\n"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with aside.open("w", encoding="utf-8") as file:
                file.write(words)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
            folder = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise TryLater(f"The outbox folder cannot be written: {error.strerror}") from error
        return Sent(path.name, parcel.text)

    def receipt(self, provider: str) -> Receipt:
        return Receipt(Arrival.UNDER_WAY)
