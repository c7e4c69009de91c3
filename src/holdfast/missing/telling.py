"""Who beside the police is told that a child is missing, and who has been: a pure fold of one episode.

The names are those by which the law's rules know them (`missing.told`, detail `who`). That the responsible authority is
told, and the parents unless that is unsafe, the lawyer and the guardian: statutory guidance on children who run away or
go missing from home or care, 2014. The reviewing officer, the authority of the area and the school: local procedures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.child.picture import picture
from holdfast.chronology.entry import Entry
from holdfast.chronology.story import Story
from holdfast.missing.picture import Episode

RESPONSIBLE, HOST, PARENTS = "responsible authority", "host authority", "parents"
REVIEWING_OFFICER, LAWYER, GUARDIAN, SCHOOL = "reviewing officer", "lawyer", "guardian", "school"


@dataclass(frozen=True, slots=True)
class Telling:
    """Somebody who is told: why, and what was recorded. Told wins over a decision not to tell that came before."""

    who: str
    why: str
    told: Entry | None = None
    not_told: Entry | None = None


def tellings(story: Story, episode: Episode) -> tuple[Telling, ...]:
    """Those who are told of this episode, in the order in which a night worker tells them."""
    said = [e for e in episode.entries if e.kind in ("missing.told", "missing.not_told")]
    return tuple(_found(who, why, said) for who, why in _whom(story, episode))


def host_of(story: Story) -> str:
    """The code of the authority in whose area the child lives now, where that is another than the responsible one."""
    child = picture(story)
    placed = child.placement
    area: str = (placed.opened_by.details.area or "") if placed and placed.is_open else ""
    return area if area != child.authority else ""


def _whom(story: Story, episode: Episode) -> Iterator[tuple[str, str]]:
    child = picture(story)
    if all(e.agency != child.authority for e in episode.entries):  # else somebody there has recorded something of it
        yield RESPONSIBLE, "It decides for the child"
    if host_of(story):
        yield HOST, "The child lives in its area, and its own teams may see the child"
    yield PARENTS, "Unless that is unsafe or not possible: then say why"
    if child.is_in_care:
        yield REVIEWING_OFFICER, "They look after the plan for the child"
    if child.unaccompanied_since or child.trafficking:
        yield LAWYER, "Appointments and deadlines of the child’s case"
        yield GUARDIAN, "Where the child has one"
    yield SCHOOL, "Friends, last seen, and who else may be missing"


def _found(who: str, why: str, said: list[Entry]) -> Telling:
    mine = [e for e in said if (e.details.who or "").casefold() == who]
    told = next((e for e in reversed(mine) if e.kind == "missing.told"), None)
    return Telling(who, why, told, None if told else next(reversed(mine), None))
