"""A return taken into the record: once, again, mended, and with rows that cannot be taken."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from holdfast.child.law import obligations_of
from holdfast.child.models import Number
from holdfast.child.picture import picture
from holdfast.chronology.actions import append
from holdfast.chronology.models import Chronology, EntryRow
from holdfast.chronology.queries import stories
from holdfast.chronology.story import Story
from holdfast.chronology.verify import verify
from holdfast.demo.made_up_return import write_return
from holdfast.missing.models import EpisodeRow
from holdfast.missing.picture import State, episodes
from holdfast.returns import actions
from holdfast.returns.actions import take_in
from holdfast.returns.models import Delivery, RowKeptAside
from holdfast.returns.ssda903.intake import read_return
from holdfast.returns.ssda903.report import IntakeReport
from tests.builders import a_draft, at

pytestmark = pytest.mark.django_db
NOW = at("2026-05-20T10:00Z")

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\nT1,M,14/03/2010,AOTH,,,\nA2,F,02/05/2011,BAFR,,,\n"
EPISODES = (
    "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n"
    "T1,01/06/2025,S,V2,N8,K3,PR4,,,,ZZ1 1ZZ,ZZ2 2ZZ,9999999\n"
    "A2,01/07/2025,S,C2,N1,U4,PR1,,,,ZZ1 1ZZ,ZZ3 3ZZ,9999999\n"
)
MISSING = "CHILD,DOB,MISSING,MIS_START,MIS_END\nT1,14/03/2010,M,10/01/2026,12/01/2026\nA2,02/05/2011,M,03/02/2026,\n"


def a_return(folder: Path, **tables: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in {"header": HEADER, "episodes": EPISODES, "missing": MISSING, **tables}.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def taken(folder: Path, **options: object) -> IntakeReport:
    return take_in(read_return(folder, authority="MAR"), authority="MAR", by="import", at=NOW, **options)


def story_of(number: str) -> Story:
    ref = Number.objects.get(scheme="ssda903:MAR", number=number).child_id
    return stories([ref])[ref]


def test_a_return_becomes_entries_and_the_missing_child_stands_in_the_list(tmp_path: Path) -> None:
    report = taken(a_return(tmp_path / "r"))
    assert (report.children, report.refused) == (2, 0)
    assert report.entries == EntryRow.objects.count()
    assert EpisodeRow.objects.filter(ended_at=None).count() == 1
    (episode,) = episodes(story_of("T1"))
    assert episode.state is State.FOUND
    assert verify().is_whole


def test_no_postcode_or_home_number_reaches_the_record(tmp_path: Path) -> None:
    taken(a_return(tmp_path / "r"))
    everything = " ".join(f"{r.details} {r.reference} {r.source}" for r in EntryRow.objects.all())
    assert "ZZ" not in everything
    assert "9999999" not in everything


def test_the_same_folder_twice_adds_nothing(tmp_path: Path) -> None:
    first = taken(a_return(tmp_path / "r"))
    again = taken(tmp_path / "r")
    assert (again.entries, again.corrections, again.withdrawn) == (0, 0, 0)
    assert again.already_known == first.entries
    assert Chronology.objects.count() == 2


def test_a_mended_day_is_a_correction_and_the_old_answer_is_kept(tmp_path: Path) -> None:
    taken(a_return(tmp_path / "r"))
    report = taken(a_return(tmp_path / "r", missing=MISSING.replace("12/01/2026", "15/01/2026")))
    assert (report.entries, report.corrections, report.withdrawn) == (0, 1, 0)
    (episode,) = episodes(story_of("T1"))
    assert episode.found.day.isoformat() == "2026-01-15"
    assert any(e.occurred.day.isoformat() == "2026-01-12" for e in story_of("T1").entries)
    assert taken(tmp_path / "r").corrections == 0
    assert verify().is_whole


def test_a_row_that_is_gone_is_taken_back_whole_even_after_a_correction(tmp_path: Path) -> None:
    taken(a_return(tmp_path / "r"))
    taken(a_return(tmp_path / "r", missing=MISSING.replace("12/01/2026", "15/01/2026")))
    without = "".join(line + "\n" for line in MISSING.splitlines() if not line.startswith("T1"))
    report = taken(a_return(tmp_path / "r", missing=without))
    assert report.withdrawn == 2
    assert episodes(story_of("T1")) == ()
    restored = taken(a_return(tmp_path / "r"))
    assert restored.entries == 2
    assert len(episodes(story_of("T1"))) == 1


def test_what_people_wrote_is_not_touched_by_a_return(tmp_path: Path) -> None:
    taken(a_return(tmp_path / "r"))
    ref = story_of("T1").ref
    append(ref, [a_draft("missing.noticed", "2026-05-01T22:00Z")], by="okafor", agency="MAR", at=NOW)
    taken(a_return(tmp_path / "r", missing=MISSING.replace("12/01/2026", "15/01/2026")))
    assert len(episodes(story_of("T1"))) == 2


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    dry = taken(a_return(tmp_path / "r"), is_dry_run=True)
    assert EntryRow.objects.count() == Chronology.objects.count() == Delivery.objects.count() == 0
    assert taken(tmp_path / "r").entries == dry.entries


def test_a_row_that_cannot_be_taken_is_kept_as_received_and_costs_no_other(tmp_path: Path) -> None:
    damaged = MISSING + "T1,14/03/2010,M,31/02/2026,\n"
    report = taken(a_return(tmp_path / "r", missing=damaged))
    assert report.refused == 1
    assert report.entries == taken(a_return(tmp_path / "r")).already_known
    (kept,) = RowKeptAside.objects.all()
    assert "31/02/2026" in kept.received
    assert (kept.table, kept.row) == ("missing", 4)


def test_the_report_that_is_kept_counts_faults_and_names_no_child(tmp_path: Path) -> None:
    report = taken(a_return(tmp_path / "r", missing=MISSING + "T1,14/03/2010,M,31/02/2026,\n"))
    assert [fault.value for fault in report.faults] == ["31/02/2026"], "whoever takes it in sees the value"
    text = Delivery.objects.get().report
    (fault,) = json.loads(text)["faults"]
    assert (fault["table"], fault["done"], fault["count"]) == ("missing", "row kept aside", 1)
    assert json.loads(text)["dropped_out"] == 0 and "31/02/2026" not in text


def test_somebody_who_writes_while_a_chunk_is_compared_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken(a_return(tmp_path / "r"))
    ref = story_of("T1").ref
    store, calls = actions.store, []

    def late(prepared: object) -> object:
        if not calls:
            append(ref, [a_draft("missing.sighted", "2026-01-11T10:00Z")], by="reid", agency="MARPOL", at=NOW)
        calls.append(1)
        return store(prepared)

    monkeypatch.setattr(actions, "store", late)
    taken(a_return(tmp_path / "r", missing=MISSING.replace("12/01/2026", "15/01/2026")))
    assert len(calls) == 2
    (episode,) = episodes(story_of("T1"))
    assert episode.last_contact is not None
    assert episode.found.day.isoformat() == "2026-01-15"
    assert verify().is_whole


def test_several_processes_give_what_one_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_return(tmp_path / "r", children=60, seed=3, collection_year=2026)
    delivery = read_return(tmp_path / "r" / "this", authority="MAR", last=tmp_path / "r" / "last")
    monkeypatch.setattr(actions, "WORTH_PROCESSES", 20)
    monkeypatch.setattr(actions, "CHUNK", 10)
    # In a test the connection holds the transaction that the test is in, and must stay open.
    monkeypatch.setattr(actions.connection, "close", lambda: None)
    report = take_in(delivery, authority="MAR", by="import", at=NOW + timedelta(days=1))
    again = take_in(
        read_return(tmp_path / "r" / "this", authority="MAR", last=tmp_path / "r" / "last"),
        authority="MAR",
        by="import",
        at=NOW + timedelta(days=2),
    )
    assert report.entries == EntryRow.objects.count() == again.already_known
    assert verify().is_whole


def test_a_child_who_was_delivered_by_mistake_and_is_gone_is_taken_back(tmp_path: Path) -> None:
    taken(a_return(tmp_path / "r"))
    rows = {n: "".join(f"{line}\n" for line in text.splitlines() if not line.startswith("A2"))
            for n, text in (("header", HEADER), ("episodes", EPISODES), ("missing", MISSING))}  # fmt: skip
    ref = story_of("A2").ref
    report = taken(a_return(tmp_path / "r", **rows))
    assert report.withdrawn > 0
    assert not EpisodeRow.objects.filter(child=ref).exists()
    assert len(episodes(story_of("T1"))) == 1
    assert verify().is_whole


def test_a_child_in_care_since_before_the_return_is_in_care_and_owes_no_first_review(tmp_path: Path) -> None:
    continued = EPISODES.replace("T1,01/06/2025,S,", "T1,01/06/2025,P,")
    reviews = "CHILD,DOB,REVIEW,REVIEW_CODE\nT1,14/03/2010,01/07/2025,PN1\nT1,14/03/2010,20/12/2025,PN1\n"
    taken(a_return(tmp_path / "r", episodes=continued, reviews=reviews))
    story = story_of("T1")
    assert picture(story).is_in_care
    asked = {o.rule.id for o in obligations_of(story)}
    assert "ENG-CAR-008" in asked
    assert not asked & {"ENG-CAR-006", "ENG-CAR-007"}
