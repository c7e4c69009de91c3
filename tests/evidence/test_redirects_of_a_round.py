"""Who is asked, who should have been, and what changed in what is asked."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date

import pytest
from typer.testing import CliRunner

import holdfast.cli.redirects  # noqa: F401 - registers the commands
from holdfast.cli.main import app
from holdfast.evidence.asking.bodies import bodies, ended, pass_on
from holdfast.evidence.asking.events import What
from holdfast.evidence.national import national_folder
from holdfast.evidence.questionnaire import Period, read_questionnaire
from holdfast.evidence.received.senders import Asked, BadRequests
from holdfast.evidence.versions import changes, like_for_like
from tests.evidence.mail_servers import Smtp
from tests.evidence.test_letters_by_mail import through

ASKED = read_questionnaire(national_folder().joinpath("questionnaire.toml"))
DAY = date(2026, 3, 2)
WELWYN, HERTS = Asked("Welwyn Hatfield", "England", "W-1"), Asked("Hertfordshire", "England", "H-1")


def run(folder, *words, code=0):
    result = CliRunner().invoke(app, ["round", words[0], str(folder), *map(str, words[1:])])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


@pytest.mark.parametrize(
    ("day", "count"), [(date(2026, 3, 2), 212), (date(2019, 3, 31), 211), (date(2023, 3, 31), 211)]
)
def test_the_bodies_of_a_day_are_those_that_had_the_duty_then(day, count):
    found = bodies(day, "r", {})
    assert len(found) == len({one.reference for one in found}) == count
    names = {one.authority for one in found}
    assert ("Cumbria" in names) == (day.year < 2024) and ("Cumberland" in names) == (day.year > 2024)


def test_a_reference_is_made_of_the_code_of_the_day():
    before = {one.authority: one.reference for one in bodies(date(2025, 3, 31), "r", {})}
    after = {one.authority: one.reference for one in bodies(date(2025, 4, 1), "r", {})}
    assert (before["Barnsley"], after["Barnsley"]) == ("r-E08000016", "r-E08000038")


def test_a_body_that_was_reorganised_is_said_with_its_heirs():
    ((one, words),) = ended([Asked("Cumbria", "England", "C-1"), HERTS, WELWYN], DAY)
    assert one.reference == "C-1" and "became Cumberland and Westmorland and Furness" in words


def test_a_request_passed_on_is_a_request_of_its_own_and_the_first_is_done_with():
    made = pass_on([WELWYN], ASKED, "W-1", replace(HERTS, address="foi@herts.example"), DAY, "Priya")
    assert made.is_new and made.now_asks.reference == "W-1-2"
    assert made.requests[0].instead == ("W-1-2",) and made.requests[1] == made.now_asks
    assert [(one.reference, one.what) for one in made.events] == [("W-1", What.WRONG_BODY)]
    again = pass_on(made.requests, ASKED, "W-1", HERTS, DAY, "Priya")
    assert again.requests == made.requests and not again.is_new, "said again, nothing is asked twice"


def test_a_body_that_is_asked_already_is_not_asked_again():
    made = pass_on([WELWYN, HERTS], ASKED, "W-1", replace(HERTS, reference=""), DAY, "Priya")
    assert not made.is_new and made.now_asks is HERTS and made.requests[0].instead == ("H-1",)
    other = Asked("Broxbourne", "England", "X-1")
    both = pass_on([*made.requests, other], ASKED, "X-1", HERTS, DAY, "Priya")
    assert [one.instead for one in both.requests] == [("H-1",), (), ("H-1",)]


def test_a_transfer_begins_the_days_of_the_second_body_on_the_day_it_received_it():
    made = pass_on([WELWYN], ASKED, "W-1", HERTS, DAY, "Priya", transferred=True)
    assert [(one.reference, one.what, one.day) for one in made.events] == [
        ("W-1", What.WRONG_BODY, DAY),
        ("W-1-2", What.SENT, DAY),
    ]


def test_only_some_questions_may_be_passed_on_and_the_first_body_still_answers_the_rest():
    made = pass_on([WELWYN], ASKED, "W-1", replace(HERTS, questions="2a 2B"), DAY, "Priya")
    assert not made.events and made.now_asks.asks("2b") and not made.now_asks.asks("1a")
    with pytest.raises(BadRequests, match="no question 9"):
        pass_on([WELWYN], ASKED, "W-1", replace(HERTS, questions="9"), DAY, "Priya")


def test_two_bodies_that_point_to_each_other_are_not_sent_round_in_a_circle():
    made = pass_on([WELWYN, HERTS], ASKED, "W-1", HERTS, DAY, "Priya")
    with pytest.raises(BadRequests, match="itself pointed to Hertfordshire"):
        pass_on(made.requests, ASKED, "H-1", WELWYN, DAY, "Priya")
    with pytest.raises(BadRequests, match="is the body that was asked"):
        pass_on([WELWYN], ASKED, "W-1", WELWYN, DAY, "Priya")
    with pytest.raises(BadRequests, match="no request has"):
        pass_on([WELWYN], ASKED, "X", HERTS, DAY, "Priya")


def test_a_redirect_as_an_outsider_makes_it(tmp_path):
    (tmp_path / "requests.csv").write_text(
        "authority,nation,reference,address,remark\nWelwyn Hatfield,England,W-1,foi@welhat.example,a district\n"
        "Moray,Scotland,M-1,foi@moray.example,\n"
    )
    (tmp_path / "events.csv").write_text(
        "reference,day,what,note,by\nW-1,2026-02-02,sent,,Priya\nM-1,2026-02-02,sent,,P"
    )
    told = run(
        tmp_path, "redirect", "W-1", "--to", "E10000015", "--address", "foi@herts.example", "--by", "Priya", "--day",
        "2026-02-10",
    )  # fmt: skip
    assert "Hertfordshire is asked with W-1-2" in told.stdout
    rows = list(csv.DictReader((tmp_path / "requests.csv").read_text().splitlines()))
    assert rows[0]["remark"] == "a district" and rows[0]["passed_to"] == "W-1-2", "nothing of the file is lost"
    found = {
        one["reference"]: one for one in json.loads(run(tmp_path, "status", "--json", "--on", "2026-02-11").stdout)
    }
    assert found["W-1"]["state"] == "wrong body" and found["W-1"]["step"] is None
    assert found["W-1-2"]["state"] == "not sent" and found["M-1"]["state"] == "waiting"
    before = (tmp_path / "events.csv").read_text()
    run(tmp_path, "redirect", "W-1", "--to", "Hertfordshire", "--by", "Priya", "--day", "2026-02-10")
    assert (tmp_path / "events.csv").read_text() == before
    (tmp_path / "cells").mkdir()
    (tmp_path / "cells" / "cells.csv").write_text("authority,period,item,raw\nHertfordshire,2024,1c unaccompanied,7\n")
    run(tmp_path, "matrix", "--cells", tmp_path / "cells", "--out", tmp_path / "m.csv", "--on", "2026-02-11")
    lines = list(csv.DictReader((tmp_path / "m.csv").read_text().splitlines()))
    assert lines[0]["asked instead"] == "Hertfordshire (W-1-2)" and lines[0]["1c"] == "passed on"
    assert lines[2]["1c"] == "number" and lines[2]["1a"] == "no answer"
    with Smtp() as server:
        through(tmp_path, server)
        assert "Prepared 1" in run(tmp_path, "prepare", "--on", "2026-02-11").stdout
    words = next(tmp_path.glob("outbox/*/letter.txt")).read_text()
    assert "We asked Welwyn Hatfield first" in words and "foi@herts.example" in words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "Cumbria"), "became Cumberland and Westmorland and Furness"),
        (("--to", "Nowhere"), "give --nation"),
        (("--to", "Hertfordshire", "--questions", "99"), "no question 99"),
        (("--to", "Hertfordshire", "--day", "soon"), "not a day"),
    ],
)
def test_a_redirect_that_cannot_be_is_refused_and_changes_nothing(tmp_path, words, said):
    (tmp_path / "requests.csv").write_text("authority,nation,reference\nWelwyn Hatfield,England,W-1\n")
    assert said in run(tmp_path, "redirect", "W-1", *words, "--by", "Priya", code=2).stderr
    assert len((tmp_path / "requests.csv").read_text().splitlines()) == 2


def test_a_new_round_is_written_from_the_register_and_never_over_another(tmp_path):
    known = tmp_path / "addresses.csv"
    known.write_text("authority,address\nBarnet,foi@barnet.example\nE10000016,foi@kent.example\n")
    told = run(tmp_path / "new", "bodies", "--name", "2026", "--on", "2026-03-02", "--addresses", known)
    assert "212 bodies, 210 without an address" in told.stdout
    assert "2026-E09000003,foi@barnet.example" in (tmp_path / "new" / "requests.csv").read_text()
    assert "is there already" in run(tmp_path / "new", "bodies", "--name", "2026", code=2).stderr
    known.write_text("authority,address\nNarnia,foi@narnia.example\n")
    assert "Narnia" in run(tmp_path / "other", "bodies", "--name", "2026", "--addresses", known, code=2).stderr


def changed(**changes_of_1c):
    return replace(
        ASKED, id="national-2025-1",
        questions=tuple(replace(one, **changes_of_1c) if one.number == "1c" else one for one in ASKED.questions),
    )  # fmt: skip


def test_versions_of_the_questions_are_compared_by_what_they_count():
    assert changes(ASKED, ASKED) == ()
    (words,) = changes(ASKED, changed(asks="How many were separated?"))
    assert words.breaks and "same name, as if it were the same count" in words.words
    (also,) = changes(ASKED, changed(also=("uasc",)))
    assert not also.breaks
    assert "1c unaccompanied" in like_for_like(ASKED, changed(also=("uasc",)))
    assert "1c unaccompanied" not in like_for_like(ASKED, changed(counts="episodes"))
    renamed = changes(ASKED, changed(item="1c separated"))
    assert any("were called '1c unaccompanied'" in one.words for one in renamed)
    assert any(one.place == "question 1d" and one.breaks for one in renamed), "what lies within it is told too"


def test_questions_and_periods_that_come_go_and_move_are_told():
    without = replace(ASKED, id="x", questions=ASKED.questions[:-1], periods=(Period("2025", DAY, DAY),))
    told = [f"{one.place} {one.words}" for one in changes(ASKED, without)]
    assert told == ["period 2025 is new", "period 2024 is not asked for any more", "question 4 is not asked any more"]
    moved = replace(ASKED, id="x", questions=(*ASKED.questions[:-1], replace(ASKED.questions[-1], number="5")))
    (one,) = changes(ASKED, moved)
    assert one.words == "was question 4" and not one.breaks
    same_id = replace(ASKED, questions=ASKED.questions[:-1])
    assert "give the new one its own id" in changes(ASKED, same_id)[0].words
    other_days = replace(ASKED, id="x", periods=(replace(ASKED.periods[0], start=DAY.replace(year=2024)),))
    assert [one.breaks for one in changes(ASKED, other_days)] == [True]


def test_the_command_says_what_is_like_for_like(tmp_path):
    text = national_folder().joinpath("questionnaire.toml").read_text()
    (tmp_path / "old.toml").write_text(text)
    (tmp_path / "new.toml").write_text(
        text.replace("national-2024-1", "national-2025-1").replace("unaccompanied asylum", "young asylum", 1)
    )
    result = CliRunner().invoke(app, ["round", "changes", str(tmp_path / "old.toml"), str(tmp_path / "new.toml")])
    assert result.exit_code == 0 and "Like for like: 1a trafficked (identified), 1b" in result.stdout
    assert "1c unaccompanied" not in result.stdout.split("Like for like")[1]
    result = CliRunner().invoke(app, ["round", "changes", str(tmp_path / "old.toml"), str(tmp_path / "none.toml")])
    assert result.exit_code == 2 and "none.toml cannot be read" in result.stderr
