"""A release from evidence folder to files, as the round's person makes it and as an attacker reads it."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

import holdfast.cli.releasing  # noqa: F401 - registers the commands
from holdfast.access.outgoing.scan import problems
from holdfast.cli.main import app
from holdfast.evidence.folder import read_cells
from holdfast.figures.modelled.local_table import key, statements_of
from holdfast.figures.modelled.safety import left_possible, within
from holdfast.figures.release.reader import Reader

ROUND = Path(__file__).parents[2] / "docs" / "examples" / "round"
DAY = "2026-11-23"


def run(*words, code=0):
    result = CliRunner().invoke(app, [str(one) for one in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


def make(folder, out, name="first", day=DAY, code=0, *more):
    return run("release", "make", folder, "--name", name, "--day", day, "--out", out, *more, code=code)


def change(folder, before, after, name="cells.csv"):
    text = (folder / name).read_text()
    assert before in text
    (folder / name).write_text(text.replace(before, after))


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOLDFAST_RELEASE_KEY", "07" * 32)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """One release made once, for tests that only read it."""
    with pytest.MonkeyPatch.context() as patch:
        room = tmp_path_factory.mktemp("release")
        patch.setenv("HOLDFAST_HOME", str(room / "home"))
        patch.setenv("HOLDFAST_RELEASE_KEY", "07" * 32)
        shutil.copytree(ROUND, room / "round")
        make(room / "round", room / "out")
        return room / "round", room / "out"


@pytest.fixture
def folder(kept, tmp_path):
    """An evidence folder of which one release was made, to work on."""
    shutil.copytree(kept[0], tmp_path / "round")
    return tmp_path / "round"


def rows(file):
    return list(csv.DictReader(io.StringIO(Path(file).read_text(encoding="utf-8-sig"))))


def texts(out):
    return {path.relative_to(out).as_posix(): path for path in sorted(out.rglob("*")) if path.is_file()}


# -- the manifest ----------------------------------------------------------------------------------------------------


def test_a_release_is_whole_and_says_so(kept):
    said = run("release", "verify", kept[1], "--inputs", kept[0]).stdout
    assert "is whole" in said and run("release", "key").stdout.strip() in said


def test_the_same_inputs_give_the_same_bytes(kept, folder, tmp_path):
    make(folder, tmp_path / "again")
    first, again = texts(kept[1]), texts(tmp_path / "again")
    assert list(first) == list(again)
    assert all(path.read_bytes() == again[name].read_bytes() for name, path in first.items())


def test_a_release_is_never_overwritten(kept, folder, tmp_path):
    assert "never overwritten" in make(folder, kept[1], code=2).stderr
    change(folder, "Ashcombe,England,2024,care,47", "Ashcombe,England,2024,care,48")
    assert "made already" in make(folder, tmp_path / "other", code=2).stderr
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda out: (out / "figures.csv").write_text("figure\n"), "figures.csv was changed"),
        (lambda out: (out / "report.pdf").unlink(), "report.pdf is missing"),
        (lambda out: (out / "local" / "extra.html").write_text("x"), "local/extra.html is not part"),
        (lambda out: (out / "signature.txt").write_text("00" * 64), "somebody else signed it"),
        (lambda out: (out / "signature.txt").write_text("not hexadecimal"), "hexadecimal"),
        (lambda out: (out / "signature.txt").unlink(), "nothing shows who made"),
        (
            lambda out: (out / "manifest.json").write_text(
                (out / "manifest.json").read_text().replace(DAY, "2026-11-24")
            ),
            "manifest.json was changed after it was signed",
        ),
    ],
)
def test_whatever_was_changed_is_named(kept, tmp_path, harm, said):
    shutil.copytree(kept[1], tmp_path / "out")
    harm(tmp_path / "out")
    assert said in run("release", "verify", tmp_path / "out", code=1).stdout


def test_a_release_that_somebody_else_signed_is_not_the_publishers(kept, folder, tmp_path, monkeypatch):
    ours = run("release", "key").stdout.strip()
    monkeypatch.setenv("HOLDFAST_RELEASE_KEY", "08" * 32)
    shutil.rmtree(folder / "released")
    make(folder, tmp_path / "forged")
    assert "another key" in run("release", "verify", tmp_path / "forged", "--key", ours, code=1).stdout


def test_an_input_cannot_be_found_again_by_trying(kept, folder):
    """With a plain hash, whoever knows the table but for one hidden number tries ten numbers."""
    from hashlib import sha256

    marks = json.loads((kept[1] / "manifest.json").read_text())["inputs"]
    assert set(marks) == {"cells.csv", "figures.toml", "sizes.csv", "release.toml"}
    assert marks["cells.csv"] != sha256((folder / "cells.csv").read_bytes()).hexdigest()


def test_something_that_is_no_release_is_said_plainly(tmp_path):
    assert "no release" in run("release", "verify", tmp_path, code=2).stderr
    (tmp_path / "manifest.json").write_text("[1")
    assert "cannot be read" in run("release", "verify", tmp_path, code=2).stderr


# -- an attacker -----------------------------------------------------------------------------------------------------


def hidden_counts(folder, out):
    """Every exact count that the release hid, with the truth."""
    shown = {key(r["period"], r["item"], r["area"]): r["value"] for r in rows(out / "counts.csv") if not r["sum_of"]}
    return {
        place: cell.lower
        for cell in read_cells(folder).cells
        if cell.is_exact and shown.get(place := key(cell.period, cell.item, cell.authority)) == "[c]"
    }


def test_small_counts_and_those_that_give_them_away_are_hidden(kept):
    folder, out = kept
    hidden = hidden_counts(folder, out)
    small = [cell for cell in read_cells(folder).cells if cell.is_exact and 0 < cell.lower < 10]
    assert small and all(key(cell.period, cell.item, cell.authority) in hidden for cell in small)


def statements(folder, *outs):
    said = [one for out in outs for one in statements_of((out / "counts.csv").read_text("utf-8-sig"), "counts")]
    for cell in read_cells(folder).cells:
        if cell.item == "missing" and cell.is_exact:
            said.append(within(*(key(cell.period, item, cell.authority) for item in ("missing", "care"))))
    return said


def test_nobody_can_work_a_hidden_count_out_of_everything_published(kept):
    folder, out = kept
    said = statements(folder, out)
    for place, true in hidden_counts(folder, out).items():
        one = left_possible(place, said)
        assert one.lower <= true and (one.upper is None or one.upper >= true)
        if true < 10:
            assert one.upper is None or one.upper - one.lower >= 4, place


def test_every_figure_follows_from_the_published_counts_alone(kept):
    """The ranges hold nothing that counts.csv and the authorities' own words do not: they are computed again."""
    folder, out = kept
    said = statements(folder, out)
    here = [cell for cell in read_cells(folder).cells if cell.item == "missing" and cell.period == "2024"]
    places = [key("2024", "missing", cell.authority) for cell in here if cell.lower is not None]
    ranges = {
        key("2024", "missing", cell.authority): (0.0, 4.0)
        for cell in here
        if cell.lower is not None and not cell.is_exact
    }
    found = [row for row in rows(out / "figures.csv") if (row["figure"], row["period"]) == ("went-missing", "2024")]
    possible = next(row for row in found if row["layer"].endswith("answered"))
    low, high = Reader(ranges, tuple(said)).sum(places)
    assert low <= int(possible["lower"]) <= int(possible["upper"]) <= high
    assert high - low - (int(possible["upper"]) - int(possible["lower"])) <= 1


