"""An authority's own protocols: dated, checked, and never called law."""

from __future__ import annotations

from datetime import date

import pytest

from holdfast.config.vocabulary import vocabulary
from holdfast.duties.local import BadSettings, read_settings, with_settings
from holdfast.duties.obligation import Obligation, status
from holdfast.duties.rule import Nation, Standing, Unit
from holdfast.duties.sentences import because
from holdfast.duties.statute import statute
from holdfast.duties.timeline import read_time, run
from holdfast.web.law_words import said

REPEAT = """
authority = "Marrowshire"

[[protocol]]
id = "repeat-missing"
title = "Three episodes in 90 days"
nation = "england"
from = 2026-04-01
document = "Marrowshire missing protocol, section 4"
responsible = "the responsible authority"
must = "hold a repeat missing meeting"
event = "missing.noticed"
episodes = 3
days = 90
within = "5 working days"
done = ["missing.strategy_meeting_held"]
"""


def nights(*days: str) -> list[str]:
    return [f"{day} {hour}" for day in days for hour in ("21:00  missing.noticed", "23:00  missing.returned")]


def required(text: str, timeline: list[str], at: str) -> list[Obligation]:
    book = with_settings(statute(), read_settings(text, vocabulary()))
    found = run(timeline, read_time(at).at, book, Nation.ENGLAND, vocabulary())
    return [o for o in found if o.rule.id.startswith("LOCAL-")]


def test_the_third_episode_in_ninety_days_starts_the_local_protocol() -> None:
    two = nights("Mon 2 Nov 2026", "Mon 9 Nov 2026")
    assert required(REPEAT, two, "Fri 20 Nov 2026 09:00") == []
    (found,) = required(REPEAT, [*two, *nights("Mon 16 Nov 2026")], "Fri 20 Nov 2026 09:00")
    assert found.due_on == date(2026, 11, 23) and status(found, read_time("Tue 24 Nov 2026 09:00").at) == "overdue"
    assert (
        required(REPEAT, nights("Mon 2 Mar 2026", *("Mon 2 Nov 2026", "Mon 9 Nov 2026")), "Fri 20 Nov 2026 09:00") == []
    )


def test_it_says_that_it_is_local_and_not_law_wherever_it_is_shown() -> None:
    three = nights("Mon 2 Nov 2026", "Mon 9 Nov 2026", "Mon 16 Nov 2026")
    (found,) = required(REPEAT, three, "Fri 20 Nov 2026 09:00")
    reason = because(found)
    assert "Missing, for the 3rd time or more in 90 days, on Monday 16 November 2026" in reason
    assert "local protocol (a local setting, not law) says that" in reason and "the law says" not in reason
    assert found.rule.standing is Standing.LOCAL
    assert found.rule.unverified.startswith("Local practice of Marrowshire, not law")
    assert "local" in said(found.rule).standing.casefold()


def test_a_setting_holds_only_from_its_day_to_its_day() -> None:
    changed = REPEAT.replace("from = 2026-04-01", "from = 2026-04-01\nto = 2026-11-10") + REPEAT.replace(
        'authority = "Marrowshire"', ""
    ).replace("2026-04-01", "2026-11-11").replace("episodes = 3", "episodes = 2")
    (found,) = required(
        changed, nights("Mon 2 Nov 2026", "Tue 10 Nov 2026", "Wed 11 Nov 2026"), "Fri 20 Nov 2026 09:00"
    )
    assert found.rule.part == "from 2026-11-11"
    assert (
        required(REPEAT, nights("Mon 2 Mar 2026", "Mon 9 Mar 2026", "Mon 16 Mar 2026"), "Fri 20 Nov 2026 09:00") == []
    )


def test_a_local_standard_of_hours_runs_from_every_event() -> None:
    text = (
        REPEAT.replace("episodes = 3\ndays = 90\n", "")
        .replace("5 working days", "4 hours")
        .replace('event = "missing.noticed"', 'event = "missing.risk_graded"')
    )
    lines = ["Mon 2 Nov 2026 21:00  missing.risk_graded", "Mon 2 Nov 2026 23:30  missing.risk_graded"]
    found = required(text, lines, "Fri 20 Nov 2026 09:00")
    assert [o.due_at for o in found] == [read_time("Tue 3 Nov 2026 01:00").at, read_time("Tue 3 Nov 2026 03:30").at]
    assert "Risk graded not stated" in because(found[0])


@pytest.mark.parametrize(
    ("within", "unit", "amount"),
    [
        ("1 hour", Unit.HOURS, 1),
        ("10 days", Unit.CALENDAR_DAYS, 10),
        ("2 weeks", Unit.WEEKS, 2),
        ("1 month", Unit.MONTHS, 1),
        ("at once", Unit.IMMEDIATE, 0),
        ("as soon as practicable", Unit.ASAP, 0),
    ],
)
def test_every_way_to_say_by_when(within: str, unit: Unit, amount: int) -> None:
    (rule,) = read_settings(REPEAT.replace("5 working days", within), vocabulary())
    assert (rule.due.unit, rule.due.amount) == (unit, amount)


