"""Every hour the worker takes an anchor, signs it, and leaves it where this machine's operators cannot change it.

Nothing is kept here of what was sent: each way is asked whether it has this hour's, so a worker that was killed, and a
second worker, send it once. The file goes to a folder of another machine; by e-mail go the root and the signature.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from holdfast.access.anchor import Anchor
from holdfast.access.signed_anchor import as_signed_text, signature
from holdfast.chronology.rows import utc
from holdfast.sharing.channels import NeverSends, Parcel, TryLater, Way


@dataclass(frozen=True, slots=True)
class Outside:
    """One place outside: how it is reached, and the address where it needs one."""

    way: Way
    address: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of this hour's anchor in one place, in one line of words."""

    place: str
    is_left: bool
    words: str


def send_anchor(
    places: Mapping[str, Outside], secret: str, now: datetime, take: Callable[[datetime], Anchor]
) -> list[Tried]:
    """Leave this hour's anchor in every place that does not have it. Returns what was done and what failed; nothing
    when every place has it. The anchor is taken at most once, and only when it is needed."""
    now = utc(now)
    said: list[Tried] = []
    taken: Anchor | None = None
    for name, place in places.items():
        reference = f"anchor-{now:%Y%m%dT%HZ}"
        try:
            if place.way.has(_parcel(reference, place, None, secret)) is None:
                taken = taken or take(now)
                place.way.send(_parcel(reference, place, taken, secret))
                said.append(Tried(name, True, f"The anchor of this hour is with {name}. Root {taken.root}"))
        except (TryLater, NeverSends) as error:
            said.append(Tried(name, False, f"The anchor of this hour did NOT go to {name}: {error.reason}"))
    return said


def _parcel(reference: str, place: Outside, anchor: Anchor | None, secret: str) -> Parcel:
    if anchor is None:
        return Parcel(reference, place.address, "", "", "", "")
    signed = signature(anchor, secret)
    if not place.address:
        return Parcel(reference, "", "Anchor", as_signed_text(anchor, secret), anchor.root, signed)
    text = (
        f"Keep this message. Holdfast, every chain as of {anchor.at:%Y-%m-%d %H:%M} UTC.\n"
        f"Root: {anchor.root}\nSignature: {signed}\n"
    )
    return Parcel(reference, place.address, f"Anchor of {anchor.at:%Y-%m-%d %H:%M} UTC", text, anchor.root, signed)
