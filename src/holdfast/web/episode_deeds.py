"""What people record about one episode beside the report, the finding and the return: one purpose a page.

Who else was told, or is not told. Search: sighting, grade, action, meeting, publicity. Found: what was learned, the
police prevention interview. Return conversation: offer, refusal, held, the child's words, what was learned, what is to
be done. In both: what was named that may stand in another child's record too.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from holdfast.chronology.moment import Moment, Precision
from holdfast.missing.conversation_kinds import Reason
from holdfast.missing.kinds import Risk
from holdfast.missing.link_kinds import SaidBy
from holdfast.missing.patterns.marks import FIELDS
from holdfast.missing.patterns.not_names import says_who_somebody_is
from holdfast.missing.reviews import ASKED_ABOUT
from holdfast.missing.telling import (
    GUARDIAN,
    HOST,
    LAWYER,
    PARENTS,
    RESPONSIBLE,
    REVIEWING_OFFICER,
    SCHOOL,
)
from holdfast.web.moment_entry import NotAMoment, read_date
from holdfast.web.report_questions import LONG, SHORT, ReportWhen, Words, _choice, _ticks
from holdfast.web.saying import say_risk, upper_first

_YES_NO = [("yes", "Yes"), ("no", "No"), ("unknown", "I do not know")]
_SAY = "Select yes, no or I do not know"
_BOOL = {"yes": True, "no": False}
AGENCIES = [
    "Council",
    "Police",
    "Home or carer",
    "Host council",
    "Health",
    "School",
    "Guardian",
    "Lawyer",
    "Home Office",
]


class Deed(ReportWhen):
    """A page of one purpose. `has_time`: it asks when; else what is recorded happened now."""

    has_time = True
    needs = ""  # a field that must be answered
    lacking_words = "Enter what you know"
    may_not_know = False
    day = _choice(
        "Day",
        [("now", "Just now"), ("today", "Today"), ("yesterday", "Yesterday"), ("other", "Another day")],
        "Select the day",
    )

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        if not self.has_time:
            for name in ("day", "date_day", "date_month", "date_year", "time", "time_unknown"):
                del self.fields[name]

    def clean_answer(self, cleaned: dict[str, Any]) -> None:
        if self.has_time:
            super().clean_answer(cleaned)
        if self.needs and not cleaned.get(self.needs):
            self.refuse(self.lacking_words, self.needs)

    @property
    def errors_at(self) -> str:  # type: ignore[override]
        return "day" if self.has_time else next(iter(self.fields))

    @property
    def moment(self) -> Moment:
        stretch = self.cleaned_data.get("stretch") if self.has_time else None
        return stretch.as_one_moment if stretch else Moment(self.now.replace(microsecond=0), Precision.MINUTE)

    def yes_no(self, name: str) -> bool | None:
        return _BOOL.get(self.cleaned_data.get(name) or "")

    def a_date(self, name: str) -> date | None:
        return self.cleaned_data.get(f"{name}_read")

    def read_day(self, name: str) -> None:
        """A day typed in one box: 24 11 2026."""
        typed = self.cleaned_data.get(name)
        if typed:
            try:
                self.cleaned_data[f"{name}_read"] = read_date([*typed.replace("/", " ").split(), "", "", ""][:3], name)
            except NotAMoment as error:
                self.refuse(error.message, name)


def _optional(label: str) -> Any:
    return _choice(label, _YES_NO, required=False)


class Sighting(Deed):
    title = "Who saw or heard from {child}, and when?"
    by = Words("Seen or heard by")
    where = Words("Where? (optional)", hint="The kind of place. Do not enter an address.")
    reliability = _choice(
        "How sure is it?",
        [("checked", "Checked by somebody we trust"), ("not checked", "Not checked"), ("doubtful", "Doubtful")],
        "Select how sure it is",
    )
    needs, lacking_words = "by", "Enter who saw or heard from the child"


class ToldPolice(Deed):
    title = "When were the police told, and who took it?"
    reference = Words("Police reference (optional)", most=40)
    call_taker = Words("Name or number of the person who took it (optional)", most=60)
    force = _choice("Police force (optional)", [], "Select a police force from the list", required=False)
    stated = _optional("Was it said that {child} may be trafficked?")


_WHO = [
    (PARENTS, "Parents, or whoever has parental responsibility"),
    (RESPONSIBLE, "The responsible authority: social worker or emergency duty team"),
    (HOST, "The authority in whose area {child} lives"),
    (REVIEWING_OFFICER, "The independent reviewing officer"),
    (LAWYER, "The lawyer"),
    (GUARDIAN, "The guardian"),
    (SCHOOL, "The school or college"),
    *((who, upper_first(who)) for who in ASKED_ABOUT if who != REVIEWING_OFFICER),
    ("Home Office", "The Home Office"),
    ("Ofsted", "Ofsted"),
]


class ToldOthers(Deed):
    title = "Who was told that {child} is missing, and when?"
    who = _choice("Who", _WHO, "Select who was told")
    name = Words("Name of the person (optional)")
    how = Words("How (optional)", hint="For example by telephone, or a message left")


class NotToldOthers(Deed):
    title = "Who is not told that {child} is missing, and why?"
    has_time = False
    who = _choice("Who", _WHO, "Select who is not told")
    reason = Words("Why is it unsafe or not possible?", most=LONG, rows=2)
    by = Words("Decided by")
    needs, lacking_words = "reason", "Enter why they are not told"


class Grade(Deed):
    title = "How do the police grade the risk?"
    risk = _choice("Risk", [(r.value, say_risk(r.value)) for r in Risk if r is not Risk.ABSENT], "Select the grade")
    by = Words("Graded by", hint="A person graded it, never a machine")
    reason = Words("Reason", most=LONG, rows=2)
    needs, lacking_words = "reason", "Enter the reason for the grade"


class Change(Deed):
    title = "Is {child} missing, or away without authorisation?"
    category = _choice(
        "Now",
        [("missing", "Missing: nobody we trust has seen or spoken to {child} where they are"),
         ("away", "Away without authorisation: somebody we trust has")],
        "Select missing or away",
    )  # fmt: skip


class Action(Deed):
    title = "What was done to find {child}?"
    what = Words("What was done", most=SHORT * 2, rows=2)
    by = Words("By whom (optional)")
    result = Words("What came of it (optional)", most=SHORT * 2)
    needs, lacking_words = "what", "Enter what was done"


class Meeting(Deed):
    title = "Which agencies met, and what was decided?"
    agencies = _ticks("Who came", [(a, a) for a in AGENCIES])
    absent = _ticks("Who was asked and did not come", [(a, a) for a in AGENCIES])
    decision = Words("What was decided (optional)", most=LONG, rows=3)
    next_on = Words("Next meeting (optional)", hint="For example 24 11 2026", most=20)
    needs, lacking_words = "agencies", "Select who came"

    def clean_answer(self, cleaned: dict[str, Any]) -> None:
        super().clean_answer(cleaned)
        both = set(cleaned.get("agencies", ())) & set(cleaned.get("absent", ()))
        if both:
            self.refuse(f"{sorted(both)[0]} came or did not come: select one", "absent")
        self.read_day("next_on")


class Publicity(Deed):
    title = "Should the public be asked for help?"
    publish = _choice("Decision", [("yes", "Yes"), ("no", "No")], "Select yes or no")
    reason = Words("Why", most=LONG, rows=2)
    agreed_by = Words("Agreed by")
    appeal = Words(
        "The very words for the public (optional)",
        most=LONG,
        rows=3,
        hint="Never that {child} is in care, trafficked or seeking asylum.",
    )
    needs, lacking_words = "reason", "Enter why"


class FoundMore(Deed):
    title = "What was learned when {child} was found?"
    has_time = False
    with_whom = Words("With whom (optional)", most=SHORT * 2)
    harm = Words("Harm (optional)", most=LONG, rows=2)
    medical = Words("Medical help that is needed, or was given (optional)", most=SHORT * 2)
    crime_suspected = _optional("Is a crime against {child} suspected?")


class PoliceInterview(Deed):
    title = "When did the police hold the prevention interview?"
    by = Words("Officer (optional)")
    concerns = _optional("Did it raise a concern?")


class Offer(Deed):
    title = "When was a return conversation offered to {child}?"
    by = Words("Offered by")
    independent = _choice(
        "Independent of the home, the council and the police?", _YES_NO, "Select yes, no or I do not know"
    )
    how = Words("How (optional)", hint="For example face to face, or by telephone with an interpreter")
    accepted = _choice(
        "Did {child} say yes?", [*_YES_NO[:2], ("unknown", "Not yet known")], "Select what the child said"
    )
    needs, lacking_words = "by", "Enter who offered it"


class Declined(Deed):
    title = "Why was there no return conversation then?"
    reason = _choice("Reason", [(r.value, r.value[:1].upper() + r.value[1:]) for r in Reason], "Select the reason")
    by = Words("Who says so (optional)", hint="A refusal that the home types is not the child’s own")
    own_reason = Words("The child’s own reason, in their words (optional)", most=SHORT * 2)
    again_on = Words("Offer again on (optional)", hint="For example 24 11 2026", most=20)

    def clean_answer(self, cleaned: dict[str, Any]) -> None:
        super().clean_answer(cleaned)
        self.read_day("again_on")


class Held(Deed):
    title = "When was the return conversation held?"
    by = Words("Held by")
    independent = _choice(
        "Independent of the home, the council and the police?", _YES_NO, "Select yes, no or I do not know"
    )
    place = Words("Where (optional)", hint="For example a café that {child} chose")
    interpreter = _optional("Was an interpreter there?")
    episodes = Words(
        "Earlier episodes that it was about too (optional)", hint="Their numbers, for example 1 2", most=40
    )
    needs, lacking_words = "by", "Enter who held it"

    def clean_answer(self, cleaned: dict[str, Any]) -> None:
        super().clean_answer(cleaned)
        typed = cleaned.get("episodes", "").replace(",", " ").split()
        if any(not t.isdecimal() or len(t) > 4 for t in typed):
            self.refuse("Enter numbers of episodes, such as 1 2", "episodes")
        else:
            cleaned["episodes_read"] = tuple(int(t) for t in typed)


class OwnWords(Deed):
    title = "What did {child} say, in their own words?"
    has_time = False
    hint = "Only what the child said, and agreed to have written. What you think goes on another page."
    said = Words("The child’s own words", most=LONG * 5, rows=8)
    read_back = _optional("Was it read back, and did {child} agree?")
    needs, lacking_words = "said", "Enter what the child said"


class Learned(Deed):
    title = "What was learned that others must know?"
    has_time = False
    hint = "The police can read this. Leave out what the child wants kept from them, unless somebody is in danger."
    learned = Words("What was learned", most=LONG * 2, rows=4)
    harmed = _optional("Was {child} harmed?")
    needs, lacking_words = "learned", "Enter what was learned"


class Agreed(Deed):
    title = "What is to be done, by whom, by when?"
    has_time = False
    what = Words("What", most=SHORT * 2, rows=2)
    who = Words("Who")
    by_day = Words("By (optional)", hint="For example 24 11 2026", most=20)
    needs, lacking_words = "what", "Enter what is to be done"

    def clean_answer(self, cleaned: dict[str, Any]) -> None:
        super().clean_answer(cleaned)
        self.read_day("by_day")


class Done(Deed):
    title = "What was done, and was {child} told?"
    has_time = False
    what = Words("What was done", most=SHORT * 2, rows=2)
    child_told = _optional("Was {child} told?")
    needs, lacking_words = "what", "Enter what was done"


class Named(Deed):
    title = "Which telephone numbers, places or people were named?"
    has_time = False
    hint = (
        "One on each line. What is named here is compared with other children’s records, so that people who prey on "
        "several children are seen. Never enter where {child} lives or goes to school."
    )
    said_by = _choice(
        "Who named them?",
        [(SaidBy.CHILD.value, "{child}"), (SaidBy.OTHERS.value, "Somebody else")],
        "Select who named them",
    )
    phones = Words("Telephone numbers (optional)", most=LONG, rows=2)
    people = Words(
        "People (optional)",
        most=LONG,
        rows=2,
        hint="First and family name. Never what people are: no nationality or faith",
    )
    places = Words("Places by their own name, or postcodes (optional)", most=LONG, rows=2)
    vehicles = Words("Car registrations (optional)", most=LONG, rows=2)
    online = Words("Online names (optional)", most=LONG, rows=2)

    def lines(self, name: str) -> tuple[str, ...]:
        """What was entered in a field, line by line."""
        return tuple(line for typed in (self.words(name) or "").splitlines() if (line := " ".join(typed.split())))

    def clean_answer(self, cleaned: dict[str, Any]) -> None:
        super().clean_answer(cleaned)
        if not any(cleaned.get(name) for name in FIELDS) and not any(name in self.errors for name in FIELDS):
            self.refuse("Enter what was named", "phones")
        for name, what in (("phones", "telephone number"), ("vehicles", "car registration"), ("online", "online name")):
            wrong = next((line for line in self.lines(name) if FIELDS[name](line) is None), "")
            if wrong:
                self.refuse(f"“{wrong[:40]}” is no {what}. Enter one on each line", name)
        if any(says_who_somebody_is(line.casefold()) for line in self.lines("people")):
            self.refuse("Enter names. What people are, such as their nationality or faith, is never compared", "people")