def test_no_file_shows_a_hidden_number_beside_its_authority(kept):
    """Each local page and file, and the manifest: between the authority's name and the question, only [c]."""
    folder, out = kept
    assert hidden_counts(folder, out)
    for place, true in hidden_counts(folder, out).items():
        period, item, authority = place.split("\x1f")
        slug = authority.replace(" ", "-")
        own = [row for row in rows(out / "local" / f"{slug}.csv") if (row["period"], row["item"]) == (period, item)]
        assert [row["value"] for row in own] == ["[c]"]
        assert own[0]["lower"] == "0" and (own[0]["upper"] == "" or int(own[0]["upper"]) >= true + 4)
        page = re.sub("<[^>]+>", "|", (out / "local" / f"{slug}.html").read_text())
        answers = page[page.index("How it was answered") : page.index("Download")]
        row = next(line for line in answers.splitlines() if "went missing" in line and f"|{period}|" in line)
        assert "[c] hidden" in row and f"|{true}|" not in row
    manifest = (out / "manifest.json").read_text()
    assert "values" not in json.loads(manifest) and '"raw"' not in manifest


def test_what_the_house_keeps_is_not_in_the_release(kept):
    folder, out = kept
    assert not [name for name in texts(out) if "values" in name or "inputs" in name or "cells" in name]
    everything = b"".join(path.read_bytes() for path in texts(out).values())
    assert b"threshold" not in everything, "the rule is not printed"
    assert (folder / "released" / "0001-first" / "values.json").is_file()


