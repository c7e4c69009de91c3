"""The least that the police need to look for a child: each fact with why it is needed, in the order in which a call
handler asks. Pure; the same text is read out by telephone, printed and sent.

Nothing else leaves: no address of a placement (the name of the home is where an officer goes first), no immigration
status, no stage of the National Referral Mechanism, no legal status, no health record, no return conversation.
Data Protection Act 2018 schedule 1 paragraph 18; UK GDPR article 5(1)(c), data minimisation. The order follows the
College of Policing's call handler questions (missing persons, initial contact).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from holdfast.child.kinds import AgeStanding
from holdfast.child.picture import picture
from holdfast.child.profile import profile
from holdfast.chronology.moment import Moment, Precision
from holdfast.chronology.story import Story
from holdfast.missing.kinds import Category
from holdfast.missing.picture import Episode, episodes
from holdfast.missing.report_kinds import Attempt, Whereabouts, Worry
from holdfast.worktime.words import say_clock, say_count, say_day, say_list, say_time


@dataclass(frozen=True, slots=True)
class Line:
    """One fact of the notice: what it is, what it says, why the police need it."""

    label: str
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice of one episode of one child. `sensitive` are words in what people typed that police seldom need."""

    ref: str
    heading: str
    lines: tuple[Line, ...]
    sensitive: tuple[str, ...]

    @property
    def text(self) -> str:
        """As plain text, a fact a line, for reading out and for print."""
        return _as_text(self.heading, self.lines)

    @property
    def for_the_area(self) -> str:
        """The same for the authority in whose area the child lives: who is missing since when, from where, and whom to
        ask. Not why anybody is worried, and not where the child may be."""
        return _as_text(self.heading, (line for line in self.lines if line.label in _FOR_THE_AREA))


_FOR_THE_AREA = frozenset({"Noticed", "Name", "Born", "Missing from", "Reported by", "Responsible"})


def _as_text(heading: str, lines: Iterable[Line]) -> str:
    return "\n".join([heading, "", *(f"{line.label}: {line.words}" for line in lines)]) + "\n"


# The kinds of entry that a notice reads. A test fills every other kind with words and finds none of them in the text.
READS = frozenset({
    "child.known", "child.named", "child.age_recorded", "child.described", "child.photographed", "care.started",
    "care.worker_allocated", "care.transferred", "placement.started", "placement.ended", "care.ended",
    "asylum.age_assessed", "missing.noticed", "missing.category_changed", "missing.found", "missing.returned",
    "missing.whereabouts_told", "missing.last_seen_told", "missing.appearance_told", "missing.worries_told",
    "missing.places_told", "missing.attempts_told", "missing.report_made",
})  # fmt: skip

_SENSITIVE = re.compile(
    r"\b(asylum|home office|immigration|visa|refugee|deport\w*|nrm|national referral mechanism|reasonable grounds|"
    r"conclusive grounds|age (?:dispute|assessment)\w*|hiv|abortion|pregnan\w*)\b",
    re.IGNORECASE,
)
_WORRIES = {
    Worry.TRAFFICKING: "trafficking",
    Worry.EXPLOITATION: "exploitation",
    Worry.HEALTH: "illness, injury or medicine",
    Worry.SELF_HARM: "self-harm or suicide",
    Worry.NEW_HERE: "the first weeks in a new place, where the child knows few people",
    Worry.WITH_OTHERS: "people whom the child may be with",
    Worry.VEHICLE: "a vehicle that the child got into or that waited",
    Worry.VIOLENCE: "threats or violence",
    Worry.OUT_OF_CHARACTER: "this is not like the child",
}
_SUSPECTED = ("concern recorded", "referred", "reasonable grounds", "identified")


def police_notice(story: Story, now: datetime, *, agency: Callable[[str], str] = str) -> Notice:
    """The notice of the latest episode. `agency` gives the name of an agency by its code.

    Raises ValueError where the child has no episode.
    """
    found = episodes(story)
    if not found:
        raise ValueError("no missing episode is recorded for this child")
    episode = found[-1]
    child = picture(story)
    what = "away without authorisation" if episode.category is Category.AWAY else "missing"
    lines = (
        *_worry(story, episode),
        *_absence(episode),
        *_who(story, now),
        *_looks(story, episode, now),
        *_where(story, episode),
        *_before(found, episode),
        *_tried(episode),
        *_ring(story, episode, agency),
    )
    heading = f"Report of a child who is {what}: {child.name or 'name not known'}, our reference {story.ref}"
    typed = " ".join(line.words for line in lines)
    sensitive = tuple(dict.fromkeys(m.group(0).lower() for m in _SENSITIVE.finditer(typed)))
    return Notice(story.ref, heading, lines, sensitive)


