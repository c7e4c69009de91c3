"""Which clock runs for a request and what may be done next, by the law of the body's nation."""

from __future__ import annotations

import json
from datetime import date

import pytest
from typer.testing import CliRunner

import holdfast.cli.asking  # noqa: F401 - registers the commands
from holdfast.cli.main import app
from holdfast.evidence.asking.clocks import State, Step, standing
from holdfast.evidence.asking.events import Event, What
from holdfast.evidence.asking.letters import draft
from holdfast.evidence.received.senders import Asked

BARNET, MORAY = Asked("Barnet", "England", "B-1", "foi@barnet.gov.uk"), Asked("Moray", "Scotland", "M-1")


def on(day, *events, body=BARNET):
    happened = [Event(body.reference, date.fromisoformat(when), What(what), "", "Priya") for when, what in events]
    return standing(body, happened, date.fromisoformat(day))


@pytest.mark.parametrize(
    ("received", "foia", "foisa"),
    [
        ("2014-03-16", "2014-04-14", "2014-04-11"),
        ("2024-12-20", "2025-01-23", "2025-01-23"),
        ("2025-03-03", "2025-04-01", "2025-03-31"),
        ("2025-06-30", "2025-07-29", "2025-07-28"),
        ("2025-07-28", "2025-08-27", "2025-08-26"),
        ("2025-04-11", "2025-05-14", "2025-05-13"),
        ("2025-12-19", "2026-01-22", "2026-01-22"),
        ("2026-06-01", "2026-06-30", "2026-06-30"),
    ],
)
def test_the_last_day_for_an_answer_under_each_act(received, foia, foisa):
    assert on(received, (received, "sent")).due == date.fromisoformat(foia)
    assert on(received, (received, "sent"), body=MORAY).due == date.fromisoformat(foisa)


def test_the_last_day_is_the_body_s_and_the_next_is_late():
    assert on("2025-04-01", ("2025-03-03", "sent")).state is State.WAITING
    late = on("2025-04-02", ("2025-03-03", "sent"))
    assert (late.state, late.step) == (State.OVERDUE, Step.REMIND)
    assert "2025-03-17" in late.why, "the day that did not count is named"


def test_silence_is_reminded_of_first_then_a_review_is_asked_for():
    sent = ("2025-03-03", "sent")
    reminded = on("2025-04-03", sent, ("2025-04-02", "reminded"))
    assert reminded.step is None and "until 2025-04-09" in reminded.why, "five working days are left to answer it"
    after = on("2025-04-10", sent, ("2025-04-02", "reminded"))
    assert after.step is Step.CHASE and after.due == date(2025, 4, 1), "a reminder moves no clock"
    assert "without a review" in after.why and after.step_until is None
    assert on("2025-05-01", sent).step is Step.REMIND
    assert on("2025-05-02", sent).step is Step.CHASE, "after twenty working days no reminder is waited for"
    assert on("2025-04-10", sent, ("2025-03-20", "reminded")).step is Step.REMIND, "before it was late it was none"


def test_under_the_scottish_act_the_reminder_does_not_eat_up_the_days_for_a_review():
    sent = ("2025-03-03", "sent")
    first = on("2025-04-01", sent, body=MORAY)
    assert (first.due, first.step, first.step_until) == (date(2025, 3, 31), Step.REMIND, date(2025, 5, 29))
    late = on("2025-05-26", sent, ("2025-05-23", "reminded"), body=MORAY)
    assert late.step is Step.CHASE, "to wait for the reminder would lose the right"
    over = on("2025-05-30", sent, body=MORAY)
    assert over.step is None and "ended on 2025-05-29" in over.why


def test_a_clarification_begins_the_days_afresh_and_keeps_the_old_start():
    events = [("2025-03-03", "sent"), ("2025-03-10", "clarification_asked")]
    assert on("2025-06-01", *events).state is State.OUR_TURN, "however long we take, they are not late"
    after = on("2025-03-20", *events, ("2025-03-20", "clarified"))
    assert after.due == on("2025-03-20", ("2025-03-20", "sent")).due
    assert after.starts == (date(2025, 3, 3), date(2025, 3, 20))