def test_two_releases_together_give_no_small_count_away(folder, kept, tmp_path):
    """Late replies: the difference of two totals is the newcomer, unless both are rounded and audited together."""
    change(folder, "Strathmuir,Scotland,2024,missing,,", "Strathmuir,Scotland,2024,missing,3,")
    change(folder, "Strathmuir,Scotland,2024,care,,", "Strathmuir,Scotland,2024,care,12,")
    change(folder, "Cwm Arian,Wales,2024,missing,7,", "Cwm Arian,Wales,2024,missing,7.0,")
    make(folder, tmp_path / "second", "second", "2026-12-01")
    said = statements(folder, kept[1], tmp_path / "second")
    hidden = hidden_counts(folder, tmp_path / "second")
    newcomer = key("2024", "missing", "Strathmuir")
    assert hidden[newcomer] == 3
    for place in hidden:
        one = left_possible(place, said)
        assert hidden[place] >= 10 or one.upper is None or one.upper - one.lower >= 4, place


def test_a_late_reply_is_not_the_difference_of_two_exact_totals(folder, tmp_path):
    shutil.rmtree(folder / "released")
    change(folder, "round = 5", "round = 1", "release.toml")
    make(folder, tmp_path / "first", "first")
    change(folder, "Strathmuir,Scotland,2024,missing,,", "Strathmuir,Scotland,2024,missing,3,")
    change(folder, "Strathmuir,Scotland,2024,care,,", "Strathmuir,Scotland,2024,care,26,")
    make(folder, tmp_path / "second", "second", "2026-12-01")
    said = statements(folder, tmp_path / "first", tmp_path / "second")
    for place, true in hidden_counts(folder, tmp_path / "second").items():
        one = left_possible(place, said)
        assert true >= 10 or one.upper is None or one.upper - one.lower >= 4, place
    totals = [row for row in rows(tmp_path / "second" / "counts.csv") if row["item"] == "missing" and row["sum_of"]]
    assert totals, "other totals stay"


def test_a_count_that_a_council_published_itself_does_not_give_others_away(folder, tmp_path):
    own = tmp_path / "own.csv"
    own.write_text(
        "period,item,area,level,value,rounded_to,sum_of\n2024,missing,Saltham,authority,3,,\n", encoding="utf-8"
    )
    shutil.rmtree(folder / "released")
    make(folder, tmp_path / "out", "first", DAY, 0, "--published", own)
    said = statements(folder, tmp_path / "out") + statements_of(own.read_text(), "own")
    for place, true in hidden_counts(folder, tmp_path / "out").items():
        one = left_possible(place, said)
        if true < 10 and "saltham" not in place:
            assert one.upper is None or one.upper - one.lower >= 4, place


def test_one_table_does_not_give_away_what_another_hides(folder, tmp_path):
    """Nearly all children of three authorities went missing: with what they look after beside it, the exact total
    says of each that all or all but one did, though no number missing is shown."""
    lines = ["authority,nation,period,item,raw,policy"]
    for name, missing in (("Ash", 10), ("Beech", 10), ("Cedar", 9)):
        lines += [f"{name},England,2024,care,10,", f"{name},England,2024,missing,{missing},"]
    (folder / "cells.csv").write_text("\n".join(lines))
    (folder / "sizes.csv").unlink()
    text = (folder / "figures.toml").read_text()
    (folder / "figures.toml").write_text(text[: text.index("[[change]]")])
    change(folder, 'local = ["care", "missing"]', 'local = ["care"]', "release.toml")
    change(folder, "round = 5", "round = 1", "release.toml")
    change(folder, 'rise-in-care = "Change in trafficked children in care"\n', "", "release.toml")
    change(folder, 'in-care-everyone = "Trafficked children in care, everyone asked"\n', "", "release.toml")
    shutil.rmtree(folder / "released")
    make(folder, tmp_path / "out")
    said = statements(folder, tmp_path / "out")
    for name in ("ash", "beech", "cedar"):
        one = left_possible(key("2024", "missing", name), said)
        assert one.upper is None or one.upper - one.lower >= 4, name