@pytest.mark.parametrize("nation", list(Nation))
def test_working_days_are_those_of_the_nation(nation: Nation) -> None:
    (rule,) = read_settings(REPEAT.replace('"england"', f'"{nation.value}"'), vocabulary())
    assert rule.due.regime.startswith(nation.value) and rule.nations == {nation}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (('authority = "Marrowshire"', ""), "the file must name its authority"),
        (('authority = "Marrowshire"', 'authority = " "'), "the file must name its authority"),
        (('authority = "Marrowshire"', 'authority = "M"\nlaw = true'), "law is not known at the top"),
        (("[[protocol]]", "[protocol]"), "a protocol is written as"),
        (("from = 2026-04-01", "from = 2026-04-31"), "the file is not TOML"),
        (("from = 2026-04-01", 'from = "1 April"'), "repeat-missing: from must be a date such as 2026-04-01"),
        (("from = 2026-04-01", "from = 2026-04-01T10:00:00"), "repeat-missing: from must be a date"),
        (("from = 2026-04-01", "from = 2026-04-01\nto = 2026-03-31"), "repeat-missing: to is before from"),
        (("from = 2026-04-01", ""), "repeat-missing: from is missing"),
        (('id = "repeat-missing"', ""), "protocol 1: id is missing"),
        (('id = "repeat-missing"', 'id = "ENG-MIS-003"'), "id must be lower-case words joined by -"),
        (('id = "repeat-missing"', "id = 3"), "3: id must be text"),
        (('title = "Three episodes in 90 days"', 'title = ""'), "repeat-missing: title must be text"),
        (('nation = "england"', 'nation = "cornwall"'), "nation must be one of england, wales"),
        (('nation = "england"', 'nation = "england"\nstanding = "law"'), "repeat-missing: standing is not known"),
        (("episodes = 3", "episodes = 1"), "episodes must be a whole number from 2 to 100"),
        (("episodes = 3", "episodes = true"), "episodes must be a whole number"),
        (("days = 90", "days = 0"), "days must be a whole number from 1 to 3660"),
        (("days = 90", ""), "episodes and days belong together"),
        (
            ('"missing.noticed"', '"missing.found"'),
            "episodes can be counted of .*missing.noticed.*, not of missing.found",
        ),
        (('"missing.noticed"', '"missing.notised"'), "event: there is no kind of entry 'missing.notised'"),
        (('["missing.strategy_meeting_held"]', '"missing.strategy_meeting_held"'), "done must be a list of kinds"),
        (('["missing.strategy_meeting_held"]', "[]"), "done must be a list of kinds"),
        (('["missing.strategy_meeting_held"]', '["meeting"]'), "done: there is no kind of entry 'meeting'"),
        (("5 working days", "soon"), "within must be such as 5 working days"),
        (("5 working days", "0 days"), "within must be such as 5 working days"),
        (("5 working days", "99999 days"), "within must be such as 5 working days"),
        (("days = 90", 'days = 90\naddress = "javascript:x"'), "address must begin with https://"),
    ],
)
def test_a_bad_setting_is_refused_with_its_place(change: tuple[str, str], problem: str) -> None:
    assert change[0] in REPEAT
    with pytest.raises(BadSettings, match=problem):
        read_settings(REPEAT.replace(*change), vocabulary())


@pytest.mark.parametrize("blocks", ["[1, 2]", '["soon"]', "3", '"soon"', "{ id = 3 }"])
def test_what_is_no_block_is_refused(blocks: str) -> None:
    with pytest.raises(BadSettings, match="a protocol is written as"):
        read_settings(f'authority = "Marrowshire"\nprotocol = {blocks}\n', vocabulary())


def test_two_texts_of_one_protocol_are_never_in_force_on_one_day() -> None:
    again = REPEAT + REPEAT.replace('authority = "Marrowshire"', "").replace("2026-04-01", "2026-11-11")
    with pytest.raises(BadSettings, match="repeat-missing: two blocks on one day; end the first with to = 2026-11-10"):
        read_settings(again, vocabulary())
    touching = again.replace("from = 2026-04-01", "from = 2026-04-01\nto = 2026-11-11", 1)
    with pytest.raises(BadSettings, match="two blocks on one day"):
        read_settings(touching, vocabulary())
    assert (
        len(read_settings(again.replace("from = 2026-04-01", "from = 2026-04-01\nto = 2026-11-10", 1), vocabulary()))
        == 2
    )


def test_a_file_without_protocols_sets_nothing() -> None:
    assert read_settings('authority = "Marrowshire"', vocabulary()) == ()


def test_an_episode_exactly_so_many_days_ago_still_counts() -> None:
    """Ninety days before Monday 16 November is Tuesday 18 August."""
    near, far = nights("Tue 18 Aug 2026", "Mon 9 Nov 2026"), nights("Mon 17 Aug 2026", "Mon 9 Nov 2026")
    third = nights("Mon 16 Nov 2026")
    assert len(required(REPEAT, [*near, *third], "Fri 20 Nov 2026 09:00")) == 1
    assert required(REPEAT, [*far, *third], "Fri 20 Nov 2026 09:00") == []
