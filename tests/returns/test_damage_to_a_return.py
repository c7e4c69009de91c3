"""Any damage: nothing raises, and no undamaged row of another child is lost."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from returns_to_hand import AMINA, HEADS, TUAN, both, read, told_of, write

from holdfast.demo.made_up_return import write_return
from holdfast.returns.ssda903.intake import CannotRead

GOOD = both(TUAN, AMINA)
PLACES = [(table, n) for table in GOOD for n in range(len(GOOD[table]))]

SPOILT = st.one_of(
    st.sampled_from(
        ["", "ZZ9", '"', '""', ",", ",,,,", "\0", "31/02/2025", "01/01/2062", "é", "\r", "\n", "=1+1", " "]
    ),
    st.text(max_size=8),
    st.dates().map(lambda d: f"{d:%d/%m/%Y}"),
)


@settings(max_examples=150, deadline=None)
@given(place=st.sampled_from(PLACES), field=st.integers(0, 12), value=SPOILT, data=st.data())
def test_a_damaged_row_costs_no_other_child(
    place: tuple[str, int], field: int, value: str, data: st.DataObject
) -> None:
    table, n = place
    fields = GOOD[table][n].split(",")
    child = fields[0]
    fields[field % len(fields)] = value.replace("T1", "?").replace("A1", "?")
    cut = data.draw(st.integers(0, 3))
    spoilt = ",".join(fields[: len(fields) - cut])
    rows = {t: [spoilt if (t, m) == place else row for m, row in enumerate(GOOD[t])] for t in GOOD}
    with tempfile.TemporaryDirectory() as folder:
        good = told_of(read(write(Path(folder) / "good", GOOD), collection_year=2026))
        path = write(Path(folder) / "bad", {})
        for t, lines in rows.items():
            text = "\n".join([HEADS[t], *lines, ""])
            (path / f"{t}.csv").write_bytes(text.encode("utf-8", "surrogatepass"))
        told = read(path, collection_year=2026)
    other = "A1" if child == "T1" else "T1"
    assert told_of(told)[other] == good[other]
    assert sum(f.read for f in told.report.files) >= sum(map(len, GOOD.values())) - 1


@settings(max_examples=150, deadline=None)
@given(
    table=st.sampled_from(sorted(GOOD)), at=st.integers(0, 400), junk=st.binary(max_size=40), length=st.integers(0, 60)
)
def test_bytes_changed_anywhere_raise_nothing(table: str, at: int, junk: bytes, length: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), GOOD)
        file = path / f"{table}.csv"
        whole = file.read_bytes()
        file.write_bytes(whole[:at] + junk + whole[at + length :])
        try:
            told = read(path, collection_year=2026)
        except CannotRead:
            return
        assert told.report.as_json(with_rows=True)
        assert told_of(told)


@settings(max_examples=100, deadline=None)
@given(name=st.sampled_from(["a.csv", "a.xml", "a.csv.gz", "a.xml.gz", "a.zip", "a.txt"]), junk=st.binary(max_size=300))
def test_a_file_of_anything_raises_nothing_but_a_plain_sentence(name: str, junk: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(junk)
        try:
            read(Path(folder))
        except CannotRead as error:
            assert str(error).endswith(".")


def test_a_made_up_county_with_every_fiftieth_cell_spoilt(tmp_path: Path) -> None:
    rows = write_return(tmp_path / "r", children=300, seed=903, collection_year=2026, damage=0.02)
    told = read(tmp_path / "r")
    assert sum(f.read for f in told.report.files) == rows
    assert told.report.years == ("2024/25", "2025/26")
    assert told.report.refused > 50
    refused = {(f.file, f.row) for f in told.report.faults if f.done == "row kept aside"}
    assert {(r.file, r.row) for r in told.report.kept_aside} == refused
    assert all(child.drafts for child in told.children())


def test_the_same_seed_makes_the_same_county(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_return(tmp_path / name, children=20, seed=7, collection_year=2026)
    for file in (tmp_path / "a").rglob("*.csv"):
        assert file.read_bytes() == (tmp_path / "b" / file.relative_to(tmp_path / "a")).read_bytes()
    shutil.rmtree(tmp_path / "a")


def test_a_file_of_which_no_row_can_be_taken_is_held_whole(tmp_path: Path) -> None:
    bad = [f"T{n},,M,never,later" for n in range(60_000)]
    told = read(write(tmp_path / "r", {"missing": bad}), collection_year=2026)
    assert [r.received for r in told.report.kept_aside] == bad
    counted = {f.column: f.problem for f in told.report.faults if f.row == 0}
    assert counted == dict.fromkeys(("MIS_START", "MIS_END"), "10000 more faults like those listed: mend these first.")
    assert len(told.report.faults) == 100_000 + len(counted)


def test_one_number_for_every_row_does_not_make_reading_slow(tmp_path: Path) -> None:
    days = [f"{d:02d}/{m:02d}/{y}" for y in range(2001, 2026) for m in range(1, 13) for d in range(1, 29)]
    rows = [f"T1,,M,{day},31/03/2026" for day in days] * 3
    began = time.perf_counter()
    told = read(write(tmp_path / "r", {"missing": rows}), collection_year=2026)
    assert time.perf_counter() - began < 5
    assert told.report.refused == 2 * len(days)
