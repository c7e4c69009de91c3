"""A folder of replies: what is taken, what is refused and where."""

from __future__ import annotations

import pytest

from holdfast.evidence.cells import Reason
from holdfast.evidence.folder import BadFolder, cells_from_bytes, read_cells
from holdfast.evidence.national import replies_folder, series_folder

HEAD = "authority,nation,period,item,raw,policy,note\n"


def taken(*lines: str, head: str = HEAD):
    return cells_from_bytes((head + "".join(line + "\n" for line in lines)).encode())


def test_a_line_that_cannot_be_read_is_refused_by_number_and_leaves_no_number():
    table = taken(
        "A,England,2024,missing,12,,", "B,England,2024,missing,39 as at 12 June 2018,,", "C,England,2024,missing,-5,,"
    )
    assert [one.line for one in table.refused] == [3, 4]
    assert "below zero" in table.refused[1].problem
    assert [(cell.reason, cell.lower) for cell in table.cells] == [
        (Reason.EXACT, 12),
        (Reason.UNREADABLE, None),
        (Reason.UNREADABLE, None),
    ]


def test_two_answers_for_one_cell_are_both_refused():
    table = taken("Devon,England,2019,1a,5,,", "DEVON,England,2019,1a,8,,", "Devon,England,2020,1a,5,,")
    assert [one.line for one in table.refused] == [2, 3]
    assert "lines 2 and 3" in table.refused[0].problem
    assert [cell.reason for cell in table.cells] == [Reason.UNREADABLE, Reason.EXACT]


def test_a_thousand_written_without_quotation_marks_is_not_read_as_one():
    table = taken("A,England,2024,missing,1,234,,")
    assert "comma without quotation marks" in table.refused[0].problem
    assert taken('A,England,2024,missing,"1,234",,').cells[0].lower == 1234


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff" + HEAD + "Åland,England,2024,missing,12,,\n",
        (HEAD + "Åland,England,2024,missing,12,,\n").replace("\n", "\r\n"),
        (HEAD + "Åland,England,2024,missing,12,,\n").replace(",", ";"),
        (HEAD + "Åland,England,2024,missing,12,,\n").replace(",", "\t"),
        "\n\n" + HEAD + "\nÅland,England,2024,missing,12,,\n\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_marks_line_ends_separators_and_encodings_of_spreadsheets_are_taken(content, encoding):
    if encoding == "cp1252":
        content = content.replace("\ufeff", "")
    table = cells_from_bytes(content.encode(encoding))
    assert [(cell.authority, cell.lower) for cell in table.cells] == [("Åland", 12)]
    assert not table.refused
    assert any("Windows-1252" in remark for remark in table.remarks) == (encoding == "cp1252")


def test_the_line_number_is_that_of_the_file_even_after_a_note_of_several_lines():
    table = taken('A,England,2024,missing,12,,"first\nsecond"', "B,England,2024,missing,?,,")
    assert [one.line for one in table.refused] == [4]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"authority,period,item\nA,2024,x\n", "no column called raw"),
        (HEAD.replace("note", "raw").encode(), "two columns called raw"),
        (b"\x00\x01\x02", "not text"),
        ((HEAD + 'A,England,2024,x,"12,,\n').encode(), "quotation marks"),
    ],
)
def test_a_file_that_cannot_be_used_says_so_in_a_sentence(content, said):
    with pytest.raises(BadFolder, match=said):
        cells_from_bytes(content)


def test_a_column_that_is_not_known_is_named_and_not_used():
    table = taken("A,England,2024,missing,12,,,x", head=HEAD.replace("note", "note,polciy"))
    assert any("polciy" in remark for remark in table.remarks)


def test_a_number_that_the_policy_would_hide_stands_and_is_remarked_on():
    table = taken("A,E,2024,missing,5,below:10,", "B,E,2024,missing,0,zero-hidden,", "C,E,2024,missing,0,below:10,")
    assert [cell.lower for cell in table.cells] == [5, 0, 0]
    assert ["line 2" in table.remarks[0], "line 3" in table.remarks[1], len(table.remarks)] == [True, True, 2]


def test_two_spellings_of_one_authority_are_remarked_on():
    table = taken("Devon,E,2024,missing,5,,", "Devon CC,E,2024,trafficked,9,,")
    assert "Devon and Devon CC" in table.remarks[0]


def test_a_reference_to_a_hidden_answer_is_hidden_alike_and_to_a_number_stays_without_one():
    hidden = taken(
        "Devon,E,2017,1a trafficked,s40(2); numbers are 5 or less,,", "Devon,E,2017,1b suspected,see (a) above,,"
    )
    assert (hidden.cells[1].reason, hidden.cells[1].lower, hidden.cells[1].upper) == (Reason.SUPPRESSED_S40, 0, 5)
    number = taken("Devon,E,2019,1a,5,,", "Devon,E,2019,1b,Included in above,,")
    assert (number.cells[1].reason, number.cells[1].lower, number.cells[1].within_item) == (
        Reason.INCLUDED_ELSEWHERE,
        None,
        "1a",
    )


def test_what_a_person_coded_holds_over_the_words():
    table = taken(
        "Devon,E,2017,1c,39 as at 12 June 2018,,,answered_wrong_basis", head=HEAD.replace("note", "note,coded")
    )
    assert (table.cells[0].reason, table.cells[0].lower) == (Reason.ANSWERED_WRONG_BASIS, None)
    wrong = taken("Devon,E,2017,1c,39,,,nonsense 3", head=HEAD.replace("note", "note,coded"))
    assert "no known reason" in wrong.refused[0].problem


@pytest.mark.parametrize("folder", [series_folder(), replies_folder()])
def test_every_shipped_cell_can_be_read_and_names_its_page(folder):
    table = read_cells(folder)
    assert not table.refused
    assert not table.remarks
    assert all(cell.place.startswith("http") for cell in table.cells)


def test_a_folder_or_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadFolder, match=r"no cells\.csv"):
        read_cells(tmp_path)
    with pytest.raises(BadFolder, match="not a folder"):
        read_cells(tmp_path / "nowhere")