def test_part_of_a_period_and_incidents_do_not_tell_of_few_children(folder, tmp_path):
    (folder / "cells.csv").write_text((folder / "cells.csv").read_text().replace("raw,policy", "raw,policy,coded"))
    change(
        folder,
        "Strathmuir,Scotland,2024,missing,,",
        'Strathmuir,Scotland,2024,missing,2 (January to March),,"exact_partial_period at least 2"',
    )
    shutil.rmtree(folder / "released")
    make(folder, tmp_path / "out")
    own = next(row for row in rows(tmp_path / "out" / "local" / "strathmuir.csv")
               if (row["period"], row["item"]) == ("2024", "missing"))  # fmt: skip
    assert (own["value"], own["lower"], own["upper"]) == ("[x]", "0", "310"), "only the outside count limits it"


def test_the_sum_of_a_hidden_count_and_a_stated_range_does_not_give_the_count_back(folder, tmp_path):
    """Three identified and "20-29" suspected make 23 to 32: each end less that of the range would be the three."""
    lines = ["authority,nation,period,item,raw,policy"]
    for name, identified, suspected in (("Ash", "3", "20-29"), ("Beech", "41", "22"), ("Cedar", "35", "31")):
        lines += [f"{name},England,2024,identified,{identified},", f"{name},England,2024,suspected,{suspected},"]
        lines += [f"{name},England,2024,missing,12,"]
    (folder / "cells.csv").write_text("\n".join(lines))
    (folder / "sizes.csv").unlink()
    text = (folder / "figures.toml").read_text()
    added = '[[sum]]\nitem = "care"\nparts = ["identified", "suspected"]\n'
    (folder / "figures.toml").write_text(text[: text.index("[[change]]")] + added)
    change(folder, 'local = ["care", "missing"]', 'local = ["care", "identified", "suspected"]', "release.toml")
    change(folder, 'rise-in-care = "Change in trafficked children in care"\n', "", "release.toml")
    change(folder, 'in-care-everyone = "Trafficked children in care, everyone asked"\n', "", "release.toml")
    shutil.rmtree(folder / "released")
    make(folder, tmp_path / "out")
    own = {row["item"]: row for row in rows(tmp_path / "out" / "local" / "ash.csv")}
    assert own["identified"]["value"] == "[c]"
    assert (own["suspected"]["lower"], own["suspected"]["upper"]) == ("20", "29")
    assert (own["care"]["lower"], own["care"]["upper"]) == ("22", "35"), "what the rounded total leaves: 2 to 6"


# -- the files -------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.inside = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def test_every_page_stands_alone_and_says_what_it_is(kept):
    out = kept[1]
    pages = [path for name, path in texts(out).items() if name.endswith(".html")]
    assert len(pages) == 4 + 15
    for path in pages:
        text = path.read_text()
        page = Page(text)
        assert page.all("html")[0]["lang"] == "en-GB" and len(page.all("h1")) == 1
        assert re.search("<title>[^<–]+ – [^<]+</title>", text)
        assert {"class": "skip", "href": "#main"} in page.all("a") and page.all("main")[0]["id"] == "main"
        assert len(page.all("caption")) == len(page.all("table"))
        assert all(one["scope"] in ("col", "row") for one in page.all("th"))
        assert all(one["alt"] for one in page.all("img"))
        assert not page.all("script") and not page.all("link") and path.stat().st_size < 60_000
        assert "GDS Transport" not in text and "crown" not in text.casefold()
        for target in [one["href"] for one in page.all("a")] + [one["src"] for one in page.all("img")]:
            place, _, part = target.partition("#")
            assert not place or (path.parent / place).resolve().is_file(), (path.name, target)
            assert not part or f'id="{part}"' in text


def test_every_file_passes_the_scanner_of_outgoing_files(kept):
    for name, path in texts(kept[1]).items():
        assert problems(name, path.read_bytes()) == [], name


@pytest.mark.parametrize(
    "harm",
    ["<script>1</script>", '<p onclick="x()">', '<img src="https://elsewhere.example/x.png">', "<!-- note -->",
     '<link rel="stylesheet" href="x.css">', "<form>", '<p hidden>12</p>', '<p style="display:none">12</p>',
     "<style>@import 'x.css';</style>"],
)  # fmt: skip
def test_a_page_that_holds_more_than_it_shows_does_not_leave(harm):
    page = b"<!DOCTYPE html><html lang=en><title>x</title><p>A form and a script are only words.</p>"
    assert problems("page.html", page) == []
    assert problems("page.html", page + harm.encode()), harm


def test_the_codebook_has_every_column(kept):
    out = kept[1]
    said = {(row["file"], row["column"]) for row in rows(out / "codebook.csv")}
    for name, file in (
        ("figures.csv", "figures.csv"),
        ("counts.csv", "counts.csv"),
        ("local/*.csv", "local/saltham.csv"),
    ):
        assert {(name, column) for column in rows(out / file)[0]} <= said


