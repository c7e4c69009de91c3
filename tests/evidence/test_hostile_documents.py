"""Hostile and careless files: quarantined with a reason, nothing of them repeated, nothing lost."""

from __future__ import annotations

import io
import json
import time
import zipfile
from dataclasses import replace

import made_documents as made
import pytest
from typer.testing import CliRunner

import holdfast.cli.evidence  # noqa: F401 - registers the commands
from holdfast.cli.main import app
from holdfast.evidence.received.content import Table, Why
from holdfast.evidence.received.limits import LIMITS
from holdfast.evidence.received.mail import read_message, split_mbox
from holdfast.evidence.received.opening import open_document
from holdfast.evidence.received.senders import Asked, Senders
from holdfast.evidence.received.store import Store
from holdfast.evidence.received.taking_in import TakingIn
from holdfast.evidence.received.worker import Reader

ROWS = [["Question", "2024"], ["1c UASC", "24"]]


def opened(name, content, limits=LIMITS):
    return open_document(name, content, limits)


def whys(content):
    return [one.why for one in content.concerns]


def bomb(size=300_000_000):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(size // 1_000_000):
                part.write(b" " * 1_000_000)
    return out.getvalue()


def pages(count):
    kids = " ".join(f"{at} 0 R" for at in range(3, count + 3)).encode()
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids)]
    parts += [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"] * count
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, start))


def test_a_zip_bomb_is_stopped_quickly():
    begun = time.process_time()
    content = opened("reply.xlsx", bomb())
    assert content.refused
    assert whys(content) == [Why.BOMB]
    assert time.process_time() - begun < 20


def test_a_bomb_that_lies_about_its_size_is_stopped_while_unpacking():
    honest = made.xlsx({"A": [["x" * 9000] * 20] * 20})
    limits = replace(LIMITS, unpacked_bytes=3_000)
    assert whys(opened("reply.xlsx", honest, limits)) == [Why.BOMB]


