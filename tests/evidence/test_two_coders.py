"""Two people code what was read, blind to each other; a named person decides; only then are there cells."""

from __future__ import annotations

import csv
import io
import shutil

import pytest
from typer.testing import CliRunner

import holdfast.cli.coding
import holdfast.cli.evidence  # noqa: F401 - registers the commands
from holdfast.cli.main import app
from holdfast.evidence.cells import Reading, Reason
from holdfast.evidence.coding.agreement import agreement, kappa
from holdfast.evidence.coding.checks import banded, checked
from holdfast.evidence.coding.settling import Version, settled
from holdfast.evidence.coding.worksheet import coding_fault
from holdfast.evidence.folder import read_cells
from holdfast.evidence.national import national_folder
from holdfast.evidence.questionnaire import read_questionnaire

ASKED = read_questionnaire(national_folder().joinpath("questionnaire.toml"))
A1, B1, C1 = "1a trafficked (identified)", "1b trafficked (suspected)", "1c unaccompanied"
LETTER = """Dear Madam,

1a) less than five
1b) Included in 1a
1c) 24
2b) 39 children as at 12 June 2018 (including care leavers)

Yours faithfully
"""
LATER = "Dear Madam,\n\nWe correct our answer.\n\n1c) 31\n"


def run(*words, code=0):
    result = CliRunner().invoke(app, ["evidence", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


def rows(file):
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))


def write(file, table):
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, table[0].keys())
        writer.writeheader()
        writer.writerows(table)


def fill(folder, coder, codes, item=""):
    """`codes`: (words that stand in the place, code). Everything else holds nothing."""
    place = folder / "coding" / f"coder-{coder}.csv"
    table = rows(place)
    for row in table:
        given = [code for words, code in codes if words in row["words"] or words == row["item"]]
        if not row["code"]:
            row["code"] = given[0] if given else "nothing"
        if row["code"] != "nothing":
            row["period"] = row["period"] or "2024"
            row["item"] = row["item"] or item
    write(place, table)
    return place


FIRST = [
    ("less than five", "interval 0-4"),
    ("Included in 1a", "included_elsewhere 1a"),
    ("24", "exact 24"),
    ("39 children", "answered_wrong_basis"),
]


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    place = tmp_path_factory.mktemp("once")
    (place / "replies").mkdir()
    (place / "replies" / "Barnet.txt").write_text(LETTER)
    run("read", place / "replies", "--out", place / "read")
    return place


@pytest.fixture
def read(once, tmp_path):
    for name in ("replies", "read"):
        shutil.copytree(once / name, tmp_path / name)
    return tmp_path / "replies", tmp_path / "read"


@pytest.fixture
def begun(read):
    replies, out = read
    run("code", out, "--coder", "Ms Okafor")
    run("code", out, "--coder", "Mr Lowe")
    return replies, out


def test_kappa_of_the_worked_table():
    pairs = [("x", "x")] * 20 + [("x", "y")] * 5 + [("y", "x")] * 3 + [("y", "y")] * 12
    assert kappa(pairs) == pytest.approx(0.5844, abs=5e-5)
    assert kappa([("x", "x")] * 9) is None, "one code throughout: chance alone gives all of it"
    with pytest.raises(ValueError, match="nothing was coded"):
        kappa([])


def test_agreement_on_numbers_is_told_apart_from_agreement_on_reasons():
    pairs = [
        (Reading(Reason.EXACT, 3, 3), Reading(Reason.EXACT, 5, 5)),
        (Reading(Reason.NOT_HELD), Reading(Reason.NOT_RECORDED)),
        (Reading(Reason.EXACT, 2, 2), None),
    ]
    found = agreement("1a", pairs)
    assert (found.coded, found.same_reason, found.numbers, found.same_numbers) == (3, 1, 1, 0)


def test_a_coder_s_file_shows_the_words_and_nobody_s_reading(begun):
    _, out = begun
    for name in ("ms-okafor", "mr-lowe"):
        table = rows(out / "coding" / f"coder-{name}.csv")
        assert len(table) == len(rows(out / "proposed.csv")) + len(rows(out / "left.csv")) >= 4
        assert {row["code"] for row in table} == {""}
        assert not {"lower", "upper", "reason", "problem"} & set(table[0])


def test_nothing_of_either_is_shown_until_both_are_finished(begun):
    _, out = begun
    assert "without a code" in run("compare", out, code=2).stderr
    fill(out, "ms-okafor", FIRST)
    refused = run("compare", out, code=2)
    assert "coder-mr-lowe.csv" in refused.stderr and "kappa" not in refused.stdout
    assert not (out / "coding" / "to-decide.csv").exists()


