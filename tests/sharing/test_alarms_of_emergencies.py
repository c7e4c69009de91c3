"""Checks 31 and 32: an emergency opening is told to those who may review it, and told again when nobody did in time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from holdfast.access.actions import CannotDecide, give_post, open_in_an_emergency, review_emergency
from holdfast.access.deeds import EmergencyOpening
from holdfast.access.emergency_counts import counted
from holdfast.access.models import Agency, Person
from holdfast.access.queries import reader, who_may
from holdfast.access.rules import Act, Outcome, Role
from holdfast.access.shields.actions import declare_conflict
from holdfast.sharing.alarms import tell_of_late_reviews
from holdfast.sharing.models import Errand, Message
from tests.web.conftest import AMINA, county, static_folder  # noqa: F401

pytestmark = pytest.mark.django_db
WHY = "Found at the coach station, no carer answers"


def _who(username: str, at: datetime) -> object:
    return reader(Person.objects.get(username=username), at)


def _opened(at: datetime) -> EmergencyOpening:
    return open_in_an_emergency(_who("elm", at), AMINA, reason=WHY, hours=2, at=at)


def _told(template: str) -> list[str]:
    return sorted(m.to_person.username for m in Message.objects.filter(template=template))


def test_31_those_who_may_review_it_are_told_at_once(county: datetime) -> None:  # noqa: F811
    Person.objects.filter(username="manager").update(email="grace@marrowshire.example")
    opening = _opened(county)
    assert _told("emergency") == [p.username for p in who_may(Act.REVIEW, AMINA, county)] == ["manager"]
    message = Message.objects.get(template="emergency")
    assert opening.person.username in message.notice and "by the end of" in message.notice
    said = message.notice + message.subject + message.sent_subject + message.sent_text
    for word in (AMINA, "Amina", WHY):
        assert word not in said, "the page says it, after signing in"
    assert Errand.objects.filter(message=message).exists()


def test_31_nothing_is_told_of_an_opening_that_was_not_made(county: datetime) -> None:  # noqa: F811
    with pytest.raises(CannotDecide):
        open_in_an_emergency(_who("elm", county), AMINA, reason="asked to", hours=2, at=county)
    with pytest.raises(RuntimeError), transaction.atomic():
        _opened(county)
        raise RuntimeError
    assert not Message.objects.filter(template="emergency").exists()


def test_31_whoever_knows_the_child_or_opened_it_is_not_told(county: datetime) -> None:  # noqa: F811
    second = Person.objects.create(username="second")
    council = Agency.objects.get(code="MAR")
    give_post(person=second, agency=council, role=Role.DUTY_MANAGER, begins_on=county.date() - timedelta(days=9))
    declare_conflict(_who("second", county), AMINA, username="manager", reason=WHY, at=county)
    _opened(county)
    assert _told("emergency") == ["second"]
    open_in_an_emergency(_who("second", county), AMINA, reason=WHY, hours=1, at=county + timedelta(minutes=1))
    assert _told("emergency") == ["second"], "their own opening is not theirs to review, and nobody else may"


def test_32_what_nobody_reviewed_in_time_is_told_once_to_managers_and_guardians(county: datetime) -> None:  # noqa: F811
    opening = _opened(county)
    assert tell_of_late_reviews(county + timedelta(hours=30)) == 0
    late = county + timedelta(days=8)
    assert [tell_of_late_reviews(late) for _ in range(2)] == [1, 0]
    assert _told("emergency-late") == ["guardian", "manager"]
    again = _opened(late)
    review_emergency(_who("manager", late), again, outcome=Outcome.JUSTIFIED, note="Rang the home", at=late)
    assert tell_of_late_reviews(late + timedelta(days=8)) == 0, "reviewed in time"
    assert opening.pk != again.pk


def test_32_counts_may_be_published_and_tell_no_small_ones() -> None:
    spring = [(date(2026, 5, 1), True, False)] * 23 + [(date(2026, 6, 30), False, True)] * 2
    one, before, *_ = counted([*spring, (date(2026, 7, 1), True, False)], date(2026, 8, 1))
    assert (one.quarter, one.opened, one.reviewed_in_time, one.not_justified) == (
        "April to June 2026", "about 25", "about 25", "1 to 7",
    )  # fmt: skip
    assert (before.quarter, before.opened) == ("January to March 2026", "0")


def test_a_person_who_left_may_nothing(county: datetime) -> None:  # noqa: F811
    Person.objects.get(username="manager").posts.update(ends_on=county.date())
    assert who_may(Act.REVIEW, AMINA, datetime.now(UTC)) == []
