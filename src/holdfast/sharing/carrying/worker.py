"""The worker: carries what stands in the outbox. Any number may run; each can be killed at any line.

An errand is claimed for the length of a lease, with the try written down first. Then, outside any transaction, the
provider is asked whether it has our reference (where it was tried before) and given the message if not. Then what
happened is written. A worker that dies in between leaves its lease to run out; the next one asks first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from holdfast.sharing.carrying import actions
from holdfast.sharing.carrying.actions import Claimed
from holdfast.sharing.channels import Arrival, NeverSends, Receipt, TryLater, Way
from holdfast.sharing.handover.actions import climb
from holdfast.sharing.rules import Channel

LEASE = timedelta(minutes=2)  # several times the longest that a provider is given to answer
AT_MOST = 500  # in one pass, so that a person who stops the worker does not wait long

Clock = Callable[[], datetime]
Ways = Mapping[Channel, Way]


@dataclass(slots=True)
class Pass:
    """What one pass did, in numbers."""

    sent: int = 0
    trouble: int = 0
    failed: int = 0
    not_needed: int = 0
    receipts: int = 0
    alarms: int = 0
    climbed: int = 0

    @property
    def carried(self) -> int:
        return self.sent + self.trouble + self.failed + self.not_needed + self.receipts


def work_once(ways: Ways, clock: Clock, *, lease: timedelta = LEASE, at_most: int = AT_MOST) -> Pass:
    """Tell whoever a ladder has reached, and carry everything that is due now.

    `clock` gives an aware time; it is asked again for each errand."""
    done = Pass(climbed=climb(clock()))
    while done.carried < at_most and (claimed := actions.claim(clock(), lease)) is not None:
        _carry(claimed, ways[claimed.channel], clock, done)
    done.alarms = actions.alarm_about_unsent(clock())
    return done


def _carry(claimed: Claimed, way: Way, clock: Clock, done: Pass) -> None:
    if claimed.provider:
        _ask_receipt(claimed, way, clock, done)
        return
    if actions.no_longer_needed(claimed, clock()):
        done.not_needed += 1
        return
    try:
        sent = way.has(claimed.parcel) if claimed.may_have_gone else None
        if sent is None and clock() > claimed.begin_by:
            return  # held up for so long that the lease may end while it is sent: the next one asks before it sends
        sent = sent or way.send(claimed.parcel)
    except TryLater as later:
        actions.did_not_go(claimed, later.reason, clock(), wait=later.wait)
        done.trouble += 1
    except NeverSends as refused:
        actions.never_goes(claimed, refused.reason, clock())
        done.failed += 1
    else:
        actions.went_out(claimed, sent, clock(), tells_arrival=way.tells_arrival)
        done.sent += 1


def _ask_receipt(claimed: Claimed, way: Way, clock: Clock, done: Pass) -> None:

    try:
        receipt = way.receipt(claimed.provider)
    except TryLater:
        receipt = Receipt(Arrival.UNDER_WAY)
    actions.fared(claimed, receipt, clock())
    done.receipts += 1