def test_a_third_coder_and_one_person_twice_are_refused(begun):
    _, out = begun
    assert "two people code already" in run("code", out, "--coder", "Priya", code=2).stderr
    fill(out, "ms-okafor", FIRST)
    table = rows(out / "coding" / "coder-ms-okafor.csv")
    write(out / "coding" / "coder-mr-lowe.csv", table)
    assert "cannot be both coders" in run("compare", out, code=2).stderr


def test_what_both_say_becomes_a_cell_with_its_place_and_who_accepted_it(begun, tmp_path):
    _, out = begun
    fill(out, "ms-okafor", FIRST)
    fill(out, "mr-lowe", FIRST)
    assert "Nothing is left to decide" in run("compare", out).stdout
    settled = tmp_path / "settled"
    (tmp_path / "requests.csv").write_text("authority,nation\nBarnet,England\nKent,England\n")
    run("settle", out, "--out", settled, "--by", "Sgt Reid", "--requests", tmp_path / "requests.csv")
    cells = {(one.authority, one.item): one for one in read_cells(settled).cells}
    assert (cells["Barnet", C1].lower, cells["Barnet", C1].upper) == (24, 24)
    assert (cells["Barnet", A1].lower, cells["Barnet", A1].upper) == (0, 4)
    assert cells["Barnet", B1].within_item == A1
    assert cells["Barnet", "2b unaccompanied missing"].lower is None, "39 on another day is not 39"
    assert "coded alike by" in cells["Barnet", C1].note and "Barnet.txt" in cells["Barnet", C1].place
    assert cells["Kent", C1].reason is Reason.NO_REPLY, "silence has its line"
    assert "without an answer" in cells["Barnet", "4 still missing"].note
    record = rows(settled / "settled.csv")
    assert record[0]["settled_by"] == "Sgt Reid" and "proposed.csv:" in record[0]["made_from"]
    assert rows(settled / "agreement.csv")[-1]["question"] == "all"
    run("figures", settled)


def test_coders_who_differ_are_settled_by_a_named_person_with_a_reason(begun, tmp_path):
    _, out = begun
    fill(out, "ms-okafor", FIRST)
    fill(out, "mr-lowe", [("less than five", "interval 1-4"), *FIRST[1:]])
    result = run("compare", out, code=1)
    assert "1 to decide" in result.stdout
    assert "not decided" in run("settle", out, "--out", tmp_path / "s", "--by", "Sgt Reid", code=2).stderr
    assert not (tmp_path / "s").exists()
    file = out / "coding" / "to-decide.csv"
    for decided, words in (
        ({"decision": "interval 0-4"}, "decided by nobody"),
        ({"decision": "interval 0-4", "decided_by": "Priya"}, "without a reason"),
        ({"decision": "seven", "decided_by": "Priya", "reason": "x"}, "no known reason"),
    ):
        table = rows(file)
        write(file, [table[0] | decided])
        assert words in run("compare", out, code=2).stderr
        write(file, table)
    table = rows(file)
    write(file, [table[0] | {"decision": "interval 0-4", "decided_by": "Priya", "reason": "zero is not ruled out"}])
    assert "Nothing is left" in run("compare", out).stdout
    run("settle", out, "--out", tmp_path / "s", "--by", "Sgt Reid")
    cell = next(one for one in read_cells(tmp_path / "s").cells if one.item == A1)
    assert (cell.lower, cell.upper) == (0, 4)
    assert "decided by Priya: zero is not ruled out" in cell.note
    assert len(list((out / "coding" / "earlier").iterdir())) >= 1


def test_a_later_reply_that_differs_opens_the_cell_again_and_both_versions_are_kept(begun, tmp_path):
    replies, out = begun
    fill(out, "ms-okafor", FIRST)
    fill(out, "mr-lowe", FIRST)
    settled = tmp_path / "settled"
    run("settle", out, "--out", settled, "--by", "Sgt Reid")
    (replies / "Barnet").mkdir()
    (replies / "Barnet" / "later.txt").write_text(LATER)
    run("read", replies, "--out", out)
    assert "new places" in run("code", out, "--coder", "Ms Okafor").stdout
    run("code", out, "--coder", "Mr Lowe")
    for name in ("ms-okafor", "mr-lowe"):
        fill(out, name, [("31", "exact 31")], C1)
    assert "1 to decide" in run("compare", out, code=1).stdout
    file = out / "coding" / "to-decide.csv"
    assert "24" in rows(file)[0]["words"] and "31" in rows(file)[0]["words"]
    write(file, [rows(file)[0] | {"decision": "exact 31", "decided_by": "Priya", "reason": "they corrected it"}])
    run("settle", out, "--out", settled, "--by", "Sgt Reid")
    cell = next(one for one in read_cells(settled).cells if one.item == C1)
    assert cell.lower == 31 and "1 more reply speaks of it" in cell.note
    versions = [(row["first_coder"], row["holds"]) for row in rows(settled / "versions.csv") if row["item"] == C1]
    assert sorted(versions) == [("exact 24", "no"), ("exact 31", "yes")]
    assert len(rows(settled / "settled.csv")) == 2, "a line for each time it was settled"
    assert any("cells.csv" in one.name for one in (settled / "earlier").iterdir())


