"""All five samples that lie beside the repository: every row of every file adds up, and the facts look right."""

from __future__ import annotations

import csv
import gzip
import io
import re
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from returns_to_hand import as_entries, read

from holdfast.chronology.standing import in_force
from holdfast.config.vocabulary import vocabulary
from holdfast.returns.ssda903.intake import Return
from holdfast.returns.ssda903.restate import restate

pytestmark = pytest.mark.shared

SAMPLES = ("synthetic_800/n800", "fake_2018", "fake_2018/fake_903.xml.gz", "fake_2017_2021/v1.zip", "fake_regional")


@pytest.fixture(scope="module")
def samples(shared: Path) -> Path:
    return shared / "reference" / "ssda903"


@pytest.fixture(scope="module", params=SAMPLES)
def told(request: pytest.FixtureRequest, samples: Path) -> Return:
    return read(samples / request.param)


def csv_files(path: Path) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Every table of a sample, read without any of our code."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith(".csv"):
                    text = archive.read(name).decode("utf-8-sig")
                    yield f"{path.name}/{name}", list(csv.DictReader(io.StringIO(text)))
        return
    for file in sorted(path.rglob("*.csv")):
        text = file.read_text(encoding="utf-8-sig")
        yield str(file.relative_to(path)), list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("name", [s for s in SAMPLES if not s.endswith(".gz")])
def test_every_row_of_every_file_is_counted(samples: Path, name: str) -> None:
    told = read(samples / name)
    counted = {f.file: f.read for f in told.report.files if not f.file.endswith(".xml.gz")}
    assert counted == {file: len(rows) for file, rows in csv_files(samples / name)}
    assert not [f for f in told.report.files if not f.table]


def test_every_element_of_the_xml_form_is_counted(samples: Path) -> None:
    text = gzip.decompress((samples / "fake_2018" / "fake_903.xml.gz").read_bytes()).decode()
    counts = read(samples / "fake_2018" / "fake_903.xml.gz").report.tables()
    for table, element in (
        ("header", "HEADER"),
        ("episodes", "EPISODE"),
        ("missing", "AMISSING"),
        ("reviews", "AREVIEW"),
    ):
        assert counts[table]["read"] == len(re.findall(f"<{element}>", text)), table
    assert counts["previous_permanence"]["not_used"] == len(re.findall("<PERMANENCE>", text))


def test_a_refused_row_has_a_fault_and_a_fault_has_a_row(told: Return) -> None:
    aside = {(r.file, r.row) for r in told.report.kept_aside}
    assert aside == {(f.file, f.row) for f in told.report.faults if f.done == "row kept aside"}
    assert all(f.problem.endswith(".") and f.file for f in told.report.faults)


def test_the_facts_of_every_child_fit_and_come_in_order(told: Return) -> None:
    words = vocabulary()
    seen = 0
    for child in told.children():
        seen += len(child.drafts)
        assert [d.occurred.at for d in child.drafts] == sorted(d.occurred.at for d in child.drafts)
        assert len({(d.source, d.reference) for d in child.drafts}) == len(child.drafts)
        for draft in child.drafts:
            assert words.read(draft.kind, words.write(draft.details)) == draft.details
            assert draft.source in told.sources
    assert seen > 1000


def test_the_same_sample_twice_adds_nothing(told: Return) -> None:
    for child in told.children():
        entries = in_force(as_entries(child.drafts))
        assert restate(entries, child.drafts, delivered=child.delivered).drafts == ()


YEARS = {
    "synthetic_800/n800": ("2024/25", "2025/26"),
    "fake_2018": ("2017/18",),
    "fake_2018/fake_903.xml.gz": ("2017/18",),
    "fake_2017_2021/v1.zip": ("2017/18", "2018/19", "2019/20", "2020/21", "2021/22"),
    "fake_regional": ("2017/18", "2018/19", "2019/20", "2020/21", "2021/22"),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_years_are_found_out(samples: Path, name: str) -> None:
    assert read(samples / name).report.years == YEARS[name]


def day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text.strip(), "%d/%m/%Y")
    except ValueError:
        return None


def test_the_missing_periods_of_the_damaged_sample_are_all_there(samples: Path) -> None:
    sound: Counter[tuple[str, datetime]] = Counter()
    for year in ("this", "last"):
        with (samples / "synthetic_800" / "n800" / year / "missing.csv").open() as lines:
            rows = [(r["CHILD"], day(r["MIS_START"]), day(r["MIS_END"])) for r in csv.DictReader(lines)]
        of_year = Counter((c, began) for c, began, ended in rows if began and (not ended or ended >= began))
        sound |= of_year  # a period that runs over the end of the year stands in both
    told = read(samples / "synthetic_800" / "n800")
    noticed = [
        (child.number, draft.occurred.day)
        for child in told.children()
        for draft in child.drafts
        if draft.kind == "missing.noticed"
    ]
    assert Counter(noticed) == Counter({(c, began.date()): n for (c, began), n in sound.items()})
    assert len(noticed) > 800


def test_each_child_who_drops_out_of_the_damaged_sample_was_missing_and_is_not_carried_on(samples: Path) -> None:
    told = read(samples / "synthetic_800" / "n800")
    folder = samples / "synthetic_800" / "n800"
    with (folder / "last" / "missing.csv").open() as lines:
        was_open = {r["CHILD"] for r in csv.DictReader(lines) if day(r["MIS_START"]) and not day(r["MIS_END"])}
    with (folder / "this" / "missing.csv").open() as lines:
        now = {r["CHILD"] for r in csv.DictReader(lines)}
    missing = {d.child for d in told.report.dropped_out if d.table == "missing"}
    assert missing == was_open - now
    assert missing


def test_unaccompanied_children_of_2018_are_all_there(samples: Path) -> None:
    told = read(samples / "fake_2018")
    with (samples / "fake_2018" / "uasc.csv").open() as lines:
        expected = {r["CHILD"] for r in csv.DictReader(lines)}
    text = gzip.decompress((samples / "fake_2018" / "fake_903.xml.gz").read_bytes()).decode()
    in_xml = len(re.findall("<UASC>1</UASC>", text))
    alone = {c.number for c in told.children() if any(d.kind == "asylum.arrived_alone" for d in c.drafts)}
    assert expected < alone and len(alone) == len(expected) + in_xml == 144


def test_eight_hundred_children_take_less_than_a_few_seconds(samples: Path) -> None:
    began = time.perf_counter()
    told = read(samples / "synthetic_800" / "n800")
    assert sum(len(child.drafts) for child in told.children()) > 12_000
    assert time.perf_counter() - began < 5