def _told(episode: Episode, kind: str, detail: str) -> Any:
    """What was told last of one detail in an episode; None where nobody told it."""
    for entry in reversed(episode.entries):
        if entry.kind == kind and getattr(entry.details, detail) not in (None, ()):
            return getattr(entry.details, detail)
    return None


def _worry(story: Story, episode: Episode) -> Iterator[Line]:
    said: dict[Worry, None] = {}
    for entry in episode.entries:
        if entry.kind == "missing.worries_told":
            said.update(dict.fromkeys(entry.details.worries))
    if Worry.TRAFFICKING in said or picture(story).trafficking in _SUSPECTED:
        yield Line(
            "Trafficking", "Suspected trafficked child", "Said first: it changes how the police grade and search"
        )
    words = [_WORRIES[w] for w in said if w is not Worry.TRAFFICKING]
    why = _told(episode, "missing.worries_told", "why")
    if words or why:
        told = ". ".join(filter(None, [say_list(words), why]))
        yield Line("Why we are worried now", told[:1].upper() + told[1:], "The police grade the risk from it")
    if harm := _told(episode, "missing.worries_told", "harm_from"):
        yield Line("Illness or medicine", harm, "How soon the child may come to harm")


def _absence(episode: Episode) -> Iterator[Line]:
    noticed = episode.noticed_entry
    until = noticed.details.no_later_than
    when = _say(noticed.occurred) + (f", no later than {say_time(until)}" if until else "")
    by = f", by {noticed.details.noticed_by}" if noticed.details.noticed_by else ""
    yield Line("Noticed", when + by, "Where the search begins in time")
    first, last = (_told(episode, "missing.last_seen_told", d) for d in ("earliest", "latest"))
    where, seen_by = (_told(episode, "missing.last_seen_told", d) for d in ("where", "by"))
    parts = [
        say_time(first) + (f" to {say_time(last)}" if last else "") if first else "",
        where or "",
        f"by {seen_by}" if seen_by else "",
    ]
    said = ", ".join(p for p in parts if p)
    yield Line("Last seen", said or "Not known", "Where the search begins")


def _say(moment: Moment) -> str:
    if moment.precision in (Precision.DAY, Precision.MONTH):
        return f"{say_day(moment.day)}, time not known"
    if moment.precision is Precision.HOUR:
        return f"{say_day(moment.day)} at about {say_clock(moment.at)}"
    return say_time(moment.at)


def _who(story: Story, now: datetime) -> Iterator[Line]:
    child = picture(story)
    named = story.last("child.named")
    other = named.details.first if named and named.details.known_as else None
    script = named.details.own_script if named else None
    also = ", ".join(part for part in (other, script) if part)
    yield Line(
        "Name", (child.name or "Not known") + (f" (also {also})" if also else ""), "To ask for the child by name"
    )
    yield Line("Born", _born(story, now), "To tell the child from others of the same name")
    if child.sex in ("M", "F"):
        yield Line("Sex", {"M": "Male", "F": "Female"}[child.sex], "Description")
    described = story.last("child.described")
    needs = bool(described and described.details.interpreter_needed)
    if child.languages or needs:
        languages = say_list(list(child.languages)) or "Language not recorded"
        yield Line("Languages", languages + (", needs an interpreter" if needs else ""), "To speak with the child")
    if described and described.details.what_helps:
        yield Line("What helps", described.details.what_helps, "So that the child is met in a way that works")


def _born(story: Story, now: datetime) -> str:
    age = picture(story).age
    if age is None:
        return "Not known"
    born = f"{say_day(age.born_on, year=True).split(' ', 1)[1]}, {age.years_on(Moment(now).day)} years old"
    # That it is not certain is needed; why it is not certain is nobody's business here.
    is_certain = not age.is_disputed and age.standing in (AgeStanding.DOCUMENTED, AgeStanding.RECORDED)
    return born if is_certain else f"{born} (not certain)"