def test_a_reply_of_monday_is_later_than_one_of_the_wednesday_before():
    def sent(when, document="d"):
        reading = Reading(Reason.EXACT, 24, 24)
        return Version(
            "Marrowshire", "England", "2024", C1, document, "", when, "", "24", "", "exact 24", "exact 24",
            (reading, reading), "",
        )  # fmt: skip

    monday, wednesday = sent("Mon, 23 Nov 2026 09:00:00 +0000"), sent("Wed, 18 Nov 2026 09:00:00 +0000")
    (cell,), still = settled([monday, wednesday, sent("long ago"), sent("")], {}, ("p", "q"))
    assert cell.version is monday and cell.others == 3 and not still
    earlier = sent("Mon, 23 Nov 2026 09:30:00 +0100")
    assert max(monday, earlier, key=lambda one: one.order) is monday, "by the moment, whatever the zone"
    assert max(monday, sent("Mon, 23 Nov 2026 09:30:00"), key=lambda one: one.order) is not monday, "no zone: UTC"


def test_a_decision_does_not_outlive_what_it_was_made_on(begun, tmp_path):
    _, out = begun
    fill(out, "ms-okafor", FIRST)
    fill(out, "mr-lowe", [("24", "exact 42"), *FIRST[:2], FIRST[3]])
    run("compare", out, code=1)
    file = out / "coding" / "to-decide.csv"
    write(file, [rows(file)[0] | {"decision": "exact 24", "decided_by": "Priya", "reason": "typing"}])
    run("compare", out)
    table = rows(out / "coding" / "coder-mr-lowe.csv")
    write(out / "coding" / "coder-mr-lowe.csv", [row | {"code": row["code"].replace("42", "240")} for row in table])
    assert "1 to decide" in run("compare", out, code=1).stdout


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "exact"}, "exact without one number"),
        ({"code": "seventeen"}, "no known reason"),
        ({"code": "exact -4"}, "below zero"),
        ({"code": "interval"}, "without a number or a range"),
        ({"code": "exact_partial_period 24"}, "at least 24"),
        ({"code": "exact_episodes 7"}, "one child at least"),
        ({"code": "not_recorded 5"}, "gives no number"),
        ({"code": "exact 3", "authority": "Kent"}, "use another line"),
        ({"code": "exact 3", "unit": "000000000000"}, "not among what was read"),
        ({"code": "exact 3", "coder": "Somebody"}, "two coders stand in one file"),
    ],
)
def test_a_code_that_cannot_be_is_refused_with_its_line(begun, change, words):
    _, out = begun
    fill(out, "mr-lowe", FIRST)
    fill(out, "ms-okafor", FIRST)
    file = out / "coding" / "coder-ms-okafor.csv"
    table = rows(file)
    at = next(at for at, row in enumerate(table) if row["item"] == C1)
    table[at] |= change
    write(file, table)
    refused = run("compare", out, code=2)
    assert words in refused.stderr and "coder-ms-okafor.csv" in refused.stderr


def test_one_answer_coded_twice_and_differently_is_refused(begun):
    _, out = begun
    fill(out, "mr-lowe", FIRST)
    file = fill(out, "ms-okafor", FIRST)
    table = rows(file)
    other = next(row for row in table if row["item"] == C1)
    write(file, [*table, other | {"code": "exact 25"}])
    assert "twice and differently" in run("compare", out, code=2).stderr


def test_files_that_are_no_coding_are_refused_plainly(begun, tmp_path):
    _, out = begun
    fill(out, "mr-lowe", FIRST)
    file = out / "coding" / "coder-ms-okafor.csv"
    for content in (b"\xff\xfe\x00", b'a,"b\n', b"a,b\n1,2\n", b"\x00" * 50):
        file.write_bytes(content)
        assert "coder-ms-okafor.csv" in run("compare", out, code=2).stderr
    assert "cannot be read" in run("code", tmp_path / "nowhere", "--coder", "Priya", code=2).stderr
    assert "has a name" in run("code", out, "--coder", " ../ ", code=2).stderr
    assert "accepted by somebody" in run("settle", out, "--out", tmp_path / "x", "--by", " ", code=2).stderr