def test_the_headline_is_of_rounded_sums_that_belong_together(kept):
    page = (kept[1] / "index.html").read_text().replace("\u00a0", " ")
    assert "130 of 396 trafficked children in care went missing in 2024 (32.8 %), over the 11 authorities" in page


def test_a_sentence_whose_numbers_do_not_belong_together_stops_the_release(folder, tmp_path):
    change(folder, "(a made-up round)", "(864 of 2,638, 37 per cent)", "release.toml")
    said = make(folder, tmp_path / "out", "second", code=2).stderr
    assert "864 of 2,638" in said and "32.8 %" in said
    assert not (tmp_path / "out").exists()


def test_markup_in_a_name_stays_a_name(folder, tmp_path):
    text = (folder / "cells.csv").read_text().replace("Ashcombe", "<b>Ash & #combe</b>")
    (folder / "cells.csv").write_text(text)
    shutil.rmtree(folder / "released")
    make(folder, tmp_path / "out")
    page = (tmp_path / "out" / "local" / "b-ash-combe-b.html").read_text()
    assert "<b>Ash" not in page and "&lt;b&gt;Ash &amp; #combe" in page


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("cells.csv", "Ashcombe", "Ash; Combe", "cannot stand in a published table"),
        ("cells.csv", "Ashcombe", "=cmd()", "cannot stand in a published table"),
        ("release.toml", 'headline = "share-missing"', 'headline = "in-care"', "is no [[rate]]"),
        ("release.toml", "threshold = 10", "threshold = 1", "threshold is 3 or more"),
        ("release.toml", "threshold = 10", 'threshold = "ten"', "threshold cannot be"),
        ("release.toml", "round = 5", "rounds = 5", "is not one of"),
        ("release.toml", 'period = "2024"', 'period = "2031"', "no cell has the period"),
        ("release.toml", "title = ", "title ", "release.toml"),
    ],
)
def test_what_cannot_be_released_is_said_with_its_place(folder, tmp_path, file, before, after, said):
    change(folder, before, after, file)
    assert said in make(folder, tmp_path / "out", "second", code=2).stderr


@pytest.mark.parametrize("name", ["../up", "A B", "", ".hidden"])
def test_a_release_has_a_plain_name(folder, tmp_path, name):
    assert "small letters" in make(folder, tmp_path / "out", name, code=2).stderr


# -- what moved, and corrections ---------------------------------------------------------------------------------------


def ask(folder, *more, code=0, value="29"):
    return run("release", "correct", folder, "--authority", "Saltham", "--item", "care", "--period", "2024",
               "--asked-by", "Mr Lowe, head of service", "--day", "2026-11-25", "--says", "we left out 5 children",
               "--value", value, *more, code=code)  # fmt: skip


def test_a_correction_is_asked_decided_and_told_in_the_next_release(folder, kept, tmp_path):
    before = (folder / "cells.csv").read_bytes()
    assert "Correction 1" in ask(folder).stdout
    run(
        "release",
        "decide",
        folder,
        1,
        "--accept",
        "--by",
        "Priya Shah",
        "--day",
        "2026-11-27",
        "--why",
        "their own count",
    )
    make(folder, tmp_path / "second", "second", "2026-12-01")
    assert (folder / "cells.csv").read_bytes() == before, "nothing is rewritten"
    page = (tmp_path / "second" / "moved.html").read_text()
    assert "on 2026-11-25, Saltham asked for a correction" in page and "Priya Shah decided on 2026-11-27" in page
    own = next(row for row in rows(tmp_path / "second" / "local" / "saltham.csv")
               if (row["period"], row["item"]) == ("2024", "care"))  # fmt: skip
    assert own["value"] == "29"
    said = run("release", "moved", kept[1], tmp_path / "second").stdout
    assert "counted 471" in said and "counted 476" in said
    assert "A correction that Saltham asked for was accepted (number 1)." in said
    everything = b"".join(path.read_bytes() for path in texts(tmp_path / "second").values())
    assert b"we left out" not in everything and b"Mr Lowe" not in everything and b"their own count" not in everything
    assert run("release", "verify", kept[1]).exit_code == 0