def test_more_time_for_the_public_interest_only_under_foia_and_only_inside_the_first_twenty_days():
    assert on("2025-03-20", ("2025-03-03", "sent"), ("2025-03-20", "extended")).due == date(2025, 5, 1)
    again = on("2025-04-22", ("2025-03-03", "sent"), ("2025-03-20", "extended"), ("2025-04-20", "extended"))
    assert (again.state, again.due) == (State.WAITING, date(2025, 5, 1))
    late = on("2025-04-10", ("2025-03-03", "sent"), ("2025-04-10", "extended"))
    assert late.state is State.OVERDUE and "does not give" in late.why
    assert on("2025-04-10", ("2025-03-03", "sent"), ("2025-03-05", "extended"), body=MORAY).state is State.OVERDUE


def test_reviews_and_complaints_under_each_act():
    refused = [("2025-03-03", "sent"), ("2025-03-24", "refused")]
    first = on("2025-03-25", *refused)
    assert (first.step, first.step_until) == (Step.REVIEW, date(2025, 5, 22)), (
        "40 working days, without Good Friday, Easter Monday and 5 May"
    )
    assert on("2025-05-23", *refused).step is None
    there = on("2025-03-25", *refused, body=MORAY)
    assert there.step_until == date(2025, 5, 29), "FOISA s20(5): they begin when the time for an answer ends, 31 March"
    late = on("2025-04-10", ("2025-03-03", "sent"), ("2025-04-09", "refused"), body=MORAY)
    assert late.step_until == date(2025, 6, 9), "an answer that came later begins them"
    asked = [*refused, ("2025-04-01", "review_asked")]
    assert on("2025-05-01", *asked).state is State.REVIEW
    assert on("2025-05-07", *asked).step is None, "the Commissioner waits for forty working days"
    assert on("2025-06-05", *asked).step is Step.COMPLAIN
    scottish = on("2025-05-07", *asked, body=MORAY)
    assert (scottish.step, scottish.due) == (Step.COMPLAIN, date(2025, 4, 30))
    assert scottish.step_until == date(2025, 10, 30)
    answered = [*asked, ("2025-08-31", "review_answered")]
    assert on("2025-09-01", *answered).step_until == date(2025, 10, 12), "six weeks"
    assert on("2025-09-01", *answered, body=MORAY).step_until == date(2026, 2, 28), "six months"
    assert on("2025-10-13", *answered).step is None


def test_what_came_back_was_not_received_and_sending_again_begins_anew():
    assert on("2025-06-01", ("2025-03-03", "sent"), ("2025-03-03", "bounced")).step is Step.SEND_AGAIN
    again = on("2025-03-10", ("2025-03-03", "sent"), ("2025-03-04", "bounced"), ("2025-03-10", "sent"))
    assert again.state is State.WAITING and again.due == on("2025-03-10", ("2025-03-10", "sent")).due


def test_a_similar_question_within_sixty_working_days_could_be_added_to_the_cost():
    assert on("2025-03-04", ("2025-03-03", "sent")).quiet_until == date(2025, 6, 3)
    assert on("2025-03-04").quiet_until is None
    assert on("2025-03-04", ("2025-03-03", "sent"), body=MORAY).quiet_until is None, "SSI 2004/467 has no such days"


def test_an_acknowledgement_stops_no_clock_and_the_wrong_body_ends_it():
    assert on("2025-04-02", ("2025-03-03", "sent"), ("2025-03-04", "acknowledged")).state is State.OVERDUE
    assert on("2025-09-01", ("2025-03-03", "sent"), ("2025-03-04", "wrong_body")).state is State.WRONG_BODY
    assert on("2025-03-03", ("2025-03-05", "sent")).state is State.NOT_SENT, "what lies ahead has not happened"


def test_a_draft_names_the_act_of_the_nation_and_says_that_it_is_a_draft():
    chase = draft(on("2025-04-02", ("2025-03-03", "sent")), date(2025, 4, 2))
    assert chase.startswith("DRAFT") and "Freedom of Information Act 2000" in chase and "2025-04-01" in chase
    review = draft(on("2025-03-25", ("2025-03-03", "sent"), ("2025-03-24", "refused"), body=MORAY), date(2025, 3, 25))
    assert "(Scotland) Act 2002" in review and "078/2020" in review and "for you to judge" in review
    assert draft(on("2025-03-04", ("2025-03-03", "sent")), date(2025, 3, 4)) == ""


