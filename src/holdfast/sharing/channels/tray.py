"""The secure link: the notice stands in Holdfast for the agency, which signs in to read it. It needs no carrier."""

from __future__ import annotations

from holdfast.sharing.channels import Arrival, Parcel, Receipt, Sent


class Tray:
    """What is put here is there at once: the row of the outbox is the notice."""

    tells_arrival = False

    def has(self, parcel: Parcel) -> Sent | None:
        return None  # putting it there twice is the same as once

    def send(self, parcel: Parcel) -> Sent:
        return Sent(parcel.code)

    def receipt(self, provider: str) -> Receipt:
        return Receipt(Arrival.UNDER_WAY)
