"""Who a child is and where they stand in care: a pure fold of the entries in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from holdfast.child.kinds import AgeStanding
from holdfast.chronology.moment import Moment
from holdfast.chronology.spans import Span
from holdfast.chronology.story import Story


@dataclass(frozen=True, slots=True)
class Age:
    """A date of birth and what it rests on. Never shown without its standing."""

    born_on: date
    standing: AgeStanding | None
    is_disputed: bool

    def years_on(self, day: date) -> int:
        """Whole years on a day. Someone born on 29 February is a year older on 1 March, as the law counts."""
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))


@dataclass(frozen=True, slots=True)
class ChildPicture:
    """What the entries say of a child. Empty text and None mean: not known."""

    ref: str
    first: str
    name: str
    age: Age | None
    sex: str
    authority: str
    worker: str
    care: Span | None
    placement: Span | None
    unaccompanied_since: Moment | None
    trafficking: str
    languages: tuple[str, ...]

    @property
    def is_in_care(self) -> bool:
        return self.care is not None and self.care.is_open


# The latest of these says where a child stands in the National Referral Mechanism; the words are shown as they are.
_TRAFFICKING = {
    "trafficking.concern_recorded": "concern recorded",
    "trafficking.referred": "referred",
    "trafficking.reasonable_grounds": "reasonable grounds",
    "trafficking.conclusive_grounds": "identified",
}


def picture(story: Story) -> ChildPicture:
    """Fold a story. The order in which its entries arrived makes no difference."""
    named = story.last("child.named")
    known = story.last("child.known")
    worker = story.last("care.worker_allocated")
    described = story.last("child.described")
    care = story.spans("care")
    placements = story.spans("placement")
    alone = [s for s in story.spans("unaccompanied") if s.is_open]
    return ChildPicture(
        ref=story.ref,
        first=(named.details.known_as or named.details.first or "") if named else "",
        name=named.details.full if named else "",
        age=_age(story),
        sex=(known.details.sex or "") if known else "",
        authority=_authority(story),
        worker=(worker.details.worker or "") if worker else "",
        care=care[-1] if care else None,
        placement=placements[-1] if placements else None,
        unaccompanied_since=alone[-1].opened if alone else None,
        trafficking=_trafficking(story),
        languages=described.details.languages if described else (),
    )


def _age(story: Story) -> Age | None:
    recorded, disputed = None, False
    for entry in story.standing:
        if entry.kind == "asylum.age_disputed":
            disputed = True
        elif entry.kind == "asylum.age_assessed":
            disputed = False
            if entry.details.born_on:
                recorded = (entry.details.born_on, AgeStanding.ASSESSED)
        elif entry.kind == "child.age_recorded" and entry.details.born_on:
            recorded = (entry.details.born_on, entry.details.standing)
    return Age(recorded[0], recorded[1], disputed) if recorded else None


def _authority(story: Story) -> str:
    for entry in reversed(story.standing):
        if entry.kind == "care.transferred" and entry.details.to_authority:
            return str(entry.details.to_authority)
        if entry.kind in ("care.started", "child.known"):
            return str(entry.details.authority or entry.agency)
    return ""


def _trafficking(story: Story) -> str:
    state = ""
    for entry in story.standing:
        words = _TRAFFICKING.get(entry.kind)
        if words is None:
            continue
        if getattr(entry.details, "positive", None) is False:
            words = "decision negative"
        state = words
    return state