def test_a_correction_that_waits_or_is_refused_changes_no_figure(folder, kept, tmp_path):
    ask(folder)
    make(folder, tmp_path / "second", "second", "2026-12-01")
    assert "it is not yet decided" in (tmp_path / "second" / "moved.html").read_text()
    run(
        "release", "decide", folder, 1, "--refuse", "--by", "Priya Shah", "--day", "2026-12-02", "--why", "another year"
    )
    make(folder, tmp_path / "third", "third", "2026-12-03")
    said = run("release", "moved", tmp_path / "second", tmp_path / "third").stdout
    assert "decided on 2026-12-02: refused" in said and "0 figures moved" in said


def test_a_correction_needs_an_answer_a_decision_a_name_and_is_decided_once(folder):
    assert "no cell has" in ask(folder, "--period", "2031", code=2).stderr
    assert "what the answer should be" in ask(folder, "--value", " ", code=2).stderr
    ask(folder)
    words = ("release", "decide", folder, 1, "--accept", "--why", "their own count")
    assert "has a name" in run(*words, "--by", " ", "--day", "2026-11-27", code=2).stderr
    assert "was asked on" in run(*words, "--by", "Priya Shah", "--day", "2026-11-01", code=2).stderr
    run(*words, "--by", "Priya Shah", "--day", "2026-11-27")
    assert "was accepted by Priya Shah" in run(*words, "--by", "Somebody", "--day", "2026-11-28", code=2).stderr
    assert (
        "no correction has" in run("release", "decide", folder, 9, *words[4:], "--by", "P", "--day", DAY, code=2).stderr
    )
    events = [row["event"] for row in rows(folder / "corrections.csv")]
    assert events == ["asked", "accepted"]


def test_a_correction_of_a_hidden_count_gives_neither_number_away(folder, kept, tmp_path):
    run("release", "correct", folder, "--authority", "Saltham", "--item", "missing", "--period", "2024",
        "--asked-by", "Mr Lowe", "--day", "2026-11-25", "--says", "wrong", "--value", "6")  # fmt: skip
    run("release", "decide", folder, 1, "--accept", "--by", "Priya Shah", "--day", "2026-11-27", "--why", "right")
    make(folder, tmp_path / "second", "second", "2026-12-01")
    said = statements_of((tmp_path / "second" / "counts.csv").read_text("utf-8-sig"), "second")
    place = key("2024", "missing", "Saltham")
    assert not any(set(one.terms) == {place} for one in said)
    for one in statements_of((kept[1] / "counts.csv").read_text("utf-8-sig"), "first"):
        terms = {f"{name} before" if name == place else name: times for name, times in one.terms.items()}
        said.append(type(one)(terms, one.lower, one.upper))
    for name in (place, f"{place} before"):
        one = left_possible(name, said)
        assert one.upper is None or one.upper - one.lower >= 4


def test_what_moved_names_the_cause(folder, kept, tmp_path):
    change(folder, "Strathmuir,Scotland,2024,care,,", "Strathmuir,Scotland,2024,care,19,")
    make(folder, tmp_path / "second", "second", "2026-12-01")
    said = run("release", "moved", kept[1], tmp_path / "second").stdout
    assert "Input changed: cells.csv." in said
    assert "Strathmuir is in it for the first time" in said
    share = said[said.index("trafficked children in care went missing, 2024") :]
    assert "answers of Strathmuir are new, or read otherwise" in share, "it is in the denominator of all"
    after = json.loads((tmp_path / "second" / "manifest.json").read_text())
    assert after["earlier"]["name"] == "first"


def test_a_change_of_the_code_alone_is_said(kept):
    from holdfast.figures.release.moved import compared

    before = json.loads((kept[1] / "manifest.json").read_text())
    after = json.loads(json.dumps(before)) | {"name": "second"}
    after["code"]["digest"] = "f" * 64
    after["figures"][0]["numbers"][0]["lower"] += 1
    found = compared(before, after)
    assert [one.why for one in found.moved] == [("Code changed.",)] and found.causes[0].startswith("Code changed: ")
    same = compared(before, before)
    assert same.moved == () and same.causes == ("Neither the answers nor the program changed.",)


def test_an_earlier_release_that_was_lost_stops_the_next(folder, tmp_path):
    (folder / "released" / "0001-first" / "values.json").unlink()
    assert (
        "cannot be used" in (said := make(folder, tmp_path / "out", "second", code=2).stderr)
        or "cannot be read" in said
    )
    assert date.fromisoformat(DAY) and not (tmp_path / "out").exists()


def test_a_release_cannot_be_dated_before_the_last(folder, tmp_path):
    assert "later than" in make(folder, tmp_path / "out", "second", "2026-11-01", code=2).stderr