def test_a_pdf_of_ten_thousand_pages_is_not_read():
    begun = time.process_time()
    content = opened("reply.pdf", pages(10_000))
    assert whys(content) == [Why.TOO_LONG]
    assert "10,000 pages" in content.concerns[0].words
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.xlsm", made.xlsx({"A": ROWS}, extra={"xl/vbaProject.bin": "x"}), Why.MACROS),
        ("a.docx", made.docx(["1c. 24"], extra={"word/vbaProject.bin": "x"}), Why.MACROS),
        ("a.xlsx", made.xlsx({"A": ROWS}, formulas={"B2": ('WEBSERVICE("http://x")', "24")}), Why.DANGEROUS_FORMULA),
        ("a.xlsx", made.xlsx({"A": ROWS}, formulas={"B2": ("cmd|'/c calc'!A0", "24")}), Why.DANGEROUS_FORMULA),
        ("a.csv", b"Question,2024\n1c,=cmd|'/c calc'!A0\n", Why.DANGEROUS_FORMULA),
        ("a.ods", made.ods(ROWS, formula='of:=WEBSERVICE("http://x")'), Why.DANGEROUS_FORMULA),
        ("a.pdf", b"%PDF-1.7 nothing more", Why.DAMAGED),
        ("a.xlsx", b"PK\x03\x04 nothing more", Why.DAMAGED),
        ("a.zip", made.packed({"a.exe": "x"}), Why.NOT_KNOWN),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Why.NOT_KNOWN),
        ("a.exe", b"MZ\x00\x01\x02", Why.NOT_KNOWN),
        ("a.rtf", b"{\\rtf1 24}", Why.NOT_KNOWN),
        ("a.txt", b"", Why.DAMAGED),
        ("a.docx", made.packed({"word/document.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}), Why.DAMAGED),
        ("a.html", b"<html><p style='display:none'>1c. 24</p></html>", Why.HIDDEN_TEXT),
    ],
)  # fmt: skip
def test_a_dangerous_or_unknown_file_is_quarantined_whole_with_its_reason(name, content, why):
    found = opened(name, content)
    assert found.refused
    assert found.pieces == ()
    assert whys(found) == [why]
    assert found.concerns[0].words


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (made.xlsx({"A": ROWS, "Data": [["secret"]]}, hidden_sheets=("Data",)), Why.HIDDEN_SHEET),
        (made.xlsx({"A": [*ROWS, ["secret", "9"]]}, hidden_rows=(3,)), Why.HIDDEN_CELLS),
        (made.xlsx({"A": [[*row, "secret"] for row in ROWS]}, hidden_columns=(3,)), Why.HIDDEN_CELLS),
        (made.xlsx({"A": ROWS}, extra={"xl/pivotCache/pivotCacheRecords1.xml": "<secret/>"}), Why.PIVOT),
        (made.xlsx({"A": ROWS}, extra={"xl/comments1.xml": "<secret/>"}), Why.COMMENT),
        (made.ods([*ROWS, ["secret", "9"]], hidden_rows=(3,)), Why.HIDDEN_CELLS),
        (made.docx([ROWS], extra={"word/comments.xml": "<secret/>"}), Why.COMMENT),
        (made.docx([ROWS], raw="<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r></w:p>"), Why.HIDDEN_TEXT),
        (made.docx([ROWS], raw="<w:p><w:del><w:r><w:delText>secret</w:delText></w:r></w:del></w:p>"), Why.CHANGES),
    ],
)
def test_what_is_hidden_is_set_apart_and_the_rest_is_read(content, why):
    found = opened("reply", content)
    assert why in whys(found)
    assert not found.refused
    assert [piece.rows for piece in found.pieces if isinstance(piece, Table)] == [tuple(map(tuple, ROWS))]
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    "rows",
    [
        [["Name", "Missing"], ["Tuan", "2"]],
        [["Child ID", "Episodes"], ["77", "2"]],
        [["Ref", "D.O.B", "Episodes"], ["R-991", "14/03/2010", "2"]],
        [["", ""], ["Child 1", "17"], ["Child 2", "16"]],
        [["a", "b"], ["14/03/2010", "x"], ["02/05/2011", "y"], ["09/09/2009", "z"]],
        [["key", "b"], ["4410023", "x"], ["4410077", "y"], ["4410099", "z"]],
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx", "docx", "pdf"])
def test_rows_about_single_children_are_quarantined_and_never_repeated(rows, kind):
    file = {"csv": made.csv, "xlsx": lambda r: made.xlsx({"A": r}), "docx": lambda r: made.docx([r])}
    content = made.pdf([rows]) if kind == "pdf" else file[kind](rows)
    found = opened(f"r.{kind}", content)
    assert Why.CHILD_LEVEL in whys(found)
    assert not [piece for piece in found.pieces if isinstance(piece, Table)]
    assert rows[1][0] not in repr(found)


def test_periods_given_as_days_are_not_taken_for_children():
    rows = [["Year to", "Number"], ["31/03/2022", "4"], ["31/03/2023", "5"], ["31/03/2024", "6"]]
    assert opened("r.csv", made.csv(rows)).concerns == ()


def test_a_calculated_cell_is_named_and_never_read_as_its_kept_number():
    found = opened("r.xlsx", made.xlsx({"A": ROWS}, formulas={"B2": ("SUM(A1:A9)", "24")}))
    assert whys(found) == [Why.FORMULA]
    assert "B2" in found.concerns[0].words
    assert "24" not in [cell for piece in found.pieces for row in piece.rows for cell in row]


def test_a_scanned_page_is_set_aside_for_a_person():
    assert opened("r.png", b"\x89PNG\r\n\x1a\n0000").scanned_pages == (1,)
    assert opened("r.pdf", pages(2)).scanned_pages == (1, 2)


def test_our_own_reading_of_a_workbook_agrees_with_a_second_reader():
    from python_calamine import CalamineWorkbook

    content = made.xlsx({"A": [["Question", "2023", "2024"], ["1c", "24", "<5"], ["", "", "x & y"], ["2b", "", "7"]]})
    (ours,) = opened("r.xlsx", content).pieces
    theirs = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("A").to_python()
    shown = [[str(int(cell)) if isinstance(cell, float) else cell for cell in row] for row in theirs]
    assert [list(row) for row in ours.rows] == shown


@pytest.mark.parametrize(
    "message",
    [
        made.message("Out of office", Auto_Submitted="auto-replied"),
        made.message("1c. 24", sender="round@example.org"),
        made.message("Undelivered", sender="MAILER-DAEMON@marrowshire.gov.uk"),
        b"Received: by x\n" * 40 + made.message("1c. 24"),
        made.message("1c. 24", X_Loop="round@example.org"),
    ],
)
def test_an_automatic_message_or_a_loop_is_no_reply(message):
    found = read_message(message, LIMITS, frozenset({"round@example.org"}))
    assert found.concern.why is Why.MAIL_LOOP


def test_a_message_inside_a_message_inside_a_message_ends_somewhere(tmp_path):
    inner = made.message("1c. 24", subject="0")
    for depth in range(12):
        inner = made.message("see attached", subject=str(depth + 1), attached={"m.eml": inner})
    (tmp_path / "a.eml").write_bytes(inner)
    found = taken(tmp_path)
    assert len(found) <= LIMITS.depth + 2
    assert Why.TOO_LARGE in whys(found[-1].content)


SENDERS = Senders(
    [
        Asked("Marrowshire", "England", "HF-101", "foi@marrowshire.gov.uk"),
        Asked("Fennmouth", "England", "HF-102", "foi@fennmouth.gov.uk"),
    ]
)


def taken(place, senders=SENDERS):
    return list(TakingIn(lambda name, content: opened(name, content), senders, LIMITS).documents(place))


@pytest.mark.parametrize(
    "message",
    [
        made.message("1c. 24", subject="Re: HF-102"),
        made.message("1c. 24", subject="Re: HF-101", sender="someone@gmail.com"),
        made.message("1c. 24", subject="Re: HF-101", sender="Fennmouth Council <foi@marrowshire.gov.uk>"),
        made.message("1c. 24\n\nFennmouth Borough Council", subject="Re: HF-101"),
        made.message("I reply on behalf of Fennmouth Borough Council.\n1c. 24", subject="Re: HF-101"),
    ],
)
def test_a_reply_that_claims_another_authoritys_name_is_quarantined(tmp_path, message):
    (tmp_path / "a.eml").write_bytes(message)
    (one,) = taken(tmp_path)
    assert whys(one.content) == [Why.OTHER_NAME]
    assert one.content.pieces == ()


def test_a_reply_belongs_to_the_request_it_answers(tmp_path):
    content = made.message("1c. 24", subject="Re: HF-101", attached={"r.csv": b"Question,2024\n1c,24\n"})
    (tmp_path / "a.eml").write_bytes(content)
    assert [one.authority for one in taken(tmp_path)] == ["Marrowshire", "Marrowshire"]


def test_a_wrong_body_may_name_the_right_one(tmp_path):
    text = "We are not the responsible authority. Please ask Fennmouth Borough Council for these figures."
    (tmp_path / "a.eml").write_bytes(made.message(text, subject="Re: HF-101"))
    (one,) = taken(tmp_path)
    assert not one.content.refused


def test_a_maildir_an_mbox_and_a_folder_give_the_same_documents(tmp_path):
    messages = [made.message(f"1c. {n}", subject=f"HF-101 part {n}") for n in (24, 25)]
    for folder in ("cur", "new", "tmp"):
        (tmp_path / "maildir" / folder).mkdir(parents=True)
    (tmp_path / "maildir" / "cur" / "1.a:2,S").write_bytes(messages[0])
    (tmp_path / "maildir" / "new" / "2.b").write_bytes(messages[1])
    (tmp_path / "maildir" / "tmp" / "3.c").write_bytes(b"half")
    mbox = b"".join(b"From foi@marrowshire.gov.uk Mon Mar  3 09:00:00 2025\n" + one + b"\n\n" for one in messages)
    (tmp_path / "box.mbox").write_bytes(mbox)
    assert len(split_mbox(mbox)) == 2
    for place in (tmp_path / "maildir", tmp_path / "box.mbox"):
        assert [one.authority for one in taken(place)] == ["Marrowshire", "Marrowshire"]
        assert [one.content.pieces[0].text for one in taken(place)] == ["1c. 24", "1c. 25"]


def test_a_document_that_takes_too_long_ends_only_its_own_reading():
    slow = made.pdf([[["1c", "24"]] * 60] * 4)
    with Reader(replace(LIMITS, seconds=0.01)) as reader:
        assert whys(reader.open("r.pdf", slow)) == [Why.TOO_SLOW]
    with Reader(LIMITS) as reader:
        assert reader.open("r.csv", b"Question,2024\n1c,24\n").pieces
        assert whys(reader.open("r.xlsx", bomb())) == [Why.BOMB]
        assert reader.open("r.csv", b"Question,2024\n1c,24\n").pieces


def test_documents_are_kept_as_received_and_a_changed_one_is_noticed(tmp_path):
    store = Store(tmp_path / "kept")
    name = store.keep(b"as received")
    assert store.keep(b"as received") == name
    assert store.read(name) == b"as received"
    assert store.path(name).stat().st_mode & 0o777 == 0o400
    store.path(name).chmod(0o600)
    store.path(name).write_bytes(b"changed")
    with pytest.raises(ValueError, match="no longer what was received"):
        store.read(name)


def test_the_command_keeps_everything_and_says_where_everything_went(tmp_path):
    place, out = tmp_path / "in", tmp_path / "out"
    for name, content in {
        "Marrowshire/reply.csv": b"Question,2024\n1c UASC,24\n",
        "Marrowshire/list.xlsx": made.xlsx({"A": [["Name", "Date of birth"], ["Tuan", "2010-03-14"]]}),
        "Fennmouth/reply.txt": b"1c. about 24",
        "Fennmouth/empty.txt": b"Hello",
        "Fennmouth/again.txt": b"1c. about 24",
        "Elmsea/bad.xlsx": b"PK\x03\x04",
    }.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    result = CliRunner().invoke(app, ["evidence", "read", str(place), "--out", str(out), "--json"])
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert [one["raw"] for one in said["proposed"]] == ["24"]
    assert said["stated"] == []
    assert {one["status"] for one in said["proposed"]} == {"proposed"}
    places = {one["document_name"] for part in ("proposed", "left", "quarantined") for one in said[part]}
    assert {one["name"] for one in said["documents"]} == places
    assert len(list((out / "documents").rglob("*/*"))) == 5
    assert "Tuan" not in "".join(file.read_text() for file in [*out.glob("*.csv"), *(out / "notes").iterdir()])
    (note,) = (out / "notes").iterdir()
    assert "send the reply again without these parts" in note.read_text()
    assert "Tuan" not in result.stdout


@pytest.mark.parametrize("arguments", [["nowhere"], [".", "--questionnaire", "nowhere.toml"]])
def test_a_place_that_cannot_be_read_is_said_in_one_plain_line(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["evidence", "read", *arguments])
    assert result.exit_code == 2
    assert result.stderr.startswith("holdfast: ")
    assert "Traceback" not in result.stderr
