"""What the page of a profile asks, and how its parts are called."""

from __future__ import annotations

from typing import Any

from holdfast.child.kinds import Described
from holdfast.child.profile import Profile
from holdfast.missing.profiles import NOTHING
from holdfast.web.episode_deeds import Deed, _optional
from holdfast.web.report_questions import LONG, SHORT, Words
from holdfast.worktime.words import say_list

TITLES = {
    "looks": "What {child} looks like",
    "phone": "Telephone",
    "people": "People",
    "places": "Places",
    "worries": "What worries us",
    "what_helps": "What helps",
    "health": "Illness and medicine",
    "languages": "Languages",
    "interpreter_needed": "Interpreter needed",
}
# Which question of the report begins with which part of the profile.
PREFILLS = {
    "worry": {"harm_from": "health"},
    "wearing": {"phone": "phone"},
    "before": {"might_be": "places", "with_whom": "people"},
}


class ProfileForm(Deed):
    """The whole profile on one page: the carer reads it, changes what is no longer right, and says that it is right."""

    title = "Is this still right?"
    has_time = False
    lacking = NOTHING
    looks = Words("Height, build, hair, eyes, marks, glasses, accent", most=LONG, rows=3)
    phone = Words("Telephone number and network", most=40, hint="Do not enter passwords or codes.")
    people = Words("People: friends, family, and adults who worry us", most=LONG, rows=3, hint="Say who may be rung.")
    places = Words(
        "Places: found there before, likes to be, worries us",
        most=LONG,
        rows=3,
        hint="The kind of place. Do not enter an address: those are kept locked.",
    )
    worries = Words("What worries us, and since when", most=LONG, rows=3)
    what_helps = Words("What helps: whom {child} answers, what calms, what to say on the return", most=LONG, rows=3)
    health = Words("Illness or medicine: what can happen, and how soon?", most=SHORT * 2)
    languages = Words("Languages, the first one first", most=SHORT, hint="For example Vietnamese, English")
    interpreter = _optional("Is an interpreter needed?")
    child_has_seen = _optional("Has {child} seen this profile?")

    @property
    def described(self) -> Described:
        """What was answered. Only for a form that is valid."""
        said = {n: self.words(n) for n in ("looks", "phone", "people", "places", "worries", "what_helps", "health")}
        languages = tuple(one.strip() for one in (self.words("languages") or "").split(",") if one.strip())
        return Described(**said, languages=languages, interpreter_needed=self.yes_no("interpreter"))


def profile_form(data: Any, known: Profile, *, now: Any, child: str) -> ProfileForm:
    """The form, filled with what is known."""
    form = ProfileForm(data, now=now, child=child)
    said = known.described
    for name in ("looks", "phone", "people", "places", "worries", "what_helps", "health"):
        form.initial[name] = getattr(said, name) or ""
    form.initial["languages"] = ", ".join(said.languages)
    form.initial["interpreter"] = {True: "yes", False: "no", None: ""}[said.interpreter_needed]
    for field in form.fields.values():
        field.label = str(field.label).replace("{child}", child or "the child")
    return form


def say_fact(value: Any) -> str:
    """A part of the profile in words."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return say_list(list(value)) if isinstance(value, tuple) else str(value)


def prefilled(known: Profile) -> dict[str, dict[str, str]]:
    """What the questions of a report begin with, by question and field."""
    return {
        slug: {field: str(known.facts[name].value) for field, name in of.items() if name in known.facts}
        for slug, of in PREFILLS.items()
    }
