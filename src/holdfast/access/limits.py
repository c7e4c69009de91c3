"""How much one person may open, how often a password may be tried, how long a session and an emergency last.

All times are lengths. The figures are ours, argued in docs/security.md; no law sets them. Pure: no clock, no Django.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from holdfast.worktime.regime import BeyondTheTable, regime
from holdfast.worktime.uk_clock import day_ends, uk_day

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

# Emergency openings
LONGEST_EMERGENCY = timedelta(hours=12)
SHORTEST_REASON = 20  # signs: more than "needed" or "asked to"
REVIEW_WORKING_DAYS = 2
REVIEW_REGIMES = {
    "england": "england-care",
    "wales": "wales-care",
    "scotland": "scotland",
    "northern-ireland": "northern-ireland",
}

# Shields
SHIELD_STANDS = timedelta(days=90)  # then somebody named on it says anew why, or ends it; it never ends by itself
SHIELD_SOON = timedelta(days=14)

# Sign-in
TRIES_WITHIN = timedelta(minutes=15)
TRIES_OF_A_NAME_FROM_AN_ADDRESS = 5
TRIES_OF_A_NAME = 30  # from all addresses: a stranger must not be able to lock a duty manager out with five requests
TRIES_FROM_AN_ADDRESS = 60  # an office shares one
DORMANT_AFTER = timedelta(days=30)
# Posts
CONFIRM_EVERY = timedelta(days=92)  # a quarter
CONFIRM_GRACE = timedelta(days=14)  # then a post that nobody has confirmed is off

SESSION_AT_MOST = timedelta(hours=10)  # a shift
IDLE_AT_MOST = timedelta(minutes=15)  # without a request that a person made


class Limit(StrEnum):
    """What a person has reached."""

    OPENED_IN_AN_HOUR = "opened-hour"
    OPENED_IN_A_DAY = "opened-day"
    MISSED_IN_AN_HOUR = "missed-hour"
    EMERGENCIES_IN_A_DAY = "emergencies-day"
    REVEALS_IN_A_DAY = "reveals-day"
    SEARCHES_IN_AN_HOUR = "searches-hour"


@dataclass(frozen=True, slots=True)
class Spent:
    """What one person has used: different children opened, and references asked for that opened nothing."""

    opened_in_an_hour: int = 0
    opened_in_a_day: int = 0
    missed_in_an_hour: int = 0


MOST_IN_AN_HOUR = 60
MOST_IN_A_DAY = 200
MOST_MISSES = 20
MOST_EMERGENCIES = 10
MOST_SEARCHES = 40  # by name or reference, in an hour: a search names up to twenty children
MOST_REVEALS = 20  # of where a child lives, in a day, by one person


def reached(spent: Spent) -> Limit | None:
    """The limit that stops the next child from being opened, or None. A child opened before stays open."""
    if spent.missed_in_an_hour >= MOST_MISSES:
        return Limit.MISSED_IN_AN_HOUR
    if spent.opened_in_an_hour >= MOST_IN_AN_HOUR:
        return Limit.OPENED_IN_AN_HOUR
    if spent.opened_in_a_day >= MOST_IN_A_DAY:
        return Limit.OPENED_IN_A_DAY
    return None


def review_due(began: datetime, nation: str = "england") -> datetime:
    """When an emergency opening must have been looked at by somebody else: the end of the second working day after
    it, in that nation. Past the table of bank holidays, two days: a review that is asked for too early does no harm."""
    try:
        return day_ends(regime(REVIEW_REGIMES[nation]).add(uk_day(began), REVIEW_WORKING_DAYS))
    except BeyondTheTable:
        return began + 2 * DAY


def shield_due(put: datetime) -> datetime:
    """When the reason of a restriction must have been said anew: the end of the ninetieth day after it was put up."""
    return day_ends(uk_day(put + SHIELD_STANDS))


def is_dormant(last_used: datetime, at: datetime) -> bool:
    """Whether an account has been left unused so long that it is off."""
    return at - last_used >= DORMANT_AFTER
