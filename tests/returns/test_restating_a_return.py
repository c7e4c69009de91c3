"""The same return again, a mended one, the next year's."""

from __future__ import annotations

from pathlib import Path

from returns_to_hand import TUAN, as_entries, read, write

from holdfast.chronology.standing import in_force
from holdfast.returns.ssda903.restate import restate


def deliver(entries: list, folder: Path, at_second: int, number: str = "T1", **words):
    """What a delivery changes, and the entries after it."""
    child = read(folder, **words).child(number)
    changes = restate(in_force(entries), child.drafts, delivered=child.delivered)
    assert len(changes.new) + len(changes.corrections) + changes.already_known == len(child.drafts)
    after = [*entries, *as_entries(changes.drafts, at_second=at_second)]
    again = restate(in_force(after), child.drafts, delivered=child.delivered)
    assert again.drafts == (), "taking in the same folder twice adds nothing"
    return changes, after


def kinds(found) -> list[str]:
    return [d.kind for d in found]


def facts_in_force(entries: list) -> set:
    return {(e.kind, e.occurred.day.isoformat(), e.details) for e in in_force(entries)}


def test_the_same_folder_twice_adds_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path / "r", TUAN)
    first, entries = deliver([], folder, 1)
    assert len(first.new) == 11 and first.already_known == 0
    second, _ = deliver(entries, folder, 2)
    assert second.drafts == () and second.already_known == 11


def test_a_mended_value_corrects_and_a_mended_day_too(tmp_path: Path) -> None:
    _, entries = deliver([], write(tmp_path / "r", TUAN), 1)
    mended = {
        **TUAN,
        "episodes": ["T1,01/05/2025,S,V2,N8,K2,PR4,,,,,,"],
        "missing": ["T1,04/07/2009,M,11/06/2025,12/06/2025", TUAN["missing"][1]],
    }
    changes, entries = deliver(entries, write(tmp_path / "r", mended), 2)
    assert changes.new == () and changes.withdrawals == ()
    assert sorted(kinds(changes.corrections)) == ["missing.noticed", "placement.started"]
    assert ("missing.noticed", "2025-06-11") in {f[:2] for f in facts_in_force(entries)}
    assert ("missing.noticed", "2025-06-10") not in {f[:2] for f in facts_in_force(entries)}


def test_a_row_taken_out_of_the_return_is_withdrawn(tmp_path: Path) -> None:
    _, entries = deliver([], write(tmp_path / "r", TUAN), 1)
    changes, entries = deliver(entries, write(tmp_path / "r", {**TUAN, "missing": TUAN["missing"][1:]}), 2)
    assert changes.new == changes.corrections == ()
    assert kinds(changes.withdrawals) == ["chronology.withdrawn"] * 2
    assert {f[0] for f in facts_in_force(entries) if f[1] < "2025-07-01"}.isdisjoint(
        {"missing.noticed", "missing.found"}
    )
    back, entries = deliver(entries, write(tmp_path / "r", TUAN), 3)
    assert kinds(back.new) == ["missing.noticed", "missing.found"]


def test_a_table_that_was_not_delivered_withdraws_nothing(tmp_path: Path) -> None:
    _, entries = deliver([], write(tmp_path / "r", TUAN), 1)
    changes, _ = deliver(entries, write(tmp_path / "s", {k: v for k, v in TUAN.items() if k != "missing"}), 2)
    assert changes.drafts == ()


def test_a_damaged_row_withdraws_nothing_of_what_is_known(tmp_path: Path) -> None:
    _, entries = deliver([], write(tmp_path / "r", TUAN), 1)
    for n, row in enumerate(
        ("T1,04/07/2009,M,ZZ9,12/06/2025", "T1,04/07/2009,M,10/06/2025,ZZ9", "?,,M,10/06/2025,", "T1,,M")
    ):
        changes, _ = deliver(entries, write(tmp_path / "r", {**TUAN, "missing": [row, TUAN["missing"][1]]}), 2 + n)
        assert changes.drafts == (), row
    damaged = {**TUAN, "episodes": ["T1,01/05/2025,S,V2,N8,ZZ9,PR4,,,,,,"]}
    changes, _ = deliver(entries, write(tmp_path / "r", damaged), 9)
    assert changes.drafts == ()


def test_the_next_year_closes_what_was_open_and_keeps_what_it_no_longer_tells(tmp_path: Path) -> None:
    old = {**TUAN, "missing": [*TUAN["missing"], "T1,04/07/2009,M,20/03/2026,"]}
    _, entries = deliver([], write(tmp_path / "r", old), 1)
    before = facts_in_force(entries)
    new = {
        "header": TUAN["header"],
        "episodes": ["T1,01/05/2025,S,V2,N8,K3,PR4,02/06/2026,X1,,,,", "T1,02/06/2026,P,V2,N8,U6,PR1,,,,,,"],
        "missing": ["T1,04/07/2009,M,20/03/2026,03/04/2026"],
        "uasc": TUAN["uasc"],
    }
    changes, after = deliver(entries, write(tmp_path / "s", new), 2)
    assert kinds(changes.new) == ["missing.found", "placement.started"]
    assert changes.corrections == changes.withdrawals == ()
    assert before < facts_in_force(after)
    both, _ = deliver(after, write(tmp_path / "t", new), 3, last=write(tmp_path / "u", old))
    assert both.drafts == ()


def test_who_the_child_is_is_known_since_the_earliest_row_ever_seen(tmp_path: Path) -> None:
    late = {"header": TUAN["header"], "episodes": ["T1,01/12/2025,P,V2,N8,K3,PR4,,,,,,"], "uasc": TUAN["uasc"]}
    _, entries = deliver([], write(tmp_path / "r", TUAN), 1)
    changes, _ = deliver(entries, write(tmp_path / "s", late), 2)
    assert not {"child.known", "child.identified", "asylum.arrived_alone"} & set(kinds(changes.drafts))
    _, entries = deliver([], write(tmp_path / "s", late), 1)
    changes, after = deliver(entries, write(tmp_path / "r", TUAN), 2)
    assert kinds(changes.corrections).count("child.identified") == 2
    assert ("child.known", "2025-05-01") in {f[:2] for f in facts_in_force(after)}


def test_a_chronology_of_many_entries_is_compared_quickly(tmp_path: Path) -> None:
    import time

    def absences(shift: int) -> dict:
        days = [f"{d:02d}/{m:02d}/{y}" for y in (2010, 2011, 2012, 2013) for m in range(1, 13) for d in range(1, 29)]
        return {"header": TUAN["header"], "missing": [f"T1,,M,{d},{d}" for d in days[shift : len(days) - 2 + shift]]}

    first = read(write(tmp_path / "r", absences(0)), collection_year=2026).child("T1")
    second = read(write(tmp_path / "s", absences(2)), collection_year=2026).child("T1")
    entries = as_entries(first.drafts)
    began = time.perf_counter()
    changes = restate(entries, second.drafts, delivered=second.delivered)
    assert time.perf_counter() - began < 1
    assert len(changes.corrections) <= 8 and not changes.new and not changes.withdrawals
