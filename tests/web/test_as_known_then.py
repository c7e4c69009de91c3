"""A moment in the past, twice: as it was known then, and as it is known today."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from holdfast.access.models import Reading
from holdfast.chronology.actions import append
from holdfast.chronology.queries import stories
from holdfast.web.child_duties import beside
from holdfast.web.moment_entry import NotAMoment, known_at
from holdfast.worktime.uk_clock import uk_time
from tests.builders import a_child, a_draft, at
from tests.web.conftest import TUAN
from tests.web.test_pages import text_of

Signed = Callable[..., Client]
NOW = at("2026-11-23T09:00Z")


def asked_for(instant: datetime, clock: str = "") -> str:
    local = uk_time(instant)
    return f"known_day={local.day}&known_month={local.month}&known_year={local.year}&known_time={clock}"


@pytest.mark.django_db
def test_what_was_recorded_later_is_known_today_and_was_not_then() -> None:
    child = a_child(
        a_draft("missing.noticed", "2026-11-20T22:40Z", category="missing"),
    )
    append(child, [a_draft("missing.reported_to_police", "2026-11-20T22:58Z")], by="elm", agency="MAR",
           at=at("2026-11-22T09:00Z"))  # fmt: skip
    story = stories([child])[child]
    then = type(story).of(child, story.entries, story.vocabulary, as_known_at=at("2026-11-21T09:00Z"))
    rows = {row.rule.id: row for row in beside(then, story, at("2026-11-21T09:00Z"))}
    report = rows["ENG-MIS-003"]
    assert report.then.startswith("Overdue") and report.today.startswith("Done") and report.differs
    assert not rows["ENG-MIS-005"].differs
    assert next(iter(rows.values())).differs, "what differs stands first"


@pytest.mark.django_db
def test_the_page_shows_both_and_writes_a_reading(signed_in: Signed, county: datetime) -> None:
    client = signed_in("manager")
    assert "As known then" not in text_of(client.get(f"/children/{TUAN}/duties/then"))
    then = county - timedelta(hours=1)
    told = [a_draft("missing.told", (county - timedelta(hours=2)).isoformat(), who="responsible authority")]
    append(TUAN, told, by="elm", agency="Elm House", at=county)
    answer = client.get(f"/children/{TUAN}/duties/then?{asked_for(then, uk_time(then).strftime('%I:%M%p'))}")
    said = text_of(answer)
    assert "As known then" in said and "1 entry about that time or before was recorded later" in said
    assert re.search(r"Differs Tell the responsible authority.*?Overdue.*?Done", said)
    assert len(answer.content) < 60_000
    assert Reading.objects.filter(page="known-then").count() == 2


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        (("", "11", "2026", ""), "day", "must include a day"),
        (("31", "2", "2026", ""), "day", "real date"),
        (("24", "11", "2026", ""), "day", "has been"),
        (("23", "11", "2026", "11pm"), "time", "has been"),
        (("1", "1", "1066", ""), "day", "after 1989"),
        (("20", "11", "2026", "10:40"), "time", "morning or night"),
        (("20", "11", "2026", "late"), "time", "Enter a time such as"),
        (("٢٠", "11", "2026", ""), "day", "real date"),
    ],
)
def test_a_moment_that_is_none_is_asked_for_again(typed: tuple[str, ...], field: str, words: str) -> None:
    with pytest.raises(NotAMoment, match=words) as refused:
        known_at(dict(zip(("day", "month", "year", "time"), typed, strict=True)), NOW)
    assert refused.value.field == field


def test_a_day_is_asked_for_at_its_end_and_today_as_it_is_now() -> None:
    assert known_at({"day": "20", "month": "Nov", "year": "26"}, NOW) == datetime(2026, 11, 21, tzinfo=UTC)
    assert known_at({"day": "23", "month": "11", "year": "2026"}, NOW) == NOW
    assert known_at({"day": "1", "month": "7", "year": "2026", "time": "10:40pm"}, NOW) == at("2026-07-01T21:40Z")


@pytest.mark.django_db
def test_what_was_typed_stays_beside_its_error(signed_in: Signed) -> None:
    body = signed_in("manager").get(f"/children/{TUAN}/duties/then?known_day=31&known_month=2&known_year=2026")
    said = body.content.decode()
    assert "There is a problem" in said and 'value="31"' in said and "As known today" not in text_of(body)
