"""Each purpose of an episode: its page, how its answers become a kind's details, and where it is reached from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from holdfast.chronology.kinds import Audience, Kind
from holdfast.missing.conversation_kinds import ActionAgreed, ActionDone, ConversationLearned, ConversationWords
from holdfast.missing.kinds import (
    Category,
    CategoryChanged,
    InterviewDeclined,
    InterviewHeld,
    InterviewOffered,
    NotTold,
    PoliceInterviewHeld,
    ReportedToPolice,
    Risk,
    RiskGraded,
    Sighted,
    StrategyMeetingHeld,
    Told,
)
from holdfast.missing.link_kinds import SaidBy, ThingsNamed
from holdfast.missing.search_kinds import ActionTaken, FoundTold, PublicityDecided
from holdfast.web.episode_deeds import (
    Action,
    Agreed,
    Change,
    Declined,
    Deed,
    Done,
    FoundMore,
    Grade,
    Held,
    Learned,
    Meeting,
    Named,
    NotToldOthers,
    Offer,
    OwnWords,
    PoliceInterview,
    Publicity,
    Sighting,
    ToldOthers,
    ToldPolice,
)

Take = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Details:
    """How the answers of a form become a kind's details: words as they stand, and what is taken in another way."""

    kind: type[Any]
    words: tuple[str, ...]
    more: Mapping[str, Take]

    def __call__(self, form: Any) -> Any:
        return self.kind(**{w: form.words(w) for w in self.words}, **{n: take(form) for n, take in self.more.items()})


def _plain(kind: type[Any], *words: str, **more: Take) -> Details:
    return Details(kind, words, more)


@dataclass(frozen=True, slots=True)
class Purpose:
    """One page: its form, how it becomes a kind's details, its button, and the page it belongs to."""

    form: type[Deed]
    details: Details
    link: str
    page: str = "search"

    @property
    def audience(self) -> frozenset[Audience]:
        """Who may read what is recorded here, and so who records it: nobody writes what they may not read."""
        this: Kind = self.details.kind.KIND
        return this.audience


def _yes(name: str) -> Take:
    return lambda form: form.yes_no(name)


def _day(name: str) -> Take:
    return lambda form: form.a_date(name)


def _list(name: str) -> Take:
    return lambda form: tuple(form.chosen(name) or ())


def _one(name: str) -> Take:
    return lambda form: form.chosen(name)


def _lines(name: str) -> Take:
    return lambda form: form.lines(name)


_NAMED = Details(
    ThingsNamed,
    (),
    {
        "said_by": lambda f: SaidBy(f.chosen("said_by")),
        **{name: _lines(name) for name in ("phones", "places", "people", "vehicles", "online")},
    },
)
_RECORD_NAMED = "Record a phone, place or person that was named"

PURPOSES: Mapping[str, Purpose] = {
    "sighting": Purpose(Sighting, _plain(Sighted, "by", "where", "reliability"), "Record a sighting or a call"),
    "police": Purpose(
        ToldPolice,
        _plain(
            ReportedToPolice,
            police_reference=lambda f: f.words("reference"),
            call_taker=lambda f: f.words("call_taker"),
            force=lambda f: f.chosen("force") or None,
            trafficking_concern_stated=_yes("stated"),
        ),
        "Record that the police were told",
    ),
    "told": Purpose(ToldOthers, _plain(Told, "how", "name", who=_one("who")), "Record who else was told"),
    "not-told": Purpose(
        NotToldOthers, _plain(NotTold, "reason", "by", who=_one("who")), "Record that somebody is not told, and why"
    ),
    "grade": Purpose(
        Grade, _plain(RiskGraded, "by", "reason", risk=lambda f: Risk(f.chosen("risk"))), "Record the police grade"
    ),
    "change": Purpose(
        Change,
        _plain(CategoryChanged, category=lambda f: Category(f.chosen("category"))),
        "Change between missing and away",
    ),
    "action": Purpose(Action, _plain(ActionTaken, "what", "by", "result"), "Record what was done to search"),
    "meeting": Purpose(
        Meeting,
        _plain(
            StrategyMeetingHeld, "decision", agencies=_list("agencies"), absent=_list("absent"), next_on=_day("next_on")
        ),
        "Record a strategy meeting",
    ),
    "publicity": Purpose(
        Publicity,
        _plain(PublicityDecided, "reason", "agreed_by", publish=_yes("publish"), words=lambda f: f.words("appeal")),
        "Decide about publicity",
    ),
    "found-more": Purpose(
        FoundMore,
        _plain(FoundTold, "with_whom", "harm", "medical", crime_suspected=_yes("crime_suspected")),
        "Record what was learned when found",
    ),
    "police-interview": Purpose(
        PoliceInterview,
        _plain(PoliceInterviewHeld, "by", concerns=_yes("concerns")),
        "Record the police prevention interview",
    ),
    "named": Purpose(Named, _NAMED, _RECORD_NAMED),
    "named-afterwards": Purpose(Named, _NAMED, _RECORD_NAMED, "conversations"),
    "offer": Purpose(
        Offer,
        _plain(InterviewOffered, "by", "how", independent=_yes("independent"), accepted=_yes("accepted")),
        "Record an offer",
        "conversations",
    ),
    "declined": Purpose(
        Declined,
        _plain(InterviewDeclined, "reason", "by", "own_reason", again_on=_day("again_on")),
        "Record a refusal",
        "conversations",
    ),
    "held": Purpose(
        Held,
        _plain(
            InterviewHeld,
            "by",
            "place",
            independent=_yes("independent"),
            interpreter=_yes("interpreter"),
            episodes=lambda f: f.cleaned_data.get("episodes_read", ()),
        ),
        "Record that it was held",
        "conversations",
    ),
    "own-words": Purpose(
        OwnWords,
        _plain(ConversationWords, read_back=_yes("read_back"), words=lambda f: f.words("said")),
        "Record the child’s own words",
        "conversations",
    ),
    "learned": Purpose(
        Learned,
        _plain(ConversationLearned, "learned", harmed=_yes("harmed")),
        "Record what was learned",
        "conversations",
    ),
    "agreed": Purpose(
        Agreed, _plain(ActionAgreed, "what", "who", by_day=_day("by_day")), "Record what is to be done", "conversations"
    ),
    "done": Purpose(
        Done, _plain(ActionDone, "what", child_told=_yes("child_told")), "Record what was done", "conversations"
    ),
}


def deed_form(what: str, data: Any, *, now: Any, child: str, forces: Iterable[tuple[str, str]] = ()) -> Deed:
    """The form of one purpose, with the child's name in its words. `forces`: code and name of the police forces."""
    form = PURPOSES[what].form(data, now=now, child=child)
    if "force" in form.fields:
        form.fields["force"].choices = [*forces, ("", "Another force, or I do not know")]  # type: ignore[attr-defined]
    name = child or "the child"
    form.hint = form.hint.replace("{child}", name)
    for field in form.fields.values():
        field.label = str(field.label).replace("{child}", name)
        field.help_text = str(field.help_text).replace("{child}", name)
        if isinstance(field, forms.ChoiceField):
            said: Any = field.choices
            field.choices = [(v, str(t).replace("{child}", name)) for v, t in said]
    return form
