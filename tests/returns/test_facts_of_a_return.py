"""What a child's rows become in the chronology."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from returns_to_hand import AMINA, TUAN, as_entries, both, drafts, read, write

from holdfast.chronology.moment import Moment
from holdfast.chronology.spans import spans
from holdfast.chronology.standing import in_force
from holdfast.config.vocabulary import vocabulary
from holdfast.missing.kinds import Category

CHILD = "T1,M,04/07/2009,AOTH,A123456789012,,"


def facts(tmp_path: Path, rows: dict, number: str = "T1", **words):
    return read(write(tmp_path / "r", rows), **words).child(number).drafts


def test_tuan_arrives_alone_and_goes_missing_twice(tmp_path: Path) -> None:
    found = facts(tmp_path, TUAN)
    assert [(d.kind, d.occurred.day.isoformat(), d.reference) for d in found] == [
        ("child.known", "2025-05-01", "header/child.known"),
        ("child.identified", "2025-05-01", "header/child.identified"),
        ("child.age_recorded", "2025-05-01", "header/child.age_recorded"),
        ("child.identified", "2025-05-01", "header/upn"),
        ("asylum.arrived_alone", "2025-05-01", "uasc/asylum.arrived_alone"),
        ("care.started", "2025-05-01", "episode/2025-05-01/1/care.started"),
        ("placement.started", "2025-05-01", "episode/2025-05-01/1/placement.started"),
        ("missing.noticed", "2025-06-10", "missing/2025-06-10/1/missing.noticed"),
        ("missing.found", "2025-06-12", "missing/2025-06-10/1/missing.found"),
        ("missing.noticed", "2026-02-01", "missing/2026-02-01/1/missing.noticed"),
        ("missing.returned", "2026-02-01", "missing/2026-02-01/1/missing.returned"),
    ]
    assert {d.source for d in found} == {"903/MAR/2025-26"}
    assert found[0].details.authority == "MAR" and found[0].details.sex == "M"
    assert found[1].details.scheme == "ssda903:MAR" and found[1].details.number == "T1"
    assert found[2].details.born_on == date(2009, 7, 4) and found[2].details.standing == "recorded"
    assert found[4].details.expected_to_cease_on == date(2027, 7, 4)
    assert (found[5].details.legal_status, found[5].details.need) == ("V2", "N8")
    assert (found[6].details.place, found[6].details.provider) == ("K3", "PR4")
    assert [d.details.category for d in found if d.kind == "missing.noticed"] == [Category.MISSING, Category.AWAY]
    assert found[7].occurred == Moment.on(date(2025, 6, 10))


def test_where_a_child_lives_is_in_no_fact(tmp_path: Path) -> None:
    text = repr(facts(tmp_path, TUAN))
    assert "ME1" not in text and "ME2" not in text and "1234567'" not in text


def test_amina_moves_and_her_legal_status_changes(tmp_path: Path) -> None:
    told = read(write(tmp_path / "r", AMINA))
    assert drafts(told, "A1")[2:] == [
        ("child.age_recorded", "2024-09-02"),
        ("care.started", "2024-09-02"),
        ("placement.started", "2024-09-02"),
        ("care.worker_allocated", "2025-09-02"),
        ("placement.started", "2025-10-15"),
        ("care.reviewed", "2025-11-03"),
        ("care.legal_status_changed", "2025-12-20"),
    ]
    found = told.child("A1").drafts
    moved = [d for d in found if d.kind == "placement.started"][1]
    assert (moved.details.place, moved.details.reason) == ("K2", "CREQB")
    assert [d.details.participation for d in found if d.kind == "care.reviewed"] == ["PN1"]
    assert [d.details.worker for d in found if d.kind == "care.worker_allocated"] == ["SW7"]


def test_the_end_of_an_episode_ends_care_only_when_it_says_so(tmp_path: Path) -> None:
    rows = {
        "header": [CHILD],
        "episodes": [
            "T1,01/05/2025,S,V2,N8,K3,PR4,10/06/2025,X1,LAREQ,,,",
            "T1,12/06/2025,P,V2,N8,K2,PR4,01/09/2025,E4B,,,,",
            "T1,01/09/2025,S,V2,N8,U6,PR1,,X1,,,,",
        ],
    }
    found = [d for d in facts(tmp_path, rows) if d.reference.startswith("episode")]
    assert [(d.kind, d.occurred.day.isoformat()) for d in found] == [
        ("care.started", "2025-05-01"),
        ("placement.started", "2025-05-01"),
        ("placement.ended", "2025-06-10"),
        ("placement.started", "2025-06-12"),
        ("care.ended", "2025-09-01"),
        ("care.started", "2025-09-01"),
        ("placement.started", "2025-09-01"),
    ]
    assert found[2].details.reason == "LAREQ" and found[4].details.reason == "E4B"


def test_what_happened_within_one_day_keeps_its_order_in_the_record(tmp_path: Path) -> None:
    rows = {
        "header": [CHILD],
        "episodes": [
            "T1,01/05/2025,S,V2,N8,K3,PR4,01/09/2025,E4B,,,,",
            "T1,01/09/2025,S,V2,N8,T0,PR1,01/09/2025,X1,,,,",
            "T1,01/09/2025,P,V2,N8,U6,PR1,,,,,,",
        ],
        "missing": [
            "T1,04/07/2009,M,05/06/2025,07/06/2025",
            "T1,04/07/2009,M,07/06/2025,07/06/2025",
            "T1,04/07/2009,A,07/06/2025,07/06/2025",
            "T1,04/07/2009,M,07/06/2025,09/06/2025",
        ],
    }
    # As the record sorts: by time, then by a number that says nothing. The worst number is the wrong way round.
    entries = as_entries(reversed(facts(tmp_path, rows)))
    standing = in_force(entries)
    periods = spans(standing, "missing", vocabulary())
    assert len(periods) == 4 and not any(p.is_open for p in periods)
    assert [p.opened_by.reference for p in periods] == [
        p.closed_by.reference.replace("found", "noticed").replace("returned", "noticed") for p in periods
    ]
    care = spans(standing, "care", vocabulary())
    assert [c.is_open for c in care] == [False, True]
    placements = spans(standing, "placement", vocabulary())
    assert [p.opened_by.details.place for p in placements] == ["K3", "T0", "U6"] and placements[-1].is_open


def test_a_period_that_runs_over_the_end_of_the_year_is_one_fact(tmp_path: Path) -> None:
    last = {"header": [CHILD], "episodes": ["T1,01/05/2024,S,V2,N8,K3,PR4,,,,,,"], "missing": ["T1,,M,20/03/2025,"]}
    this = {
        "header": [CHILD],
        "episodes": ["T1,01/05/2024,S,V2,N8,K3,PR4,02/08/2025,E8,,,,"],
        "missing": ["T1,,M,20/03/2025,05/04/2025"],
    }
    write(tmp_path / "r" / "last", last)
    write(tmp_path / "r" / "this", this)
    told = read(tmp_path / "r")
    assert drafts(told, "T1")[-5:] == [
        ("care.started", "2024-05-01"),
        ("placement.started", "2024-05-01"),
        ("missing.noticed", "2025-03-20"),
        ("missing.found", "2025-04-05"),
        ("care.ended", "2025-08-02"),
    ]
    assert {d.source for d in told.child("T1").drafts} == {"903/MAR/2025-26"}


def test_this_year_wins_over_last_and_what_only_last_year_knows_stays(tmp_path: Path) -> None:
    last = {
        "header": ["T1,F,04/07/2008,WBRI,,,"],
        "episodes": ["T1,01/05/2024,S,C1,N8,U6,PR4,,,,,,"],
        "reviews": ["T1,,01/06/2024,PN2"],
    }
    this = {"header": [CHILD], "episodes": ["T1,01/05/2024,S,V2,N8,K3,PR4,,,,,,"]}
    told = read(write(tmp_path / "t", this), last=write(tmp_path / "l", last), collection_year=2026)
    by_kind = {d.kind: d for d in told.child("T1").drafts}
    assert by_kind["child.age_recorded"].details.born_on == date(2009, 7, 4)
    assert by_kind["placement.started"].details.place == "K3"
    assert by_kind["care.reviewed"].source == "903/MAR/2024-25"


def test_unaccompanied_status_ends_in_the_record_only_when_its_day_has_come(tmp_path: Path) -> None:
    ahead = {**TUAN, "uasc": ["T1,M,04/07/2009,01/04/2026"]}
    found = {d.kind: d for d in facts(tmp_path, ahead)}
    assert "asylum.ceased" not in found
    assert found["asylum.arrived_alone"].details.expected_to_cease_on == date(2026, 4, 1)
    past = {**TUAN, "uasc": ["T1,M,04/07/2009,31/03/2026"]}
    found = {d.kind: d for d in facts(tmp_path, past)}
    assert found["asylum.ceased"].occurred.day == date(2026, 3, 31)
    assert found["asylum.arrived_alone"].details.expected_to_cease_on is None
    before = {**TUAN, "uasc": ["T1,M,04/07/2009,02/02/2025"]}
    alone = spans(in_force(as_entries(reversed(facts(tmp_path, before)))), "unaccompanied", vocabulary())
    assert [s.is_open for s in alone] == [False]


def test_a_code_for_no_pupil_number_is_no_number(tmp_path: Path) -> None:
    found = facts(tmp_path, AMINA, "A1")
    assert [d.details.scheme for d in found if d.kind == "child.identified"] == ["ssda903:MAR"]


def test_a_child_without_a_header_still_has_a_chronology(tmp_path: Path) -> None:
    rows = both(AMINA, {k: v for k, v in TUAN.items() if k != "header"})
    found = {d.kind: d for d in facts(tmp_path, rows)}
    assert found["child.age_recorded"].details.born_on == date(2009, 7, 4)
    assert found["child.known"].details.sex is None
    assert "missing.noticed" in found


def test_every_fact_fits_the_vocabulary_and_has_a_name_of_its_own(tmp_path: Path) -> None:
    words = vocabulary()
    told = read(write(tmp_path / "r", both(TUAN, AMINA)))
    for child in told.children():
        assert len({(d.source, d.reference) for d in child.drafts}) == len(child.drafts)
        for draft in child.drafts:
            assert words.read(draft.kind, words.write(draft.details)) == draft.details
