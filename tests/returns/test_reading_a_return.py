"""What is read of a return, and what is said of the rest."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest
from returns_to_hand import AMINA, HEADS, TUAN, both, drafts, read, told_of, write

from holdfast.returns.ssda903.cells import read_day, read_number
from holdfast.returns.ssda903.intake import CannotRead
from holdfast.returns.ssda903.report import Done


def problems(told, **fields) -> list:
    return [f for f in told.report.faults if all(getattr(f, k) == v for k, v in fields.items())]


def test_a_clean_folder_is_taken_without_a_fault(tmp_path: Path) -> None:
    told = read(write(tmp_path / "r", both(TUAN, AMINA)))
    assert told.report.faults == []
    assert told.report.years == ("2025/26",)
    assert told.sources == ("903/MAR/2025-26",)
    assert told.numbers() == ["A1", "T1"]


def test_tables_are_known_by_their_columns_and_not_by_their_names(tmp_path: Path) -> None:
    folder = write(tmp_path / "r", both(TUAN, AMINA))
    expected = told_of(read(folder))
    for n, file in enumerate(sorted(folder.iterdir())):
        file.rename(folder / f"export {n}.txt")
    assert told_of(read(folder)) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_encoding_and_line_end_reads_the_same(tmp_path: Path, encoding: str, newline: str) -> None:
    rows = both(TUAN, AMINA)
    expected = told_of(read(write(tmp_path / "plain", rows)))
    assert told_of(read(write(tmp_path / "other", rows, newline=newline, encoding=encoding))) == expected


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_quotes_and_blank_lines_read_the_same(tmp_path: Path, delimiter: str) -> None:
    rows = both(TUAN, AMINA)
    expected = told_of(read(write(tmp_path / "plain", rows)))
    folder = write(tmp_path / "other", rows)
    for file in folder.iterdir():
        lines = [delimiter.join(f'"{v}" ' for v in line.split(",")) for line in file.read_text().splitlines()]
        file.write_text("\n\n" + "\n\n".join(lines) + "\n" + delimiter * 4 + "\n")
    told = read(folder)
    assert told_of(told) == expected
    assert told.report.refused == 0


def test_an_accent_in_a_windows_file_costs_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path / "r", TUAN)
    (folder / "header.csv").write_bytes(
        (HEADS["header"] + ",Ward\nT1,M,04/07/2009,AOTH,A123456789012,,,Ynys M\xf4n\n").encode("cp1252")
    )
    told = read(folder)
    assert [f.column for f in told.report.faults] == ["WARD"]
    assert len(drafts(told, "T1")) == 11


def test_extra_repeated_and_absent_columns_are_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "r", TUAN)
    (folder / "missing.csv").write_text(
        "CHILD,MIS_START,MIS_END,MIS_START,NOTE\nT1,10/06/2025,12/06/2025,11/06/2025,x\n"
    )
    told = read(folder)
    found = {(f.column, f.problem) for f in problems(told, table="missing", row=1)}
    assert found == {
        ("MIS_START", "The column stands here more than once: the first is read."),
        ("NOTE", "The return has no such column: it is not used."),
        ("MISSING", "The column is not there."),
    }
    assert ("missing.noticed", "2025-06-10") in drafts(told, "T1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("31/12/2025", "2025-12-31"),
        ("1/2/2026", "2026-02-01"),
        ("2025-12-31", "2025-12-31"),
        ("2025-12-31 00:00:00", "2025-12-31"),
        ("2025-12-31T00:00:00.000Z", "2025-12-31"),
        ("31/12/2025 00:00", "2025-12-31"),
        ("31-Dec-25", "2025-12-31"),
        ("31-dec-2025", "2025-12-31"),
        ("31.12.2025", "2025-12-31"),
        ("4 July 2009", "2009-07-04"),
        ("29/02/2024", "2024-02-29"),
    ],
)
def test_a_day_is_read_however_a_spreadsheet_wrote_it(text: str, expected: str) -> None:
    day, problem = read_day(text)
    assert day is not None and day.isoformat() == expected and problem == ""


@pytest.mark.parametrize(
    "text", ["29/02/2025", "31/13/2025", "ZZ9", "12/2025", "45992", "0000-01-01", "31/12/20255", "١/١/٢٠٢٥"]
)
def test_what_is_no_day_is_said_to_be_none(text: str) -> None:
    day, problem = read_day(text)
    assert day is None and problem.endswith(".")


@pytest.mark.parametrize("text", ["", " ", "31/02/2025", "2025-01-01", "1.5E+6", "é", "-", "T 1", "Child", "x" * 41])
def test_what_cannot_be_a_number_is_no_child(text: str) -> None:
    number, problem = read_number(text)
    assert number == "" and problem.endswith(".")


@pytest.mark.parametrize(
    ("text", "number"), [(" T1 ", "T1"), ("566910.0", "566910"), ('"C/12-3"', "C/12-3"), ("007", "007")]
)
def test_a_number_is_read_as_it_was_meant(text: str, number: str) -> None:
    assert read_number(text) == (number, "")


def test_a_time_of_day_is_left_out_and_said_so() -> None:
    assert read_day("31/12/2025 14:30")[1] == "The return has days only: the time of day is not taken."


def test_bad_rows_are_kept_aside_as_received_and_cost_no_other(tmp_path: Path) -> None:
    bad = [
        "T1,04/07/2009,M,ZZ9,12/06/2025",  # line 4
        "T1,04/07/2009,M,20/07/2025,10/07/2025",
        ",04/07/2009,M,20/07/2025,",
        "T1,04/07/2009,M,20/07/2025",
        "T1,04/07/2009,M,20/07/2025,,,x",
        '"T1,04/07/2009,M,20/07/2025,',
        "T1,04/07/2009,M,20/07/2062,",
        "T1,04/07/2009,M,,",
        "1.23E+05,04/07/2009,M,20/07/2025,",
        "CHILD,DOB,MISSING,MIS_START,MIS_END",
    ]
    rows = {**TUAN, "missing": [*TUAN["missing"], *bad]}
    told = read(write(tmp_path / "r", rows))
    aside = list(told.report.kept_aside)
    assert [r.row for r in aside] == list(range(4, 14))
    assert [r.received for r in aside] == bad
    assert all(f.done is Done.KEPT_ASIDE for f in told.report.faults)
    assert {f.row for f in told.report.faults} == set(range(4, 14))
    assert drafts(told, "T1") == drafts(read(write(tmp_path / "good", TUAN)), "T1")
    assert aside[0].child == "T1" and aside[2].child == ""
    assert aside[0].source == "903/MAR/2025-26"


def test_a_zero_byte_inside_a_value_is_no_harm(tmp_path: Path) -> None:
    folder = write(tmp_path / "r", TUAN)
    file = folder / "missing.csv"
    file.write_bytes(file.read_bytes().replace(b"A,01/02", b"A\0,01\0/02"))
    assert drafts(read(folder), "T1") == drafts(read(write(tmp_path / "good", TUAN)), "T1")


def test_a_value_that_is_not_needed_is_left_out_and_the_row_taken(tmp_path: Path) -> None:
    rows = {**TUAN, "episodes": ["T1,01/05/2025,S,ZZ9,N8,Q7,PR4,zz,,,,,"]}
    told = read(write(tmp_path / "r", rows))
    assert {(f.column, f.value, f.done) for f in told.report.faults} == {
        ("LS", "ZZ9", Done.LEFT_OUT),
        ("PLACE", "Q7", Done.LEFT_OUT),
        ("DEC", "zz", Done.LEFT_OUT),
    }
    placed = next(d for d in told.child("T1").drafts if d.kind == "placement.started")
    assert placed.details.place is None and placed.details.provider == "PR4"


def test_a_code_of_another_year_is_taken_and_said_to_be_so(tmp_path: Path) -> None:
    rows = {
        "header": ["T1,1,04/07/2009,AOTH,A123456789012,,"],
        "episodes": ["T1,01/05/2025,S,V2,N8,H5,PR4,,,,,,", "T2,01/05/2025,S,V2,N8,Z11,PR4,,,,,,"],
    }
    told = read(write(tmp_path / "r", rows))
    (place,) = problems(told, column="PLACE")
    assert (
        place.problem
        == "H5 (Semi-independent, not a children's home) is a code of returns up to 2023/24, not of 2025/26."
    )
    assert place.done is Done.AS_IT_STANDS
    (sex,) = problems(told, column="SEX")
    assert "up to 2023/24" in sex.problem
    assert next(d for d in told.child("T1").drafts if d.kind == "placement.started").details.place == "H5"
    earlier = read(tmp_path / "r", collection_year=2024)
    assert not problems(earlier, column="SEX") and not problems(earlier, column="PLACE", value="H5")
    assert problems(earlier, column="PLACE", value="Z11")


def test_the_same_child_twice_in_the_header(tmp_path: Path) -> None:
    rows = {**TUAN, "header": [TUAN["header"][0], TUAN["header"][0], "T1,F,04/07/2008,AOTH,A123456789012,,"]}
    told = read(write(tmp_path / "r", rows))
    assert [(f.row, f.problem) for f in problems(told, table="header")] == [
        (3, "The same row stands in line 2."),
        (4, "The child has another row in line 2 that says something else. The first is taken."),
    ]
    known = next(d for d in told.child("T1").drafts if d.kind == "child.known")
    assert known.details.sex == "M"


def test_two_absences_on_one_day_are_both_taken_and_pointed_out(tmp_path: Path) -> None:
    rows = {**TUAN, "missing": ["T1,04/07/2009,M,10/06/2025,10/06/2025"] * 2}
    told = read(write(tmp_path / "r", rows))
    assert [k for k, _ in drafts(told, "T1") if k.startswith("missing")] == ["missing.noticed", "missing.found"] * 2
    assert len(told.report.faults) == 1


def test_what_rows_show_only_together_is_said(tmp_path: Path) -> None:
    rows = {
        "header": ["T1,M,04/07/2009,AOTH,A123456789012,,"],
        "episodes": [
            "T1,01/05/2025,S,V2,N8,K3,PR4,01/08/2025,X1,,,,",
            "T1,01/07/2025,P,V2,N8,K3,PR4,01/09/2025,E8,,,,",
            "T9,01/07/2025,S,V2,N8,K3,PR4,,,,,,",
        ],
        "missing": [
            "T1,05/07/2009,M,10/06/2025,12/06/2025",
            "T1,04/07/2009,M,11/06/2025,13/06/2025",
            "T1,04/07/2009,M,14/06/2025,",
            "T1,04/07/2009,M,15/08/2025,",
            "T1,04/07/2009,M,15/12/2025,16/12/2025",
            "T1,04/07/2009,M,15/12/2008,16/12/2008",
        ],
    }
    told = read(write(tmp_path / "r", rows))
    said = {(f.table, f.row, f.column): f.problem for f in told.report.faults}
    assert said["episodes", 3, "DECOM"] == "It begins before the episode in line 2 ends, 01/08/2025."
    assert said["episodes", 4, "CHILD"] == "The child has no row of the header here."
    assert said["missing", 2, "DOB"].startswith("The header has another date of birth")
    assert said["missing", 3, "MIS_START"] == "It begins before the period in line 2 ends, 12/06/2025."
    assert said["missing", 5, "MIS_END"] == "Two periods have no end: this and line 4."
    assert said["missing", 6, "MIS_START"] == "It begins while the period in line 4 has no end." or (
        said["missing", 6, "MIS_START"] == "On this day the child is in no episode of care."
    )
    assert said["missing", 7, "MIS_START"].startswith(("This is before the child was born", "On this day"))
    assert all(f.done is Done.AS_IT_STANDS for f in told.report.faults)
    assert told.report.refused == 0


def test_a_child_missing_at_the_end_of_last_year_who_drops_out_is_reported(tmp_path: Path) -> None:
    last = {
        "header": [
            "T1,M,04/07/2009,AOTH,,,",
            "A1,F,12/03/2010,BAFR,,,",
            "B1,F,12/03/2010,BAFR,,,",
            "D1,F,12/03/2010,BAFR,,,",
        ],
        "episodes": [f"{c},02/09/2024,S,C1,N1,U6,PR1,,,,,," for c in ("T1", "A1", "B1", "D1")],
        "missing": [f"{c},,M,10/03/2025," for c in ("T1", "A1", "B1")],
    }
    this = {
        "header": ["A1,F,12/03/2010,BAFR,,,", "B1,F,12/03/2010,BAFR,,,"],
        "episodes": [f"{c},02/09/2024,S,C1,N1,U6,PR1,01/12/2025,E8,,,," for c in ("A1", "B1")],
        "missing": ["B1,,M,10/03/2025,12/04/2025"],
    }
    write(tmp_path / "r" / "last", last)
    write(tmp_path / "r" / "this", this)
    told = read(tmp_path / "r")
    assert told.report.years == ("2024/25", "2025/26")
    assert [(d.child, d.problem) for d in told.report.dropped_out] == [
        (
            "A1",
            "Missing since 10/03/2025 at the end of 2024/25, and no missing row in 2025/26, "
            "though the child has other rows.",
        ),
        ("D1", "In care at the end of 2024/25, and no row in 2025/26."),
        ("T1", "Missing since 10/03/2025 at the end of 2024/25, and no row in 2025/26."),
    ]
    apart = read(write(tmp_path / "t", this), last=write(tmp_path / "l", last))
    assert [d.child for d in apart.report.dropped_out] == ["A1", "D1", "T1"]


def test_empty_files_strange_files_and_headings_alone(tmp_path: Path) -> None:
    folder = write(tmp_path / "r", {**TUAN, "reviews": []})
    (folder / "empty.csv").write_bytes(b"")
    (folder / "blank.csv").write_bytes(b"\n \n\n")
    (folder / "notes.docx").write_bytes(b"PK")
    (folder / "budget.csv").write_text("Home,Cost\nElm House,5\nOak House,6\n")
    (folder / "broken.zip").write_bytes(b"no zip")
    (folder / "broken.csv.gz").write_bytes(b"no gzip")
    (folder / ".DS_Store").write_bytes(b"x")
    told = read(folder)
    assert len(drafts(told, "T1")) == 11
    assert {f.file for f in told.report.faults if f.done is Done.NOT_READ} == {
        "empty.csv", "blank.csv", "notes.docx", "budget.csv", "broken.zip", "broken.csv.gz"
    }  # fmt: skip
    budget = next(f for f in told.report.files if f.file == "budget.csv")
    assert (budget.read, budget.not_used) == (2, 2)
    assert ("903/MAR/2025-26", "review") in told.delivered


def test_nothing_at_all_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="There is no file or folder"):
        read(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CannotRead, match="There is no file in"):
        read(tmp_path / "empty")
    with pytest.raises(CannotRead, match="which year"):
        read(write(tmp_path / "r", {"header": TUAN["header"]}))
    assert read(tmp_path / "r", collection_year=2026).numbers() == ["T1"]


def test_a_zip_with_folders_by_year(tmp_path: Path) -> None:
    last = {"header": TUAN["header"], "episodes": ["T1,01/05/2024,S,V2,N8,K3,PR4,,,,,,"]}
    write(tmp_path / "a" / "2024", last)
    write(tmp_path / "a" / "2025", TUAN)
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        for file in sorted((tmp_path / "a").rglob("*.csv")):
            archive.write(file, file.relative_to(tmp_path / "a"))
    told = read(tmp_path / "both.zip")
    assert told.report.years == ("2024/25", "2025/26")
    assert told_of(told) == told_of(read(tmp_path / "a"))


def test_a_zip_made_to_fill_the_memory_is_stopped(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("missing.csv", HEADS["missing"] + "\n" + "\n" * 60_000_000)
    told = read(tmp_path / "bomb.zip")
    assert any("far larger than a return" in f.problem for f in told.report.faults)


def test_a_heading_without_a_line_end_of_many_megabytes_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "x.csv").write_bytes(b"CHILD," * 5_000_000)
    assert read(tmp_path / "r").numbers() == []


XML = """<?xml version="1.0"?><EXPSSDA903>
<CHILD><HEADER><CHILDID>T1</CHILDID><UPN>A123456789012</UPN><SEX>M</SEX><DOB>04/07/2009</DOB><ETHNIC>AOTH</ETHNIC>
<UASC>1</UASC><DUC>04/07/2027</DUC>
<AMISSING><MISSING>M</MISSING><MIS_START>10/06/2025</MIS_START><MIS_END>12/06/2025</MIS_END></AMISSING>
<AMISSING><MISSING>A</MISSING><MIS_START>01/02/2026</MIS_START><MIS_END>01/02/2026</MIS_END></AMISSING>
<OC2><SDQ_SCORE>3</SDQ_SCORE></OC2></HEADER>
<EPISODE><DECOM>01/05/2025</DECOM><RNE>S</RNE><LS>V2</LS><CIN>N8</CIN><PL>K3</PL><PL_POST>ME2 2BB</PL_POST>
<PLACE_PROVIDER>PR4</PLACE_PROVIDER><DEC /><REC /></EPISODE></CHILD>
<CHILD><HEADER><CHILDID>T2</CHILDID><SEX>F</SEX><DOB>04/07/2009</DOB><ETHNIC>AOTH</ETHNIC></HEADER>
<EPISODE><DECOM>ZZ9</DECOM><RNE>S</RNE></EPISODE></CHILD>
"""


def test_the_xml_form_says_the_same_as_the_tables(tmp_path: Path) -> None:
    expected = told_of(read(write(tmp_path / "csv", TUAN)))["T1"]
    (tmp_path / "r.xml").write_text(XML + "</EXPSSDA903>")
    (tmp_path / "r.xml.gz").write_bytes(gzip.compress((XML + "</EXPSSDA903>").encode()))
    for name in ("r.xml", "r.xml.gz"):
        told = read(tmp_path / name)
        assert told.child("T1").drafts == expected
        assert told.report.tables()["oc2"]["not_used"] == 1
        (aside,) = told.report.kept_aside
        assert aside.child == "T2" and "<DECOM>ZZ9</DECOM>" in aside.received


def test_xml_that_stops_half_way_gives_what_came_before(tmp_path: Path) -> None:
    (tmp_path / "r.xml").write_text(XML + "<CHILD><HEADER><CHILDID>T3</CH")
    told = read(tmp_path / "r.xml")
    assert told.numbers() == ["T1", "T2"]
    assert told.delivered == frozenset()
    assert any("the rest is not read" in f.problem for f in told.report.faults)


def test_xml_that_defines_its_own_words_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.xml").write_text('<!DOCTYPE a [<!ENTITY b "c">]>' + XML.partition("?>")[2] + "</EXPSSDA903>")
    told = read(tmp_path / "r.xml")
    assert told.numbers() == [] and "document type" in told.report.faults[0].problem


def test_a_year_column_divides_a_table_into_years(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / "h.csv").write_text(
        "CHILD,SEX,DOB,ETHNIC,UPN,LA,YEAR\nT1,1,2003-07-04,AOTH,,Marrowshire,2017\nT1,1,2003-07-04,AOTH,,Marrowshire,2018\n"
    )
    (folder / "e.csv").write_text(
        "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,LA,YEAR\n"
        "T1,2017-05-01,S,V2,N8,H5,PR4,,,Marrowshire,2017\n"
        "T1,2017-05-01,S,V2,N8,H5,PR4,2018-09-01,E8,Marrowshire,2018\n"
    )
    told = read(folder)
    assert told.report.years == ("2017/18", "2018/19")
    assert [k for k, _ in drafts(told, "T1")][-1] == "care.ended"


def test_the_report_as_json_has_the_promised_parts(tmp_path: Path) -> None:
    told = read(write(tmp_path / "r", {**TUAN, "missing": ["T1,,M,ZZ9,"]}))
    told.report.count(entries=3, already_known=2, corrections=1, withdrawn=1)
    said = told.report.as_json()
    assert (said["children"], said["entries"], said["already_known"], said["corrections"], said["withdrawn"]) == (
        1,
        3,
        2,
        1,
        1,
    )
    assert said["refused"] == 1
    assert said["tables"]["missing"] == {"read": 1, "taken": 0, "refused": 1, "not_used": 0}
    assert said["faults"] == [
        {
            "table": "missing",
            "row": 2,
            "column": "MIS_START",
            "value": "ZZ9",
            "problem": "This is not a date.",
            "done": "row kept aside",
            "file": "missing.csv",
        }
    ]
    assert told.report.as_json(with_rows=True)["rows_kept_aside"][0]["received"] == "T1,,M,ZZ9,"
