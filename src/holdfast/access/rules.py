"""Who may do what, and what makes a tie. One table; `may` and `children_visible` are both read from it.

Access follows from what happened. A tie joins a child to an agency from one moment to another and is derived from
entries; a role says what a person of that agency may do for the children tied to it. Nothing is open by default.

Three things stand beside the ties, in this order: a declared conflict of interest closes a child to that person,
always; an emergency opening opens one child to be read, for hours; a shield closes a child to everybody who is not
named on it. Decision 15.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from holdfast.chronology.entry import Entry
from holdfast.chronology.spans import Span
from holdfast.chronology.story import Story


class Tie(StrEnum):
    """How an agency is joined to a child."""

    RESPONSIBLE = "responsible"  # looks after the child
    HOST = "host"  # the child is placed in its area
    SEARCHING = "searching"  # the police force that the child was reported to
    CARING = "caring"  # runs the home that the child lives in


class Role(StrEnum):
    """What a person does in an agency."""

    DUTY_MANAGER = "duty-manager"
    SOCIAL_WORKER = "social-worker"
    NIGHT_WORKER = "night-worker"
    MISSING_UNIT = "missing-unit"
    HOST_OFFICER = "host-officer"
    DATA_GUARDIAN = "data-guardian"  # the Caldicott guardian or data protection officer; opens no child
    ANALYST = "analyst"


class Act(StrEnum):
    """What can be done with a child's chronology."""

    SEE_IN_LIST = "see-in-list"
    OPEN = "open"
    RECORD = "record"
    CORRECT = "correct"
    SEE_READERS = "see-readers"  # who has looked at the child
    PROTECT = "protect"  # shields and conflicts of interest
    REVIEW = "review"  # somebody else's emergency opening
    REVEAL = "reveal"  # where the child lives, from the vault, for a reason
    KEEP_PLACE = "keep-place"  # put into the vault where the child lives
    NOTE_DEMAND = "note-demand"  # write down that somebody asks for the child for immigration purposes
    WEIGH_DEMAND = "weigh-demand"  # be one of the two who could let such a request through
    KEEP = "keep"  # put a record under a legal hold, end one, be one of the two without whom nothing is erased


class Outcome(StrEnum):
    """What somebody else found when they looked at an emergency opening, or at a limit that was reached."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not-justified"
    PASSED_ON = "passed-on"  # to whoever looks into it: a manager, the data protection officer


_READ = frozenset({Act.SEE_IN_LIST, Act.OPEN})
_WORK = _READ | {Act.RECORD, Act.CORRECT}
_VAULT = frozenset({Act.REVEAL, Act.KEEP_PLACE})

# The table: a role, through a tie, may do these acts. What is not here is refused.
ALLOWED: Mapping[tuple[Role, Tie], frozenset[Act]] = {
    (Role.DUTY_MANAGER, Tie.RESPONSIBLE): _WORK
    | _VAULT
    | {Act.SEE_READERS, Act.PROTECT, Act.REVIEW, Act.NOTE_DEMAND, Act.WEIGH_DEMAND, Act.KEEP},
    (Role.SOCIAL_WORKER, Tie.RESPONSIBLE): _WORK | _VAULT | {Act.SEE_READERS, Act.NOTE_DEMAND},
    (Role.NIGHT_WORKER, Tie.CARING): _READ | {Act.RECORD},
    # The police must be able to go to where a missing child lives; each time they say why, and the worker sees it.
    (Role.MISSING_UNIT, Tie.SEARCHING): _READ | {Act.RECORD, Act.REVEAL},
    (Role.HOST_OFFICER, Tie.HOST): _READ,
    (Role.DATA_GUARDIAN, Tie.RESPONSIBLE): frozenset({Act.WEIGH_DEMAND, Act.KEEP}),
    # An analyst works with counts and opens no child. Immigration enforcement is not here: see `access.demand`.
}

# What an emergency opening allows. It opens one child to be read; it puts nothing in a list and writes nothing.
IN_AN_EMERGENCY = frozenset({Act.OPEN})


@dataclass(frozen=True, slots=True)
class Held:
    """A tie that a child has: with which agency (its code), from when, until when (UTC; None: still)."""

    agency: str
    tie: Tie
    begins: datetime
    ends: datetime | None

    def holds_at(self, at: datetime) -> bool:
        return self.begins <= at and (self.ends is None or at < self.ends)


@dataclass(frozen=True, slots=True)
class Post:
    """A role that a person holds in an agency."""

    agency: str
    role: Role


def ties_allowing(role: Role, act: Act) -> frozenset[Tie]:
    """The ties through which a role may do an act."""
    return frozenset(tie for (r, tie), acts in ALLOWED.items() if r is role and act in acts)


@dataclass(frozen=True, slots=True)
class Guard:
    """What stands between one person and one child besides ties, at one moment."""

    is_in_conflict: bool = False  # a conflict of interest of this person is declared
    is_shielded: bool = False  # only named people may open the child
    is_named: bool = False  # this person is named on the shield
    is_opened: bool = False  # this person has an emergency opening that holds


UNGUARDED = Guard()


def may_break_glass(posts: Iterable[Post]) -> bool:
    """Whether these posts may open a child in an emergency: only a role that may open children at all."""
    return any(ties_allowing(post.role, act) for post in posts for act in IN_AN_EMERGENCY)


def may(posts: Collection[Post], act: Act, held: Collection[Held], at: datetime, guard: Guard) -> bool:
    """May a person with these posts do this to a child with these ties and this guard, at that time?"""
    if guard.is_in_conflict:
        return False
    if guard.is_opened and act in IN_AN_EMERGENCY and may_break_glass(posts):
        return True
    if guard.is_shielded and not guard.is_named:
        return False
    return any(
        h.agency == post.agency and h.holds_at(at) and h.tie in ties_allowing(post.role, act)
        for post in posts
        for h in held
    )


def ties(story: Story) -> tuple[Held, ...]:
    """The ties that follow from a child's entries."""
    return tuple(sorted({*_responsible(story), *_searching(story), *_placed(story)}, key=repr))