def _looks(story: Story, episode: Episode, now: datetime) -> Iterator[Line]:
    described = story.last("child.described")
    if described and described.details.looks:
        yield Line("Looks", described.details.looks, "Description")
    for label, detail in (("Wearing", "wearing"), ("Carrying", "carrying"), ("Telephone", "phone")):
        words = _told(episode, "missing.appearance_told", detail)
        if detail == "phone" and not words and described:
            words = described.details.phone
        if words:
            yield Line(label, words, "To reach the child" if detail == "phone" else "Description")
    known = profile(story)
    if pictured := known.pictured:
        taken = f", taken in {pictured.taken:%B %Y}" if pictured.taken else ", nobody said when it was taken"
        old = ". More than six months old" if known.is_photograph_old(now) else ""
        yield Line(
            "Photograph", f"There is one{taken}{old}", "On the printed page and in Holdfast. Words do not carry it"
        )


def _where(story: Story, episode: Episode) -> Iterator[Line]:
    placed = picture(story).placement
    if placed and placed.is_open and placed.opened_by.details.home:
        yield Line(
            "Missing from", placed.opened_by.details.home, "Where an officer goes first. No address is told here"
        )
    known = _told(episode, "missing.whereabouts_told", "whereabouts")
    where = _told(episode, "missing.whereabouts_told", "where")
    by = _told(episode, "missing.whereabouts_told", "known_by")
    if known in (Whereabouts.THOUGHT, Whereabouts.CONFIRMED) and (where or by):
        label = "Seen or spoken to" if known is Whereabouts.CONFIRMED else "Thought to be"
        yield Line(label, ", ".join(filter(None, (where, f"said by {by}" if by else ""))), "Where to look first")
    if might := _told(episode, "missing.places_told", "might_be"):
        yield Line("Might be", might, "Where to look")
    if whom := _told(episode, "missing.places_told", "with_whom"):
        yield Line("Might be with", whom, "Whom to ask")


def _before(found: tuple[Episode, ...], episode: Episode) -> Iterator[Line]:
    earlier = [e for e in found if e.number < episode.number]
    why = "Where the child was found before. Going often does not make it less dangerous"
    if earlier:
        times = "once" if len(earlier) == 1 else say_count(len(earlier), "time")
        places = dict.fromkeys(
            entry.details.where
            for e in reversed(earlier)
            for entry in e.entries
            if entry.kind == "missing.found" and entry.details.where
        )
        found_at = f". Found at: {say_list(list(places)[:3])}" if places else ""
        yield Line("Missing before", f"{times}{found_at}"[:1].upper() + f"{times}{found_at}"[1:], why)
        return
    told = _told(episode, "missing.places_told", "gone_before")
    said = {True: "Yes, not in our record", False: "Not that we know", None: "Not in our record"}[told]
    yield Line("Missing before", said, why)


_ATTEMPTS = {
    Attempt.ROOM: "room searched",
    Attempt.HOME: "home and garden searched",
    Attempt.PHONE: "child rung or messaged",
    Attempt.FRIENDS: "friends and family asked",
    Attempt.PLACES: "usual places looked at",
    Attempt.SCHOOL: "school or college asked",
}


def _tried(episode: Episode) -> Iterator[Line]:
    done: dict[Attempt, None] = {}
    for entry in episode.entries:
        if entry.kind == "missing.attempts_told":
            done.update(dict.fromkeys(entry.details.attempts))
    words = ". ".join(
        filter(None, [say_list([_ATTEMPTS[a] for a in done]), _told(episode, "missing.attempts_told", "what")])
    )
    yield Line(
        "Done so far", words[:1].upper() + words[1:] or "Not told", "So that nothing is searched twice or left out"
    )


def _ring(story: Story, episode: Episode, agency: Callable[[str], str]) -> Iterator[Line]:
    by, ring = (_told(episode, "missing.report_made", d) for d in ("by", "ring"))
    if by or ring:
        yield Line("Reported by", ", ".join(filter(None, (by, ring))), "Somebody who can be reached for hours")
    child = picture(story)
    council = agency(child.authority) if child.authority else ""
    if council or child.worker:
        worker = f"social worker {child.worker}" if child.worker else ""
        yield Line(
            "Responsible", ", ".join(filter(None, (council, worker))), "Who decides for the child, and whom to tell"
        )
