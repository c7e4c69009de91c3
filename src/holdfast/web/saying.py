"""How pages say what the record holds: times as exactly as they are known, ages with what they rest on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from holdfast.chronology.moment import Moment, Precision
from holdfast.duties.rule import Standing
from holdfast.returns.ssda903.codes import code_lists
from holdfast.worktime.uk_clock import uk_day
from holdfast.worktime.words import say_clock, say_day

_AGE_RESTS_ON = {
    "recorded": "as recorded",
    "documented": "from a document",
    "claimed": "by their own account",
    "assessed": "as assessed",
    "disputed": "disputed",
}
_RISK = {
    "very-low": "Very low",
    "low": "Low",
    "medium": "Medium",
    "high": "High",
    "absent": "Absent (an older grade)",
}
# The codes of the yearly return for where a child lives.
_PLACE = {
    "K1": "Secure children’s home",
    "K2": "Children’s home",
    "K3": "Supported accommodation",
    "P2": "Living independently",
    "R1": "Residential care home",
    "S1": "Residential school",
    "U1": "Foster care with a relative or friend",
    "U2": "Foster care with a relative or friend",
    "U3": "Foster care with a relative or friend",
    "U4": "Foster care",
    "U5": "Foster care",
    "U6": "Foster care",
}
_STANDING = {
    Standing.LAW: "Law",
    Standing.GUIDANCE: "Statutory guidance",
    Standing.LOCAL: "Local setting, not law",
    Standing.PRACTICE: "Good practice, not law",
}
_CONFIDENCE = {
    "high": "Read in the source",
    "medium": "Read in the source; how it applies is our reading",
    "low": "Unverified: not yet read in the source by a lawyer",
}


def upper_first(text: str) -> str:
    """The first letter as a capital and the rest as it is."""
    return text[:1].upper() + text[1:]


def iso(instant: datetime) -> str:
    """For the `datetime` attribute of a <time>."""
    return instant.isoformat(timespec="minutes")


def say_last_day(end: datetime, *, year: bool = False) -> str:
    """The day that a midnight ends."""
    return say_day(uk_day(end - timedelta(microseconds=1)), year=year)


def say_moment(moment: Moment, now: datetime) -> str:
    """Friday 20 November at about 10pm: only as exact as it is known; with the year when it is not this one."""
    day = moment.day
    year = day.year != uk_day(now).year
    match moment.precision:
        case Precision.MONTH:
            return f"Some time in {say_day(day, year=True).split(' ', 2)[2]}"
        case Precision.DAY:
            return f"{say_day(day, year=year)}, time not known"
        case Precision.HOUR:
            return f"{say_day(day, year=year)} at about {say_clock(moment.at)}"
    return f"{say_day(day, year=year)} at {say_clock(moment.at)}"


def say_age(born_on: date | None, standing: str, is_disputed: bool, day: date) -> str:
    """An age with what it rests on; never a bare number."""
    if born_on is None:
        return "Age not known"
    years = day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
    rests = "not checked" if not standing else _AGE_RESTS_ON.get(standing, standing)
    if is_disputed and rests != "disputed":
        rests = f"{rests}, disputed"
    return f"{years}, {rests}"


def say_risk(grade: str) -> str:
    return _RISK.get(grade, grade)


# Which code list of the yearly return the details of an entry are written in.
_LISTS = {
    "place": ("PLACE",),
    "provider": ("PLACE_PROVIDER",),
    "legal_status": ("LS",),
    "need": ("CIN",),
    "ethnicity": ("ETHNIC",),
    "sex": ("SEX",),
    "participation": ("REVIEW_CODE",),
    "reason": ("REC", "REASON_PLACE_CHANGE", "SW_REASON"),
}


def say_code(detail: str, value: str) -> str:
    """A return's code in words, by the name of the detail that holds it; anything else as it stands."""
    if detail == "place" and value in _PLACE:
        return _PLACE[value]
    lists = code_lists()
    found = (lists[name].get(value) for name in _LISTS.get(detail, ()))
    return next((code.label for code in found if code), value)


def say_place(code: str) -> str:
    """A return's code for the kind of place, in words; an unknown code as it stands."""
    return say_code("place", code)


def say_standing(standing: Standing) -> str:
    return _STANDING[standing]


def say_confidence(confidence: str) -> str:
    return _CONFIDENCE.get(confidence, confidence)
