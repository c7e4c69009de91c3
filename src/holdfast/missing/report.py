"""A report that a child is missing: the answers as values, and the entries that they become. Pure.

Nothing is asked twice and nothing must be known: an answer that is left out is None, which means "I do not know".
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from holdfast.chronology.draft import Draft
from holdfast.chronology.kinds import Vocabulary
from holdfast.chronology.moment import Moment, Precision
from holdfast.missing.kinds import Category, CategoryChanged, Noticed, ReportedToPolice
from holdfast.missing.report_kinds import (
    AppearanceTold,
    AttemptsTold,
    LastSeenTold,
    PlacesTold,
    ReportMade,
    WhereaboutsTold,
    WorriesTold,
    Worry,
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """When something happened, from a moment until perhaps a later one ("between 9 and 10pm"). `until` is UTC."""

    moment: Moment
    until: datetime | None = None

    @property
    def first(self) -> datetime:
        """The first instant that it can have been."""
        return self.moment.at

    @property
    def last(self) -> datetime:
        """The last instant that it can have been."""
        return max(self.until or self.moment.latest, self.moment.at)

    @property
    def as_one_moment(self) -> Moment:
        """For what keeps no second time: about then, or some time that day; never to the minute, which nobody said."""
        if self.until is None or self.until <= self.moment.latest:
            return self.moment
        return replace(self.moment, precision=Precision.DAY)

    @classmethod
    def between(cls, first: Moment, last: Moment) -> Stretch:
        """The clocks of the law count from the first."""
        if last.latest < first.at:
            raise ValueError("the second time lies before the first")
        is_short = last.latest - first.at <= timedelta(hours=1)
        return cls(Moment(first.at, Precision.HOUR if is_short else first.precision), last.latest)


@dataclass(frozen=True, slots=True)
class PoliceTold:
    """The police were told: what proves it. `force` is the code of the agency where it is known."""

    when: Moment | None = None
    reference: str | None = None
    call_taker: str | None = None
    force: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the journey asks. `noticed` None: nobody knows when; then the day of the report is written.

    `police`: what proves that they were told. `police_told`: True, False (not yet), None (nobody knows).
    `written`: when it was written on paper, where it was.
    """

    noticed: Stretch | None = None
    noticed_by: str | None = None
    whereabouts: WhereaboutsTold = field(default_factory=WhereaboutsTold)
    last_seen: Stretch | None = None
    last_seen_where: str | None = None
    last_seen_by: str | None = None
    appearance: AppearanceTold = field(default_factory=AppearanceTold)
    worries: WorriesTold = field(default_factory=WorriesTold)
    places: PlacesTold = field(default_factory=PlacesTold)
    attempts: AttemptsTold = field(default_factory=AttemptsTold)
    police_told: bool | None = None
    police: PoliceTold | None = None
    reporter: str | None = None
    ring: str | None = None
    written: Moment | None = None
    written_by: str | None = None

    def noticed_or_day(self, at: datetime) -> Stretch:
        """When somebody noticed; where nobody knows, some time on the day last seen and not before that, else on the
        day of the report; and not after the report."""
        if self.noticed is not None:
            return self.noticed
        at = self.written.latest if self.written else at
        if self.last_seen is None:
            return Stretch(Moment.on(Moment(at).day), at)
        return Stretch(Moment(self.last_seen.first, Precision.DAY), at)


def entries_of_report(
    report: Report, category: Category, joins: Category | None, *, at: datetime, words: Vocabulary
) -> list[Draft]:
    """The facts that a report becomes, the noticing first. What nobody knows becomes no entry. `joins` is what the open
    episode is said to be already, where there is one.

    A further report never makes less of an absence: missing stays missing until somebody records a change.
    """
    noticed = report.noticed_or_day(at)
    seen = report.last_seen
    details = Noticed(
        category=category if joins is None else None,
        no_later_than=noticed.until,
        last_seen_at=seen.first if seen else None,
        noticed_by=report.noticed_by,
    )
    drafts = [_draft(details, noticed.moment, words)]
    # What was written on paper was told when it was written, however late it is entered.
    told = _not_before(report.written or Moment(at, Precision.MINUTE), noticed)
    if joins is Category.AWAY and category is Category.MISSING:
        drafts.append(_draft(CategoryChanged(category=Category.MISSING), told, words))
    last_seen = LastSeenTold(
        earliest=seen.first if seen else None,
        latest=seen.last if seen and seen.last != seen.first else None,
        where=report.last_seen_where,
        by=report.last_seen_by,
    )
    made = ReportMade(
        report.reporter, report.ring, report.police_told, True if joins else None,
        report.written.at if report.written else None, report.written_by,
    )  # fmt: skip
    for fact in (
        report.whereabouts,
        last_seen,
        report.appearance,
        report.worries,
        report.places,
        report.attempts,
        made,
    ):
        if fact != type(fact)():
            drafts.append(_draft(fact, told, words))
    if Worry.TRAFFICKING in report.worries.worries:
        # A concern that stands only inside a report is one that nobody refers.
        concern = words.read("trafficking.concern_recorded", {"by": report.reporter} if report.reporter else {})
        drafts.append(Draft("trafficking.concern_recorded", told, concern))
    if report.police is not None:
        # Told before this report, nobody knows when: some time that day, never the minute of the report.
        when = report.police.when or Moment.on(told.day)
        drafts.append(_draft(_told_to_police(report), _not_before(when, noticed), words))
    return drafts


def _not_before(when: Moment, noticed: Stretch) -> Moment:
    """What follows the noticing ("today, time not known") is not read as earlier than it."""
    return replace(when, at=max(when.at, noticed.first))


def _told_to_police(report: Report) -> ReportedToPolice:
    police = report.police or PoliceTold()
    # Ticked is said; not ticked is not known, never "no".
    stated = True if Worry.TRAFFICKING in report.worries.worries else None
    return ReportedToPolice(police.reference, police.call_taker, police.force, stated)


def _draft(details: Any, when: Moment, words: Vocabulary) -> Draft:
    return Draft(words.name_of(details), when, details)
