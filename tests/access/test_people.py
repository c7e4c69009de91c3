"""Joiners, movers, leavers, from the command line: plain errors, no password in a command, no child shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner, Result

from holdfast.access.models import Agency, Person, Post
from holdfast.access.queries import reader
from holdfast.cli.main import every_command
from tests.builders import a_child, a_draft

pytestmark = pytest.mark.django_db

PASSWORD = "lantern-harbour-carr-lane"


def holdfast(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(every_command(), ["people", *words], input=typed)


@pytest.fixture
def grace() -> Person:
    assert holdfast("agency", "MAR", "Marrowshire County Council", "--kind", "council").exit_code == 0
    assert holdfast("add", "grace", "--first", "Grace", "--last", "Abara", typed=PASSWORD + "\n").exit_code == 0
    return Person.objects.get(username="grace")


def test_somebody_joins_moves_and_leaves(grace: Person) -> None:
    now = datetime.now(UTC)
    assert not reader(grace, now).posts
    assert "duty-manager at Marrowshire County Council" in holdfast("post", "grace", "duty-manager", "MAR").stdout
    assert [p.role for p in reader(grace, now).posts] == ["duty-manager"]
    holdfast("post", "grace", "social-worker", "MAR")
    assert "no longer duty-manager" in holdfast("end", "grace", "duty-manager", "MAR").stdout
    assert [p.role for p in reader(grace, now).posts] == ["social-worker"]
    later = (now + timedelta(days=30)).date().isoformat()
    holdfast("post", "grace", "analyst", "MAR", "--from", later)
    assert "2 posts end" in holdfast("leaves", "grace").stdout
    for day in (0, 31):
        assert not reader(grace, now + timedelta(days=day)).posts
    assert Post.objects.filter(person=grace, ends_on=None).count() == 0


def test_who_leaves_with_children_in_their_name_is_said_in_numbers_only(grace: Person) -> None:
    a_child(
        a_draft("child.named", "2026-10-01", first="Tuan"),
        a_draft("care.started", "2026-10-01", authority="MAR"),
        a_draft("care.worker_allocated", "2026-10-01", worker="Grace Abara"),
        a_draft("missing.noticed", "2026-11-20T22:40Z"),
        a_draft("handover.accepted", "2026-11-20T23:40Z", by="Grace Abara", of="the search"),
    )
    holdfast("post", "grace", "duty-manager", "MAR", "--from", "2026-01-01")
    said = holdfast("leaves", "grace").stdout
    assert "worker of 1 child, accepted 1 search." in said
    assert "Tuan" not in said


def test_the_list_says_who_holds_what_and_who_has_not_signed_in(grace: Person) -> None:
    holdfast("post", "grace", "duty-manager", "MAR", "--from", "2026-01-01")
    said = holdfast("list").stdout
    assert "Grace Abara" in said and "has not signed in" in said and "duty-manager at MAR from 2026-01-01" in said
    assert holdfast("list", "--agency", "MAR").stdout == said
    assert "Marrowshire County Council" in holdfast("agencies").stdout


@pytest.mark.parametrize(
    ("words", "typed", "answer"),
    [
        (["add", "grace", "--first", "G", "--last", "A"], PASSWORD, "already"),
        (["add", "GRACE", "--first", "G", "--last", "A"], PASSWORD, "already"),
        (["add", "alan", "--first", "Alan", "--last", "Reid"], "short", "too short"),
        (["add", "alan", "--first", "Alan", "--last", "Reid"], "", "too short"),
        (["add", "a b\nc", "--first", "Alan", "--last", "Reid"], PASSWORD, "valid username"),
        (["post", "nobody", "duty-manager", "MAR"], "", "Nobody signs in as 'nobody'"),
        (["post", "grace", "manager", "MAR"], "", "is not one of duty-manager"),
        (["post", "grace", "duty-manager", "NOWHERE"], "", "There is no agency 'NOWHERE'"),
        (["post", "grace", "duty-manager", "MAR", "--from", "31/12/2026"], "", "is not a date such as"),
        (["end", "grace", "duty-manager", "MAR"], "", "holds no such post"),
        (["agency", "MAR", "Marrowshire Police", "--kind", "police"], "", "add another code"),
        (["agency", "NEW", "New", "--kind", "army"], "", "is not one of council"),
        (["agency", " ", "New", "--kind", "council"], "", "A code has 1 to 60 letters"),
        (["agency", "NEW", "N" * 121, "--kind", "council"], "", "A code has 1 to 60 letters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(grace: Person, words: list[str], typed: str, answer: str) -> None:
    before = (Person.objects.count(), Post.objects.count(), Agency.objects.count())
    result = holdfast(*words, typed=typed + "\n")
    assert result.exit_code == 2, result.output
    assert answer in result.output
    assert (Person.objects.count(), Post.objects.count(), Agency.objects.count()) == before
