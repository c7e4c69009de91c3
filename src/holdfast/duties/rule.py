"""One rule of law as data: what starts it, what must be done by when, what meets it, what ends it unmet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class Nation(StrEnum):
    """Whose law applies to the child."""

    ENGLAND = "england"
    WALES = "wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"


class Standing(StrEnum):
    """What a rule rests on. Only the first is law; guidance that must be followed unless there is good reason."""

    LAW = "law"
    GUIDANCE = "guidance"
    LOCAL = "local"
    PRACTICE = "practice"


class Sustained(StrEnum):
    """What the number or the time of a rule rests on, which is often less than the duty itself rests on."""

    STATUTE = "statute"
    REGULATION = "regulation"
    GUIDANCE = "guidance"
    STANDARD = "standard"
    LOCAL_PRACTICE = "local practice"
    NOTHING_READ = "nothing read"


class Unit(StrEnum):
    """How a time is counted. Some are not deadlines and never overdue (see NEVER_OVERDUE)."""

    IMMEDIATE = "immediate"
    HOURS = "hours"
    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"
    MONTHS = "months"
    BEFORE_EVENT = "before_event"
    ASAP = "asap"  # as soon as reasonably practicable: the law gives no number
    HOURS_THRESHOLD = "hours_threshold"  # the duty begins once the hours have passed
    MINIMUM_DAYS = "calendar_days_minimum"  # a floor: what must not end sooner
    WINDOW_BEFORE = "calendar_days_before"  # opens so many days before a date, closes with that date
    SCHOOL_DAYS_THRESHOLD = "school_days_threshold"  # the duty begins when so many school days are over
    YEARS_RETENTION = "years_retention"  # a floor in years: what must be kept so long
    NO_SET_TIME = "no_set_time"  # a duty that stands, without words about when
    NOT_COMPUTED = "not_computed"  # a number is quoted that could not be verified: shown, never counted


ENDS_WITH_ITS_DAY = frozenset(
    {
        *(Unit.CALENDAR_DAYS, Unit.WORKING_DAYS, Unit.WEEKS, Unit.MONTHS),
        *(Unit.MINIMUM_DAYS, Unit.WINDOW_BEFORE, Unit.YEARS_RETENTION),
    }
)
THRESHOLDS = frozenset({Unit.HOURS_THRESHOLD, Unit.SCHOOL_DAYS_THRESHOLD})
FLOORS = frozenset({Unit.MINIMUM_DAYS, Unit.YEARS_RETENTION})
UNTIMED = THRESHOLDS | {Unit.ASAP, Unit.NO_SET_TIME, Unit.NOT_COMPUTED}
NEVER_OVERDUE = UNTIMED | FLOORS
# "At once" has no number of minutes: while undone it is overdue; once done, the delay is said and not judged.
NEVER_LATE = NEVER_OVERDUE | {Unit.IMMEDIATE}


@dataclass(frozen=True, slots=True)
class Match:
    """An entry of one of these kinds, whose details are among these words (any details, when empty).

    `refuses` lists details that rule an entry out; a detail that is not recorded never does.
    """

    kinds: tuple[str, ...]
    where: tuple[tuple[str, frozenset[Any]], ...] = ()
    refuses: tuple[tuple[str, frozenset[Any]], ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that must also be so when the rule starts. Exactly one of the questions is asked.

    - `during`: one of these spans is open
    - `detail`: what the newest entry of the kinds `of` (in the same span `within`) says is in `is_`, or not in `is_not`
    - `months_since`: at most (`past` false) or more than (`past` true) so many months since the span `within` opened
    - `age_under` / `age_from`: the child's age in years
    - `times`: so many spans `within`, this one included, opened in the last `days` days (a span whose opening entry
      has a `detail` in `is_not` does not count)
    - `already` / `unless`: an entry of one of these kinds comes earlier in the same span `within`, or none does
    `applies_unrecorded` answers the question when the record cannot, and `say` is what the reader is then told.
    """

    during: tuple[str, ...] = ()
    detail: str = ""
    of: tuple[str, ...] = ()
    within: str = ""
    is_: frozenset[Any] = frozenset()
    is_not: frozenset[Any] = frozenset()
    months_since: int = 0
    past: bool = False
    age_under: int = 0
    age_from: int = 0
    times: int = 0
    days: int = 0
    already: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    applies_unrecorded: bool = False
    say: str = ""


class Which(StrEnum):
    """Which of the starting events of one span start the rule."""

    EVERY = "every"
    FIRST = "first"
    LATER = "second and later"


@dataclass(frozen=True, slots=True)
class Starts:
    """What starts a rule: entries of some kinds, the closing of a span, or a birthday."""

    say: str
    kinds: tuple[str, ...] = ()
    within: str = ""
    which: Which = Which.EVERY
    conditions: tuple[Condition, ...] = ()
    closing: str = ""
    age: int = 0
    weeks_in_care: int = 0
    since_age: int = 0
    # The same number for rules that the same events start, so that they are looked for once (`starting`).
    event: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        what = (self.kinds, self.within, self.which, self.conditions, self.closing)
        object.__setattr__(self, "event", _events.setdefault(what, len(_events)))