def _responsible(story: Story) -> Iterable[Held]:
    # From the first entry that an authority records as its own child, to a transfer. Care that has ended leaves the
    # tie: a care leaver, and a child whose search goes on after an eighteenth birthday, still have an authority.
    current: tuple[str, datetime] | None = None
    for entry in story.standing:
        agency = ""
        if entry.kind in ("child.known", "care.started"):
            agency = getattr(entry.details, "authority", None) or entry.agency
        elif entry.kind == "care.transferred":
            agency = entry.details.to_authority or ""
        if not agency or (current and current[0] == agency):
            continue
        if current and entry.kind == "care.transferred":
            yield Held(current[0], Tie.RESPONSIBLE, current[1], entry.occurred.at)
        elif current:
            continue
        current = (agency, entry.occurred.at)
    if current:
        yield Held(current[0], Tie.RESPONSIBLE, current[1], None)


def _span_ties(story: Story, span: str, tie: Tie, agency_of: Callable[[Entry], str]) -> Iterable[Held]:
    for stretch in story.spans(span):
        agency = agency_of(stretch.opened_by)
        if agency:
            yield Held(agency, tie, stretch.opened.at, stretch.closed.at if stretch.closed else None)


def _placed(story: Story) -> Iterable[Held]:
    yield from _span_ties(story, "placement", Tie.CARING, lambda e: e.details.home or "")
    yield from _span_ties(story, "placement", Tie.HOST, lambda e: e.details.area or "")


def _searching(story: Story) -> Iterable[Held]:
    # The police keep the tie while the child is missing, and after the return until the conversation was had or, at
    # the latest, for the days in which it should have been.
    for episode in story.spans("missing"):
        ends = _search_ends(episode)
        for entry in episode.entries:
            if entry.kind == "missing.reported_to_police" and entry.details.force:
                begins = entry.occurred.at
                yield Held(entry.details.force, Tie.SEARCHING, begins, ends if ends is None else max(begins, ends))


AFTER_THE_RETURN = timedelta(days=7)


def _search_ends(episode: Span) -> datetime | None:
    if episode.is_open:
        return None
    back = [e.occurred.latest for e in episode.entries if e.kind in ("missing.found", "missing.returned")]
    held = [e.occurred.latest for e in episode.entries if e.kind == "missing.interview_held"]
    return min([*held, max(back) + AFTER_THE_RETURN])
