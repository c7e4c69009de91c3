"""A child whose care passes to an authority of another nation: each duty is of the law that applied when it began."""

from __future__ import annotations

from holdfast.config.vocabulary import vocabulary
from holdfast.duties.obligation import Obligation
from holdfast.duties.rule import Nation
from holdfast.duties.sentences import because
from holdfast.duties.statute import statute
from holdfast.duties.timeline import read_time, run

START = ["Mon 2 Nov 2026 10:00  care.started", "Mon 2 Nov 2026 11:00  placement.started"]
TO_SCOTLAND = "Mon 9 Nov 2026 10:00  care.transferred  to_authority=Glasgow City"
AWAY = "Fri 20 Nov 2026 22:40  missing.noticed  category=missing"
BEFORE = {"care.started", "placement.started", "care.transferred"}
AT = "Wed 25 Nov 2026 09:00"


def required(timeline: list[str], at: str = AT, nation: Nation = Nation.ENGLAND) -> dict[str, Obligation]:
    found = run(timeline, read_time(at).at, statute(), nation, vocabulary())
    assert len({o.key for o in found}) == len(found), "one duty twice"
    return {o.rule.key: o for o in found}


def test_what_begins_after_the_transfer_is_of_the_receiving_nations_law() -> None:
    found = required([*START, TO_SCOTLAND, AWAY])
    missing = {key for key, o in found.items() if o.start.kind == "missing.noticed"}
    assert "SCO-MIS-004" in missing and not any(key.startswith("ENG-") for key in missing)
    said = because(found["SCO-MIS-004"])
    assert "Glasgow City in Scotland has been responsible since Monday 9 November 2026" in said
    assert "so the law of Scotland applies" in said


def test_what_began_before_stays_of_the_first_nations_law_and_passes_to_the_new_authority() -> None:
    found = required([*START, TO_SCOTLAND])
    review = found["ENG-CAR-006"]
    assert review.due_at == required(START)["ENG-CAR-006"].due_at
    assert [e.details.to_authority for e in review.passed_on] == ["Glasgow City"]
    said = because(review)
    assert "the law of England applies, because this began before then" in said
    assert "responsibility passed to Glasgow City" in said
    assert not any(key.startswith("SCO-CAR") and o.start.kind == "care.started" for key, o in found.items())


def test_what_was_done_before_the_transfer_says_nothing_of_it() -> None:
    found = required([*START, "Thu 5 Nov 2026 10:00  care.reviewed", TO_SCOTLAND])
    assert "Scotland" not in because(found["ENG-CAR-006"])


def test_a_rule_of_the_whole_kingdom_is_computed_once() -> None:
    before = required([*START, "Fri 6 Nov 2026 22:40  missing.noticed  category=missing", TO_SCOTLAND])
    after = required([*START, TO_SCOTLAND, AWAY])
    for found in (before, after):
        assert "UK-MIS-001" in found


def test_there_and_back_again() -> None:
    back = "Mon 16 Nov 2026 10:00  care.transferred  to_authority=Kent"
    found = required([*START, TO_SCOTLAND, back, AWAY])
    assert "ENG-MIS-003" in found and "SCO-MIS-004" not in found
    assert "Kent in England has been responsible since Monday 16 November 2026" in because(found["ENG-MIS-003"])
    third = "Wed 11 Nov 2026 20:00  missing.noticed  category=missing"
    found = required([*START, TO_SCOTLAND, third, "Thu 12 Nov 2026 08:00  missing.returned", back, AWAY])
    assert {"ENG-MIS-003", "SCO-MIS-004"} <= set(found)


def test_the_transfer_itself_belongs_to_the_receiving_nation() -> None:
    same_minute = "Mon 9 Nov 2026 10:00  missing.noticed  category=missing"
    assert "SCO-MIS-004" in required([*START, TO_SCOTLAND, same_minute])
    a_minute_before = "Mon 9 Nov 2026 09:59  missing.noticed  category=missing"
    found = required([*START, a_minute_before, TO_SCOTLAND])
    assert "ENG-MIS-003" in found and "SCO-MIS-004" not in found


def test_an_authority_of_the_same_nation_or_one_that_nobody_knows_changes_no_law() -> None:
    for to in ("Kent", "Lowmoor", "Nowhere at all"):
        found = required([*START, f"Mon 9 Nov 2026 10:00  care.transferred  to_authority={to}", AWAY])
        assert "ENG-MIS-003" in found and "law of" not in because(found["ENG-MIS-003"])
    assert "ENG-MIS-003" in required([*START, "Mon 9 Nov 2026 10:00  care.transferred", AWAY])


def test_a_transfer_that_has_not_happened_yet_changes_nothing() -> None:
    found = required([*START, TO_SCOTLAND], "Thu 5 Nov 2026 10:00")
    assert found.keys() == required(START, "Thu 5 Nov 2026 10:00").keys()


def test_each_nation_to_each_other() -> None:
    places = {
        Nation.ENGLAND: "Kent", Nation.WALES: "Cardiff", Nation.SCOTLAND: "Glasgow City",
        Nation.NORTHERN_IRELAND: "Belfast Health and Social Care Trust",
    }  # fmt: skip
    short = {Nation.ENGLAND: "ENG", Nation.WALES: "WAL", Nation.SCOTLAND: "SCO", Nation.NORTHERN_IRELAND: "NI"}
    for first in Nation:
        for then, place in places.items():
            transfer = f"Mon 9 Nov 2026 10:00  care.transferred  to_authority={place}"
            referred = "Thu 12 Nov 2026 10:00  trafficking.concern_recorded"
            reviewed = "Fri 13 Nov 2026 10:00  protection.referred"
            found = required([*START, transfer, referred, reviewed, AWAY], nation=first)
            begun = {o.rule.key.split("-")[0] for o in found.values() if o.start.kind not in BEFORE}
            assert begun - {"UK", "EW"} == {short[then]}, (first, then)