_events: dict[tuple[object, ...], int] = {}


@dataclass(frozen=True, slots=True, eq=False)  # known by itself, so that what is counted can be remembered by it
class Due:
    """By when. `count_from` lists kinds in order of preference; `start` is the starting entry, `birth` the birthday.

    `not_recorded` is said when the preferred one is missing. `detail` names a date in that entry (leave until) to
    count from in place of when it happened. `first_day_counts`: the day of the event is the first day, not day nought.
    """

    unit: Unit
    amount: int = 0
    regime: str = ""
    count_from: tuple[str, ...] = ("start",)
    not_recorded: str = ""
    detail: str = ""
    first_day_counts: bool = False
    # Whether the duty begins later than its starting entry; else whether its time runs from that entry and no other.
    begins_later: bool = field(init=False)
    runs_from_start: bool = field(init=False)

    def __post_init__(self) -> None:
        later = self.unit in THRESHOLDS or self.unit is Unit.WINDOW_BEFORE
        object.__setattr__(self, "begins_later", later)
        object.__setattr__(self, "runs_from_start", self.count_from == ("start",) and not self.detail and not later)


class Since(StrEnum):
    """From when an act can meet a rule."""

    START = "start"
    NEXT_DAY = "next day"  # a chain: another act of the same kind, on a later day
    SPAN = "span"  # the opening of the span in which it started, or shortly before it (see `outcome.LEAD`)
    EARLIER_SPAN = "earlier span"  # the opening of the span before it: plans and notices come first
    EARLIER_END = "end of the earlier span"
    ANY = "any time before"


@dataclass(frozen=True, slots=True)
class Met:
    """What shows that the duty was done. `once`: one act meets one obligation of the rule, not several.

    `all`: every one of the matches is needed, as when several bodies must each be told; the last one meets it.
    """

    say: str
    matches: tuple[Match, ...]
    since: Since = Since.START
    months_before: int = 0
    beyond: bool = False
    once: bool = False
    all: bool = False
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ends:
    """What ends the duty without its being done: a span that closes, a birthday, an event.

    `until_done`: an event ends it only while nothing has met it (an offer that was declined can be made again, and
    what is then held is held). `say` is what the reader is told when an event has ended it.
    """

    spans: tuple[str, ...] = ()
    age: int = 0
    matches: tuple[Match, ...] = ()
    until_done: bool = False
    say: str = ""
    # The same number for rules that end with the same spans and birthday, so that these are looked for once.
    scope: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "scope", _scopes.setdefault((self.spans, self.age), len(_scopes)))


_scopes: dict[tuple[tuple[str, ...], int], int] = {}


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rule is written."""

    title: str
    paragraph: str
    url: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `part` tells blocks of one rule apart (a change of number, another case).

    `in_force_from` None: enacted and not commenced. `long_standing`: in force before the years that are computed.
    """

    id: str
    part: str
    title: str
    theme: str
    nations: frozenset[Nation]
    standing: Standing
    in_force_from: date | None
    in_force_to: date | None
    responsible: str
    must: str
    starts: Starts
    due: Due
    met: Met
    ends: Ends
    source: Source
    confidence: str
    sustained_by: Sustained
    unverified: str = ""
    checked: date | None = None
    notes: str = ""
    long_standing: bool = False
    examples: tuple[dict[str, Any], ...] = field(default=(), compare=False, repr=False)

    def __hash__(self) -> int:
        return hash((self.id, self.part))

    @property
    def key(self) -> str:
        """The id with the part, which no other block has."""
        return f"{self.id} {self.part}".strip()

    @property
    def commenced(self) -> bool:
        """False while the rule is passed but not yet brought into force."""
        return self.long_standing or self.in_force_from is not None

    @property
    def passes_on_transfer(self) -> bool:
        """Whether the duty is that of whichever authority is responsible, and goes with the child to another."""
        return self.responsible.startswith("the responsible authority")

    def stands_on(self, day: date) -> bool:
        """Whether this text of the rule is the one to read on a day; an uncommenced rule is read, and shown as such."""
        if self.in_force_to is not None and day > self.in_force_to:
            return False
        return self.in_force_from is None or day >= self.in_force_from


@dataclass(frozen=True, slots=True)
class Reference:
    """A duty that is shown beside the rules and never computed for a child: `reason` says why not."""

    id: str
    title: str
    theme: str
    nations: frozenset[Nation]
    standing: Standing
    in_force_from: date | None
    in_force_to: date | None
    long_standing: bool
    responsible: str
    must: str
    reason: str
    source: Source
    confidence: str
    sustained_by: Sustained
    unverified: str = ""
    checked: date | None = None

    @property
    def commenced(self) -> bool:
        """False while it is passed but not yet brought into force."""
        return self.long_standing or self.in_force_from is not None