def test_an_authority_with_a_name_that_a_spreadsheet_would_run_is_refused(begun):
    _, out = begun
    fill(out, "ms-okafor", FIRST)
    fill(out, "mr-lowe", FIRST)
    (out / "cells.csv").write_text(
        "authority,nation,period,item,raw,policy,note,place\n=HYPERLINK(1),,2024,1c unaccompanied,5,,,\n"
    )
    assert "a spreadsheet would run it" in run("compare", out, code=2).stderr


def test_a_name_cannot_leave_the_folder_nor_run_as_a_formula(read):
    _, out = read
    place = run("code", out, "--coder", "../../=HYPERLINK(1)").stdout.split(":")[0]
    assert "coder-hyperlink-1.csv" in place and ".." not in place.rsplit("/", 1)[1]


def test_what_an_authority_stated_in_the_template_can_be_contradicted_by_its_letter(tmp_path):
    replies = tmp_path / "replies"
    (replies / "Barnet").mkdir(parents=True)
    run("template", "--authority", "Barnet", "--out", replies / "Barnet" / "filled.csv")
    table = rows(replies / "Barnet" / "filled.csv")
    write(
        replies / "Barnet" / "filled.csv", [row | {"answer": "26" if row["question"] == "1c" else ""} for row in table]
    )
    (replies / "Barnet" / "letter.txt").write_text(LETTER)
    out = tmp_path / "read"
    run("read", replies, "--out", out)
    for name in ("Ms Okafor", "Mr Lowe"):
        run("code", out, "--coder", name)
        fill(out, name.casefold().replace(" ", "-"), FIRST)
    assert "1 to decide" in run("compare", out, code=1).stdout
    assert rows(out / "coding" / "to-decide.csv")[0]["why"] == "the replies differ"


# -- checks -----------------------------------------------------------------------------------------------------


def findings(**numbers):
    items = {one.number: one.item for one in ASKED.questions}
    cells = {("2024", items[name.removeprefix("q")]): Reading(Reason.INTERVAL, *pair) for name, pair in numbers.items()}
    return {one.problem: one.impossible for one in checked({"Marrowshire": cells}, ASKED)}


def test_numbers_that_cannot_all_be_right():
    assert findings(q1c=(5, 5), q2b=(6, 9)) == {"2b is at least 6 and 1c, which holds it, at most 5": True}
    assert findings(q1a=(1, 4), q1b=(0, 2), q2a=(7, 7)) == {
        "2a is at least 7 and 1a+1b, which holds it, at most 6": True
    }
    assert findings(q1a=(1, 4), q2a=(7, 7)) == {}, "1b is not known, and may hold them"
    assert findings(q2b=(5, 9), q3b=(4, 4)) == {"2b is at least 5 children, with at most 4 incidents": True}
    assert findings(q2b=(0, 0), q3b=(4, 4)) == {"3b is at least 4 incidents of no child": True}
    assert findings(q1c=(5, None), q2b=(6, 9), q3b=(6, 6)) == {}


def test_none_identified_among_many_is_worth_a_second_look_and_not_impossible():
    assert list(findings(q1a=(0, 0), q1c=(94, 94)).values()) == [False]
    assert findings(q1a=(0, 4), q1c=(94, 94)) == {}


def test_the_bands_of_a_real_table_give_its_children_and_hold_its_episodes():
    found = banded("1:44 2:19 3:12 4:15 5:9 6-10:21 11-20:18 21-50:9")
    assert (found.children, found.episodes) == (147, (736, 1243))
    assert banded("1:4 21+:3").episodes == (67, None) and banded("1:4 21+:0").episodes == (4, 4)
    assert (
        "code: derived_interval 736-1243"
        in run("bands", "1:44", "2:19", "3:12", "4:15", "5:9", "6-10:21", "11-20:18", "21-50:9").stdout
    )
    for text in ("1", "5-2:3", "1-5:3 5-6:2", "1:-3", "", "21+:3 22:1", "1:1.5"):
        with pytest.raises(ValueError, match=r"band"):
            banded(text)


def test_codes_that_hold():
    for code in (
        Reading(Reason.EXACT_EPISODES, 1, 7),
        Reading(Reason.EXACT_PARTIAL_PERIOD, 24, None),
        Reading(Reason.NOT_HELD),
    ):
        assert coding_fault(code, C1, ASKED) == ""
    assert coding_fault(Reading(Reason.EXACT_EPISODES, 7, 7), "3b unaccompanied incidents", ASKED) == ""
