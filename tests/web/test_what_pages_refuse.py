"""What cannot succeed is said at the start; what is wrong in our words; a long address is not repeated."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from holdfast.chronology.actions import append
from holdfast.chronology.queries import stories
from holdfast.missing.queries import _order
from holdfast.web.forms import FoundHow, FoundWhere, SignIn
from holdfast.web.journeys import JOURNEYS
from holdfast.web.protection_forms import Emergency
from tests.builders import a_draft, at
from tests.web.conftest import AMINA, TUAN
from tests.web.test_pages import text_of
from tests.web.test_recording_pages import answer_found, typed_time

NOW = at("2026-11-21T09:00Z")
Signed = Callable[..., Client]


@pytest.mark.parametrize("act", ["found", "returned"])
def test_a_finding_and_a_return_are_not_asked_about_twice(signed_in: Signed, county: datetime, act: str) -> None:
    client = signed_in("manager")
    back = [a_draft(f"missing.{act}", (county - timedelta(minutes=5)).isoformat())]
    append(TUAN, back, by="elm", agency="Elm House", at=county)
    for address in (f"/children/{TUAN}/{act}", f"/children/{TUAN}/{act}/when"):
        answer = client.get(address)
        assert answer.status_code == 409
        assert "is recorded already" in text_of(answer) and "in the chronology" in text_of(answer)


@pytest.mark.parametrize("act", ["found", "returned"])
def test_a_child_who_never_went_missing_cannot_be_found(act: str) -> None:
    assert JOURNEYS[act].why_not(()) == "No missing episode is recorded for this child."


def test_what_was_shown_for_checking_is_still_recorded_when_somebody_else_was_quicker(
    signed_in: Signed, county: datetime
) -> None:
    client = signed_in("manager")
    answer_found(client, county - timedelta(hours=1))
    found = [a_draft("missing.found", (county - timedelta(minutes=5)).isoformat())]
    append(TUAN, found, by="elm", agency="Elm House", at=county)
    answer = client.post(f"/children/{TUAN}/found/check")
    assert "Nothing was recorded" in text_of(answer) and "coach station" in text_of(answer).lower()


def test_a_correction_that_turns_the_episode_round_is_refused_before_it_is_confirmed(
    signed_in: Signed, county: datetime
) -> None:
    client = signed_in("manager")
    story = stories([AMINA])[AMINA]
    returned = next(e for e in story.standing if e.kind == "missing.returned")
    noticed = next(e for e in story.standing if e.kind == "missing.noticed")
    before = noticed.occurred.at - timedelta(hours=3)
    answer = client.post(f"/children/{AMINA}/entries/{returned.id}/correct", typed_time(before))
    said = text_of(answer)
    assert "That is before the child was noticed to be missing" in said and "Confirm" not in said


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (("+3", "11", "2026"), "day"),
        (("1_0", "11", "2026"), "day"),
        (("٣", "11", "2026"), "day"),
        (("3", "²", "2026"), "day"),
        (("31", "2", "2026"), "day"),
        (("3", "11", "2 026"), "day"),
        (("3", "", "2026"), "month"),
    ],
)
def test_a_date_that_nobody_can_check_by_eye_is_asked_for_again(typed: tuple[str, ...], field: str) -> None:
    from holdfast.web.moment_entry import NotAMoment, read_date

    with pytest.raises(NotAMoment) as refused:
        read_date(typed, "date")
    assert refused.value.field == f"date_{field}"


def test_a_filter_whose_children_are_all_back_is_kept_and_says_that_nobody_fits(signed_in: Signed) -> None:
    said = text_of(signed_in("manager").get("/missing?home=A+home+that+closed"))
    assert "No missing child fits these filters" in said and "Remove Home: A home that closed" in said
    assert "There is a problem" not in said


def test_authorities_are_offered_by_name(signed_in: Signed) -> None:
    body = signed_in("manager").get("/missing").content.decode()
    assert re.search(r'<option value="MAR"[^>]*>Marrowshire County Council</option>', body)


def test_an_address_of_forty_kilobytes_is_not_repeated_in_the_page(signed_in: Signed) -> None:
    client = signed_in("manager")
    plain = len(client.get("/missing").content)
    for odd in ("home=" + "x" * 40_000, "else=" + "y" * 40_000, "&".join(f"k{n}=v" for n in range(900))):
        answer = client.get(f"/missing?{odd}")
        assert answer.status_code == 200 and len(answer.content) < plain + 3_000


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (FoundWhere({"where": "x" * 300}, now=NOW), "“Where” can be at most 120 letters. It has 300"),
        (FoundWhere({"where": "coach\x00station"}, now=NOW), "Take out the sign that cannot be"),
        (FoundHow({"harmed": "maybe"}, now=NOW), "Select one of the answers to “Has the child been"),
        (SignIn({"username": "x" * 151, "password": "p"}), "“User name” can be at most 150 letters. It has 151"),
        (Emergency({"reference": "x" * 50}), "“Reference of the child” can be at most 20 letters. It has 50"),
    ],
)  # fmt: skip
def test_every_error_is_a_sentence_of_ours(form: FoundWhere, words: str) -> None:
    said = [error for errors in form.errors.values() for error in errors]
    assert any(words in error for error in said), said
    assert not any("Ensure this value" in error or "Null characters" in error for error in said)


def test_a_limit_that_a_form_states_for_itself_is_kept() -> None:
    form = Emergency({"reference": "AAAA-1111", "reason": "short", "hours": "4"})
    with pytest.raises(ValidationError, match="Say why in at least 20 letters"):
        form.fields["reason"].clean("short")


def test_the_child_page_says_what_begins_by_itself_and_puts_the_missing_first(
    signed_in: Signed, county: datetime
) -> None:
    said = text_of(signed_in("manager").get(f"/children/{TUAN}"))
    assert "Begins by itself if Tuan is still missing" in said and "In 8 hours" in said
    listed = signed_in("manager").get(f"/children/{TUAN}").content.decode()
    rules = re.findall(r"\?rule=([A-Z0-9-]+)", listed)
    late = listed.count("hf-duty--late")
    of_missing = ["-MIS-" in rule for rule in rules]
    assert of_missing[:late] == sorted(of_missing[:late], reverse=True)
    assert of_missing[late:] == sorted(of_missing[late:], reverse=True)


def _a_row(ref: str, *, late: int = 0, accepted: str = "", risk: str = "", hours: int = 5) -> SimpleNamespace:
    noticed = at("2026-11-21T09:00Z") - timedelta(hours=hours)
    return SimpleNamespace(
        ref=ref, accepted_by=accepted, risk=risk, noticed_at=noticed,
        overdue_at=noticed + timedelta(hours=1) if late else None, needs_at=None,
    )  # fmt: skip


def test_the_list_puts_overdue_first_then_not_accepted_and_in_each_the_highest_risk() -> None:
    rows = [
        _a_row("rest-high", accepted="Sgt Reid", risk="high"),
        _a_row("late-low", late=1, risk="low", hours=90),
        _a_row("late-high", late=1, risk="high"),
        _a_row("late-ungraded", late=1),
        _a_row("late-medium", late=1, risk="medium", hours=50),
        _a_row("waits-medium", risk="medium"),
        _a_row("waits-ungraded-longer", hours=9),
        _a_row("waits-ungraded", hours=2),
    ]
    assert [row.ref for row in sorted(rows, key=_order)] == [
        "late-high", "late-ungraded", "late-medium", "late-low",
        "waits-ungraded-longer", "waits-ungraded", "waits-medium", "rest-high",
    ]  # fmt: skip