REQUESTS = "authority,nation,reference,address\nBarnet,England,B-1,foi@barnet.gov.uk\nMoray,Scotland,../M 1,\n"
EVENTS = "reference,day,what,note,by\nB-1,2025-03-03,sent,,Priya\n../M 1,2025-03-03,sent,,Priya\n"


@pytest.fixture
def run(tmp_path):
    def run(*words, requests=REQUESTS, events=EVENTS, code=0):
        (tmp_path / "requests.csv").write_text(requests)
        (tmp_path / "events.csv").write_bytes(events if isinstance(events, bytes) else events.encode())
        result = CliRunner().invoke(app, ["round", words[0], str(tmp_path), *map(str, words[1:])])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == code, (result.stdout, result.stderr)
        return result

    return run


def test_the_round_as_an_outsider_runs_it(run, tmp_path):
    found = json.loads(run("status", "--on", "2025-04-01", "--json").stdout)
    assert [one["state"] for one in found] == ["waiting", "overdue"], "St Patrick's Day counts for one act alone"
    assert "overdue" in run("status", "--on", "2025-04-01").stdout
    drafts = tmp_path / "drafts"
    assert "Wrote 1 drafts" in run("chase", "--on", "2025-04-01", "--drafts", drafts).stdout
    (draft_file,) = drafts.iterdir()
    assert draft_file.name == "M-1-2025-04-01.txt"
    draft_file.write_text("changed by a person")
    assert "Wrote 0 drafts" in run("chase", "--on", "2025-04-01", "--drafts", drafts).stdout
    assert draft_file.read_text() == "changed by a person"


def test_the_matrix_says_what_kind_of_answer_and_never_the_number(run, tmp_path):
    cells = tmp_path / "cells"
    cells.mkdir()
    (cells / "cells.csv").write_text(
        "authority,period,item,raw\nBarnet,2024,1c unaccompanied,777\nBarnet,2024,1d both,<5\n"
        "Barnet,2024,1a trafficked (identified),s12\nBarnet,2024,2b unaccompanied missing,not recorded\n"
    )
    for form in ("csv", "html"):
        out = tmp_path / f"matrix.{form}"
        run("matrix", "--cells", cells, "--out", out, "--on", "2025-04-01")
        text = out.read_text()
        for word in ("number", "range", "refused", "not recorded", "no answer", "overdue"):
            assert word in text
        assert "777" not in text
    hostile = REQUESTS.replace("Barnet,", "<script>alert(1)</script>,")
    run("matrix", "--cells", cells, "--out", tmp_path / "matrix.html", "--on", "2025-04-01", requests=hostile)
    assert "<script>" not in (tmp_path / "matrix.html").read_text()
    assert ".csv or .html" in run("matrix", "--cells", cells, "--out", tmp_path / "m.pdf", code=2).stderr


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ("a,b\n", "the columns are"),
        (EVENTS + "B-9,2025-03-04,sent,,Priya\n", "no request has the reference"),
        (EVENTS + "B-1,yesterday,sent,,Priya\n", "line 4: 'yesterday' is not a day"),
        (EVENTS + "B-1,2025-03-04,eaten,,Priya\n", "'eaten' is not one of"),
        (EVENTS + "B-1,2025-03-04,answered,,\n", "who wrote it down"),
        (EVENTS + "B-1,2025-03-04\n", "5 fields"),
        (EVENTS + "B-1,1999-03-04,sent,,Priya\n", "bank holidays are held"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_events_that_cannot_be_are_refused_with_their_line(run, events, words):
    only = (
        events
        if isinstance(events, bytes) or "1999" not in events
        else EVENTS.splitlines()[0] + "\nB-1,1999-03-04,sent,,Priya\n"
    )
    assert words in run("status", "--on", "2025-04-01", events=only, code=2).stderr


def test_requests_without_or_with_one_reference_twice_are_refused(run):
    assert "has no reference" in run("status", requests="authority,nation\nBarnet,England\n", code=2).stderr
    twice = REQUESTS + "Kent,England,B-1,\n"
    assert "used twice" in run("status", requests=twice, code=2).stderr
    assert "not a day" in run("status", "--on", "today", code=2).stderr
