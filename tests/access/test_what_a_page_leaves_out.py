"""What an agency may not read is left out before anything is computed from it."""

from __future__ import annotations

import pytest

from holdfast.access.models import Reading
from holdfast.access.queries import Reader
from holdfast.access.rules import Role
from holdfast.chronology.kinds import Audience
from holdfast.documents.explain import NotForYou, explain_child
from holdfast.web.child_page import child_page
from tests.access.test_who_may_look import NOW, a_reader
from tests.builders import a_child, a_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina() -> str:
    return a_child(
        a_draft("child.named", "2026-01-05T09:00Z", first="Amina"),
        a_draft("placement.started", "2026-10-01", home="Elm House"),
        a_draft("trafficking.referred", "2026-10-02T10:00Z", by="Marrowshire"),
        a_draft("missing.noticed", "2026-11-20T22:40Z"),
    )


def _night_worker() -> Reader:
    return a_reader(Role.NIGHT_WORKER, "Elm House", Audience.PROVIDER, "elm")


def test_the_home_sees_missing_and_never_the_referral(amina: str) -> None:
    page = child_page(_night_worker(), amina, NOW)
    assert page is not None
    kinds = {line.entry.kind for line in page.lines}
    assert "missing.noticed" in kinds
    assert "trafficking.referred" not in kinds
    assert page.child.trafficking == ""
    assert not any(o.obligation.rule.id.startswith("UK-TRA") for o in page.obligations)


def test_the_council_sees_both(amina: str) -> None:
    page = child_page(a_reader(Role.DUTY_MANAGER, "MAR"), amina, NOW)
    assert page is not None
    assert page.child.trafficking == "referred"
    assert any(o.obligation.rule.id.startswith("UK-TRA") for o in page.obligations)


def test_dr_hale_sees_nothing_and_cannot_tell_whether_there_is_a_child(amina: str) -> None:
    hale = a_reader(Role.ANALYST, "LOW", name="hale")
    assert child_page(hale, amina, NOW) is None
    assert child_page(hale, "2222-2222", NOW) is None
    with pytest.raises(NotForYou) as one:
        explain_child(amina, by="hale", now=NOW)
    with pytest.raises(NotForYou) as other:
        explain_child("2222-2222", by="hale", now=NOW)
    assert str(one.value) == str(other.value)


def test_explaining_a_child_is_a_reading_written_down_first(amina: str) -> None:
    who = a_reader(Role.DUTY_MANAGER, "MAR")
    account = "\n".join(explain_child(amina, by=who.person.username, now=NOW))
    assert "Known as Amina" in account
    assert "Reported" not in account
    assert "report" in account.lower()
    assert Reading.objects.filter(of__child_id=amina, page="explain").count() == 1
    assert "Grace Abara (explain)" in account
